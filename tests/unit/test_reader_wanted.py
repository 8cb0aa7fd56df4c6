# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which names of a tree are fetched and what the others tell by being there."""

from __future__ import annotations

import pytest

from harvesters.git.reading import FOLDERS_LISTED
from harvesters.readers import presence
from harvesters.readers.filenames import MANIFESTS
from harvesters.readers.wanted import FOLDERS, LICENCE_FILES, MOST_FILES, REUSE_FILES, Selection, wanted
from registry.model import EntryKind, FactSource, Field, ForgeFacts
from support.snapshots import entry, facts, items, rules, snapshot, value, values


def test_few_files_are_wanted_in_a_fixed_order() -> None:
    names = ["package.json", "README.md", "README.rst", "src/README.md", "LICENSE", "docs/README.md", "Dockerfile",
        "publiccode.yaml", "src/package.json", "package-lock.json", "docs/CITATION.cff", "app.gemspec", "CITATION.cff",
             "publiccode.yml", "docs/publiccode.yml", "LICENSES/MIT.txt", "a.txt"]  # fmt: skip
    entries = [entry(name) for name in names]
    expected = ["publiccode.yml", "publiccode.yaml", "LICENSE", "LICENSES/MIT.txt", "README.md",
                "CITATION.cff", "package.json", "app.gemspec"]  # fmt: skip
    assert [chosen.path for chosen in wanted(entries)] == expected
    assert [chosen.path for chosen in Selection().wanted(entries[::-1])] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["compose.dev.yml", "docker-compose.yml", "compose.prod.yml"], ["compose.prod.yml", "docker-compose.yml"]),
        (["docker/compose.yml", "deploy/compose.yml", "compose.yml"], ["compose.yml", "docker/compose.yml"]),
        (["helm/Chart.yaml", "Chart.yaml", "charts/Chart.yaml"], ["Chart.yaml"]),
        (["docs/openapi.yaml", "openapi.json", "api/openapi.yml"], ["openapi.json"]),
        (["api/v1.yaml", "openapi/index.json", "index.json"], ["openapi/index.json"]),
        (["schemas/asyncapi.yml", "app-openapi.v2.yaml"], ["app-openapi.v2.yaml", "schemas/asyncapi.yml"]),
        (["openapi.py", "openapi-generator.md", "myopenapi.yaml", "openapitools.json"], []),
        (["docs/index.md", "docs/installation.de.md", "INSTALL.md"], ["INSTALL.md", "docs/installation.de.md"]),
        (["docs/changelog.md", "installer.py", "src/INSTALL.md", "index.html"], []),
        (["node_modules/package.json", "vendor/composer.json", "third_party/openapi.yaml", "vendor/INSTALL.md"], []),
    ],
)
def test_what_else_is_fetched(names: list[str], expected: list[str]) -> None:
    assert [chosen.path for chosen in wanted([entry(name) for name in names])] == expected


def test_links_folders_and_submodules_are_not_fetched() -> None:
    kinds = (EntryKind.SYMLINK, EntryKind.TREE, EntryKind.SUBMODULE)
    assert not wanted([entry(name, kind) for kind in kinds for name in ("README.md", "LICENSE", "publiccode.yml")])
    assert wanted([entry("README.md", EntryKind.EXECUTABLE)])


def test_amounts_are_capped() -> None:
    many = [entry(f"LICENSES/LicenseRef-{number}.txt") for number in range(10_000)]
    many += [entry(f"LICENSE-{n}") for n in range(900)]
    assert len(wanted(many)) == LICENCE_FILES + REUSE_FILES
    assert all(folder == folder.lower() for folder in FOLDERS)


MOST_EVER = 61


def test_no_repository_costs_more_files_than_stated() -> None:
    names = [f"publiccode.y{a}ml" for a in ("", "a")]
    names += [f"LICENSES/LicenseRef-{number}.txt" for number in range(50)] + ["REUSE.toml", ".reuse/dep5"]
    names += [f"LICENSE-{number}" for number in range(50)] + ["README.md", "README.rst", *MANIFESTS]
    names += [f"{name}.license" for name in MANIFESTS]
    for folder in ("", *(f"{folder}/" for folder in FOLDERS)):
        for number in range(30):
            names += [f"{folder}{number}{rest}" for rest in (".gemspec", "-openapi.yml", "-asyncapi.yml", ".json")]
            names += [f"{folder}{start}.{number}.yml" for start in ("compose", "openapi", "asyncapi")]
            names += [f"{folder}install-{number}.md", f"{folder}Chart.yaml", f"{folder}index.md"]
    count = len(wanted([entry(name) for name in names]))
    assert MOST_FILES - 2 <= count <= MOST_FILES == MOST_EVER  # there are two spellings of publiccode.yml, not four
    assert len(FOLDERS) <= FOLDERS_LISTED


@pytest.mark.parametrize(
    ("paths", "kinds"),
    [
        (["Dockerfile"], ["dockerfile"]),
        (["Containerfile", "compose.yaml"], ["compose", "dockerfile"]),
        (["docker-compose.prod.yml"], ["compose"]),
        (["backend.Dockerfile"], ["dockerfile"]),
        (["Chart.yaml"], ["helm"]),
        (["helm/Chart.yaml"], ["helm"]),
        (["docker/Dockerfile", "deploy/compose.yml"], ["compose", "dockerfile"]),
        (["docs/Dockerfile", "composer.json", "Dockerfile.md~", "compose.txt"], []),
    ],
)
def test_containers(paths: list[str], kinds: list[str]) -> None:
    reading = presence.read_tree(snapshot(entries=[entry(path) for path in paths]))
    assert items(reading, Field.CONTAINER) == kinds


