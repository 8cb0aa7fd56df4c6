# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finding on a real database and a real index, and when a catalogue says that it is ready."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.catalogue.enrolling import Enrolling
from registry.catalogue.finding import Finding
from registry.errors import IndexUnreadable, NotFound, SchemaMismatch
from registry.model import (
    Body,
    BodyKind,
    ChangeKind,
    FacetValue,
    ForgeKind,
    Item,
    ItemStatus,
    Query,
    RunState,
    Sort,
    Source,
    SourceKind,
)
from registry.search.index import Index, open_index
from registry.search.sync import drift, rebuild, sync
from registry.storage import migrate
from registry.storage.store import Store
from support import stored
from support.stored import DAY, NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/catalogue.sqlite"
    migrate.upgrade(url)
    opened = Store.open(url)
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return open_index(f"whoosh://{tmp_path}/index")


@pytest.fixture
def finding(store: Store, index: Index) -> Finding:
    return Finding(store, index)


def _harvest(store: Store, *names: str, demo: bool = False, state: RunState = RunState.DONE) -> str:
    """One run that finds these solutions, all of one publisher; its id."""
    body = store.save_publisher(Body("", "", "Stadt Musterhausen", BodyKind.MUNICIPALITY, "DE"))
    run = store.begin_run(NOW, demo=demo)
    changes = [stored.new(stored.url_of(name.casefold()), name, categories=["blog"]) for name in names]
    store.save(run.id, changes, NOW, publisher_id=body.id)
    store.end_run(run.id, state, NOW + DAY)
    return run.id


def _add_demo_source(store: Store) -> None:
    url = "http://127.0.0.1:9/stadt"
    store.add_source(Source("", url, SourceKind.REPOSITORY, ForgeKind.GIT, NOW, demo=True))


def test_found_solutions_come_with_their_records(store: Store, index: Index, finding: Finding) -> None:
    _harvest(store, "Mängelmelder", "Hundesteuer")
    sync(store, index)
    page = finding.find(Query(text="Maengelmelder"))
    (candidate,) = page.candidates
    assert (page.total, candidate.record.slug) == (1, "maengelmelder")
    assert candidate.score > 0
    assert candidate.highlights["name"] == "\ue000Mängelmelder\ue001"
    assert not page.relaxed
    assert finding.find(Query(text="Mängelmelder Einhorn")).relaxed


def test_facets_and_publisher(store: Store, index: Index, finding: Finding) -> None:
    _harvest(store, "Mängelmelder", "Hundesteuer")
    sync(store, index)
    counts = {
        name: {value.value: value.count for value in values} for name, values in finding.find(Query()).facets.items()
    }
    assert counts["publisher"] == {"stadt-musterhausen": 2}
    assert counts["country"] == {"DE": 2}
    assert counts["category"] == {"blog": 2}
    assert finding.publisher("stadt-musterhausen").name == "Stadt Musterhausen"
    assert finding.publisher_solutions("stadt-musterhausen").total == 2
    assert finding.publisher_solutions("stadt-musterhausen", 2).candidates == ()
    assert finding.publisher_solutions("stadt-anderswo").total == 0


def test_a_saved_search_follows_a_publisher_into_its_successor(store: Store, index: Index, finding: Finding) -> None:
    _harvest(store, "Mängelmelder", "Hundesteuer")
    gone = store.publisher("stadt-musterhausen")
    kept = store.save_publisher(Body("", "neustadt", "Neustadt", BodyKind.TOWN, "DE", land="DE-TH", population=23_000))
    sync(store, index)
    assert finding.find(Query()).facets["size"] == ()
    assert store.bodies.merge(gone.id, kept.id, NOW)
    assert sync(store, index) == 2
    assert not drift(store, index)
    page = finding.find(Query(filters={"publisher": (gone.slug,), "land": ("DE-TH",), "size": ("medium",)}))
    assert page.total == 2
    assert page.query.filters["publisher"] == (kept.slug,)
    assert page.facets["publisher"] == (FacetValue(kept.slug, 2),)
    assert page.facets["kind"] == (FacetValue("town", 2),)
    both = finding.find(Query(filters={"publisher": (kept.slug, gone.slug, "nobody")}))
    assert (both.total, both.query.filters["publisher"]) == (2, (kept.slug, "nobody"))


