# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One product, many repositories, in the database: joined, parted, withdrawn, moved and decided, in any order."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise, permutations
from typing import Any

import pytest
from sqlalchemy import text

from registry.errors import InvalidInput, NotFound
from registry.model import (
    Body,
    BodyKind,
    Change,
    ChangeKind,
    Field,
    Harvested,
    Item,
    OutboxAction,
    Role,
)
from registry.storage import identities
from registry.storage.database import open_engine
from registry.storage.store import Store
from registry.storage.tables import metadata
from support.stored import DAY, NOW, change, commit_of, harvested, new

pytest_plugins = ("support.databases",)

Query = Callable[[str], list[tuple[Any, ...]]]
TOWN = "https://git.example/stadt/"
COUNTY = "https://forge.example/kreis/"
MAIN, FRONT, BACK = TOWN + "melder", TOWN + "melder-frontend", TOWN + "melder-backend"
OTHER = TOWN + "baumkataster"
MIRROR = COUNTY + "melder"


@pytest.fixture
def run_id(store: Store) -> str:
    return store.begin_run(NOW).id


def read(url: str, **rest: Any) -> tuple[Change, Item]:
    """A repository read for the first time, with its last name segment as its product's name."""
    return new(url, rest.pop("name", url.rpartition("/")[2]), **rest)


def again(url: str, at: int = 1, **rest: Any) -> tuple[Change, Item]:
    """The same repository read with another content, so many days later."""
    found: Harvested = harvested(url, rest.pop("name", url.rpartition("/")[2]), at=NOW + at * DAY, **rest)
    return change(ChangeKind.CHANGED, url, found, at=NOW + at * DAY)


def products(store: Store) -> dict[str, list[tuple[str, str, str]]]:
    """Slug -> (repository's name, role, reason) of all that is shown, as its document says."""
    records = store.solutions_by_id(store.solution_ids()).values()
    return {
        record.slug: [
            (part.url.removeprefix(TOWN), part.role.value, part.reason) for part in record.solution.repositories
        ]
        for record in records
    }


def linked(query: Query) -> list[tuple[Any, ...]]:
    """What the tables say of the same."""
    return query(
        "SELECT s.slug, r.url, l.role FROM solution_repository l JOIN repository r ON r.id = l.repository_id "
        "JOIN solution s ON s.id = l.solution_id WHERE s.withdrawn_at IS NULL ORDER BY s.slug, r.url"
    )


def drained(store: Store) -> set[tuple[str, OutboxAction]]:
    entries = store.outbox_pending(100)
    store.outbox_done([entry.seq for entry in entries])
    return {(entry.solution_id, entry.action) for entry in entries}


@pytest.mark.parametrize("order", list(permutations((MAIN, FRONT, BACK))))
@pytest.mark.parametrize("batch", [1, 3])
def test_parts_of_one_account_are_one_solution_in_any_order(
    store: Store, run_id: str, query: Query, order: tuple[str, ...], batch: int
) -> None:
    results = [read(url) for url in order]
    for start in range(0, 3, batch):
        store.save(run_id, results[start : start + batch], NOW)
    [(slug, parts)] = products(store).items()
    assert parts == [
        ("melder", "main", "own"),
        ("melder-backend", "back_end", "part-name"),
        ("melder-frontend", "front_end", "part-name"),
    ]
    assert linked(query) == [(slug, MAIN, "main"), (slug, BACK, "back_end"), (slug, FRONT, "front_end")]
    assert slug == "melder"
    # The first batch may have had to name it after a part.
    assert store.solution(order[0].rpartition("/")[2] if batch == 1 else slug).slug == slug
    assert [document.slug for document in store.all_documents()] == [slug]
    items, _ = store.items(run_id)
    assert {item.solution_slug for item in items} == {slug}


