# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
# REUSE-IgnoreStart
"""SPDX-License-Identifier tags: the shortest way to say what licence a file has.

Sources: SPDX specification 3.0, annex "Using SPDX short identifiers in source files" (one tag a line, the expression
up to the end of the line or comment) and annex "file tags" for snippets; REUSE specification 3.3, "REUSE-IgnoreStart".
"""
# REUSE-IgnoreEnd

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from harvesters.licences.found import Found, Kind
from registry.licences import normalise

_LONGEST = 1024 * 1024
_MOST = 1_000
# REUSE-IgnoreStart
_TAG = re.compile(r"SPDX-License-Identifier[ \t]{0,20}:[ \t]{0,80}([A-Za-z0-9(][^\n\r]{0,300})")
_LEFT_OUT = re.compile(
    r"(?P<ignore>REUSE-IgnoreStart)|(?P<ignored>REUSE-IgnoreEnd)|"
    r"(?P<snippet>SPDX-SnippetBegin)|(?P<snippeted>SPDX-SnippetEnd)"
)
# REUSE-IgnoreEnd
_EXPRESSION = re.compile(r"[A-Za-z0-9.+:()-]+(?:[ \t]+[A-Za-z0-9.+:()-]+){0,60}")
_CLOSERS = re.compile(r"(?:[ \t]*(?:-{2,}|[.;,:]+|-$))+$")
_GOES_ON = re.compile(r"[/|&_@=~\w]")
"""Behind an id: the name of something else ("MIT/Apache-2.0"), no comment that ends."""
_BROKEN_OFF = re.compile(r"[ \t]*(?:AND|OR|WITH)(?![\w-])", re.IGNORECASE)
"""Behind what could be read: the rest of the expression, which could not."""
_TOKEN = re.compile(r"[()]|[^\s()]+")
_WORDS = frozenset({"and", "or", "with"})
_CONFIDENT = 1.0


def find_tags(text: str) -> tuple[Found, ...]:
    """The tags of a file, in its order, each with the whole expression in canonical spelling ("GPL-2.0+" as
    "GPL-2.0-or-later"). Left out: tags of snippets, tags in REUSE ignore blocks, and what is no SPDX expression.
    """
    text = text[:_LONGEST]
    if "Identifier" not in text:
        return ()
    left_out = tuple(_left_out(text))
    found: list[Found] = []
    at = 0
    for tag in islice(_TAG.finditer(text), _MOST):
        while at < len(left_out) and left_out[at][1] <= tag.start():
            at += 1
        if at < len(left_out) and left_out[at][0] <= tag.start():
            continue
        if read := _read(tag[1]):
            expression, length = read
            found.append(Found(expression, Kind.TAG, _CONFIDENT, tag.start(), tag.start(1) + length, "tag"))
    return tuple(found)


def _left_out(text: str) -> Iterator[tuple[int, int]]:
    """Where snippets and ignored blocks lie; one that nobody closes goes on to the end of the file."""
    start, closed_by = 0, ""
    for mark in _LEFT_OUT.finditer(text):
        kind = str(mark.lastgroup)
        if not closed_by and not kind.endswith("ed"):
            start, closed_by = mark.start(), {"ignore": "ignored", "snippet": "snippeted"}[kind]
        elif kind == closed_by:
            yield start, mark.end()
            closed_by = ""
    if closed_by:
        yield start, len(text)


def _read(line: str) -> tuple[str, int] | None:
    """The expression at the beginning of a line, and its length there; what follows it closes the comment."""
    match = _EXPRESSION.match(line)
    if match is None:
        return None
    whole = _CLOSERS.sub("", match[0])
    for candidate in dict.fromkeys((whole, _leading(whole))):
        if candidate and not (len(candidate) == match.end() and _GOES_ON.match(line, match.end())):
            expression = None if _BROKEN_OFF.match(whole, len(candidate)) else normalise(candidate)
            if expression:
                return expression, len(candidate)
    return None


def _leading(written: str) -> str:
    """What an expression can be made of: ids with AND, OR or WITH between them, parentheses as long as they match."""
    end, depth, id_next = 0, 0, True
    for token in _TOKEN.finditer(written):
        word = token[0]
        if word == "(" and id_next:
            depth += 1
        elif word == ")" and not id_next and depth:
            depth -= 1
        elif word in "()" or (word.lower() in _WORDS) == id_next:
            break
        else:
            id_next = not id_next
        if not id_next and not depth:
            end = token.end()
    return _CLOSERS.sub("", written[:end])
