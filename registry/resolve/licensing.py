# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The licence of each repository of a product, and what contradicts itself there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from registry import licences
from registry.model import (
    Fact,
    FactSource,
    Field,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    Origin,
    Problem,
    RepositoryReading,
    Role,
)
from registry.resolve.cleaning import cleaned, told, without_addresses
from registry.resolve.parts import Part
from registry.resolve.precedence import rank
from registry.vocabulary.rules import problem

_COMPARED = frozenset({Role.FRONT_END, Role.BACK_END, Role.DEPLOYMENT, Role.MODULE})
"""Parts whose licence is compared with the main one's: a manual's may be another one, copies have the original's."""
_FIELDS = (Field.DETECTED_LICENCE, Field.DECLARED_LICENCE)


def conclude(part: Part) -> LicenceConclusion:
    """What a repository's own evidence amounts to, whatever the others of the product say."""
    facts = licence_facts(part.read)
    texts = [_text_evidence(fact) for fact in facts if fact.field is Field.DETECTED_LICENCE]
    declared = [_declaration(fact) for fact in facts if fact.field is Field.DECLARED_LICENCE]
    claimed = without_addresses(part.read.ref.facts.licence or "")
    forge = [LicenceEvidence("forge", licences.normalise(claimed), Origin(part.url), raw=claimed)] if claimed else []
    return licences.conclude([*texts, *declared, *forge])


def licence_facts(read: RepositoryReading) -> list[Fact]:
    """Those of one repository, best first, each once."""
    found = [
        clean
        for reading in read.readings
        for fact in reading.facts
        if fact.field in _FIELDS and (clean := cleaned(fact)) is not None
    ]
    ordered = sorted(found, key=lambda fact: rank(fact.field, fact.source))
    once: dict[tuple[object, ...], Fact] = {}
    for fact in ordered:
        once.setdefault((fact.field, fact.source, fact.origin.path, repr(fact.value)), fact)
    return list(once.values())


def licence_contradictions(licence: LicenceConclusion) -> Iterator[Problem]:
    """Where declaration and text of one repository name different licences."""
    declared = [item for item in licence.evidence if item.kind == "declaration" and item.raw]
    leading = licences.declaration(licence.evidence)
    if licence.verdict is LicenceVerdict.CONFLICT:
        found = licence.expression or _all_texts(licence)
        first = next(item for item in declared if item.expression == leading)
        yield problem("licence-conflict", first.origin, declared=first.raw or "", found=found)
    elif licence.expression:
        for item in declared:
            if item.expression and not licences.same_terms(item.expression, leading or licence.expression):
                params = {"declared": item.raw or "", "found": licence.expression, "path": item.origin.path or ""}
                yield problem("licence-manifest-differs", item.origin, **params)


def differing_parts(parts: Sequence[Part], concluded: Mapping[str, LicenceConclusion]) -> Iterator[Problem]:
    """Parts of the software under another licence than its main repository: whoever reuses the whole must know."""
    main = concluded[parts[0].url].expression
    for part in parts:
        licence = concluded[part.url]
        if part.role not in _COMPARED or not main or not licence.expression:
            continue
        if not licences.same_terms(licence.expression, main):
            origin = next((item.origin for item in licence.evidence if item.expression), Origin(part.url))
            yield problem("part-licence-differs", origin, part=part.url, licence=licence.expression, main=main)


def text_missing(read: RepositoryReading) -> Problem | None:
    """What is told instead of "licence-missing" where a licence is declared, which the reader of texts cannot know."""
    said = [_declaration(fact) for fact in licence_facts(read) if fact.field is Field.DECLARED_LICENCE]
    declared = [item for item in said if item.kind == "declaration"]
    leading = licences.declaration(declared)
    named = next((item for item in declared if leading in (None, item.expression)), None)
    return problem("licence-text-missing", named.origin, declared=named.raw or "") if named else None


def as_it_stands(problems: Iterable[Problem], read: RepositoryReading) -> Iterator[Problem]:
    """Problems of readers, without what is a person's, and as they stand with what the other readers found."""
    instead = text_missing(read)
    for found in problems:
        yield (instead or told(found)) if found.rule == "licence-missing" else told(found)


def _text_evidence(fact: Fact) -> LicenceEvidence:
    found = fact.value
    return LicenceEvidence("text", found.get("expression"), fact.origin, confidence=found.get("confidence"))


def _declaration(fact: Fact) -> LicenceEvidence:
    raw = str(fact.value)
    kind = "forge" if fact.source is FactSource.FORGE else "declaration"
    return LicenceEvidence(kind, licences.normalise(raw), fact.origin, raw=raw)


def _all_texts(licence: LicenceConclusion) -> str:
    named = dict.fromkeys(item.expression for item in licence.evidence if item.kind == "text" and item.expression)
    return ", ".join(filter(None, named))
