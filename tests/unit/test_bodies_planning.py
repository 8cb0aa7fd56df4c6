# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a list changes in the register, worked out without a database."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.bodies.gv100ad import read_gv100ad
from registry.bodies.planning import plan
from registry.bodies.plans import Plan, Proof, Shrink
from registry.errors import InvalidInput
from registry.model import (
    Body,
    BodyEntry,
    BodyEventKind,
    BodyKeys,
    BodyKind,
    BodyName,
    BodyNameKind,
    BodyOrigin,
    Place,
)
from support.gv_lines import association, county, land, municipality, text
from support.gv_states import after, before

_numbers = itertools.count()
DAY = "2026-06-30"


def planned(entries: Sequence[BodyEntry], known: Sequence[Body], origin: BodyOrigin, **more: Any) -> Plan:
    more.setdefault("as_of", DAY if origin is BodyOrigin.GV100AD else None)
    complete = origin is BodyOrigin.GV100AD
    return plan(entries, known, origin=origin, complete=complete, new_id=lambda: f"id{next(_numbers)}", **more)


def carried_out(made: Plan, known: Sequence[Body]) -> list[Body]:
    """The register once the plan is carried out, as a store would give it."""
    bodies = {body.id: body for body in known}
    bodies |= {one.body.id: replace(one.body, slug=one.body.id) for one in made.added}
    bodies |= {one.after.id: one.after for one in made.changed}
    for one in made.dissolved:
        bodies[one.body.id] = replace(
            bodies[one.body.id], successor_id=one.successor_id, dissolved_on=made.as_of or DAY
        )
    return list(bodies.values())


def listed(lines: Sequence[str], known: Sequence[Body] = ()) -> tuple[Plan, list[Body]]:
    found = read_gv100ad(text(lines), "list")
    made = planned(found.entries, known, BodyOrigin.GV100AD, as_of=found.as_of)
    return made, carried_out(made, known)


def entry(name: str = "Ulm", kind: BodyKind = BodyKind.TOWN, **more: Any) -> BodyEntry:
    return BodyEntry(name, kind, **{"land": "DE-BW", **more})


def body(name: str = "Ulm", kind: BodyKind = BodyKind.TOWN, **more: Any) -> Body:
    return Body(more.pop("id", "known"), "slug", name, kind, **{"country": "DE", "land": "DE-BW", **more})


ULM = BodyKeys("084210000000", "08421000", DAY)


def changed(given: BodyEntry, known: Body, origin: BodyOrigin) -> Body:
    (one,) = carried_out(planned([given], [known], origin), [known])
    return one


# --- recognising ---


@pytest.mark.parametrize(
    "keys", [ULM, BodyKeys(ars="084210000000"), BodyKeys(ags="08421000"), BodyKeys(ars="084219999000", ags="08421000")]
)
def test_by_key_whatever_it_is_called(keys: BodyKeys) -> None:
    made = planned([entry(keys=ULM)], [body("Ulm an der Donau", keys=keys)], BodyOrigin.GV100AD)
    assert not made.added
    assert made.changed[0].after.keys == ULM


@pytest.mark.parametrize(
    ("known", "given", "same"),
    [
        (body(), entry(keys=ULM), True),
        (body(land=None), entry(keys=ULM), True),
        (body("ULM", BodyKind.MUNICIPALITY), entry(keys=ULM), True),
        (body(land="DE-BY"), entry(keys=ULM), False),
        (body(kind=BodyKind.COUNTY), entry(keys=ULM), False),
        (body(keys=BodyKeys(ars="091620000000")), entry(keys=ULM), False),
        (body(keys=ULM), entry(), True),
        (body(place=Place(48.4, 10.0)), entry(place=Place(48.41, 9.98)), True),
        (body(place=Place(48.4, 10.0)), entry(place=Place(50.4, 8.0)), False),
        (body("AKDB", BodyKind.COMPANY), entry("AKDB", BodyKind.IT_PROVIDER), True),
        (body(origin=BodyOrigin.DEMO), entry(keys=ULM), False),
    ],
)
def test_by_name_kind_and_land(known: Body, given: BodyEntry, same: bool) -> None:
    made = planned([given], [known], BodyOrigin.CORE)
    assert bool(made.added) is not same


def test_nobody_is_recognised_where_two_fit() -> None:
    entries = [entry("Neustadt", keys=BodyKeys("083350001001")), entry("Neustadt", keys=BodyKeys("083360001001"))]
    assert len(planned(entries, [body("Neustadt")], BodyOrigin.CORE).added) == 2
    known = [body("Neustadt", id="a", keys=entries[0].keys), body("Neustadt", id="b", keys=entries[1].keys)]
    made = planned([entry("Neustadt")], known, BodyOrigin.TABLE)
    assert (made.added, [one.candidates for one in made.unclear]) == ((), [tuple(known)])


def test_a_title_that_says_what_it_is_finds_its_body() -> None:
    known = body("Stadt Ulm", BodyKind.MUNICIPALITY, land=None)
    now = changed(entry(keys=ULM, designation="Stadtkreis"), known, BodyOrigin.GV100AD)
    assert (now.id, now.name, now.title) == ("known", "Ulm", "Stadt Ulm")


