# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the names in a tree tell of the care for the code: tests, build machines, dependency bots, bills of material."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from harvesters.readers.collect import Collector
from harvesters.readers.wanted import is_file
from registry.model import EntryKind, FactSource, Field, Reading, Snapshot
from registry.vocabulary.tools import Tool, continuous_integration, dependency_bots

NAME = "upkeep"
MOST_PATHS = 10

_I = re.IGNORECASE
_TESTS = (
    # folders end in a slash
    re.compile(r"(?:src/)?(?:[\w.-]{1,60}[._-])?(?:tests?|testing|__tests__|unittests?|e2e|integration-?tests?)/", _I),
    re.compile(r"(?:src/)?(?:cypress|playwright|phpunit|testsuite)/", _I),
    re.compile(r"[A-Z][\w.]{1,60}Tests?/"),
    re.compile(r"spec/(?:spec_helper|rails_helper)\.rb|spec/(?:models|controllers|requests|system|unit)/|\.rspec"),
    re.compile(r"phpunit(?:\.[\w-]{1,20})?\.xml(?:\.dist)?|pytest\.ini|tox\.ini|noxfile\.py|conftest\.py", _I),
    re.compile(r"(?:jest|vitest|karma|cypress|playwright|wdio)(?:\.[\w-]{1,30}){0,2}\.(?:[cm]?[jt]sx?|json|ya?ml)", _I),
    re.compile(r"\.mocharc(?:\.\w{1,5})?|behat\.ya?ml(?:\.dist)?|codeception\.ya?ml(?:\.dist)?", _I),
    re.compile(r"(?:src/)?(?:[\w.-]{1,60}_test\.(?:go|py|dart)|test_[\w-]{1,60}\.py)"),
    re.compile(r"(?:src/)?[\w.-]{1,60}\.(?:test|spec)\.[cm]?[jt]sx?"),
)
_SBOM = (
    re.compile(r"(?:sbom/)?[\w.-]{1,100}\.spdx(?:\.(?:json|ya?ml|xml|rdf))?", _I),
    re.compile(r"(?:sbom/)?(?:[\w.-]{1,100}\.cdx|bom|cyclonedx)\.(?:json|xml)", _I),
    re.compile(r"(?:sbom/)?sbom(?:[._-][\w.-]{1,60})?\.(?:json|xml|ya?ml|spdx|csv|txt)", _I),
    re.compile(r"sbom/[\w.-]{1,100}\.(?:json|xml)", _I),
)


def read(snapshot: Snapshot) -> Reading:
    """What can be seen of a project's care, each with the first file or folder that shows it."""
    collector = Collector(snapshot, FactSource.TREE)
    paths = listed(snapshot)
    _paths(collector, Field.TESTS, paths, _TESTS)
    _tools(collector, Field.CONTINUOUS_INTEGRATION, paths, continuous_integration())
    _tools(collector, Field.DEPENDENCY_BOTS, paths, dependency_bots())
    _paths(collector, Field.SBOM, [path for path in paths if not path.endswith("/")], _SBOM)
    return collector.reading(NAME)


def listed(snapshot: Snapshot) -> Sequence[str]:
    """Paths of files and, with a slash at the end, of folders; those in the root first."""
    files = (entry.path for entry in snapshot.entries if is_file(entry))
    folders = (f"{entry.path}/" for entry in snapshot.entries if entry.kind is EntryKind.TREE)
    return sorted((*files, *folders), key=lambda path: (path.rstrip("/").count("/"), path))


def _paths(collector: Collector, name: Field, paths: Iterable[str], patterns: Sequence[re.Pattern[str]]) -> None:
    found = [path.rstrip("/") for path in paths if any(pattern.fullmatch(path) for pattern in patterns)]
    collector.each(name, [(path, path, None) for path in found[:MOST_PATHS]])


def _tools(collector: Collector, name: Field, paths: Iterable[str], tools: Mapping[str, Tool]) -> None:
    found: dict[str, str] = {}
    for path in paths:
        for tool in tools.values():
            if tool.id not in found and any(pattern.fullmatch(path) for pattern in tool.paths):
                found[tool.id] = path.rstrip("/")
    collector.each(name, [(tool, path, None) for tool, path in found.items()])
