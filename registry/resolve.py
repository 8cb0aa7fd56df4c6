# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Readings -> Solution: which of several statements about one field is used, and what contradicts what.

Pure. All statements are kept as candidates, best first, so that a page can show what was said elsewhere. A field that
nobody filled is absent. Addresses of persons do not pass: e-mail addresses and logins are taken out of every
text, those of problems included.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from registry import licences
from registry.model import (
    PER_LANGUAGE,
    Fact,
    FactSource,
    Field,
    FieldValue,
    Json,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    Origin,
    Problem,
    RepositoryReading,
    Role,
    Solution,
    SolutionRepository,
)
from registry.vocabulary.rules import problem

_NAMES = Path(__file__).parent / "vocabulary" / "names.toml"
UNDETERMINED = "und"
"""BCP 47 tag of a text whose language nobody stated."""

_S = FactSource
_USUAL = (
    _S.PERSON, _S.PUBLICCODE, _S.LICENCE_FILE, _S.MANIFEST, _S.README, _S.TREE, _S.HISTORY, _S.FORGE,
    _S.REPOSITORY_NAME,
)  # fmt: skip
_TEXT = (_S.PERSON, _S.PUBLICCODE, _S.README, _S.MANIFEST, _S.FORGE)
_FORGE_FIRST = (_S.FORGE, _S.PERSON, _S.PUBLICCODE)
PRECEDENCE: Mapping[Field, tuple[FactSource, ...]] = {
    **dict.fromkeys(Field, _USUAL),
    Field.SHORT_DESCRIPTION: _TEXT,
    Field.LONG_DESCRIPTION: _TEXT,
    Field.LONG_DESCRIPTION_HTML: _TEXT,
    Field.FEATURES: _TEXT,
    # What the forge does cannot be declared away.
    Field.ARCHIVED: _FORGE_FIRST,
    Field.FORK_OF: _FORGE_FIRST,
}
"""Which source of a field wins, best first; a source not named comes after all named ones."""

