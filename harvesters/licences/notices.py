# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices: words that grant a licence by naming it, in LICENSE files, READMEs and the heads of source files.

The range of a GNU licence is claimed only where the words say it. "or (at your option) any later version" and "only"
do, and so does the FSF's own notice without a word about later versions: the SPDX list's standard headers of the -only
ids are just that ("redistribute it and/or modify it under the terms of the GNU General Public License as published by
the Free Software Foundation; version 2"). "Licensed under the GPLv2" says neither and stays "GPL-2.0".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from harvesters.licences.addresses import Address, addresses
from harvesters.licences.found import Choice, Found, Kind
from harvesters.licences.grants import Grant, grant, has_fsf_form, is_alternative
from harvesters.licences.names_in_text import Mention, mentions
from harvesters.licences.permissions import with_permissions
from harvesters.licences.phrasing import compiled, spaced, table, words
from harvesters.licences.relations import Chain, chains, goes_on, operator, told_once
from registry.licences import families, normalise

_LONGEST = 512 * 1024
_ALTERNATIVE_WITHIN = 3_000
_MOST = 200
"""Pieces of each kind. A list of third-party licences may have more; it is none of the software's own by then."""
_JUDGED = 400
"""Names looked at for a grant; judging one takes up to a millisecond."""
_REFERENCE = 0.5
_UNCERTAIN = 0.7
_OPENING = 0.9
_OPENING_WITHIN = 1_500
"""Characters from a licence's first sentence to its address: the Unlicense as a whole has 1,200."""
_DENIED_WITHIN = 80
_AROUND = 400
_MARKS = " \t\r\f.:#*\"'=-"
_RIGHTS = ("copyright", "(c)", "©")
_LINE = 200
_VALUE = re.compile(
    r"[=(,][ \t]{0,9}[rbuf]{0,2}(?:\"[^\"\n]{0,200}|'[^'\n]{0,200})\Z|"
    r"(?<![^\n])[ \t]{0,40}(?!licen|lizen)[\w.-]{1,40}[ \t]{0,9}=[ \t]{0,9}[^=\n]{0,200}\Z"
)
_LISTED_NAME = re.compile(
    r"under(?<=\bunder)\s++(?:the\s++)?(?:terms\s++(?:and\s++conditions\s++)?of\s++)?(?:the\s++)?"
    r"(?P<name>(?!(?:terms|same|following|this|that|above)\b)[a-z][\w+-]{1,20}(?:[ \t\n][\w/+-]{1,20}){0,6}?"
    r"\s++licen[sc]e(?:,?\s++(?:version\s++|v\.?\s?+)?\d(?:\.\d){0,2})?)(?![\w-])"
)


def find_notices(text: str) -> tuple[Found, ...]:
    """Grants (``Kind.NOTICE``) and bare names and addresses (``Kind.REFERENCE``) of plain text, in its order.

    Licences of one grant are one expression: OR where the reader may choose, AND where all apply. ``aside`` marks what
    is said of something beside the software. A reference is given once a licence, and not where a notice names it.
    """
    text = text[:_LONGEST]
    lower = (text.replace("İ", "i") if "İ" in text else text).lower()
    places = tuple(addresses(lower)) if "http" in lower or "www." in lower else ()
    without = _without(lower, places)
    named = tuple(mentions(without))
    notices: list[Found] = []
    granted: set[int] = set()
    for chain in islice((one for one in chains(without, named) if any(each.ids for each in one)), _JUDGED):
        found = _notices(without, chain) if len(notices) < _MOST else []
        if found:
            granted.update(mention.start for mention in chain)
            _add(notices, found)
    notices += _by_listed_name(without, named)
    notices += _openings(lower)
    rest = [mention for mention in named if mention.start not in granted]
    notices += _granted_addresses(lower, places, notices)
    references = _references(lower, rest, places, notices)
    return tuple(sorted((*notices, *references), key=lambda piece: (piece.start, piece.end)))


def _without(text: str, places: Sequence[Address]) -> str:
    """The text with addresses as blanks: names within them are parts of paths."""
    parts, at = [], 0
    for place in places:
        parts += [text[at : place.start], " " * (place.end - place.start)]
        at = place.end
    return "".join((*parts, text[at:]))


def _notices(text: str, chain: Chain) -> list[Found]:
    chain = told_once(chain)
    granted = grant(text, chain[0].start, chain[-1].end)
    if granted is None or goes_on(text, chain) or (granted.by == "grant" and _is_value(text, chain[0].start)):
        return []
    fsf = has_fsf_form(granted.sentence)
    expressions = [_expression(text, mention, fsf) for mention in chain]
    relation = operator(text, chain, granted.sentence)
    if relation is None:
        return [
            _found(granted, expression, mention.start if number else granted.start, mention.end)
            for number, (mention, expression) in enumerate(zip(chain, expressions, strict=True))
            if expression
        ]
    known = list(dict.fromkeys(filter(None, expressions)))
    if relation == "AND":
        if None in expressions:
            return []
        known = [f"({one})" if " OR " in one else one for one in known]
    found = _found(granted, f" {relation} ".join(known), granted.start, chain[-1].end)
    if None in expressions:
        return [replace(found, confidence=_UNCERTAIN, choice=Choice.OPEN)]
    return [found if relation == "OR" else replace(found, confidence=_UNCERTAIN)]


def _is_value(text: str, start: int) -> bool:
    """Whether a name stands in a string or setting of code: what code writes or looks for is not its own licence."""
    line = max(text.rfind("\n", 0, start) + 1, start - _LINE)
    return _VALUE.search(text, line, start) is not None


def _expression(text: str, mention: Mention, fsf_form: bool) -> str | None:
    expression = mention.expression(fsf_form or mention.published)
    return with_permissions(text, expression, mention) if expression else None


def _found(granted: Grant, expression: str, start: int, end: int) -> Found:
    choice = Choice.ALTERNATIVE if is_alternative(granted.sentence) else None
    return Found(
        expression, Kind.NOTICE, granted.confidence, start, end, granted.by, choice=choice, aside=granted.aside
    )


def _add(notices: list[Found], found: list[Found]) -> None:
    """Add, or join what is offered "alternatively" to the grant before it."""
    first = found[0]
    before = notices[-1] if notices else None
    near = before is not None and first.start - before.end < _ALTERNATIVE_WITHIN
    if before is not None and near and first.choice is Choice.ALTERNATIVE and len(found) == 1 and not before.aside:
        if families(first.expression) <= families(before.expression):
            return
        one = f"({before.expression})" if " AND " in before.expression else before.expression
        notices[-1] = replace(before, expression=f"{one} OR {first.expression}", end=first.end)
        return
    notices += found


def _granted_addresses(text: str, places: Sequence[Address], notices: Sequence[Found]) -> list[Found]:
    """Addresses right behind a grant's words: "licensed under https://..."."""
    taken = _families(notices)
    found = []
    candidates = (one for one in places if one.expression and not families(one.expression) <= taken)
    for place in islice(candidates, _MOST):
        if place.expression:
            granted = grant(text, place.start, place.end)
            if granted and granted.by != "field":
                found.append(_found(granted, place.expression, granted.start, place.end))
    return found


def _by_listed_name(text: str, named: Sequence[Mention]) -> list[Found]:
    """Grants of licences that only the SPDX list's own names tell: "licensed under the Sleepycat License"."""
    found = []
    starts = [mention.start for mention in named]
    for match in islice(_LISTED_NAME.finditer(text), _MOST):
        begin, end = match.span("name")
        at = bisect_left(starts, begin)
        if at < len(starts) and starts[at] < end:
            continue
        expression = normalise(" ".join(match["name"].split()))
        granted = grant(text, begin, end) if expression else None
        if expression and granted:
            found.append(_found(granted, expression, granted.start, end))
    return found


def _openings(text: str) -> Iterator[Found]:
    """A licence's own first sentence with the address of the rest behind it."""
    for expression, pattern in _opening_patterns():
        if match := pattern.search(text):
            yield Found(expression, Kind.NOTICE, _OPENING, match.start(), match.end(), "opening")


def _references(
    text: str, named: Sequence[Mention], places: Sequence[Address], notices: Sequence[Found]
) -> list[Found]:
    taken = _families(notices)
    found: list[Found] = []
    candidates = [(one.expression(), one.start, one.end, "name") for one in named if one.certain or _is_all(text, one)]
    candidates += [(one.expression, one.start, one.end, "address") for one in places]
    for expression, start, end, by in sorted(candidates, key=lambda row: row[1]):
        if expression and len(found) < _MOST and not families(expression) <= taken and not _denied(text, start, end):
            taken |= families(expression)
            found.append(Found(expression, Kind.REFERENCE, _REFERENCE, start, end, by))
    return found


def _is_all(text: str, mention: Mention) -> bool:
    """Whether a file holds nothing but the name and copyright lines: then an everyday word ("MIT") is meant as one."""
    if len(text) > _AROUND:
        return False
    lines = (*text[: mention.start].split("\n"), *text[mention.end :].split("\n"))
    return all(not line.strip(_MARKS) or line.lstrip().startswith(_RIGHTS) for line in lines)


def _denied(text: str, start: int, end: int) -> bool:
    before, behind = _denials()
    return (
        before.search(text[max(0, start - _DENIED_WITHIN) : start]) is not None or behind.match(text, end) is not None
    )


def _families(found: Iterable[Found]) -> frozenset[str]:
    return frozenset[str]().union(*(families(piece.expression) for piece in found))


@cache
def _denials() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words in front of a name and behind it that make it another's or nobody's."""
    before = compiled(words("references", "denied"), r"\b", r"(?!\w)[^.;]{0,60}$")
    return before, compiled(words("references", "denied_behind"), r"[\s-]*+")


@cache
def _opening_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows: dict[str, dict[str, str]] = table()["openings"]
    within = rf"[^\x00]{{0,{_OPENING_WITHIN}}}?"
    return tuple((key, re.compile(f"{spaced(row['words'])}{within}{row['address']}")) for key, row in rows.items())
