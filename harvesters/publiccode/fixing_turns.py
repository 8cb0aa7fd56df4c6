# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mending in turns: a file is ready when another turn changes nothing, so mending twice gives what once gave.

In a turn our old comments are taken out, mends are put in and new comments beside what is left. Mends are tried
together and taken only if the file still parses, what they are for is gone and nothing got worse; else without those
that achieved nothing, else in halves.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harvesters.publiccode.checking import check
from harvesters.publiccode.fixing_bytes import without_tabs
from harvesters.publiccode.fixing_comments import put_in, taken_out
from harvesters.publiccode.fixing_mends import MENDS, Place
from harvesters.publiccode.fixing_tree import Edit, Traced, Tree, line_starts
from harvesters.publiccode.fixing_verdict import Proposed, failed, gone, is_better
from harvesters.readers.yamlsafe import Node, Unreadable
from registry.model import Origin, Problem

FILE: Final = "publiccode.yml"
_TABS = frozenset({"publiccode-tab", "publiccode-tab-between"})
_MOST_TURNS = 8
_MOST_VALUES = 12_000
"""Keys, values and lists: the check of more takes so long that nothing could be verified within a second. The largest
real file, with the same text in 60 languages, has 5,000."""
_MOST_WITH_TABS = 4_000
"""The check for TABs takes several times as long as all the others."""
_WORK = 45_000
"""How many values may be checked in all."""
_MOST_CHECKS = 150
_MOST_ROUNDS = 300
_FEWEST = 8
"""Tried together again after one was refused."""
_MOST_FINDINGS = 3_000
"""The check itself collects no more."""


class _TooMuch(Exception):
    """More work than fits into a second."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The mended text, what was mended, and what was found in the given one."""

    traced: Traced
    mended: tuple[Problem, ...]
    given: tuple[Problem, ...]
    left: tuple[Problem, ...]
    """All that is found in the mended text."""
    not_tried: str | None = None
    """Why nothing was tried: ``large`` | ``unsettled``."""


def settled(given: Traced, lang: str) -> Reached:
    """The text mended until nothing changes. Where that is not reached, the given one: it is what a second run gives.

    Where turns undo each other, the one of their results that every run comes to.
    """
    texts = _Texts()
    found = texts.first(given.text)
    if found is None:
        nothing = texts.findings(given.text)
        return Reached(given, (), nothing, nothing, "large")
    turns = [_Turn(given, lang, texts, line_starts(given.text))]
    seen = {given.text: 0}
    try:
        while len(turns) <= _MOST_TURNS:
            turn = turns[-1]
            if len(turns) > 1:
                turn.space()
            turn.run()
            again = seen.get(turn.traced.text)
            if again is not None:
                circle = turns[again:]
                best = min(circle, key=lambda one: one.traced.text)
                number = turns.index(best)
                mended = tuple(one for turn in turns[: number + 1] for one in turn.mended)
                return Reached(best.traced, mended, found, texts.findings(best.traced.text))
            seen[turn.traced.text] = len(turns)
            turns.append(_Turn(turn.traced, lang, texts, turn.starts))
    except Unreadable:
        return Reached(given, (), found, found)
    except _TooMuch:
        return Reached(given, (), found, found, "large")
    return Reached(given, (), found, found, "unsettled")


