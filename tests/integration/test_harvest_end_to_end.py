# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The main job on real repositories: list, snapshot, read, resolve, assess, decide, store, index, find."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvesters.demo.server import GitServer
from registry.bootstrap import Catalogue, open_catalogue
from registry.catalogue.harvesting import Report
from registry.config import load
from registry.errors import HarvestRunning
from registry.model import ForgeKind, Harvested, HostPort, Item, ItemStatus, LicenceVerdict, Query, RunState, State
from registry.search.sync import drift
from registry.storage import migrate
from support.repos import SYMLINK, Author, Commit, build, empty, git

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LICENCE = (Path(__file__).parent.parent.parent / "LICENSES" / "EUPL-1.2.txt").read_bytes()
PUBLICCODE = """\
publiccodeYmlVersion: "0.4"
name: {name}
url: https://git.example/{name}
platforms: [web]
categories: [feedback-and-reviews-management]
developmentStatus: stable
softwareType: standalone/web
description:
  de:
    shortDescription: Mängelmelder für Straßenschäden in {name}
    longDescription: >
      Bürgerinnen und Bürger melden defekte Laternen und Schlaglöcher. Die Verwaltung sieht alle Meldungen auf einer
      Karte, leitet sie an die zuständige Stelle weiter und antwortet den Meldenden mit einem Klick.
    features: [Karte, Antwort an Meldende]
legal:
  license: EUPL-1.2
maintenance:
  type: internal
  contacts: [{{name: Rathaus}}]
localisation:
  localisationReady: true
  availableLanguages: [de]
"""


