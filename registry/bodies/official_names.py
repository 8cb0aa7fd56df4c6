# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names as the official German list spells them: "Ulm, Universitätsstadt", "Roth, St", "Cottbus/Chóśebuz, Stadt"."""

from __future__ import annotations

from dataclasses import dataclass

_PLAIN = frozenset(
    {
        "stadt", "st", "gkst", "große kreisstadt", "kreisstadt", "kreisfreie stadt", "stadtkreis", "gemeinde", "markt",
        "m", "flecken", "landkreis", "kreis",
    }
)  # fmt: skip
"""Additions that say what a body is and nothing of its title, abbreviated ones of Bavaria too."""
_SORBIAN = frozenset("čćěłńŕřśšžźČĆĚŁŃŔŘŚŠŽŹ")


@dataclass(frozen=True, slots=True)
class OfficialName:
    plain: str
    """ "Ulm"."""
    title: str | None
    """ "Universitätsstadt Ulm"; None where the addition is only what the body is."""
    addition: str
    """ "Universitätsstadt"; empty where there is none."""
    other: str | None
    """The same in Sorbian."""


def official_name(spelt: str) -> OfficialName:
    """Taken apart. What stands after the last comma is an addition."""
    name, comma, addition = (part.strip() for part in spelt.rpartition(","))
    if not comma or not name or not addition:
        name, addition = spelt.strip(), ""
    plain, other = _languages(name)
    special = bool(addition) and addition.casefold() not in _PLAIN
    return OfficialName(plain, f"{addition} {plain}" if special else None, addition, other)


def _languages(name: str) -> tuple[str, str | None]:
    """German and Sorbian name. A slash alone tells nothing: "Lübbenau/Spreewald" is one name."""
    parts = [part.strip() for part in name.split("/")]
    half = len(parts) // 2
    if len(parts) % 2 or not all(parts):
        return name, None
    if " / " in name and len(parts) == 2:
        return parts[0], parts[1]
    if not _SORBIAN & set("".join(parts[half:])) or _SORBIAN & set("".join(parts[:half])):
        return name, None
    return "/".join(parts[:half]), "/".join(parts[half:])
