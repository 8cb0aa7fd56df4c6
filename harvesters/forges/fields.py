# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading single fields of a forge's JSON: a value of the wrong type counts as not said, never as an error."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from harvesters.urls import canonical_url, same_host
from registry.errors import InvalidInput
from registry.model import Json

_MAX_TEXT = 2_000
_MAX_TOPICS = 100
_MAX_COUNT = 2**53
"""Larger numbers are none that a forge counts; JSON elsewhere and databases cannot hold them."""

Item = Mapping[str, Json]


def text(item: Item, key: str) -> str | None:
    value = item.get(key)
    return value.strip()[:_MAX_TEXT] or None if isinstance(value, str) else None


def flag(item: Item, key: str) -> bool | None:
    value = item.get(key)
    return value if isinstance(value, bool) else None


def count(item: Item, key: str) -> int | None:
    value = item.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_COUNT else None


def texts(item: Item, key: str) -> tuple[str, ...]:
    value = item.get(key)
    found = (entry.strip() for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(entry for entry in found if entry))[:_MAX_TOPICS]


def child(item: Item, key: str) -> Item:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def link(item: Item, key: str) -> str | None:
    """A web address for people; other schemes and scheme-less texts are left out."""
    value = text(item, key)
    try:
        parts = urlsplit(value or "")
        return value if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None
    except ValueError:
        return None


def repository_url(item: Item, key: str, web: str, full_name: str) -> str:
    """The repository's canonical URL: what the forge says if that is on its own host, else start page and full name."""
    said = link(item, key)
    return canonical_url(said if said is not None and same_host(said, web) else f"{web}/{full_name}")


def clone_url(item: Item, key: str, web: str, full_name: str) -> str:
    """Where git fetches from: what the forge says if that is on its own host, else start page and full name."""
    said = link(item, key)
    return said if said is not None and same_host(said, web) else f"{web}/{full_name}.git"


def parent_url(item: Item, key: str, web: str, full_name: str | None) -> str | None:
    """Canonical URL of what a fork was forked from, None where it is not said or no URL."""
    try:
        return repository_url(item, key, web, full_name) if full_name else None
    except InvalidInput:
        return None
