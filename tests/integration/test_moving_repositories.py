# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Repositories that move, come back, give their name away, break or turn private: nothing is lost, nothing flaps.

The forge is a fake by protocol (a table of what answers where); readers, rules, store and index are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path

import pytest

from harvesters.readers.reading import read_snapshot
from registry.catalogue.harvesting import Harvesting, Report
from registry.catalogue.registering import Registering
from registry.errors import Gone
from registry.model import (
    Activity,
    EntryKind,
    Field,
    ForgeFacts,
    ForgeKind,
    HostTraffic,
    Moved,
    NotModified,
    Page,
    Query,
    Reading,
    RepositoryRef,
    Snapshot,
    Source,
    SourceKind,
    TreeEntry,
)
from registry.search.index import open_index
from registry.storage import migrate
from registry.storage.deciding import Order
from registry.storage.store import Store

BASE = "https://forge.example/stadt/"
ORGANISATION = "https://forge.example/stadt"
GOOD = b"""publiccodeYmlVersion: "0.4"
name: Strassenbaum-Kataster
url: https://forge.example/stadt/baum
description:
  de:
    shortDescription: Baumkataster der Stadt
legal:
  license: EUPL-1.2
"""


@dataclass
class Here:
    """A repository that answers at its name."""

    readme: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    private: bool = False

    @property
    def contents(self) -> dict[str, bytes]:
        return {"README.md": f"# {self.readme}\n\nEin Werkzeug der Stadt: {self.readme}.\n".encode(), **self.files}

    @property
    def state(self) -> str:
        return sha1(repr(sorted(self.contents.items())).encode()).hexdigest()


@dataclass
class World:
    """What answers where: a repository, the name it redirects to, or nothing. It is forge, door and clock in one."""

    store: Store
    harvesting: Harvesting | None = None
    now: datetime = datetime(2026, 11, 22, 3, tzinfo=UTC)
    names: dict[str, Here | str] = field(default_factory=dict)
    taken: int = 0

    # --- the forge ---

    def list(self, url: str) -> Iterator[Page]:
        assert url == ORGANISATION
        yield Page(tuple(self._ref(name, found) for name, found in self.names.items() if isinstance(found, Here)))

    def repository(self, url: str) -> RepositoryRef:
        return RepositoryRef(url, f"{url}.git", ForgeKind.GIT)

    def snapshot(
        self, ref: RepositoryRef, known: str | None, now: datetime, history: object = None
    ) -> Snapshot | NotModified | Moved:
        found = self.names.get(ref.url.removeprefix(BASE))
        if found is None:
            raise Gone(ref.url)
        if isinstance(found, str):
            return Moved(ref, self.repository(BASE + found))
        if known == found.state:
            return NotModified(ref, found.state)
        self.taken += 1
        entries = tuple(TreeEntry(path, EntryKind.FILE, "0" * 40) for path in found.contents)
        at = self.now - timedelta(days=9)
        activity = Activity(now, 3, at, at, at, 3, 1)
        return Snapshot(ref, found.state, "main", now, found.state, entries, found.contents, activity)

    def _ref(self, name: str, found: Here) -> RepositoryRef:
        return replace(self.repository(BASE + name), facts=ForgeFacts(name=name, private=found.private))

    # --- the door ---

    def open_forge(self, kind: ForgeKind) -> World:
        return self

    def read(self, snapshot: Snapshot) -> tuple[Reading, ...]:
        return read_snapshot(snapshot)

    def sweep(self) -> int:
        return 0

    def traffic(self) -> tuple[HostTraffic, ...]:
        return ()

    # --- nights ---

    def add(self, url: str, kind: SourceKind) -> Source:
        source = Source(self.store.new_id(), url, kind, ForgeKind.GIT, self.now)
        return self.store.add_source(source)

    def night(self) -> Report:
        assert self.harvesting is not None
        self.now += timedelta(days=1)
        return self.harvesting.run(self.store.sources())

    def shown(self) -> dict[str, str]:
        """Repository name -> solution's name, of all that is shown."""
        records = self.store.solutions_by_id(self.store.solution_ids()).values()
        return {record.solution.repositories[0].url.removeprefix(BASE): record.solution.name for record in records}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'allmende.sqlite'}"
    migrate.upgrade(url)
    store = Store.open(url)
    made = World(store)

    @contextmanager
    def door() -> Iterator[World]:
        yield made

    index = open_index(f"whoosh://{tmp_path / 'index'}")
    made.harvesting = Harvesting(store, index, door, lambda: made.now, workers=2)  # type: ignore[arg-type]
    yield made
    store.close()


