# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the words around a licence name grant it: the phrase before it, and the sentence the phrase stands in.

A name alone grants nothing, nor does a sentence that denies, compares, tells of the past or sets conditions. What is
said of documentation, fonts or bundled works is told apart from what is said of the software.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from harvesters.licences.phrasing import any_of, compiled, spaced, words

_PHRASE_WITHIN = 260
_SENTENCE_WITHIN = 420
_GAP = r"[\s\"'(:,*\[<|-]"
_SENTENCE_END = re.compile(
    r"(?<![\s.][a-z])(?<!inc)(?<!ltd)(?<!corp)[.!?][\"')\]]{0,3}\s+|\n[ \t]*\n\s*|"
    r"\n[ \t]*(?=(?:this|the) (?:software|program|file|library|code|project|work|module|package)\b)|\A"
)
_SHORT = 60
"""Characters in front of a phrase, in one line, that need no verb: "MyTool 1.2 under MIT"."""


@dataclass(frozen=True, slots=True)
class Grant:
    start: int
    """Where its sentence begins."""
    sentence: str
    """The sentence up to the name, lower-case."""
    by: str
    confidence: float
    aside: bool = False


@dataclass(frozen=True, slots=True)
class _Patterns:
    phrase: re.Pattern[str]
    field: re.Pattern[str]
    labelled: re.Pattern[str]
    field_end: re.Pattern[str]
    licensed: re.Pattern[str]
    article: re.Pattern[str]
    verbs: re.Pattern[str]
    blocked: re.Pattern[str]
    blocked_after: re.Pattern[str]
    harmless: re.Pattern[str]
    template: re.Pattern[str]
    aside: re.Pattern[str]
    main: re.Pattern[str]
    foreign: re.Pattern[str]
    works: re.Pattern[str]
    redistribute: re.Pattern[str]
    alternatively: re.Pattern[str]


def grant(text: str, start: int, end: int) -> Grant | None:
    """The grant of what is named from ``start`` to ``end`` of lower-case text; None where its words grant nothing."""
    patterns = _patterns()
    if patterns.blocked_after.match(text, end):
        return None
    lead_at = max(0, start - _PHRASE_WITHIN)
    phrase = patterns.phrase.search(text[lead_at:start])
    if phrase:
        at = lead_at + phrase.start()
        return _judge(text, at, start, "grant", 0.95)
    if patterns.licensed.match(text, end):
        sentence_at = _sentence_start(text, start)
        if patterns.article.search(text[sentence_at:start]):
            return None
        return _judge(text, start, start, "grant", 0.9)
    field = patterns.field.search(text[lead_at:start]) or patterns.labelled.search(text[lead_at:start])
    if field and patterns.field_end.match(text, end):
        at = lead_at + field.start(1)
        return Grant(at, text[at:start], "field", 0.85, aside=_is_aside(text[at:start]))
    return None


def _judge(text: str, at: int, name_at: int, by: str, confidence: float) -> Grant | None:
    """Judge the sentence in front of the phrase that begins at ``at``."""
    patterns = _patterns()
    begin = _sentence_start(text, at)
    sentence = patterns.harmless.sub(" ", text[begin:at])
    phrase = text[at:name_at]
    if patterns.blocked.search(sentence + phrase) or patterns.template.search(text[max(0, begin - 200) : at]):
        return None
    if by == "grant" and phrase and not patterns.verbs.search(sentence + phrase):
        tail = sentence.rpartition("\n")[2]
        if len(sentence) - len(tail) > 1 and len(tail.strip()) > _SHORT:
            return None
    return Grant(begin, text[begin:name_at], by, confidence, aside=_is_aside(sentence))


def _is_aside(sentence: str) -> bool:
    patterns = _patterns()
    if patterns.foreign.search(sentence):
        return True
    if patterns.main.search(sentence):
        return False
    return bool(patterns.aside.search(sentence) or patterns.works.search(sentence))