def test_what_a_list_tells_of_a_publisher_reaches_the_facets(
    store: Store, index: Index, finding: Finding, tmp_path: Path
) -> None:
    _harvest(store, "Mängelmelder", "Hundesteuer")
    sync(store, index)
    assert finding.find(Query()).facets["land"] == ()
    table = tmp_path / "bodies.csv"
    table.write_text("name;kind;ags;land;population\nStadt Musterhausen;Stadt;05999001;DE-NW;19999\n", encoding="utf-8")
    # The operator's table may know the key that the file of sources left open.
    Enrolling(store, lambda: NOW).import_file(table)
    assert sync(store, index) == 2
    assert not drift(store, index)
    for facet, value in (("land", "DE-NW"), ("kind", "town"), ("size", "small")):
        assert finding.find(Query()).facets[facet] == (FacetValue(value, 2),)
        assert finding.find(Query(filters={facet: (value,)})).total == 2
    table.write_text(table.read_text(encoding="utf-8").replace("19999", "20000"), encoding="utf-8")
    Enrolling(store, lambda: NOW).import_file(table)
    sync(store, index)
    assert finding.find(Query()).facets["size"] == (FacetValue("medium", 2),)


def test_what_was_withdrawn_since_the_last_sync_is_not_shown(store: Store, index: Index, finding: Finding) -> None:
    _harvest(store, "Mängelmelder", "Hundesteuer")
    sync(store, index)
    run = store.begin_run(NOW + DAY)
    store.save(run.id, [stored.change(ChangeKind.WITHDRAWN, stored.url_of("hundesteuer"))], NOW + DAY)
    store.end_run(run.id, RunState.DONE, NOW + DAY)
    assert [candidate.record.slug for candidate in finding.find(Query()).candidates] == ["maengelmelder"]
    sync(store, index)
    assert finding.find(Query()).total == 1
    assert not drift(store, index)


def test_drift_between_database_and_index(store: Store, index: Index) -> None:
    _harvest(store, "Mängelmelder", "Hundesteuer")
    sync(store, index)
    run = store.begin_run(NOW + DAY)
    url = stored.url_of("hundesteuer")
    fresh = stored.harvested(url, "Hundesteuer neu")
    store.save(run.id, [stored.change(ChangeKind.CHANGED, url, fresh)], NOW + DAY)
    store.outbox_done([entry.seq for entry in store.outbox_pending(100)])
    found = drift(store, index)
    assert (found.missing, found.extra, len(found.stale)) == ((), (), 1)
    rebuild(store, index)
    assert not drift(store, index)


def test_an_empty_catalogue_is_an_empty_page_without_an_index(finding: Finding) -> None:
    page = finding.find(Query(text="Karte"))
    assert (page.total, page.candidates, page.facets) == (0, (), {})
    assert finding.figures().solutions == 0
    assert finding.figures().last_run is None


def test_a_missing_index_is_told_where_there_are_solutions(store: Store, finding: Finding) -> None:
    _harvest(store, "Mängelmelder")
    with pytest.raises(IndexUnreadable):
        finding.find(Query())


def test_figures(store: Store, index: Index, finding: Finding) -> None:
    done = _harvest(store, "Mängelmelder", "Hundesteuer")
    store.end_run(store.begin_run(NOW + DAY).id, RunState.FAILED, NOW + DAY)
    sync(store, index)
    figures = finding.figures()
    assert (figures.solutions, figures.publishers, figures.countries) == (2, 1, 1)
    assert figures.last_run is not None
    assert figures.last_run.id == done


def test_single_records_and_runs(store: Store, index: Index, finding: Finding) -> None:
    run_id = _harvest(store, "Mängelmelder")
    sync(store, index)
    assert finding.solution("maengelmelder").solution.name == "Mängelmelder"
    assert finding.run(run_id).state is RunState.DONE
    assert [run.id for run in finding.runs()[0]] == [run_id]
    items, total = finding.items(run_id, status=ItemStatus.NEW)
    assert (total, [item.solution_slug for item in items]) == (1, ["maengelmelder"])
    assert finding.items(run_id, status=ItemStatus.FAILED) == ([], 0)
    for missing in (finding.solution, finding.publisher, finding.run):
        with pytest.raises(NotFound):
            missing("gibt-es-nicht")


def test_sorting_by_name_follows_the_database(store: Store, index: Index, finding: Finding) -> None:
    _harvest(store, "Zebra", "Ärztekarte", "apfel")
    sync(store, index)
    page = finding.find(Query(sort=Sort.NAME))
    assert [candidate.record.solution.name for candidate in page.candidates] == ["apfel", "Ärztekarte", "Zebra"]


# --- readiness ---


def test_ready_only_with_a_current_index(store: Store, index: Index, finding: Finding) -> None:
    assert "no index" in " ".join(finding.readiness().reasons)
    sync(store, index)
    assert finding.readiness().ready
    _harvest(store, "Mängelmelder")
    assert finding.readiness().reasons == ("1 changes wait for the index",)
    sync(store, index)
    assert finding.readiness().ready