def test_a_moved_single_source_is_told_once_and_unchanged_afterwards(world: World) -> None:
    world.add(BASE + "alt", SourceKind.REPOSITORY)
    world.names = {"alt": Here("Anliegen")}
    assert world.night().run.counts == {"new": 1}
    world.names = {"alt": "neu", "neu": Here("Anliegen")}
    assert world.night().run.counts == {"moved": 1}
    assert world.shown() == {"neu": "Anliegen"}
    taken = world.taken
    for _ in range(2):
        assert world.night().run.counts == {"unchanged": 1}
    assert world.taken == taken


def test_after_a_move_every_origin_names_the_new_address(world: World) -> None:
    world.add(BASE + "alt", SourceKind.REPOSITORY)
    world.names = {"alt": Here("Anliegen")}
    world.night()
    world.names = {"alt": "neu", "neu": Here("Anliegen")}
    world.night()
    record = world.store.solution("anliegen")
    origins = {value.fact.origin.repository for values in record.solution.fields.values() for value in values}
    origins |= {signal.origin.repository for signal in record.assessment.signals if signal.origin}
    assert origins == {BASE + "neu"}


@pytest.mark.parametrize("kind", [SourceKind.ORGANISATION, SourceKind.REPOSITORY])
def test_a_name_given_anew_becomes_a_solution_of_its_own(world: World, kind: SourceKind) -> None:
    if kind is SourceKind.ORGANISATION:
        world.add(ORGANISATION, kind)
    else:
        world.add(BASE + "a", kind)
    world.names = {"a": Here("Erstes")}
    world.night()
    world.names = {"a": "b", "b": Here("Erstes")}
    world.night()
    if kind is SourceKind.REPOSITORY:
        world.add(BASE + "b", kind)
    world.names = {"a": Here("Zweites"), "b": Here("Erstes")}
    world.night()
    assert world.shown() == {"a": "Zweites", "b": "Erstes"}
    taken = world.taken
    for _ in range(2):
        assert world.night().run.counts == {"unchanged": 2}
    assert world.taken == taken


