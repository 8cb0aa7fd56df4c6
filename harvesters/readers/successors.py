# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which repository a text names as the successor of this one: it moved there, or was replaced by it.

Only the beginning counts, and only an address of a repository in the very sentence. The sentence must be about this
repository; that a library it uses was replaced by another says nothing. What is missed costs a link; what is wrongly
found would send people away from living software.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from harvesters.readers.mirrors import repository
from harvesters.readers.sentences import Sentence, first_match, paragraphs, references, resolved, sentences_of
from harvesters.urls import canonical_url, path_segments
from registry.errors import InvalidInput
from registry.vocabulary.phrases import Patterns
from registry.vocabulary.successors import successors

LONGEST = 3_000
_LONGEST_OPENING = 1_500
"""Bare "moved to ..." further down is a line of a change log."""
_SHORTEST_NAME = 4
_LISTED = re.compile(r"\s{0,9}(?:[-*+]\s|\||\d{1,3}[.)]\s)")


def successor_in(text: str, own_url: str, *, archived: bool = False) -> tuple[str, int] | None:
    """The canonical URL that ``text`` names, with the line; None where it names none, or this very repository.

    ``archived``: its forge says that it is; then "use ... instead" is enough.
    """
    links = references(text)
    read = 0
    for line, paragraph in paragraphs(text[:LONGEST]):
        at_top = read < _LONGEST_OPENING and not _LISTED.match(paragraph)
        read += len(paragraph)
        ended = archived
        sentences = list(sentences_of(resolved(paragraph, links)))
        if not any(sentence.urls for sentence in sentences):
            continue
        for sentence in sentences:
            told = _about_itself(sentence.text, own_url)
            ended = ended or first_match(successors().ended, told) is not None
            if url := _named(Sentence(told, sentence.urls), own_url, at_top, ended):
                return url, line
    return None


def _named(sentence: Sentence, own_url: str, at_top: bool, ended: bool) -> str | None:
    if "#" not in sentence.text:
        return None
    known = successors()
    tried: list[Patterns] = [known.says]
    tried += [known.opening] if at_top else []
    tried += [known.instead] if ended else []
    for patterns in tried:
        for pattern in patterns:
            found = pattern.search(sentence.text)
            if found is None or first_match(known.unless, found[0]):
                continue
            # The last address within what matched; German puts the verb behind it.
            number = sentence.text.count("#", 0, found.end()) - 1
            url = _repository(sentence.urls[number], own_url) if 0 <= number < len(sentence.urls) else None
            if url is not None:
                return url
    return None


def _about_itself(sentence: str, own_url: str) -> str:
    """With "this project" for the repository's own name at its beginning."""
    name = own_url.rstrip("/").rpartition("/")[2]
    if len(name) < _SHORTEST_NAME:
        return sentence
    spelled = r"[\s_.-]?".join(re.escape(part) for part in re.split(r"[_.-]+", name) if part)
    return re.sub(rf"^\W{{0,10}}{spelled}(?=\s)", "this project", sentence, count=1, flags=re.IGNORECASE)


def _repository(url: str, own_url: str) -> str | None:
    """Of a repository on a known code host, or on the same host as this one; never this one itself."""
    found = repository(url) or _neighbour(url, own_url)
    return found if found is not None and found.casefold() != own_url.casefold() else None


def _neighbour(url: str, own_url: str) -> str | None:
    try:
        canonical = canonical_url(url.rstrip(".:!?_*"))
    except InvalidInput:
        return None
    near = urlsplit(canonical).netloc.casefold() == urlsplit(own_url).netloc.casefold()
    return canonical if near and len(path_segments(canonical)) >= 2 else None
