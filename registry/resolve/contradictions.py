# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What sources say against each other, as far as somebody should do something about it; each told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from registry.model import FactSource, Field, FieldValue, Problem, Role
from registry.naming import place
from registry.resolve.licensing import as_it_stands
from registry.resolve.parts import Part
from registry.resolve.ranking import is_borrowed
from registry.resolve.versions import highest_release
from registry.vocabulary.rules import problem

_Fields = Mapping[Field, tuple[FieldValue, ...]]

_COPIES = frozenset({Role.MIRROR, Role.FORK})
_STATEMENTS = frozenset({FactSource.PUBLICCODE, FactSource.CODEMETA, FactSource.CITATION})
"""Sources that are written for readers: a manifest's version may serve the build alone."""
_OF_THE_PRODUCT = frozenset({"publiccode-missing"})
"""Told once for a product, and not at all where any part of it makes up for it."""
_VERSION_KEYS = {FactSource.PUBLICCODE: "softwareVersion", FactSource.CODEMETA: "version"}


def told_by_readers(parts: Sequence[Part]) -> Iterator[Problem]:
    """Copies are left out: what their maintainers could mend is told of the original."""
    declared = any(
        fact.source is FactSource.PUBLICCODE
        for part in parts
        if part.role not in _COPIES
        for reading in part.read.readings
        for fact in reading.facts
    )
    for part in parts:
        if part.role in _COPIES:
            continue
        found_here = (found for reading in part.read.readings for found in reading.problems)
        mine = (found for found in found_here if found.rule not in _OF_THE_PRODUCT or (part.is_main and not declared))
        yield from as_it_stands(mine, part.read)


def addresses(parts: Sequence[Part], fields: _Fields) -> Iterator[Problem]:
    """A publiccode.yml that names another repository, unless that is a part of the same product."""
    main = parts[0]
    own = {place(main.read.ref.fetch_url), *(place(part.url) for part in parts)}
    for value in fields.get(Field.UPSTREAM_URL, ()):
        declared = value.fact
        says = declared.origin.repository == main.url and declared.source is FactSource.PUBLICCODE
        if says and place(str(declared.value)) not in own:
            params = {"declared": str(declared.value), "found": main.url}
            yield problem("declared-url-differs", declared.origin, key="url", **params)


def names(fields: _Fields, own: Collection[str]) -> Iterator[Problem]:
    """A template's or another product's name in the publiccode.yml that stood before the one used.

    The README's reader tells of its own.
    """
    upstream = [fact for value in fields.get(Field.UPSTREAM_URL, ()) for fact in value.candidates]
    for value in fields.get(Field.NAME, ()):
        for passed in value.candidates:
            if passed is value.fact:
                break
            if passed.source is FactSource.PUBLICCODE:
                used = str(value.fact.value)
                rule = "name-is-borrowed" if is_borrowed(passed, upstream, own) else "name-is-template"
                yield problem(rule, passed.origin, key="name", name=str(passed.value), used=used)


def versions(parts: Sequence[Part], fields: _Fields) -> Iterator[Problem]:
    """A stated version that is older than a release of the same repository."""
    for value in fields.get(Field.SOFTWARE_VERSION, ()):
        stated = value.fact
        part = next((one for one in parts if one.url == stated.origin.repository), None)
        if part is None or stated.source not in _STATEMENTS:
            continue
        release = highest_release(part.read.activity.tags, str(stated.value))
        if release is not None:
            params = {"declared": str(stated.value), "tag": release.tag.name, "path": stated.origin.path or ""}
            yield problem("version-behind-release", stated.origin, key=_VERSION_KEYS.get(stated.source), **params)


def distinct(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen: set[tuple[object, ...]] = set()
    for found in problems:
        identity = (found.rule, found.origin, found.key, tuple(sorted(found.params.items())))
        if identity not in seen:
            seen.add(identity)
            yield found
