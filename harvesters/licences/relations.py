# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several licences in one grant: which names belong together, and whether one may choose or must keep to all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from harvesters.licences.names_in_text import Mention
from harvesters.licences.phrasing import any_of, compiled, spaced, words

_SEPARATED_BY = 300
_CHOICE_BEHIND = 90
_NEW_GRANT = re.compile(r"\n[ \t]*\n[^\n]{0,80}\bunder\b")
"""A paragraph of its own, behind a title: "MIT License", and below "Under the ...". One that begins behind an "or" goes
on with the list instead."""
_CHOICE_NEXT = re.compile(
    r"[^.]{0,60}\.\s{1,9}(?:(?:you|users?|licensees?)\s(?:may|can)\s(?:then\s)?(?:choose|select|pick|use)|choose|pick|use)\s"
    r"(?:to\suse\s)?(?:either|one\sof|any\sof|whichever|which)\b"
)
"""The sentence behind: "You may choose either."."""

Chain = tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class _Patterns:
    separator: re.Pattern[str]
    choose: re.Pattern[str]
    keep: re.Pattern[str]
    choice: re.Pattern[str]
    choice_behind: re.Pattern[str]
    unknown_behind: re.Pattern[str]


def chains(text: str, named: Sequence[Mention]) -> Iterator[Chain]:
    """Names that follow each other with nothing but an "and", an "or", brackets or filling words between them."""
    chain: list[Mention] = []
    for mention in named:
        if chain and not _are_joined(text, chain[-1], mention):
            yield tuple(chain)
            chain = []
        chain.append(mention)
    if chain:
        yield tuple(chain)


def _are_joined(text: str, one: Mention, other: Mention) -> bool:
    patterns = _patterns()
    if other.start - one.end > _SEPARATED_BY or patterns.separator.fullmatch(text, one.end, other.start) is None:
        return False
    if _NEW_GRANT.search(text, one.end, other.start) is None:
        return True
    return patterns.choose.search(text, one.end, other.start) is not None


def told_once(chain: Chain) -> Chain:
    """Without repetitions: "GNU General Public License v3.0 (GPL-3.0)", "version 2 or later (the "GPL")".

    Where a repetition contradicts (or later here, only there), the range is open.
    """
    kept: list[Mention] = []
    for mention in chain:
        last = kept[-1] if kept else None
        if last and last.family == mention.family and (not mention.ids or not last.ids or mention.ids == last.ids):
            said = {last.range, mention.range} - {""}
            contradicts = len(said) > 1
            kept[-1] = replace(
                last,
                end=mention.end,
                ids=last.ids or mention.ids,
                range="" if contradicts else "".join(said),
                open_range=last.open_range or mention.open_range or contradicts,
            )
        else:
            kept.append(mention)
    return tuple(kept)


def operator(text: str, chain: Chain, sentence: str) -> str | None:
    """How the licences of one grant relate: "OR", "AND", or None where the words leave that open.

    Words of choice ("dual licensed", "either", "at your option") decide before the conjunction does: many write "dual
    licensed under A and B". A slash or comma alone says nothing.
    """
    if len(chain) == 1:
        return "OR"
    patterns = _patterns()
    between = [text[one.end : other.start] for one, other in pairwise(chain)]
    behind = text[chain[-1].end : chain[-1].end + _CHOICE_BEHIND]
    if any(map(patterns.choice.search, (sentence, *between))) or patterns.choice_behind.match(behind):
        return "OR"
    if _CHOICE_NEXT.match(text, chain[-1].end):
        return "OR"
    said = {kind for part in between for kind in _conjunctions(part)}
    return said.pop() if len(said) == 1 else None


def goes_on(text: str, chain: Chain) -> bool:
    """Whether a licence that nobody knows must be kept to as well: "... and the Acme Licence"."""
    return _patterns().unknown_behind.match(text, chain[-1].end) is not None


def _conjunctions(between: str) -> Iterable[str]:
    outside = re.sub(r"\([^()]*\)", " ", between)
    if _patterns().choose.search(outside):
        yield "OR"
    elif _patterns().keep.search(outside):
        yield "AND"


@cache
def _patterns() -> _Patterns:
    choose, keep = (spaced(any_of(words("list", key))) for key in ("or", "and"))
    gap = r"[\s,;\"':)(*\[\]|-]"
    # The longer ones first: "as published by ..." begins with a word that is a filler itself.
    fillers = any_of(spaced(any_of(words(*key))) for key in (("list", "between"), ("grants", "fillers")))
    bracket = r"(?:[\s,]*+(?:\([^()]{0,240}\)|<[^<>]{0,240}>))?"
    return _Patterns(
        separator=re.compile(
            rf"(?:\.(?=[ \t]*+\n\s*+{choose}\b))?+{bracket}{gap}*+{bracket}{gap}*+"
            rf"(?:(?:{choose}|{keep})(?!\w)|/|&|\+)?+"
            rf"(?:[\s,]*+\([^()]{{0,240}}\)|{gap}*+(?:{fillers}|{choose}|{keep})(?!\w)){{0,12}}+{gap}*+"
        ),
        choose=re.compile(rf"(?<![\w/]){choose}(?![\w/])"),
        keep=re.compile(rf"(?<![\w/]){keep}(?![\w/])|&|\+"),
        choice=compiled(words("list", "choice")),
        choice_behind=compiled(words("list", "choice"), r"[^.]{0,60}?"),
        unknown_behind=re.compile(
            rf"[\s,]*+(?:{keep})\s++(?:under\s++)?the\s++(?:(?!licen|full|this|its|above|same)\w[\w.+-]*+\s++){{1,4}}licen[sc]e"
        ),
    )
