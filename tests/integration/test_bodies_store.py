# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register as it is read, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from registry.errors import InvalidInput, NotFound
from registry.model import Body, BodyEventKind, BodyKind, BodyQuery, BodySort, Place, RelationKind, SizeClass
from registry.storage import tables
from registry.storage.database import open_engine
from registry.storage.store import Store
from support import registers
from support.registers import AMT, BERN, GONE, NEUSTADT_BW, NEUSTADT_SH, PROVIDER, SH, ULM, VILLAGE, put
from support.stored import NOW, new

pytest_plugins = ("support.databases",)

MANY = 24_000


@pytest.fixture
def full(store: Store, migrated_url: str) -> Store:
    put(migrated_url)
    return store


def slugs(bodies: Any) -> list[str]:
    return [body.slug for body in bodies]


def published(store: Store, *urls: str) -> None:
    run = store.begin_run(NOW)
    store.save(run.id, [new(url, name=url.rpartition("/")[2]) for url in urls], NOW)


# --- one body ---


def test_a_body_comes_with_all_that_is_known_of_it(full: Store) -> None:
    assert full.bodies.by_slug("ulm") == ULM
    assert full.bodies.by_slug("bern").keys == BERN.keys


def test_an_unknown_slug(full: Store) -> None:
    with pytest.raises(NotFound):
        full.bodies.by_slug("nirgends")


def test_a_former_slug_leads_to_the_body(full: Store, migrated_url: str) -> None:
    engine = open_engine(migrated_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(insert(tables.body_slug).values(slug="stadt-ulm", body_id=ULM.id))
    assert full.bodies.by_slug("stadt-ulm") == ULM


def test_one_that_has_ended_is_given_itself_with_who_follows(full: Store) -> None:
    gone = full.bodies.by_slug("altdorf")
    assert gone.slug == "altdorf"
    following = full.bodies.successor(gone)
    assert following is not None
    assert following.slug == VILLAGE.slug
    assert full.bodies.successor(following) is None
    assert slugs(full.bodies.predecessors(VILLAGE.id)) == ["altdorf"]


def test_a_circle_of_successors_ends(store: Store, migrated_url: str) -> None:
    one, other = registers.german("eins", "Eins"), registers.german("zwei", "Zwei")
    put(migrated_url, [replace(one, successor_id=other.id), replace(other, successor_id=one.id)], [])
    assert store.bodies.successor(store.bodies.by_slug("eins")) is not None


@pytest.mark.parametrize(
    ("key", "scheme", "found"),
    [
        ("084210000000", None, ["ulm"]),
        ("08421000", None, ["ulm"]),
        ("08421", None, ["ulm"]),
        ("01990", None, ["musterkreis"]),
        ("019905001", None, ["amt-mustersee"]),
        ("08", None, ["baden-wuerttemberg"]),
        ("351", None, ["bern"]),
        ("351", "bfs", ["bern"]),
        ("351", "istat", []),
        ("99999", None, []),
        ("01990009", None, ["altdorf"]),
        ("", None, []),
    ],
)
def test_by_key(full: Store, key: str, scheme: str | None, found: list[str]) -> None:
    assert slugs(full.bodies.by_key(key, scheme)) == found


def test_of_two_with_one_key_the_living_comes_first(store: Store, migrated_url: str) -> None:
    former = replace(ULM, id="a", slug="a-ulm", parent_id=None, forge_organisations=(), dissolved_on="2020-01-01")
    put(migrated_url, [former, replace(ULM, parent_id=None)], [])
    assert slugs(store.bodies.by_key("08421000")) == ["ulm", "a-ulm"]


# --- several ---


def test_known_has_all_with_names_domains_and_accounts(full: Store) -> None:
    known = {body.slug: body for body in full.bodies.known()}
    assert len(known) == len(registers.REGISTER)
    assert known["ulm"] == ULM
    assert known["altdorf"].successor_id == VILLAGE.id


def test_by_ids_gives_those_that_exist(full: Store) -> None:
    assert slugs(full.bodies.by_ids([ULM.id, None, "nobody"]).values()) == ["ulm"]


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("ulm.de", ["ulm"]),
        ("WWW.Ulm.de.", ["ulm"]),
        ("amt-mustersee.example", ["amt-mustersee", "musterdorf"]),
        ("neu-ulm.de", []),
        ("de", []),
        ("", []),
    ],
)
def test_by_domain(full: Store, domain: str, found: list[str]) -> None:
    assert full.bodies.by_domain(domain) == found


