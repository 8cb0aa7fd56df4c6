# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a text says in so many words that this repository is a mirror, or that its code goes on elsewhere.

Only the beginning counts, and only an address of a repository in the very sentence, or in one beside it in the same
paragraph that says where the work is done. What is missed costs a merge; what is wrongly found would merge strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from harvesters.readers.texts import words
from harvesters.urls import canonical_url, path_segments
from registry.errors import InvalidInput
from registry.vocabulary.phrases import Patterns, phrases

LONGEST = 6_000
_LONGEST_PARAGRAPH = 1_500
_LONGEST_SENTENCE = 400
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
_PICTURE = re.compile(r"\.(?:svg|png|jpe?g|gif|ico|webp)$", re.IGNORECASE)
_PAGES = frozenset(words("issues wiki wikis releases pulls merge_requests actions packages pipelines boards"))
_NO_OWNERS = frozenset(words("apps sponsors marketplace topics features about login settings search explore help"))


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    """With "#" for each address."""
    urls: tuple[str, ...]


def mirror_of(text: str, own_url: str) -> tuple[str, int] | None:
    """The canonical URL of which ``text`` says this is a mirror, or where its code goes on; with the line."""
    references = {name.casefold(): url for name, url in _DEFINITION.findall(text)[:_MOST_REFERENCES]}
    for line, paragraph in _paragraphs(text[:LONGEST]):
        sentences = list(_sentences(_resolved(paragraph, references)))
        for index in range(len(sentences)):
            url = next(filter(None, map(repository, _stated(sentences, index))), None)
            if url and url.casefold() != own_url.casefold():
                return url, line
    return None


def says_mirror(text: str, own_url: str) -> int | None:
    """The line where ``text`` says that this is a mirror, whether or not it says of what.

    A text that names this very repository as the original came along with the mirrors' README, and says nothing.
    """
    for line, paragraph in _paragraphs(text[:LONGEST]):
        sentences = list(_sentences(paragraph))
        for one in sentences:
            if _says_here(one.text):
                named = {(repository(url) or url).casefold() for each in sentences for url in each.urls}
                return None if own_url.casefold() in named else line
    return None


def is_about_place(text: str) -> bool:
    """Whether a paragraph begins with where the code comes from or goes on, and so does not say what it does."""
    first = next(_sentences(text[:_LONGEST_SENTENCE]), None)
    if first is None:
        return False
    return (_says_here(first.text) or _found(phrases().mirror.moved, first.text)) is not None


def repository(url: str) -> str | None:
    """The canonical URL where an address is that of a repository on a code host; None for any other."""
    try:
        canonical = canonical_url(url.rstrip(".:!?_*"))
    except InvalidInput:
        return None
    host = (urlsplit(canonical).hostname or "").casefold()
    known = phrases().mirror
    segments = path_segments(canonical)
    pages = [index for index, segment in enumerate(segments) if segment in _PAGES and index >= 2]
    if pages:
        canonical = "/".join([*canonical.split("/")[:3], *segments[: pages[0]]])
    usual = len(segments) >= 2 and segments[0].casefold() not in _NO_OWNERS and not _PICTURE.search(canonical)
    return canonical if usual and (host in known.whole or host.partition(".")[0] in known.hosts) else None


def _stated(sentences: Sequence[_Sentence], index: int) -> Sequence[str]:
    """The addresses that a sentence names as the original, if it is such a statement; the likeliest first."""
    known, sentence = phrases().mirror, sentences[index]
    if _found(known.elsewhere, sentence.text):
        return ()
    if found := _says_here(sentence.text):
        before = sentence.text.count("#", 0, found.end())
        if sentence.urls:
            return sentence.urls[before:] or sentence.urls
        if not _found(known.subject, sentence.text):
            return ()
        beside = (one for one in sentences if one.urls and _found(known.original, one.text))
        return next((one.urls for one in beside if not _found(known.elsewhere, one.text)), ())
    found = _found(known.moved, sentence.text)
    # An address before these words is of something else: "issues of the back end at #, the code has moved".
    return sentence.urls[sentence.text.count("#", 0, found.start()) :] if found else ()


def _says_here(sentence: str) -> re.Match[str] | None:
    """The words by which a sentence says that this very repository is a mirror."""
    known = phrases().mirror
    if _found(known.elsewhere, sentence):
        return None
    found = _found(known.here, sentence)
    if found and _found(known.busy, found[0]):
        found = None
    return found or _found(known.opening, sentence)


def _found(patterns: Patterns, text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    held: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if held and (not line.strip(" \t>") or _NEW_PARAGRAPH.match(line)):
            yield start, "\n".join(held)[:_LONGEST_PARAGRAPH]
            held = []
        if line.strip(" \t>"):
            start = start if held else number
            held.append(line)


def _resolved(paragraph: str, references: Mapping[str, str]) -> str:
    """Markdown's links by reference with their addresses written out."""

    def written(match: re.Match[str]) -> str:
        url = references.get((match[2] or match[1]).casefold())
        return f"{match[1]} {url} " if url else match[0]

    return _REFERENCE.sub(written, paragraph) if references else paragraph


def _sentences(paragraph: str) -> Iterator[_Sentence]:
    urls = [match[0] for match in _ADDRESS.finditer(paragraph)]
    pieces = _ADDRESS.split(paragraph)
    ends = [url[-1] if url[-1] in ".!?" else "" for url in urls]
    marked = "".join(f"{piece.replace('#', ' ')}#{end}" for piece, end in zip(pieces, ends, strict=False))
    text = _MARKS.sub("", marked + pieces[-1].replace("#", " "))
    for part in _SENTENCE.split(text):
        count = part.count("#")
        yield _Sentence(" ".join(part.split())[:_LONGEST_SENTENCE], tuple(urls[:count]))
        urls = urls[count:]
