# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A README or description cut into paragraphs and sentences, with the web addresses taken out of the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.vocabulary.phrases import Patterns

LONGEST_SENTENCE = 400
_LONGEST_PARAGRAPH = 1_500
_MOST_REFERENCES = 200


_ADDRESS = re.compile(
    r"https?://[^\s<>\"'`\[\](){}|,;]{3,300}|(?<![\w@/.-])(?:[a-z0-9-]{1,60}\.){1,4}[a-z]{2,12}(?:/[\w~.-]{1,100}){2,8}",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]]{1,60})\]:\s{1,9}<?(https?://[^\s<>]{3,300})", re.MULTILINE)
_REFERENCE = re.compile(r"\[([^\[\]]{1,100})\](?:\[([^\[\]]{0,60})\])?(?![(:])")
_NEW_PARAGRAPH = re.compile(r"\s{0,9}(?:[-*+]\s|#|\||=|\d{1,3}[.)]\s)")
_MARKS = re.compile(r"[*`~]{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|^\s{0,9}>+", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One of them; the addresses in their order."""

    text: str
    """With "#" for each address."""
    urls: tuple[str, ...]


def references(text: str) -> dict[str, str]:
    """Names of Markdown's links by reference, casefolded, with their addresses."""
    return {name.casefold(): url for name, url in _DEFINITION.findall(text)[:_MOST_REFERENCES]}


def first_match(patterns: Patterns, text: str) -> re.Match[str] | None:
    """Of the first pattern that matches."""
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """With the number of the line in which each begins."""
    held: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if held and (not line.strip(" \t>") or _NEW_PARAGRAPH.match(line)):
            yield start, "\n".join(held)[:_LONGEST_PARAGRAPH]
            held = []
        if line.strip(" \t>"):
            start = start if held else number
            held.append(line)


def resolved(paragraph: str, links: Mapping[str, str]) -> str:
    """Markdown's links by reference with their addresses written out."""

    def written(match: re.Match[str]) -> str:
        url = links.get((match[2] or match[1]).casefold())
        return f"{match[1]} {url} " if url else match[0]

    return _REFERENCE.sub(written, paragraph) if links else paragraph


def sentences_of(paragraph: str) -> Iterator[Sentence]:
    urls = [match[0] for match in _ADDRESS.finditer(paragraph)]
    pieces = _ADDRESS.split(paragraph)
    ends = [url[-1] if url[-1] in ".!?" else "" for url in urls]
    marked = "".join(f"{piece.replace('#', ' ')}#{end}" for piece, end in zip(pieces, ends, strict=False))
    text = _MARKS.sub("", marked + pieces[-1].replace("#", " "))
    for part in _SENTENCE.split(text):
        count = part.count("#")
        yield Sentence(" ".join(part.split())[:LONGEST_SENTENCE], tuple(urls[:count]))
        urls = urls[count:]
