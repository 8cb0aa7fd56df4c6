# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the checks of a file put what they find: capped, cleaned of secrets, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harvesters.readers.texts import one_line, without_logins
from harvesters.readers.yamlsafe import Node
from registry.model import Origin, Problem, Severity
from registry.vocabulary.rules import problem

MOST_FINDINGS = 300
"""More of one file help nobody; the most severe are kept."""
_MOST_COLLECTED = 3_000
_LONGEST_PARAM = 200
_GRAVEST = tuple(Severity)


@dataclass(slots=True)
class Findings:
    """Findings of ``path``, a file name."""

    path: str
    told: list[Problem] = field(default_factory=list)

    def tell(
        self, rule: str, line: int, column: int, key: str | None = None, severity: Severity | None = None, **params: str
    ) -> None:
        """Tell a finding; ``severity`` where it is not the rule's own. Params quote strangers: short, on one line."""
        if len(self.told) >= _MOST_COLLECTED:
            return
        origin = Origin("", self.path, max(line, 1), column=max(column, 1))
        found = problem(rule, origin, _quoted(key) if key else None, **{n: _quoted(v) for n, v in params.items()})
        self.told.append(found if severity is None else replace(found, severity=severity))

    def at_value(self, rule: str, node: Node, key: str, severity: Severity | None = None, **params: str) -> None:
        """Tell a finding about a value, where it stands."""
        self.tell(rule, node.line, node.column, key, severity, **params)

    def at_key(self, rule: str, node: Node, key: str, severity: Severity | None = None, **params: str) -> None:
        """Tell a finding about a key, given its value."""
        self.tell(rule, node.key_line or node.line, node.key_column or node.column, key, severity, **params)

    def sorted(self) -> tuple[Problem, ...]:
        """All findings by line and column, each once."""
        kept = list({_identity(one): one for one in self.told}.values())
        if len(kept) > MOST_FINDINGS:
            kept = sorted(kept, key=lambda one: _GRAVEST.index(one.severity))[:MOST_FINDINGS]
        return tuple(sorted(kept, key=_place))


def _place(found: Problem) -> tuple[int, int]:
    origin = found.origin
    return (origin.line or 0, origin.column or 0) if origin else (0, 0)


def _identity(found: Problem) -> tuple[str, str | None, tuple[int, int]]:
    return found.rule, found.key, _place(found)


def _quoted(written: str) -> str:
    return without_logins(one_line(written[: 4 * _LONGEST_PARAM]))[:_LONGEST_PARAM]
