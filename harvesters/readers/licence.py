# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Licence files to SPDX expressions by their text; what is not certain is told as not recognised.

A text alone does not say "only" or "or later": "GPL-3.0" then stays an open range.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from harvesters.readers.collect import Collector
from harvesters.readers.texts import clean, decode, one_line
from harvesters.readers.wanted import is_file, is_licence, licence_rank, reuse_id
from registry.licences import is_valid, normalise
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "licence"
_LONGEST = 256 * 2**10
_SHORTEST_MATCH = 300
"""Characters: shorter matches are notices, names or links to a licence, not its text."""
_SHORTEST_EUPL = 8_000
_CACHED = 512

# REUSE-IgnoreStart
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]{0,10}([A-Za-z0-9.+() -]{2,120})")
# REUSE-IgnoreEnd
_EUPL_TITLE = re.compile(
    r"European Union Public Licen[cs]e|Licenza Pubblica dell.Unione europea|Openbare Licentie van de Europese Unie|"
    r"Open-Source-Lizenz für die Europäische Union|Lizenz der Europäischen Union|"
    r"Licence Publique de l.Union européenne|Licencia Pública de la Unión Europea|Licença Pública da União Europeia",
    re.IGNORECASE,
)
_EUPL_VERSION = re.compile(r"\bv(?:ersione?|ersie)?\.? ?(1\.[0-2])\b", re.IGNORECASE)
_EUPL_NOTICE = re.compile(
    r"licen[cs]ed under the EUPL,? version 1\.([12]) or .{0,20}as soon (?:as )?they will be approved", re.IGNORECASE
)
_TITLE_WITHIN = 1_500
_VERSION_WITHIN = 60


@dataclass(frozen=True, slots=True)
class Detection:
    """``expression`` is None where nothing is certain; ``several`` names the texts that compete."""

    expression: str | None
    confidence: float
    several: tuple[str, ...] = ()


def read(snapshot: Snapshot) -> Reading:
    """One DETECTED_LICENCE fact a licence file in the root or in a REUSE ``LICENSES`` folder."""
    collector = Collector(snapshot, FactSource.LICENCE_FILE)
    named = [entry for entry in snapshot.entries if is_licence(entry.path) or reuse_id(entry.path)]
    for entry in sorted(named, key=lambda entry: licence_rank(entry.path)):
        collector.path = entry.path
        if entry.path in snapshot.files:
            _read_file(snapshot.files[entry.path], entry.path, collector)
        elif not is_file(entry):
            collector.problem("licence-link", name=entry.path)
    if not named:
        collector.path = None
        collector.problem("licence-missing")
    return collector.reading(NAME)


def _read_file(content: bytes, path: str, collector: Collector) -> None:
    found = _by_name(path) or detect(content)
    value = {"expression": found.expression, "confidence": round(found.confidence, 2), "path": path}
    collector.fact(Field.DETECTED_LICENCE, value, line=1)
    if found.several:
        collector.problem("licence-several-texts", 1, name=path, licences=", ".join(found.several))
    elif found.expression is None:
        collector.problem("licence-text-unknown", 1, name=path)


def _by_name(path: str) -> Detection | None:
    """A REUSE file is named after its licence, by definition of that specification."""
    name = reuse_id(path)
    return Detection(normalise(name) or name, 1.0) if name and is_valid(name) else None


_cache: dict[bytes, Detection] = {}


def detect(content: bytes) -> Detection:
    """What licence a text is; the same few texts come again and again, so answers are remembered by their hash."""
    digest = hashlib.sha256(content).digest()
    if digest not in _cache:
        if len(_cache) >= _CACHED:
            _cache.clear()
        _cache[digest] = _detect(clean(decode(content[:_LONGEST]).text))
    return _cache[digest]


def _detect(text: str) -> Detection:
    found = _by_text(text)
    if found.expression or found.several:
        return found
    for rule in (_eupl_notice, _eupl_title, _tag):
        if detection := rule(text):
            return detection
    return found


@dataclass(frozen=True, slots=True)
class _Region:
    id: str
    start: int
    length: int


def _by_text(text: str) -> Detection:
    """The library's matches of whole texts: one licence, or the one that heads the file before notices of others."""
    regions = [region for region in _regions(text) if region.length >= _SHORTEST_MATCH]
    if not regions:
        return Detection(None, 0.0)
    lengths: Counter[str] = Counter()
    for region in regions:
        lengths[region.id] += region.length
    covered = min(1.0, sum(lengths.values()) / len(text.strip()))
    narrowed = _narrow(list(lengths))
    if len(narrowed) == 1:
        # A text that stands in a longer one of other content (a translation, an added clause) is less certain.
        return Detection(narrowed[0], covered) if covered >= 0.4 else Detection(None, covered)
    head = regions[0]
    if head.start < _TITLE_WITHIN and lengths[head.id] >= 0.4 * len(text):
        return Detection(head.id, 0.8)
    return Detection(None, 0.0, tuple(sorted(narrowed)))


def _regions(text: str) -> Sequence[_Region]:
    # Loaded on first use: only sandbox workers need it.
    from licenseclassifier import identify_license

    return [_Region(match.id, match.start, match.end - match.start) for match in identify_license(text, 0.0)]


def _narrow(ids: list[str]) -> list[str]:
    """ "GPL-3.0" beside "GPL-3.0-or-later" is one licence: the notice says the range that the text leaves open."""
    return [one for one in ids if not any(other != one and other.startswith(f"{one}-o") for other in ids)]


def _eupl_notice(text: str) -> Detection | None:
    match = _EUPL_NOTICE.search(one_line(text[:_TITLE_WITHIN]))
    return Detection(f"EUPL-1.{match[1]}", 0.9) if match else None


def _eupl_title(text: str) -> Detection | None:
    """The EUPL in one of its 23 languages: its own title with a version at the top of a text of its length."""
    if len(text) < _SHORTEST_EUPL or text.count("EUPL") < 4:
        return None
    head = one_line(text[:_TITLE_WITHIN])
    for title in _EUPL_TITLE.finditer(head):
        version = _EUPL_VERSION.search(head, title.end(), title.end() + _VERSION_WITHIN)
        if version:
            return Detection(f"EUPL-{version[1]}", 0.9)
    return None


def _tag(text: str) -> Detection | None:
    match = _TAG.search(text[:_TITLE_WITHIN])
    expression = normalise(match[1].strip()) if match else None
    return Detection(expression, 0.9) if expression else None


@cache
def warm_up() -> None:
    """Load the library's tables now, so that no repository pays for it."""
    _regions("warm-up")