def test_a_repository_that_came_home_keeps_its_record_and_is_never_taken_for_gone(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {"a": Here("Erstes")}
    world.night()
    slug = world.store.solutions_by_id(world.store.solution_ids()).popitem()[1].slug
    world.names = {"a": "b", "b": Here("Erstes")}
    world.night()
    world.names = {"a": Here("Erstes")}
    for _ in range(12):
        report = world.night()
        assert "gone" not in report.run.counts
    assert world.shown() == {"a": "Erstes"}
    assert world.store.solution(slug).failing_since is None


def test_an_old_name_that_ends_says_nothing_about_the_repository(world: World) -> None:
    world.add(BASE + "a", SourceKind.REPOSITORY)
    world.names = {"a": Here("Erstes")}
    world.night()
    world.names = {"a": "b", "b": Here("Erstes")}
    world.night()
    world.names = {"b": Here("Erstes")}
    for _ in range(10):
        assert world.night().run.counts == {"unchanged": 1}
    assert world.shown() == {"b": "Erstes"}


def test_a_declaration_that_breaks_leaves_what_it_said_with_a_dated_problem(world: World) -> None:
    world.add(BASE + "baum", SourceKind.REPOSITORY)
    world.names = {"baum": Here("emoji", {"publiccode.yml": GOOD})}
    world.night()
    good = world.store.solution("strassenbaum-kataster")
    world.names = {"baum": Here("emoji", {"publiccode.yml": b"name: [broken\n  x: : :\n"})}
    world.night()
    broken = world.store.solution("strassenbaum-kataster")
    assert broken.solution.name == "Strassenbaum-Kataster"
    kept = broken.solution.fields[Field.SHORT_DESCRIPTION][0].fact
    assert kept.value == "Baumkataster der Stadt"
    assert kept.origin.commit == good.solution.repositories[0].commit
    rules = {problem.rule for problem in broken.solution.problems}
    assert {"last-good-shown", "publiccode-syntax"} <= rules
    day = good.solution.repositories[0].taken_at.date().isoformat()
    # The date is that of the good state, also when the file breaks again and again until its snapshot is gone.
    for number in range(5):
        told = world.store.solution("strassenbaum-kataster").solution.problems
        assert [found.params["date"] for found in told if found.rule == "last-good-shown"] == [day]
        world.names = {"baum": Here("emoji", {"publiccode.yml": b"name: [broken\n  x: : : %d\n" % number})}
        world.night()
    assert world.night().run.counts == {"unchanged": 1}
    world.names = {"baum": Here("emoji", {"publiccode.yml": GOOD.replace(b"Kataster", b"Verzeichnis")})}
    world.night()
    mended = world.store.solution("strassenbaum-kataster")
    assert mended.solution.name == "Strassenbaum-Verzeichnis"
    assert "last-good-shown" not in {problem.rule for problem in mended.solution.problems}


def test_a_declaration_that_was_deleted_is_gone(world: World) -> None:
    world.add(BASE + "baum", SourceKind.REPOSITORY)
    world.names = {"baum": Here("emoji", {"publiccode.yml": GOOD})}
    world.night()
    world.names = {"baum": Here("emoji")}
    world.night()
    assert world.shown() == {"baum": "emoji"}


def test_what_a_token_shows_of_private_repositories_stays_private(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {"geheim": Here("Geheim", private=True), "offen": Here("Offen")}
    report = world.night()
    assert report.run.counts == {"new": 1, "skipped": 1}
    items, _ = world.store.items(report.run.id, 1, 10)
    assert "geheim" not in str(items)
    assert world.shown() == {"offen": "Offen"}


def test_a_repository_that_turns_private_is_withdrawn_after_the_grace_period(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {"a": Here("Erstes"), "b": Here("Zweites")}
    world.night()
    world.names["a"] = Here("Erstes", private=True)
    assert world.night().run.counts == {"gone": 1, "unchanged": 1}
    assert len(world.shown()) == 2
    for _ in range(8):
        world.night()
    assert world.shown() == {"b": "Zweites"}
    world.names["a"] = Here("Erstes")
    world.night()
    assert len(world.shown()) == 2


def test_a_source_that_suddenly_lists_few_withdraws_nothing(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {f"r{number}": Here(f"Werkzeug {number}") for number in range(20)}
    world.night()
    everything = world.names
    world.names = dict(list(everything.items())[:3])
    for _ in range(10):
        report = world.night()
        assert [error.rule for error in report.run.errors] == ["source-shrunk"]
    assert len(world.shown()) == 20
    assert world.store.sources()[0].last_error == "source-shrunk"
    world.names = everything
    assert world.night().run.counts == {"unchanged": 20}
    assert world.store.sources()[0].last_error is None


def test_a_single_source_that_fails_says_so_until_it_works_again(world: World) -> None:
    added = world.add(BASE + "a", SourceKind.REPOSITORY)
    world.night()
    assert world.store.source(added.id).last_error == "repository-gone"
    world.names = {"a": Here("Erstes")}
    world.night()
    assert world.store.source(added.id).last_error is None


def test_one_query_finds_what_the_nights_left(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {"a": Here("Erstes")}
    world.night()
    world.names = {"a": "b", "b": Here("Erstes")}
    world.night()
    assert world.harvesting is not None
    found = world.harvesting._index.search(Query(text="erstes"))
    assert found.total == 1


def test_importing_a_publisher_adopts_the_source_that_was_there_before(world: World, tmp_path: Path) -> None:
    registering = Registering(world.store, lambda _: None, world.open_forge, lambda: world.now)  # type: ignore[arg-type]
    added = registering.add(BASE + "a")
    assert added.publisher_id is None
    file = tmp_path / "sources.toml"
    file.write_text(f'[[publisher]]\nname = "Stadt"\nkind = "municipality"\nrepositories = ["{BASE}a"]\n')
    assert registering.import_file(file).known == 1
    assert registering.source(added.id).publisher_id is not None


def test_a_blocked_repository_is_not_visited_and_stays_blocked_where_it_moves(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {"a": Here("Erstes"), "b": Here("Zweites")}
    world.night()
    world.store.blocking.block(BASE + "a", Order("Kein Code", "operator", world.now))
    taken = world.taken
    world.names["a"] = Here("Erstes, geändert")
    assert world.night().run.counts == {"unchanged": 1, "skipped": 1}
    assert (world.taken, world.shown()) == (taken, {"b": "Zweites"})
    # Listed under its new name before anybody can know whose it is, and hidden as soon as the old one leads there.
    world.names = {"a": "c", "c": Here("Erstes, geändert"), "b": Here("Zweites")}
    world.night()
    for _ in range(2):
        assert world.shown() == {"b": "Zweites"}
        assert [one.url for one in world.store.blocking.all()] == [BASE + "c"]
        assert world.night().run.counts == {"unchanged": 1, "skipped": 1}


def test_a_blocked_repository_that_ends_is_forgotten_by_nobody(world: World) -> None:
    world.add(ORGANISATION, SourceKind.ORGANISATION)
    world.names = {"a": Here("Erstes"), "b": Here("Zweites")}
    world.night()
    world.store.blocking.block(BASE + "a", Order("Kein Code", "operator", world.now))
    del world.names["a"]
    for _ in range(10):
        world.night()
    world.names["a"] = Here("Erstes")
    world.night()
    assert world.shown() == {"b": "Zweites"}


@pytest.mark.parametrize(("count", "left"), [(12, 5), (12, 0), (3, 0)])
def test_a_source_that_lists_far_fewer_is_not_believed_until_somebody_says_so(
    world: World, count: int, left: int
) -> None:
    source = world.add(ORGANISATION, SourceKind.ORGANISATION)
    everything: dict[str, Here | str] = {f"n{number}": Here(f"Werkzeug {number}") for number in range(count)}
    world.names = dict(everything)
    world.night()
    world.names = dict(list(everything.items())[:left])
    for failures in (1, 2):
        report = world.night()
        assert [error.rule for error in report.run.errors] == ["source-shrunk"]
        now = world.store.source(source.id)
        assert (now.last_listed, now.failures, now.last_error) == (count, failures, "source-shrunk")
        assert len(world.shown()) == count
        assert "gone" not in report.run.counts
    world.store.accept_count(source.id)
    report = world.night()
    assert report.run.errors == ()
    assert report.run.counts.get("gone") == count - left
    assert (world.store.source(source.id).last_listed, world.store.source(source.id).failures) == (left, 0)
    assert len(world.shown()) == count
    world.names = dict(everything)
    world.night()
    assert len(world.shown()) == count


def test_a_declared_number_counts_from_the_first_night(world: World) -> None:
    world.store.add_source(
        Source("", ORGANISATION, SourceKind.ORGANISATION, ForgeKind.GIT, world.now, expected=8)
    )  # fmt: skip
    world.names = {f"n{number}": Here(f"Werkzeug {number}") for number in range(6)}
    report = world.night()
    assert [error.rule for error in report.run.errors] == ["source-shrunk"]
    # What is listed is visited all the same; only what is missing proves nothing.
    assert report.run.counts == {"new": 6}
