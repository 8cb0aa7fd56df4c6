# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What each word of a licence is worth: SPDX templates flattened to a text with a value per character.

Templates: SPDX specification, annex "License matching guidelines and templates": ``<<beginOptional>>``,
``<<endOptional>>`` and ``<<var;name="...";original="...";match="...">>``. Beside what a template says, titles and
headings are optional (guideline "Section headings", people leave them out), and so are copyright lines (guideline
"Copyright notice").
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from enum import IntEnum

from harvesters.licences import binding


class Worth(IntEnum):
    """What a word of a licence text is worth when texts are compared."""

    REQUIRED = 0
    OPTIONAL = 1
    """May be left out."""
    SHORT = 2
    """May be replaced by a few other words."""
    NAME = 3
    """Stands for a name, an address or a date: may be replaced by many other words."""
    OTHER = 4
    """One of several wordings that the list accepts, which may differ in words that bind."""
    SLOT = 8
    """Added to the value of a word (or character) behind which a name may stand."""


KIND = 7
"""Takes the slot off a value."""

_MARK = re.compile(r"<<beginOptional[^>]*>>|<<endOptional>>|<<var;(?P<var>.*?);match=\"(?P<match>.*?)\">>", re.DOTALL)
_ORIGINAL = re.compile(r'original="(.*)"', re.DOTALL)
_UP_TO = re.compile(r"\.\{\d+,(\d+)\}")
_LONG_WORD = re.compile(r"\b[^\W\d_]{5,}")
_LETTERS = re.compile(r"[a-z]+")
_FEW = 40  # characters that still are "a few words"
_LINE = re.compile(r"[^\n]+|\n(?=[ \t]*\n)")
_ENDS = (".", ";", ":", "!")
_HEADING_WORDS = 9
_TINY = 300  # characters of a licence that is hardly more than one line
_COPYRIGHT_LINE = 150  # characters: a longer line is a licence without line ends
_NUMBERED = re.compile(r"[\W_]*(?:section|article|§)?\s*(?:\d+|[ivxIVX]+|[A-Za-z])(?:\.\d+)*[.):]?\s", re.IGNORECASE)
_NUMBER_ALONE = re.compile(
    r"[^\S\n]*(?:(?:section|article|§)\s*)?(?:\d+(?:\.\d+)*|[ivx]+|[a-z])[.):\s-]*", re.IGNORECASE
)
_COPYRIGHT = re.compile(
    r"(?im)^[\W_]*(?:portions )?(?:copyright|\(c\)|©)[ \t]*(?:\(c\)|©|[:<\[{]|\d{4}|by |year|yyyy)[^\n]*$"
)
_TARGET = re.compile(r"\]\([^()\s]{1,300}\)")
_END = re.compile(
    r"(?im)^[\W_]*(?:end of (?:the )?terms and conditions\b|"
    r"exhibit [ab] ?[-\u2013\u2014:.] ?\W?(?:form|incompat|source|mozilla))"
)
_PREAMBLE = re.compile(
    r"(?ms)^[^\w\n]*Preamble[^\w\n]*$(.{500,6000}?)^(?=[^a-z\n]{0,80}TERMS AND CONDITIONS[^a-z\n]*$)"
)
"""The preamble of GNU licences says why, the terms say what: files that have the terms alone are frequent."""
_FIRST_RELEASE = re.compile(r"\[This is the first released version of [^\[\]]{1,300}\]")
"""A remark of the LGPL's titles on its numbering: who leaves out the preamble often leaves out this, too."""
_FILLED = (
    re.compile(r"\{name license\(s\)[^{}]{1,100}\}"),
    re.compile(
        r"(?<=means either )the gnu general public license, version 2\.0, or any later.{1,60}including any", re.I | re.S
    ),
)
"""Where EPL-2.0 has each project name secondary licences: its exhibit A, and the definition that some fit to it."""


def flatten(template: str) -> tuple[str, list[int]]:
    """A template (or a plain text) as text with the original words in the variable parts, and a value per character."""
    pieces: list[str] = []
    values: list[int] = []
    depth, last = 0, 0
    for mark in _MARK.finditer(template):
        _add(pieces, values, template[last : mark.start()], Worth.OPTIONAL if depth else Worth.REQUIRED)
        last = mark.end()
        if mark["var"] is not None:
            _add_variable(pieces, values, mark["var"], mark["match"], optional=depth > 0)
        else:
            depth = max(0, depth + (1 if mark[0].startswith("<<begin") else -1))
            _add(pieces, values, " ", Worth.OPTIONAL)
    _add(pieces, values, template[last:], Worth.OPTIONAL if depth else Worth.REQUIRED)
    text = "".join(pieces)
    _soften(text, values)
    return text, values


Row = tuple[tuple[str, ...], tuple[int, ...]]
"""The words of a text, and the value of each."""


