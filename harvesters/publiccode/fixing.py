# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The corrected publiccode.yml: the same file in the newest version, mended where that is certain.

Comments, order and quoting stay. Each round mends what the normal mode finds, and is taken only if the file still
parses and has no finding that it did not have before; else it is tried in halves. A file is ready when another turn
changes nothing, so mending twice gives the same bytes as once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harvesters.publiccode.checking import check
from harvesters.publiccode.findings import MOST_FINDINGS
from harvesters.publiccode.fixing_bytes import Told, to_text, without_tabs
from harvesters.publiccode.fixing_comments import put_in, taken_out
from harvesters.publiccode.fixing_mends import MENDS, Place, Repair
from harvesters.publiccode.fixing_tree import Edit, Traced, Tree, line_starts
from harvesters.readers.yamlsafe import Unreadable
from registry.model import Origin, Problem
from registry.vocabulary.rules import problem

FILE: Final = "publiccode.yml"
_TABS = frozenset({"publiccode-tab", "publiccode-tab-between"})
_MOST_TURNS = 5
_MOST_CHECKS = 40
_FEWEST_CHECKS = 6
_CHECKED_CHARACTERS = 600_000
"""How much text one turn checks at most: it bounds the time that a large file with many faults takes."""
_WELCOME = frozenset(
    f"publiccode-{name}"
    for name in ("body-unchecked", "video-unchecked", "key-deprecated", "key-dropped", "version-old")
)
"""What a mend may bring to light: it is not the mend's fault."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """The corrected file. ``mended`` names lines of the file as given, ``left`` lines of the corrected one."""

    content: bytes
    mended: tuple[Problem, ...]
    left: tuple[Problem, ...]


def fix(content: bytes, lang: str = "de") -> Fixed:
    """The file in the newest version, with comments in ``lang`` ("de" or "en") on what a person must decide.

    What does not parse, or has more faults than the check tells, is given back as it is but for encoding, line ends and
    tabs; ``left`` then says why. Never raises for bad content.
    """
    read = to_text(content)
    if read is None:
        return Fixed(content, (), check(content).findings)
    text, told = read
    spaced = without_tabs(text)
    if spaced is not None:
        text, tab = spaced
        told.append(tab)
    texts = _Texts()
    bytewise = _bytewise(content, told)
    ready = _until_nothing_changes(Traced.of(text), lang, texts)
    if ready is None:
        return Fixed(text.encode(), bytewise, texts.findings(text))
    traced, mended = ready
    return Fixed(traced.text.encode(), (*bytewise, *mended), texts.findings(traced.text))


class _Texts:
    """The normal mode's findings and the tree of each text that came up, made once."""

    def __init__(self) -> None:
        self._checked: dict[str, tuple[Problem, ...]] = {}
        self._trees: dict[str, Tree] = {}
        self.asked = 0

    def findings(self, text: str) -> tuple[Problem, ...]:
        if text not in self._checked:
            self.asked += 1
            self._checked[text] = check(text.encode(), path=FILE).findings
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


def _until_nothing_changes(given: Traced, lang: str, texts: _Texts) -> tuple[Traced, list[Problem]] | None:
    if len(texts.findings(given.text)) >= MOST_FINDINGS:
        return None  # the check tells no more than that, so nobody could say whether a mend brought something new
    mended: list[Problem] = []
    traced, starts = given, line_starts(given.text)
    for number in range(_MOST_TURNS):
        turn = _Turn(traced, lang, texts, starts)
        try:
            if number > 0:
                turn.space()
            turn.run()
        except Unreadable:
            return None
        mended += turn.mended
        if turn.traced.text == traced.text:
            return traced, mended
        traced = turn.traced
    return None


