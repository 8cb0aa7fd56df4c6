# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes what was read, resolved against the stored register: few queries a batch, whatever its size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, or_, select

from registry.bodies.attributing import RememberedNames, attribute, stands
from registry.bodies.evidence import Evidence, evidence_of, spellings_of_uri
from registry.bodies.spelling import fold
from registry.errors import StorageError
from registry.model import (
    Attribution,
    AttributionVia,
    Body,
    Change,
    Harvested,
    MatchOutcome,
)
from registry.storage import body_rows, publishers
from registry.storage.body_names import NamesOn
from registry.storage.codec import from_json, to_json
from registry.storage.sql import chunks
from registry.storage.tables import body as table
from registry.storage.tables import body_domain, repository, source

_ITALIAN = "urn:x-italian-pa:"
_ITALIAN_SCHEME = "ipa"
_ROUNDS = 3
"""A name may be asked for in one form, and then in another where the first is not known."""
_SUCCESSORS = 8


@dataclass(frozen=True, slots=True)
class Publishing:
    """Who publishes a repository and what told so; None for what nothing tells."""

    body: Body | None = None
    attribution: Attribution | None = None


class StoredRegister:
    """The register inside a transaction, each thing asked for once; what a batch needs comes in few queries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.names = RememberedNames(NamesOn(connection))
        self._uris = _Remembered(lambda keys: _by_uris(connection, keys))
        self._accounts = _Remembered(lambda keys: _by_accounts(connection, keys))
        self._domains = _Remembered(lambda keys: _by_domains(connection, keys))

    def of_uri(self, uri: str) -> Collection[str]:
        key = fold(uri)
        named = [row.body_id for row in self.names.exact([key]) if row.key == key] if key else []
        return tuple(dict.fromkeys((*self._uris.get(uri), *named)))

    def of_account(self, url: str) -> str | None:
        return next(iter(self._accounts.get(url)), None)

    def of_domain(self, domain: str) -> Collection[str]:
        return self._domains.get(domain)

    def prepare(self, several: Iterable[Evidence]) -> None:
        """Ask at once for all that judging these will ask for."""
        asked = list(several)
        parts = (self._uris, self._accounts, self._domains)
        for _ in range(_ROUNDS):
            self.names.collect()
            for part in parts:
                part.collecting = True
            for one in asked:
                attribute(one, self)
            # Not "any(...)": each of them has to ask.
            if not sum([self.names.fetch(), *(part.fetch() for part in parts)]):
                return


class _Remembered:
    """Answers by key. While ``collecting``, what is not known yet is noted and answered with nothing."""

    def __init__(self, ask: Any) -> None:
        self._ask = ask
        self._known: dict[str, tuple[str, ...]] = {}
        self._wanted: dict[str, None] = {}
        self.collecting = False

    def get(self, key: str) -> tuple[str, ...]:
        if key not in self._known:
            self._wanted[key] = None
            if self.collecting:
                return ()
            self.fetch()
        return self._known[key]

    def fetch(self) -> bool:
        """Whether there was something to ask for."""
        self.collecting = False
        wanted, self._wanted = list(self._wanted), {}
        if wanted:
            self._known |= dict.fromkeys(wanted, ())
            self._known |= {key: tuple(ids) for key, ids in self._ask(wanted).items()}
        return bool(wanted)


def publishing(
    connection: Connection, fresh: Sequence[tuple[Change, Harvested]], configured: Mapping[str, str]
) -> dict[str, Publishing]:
    """Repository URL -> its publisher; ``configured`` are ids of bodies, by repository URL.

    Whom a repository had stays where nobody is told instead (see ``bodies.attributing.stands``).
    """
    urls = [change.ref.url for change, _ in fresh]
    stored = _stored(connection, urls)
    owners = publishers.owners(connection, urls)
    evidence = {
        change.ref.url: evidence_of(
            harvested.solution,
            change.ref.url,
            change.ref.facts,
            configured.get(change.ref.url) or configured_for(stored.get(change.ref.url)),
            owners.get(change.ref.url),
        )
        for change, harvested in fresh
    }
    told = attributions(connection, evidence)
    return settled(connection, {url: _kept(told[url], stored.get(url)) for url in told})


def attributions(connection: Connection, evidence: Mapping[str, Evidence]) -> dict[str, Attribution]:
    register = StoredRegister(connection)
    # Whom a person named, or whose account it is, needs no register unless something is declared beside it.
    register.prepare(evidence.values())
    return {url: attribute(one, register) for url, one in evidence.items()}


def settled(connection: Connection, told: Mapping[str, Attribution | None]) -> dict[str, Publishing]:
    """With the bodies themselves: one that became a part of another is that one now."""
    wanted = {one.body_id for one in told.values() if one is not None and one.body_id is not None}
    found = present(connection, wanted)
    made: dict[str, Publishing] = {}
    for url, one in told.items():
        body = found.get(one.body_id) if one is not None and one.body_id is not None else None
        if one is not None and body is not None and body.id != one.body_id:
            one = replace(one, body_id=body.id)
        lost = one is not None and one.body_id is not None and body is None
        made[url] = Publishing(body, None if lost else one)
    return made


def present(connection: Connection, ids: Iterable[str]) -> dict[str, Body]:
    """Id -> the body, or what became of it; ids of nobody are absent."""
    asked = list(dict.fromkeys(ids))
    known = body_rows.by_ids(connection, asked)
    for _ in range(_SUCCESSORS):
        later = {one.successor_id for one in known.values() if one.successor_id and one.successor_id not in known}
        if not later:
            break
        known |= body_rows.by_ids(connection, later)
    return {key: _latest(known[key], known) for key in asked if key in known}


def _latest(body: Body, known: Mapping[str, Body]) -> Body:
    for _ in range(_SUCCESSORS):
        later = known.get(body.successor_id or "")
        if later is None:
            break
        body = later
    return body


def configured_for(row: Any) -> str | None:
    """Whom the operator named for the source it came from, or, where it came from none, for itself once."""
    if row is None or row.source_id is not None:
        return None if row is None else row.source_publisher_id
    before = attribution_of(row.attribution)
    return row.publisher_id if before is not None and before.via is AttributionVia.CONFIGURED else None


def attribution_of(stored: Any) -> Attribution | None:
    """As it was stored; None also for what does not fit, which the next harvest writes anew."""
    if stored is None:
        return None
    try:
        return from_json(Attribution, stored)
    except StorageError:
        return None


def attribution_json(attribution: Attribution | None) -> Any:
    return None if attribution is None else to_json(attribution)


def kept(publisher_id: str, before: Attribution | None) -> Attribution:
    """Of a publisher that stays: what told so, as far as that is known."""
    if before is None or before.outcome is not MatchOutcome.MATCH:
        return Attribution(MatchOutcome.MATCH, body_id=publisher_id)
    return replace(before, body_id=publisher_id)


def _kept(fresh: Attribution, row: Any) -> Attribution:
    if fresh.outcome is MatchOutcome.MATCH or row is None or row.publisher_id is None:
        return fresh
    before = attribution_of(row.attribution)
    return kept(row.publisher_id, before) if stands(before, fresh) else fresh


def _stored(connection: Connection, urls: Sequence[str]) -> dict[str, Any]:
    query = select(
        repository.c.url,
        repository.c.publisher_id,
        repository.c.attribution,
        repository.c.source_id,
        source.c.publisher_id.label("source_publisher_id"),
    ).outerjoin(source, source.c.id == repository.c.source_id)
    return {
        row.url: row for chunk in chunks(urls) for row in connection.execute(query.where(repository.c.url.in_(chunk)))
    }


def _by_uris(connection: Connection, uris: Sequence[str]) -> dict[str, list[str]]:
    spelt = {uri: spellings_of_uri(uri) for uri in uris}
    codes = {uri: uri[len(_ITALIAN) :].lower() for uri in uris if uri.lower().startswith(_ITALIAN)}
    of_uri: dict[str, list[str]] = {}
    of_code: dict[str, list[str]] = {}
    italian = table.c.foreign_scheme == _ITALIAN_SCHEME
    columns = select(table.c.id, table.c.uri, table.c.foreign_key, italian.label("italian")).order_by(table.c.id)
    for chunk in chunks([*(text for several in spelt.values() for text in several), *codes.values()]):
        by_code = (italian & table.c.foreign_key.in_(chunk)) if codes else italian & table.c.foreign_key.is_(None)
        for row in connection.execute(columns.where(or_(table.c.uri.in_(chunk), by_code))):
            of_uri.setdefault(row.uri, []).append(row.id)
            if row.italian and row.foreign_key is not None:
                of_code.setdefault(row.foreign_key, []).append(row.id)
    return {uri: list(dict.fromkeys([*_all(of_uri, spelt[uri]), *of_code.get(codes.get(uri, ""), ())])) for uri in uris}


def _all(found: Mapping[str, list[str]], keys: Iterable[str]) -> list[str]:
    return [one for key in keys for one in found.get(key, ())]


def _by_accounts(connection: Connection, urls: Sequence[str]) -> dict[str, list[str]]:
    return {url: [owner] for url, owner in publishers.owners(connection, urls).items()}


def _by_domains(connection: Connection, domains: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for chunk in chunks(domains):
        query = select(body_domain).where(body_domain.c.domain.in_(chunk)).order_by(body_domain.c.body_id)
        for row in connection.execute(query):
            found.setdefault(row.domain, []).append(row.body_id)
    return found
