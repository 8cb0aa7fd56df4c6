# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of files that say more about a solution and are fetched for it: a table of kinds, one way to choose.

Manifests count in the root only, the others there or in the few folders that a kind names; the root comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_I = re.IGNORECASE

MANIFESTS = (
    "codemeta.json", "CITATION.cff", "package.json", "pyproject.toml", "setup.cfg", "composer.json", "pom.xml",
    "Cargo.toml", "go.mod", "Gemfile",
)  # fmt: skip
COMPOSE = re.compile(r"(?:docker-|podman-)?compose(?:[.-][a-z0-9._-]{1,30})?\.ya?ml", _I)
CHART = re.compile(r"chart\.ya?ml", _I)
_GEMSPEC = re.compile(r"[^/]{1,80}\.gemspec")
_DEPLOYMENT_FOLDERS = ("docker", "deploy", "deployment")
_SPECIFICATION_FOLDERS = ("", "openapi", "asyncapi", "api", "docs", "doc", "spec", "specs", "schemas")
_OPENAPI = re.compile(r"(?:[a-z0-9._-]{1,40}[._-])?(?:openapi|swagger)(?:[._-][a-z0-9._-]{1,30})?\.(?:ya?ml|json)", _I)
_ASYNCAPI = re.compile(r"(?:[a-z0-9._-]{1,40}[._-])?asyncapi(?:[._-][a-z0-9._-]{1,30})?\.(?:ya?ml|json)", _I)
_PLAIN_API = re.compile(r"(?:api|api-docs|api-spec|index|spec|v?\d{1,3}(?:\.\d{1,3}){0,2})\.(?:ya?ml|json)", _I)
_INSTALLATION = re.compile(
    r"(?:install(?:ation|ieren|azione|atie)?|inbetriebnahme|betrieb|instalaci[oó]n|setup|deployment|"
    r"getting[-_]?started|quick[-_]?start)(?:[-_.][a-z0-9_-]{1,30})?\.(?:md|markdown|rst|adoc|asciidoc|org|txt)",
    _I,
)
_FRONT_PAGE = re.compile(r"(?:index|home)\.(?:md|markdown|rst|adoc|asciidoc|org|txt)", _I)
_SECOND_RATE = re.compile(
    r"(?:^|[._-])(?:dev|devel|development|test|tests|testing|ci|override|local|debug|example)(?=[._-])", _I
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Files named ``names`` (better ones first) directly in ``folders`` (lower case, "" is the root)."""

    names: tuple[re.Pattern[str], ...]
    most: int
    folders: tuple[str, ...] = ("",)

    def rank(self, path: str) -> tuple[int, int, bool, int, str] | None:
        """Where a path of this kind sorts; None for another kind."""
        folder, _, name = path.rpartition("/")
        matched = next((index for index, names in enumerate(self.names) if names.fullmatch(name)), None)
        if matched is None or folder.lower() not in self.folders:
            return None
        return (matched, self.folders.index(folder.lower()), bool(_SECOND_RATE.search(name)), len(name), path)


KINDS: Mapping[str, Kind] = {
    **{name: Kind((re.compile(re.escape(name)),), 1) for name in MANIFESTS},
    "gemspec": Kind((_GEMSPEC,), 1),
    "compose": Kind((COMPOSE,), 2),
    "compose-beside": Kind((COMPOSE,), 1, _DEPLOYMENT_FOLDERS),
    "chart": Kind((CHART,), 1, ("", "helm", "chart")),
    "openapi": Kind((_OPENAPI,), 1, _SPECIFICATION_FOLDERS),
    "openapi-inside": Kind((_PLAIN_API,), 1, ("openapi", "api")),
    "asyncapi": Kind((_ASYNCAPI,), 1, _SPECIFICATION_FOLDERS),
    "documentation": Kind((_INSTALLATION, _FRONT_PAGE), 2, ("", "docs", "doc")),
}
"""What is fetched besides publiccode.yml, licences and README: at most the sum of ``most``."""

FOLDERS = frozenset(folder for kind in KINDS.values() for folder in kind.folders if folder)


def is_manifest(path: str) -> bool:
    """A manifest of the repository itself: one in the root."""
    return path in MANIFESTS or _GEMSPEC.fullmatch(path) is not None


def chosen(kind: str, paths: Iterable[str]) -> list[str]:
    """The paths of a kind, best first, at most as many as are fetched of it."""
    ranked = [(rank, path) for path in paths if (rank := KINDS[kind].rank(path)) is not None]
    return [path for _, path in sorted(ranked)][: KINDS[kind].most]


def installation_files(paths: Iterable[str]) -> list[str]:
    """Files that by their names tell how to install, best first."""
    kind = KINDS["documentation"]
    ranked = sorted(rank for path in paths if (rank := kind.rank(path)) is not None)
    return [rank[-1] for rank in ranked if kind.names[rank[0]] is _INSTALLATION]


def all_chosen(paths: Iterable[str]) -> Iterator[str]:
    """The best paths of every kind, in the order of the table."""
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(path.rpartition("/")[0].lower(), []).append(path)
    for kind, rules in KINDS.items():
        yield from chosen(kind, (path for folder in rules.folders for path in by_folder.get(folder, ())))
