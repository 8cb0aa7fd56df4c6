# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration's repositories as git sees them, and the files they hold."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from harvesters.demo import DemoRepository, DemoSolution, build, demo_solutions, publishers
from harvesters.demo.shapes import JOURNAL
from harvesters.demo.solutions import BROKEN, Life, Quirk
from registry.errors import GitFailed
from support.repos import GIT_ENVIRONMENT, git

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SOLUTIONS = demo_solutions()
REQUIRED = {
    "publiccodeYmlVersion": str,
    "name": str,
    "url": str,
    "platforms": list,
    "developmentStatus": str,
    "softwareType": str,
    "description": dict,
    "legal": dict,
    "maintenance": dict,
    "localisation": dict,
}
"""What every version of the standard asks for at the top level (publiccode.yml 0.7, data format)."""
OLD = timedelta(days=365)

every_solution = pytest.mark.parametrize("solution", SOLUTIONS, ids=[solution.key for solution in SOLUTIONS])


def no_progress(_done: int, _total: int) -> None:
    return None


@dataclass(frozen=True)
class Commit:
    at: datetime
    author: str
    address: str


@dataclass(frozen=True)
class Built:
    repository: DemoRepository
    files: Mapping[str, bytes]
    commits: tuple[Commit, ...]
    """Newest first."""

    def text(self, path: str) -> str:
        return self.files[path].decode()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def built(root: Path) -> dict[str, Built]:
    repositories = build(root, NOW, no_progress)
    return {f"{repository.owner}/{repository.name}": _read(repository) for repository in repositories}


