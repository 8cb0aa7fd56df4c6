# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a reader puts its facts and problems of one file: fills in origins and caps hostile amounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harvesters.readers.texts import cut, is_mail_like, one_line
from registry.model import Fact, FactSource, Field, Json, Origin, Problem, Reading, Snapshot
from registry.vocabulary.logins import without_logins
from registry.vocabulary.rules import problem

MOST_PROBLEMS = 100
"""More of one file help nobody."""
LONGEST_NAME = 200
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
        """Keep a fact; a login in a web address is nobody's business and told to whoever published it.

        Of an address that is nothing but a mail address with a path nothing is kept.
        """
        kept = _without_logins(value)
        if kept != value:
            self.problem("address-with-login", line, column)
            if kept in (None, [], {}):
                return
        self.facts.append(Fact(name, kept, self.origin(line, column), self.source, lang))

    def each(self, name: Field, found: Iterable[tuple[Json, str, int | None]]) -> None:
        """Facts of a list whose items come from several places: one fact an item (value, path, line), so that each has
        the origin that is its own. For the fields whose statements count together (``resolve.UNITED``)."""
        for value, path, line in found:
            self.path = path
            self.fact(name, [value], line)

    def short_name(
        self, written: str, line: int | None = None, column: int | None = None, key: str | None = None
    ) -> str:
        """A name that fits on a page; cut, and told, where it does not."""
        if len(written) > LONGEST_NAME:
            self.problem("name-too-long", line, column, key, most=str(LONGEST_NAME))
        return cut(written, LONGEST_NAME)

    def problem(
        self, rule: str, line: int | None = None, column: int | None = None, key: str | None = None, **params: str
    ) -> None:
        """Tell a problem; params are shortened and cleaned, for they quote what a stranger wrote."""
        if len(self.problems) < MOST_PROBLEMS:
            quoted = {name: _quoted(value) for name, value in params.items()}
            shown = _quoted(key) if key else key
            self.problems.append(problem(rule, self.origin(line, column), shown, **quoted))

    def reading(self, reader: str) -> Reading:
        return Reading(reader, tuple(self.facts), tuple(self.problems))


def _quoted(written: str) -> str:
    return without_logins(one_line(written[: 4 * _LONGEST_PARAM]))[:_LONGEST_PARAM]


def _without_logins(value: Json) -> Json:
    if isinstance(value, str):
        return None if is_mail_like(value) else without_logins(value)
    if isinstance(value, list):
        return [kept for part in value if (kept := _without_logins(part)) is not None or part is None]
    if isinstance(value, dict):
        return {key: _without_logins(part) for key, part in value.items()}
    return value
