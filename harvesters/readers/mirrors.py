# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a text says in so many words that this repository is a mirror, or that its code goes on elsewhere.

Only the beginning counts, and only an address of a repository in the very sentence, or in one beside it in the same
paragraph that says where the work is done. What is missed costs a merge; what is wrongly found would merge strangers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from harvesters.readers.sentences import (
    LONGEST_SENTENCE,
    Sentence,
    first_match,
    paragraphs,
    references,
    resolved,
    sentences_of,
)
from harvesters.readers.texts import words
from harvesters.urls import canonical_url, path_segments
from registry.errors import InvalidInput
from registry.vocabulary.phrases import phrases

LONGEST = 6_000
_REMEMBERED = 512
"""Sentences: a README is looked through more than once."""
_PICTURE = re.compile(r"\.(?:svg|png|jpe?g|gif|ico|webp)$", re.IGNORECASE)
_PAGES = frozenset(words("issues wiki wikis releases pulls merge_requests actions packages pipelines boards"))
_NO_OWNERS = frozenset(words("apps sponsors marketplace topics features about login settings search explore help"))


def mirror_of(text: str, own_url: str) -> tuple[str, int] | None:
    """The canonical URL of which ``text`` says this is a mirror, or where its code goes on; with the line."""
    links = references(text)
    for line, paragraph in paragraphs(text[:LONGEST]):
        sentences = list(sentences_of(resolved(paragraph, links)))
        for index in range(len(sentences)):
            url = next(filter(None, map(repository, _stated(sentences, index))), None)
            if url and url.casefold() != own_url.casefold():
                return url, line
    return None


def says_mirror(text: str, own_url: str) -> int | None:
    """The line where ``text`` says that this is a mirror, whether or not it says of what.

    A text that names this very repository as the original came along with the mirrors' README, and says nothing.
    """
    for line, paragraph in paragraphs(text[:LONGEST]):
        sentences = list(sentences_of(paragraph))
        for one in sentences:
            if _says_here(one.text):
                named = {(repository(url) or url).casefold() for each in sentences for url in each.urls}
                return None if own_url.casefold() in named else line
    return None


def is_about_place(text: str) -> bool:
    """Whether a paragraph begins with where the code comes from or goes on, and so does not say what it does."""
    first = next(sentences_of(text[:LONGEST_SENTENCE]), None)
    if first is None:
        return False
    return (_says_here(first.text) or first_match(phrases().mirror.moved, first.text)) is not None


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


def _stated(sentences: Sequence[Sentence], index: int) -> Sequence[str]:
    """The addresses that a sentence names as the original, if it is such a statement; the likeliest first."""
    known, sentence = phrases().mirror, sentences[index]
    if found := _says_here(sentence.text):
        before = sentence.text.count("#", 0, found.end())
        if sentence.urls:
            return sentence.urls[before:] or sentence.urls
        if not first_match(known.subject, sentence.text):
            return ()
        beside = (one for one in sentences if one.urls and first_match(known.original, one.text))
        return next((one.urls for one in beside if not first_match(known.elsewhere, one.text)), ())
    found = first_match(known.moved, sentence.text) if sentence.urls else None
    if found is None or first_match(known.elsewhere, sentence.text):
        return ()
    # An address before these words is of something else: "issues of the back end at #, the code has moved".
    return sentence.urls[sentence.text.count("#", 0, found.start()) :]


@lru_cache(_REMEMBERED)
def _says_here(sentence: str) -> re.Match[str] | None:
    """The words by which a sentence says that this very repository is a mirror."""
    known = phrases().mirror
    found = first_match(known.here, sentence)
    if found and first_match(known.busy, found[0]):
        found = None
    found = found or first_match(known.opening, sentence)
    # Last, for hardly any sentence comes so far.
    return None if found is None or first_match(known.elsewhere, sentence) else found
