# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the mere names in a tree tell (container, packages, documentation), and what the forge says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harvesters.readers.collect import LONGEST_NAME, Collector
from harvesters.readers.filenames import COMPOSE, is_manifest
from harvesters.readers.language import language_of
from harvesters.readers.licence_names import is_licence, reuse_id
from harvesters.readers.mirrors import mirror_of, repository, says_mirror
from harvesters.readers.publiccode_values import has_plain_host
from harvesters.readers.successors import successor_in
from harvesters.readers.texts import cut, one_line, without_contacts
from harvesters.readers.wanted import is_file, is_publiccode, is_readme
from registry.model import EntryKind, FactSource, Field, Json, Reading, Snapshot

TREE = "tree"
FORGE = "forge"
UNKNOWN_LANGUAGE = "und"
MOST_TOPICS = 30
LONGEST_SHORT = 300

_Seen = tuple[Json, str, int | None]
_I = re.IGNORECASE
_BESIDE = r"(?:(?:docker|deploy|deployment)/)?"
CONTAINER: Mapping[str, re.Pattern[str]] = {
    "dockerfile": re.compile(
        rf"{_BESIDE}(?:(?:docker|container)file(?:\.[a-z0-9._-]{{1,30}})?|[a-z0-9_-]{{1,30}}\.dockerfile)", _I
    ),
    "compose": re.compile(_BESIDE + COMPOSE.pattern, _I),
    "helm": re.compile(r"(?:(?:helm|chart)/)?chart\.ya?ml", _I),
}
CHART_FOLDERS = re.compile(r"charts|(?:helm|chart)/[^/]{1,60}|(?:deploy|deployment)/(?:helm|charts?)", _I)
PACKAGES: Mapping[str, re.Pattern[str]] = {
    "npm": re.compile(r"package\.json"),
    "python": re.compile(r"pyproject\.toml|setup\.(?:py|cfg)|requirements\.txt|pipfile", _I),
    "composer": re.compile(r"composer\.json"),
    "maven": re.compile(r"pom\.xml"),
    "gradle": re.compile(r"build\.gradle(?:\.kts)?"),
    "cargo": re.compile(r"Cargo\.toml"),
    "go": re.compile(r"go\.mod"),
    "ruby": re.compile(r"Gemfile|[^/]{1,80}\.gemspec"),
    "nuget": re.compile(r"[^/]{1,100}\.(?:csproj|fsproj|vbproj|slnx?|nuspec)", _I),
    "mix": re.compile(r"mix\.exs"),
    "pub": re.compile(r"pubspec\.ya?ml"),
    "sbt": re.compile(r"build\.sbt"),
    "r": re.compile(r"DESCRIPTION"),
    "swift": re.compile(r"Package\.swift"),
    "nix": re.compile(r"flake\.nix"),
    "deno": re.compile(r"deno\.jsonc?"),
}
_DOCUMENTATION_FOLDER = re.compile(r"docs?|documentation|dokumentation|doku|manual|handbuch|wiki", _I)
_DOCUMENTATION_FILE = re.compile(
    r"(?:install(?:ation)?|usage|manual|handbuch|anleitung|getting[-_]?started|documentation|dokumentation|betrieb|"
    r"admin[-_]?guide|user[-_]?guide|deployment|mkdocs|readthedocs)\.(?:md|markdown|rst|adoc|txt|pdf|odt|ya?ml|html?)|\.readthedocs\.ya?ml",
    _I,
)


def read_tree(snapshot: Snapshot) -> Reading:
    """Containers, package manifests and documentation by name, and files that were too large to fetch."""
    collector = Collector(snapshot, FactSource.TREE)
    files = [entry.path for entry in snapshot.entries if is_file(entry)]
    folders = [entry.path for entry in snapshot.entries if entry.kind is EntryKind.TREE]
    collector.each(Field.CONTAINER, _containers(files, folders))
    collector.each(Field.PACKAGE_MANIFESTS, _kinds(PACKAGES, files))
    documentation = [path for path in folders if _DOCUMENTATION_FOLDER.fullmatch(path)]
    documentation += [path for path in files if _DOCUMENTATION_FILE.fullmatch(path) and not is_readme(path)]
    collector.each(Field.DOCUMENTATION, [(path, path, None) for path in documentation])
    for path in filter(_is_missed, snapshot.oversized):
        collector.path = path
        collector.problem("file-too-large", name=path)
    return collector.reading(TREE)


