# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the text of a setting is read: each gives the value, or raises ConfigError with a rule that says why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from registry.errors import ConfigError
from registry.model import HostPort

_LONGEST = 10.0**6
_TOKEN_SIGNS = 16


def positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ConfigError(detail=text, rule="config-number")
    return number


def not_negative(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < _LONGEST:
        raise ConfigError(detail=text, rule="config-number-or-zero")
    return number


def long_token(text: str) -> str:
    """Long enough not to be guessed, and of signs that any header carries."""
    if len(text) < _TOKEN_SIGNS or not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigError(detail=f"{len(text)} < {_TOKEN_SIGNS}", rule="config-token")
    return text


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ConfigError(detail=f"{text} ({', '.join(words)})", rule="config-choice")
        return text.lower()

    return read


def web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right or parts.username or parts.query or parts.fragment:
        raise ConfigError(detail=text, rule="config-url")
    return text.rstrip("/")


def hosts(text: str) -> frozenset[HostPort]:
    return frozenset(_host_port(item.strip()) for item in text.split(",") if item.strip())


def _host_port(text: str) -> HostPort:
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@\[\]]+)):(\d{1,5})", text)
    if match is None or not 0 < int(match[3]) < 65536:
        raise ConfigError(detail=text, rule="config-host-port")
    return HostPort(host=(match[1] or match[2]).lower(), port=int(match[3]))
