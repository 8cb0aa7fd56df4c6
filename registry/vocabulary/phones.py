# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Phone numbers in texts of strangers: where they stand, so that readers and the resolver take out the same ones.

Taken for a number: one in the international form (ITU-T E.164), one with an area code (DIN 5008 and the like), and any
of some length behind a word such as "Tel.". Versions, dates, spans of years, identifiers of digits and whatever stands
inside a web address are none. The time is linear: every repetition is bounded, and a piece has one way to match.
"""

from __future__ import annotations

import re
from functools import cache

_GAP = r"(?:[ \t\u00a0\u2009\u202f()/\u2010\u2011\u2013-]|&nbsp;){0,3}"
_SPLIT = r"(?:[ \t\u00a0\u2009\u202f()/\u2010\u2011\u2013-]|&nbsp;){1,3}"
_DOTTED = r"(?:[ \t\u00a0\u2009\u202f()/.\u2010\u2011\u2013-]|&nbsp;){0,3}"
_FREE = r"(?<![\w.,/+\u2011\u2013-])"
_AHEAD = rf"{_FREE}(?<!\d )"
_DATE = r"(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![./-]?\d)|\d{1,2}[./-](?:19|20)\d\d(?!\d)|\d\d ?[-\u2013] ?\d\d(?! ?\d))"
_YEARS = r"(?!(?:19|20)\d\d ?[./\u2013-] ?\d{1,4}(?!\d))"
_LABEL = (
    r"tel(?:efon|ephone|efono|efoon|efax)?(?:nummer|number)?|téléphone|t[ée]l|fon|phone|fax(?:nummer)?|durchwahl|"
    r"rufnummer|hotline"
)
_WEAK_LABEL = r"handy(?:nummer)?|mobil(?:e|telefon|nummer|funk)?|cell(?:ulare|phone)?|portable|gsm|whatsapp"
"""Words that also stand before other figures: behind them a number begins with a zero or a plus."""
_BETWEEN = r"(?:[\s.:;*_~|-]|nr\b|no\b|number\b|nummer\b|<[^<>]{0,60}>|&nbsp;){0,8}"
_END = r"(?!\w)"

_NUMBER = rf"""(?P<address>\b(?:https?|ftp|ssh|git)://[^\s<>"']++)
    |\b(?:(?:{_LABEL})\b{_BETWEEN}|(?:{_WEAK_LABEL})\b{_BETWEEN}(?=\(?[+0])){_DATE}{_YEARS}[+(]{{0,2}}\d(?:{_DOTTED}\d){{4,15}}{_END}
    |{_FREE}(?!\+\d{{1,3}}\.\d{{1,8}}(?![\d.]))(?:\(\+\d{{1,3}}\)|\+[1-9]){_GAP}(?:\d{_DOTTED}){{6,14}}\d{_END}
    |{_AHEAD}00[1-9](?:{_GAP}\d){{7,13}}{_END}
    |{_AHEAD}{_DATE}(?:\(0[1-9]\d{{1,4}}\)|0[1-9]\d{{1,4}}|\(0\){_GAP}[1-9]\d{{1,4}}){_SPLIT}[1-9](?:{_GAP}\d){{3,11}}{_END}
    |{_AHEAD}{_DATE}0[1-9]{_SPLIT}[1-9](?:{_GAP}\d){{5,9}}{_END}
    |{_AHEAD}0[1-9](?:[ .\u00a0-]\d\d){{4}}(?![\w.])
    |{_AHEAD}0[1-9]\d{{7,9}}(?![\w.])""".replace("\n    ", "")
_MARK = re.compile(r"<[^<>]*>|[*_~|]")


def without_phones(text: str, instead: str) -> str:
    """The text with ``instead`` for each phone number, a word such as "Tel." before it included.

    Tags and marks of emphasis between the two stay, so that HTML and Markdown stay whole.
    """
    return _number().sub(
        lambda found: found[0] if found["address"] else "".join(_MARK.findall(found[0])) + instead, text
    )


@cache
def _number() -> re.Pattern[str]:
    """Compiled when first needed: many programs load this module and few ask it."""
    return re.compile(_NUMBER, re.IGNORECASE)