# --- pages ---


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (BodyQuery(lands=("DE-BW",)), ["baden-wuerttemberg", "neustadt-bw", "ulm"]),
        (BodyQuery(kinds=(BodyKind.TOWN,)), ["bern", "neustadt-sh", "ulm"]),
        (BodyQuery(kinds=(BodyKind.TOWN, BodyKind.COUNTY), lands=("DE-SH",)), ["musterkreis", "neustadt-sh"]),
        (BodyQuery(sizes=(SizeClass.LARGE,)), ["bern", "ulm"]),
        (BodyQuery(sizes=(SizeClass.RURAL, SizeClass.SMALL)), ["musterdorf", "neustadt-sh"]),
        (BodyQuery(countries=("CH",)), ["bern"]),
        (BodyQuery(parent_id=AMT.id), ["musterdorf"]),
        (BodyQuery(text="neustadt"), ["neustadt-bw", "neustadt-sh"]),
        (BodyQuery(text="NEU"), ["neustadt-bw", "neustadt-sh"]),
        (BodyQuery(text="stadt"), ["neustadt-bw", "neustadt-sh", "ulm"]),
        (BodyQuery(text="Stadt Ulm"), ["ulm"]),
        (BodyQuery(text="kreis muster"), ["amt-mustersee", "muster-it", "musterdorf", "musterkreis"]),
        (BodyQuery(text="?"), []),
        (BodyQuery(text="Universitätsstadt"), ["ulm"]),
        (BodyQuery(text="mustersee amt"), ["amt-mustersee"]),
        (BodyQuery(text="mit"), ["muster-it"]),
        (BodyQuery(text="01990"), ["amt-mustersee", "musterdorf", "musterkreis", "neustadt-sh"]),
        (BodyQuery(text="08 4 21 0000 000"), ["ulm"]),
        (BodyQuery(text="%"), []),
        (BodyQuery(text="altdorf"), []),
        (BodyQuery(text="altdorf", dissolved=True), ["altdorf"]),
        (BodyQuery(publishes=True), []),
    ],
)
def test_filters(full: Store, query: BodyQuery, found: list[str]) -> None:
    page = full.bodies.page(query)
    assert slugs(page.bodies) == found
    assert page.total == len(found)


def test_pages_follow_one_another(full: Store) -> None:
    every = slugs(full.bodies.page(BodyQuery(per_page=100)).bodies)
    assert len(every) == len(registers.REGISTER) - 1
    paged = [slugs(full.bodies.page(BodyQuery(per_page=3, page=number)).bodies) for number in range(1, 6)]
    assert [slug for page in paged for slug in page] == every
    assert full.bodies.page(BodyQuery(per_page=3, page=99)).total == len(every)


def test_the_counts_of_a_facet_say_what_another_value_would_give(full: Store) -> None:
    facets = full.bodies.page(BodyQuery(lands=("DE-SH",), sizes=(SizeClass.SMALL,))).facets
    assert facets["size"] == {"rural": 1, "small": 1}
    assert facets["land"] == {"DE-SH": 1}
    assert facets["kind"] == {"town": 1}
    assert full.bodies.page(BodyQuery()).facets["country"] == {"CH": 1, "DE": 9}


def test_sorting(full: Store) -> None:
    by_size = slugs(full.bodies.page(BodyQuery(sort=BodySort.POPULATION)).bodies)
    assert by_size[:4] == ["bern", "ulm", "neustadt-sh", "musterdorf"]
    published(full, "https://github.com/stadtulm/maengel")
    assert slugs(full.bodies.page(BodyQuery(sort=BodySort.SOLUTIONS)).bodies)[0] == "ulm"


BY_NAME = (
    "Ahrensburg",
    "Äpfingen",
    "Azendorf",
    "Bad Tölz",
    "Badenweiler",
    "Bärnau",
    "Burglengenfeld",
    "Übersee",
    "Ulm",
)


