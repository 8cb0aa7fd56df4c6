# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The European Union Public Licence in each of its language versions, all equally official, told by its structure.

Three things stay the same in every language: the line "EUPL © ... 2007, 2016" under the title, fifteen numbered
articles, and the names of the compatible licences in the appendix. That line, or a title with a version, opens a text;
articles prove that it is one: a notice, an article about the EUPL or a list of compatible licences has none.
Source: Commission Implementing Decision (EU) 2017/863, annex, in 23 languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from harvesters.licences.folding import Folded, pattern
from harvesters.licences.found import Found, Kind
from registry.vocabulary.translations import EuplLanguage, translations

_HOLDER = re.compile(
    r"eupl\b(?:[^\w©(]{0,6}â?(?:\(c\)|©|copyright)\W{0,3}(?P<claimed>.{3,160}?)|\W{0,6}(?P<named>[^\d]{3,70}?))"
    r"\W{0,3}\b2007\b(?:[.,;/ -]{1,4}(?:\w{1,3} )?(?P<again>2016)\b)?"
)
_VERSION = re.compile(r"(?<![\d.,])1[.,_] ?([0-2])(?![\d]|\.\d)")
_MENTION = re.compile(r"eupl\b")
_VERSION_MENTION = re.compile(r"eupl\b\W{0,3}(?:v\w{0,8}\W{0,2}){0,2}1\.([0-2])(?!\d)")
_ONLY_IN_1_2 = re.compile(r"\bliliq|cecill v\. ?2\.0, v\. ?2\.1|affero general public licen[cs]e \(agpl\)")
_NAMES_OF_OTHERS = re.compile(r"open software licen[cs]e|eclipse public licen[cs]e|cecill")
_LONGEST = 40_000
"""Characters: the longest language version has some 20,000."""
_SHORTEST_WITHOUT_ARTICLES = 4_000
_TITLE_BEFORE = 150
_MOST_YEARS = 500
_HOLDER_BEFORE = 180
"""Characters between "EUPL ©" and the year; a wrong encoding makes two of one."""
_LONGEST_TITLE = 130
_MOST_TITLES = 60
_ARTICLES_IN_UNKNOWN = 10
"""Articles that must be there where a wrong encoding left no word of any language."""
_HEADING = 100
"""Characters of the heading of an article on a line of its own."""
_TAIL = 6_000
"""From article 13 to the end of the appendix."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where a language version begins: ``start`` counts in ``words``, ``body`` is behind title and copyright line."""

    start: int
    body: int
    language: EuplLanguage | None
    held: bool
    """The copyright line is there."""
    years: str
    """"1.2" by the years of the copyright line, "1.0/1.1" by the first year alone, empty without the line."""


def find_eupl(folded: Folded) -> tuple[Found, ...]:
    """Each language version that the file holds, in its order; never a notice, a name or a text about the licence."""
    if "eupl" not in folded.lines:
        return ()
    openings = _with_copyright(folded) or _with_title(folded)
    ends = [*(opening.start for opening in openings[1:]), len(folded.words)]
    found = (_judged(folded, opening, end) for opening, end in zip(openings, ends, strict=False))
    return tuple(one for one in found if one)


def _with_copyright(folded: Folded) -> list[_Opening]:
    openings: list[_Opening] = []
    for line in _copyright_lines(folded.words):
        holder = line["claimed"] or line["named"]
        language = next((one for one in translations().eupl if _holder(one).search(holder)), None)
        if language is None and not line["claimed"]:
            continue
        start = _title_start(folded, line.start(), language)
        if openings and start <= openings[-1].body:
            continue
        years = "1.2" if line["again"] else "1.0/1.1"
        openings.append(_Opening(start, line.end(), language, held=True, years=years))
    return openings


def _copyright_lines(words: str) -> Iterator[re.Match[str]]:
    """Each "EUPL © ... 2007", looked for around the year, of which there are few."""
    at = words.find("2007")
    for _ in range(_MOST_YEARS):
        if at < 0:
            break
        if "eupl" in words[max(0, at - _HOLDER_BEFORE) : at]:
            # From the nearest mention back: an earlier one may be a sentence about the licence.
            line = None
            start = at
            while line is None and (start := words.rfind("eupl", max(0, at - _HOLDER_BEFORE), start)) >= 0:
                line = _HOLDER.match(words, start, at + 20)
            if line:
                yield line
        at = words.find("2007", at + 4)


def _title_start(folded: Folded, at: int, language: EuplLanguage | None) -> int:
    """Where the title above the copyright line begins, else that line."""
    place = folded.place(at)
    start = first = folded.line_start(place)
    for _ in range(4):
        start = folded.line_start(max(0, start - 1))
        line = folded.lines[start : folded.line_end(start)].strip()
        if len(line) > _LONGEST_TITLE:
            break
        if language and pattern(language.licence).search(line):
            first = start
            break
        if start == 0:
            break
    return min(at, folded.offset(first))


def _with_title(folded: Folded) -> list[_Opening]:
    """Texts whose copyright line was left out: a line that is a title with a version."""
    openings: list[_Opening] = []
    for number, version in enumerate(_VERSION.finditer(folded.lines)):
        start, end = folded.line_start(version.start()), folded.line_end(version.end())
        if number >= _MOST_TITLES or end - start > _LONGEST_TITLE:
            continue
        start = (
            folded.line_start(max(0, start - 1)) if not folded.lines[start : version.start()].strip(" v.") else start
        )
        line = " ".join(folded.lines[start:end].split())
        for language in translations().eupl:
            if pattern(language.union).search(line) and pattern(language.licence).search(line):
                at = folded.offset(start)
                openings.append(_Opening(at, at + len(line), language, held=False, years=""))
                break
    return openings