def test_a_part_that_changes_changes_the_product(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    before = store.solution("melder")
    drained(store)
    store.save(run_id, [again(FRONT, topics=["karte"])], NOW + DAY)
    after = store.solution("melder")
    assert Field.TOPICS not in before.solution.fields
    fact = after.solution.fields[Field.TOPICS][0].fact
    assert (fact.value, fact.origin.repository, fact.origin.path) == (["karte"], FRONT, "publiccode.yml")
    assert (after.first_seen_at, after.updated_at, after.checked_at) == (NOW, NOW + DAY, NOW + DAY)
    assert drained(store) == {(before.id, OutboxAction.UPSERT)}


def test_a_night_without_changes_writes_nothing_about_products(store: Store, run_id: str, query: Query) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    drained(store)
    tables = ("repository_identity", "repository_key", "solution_repository", "merge_log")
    before = [query(f"SELECT * FROM {table}") for table in tables]
    store.save(run_id, [change(ChangeKind.UNCHANGED, url) for url in (MAIN, FRONT, OTHER)], NOW + DAY)
    assert [query(f"SELECT * FROM {table}") for table in tables] == before
    assert drained(store) == set()
    assert store.solution("melder").checked_at == NOW + DAY


def test_solutions_that_come_together_lead_to_one(store: Store, run_id: str) -> None:
    store.save(run_id, [read(COUNTY + "kopie", name="Kopie"), read(MAIN)], NOW)
    copy, original = store.solution("kopie"), store.solution("melder")
    drained(store)
    store.save(run_id, [again(COUNTY + "kopie", name="Kopie", mirror_of=[MAIN])], NOW + DAY)
    record = store.solution("kopie")
    assert (record.id, record.slug) == (original.id, "melder")
    assert drained(store) == {(copy.id, OutboxAction.DELETE), (original.id, OutboxAction.UPSERT)}
    assert store.count_solutions() == 1
    [entry] = store.regroupings("kopie")
    assert (entry.former, entry.latter, entry.url, entry.other) == ("kopie", "melder", COUNTY + "kopie", MAIN)
    assert (entry.reason, entry.actor, entry.decided, entry.at) == ("mirror-of", "harvest", False, NOW + DAY)


def test_a_mirror_met_first_gives_its_product_a_name_that_leads_to_the_originals(store: Store, run_id: str) -> None:
    store.save(run_id, [read(COUNTY + "spiegel", name="Spiegel", mirror_of=[MAIN])], NOW)
    mirrored = store.solution("spiegel")
    store.save(run_id, [read(MAIN)], NOW + DAY)
    record = store.solution("spiegel")
    assert (record.id, record.slug, record.solution.name) == (mirrored.id, "melder", "melder")
    assert [document.slug for document in store.all_documents()] == ["melder"]
    assert [part.role for part in record.solution.repositories] == [Role.MAIN, Role.MIRROR]


def test_a_repository_that_no_longer_belongs_gets_its_own_solution_back(store: Store, run_id: str) -> None:
    kopie = COUNTY + "kopie"
    store.save(run_id, [read(kopie, name="Kopie")], NOW)
    store.save(run_id, [read(MAIN)], NOW)
    former = store.solution("kopie").id
    store.save(run_id, [again(kopie, name="Kopie", mirror_of=[MAIN])], NOW + DAY)
    assert store.solution("kopie").slug == "melder"
    drained(store)
    store.save(run_id, [again(kopie, 2, name="Kopie")], NOW + 2 * DAY)
    record = store.solution("kopie")
    assert (record.id, record.slug, record.first_seen_at) == (former, "kopie", NOW)
    assert set(products(store)) == {"melder", "kopie"}
    assert (former, OutboxAction.UPSERT) in drained(store)
    entry = store.regroupings("kopie")[0]
    assert (entry.action.value, entry.former, entry.latter, entry.url) == ("split", "melder", "kopie", kopie)
    assert entry.reason == "no-longer-related"


def test_a_repository_that_never_had_a_solution_gets_a_new_one(store: Store, run_id: str) -> None:
    kopie = COUNTY + "kopie"
    store.save(run_id, [read(MAIN), read(kopie, name="melder", mirror_of=[MAIN])], NOW)
    store.save(run_id, [again(kopie, name="melder")], NOW + DAY)
    assert set(products(store)) == {"melder", "melder-2"}
    assert store.solution("melder").solution.repositories[0].url == MAIN


def test_the_bridge_between_two_repositories_falls(store: Store, run_id: str) -> None:
    """A repository that was not read itself leaves, because what joined it to the others has changed."""
    bridge, far = COUNTY + "bruecke", "https://dritte.example/x/fern"
    store.save(run_id, [read(MAIN), read(far, name="Melder"), read(bridge, name="Bruecke")], NOW)
    store.save(run_id, [again(bridge, name="Bruecke", mirror_of=[MAIN, far])], NOW + DAY)
    assert [len(parts) for parts in products(store).values()] == [3]
    store.save(run_id, [again(bridge, 2, name="Bruecke", mirror_of=[MAIN])], NOW + 2 * DAY)
    assert sorted(len(parts) for parts in products(store).values()) == [1, 2]
    records = store.solutions_by_id(store.solution_ids()).values()
    assert [record.solution.repositories[0].url for record in records if record.slug != "melder"] == [far]
    assert store.solution("melder").slug == store.solution("bruecke").slug == "melder"


def test_the_same_name_of_two_publishers_is_no_reason(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN, name="Mängelmelder"), read(MIRROR, name="Mängelmelder")], NOW)
    assert set(products(store)) == {"maengelmelder", "maengelmelder-2"}