# --- whose word counts ---


def test_a_lower_origin_only_fills_in() -> None:
    known = body(origin=BodyOrigin.GV100AD, keys=ULM, population=128_000, population_as_of="2024-12-31")
    given = entry("Ulma", BodyKind.MUNICIPALITY, keys=ULM, population=1, area=5, place=Place(48.4, 10.0))
    now = changed(given, known, BodyOrigin.CORE)
    assert (now.name, now.kind, now.population, now.population_as_of) == ("Ulm", BodyKind.TOWN, 128_000, "2024-12-31")
    assert (now.area, now.place, now.origin) == (5, Place(48.4, 10.0), BodyOrigin.GV100AD)


def test_what_the_operator_set_stays() -> None:
    known = body(own_title="Spatzenstadt Ulm", uri="https://ulm.example", domains=("ulm.de",), keys=ULM,
                 forge_organisations=("https://github.com/stadtulm",), programme_label="Mittlere Städte")  # fmt: skip
    given = entry(keys=ULM, own_title="Universitätsstadt Ulm", uri="https://other.example", domains=("ulm.example",))
    now = changed(given, known, BodyOrigin.GV100AD)
    assert (now.own_title, now.uri, now.programme_label) == (
        "Spatzenstadt Ulm", "https://ulm.example", "Mittlere Städte",
    )  # fmt: skip
    assert now.domains == ("ulm.de", "ulm.example")
    assert now.forge_organisations == known.forge_organisations


def test_a_title_from_the_list_follows_the_list() -> None:
    lines = [municipality("08421000", "0000", "Ulm, Universitätsstadt", 1, 2, "62")]
    _, known = listed(lines)
    _, now = listed([line.replace("Universitätsstadt", "Wissenschaftsstadt"[:17]) for line in lines], known)
    assert [one.own_title for one in now] == ["Wissenschaftsstad Ulm"]
    _, now = listed([line.replace(", Universitätsstadt", ", Stadt            ") for line in lines], known)
    assert [one.own_title for one in now] == [None]


def test_another_spelling_of_a_better_list_is_no_new_name() -> None:
    known = body("Ulm", origin=BodyOrigin.CORE, keys=ULM)
    made = planned([entry("Ulm an der Donau", keys=ULM)], [known], BodyOrigin.GV100AD)
    (one,) = made.changed
    assert one.events == ()
    assert BodyName("Ulm", BodyNameKind.OTHER) in one.after.names


def test_the_same_figure_without_a_date_keeps_the_date() -> None:
    known = body(origin=BodyOrigin.GV100AD, keys=ULM, population=5, population_as_of="2024-12-31")
    assert changed(entry(keys=ULM, population=5), known, BodyOrigin.GV100AD).population_as_of == "2024-12-31"
    assert changed(entry(keys=ULM, population=6), known, BodyOrigin.GV100AD).population_as_of is None


def test_what_a_person_entered_is_reconciled_by_the_official_list_alone() -> None:
    known = body(origin=BodyOrigin.PERSON, keys=ULM, reconciled=False)
    assert not changed(entry(keys=ULM), known, BodyOrigin.TABLE).reconciled
    assert changed(entry(keys=ULM), known, BodyOrigin.GV100AD).reconciled


def test_what_a_person_entered_and_the_list_lacks_is_not_dissolved() -> None:
    _, known = listed(before())
    entered = body("Traumstadt", id="entered", land="DE-RP", keys=BodyKeys("071980009009", "07198009"),
                   origin=BodyOrigin.PERSON, reconciled=False)  # fmt: skip
    made, _ = listed(before(), [*known, entered])
    assert made.dissolved == ()


def test_the_core_adds_nothing_where_the_official_list_is_in_force() -> None:
    _, known = listed(before())
    stale = entry("Vorgestern", BodyKind.MUNICIPALITY, land="DE-RP", keys=BodyKeys("071980008008", "07198008"))
    elsewhere = entry("Anderswo", BodyKind.MUNICIPALITY, land="DE-BY", keys=BodyKeys("091980008008", "09198008"))
    made = planned([stale, elsewhere], known, BodyOrigin.CORE)
    assert ([one.body.name for one in made.added], made.left_out) == (["Anderswo"], 1)


# --- two states of the list ---


def test_the_same_list_again_changes_nothing() -> None:
    made, known = listed(before())
    assert len(made.added) == len(known)
    again, _ = listed(before(), known)
    assert again.empty
    assert again.unchanged == len(known)


def test_the_order_of_lines_does_not_matter() -> None:
    _, known = listed(before())
    lines = after()
    random.Random(1).shuffle(lines)
    made, now = listed(lines, known)
    names = {one.id: one.name for one in now}
    assert {one.body.name: names.get(one.successor_id or "") for one in made.dissolved} == {
        "Oberdorf": "Musterstadt", "Bergheim": "Bergcron", "Cronheim": "Bergcron", "Ehrenheim": None,
    }  # fmt: skip


