# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lists taken into the register on both databases: once, again, in a newer state, killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.bodies.plans import Proof
from registry.catalogue.enrolling import Enrolling, Report
from registry.errors import InvalidInput
from registry.model import Body, BodyEventKind, BodyKeys, BodyKind, BodyNameKind, BodyOrigin, OutboxAction
from registry.search.sync import sync
from registry.search.whoosh_index import WhooshIndex
from registry.storage.store import Store
from support.gv_lines import AS_OF, LATER, county, land, municipality, text
from support.gv_states import after, before, renamed
from support.stored import NOW, new, url_of

pytest_plugins = ("support.databases",)

Query = Callable[[str], list[tuple[Any, ...]]]
EVERYTHING = (
    "SELECT id, slug, name, kind, designation, own_title, ars, ags, keys_as_of, parent_id, population, area, origin,"
    " successor_id, dissolved_on, updated_at FROM body ORDER BY id",
    "SELECT id, body_id, name, kind, until, key FROM body_name ORDER BY id",
    "SELECT domain, body_id FROM body_domain ORDER BY domain, body_id",
    "SELECT id, body_id, kind, target_id, region FROM body_relation ORDER BY id",
    "SELECT id, body_id, kind, as_of FROM body_event ORDER BY id",
    "SELECT slug, body_id FROM body_slug ORDER BY slug",
    "SELECT id, action FROM audit_log ORDER BY id",
)


@pytest.fixture
def enrolling(store: Store) -> Enrolling:
    return Enrolling(store, lambda: NOW)


@pytest.fixture
def take(enrolling: Enrolling, tmp_path: Path) -> Callable[..., Report]:
    def run(lines: list[str], **options: Any) -> Report:
        path = tmp_path / "GV100AD.txt"
        path.write_bytes(text(lines))
        return enrolling.import_gv100ad(path, **options)

    return run


def state(query: Query) -> list[list[tuple[Any, ...]]]:
    return [query(statement) for statement in EVERYTHING]


def named(store: Store, name: str) -> Body:
    """The one present body of this name."""
    (found,) = [body for body in store.bodies.known() if body.name == name and body.dissolved_on is None]
    return found


def gone(store: Store, name: str) -> Body:
    (found,) = [body for body in store.bodies.known() if body.name == name and body.dissolved_on is not None]
    return found


# --- one list ---


def test_a_list_becomes_bodies_with_parents_names_and_slugs(store: Store, take: Callable[..., Report]) -> None:
    report = take(before())
    assert len(report.plan.added) == report.read == 19
    ulm, village = named(store, "Ulm"), named(store, "Oberdorf")
    assert (ulm.slug, ulm.title, ulm.keys.ars, ulm.origin) == (
        "ulm", "Universitätsstadt Ulm", "084210000000", BodyOrigin.GV100AD,
    )  # fmt: skip
    assert [body.name for body in store.bodies.ancestors(village.id)] == ["Mustertal", "Musterkreis", "Rheinland-Pfalz"]
    assert named(store, "Neustadt am Bach").slug == "neustadt-am-bach"
    assert named(store, "Musterkreis").slug == "musterkreis"
    assert named(store, "Mustertal").slug == "verbandsgemeinde-mustertal"
    assert {name.name for name in ulm.names} == {"Ulm", "Universitätsstadt Ulm", "Ulm, Universitätsstadt"}


def test_the_same_list_again_changes_no_row(store: Store, take: Callable[..., Report], query: Query) -> None:
    take(before())
    first = state(query)
    again = take(before())
    assert again.plan.empty
    assert again.plan.unchanged == 19
    assert state(query) == first


def test_a_dry_run_tells_the_same_and_writes_nothing(store: Store, take: Callable[..., Report], query: Query) -> None:
    take(before())
    first = state(query)
    told = take(after(), dry_run=True)
    assert state(query) == first
    done = take(after())
    assert told.dry_run
    assert [one.body.name for one in told.plan.added] == [one.body.name for one in done.plan.added]
    assert [(one.before.id, one.events) for one in told.plan.changed] == [
        (one.before.id, one.events) for one in done.plan.changed
    ]
    assert [one.body.id for one in told.plan.dissolved] == [one.body.id for one in done.plan.dissolved]