def test_the_publisher_is_that_of_the_main_repository(store: Store, run_id: str) -> None:
    for name, account in (("Stadt", TOWN), ("Kreis", COUNTY)):
        store.save_publisher(Body("", "", name, BodyKind.MUNICIPALITY, forge_organisations=(account.rstrip("/"),)))
    store.save(run_id, [read(MIRROR, mirror_of=[MAIN])], NOW)
    assert (publisher := store.solution("melder").publisher) is not None
    assert publisher.slug == "kreis"
    store.save(run_id, [read(MAIN)], NOW)
    assert (publisher := store.solution("melder").publisher) is not None
    assert publisher.slug == "stadt"


def test_a_publisher_known_later_brings_its_parts_together_the_next_night(store: Store, run_id: str) -> None:
    one, other = "https://a.example/x/klima-portal", "https://b.example/y/klima-rechner"
    suite = {"application_suite": "Klima", "software_type": "library"}
    store.save(run_id, [read(one, **suite), read(other, **suite)], NOW)
    assert store.count_solutions() == 2
    accounts = ("https://a.example/x", "https://b.example/y")
    store.save_publisher(Body("", "", "Stadt", BodyKind.MUNICIPALITY, forge_organisations=accounts))
    assert store.group_missing(NOW + DAY, "", 100) == (None, 0)
    assert store.count_solutions() == 1


# --- what goes, comes back and moves ----------------------------------------------------------------------------------


def test_a_withdrawn_main_repository_leaves_the_next_best_in_its_place(store: Store, run_id: str, query: Query) -> None:
    store.save(run_id, [read(MAIN), read(MIRROR, mirror_of=[MAIN])], NOW)
    solution_id = store.solution("melder").id
    store.save(run_id, [change(ChangeKind.GONE, MAIN)], NOW)
    assert len(products(store)["melder"]) == 2
    [saved] = store.save(run_id, [change(ChangeKind.WITHDRAWN, MAIN)], NOW + DAY)
    assert saved.slug is None
    record = store.solution("melder")
    assert (record.id, [part.url for part in record.solution.repositories]) == (solution_id, [MIRROR])
    assert linked(query) == [("melder", MIRROR, "main")]
    assert (record.failing_since, record.checked_at) == (None, NOW)
    store.save(run_id, [again(MAIN, 2)], NOW + 2 * DAY)
    record = store.solution("melder")
    assert (record.id, [part.url for part in record.solution.repositories]) == (solution_id, [MAIN, MIRROR])


