# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Under which licence a work made of several parts may be published, if under any.

Every licence of a part, and every licence as which it certainly may be taken, is tried for the whole. Where an id
leaves its range open ("GPL-3.0"), both ends are tried: an answer that depends on the range is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product

from registry.licences.compatibility import Finding, Fit, fits, readings
from registry.licences.expressions import range_of_licence
from registry.licences.hints import Hint, distinct, hint
from registry.licences.kinds import kind_of
from registry.licences.tables import table
from registry.licences.trees import Leaf
from registry.model import LicenceKind, LicenceRange, Verdict

_MOST_HINTS = 4
_BINDS_THE_WHOLE = (LicenceKind.STRONG_COPYLEFT, LicenceKind.NETWORK_COPYLEFT)


@dataclass(frozen=True, slots=True)
class Joint:
    """What joining some parts to one work comes to."""

    verdict: Verdict
    hints: tuple[Hint, ...] = ()
    outgoing: tuple[str, ...] = ()
    """Licences for the whole, first those of the parts themselves; only with the verdict yes."""


def join(leaves: Sequence[Leaf]) -> Joint:
    """Whether open parts under these licences may be joined to one work and published, and under what."""
    ends = [_ends(leaf) for leaf in leaves]
    found = [_joined(tuple(way)) for way in product(*ends)]
    if len({joint.verdict for joint in found}) > 1:
        undetermined = ", ".join(str(leaf) for leaf, both in zip(leaves, ends, strict=True) if len(both) > 1)
        told = hint(table("combining")["findings"]["range"], licences=undetermined)
        worst = next(joint for joint in found if joint.verdict is not Verdict.YES)
        return Joint(Verdict.UNKNOWN, (told, *worst.hints))
    given = {str(leaf) for leaf in leaves}
    shown = {end: str(leaf) for leaf, both in zip(leaves, ends, strict=True) for end in both if end not in given}
    outgoing = [tuple(dict.fromkeys(shown.get(licence, licence) for licence in joint.outgoing)) for joint in found]
    common = tuple(licence for licence in outgoing[0] if all(licence in each for each in outgoing))
    return Joint(found[0].verdict, distinct(_renamed(told, shown) for told in found[0].hints), common)


def _renamed(told: Hint, shown: Mapping[str, str]) -> Hint:
    """The hint with undetermined licences as they were given: nobody said "-only" where both ends come to the same."""
    texts = dict(told.text)
    for language in texts:
        for end, given in shown.items():
            texts[language] = re.sub(rf"(?<![\w-]){re.escape(end)}(?![\w-])", given, texts[language])
    return replace(told, text=texts, about=shown.get(told.about or "", told.about))


def _ends(leaf: Leaf) -> tuple[str, ...]:
    """The licence with its range; for an undetermined one both that are possible."""
    if range_of_licence(leaf.licence) is not LicenceRange.UNDETERMINED:
        return (str(leaf),)
    return tuple(str(Leaf(f"{leaf.licence}{end}", leaf.exception)) for end in ("-only", "-or-later"))


@lru_cache(maxsize=512)
def _joined(licences: tuple[str, ...]) -> Joint:
    candidates = {licence: _findings(licences, licence) for licence in _candidates(licences)}
    worst = {licence: min(finding.fit for finding in found) for licence, found in candidates.items()}
    best = max(worst.values())
    if best is Fit.YES:
        possible = [licence for licence in candidates if worst[licence] is Fit.YES]
        own = tuple(licence for licence in possible if licence in licences)
        shown = _told(candidates[(own or possible)[0]], Fit.YES, beside=(own or possible)[0])
        apart = () if own or not _some_weak(licences) else (hint(table("combining")["findings"]["separate"]),)
        return Joint(Verdict.YES, (*shown, *apart), own or tuple(possible))
    told = [hint for licence in licences if worst[licence] is best for hint in _told(candidates[licence], best)]
    if not told:  # only a licence that none of the parts bears comes that far
        told = [hint for licence in candidates if worst[licence] is best for hint in _told(candidates[licence], best)]
    hints = distinct(told)[:_MOST_HINTS]
    if best is Fit.NO and not _some_pair_never_fits(licences):
        return Joint(Verdict.UNKNOWN, (*hints, hint(table("combining")["findings"]["separate"])))
    return Joint(best.verdict, hints)


def _candidates(licences: Sequence[str]) -> tuple[str, ...]:
    read = (reading.licence for licence in licences for reading in readings(licence) if reading.certain)
    return tuple(dict.fromkeys((*licences, *read)))


def _findings(licences: Sequence[str], outgoing: str) -> tuple[Finding, ...]:
    return tuple(fits(licence, outgoing) for licence in licences)


def _told(findings: Sequence[Finding], fit: Fit, beside: str | None = None) -> tuple[Hint, ...]:
    """The hints of the findings that decided, without those on the part that bears the licence of the whole anyway."""
    own = [finding.hints for finding in findings if len(finding.hints) == 1 and finding.hints[0].about == beside]
    told = (hint for finding in findings if finding.fit is fit and finding.hints not in own for hint in finding.hints)
    return distinct(told)[:_MOST_HINTS]


def _some_pair_never_fits(licences: Sequence[str]) -> bool:
    """Whether two licences contradict however the parts are put together.

    A weak copyleft binds only its own files or library. Beside a licence that binds the whole, that does not help.
    """
    return any(_never_fits(one, other) for one, other in combinations(licences, 2))


def _some_weak(licences: Sequence[str]) -> bool:
    return any(kind_of(licence) is LicenceKind.WEAK_COPYLEFT for licence in licences)


def _never_fits(one: str, other: str) -> bool:
    if any(fit is not Fit.NO for fit in _fits_of_pair(one, other)):
        return False
    kinds = {kind_of(one), kind_of(other)}
    return LicenceKind.WEAK_COPYLEFT not in kinds or bool(kinds.intersection(_BINDS_THE_WHOLE))


def _fits_of_pair(one: str, other: str) -> Iterator[Fit]:
    for licence in _candidates((one, other)):
        yield min(finding.fit for finding in _findings((one, other), licence))