class World:
    """A loopback git server, a catalogue on an empty database, and a clock that stands still until it is moved."""

    def __init__(self, folder: Path, server: GitServer, root: Path) -> None:
        self.root = root
        self.server = server
        self.now = NOW
        port = int(server.base_url.rsplit(":", 1)[1])
        self.config = load({"ALLMENDE_DATA_DIR": str(folder)}).allowing(HostPort("127.0.0.1", port))
        migrate.upgrade(self.config.database_url)
        self.catalogue: Catalogue = open_catalogue(self.config, lambda: self.now)

    def publish(self, name: str, *commits: Commit) -> str:
        path = self.root / "stadt" / f"{name}.git"
        shutil.rmtree(path, ignore_errors=True)
        build(path, commits or [self.commit(name)])
        return self.url(name)

    def commit(self, name: str, days_ago: int = 10, **files: bytes) -> Commit:
        contents = {
            "publiccode.yml": PUBLICCODE.format(name=name).encode(),
            "LICENSE": LICENCE,
            "README.md": f"# {name}\n\nEine Anwendung der Stadt, mit der Menschen Mängel melden können.\n".encode(),
            "Dockerfile": b"FROM scratch\n",
        }
        return Commit(self.now - timedelta(days=days_ago), {**contents, **files}, tags=["v1.0"])

    def url(self, name: str) -> str:
        return f"{self.server.base_url}/stadt/{name}"

    def harvest(self, *urls: str, limit: int | None = None) -> Report:
        return self.catalogue.harvesting.run([], [(url, ForgeKind.GIT) for url in urls], limit)

    def item(self, report: Report, url: str) -> Item:
        items, _ = self.catalogue.store.items(report.run.id, 1, 100)
        return next(item for item in items if item.repository == url)

    def packs_sent(self) -> int:
        return sum(1 for method, path in self.server.requests if method == "POST" and path.endswith("git-upload-pack"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    root = tmp_path / "repositories"
    root.mkdir()
    with GitServer(root) as server:
        yield World(tmp_path / "data", server, root)


def test_a_repository_becomes_a_solution_that_is_found(world: World) -> None:
    url = world.publish("anliegen")
    report = world.harvest(url)
    assert report.run.state is RunState.DONE
    assert report.run.counts == {"new": 1}
    for words in ("Mängelmelder", "maengelmelder", "MÄNGELMELDER", "Strassenschaeden"):
        page = world.catalogue.finding.find(Query(text=words))
        assert [candidate.record.slug for candidate in page.candidates] == ["anliegen"], words
    record = world.catalogue.finding.solution("anliegen")
    assert record.solution.licence.expression == "EUPL-1.2"
    assert record.solution.licence.verdict is LicenceVerdict.CLEAR
    assert record.assessment.state is State.ACTIVE
    assert record.solution.repositories[0].url == url
    head = git(world.root / "stadt" / "anliegen.git", "rev-parse", "HEAD")
    name = next(value.fact for values in record.solution.fields.values() for value in values if value.fact.lang == "de")
    assert name.origin.commit == head
    assert drift(world.catalogue.store, world.catalogue.index) == type(
        drift(world.catalogue.store, world.catalogue.index)
    )((), (), ())


def test_an_unchanged_second_night_fetches_no_pack_and_writes_no_outbox_row(world: World) -> None:
    urls = [world.publish(f"anliegen-{number}") for number in range(5)]
    world.harvest(*urls)
    sent, position = world.packs_sent(), world.catalogue.store.outbox_position()
    world.now += timedelta(days=1)
    report = world.harvest(*urls)
    assert report.run.counts == {"unchanged": 5}
    assert world.packs_sent() == sent
    assert world.catalogue.store.outbox_position() == position


def test_newer_readers_read_every_repository_anew_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url = world.publish("anliegen")
    world.harvest(url)
    for version, sends in ((99, 1), (99, 0)):
        monkeypatch.setattr("registry.catalogue.reading.VERSION", version)
        sent = world.packs_sent()
        assert world.harvest(url).run.counts == {"unchanged": 1}
        assert (world.packs_sent() > sent) == bool(sends)


def test_only_the_changed_repository_is_read_again(world: World) -> None:
    urls = [world.publish(f"anliegen-{number}") for number in range(3)]
    world.harvest(*urls)
    changed = world.commit("anliegen-1", 2, **{"README.md": b"# Neu\n\nEin ganz neuer Text fuer Menschen.\n"})
    world.publish("anliegen-1", world.commit("anliegen-1"), changed)
    world.now += timedelta(days=1)
    assert world.harvest(*urls).run.counts == {"unchanged": 2, "changed": 1}


def test_time_alone_changes_the_state_of_life(world: World) -> None:
    url = world.publish("anliegen", Commit(NOW - timedelta(days=300), {"README.md": b"# Anliegen\n"}))
    world.harvest(url)
    assert world.catalogue.finding.solution("anliegen").assessment.state is State.ACTIVE
    world.now += timedelta(days=100)
    assert world.harvest(url).run.counts == {"unchanged": 1}
    assert world.catalogue.finding.solution("anliegen").assessment.state is State.QUIET
    found = world.catalogue.finding.find(Query(filters={"state": ("quiet",)}))
    assert found.total == 1


def test_a_vanished_repository_stays_until_it_said_gone_twice_a_week_apart(world: World) -> None:
    url = world.publish("anliegen")
    world.harvest(url)
    shutil.rmtree(world.root / "stadt" / "anliegen.git")
    for days in (1, 2):
        world.now += timedelta(days=days)
        report = world.harvest(url)
        assert world.item(report, url).status is ItemStatus.GONE
        assert world.item(report, url).rule == "repository-gone"
        assert world.catalogue.finding.find(Query()).total == 1
    world.now += timedelta(days=8)
    world.harvest(url)
    assert world.catalogue.finding.find(Query()).total == 0
    world.publish("anliegen")
    world.now += timedelta(days=1)
    world.harvest(url)
    assert [candidate.record.slug for candidate in world.catalogue.finding.find(Query()).candidates] == ["anliegen"]


def test_each_fault_has_an_item_that_says_why_and_the_rest_goes_on(world: World) -> None:
    good = world.publish("gut")
    empty(world.root / "stadt" / "leer.git")
    build(world.root / "stadt" / "ohne-zweig.git", [Commit(NOW, {"a": b"a"})], branch="anders")
    (world.root / "stadt" / "ohne-zweig.git" / "HEAD").write_text("ref: refs/heads/main\n")
    git(world.root / "stadt" / "ohne-zweig.git", "branch", "noch-einer", "anders")
    urls = [world.url(name) for name in ("gibt-es-nicht", "leer", "ohne-zweig")]
    elsewhere = "http://127.0.0.1:9/stadt/verboten"
    report = world.harvest(*urls, elsewhere, good)
    assert report.run.state is RunState.DONE
    found = {url: world.item(report, url) for url in (*urls, elsewhere, good)}
    assert [(item.status, item.rule) for item in found.values()] == [
        (ItemStatus.FAILED, "repository-gone"),
        (ItemStatus.FAILED, "repository-empty"),
        (ItemStatus.FAILED, "no-default-branch"),
        (ItemStatus.REFUSED, "fetch-refused-scheme"),
        (ItemStatus.NEW, None),
    ]


def test_a_file_that_breaks_leaves_a_solution_with_a_problem(world: World) -> None:
    broken = b"publiccodeYmlVersion: '0.4'\nname: [unclosed\n\tdescription: x\n"
    url = world.publish("anliegen", world.commit("anliegen", **{"publiccode.yml": broken}))
    report = world.harvest(url)
    item = world.item(report, url)
    assert item.status is ItemStatus.NEW
    assert item.problems >= 1
    record = world.catalogue.finding.solution("anliegen")
    assert any(problem.rule.startswith("publiccode-") for problem in record.solution.problems)
    assert record.solution.licence.expression == "EUPL-1.2"


def test_hostile_content_costs_one_file_and_no_identity_is_kept(world: World, tmp_path: Path) -> None:
    author = Author("Renate Geheim", "renate.geheim@stadt.example")
    deep = b"a: " + b"[" * 30_000
    files: dict[str | bytes, bytes | tuple[str, bytes]] = {
        "publiccode.yml": deep,
        "README.md": (SYMLINK, b"/etc/passwd"),
        "LICENSE": LICENCE,
    }
    url = world.publish("anliegen", Commit(NOW - timedelta(days=3), files, author=author))
    report = world.harvest(url)
    assert world.item(report, url).status is ItemStatus.NEW
    assert world.catalogue.finding.solution("anliegen").solution.licence.expression == "EUPL-1.2"
    database = (tmp_path / "data" / "allmende.sqlite").read_bytes()
    wal = tmp_path / "data" / "allmende.sqlite-wal"
    stored = database + (wal.read_bytes() if wal.exists() else b"")
    assert b"renate.geheim" not in stored.lower()
    assert b"root:x:" not in stored


def test_the_limit_bounds_the_repositories_visited(world: World) -> None:
    urls = [world.publish(f"anliegen-{number}") for number in range(4)]
    assert sum(world.harvest(*urls, limit=2).run.counts.values()) == 2


def test_testing_a_url_stores_nothing(world: World) -> None:
    url = world.publish("anliegen")
    visit = world.catalogue.harvesting.test(url, ForgeKind.GIT)
    assert isinstance(visit.fresh, Harvested)
    assert visit.fresh.solution.name == "anliegen"
    assert world.catalogue.store.count_solutions() == 0
    assert world.catalogue.store.runs(1, 10)[1] == 0


def test_two_harvests_at_once_are_refused(world: World) -> None:
    world.catalogue.store.begin_run(world.now)
    with pytest.raises(HarvestRunning):
        world.harvest(world.publish("anliegen"))
    world.now += timedelta(minutes=30)
    world.harvest(world.url("anliegen"))
    states = [run.state for run in world.catalogue.store.runs(1, 10)[0]]
    assert states == [RunState.DONE, RunState.INTERRUPTED]


def test_no_clone_stays_behind(world: World) -> None:
    world.harvest(*[world.publish(f"anliegen-{number}") for number in range(3)], world.url("fehlt"))
    assert not world.config.work_dir.exists() or list(world.config.work_dir.iterdir()) == []
