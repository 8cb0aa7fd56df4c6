# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be read of a YAML file that does not parse: the smallest broken blocks are left out, each is told.

The file is cut at its top-level keys; a block that does not parse alone is cut at the keys below it, and so on. Lines
keep their numbers: what is left out leaves empty lines behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from harvesters.readers.yamlsafe import Node, Unreadable, YamlFault, parse

_KEY = r"(?:\"[^\"\n]{1,80}\"|'[^'\n]{1,80}'|\w[\w./-]{0,80})[ \t]{0,9}:(?=\s|$)"
_TOP_KEY = re.compile(_KEY)
_CHILD = re.compile(rf"([ ]*)(?:-(?=\s|$)|{_KEY})")
_HEADER = re.compile(rf"[ ]*(?:-[ ]+)?({_KEY})[ \t]*(?:#.*)?")
NO_KEY = "no key"
WRONG_INDENT = "wrong indentation"
_OPENS = re.compile(rf"[ ]*(?:-(?:\s.*)?|{_KEY}[ \t]*(?:#.*)?)")
"""A line that text which merely goes on is not taken for."""
_NOTHING = re.compile(r"\s*(?:#.*)?")
_DOCUMENT = re.compile(r"(?:---|\.\.\.)(?:\s|$)")
_DEEPEST = 4
_MOST_JOINED = 3
_MOST_LINES = 20
_MOST_PARSES = 400
_MOST_WORK = 250_000
_MARKS = re.compile(r"[\[\]{},:&*?!-]")
"""Each of these may be a step of the parser; of other characters many are one."""


class _Exhausted(Exception):
    """Too many broken blocks to look at each."""


@dataclass(slots=True)
class _Salvage:
    lines: list[str]
    faults: list[YamlFault] = field(default_factory=list)
    parses: int = 0
    work: int = 0

    def parse(self, numbers: list[int]) -> Node:
        """These lines as YAML. Raises ``Unreadable``, or ``_Exhausted`` when the file took too much work already."""
        text = "\n".join(self.lines[number] for number in numbers)
        self.parses += 1
        self.work += len(text) // 16 + len(_MARKS.findall(text))
        if self.parses > _MOST_PARSES or self.work > _MOST_WORK:
            raise _Exhausted
        return parse(text)[0]

    def fault(
        self, headers: list[int], start: int, end: int, without: frozenset[int] = frozenset()
    ) -> YamlFault | None:
        """Why these lines below their headers do not parse as a mapping, at its place in the file."""
        numbers = [*headers, *(number for number in range(start, end) if number not in without)]
        try:
            root = self.parse(numbers)
        except Unreadable as error:
            if not error.retry and error.fault.kind != "empty":
                raise
            found = error.fault
        else:
            if isinstance(root.value, dict):
                return None
            found = YamlFault("syntax", 1, 1, {"detail": NO_KEY})
        line = numbers[min(found.line, len(numbers)) - 1] + 1
        return YamlFault("syntax", line, found.column, {"detail": found.params.get("detail", "")})

    def mend(self, headers: list[int], path: str, start: int, end: int, at: int = 0) -> None:
        """Cut what is broken out of one block, as little as possible; ``at`` is its number if it is a list's item."""
        fault = self.fault(headers, start, end)
        if fault is None:
            return
        name = _name(self.lines[start])
        inner = f"{path}.{name}".lstrip(".") if name else path + f"[{at}]" * _is_item(self.lines[start])
        if len(headers) < _DEEPEST and _HEADER.fullmatch(self.lines[start]):
            number = 0
            for first, last in self.children(start, end):
                self.mend([*headers, start], inner, first, last, number)
                number += _is_item(self.lines[first])
            if self.fault(headers, start, end) is None:
                return
        if self.without_strays(headers, start, end, path, inner):
            return
        params = {"section": inner, "last": str(end)}
        place = start + 1, _column(self.lines[start])
        self.faults += [replace(fault, path=inner), YamlFault("section-skipped", *place, params, inner)]
        self.lines[start:end] = [""] * (end - start)

    def without_strays(self, headers: list[int], start: int, end: int, path: str, inner: str) -> bool:
        """Whether the block, ``inner``, parses without lines that are no part of an entry; those are left out then.

        Of one entry these are the lines that are not indented below it, or entries that stand deeper than it.
        """
        later = [number for number in range(start + 1, end) if not _NOTHING.fullmatch(self.lines[number])]
        entries = [number for number in later if _CHILD.match(self.lines[number])]
        if _HEADER.fullmatch(self.lines[start]):
            tries, path = [[number for number in later if entries and number < entries[0]]], inner
        else:
            tries = self._of_one_entry(start, later, entries)
        for out in tries:
            if out and self.fault(headers, start, end, frozenset(out)) is None:
                self._leave_out(out, start, path, inner)
                return True
        return False

    def _of_one_entry(self, start: int, later: list[int], entries: list[int]) -> list[list[int]]:
        level = [number for number in later if _column(self.lines[number]) <= _column(self.lines[start])]
        if level:
            return [[number for number in later if number >= level[0]]]
        if entries == later:
            return [[number for number in later[:_MOST_LINES] if self.fault([], number, number + 1)], later]
        opens = entries[:1] == later[:1] and _OPENS.fullmatch(self.lines[later[0]])
        return [later] if opens else []

    def _leave_out(self, numbers: list[int], start: int, path: str, inner: str) -> None:
        """Have empty lines instead of some, and say so."""
        for number in numbers:
            deeper = _is_item(self.lines[start]) and _column(self.lines[number]) > _column(self.lines[start])
            alone = self.fault([], number, number + 1) if _CHILD.match(self.lines[number]) else None
            stray = _stray(number, self.lines[number], inner if deeper else path)
            self.faults.append(replace(stray, params=alone.params) if alone else stray)
        for number in numbers:
            self.lines[number] = ""

    def children(self, start: int, end: int) -> list[tuple[int, int]]:
        """The blocks one level below: lines indented like the first of them."""
        indent: int | None = None
        starts: list[int] = []
        for number in range(start + 1, end):
            match = _CHILD.match(self.lines[number])
            if match and indent is None:
                indent = len(match[1])
            if match and len(match[1]) == indent:
                starts.append(number)
        return list(zip(starts, [*starts[1:], end], strict=True)) if starts else []

    def joined(self, starts: list[int], at: int) -> int:
        """How many blocks make one value together, as a list or quoted text over lines that look like keys does."""
        for count in range(2, min(_MOST_JOINED, len(starts) - 1 - at) + 1):
            try:
                root = self.parse(list(range(starts[at], starts[at + count])))
            except Unreadable:
                continue
            if isinstance(root.value, dict) and len(root.value) == 1:
                return count
        return 1

    def top(self, starts: list[int]) -> None:
        """Mend the blocks of the top level; the last of ``starts`` is the end of the file."""
        at = 0
        while at < len(starts) - 1:
            start, end = starts[at], starts[at + 1]
            count = 1
            if self.fault([], start, end) is not None:
                count = self.joined(starts, at)
                if count == 1:
                    self.mend([], "", start, end)
            at += count


