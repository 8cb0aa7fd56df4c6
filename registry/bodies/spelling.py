# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of bodies as people write them."""

from __future__ import annotations

import re
import unicodedata

_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SIGNS = re.compile(r"[^0-9a-z]+")


def fold(name: str) -> str:
    """The key of a name: names that differ only in case, umlauts, accents or signs have one."""
    text = unicodedata.normalize("NFC", name).casefold().translate(_FOLDED)
    text = unicodedata.normalize("NFKD", text)
    return _SIGNS.sub(" ", "".join(letter for letter in text if not unicodedata.combining(letter))).strip()
