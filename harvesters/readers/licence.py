# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence files to facts: what each says as a whole, and the pieces it says it with (``licence_pieces``).

A text alone does not say "only" or "or later": "GPL-3.0" then stays an open range. A file that REUSE names after its
licence says it by that name, as long as its text is a text of that licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harvesters.licences import detecting
from harvesters.licences.found import Detection, Found, Kind
from harvesters.readers import reuse
from harvesters.readers.collect import Collector
from harvesters.readers.licence_names import (
    Sureness,
    counting,
    is_document,
    is_exception,
    is_licence,
    is_reference,
    reuse_id,
    sureness,
)
from harvesters.readers.licence_pieces import line_of, values
from harvesters.readers.texts import decode
from harvesters.readers.wanted import is_file
from registry.licences import combines, families, is_open, normalise
from registry.model import EntryKind, FactSource, Field, Json, Reading, Snapshot

NAME = "licence"
_MOST_LINKS = 10
_LONGEST_WORD = 20
_A_WORD = 0.5
"""Confidence in a single word, as in other names that stand alone."""


def read(snapshot: Snapshot) -> Reading:
    """DETECTED_LICENCE facts of all licence files that count: see ``licence_names.counting``.

    The first fact of a file is what the whole file says; where it has several pieces, one fact a piece follows.
    """
    collector = Collector(snapshot, FactSource.LICENCE_FILE)
    chosen = counting(entry.path for entry in snapshot.entries if is_file(entry))
    for path in _at_hand(chosen.files, snapshot):
        collector.path = path
        _read_file(snapshot.files[path], path, collector)
    leading = reuse.leading(snapshot) if chosen.reuse else frozenset[str]()
    for path in _at_hand(chosen.reuse, snapshot):
        collector.path = path
        _read_reuse(snapshot.files[path], path, collector, leading)
    links = [entry.path for entry in snapshot.entries if entry.kind is EntryKind.SYMLINK and is_licence(entry.path)]
    for path in links[:_MOST_LINKS]:
        collector.path = path
        collector.problem("licence-link", name=path)
    documents = [entry.path for entry in snapshot.entries if is_file(entry) and is_document(entry.path)]
    for path in documents[:_MOST_LINKS]:
        collector.path = path
        collector.problem("licence-document", name=path)
    missed = [path for path in (*chosen.files, *chosen.reuse) if path not in snapshot.files]
    alone = not collector.facts
    for path in [path for path in missed if alone or path in snapshot.oversized][:_MOST_LINKS]:
        # A file that was too large to be read, or that nobody got hold of, is no missing licence.
        collector.path = path
        collector.fact(Field.DETECTED_LICENCE, {"expression": None, "confidence": 0.0, "path": path, "kind": "text"})
    collector.path = None
    if not alone:
        _tell_unread(missed, snapshot, collector)
    if not (collector.facts or links or documents or missed):
        collector.problem("licence-missing")
    return collector.reading(NAME)


def warm_up() -> None:
    """Load the detector's tables now, so that no repository pays for it."""
    detecting.warm_up()


def _at_hand(paths: Iterable[str], snapshot: Snapshot) -> Iterator[str]:
    return (path for path in paths if path in snapshot.files)


def _tell_unread(missed: list[str], snapshot: Snapshot, collector: Collector) -> None:
    """That there are more files than are read; the one too large is told where its size is."""
    unread = [path for path in missed if path not in snapshot.oversized]
    if unread:
        collector.problem("licence-files-unread", count=str(len(unread)), first=unread[0])


def _read_file(content: bytes, path: str, collector: Collector) -> None:
    text, sure = decode(content).text, sureness(path)
    detection = _named_by_a_word(text) or detecting.detect(content)
    if sure is Sureness.LISTING and not _says_more(detection, collector):
        return
    _keep(detection, text, path, collector, aside=sure is Sureness.ASSETS)


def _named_by_a_word(text: str) -> Detection | None:
    """A file with nothing but a name that in other places would be a mere word: "MIT"."""
    word = text.strip()
    named = normalise(word) if word.isalnum() and len(word) <= _LONGEST_WORD else None
    if named is None:
        return None
    start = text.index(word)
    return Detection((Found(named, Kind.REFERENCE, _A_WORD, start, start + len(word), "word"),), named, _A_WORD)


def _says_more(listing: Detection, collector: Collector) -> bool:
    """Whether a list of rights says something about the licence: alone any, beside others which of them to choose."""
    if any(fact.value["expression"] for fact in collector.facts):
        return combines(listing.expression or "") == "OR"
    return any(one.kind is not Kind.REFERENCE for one in listing.found)


def _read_reuse(content: bytes, path: str, collector: Collector, leading: frozenset[str]) -> None:
    """A file of ``LICENSES``: its name is its licence, unless its text is another one's or refuses."""
    name = reuse_id(path) or ""
    if is_exception(name):
        return
    name = normalise(name) or name
    detection = detecting.detect(content)
    text = decode(content).text
    said = detection.expression
    named = name if _agrees(name, said) else said
    if named != name:
        collector.problem("licence-reuse-name", 1, name=path, licence=name, found=said or "–")
    aside = bool(leading) and not families(name) & leading
    first, *pieces = values(detection, text, path, aside)
    confidence = first["confidence"] or (1.0 if named == name else 0.0)
    collector.fact(Field.DETECTED_LICENCE, {**first, "kind": "text", "expression": named, "confidence": confidence}, 1)
    for value in pieces if named != name else ():
        collector.fact(Field.DETECTED_LICENCE, value, line_of(text, value["start"]))


def _agrees(name: str, said: str | None) -> bool:
    """Whether a text is the one its name says; of a LicenseRef-... any text is, as long as it does not refuse."""
    if is_reference(name):
        return said is None or is_open(said) is not False
    return said is not None and families(said) == families(name)


def _keep(detection: Detection, text: str, path: str, collector: Collector, aside: bool) -> None:
    for value in values(detection, text, path, aside):
        collector.fact(Field.DETECTED_LICENCE, value, line_of(text, _start(value)))
    line = next((line_of(text, one.start) for one in detection.found if not one.aside), 1)
    for rule, params in detection.problems:
        collector.problem(rule, line, None, None, **{"name": path, **params})
    if not (detection.found or detection.problems or detection.expression):
        collector.problem("licence-text-unknown", 1, name=path)


def _start(value: dict[str, Json]) -> int:
    return int(value.get("start", 0))
