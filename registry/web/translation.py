# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The message catalogues as the pages use them: loaded once per process.

A checkout needs no compiled catalogues: where a .mo file is missing or older than its .po file, the latter is compiled
in memory.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("de", "en")
DOMAIN = "messages"
_FOLDER = Path(__file__).parent / "translations"


def po_path(language: str) -> Path:
    return _FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translations(language: str) -> Translations:
    """The compiled catalogue of a language, read once per process. Raises OSError when the .po file is missing."""
    source = po_path(language)
    compiled = source.with_suffix(".mo")
    if compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as file:
            return Translations(file)
    buffer = BytesIO()
    write_mo(buffer, read(language))
    buffer.seek(0)
    return Translations(buffer)


def read(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)