def test_the_last_repository_takes_the_solution_along(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    solution_id = store.solution("melder").id
    store.save(run_id, [change(ChangeKind.WITHDRAWN, FRONT)], NOW)
    assert [part.url for part in store.solution("melder").solution.repositories] == [MAIN]
    drained(store)
    store.save(run_id, [change(ChangeKind.WITHDRAWN, MAIN)], NOW)
    with pytest.raises(NotFound):
        store.solution("melder")
    assert drained(store) == {(solution_id, OutboxAction.DELETE)}
    # A part that comes back alone has nobody to belong to; with the main one it is the old solution again.
    store.save(run_id, [again(FRONT)], NOW + DAY)
    store.save(run_id, [again(MAIN, 2)], NOW + 2 * DAY)
    assert store.solution("melder").id == solution_id
    assert [len(parts) for parts in products(store).values()] == [2]


def test_all_repositories_may_be_withdrawn_at_once(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    store.save(run_id, [change(ChangeKind.WITHDRAWN, url) for url in (FRONT, MAIN)], NOW)
    assert store.count_solutions() == 0
    store.save(run_id, [again(MAIN), again(FRONT)], NOW + DAY)
    assert [len(parts) for parts in products(store).values()] == [2]
    assert store.solution("melder").first_seen_at == NOW


def test_what_came_along_with_another_has_no_right_to_its_slug(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    first = store.solution("melder").id
    store.merge("baumkataster", "melder", "Ein Produkt", "operator", NOW)
    parted = store.split("baumkataster", FRONT, "Gehört nicht dazu", "operator", NOW)
    assert parted.parted == "melder-frontend"
    assert store.solution("melder").slug == "baumkataster"
    store.split("baumkataster", MAIN, "Auch nicht", "operator", NOW)
    assert (store.solution("melder").id, store.solution("melder").slug) == (first, "melder")


def test_a_withdrawn_repository_takes_no_part_until_it_is_read_again(store: Store, run_id: str, query: Query) -> None:
    """Whatever joined it: shared keys, the solution it was the last of, or a person."""
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    store.merge("melder", "baumkataster", "Ein Produkt", "operator", NOW)
    store.save(run_id, [change(ChangeKind.WITHDRAWN, OTHER)], NOW)
    assert linked(query) == [("melder", MAIN, "main"), ("melder", FRONT, "front_end")]
    store.save(run_id, [change(ChangeKind.WITHDRAWN, url) for url in (MAIN, FRONT)], NOW)
    assert (store.count_solutions(), query("SELECT * FROM repository_key")) == (0, [])
    store.save(run_id, [again(FRONT)], NOW + DAY)
    assert linked(query) == [("melder", FRONT, "main")]
    store.save(run_id, [again(OTHER)], NOW + DAY)
    assert {tuple(row[1:]) for row in linked(query)} == {(FRONT, "main"), (OTHER, "main")}
    store.save(run_id, [again(MAIN, 2)], NOW + 2 * DAY)
    assert linked(query) == [("melder", OTHER, "module"), ("melder", MAIN, "main"), ("melder", FRONT, "front_end")]
    assert [one.action for one in store.regroupings() if one.decided] == ["merge"]


def test_an_original_that_moved_keeps_its_mirrors(store: Store, run_id: str) -> None:
    """They name the old address, which is an alias now."""
    moved = "https://neu.example/stadt/melder"
    store.save(run_id, [read(MAIN), read(MIRROR, mirror_of=[MAIN])], NOW)
    store.save(run_id, [change(ChangeKind.UNCHANGED, moved, moved_from=MAIN)], NOW + DAY)
    record = store.solution("melder")
    assert [part.url for part in record.solution.repositories] == [moved, MIRROR]
    late = "https://dritte.example/x/melder"
    store.save(run_id, [read(late, mirror_of=[MAIN])], NOW + 2 * DAY)
    assert [part.url for part in store.solution("melder").solution.repositories] == [moved, late, MIRROR]


def test_a_move_onto_a_repository_of_the_same_product_leaves_one(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(MIRROR, mirror_of=[MAIN])], NOW)
    solution_id = store.solution("melder").id
    store.save(run_id, [change(ChangeKind.UNCHANGED, MIRROR, moved_from=MAIN)], NOW + DAY)
    record = store.solution("melder")
    assert (record.id, [(part.url, part.role) for part in record.solution.repositories]) == (
        solution_id, [(MIRROR, Role.MAIN)],
    )  # fmt: skip


def test_a_move_out_of_a_product_leaves_the_others_there(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    store.save(run_id, [change(ChangeKind.UNCHANGED, OTHER, moved_from=MAIN)], NOW + DAY)
    assert {part.url for part in store.solution("melder").solution.repositories} == {FRONT}
    assert {part.url for part in store.solution("baumkataster").solution.repositories} == {OTHER}


# --- what people decide -----------------------------------------------------------------------------------------------


def test_a_split_stays_whatever_is_read_again_and_a_merge_takes_it_back(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(BACK)], NOW)
    before = products(store)
    drained(store)
    done = store.split("melder", FRONT, "Ein anderes Produkt", "operator", NOW + DAY)
    assert (done.slug, done.parted, done.done) == ("melder", "melder-frontend", True)
    apart = products(store)
    assert {slug: [part[0] for part in parts] for slug, parts in apart.items()} == {
        "melder": ["melder", "melder-backend"],
        "melder-frontend": ["melder-frontend"],
    }
    assert {action for _, action in drained(store)} == {OutboxAction.UPSERT}
    store.save(run_id, [again(url, 2, topics=["neu"]) for url in (FRONT, MAIN, BACK)], NOW + 2 * DAY)
    assert products(store) == apart
    back = store.merge("melder", "melder-frontend", "Doch eines", "operator", NOW + 3 * DAY)
    assert (back.slug, back.done) == ("melder", True)
    assert products(store) == before
    assert store.solution("melder-frontend").slug == "melder"
    store.save(run_id, [again(url, 4, topics=["alt"]) for url in (BACK, FRONT, MAIN)], NOW + 4 * DAY)
    assert products(store) == before
    decided = [(entry.action.value, entry.url, entry.reason) for entry in store.regroupings("melder") if entry.decided]
    assert decided == [("merge", MAIN, "Doch eines"), ("split", FRONT, "Ein anderes Produkt")]


def test_a_merge_stays_and_a_split_takes_it_back(store: Store, run_id: str, query: Query) -> None:
    mirror = COUNTY + "baumkataster"
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER), read(mirror, mirror_of=[OTHER])], NOW)
    before, ids = products(store), {record.id for record in store.solutions_by_id(store.solution_ids()).values()}
    drained(store)
    done = store.merge("baumkataster", "melder", "Eine Anwendung", "operator", NOW + DAY)
    assert (done.slug, done.done) == ("baumkataster", True)
    assert {action for _, action in drained(store)} == {OutboxAction.UPSERT, OutboxAction.DELETE}
    [(slug, parts)] = products(store).items()
    assert slug == store.solution("melder").slug == "baumkataster"
    assert [(part[0], part[2]) for part in parts][:3] == [
        ("baumkataster", "own"), (mirror, "mirror-of"), ("melder", "decided")
    ]  # fmt: skip
    store.save(run_id, [*(again(url, 2) for url in (FRONT, MAIN, OTHER)), again(mirror, 2, mirror_of=[OTHER])], NOW)
    assert [len(parts) for parts in products(store).values()] == [4]
    back = store.split("baumkataster", MAIN, "Zwei Anwendungen", "operator", NOW + 3 * DAY)
    assert (back.slug, back.parted) == ("baumkataster", "melder")
    assert products(store) == before
    assert {record.id for record in store.solutions_by_id(store.solution_ids()).values()} == ids
    audited = query("SELECT actor, action, subject FROM audit_log ORDER BY id")
    assert audited == [("operator", "solution.merge", "baumkataster"), ("operator", "solution.split", "baumkataster")]


