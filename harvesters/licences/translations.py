# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts in other languages, official translations first; what the SPDX list has as a text is found there."""

from __future__ import annotations

from harvesters.licences.eupl import find_eupl
from harvesters.licences.folding import fold
from harvesters.licences.found import Found
from harvesters.licences.legal_codes import find_legal_codes
from harvesters.licences.phrases import find_phrased


def find_translations(text: str) -> tuple[Found, ...]:
    """Texts in other languages, in the order of the file, places as in ``text`` (as ``plain`` gives it).

    ``by`` says which language version ("eupl-it", "mit-de") and begins with "unofficial-" for a translation that only
    helps to understand the original. ``edits`` of a translation say that its disclaimer is another one.
    """
    folded = fold(text)
    found = [*find_eupl(folded), *find_phrased(folded), *find_legal_codes(folded)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def warm_up() -> None:
    """Read the table and compile what every file needs."""
    find_translations("eupl © european union 2007\n1. definitions\nmit")
