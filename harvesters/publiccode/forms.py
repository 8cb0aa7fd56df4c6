# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an entry looks when it is written right: one line of YAML for the hint of a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping

from registry.vocabulary.publiccode import Key, newest, table

_PLACE = re.compile(r"\.|(?=\[)")
_TEXT = '"…"'
_MOST_KEYS = 2
_KINDS = {
    "text": "text",
    "url": "text",
    "flag": "boolean",
    "list": "list",
    "by-language": "languages",
    "struct": "mapping",
}
_GENERAL: Mapping[str, str] = {
    "text": _TEXT,
    "boolean": "true",
    "mapping": "{…: …}",
    "list": f"[{_TEXT}, {_TEXT}]",
    "languages": "{de: {…: …}}",
}


def rule_at(path: str) -> Key | None:
    """What the newest version says of a key path in any spelling; None for what it does not know."""
    rule: Key | None = table(newest())
    for part in _PLACE.split(path) if path else ():
        if rule is None:
            return None
        name = part.strip("[]") if rule.type == "languages" else part
        rule = rule.children.get(rule.spellings.get(name.lower(), name)) or rule.item
    return rule


def form(path: str, expected: str, rule: Key | None = None) -> str:
    """The entry at a key path as it is right; ``expected`` is a type of the rule tables, which counts if ``rule`` has
    another."""
    value = _value(rule) if rule is not None and rule.type == expected else _GENERAL.get(expected, "…")
    if path.endswith("]"):
        return f"- {value}"
    name = path.rpartition(".")[2]
    return f"{name}: {value}" if name else value


def expected(kind: str, path: str) -> Mapping[str, str]:
    """Params of a wrong type that the reference parser found: ``kind`` is that of its own tables."""
    rule = rule_at(path)
    type_ = _KINDS.get(kind) or (rule.type if rule else "any")
    return {"expected": type_, "form": form(path, type_, rule)}


def _value(rule: Key) -> str:
    words = dict(rule.checks).get("one_of")
    if words:
        return f'"{words[0]}"' if words[0][0].isdigit() else str(words[0])
    if rule.type == "list" and rule.item is not None:
        item = _value(rule.item)
        return f"[{item}, {item}]" if item == _TEXT else f"[{item}]"
    if rule.type == "languages" and rule.item is not None:
        return f"{{de: {_value(rule.item)}}}"
    if rule.type == "mapping":
        wanted = [one for one in rule.children.values() if one.required] or list(rule.children.values())
        inner = ", ".join(f"{one.name}: {_value(one)}" for one in wanted[:_MOST_KEYS])
        return f"{{{inner}}}" if inner else _GENERAL["mapping"]
    return _GENERAL.get(rule.type, "…")
