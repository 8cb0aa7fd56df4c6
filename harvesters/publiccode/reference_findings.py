# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where reference mode puts its findings: in the reference parser's order, with its words, places and key paths."""

from __future__ import annotations

from harvesters.publiccode.reference_places import NOWHERE, Place, place
from harvesters.publiccode.reference_tables import tables
from harvesters.publiccode.reference_tree import RNode
from harvesters.readers.texts import one_line
from registry.model import Origin, Problem, Severity
from registry.vocabulary.logins import without_logins

_LONGEST_PARAM = 200
_LONGEST_KEY = 400
_MOST = 2_000


class Told:
    """The findings of one file named ``path``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.root: RNode | None = None
        self.findings: list[Problem] = []

    def at(self, where: Place, severity: Severity, rule: str, key: str, says: str, **params: str) -> None:
        """Tell a finding at a place; ``says`` are the reference parser's words."""
        if len(self.findings) >= _MOST:
            return
        name = key.rpartition(".")[2] or key
        quoted = {"name": name, "reference": says, "line_number": str(where[0]), **params}
        origin = Origin("", self._path, where[0], column=where[1])
        short = {parameter: _short(text) for parameter, text in quoted.items()}
        self.findings.append(Problem(rule, severity, origin, key[:_LONGEST_KEY], short))

    def _place(self, key: str) -> Place:
        return place(self.root, key) if len(self.findings) < _MOST else NOWHERE

    def error(self, rule: str, key: str, says: str, **params: str) -> None:
        """An error where the reference parser finds the key."""
        self.at(self._place(key), Severity.ERROR, rule, key, says, **params)

    def warning(self, rule: str, key: str, says: str, **params: str) -> None:
        """A warning where the reference parser finds the key."""
        self.at(self._place(key), Severity.WARNING, rule, key, says, **params)

    def hint(self, rule: str, key: str, says: str, **params: str) -> None:
        """What the reference parser would check and we cannot."""
        self.at(self._place(key), Severity.HINT, rule, key, says, **params)

    def deprecated(self, key: str, entry: str = "", value: str = "") -> None:
        """A key that is still taken; ``entry`` is its name in the table where that is another."""
        found = tables().deprecated[entry or key]
        says = found.says.replace("{value}", value)
        rule = "publiccode-key-deprecated" if found.instead else "publiccode-key-dropped"
        self.warning(rule, key, says, since=found.since, instead=found.instead)


def _short(text: str) -> str:
    return without_logins(one_line(text[: 4 * _LONGEST_PARAM]))[:_LONGEST_PARAM]