def test_not_ready_when_the_index_stands_elsewhere(store: Store, index: Index, finding: Finding) -> None:
    _harvest(store, "Mängelmelder")
    store.outbox_done([entry.seq for entry in store.outbox_pending(100)])
    index.rebuild([], 0)
    assert "position 0" in finding.readiness().reasons[0]
    sync(store, index)
    assert finding.readiness().ready


@pytest.mark.parametrize("known_by", ["process", "question", "source"])
def test_with_the_demonstration_its_first_harvest_must_have_ended(store: Store, index: Index, known_by: str) -> None:
    finding = Finding(store, index, demo=known_by == "process")
    asked = True if known_by == "question" else None
    if known_by == "source":
        _add_demo_source(store)
    sync(store, index)
    before = finding.readiness(asked)
    assert (before.ready, before.demo, before.demo_harvested) == (False, True, False)
    _harvest(store, "Mängelmelder", demo=True, state=RunState.INTERRUPTED)
    _harvest(store, "Hundesteuer")
    sync(store, index)
    assert not finding.readiness(asked).ready
    _harvest(store, "Zebra", demo=True)
    sync(store, index)
    after = finding.readiness(asked)
    assert (after.ready, after.demo, after.demo_harvested) == (True, True, True)


def test_an_old_demonstration_run_is_still_found(store: Store, index: Index) -> None:
    _harvest(store, "Mängelmelder", demo=True)
    for number in range(60):
        store.end_run(store.begin_run(NOW + number * DAY).id, RunState.DONE, NOW + number * DAY)
    sync(store, index)
    assert Finding(store, index, demo=True).readiness().ready


def test_readiness_never_raises(tmp_path: Path, index: Index) -> None:
    unmigrated = Store.open(f"sqlite:///{tmp_path}/unmigrated.sqlite")
    readiness = Finding(unmigrated, index).readiness()
    unmigrated.close()
    assert not readiness.ready
    assert "schema-mismatch" in readiness.reasons[0]


def test_the_schema_is_checked_until_it_fits_and_not_at_every_question(store: Store, index: Index) -> None:
    sync(store, index)
    answers = iter([SchemaMismatch("db", "older"), None])
    asked: list[object] = []

    def check() -> None:
        answer = next(answers)
        asked.append(answer)
        if answer is not None:
            raise answer

    finding = Finding(store, index, check_schema=check)
    assert [finding.readiness().ready for _ in range(3)] == [False, True, True]
    assert len(asked) == 2


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_schema_that_no_longer_fits_is_noticed(store: Store, index: Index) -> None:
    sync(store, index)
    clock, fits = _Clock(), [True]

    def check() -> None:
        if not fits[0]:
            raise SchemaMismatch("db", "newer")

    finding = Finding(store, index, check_schema=check, clock=clock)
    assert finding.readiness().ready
    fits[0] = False
    clock.now = 4.9
    assert finding.readiness().ready
    clock.now = 5.0
    assert "newer" in finding.readiness().reasons[0]
    fits[0] = True
    assert finding.readiness().ready


def _drop_solutions(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DROP TABLE solution")
        connection.commit()


def _replace_by_a_copy(path: Path) -> None:
    copy = path.with_suffix(".copy")
    shutil.copyfile(path, copy)
    copy.replace(path)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_drop_solutions, "no such table"),
        (_replace_by_a_copy, "removed or replaced"),
        (Path.unlink, "removed or replaced"),
        (lambda path: shutil.rmtree(path.parent), "removed or replaced"),
    ],
)
def test_later_damage_of_the_database_is_noticed(
    tmp_path: Path, index: Index, damage: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "db" / "catalogue.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    store = Store.open(f"sqlite:///{path}")
    clock = _Clock()
    finding = Finding(store, index, clock=clock)
    sync(store, index)
    assert finding.readiness().ready
    damage(path)
    clock.now = 5.0
    readiness = finding.readiness()
    store.close()
    assert not readiness.ready
    assert reason in readiness.reasons[0]


def test_figures_count_what_the_search_finds(store: Store, index: Index, finding: Finding) -> None:
    sync(store, index)
    _harvest(store, "Mängelmelder")
    figures = finding.figures()
    assert (figures.solutions, figures.publishers, figures.countries) == (0, 0, 0)
    assert finding.find(Query()).total == 0
    sync(store, index)
    figures = finding.figures()
    assert (figures.solutions, figures.publishers, figures.countries) == (1, 1, 1)


def test_items_without_a_solution(store: Store, finding: Finding) -> None:
    run = store.begin_run(NOW)
    item = Item("https://git.example/leer", ItemStatus.FAILED, "repository-empty", {"subject": "x"}, at=NOW)
    store.save(run.id, [(None, item)], NOW)
    assert finding.items(run.id)[0] == [replace(item, solution_slug=None)]
