# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plain scalars as goccy/go-yaml 1.19 types them, and how Go writes such a value where a text is wanted.

Source of the rules: ``toNumber`` and the reserved words of token/token.go, ``convertValue`` of decode.go.
"""

from __future__ import annotations

import math
import re

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_WORDS: dict[str, bool | float] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_BASES = {"0x": 16, "0o": 8, "0b": 2}
_DIGITS = {2: re.compile("[01]+"), 8: re.compile("[0-7]+"), 10: re.compile("[0-9]+"), 16: re.compile("[0-9a-fA-F]+")}
_FLOAT = re.compile(r"(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONGEST_NUMBER = 80  # a longer run of digits is out of Go's range anyway
_WIDEST_EXPONENT = 21  # from here on Go writes a float with an exponent
_MOST = 2**64
_LEAST = 2**63


def scalar(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar: yes, no, dates and ``1e3`` stay text; ``017`` and ``0o17`` are octal."""
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    number = None if text[0] not in "+-.0123456789" or len(text) > _LONGEST_NUMBER else _number(text)
    return text if number is None else number


def _number(text: str) -> int | float | None:
    if text.count(".") > 1:
        return None
    negative = text.startswith("-")
    digits = text.removeprefix("+").removeprefix("-").replace("_", "")
    base = _BASES.get(digits[:2])
    if base is not None:
        digits = digits[2:]
    elif "." in text:
        value = float(digits) if _FLOAT.fullmatch(digits) else math.inf
        return None if math.isinf(value) else (-value if negative else value)
    else:
        base = 8 if digits.startswith("0") and len(digits) > 1 else 10
    if not _DIGITS[base].fullmatch(digits):
        return None
    whole = int(digits, base)
    if whole > _LEAST if negative else whole >= _MOST:
        return None
    return -whole if negative else whole


def as_text(value: str | int | float | bool) -> str:
    """What Go's decoder puts into a text field for this value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    mantissa, _, exponent = f"{value!r}".partition("e")
    if (not exponent and abs(value) >= 1e-4) or value == 0:
        return mantissa.removesuffix(".0")
    if exponent and 0 < int(exponent) < _WIDEST_EXPONENT:
        return f"{value:.0f}"
    power = int(exponent) if exponent else math.floor(math.log10(abs(value)))
    return f"{mantissa.removesuffix('.0')}e{power:+03d}"
