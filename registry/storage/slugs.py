# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Slugs: the readable part of a page's address. Given once; a later name does not change it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

MAX_LENGTH = 60
"""Characters of a slug made from a name; a publisher or counter added on a clash may exceed it up to twice this."""

RESERVED = frozenset(
    {"add", "all", "api", "compare", "edit", "export", "feed", "index", "login", "new", "register", "search"}
)
"""Words that later pages may want below /solutions/ and /publishers/."""

# German spelling first: DIN 5007-2 and passports write umlauts out; the rest is what NFKD cannot take apart.
_SPELT_OUT = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa",
        "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n", "&": " und ", "+": " plus ",
    }
)  # fmt: skip
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(text: str, limit: int = MAX_LENGTH) -> str:
    """``text`` in lower-case ASCII letters, digits and single hyphens; empty where nothing can be spelt so.

    Cut at a word's end where that keeps at least half of ``limit``.
    """
    folded = unicodedata.normalize("NFC", text).lower().translate(_SPELT_OUT)
    ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode("ascii")
    slug = _NOT_SLUG.sub("-", ascii_only.lower()).strip("-")
    if len(slug) <= limit:
        return slug
    at_word = slug[: limit + 1].rpartition("-")[0]
    return at_word if len(at_word) >= limit // 2 else slug[:limit].rstrip("-")


def candidates(name: str, publisher_slug: str | None, fallback: str) -> Iterator[str]:
    """Slugs to try in turn, endlessly: the name, the name with the publisher, the last of these with a counter."""
    base = slugify(name) or fallback
    yield base
    if publisher_slug:
        base = f"{base}-{publisher_slug[:MAX_LENGTH].rstrip('-')}"
        yield base
    yield from (f"{base}-{number}" for number in count(2))


def choose(name: str, publisher_slug: str | None, taken: Callable[[str], bool], fallback: str = "solution") -> str:
    """The first candidate that is neither reserved nor taken."""
    return next(slug for slug in candidates(name, publisher_slug, fallback) if slug not in RESERVED and not taken(slug))
