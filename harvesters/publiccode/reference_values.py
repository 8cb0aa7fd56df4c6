# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Single values as the reference parser judges them, quirks included; what it lists is data in ``reference.toml``.

Source of the rules: validators/*.go of publiccode-parser-go 5.4, and go-playground/validator 10 for ``email``,
``datetime``, ``iso3166_1_alpha2`` and ``bcp47_strict_language_tag``.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from typing import Any

import language_tags.data
import pycountry
import regex

from harvesters.publiccode.reference_tables import tables

_MIME = re.compile(r" *[A-Za-z0-9][A-Za-z0-9!#$&^_-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126} *")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LEAP = 2000  # Go knows a year 0, a leap year; Python does not
_WIDE = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
_LOCAL = re.compile(rf"[a-zA-Z0-9!#$%&'*+\-/=?^_`{{|}}~{_WIDE}]+(?:\.[a-zA-Z0-9!#$%&'*+\-/=?^_`{{|}}~{_WIDE}]+)*")
_DOMAIN = re.compile(rf"[a-zA-Z0-9.~{_WIDE}-]+")
_LETTER = re.compile(rf"[a-zA-Z{_WIDE}]")
_ALNUM = re.compile(rf"[a-zA-Z0-9{_WIDE}]")
_BODY_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_LONGEST_TAG = 100
_TAG = re.compile(
    r"([a-z]{2,3}(?:-[a-z]{3}){0,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?"
    r"((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)((?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*)(?:-x(?:-[a-z0-9]{1,8})+)?"
)
_PRIVATE = re.compile("x-[a-z0-9]{1,8}")


def is_mime_type(text: str) -> bool:
    return _MIME.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """``YYYY-MM-DD`` and a day that exists."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) for part in found.groups())
    try:
        date(year or _LEAP, month, day)
    except ValueError:
        return False
    return True


def is_email(text: str) -> bool:
    """An address without quotes: the last dot must have a letter behind it and a letter at the end."""
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return False
    if domain.startswith(".") or domain.endswith(".") or ".." in domain or not _ALNUM.match(domain):
        return False
    dots = [place for place, sign in enumerate(domain) if sign == "."]
    good = any(_ALNUM.match(domain[place - 1]) and _LETTER.match(domain[place + 1]) for place in dots)
    return good and _LETTER.match(domain[-1]) is not None


def is_country(text: str) -> bool:
    """An ISO 3166-1 code of two letters, all upper-case or all lower-case."""
    return text in (text.lower(), text.upper()) and text.upper() in _countries()


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries) | tables().listed["more-countries"]


def length(text: str) -> int:
    """How many grapheme clusters a text has."""
    return len(text) if text.isascii() and "\r" not in text else len(regex.findall(r"\X", text))


def is_body_code(text: str) -> bool:
    """Whether a code is written like one of an Italian public body; the list is not held, see the hint."""
    return _BODY_CODE.fullmatch(text) is not None


@cache
def _subtags() -> dict[str, dict[str, Any]]:
    """Of each kind of subtag: the registered ones, extended languages and variants with their prefixes."""
    kinds: dict[str, dict[str, Any]] = {"language": {}, "extlang": {}, "script": {}, "region": {}, "variant": {}}
    for entry in language_tags.data.get("registry"):
        if entry.get("Type") in kinds and ".." not in entry["Subtag"]:
            kinds[entry["Type"]][entry["Subtag"].lower()] = tuple(text.lower() for text in entry.get("Prefix", ()))
    listed = tables().listed
    for tag in listed["more-languages"]:
        kinds["language"][tag] = ()
    for tag in listed["unknown-languages"]:
        kinds["language"].pop(tag, None)
    for tag in listed["unknown-scripts"]:
        kinds["script"].pop(tag, None)
    for tag in listed["more-regions"]:
        kinds["region"][tag] = ()
    return kinds


@lru_cache(maxsize=1_024)
def is_language(text: str) -> bool:
    """A strict BCP 47 tag of registered subtags, in any case; ``en_GB`` and ``eng`` are none, ``ger`` is one."""
    tag = text.lower()
    if len(tag) > _LONGEST_TAG or not tag.isascii():
        return False
    if tag in tables().listed["grandfathered"] or _PRIVATE.fullmatch(tag):
        return True
    found = _TAG.fullmatch(tag)
    if not found:
        return False
    language, script, region, variants, extension = found.groups()
    base, *extended = language.split("-")
    kinds = _subtags()
    if not _known_language(base) or (script and script not in kinds["script"] and not _private_script(script)):
        return False
    if region and region not in kinds["region"] and not _private_region(region):
        return False
    if not all(_fits(kinds["extlang"], part, tag) for part in extended):
        return False
    parts = variants.split("-")[1:]
    if len(set(parts)) != len(parts) or not all(part in kinds["variant"] for part in parts):
        return False
    return sum(len(part) == 1 for part in extension.split("-")) <= 1


def _fits(kind: dict[str, Any], part: str, tag: str) -> bool:
    prefixes = kind.get(part)
    return prefixes is not None and (not prefixes or f"{tag}-".startswith(prefixes))


def _known_language(tag: str) -> bool:
    return tag in _subtags()["language"] or ("qaa" <= tag <= "qtz" and len(tag) == 3)


def _private_script(tag: str) -> bool:
    return "qaaa" <= tag <= "qabx"


def _private_region(tag: str) -> bool:
    return len(tag) == 2 and ("qm" <= tag <= "qz" or "xa" <= tag <= "xz")
