# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A peer's catalogue as an operator configures it: on the command line or as ``[[peer]]`` of an import file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from harvesters.peers.checking import FIELDS, OPTIONS, checked_options, peer_url
from harvesters.readers.texts import one_line
from registry.errors import InvalidInput
from registry.model import Json, PeerKind

__all__ = ["FIELDS", "PeerEntry", "checked_count", "peer_entry", "read_peers"]

_OWN_KEYS = frozenset({"url", "kind", "title", "expected", "paths"})
_OPTION_KEYS = frozenset({"entries", "folder", "licence", "attribution", "language"})
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class PeerEntry:
    """A peer, checked by ``peer_entry``."""

    url: str
    kind: PeerKind
    title: str
    options: Mapping[str, Json] = field(default_factory=dict)
    expected: int | None = None


def peer_entry(
    url: str, kind: PeerKind, title: str | None, options: Mapping[str, Json], expected: int | None = None
) -> PeerEntry:
    """Raises InvalidInput for an address or an option that cannot be used; a bad JSONPath with the place in it."""
    address = peer_url(kind, url)
    named = one_line(title or "")[:_LONGEST_TITLE] or (urlsplit(address).hostname or address)
    return PeerEntry(address, kind, named, checked_options(kind, options), checked_count(expected))


def checked_count(expected: int | None) -> int | None:
    """How many repositories a source is known to have. Raises InvalidInput."""
    if expected is not None and (isinstance(expected, bool) or not isinstance(expected, int) or expected < 1):
        raise InvalidInput("expected", str(expected), rule="peer-option-invalid")
    return expected


def read_peers(document: Mapping[str, Any], name: str) -> list[PeerEntry]:
    """The ``[[peer]]`` tables of an import document. Raises InvalidInput naming the entry and the key."""
    entries = document.get("peer", [])
    if not isinstance(entries, list):
        raise InvalidInput(name, "peer", rule="import-shape")
    return [_entry(entry, f"{name}, peer {number}") for number, entry in enumerate(entries, 1)]


def _entry(table: Any, where: str) -> PeerEntry:
    if not isinstance(table, dict):
        raise InvalidInput(where, "", rule="import-shape")
    if unknown := sorted(set(table) - _OWN_KEYS - _OPTION_KEYS):
        raise InvalidInput(where, ", ".join(unknown), rule="import-unknown-key")
    kind, paths = table.get("kind"), table.get("paths", {})
    if kind not in set(PeerKind):
        raise InvalidInput(where, f"kind = {kind!r} ({' | '.join(PeerKind)})", rule="import-choice")
    for key in ("url", "title"):
        if not isinstance(table.get(key, None if key == "url" else ""), str):
            raise InvalidInput(where, key, rule="import-text")
    if not isinstance(paths, dict) or set(paths) - set(OPTIONS[PeerKind(kind)]):
        raise InvalidInput(where, "paths", rule="import-unknown-key")
    options = {key: table[key] for key in _OPTION_KEYS if key in table} | paths
    try:
        return peer_entry(table["url"], PeerKind(kind), table.get("title"), options, table.get("expected"))
    except InvalidInput as error:
        # The place in the file belongs to what is told.
        raise InvalidInput(f"{where}: {error.subject}", error.detail, rule=error.rule) from None
