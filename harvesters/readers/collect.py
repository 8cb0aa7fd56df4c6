# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a reader puts its facts and problems of one file: fills in origins and caps hostile amounts."""

from __future__ import annotations

from dataclasses import dataclass, field

from harvesters.readers.texts import one_line
from registry.model import Fact, FactSource, Field, Json, Origin, Problem, Reading, Snapshot
from registry.vocabulary.rules import problem

MOST_PROBLEMS = 100
"""More of one file help nobody."""
_LONGEST_PARAM = 200


@dataclass(slots=True)
class Collector:
    """Facts and problems of ``path`` (None: of the repository as a whole)."""

    snapshot: Snapshot
    source: FactSource
    path: str | None = None
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def origin(self, line: int | None = None, column: int | None = None) -> Origin:
        return Origin(
            repository=self.snapshot.ref.url, path=self.path, line=line, commit=self.snapshot.commit, column=column
        )

    def fact(
        self, name: Field, value: Json, line: int | None = None, column: int | None = None, lang: str | None = None
    ) -> None:
        self.facts.append(Fact(name, value, self.origin(line, column), self.source, lang))

    def problem(
        self, rule: str, line: int | None = None, column: int | None = None, key: str | None = None, **params: str
    ) -> None:
        """Tell a problem; params are shortened and cleaned, for they quote what a stranger wrote."""
        if len(self.problems) < MOST_PROBLEMS:
            quoted = {name: one_line(value[: 4 * _LONGEST_PARAM])[:_LONGEST_PARAM] for name, value in params.items()}
            shown = one_line(key[:_LONGEST_PARAM]) if key else key
            self.problems.append(problem(rule, self.origin(line, column), shown, **quoted))

    def reading(self, reader: str) -> Reading:
        return Reading(reader, tuple(self.facts), tuple(self.problems))
