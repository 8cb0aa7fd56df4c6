# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence texts for tests, from files and from the index itself, and what happens to texts on their way (seeded)."""

from __future__ import annotations

import html
import random
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

from harvesters.licences.index import Index, Text

_ROOT = Path(__file__).parents[2]
_SCANNED = {"l": "1", "1": "l", "m": "rn", "o": "0", "i": "l", "e": "c", "h": "b", "S": "5"}

Damage = Callable[[str, random.Random], str]


def stored(licence: str) -> str:
    """The text of a licence that lies in this repository."""
    for folder in (_ROOT / "tests/data/licences/texts", _ROOT / "LICENSES"):
        path = folder / f"{licence}.txt"
        if path.exists():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(licence)


def respelt(text: Text, index: Index) -> str:
    """A licence text as the index knows it, bare words in lines: without case, punctuation and paragraphs."""
    return textwrap.fill(" ".join(index.vocabulary[number] for number in text.words), 78)


def rewrapped(text: str, chance: random.Random) -> str:
    """Other line lengths, paragraphs kept."""
    width = chance.choice([40, 60, 100, 2000])
    return "\n\n".join(textwrap.fill(" ".join(part.split()), width) for part in text.split("\n\n"))


def as_html(text: str, chance: random.Random) -> str:
    """A page as a browser would save it."""
    paragraphs = "".join(f'<p class="text">{html.escape(part)}</p>\n' for part in text.split("\n\n"))
    return f"<html><head><title>Licence</title></head><body>{paragraphs}</body></html>"


def as_markdown(text: str, chance: random.Random) -> str:
    """Headings, emphasis and lists put in."""
    parts = [f"## {part}" if len(part) < 50 else part.replace(" the ", " **the** ", 1) for part in text.split("\n\n")]
    return "# Licence\n\n" + "\n\n".join(parts)


def as_comment(text: str, chance: random.Random) -> str:
    """The head of a source file."""
    mark = chance.choice(["# ", "// ", " * ", ";; "])
    return "\n".join(mark + line for line in text.split("\n"))


def scanned(share: float) -> Damage:
    """Scanning errors in this share of the characters."""

    def damage(text: str, chance: random.Random) -> str:
        return "".join(_misread(letter, chance) if chance.random() < share else letter for letter in text)

    return damage


def _misread(letter: str, chance: random.Random) -> str:
    lot = chance.random()
    if lot < 0.5 and letter in _SCANNED:
        return _SCANNED[letter]
    if lot < 0.7:
        return ""
    return letter + " " if lot < 0.8 else letter * 2 if lot < 0.9 else chance.choice("abcdefghijklmnopqrstuvwxyz")


def hyphenated(text: str, chance: random.Random) -> str:
    """Long words broken at line ends."""
    return re.sub(
        r"\b[a-z]{9,}\b", lambda word: f"{word[0][:4]}-\n{word[0][4:]}" if chance.random() < 0.1 else word[0], text
    )


def with_notices(text: str, chance: random.Random) -> str:
    """Copyright lines before the text and a line behind it."""
    return (
        "Ratsinfo Musterstadt\n\nCopyright (c) 2019-2024 Stadt Musterstadt <it@musterstadt.example>\n"
        f"(C) 2025 Jane Doe\nAll rights reserved.\n\n{text}\n\nThis product contains parts made by others.\n"
    )


def unnumbered(text: str, chance: random.Random) -> str:
    """Marks of lists taken away."""
    return re.sub(r"(?m)^\s*(?:\(?\d+(?:\.\d+)*[.)]?|\(?[a-z][.)]|[*-])\s+", "", text)


DAMAGES: dict[str, Damage] = {
    "rewrapped": rewrapped,
    "capitals": lambda text, _: text.upper(),
    "html": as_html,
    "markdown": as_markdown,
    "comment": as_comment,
    "scanned": scanned(0.005),
    "badly scanned": scanned(0.01),
    "hyphenated": hyphenated,
    "with notices": with_notices,
    "unnumbered": unnumbered,
    "crlf": lambda text, _: text.replace("\n", "\r\n"),
    "quotes": lambda text, _: text.replace('"', "”").replace("'", "’").replace("-", "–"),
}
"""What a licence text may suffer and still is that text."""
