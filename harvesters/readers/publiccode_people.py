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
from harvesters.readers.publiccode_values import day, items, text, url
from harvesters.readers.yamlsafe import Node
from registry.vocabulary.publiccode import Key, vocabulary

_BREAK = re.compile(r"[._+-]")
_WORD = re.compile(r"[^\W\d_][\w.&-]*")


def is_role(address: str) -> bool:
    """Whether a mail address is one of an office or a role, such as ``opensource@stadt.example``."""
    table = vocabulary("contacts")
    parts = [part for part in _BREAK.split(address.lower().partition("@")[0]) if part and not part.isdecimal()]
    if not parts or not values.is_mail(address):
        return False
    known = {*table["roles"], *table["organisations"], *table["leading"]}
    return parts[0] in table["leading"] or all(part in known for part in parts)


def is_organisation(name: str) -> bool:
    """Whether a name has a word that only organisations have."""
    known = vocabulary("contacts")["organisations"]
    return any(word in known or word.rstrip(".") in known for word in _WORD.findall(name.lower()))


def contacts(node: Node | None, rule: Key | None) -> list[dict[str, str | None]]:
    """``{"name", "email"}`` of each contact that is no person's."""
    found: list[dict[str, str | None]] = []
    for parts in _mappings(node, rule):
        name, mail = text(parts.get("name")), text(parts.get("email"))
        kept = {
            "name": name if name and is_organisation(name) else None,
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
    listed = [node] if isinstance(node.value, dict) else items(node)
    return [children(item, rule.item) for item in listed if isinstance(item.value, dict)]
