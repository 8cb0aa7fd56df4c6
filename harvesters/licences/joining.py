# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pieces of a file amount to together: one licence, a stated choice or bundle, a refusal, or nothing certain.

Where a rule claims something it is because words in the file say it; pieces that merely stand side by side claim
nothing (the issue's point 4: dual or bundled stays open unless declared).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvesters.licences.found import Choice, Found, Kind
from registry.licences import combines, companions, families, is_valid, range_is_stated
from registry.vocabulary.refusals import refusals as table

RESERVED = "LicenseRef-all-rights-reserved"
"""A habit of copyright lines: it refuses only where nothing permits."""
_TELLS_VARIANTS = 0.8
"""The share of a text from which on it tells a variant from the licence it was made of."""


@dataclass(frozen=True, slots=True)
class Joined:
    expression: str | None
    rests_on: tuple[Found, ...] = ()
    """The pieces that say it."""
    several: tuple[str, ...] = ()
    """The licences that stand side by side with nothing said about their relation."""
    changed: tuple[Found, ...] = ()
    """Texts that are no longer the licence they were made of."""
    unsettled: tuple[Found, ...] = ()
    """Words that leave open whether anything is permitted ("under a modified Apache licence")."""


def join(found: Sequence[Found], choice: bool) -> Joined:
    """The expression of the pieces that are about the software. ``choice``: words say that one may be chosen."""
    main = [
        one for one in found if not one.aside and one.kind is not Kind.REFERENCE and not _part_of_a_text(one, found)
    ]
    # A reference of its own already says that the text is not the licence it was made of.
    changed = tuple(
        one for one in main if one.edits and one.kind is Kind.TEXT and not one.expression.startswith("LicenseRef-")
    )
    if changed:
        return Joined(None, changed=changed)
    cut = tuple(one for one in main if _could_be_another(one))
    if cut:
        return Joined(None, unsettled=cut)
    refusals = [one for one in main if one.kind is Kind.REFUSAL and one.expression != RESERVED]
    grants = [one for one in main if one.kind is not Kind.REFUSAL]
    if refusals:
        return _refused(refusals, grants)
    if grants:
        return _granted(grants, choice)
    reserved = tuple(one for one in main if one.kind is Kind.REFUSAL)
    return Joined(reserved[0].expression, reserved) if reserved else Joined(None)


def _could_be_another(one: Found) -> bool:
    """Whether a third of a variant is missing: BSD-2-Clause-... differs from BSD-2-Clause in a few words only, so what
    is left of either is the same text."""
    base = one.expression.rpartition("-")[0] if one.kind is Kind.TEXT and one.confidence < _TELLS_VARIANTS else ""
    while "-" in base:
        if is_valid(base):
            return True
        base = base.rpartition("-")[0]
    return False


def _part_of_a_text(one: Found, found: Sequence[Found]) -> bool:
    """A tag that belongs to the words of a licence ("documentation is under CC-BY-4.0") says nothing about the file."""
    return one.kind is Kind.TAG and any(
        other.kind is Kind.TEXT
        and other.start <= one.start < other.end
        and families(other.expression) != families(one.expression)
        for other in found
    )


def _refused(refusals: Sequence[Found], grants: Sequence[Found]) -> Joined:
    """What refusals make of the licences beside them.

    Some restrict the licence beside them (Commons Clause); others (proprietary) may then be about another part of the
    repository. Words that neither refuse nor permit for sure make nothing certain.
    """
    named = _each(one.expression for one in refusals)
    rules = [rule for rule in table() if rule.expression in named]
    if not all(rule.settled for rule in rules):
        return Joined(None, unsettled=tuple(refusals))
    if len(named) > 1 or (grants and not all(rule.adds for rule in rules)):
        return Joined(None, several=_each(one.expression for one in (*grants, *refusals)))
    return Joined(named[0], tuple(refusals))


def _granted(grants: Sequence[Found], choice: bool) -> Joined:
    named = _with_exceptions(_merged(_each(one.expression for one in grants)))
    stated = [one for one in named if combines(one)]
    single = [one for one in named if not combines(one)]
    if len(stated) == 1 and _families(single) <= families(stated[0]):
        return Joined(stated[0], tuple(grants))
    single = _without_later_texts(_without_companions(single), grants)
    if offered := _alternative(single, stated, grants):
        return Joined(offered, tuple(grants))
    open_choice = tuple(one for one in grants if one.choice is Choice.OPEN)
    if len(single) == 1 and not stated and open_choice:
        return Joined(None, unsettled=open_choice)
    if len(single) == 1 and not stated:
        return Joined(single[0], tuple(one for one in grants if families(one.expression) & families(single[0])))
    if not stated and (choice or open_choice) and len(single) == 2:
        return Joined(" OR ".join(single), tuple(grants))
    return Joined(None, several=tuple(named))


def _alternative(single: Sequence[str], stated: Sequence[str], grants: Sequence[Found]) -> str | None:
    """One licence and what a notice behind it offers "alternatively", as a choice."""
    others = [one.expression for one in grants[1:] if one.choice is Choice.ALTERNATIVE]
    if len(stated) == 1 and len(single) == 1 and stated[0] in others and " AND " not in stated[0]:
        return f"{single[0]} OR {stated[0]}"
    if not stated and len(single) == 2 and any(families(single[1]) <= families(one) for one in others):
        return " OR ".join(single)
    return None


def _merged(named: Sequence[str]) -> list[str]:
    """One expression a licence: the one that states range or exception before those that leave them open.

    Ranges that contradict each other leave the range open.
    """
    merged = list[str]()
    for one in named:
        if combines(one) or not families(one):
            merged.append(one)
            continue
        same = [other for other in named if not combines(other) and families(other) == families(one)]
        merged.append(_one_of(same))
    return list(_each(merged))


def _one_of(same: Sequence[str]) -> str:
    """Of spellings of one licence, bare, with ranges, with exceptions, what they say together."""
    ranged = _each(one.partition(" WITH ")[0] for one in same if range_is_stated(one))
    base = ranged[0] if len(ranged) == 1 else min(families(same[0]))
    additions = _each(one.partition(" WITH ")[2] for one in same if " WITH " in one)
    return f"{base} WITH {additions[0]}" if len(additions) == 1 else base


def _without_companions(named: Sequence[str]) -> list[str]:
    """Without a licence whose text is only there because another one adds to it (LGPL-3.0 to GPL-3.0)."""
    present = _families(named)
    carried = {base for licence, base in companions().items() if licence in present}
    return [one for one in named if not families(one) <= carried]


def _with_exceptions(named: Sequence[str]) -> list[str]:
    """An exception's text belongs to the one licence beside it; with several it is not said to which."""
    additions = [one for one in named if not is_valid(one)]
    licences = [one for one in named if one not in additions]
    if len(licences) == len(additions) == 1 and is_valid(joined := f"{licences[0]} WITH {additions[0]}"):
        return [joined]
    return [one for one in licences if one not in additions] or list(named)


def _without_later_texts(named: Sequence[str], grants: Sequence[Found]) -> list[str]:
    """Beside a notice "version 2 or later" the text of version 3 is one of those that the notice permits."""
    later = [one.removesuffix("-or-later") for one in named if one.endswith("-or-later")]
    noticed = {one.expression for one in grants if one.kind is Kind.NOTICE}
    return [one for one in named if one in noticed or not any(_is_later(one, than) for than in later)]


def _is_later(one: str, than: str) -> bool:
    name, _, version = one.rpartition("-")
    other, _, older = than.rpartition("-")
    return name == other and version > older


def _families(named: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(families, named))


def _each(named: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named))
