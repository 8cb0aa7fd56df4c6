# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contacts and contractors of a publiccode.yml, as far as they are offices and companies.

A person's name, address or phone number is never read. What counts as a role or an organisation is data:
``registry/vocabulary/publiccode/contacts.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from harvesters.publiccode import values
from harvesters.publiccode.keys import children
from harvesters.readers.publiccode_values import day, mappings, text, url
from harvesters.readers.yamlsafe import Node
from registry.vocabulary.publiccode import Key, vocabulary

_BREAK = re.compile(r"[._+-]")
_PART = re.compile(r"[,;/|()]|\s[-–—]\s|\bc/o\b|\s(?:im|in der|bei der|beim|at the|of the)\s")
_SHORT = re.compile(r"[A-ZÄÖÜ]{1,5}")
"""What an office or its place is called for short, such as the province in "Comune di Ferrara (FE)"."""
_WORD = re.compile(r"[^\W\d_][\w.&-]*")


def is_role(address: str) -> bool:
    """Whether a mail address is one of an office or a role, such as ``opensource@stadt.example``."""
    table = vocabulary("contacts")
    parts = [part for part in _BREAK.split(address.lower().partition("@")[0]) if part and not part.isdecimal()]
    if not parts or not values.is_mail(address) or _has(parts, table["given"]):
        return False
    known = {*table["roles"], *table["organisations"], *table["leading"]}
    return parts[0] in table["leading"] or all(part in known for part in parts)


def is_organisation(name: str) -> bool:
    """Whether a name has a word that only organisations have, and none that only persons have."""
    table = vocabulary("contacts")
    found = _WORD.findall(name.lower())
    if _has(found, table["legal_forms"]):
        return True
    if not _has(found, table["organisations"]) or _has(found, table["titles"]) or _has(found, table["given"]):
        return False
    # "Xaver Land" may be a person, "Land Hessen" is none.
    return len(found) != 2 or not _has(found[1:], table["surnames"]) or _has(found[:1], table["organisations"])


def names_organisation(name: str) -> bool:
    """Whether who owns something is an organisation, or has one word of a name that is no login: "VNG", "Geonovum"."""
    return is_organisation(name) or (name.isalnum() and name != name.lower())


def office(name: str) -> str | None:
    """What of a contact's name is an office's: "Amt für Digitales" of "Max Muster, Amt für Digitales"."""
    parts = [part.strip() for part in _PART.split(name) if part.strip()]
    offices = [part for part in parts if is_organisation(part)]
    kept = [part for part in parts if part in offices or (offices and _SHORT.fullmatch(part))]
    return name if kept and kept == parts else ", ".join(kept) or None


def _has(found: Sequence[str], known: Collection[str]) -> bool:
    return any(word in known or word.rstrip(".") in known for word in found)


def contacts(node: Node | None, rule: Key | None) -> list[dict[str, str | None]]:
    """``{"name", "email"}`` of each contact that is no person's."""
    found: list[dict[str, str | None]] = []
    for parts in _mappings(node, rule):
        name, mail = text(parts.get("name")), text(parts.get("email"))
        kept = {
            "name": office(name) if name else None,
            "email": mail if mail and is_role(mail) else None,
        }
        if any(kept.values()) and kept not in found:
            found.append(kept)
    return found


def contractors(node: Node | None, rule: Key | None) -> list[dict[str, str | None]]:
    """``{"name", "website", "until"}`` of each contractor that is certainly an organisation."""
    found: list[dict[str, str | None]] = []
    for parts in _mappings(node, rule):
        name, website, until = text(parts.get("name")), parts.get("website"), parts.get("until")
        link = url(website) if website else None
        if name and (is_organisation(name) or (link and " " not in name)):
            found.append({"name": name, "website": link, "until": day(until) if until else None})
    return found


def _mappings(node: Node | None, rule: Key | None) -> list[dict[str, Node]]:
    if node is None or rule is None or rule.item is None:
        return []
    return [children(item, rule.item) for item in mappings(node) if isinstance(item.value, dict)]
