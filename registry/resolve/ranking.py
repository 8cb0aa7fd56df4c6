# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""All facts of a product in order, and the fields that they amount to."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from registry.model import Fact, FactSource, Field, FieldValue, Origin
from registry.naming import account, akin, last_segment, place
from registry.resolve.cleaning import UNDETERMINED, cleaned
from registry.resolve.parts import Part
from registry.resolve.precedence import MAIN_FIRST, rank
from registry.resolve.versions import newest_release
from registry.vocabulary.names import is_template, is_template_text

_LONGEST_NAME = 200
_DECLARED = frozenset({FactSource.PERSON, FactSource.PUBLICCODE, FactSource.CODEMETA})


def ranked(parts: Sequence[Part]) -> list[Fact]:
    """The facts that the parts contribute, best first: by source, then by repository (main first), then as read."""
    found: dict[str, tuple[tuple[bool, bool, int], Fact]] = {}
    for part in parts:
        for fact in _said(part):
            clean = cleaned(fact) if fact.field in part.contributes else None
            if clean is not None:
                behind = fact.field in MAIN_FIRST and not part.is_main
                claimed = fact.source is FactSource.PEER
                found.setdefault(_identity(clean), ((claimed, behind, rank(fact.field, fact.source)), clean))
    return [fact for _, fact in sorted(found.values(), key=lambda one: one[0])]


def fields(
    facts: Sequence[Fact], own: Collection[str] = (), common: Fact | None = None
) -> Mapping[Field, tuple[FieldValue, ...]]:
    """One value a field and, where it has texts, a language; the statements it was chosen from in their order.

    ``own`` are the places of the product's repositories: a publiccode.yml that gives another address may be another's.
    ``common`` is the name that all repositories have in common: it beats what one part is called, but no declaration.
    """
    said: dict[Field, dict[str, list[Fact]]] = {}
    for fact in facts:
        said.setdefault(fact.field, {}).setdefault(fact.lang or "", []).append(fact)
    borrowed = [fact for fact in facts if is_borrowed(fact, facts, own)]
    made = {
        name: (_name(said[name][""], borrowed, common),) if name is Field.NAME else _values(name, said[name])
        for name in Field
        if name in said
    }
    return {name: values for name, values in made.items() if values}


def _said(part: Part) -> Iterator[Fact]:
    for reading in part.read.readings:
        yield from reading.facts
    release = newest_release(part.read.activity.tags)
    if release is not None:
        origin = Origin(part.url, commit=release.tag.commit)
        yield Fact(Field.SOFTWARE_VERSION, release.number, origin, FactSource.HISTORY)
    if part.is_main:
        # A solution has a name even where no reader found one.
        yield Fact(Field.NAME, last_segment(part.url)[:_LONGEST_NAME], Origin(part.url), FactSource.REPOSITORY_NAME)


def _identity(fact: Fact) -> str:
    said = (fact.field, fact.lang, fact.source, fact.origin.repository, fact.origin.path, fact.value)
    return json.dumps(said, sort_keys=True, default=str)


def _values(name: Field, by_language: Mapping[str, Sequence[Fact]]) -> tuple[FieldValue, ...]:
    if name is Field.SHORT_DESCRIPTION:
        by_language = {lang: facts for lang, facts in by_language.items() if not all(map(_is_default, facts))}
    by_language = _own_languages(name, by_language)
    # A text of unknown language (the forge's one line) is shown only where no text in a known language exists.
    shown = sorted(lang for lang in by_language if lang != UNDETERMINED) or sorted(by_language)
    return tuple(FieldValue(_first(name, by_language[lang]), tuple(by_language[lang])) for lang in shown)


def _own_languages(name: Field, by_language: Mapping[str, Sequence[Fact]]) -> Mapping[str, Sequence[Fact]]:
    """Where the repository has a text in any language, what peers say in others stands beside it, not for it.

    Readers get the publisher's own words, also in a foreign language, before a stranger's in theirs.
    """
    own = {lang: [fact for fact in facts if fact.source is not FactSource.PEER] for lang, facts in by_language.items()}
    speaks = [lang for lang, facts in own.items() if _says_something(name, facts)]
    if not speaks or len(speaks) == len(own):
        return by_language
    first = min(speaks, key=lambda lang: (lang == UNDETERMINED, lang))
    beside = [fact for lang, facts in by_language.items() if lang not in speaks for fact in facts]
    kept = {lang: by_language[lang] for lang in speaks}
    return kept | {first: [*kept[first], *(fact for fact in beside if fact.source is FactSource.PEER)]}


def _says_something(name: Field, facts: Sequence[Fact]) -> bool:
    return bool(facts) and not (name is Field.SHORT_DESCRIPTION and all(map(_is_default, facts)))


def _first(name: Field, facts: Sequence[Fact]) -> Fact:
    if name is not Field.SHORT_DESCRIPTION:
        return facts[0]
    return next(fact for fact in facts if not _is_default(fact))


def _is_default(fact: Fact) -> bool:
    return is_template_text(str(fact.value))


def is_borrowed(fact: Fact, facts: Sequence[Fact], own: Collection[str]) -> bool:
    """Whether a name is that of another product, whose publiccode.yml came along with a fork or a template.

    Its ``url`` then names a repository of another account, that one bears the name, and this one has words of its own.
    """
    if fact.field is not Field.NAME or fact.source is not FactSource.PUBLICCODE:
        return False
    here = fact.origin.repository
    for said in facts:
        same_file = (said.origin.repository, said.origin.path, said.source) == (here, fact.origin.path, fact.source)
        if said.field is Field.UPSTREAM_URL and same_file:
            there = str(said.value)
            foreign = place(there) not in own and account(there) not in ("", account(here))
            if foreign and akin(str(fact.value), last_segment(there)) and not akin(last_segment(here), str(fact.value)):
                return True
    return False


def _name(facts: Sequence[Fact], borrowed: Sequence[Fact], common: Fact | None) -> FieldValue:
    if common is not None:
        declared = [fact for fact in facts if fact.source in _DECLARED]
        facts = [*declared, common, *(fact for fact in facts if fact.source not in _DECLARED)]
    named = [fact for fact in facts if not is_template(str(fact.value)) and fact not in borrowed]
    named = [fact for fact in named if fact.source is not FactSource.PEER]
    own = [fact for fact in facts if fact.source is FactSource.REPOSITORY_NAME]
    return FieldValue((named or own)[0], tuple(facts))
