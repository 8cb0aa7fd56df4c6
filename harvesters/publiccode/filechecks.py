# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Checks of values that name a file of the repository: how the path is written, and the file itself where known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from posixpath import normpath
from typing import Protocol
from urllib.parse import urlsplit

from harvesters.publiccode.files import Files
from harvesters.publiccode.pictures import png_fault
from registry.model import Severity

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:")
_SAME = {"jpeg": "jpg"}
"""Extensions that say the same as one the standard names."""


class Tell(Protocol):
    def __call__(self, rule: str, severity: Severity | None = None, **params: str) -> None: ...


def check_picture(written: str, extensions: Sequence[str], files: Files, tell: Tell) -> None:
    """A path or URL of a picture: its extension, and whether a PNG of the repository decodes."""
    path = _path_of(written)
    extension = path.rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""
    allowed = ", ".join(f".{one}" for one in extensions)
    if _SAME.get(extension) in extensions:
        tell("publiccode-path-extension", Severity.HINT, value=written, allowed=allowed)
    elif extension not in extensions:
        tell("publiccode-path-extension", value=written, allowed=allowed)
    if check_file(written, files, tell) and extension == "png":
        content = files.read(normpath(written))
        fault = png_fault(content) if content is not None else None
        if fault:
            tell("publiccode-image-broken", value=written, detail=fault)


def check_file(written: str, files: Files, tell: Tell) -> bool:
    """Whether this is the path of a file that is there; what is wrong with it is told."""
    if written.startswith("/"):
        tell("publiccode-path-absolute", value=written)
    elif written.lower().startswith("file:"):
        tell("publiccode-path-file-url", value=written)
    elif _SCHEME.match(written):
        if not written.lower().startswith(("http://", "https://")):
            tell("publiccode-path-unchecked", value=written)
    elif normpath(written).startswith(".."):
        tell("publiccode-path-outside", value=written)
    else:
        there = files.exists(normpath(written))
        if there is False:
            tell("publiccode-path-absent", value=written)
        return bool(there)
    return False


def _path_of(written: str) -> str:
    if not _SCHEME.match(written):
        return written
    try:
        return urlsplit(written).path
    except ValueError:
        return written
