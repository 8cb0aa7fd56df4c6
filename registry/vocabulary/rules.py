# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts of every rule that a problem, an item or an error can name, in German and English.

The texts are data: ``rules/*.toml``, one table a rule with ``severity`` and ``[ID.de]`` / ``[ID.en]`` tables that hold
``message`` and ``hint``. ``{placeholders}`` are filled from the params; an unknown one stays visible, never an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from registry.model import Origin, Problem, Severity

_FOLDER = Path(__file__).parent / "rules"
LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    severity: Severity
    message: Mapping[str, str]
    hint: Mapping[str, str]
    """Empty text where there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Explanation:
    message: str
    hint: str


class _Visible(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by id. Raises ValueError when two files define the same id or a text is missing."""
    found: dict[str, Rule] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for rule_id, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if rule_id in found:
                raise ValueError(f"rule {rule_id} is defined twice, the second time in {path.name}")
            found[rule_id] = Rule(
                id=rule_id,
                severity=Severity(table["severity"]),
                message={lang: table[lang]["message"] for lang in LANGUAGES},
                hint={lang: table[lang].get("hint", "") for lang in LANGUAGES},
            )
    return found


def explain(rule: str, params: Mapping[str, str], lang: str) -> Explanation:
    """The rule's message and hint in ``lang`` ("de" or "en"), placeholders filled with plain text."""
    known = rules().get(rule)
    if known is None:
        return Explanation(message=rule, hint="")
    values = _Visible(params)
    return Explanation(message=known.message[lang].format_map(values), hint=known.hint[lang].format_map(values))


def problem(rule: str, origin: Origin | None = None, key: str | None = None, **params: str) -> Problem:
    """A problem with the rule's own severity. Raises KeyError for a rule that has no texts."""
    return Problem(rule=rule, severity=rules()[rule].severity, origin=origin, key=key, params=params)