class _Texts:
    """The normal mode's findings and the tree of each text that came up, made once."""

    def __init__(self) -> None:
        self._checked: dict[str, tuple[Problem, ...]] = {}
        self._trees: dict[str, Tree] = {}
        self._left = _MOST_CHECKS

    def first(self, text: str) -> tuple[Problem, ...] | None:
        """The findings in the text as given; None where it is too much to be mended."""
        checked = check(text.encode(), path=FILE, most=None)
        self._checked[text] = checked.findings
        values = _count(checked.root)
        self._left = min(_MOST_CHECKS, _WORK // max(values, 1))
        most = _MOST_WITH_TABS if "\t" in text else _MOST_VALUES
        return None if values > most or len(checked.findings) >= _MOST_FINDINGS else checked.findings

    def findings(self, text: str) -> tuple[Problem, ...]:
        """Raises ``_TooMuch``."""
        if text not in self._checked:
            self._left -= 1
            if self._left < 0:
                raise _TooMuch
            self._checked[text] = check(text.encode(), path=FILE, most=None).findings
        return self._checked[text]

    def tree(self, text: str) -> Tree:
        """Raises ``Unreadable``."""
        if text not in self._trees:
            self._trees[text] = Tree(text, known=bool(self._trees))
        return self._trees[text]

    def parses(self, text: str) -> bool:
        try:
            self.tree(text)
        except Unreadable:
            return False
        return True


def _count(root: Node | None) -> int:
    """Nodes as they are written: what an alias stands for is not counted again."""
    number, waiting = 0, [root] if root else []
    while waiting:
        node = waiting.pop()
        number += 1
        if not node.alias:
            parts = node.value.values() if isinstance(node.value, dict) else node.value
            waiting += parts if isinstance(parts, (list, type({}.values()))) else ()
    return number


@dataclass(slots=True)
class _Turn:
    """One pass over a text: our old comments out, mends in, new comments in."""

    traced: Traced
    lang: str
    texts: _Texts
    starts: Sequence[int]
    """Of the lines of the file as given."""
    mended: list[Problem] = field(default_factory=list)
    _refused: set[tuple[str, str | None, int]] = field(default_factory=set)

    def run(self) -> None:
        """Raises ``Unreadable`` for a text that does not parse, ``_TooMuch``."""
        self._change_comments(taken_out(self._tree))
        self._mend()
        self._change_comments(put_in(self._tree, self._findings, self.lang))

    def space(self) -> None:
        """TABs that could not be mended before an earlier turn took away what stood in the way."""
        tabs = [found for found in self._findings if found.rule in _TABS]
        spaced = without_tabs(self.traced.text) if tabs else None
        if spaced is None:
            return
        edits, start = [], 0
        for old, new in zip(self.traced.text.split("\n"), spaced[0].split("\n"), strict=True):
            if old != new:
                edits.append(Edit(start, start + len(old), new))
            start += len(old) + 1
        self.mended += [self._as_given(one) for one in tabs]
        self.traced = self.traced.edited(edits)

    @property
    def _tree(self) -> Tree:
        return self.texts.tree(self.traced.text)

    @property
    def _findings(self) -> tuple[Problem, ...]:
        return self.texts.findings(self.traced.text)

    def _change_comments(self, edits: list[Edit]) -> None:
        if edits:
            changed = self.traced.edited(edits)
            if self.texts.parses(changed.text) and self.texts.tree(changed.text).says_the_same(self._tree):
                self.traced = changed

    def _mend(self) -> None:
        size = _MOST_FINDINGS
        for _ in range(_MOST_ROUNDS):
            proposed, mendable = self._proposed()
            repairs = proposed[:size]
            if not repairs:
                return
            changed = self.traced.edited(edit for _, one in repairs for edit in one.edits)
            before, after = self._findings, self.texts.findings(changed.text)
            if is_better(before, after, repairs) and self.texts.parses(changed.text):
                taken = gone(before, after, repairs)
                ours = [one for one in taken if id(one) in mendable or self._inside(one, repairs)]
                self.mended += [self._as_given(one) for one in ours]
                self.traced, size = changed, 2 * size
                continue
            useless = failed(before, after, repairs) if self.texts.parses(changed.text) else []
            if len(repairs) == 1 or useless:
                self._refused.update(map(self._identity, useless or [repairs[0][0]]))
                size = max(size, _FEWEST)
            else:
                size = len(repairs) // 2
        raise _TooMuch

    def _proposed(self) -> tuple[list[Proposed], set[int]]:
        """Repairs that do not touch each other, for the others have their turn in the next round; what has a mend."""
        tree, mendable = self._tree, set[int]()
        chosen: list[Proposed] = []
        taken = _Taken()
        for found in self._findings:
            mend = MENDS.get(found.rule)
            if mend is None or self._identity(found) in self._refused:
                continue
            repair = mend(Place(tree, tree.find(found) or tree.root, found, self.lang))
            if repair:
                mendable.add(id(found))
                if taken.take(repair.edits):
                    chosen.append((found, repair))
        return chosen, mendable

    def _inside(self, found: Problem, repairs: Iterable[Proposed]) -> bool:
        """Whether what a finding speaks of was changed together with something else."""
        if found.rule not in MENDS or found.rule == "publiccode-key-missing":
            return False
        at = self._tree.offset(found.origin)
        return any(edit.start <= at < edit.end for _, one in repairs for edit in one.edits)

    def _identity(self, found: Problem) -> tuple[str, str | None, int]:
        return found.rule, found.key, self._origin(found)

    def _origin(self, found: Problem) -> int:
        return self.traced.origins[self._tree.offset(found.origin)]

    def _as_given(self, found: Problem) -> Problem:
        """The finding at the place where it stood in the file as it was given."""
        offset = self._origin(found)
        line = bisect_right(self.starts, offset)
        at = found.origin or Origin("", FILE)
        return replace(found, origin=replace(at, line=line, column=offset - self.starts[line - 1] + 1))


class _Taken:
    """Edits that do not touch each other, by where they start."""

    def __init__(self) -> None:
        self._places: list[tuple[int, int]] = []

    def take(self, edits: Sequence[Edit]) -> bool:
        """Add these unless one of them touches one that is here."""
        if any(self._touched(edit) for edit in edits):
            return False
        for edit in edits:
            insort(self._places, (edit.start, edit.end))
        return True

    def _touched(self, edit: Edit) -> bool:
        # They are apart, so their ends are in order too: only those next to the place can touch it.
        at = bisect_right(self._places, (edit.end, edit.end))
        while at > 0 and self._places[at - 1][1] >= edit.start:
            at -= 1
            start, end = self._places[at]
            if edit.start == edit.end or start == end:
                return True
            if edit.start < end and start < edit.end:
                return True
        return False
