# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which standards the README, the fetched documentation, publiccode.yml and the manifests name.

One pass over the words of a text; only where a word begins a name of ``standards.toml`` is that name compared, so the
time is linear whatever the table holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from harvesters.readers.collect import Collector
from harvesters.readers.filenames import KINDS, chosen, is_manifest
from harvesters.readers.markup import markup_of, visible
from harvesters.readers.texts import clean, decode
from harvesters.readers.wanted import is_publiccode, is_readme, publiccode_rank
from registry.model import FactSource, Field, Reading, Snapshot
from registry.vocabulary.phrases import phrases
from registry.vocabulary.standards import Naming, standards

NAME = "standards"
LONGEST = 64 * 2**10
NEARBY = 150
_MOST_UNSURE = 50
"""Ambiguous words of one text that are looked at."""

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[^\W_]+|[\W_]")
_BETWEEN = {" ": r"[\s_-]{1,3}", "-": "[-\u2010\u2011\u2013 _]?"}
_CLAUSE = re.compile(r"[.,;:!?()|]|\n\s{0,9}(?:\n|[-*+#>])|\s[-–—]\s")
_DENIED_NEARBY = 80
_YAML_KEY = re.compile(r"^[ \t]{0,200}(?:-[ \t]{1,20})?[\w.-]{1,60}:(?=\s|$)", re.MULTILINE)
_DESCRIPTIONS = {"codemeta.json": FactSource.CODEMETA, "CITATION.cff": FactSource.CITATION}
_INDIRECT = re.compile(r"^.{0,500}// indirect$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Name:
    standard: str
    pattern: re.Pattern[str]
    naming: Naming


def read(snapshot: Snapshot) -> Reading:
    """The ids of all standards named, in the order they were found, each with the first place that names it."""
    collector = Collector(snapshot, FactSource.README)
    first: dict[str, tuple[str, int]] = {}
    for path in _texts(snapshot):
        for standard, line in named(_text(path, snapshot.files[path]), manifest=is_manifest(path)).items():
            first.setdefault(standard, (path, line))
    for standard, (path, line) in first.items():
        collector.source = _source(path)
        collector.each(Field.STANDARDS, [(standard, path, line)])
    return collector.reading(NAME)


def named(text: str, manifest: bool = False) -> dict[str, int]:
    """Standards that ``text`` names, each with the line where it does so first."""
    found: dict[str, int] = {}
    end = unsure = 0
    for word in _WORD.finditer(text):
        candidates = _by_first_word().get(word[0].casefold(), ())
        if not candidates or word.start() < end:
            continue
        hits = [(hit.end(), name) for name in candidates if (hit := name.pattern.match(text, word.start()))]
        for stop, name in sorted(hits, key=lambda hit: -hit[0]):
            if name.naming.manifests_only and not manifest:
                continue
            if not manifest and _is_denied(text, word.start(), stop):
                end = stop
                break
            if name.naming.context:
                unsure += 1
                if unsure > _MOST_UNSURE or not _is_near(text, word.start(), name.naming.context):
                    continue
            end = stop
            found.setdefault(name.standard, word.start())
            break
    return {standard: text.count("\n", 0, place) + 1 for standard, place in found.items()}


def _is_denied(text: str, start: int, end: int) -> bool:
    """Whether the clause around a name says that it is not supported."""
    before = _CLAUSE.split(text[max(0, start - _DENIED_NEARBY) : start])[-1].casefold()
    after = _CLAUSE.split(text[end : end + _DENIED_NEARBY], maxsplit=1)[0].casefold()
    denial = phrases().denial
    return any(one.search(before) for one in denial.before) or any(one.match(after) for one in denial.after)


def _is_near(text: str, place: int, context: frozenset[str]) -> bool:
    window = text[max(0, place - NEARBY) : place + NEARBY]
    return any(word[0].casefold() in context for word in _WORD.finditer(window))


@cache
def _by_first_word() -> Mapping[str, tuple[_Name, ...]]:
    table: dict[str, list[_Name]] = {}
    for standard in standards().values():
        for naming in standard.namings:
            for words in naming.words:
                flags = 0 if naming.exact else re.IGNORECASE
                pattern = "".join(_BETWEEN.get(part, re.escape(part)) for part in _PART.findall(words))
                name = _Name(standard.id, re.compile(pattern + r"(?![^\W_])", flags), naming)
                key = _WORD.search(words)
                table.setdefault(key[0].casefold() if key else "", []).append(name)
                if "-" in words:  # written together, the first word is a longer one
                    joined = _WORD.search(words.replace("-", ""))
                    table.setdefault(joined[0].casefold() if joined else "", []).append(name)
    return {word: tuple(names) for word, names in table.items()}


def _texts(snapshot: Snapshot) -> Iterator[str]:
    """The files that are looked at, what people write for readers first."""
    paths = sorted(snapshot.files)
    yield from (path for path in paths if is_readme(path))
    yield from sorted(filter(is_publiccode, paths), key=publiccode_rank)[:1]
    for kind in ("documentation", "openapi", "openapi-inside", "asyncapi"):
        yield from chosen(kind, paths)
    yield from (path for kind in KINDS for path in chosen(kind, paths) if is_manifest(path))


def _text(path: str, content: bytes) -> str:
    text = clean(decode(content[: 4 * LONGEST]).text)[:LONGEST]
    if is_publiccode(path):
        return _YAML_KEY.sub("", text)
    if is_manifest(path):
        return _INDIRECT.sub("", text)
    return visible(text, markup_of(path, text))


def _source(path: str) -> FactSource:
    if is_publiccode(path):
        return FactSource.PUBLICCODE
    if is_manifest(path):
        return _DESCRIPTIONS.get(path, FactSource.MANIFEST)
    return FactSource.README if is_readme(path) else FactSource.TREE