def _read(repository: DemoRepository) -> Built:
    archive = subprocess.run(
        ["git", "--git-dir", str(repository.path), "archive", "HEAD"],
        env=GIT_ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        members = [(member.name, tar.extractfile(member)) for member in tar.getmembers() if member.isfile()]
        files = {name: body.read() for name, body in members if body is not None}
    log = git(repository.path, "log", "--format=%at%x09%an%x09%ae").splitlines()
    commits = (line.split("\t") for line in log)
    return Built(repository, files, tuple(Commit(datetime.fromtimestamp(int(at), UTC), *who) for at, *who in commits))


def test_every_solution_has_its_repository_and_publisher(built: dict[str, Built]) -> None:
    assert list(built) == [solution.key for solution in SOLUTIONS]
    assert {one.repository.publisher for one in built.values()} == set(publishers())


@every_solution
def test_git_finds_nothing_wrong_and_the_history_is_small(built: dict[str, Built], solution: DemoSolution) -> None:
    one = built[solution.key]
    git(one.repository.path, "fsck", "--strict", "--no-dangling")
    assert git(one.repository.path, "symbolic-ref", "--short", "HEAD") == solution.branch
    assert 5 <= len(one.commits) <= 41
    assert sum(path.stat().st_size for path in one.repository.path.rglob("*") if path.is_file()) < 64 * 1024
    assert not (one.repository.path / "hooks").exists()


@every_solution
def test_dates_tell_the_life_that_the_record_names(built: dict[str, Built], solution: DemoSolution) -> None:
    commits = built[solution.key].commits
    assert commits[0].at <= NOW
    assert commits[0].at - commits[-1].at > timedelta(days=250)
    silent = NOW - next(commit.at for commit in commits if not commit.author.endswith("[bot]"))
    assert (silent < OLD) == (solution.course.life is Life.ACTIVE)
    if solution.course.life in (Life.ARCHIVED, Life.ABANDONED):
        assert silent > 3 * OLD
    if solution.course.life is Life.FINISHED:
        assert solution.course.releases > 0
        assert solution.status == "stable"


def test_a_bot_may_be_younger_than_the_last_human(built: dict[str, Built]) -> None:
    newest = built["it-at-m/BayernID-Plugin"].commits[0]
    assert newest.author.endswith("[bot]")
    assert NOW - newest.at < timedelta(days=30)


@every_solution
def test_releases_are_tags(built: dict[str, Built], solution: DemoSolution) -> None:
    path = built[solution.key].repository.path
    listed = git(path, "for-each-ref", "refs/tags", "--format=%(objecttype) %(refname:short)").splitlines()
    tags = [line.split() for line in listed]
    assert len(tags) == solution.course.releases
    kind = "tag" if solution.course.annotated_tags else "commit"
    assert {tag[0] for tag in tags} <= {kind}


@every_solution
def test_nobody_is_named(built: dict[str, Built], solution: DemoSolution) -> None:
    one = built[solution.key]
    for commit in one.commits:
        assert commit.address.endswith("@example.org")
        assert commit.author.startswith("Demo ") or commit.author.endswith("[bot]")
    for path, body in one.files.items():
        found = re.findall(rb"[\w.+-]+@[\w-]+\.[\w.]+", body)
        assert all(address.endswith(b"@example.org") for address in found), path


@every_solution
def test_each_repository_says_what_it_is(built: dict[str, Built], solution: DemoSolution) -> None:
    one = built[solution.key]
    for path in filter(None, (solution.readme, JOURNAL)):
        text = one.text(path)
        assert solution.url in text
        assert "nachgestellte Demonstration" in text
        assert "rebuilt demonstration" in text
        assert solution.evidence in text
    if solution.readme and Quirk.TEMPLATE_README not in solution.quirks:
        paragraphs = [part for part in one.text(solution.readme).split("\n\n") if part]
        assert paragraphs[1] == solution.texts[solution.lead_language].short


@every_solution
def test_files_are_those_of_the_record(built: dict[str, Built], solution: DemoSolution) -> None:
    unchecked = {"LICENSE"} if solution.licence_unchecked else set()
    expected = {JOURNAL, solution.readme, solution.declaration, *solution.files, *solution.licence_files, *unchecked}
    expected -= {""}
    assert set(built[solution.key].files) == expected
    for path in solution.licence_files:
        text = built[solution.key].text(path)
        assert "<year>" not in text.splitlines()[2:4]
        assert len(text) > 900
    for path in (path for path in solution.files if path.endswith(".json")):
        json.loads(built[solution.key].files[path])
    for path in (path for path in solution.files if path.endswith((".yml", ".yaml"))):
        yaml.safe_load(built[solution.key].files[path])


sound = [solution for solution in SOLUTIONS if solution.declaration and not BROKEN & solution.quirks]


@pytest.mark.parametrize("solution", sound, ids=[solution.key for solution in sound])
def test_a_declaration_not_meant_to_be_broken_is_sound(built: dict[str, Built], solution: DemoSolution) -> None:
    document = yaml.safe_load(built[solution.key].files[solution.declaration].decode("utf-8"))
    if Quirk.UNQUOTED_VERSION in solution.quirks:
        document["publiccodeYmlVersion"] = str(document["publiccodeYmlVersion"])
    assert {key: type(document.get(key)) for key in REQUIRED} == REQUIRED
    assert document["publiccodeYmlVersion"] == solution.standard
    assert document["name"] == solution.name
    assert document["url"] == solution.url
    assert document["legal"]["license"] == solution.declared_licence
    assert document["localisation"]["availableLanguages"] == list(solution.interface_languages)
    assert document["maintenance"]["type"] in ("internal", "community", "none")
    assert document["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    for language, text in solution.texts.items():
        said = document["description"][language]
        assert said["shortDescription"] == text.short
        assert said["longDescription"].strip() == text.long
        assert said["features"] == list(text.features)
        assert len(said.get("genericName", "")) <= 35


def _declaration(one: Built, solution: DemoSolution) -> str:
    return one.text(solution.declaration)


def _load(one: Built, solution: DemoSolution) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(_declaration(one, solution))
    return document


def _does_not_parse(one: Built, solution: DemoSolution) -> bool:
    try:
        _load(one, solution)
    except yaml.YAMLError:
        return True
    return False


def _is_not_utf8(one: Built, solution: DemoSolution) -> bool:
    body = one.files[solution.declaration]
    try:
        body.decode()
    except UnicodeDecodeError:
        return "ü" in body.decode("latin-1")
    return False


def _no_licence_file(one: Built, solution: DemoSolution) -> bool:
    return not any("LICEN" in path.upper() or "COPYING" in path.upper() for path in one.files)


SEEN: Mapping[Quirk, Callable[[Built, DemoSolution], bool]] = {
    Quirk.TAB: lambda one, s: "\n\t- " in _declaration(one, s) and _does_not_parse(one, s),
    Quirk.DUPLICATE_KEY: lambda one, s: _declaration(one, s).count("\ndevelopmentStatus:") == 2,
    Quirk.LATIN_1: _is_not_utf8,
    Quirk.MERGE_MARKER: lambda one, s: "\n<<<<<<< " in _declaration(one, s) and _does_not_parse(one, s),
    Quirk.PLATFORMS_STRING: lambda one, s: _load(one, s)["platforms"] == "web",
    Quirk.LICENCE_SPELLING: lambda one, s: (
        _load(one, s)["legal"]["license"] in ("AGPL", "EUPL 1.2", "GPL-2.0, AGPL-3.0, MIT (verschiedene)")
    ),
    Quirk.UNKNOWN_CATEGORY: lambda one, s: "water-quality" in _load(one, s)["categories"],
    Quirk.MISSING_LICENCE: lambda one, s: "legal" not in _load(one, s),
    Quirk.MISSING_CONTRACTORS: lambda one, s: _load(one, s)["maintenance"] == {"type": "contract"},
    Quirk.LICENCE_CONFLICT: lambda one, s: (
        _load(one, s)["legal"]["license"].startswith("AGPL")
        and one.text("LICENSE").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    ),
    Quirk.UNQUOTED_VERSION: lambda one, s: f"publiccodeYmlVersion: {s.standard}\n" in _declaration(one, s),
    Quirk.NO_LICENCE_FILE: _no_licence_file,
    Quirk.MANIFEST_LICENCE_DIFFERS: lambda one, _: json.loads(one.files["server/package.json"])["license"] == "ISC",
    Quirk.TEMPLATE_README: lambda one, s: one.text(s.readme).startswith("# Getting started\n"),
    Quirk.NO_README: lambda one, _: not any(path.upper().startswith("README") for path in one.files),
}


@pytest.mark.parametrize("quirk", list(Quirk))
def test_a_quirk_can_be_seen_where_it_is_named(built: dict[str, Built], quirk: Quirk) -> None:
    named = [solution for solution in SOLUTIONS if quirk in solution.quirks]
    assert named
    for solution in named:
        assert SEEN[quirk](built[solution.key], solution), solution.key


def test_a_licence_that_was_not_checked_reads_as_unclear_and_one_that_is_missing_as_missing(
    built: dict[str, Built],
) -> None:
    unchecked = [solution for solution in SOLUTIONS if solution.licence_unchecked]
    assert len(unchecked) >= 8
    for solution in unchecked:
        assert "nicht geprüft" in built[solution.key].text("LICENSE")
    missing = [solution for solution in SOLUTIONS if not solution.licence and not solution.licence_unchecked]
    for solution in missing:
        assert _no_licence_file(built[solution.key], solution)


# --- building --------------------------------------------------------------------------------------------------------


def _heads(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): "".join(sorted(ref.read_text() for ref in path.rglob("refs/heads/*")))
        for path in root.glob("*/*.git")
    }


def test_what_is_there_stays_and_what_is_missing_is_made_again(root: Path, built: dict[str, Built]) -> None:
    before = _heads(root)
    gone = built["liqd/adhocracy-plus"].repository.path
    shutil.rmtree(gone)
    left_over = root / f".building-{os.getpid()}" / "half"
    left_over.mkdir(parents=True)
    heard: list[tuple[int, int]] = []
    build(root, NOW + timedelta(days=9), lambda done, total: heard.append((done, total)))
    assert heard == [(number, len(SOLUTIONS)) for number in range(1, len(SOLUTIONS) + 1)]
    assert not list(root.glob(".building-*"))
    after = _heads(root)
    assert {path for path in before if after[path] != before[path]} == {"liqd/adhocracy-plus.git"}
    shutil.rmtree(gone)
    build(root, NOW, no_progress)
    assert _heads(root) == before


def test_a_build_that_was_broken_off_leaves_whole_repositories_only(tmp_path: Path) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, NOW, interrupt)
    made = list(tmp_path.glob("*/*.git"))
    assert len(made) == 3
    for path in made:
        git(path, "fsck", "--strict")
    assert not list(tmp_path.glob(".building-*"))


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitFailed, match="git is not installed"):
        build(tmp_path / "demo", NOW, no_progress)
    assert not list((tmp_path / "demo").glob("*/*.git"))


def test_the_operators_git_settings_do_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[broken\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "demo", NOW, stop)
    assert len(list((tmp_path / "demo").glob("*/*.git"))) == 1
