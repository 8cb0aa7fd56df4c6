# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes what a repository holds, and who a contractor is: resolved against the register, never guessed. Pure.

What the operator configured and whose account it is come first; then what the declaration says, the more binding
statement before the weaker one; the name of the account and web domains last. Where a statement fits several bodies,
weaker ones may only choose among these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from registry.bodies.evidence import AccountName, Evidence, domains_of, telling_host
from registry.bodies.matching import NamedBody, Names, match
from registry.bodies.spelling import SEPARATOR
from registry.model import Attribution, AttributionVia, BodyKind, MatchOutcome, NameMatch, ScoredBody
from registry.vocabulary.organisations import may_be_person, names_organisation

_RUNNING = frozenset({BodyKind.IT_PROVIDER, BodyKind.COMPANY, BodyKind.JOINT_AUTHORITY})
"""Kinds that a contractor most likely is."""
_DECLARED = frozenset({AttributionVia.URI, AttributionVia.ORGANISATION, AttributionVia.COPYRIGHT_OWNER})
"""What contradicts a better statement is told for these; names of accounts and domains contradict nobody."""
_BY_HAND = frozenset({AttributionVia.CONFIGURED, AttributionVia.ACCOUNT})


class RememberedNames:
    """The register's names, each key asked for once. It knows no near ones: a misspelling is no statement.

    After ``collect`` what is not known yet is noted and answered with nothing, so that a batch can ask for it at once.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[str, list[NamedBody]] = {}
        self._wanted: dict[str, None] = {}
        self._collecting = False
        self._missed = False
        self._meant: dict[tuple[str, str | None, frozenset[BodyKind]], NameMatch] = {}

    def match(self, query: str, country: str | None = None, kinds: frozenset[BodyKind] = frozenset()) -> NameMatch:
        """As ``matching.match``; while collecting, an answer that lacks something is given once and not kept."""
        key = (query, country, kinds)
        if key not in self._meant:
            self._missed = False
            found = match(query, self, country=country, kinds=kinds)
            if self._missed:
                return found
            self._meant[key] = found
        return self._meant[key]

    def collect(self) -> None:
        """Only note keys from now on, until ``fetch``."""
        self._collecting = True

    def fetch(self) -> bool:
        """Ask for all noted keys; whether there were any."""
        self._collecting = False
        wanted, self._wanted = list(self._wanted), {}
        if wanted:
            self._known |= {key: [] for key in wanted}
            for row in self._names.exact(wanted):
                self._keep(row)
        return bool(wanted)

    def exact(self, keys: Collection[str]) -> Sequence[NamedBody]:
        missing = [key for key in keys if key not in self._known]
        self._wanted |= dict.fromkeys(missing)
        if self._collecting:
            self._missed |= bool(missing)
        else:
            self.fetch()
        return list(dict.fromkeys(row for key in keys for row in self._known.get(key, ())))

    def near(self, key: str) -> Sequence[NamedBody]:
        del key
        return ()

    def _keep(self, row: NamedBody) -> None:
        """Under its own key and under what that begins with: "frankfurt" also asks for "frankfurt/main"."""
        for key in {row.key, row.key.partition(SEPARATOR)[0]}:
            if key in self._known and row not in self._known[key]:
                self._known[key].append(row)


class Register(Protocol):
    """What is asked of the register, by id of body."""

    @property
    def names(self) -> RememberedNames: ...

    def of_uri(self, uri: str) -> Collection[str]:
        """Bodies with this official URI."""

    def of_account(self, url: str) -> str | None:
        """The body whose account on a forge this is, or lies below."""

    def of_domain(self, domain: str) -> Collection[str]:
        """Bodies that this web domain serves."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one source says, and the bodies that fit."""

    via: AttributionVia
    said: str
    ids: tuple[str, ...]
    sure: bool = True
    """False where the only one that fits is a suggestion."""

    @property
    def clear(self) -> bool:
        return self.sure and len(self.ids) == 1

    def narrowed(self, other: _Statement) -> _Statement:
        """To those that the other statement fits too, where there are any."""
        common = tuple(key for key in self.ids if key in other.ids)
        fewer = len(common) < min(len(self.ids), len(other.ids))
        return replace(self, ids=common, sure=self.sure or other.clear or fewer) if common else self


def attribute(evidence: Evidence, register: Register) -> Attribution:
    """Who publishes it. ``alternatives`` are all that fit, or those whom a weaker declared statement names instead."""
    statements = list(_statements(evidence, register))
    open_one: _Statement | None = None
    for number, one in enumerate(statements):
        if open_one is not None:
            open_one = open_one.narrowed(one)
        elif one.ids:
            open_one = one
        if open_one is not None and open_one.clear:
            return _matched(open_one, statements[number + 1 :])
    if open_one is not None:
        return Attribution(MatchOutcome.AMBIGUOUS, open_one.via, open_one.said, alternatives=open_one.ids)
    told = _best_told(statements)
    if told is None:
        return Attribution(MatchOutcome.UNKNOWN)
    return Attribution(MatchOutcome.UNKNOWN, told.via, told.said if _may_be_shown(told) else None)


def stands(before: Attribution | None, fresh: Attribution | None) -> bool:
    """Whether a publisher that is known stays where ``fresh`` names none.

    Whom the operator named, or whose account it was, is not unsaid by silence nor by a name that nobody knows. What
    only the declaration said ends when it says something else.
    """
    if before is None or before.via is None or before.via in _BY_HAND:
        return True
    return fresh is None or fresh.via is None


