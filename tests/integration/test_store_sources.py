# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from registry.errors import AlreadyExists, NotFound
from registry.model import NO_KEYS, Body, BodyKeys, BodyKind, BodyOrigin, ChangeKind, ForgeKind, Source, SourceKind
from registry.storage.store import Store
from support.stored import DAY, NOW, change, harvested, new, url_of

pytest_plugins = ("support.databases",)

A = "https://git.example/Stadt/amt/portal"


def city(name: str = "Stadt Köln", **rest: Any) -> Body:
    return replace(Body("", "", name, BodyKind.MUNICIPALITY), **rest)


def source(url: str = "https://git.example/stadt", **rest: Any) -> Source:
    return replace(Source("", url, SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW), **rest)


def test_a_publisher_gets_id_and_slug(store: Store) -> None:
    saved = store.save_publisher(
        city(country="DE", keys=BodyKeys(ags="05315000"), forge_organisations=("https://git.example/Koeln",))
    )
    assert saved.slug == "stadt-koeln"
    assert store.publisher("stadt-koeln") == saved
    assert store.publishers() == [saved]
    assert saved.keys.ags == "05315000"
    with pytest.raises(NotFound):
        store.publisher("nobody")


def test_saving_again_changes_instead_of_doubling(store: Store) -> None:
    first = store.save_publisher(city(country="DE"))
    again = store.save_publisher(city(country="DE", keys=BodyKeys(ags="05315000")))
    by_id = store.save_publisher(replace(again, name="Köln"))
    by_slug = store.save_publisher(replace(by_id, id="", kind=BodyKind.COUNTY))
    assert {first.id, again.id, by_id.id, by_slug.id} == {first.id}
    only = store.publisher("stadt-koeln")
    assert (only.name, only.kind, only.slug) == ("Köln", BodyKind.COUNTY, "stadt-koeln")


@pytest.mark.parametrize(
    "other",
    [{"country": "AT"}, {"keys": BodyKeys(ags="05315999")}, {"uri": "https://other.example"}, {"name": "Stadt Kölle"}],
)
def test_bodies_that_only_share_a_name_stay_apart(store: Store, other: dict[str, Any]) -> None:
    given: dict[str, Any] = {"country": "DE", "uri": "https://koeln.example"}
    first = store.save_publisher(city(**given, keys=BodyKeys(ags="05315000") if "keys" in other else NO_KEYS))
    second = store.save_publisher(city(**(given | other)))
    assert first.id != second.id
    assert first.slug != second.slug


def test_a_key_tells_a_body_whatever_it_is_called(store: Store) -> None:
    first = store.save_publisher(city(country="DE", keys=BodyKeys(ags="05315000"), uri="https://koeln.example"))
    again = city("Domstadt", country="DE", keys=BodyKeys(ags="05315000"), uri="https://domstadt.example")
    assert store.save_publisher(again).id == first.id


@pytest.mark.parametrize("origin", [BodyOrigin.CORE, BodyOrigin.GV100AD, BodyOrigin.TABLE])
def test_what_a_list_knows_of_a_body_stays(store: Store, origin: BodyOrigin) -> None:
    keys = BodyKeys(ars="053150000000", ags="05315000")
    listed = store.save_publisher(replace(city("Köln", country="DE", keys=keys), kind=BodyKind.TOWN, origin=origin))
    accounts = ("https://git.example/koeln",)
    store.save_publisher(city(country="DE", keys=BodyKeys(ags="05315000"), forge_organisations=accounts))
    [saved] = store.publishers()
    assert (saved.id, saved.name, saved.kind, saved.keys) == (listed.id, "Köln", BodyKind.TOWN, keys)
    assert (saved.title, saved.forge_organisations) == ("Stadt Köln", accounts)


def test_a_key_tells_more_than_a_slug(store: Store) -> None:
    county = store.save_publisher(
        Body("", "", "Karlsruhe", BodyKind.COUNTY, "DE", keys=BodyKeys(ars="08215"), origin=BodyOrigin.GV100AD)
    )
    town = store.save_publisher(
        Body("", "", "Karlsruhe", BodyKind.TOWN, "DE", keys=BodyKeys(ags="08212000"), origin=BodyOrigin.GV100AD)
    )
    given = city("Stadt Karlsruhe", slug=county.slug, keys=BodyKeys(ags="08212000"))
    saved = store.save_publisher(given)
    assert (saved.id, saved.slug) == (town.id, town.slug)
    assert store.publisher(county.slug).kind is BodyKind.COUNTY


