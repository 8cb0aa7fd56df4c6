# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a notice adds to its licence: exceptions (WITH in an SPDX expression), a document without invariant sections."""

from __future__ import annotations

import re
from functools import cache

from harvesters.licences.names_in_text import Mention
from harvesters.licences.phrasing import compiled, spaced, table
from registry.licences import is_valid

_WITHIN = 2_600
_TELLING = re.compile(r"exception|permission\s++to|not\W{1,3}cover|link")
_NO_INVARIANTS = re.compile(r"with(?:out)?\s++(?:no|any)\s++invariant\s++sections")
_NO_SECONDARY = re.compile(
    r"(?:(?!exhibit)[^\x00]){0,400}?this\s++source\s++code\s++form\s++is\s++\"incompatible\s++with\s++secondary"
)
"""Source: MPL 2.0, exhibit B; it follows the notice of exhibit A, except in the licence itself."""
_INVARIANTS_WITHIN = 140
_RANGE = re.compile(r"(?=-(?:only|or-later)$)|$")


def with_permissions(text: str, expression: str, mention: Mention) -> str:
    """The expression of a mention in lower-case text, with the exception that is named or told behind it."""
    if mention.family == "GFDL":
        return _without_invariants(text, expression, mention.end)
    if expression == "MPL-2.0" and _NO_SECONDARY.match(text, mention.end):
        return "MPL-2.0-no-copyleft-exception"
    for exception, pattern in _exceptions("exceptions_by_name"):
        if pattern.match(text, mention.end):
            return _added(expression, exception)
    behind = text[mention.end : mention.end + _WITHIN]
    if mention.gnu and _TELLING.search(behind):
        for exception, pattern in _exceptions("exceptions"):
            if pattern.match(behind):
                return _added(expression, exception)
    return expression


def _without_invariants(text: str, expression: str, end: int) -> str:
    """The GFDL's ids say that a document has no invariant sections, where its notice does."""
    if not _NO_INVARIANTS.search(text, end, end + _INVARIANTS_WITHIN):
        return expression
    special = _RANGE.sub("-no-invariants", expression, count=1)
    return special if is_valid(special) else expression


def _added(expression: str, exception: str) -> str:
    added = " OR ".join(f"{one} WITH {exception}" for one in expression.split(" OR "))
    return added if is_valid(added) else expression


@cache
def _exceptions(section: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows: dict[str, list[str]] = table()[section]
    if section == "exceptions_by_name":
        lead = (
            r"[\s,;:)(\"'-]*+(?:licen[sc]e\s++)?(?:and\s++)?"
            r"(?:with|plus|including|\+|subject\s++to|w/|extended\s++by|mit)\s++(?:the\s++|an?\s++|der\s++)?[\"']?"
        )
        return tuple((key, compiled(names, lead)) for key, names in rows.items())
    each = {key: "".join(rf"(?=.*?{spaced(one)})" for one in patterns) for key, patterns in rows.items()}
    return tuple((key, re.compile(ahead, re.DOTALL)) for key, ahead in each.items())