def _judged(folded: Folded, opening: _Opening, end: int) -> Found | None:
    end = min(end, opening.start + _LONGEST)
    language = opening.language
    articles, last = _articles(folded, opening.body, end, language)
    mentions = sum(1 for _ in _MENTION.finditer(folded.words, opening.body, end))
    version = _version(folded, opening, end)
    if version is None:
        return None
    if opening.held:
        long = end - opening.body >= _SHORTEST_WITHOUT_ARTICLES and mentions >= 3
        if language is None and articles < _ARTICLES_IN_UNKNOWN:
            return None
        if articles < 3 and not (long and _NAMES_OF_OTHERS.search(folded.words, opening.body, end)):
            return None
    elif articles < 5 or mentions < 2:
        return None
    stop = _end(folded, last, end)
    confidence = 0.95 if articles >= 12 else 0.9 if articles >= 5 else 0.75
    by = f"eupl-{language.code}" if language else "eupl"
    return Found(f"EUPL-{version}", Kind.TEXT, confidence, folded.place(opening.start), stop, by)


def _articles(folded: Folded, start: int, end: int, language: EuplLanguage | None) -> tuple[int, int]:
    """How many of the fifteen articles are there, and where in ``words`` the last one begins."""
    words, lines = folded.words, folded.lines
    first, behind = folded.place(start), folded.place(end)
    numbered = folded.articles(first, behind)
    in_order = len(numbered) if numbered and numbered[-1][0] <= 16 else 0
    last = folded.offset(numbered[-1][1]) if in_order else start
    if language is None:
        return in_order, last
    headings = {int(one[1]): one.start() for one in _heading(language).finditer(words, start, end) if int(one[1]) < 16}
    if in_order and not headings and not _bare_heading(language).search(lines, first, behind):
        in_order = 0  # numbered lines of something else: guidelines, a list of questions
    bare = [] if len(headings) > 4 else [one.start() for one in _bare_heading(language).finditer(lines, first, behind)]
    if len(bare) > max(in_order, len(headings)):
        return min(15, len(bare)), folded.offset(bare[-1])
    return max(in_order, len(headings)), max([last, *headings.values()])


@cache
def _holder(language: EuplLanguage) -> re.Pattern[str]:
    return pattern(f"{language.union}|{language.community}")


@cache
def _heading(language: EuplLanguage) -> re.Pattern[str]:
    """A number of an article and the word by which its heading is known, anywhere in a line."""
    known = "|".join(language.articles)
    return pattern(rf"(?<![\w.,-])(\d{{1,2}})[.):]{{0,2}} ?[^\w ]{{0,2}} ?(?:\w{{1,20}} ){{0,4}}?(?:{known})")


@cache
def _bare_heading(language: EuplLanguage) -> re.Pattern[str]:
    """The same without a number, as a short line of its own: lists of HTML lose theirs."""
    known = "|".join(language.articles)
    return re.compile(
        rf"^[^\w\n]{{0,12}}(?:\w{{1,20}} ){{0,3}}?(?:{pattern(known).pattern})[^\n]{{0,40}}$", re.MULTILINE
    )


def _version(folded: Folded, opening: _Opening, end: int) -> str | None:
    """The version that title and years agree on; where they differ the appendix decides, or nobody does."""
    words = folded.words
    title = words[max(opening.start, opening.body - _TITLE_BEFORE - 100) : opening.body]
    stated = [f"1.{one[1]}" for one in _VERSION.finditer(title)]
    named = stated[-1] if stated else None
    if opening.years == "1.2" or not opening.years:
        if named == "1.2" or not opening.years:
            return named
        if named is None:
            return "1.2"
    elif named in ("1.0", "1.1"):
        return named
    elif named is None:
        within = {f"1.{one[1]}" for one in _VERSION_MENTION.finditer(words, opening.body, end)} - {"1.2"}
        return within.pop() if len(within) == 1 else None
    newer = _ONLY_IN_1_2.search(words, opening.body, end)
    if newer:
        return "1.2"
    return named if opening.years == "1.0/1.1" and named != "1.2" else None


def _end(folded: Folded, last: int, end: int) -> int:
    """The end of the text in the file: of the last line that names the EUPL behind the last articles, or of those."""
    mentions = [one.end() for one in _MENTION.finditer(folded.words, last, min(end, last + _TAIL))]
    at = max([min(_article_end(folded, last), end), *mentions])
    place = folded.place(max(0, at - 1)) + 1
    stop = folded.lines.find("\n\n", place)
    paragraph = len(folded.lines) if stop < 0 else stop
    line = folded.line_end(place)
    limit = folded.place(end)
    return min(line if mentions else paragraph, limit) if place < limit else limit


def _article_end(folded: Folded, start: int) -> int:
    """Where the article ends whose heading begins at ``start``: behind it somebody's own condition may follow."""
    place = folded.place(start)
    stop = folded.lines.find("\n\n", place)
    if 0 <= stop < place + _HEADING:
        stop = folded.lines.find("\n\n", stop + 2)
    return min(start + 400, folded.offset(stop)) if stop >= 0 else start + 400


def languages(found: Iterator[Found] | tuple[Found, ...]) -> tuple[str, ...]:
    """The languages of the EUPL texts among ``found``, by their code."""
    return tuple(one.by.removeprefix("eupl-") for one in found if one.by.startswith("eupl-"))
