# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Facts as they may be kept: without addresses of persons and logins, per language where they must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from registry.model import PER_LANGUAGE, Fact, Field, Json, Problem
from registry.vocabulary.logins import without_logins
from registry.vocabulary.phones import without_phones

UNDETERMINED = "und"
"""BCP 47 tag of a text whose language nobody stated."""

_PLACES = frozenset(
    {
        Field.UPSTREAM_URL, Field.LANDING_URL, Field.ROADMAP_URL, Field.DOCUMENTATION_URL, Field.API_DOCUMENTATION_URL,
        Field.ISSUES_URL, Field.FORK_OF, Field.IS_BASED_ON, Field.REPOSITORY_URL, Field.MIRROR_OF, Field.SUCCESSOR,
        Field.LOGO, Field.SCREENSHOTS, Field.VIDEOS, Field.SBOM, Field.TESTS, Field.DOCUMENTATION, Field.IDENTIFIERS,
    }
)  # fmt: skip
"""Web addresses and paths, in which an @ is no sign of a person ("shot@2x.png")."""
_TEXTS = frozenset(
    {
        Field.NAME, Field.LOCALISED_NAME, Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION, Field.LONG_DESCRIPTION_HTML,
        Field.FEATURES, Field.AWARDS, Field.KEYWORDS, Field.TOPICS, Field.README, Field.INSTALLATION, Field.USED_BY,
        Field.APPLICATION_SUITE, Field.ORGANISATION, Field.COPYRIGHT_OWNER, Field.FUNDED_BY, Field.CONTRACTORS,
        Field.DEPENDS_ON,
    }
)  # fmt: skip
"""What people write in words, and so phone numbers too; figures of any other field are no phone numbers."""
_MAILTO = re.compile(r"mailto:[^\s\"'<>)]*", re.IGNORECASE)
# "git@host:path" is a remote, not a person. The look-behind keeps the search linear; touching addresses are one match.
_ADDRESS = re.compile(
    r"(?<![\w.+%-])(?!git@)(?:[\w.+%-]+(?:\\?@|&(?:#0{0,5}64|#x0{0,5}40|commat);|\s?[\[(](?:at|ät)[\])]\s?)"
    r"(?:[\w-]+(?:\.|\s?[\[(](?:dot|punkt)[\])]\s?))+[^\W\d_]{2,})+",
    re.IGNORECASE,
)
_ONE_ADDRESS = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_REMOVED = "[e-mail]"
_NO_PHONE = "[tel]"
_QUERY = re.compile(r"(https?://[^\s?#<>\"']*)[?#]([^\s<>\"']*)", re.IGNORECASE)
_MAIL_IN_QUERY = re.compile(r"[^\W_](?:@|%40)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2}", re.IGNORECASE)
_LEFT_OUT = "…"
_CONTACT = re.compile(r"maintenance\.contacts(?:\[[0-9]+\])?(?:\.(?:name|email|phone|affiliation)\b)?")
_PARTS_OF_A_CONTACT = frozenset({"name", "email", "phone", "affiliation"})
_OF_THE_RULE = frozenset({"expected", "allowed", "most", "least", "length", "since", "newest", "count", "line_number"})
"""Params of problems that a rule fills itself: they quote nobody."""


def cleaned(fact: Fact) -> Fact | None:
    """The fact as it may be kept; None when nothing is left of it."""
    value = _contacts(fact.value) if fact.field is Field.CONTACTS else _value(fact)
    if value is None or value in ("", [], {}):
        return None
    lang = (fact.lang or UNDETERMINED) if fact.field in PER_LANGUAGE else None
    return replace(fact, value=value, lang=lang)


def told(found: Problem) -> Problem:
    """The problem as it may be kept: what it quotes of a contact is taken out, for it may be a person's."""
    params = {name: _quoted(name, value) for name, value in found.params.items()}
    key = without_contacts(found.key) if found.key else found.key
    if contact := _CONTACT.match(key or ""):
        key = contact[0]
        params = {name: value if _says_no_name(name, value) else _LEFT_OUT for name, value in params.items()}
    return replace(found, params=params, key=key)


def _quoted(param: str, value: str) -> str:
    return without_addresses(value) if param in _OF_THE_RULE else without_contacts(value)


def _says_no_name(param: str, value: str) -> bool:
    return param in _OF_THE_RULE or _CONTACT.fullmatch(value) is not None or value in _PARTS_OF_A_CONTACT


def without_addresses(text: str) -> str:
    """The text without e-mail addresses, also written as "name (at) example.org" or as a mailto link, and logins."""
    return _ADDRESS.sub(_REMOVED, _MAILTO.sub("#", without_logins(text)))


def without_contacts(text: str) -> str:
    """The text without e-mail addresses, logins and phone numbers."""
    return without_phones(without_addresses(text), _NO_PHONE)


def _value(fact: Fact) -> Json:
    places = fact.field in _PLACES
    texts = without_contacts if fact.field in _TEXTS else without_addresses
    value = _walk(fact.value, _without_person if places else texts)
    if places and isinstance(value, list):
        return [part for part in value if not _is_mailto(part)]
    if isinstance(value, str):
        return None if places and _is_mailto(value) else value.strip()
    return value


def _without_person(address: str) -> str:
    """An address without login, and without the query or fragment that holds somebody's e-mail address."""
    return _QUERY.sub(lambda found: found[1] if _MAIL_IN_QUERY.search(found[2]) else found[0], without_logins(address))


def _is_mailto(value: Json) -> bool:
    return isinstance(value, str) and value.strip().lower().startswith("mailto:")


def _contacts(value: Json) -> list[Json]:
    """Contacts keep their address and nothing but name and address; the reader gives those of functions only."""
    found: list[Json] = []
    for one in value if isinstance(value, list) else []:
        if not isinstance(one, dict):
            continue
        name, email = one.get("name"), one.get("email")
        kept = {
            "name": without_contacts(name).strip() or None if isinstance(name, str) else None,
            "email": email if isinstance(email, str) and _ONE_ADDRESS.fullmatch(email) else None,
        }
        if kept["email"]:
            found.append(kept)
    return found


def _walk(value: Json, clean: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_walk(part, clean) for part in value]
    if isinstance(value, dict):
        return {key: _walk(part, clean) for key, part in value.items()}
    return value
