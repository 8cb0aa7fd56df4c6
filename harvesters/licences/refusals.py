# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that withhold or restrict: "all rights reserved", no commercial use, and what an edit of a licence amounts to.

Licence texts are full of "may not" and "without permission"; a phrase counts outside the texts that were recognised,
and not where its sentence is about names, marks, notices or patents. The phrases are ``licences/refusals.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harvesters.licences.folding import Folded, fold, pattern
from harvesters.licences.found import Found, Kind
from registry.vocabulary.refusals import Refusal, edits, refusals

_BEFORE, _BEHIND = 260, 700
"""Characters around a plain string of the table in which a phrase is looked for."""
_MOST_ANCHORS = 12
_SENTENCE = 300
_TITLE = 60
"""Characters before a text in its first line."""
_CONFIDENCE = 0.8
_CONFIDENCE_UNSETTLED = 0.6
_PERMITS = re.compile(
    r"permission|permit(?:s|ted)\b|granted|redistribut|licen[cs]ed (?:under|according)|public licen[cs]e|free software|"
    r"open[- ]source|creative commons|under the (?:terms|mit|apache|bsd|gpl|eupl)|royalty[- ]free|"
    r"(?:may|can|to) (?:be )?(?:freely|use|cop)|freely|spdx-license-identifier|released under|distributed under|"
    r"public domain|erlaubnis|gestattet|lizenziert|unter der .{0,40}lizenz|hiermit|gemeinfrei|"
    r"licenza (?:mit|apache|gpl|eupl|pubblica)|sotto licenza|"
    r"concesso in licenza|sous licence|(?:mit|bsd|apache|gpl|isc|eupl)[- ](?:licen[cs]e|lizenz|licentie)|verleend"
)
"""Words that permit something, so that "all rights reserved" is only the habit of copyright lines."""


def find_refusals(text: str, found: Sequence[Found] = ()) -> tuple[Found, ...]:
    """The refusal of a file, at most one: the first rule of the table that matches outside the texts in ``found``.

    Nothing is refused by a copyright line above a permission. An expression that is not in ``settled`` rules
    ("LicenseRef-undecided", "LicenseRef-modified-licence") says that nobody knows whether the text is open.
    """
    folded = fold(_outside(text, found))
    permits = any(one.kind in (Kind.TEXT, Kind.NOTICE, Kind.TAG) for one in found)
    for rule in refusals():
        if rule.alone and (permits or _PERMITS.search(folded.words)):
            continue
        if rule.short and folded.words.count(" ") >= rule.short:
            continue
        for match in _matches(rule, folded):
            said = match.span("said" if "said" in match.re.groupindex else 0)
            start, end = folded.place(said[0]), folded.place(max(said[0], said[1] - 1)) + 1
            end = min([end, *(one.start for one in found if one.kind is Kind.TEXT and start < one.start)])
            confidence = _CONFIDENCE if rule.settled else _CONFIDENCE_UNSETTLED
            return (Found(rule.expression, Kind.REFUSAL, confidence, start, end, rule.id),)
    return ()


def _outside(text: str, found: Sequence[Found]) -> str:
    """The text with the licence texts in it as spaces, of the same length."""
    parts, at = [], 0
    for one in sorted((one for one in found if one.kind is Kind.TEXT and not one.edits), key=lambda one: one.start):
        if one.end > at:
            start = max(at, one.start)
            line = text.rfind("\n", 0, start) + 1
            if at <= line < start and text[line:start].strip() and start - line < _TITLE:
                title_end = text.find("\n", start, one.end)  # "Modified" before a title belongs to it
                start = title_end if title_end >= 0 else start
            parts += [text[at:start], " " * (one.end - start)]
            at = one.end
    return "".join((*parts, text[at:])) if parts else text


def _matches(rule: Refusal, folded: Folded) -> Iterator[re.Match[str]]:
    windows = tuple(_windows(rule, folded.words))
    if not windows:
        return
    for phrase in rule.phrases:
        places = ((0, len(folded.words)),) if phrase.startswith("^") else windows
        for start, end in places:
            match = pattern(phrase).search(folded.words, start, end)
            if match and not _excused(rule, folded.words, match):
                yield match
                break


def _windows(rule: Refusal, words: str) -> Iterator[tuple[int, int]]:
    """The neighbourhoods of the plain strings of a rule, joined where they touch."""
    places: list[int] = []
    for anchor in rule.anchors:
        at = words.find(anchor)
        while at >= 0 and len(places) < _MOST_ANCHORS:
            places.append(at)
            at = words.find(anchor, at + _BEHIND)
    start = end = -1
    for place in sorted(places):
        if end >= 0 and place - _BEFORE > end:
            yield start, end
            start = -1
        start = max(0, place - _BEFORE) if start < 0 else start
        end = min(len(words), place + _BEHIND)
    if end >= 0:
        yield start, end


def _excused(rule: Refusal, words: str, match: re.Match[str]) -> bool:
    """Whether the sentence of a phrase makes it something else."""
    before = words.rfind(". ", max(0, match.start() - _SENTENCE), match.start())
    start = before + 2 if before >= 0 else max(0, match.start() - _SENTENCE)
    behind = words.find(". ", match.end() - 1, match.end() + _SENTENCE)
    end = behind if behind >= 0 else match.end() + _SENTENCE
    return any(pattern(one).search(words, start, end) for one in rule.unless)


def judge_edits(found: Found) -> Found | None:
    """The refusal that the edits of a licence text amount to; None where they restrict nothing that we know.

    Each edit is judged by its own words. A right that a short permission lists and that was taken out counts too: an
    MIT text without "sell" does not permit selling.
    """
    table = edits()
    for edit in found.edits:
        added = " ".join(edit.added.lower().split())
        if added and added.count(" ") < table.most and (expression := _added(added)):
            return _refused(found, expression)
    if found.expression in table.removed_from:
        for edit in found.edits:
            removed = edit.removed.lower()
            if not edit.added and removed.count(" ") < table.removed_most:
                for words in table.removed:
                    if pattern(words.words).search(removed):
                        return _refused(found, words.expression)
    return None


def _added(added: str) -> str | None:
    for words in edits().added:
        if pattern(_near_a_no(words.words) if words.denied else words.words).search(added):
            return words.expression
    folded = Folded(added)
    for rule in refusals():
        if rule.adds and rule.settled and next(_matches(rule, folded), None):
            return rule.expression
    return None


def _near_a_no(words: str) -> str:
    """The words with a negation in front of them or a prohibition behind."""
    before, behind = edits().negations, edits().prohibitions
    return rf"\b{before} (?:\w+ ){{0,8}}?(?:{words})\b|\b(?:{words})(?: \w+){{0,6}}? {behind}\b"


def _refused(found: Found, expression: str) -> Found:
    return replace(found, expression=expression, kind=Kind.REFUSAL, confidence=_CONFIDENCE, by="edit")
