# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences beside a licence that forbid something: what a licence plus a prohibition is, nobody has assessed.

The known cases (non-commercial, Commons Clause, ...) are refusals and have a name. What is found here has none: it only
takes away the certainty that the text alone applies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvesters.licences.found import Found, Kind
from harvesters.licences.sides import compiled

# Each pattern begins with plain letters, by which the engine finds it fast; the text is lower case.
_FORBIDS = (
    *(rf"{word}\s(?:not|never|only)\s(?:be\s)?[a-z]" for word in ("may", "must", "shall", "can")),
    r"cannot\s(?:be\s)?[a-z]",
    r"not\s(?:be\s)?(?:permitted|allowed)\sto\s",
    r"is\s(?:strictly\s|expressly\s|explicitly\s)?(?:prohibited|forbidden)\b",
    r"are\s(?:strictly\s|expressly\s|explicitly\s)?(?:prohibited|forbidden)\b",
    r"not\sfor\s(?:re)?sale\b",
    r"for\sinternal\suse\sonly\b",
    r"only\sfor\s(?:internal|members|municipal|public\sauthorit)",
    r"nicht\szum\s(?:weiter)?verkauf\b",
    r"nur\sfür\s(?:den\s)?(?:intern|mitglied|kommun|behörden|gemeinden|städte)",
    r"additional\s(?:conditions?|restrictions?|limitations?)\b",
    r"untersagt\b",
    r"verboten\b",
    r"nicht\s(?:gestattet|erlaubt|zulässig|verwendet\swerden|genutzt\swerden)\b",
    r"vietat[oaie]\b",
    r"non\sè\s(?:consentit|permess)[oa]\b",
    r"interdite?s?\b",
    r"niet\stoegestaan\b",
    r"proh?ibid[oa]s?\b",
)
_ACTS = re.compile(
    r"\b(?:use[ds]?|using|usage|cop(?:y|ied|ies)|modif|chang|distribut|redistribut|shar|sell|sold|resell|host|train|publish|"
    r"commerci|deploy|run|nutz|verwend|weitergeb|weitergabe|verkauf|verbreit|utilizz|us[oa]|distribu|vend|utilis|gebruik|verkop|"
    r"verspreid|utiliz|activit|harm|resale|sale\b|only\sfor|nur\sfür)"
)
_HARMLESS = re.compile(
    r"wappen|\b(?:names?\b|trade\s?marks?|marks?\b|logos?|brands?|endors|promot|advertis|publicity|liab|warrant|responsib|damages|"
    r"notices?\b|misrepresent|patents?\b|export|fonts?\b|haft|gewähr|marken?\b|coats?\sof\sarms|marchi|"
    r"except\s(?:in\scompliance|as\sexpressly|under|according)|in\scompliance\swith|removed?\b|warranties|insert|password|e-?mails?\b|"
    r"issues?\b|guarantee|we\scannot|cannot\s(?:find|be\sheld)|sold\sby\sitself|reserved\sfont)"
)
_SENTENCE_END = re.compile(r"[.!?:;]\s|\n\s*\n")
_SENTENCE = 400


def forbidden(low: str, found: Sequence[Found]) -> str | None:
    """The first sentence outside of the pieces that forbids an act; None where nothing is forbidden.

    ``low`` is the text in lower case with the recognised texts as spaces. What follows other people's parts is theirs;
    names, marks, notices, warranties and liability are what licences restrict without being less open for it.
    """
    end = min((one.start for one in found if one.aside), default=len(low))
    notices = [one for one in found if one.kind is Kind.NOTICE]
    for pattern in compiled(_FORBIDS):
        for match in pattern.finditer(low, 0, end):
            if any(one.start <= match.start() < one.end for one in notices):
                continue
            sentence = _sentence(low, match)
            if _ACTS.search(sentence) and not _HARMLESS.search(sentence):
                return " ".join(sentence.split())[:200]
    return None


def _sentence(low: str, match: re.Match[str]) -> str:
    before = _SENTENCE_END.split(low[max(0, match.start() - _SENTENCE) : match.start()])[-1]
    behind = _SENTENCE_END.split(low[match.start() : match.end() + _SENTENCE], maxsplit=1)[0]
    return before + behind