def _is_missed(path: str) -> bool:
    """Whether an unread file leaves a gap that its maintainer should know of; a large interface description is none."""
    named = (is_publiccode, is_licence, is_readme, is_manifest)
    return any(test(path) for test in named) or reuse_id(path) is not None


def _kinds(patterns: Mapping[str, re.Pattern[str]], paths: Iterable[str]) -> list[_Seen]:
    """The first path of every kind that is there."""
    found: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        for kind, pattern in patterns.items():
            if kind not in found and pattern.fullmatch(path):
                found[kind] = path
    return [(kind, path, None) for kind, path in sorted(found.items())]


def _containers(files: list[str], folders: list[str]) -> list[_Seen]:
    found = {kind: path for kind, path, _ in _kinds(CONTAINER, files)}
    charts = [path for path in folders if CHART_FOLDERS.fullmatch(path) and not path.lower().endswith("/templates")]
    if charts and "helm" not in found:
        found["helm"] = charts[0]
    return [(kind, path, None) for kind, path in sorted(found.items())]


def read_forge(snapshot: Snapshot) -> Reading:
    """What the forge's API said, and the repository's own name as the last resort for a name."""
    facts = snapshot.ref.facts
    collector = Collector(snapshot, FactSource.FORGE)
    found: dict[Field, Json] = {
        Field.NAME: collector.short_name(one_line(facts.name or "")),
        Field.TOPICS: [one_line(topic) for topic in facts.topics[:MOST_TOPICS] if one_line(topic)],
        Field.ARCHIVED: facts.archived,
        Field.FORK_OF: facts.parent_url if facts.fork else None,
        Field.LANDING_URL: _web(facts.homepage),
        Field.ISSUES_URL: _web(facts.issues_url),
    }
    for field, value in found.items():
        if value not in (None, "", []):
            collector.fact(field, value)
    description = without_contacts(one_line((facts.description or "")[:2_000]))
    if description:
        lang = language_of(description) or UNKNOWN_LANGUAGE
        collector.fact(Field.SHORT_DESCRIPTION, cut(description, LONGEST_SHORT), lang=lang)
    if original := _original(snapshot):
        collector.fact(Field.MIRROR_OF, [original])
    elif says_mirror(description, snapshot.ref.url):
        collector.fact(Field.MIRROR_OF, [])
    said = one_line((facts.description or "")[:2_000])
    if successor := successor_in(said, snapshot.ref.url, archived=facts.archived is True):
        collector.fact(Field.SUCCESSOR, successor[0])
    name = one_line(snapshot.ref.url.rstrip("/").rpartition("/")[2])
    named = Collector(snapshot, FactSource.REPOSITORY_NAME)
    if name:
        named.fact(Field.NAME, cut(name, LONGEST_NAME))
    return Reading(FORGE, (*collector.facts, *named.facts), tuple(collector.problems))


def _original(snapshot: Snapshot) -> str | None:
    """What the forge's description names as the original: in words, or alone where the forge itself says "mirror"."""
    facts, own = snapshot.ref.facts, snapshot.ref.url
    description = one_line((facts.description or "")[:2_000])
    stated = mirror_of(description, own)
    alone = (repository(word.strip("()[]<>,;")) for word in description.split()[:200]) if facts.mirror else ()
    return stated[0] if stated else next((url for url in alone if url and url.casefold() != own.casefold()), None)


def _web(url: str | None) -> str | None:
    """An absolute web address; a bare host, as people type it into a homepage field, gets https."""
    written = one_line((url or "")[:2_000])
    if written and "://" not in written and re.fullmatch(r"[\w.-]{1,253}\.[a-z]{2,24}(?:/\S{0,1000})?", written, _I):
        written = f"https://{written}"
    return written if has_plain_host(written) else None