def automatic(store: Store) -> list[tuple[str, str | None, str | None, str]]:
    """The lines of the log that no person wrote, oldest first."""
    entries = [entry for entry in reversed(store.regroupings()) if not entry.decided]
    return [(entry.action.value, entry.url, entry.other, entry.reason) for entry in entries]


def test_what_comes_along_with_a_merge_or_a_split_is_not_told_as_related_to_the_others(
    store: Store, run_id: str
) -> None:
    cadastre_ui = OTHER + "-frontend"
    store.save(run_id, [read(COUNTY + "kodi"), read(OTHER), read(cadastre_ui)], NOW)
    before = automatic(store)
    assert before == [("merge", cadastre_ui, OTHER, "part-name")]
    assert store.merge("kodi", "baumkataster", "Eine Anwendung", "operator", NOW + DAY).done
    assert len(products(store)["kodi"]) == 3
    assert automatic(store) == before
    assert store.split("kodi", OTHER, "Zwei Anwendungen", "operator", NOW + 2 * DAY).parted == "baumkataster"
    assert len(products(store)["baumkataster"]) == 2
    assert automatic(store) == before


def test_a_line_of_the_log_names_the_two_that_the_rule_relates(store: Store, run_id: str) -> None:
    cadastre_ui, cadastre_api = OTHER + "-frontend", OTHER + "-backend"
    store.save(run_id, [read(COUNTY + "kodi"), read(OTHER), read(cadastre_ui)], NOW)
    store.merge("kodi", "baumkataster", "Eine Anwendung", "operator", NOW + DAY)
    store.save(run_id, [read(cadastre_api)], NOW + 2 * DAY)
    assert len(products(store)["kodi"]) == 4
    assert automatic(store)[-1] == ("merge", cadastre_api, OTHER, "part-name")