@pytest.mark.parametrize("sort", BodySort)
def test_umlauts_stand_where_their_letters_stand(store: Store, migrated_url: str, sort: BodySort) -> None:
    ordered = list(BY_NAME)
    ids = {name: f"ort-{number}" for number, name in enumerate(reversed(ordered))}
    above = registers.german("kreis", "Zwischenkreis", BodyKind.COUNTY)
    put(migrated_url, [above, *(registers.german(ids[name], name, parent_id=above.id) for name in ids)], [])
    assert [one.name for one in store.bodies.page(BodyQuery(sort=sort)).bodies] == [*ordered, above.name]
    assert [one.name for one in store.bodies.children(above.id)] == ordered


def test_size_classes_are_those_of_the_model(store: Store, migrated_url: str) -> None:
    edges = [0, 1, 4_999, 5_000, 19_999, 20_000, 99_999, 100_000, 4_000_000]
    bodies = [registers.german(f"ort-{people}", f"Ort {people}", population=people) for people in edges]
    put(migrated_url, bodies, [])
    for size in SizeClass:
        expected = sorted(body.slug for body in bodies if body.size_class is size)
        assert sorted(slugs(store.bodies.page(BodyQuery(sizes=(size,))).bodies)) == expected


# --- relations ---


def test_what_belongs_to_what(full: Store) -> None:
    assert slugs(full.bodies.children(AMT.id)) == ["musterdorf"]
    assert slugs(full.bodies.ancestors(VILLAGE.id)) == ["amt-mustersee", "musterkreis", "schleswig-holstein"]
    assert slugs(full.bodies.ancestors(SH.id)) == []
    assert slugs(full.bodies.members(PROVIDER.id)) == ["musterkreis"]


def test_relations_are_found_from_both_ends(full: Store) -> None:
    assert [one.kind for one in full.bodies.relations(PROVIDER.id)] == [
        RelationKind.SERVES,
        RelationKind.SERVES,
        RelationKind.MEMBER,
    ]
    [served] = full.bodies.relations(ULM.id)
    assert (served.body_id, served.source_url) == (PROVIDER.id, "https://muster-it.example/kunden")


@pytest.mark.parametrize(
    ("body", "served"), [(ULM, True), (VILLAGE, True), (NEUSTADT_BW, False), (BERN, False), (PROVIDER, False)]
)
def test_who_serves_a_body(full: Store, body: Body, served: bool) -> None:
    assert slugs(full.bodies.providers(body.id)) == (["muster-it"] if served else [])


def test_a_circle_of_parents_ends(store: Store, migrated_url: str) -> None:
    one, other = registers.german("eins", "Eins"), registers.german("zwei", "Zwei")
    put(migrated_url, [replace(one, parent_id=other.id), replace(other, parent_id=one.id)], [])
    assert store.bodies.ancestors(one.id)


# --- what they publish ---


def test_what_a_body_publishes(full: Store) -> None:
    published(full, "https://github.com/stadtulm/maengel", "https://github.com/stadtulm/Baum", "https://x.example/a/b")
    assert [one.name for one in full.bodies.solutions(ULM.id)] == ["Baum", "maengel"]
    assert full.bodies.published([ULM.id, BERN.id]) == {ULM.id: 2}
    page = full.bodies.page(BodyQuery(publishes=True))
    assert slugs(page.bodies) == ["ulm"]
    assert page.published == {ULM.id: 2}
    assert "ulm" not in slugs(full.bodies.page(BodyQuery(publishes=False)).bodies)
    assert full.bodies.state().unresolved == 1


