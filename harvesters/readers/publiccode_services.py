# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which public services a software supports: the German section (LeiKa, OZG) and ``supports``.

A LeiKa key and ``urn:de:fim:leika:leistung:KEY`` name the same service and are read as each other; an OZG id has no
such counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harvesters.publiccode import values
from harvesters.publiccode.keys import children
from harvesters.readers.publiccode_values import mappings, text
from harvesters.readers.yamlsafe import Node
from registry.vocabulary.publiccode import Key

_OZG = re.compile(r"[0-9]{5,14}")
Service = dict[str, str | None]


def services(leika: Node | None, rule: Key | None, supported: Mapping[str, Node]) -> list[tuple[Service, Node]]:
    """``{"leika", "ozg", "themenfeld", "lebenslage"}`` of each service with its place, those of ``supports`` last."""
    found: list[tuple[Service, Node]] = []
    for item in mappings(leika):
        parts = children(item, rule.item) if rule and rule.item else {}
        number = item if not isinstance(item.value, dict) else parts.get("leika-id")
        ozg = text(parts.get("ozg-id"))
        service: Service = {
            "leika": values.leika(text(number) or ""),
            "ozg": ozg if ozg and _OZG.fullmatch(ozg) else None,
            "themenfeld": text(parts.get("themenfeld")),
            "lebenslage": text(parts.get("lebenslage")),
        }
        if any(service.values()) and service not in [other for other, _ in found]:
            found.append((service, item))
    known = {service["leika"] for service, _ in found}
    for identity, node in supported.items():
        key = values.leika(identity) if identity.lower().startswith(values.LEIKA_URN) else None
        if key and key not in known:
            known.add(key)
            found.append(({"leika": key, "ozg": None, "themenfeld": None, "lebenslage": None}, node))
    return found


def supports(node: Node | None, rule: Key | None) -> dict[str, Node]:
    """The ids of ``supports`` (``alias:X``, URLs and URNs) and where each stands first."""
    found: dict[str, Node] = {}
    item_rule = rule.item if rule else None
    identity = item_rule.children.get("id") if item_rule else None
    aliases = next((value for name, value in identity.checks if name == "support"), ()) if identity else ()
    for item in mappings(node):
        written = text(children(item, item_rule).get("id") if isinstance(item.value, dict) and item_rule else item)
        meant = values.support(written, aliases) if written else None
        if meant:
            found.setdefault(meant, item)
    return found


def as_supports(found: Iterable[tuple[Service, Node]]) -> dict[str, Node]:
    """The same services as ids of ``supports``."""
    return {f"{values.LEIKA_URN}{service['leika']}": node for service, node in found if service["leika"]}
