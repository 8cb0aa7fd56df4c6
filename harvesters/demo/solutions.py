# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The solutions of the demonstration, read from the TOML files beside this module.

The projects are real, the repositories built from these records are not: each record says in ``evidence`` which row of
the facts it rests on, and the README of each repository says that it is a re-enactment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from registry.model import Body, BodyKeys, BodyKind, BodyOrigin

FOLDER = Path(__file__).parent
LANGUAGES = ("de", "en")

_Value = TypeVar("_Value", str, int, bool)


class Life(StrEnum):
    """The course of a re-enacted history; anything but active and finished needs a fact."""

    ACTIVE = "active"
    FINISHED = "finished"
    QUIET = "quiet"
    ARCHIVED = "archived"
    ABANDONED = "abandoned"


class Quirk(StrEnum):
    """What is odd about a repository, as seen in the wild; a test proves each one present."""

    TAB = "tab"
    DUPLICATE_KEY = "duplicate-key"
    LATIN_1 = "latin-1"
    MERGE_MARKER = "merge-marker"
    PLATFORMS_STRING = "platforms-string"
    LICENCE_SPELLING = "licence-spelling"
    UNKNOWN_CATEGORY = "unknown-category"
    MISSING_LICENCE = "missing-licence"
    MISSING_CONTRACTORS = "missing-contractors"
    LICENCE_CONFLICT = "licence-conflict"
    UNQUOTED_VERSION = "unquoted-version"
    NO_LICENCE_FILE = "no-licence-file"
    MANIFEST_LICENCE_DIFFERS = "manifest-licence-differs"
    TEMPLATE_README = "template-readme"
    NO_README = "no-readme"


BROKEN = frozenset(
    {
        Quirk.TAB,
        Quirk.DUPLICATE_KEY,
        Quirk.LATIN_1,
        Quirk.MERGE_MARKER,
        Quirk.PLATFORMS_STRING,
        Quirk.LICENCE_SPELLING,
        Quirk.UNKNOWN_CATEGORY,
        Quirk.MISSING_LICENCE,
        Quirk.MISSING_CONTRACTORS,
    }
)
"""Quirks by which publiccode.yml breaks its standard on purpose."""


@dataclass(frozen=True, slots=True)
class Description:
    """Our own words about a solution in one language."""

    short: str
    long: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The history to re-enact. ``silent_days`` since the last human commit; None lets ``life`` choose."""

    life: Life
    commits: int
    releases: int
    silent_days: int | None
    bot_days: int | None
    """Days since a last commit by a bot, younger than any human one."""
    annotated_tags: bool


@dataclass(frozen=True, slots=True)
class DemoSolution:
    owner: str
    repository: str
    publisher: Body
    name: str
    url: str
    """Of the real project."""
    evidence: str
    licence: str
    """SPDX expression the facts state; empty where they state none."""
    declared_licence: str
    """As written in publiccode.yml and manifests."""
    manifest_licence: str
    licence_files: Mapping[str, str]
    """Path -> SPDX id of a text in ``licences/``."""
    note: Mapping[str, str]
    """Language -> what the README says about licence or state beyond the usual."""
    standard: str
    """Version of the publiccode.yml standard."""
    declaration: str
    """Path of publiccode.yml; empty where there is none."""
    categories: tuple[str, ...]
    platforms: tuple[str, ...]
    software_type: str
    status: str
    interface_languages: tuple[str, ...]
    maintenance: str
    used_by: tuple[str, ...]
    based_on: str
    readme: str
    """Path; empty where there is none."""
    lead_language: str
    files: tuple[str, ...]
    branch: str
    quirks: frozenset[Quirk]
    course: Course
    texts: Mapping[str, Description]

    @property
    def key(self) -> str:
        return f"{self.owner}/{self.repository}"

    @property
    def licence_unchecked(self) -> bool:
        """Nobody looked under which licence the real project stands: not the same as there being none."""
        return not self.licence and "no licence file" not in self.evidence


class _Table:
    """A TOML table of which every key has to be understood."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self._name = name
        self._left = dict(values)

    def take(self, key: str, default: _Value) -> _Value:
        value = self._left.pop(key, default)
        if type(value) is not type(default):
            raise ValueError(f"{self._name}: {key} must be {type(default).__name__}")
        return value

    def need(self, key: str) -> str:
        value = self.take(key, "")
        if not value:
            raise ValueError(f"{self._name}: {key} is missing")
        return value

    def number(self, key: str) -> int | None:
        return self.take(key, 0) if key in self._left else None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(str(value) for value in self._left.pop(key, default))

    def mapping(self, key: str, default: Mapping[str, str] | None = None) -> Mapping[str, str]:
        return {str(k): str(v) for k, v in self._left.pop(key, default or {}).items()}

    def table(self, key: str) -> _Table:
        return _Table(f"{self._name}.{key}", self._left.pop(key, {}))

    def finish(self) -> None:
        if self._left:
            raise ValueError(f"{self._name}: unknown keys {sorted(self._left)}")