@dataclass(slots=True)
class _Turn:
    """One pass over a file: our old comments out, mends in, new comments in."""

    traced: Traced
    lang: str
    texts: _Texts
    starts: Sequence[int]
    mended: list[Problem] = field(default_factory=list)
    _refused: set[tuple[str, str | None, int]] = field(default_factory=set)

    def run(self) -> None:
        """Raises ``Unreadable`` for a text that does not parse."""
        self._change_comments(taken_out(self._tree))
        self._mend()
        self._change_comments(put_in(self._tree, self._findings, self.lang))

    @property
    def _tree(self) -> Tree:
        return self.texts.tree(self.traced.text)

    @property
    def _findings(self) -> tuple[Problem, ...]:
        return self.texts.findings(self.traced.text)

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

    def _change_comments(self, edits: list[Edit]) -> None:
        if edits:
            changed = self.traced.edited(edits)
            if self.texts.parses(changed.text) and self.texts.tree(changed.text).says_the_same(self._tree):
                self.traced = changed

    def _mend(self) -> None:
        most = min(_MOST_CHECKS, max(_FEWEST_CHECKS, _CHECKED_CHARACTERS // (len(self.traced.text) + 1)))
        last = self.texts.asked + most
        size = 1_000
        while self.texts.asked < last:
            proposed, mendable = self._proposed()
            repairs = proposed[:size]
            if not repairs:
                return
            changed = self.traced.edited(edit for _, one in repairs for edit in one.edits)
            before, after = self._findings, self.texts.findings(changed.text)
            if _is_better(before, after, repairs) and self.texts.parses(changed.text):
                gone = _gone(before, after, repairs)
                ours = [one for one in gone if id(one) in mendable or self._inside(one, repairs)]
                self.mended += [self._as_given(one) for one in ours]
                self.traced, size = changed, 2 * size
            elif len(repairs) == 1:
                self._refused.add(self._identity(repairs[0][0]))
                size = 8
            else:
                size = len(repairs) // 2

    def _proposed(self) -> tuple[list[tuple[Problem, Repair]], set[int]]:
        """Repairs that do not touch each other, for the others have their turn in the next round; what has a mend."""
        tree, mendable = self._tree, set[int]()
        chosen: list[tuple[Problem, Repair]] = []
        taken: list[Edit] = []
        for found in self._findings:
            mend = MENDS.get(found.rule)
            if mend is None or self._identity(found) in self._refused:
                continue
            repair = mend(Place(tree, tree.find(found) or tree.root, found, self.lang))
            if repair:
                mendable.add(id(found))
            if repair and not any(_touch(edit, other) for edit in repair.edits for other in taken):
                chosen.append((found, repair))
                taken += repair.edits
        return chosen, mendable

    def _inside(self, found: Problem, repairs: Iterable[tuple[Problem, Repair]]) -> bool:
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


def _bytewise(content: bytes, told: Sequence[Told]) -> tuple[Problem, ...]:
    """The findings that the mends of bytes answer, at the places where the check saw them."""
    if not told:
        return ()
    rules = {f"publiccode-{one.kind}": one for one in told}
    seen = [found for found in check(content, path=FILE).findings if found.rule in rules]
    missed = [one for rule, one in rules.items() if rule not in {found.rule for found in seen}]
    return (*seen, *(_told(one) for one in missed))


def _told(one: Told) -> Problem:
    params = {**dict(one.params), "line_number": str(one.line)}
    return problem(f"publiccode-{one.kind}", Origin("", FILE, one.line, column=1), None, **params)


def _gone(
    before: Iterable[Problem], after: Iterable[Problem], repairs: Sequence[tuple[Problem, Repair]]
) -> list[Problem]:
    renamed = [(repair.renamed[1], repair.renamed[0]) for _, repair in repairs if repair.renamed]
    remaining = Counter((found.rule, found.key) for found in after)
    gone = []
    for found in before:
        names = [found.key, *(_back(found.key, pair) for pair in renamed)]
        same = [name for name in names if remaining[found.rule, name] > 0]
        if same:
            remaining[found.rule, same[0]] -= 1
        else:
            gone.append(found)
    return gone


def _touch(one: Edit, other: Edit) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _is_better(before: Sequence[Problem], after: Sequence[Problem], repairs: Sequence[tuple[Problem, Repair]]) -> bool:
    """What was to be mended is gone, and nothing else came instead."""
    had, has = (Counter((found.rule, found.key) for found in findings) for findings in (before, after))
    if any(has[found.rule, found.key] >= had[found.rule, found.key] for found, _ in repairs):
        return False
    renamed = [repair.renamed for _, repair in repairs if repair.renamed]
    new = {found for found in has if found not in had and found[0] not in _WELCOME}
    return all(any((rule, _back(key, pair)) in had for pair in renamed) for rule, key in new)


def _back(key: str | None, pair: tuple[str, str]) -> str | None:
    """A key path as it was before a key was renamed, or before a value became a list."""
    old, now = pair
    if key is None or not key.startswith(now):
        return key
    rest = key[len(now) :]
    return old + rest if rest[:1] in ("", ".", "[") else key
