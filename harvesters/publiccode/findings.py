# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the checks of a file put what they find: capped, cleaned of secrets, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harvesters.readers.texts import one_line
from harvesters.readers.yamlsafe import Node
from registry.model import Origin, Problem, Severity
from registry.vocabulary.logins import without_logins
from registry.vocabulary.rules import problem

MOST_FINDINGS = 300
"""More of one file help nobody; the most severe are kept."""
_MOST_COLLECTED = 3_000
_LONGEST_PARAM = 200
_LONGEST_LIST = 1_000
_LISTS = frozenset({"allowed", "expected"})
"""Params that name all that is right."""
_NAMING = frozenset({"name", "value", "tag"})
_HIDDEN = "…"
_NAMED_BY_PEOPLE = frozenset({"publiccode-tag", "publiccode-anchor"})
"""Told of names that whoever wrote the file thought of."""
_PEOPLE = frozenset({"contacts", "contractors"})
_OF_PEOPLE = frozenset({"name", "email", "affiliation", "phone", "until", "website"})
_GRAVEST = tuple(Severity)


@dataclass(slots=True)
class Findings:
    """Findings of ``path``, a file name."""

    path: str
    told: list[Problem] = field(default_factory=list)
    dropped: int = 0
    """How many were not even kept."""

    def tell(
        self, rule: str, line: int, column: int, key: str | None = None, severity: Severity | None = None, **params: str
    ) -> None:
        """Tell a finding; ``severity`` where it is not the rule's own. Params quote strangers: short, on one line."""
        if len(self.told) >= _MOST_COLLECTED:
            self.dropped += 1
            return
        origin = Origin("", self.path, max(line, 1), column=max(column, 1))
        shown = public_path(key) if key else None
        if shown != key or (rule in _NAMED_BY_PEOPLE and not _PEOPLE.isdisjoint(_names(key))):
            params = {n: shown or _HIDDEN if v == key else _HIDDEN if n in _NAMING else v for n, v in params.items()}
        found = problem(
            rule, origin, _quoted(shown) if shown else None, **{n: _quoted(v, n) for n, v in params.items()}
        )
        self.told.append(found if severity is None else replace(found, severity=severity))

    def at_value(self, rule: str, node: Node, key: str, severity: Severity | None = None, **params: str) -> None:
        """Tell a finding about a value, where it stands."""
        self.tell(rule, node.line, node.column, key, severity, **params)

    def at_key(self, rule: str, node: Node, key: str, severity: Severity | None = None, **params: str) -> None:
        """Tell a finding about a key, given its value."""
        self.tell(rule, node.key_line or node.line, node.key_column or node.column, key, severity, **params)

    def sorted(self, most: int | None = MOST_FINDINGS) -> tuple[Problem, ...]:
        """The ``most`` gravest findings (None: all) by line and column, each once; the last says how many are left out.

        It stands where the last one told does, and is told besides.
        """
        told = list({_identity(one): one for one in self.told}.values())
        if most is None or len(told) + self.dropped <= most:
            return tuple(sorted(told, key=_place))
        kept = sorted(sorted(told, key=lambda one: _GRAVEST.index(one.severity))[:most], key=_place)
        last = kept[-1].origin if kept else Origin("", self.path, 1, column=1)
        left = str(len(told) - len(kept) + self.dropped)
        return (*kept, problem("publiccode-more", last, None, count=left, most=str(most)))


def _place(found: Problem) -> tuple[int, int]:
    origin = found.origin
    return (origin.line or 0, origin.column or 0) if origin else (0, 0)


def _identity(found: Problem) -> tuple[str, str | None, tuple[int, int]]:
    return found.rule, found.key, _place(found)


def _quoted(written: str, name: str = "") -> str:
    longest = _LONGEST_LIST if name in _LISTS else _LONGEST_PARAM
    return without_logins(one_line(written[: 4 * longest]))[:longest]


def public_path(key: str) -> str:
    """The key path as far as it can name nobody: of contacts and contractors only the standard's own keys are quoted.

    People write names of persons where a key belongs, also right below ``maintenance``.
    """
    parts, private = key.split("."), False
    for number, part in enumerate(parts):
        name = part.partition("[")[0].lower()
        if (private and name not in _OF_PEOPLE) or (number == 1 and _is_odd(part) and parts[0] == "maintenance"):
            return ".".join(parts[:number])
        private = private or name in _PEOPLE
    return key


def _names(key: str | None) -> set[str]:
    return {part.partition("[")[0].lower() for part in (key or "").split(".")}


def _is_odd(name: str) -> bool:
    return " " in name or "@" in name