_URL_FIELDS = frozenset(
    {
        Field.UPSTREAM_URL, Field.LANDING_URL, Field.ROADMAP_URL, Field.DOCUMENTATION_URL, Field.API_DOCUMENTATION_URL,
        Field.ISSUES_URL, Field.FORK_OF, Field.IS_BASED_ON,
    }
)  # fmt: skip
_MAILTO = re.compile(r"mailto:[^\s\"'<>)]*", re.IGNORECASE)
# "git@host:path" is a remote, not a person. The look-behind keeps the search linear; touching addresses are one match.
_ADDRESS = re.compile(
    r"(?<![\w.+%-])(?!git@)(?:[\w.+%-]+(?:\\?@|&(?:#0{0,5}64|#x0{0,5}40|commat);|\s?[\[(](?:at|ät)[\])]\s?)"
    r"(?:[\w-]+(?:\.|\s?[\[(](?:dot|punkt)[\])]\s?))+[^\W\d_]{2,})+",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?<=//)[^\s/?#<>\"']+@")
_REMOVED = "[e-mail]"
_LONGEST_NAME = 200


def resolve(repositories: Sequence[RepositoryReading]) -> Solution:
    """The solution behind one or more repositories, the first of which is the main one. Pure.

    Raises ValueError without any repository. The licence is concluded from the main repository's evidence alone.
    """
    if not repositories:
        raise ValueError("a solution has at least one repository")
    main = repositories[0]
    ranked = _ranked(repositories)
    fields = _fields(ranked)
    licence = _licence(main, ranked)
    named = _name_problems(fields.get(Field.NAME, ()))
    own = (*_licence_problems(licence), *_address_problems(main, fields), *named)
    read = (found for repository in repositories for found in _read_problems(repository, ranked))
    return Solution(
        name=str(fields[Field.NAME][0].fact.value),
        fields=fields,
        repositories=tuple(_part(repository, index) for index, repository in enumerate(repositories)),
        licence=licence,
        problems=tuple(_distinct((*read, *own))),
    )


def is_template(name: str) -> bool:
    """Whether a name is what a template or generator wrote, and so says nothing about the solution."""
    return name.casefold().strip(" \t#*_.:!-") in _templates()


def without_addresses(text: str) -> str:
    """The text without e-mail addresses, also written as "name (at) example.org" or as a mailto link, and logins."""
    return _ADDRESS.sub(_REMOVED, _MAILTO.sub("#", without_logins(text)))


def without_logins(text: str) -> str:
    """The text with the logins taken out of its web addresses: ``https://user:password@host`` is ``https://host``."""
    return _LOGIN.sub("", text)


# --- facts and their order --------------------------------------------------------------------------------------------


def _ranked(repositories: Sequence[RepositoryReading]) -> list[Fact]:
    """All facts, best first: by source, then by repository (main first), then as read."""
    facts: dict[str, tuple[int, Fact]] = {}
    for repository in repositories:
        read = (fact for reading in repository.readings for fact in reading.facts)
        for fact in (*read, _last_resort(repository)):
            clean = _clean(fact)
            if clean is not None:
                order = PRECEDENCE[fact.field]
                rank = order.index(fact.source) if fact.source in order else len(order)
                facts.setdefault(_identity(clean), (rank, clean))
    return [fact for _, fact in sorted(facts.values(), key=lambda ranked: ranked[0])]


def _identity(fact: Fact) -> str:
    said = (fact.field, fact.lang, fact.source, fact.origin.repository, fact.origin.path, fact.value)
    return json.dumps(said, sort_keys=True, default=str)


def _last_resort(repository: RepositoryReading) -> Fact:
    """A solution has a name even where no reader found one."""
    url = repository.ref.url
    return Fact(Field.NAME, _last_segment(url)[:_LONGEST_NAME], Origin(url), FactSource.REPOSITORY_NAME)


def _clean(fact: Fact) -> Fact | None:
    """The fact as it may be kept: without addresses, per language where it must be; None when nothing is left."""
    value = _cleaned(fact.value, without_logins if fact.field in _URL_FIELDS else without_addresses)
    if isinstance(value, str):
        value = value.strip()
        if fact.field in _URL_FIELDS and value.lower().startswith("mailto:"):
            return None
    if value is None or value in ("", [], {}):
        return None
    lang = (fact.lang or UNDETERMINED) if fact.field in PER_LANGUAGE else None
    return replace(fact, value=value, lang=lang)


def _cleaned(value: Json, clean: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(part, clean) for part in value]
    if isinstance(value, dict):
        return {key: _cleaned(part, clean) for key, part in value.items()}
    return value


def _fields(ranked: Sequence[Fact]) -> Mapping[Field, tuple[FieldValue, ...]]:
    said: dict[Field, dict[str, list[Fact]]] = {}
    for fact in ranked:
        said.setdefault(fact.field, {}).setdefault(fact.lang or "", []).append(fact)
    return {name: _values(name, said[name]) for name in Field if name in said}


def _values(name: Field, by_language: Mapping[str, Sequence[Fact]]) -> tuple[FieldValue, ...]:
    if name is Field.NAME:
        return (_name(by_language[""]),)
    # A text of unknown language (the forge's one line) is shown only where no text in a known language exists.
    shown = sorted(lang for lang in by_language if lang != UNDETERMINED) or sorted(by_language)
    return tuple(FieldValue(by_language[lang][0], tuple(by_language[lang])) for lang in shown)


def _name(facts: Sequence[Fact]) -> FieldValue:
    named = [fact for fact in facts if not is_template(str(fact.value))]
    own = [fact for fact in facts if fact.source is FactSource.REPOSITORY_NAME]
    return FieldValue((named or own)[0], tuple(facts))


# --- licence ----------------------------------------------------------------------------------------------------------


def _licence(main: RepositoryReading, ranked: Iterable[Fact]) -> LicenceConclusion:
    own = [fact for fact in ranked if fact.origin.repository == main.ref.url]
    texts = [_text_evidence(fact) for fact in own if fact.field is Field.DETECTED_LICENCE]
    declared = [_declaration(fact) for fact in own if fact.field is Field.DECLARED_LICENCE]
    claimed = without_addresses(main.ref.facts.licence or "")
    forge = (
        [LicenceEvidence("forge", licences.normalise(claimed), Origin(main.ref.url), raw=claimed)] if claimed else []
    )
    return licences.conclude([*texts, *declared, *forge])


def _text_evidence(fact: Fact) -> LicenceEvidence:
    found = fact.value
    return LicenceEvidence("text", found.get("expression"), fact.origin, confidence=found.get("confidence"))


def _declaration(fact: Fact) -> LicenceEvidence:
    raw = str(fact.value)
    kind = "forge" if fact.source is FactSource.FORGE else "declaration"
    return LicenceEvidence(kind, licences.normalise(raw), fact.origin, raw=raw)


def _licence_problems(licence: LicenceConclusion) -> Iterator[Problem]:
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


def _all_texts(licence: LicenceConclusion) -> str:
    named = dict.fromkeys(item.expression for item in licence.evidence if item.kind == "text" and item.expression)
    return ", ".join(filter(None, named))


def _text_missing(own: Iterable[Fact]) -> Problem | None:
    """What is told instead of "licence-missing" where a licence is declared, which the reader of texts cannot know."""
    said = [_declaration(fact) for fact in own if fact.field is Field.DECLARED_LICENCE]
    declared = [item for item in said if item.kind == "declaration"]
    leading = licences.declaration(declared)
    named = next((item for item in declared if leading in (None, item.expression)), None)
    return problem("licence-text-missing", named.origin, declared=named.raw or "") if named else None


# --- other contradictions ---------------------------------------------------------------------------------------------


def _address_problems(main: RepositoryReading, fields: Mapping[Field, tuple[FieldValue, ...]]) -> Iterator[Problem]:
    for value in fields.get(Field.UPSTREAM_URL, ()):
        declared, found = value.fact, main.ref.url
        own = declared.origin.repository == found and declared.source is FactSource.PUBLICCODE
        if own and _place(str(declared.value)) not in {_place(found), _place(main.ref.fetch_url)}:
            yield problem("declared-url-differs", declared.origin, key="url", declared=str(declared.value), found=found)


def _place(url: str) -> str:
    """Host and path of a repository's URL as far as they tell two repositories apart."""
    parts = urlsplit(url.strip().lower())
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/').removesuffix('.git')}"


def _name_problems(names: Sequence[FieldValue]) -> Iterator[Problem]:
    """A template's name in the publiccode.yml that stood before the one used; the README's reader tells of its own."""
    for value in names:
        for passed in value.candidates:
            if passed is value.fact:
                break
            if passed.source is FactSource.PUBLICCODE:
                used = str(value.fact.value)
                yield problem("name-is-template", passed.origin, key="name", name=str(passed.value), used=used)


def _read_problems(repository: RepositoryReading, ranked: Iterable[Fact]) -> Iterator[Problem]:
    """What the readers told, without addresses of persons, and as it stands with what the other readers found."""
    text_missing = _text_missing(fact for fact in ranked if fact.origin.repository == repository.ref.url)
    for reading in repository.readings:
        for found in reading.problems:
            params = {name: without_addresses(value) for name, value in found.params.items()}
            told = replace(found, params=params, key=without_addresses(found.key) if found.key else found.key)
            yield (text_missing or told) if found.rule == "licence-missing" else told


def _distinct(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen: set[tuple[object, ...]] = set()
    for found in problems:
        identity = (found.rule, found.origin, found.key, tuple(sorted(found.params.items())))
        if identity not in seen:
            seen.add(identity)
            yield found


def _part(repository: RepositoryReading, index: int) -> SolutionRepository:
    return SolutionRepository(
        url=repository.ref.url,
        role=Role.MAIN if index == 0 else _role(repository),
        reason="own" if index == 0 else "given",
        commit=repository.commit,
        taken_at=repository.taken_at,
        activity=repository.activity,
        forge=repository.ref.facts,
    )


def _role(repository: RepositoryReading) -> Role:
    """What a further repository is, from what the forge and its name say; a plain part counts as back end."""
    said, name = repository.ref.facts, _last_segment(repository.ref.url).lower()
    if said.mirror:
        return Role.MIRROR
    if said.fork:
        return Role.FORK
    if re.search(r"(?:^|[-_.])(?:docs?|documentation|dokumentation|handbuch|website)(?:$|[-_.])", name):
        return Role.DOCUMENTATION
    if re.search(r"(?:^|[-_.])(?:front-?end|ui|client|web|app)(?:$|[-_.])", name):
        return Role.FRONT_END
    return Role.BACK_END


def _last_segment(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].removesuffix(".git") or url


@cache
def _templates() -> frozenset[str]:
    return frozenset(tomllib.loads(_NAMES.read_text(encoding="utf-8"))["templates"])
