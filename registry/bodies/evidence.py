# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a repository says and shows of who publishes it. Pure.

A fork, a mirror or a copy brings the publiccode.yml of its original along: what that says is true of the original's
publisher and counts for nothing, unless it declares this very address. One that declares a repository of another
account is a copy too, unless its own account bears the name of the organisation.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from registry.model import BodyKind, Fact, FactSource, Field, ForgeFacts, Json, Solution
from registry.naming import account, place, words

_FORGES = Path(__file__).parents[1] / "vocabulary" / "bodies" / "forges.toml"
_OWN = (FactSource.PERSON, FactSource.PUBLICCODE)
_BORROWED = "name-is-borrowed"
_SHORTEST = 3
"""Letters that the rest of an account's name must have to be looked for."""
_MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class AccountName:
    """What the name of an account may mean. ``whole`` is set where nothing parts the word of kind from the rest."""

    said: str
    query: str
    kinds: frozenset[BodyKind]
    country: str | None
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that ``attributing`` judges of one repository; None and empty for what is not known."""

    configured: str | None = None
    """Id of the body that the operator named for the source."""
    owner: str | None = None
    """Id of the body whose account on the forge it is."""
    uri: str | None = None
    organisation: str | None = None
    copyright_owner: str | None = None
    accounts: tuple[AccountName, ...] = ()
    forge_host: str | None = None
    landing_host: str | None = None
    country: str | None = None
    """A hint: where it is meant to be used."""


def evidence_of(
    solution: Solution, url: str, facts: ForgeFacts, configured: str | None = None, owner: str | None = None
) -> Evidence:
    """Of the repository with this URL alone, also where the solution has more of them."""
    own_words = not _is_copied(solution, url, facts)
    organisation = next(_said(solution, url, Field.ORGANISATION), None) if own_words else None
    copyright_owner = next(_said(solution, url, Field.COPYRIGHT_OWNER), None) if own_words else None
    landing = next(_said(solution, url, Field.LANDING_URL), None) if own_words else None
    uri = _text(organisation.get("uri")) if isinstance(organisation, Mapping) else None
    return Evidence(
        configured=configured,
        owner=owner,
        uri=uri,
        organisation=_text(organisation.get("name")) if isinstance(organisation, Mapping) else None,
        copyright_owner=_text(copyright_owner),
        accounts=tuple(account_names(url)),
        forge_host=telling_host(url),
        landing_host=telling_host(landing) if isinstance(landing, str) else None,
        country=_country(solution, url, uri),
    )


def telling_host(url: str) -> str | None:
    """The host of an address, where it is not one that many share; lower case, without "www."."""
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:
        return None
    host = host.lower().removeprefix("www.").rstrip(".")
    return host if "." in host and not any(one in _shared() for one in domains_of(host)) else None


def domains_of(host: str) -> list[str]:
    """The host and the domains above it, the longest first, without the last label alone."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(max(0, len(labels) - _MOST_LABELS), len(labels) - 1)]


def spellings_of_uri(uri: str) -> list[str]:
    """How the register may have written the same URI: scheme, "www.", letter case of host and last slash vary."""
    written = uri.strip()
    if not written.lower().startswith(("http://", "https://")):
        return list(dict.fromkeys((written, written.lower())))
    try:
        parts = urlsplit(written)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return [written]
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return [
        f"{scheme}://{www}{host}{path}{slash}"
        for scheme in ("https", "http")
        for www in ("www.", "")
        for slash in ("", "/")
    ]


def account_names(url: str) -> Iterator[AccountName]:
    """Of the account and the groups a repository lies in, those whose name says that it is a body's."""
    for segment in [part for part in urlsplit(url).path.split("/") if part][:-1]:
        yield from _account_name(segment)


def _account_name(segment: str) -> Iterator[AccountName]:
    written = " ".join(words(segment))
    for row in _account_words():
        for word in row.words:
            if written.startswith(word + " ") and len(written) - len(word) > _SHORTEST:
                yield AccountName(segment, f"{row.says} {written[len(word) + 1 :]}", row.kinds, row.country)
                return
    for row in _account_words():
        for word in row.glued:
            rest = written.removeprefix(word)
            if rest != written and len(rest) >= _SHORTEST and " " not in rest[:1]:
                yield AccountName(segment, f"{row.says} {rest}", row.kinds, row.country, whole=written)
                return


def _is_copied(solution: Solution, url: str, facts: ForgeFacts) -> bool:
    """Whether what it declares came along from another repository."""
    declared = next(_said(solution, url, Field.UPSTREAM_URL), None)
    if isinstance(declared, str) and place(declared) == place(url):
        return False
    if isinstance(declared, str) and account(declared) not in ("", account(url)) and not _bears_name(solution, url):
        return True
    mirror = facts.mirror or any(True for _ in _facts(solution, url, Field.MIRROR_OF))
    borrowed = any(
        found.rule == _BORROWED and found.origin is not None and found.origin.repository == url
        for found in solution.problems
    )
    return bool(facts.fork or mirror or borrowed)


def _bears_name(solution: Solution, url: str) -> bool:
    """Whether the account is called like the organisation: one that has two accounts declares one of them in both."""
    told = next(_said(solution, url, Field.ORGANISATION), None)
    name = _text(told.get("name")) if isinstance(told, Mapping) else None
    here = "".join(words(account(url).partition("/")[2]))
    of_kind = {word for row in _account_words() for word in row.words}
    return any(word in here for word in words(name or "") if len(word) >= _SHORTEST and word not in of_kind)


def _facts(solution: Solution, url: str, name: Field) -> Iterator[Fact]:
    """What this repository says of a field, best first; never what peers claim of it."""
    for value in solution.fields.get(name, ()):
        for fact in value.candidates or (value.fact,):
            if fact.origin.repository == url and fact.source is not FactSource.PEER:
                yield fact


def _said(solution: Solution, url: str, name: Field) -> Iterator[Json]:
    """Of these a person's word and the declaration's: a manifest or the forge's one line speaks of something else."""
    return (fact.value for fact in _facts(solution, url, name) if fact.source in _OWN)


def _country(solution: Solution, url: str, uri: str | None) -> str | None:
    if uri is not None and uri.lower().startswith("urn:x-italian-pa:"):
        return "IT"
    meant = next(_said(solution, url, Field.AUDIENCE_COUNTRIES), None)
    return meant[0] if isinstance(meant, list) and len(meant) == 1 and isinstance(meant[0], str) else None


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class _Row:
    words: tuple[str, ...]
    glued: tuple[str, ...]
    says: str
    kinds: frozenset[BodyKind]
    country: str | None


@cache
def _document() -> Mapping[str, Json]:
    return tomllib.loads(_FORGES.read_text(encoding="utf-8"))


@cache
def _shared() -> frozenset[str]:
    return frozenset(_document()["shared"]["domains"])


@cache
def _account_words() -> tuple[_Row, ...]:
    """Longer words first: "comune di" before "comune"."""
    return tuple(
        _Row(
            words=tuple(sorted(row["words"], key=len, reverse=True)),
            glued=_glued(row["words"]) if row.get("glued") else (),
            says=row["says"],
            kinds=frozenset(BodyKind(kind) for kind in row["kinds"]),
            country=row.get("country"),
        )
        for row in _document()["account"]
    )


def _glued(listed: list[str]) -> tuple[str, ...]:
    return tuple(sorted((word.replace(" ", "") for word in listed), key=len, reverse=True))
