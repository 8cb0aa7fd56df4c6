# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contacts and contractors of a publiccode.yml, as far as they are offices and companies.

A person's name, address or phone number is never read. What counts as a role or an organisation is data:
``registry/vocabulary/publiccode/contacts.toml``.
"""

from __future__ import annotations

import re

from harvesters.publiccode import values
from harvesters.publiccode.keys import children
from harvesters.readers.publiccode_values import day, mappings, text, url
from harvesters.readers.yamlsafe import Node
from registry.vocabulary.organisations import has_one_of, is_organisation
from registry.vocabulary.publiccode import Key, vocabulary

_BREAK = re.compile(r"[._+-]")
_PART = re.compile(r"[,;/|()]|\s[-–—]\s|\bc/o\b|\s(?:im|in der|bei der|beim|at the|of the)\s")
_SHORT = re.compile(r"[A-ZÄÖÜ]{1,5}")
"""What an office or its place is called for short, such as the province in "Comune di Ferrara (FE)"."""


def is_role(address: str) -> bool:
    """Whether a mail address is one of an office or a role, such as ``opensource@stadt.example``."""
    table = vocabulary("contacts")
    parts = [part for part in _BREAK.split(address.lower().partition("@")[0]) if part and not part.isdecimal()]
    if not parts or not values.is_mail(address) or has_one_of(parts, table["given"]):
        return False
    known = {*table["roles"], *table["organisations"], *table["leading"]}
    return parts[0] in table["leading"] or all(part in known for part in parts)


def office(name: str) -> str | None:
    """What of a contact's name is an office's: "Amt für Digitales" of "Max Muster, Amt für Digitales"."""
    parts = [part.strip() for part in _PART.split(name) if part.strip()]
    offices = [part for part in parts if is_organisation(part)]
    kept = [part for part in parts if part in offices or (offices and _SHORT.fullmatch(part))]
    return name if kept and kept == parts else ", ".join(kept) or None


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
