# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that bind: adding or leaving out one of them changes what a licence permits, demands or forbids.

All other words of a licence may be mistyped, lost in scanning or reworded by a few without changing its terms.
Folded as in :func:`harvesters.licences.words.fold`.
"""

from __future__ import annotations

from collections.abc import Sequence

NO = frozenset({"no", "non", "nor", "not"})
"""Negations, of which scanning may leave a single letter."""

CONFUSED = (NO, frozenset({"fee", "free"}))
"""Words that bind and that scanning makes of each other, so that one in place of the other proves nothing."""

_ALWAYS = """
cannot none never neither only solely except unless without prior written permission consent approval
commercial noncommercial commercially prohibited prohibit prohibits forbidden forbid fee fees charge charged charges
payment pay royalty royalties evaluation internal personal academic educational research nonprofit profit military
nuclear weapons evil good revoke revoked revocable rent lease free sale exclusive advertising
endorse promote must may acknowledgment excluding

kein keine keinen keiner nicht nur ohne ausser ausgenommen kommerziell kommerzielle kommerziellen kommerzieller
nichtkommerziell nichtkommerzielle nichtkommerziellen untersagt verboten vorherige schriftliche genehmigung zustimmung
einwilligung unentgeltlich entgelt darf durfen
pas sans sauf uniquement seulement commercial commerciale commerciales interdit interdite prealable ecrite ecrit
solo senza salvo eccetto commerciale commerciali vietato vietata previa scritta autorizzazione
sin comercial comerciales prohibido prohibida escrita autorizacion
niet geen alleen zonder behalve commercieel commerciele verboden voorafgaande schriftelijke toestemming
"""
ALWAYS = NO | frozenset(_ALWAYS.split())
"""One of these is enough anywhere, in English and the languages of the licences that municipalities wrote."""

_IN_SHORT = """
copy copied publish sublicense modify modified modification modifications distribute distributed redistribute
redistributed redistribution use used merge sell sold resell purpose provided condition conditions grant grants
granted hereby patent patents restrict restricted restriction restrictions terminate terminated terminates exclude
excluded perpetual person worldwide government reproduce retain reproduced retained source binary
prepare derivative derivatives adapt adapted share perform display transmit translate propagate convey

gestattet erlaubt muss mussen sofern autorisation doit doivent gratuit deve debe gratuita mag
"""
IN_SHORT = frozenset(_IN_SHORT.split())
"""Rights and conditions: one of them counts in a short licence, where each is named once; a long one repeats them."""

NAMES = frozenset({"sans", "solo", "sin", "pas", "salvo", "must", "mag"})
"""Words that bind in one language and are names in another: a typeface "Sans" with a capital letter is a name."""

GRANTING = ("granted", "permitted")
"""Words of the sentence by which a short licence permits."""

EITHER = ["with", "or"]
"""Taken out of "with or without modification" they leave a condition."""


def denials(spelt: Sequence[str]) -> int:
    """How often a clause says no; "neither ... nor" does once."""
    return int(not _NEITHER.isdisjoint(spelt)) + spelt.count("not")


_NEITHER = frozenset({"neither", "nor", "no", "none", "cannot"})

WORDS = ALWAYS | IN_SHORT
"""All words that bind."""