def contractor(name: str, website: str | None, register: Register) -> NameMatch:
    """Who is meant by a contractor: operators first, then anybody; of a name that nobody knows its website may tell."""
    found = register.names.match(name, kinds=_RUNNING)
    if found.outcome is not MatchOutcome.MATCH:
        anybody = register.names.match(name)
        found = anybody if found.outcome is MatchOutcome.UNKNOWN or anybody.outcome is MatchOutcome.MATCH else found
    if found.outcome is MatchOutcome.MATCH:
        return found
    host = telling_host(website) if website else None
    serving = tuple(register.of_domain(host)) if host else ()
    if found.outcome is MatchOutcome.AMBIGUOUS:
        both = tuple(one for one in found.bodies if one.body_id in serving)
        return replace(found, outcome=MatchOutcome.MATCH, bodies=both) if len(both) == 1 else found
    return _by_website(name, serving)


def _by_website(name: str, serving: Sequence[str]) -> NameMatch:
    if len(serving) != 1:
        return NameMatch(name, MatchOutcome.UNKNOWN)
    return NameMatch(name, MatchOutcome.MATCH, (ScoredBody(serving[0], 1.0, "website"),))


def _statements(evidence: Evidence, register: Register) -> Iterator[_Statement]:
    """The strongest first. What a declared organisation that nobody knows leaves open, nothing weaker may fill."""
    if evidence.configured is not None:
        yield _Statement(AttributionVia.CONFIGURED, "", (evidence.configured,))
    if evidence.owner is not None:
        yield _Statement(AttributionVia.ACCOUNT, "", (evidence.owner,))
    yield from _of_uri(evidence, register)
    known = True
    if evidence.organisation is not None:
        told = _named(AttributionVia.ORGANISATION, evidence.organisation, evidence, register)
        known = bool(told.ids)
        yield told
    yield from _of_uri_host(evidence, register)
    if known:
        yield from _weaker(evidence, register)


def _weaker(evidence: Evidence, register: Register) -> Iterator[_Statement]:
    owned = True
    if evidence.copyright_owner is not None:
        told = _named(AttributionVia.COPYRIGHT_OWNER, evidence.copyright_owner, evidence, register)
        owned = bool(told.ids)
        yield told
    for account in evidence.accounts:
        yield _of_account_name(account, register)
    # A stranger's product may have its page at a body's domain.
    for host in (evidence.forge_host, evidence.landing_host if owned else None):
        if host is not None:
            yield _Statement(AttributionVia.DOMAIN, host, _of_host(host, register))


def _of_uri(evidence: Evidence, register: Register) -> Iterator[_Statement]:
    if evidence.uri is not None:
        ids = tuple(register.of_uri(evidence.uri))
        owner = register.of_account(evidence.uri)
        yield _Statement(AttributionVia.URI, evidence.uri, ids or ((owner,) if owner is not None else ()))


def _of_uri_host(evidence: Evidence, register: Register) -> Iterator[_Statement]:
    """After the name: a small municipality's URI often lies at its county's or its provider's domain."""
    host = telling_host(evidence.uri) if evidence.uri and evidence.uri.lower().startswith("http") else None
    if host is not None and evidence.uri is not None:
        yield _Statement(AttributionVia.URI, evidence.uri, _of_host(host, register))


def _of_host(host: str, register: Register) -> tuple[str, ...]:
    for domain in domains_of(host):
        found = tuple(register.of_domain(domain))
        if found:
            return found
    return ()


def _named(via: AttributionVia, name: str, evidence: Evidence, register: Register) -> _Statement:
    return _statement(via, name, _narrowed(register.names.match(name), name, evidence.country, register))


def _narrowed(found: NameMatch, name: str, country: str | None, register: Register) -> NameMatch:
    """The country of use is a hint: it chooses among several and excludes nobody."""
    if found.outcome is not MatchOutcome.AMBIGUOUS or country is None:
        return found
    there = register.names.match(name, country)
    return there if there.outcome is not MatchOutcome.UNKNOWN else found


def _of_account_name(account: AccountName, register: Register) -> _Statement:
    """ "stadthagen" may be the town of Stadthagen or that of Hagen."""
    found = register.names.match(account.query, account.country, account.kinds)
    told = _statement(AttributionVia.FORGE_NAME, account.said, found)
    if account.whole is None:
        return told
    whole = _statement(told.via, told.said, register.names.match(account.whole))
    ids = tuple(dict.fromkeys((*told.ids, *whole.ids)))
    return replace(told, ids=ids, sure=told.sure and whole.sure)


def _statement(via: AttributionVia, said: str, found: NameMatch) -> _Statement:
    ids = tuple(one.body_id for one in found.bodies)
    return _Statement(via, said, ids, sure=found.outcome is not MatchOutcome.AMBIGUOUS or len(ids) > 1)


def _matched(one: _Statement, weaker: Sequence[_Statement]) -> Attribution:
    others = [
        key for other in weaker if other.via in _DECLARED and other.clear for key in other.ids
    ]  # fmt: skip
    alternatives = tuple(dict.fromkeys(key for key in others if key != one.ids[0]))
    return Attribution(MatchOutcome.MATCH, one.via, one.said or None, one.ids[0], alternatives)


def _best_told(statements: Sequence[_Statement]) -> _Statement | None:
    """Of what nobody knows the one that a reader understands best: a name before an address.

    One that may not be shown only where nothing else is told.
    """
    order = (AttributionVia.ORGANISATION, AttributionVia.COPYRIGHT_OWNER, AttributionVia.URI)
    told = [one for via in order for one in statements if one.via is via]
    return next(filter(_may_be_shown, told), told[0] if told else None)


def _may_be_shown(one: _Statement) -> bool:
    """A private person is nobody's publisher. Who owns a copyright often is one; an organisation seldom is."""
    if one.via is AttributionVia.COPYRIGHT_OWNER:
        return names_organisation(one.said)
    return one.via is not AttributionVia.ORGANISATION or not may_be_person(one.said)
