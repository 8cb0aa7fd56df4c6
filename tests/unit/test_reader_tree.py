# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What names and a few files of a tree tell: tests, build machines, bots, SBOM, services, interfaces, installation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import deployment, installation, specifications, upkeep
from harvesters.readers.deployment import bare_name
from registry.model import EntryKind, Field, Snapshot
from registry.vocabulary.tools import continuous_integration, dependency_bots, service_of, services
from support.snapshots import entry, facts, items, snapshot, value, values


def tree(*paths: str) -> Snapshot:
    """A tree of these names; a folder ends in a slash."""
    kinds = {True: EntryKind.TREE, False: EntryKind.FILE}
    return snapshot(entries=[entry(path.rstrip("/"), kinds[path.endswith("/")]) for path in paths])


@pytest.mark.parametrize(
    "path",
    ["test/", "tests/", "Tests/", "__tests__/", "cypress/", "e2e/", "src/test/", "App.Tests/", "AppTests/",
     "api-tests/", "integration-tests/", "phpunit.xml", "phpunit.xml.dist", "pytest.ini", "tox.ini", "jest.config.js",
     "vitest.config.mts", "cypress.config.ts", "karma.conf.js", "spec/spec_helper.rb", ".rspec", "main_test.go",
     "test_app.py", "src/app.test.tsx", "src/app.spec.ts", ".mocharc.json"],
)  # fmt: skip
def test_tests(path: str) -> None:
    reading = upkeep.read(tree(path))
    assert items(reading, Field.TESTS) == [path.rstrip("/")]
    assert facts(reading, Field.TESTS)[0].origin.path == path.rstrip("/")


@pytest.mark.parametrize(
    "path",
    ["latest/", "test", "contest/", "attest.md", "spec/", "docs/test/", "testament/", "src/", "jest.md",
     "node_modules/", "vendor/tests/", "node_modules/tests/", "spec/openapi.yaml", "tests.md"],
)  # fmt: skip
def test_what_is_no_test(path: str) -> None:
    assert not values(upkeep.read(tree(path)), Field.TESTS)


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        (".github/workflows/", "github"), (".gitlab-ci.yml", "gitlab"), ("Jenkinsfile", "jenkins"),
        ("Jenkinsfile.release", "jenkins"), (".travis.yml", "travis"), (".circleci/", "circleci"),
        (".woodpecker.yaml", "woodpecker"), (".woodpecker/", "woodpecker"), (".drone.yml", "drone"),
        ("azure-pipelines.yml", "azure"), (".forgejo/workflows/", "forgejo"), (".gitea/workflows/", "gitea"),
        ("bitbucket-pipelines.yml", "bitbucket"),
    ],
)  # fmt: skip
def test_continuous_integration(path: str, tool: str) -> None:
    assert items(upkeep.read(tree(path)), Field.CONTINUOUS_INTEGRATION) == [tool]


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        (".github/dependabot.yml", "dependabot"), ("renovate.json", "renovate"), ("renovate.json5", "renovate"),
        (".renovaterc", "renovate"), (".renovaterc.json", "renovate"), (".github/renovate.json", "renovate"),
        (".gitlab/renovate.json5", "renovate"), (".pyup.yml", "pyup"),
    ],
)  # fmt: skip
def test_dependency_bots(path: str, tool: str) -> None:
    assert items(upkeep.read(tree(path)), Field.DEPENDENCY_BOTS) == [tool]


@pytest.mark.parametrize(
    "path",
    ["app.spdx", "app.spdx.json", "bom.json", "bom.xml", "sbom.json", "sbom-1.2.xml", "app.cdx.json", "sbom/app.json",
     "reuse.spdx", "sbom/bom.xml"],
)  # fmt: skip
def test_bills_of_material(path: str) -> None:
    assert items(upkeep.read(tree(path)), Field.SBOM) == [path]


def test_folders_and_files_of_a_kind_are_not_taken_for_each_other() -> None:
    assert not upkeep.read(tree(".github/", "workflows/", ".gitlab-ci.yml/", "bom.json/", "docs/bom.json")).facts
    assert not upkeep.read(snapshot(entries=[entry("tests", EntryKind.SUBMODULE)])).facts