def test_what_was_withdrawn_is_not_counted(full: Store, query: Callable[[str], Any], migrated_url: str) -> None:
    published(full, "https://github.com/stadtulm/maengel")
    engine = open_engine(migrated_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(tables.solution.update().values(withdrawn_at=NOW))
    assert full.bodies.published([ULM.id]) == {}
    assert full.bodies.solutions(ULM.id) == []
    assert full.bodies.page(BodyQuery(publishes=True)).total == 0


def test_points_of_a_map(full: Store) -> None:
    published(full, "https://github.com/stadtulm/maengel")
    [ulm] = full.bodies.points(BodyQuery(publishes=True))
    assert (ulm.slug, ulm.title, ulm.solutions) == ("ulm", "Stadt Ulm", 1)
    assert (ulm.latitude, ulm.longitude) == (48.4, 9.99)
    assert slugs(full.bodies.points(BodyQuery(lands=("DE-SH",), per_page=1))) == ["musterdorf", "neustadt-sh"]


# --- the register itself ---


def test_the_state_of_the_register(full: Store) -> None:
    state = full.bodies.state()
    assert (state.bodies, state.keyed, state.unreconciled) == (10, 8, 0)
    assert (state.keys_as_of, state.oldest_keys_as_of) == (registers.AS_OF, registers.AS_OF)
    assert state.core_version is None


def test_an_empty_register(store: Store) -> None:
    assert store.bodies.known() == []
    assert store.bodies.page(BodyQuery()).total == 0
    assert store.bodies.points(BodyQuery()) == []
    assert store.bodies.state().bodies == 0


def test_the_version_of_the_core_is_remembered(store: Store) -> None:
    store.bodies.set_core_version("a")
    store.bodies.set_core_version("b")
    assert store.bodies.core_version() == "b"


def test_a_register_of_the_size_of_germany_is_read_whole(store: Store, migrated_url: str) -> None:
    bodies = [
        registers.german(
            f"ort-{number}", f"Ort {number}", BodyKind.MUNICIPALITY, ars=f"{number:012d}", place=Place(50.0, 10.0)
        )
        for number in range(MANY)
    ]
    put(migrated_url, bodies, [])
    assert len(store.bodies.known()) == MANY
    assert store.bodies.page(BodyQuery(text="Ort 12", lands=("DE-BW",))).total > 50


# --- merging ---


def test_a_merge_moves_all_and_leaves_the_old_address_leading_there(full: Store) -> None:
    published(full, "https://github.com/stadtulm/maengel")
    expected = full.bodies.merging(ULM.id, NEUSTADT_BW.id)
    assert (expected.solutions, expected.repositories, expected.accounts, expected.domains) == (1, 1, 1, 1)
    assert (expected.relations, expected.children, expected.done) == (1, 0, False)
    assert full.bodies.merge(ULM.id, NEUSTADT_BW.id, NOW) is True
    assert full.bodies.published([ULM.id, NEUSTADT_BW.id]) == {NEUSTADT_BW.id: 1}
    gone = full.bodies.by_slug("ulm")
    following = full.bodies.successor(gone)
    assert following is not None
    assert following.slug == "neustadt-bw"
    assert full.bodies.by_domain("ulm.de") == [NEUSTADT_BW.id]
    assert [event.kind for event in full.bodies.events(ULM.id)] == [BodyEventKind.MERGED]
    assert [event.detail["other"] for event in full.bodies.events(NEUSTADT_BW.id)] == ["ulm"]
    assert slugs(full.bodies.predecessors(NEUSTADT_BW.id)) == ["ulm"]


def test_a_second_merge_of_the_same_changes_nothing(full: Store) -> None:
    assert full.bodies.merge(ULM.id, NEUSTADT_BW.id, NOW) is True
    assert full.bodies.merging(ULM.id, NEUSTADT_BW.id).done
    assert full.bodies.merge(ULM.id, NEUSTADT_BW.id, NOW) is False
    assert len(full.bodies.events(ULM.id)) == 1


@pytest.mark.parametrize(
    ("gone", "kept", "rule"),
    [
        (ULM, ULM, "body-merge-itself"),
        (ULM, GONE, "body-merge-dissolved"),
        (VILLAGE, GONE, "body-merge-dissolved"),
        (GONE, NEUSTADT_SH, "body-merge-gone"),
        (ULM, BERN, "body-merge-country"),
    ],
)
def test_what_cannot_be_merged(full: Store, gone: Body, kept: Body, rule: str) -> None:
    before = full.bodies.known()
    for refused in (lambda: full.bodies.merging(gone.id, kept.id), lambda: full.bodies.merge(gone.id, kept.id, NOW)):
        with pytest.raises(InvalidInput) as caught:
            refused()
        assert caught.value.rule == rule
    assert full.bodies.known() == before


def test_merging_with_nobody(full: Store) -> None:
    with pytest.raises(NotFound):
        full.bodies.merge(ULM.id, "nobody", NOW)