@pytest.mark.parametrize("origin", [BodyOrigin.CORE, BodyOrigin.CURATED])
def test_the_demonstration_changes_nothing_that_is_known(store: Store, origin: BodyOrigin) -> None:
    keys = BodyKeys(ags="05315000")
    koeln = Body("", "", "Köln", BodyKind.TOWN, "DE", population=1_087_353, keys=keys, origin=origin)
    known = store.save_publisher(koeln)
    given = city("Kölle", own_title="Domstadt", land="DE-NW", slug="koelle", keys=keys, origin=BodyOrigin.DEMO)
    assert store.save_publisher(given) == replace(known, own_title="Domstadt", land="DE-NW")
    again = store.save_publisher(replace(given, own_title="Andere", land="DE-BY"))
    assert again == replace(known, own_title="Domstadt", land="DE-NW")


def test_a_file_of_sources_leaves_what_it_does_not_say(store: Store) -> None:
    keys = BodyKeys(foreign_scheme="istat", foreign_key="072006")
    known = store.save_publisher(
        Body("", "", "Bari", BodyKind.TOWN, "IT", region="Puglia", population=316_491, keys=keys,
             own_title="Comune di Bari", uri="urn:x-italian-pa:c_a662")
    )  # fmt: skip
    accounts = ("https://git.example/comunedibari",)
    given = Body("", "", "Comune di Bari", BodyKind.MUNICIPALITY, "IT", keys=BodyKeys(foreign_key="072006"),
                 uri="https://www.comune.bari.it", forge_organisations=accounts)  # fmt: skip
    saved = store.save_publisher(given)
    assert saved == replace(known, forge_organisations=accounts)
    assert store.save_publisher(given) == saved


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        (Body("", "", "Stadt Neustadt", BodyKind.TOWN, "DE"), False),
        (Body("", "", "Stadt Neustadt", BodyKind.TOWN, "DE", land="DE-TH"), True),
        (Body("", "", "Neustadt", BodyKind.COMPANY, "DE", land="DE-TH"), False),
        (Body("", "", "Neustadt", BodyKind.TOWN, "AT"), False),
        (Body("", "", "Stadt Neustadt", BodyKind.TOWN, "DE", land="DE-TH", keys=BodyKeys(ags="16099999")), False),
    ],
)
def test_a_name_tells_a_publisher_where_exactly_one_body_fits(store: Store, given: Body, fits: bool) -> None:
    towns = [
        store.save_publisher(
            Body("", "", "Neustadt", BodyKind.TOWN, "DE", land=land, keys=BodyKeys(ags=key), origin=BodyOrigin.CORE)
        )
        for land, key in (("DE-TH", "16061074"), ("DE-HE", "06534016"))
    ]
    saved = store.save_publisher(given)
    assert (saved.id == towns[0].id) is fits
    assert fits or saved.id not in {town.id for town in towns}
    assert store.save_publisher(given).id == saved.id


def test_an_account_belongs_to_one_publisher(store: Store) -> None:
    account = "https://git.example/Koeln"
    first = store.save_publisher(city(forge_organisations=(account, "https://git.example/cologne")))
    with pytest.raises(AlreadyExists, match="Stadt Köln"):
        store.save_publisher(city("Bonn", forge_organisations=(account.lower(),)))
    assert [publisher.name for publisher in store.publishers()] == ["Stadt Köln"]
    store.save_publisher(replace(first, forge_organisations=("https://git.example/cologne",)))
    assert store.save_publisher(city("Bonn", forge_organisations=(account,))).forge_organisations == (account,)


def test_whose_solution_it_is(store: Store) -> None:
    group = store.save_publisher(city("Gruppe", forge_organisations=("https://git.example/stadt",)))
    office = store.save_publisher(city("Amt", forge_organisations=("https://git.example/stadt/AMT",)))
    declared = store.save_publisher(city("Erklärt", uri="https://stadt.example"))
    configured = store.save_publisher(city("Eingestellt"))
    by_source = store.add_source(source("https://git.example/x", publisher_id=configured.id))
    run_id = store.begin_run(NOW).id
    organisation = {"organisation": {"uri": "https://stadt.example", "name": "Egal"}}

    def saved_under(url: str, **arguments: Any) -> Body | None:
        [saved] = store.save(run_id, [new(url, url, **organisation)], NOW, **arguments)
        assert saved.slug is not None
        return store.solution(saved.slug).publisher

    assert saved_under(A) == office
    assert saved_under("https://git.example/stadt/portal") == group
    assert saved_under("https://git.example/stadtwerke/portal") == declared
    assert saved_under("https://git.example/stadt/b", publisher_id=configured.id) == configured
    assert saved_under("https://git.example/stadt/c", source_id=by_source.id) == configured
    [saved] = store.save(run_id, [new("https://git.example/andere/portal", "Niemandes")], NOW)
    assert store.solution(saved.slug or "").publisher is None


