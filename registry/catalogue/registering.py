# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Use cases around sources and publishers: add, import, pause, remove."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babel import Locale

from harvesters.base import Forge, canonical_url, forge_for, start_page
from harvesters.urls import path_segments
from registry.catalogue.peer_entries import PeerEntry, checked_count, read_peers
from registry.errors import AlreadyExists, FetchError, Gone, InvalidInput, Unreachable
from registry.model import Body, BodyKeys, BodyKind, ForgeKind, PeerKind, Source, SourceKind
from registry.storage.store import Store

CURATED = Path(__file__).parent.parent / "vocabulary" / "curated-sources.toml"
"""Public organisations on public forges, shipped with the package; see the file's own head for its sources."""

_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two-letter territories of CLDR that are no countries of ISO 3166."""
_ACCOUNT_WORDS: Mapping[ForgeKind, frozenset[str]] = {
    ForgeKind.GITHUB: frozenset({"orgs", "users"}),
    ForgeKind.GITLAB: frozenset({"groups", "users"}),
    ForgeKind.GITEA: frozenset({"org"}),
    ForgeKind.FORGEJO: frozenset({"org"}),
}
"""What forges put before an account's name in addresses of its pages; nobody's account can be called so."""
_Choice = TypeVar("_Choice", bound=StrEnum)
_PUBLISHER_KEYS = frozenset(
    {"name", "kind", "country", "official_key", "uri", "forge", "forge_organisations", "repositories"}
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: publishers written, sources added, sources that were there already."""

    publishers: int
    added: int
    known: int


