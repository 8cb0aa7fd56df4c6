# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts of every rule that a problem, an item or an error can name, in German and English.

The texts are data: ``rules/*.toml``, one table a rule with ``severity`` and ``[ID.de]`` / ``[ID.en]`` tables that hold
``message`` and ``hint``. ``{placeholders}`` are filled from the params; an unknown one stays visible, never an error.
Where a param is a code, ``words`` of a language say what it is called. ``asked_by`` says who wants it so; what somebody
wants of single keys is in ``publiccode/askers.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from registry.model import Origin, Problem, Severity

_FOLDER = Path(__file__).parent / "rules"
_ASKERS = Path(__file__).parent / "publiccode" / "askers.toml"
_ITEM = re.compile(r"\[[^\]]{0,80}\]")
_LANGUAGE = re.compile(r"^description(?:\.[^.]{1,80}|\[[^\]]{0,80}\])(?=\.)")
LANGUAGES = ("de", "en")
ASKERS = ("standard", "pipelines", "opencode", "allmende")
"""In the order in which they are named."""


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    severity: Severity
    message: Mapping[str, str]
    hint: Mapping[str, str]
    """Empty text where there is nothing to do."""
    asked_by: tuple[str, ...] = ()
    """Of standard, pipelines (Italy, Switzerland, EU), opencode, allmende."""
    words: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """By language and param: what its codes are called; an empty code is also a param that is missing."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one asker wants of a key when a rule speaks of it: the same, the opposite (``against``) or nothing."""

    asker: str
    keys: frozenset[str]
    rules: frozenset[str]
    source: str
    against: Mapping[str, str]
    waived: bool
    """It does not ask for it at this key, as it does elsewhere."""


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
                asked_by=tuple(table.get("asked_by", ())),
                words={lang: table[lang].get("words", {}) for lang in LANGUAGES},
            )
    return found


def explain(rule: str, params: Mapping[str, str], lang: str) -> Explanation:
    """The rule's message and hint in ``lang`` ("de" or "en"), placeholders filled with plain text."""
    known = rules().get(rule)
    if known is None:
        return Explanation(message=rule, hint="")
    named = {
        name: words.get(params.get(name, ""), params.get(name, ""))
        for name, words in known.words[lang].items()
        if name in params or "" in words
    }
    values = _Visible({**params, **named})
    return Explanation(message=known.message[lang].format_map(values), hint=known.hint[lang].format_map(values))


def problem(rule: str, origin: Origin | None = None, key: str | None = None, **params: str) -> Problem:
    """A problem with the rule's own severity. Raises KeyError for a rule that has no texts."""
    return Problem(rule=rule, severity=rules()[rule].severity, origin=origin, key=key, params=params)


def asked_by(rule: str, key: str | None) -> tuple[str, ...]:
    """Who asks for what a finding of ``rule`` at ``key`` (a key path) demands; empty for a rule of no check."""
    known = rules().get(rule)
    asking = set(known.asked_by if known else ())
    for one in _demands_on(rule, key):
        if one.waived:
            asking.discard(one.asker)
        elif not one.against:
            asking.add(one.asker)
    return tuple(asker for asker in ASKERS if asker in asking)


def conflict(rule: str, key: str | None) -> Mapping[str, str] | None:
    """The sentence, by language, that says another asker wants the opposite of what a finding demands; else None."""
    return next((one.against for one in _demands_on(rule, key) if one.against), None)


def opposed_by(rule: str, key: str | None) -> tuple[str, ...]:
    """Who asks for the opposite of what a finding demands."""
    return tuple(one.asker for one in _demands_on(rule, key) if one.against)


@cache
def demands() -> tuple[Demand, ...]:
    """All that was verified of what askers want of single keys."""
    return tuple(
        Demand(
            asker=table["asker"],
            keys=frozenset(table["keys"]),
            rules=frozenset(table["rules"]),
            source=table["source"],
            against={lang: table[lang] for lang in LANGUAGES if lang in table},
            waived=table.get("waives", False),
        )
        for table in tomllib.loads(_ASKERS.read_text(encoding="utf-8")).values()
    )


def _demands_on(rule: str, key: str | None) -> Iterator[Demand]:
    path = _ITEM.sub("", _LANGUAGE.sub("description.*", key or ""))
    return (one for one in demands() if rule in one.rules and path in one.keys)
