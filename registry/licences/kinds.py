# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Of which kind a licence is: what it asks of those who pass the software on, in one word.

The table is data: ``vocabulary/licences/kinds.toml``; its head says how an id finds its class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from registry.licences.openness import is_open
from registry.licences.tables import table
from registry.licences.trees import Leaf, judged
from registry.model import LicenceKind, LicenceVerdict

# From the fewest duties to the most: of alternatives the first counts, of a bundle the last.
_STRICTNESS = (
    LicenceKind.PUBLIC_DOMAIN,
    LicenceKind.PERMISSIVE,
    LicenceKind.WEAK_COPYLEFT,
    LicenceKind.STRONG_COPYLEFT,
    LicenceKind.NETWORK_COPYLEFT,
    LicenceKind.NOT_OPEN,
)


def kind(expression: str | None, verdict: LicenceVerdict) -> LicenceKind:
    """The facet value of a repository whose licence was concluded as ``expression`` with ``verdict``.

    A conflict stays unsettled: the text names one licence, a declaration another, and nobody has said which applies.
    """
    match verdict:
        case LicenceVerdict.NONE:
            return LicenceKind.NONE
        case LicenceVerdict.NOT_OPEN:
            return LicenceKind.NOT_OPEN
        case LicenceVerdict.CONFLICT | LicenceVerdict.UNCLEAR:
            return LicenceKind.UNSETTLED
        case LicenceVerdict.CLEAR:
            return kind_of(expression) if expression else LicenceKind.UNSETTLED


@lru_cache(maxsize=1024)
def kind_of(expression: str) -> LicenceKind:
    """The kind of an SPDX expression: of alternatives (OR) the most permissive, of a bundle (AND) the strictest.

    Unsettled for what is no expression, and for a bundle of which one part is unsettled: it could be the strictest.
    """
    return judged(expression, _kind_of_licence, _most_permissive, _strictest) or LicenceKind.UNSETTLED


def strictness(kind: LicenceKind) -> int:
    """How much a kind asks for, from 0 (nothing); what is unsettled counts as more than anything known."""
    return _STRICTNESS.index(kind) if kind in _STRICTNESS else len(_STRICTNESS)


def definition(kind: LicenceKind) -> Mapping[str, str]:
    """One sentence in "de" and "en" that says what a kind means, and the key of its "source" in sources.toml."""
    told = table("kinds")["classes"][kind.value]
    return {key: told[key] for key in ("de", "en", "source")}


def kind_name(kind: LicenceKind) -> Mapping[str, str]:
    """What a kind is called, in "de" and "en"."""
    return dict(table("kinds")["classes"][kind.value]["name"])


def _most_permissive(found: Sequence[LicenceKind]) -> LicenceKind:
    return next((kind for kind in _STRICTNESS if kind in found), LicenceKind.UNSETTLED)


def _strictest(found: Sequence[LicenceKind]) -> LicenceKind:
    if LicenceKind.UNSETTLED in found:
        return LicenceKind.UNSETTLED
    return next(kind for kind in reversed(_STRICTNESS) if kind in found)


def _kind_of_licence(leaf: Leaf) -> LicenceKind:
    if is_open(leaf.licence) is False:
        return LicenceKind.NOT_OPEN
    if not leaf.listed:
        return LicenceKind.UNSETTLED
    found = _listed(leaf.base)
    links = leaf.exception in table("kinds")["linking_exceptions"]["ids"]
    return LicenceKind.WEAK_COPYLEFT if links and found is LicenceKind.STRONG_COPYLEFT else found


def _listed(base: str) -> LicenceKind:
    whole, prefixes = _classes()
    if base in whole:
        return whole[base]
    return next((kind for prefix, kind in prefixes if base.startswith(prefix)), LicenceKind.UNSETTLED)


@cache
def _classes() -> tuple[Mapping[str, LicenceKind], Sequence[tuple[str, LicenceKind]]]:
    """Kind by whole id, and by prefix with the longest prefix first."""
    rows = [(LicenceKind(name), row) for name, row in table("kinds")["kinds"].items()]
    whole = {known: kind for kind, row in rows for known in row["ids"]}
    prefixes = [(prefix, kind) for kind, row in rows for prefix in row["prefixes"]]
    return whole, sorted(prefixes, key=lambda entry: (-len(entry[0]), entry[0]))
