# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes secrets out of what is logged, printed or kept: those of the configuration by value, others by their shape.

Shapes: user names and passwords in addresses, headers that carry credentials, query values named like one, and the
prefixes that forges give their tokens. A text without any of these comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

MARK = "***"
_SHORTEST = 4
"""A secret of fewer characters is not looked for by value: it would blank out ordinary words."""
_DEEPEST = 8

_LOGIN = re.compile(r"(?<=://)[^\s/?#]{1,4096}@")
_QUERY = re.compile(
    r"(?i)([?&;][\w.%-]{0,60}?(?:token|secret|passw|passwd|pwd|key|auth|signature|credential|code)[\w.%-]{0,60}=)"
    r"[^&;#\s\"'<>]{1,4096}"
)
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|private-token|job-token|deploy-token|x-api-key|(?:set-)?cookie)"
    r"(\\?[\"']?\s{0,5}[:=,]\s{0,5}(?:b(?=[\"']))?\\?[\"']?)[^\r\n\"'\\]{1,4096}"
)
_BEARER = re.compile(r"(?i)\b(bearer\s{1,5})[\w.~+/=-]{8,4096}")
_FORGE = re.compile(r"\b(gh[opsur]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-|ATBB|ATCTT)[\w=-]{10,4096}")
_NAMED = re.compile(r"(?i)(?:^|[_-])(?:token|password|passwd|secret|secret[_-]key|authorization|cookie|api[_-]?key)$")


class Redactor:
    """Knows the secrets of this process by value. Safe to share between threads."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelt = {
            spelling for secret in secrets if len(secret) >= _SHORTEST for spelling in (secret, quote(secret, safe=""))
        }
        # The longest first: a secret may begin with another one.
        ordered = sorted(spelt, key=lambda spelling: (-len(spelling), spelling))
        self._values = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        if self._values is not None:
            text = self._values.sub(MARK, text)
        text = _LOGIN.sub(f"{MARK}@", text)
        text = _QUERY.sub(rf"\1{MARK}", text)
        text = _HEADER.sub(rf"\1\2{MARK}", text)
        text = _BEARER.sub(rf"\1{MARK}", text)
        return _FORGE.sub(rf"\1{MARK}", text)

    def value(self, value: Any, depth: int = 0) -> Any:
        """Texts at any depth of maps and lists, names included; what a secret's name stands before is hidden whole.

        Anything that is no JSON value becomes its ``repr``.
        """
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth < _DEEPEST and isinstance(value, Mapping):
            return {
                self.text(str(name)): MARK if _NAMED.search(str(name)) and one else self.value(one, depth + 1)
                for name, one in value.items()
            }
        if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
            return [self.value(one, depth + 1) for one in value]
        return self.text(repr(value))