def test_names_that_occur_twice_get_a_county_or_a_land(store: Store, take: Callable[..., Report]) -> None:
    take(
        [
            land("07", "Rheinland-Pfalz"),
            land("08", "Baden-Württemberg"),
            county("07198", "Musterkreis"),
            municipality("07198001", "0001", "Neustadt", 100, 50_000),
            municipality("07198002", "0002", "Neustadt", 100, 300),
            municipality("07198003", "0003", "Neustadt", 100, 200),
            municipality("08999001", "0001", "Neustadt", 100, 100),
            municipality("08999002", "0002", "Neustadt", 100, 90),
        ]
    )
    slugs = [body.slug for body in sorted(store.bodies.known(), key=lambda body: -(body.population or 0))]
    assert slugs[:5] == [
        "neustadt", "neustadt-musterkreis", "neustadt-rheinland-pfalz", "neustadt-baden-wuerttemberg",
        "gemeinde-neustadt",
    ]  # fmt: skip


# --- a newer state ---


def test_mergers_by_areas_into_a_known_and_into_a_new_body(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    report = take(after())
    into = {one.body.name: (one.successor_id, one.evidence and one.evidence.proof) for one in report.plan.dissolved}
    assert into == {
        "Oberdorf": (named(store, "Musterstadt").id, Proof.AREAS),
        "Bergheim": (named(store, "Bergcron").id, Proof.AREAS),
        "Cronheim": (named(store, "Bergcron").id, Proof.AREAS),
        "Ehrenheim": (None, None),
    }
    old = gone(store, "Oberdorf")
    assert (old.dissolved_on, old.successor_id) == ("2026-06-30", named(store, "Musterstadt").id)
    assert [event.kind for event in store.bodies.events(old.id)] == [BodyEventKind.MERGED]
    (absorbed,) = store.bodies.events(named(store, "Musterstadt").id)
    assert absorbed.kind is BodyEventKind.ABSORBED
    assert absorbed.as_of == "2026-06-30"
    assert absorbed.detail == {
        "other": "oberdorf", "evidence": {"proof": "areas", "dissolved": 700, "gained": 700},
    }  # fmt: skip


def test_an_unclear_merger_stays_unknown(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    take(after())
    split = gone(store, "Ehrenheim")
    assert (split.successor_id, split.dissolved_on) == (None, "2026-06-30")
    assert [event.kind for event in store.bodies.events(split.id)] == [BodyEventKind.DISSOLVED]


def test_a_reform_of_counties_keeps_the_bodies(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    ids = {name: named(store, name).id for name in ("Altheim", "Dornheim", "Beispielkreis")}
    take(after())
    assert {name: named(store, name).id for name in ids} == ids
    moved = named(store, "Altheim")
    assert (moved.keys.ars, moved.keys.ags, moved.parent_id) == ("072000001001", "07200001", ids["Beispielkreis"])
    (event,) = store.bodies.events(moved.id)
    assert (event.kind, event.detail) == (
        BodyEventKind.REKEYED,
        {
            "before": {"ars": "071990001001", "ags": "07199001"},
            "after": {"ars": "072000001001", "ags": "07200001"},
        },
    )


def test_a_new_name_keeps_the_old_one_and_the_slug(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    report = take(renamed())
    body = named(store, "Schönblick")
    assert body.slug == "unterdorf"
    former = [name for name in body.names if name.kind is BodyNameKind.FORMER]
    assert [(name.name, name.until) for name in former] == [("Unterdorf", "2026-06-30")]
    assert [event.kind for event in store.bodies.events(body.id)] == [BodyEventKind.RENAMED]
    assert [one.after.name for one in report.plan.changed if one.events] == ["Schönblick"]


def test_a_newer_list_a_second_time_changes_no_row(store: Store, take: Callable[..., Report], query: Query) -> None:
    take(before())
    take(after())
    first = state(query)
    assert take(after()).plan.empty
    assert state(query) == first


def test_an_older_list_is_refused(store: Store, take: Callable[..., Report], query: Query) -> None:
    take(after())
    first = state(query)
    with pytest.raises(InvalidInput) as caught:
        take(before())
    assert (caught.value.rule, caught.value.subject, caught.value.detail) == ("list-older", "2025-12-31", "2026-06-30")
    assert state(query) == first


def test_a_list_of_one_land_dissolves_nothing_elsewhere(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    take([land("08", "Baden-Württemberg", LATER), municipality("08421000", "0000", "Ulm", 1, 2, "62", LATER)])
    assert not [body for body in store.bodies.known() if body.dissolved_on]


def test_a_part_of_a_land_dissolves_nothing(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    report = take([line for line in before() if "Musterstadt" in line or "Unterdorf" in line])
    assert report.plan.partial == (("DE-RP", "local"),)
    assert not [body for body in store.bodies.known() if body.dissolved_on]


def test_a_list_that_lacks_too_much_is_refused_unless_accepted(
    store: Store, take: Callable[..., Report], query: Query
) -> None:
    def lines(*missing: int) -> list[str]:
        numbers = [number for number in range(1, 41) if number not in missing]
        return [municipality(f"07198{number:03d}", "0001", f"Ort {number}", 100, 100) for number in numbers]

    take(lines())
    first = state(query)
    with pytest.raises(InvalidInput) as caught:
        take(lines(1, 2, 3, 4, 5))
    assert (caught.value.rule, caught.value.detail) == ("list-shrinks", "5 / 40")
    assert state(query) == first
    assert take(lines(1, 2, 3, 4, 5), dry_run=True).refused
    take(lines(1, 2, 3, 4, 5), accept=True)
    assert len([body for body in store.bodies.known() if body.dissolved_on]) == 5
    # They come back once a right list has them again.
    take(lines())
    assert not [body for body in store.bodies.known() if body.dissolved_on]


def test_what_a_person_merged_is_not_undone_by_the_list(
    store: Store, take: Callable[..., Report], query: Query
) -> None:
    take(before())
    store.bodies.merge(named(store, "Unterdorf").id, named(store, "Musterstadt").id, NOW)
    first = state(query)
    # A list from before it has the body still, and is right.
    assert take(before()).plan.still_listed == ()
    assert state(query) == first
    report = take([line.replace(AS_OF, LATER, 1) for line in before()])
    assert [entry.name for entry, _ in report.plan.still_listed] == ["Unterdorf"]
    assert gone(store, "Unterdorf").successor_id == named(store, "Musterstadt").id


# --- what publishers had ---


def test_what_belonged_to_a_merged_body_belongs_to_its_successor(
    store: Store, take: Callable[..., Report], tmp_path: Path
) -> None:
    take(before())
    village, town = named(store, "Oberdorf"), named(store, "Musterstadt")
    run = store.begin_run(NOW)
    store.save(run.id, [new(url_of(1), "Mängelmelder")], NOW, publisher_id=village.id)
    (found,) = store.solutions_by_id(store.solution_ids()).values()
    assert found.publisher is not None
    assert found.publisher.name == "Oberdorf"
    index = WhooshIndex(tmp_path / "index")
    sync(store, index)
    assert store.outbox_size() == 0
    take(after())
    (found,) = store.solutions_by_id(store.solution_ids()).values()
    assert found.publisher is not None
    assert found.publisher.id == town.id
    assert [(one.solution_id, one.action) for one in store.outbox_pending(9)] == [(found.id, OutboxAction.UPSERT)]
    (document,) = store.documents([found.id])
    assert document.publisher == town.slug
    # The old address and the old name lead to the successor.
    assert store.bodies.successor(store.bodies.by_slug("oberdorf")) == named_plain(store, "Musterstadt")


def named_plain(store: Store, name: str) -> Body:
    return store.bodies.by_ids([named(store, name).id])[named(store, name).id]


def test_accounts_domains_and_children_move_too(store: Store, take: Callable[..., Report], query: Query) -> None:
    take(before())
    village, town = named(store, "Oberdorf"), named(store, "Musterstadt")
    store.save_publisher(
        Body(village.id, village.slug, "Oberdorf", BodyKind.MUNICIPALITY, "DE", keys=village.keys,
             forge_organisations=("https://github.com/oberdorf",))
    )  # fmt: skip
    take(after())
    assert query(f"SELECT url FROM body_account WHERE body_id = '{town.id}'") == [("https://github.com/oberdorf",)]
    assert query(f"SELECT body_id FROM body_slug WHERE slug = '{village.slug}'") == [(town.id,)]


# --- the register that was there before ---


def test_a_publisher_known_by_name_becomes_the_official_body(store: Store, take: Callable[..., Report]) -> None:
    known = store.save_publisher(
        Body("", "", "Musterstadt", BodyKind.MUNICIPALITY, "DE", uri="https://muster.example")
    )  # fmt: skip
    take(before())
    body = named(store, "Musterstadt")
    assert (body.id, body.slug, body.keys.ars, body.kind) == (known.id, "musterstadt", "071980001001", BodyKind.TOWN)
    assert (body.uri, body.origin) == ("https://muster.example", BodyOrigin.GV100AD)


def test_a_publisher_known_by_key_keeps_how_it_calls_itself(store: Store, take: Callable[..., Report]) -> None:
    known = store.save_publisher(
        Body("", "", "Rosenstadt Musterstadt", BodyKind.MUNICIPALITY, "DE", keys=BodyKeys(ags="07198001"))
    )  # fmt: skip
    take(before())
    body = named(store, "Musterstadt")
    assert (body.id, body.title) == (known.id, "Rosenstadt Musterstadt")
    take(after())
    assert named(store, "Musterstadt").title == "Rosenstadt Musterstadt"


def test_a_name_that_two_have_recognises_nobody(store: Store, take: Callable[..., Report]) -> None:
    known = store.save_publisher(Body("", "", "Neustadt", BodyKind.MUNICIPALITY, "DE"))
    take(
        [
            municipality("07198001", "0001", "Neustadt", 100, 500),
            municipality("08999001", "0001", "Neustadt", 100, 100),
        ]
    )
    assert store.bodies.by_ids([known.id])[known.id].keys.ars is None


# --- tables ---


def test_a_table_adds_and_fills_in_and_leads_nowhere_the_list_leads(
    store: Store, take: Callable[..., Report], enrolling: Enrolling, tmp_path: Path, query: Query
) -> None:
    take(before())
    path = tmp_path / "own.csv"
    path.write_text(
        "name;kind;ars;land;own_title;domains;serves;population\n"
        "Muster-Stadt;Gemeinde;071980001001;;Rosenstadt Musterstadt;www.muster.example;;1\n"
        "Kommunale IT Muster;it_provider;;DE-RP;;kit.example;DE-RP|07198;\n",
        encoding="utf-8",
    )
    report = enrolling.import_table(path)
    assert len(report.plan.added) == 1
    town = named(store, "Musterstadt")
    assert (town.own_title, town.kind, town.population, town.domains) == (
        "Rosenstadt Musterstadt", BodyKind.TOWN, 21000, ("muster.example",),
    )  # fmt: skip
    provider = named(store, "Kommunale IT Muster")
    served = {(one.target_id, one.region) for one in store.bodies.relations(provider.id)}
    assert served == {(None, "DE-RP"), (named(store, "Musterkreis").id, None)}
    first = state(query)
    assert enrolling.import_table(path).plan.empty
    assert take(before()).plan.empty
    assert state(query) == first


def test_a_table_says_what_became_a_part_of_what(
    store: Store, take: Callable[..., Report], enrolling: Enrolling, tmp_path: Path
) -> None:
    take(before())
    path = tmp_path / "own.csv"
    path.write_text("name,kind,ars,predecessors\nMusterstadt,Stadt,071980001001,07198003\n", encoding="utf-8")
    enrolling.import_table(path)
    assert gone(store, "Unterdorf").successor_id == named(store, "Musterstadt").id


def test_an_ambiguous_row_without_a_key_is_left_out(
    store: Store, take: Callable[..., Report], enrolling: Enrolling, tmp_path: Path
) -> None:
    take(
        [
            municipality("07198001", "0001", "Neustadt", 100, 500),
            municipality("07199001", "0001", "Neustadt", 100, 100),
        ]
    )
    path = tmp_path / "own.csv"
    path.write_text("name,kind,land\nNeustadt,Stadt,DE-RP\n", encoding="utf-8")
    report = enrolling.import_table(path)
    assert [one.entry.name for one in report.plan.unclear] == ["Neustadt"]
    assert len(store.bodies.known()) == 2


# --- the shipped core ---


def test_the_core_is_loaded_once(store: Store, enrolling: Enrolling, query: Query) -> None:
    assert enrolling.import_core()
    assert len(store.bodies.known()) > 10_000
    assert not enrolling.import_core()
    first = state(query)
    # Also where it is taken in again, as a newer version would be.
    enrolling.import_core(force=True)
    assert state(query) == first


def test_the_official_list_over_the_core(store: Store, enrolling: Enrolling, take: Callable[..., Report]) -> None:
    enrolling.import_core()
    ulm = next(body for body in store.bodies.known() if body.keys.ags == "08421000")
    take(before(), accept=True)
    now = next(body for body in store.bodies.known() if body.keys.ags == "08421000")
    assert (now.id, now.slug, now.place, now.area) == (ulm.id, ulm.slug, ulm.place, 11868)
    assert now.origin is BodyOrigin.GV100AD


# --- files that cannot be read ---


def test_a_folder_and_what_is_not_there(enrolling: Enrolling, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", Path("/dev/null"), Path("/proc/self/mem"), Path("a\x00b")):
        with pytest.raises(InvalidInput) as caught:
            enrolling.import_file(path)
        assert caught.value.rule == "input-unreadable"


def test_fifty_megabytes_of_garbage_are_not_read_to_the_end(enrolling: Enrolling, tmp_path: Path) -> None:
    path = tmp_path / "garbage"
    with path.open("wb") as stream:
        stream.truncate(50 * 2**20)
    with pytest.raises(InvalidInput) as caught:
        enrolling.import_file(path)
    assert caught.value.rule == "list-too-large"


# --- a process that dies ---

CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from registry.catalogue.enrolling import Enrolling
from registry.storage.store import Store

def die(done, total):
    if done >= 5:
        print("in the middle", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

store = Store.open(sys.argv[1])
Enrolling(store, lambda: datetime.now(UTC)).import_file(Path(sys.argv[2]), progress=die)
"""


def test_killed_in_the_middle_leaves_nothing_half(
    store: Store, take: Callable[..., Report], migrated_url: str, tmp_path: Path, query: Query
) -> None:
    take(before())
    first = state(query)
    path = tmp_path / "newer.txt"
    path.write_bytes(text(after()))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, migrated_url, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "in the middle\n"), done.stderr
    assert state(query) == first
    assert len(take(after()).plan.dissolved) == 4


def test_merging_by_hand_uses_the_same_rules(store: Store, take: Callable[..., Report]) -> None:
    take(before())
    take(after())
    old = gone(store, "Ehrenheim")
    store.bodies.merge(old.id, named(store, "Dornheim").id, NOW)
    ended = store.bodies.by_ids([old.id])[old.id]
    assert (ended.successor_id, ended.dissolved_on) == (named(store, "Dornheim").id, "2026-06-30")


# --- a small list beside a core that has all of the Land ---


def small(as_of: str, *rows: tuple[str, str, int, int]) -> list[str]:
    return [municipality(f"07198{number}", f"0{number}", name, area, people, as_of=as_of)
            for number, name, area, people in rows]  # fmt: skip


SMALL = (("901", "Musterau", 500, 900), ("902", "Musterberg", 300, 400), ("903", "Mustertal", 200, 350),
         ("904", "Musterfeld", 250, 300), ("905", "Musterhain", 150, 100))  # fmt: skip
SMALL_LATER = (("901", "Musterau", 800, 1300), ("904", "Musterfeld", 250, 300), ("906", "Musterneu", 350, 450))


def test_a_newer_state_of_a_small_list_merges_over_the_core(
    store: Store, take: Callable[..., Report], enrolling: Enrolling
) -> None:
    enrolling.import_core()
    known = {body.id for body in store.bodies.known()}
    assert take(small(AS_OF, *SMALL)).plan.dissolved == ()
    report = take(small(LATER, *SMALL_LATER))
    into = {one.body.name: one.successor_id for one in report.plan.dissolved}
    town, made = named(store, "Musterau").id, named(store, "Musterneu").id
    assert into == {"Musterberg": town, "Mustertal": made, "Musterhain": made}
    assert report.plan.partial == (("DE-RP", "local"),)
    assert not [body for body in store.bodies.known() if body.id in known and body.dissolved_on]


def test_a_list_that_lacks_much_of_the_core_is_taken_and_ends_nothing(
    store: Store, take: Callable[..., Report], enrolling: Enrolling, tmp_path: Path
) -> None:
    enrolling.import_core()
    saarland = [body for body in store.bodies.known() if body.land == "DE-SL" and body.keys.ags is not None]
    listed = [
        municipality(body.keys.ags or "", (body.keys.ars or "")[5:9] or "0000", body.name, 100, 100)
        for body in saarland[: len(saarland) * 3 // 4]
    ]
    report = take(listed)
    assert (report.plan.dissolved, report.plan.shrinks) == ((), ())
    assert report.plan.partial == (("DE-SL", "local"),)
    missing = len(saarland) - len(listed)
    assert len(take(listed, accept=True).plan.dissolved) == missing > 3
