# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names and addresses of repositories as far as they tell products and their parts apart. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from registry.model import Role

_PARTS = Path(__file__).parent / "vocabulary" / "parts.toml"
_SCP_LIKE = re.compile(r"[\w.-]{1,60}@([\w.-]{1,253}):(?!//)(\S{1,1000})")
_CAMEL = re.compile(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])")
_SPLIT = re.compile(r"[^a-z0-9]+")
_PAGES = frozenset({"tree", "blob", "src", "wiki", "wikis", "issues", "releases", "raw", "commits", "pulls", "-"})
_TWO_DEEP = frozenset({"github.com", "bitbucket.org", "codeberg.org"})
"""Hosts on which a repository is always owner/name."""
_LONGEST = 300
_SPECIFIC = 3
"""Fewer letters than this tell no product from another."""


@dataclass(frozen=True, slots=True)
class Stem:
    """A name without the words for a part. ``role`` is that of the part, None where the name has no such word."""

    words: tuple[str, ...]
    role: Role | None

    @property
    def text(self) -> str:
        return "".join(self.words)

    @property
    def specific(self) -> bool:
        """Whether it can tell one product from another."""
        return len(self.text) >= _SPECIFIC and not all(word in _generic() for word in self.words)


@lru_cache(maxsize=20_000)
def place(url: str) -> str:
    """Host and path of a repository's URL as far as they tell two repositories apart; empty where there are none.

    Letter case, scheme, ``www.``, login, ``.git`` and pages of the forge behind the repository do not.
    """
    written = url.strip()[: 4 * _LONGEST]
    if match := _SCP_LIKE.fullmatch(written):
        written = f"https://{match[1]}/{match[2]}"
    try:
        parts = urlsplit(written if "//" in written else f"https://{written}")
        host = (parts.netloc.rpartition("@")[2]).lower().removeprefix("www.")
    except ValueError:
        return ""
    segments = [unquote(part).lower() for part in parts.path.split("/") if part]
    if host in _TWO_DEEP:
        segments = segments[:2]
    for at, segment in enumerate(segments):
        if at >= 2 and segment in _PAGES:
            segments = segments[:at]
            break
    if not host or not segments:
        return ""
    segments[-1] = segments[-1].removesuffix(".git") or segments[-1]
    return f"{host}/{'/'.join(segments)}"


@lru_cache(maxsize=20_000)
def account(url: str) -> str:
    """The place of the account or group that a repository lies in."""
    return place(url).rpartition("/")[0]


@lru_cache(maxsize=20_000)
def last_segment(url: str) -> str:
    """The repository's own name in a URL, letter case as written."""
    return urlsplit(url.strip()).path.rstrip("/").rpartition("/")[2].removesuffix(".git") or url


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower-case ASCII; camel case and any punctuation separate."""
    spaced = _CAMEL.sub(" ", name[:_LONGEST])
    german = spaced.lower().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xDF: "ss"})
    plain = unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode("ascii")
    joined = re.sub(r"\b(front|back|web)[\s_.-]end\b", r"\1end", plain)
    return tuple(word for word in _SPLIT.split(joined) if word)


@lru_cache(maxsize=20_000)
def stem(name: str) -> Stem:
    """What a name is without the words for a part.

    The first word of a name is never taken for a part, so that "App Bürgerbus" stays what it is.
    """
    written = words(name)
    roles = [(word, _part_words().get(word) if at else None) for at, word in enumerate(written)]
    kept = tuple(word for word, role in roles if role is None)
    found = next((role for _, role in reversed(roles) if role is not None), None)
    return Stem(kept, found)


def is_specific(word: str) -> bool:
    """Whether one word of a name can tell a product: no part, not generic, not too short."""
    return len(word) >= _SPECIFIC and word not in _generic() and word not in _part_words()


def example_places() -> frozenset[str]:
    """Places of repositories that examples of the standard name, and that nobody means who leaves them in."""
    return _table()["examples"]


def akin(first: str, second: str) -> bool:
    """Whether two names are those of one product or of parts of it: the same but for the words for a part."""
    one, other = stem(first), stem(second)
    return bool(one.words) and one.text == other.text


@cache
def _table() -> Mapping[str, frozenset[str]]:
    document = tomllib.loads(_PARTS.read_text(encoding="utf-8"))
    return {name: frozenset(table.get("words", table.get("places", ()))) for name, table in document.items()}


@cache
def _part_words() -> Mapping[str, Role]:
    return {word: Role(name) for name, listed in _table().items() if name in set(Role) for word in listed}


def _generic() -> frozenset[str]:
    return _table()["generic"]
