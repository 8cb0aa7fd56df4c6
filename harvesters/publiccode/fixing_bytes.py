# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mends of a file before it is read as YAML: encoding, byte order mark, line ends, TAB indentation."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from harvesters.publiccode.fixing_tree import Tree, said
from harvesters.readers.texts import decode
from harvesters.readers.yamlmend import strict_tab
from harvesters.readers.yamlsafe import Unreadable, parse

MOST_BYTES = 2**20
"""A larger file is given back as it is."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_C1 = re.compile(r"[\x80-\x9f]")
_LEADING_TAB = re.compile(r"[ ]*\t[ \t]*")
_LOOSE_TAB = re.compile(r"(?<![^\s:-])\t+|\t+(?=\n)")
_WIDTHS = (2, 4, 8)
_LONGEST_EXPANDED = 200_000
"""A text is parsed for each width: that takes too long for more. Files of 175 kB with many languages are real."""


@dataclass(frozen=True, slots=True)
class Told:
    """A mend of bytes: end of the rule id, line of the first place and params of the rule's text."""

    kind: str
    line: int = 1
    params: tuple[tuple[str, str], ...] = ()


def to_text(content: bytes) -> tuple[str, list[Told]] | None:
    """The text with LF and without a mark, and what was mended; None for what is no text at all."""
    if len(content) > MOST_BYTES:
        return None
    decoded = decode(content)
    text, encoding = decoded.text, decoded.encoding
    if decoded.guessed and _C1.search(text):
        # Latin-1 has nothing but controls there; what Windows writes has quotes and the euro sign.
        try:
            text, encoding = _line_ends(content.decode("cp1252")), "cp1252"
        except UnicodeDecodeError:
            return None
    if "\0" in text or (decoded.guessed and _CONTROL.search(text)):
        return None
    told: list[Told] = []
    if encoding != "utf-8":
        told.append(Told("encoding", params=(("encoding", encoding),)))
    elif content.startswith(codecs.BOM_UTF8):
        told.append(Told("bom"))
    if b"\r" in content:
        first = min(at for at in (content.find(b"\r\n"), content.find(b"\r")) if at >= 0)
        told.append(Told("crlf", content.count(b"\n", 0, first) + 1))
    return text, told


def without_tabs(text: str) -> tuple[str, Told] | None:
    """The text indented with spaces; None where there is no TAB, or where it may mean several things."""
    if "\t" not in text:
        return None
    try:
        parse(text)
    except Unreadable as error:
        expanded = _expanded(text) if error.retry else None
        # What parses now may still have TABs elsewhere that a strict parser refuses.
        separated = _separated(expanded[0]) if expanded else None
        return (separated[0], expanded[1]) if expanded and separated else expanded
    return _separated(text)


def _expanded(text: str) -> tuple[str, Told] | None:
    """Of a text that does not parse: the only reading that the usual widths of a TAB leave."""
    if len(text) > _LONGEST_EXPANDED:
        return None
    readings: list[tuple[object, str]] = []
    for width in _WIDTHS:
        spaced = "\n".join(_indented(line, width) for line in text.split("\n"))
        for candidate in (spaced, _between(spaced)):
            try:
                readings.append((_without_space(said(candidate)), candidate))
                break
            except Unreadable:
                continue
    if not readings or any(values != readings[0][0] for values, _ in readings):
        return None
    return readings[0][1], Told("tab", _line_of(text, text.index("\t")))


def _indented(line: str, width: int) -> str:
    found = _LEADING_TAB.match(line)
    return line[: found.end()].expandtabs(width) + line[found.end() :] if found else line


def _without_space(events: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """What is said as far as the width of a TAB can't matter: every run of white space is one space."""
    return [tuple(" ".join(part.split()) if isinstance(part, str) else part for part in event) for event in events]


def _between(text: str) -> str:
    """TABs between a colon or dash and its value as one space."""
    return re.sub(r"(?<=[:-])[ ]{0,40}\t[ \t]{0,40}(?=\S)", " ", text)


def _separated(text: str) -> tuple[str, Told] | None:
    """Of a text that libyaml takes and other parsers refuse: TABs that are no part of a value become spaces."""
    tab = strict_tab(text)
    if tab is None:
        return None
    try:
        mended = _LOOSE_TAB.sub(_spaces_outside(Tree(text)), text)
        same = said(mended) == said(text)
    except Unreadable:
        return None  # an alias of nothing, say, which the check reads around
    return (mended, Told(tab.kind, tab.line)) if same and strict_tab(mended) is None else None


def _spaces_outside(tree: Tree) -> Callable[[re.Match[str]], str]:
    """Two spaces for a TAB, unless it is part of a quoted or block text."""
    inside = bytearray(len(tree.text))
    for spot in tree.spots:
        if spot.kind == "scalar" and spot.style:
            inside[spot.start : spot.end] = b"\x01" * (spot.end - spot.start)
    return lambda found: found.group() if inside[found.start()] else "  " * len(found.group())


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