def merge(template: Row, text: Row) -> Row:
    """A text with the values of its template, and with the words of the template that may be left out.

    Where both differ otherwise the text is right: it is of a newer list.
    """
    words: list[str] = []
    values: list[int] = []
    matcher = difflib.SequenceMatcher(None, template[0], text[0], autojunk=False)
    for tag, start, end, other, until in matcher.get_opcodes():
        its_values = template[1][start:end]
        optional = bool(its_values) and all(value & KIND != Worth.REQUIRED for value in its_values)
        if tag == "equal" or (tag == "delete" and optional):
            words += template[0][start:end]
            values += its_values
        elif tag == "replace" and optional:
            words += text[0][other:until]
            values += [max(its_values)] * (until - other)
        elif tag != "delete":
            words += text[0][other:until]
            values += text[1][other:until]
    return tuple(words), tuple(values)


def _add(pieces: list[str], values: list[int], text: str, value: int) -> None:
    pieces.append(text)
    values.extend([value] * len(text))


def _add_variable(pieces: list[str], values: list[int], var: str, match: str, *, optional: bool) -> None:
    original = _ORIGINAL.search(var)
    worth = _worth_of(match)
    if worth == Worth.SHORT and optional:
        worth = Worth.OPTIONAL
    _add(pieces, values, " ", worth | (Worth.SLOT if worth in {Worth.NAME, Worth.OTHER} else 0))
    _add(pieces, values, original[1] if original else "", worth)
    _add(pieces, values, " ", worth)


def _worth_of(match: str) -> Worth:
    limit = _UP_TO.fullmatch(match)
    if limit:
        return Worth.SHORT if int(limit[1]) <= _FEW else Worth.NAME
    if match in {".+", ".*"}:
        return Worth.NAME
    binds = not binding.ALWAYS.isdisjoint(_LETTERS.findall(match.lower().replace("\\s", " ")))
    return Worth.OTHER if ".+" in match or ".*" in match or ("|" in match and binds) else Worth.SHORT


def _soften(text: str, values: list[int]) -> None:
    """Make headings, copyright lines, targets of links and what follows the end of the terms optional."""
    if len(text) > _TINY:
        for start, end in _headings(text):
            _lower(values, start, end)
    for line in _COPYRIGHT.finditer(text):
        if line.end() - line.start() <= _COPYRIGHT_LINE:
            _lower(values, line.start(), line.end())
    for target in _TARGET.finditer(text):  # where a Markdown link leads; `plain` takes it out of the files
        _lower(values, target.start(), target.end())
    last = _END.search(text)
    if last:
        _lower(values, last.start(), len(text))
    for preamble in _PREAMBLE.finditer(text):
        _lower(values, *preamble.span(1))
    for remark in _FIRST_RELEASE.finditer(text):
        _lower(values, *remark.span())
    for field in (field for expression in _FILLED for field in expression.finditer(text)):
        values[field.start() : field.end()] = [Worth.OTHER] * (field.end() - field.start())
        values[field.start() - 1] |= Worth.SLOT


def _headings(text: str) -> Iterator[tuple[int, int]]:
    """Where headings are. A number on a line of its own (how templates write it) belongs to the line behind it."""
    lines = [(line.start(), line.end(), line[0].strip()) for line in _LINE.finditer(text)]
    before, numbered = "", False
    for (start, end, line), (_, _, after) in zip(lines, [*lines[1:], (0, 0, "")], strict=True):
        if _NUMBER_ALONE.fullmatch(line):
            before, numbered = "", True
            continue
        if line and _is_heading(line, before, after, numbered):
            yield start, end
        before, numbered = line, False


def _is_heading(line: str, before: str, after: str, numbered: bool) -> bool:
    """A short line alone, or between paragraphs a numbered one in title case or one in capitals."""
    numbered = numbered or bool(_NUMBERED.match(line))
    words = len(line.split())
    title = numbered and words <= 2 * _HEADING_WORDS and _in_title_case(line)
    if line.endswith((",", ";", ":")) or (words > _HEADING_WORDS and not title):
        return False
    if line.endswith(".") and not (title or (numbered and words <= _HEADING_WORDS // 2)):
        return False
    if not before and (not after or _NUMBER_ALONE.fullmatch(after)):
        return True
    between = (not before or before.endswith(_ENDS)) and not after[:1].islower()
    return between and (title or line.startswith("#") or (line.isupper() and not after.isupper()))


def _in_title_case(line: str) -> bool:
    return all(word[0].isupper() for word in _LONG_WORD.findall(line))


def _lower(values: list[int], start: int, end: int) -> None:
    for index in range(start, end):
        if values[index] & KIND == Worth.REQUIRED:
            values[index] |= Worth.OPTIONAL
