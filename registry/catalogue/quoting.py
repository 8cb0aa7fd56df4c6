# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much of a publisher's README may be shown: without a recognised licence only a short quotation.

A README is a work of its authors; where no licence allows to republish it, the catalogue quotes and links.
"""

from __future__ import annotations

from registry import licences
from registry.model import Fact, FactSource, LicenceConclusion, LicenceVerdict, Solution

QUOTATION_LIMIT = 200
"""Characters of a README shown where no licence allows more."""


def only_quotable(solution: Solution, fact: Fact) -> bool:
    """Nothing allows to show more than a quotation of this text."""
    return fact.source is FactSource.README and not _republishable(solution.licence)


def shown_text(solution: Solution, fact: Fact) -> tuple[str, bool]:
    """The text that may be shown, and whether it was cut to a quotation."""
    text = str(fact.value)
    if len(text) <= QUOTATION_LIMIT or not only_quotable(solution, fact):
        return text, False
    return shortened(text, QUOTATION_LIMIT), True


def _republishable(licence: LicenceConclusion) -> bool:
    """Whatever is declared beside it, the text of an open licence lies there."""
    if licence.verdict is LicenceVerdict.CONFLICT:
        return licence.expression is not None and licences.is_open(licence.expression) is True
    return licence.verdict is LicenceVerdict.CLEAR


def shortened(text: str, limit: int = 280) -> str:
    """Cut at a word, with an ellipsis; the result has at most ``limit`` characters and the ellipsis."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"