def salvage(text: str) -> tuple[Node, list[YamlFault]] | None:
    """Whatever mapping is left of ``text``, and what was left out; None where nothing is."""
    lines, faults = _first_document(text.split("\n"))
    work = _Salvage(lines, faults)
    starts = [number for number, line in enumerate(lines) if _TOP_KEY.match(line)]
    if not starts:
        return None
    try:
        _tell_preamble(work, starts[0])
        work.top([*starts, len(lines)])
        root, others = parse("\n".join(lines))
    except (Unreadable, _Exhausted):
        return None
    return (root, [*work.faults, *others]) if isinstance(root.value, dict) else None


def _first_document(lines: list[str]) -> tuple[list[str], list[YamlFault]]:
    seen = False
    for number, line in enumerate(lines):
        if seen and _DOCUMENT.match(line):
            rest = any(not _NOTHING.fullmatch(later) for later in lines[number + 1 :])
            return lines[:number], [YamlFault("several-documents", number + 1)] if rest else []
        seen = seen or not (_NOTHING.fullmatch(line) or _DOCUMENT.match(line) or line.startswith("%"))
    return lines, []


def _tell_preamble(work: _Salvage, first: int) -> None:
    for number in range(first):
        line = work.lines[number]
        if not (_NOTHING.fullmatch(line) or _DOCUMENT.match(line)):
            work.faults.append(_stray(number, line, ""))
            work.lines[number] = ""


def _stray(number: int, line: str, path: str) -> YamlFault:
    detail = WRONG_INDENT if _CHILD.match(line) else NO_KEY
    return YamlFault("syntax", number + 1, _column(line), {"detail": detail}, path)


def _is_item(line: str) -> bool:
    return line.lstrip(" ").startswith("-")


def _name(line: str) -> str:
    match = re.match(rf"[ ]*({_KEY})", line)
    return match[1].rpartition(":")[0].strip().strip("\"'") if match else ""


def _column(line: str) -> int:
    return len(line) - len(line.lstrip()) + 1