def _sentence_start(text: str, at: int) -> int:
    lead_at = max(0, at - _SENTENCE_WITHIN)
    last = lead_at
    for end in _SENTENCE_END.finditer(text, lead_at, at):
        last = end.end()
    return last if last <= at else at


def is_about_others(words: str) -> bool:
    """Whether lower-case words beside a bare name say that it is of something else, or that it is not granted."""
    patterns = _patterns()
    return _is_aside(words) or patterns.blocked.search(words) is not None


def has_fsf_form(sentence: str) -> bool:
    """Whether a grant reads "redistribute it and/or modify it under", as SPDX's headers of the -only ids do."""
    return _patterns().redistribute.search(sentence) is not None


def is_alternative(sentence: str) -> bool:
    """Whether the sentence offers its licence beside one named before: "Alternatively, ... may be used under"."""
    return _patterns().alternatively.search(sentence) is not None


@cache
def _patterns() -> _Patterns:
    fillers = any_of(words("grants", "fillers"))
    elided = r"(?:(?<![a-z])(?:l|d|dell|all|dall|nell|un)')?"
    filled = rf"(?:{_GAP}++{spaced(fillers)}(?![\w'])){{0,16}}+{_GAP}*+{elided}[\"'(]*+$"
    names = r"(?:@?_{0,2}licen[sc]e[sd]?|licensing|lizenz(?:en|ierung|hinweise?)?|licenza|licencia|licen.a|licentie)"
    labels, beside = (any_of(map(spaced, words("grants", key))) for key in ("labels", "labels_aside"))
    return _Patterns(
        phrase=re.compile(rf"(?<![\w-]){any_of(map(spaced, words('grants', 'phrases')))}(?=\W|$){filled}"),
        field=re.compile(
            rf"(?:\A|\n|\.(?=\s))[\s:\"'<\[(.=0-9-]*+({names}(?:\s++(?:information|notice|name|type|text))?_{{0,2}}[\"'>\])]*+"
            rf"(?:[ \t]*+[:=]++|(?=\s)){filled[:-1]}\s*+$)"
        ),
        labelled=re.compile(
            # A list of parts has such lines, too: of the software they speak first, or under a heading about licences.
            rf"(?:(?:\A|(?:\A|\n)(?=[^\n]{{0,40}}(?:licen|lizen))[^\n]{{1,60}}\n)[\s*=-]{{0,90}}+"
            rf"(?={labels}[ \t]{{0,9}}+:)|"
            rf"\n[ \t*-]{{0,9}}+(?={beside}[ \t]{{0,9}}+:))([^\n:]{{3,40}}:{filled[:-1]}[ \t]*+$)"
        ),
        field_end=re.compile(
            r"[\"'\])]*+(?=\.\s|[ \t.,;]*+(?:\Z|\n|\\n|[(\[<]|https?:|©|copyright\b|see\b|licen|[-,;] |"
            r"for (?:more|details)|and\b|or\b))"
        ),
        licensed=re.compile(r"[\s-]++licen[sc]ed(?![a-z])"),
        article=re.compile(r"\b(?:an?|any|other|some|all|of|which|that|for|with|using|uses|many)\s*+[\"']?$"),
        verbs=compiled(words("grants", "verbs")),
        blocked=compiled(words("grants", "blocked")),
        blocked_after=compiled(words("grants", "blocked_after"), r"[\"')\]]{0,3}"),
        harmless=compiled(words("grants", "harmless")),
        template=compiled(words("grants", "template")),
        aside=compiled(words("subject", "aside")),
        main=compiled(words("subject", "main")),
        foreign=compiled(words("subject", "foreign")),
        works=compiled(words("subject", "works"), r"(?<![\w./-])", r"(?![\w/-])"),
        redistribute=re.compile(
            r"(?:re)?distribut\w*[\s,].{0,60}modif|modif\w*[\s,].{0,60}redistribut|copy,\s++modify", re.DOTALL
        ),
        alternatively=re.compile(r"\balternativ|\bin\s++the\s++alternative\b"),
    )