def test_chart_folders_count_and_a_folder_named_like_a_file_does_not() -> None:
    charts = presence.read_tree(snapshot(entries=[entry("charts", EntryKind.TREE)]))
    assert value(charts, Field.CONTAINER) == ["helm"]
    assert not presence.read_tree(snapshot(entries=[entry("Dockerfile", EntryKind.TREE)])).facts


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("package.json", "npm"), ("pyproject.toml", "python"), ("setup.py", "python"), ("composer.json", "composer"),
        ("pom.xml", "maven"), ("build.gradle.kts", "gradle"), ("Cargo.toml", "cargo"), ("go.mod", "go"), ("Gemfile",
         "ruby"),
        ("a.gemspec", "ruby"), ("App.csproj", "nuget"), ("App.sln", "nuget"), ("mix.exs", "mix"), ("pubspec.yaml",
         "pub"),
    ],
)  # fmt: skip
def test_package_manifests(path: str, kind: str) -> None:
    reading = presence.read_tree(snapshot(entries=[entry(path), entry(f"docs/{path}")]))
    assert value(reading, Field.PACKAGE_MANIFESTS) == [kind]
    assert facts(reading, Field.PACKAGE_MANIFESTS)[0].origin.path == path


def test_documentation_is_more_than_the_readme() -> None:
    entries = [entry("docs", EntryKind.TREE), entry("INSTALL.md"), entry("README.md"), entry("docs/README.md")]
    assert items(presence.read_tree(snapshot(entries=entries)), Field.DOCUMENTATION) == ["docs", "INSTALL.md"]


def test_files_over_the_limit_are_told() -> None:
    reading = presence.read_tree(snapshot(entries=[entry("README.md")], oversized=("README.md",)))
    assert rules(reading) == ["file-too-large"]
    assert reading.problems[0].origin is not None
    assert reading.problems[0].origin.path == "README.md"


def test_an_unread_file_that_nobody_has_to_know_of_is_not_told() -> None:
    reading = presence.read_tree(snapshot(oversized=("openapi.json", "docs/index.md", "compose.yml")))
    assert rules(reading) == []
    assert rules(presence.read_tree(snapshot(oversized=("pom.xml", "LICENSE")))) == ["file-too-large"] * 2


def test_forge_facts() -> None:
    told = ForgeFacts(
        name="Mängelmelder", description="Meldet Schäden an die Stadt, Fragen an a@b.example und vieles mehr",
        homepage="maengel.example.org", archived=False, fork=True, parent_url="https://forge.example/a/b",
         topics=("gis", " "),
        issues_url="https://forge.example/issues",
    )  # fmt: skip
    reading = presence.read_forge(snapshot(facts=told))
    assert [(fact.value, fact.source) for fact in facts(reading, Field.NAME)] == [
        ("Mängelmelder", FactSource.FORGE),
        ("maengelmelder", FactSource.REPOSITORY_NAME),
    ]
    short = "Meldet Schäden an die Stadt, Fragen an und vieles mehr"
    assert value(reading, Field.SHORT_DESCRIPTION, "de") == short
    assert value(reading, Field.LANDING_URL) == "https://maengel.example.org"
    assert value(reading, Field.ARCHIVED) is False
    assert value(reading, Field.FORK_OF) == "https://forge.example/a/b"
    assert value(reading, Field.TOPICS) == ["gis"]
    assert value(reading, Field.ISSUES_URL) == "https://forge.example/issues"


def test_a_forge_that_says_nothing_gives_the_repositorys_name_only() -> None:
    reading = presence.read_forge(snapshot())
    assert [(fact.field, fact.value) for fact in reading.facts] == [(Field.NAME, "maengelmelder")]


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "//x.example", "see wiki", "https://u:p@x.example", ""])
def test_homepages_that_are_no_links(homepage: str) -> None:
    assert not values(presence.read_forge(snapshot(facts=ForgeFacts(homepage=homepage))), Field.LANDING_URL)


@pytest.mark.parametrize(
    ("told", "original"),
    [
        (
            ForgeFacts(description="Read-only mirror of https://gitlab.com/stadt/app.git"),
            "https://gitlab.com/stadt/app",
        ),
        (ForgeFacts(description="App (https://gitlab.com/stadt/app)", mirror=True), "https://gitlab.com/stadt/app"),
        (ForgeFacts(description="App (https://gitlab.com/stadt/app)"), None),
        (ForgeFacts(description="Mirror of https://forge.example/stadt/maengelmelder"), None),
        (ForgeFacts(description="Read-only mirror, the work is done at https://code.example/maengelmelder"), ""),
        (ForgeFacts(description="See https://www.stadt.example/a/b", mirror=True), None),
        (ForgeFacts(mirror=True), None),
    ],
)
def test_a_forge_may_say_what_is_mirrored(told: ForgeFacts, original: str | None) -> None:
    """Empty: a mirror, but of what the catalogue knows no host of."""
    expected = [] if original is None else [[original] if original else []]
    assert values(presence.read_forge(snapshot(facts=told)), Field.MIRROR_OF) == expected