def test_parts_that_come_along_when_rules_join_are_no_news_but_their_main_one_is(store: Store, run_id: str) -> None:
    copy, copy_ui = COUNTY + "kopie", COUNTY + "kopie-frontend"
    store.save(
        run_id, [read(MAIN), read(copy, name="Kopie"), read(copy_ui, name="Kopie", software_type="library")], NOW
    )
    before = automatic(store)
    assert len(products(store)) == 2
    store.save(run_id, [again(copy, name="Kopie", mirror_of=[MAIN])], NOW + DAY)
    assert len(products(store)["melder"]) == 3
    assert automatic(store) == [*before, ("merge", copy, MAIN, "mirror-of")]


def test_a_split_of_what_rules_and_a_person_joined_parts_it_all_the_same(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    store.split("melder", FRONT, "a", "operator", NOW)
    store.merge("melder", "melder-frontend", "b", "operator", NOW)
    for turn in range(2):
        assert store.split("melder", FRONT, "c", "operator", NOW).done, turn
        assert set(products(store)) == {"melder", "melder-frontend"}
        store.merge("melder", "melder-frontend", "d", "operator", NOW)
        assert set(products(store)) == {"melder"}


def test_the_slug_stays_with_the_others_when_the_main_repository_is_taken_off(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(BACK)], NOW)
    solution_id = store.solution("melder").id
    done = store.split("melder", MAIN, "Gehört nicht dazu", "operator", NOW)
    assert (done.slug, done.parted) == ("melder", "melder-2")
    record = store.solution("melder")
    assert (record.id, {part.url for part in record.solution.repositories}) == (solution_id, {FRONT, BACK})


def test_deciding_twice_changes_nothing(store: Store, run_id: str, query: Query) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    store.split("melder", FRONT, "a", "operator", NOW)
    store.merge("melder", "baumkataster", "b", "operator", NOW)
    logged, before = query("SELECT count(*) FROM merge_log"), products(store)
    drained(store)
    again_split = store.split("melder", FRONT, "a", "operator", NOW)
    again_merged = store.merge("melder", "baumkataster", "b", "operator", NOW)
    assert (again_split.done, again_split.parted, again_merged.done) == (False, "melder-frontend", False)
    assert (query("SELECT count(*) FROM merge_log"), products(store), drained(store)) == (logged, before, set())


def test_what_cannot_be_decided_is_said(store: Store, run_id: str, query: Query) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: store.split("gibt-es-nicht", MAIN, "a", "operator", NOW), "solution-unknown"),
        (lambda: store.split("melder", OTHER, "a", "operator", NOW), "solution-not-its-repository"),
        (lambda: store.split("melder", TOWN + "unbekannt", "a", "operator", NOW), "solution-not-its-repository"),
        (lambda: store.split("baumkataster", OTHER, "a", "operator", NOW), "solution-only-repository"),
        (lambda: store.merge("melder", "melder", "a", "operator", NOW), "solution-same"),
        (lambda: store.merge("melder", "gibt-es-nicht", "a", "operator", NOW), "solution-unknown"),
        (lambda: store.regroupings("gibt-es-nicht"), "solution-unknown"),
    ]
    for act, rule in cases:
        with pytest.raises((InvalidInput, NotFound)) as raised:
            act()
        assert raised.value.rule == rule
    assert query("SELECT count(*) FROM audit_log") == [(0,)]


def test_an_old_slug_and_an_old_address_will_do(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT), read(OTHER)], NOW)
    store.merge("melder", "baumkataster", "a", "operator", NOW)
    store.save(run_id, [change(ChangeKind.UNCHANGED, TOWN + "melder-ui", moved_from=FRONT)], NOW)
    done = store.split("baumkataster", FRONT, "b", "operator", NOW)
    assert (done.slug, done.done) == ("melder", True)