class Registering:
    """``check`` refuses addresses the guard would not go to; ``open_forge`` gives the client of a kind of forge, and
    ``probe`` asks an unknown host of which kind it is.
    """

    def __init__(
        self,
        store: Store,
        check: Callable[[str], object],
        open_forge: Callable[[ForgeKind], Forge],
        clock: Callable[[], datetime],
        probe: Callable[[str], ForgeKind | None] = lambda _: None,
    ) -> None:
        self._store = store
        self._check = check
        self._open_forge = open_forge
        self._clock = clock
        self._probe = probe

    def add(
        self,
        url: str,
        forge: ForgeKind | None = None,
        kind: SourceKind | None = None,
        publisher_id: str | None = None,
        demo: bool = False,
        expected: int | None = None,
    ) -> Source:
        """Configure an organisation or a repository to be harvested; ``expected`` says how many repositories it has.

        Raises InvalidInput for what is no such URL, Refused for an address the guard does not go to, AlreadyExists.
        """
        canonical = canonical_url(url)
        if kind is SourceKind.PEER:
            raise InvalidInput("--peer", " | ".join(PeerKind), rule="peer-option-missing")
        # A name that does not resolve today may do so tonight: the harvest will say.
        with suppress(Unreachable):
            self._check(canonical)
        # A source that is known needs no asking of which kind its host is.
        self._check_new(canonical, ForgeKind.GIT)
        forge_kind = forge or self._forge(canonical)
        canonical = _account(canonical, forge_kind)
        self._check_new(canonical, forge_kind)
        source_kind = kind or self._kind(canonical, forge_kind)
        self._check_kind(canonical, forge_kind, source_kind)
        source = self._source(canonical, forge_kind, source_kind, publisher_id, demo)
        return self._keep(replace(source, expected=checked_count(expected)))

    def add_peer(self, peer: PeerEntry) -> Source:
        """Configure another catalogue as a source. Raises Refused, AlreadyExists."""
        with suppress(Unreachable):
            self._check(peer.url)
        self._check_new(peer.url, ForgeKind.GIT)
        return self._keep(self._peer(peer))

    def _check_new(self, url: str, forge: ForgeKind) -> None:
        known = next((one.url for one in self._store.sources() if _key(one.url, forge) == _key(url, forge)), None)
        if known is not None:
            raise AlreadyExists(known)

    def _keep(self, source: Source) -> Source:
        self._store.add_source(source)
        self._store.audit("operator", "source.add", source.url, "", source.created_at)
        return source

    def _peer(self, peer: PeerEntry) -> Source:
        return replace(
            self._source(peer.url, ForgeKind.GIT, SourceKind.PEER, None, False),
            peer=peer.kind,
            title=peer.title,
            options=peer.options,
            expected=peer.expected,
        )

    def claims(self) -> Mapping[str, int]:
        """Source id -> how many repositories it makes claims about."""
        return self._store.claims.counts()

    def sources(self) -> list[Source]:
        return self._store.sources()

    def source(self, source_id: str) -> Source:
        """By id, or by URL in any spelling. Raises NotFound."""
        if "://" in source_id:
            wanted = {source_id, source_id.rstrip("/"), canonical_url(source_id)}
            sources = self._store.sources()
            exact = next((one.id for one in sources if one.url in wanted), source_id)
            same = (one for one in sources if _key(one.url, one.forge) in {_key(url, one.forge) for url in wanted})
            source_id = exact if exact != source_id else next((one.id for one in same), source_id)
        return self._store.source(source_id)

    def pause(self, source_id: str, paused: bool) -> Source:
        source = self.source(source_id)
        self._store.pause_source(source.id, paused)
        self._store.audit("operator", "source.pause" if paused else "source.resume", source.url, "", self._clock())
        return self.source(source.id)

    def accept(self, source_id: str, count: int | None = None) -> Source:
        """What it lists next is right, however little; ``count`` is expected from then on, else what it lists.

        Raises NotFound.
        """
        source = self.source(source_id)
        self._store.accept_count(source.id, count)
        detail = {"before": source.last_listed, "expected": source.expected, "accepted": count}
        self._store.audit("operator", "source.accept", source.url, detail, self._clock())
        return self.source(source.id)

    def remove(self, source_id: str) -> Source:
        """No longer harvest it; what it brought stays in the catalogue."""
        source = self.source(source_id)
        self._store.remove_source(source.id)
        self._store.audit("operator", "source.remove", source.url, "", self._clock())
        return source

    def import_file(self, path: Path) -> Imported:
        """Publishers with their organisations and repositories, and peers, from TOML; twice changes nothing.

        Everything is checked before the first row is written. Raises InvalidInput naming the entry and the key.
        """
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(str(path), type(error).__name__, rule="import-unreadable") from None
        except tomllib.TOMLDecodeError as error:
            raise InvalidInput(str(path), str(error), rule="import-not-toml") from None
        peers = read_peers(document, str(path))
        publishers = {key: value for key, value in document.items() if key != "peer"}
        for peer in peers:
            self._check_offline(peer.url)
        done = Imported(0, 0, 0)
        if publishers or not peers:
            done = self.import_publishers(read_publishers(publishers, str(path)))
        return self._import_peers(peers, done)

    def _import_peers(self, peers: Sequence[PeerEntry], done: Imported) -> Imported:
        known = {source.url for source in self._store.sources()}
        for peer in peers:
            if peer.url not in known:
                known.add(peer.url)
                self._keep(self._peer(peer))
                done = replace(done, added=done.added + 1)
            else:
                done = replace(done, known=done.known + 1)
        return done

    def import_publishers(self, entries: Iterable[PublisherEntry], demo: bool = False) -> Imported:
        entries = list(entries)
        for entry in entries:
            for url, kind in entry.sources:
                self._check_offline(url)
                self._check_kind(url, forge_for(url, entry.forge), kind)
        known = {_key(source.url, source.forge): source for source in self._store.sources()}
        publishers = added = old = 0
        for entry in entries:
            publisher = self._store.save_publisher(entry.publisher)
            publishers += 1
            for url, kind in entry.sources:
                forge = forge_for(url, entry.forge)
                if (there := known.get(_key(url, forge)) or known.get(url)) is not None:
                    old += 1
                    if there.publisher_id is None:
                        self._store.attach_publisher(there.id, publisher.id)
                    continue
                source = self._source(url, forge, kind, publisher.id, demo)
                known[_key(url, forge)] = self._store.add_source(source)
                added += 1
        self._store.audit("operator", "source.import", f"{added} sources", f"{publishers} publishers", self._clock())
        return Imported(publishers=publishers, added=added, known=old)

    def _check_kind(self, url: str, forge: ForgeKind, kind: SourceKind) -> None:
        """What the address cannot be, whatever is there. Raises InvalidInput."""
        if kind is SourceKind.ORGANISATION:
            self._open_forge(forge).listings(url)
        elif forge is not ForgeKind.GIT and len(path_segments(url)) < 2:
            raise InvalidInput(url, f"{url}/NAME", rule="input-no-repository")

    def _check_offline(self, url: str) -> None:
        """What can be refused without asking for a name: an import may hold hundreds of hosts."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.port is not None or _is_address(parts.hostname or ""):
            with suppress(Unreachable):
                self._check(url)

    def _source(self, url: str, forge: ForgeKind, kind: SourceKind, publisher_id: str | None, demo: bool) -> Source:
        return Source(
            id=self._store.new_id(),
            url=url,
            kind=kind,
            forge=forge,
            created_at=self._clock(),
            publisher_id=publisher_id,
            demo=demo,
        )

    def _kind(self, url: str, forge: ForgeKind) -> SourceKind:
        segments = [part for part in urlsplit(url).path.split("/") if part]
        if not segments:
            raise InvalidInput(url, f"{url.rstrip('/')}/OWNER/NAME", rule="input-no-repository")
        if forge is ForgeKind.GIT:
            return SourceKind.REPOSITORY
        if len(segments) == 1:
            return SourceKind.ORGANISATION
        # Everywhere but on GitLab a second part is a repository: accounts are not nested.
        return self._group_or_project(url) if forge is ForgeKind.GITLAB else SourceKind.REPOSITORY

    def _forge(self, url: str) -> ForgeKind:
        """By the host's name, else as the host itself says; a git server that says nothing is just that."""
        known = forge_for(url, None)
        if known is not ForgeKind.GIT:
            return known
        with suppress(FetchError):
            return self._probe(url) or ForgeKind.GIT
        return ForgeKind.GIT

    def _group_or_project(self, url: str) -> SourceKind:
        # On GitLab "a/b" may be a subgroup or a project: only the forge knows.
        try:
            self._open_forge(ForgeKind.GITLAB).repository(url)
        except Gone:
            return SourceKind.ORGANISATION
        return SourceKind.REPOSITORY