def test_a_publisher_that_comes_later_gets_its_solutions(store: Store) -> None:
    run_id = store.begin_run(NOW).id
    store.save(run_id, [new(A), new("https://git.example/stadt_x/p", "Fremd")], NOW)
    store.outbox_done([entry.seq for entry in store.outbox_pending(9)])
    saved = store.save_publisher(city(country="DE", forge_organisations=("https://git.example/STADT",)))
    record = store.solution("maengelmelder")
    assert record.publisher == saved
    [document] = store.documents([record.id])
    assert (document.publisher, document.country) == ("stadt-koeln", "DE")
    assert [entry.solution_id for entry in store.outbox_pending(9)] == [record.id]
    store.outbox_done([entry.seq for entry in store.outbox_pending(9)])
    store.save_publisher(saved)
    assert store.outbox_size() == 0
    store.save_publisher(replace(saved, country="AT"))
    assert store.outbox_size() == 1
    store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A, "Neuer Name"))], NOW)
    assert store.solution("maengelmelder").publisher is not None


@pytest.mark.parametrize(
    ("change_of", "stale"),
    [
        ({"land": "DE-SN"}, 1),
        ({"population": 5_100}, 1),
        ({"kind": BodyKind.TOWN}, 1),
        ({"population": 4_950}, 0),  # of the same size class: nothing that the index holds
        ({}, 0),
    ],
)
def test_what_a_publisher_is_reaches_the_index(store: Store, change_of: dict[str, Any], stale: int) -> None:
    accounts = ("https://git.example/stadt",)
    town = store.save_publisher(city(country="DE", land="DE-NW", population=4_900, forge_organisations=accounts))
    run_id = store.begin_run(NOW).id
    store.save(run_id, [new(A)], NOW)
    store.outbox_done([entry.seq for entry in store.outbox_pending(9)])
    store.save_publisher(replace(town, **change_of))
    pending = [entry.solution_id for entry in store.outbox_pending(9)]
    assert len(pending) == stale
    [document] = store.documents([store.solution("maengelmelder").id])
    changed = replace(town, **change_of)
    assert (document.land, document.kind, document.size) == (changed.land, changed.kind, changed.size_class)


def test_sources(store: Store) -> None:
    first = store.add_source(source())
    second = store.add_source(source("https://git.example/b", demo=True, created_at=NOW + DAY))
    assert store.sources() == [first, second]
    assert store.source(first.id) == first
    with pytest.raises(AlreadyExists):
        store.add_source(source())
    store.pause_source(first.id, True)
    assert store.source(first.id).paused
    store.source_listed(first.id, NOW, 12)
    store.source_listed(first.id, NOW + DAY, None, "unreachable")
    listed = store.source(first.id)
    assert (listed.last_run_at, listed.last_listed, listed.last_error) == (NOW + DAY, 12, "unreachable")
    store.source_listed(first.id, NOW + 2 * DAY, 13, None)
    listed = store.source(first.id)
    assert (listed.last_listed, listed.last_error) == (13, None)


@pytest.mark.parametrize("call", ["source", "pause_source", "remove_source"])
def test_an_unknown_source_is_not_found(store: Store, call: str) -> None:
    with pytest.raises(NotFound):
        getattr(store, call)("nobody", *([True] if call == "pause_source" else []))


def test_removing_a_source_keeps_what_it_brought(store: Store, query: Callable[[str], list[tuple[Any, ...]]]) -> None:
    mine = store.add_source(source())
    run_id = store.begin_run(NOW).id
    urls = [url_of(number) for number in range(3)]
    store.save(run_id, [new(url, url) for url in urls], NOW, source_id=mine.id)
    assert store.repository_urls(mine.id) == urls
    store.save(run_id, [change(ChangeKind.GONE, urls[0]), change(ChangeKind.WITHDRAWN, urls[1])], NOW)
    assert store.repository_urls(mine.id) == [urls[0], urls[2]]
    store.remove_source(mine.id)
    assert store.sources() == []
    assert store.count_solutions() == 2
    assert query("SELECT count(*) FROM repository WHERE source_id IS NULL") == [(3,)]
    # Its last results may still arrive.
    store.save(run_id, [change(ChangeKind.UNCHANGED, urls[2])], NOW, source_id=mine.id)
    store.source_listed(mine.id, NOW, 3)