def test_a_repository_to_take_off_may_be_spelt_otherwise_unless_two_are_meant(store: Store, run_id: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    assert store.split("melder", TOWN + "Melder-Frontend", "Grund", "operator", NOW).parted == "melder-frontend"
    twins = [f"https://git.example/{name}/wegewart" for name in ("eins", "Eins")]
    store.save(run_id, [read(url, commit="a" * 40) for url in twins], NOW)
    with pytest.raises(InvalidInput):
        store.split("wegewart", "https://git.example/EINS/wegewart", "Grund", "operator", NOW)
    assert store.split("wegewart", twins[1], "Grund", "operator", NOW).done


def test_a_decision_follows_a_repository_that_moves(store: Store, run_id: str) -> None:
    moved = TOWN + "oberflaeche"
    store.save(run_id, [read(MAIN), read(FRONT, name="melder")], NOW)
    store.split("melder", FRONT, "a", "operator", NOW)
    store.save(run_id, [change(ChangeKind.UNCHANGED, moved, moved_from=FRONT)], NOW + DAY)
    store.save(run_id, [again(moved, 2, name="melder", mirror_of=[MAIN])], NOW + 2 * DAY)
    assert sorted(len(parts) for parts in products(store).values()) == [1, 1]


def test_a_decision_is_taken_while_a_harvest_runs(store: Store, run_id: str, migrated_url: str) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    console = Store.open(migrated_url)
    assert console.split("melder", FRONT, "a", "operator", NOW).done
    console.close()
    store.save(run_id, [again(MAIN), again(FRONT), read(BACK)], NOW + DAY)
    assert [part[0] for part in products(store)["melder-frontend"]] == ["melder-frontend"]
    assert [part[0] for part in products(store)["melder"]] == ["melder", "melder-backend"]


# --- catalogues of before, and those that grow large ------------------------------------------------------------------


def forget_identities(url: str, *, version: bool = False) -> None:
    with open_engine(url, migrating=True).begin() as connection:
        if version:
            connection.execute(text("UPDATE repository_identity SET version = 0"))
            return
        connection.execute(text("DELETE FROM repository_key"))
        connection.execute(text("DELETE FROM repository_identity"))


def test_what_was_stored_before_is_compared_a_few_at_a_time(store: Store, run_id: str, migrated_url: str) -> None:
    urls = (MAIN, FRONT, BACK, OTHER)
    for url in urls:
        store.save(run_id, [read(url)], NOW)
        forget_identities(migrated_url)
    assert store.count_solutions() == 4
    left, after = [], ""
    while after is not None:
        after, remaining = store.group_missing(NOW + DAY, after, 3)  # type: ignore[assignment]
        left.append(remaining)
    assert left == [1, 0]
    assert sorted(len(parts) for parts in products(store).values()) == [1, 3]
    assert store.group_missing(NOW + DAY, "", 3) == (None, 0)
    # Nothing was looked at outside.
    assert {record.checked_at for record in store.solutions_by_id(store.solution_ids()).values()} == {NOW}


def test_new_rules_make_every_identity_anew(store: Store, run_id: str, migrated_url: str, query: Query) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    before = products(store)
    forget_identities(migrated_url, version=True)
    drained(store)
    assert store.group_missing(NOW + DAY, "", 100) == (None, 0)
    assert query("SELECT DISTINCT version FROM repository_identity") == [(identities.VERSION,)]
    assert (products(store), drained(store)) == (before, set())


def test_a_companion_stored_before_is_found_by_one_read_today(store: Store, run_id: str, migrated_url: str) -> None:
    store.save(run_id, [read(MAIN)], NOW)
    forget_identities(migrated_url)
    store.save(run_id, [again(MAIN), read(FRONT)], NOW + DAY)
    assert [len(parts) for parts in products(store).values()] == [2]


def test_what_too_many_share_joins_nobody_and_is_told(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(identities, "MOST", 5)
    spread = [read(f"https://git.example/a{n}/kopie", mirror_of=["https://fern.example/o/kopie"]) for n in range(7)]
    store.save(run_id, spread, NOW)
    assert store.count_solutions() == 7
    assert "7 repositories share 'place:fern.example/o/kopie': it joins nobody" in caplog.messages
    caplog.clear()
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    assert len(products(store)["melder"]) == 2
    assert caplog.messages == []


def test_a_chain_that_joins_too_many_is_cut_and_told(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(identities, "MOST", 5)
    urls = [f"https://git.example/a{n}/kopie" for n in range(7)]
    chain = [read(one, mirror_of=[other]) for one, other in pairwise(urls)]
    store.save(run_id, [*chain, read(urls[-1])], NOW)
    assert store.count_solutions() == 7
    [told] = [message for message in caplog.messages if "hang together" in message]
    assert told.startswith("more than 5 repositories hang together")


def test_what_files_declare_may_be_as_long_as_it_likes(store: Store, run_id: str) -> None:
    long = "https://git.example/" + "ä/" * 5_000
    store.save(run_id, [read(MAIN, upstream_url=long, mirror_of=[long, "\ud800"], application_suite="x" * 9_000)], NOW)
    assert store.solution("melder").solution.repositories[0].url == MAIN


def test_a_row_that_cannot_be_read_stops_no_batch(
    store: Store, run_id: str, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store.save(run_id, [read(MAIN), read(FRONT)], NOW)
    with open_engine(migrated_url, migrating=True).begin() as connection:
        connection.execute(
            text('UPDATE repository SET activity = \'{"commits": "viele"}\' WHERE url = :url'), {"url": FRONT}
        )
    store.save(run_id, [again(MAIN, topics=["neu"]), read(OTHER)], NOW + DAY)
    assert store.solution("baumkataster").solution.name == "baumkataster"
    assert Field.TOPICS not in store.solution("melder").solution.fields
    assert "is left out" in caplog.text
    store.save(run_id, [again(FRONT, 2)], NOW + 2 * DAY)
    assert Field.TOPICS in store.solution("melder").solution.fields


def test_the_same_commit_in_two_places_is_the_same(store: Store, run_id: str) -> None:
    commit = commit_of("both")
    store.save(run_id, [read(MAIN, commit=commit)], NOW)
    store.save(run_id, [read(COUNTY + "ganz-anders", name="melder", commit=commit)], NOW)
    assert [len(parts) for parts in products(store).values()] == [2]


@pytest.mark.parametrize("order", [(MAIN, FRONT), (FRONT, MAIN)])
def test_a_part_that_is_taken_off_is_called_after_itself(store: Store, run_id: str, order: tuple[str, str]) -> None:
    """Whether it had to lend its name to the product before the main repository was there, or not."""
    for url in order:
        store.save(run_id, [read(url)], NOW)
    assert store.split("melder", FRONT, "a", "operator", NOW).parted == "melder-frontend"
    assert store.solution("melder-frontend").solution.repositories[0].url == FRONT
    assert store.solution("melder").solution.repositories[0].url == MAIN


def crowd() -> list[dict[str, Any]]:
    """Repositories that belong together in every way, and some that do not."""
    hall, far = TOWN + "rathaus", "https://fern.example/o/"
    return [
        {"url": MAIN, "upstream_url": MAIN},
        {"url": FRONT},
        {"url": COUNTY + "melder", "mirror_of": [MAIN]},
        {"url": far + "melder-ui", "name": "melder", "upstream_url": MAIN},
        {"url": far + "spiegelung", "name": "Spiegelung", "commit": commit_of("same")},
        {"url": TOWN + "wegewart", "commit": commit_of("same")},
        {"url": TOWN + "wegewart-api"},
        {"url": hall + "-core", "name": "Rathaus Kern", "application_suite": "Rathaus"},
        {"url": hall, "name": "Rathaus", "application_suite": "Rathaus"},
        {"url": hall + "-karte", "name": "Karte", "application_suite": "Rathaus", "software_type": "library"},
        {"url": COUNTY + "rathaus", "name": "Rathaus"},
        {"url": OTHER, "mirror_of": [far + "baumkataster"]},
        {"url": far + "baumkataster", "mirror_of": [far + "baum"]},
        {"url": far + "baum"},
        {"url": far + "einzeln"},
    ]


def test_order_and_batches_do_not_matter(store: Store, migrated_url: str) -> None:
    outcomes = []
    for seed in range(8):
        with open_engine(migrated_url, migrating=True).begin() as connection:
            for name in reversed(metadata.sorted_tables):
                connection.execute(name.delete())
        run_id = store.begin_run(NOW + seed * DAY).id
        chance = random.Random(seed)
        wanted = crowd()
        chance.shuffle(wanted)
        at = 0
        while at < len(wanted):
            size = chance.randint(1, 6)
            store.save(run_id, [read(**repository) for repository in wanted[at : at + size]], NOW)
            at += size
        found = products(store)
        assert {document.slug for document in store.all_documents()} == set(found)
        # Where two were called alike before they came together, the number behind the slug tells who came first.
        outcomes.append(sorted((re.sub(r"-\d$", "", slug), parts) for slug, parts in found.items()))
    for outcome in outcomes[1:]:
        assert outcome == outcomes[0]
    assert max(len(parts) for _, parts in outcomes[0]) >= 4