@dataclass(frozen=True, slots=True)
class PublisherEntry:
    """One ``[[publisher]]`` of an import file, checked: the publisher and its sources as canonical URLs."""

    publisher: Body
    sources: tuple[tuple[str, SourceKind], ...]
    forge: ForgeKind | None = None


def read_publishers(document: Mapping[str, Any], name: str) -> list[PublisherEntry]:
    """Check an import document. Raises InvalidInput at the first entry that is not right."""
    unknown = set(document) - {"publisher"}
    entries = document.get("publisher")
    if unknown or not isinstance(entries, list) or not entries:
        raise InvalidInput(name, ", ".join(sorted(unknown)), rule="import-shape")
    return [_entry(entry, f"{name}, publisher {number}") for number, entry in enumerate(entries, 1)]


def _entry(table: Mapping[str, Any], where: str) -> PublisherEntry:
    if not isinstance(table, dict):
        raise InvalidInput(where, "", rule="import-shape")
    if unknown := sorted(set(table) - _PUBLISHER_KEYS):
        raise InvalidInput(where, ", ".join(unknown), rule="import-unknown-key")
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(where, rule="import-name-missing")
    where = f"{where} ({name})"
    organisations = _urls(table, "forge_organisations", where)
    repositories = _urls(table, "repositories", where)
    country = _country(table.get("country"), where)
    publisher = Body(
        id="",
        slug="",
        name=name.strip(),
        kind=_choice(BodyKind, table.get("kind", "other"), "kind", where),
        country=country,
        keys=BodyKeys.given(country, _text(table, "official_key", where)),
        uri=_uri(table, where),
        forge_organisations=tuple(organisations),
    )
    forge = None if table.get("forge") is None else _choice(ForgeKind, table["forge"], "forge", where)
    return PublisherEntry(
        publisher=publisher,
        sources=(
            *((url, SourceKind.ORGANISATION) for url in organisations),
            *((url, SourceKind.REPOSITORY) for url in repositories),
        ),
        forge=forge,
    )


def _choice(kind: type[_Choice], value: Any, key: str, where: str) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput(where, f"{key} = {value!r} ({' | '.join(kind)})", rule="import-choice") from None


def _urls(table: Mapping[str, Any], key: str, where: str) -> Sequence[str]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidInput(where, key, rule="import-urls")
    found: dict[str, None] = {}
    for value in values:
        try:
            url = canonical_url(value)
        except InvalidInput as error:
            raise InvalidInput(where, f"{key} = {error.subject!r}", rule="import-choice") from None
        if not urlsplit(url).path.strip("/"):
            raise InvalidInput(where, f"{key} = {url!r}", rule="import-choice")
        found[url] = None
    return list(found)


def _text(table: Mapping[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is None or (isinstance(value, str) and value.strip()):
        return value.strip() if value else None
    raise InvalidInput(where, key, rule="import-text")


def _uri(table: Mapping[str, Any], where: str) -> str | None:
    uri = _text(table, "uri", where)
    if uri is not None and not uri.lower().startswith(("https://", "http://", "urn:")):
        raise InvalidInput(where, f"uri = {uri!r} (https://... | urn:...)", rule="import-choice")
    return uri


def _account(url: str, forge: ForgeKind) -> str:
    """The address of an account without the forge's word for one; on hosts with a well-known name it has none."""
    first, *rest = path_segments(url) or ("",)
    words = _ACCOUNT_WORDS.get(forge, frozenset())
    return canonical_url(f"{start_page(url)}/{'/'.join(rest)}") if rest and first in words else url


def _key(url: str, forge: ForgeKind) -> str:
    """What all spellings of a source have in common: forges know names in any case, a git server may not."""
    return url if forge is ForgeKind.GIT else url.casefold()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _country(value: Any, where: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isalpha() and value.upper() in set(Locale("en").territories) - _NO_COUNTRY:
        return value.upper()
    raise InvalidInput(where, str(value), rule="import-country")
