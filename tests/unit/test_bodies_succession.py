# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a dissolved municipality became a part of: found where figures tell it, else unknown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.bodies.plans import Proof
from registry.bodies.succession import AREA_TOLERANCE, Found, Receiver, successors
from registry.model import Body, BodyKind


def gone(name: str, area: int | None, people: int | None = None) -> Body:
    return Body(name, name, name, BodyKind.MUNICIPALITY, "DE", area=area, population=people)


def grown(
    name: str, before: int | None, after: int | None, people: tuple[int | None, int | None] = (None, None)
) -> Receiver:
    return Receiver(name, before, after, *people, new=False)


def fresh(name: str, area: int | None, people: int | None = None) -> Receiver:
    return Receiver(name, 0, area, 0, people, new=True)


def told(found: Found) -> dict[str, tuple[str, Proof]]:
    return {name: (successor, evidence.proof) for name, (successor, evidence) in found.items()}


def test_one_gained_exactly_the_area() -> None:
    found = successors([gone("A", 700)], [grown("X", 5000, 5701), grown("Y", 900, 900), grown("Z", 900, 1000)])
    assert told(found) == {"A": ("X", Proof.AREAS)}
    assert (found["A"][1].dissolved, found["A"][1].gained) == (700, 701)


def test_a_new_one_is_made_of_a_part_of_the_dissolved() -> None:
    found = successors([gone("A", 800), gone("B", 600), gone("C", 333)], [fresh("N", 1401), grown("X", 900, 1233)])
    assert told(found) == {"A": ("N", Proof.AREAS), "B": ("N", Proof.AREAS), "C": ("X", Proof.AREAS)}


def test_two_of_one_size_and_two_receivers_are_not_told_apart() -> None:
    assert successors([gone("A", 500), gone("B", 501)], [grown("X", 100, 600), grown("Y", 200, 701)]) == {}


def test_populations_tell_apart_what_areas_do_not() -> None:
    found = successors(
        [gone("A", 500, 300), gone("B", 500, 2000)],
        [grown("X", 100, 600, (1000, 1310)), grown("Y", 200, 700, (1500, 3490))],
    )
    assert told(found) == {"A": ("X", Proof.AREAS_AND_POPULATIONS), "B": ("Y", Proof.AREAS_AND_POPULATIONS)}


def test_populations_alone_where_areas_are_missing() -> None:
    found = successors(
        [gone("A", None, 900)], [grown("X", None, 5000, (3000, 3890)), grown("Y", None, 800, (2000, 2010))]
    )  # fmt: skip
    assert told(found) == {"A": ("X", Proof.POPULATIONS)}


def test_a_town_that_may_as_well_have_grown_by_itself_is_no_evidence() -> None:
    assert successors([gone("A", None, 200)], [grown("X", None, 9000, (100_000, 100_200))]) == {}


def test_people_who_moved_are_no_evidence_where_no_land_was_gained() -> None:
    assert (
        successors([gone("A", 700, 900)], [grown("X", 100, 100, (1000, 1900)), grown("Y", 10, 20), grown("Z", 10, 20)])
        == {}
    )


def test_only_one_has_grown_by_about_as_much() -> None:
    found = successors([gone("A", 700), gone("B", 300)], [grown("X", 5000, 5960), grown("Y", 900, 900)])
    assert told(found) == {"A": ("X", Proof.ONLY_ONE), "B": ("X", Proof.ONLY_ONE)}


def test_only_one_has_grown_and_by_far_less() -> None:
    assert successors([gone("A", 700)], [grown("X", 5000, 5200), grown("Y", 900, 900)]) == {}


def test_only_one_is_known_to_have_grown_while_another_may_have() -> None:
    assert successors([gone("A", 700)], [grown("X", 5000, 5690), grown("Y", None, 900)]) == {}


def test_split_between_two_stays_unknown() -> None:
    assert successors([gone("A", 410)], [grown("X", 1500, 1705), grown("Y", 2500, 2705)]) == {}


def test_no_figures_tell_nothing() -> None:
    assert successors([gone("A", None)], [grown("X", None, 10), fresh("N", None)]) == {}


def test_a_large_reform_comes_to_an_end() -> None:
    bodies = [gone(f"G{number}", 300 + 7 * number, 100 + number) for number in range(60)]
    receivers = [fresh(f"N{number}", 9_000 + number, 4_000) for number in range(10)]
    assert successors(bodies, receivers) == {}


@given(st.data())
def test_whatever_is_found_adds_up(data: st.DataObject) -> None:
    areas = st.integers(1, 40)
    bodies = [gone(f"G{number}", area) for number, area in enumerate(data.draw(st.lists(areas, max_size=7)))]
    gains = data.draw(st.lists(st.integers(0, 90), max_size=4))
    receivers = [grown(f"R{number}", 100, 100 + gain) for number, gain in enumerate(gains)]
    found = successors(bodies, receivers)
    for receiver in receivers:
        parts = [body for body in bodies if body.id in found and found[body.id][0] == receiver.id]
        proofs = {found[body.id][1].proof for body in parts}
        assert len(proofs) <= 1
        if proofs == {Proof.AREAS}:
            assert abs(sum(body.area or 0 for body in parts) - (receiver.gained or 0)) <= AREA_TOLERANCE
        elif proofs:
            assert proofs == {Proof.ONLY_ONE}
            assert len([one for one in receivers if one.has_grown]) == 1


def test_areas_that_are_all_the_same_are_none() -> None:
    found = successors(
        [gone("A", 1000, 900)],
        [grown("X", 1000, 1000, (3000, 3890)), grown("Y", 1000, 1000, (2000, 2010)), grown("Z", 1000, 1000, (50, 51))],
    )
    assert told(found) == {"A": ("X", Proof.POPULATIONS)}


def test_the_only_change_to_the_last_person_tells_even_of_a_large_town() -> None:
    still = [grown(name, None, None, (2000, 2000)) for name in ("Y", "Z")]
    found = successors([gone("A", None, 400)], [grown("X", None, None, (21_000, 21_400)), *still])
    assert told(found) == {"A": ("X", Proof.POPULATIONS)}
    moving = [grown(name, None, None, (2000, 2013)) for name in ("Y", "Z")]
    assert successors([gone("A", None, 400)], [grown("X", None, None, (21_000, 21_400)), *moving]) == {}


def test_figures_that_stand_still_tell_nothing_where_two_grew_alike() -> None:
    still = [grown(name, None, None, (2000, 2000)) for name in ("Y", "Z")]
    both = [grown(name, None, None, (21_000, 21_400)) for name in ("V", "W")]
    assert successors([gone("A", None, 400)], [*both, *still]) == {}


def test_a_new_name_made_of_the_old_ones() -> None:
    new = Receiver("N", 0, None, 0, None, new=True, name="Bergheim-Cronheim")
    found = successors([gone("Bergheim", None), gone("Cronheim", None), gone("Dornheim", None)], [new])
    assert told(found) == {"Bergheim": ("N", Proof.NAMES), "Cronheim": ("N", Proof.NAMES)}


def test_areas_contradict_a_name() -> None:
    new = Receiver("N", 0, 300, 0, None, new=True, name="Bergheim-Cronheim")
    assert successors([gone("Bergheim", 800), gone("Cronheim", 700)], [new, grown("X", 10, 20)]) == {}
