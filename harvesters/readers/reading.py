# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""All readers over one snapshot: what the sandbox runs.

A new format is a module with a ``read(snapshot) -> Reading`` and one line in ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harvesters.readers import (
    citation,
    codemeta,
    deployment,
    installation,
    language,
    licence,
    manifest_cargo,
    manifest_composer,
    manifest_go,
    manifest_maven,
    manifest_npm,
    manifest_pyproject,
    manifest_ruby,
    manifest_setupcfg,
    presence,
    publiccode,
    readme,
    readme_licence,
    reuse,
    specifications,
    standards,
    upkeep,
)
from registry.model import Fact, Json, Origin, Problem, Reading, Snapshot
from registry.vocabulary.credentials import without_credentials
from registry.vocabulary.rules import problem

Reader = Callable[[Snapshot], Reading]

VERSION = 5
"""Raised whenever more is fetched or taken from repositories: then each is read anew once, changed or not."""

READERS: tuple[tuple[str, Reader], ...] = (
    (publiccode.NAME, publiccode.read),
    (codemeta.NAME, codemeta.read),
    (citation.NAME, citation.read),
    (licence.NAME, licence.read),
    (reuse.NAME, reuse.read),
    # Of several manifests the first counts: a package.json is most often only there to build pages of something else.
    (manifest_pyproject.NAME, manifest_pyproject.read),
    (manifest_setupcfg.NAME, manifest_setupcfg.read),
    (manifest_composer.NAME, manifest_composer.read),
    (manifest_maven.NAME, manifest_maven.read),
    (manifest_cargo.NAME, manifest_cargo.read),
    (manifest_go.NAME, manifest_go.read),
    (manifest_ruby.NAME, manifest_ruby.read),
    (manifest_npm.NAME, manifest_npm.read),
    (readme.NAME, readme.read),
    (readme_licence.NAME, readme_licence.read),
    (presence.TREE, presence.read_tree),
    (installation.NAME, installation.read),
    (deployment.NAME, deployment.read),
    (specifications.NAME, specifications.read),
    (upkeep.NAME, upkeep.read),
    (standards.NAME, standards.read),
    (presence.FORGE, presence.read_forge),
)


def read_snapshot(snapshot: Snapshot) -> tuple[Reading, ...]:
    """What all readers take from a snapshot; a fault in one is a problem, and the others go on.

    Raises MemoryError only: it says nothing about a reader, and the sandbox finds the file that caused it.
    """
    return tuple(_read(name, reader, snapshot) for name, reader in READERS)


def _read(name: str, reader: Reader, snapshot: Snapshot) -> Reading:
    try:
        return _without_credentials(reader(snapshot))
    except MemoryError:
        raise
    except Exception as error:  # a bug of ours in one reader must not cost the others
        origin = Origin(repository=snapshot.ref.url, commit=snapshot.commit)
        fault = problem("reader-failed", origin, name=name, detail=type(error).__name__)
        return Reading(name, problems=(fault,))


def _without_credentials(reading: Reading) -> Reading:
    """What a reader took, less the keys and tokens that somebody left in a file: they are neither shown nor found."""
    facts = tuple(map(_fact_without, reading.facts))
    problems = tuple(map(_problem_without, reading.problems))
    return (
        reading
        if (facts, problems) == (reading.facts, reading.problems)
        else replace(reading, facts=facts, problems=problems)
    )


def _fact_without(fact: Fact) -> Fact:
    value = _walk(fact.value)
    return fact if value is fact.value else replace(fact, value=value)


def _problem_without(found: Problem) -> Problem:
    params = {name: without_credentials(value) for name, value in found.params.items()}
    return found if params == found.params else replace(found, params=params)


def _walk(value: Json) -> Json:
    """The same object where there is nothing to take out, which is nearly always."""
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, list):
        items = [_walk(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        named = {key: _walk(item) for key, item in value.items()}
        return value if all(named[key] is item for key, item in value.items()) else named
    return value


def warm_up() -> None:
    """Load what is slow to load."""
    language.warm_up()
    licence.warm_up()
