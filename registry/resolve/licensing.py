# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The licence of each repository of a product, and what contradicts itself there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

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
_FIELDS = (Field.DETECTED_LICENCE, Field.REUSE_LICENCE, Field.DECLARED_LICENCE)


def conclude(part: Part) -> LicenceConclusion:
    """What a repository's own evidence amounts to, whatever the others of the product say."""
    facts = licence_facts(part.read)
    texts = [_text_evidence(fact) for fact in facts if fact.field is Field.DETECTED_LICENCE]
    reuse = [_reuse_evidence(fact) for fact in facts if fact.field is Field.REUSE_LICENCE]
    declared = [_declaration(fact) for fact in facts if fact.field is Field.DECLARED_LICENCE]
    claimed = without_addresses(part.read.ref.facts.licence or "")
    forge = [LicenceEvidence("forge", licences.normalise(claimed), Origin(part.url), raw=claimed)] if claimed else []
    concluded = licences.conclude([*texts, *reuse, *declared, *forge])
    if concluded.verdict is LicenceVerdict.NONE and _unread(part.read):
        return replace(concluded, verdict=LicenceVerdict.UNCLEAR)
    return concluded


def _unread(read: RepositoryReading) -> bool:
    """Whether files were lost on the way, so that nobody can say that none of them was a licence."""
    return any(found.rule in licences.UNREAD for reading in read.readings for found in reading.problems)


def licence_facts(read: RepositoryReading) -> list[Fact]:
    """Those of one repository, best first, each once.

    What a peer's catalogue says of the licence is shown, but proves nothing: a list can be wrong, old or anybody's.
    """
    found = [
        clean
        for reading in read.readings
        for fact in reading.facts
        if fact.field in _FIELDS and fact.source is not FactSource.PEER and (clean := cleaned(fact)) is not None
    ]
    ordered = sorted(found, key=lambda fact: rank(fact.field, fact.source))
    once: dict[tuple[object, ...], Fact] = {}
    for fact in ordered:
        once.setdefault((fact.field, fact.source, fact.origin.path, repr(fact.value)), fact)
    return list(once.values())


def licence_contradictions(licence: LicenceConclusion) -> Iterator[Problem]:
    """Where the evidence of one repository contradicts itself, or does not say how its texts relate."""
    deciding = licences.deciding_texts(licence.evidence)
    texts = deciding.files
    paths = ", ".join(file.path for file in texts)
    yield from _conflicts(licence, paths)
    yield from _defaults(licence)
    yield from _ranges(licence)
    named = licences.deciding_licences(licence.evidence)
    missing, leading = licences.missing_texts(licence.evidence), licences.leading_statement(licence.evidence)
    if missing and leading is not None:
        yield problem("licence-text-missing", leading.item.origin, declared=", ".join(missing))
    elif licence.verdict is LicenceVerdict.UNCLEAR and len(named) > 1:
        yield problem("licence-relation-open", texts[0].own.origin, found=", ".join(named), text=paths)
    elif named and not (licence.expression or deciding.stand_alone) and all("/" in file.path for file in texts):
        yield problem("licence-in-folder", texts[0].own.origin, found=named[0], text=paths)


def _conflicts(licence: LicenceConclusion, text: str) -> Iterator[Problem]:
    """The leading statement against the text, then the others that do no more than differ."""
    leading = licences.leading_statement(licence.evidence)
    for conflict in licence.conflicts:
        params = {"declared": conflict.declared, "found": conflict.found, "path": conflict.origin.path or ""}
        leads = leading is not None and conflict.origin == leading.item.origin
        if leads and licence.verdict is LicenceVerdict.CONFLICT:
            yield problem("licence-conflict", conflict.origin, text=text, **params)
        else:
            yield problem("licence-manifest-differs", conflict.origin, **params)


def _defaults(licence: LicenceConclusion) -> Iterator[Problem]:
    """What a generator wrote, where the text is another licence's: nobody's statement, but it misleads tools."""
    for item in licence.evidence if licence.expression else ():
        written = item.kind == "declaration" and licences.is_generator_default(item.origin.path, item.raw)
        if written and not licences.same_terms(item.expression or "", licence.expression or ""):
            params = {"declared": item.raw or "", "found": licence.expression or "", "path": item.origin.path or ""}
            yield problem("licence-manifest-differs", item.origin, **params)


def _ranges(licence: LicenceConclusion) -> Iterator[Problem]:
    """-only here, -or-later there, each pair once."""
    told = set[tuple[str, str | None]]()
    for believed, other in licences.range_differences(licence.evidence):
        if (other.licence, other.item.origin.path) not in told:
            told.add((other.licence, other.item.origin.path))
            params = {"declared": other.licence, "found": believed.licence}
            places = {"path": other.item.origin.path or "", "text": believed.item.origin.path or ""}
            yield problem("licence-range-differs", other.item.origin, **params, **places)


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
    facts = licence_facts(read)
    reuse = [_reuse_evidence(fact) for fact in facts if fact.field is Field.REUSE_LICENCE]
    said = [_declaration(fact) for fact in facts if fact.field is Field.DECLARED_LICENCE]
    declared = [item for item in (*said, *reuse) if item.kind != "forge" and not item.aside]
    leading = licences.leading_statement(declared)
    named = leading.item if leading else next(iter(declared), None)
    if named is None:
        return None
    declared_as = named.raw or named.expression or ""
    if licences.is_generator_default(named.origin.path, named.raw):
        return problem("licence-generator-default", named.origin, declared=declared_as, path=named.origin.path or "")
    return problem("licence-text-missing", named.origin, declared=declared_as)


def as_it_stands(problems: Iterable[Problem], read: RepositoryReading) -> Iterator[Problem]:
    """Problems of readers, without what is a person's, and as they stand with what the other readers found."""
    instead = text_missing(read)
    for found in problems:
        yield (instead or told(found)) if found.rule == "licence-missing" else told(found)


def _text_evidence(fact: Fact) -> LicenceEvidence:
    """A text or notice. Of a changed licence only a refusal is an expression: it is no longer the licence it was."""
    found = fact.value
    changed, expression = bool(found.get("changes")), found.get("expression")
    if changed and expression and licences.is_open(expression) is not False:
        expression = None
    return LicenceEvidence(
        "notice" if found.get("kind") == "notice" else "text",
        expression,
        fact.origin,
        confidence=found.get("confidence"),
        start=found.get("start"),
        end=found.get("end"),
        aside=bool(found.get("aside")),
        changed=changed,
    )


def _reuse_evidence(fact: Fact) -> LicenceEvidence:
    """An SPDX tag or annotation; what covers only a part is the licence of something else."""
    expression = licences.normalise(str(fact.value["expression"]))
    raw, aside = str(fact.value["expression"]), fact.value.get("covers") == "part"
    return LicenceEvidence("reuse", expression, fact.origin, raw=raw, aside=aside)


def _declaration(fact: Fact) -> LicenceEvidence:
    raw = str(fact.value)
    kind = "forge" if fact.source is FactSource.FORGE else "declaration"
    return LicenceEvidence(kind, licences.normalise(raw), fact.origin, raw=raw)