@cache
def publishers() -> Mapping[str, Body]:
    """The bodies behind the demonstration's solutions by their slug, the key that solutions and repositories name."""
    return {slug: _publisher(slug, table) for slug, table in _load(FOLDER / "publishers.toml").items()}


@cache
def demo_solutions() -> tuple[DemoSolution, ...]:
    """All solutions in the order of the files. Raises ValueError for a record with a missing or unknown key."""
    return tuple(
        _solution(_Table(f"{path.name}: {record.get('owner')}/{record.get('repo')}", record))
        for path in sorted(FOLDER.glob("solutions-*.toml"))
        for record in _load(path)["solution"]
    )


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _publisher(slug: str, values: Mapping[str, Any]) -> Body:
    table = _Table(slug, values)
    country = table.take("country", "") or None
    keys = BodyKeys.given(country, table.take("official_key", "") or None)
    publisher = Body(
        id="",
        slug=slug,
        name=table.need("name"),
        kind=BodyKind(table.need("kind")),
        country=country,
        own_title=table.take("title", "") or None,
        land=table.take("land", "") or None,
        keys=replace(keys, foreign_scheme=table.take("key_scheme", "") or None),
        uri=table.take("uri", "") or None,
        origin=BodyOrigin.DEMO,
    )
    table.finish()
    return publisher


def _solution(table: _Table) -> DemoSolution:
    owner, repository = table.need("owner"), table.need("repo")
    licence = table.take("licence", "")
    declared = table.take("declared_licence", licence)
    solution = DemoSolution(
        owner=owner,
        repository=repository,
        publisher=publishers()[table.need("publisher")],
        name=table.need("name"),
        url=table.take("url", f"https://github.com/{owner}/{repository}"),
        evidence=table.need("evidence"),
        licence=licence,
        declared_licence=declared,
        manifest_licence=table.take("manifest_licence", declared),
        licence_files=table.mapping("licence_files", {"LICENSE": licence} if licence else {}),
        note=table.mapping("note"),
        standard=table.take("standard", "0.4"),
        declaration=table.take("declaration", "publiccode.yml"),
        categories=table.texts("categories"),
        platforms=table.texts("platforms", ("web",)),
        software_type=table.take("type", "standalone/web"),
        status=table.take("status", "stable"),
        interface_languages=table.texts("languages", ("de",)),
        maintenance=table.take("maintenance", "internal"),
        used_by=table.texts("used_by"),
        based_on=table.take("based_on", ""),
        readme=table.take("readme", "README.md"),
        lead_language=table.take("lead", "de"),
        files=table.texts("files"),
        branch=table.take("branch", "main"),
        quirks=frozenset(Quirk(name) for name in table.texts("quirks")),
        course=_course(table.table("history")),
        texts={lang: _description(table.table(lang)) for lang in LANGUAGES},
    )
    table.finish()
    return solution


def _course(table: _Table) -> Course:
    course = Course(
        life=Life(table.take("life", "active")),
        commits=table.take("commits", 18),
        releases=table.take("releases", 3),
        silent_days=table.number("silent_days"),
        bot_days=table.number("bot_days"),
        annotated_tags=table.take("annotated_tags", True),
    )
    table.finish()
    return course


def _description(table: _Table) -> Description:
    description = Description(short=table.need("short"), long=table.need("long"), features=table.texts("features"))
    table.finish()
    return description