def test_many_test_files_are_cut_and_the_root_comes_first() -> None:
    names = [f"src/a{number}.test.ts" for number in range(50)]
    found = items(upkeep.read(tree(*names, "tests/")), Field.TESTS)
    assert isinstance(found, list)
    assert (found[0], len(found)) == ("tests", upkeep.MOST_PATHS)


COMPOSE = b"""\
x-base: &base
  image: "${REGISTRY:-docker.io}/library/postgres:${PG:-15}"
services:
  db:
    <<: *base
    volumes: !reset []
  cache: {image: "redis:7-alpine@sha256:abc"}
  web: {build: .}
  own: {image: "registry.stadt.example:5000/stadt/app:latest"}
  sso: {image: "${SSO:-${OTHER:-quay.io/keycloak/keycloak}}:24"}
  broker:
    image: eclipse-mosquitto
"""


def test_services_of_a_compose_file() -> None:
    reading = deployment.read(snapshot({"docker-compose.yml": COMPOSE}))
    assert items(reading, Field.SERVICES) == ["keycloak", "mosquitto", "postgresql", "redis"]
    assert facts(reading, Field.SERVICES)[0].origin.path == "docker-compose.yml"


@pytest.mark.parametrize(
    ("path", "content", "found"),
    [
        ("docker/compose.yml", "services: {db: {image: postgis/postgis}}", ["postgis"]),
        ("compose.yml", "db: {image: mariadb}", ["mariadb"]),
        ("Chart.yaml", "dependencies: [{name: postgresql}, {name: redis}, {name: own}]", ["postgresql", "redis"]),
        ("vendor/compose.yml", "services: {db: {image: mysql}}", None),
        ("values.yaml", "services: {db: {image: mysql}}", None),
        ("compose.yml", "services: {db: {image: [mysql]}, a: 1, b: null}", None),
        ("compose.yml", "services: [mysql]", None),
        ("compose.yml", "{% if db %}\nservices: }", None),
        ("compose.yml", "", None),
        ("Chart.yaml", "dependencies: {name: redis}", None),
    ],
)
def test_services_of_other_files(path: str, content: str, found: list[str] | None) -> None:
    assert items(deployment.read(snapshot({path: content.encode()})), Field.SERVICES) == (found or [])


@pytest.mark.parametrize(
    ("content", "found", "line"),
    [
        ("services:\n  a: {image: 'redis:7'}\n  b: &l\n    image: mysql:8\n    extends: *l\n", ["mysql", "redis"], 5),
        ("services:\n  db:\n    image: postgres:15\n  x: [\n", ["postgresql"], 5),
        ("services:\n  db:\n    image: postgres:15\n  {{ more }}\n", ["postgresql"], None),
    ],
)
def test_what_is_whole_of_a_broken_compose_file_is_read_and_the_fault_told(
    content: str, found: list[str], line: int | None
) -> None:
    reading = deployment.read(snapshot({"compose.yml": content.encode()}))
    assert items(reading, Field.SERVICES) == found
    faults = [(one.rule, one.origin.path, one.origin.line) for one in reading.problems if one.origin]
    assert faults == ([("manifest-unreadable", "compose.yml", line)] if line else [])


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("postgres", "postgres"),
        ("docker.io/library/postgres:15-alpine", "postgres"),
        ("host:5000/a/Postgres@sha256:12", "postgres"),
        ("${A}/postgres:${B}", "postgres"),
        ("postgres:${TAG:?tag is missing}", "postgres"),
        ("$REGISTRY/postgres", "postgres"),
        ("${A:-${B:-x/redis:7}}", "redis"),
        ("", ""),
    ],
)
def test_bare_names(image: str, name: str) -> None:
    assert bare_name(image) == name


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS + "services: {db: {image: postgres}}\n",
        "[" * 65_536,
        "{" * 65_536,
        "services:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 400)),
        "services: &a {x: *a}\n",
        "services: {x: &x {<<: *x}}\n",
        "services: {a: {image: '" + "${a:-" * 20_000 + "'}}",
        "- " * 30_000,
        "\x00" * 1_000,
    ],
)
def test_hostile_compose_files_give_nothing_and_end_soon(content: str) -> None:
    files = {"compose.yml": content.encode(), "Chart.yaml": content.encode()}
    assert not deployment.read(snapshot(files)).facts