def test_only_what_is_new_in_a_known_area_is_an_event() -> None:
    made, known = listed(before())
    assert not any(one.event for one in made.added)
    made, _ = listed(after(), known)
    assert [(one.body.name, one.event) for one in made.added] == [("Bergcron", True)]


def test_an_association_goes_where_all_its_members_go() -> None:
    def lines(unions: dict[str, str]) -> list[str]:
        numbers = sorted(set(unions.values()))
        return [
            land("07", "Rheinland-Pfalz"),
            county("07198", "Musterkreis"),
            *(association("07198", number, f"Tal {number}") for number in numbers),
            *(municipality(f"07198{name}", union, f"Ort {name}", 10, 10) for name, union in unions.items()),
        ]

    _, known = listed(lines({"001": "5001", "002": "5001", "003": "5002", "004": "5003", "005": "5004", "006": "5005"}))
    made, now = listed(
        lines({"001": "5002", "002": "5002", "003": "5002", "004": "5003", "005": "5004", "006": "5005"}), known
    )  # fmt: skip
    names = {one.id: one.name for one in now}
    (one,) = made.dissolved
    assert (one.body.name, names[one.successor_id or ""]) == ("Tal 5001", "Tal 5002")
    assert one.evidence is not None
    assert (one.evidence.proof, one.evidence.dissolved) == (Proof.MEMBERS, 2)
    assert [(c.after.name, c.events) for c in made.changed] == [
        ("Ort 001", (BodyEventKind.REKEYED, BodyEventKind.CHANGED)),
        ("Ort 002", (BodyEventKind.REKEYED, BodyEventKind.CHANGED)),
    ]


def test_too_much_missing_is_told() -> None:
    def lines(count: int) -> list[str]:
        return [municipality(f"07198{n:03d}", "0001", f"Ort {n}", 10, 10) for n in range(1, count + 1)]

    _, known = listed(lines(40))
    made, _ = listed(lines(36), known)
    assert (len(made.dissolved), made.shrinks) == (4, ())
    made, _ = listed(lines(35), known)
    assert made.shrinks == (Shrink("local", 5, 40),)


def test_an_older_list_is_refused() -> None:
    _, known = listed(after())
    with pytest.raises(InvalidInput) as caught:
        listed(before(), known)
    assert caught.value.rule == "list-older"


def test_whom_an_operator_serves_is_named_by_key() -> None:
    provider = entry("KIT", BodyKind.IT_PROVIDER, serves=("DE-BW", "084210000000", "08421000", "09999"))
    made = planned([provider], [body(keys=ULM)], BodyOrigin.CURATED)
    assert list(made.serves.values()) == [((None, "DE-BW"), ("known", None))]
    assert made.unknown_keys == ("09999",)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.integers(1, 900)), min_size=12, max_size=30, unique_by=lambda one: one[0]
    ),
    st.sets(st.integers(0, 29), max_size=4),
)
def test_any_list_twice_changes_nothing_and_keeps_every_body(places: list[tuple[int, int]], merged: set[int]) -> None:
    def lines(wanted: Sequence[tuple[int, int]]) -> list[str]:
        return [municipality(f"07198{n:03d}", "0001", f"Ort {n % 7}", area, area) for n, area in wanted]

    _, known = listed(lines(places))
    kept = [one for number, one in enumerate(places) if number not in merged]
    made, now = listed(lines(kept), known)
    assert {one.id for one in known} <= {one.id for one in now}
    assert len(made.dissolved) == len(places) - len(kept)
    again, _ = listed(lines(kept), now)
    assert again.empty


def test_a_publisher_of_the_schema_before_is_the_curated_body_with_its_key_abroad() -> None:
    known = body("Comune di Milano", BodyKind.MUNICIPALITY, country="IT", land=None, origin=BodyOrigin.CURATED,
                 keys=BodyKeys(foreign_key="015146"))  # fmt: skip
    keys = BodyKeys(foreign_scheme="istat", foreign_key="015146")
    given = entry("Milano", country="IT", land=None, keys=keys)
    made = planned([given], [known], BodyOrigin.CURATED)
    ((before_, after_, events),) = [(one.before, one.after, one.events) for one in made.changed]
    assert (before_.id, after_.name, after_.keys) == (known.id, "Milano", keys)
    assert (made.added, BodyEventKind.RENAMED in events) == ((), False)
    elsewhere = replace(known, country="ES")
    assert len(planned([given], [elsewhere], BodyOrigin.CURATED).added) == 1


def test_a_title_finds_its_body_abroad_too() -> None:
    known = body("Comune di Rivoli", BodyKind.MUNICIPALITY, country="IT", land=None, origin=BodyOrigin.CURATED)
    given = entry("Rivoli", country="IT", land=None, keys=BodyKeys(foreign_scheme="istat", foreign_key="001219"))
    made = planned([given], [known], BodyOrigin.CURATED)
    assert [one.before.id for one in made.changed] == [known.id]
    assert not made.added
