# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of publiccode.yml as people write them, to values as the standard wants them; nothing is told here.

A check compares what was written with what it certainly means; the reader takes what it means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, lru_cache
from urllib.parse import urlsplit

import pycountry
import regex

from harvesters.readers.texts import cut, one_line
from harvesters.readers.yamlsafe import Node
from registry.vocabulary.logins import without_logins
from registry.vocabulary.publiccode import vocabulary

LONGEST_LINE = 2_000
LEIKA_URN = "urn:de:fim:leika:leistung:"
"""Source: FIM, identifiers of Leistungen; the 14 digits after it are the LeiKa key."""
_URL = re.compile(r"https?://[^\s<>\"\\^`{|}]{1,2000}", re.IGNORECASE)
_ANY_URL = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s<>\"\\^`{|}]{1,2000}", re.IGNORECASE)
_URN = re.compile(r"urn:(?!urn:)[a-z0-9][a-z0-9-]{0,31}:(?:[a-z0-9()+,.:=@;$_!*'/?#-]|%[0-9a-f]{2}){1,500}", re.I)
_USER = re.compile(r"[a-z][a-z0-9+.-]{0,30}://([\w.-]{1,64}@)", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].{0,40})?")
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}")
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+*-]{0,126}", re.I)
_PHONES = {"e164": re.compile(r"\+[1-9][0-9]{6,14}"), "any": re.compile(r"(?:\+|00)[1-9][0-9 ()/.-]{4,30}")}
_WORD_BREAK = re.compile(r"[\s_-]+")
_COMBINING = "\u0300"
_CLUSTER = regex.compile(r"\X")
_COUNTRIES = {"UK": "GB", "EL": "GR"}
"""What the EU institutions write for two countries (Interinstitutional style guide, 7.1.1)."""


def line_of(node: Node | None) -> str | None:
    """A scalar as one line of text, a number as written; None for nothing and for lists and mappings."""
    if node is None or node.value is None or isinstance(node.value, (list, dict)):
        return None
    return cut(one_line(node.text[: 2 * LONGEST_LINE]), LONGEST_LINE) or None


def graphemes(text: str) -> int:
    """How many characters a reader sees: extended grapheme clusters (Unicode annex 29)."""
    if text.isascii() or max(text) < _COMBINING:
        return len(text) - text.count("\r\n")
    return sum(1 for _ in _CLUSTER.finditer(text))


def has_plain_host(written: str) -> bool:
    """Whether this is an absolute http(s) URL with a host and without a login."""
    return bool(_URL.fullmatch(written)) and _has_host(written)


def _has_host(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def web_address(text: str) -> str | None:
    """An absolute http(s) URL, a login in it taken out; nothing else ever becomes a link."""
    address = without_logins(text)
    return address if has_plain_host(address) else None


def without_secret(address: str) -> str:
    """An address so odd that nobody can tell its parts, without what may be a login."""
    address = without_logins(address)
    before, at, after = address.rpartition("@")
    return f"…@{after}" if at and ":" in before else address


def is_uri(text: str) -> bool:
    """Whether this is a URL with a host or a URN (RFC 2141)."""
    return bool(_URN.fullmatch(text)) or (bool(_ANY_URL.fullmatch(text)) and _has_host(text))


def is_address(text: str) -> bool:
    """Whether this is an absolute URL with a host, of any scheme and maybe with a user's name but no password."""
    match = _USER.match(text)
    return bool(_ANY_URL.fullmatch(text)) and _has_host(text.replace(match[1], "", 1) if match else text)


def is_mail(text: str) -> bool:
    return bool(_MAIL.fullmatch(text)) and ".." not in text and not text.startswith(".") and ".@" not in text


def is_mime(text: str) -> bool:
    return bool(_MIME.fullmatch(text))


def is_phone(text: str, form: str) -> bool:
    """``form``: "any" international spelling, or "e164"."""
    return bool(_PHONES[form].fullmatch(text))


def day(text: str) -> str | None:
    """A real date as YYYY-MM-DD; a time after it and missing zeros are mended."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None


def boolean(node: Node) -> bool | None:
    """What the node certainly says; YAML 1.1 words and quoted ones too."""
    if isinstance(node.value, bool) or node.value is None or isinstance(node.value, (list, dict)):
        return node.value if isinstance(node.value, bool) else None
    found = vocabulary("legacy")["booleans"].get(node.text.strip().lower())
    return found if isinstance(found, bool) else None


def one_of(text: str, allowed: Collection[str], legacy: Mapping[str, str] | None = None) -> str | None:
    """The word of a fixed list that this is, in any case or an old spelling."""
    folded = {term.lower(): term for term in allowed}
    return (legacy or {}).get(text.lower()) or folded.get(text.lower())


def term(text: str, allowed: Collection[str]) -> str | None:
    """The term of a vocabulary that this is, in any case and with blanks for hyphens."""
    found = "-".join(_WORD_BREAK.split(text.lower().strip()))
    return found if found in allowed else None


@lru_cache(maxsize=512)
def country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code that this is, in upper case."""
    upper = text.strip().upper()
    found = _COUNTRIES.get(upper, upper)
    return found if found in _countries() else None


@cache
def _countries() -> frozenset[str]:
    return frozenset(one.alpha_2 for one in pycountry.countries)


def support(text: str, aliases: Collection[str]) -> str | None:
    """An entry of ``supports``: ``alias:X`` of a known X, else a URL or URN."""
    kind, colon, name = text.partition(":")
    if kind.lower() == "alias" and colon:
        return f"alias:{name.strip().lower()}" if name.strip().lower() in aliases else None
    return text if is_uri(text) else None


def leika(text: str) -> str | None:
    """A LeiKa key: 14 digits, whatever stands between them."""
    if text.lower().startswith(LEIKA_URN):
        text = text[len(LEIKA_URN) :]
    digits = re.sub(r"[\s._-]", "", text[:60])
    return digits if re.fullmatch(r"[0-9]{14}", digits) else None