@pytest.mark.parametrize(
    ("path", "content", "found"),
    [
        ("openapi.yaml", "# x\nopenapi: 3.0.3\n", "openapi"),
        ("openapi.yml", "\ufeffinfo: {}\n'openapi': \"3.1.0\"\n", "openapi"),
        ("docs/swagger.json", '{"info": {}, "swagger": "2.0"}', "openapi"),
        ("api/v1.json", '{\n  "openapi" : "3.0.0"}', "openapi"),
        ("asyncapi.yaml", "asyncapi: '2.6.0'\n", "asyncapi"),
        ("spec/asyncapi.json", '{"asyncapi":"3.0.0"}', "asyncapi"),
        ("openapi.yaml", "info: {}\npaths:\n  openapi: 3.0.0\n", None),
        ("openapi.yaml", "openapi: 1.0\n", None),
        ("openapi.json", "openapi: 3.0.0", None),
        ("openapi.yaml", "", None),
        ("vendor/openapi.yaml", "openapi: 3.0.0", None),
    ],
)
def test_interface_descriptions(path: str, content: str, found: str | None) -> None:
    reading = specifications.read(snapshot({path: content.encode()}))
    assert items(reading, Field.API_SPECIFICATIONS) == ([found] if found else [])


def test_an_interface_description_is_not_believed_by_its_name() -> None:
    assert not specifications.read(tree("openapi.yaml", "asyncapi.yaml")).facts


def test_both_kinds_and_the_line() -> None:
    reading = specifications.read(
        snapshot({"asyncapi.yml": b"asyncapi: 2.0.0", "api/openapi.yml": b"\n\nopenapi: 3.0"})
    )
    found = [(*fact.value, fact.origin.path, fact.origin.line) for fact in facts(reading, Field.API_SPECIFICATIONS)]
    assert found == [("asyncapi", "asyncapi.yml", 1), ("openapi", "api/openapi.yml", 3)]


@pytest.mark.parametrize("piece", ["{", " ", "\n", '{ "', '"openapi" ', "openapi:", ", \n"])
@pytest.mark.parametrize("path", ["openapi.json", "openapi.yaml"])
def test_repeated_pieces_end_soon(path: str, piece: str) -> None:
    # Would not come back within the suite's time limit if any expression were not linear.
    assert not specifications.read(snapshot({path: (piece * (2**19 // len(piece))).encode()})).facts


@pytest.mark.parametrize(
    ("files", "path", "heading"),
    [
        ({"INSTALL.md": "Text\n\n# So geht die Installation\n"}, "INSTALL.md", "So geht die Installation"),
        ({"docs/installation.rst": "Setup\n=====\n"}, "docs/installation.rst", "Setup"),
        ({"INSTALL": "", "BETRIEB.adoc": "= Betrieb\nErika <e@stadt.example>\n"}, "BETRIEB.adoc", "Betrieb"),
        ({"docs/setup.md": "", "install.txt": "nur Text ohne Titel"}, "install.txt", "install"),
    ],
)
def test_installation_files(files: dict[str, str], path: str, heading: str) -> None:
    reading = installation.read(snapshot({name: text.encode() for name, text in files.items()}))
    assert value(reading, Field.INSTALLATION) == {"path": path, "heading": heading}


def test_an_installation_file_counts_though_it_was_not_fetched_and_an_index_does_not() -> None:
    assert value(installation.read(tree("docs/install.md")), Field.INSTALLATION) == {
        "path": "docs/install.md", "heading": "install",
    }  # fmt: skip
    assert not installation.read(tree("docs/index.md", "vendor/INSTALL.md", "INSTALL.md/")).facts


def test_the_table_of_tools_holds_together() -> None:
    images = [image for tool in services().values() for image in tool.images]
    assert len(images) == len(set(images))
    assert all(image == bare_name(image) and service_of(image) for image in images)
    for tools in (continuous_integration(), dependency_bots()):
        assert all(tool.label and tool.paths for tool in tools.values())
    assert all(tool.label and tool.images for tool in services().values())


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["compose.yml", "Chart.yaml", "openapi.json", "INSTALL.md"]))
def test_any_bytes_give_a_reading(content: bytes, path: str) -> None:
    for reader in (deployment, specifications, installation, upkeep):
        reader.read(snapshot({path: content}))
