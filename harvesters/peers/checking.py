# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A peer as an operator configures it: address and options, checked before anything is asked or stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from harvesters.guard import PORTS, redacted
from harvesters.peers.documents import ENTRIES, FIELDS, PATHS, check_paths
from harvesters.peers.markdown import FOLDER, check_folder
from harvesters.peers.paths import compiled
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import one_line
from harvesters.urls import canonical_url
from registry.errors import InvalidInput
from registry.licences import normalise
from registry.model import Json, PeerKind

COMMON = ("licence", "attribution", "language")
"""Of any peer: the licence of its data as SPDX says it, who is to be named, the language of its texts."""
OPTIONS: Mapping[PeerKind, tuple[str, ...]] = {
    PeerKind.OPEN_CATALOG_API: COMMON,
    PeerKind.JSON: (*COMMON, *PATHS),
    PeerKind.CODE_JSON: COMMON,
    PeerKind.MARKDOWN: (*COMMON, FOLDER, "url", *FIELDS),
    PeerKind.PUBLICCODE_LIST: COMMON,
}
"""Which options a kind takes; paths are named after what they lead to."""
_LONGEST = 300


def peer_url(kind: PeerKind, url: str) -> str:
    """The address as it is kept: that of a repository in one spelling, that of a document with its query.

    Raises InvalidInput.
    """
    if kind is PeerKind.MARKDOWN:
        return canonical_url(url)
    written = url.strip()
    try:
        parts = urlsplit(written)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise InvalidInput(redacted(url), "URL", rule="input-no-address") from None
    if parts.scheme not in PORTS or not host or any(one.isspace() for one in written):
        raise InvalidInput(redacted(url), "https://", rule="input-no-address")
    if "@" in parts.netloc:
        raise InvalidInput(redacted(url), "@", rule="input-login")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != PORTS[parts.scheme]:
        netloc += f":{port}"
    return parts._replace(netloc=netloc, path=parts.path.rstrip("/"), fragment="").geturl()


def checked_options(kind: PeerKind, options: Mapping[str, Json]) -> dict[str, Json]:
    """The options that are set, as they are kept. Raises InvalidInput at the first that cannot be used."""
    allowed = OPTIONS[kind]
    found: dict[str, Json] = {}
    for name, value in options.items():
        if value is None:
            continue
        if name not in allowed:
            raise InvalidInput(name, ", ".join(allowed), rule="peer-option-unknown")
        if not isinstance(value, str) or not value.strip() or len(value) > 2 * _LONGEST:
            raise InvalidInput(name, repr(value)[:80], rule="peer-option-invalid")
        found[name] = _VALUES.get(name, str.strip)(value)
    if kind is PeerKind.JSON:
        check_paths(found)
    if kind is PeerKind.MARKDOWN:
        check_folder(found)
        for name in ("url", *FIELDS):
            if name in found:
                compiled(str(found[name]), name)
    return found


def _licence(value: str) -> str:
    expression = normalise(value)
    if expression is None:
        raise InvalidInput("licence", f"{value} (SPDX)", rule="peer-option-invalid")
    return expression


def _language(value: str) -> str:
    tag = language_tag(value)
    if tag is None:
        raise InvalidInput("language", f"{value} (BCP 47)", rule="peer-option-invalid")
    return tag[0]


def _attribution(value: str) -> str:
    return one_line(value)[:_LONGEST]


_VALUES: Mapping[str, Callable[[str], str]] = {
    "licence": _licence,
    "language": _language,
    "attribution": _attribution,
}
__all__ = ["COMMON", "ENTRIES", "FIELDS", "OPTIONS", "checked_options", "peer_url"]
