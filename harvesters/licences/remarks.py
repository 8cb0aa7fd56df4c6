# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a maintainer is told about the licence file besides which licence it is: rule ids with their params.

The texts of the rules are in ``registry/vocabulary/rules/licence.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvesters.licences.folding import fold
from harvesters.licences.found import Found, Kind
from harvesters.licences.phrases import UNOFFICIAL
from harvesters.licences.placeholders import is_template
from registry.vocabulary.refusals import refusals
from registry.vocabulary.translations import translations

Remark = tuple[str, dict[str, str]]

_LONGEST = 120
_MARK = (
    r"(?:logos?\b|(?:stadt|gemeinde|landes)?wappens?\b|coats? of arms|stemm[ai]\b|blasons?\b|armoiries|markenzeichen|"
    r"corporate design|trade ?marks?|marchi?o?\b|brand(?:ing)?\b|gemeentewapen|icons?\b|photos?\b|fotos?\b|bilder\b)"
)
_LOGO = re.compile(
    rf"{_MARK}[^.;]{{0,120}}(?:ausgenommen|ausgeschlossen|not (?:covered|licen[cs]ed|included|part)|excluded|"
    rf"esclus[oiae]|exclu(?:e?s?)\b|uitgezonderd|fall(?:s|en)? nicht unter|"
    rf"(?:all )?rights? (?:are )?reserved|rechte vorbehalten|diritti riservati|droits r\S{{1,3}}serv)|"
    rf"(?:ausgenommen|ausgeschlossen|excluded?|excluding|not (?:apply|extend) to|gilt nicht f\S{{1,2}}r|"
    rf"fatta eccezione per|esclus[oiae]|uitgezonderd|all rights (?:in|to) the)[^.;]{{0,80}}{_MARK}"
)
_LOGO_SIGNS = (
    "logo", "wappen", "coat of arms", "coats of arms", "stemm", "blason", "trademark", "icon", "photo", "foto",
    "bilder", "marchi", "brand", "markenzeichen", "corporate design", "armoiries",
)  # fmt: skip


def remarks(text: str, found: Sequence[Found]) -> tuple[Remark, ...]:
    """What is to be told of the whole file: ``text`` as ``plain`` gives it, ``found`` all pieces of it."""
    if not text.strip():
        return (("licence-empty", {}),)
    told: list[Remark] = []
    if is_template(text):
        told.append(("licence-template", {}))
    for one in found:
        told += _of(one)
    if any(one.kind in (Kind.TEXT, Kind.NOTICE, Kind.TAG) for one in found) and (logo := _excluded_logo(text, found)):
        told.append(("licence-logo-excluded", {"words": logo}))
    return tuple(told)


def _of(one: Found) -> list[Remark]:
    if one.by.startswith(UNOFFICIAL):
        return [("licence-translation-unofficial", {"licence": one.expression})]
    if one.kind is Kind.TEXT and one.edits and one.by in _with_liability():
        words = ", ".join(edit.added or f"- {edit.removed}" for edit in one.edits)
        return [("licence-translation-liability", {"licence": _with_liability()[one.by], "words": words[:_LONGEST]})]
    rules = [rule for rule in refusals() if rule.expression == one.expression]
    # One expression stands for several reasons; an edit has none of its own but that of its expression.
    rule = next((rule for rule in rules if rule.id == one.by), rules[0] if rules else None)
    if one.kind is Kind.REFUSAL and rule:
        params = {f"reason_{language}": sentence for language, sentence in rule.reason.items()}
        return [("licence-restricts" if rule.settled else "licence-unsettled", params)]
    return []


def _with_liability() -> dict[str, str]:
    """The licence of each translation whose disclaimer is looked at."""
    return {row.id: row.expression for row in translations().texts if row.liability}


def _excluded_logo(text: str, found: Sequence[Found]) -> str:
    """The words that except logos or arms from the licence; those within a licence text are its own clause."""
    folded = fold(text)
    if not any(sign in folded.words for sign in _LOGO_SIGNS):
        return ""
    for match in _LOGO.finditer(folded.words):
        place = folded.place(match.start())
        if not any(one.kind is Kind.TEXT and one.start <= place < one.end for one in found):
            return match[0][:_LONGEST]
    return ""
