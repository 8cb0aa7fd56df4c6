# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names as people write them, matched with the register that is shipped: never another body than the one meant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.bodies.core import core
from registry.bodies.curated import operators, others
from registry.bodies.matching import MemoryNames, NamedBody, Why, match, named
from registry.bodies.spelling import fold
from registry.model import LOCAL_KINDS, Body, BodyEntry, BodyKind, BodyName, BodyNameKind, MatchOutcome, NameMatch
from tests.support.spellings import AMBIGUOUS, MATCHES, UNKNOWN

MATCH, NO_MATCH, SEVERAL = MatchOutcome.MATCH, MatchOutcome.UNKNOWN, MatchOutcome.AMBIGUOUS


@cache
def rows() -> tuple[NamedBody, ...]:
    entries = (*core(), *operators(), *others())
    by_key = {entry.keys.ars: entry.name for entry in entries if entry.keys.ars}
    numbered = enumerate(entries)
    return tuple(row for at, entry in numbered for row in named(entry, str(at), by_key.get(entry.parent_key)))


@cache
def register() -> MemoryNames:
    return MemoryNames(rows())


@cache
def bodies() -> Mapping[str, NamedBody]:
    return {row.body_id: row for row in reversed(rows())}


def found(answer: NameMatch) -> list[NamedBody]:
    return [bodies()[one.body_id] for one in answer.bodies]


def small(*bodies: Body | BodyEntry) -> MemoryNames:
    return MemoryNames(row for body in bodies for row in named(body, body.id if isinstance(body, Body) else body.name))


def town(body_id: str, name: str, **more: object) -> Body:
    return Body(body_id, body_id, name, BodyKind.TOWN, "DE", **more)  # type: ignore[arg-type]


def test_there_are_enough_spellings() -> None:
    assert len({query for query, *_ in (*MATCHES, *AMBIGUOUS)} | set(UNKNOWN)) >= 500


@pytest.mark.parametrize(("query", "name", "kind", "where"), MATCHES)
def test_one_body_is_meant(query: str, name: str, kind: str, where: str) -> None:
    answer = match(query, register())
    assert answer.outcome is MATCH, [body.plain for body in found(answer)]
    (body,) = found(answer)
    assert (body.plain, body.kind.value, body.land or body.country) == (name, kind, where)
    assert 0.5 < answer.bodies[0].score <= 1


@pytest.mark.parametrize(("query", "some"), AMBIGUOUS)
def test_several_may_be_meant(query: str, some: str) -> None:
    answer = match(query, register())
    assert answer.outcome is SEVERAL
    assert set(some.split(" | ")) <= {body.plain for body in found(answer)}
    scores = [one.score for one in answer.bodies]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("query", UNKNOWN)
def test_nothing_of_the_register_is_meant(query: str) -> None:
    answer = match(query, register())
    assert (answer.outcome, answer.bodies) == (NO_MATCH, ()), [body.plain for body in found(answer)]


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Müchen", "München"),
        ("Stadt Müchen", "München"),
        ("Frankfrut", "Frankfurt am Main"),
        ("Frankfrut am Main", "Frankfurt am Main"),
        ("Stuttgrat", "Stuttgart"),
        ("Landkreis Pinnberg", "Pinneberg"),
        ("Koln", "Köln"),
        ("Dusseldorf", "Düsseldorf"),
        ("Monchengladbach", "Mönchengladbach"),
    ],
)
def test_a_misspelling_is_never_more_than_a_suggestion(query: str, meant: str) -> None:
    answer = match(query, register())
    assert answer.outcome is SEVERAL
    assert meant in [body.plain for body in found(answer)]
    assert all(one.why == Why.MISSPELT and one.score <= 0.7 for one in answer.bodies)


@pytest.mark.parametrize("query", ["Stadt Ulmm", "Olm", "Kiil", "Stadtwerke Stuttgrat", "Freunde von Stuttgrat"])
def test_short_names_and_other_bodies_suggest_nothing(query: str) -> None:
    assert match(query, register()).outcome is NO_MATCH


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("stadtulm", "Ulm", "town"),
        ("comunedirivoli", "Rivoli", "town"),
        ("GemeenteUtrecht", "Utrecht", "town"),
        ("kreis-pinneberg", "Pinneberg", "county"),
        ("Klingenstadt-Solingen", "Solingen", "town"),
    ],
)
def test_names_of_accounts(query: str, name: str, kind: str) -> None:
    answer = match(query, register(), account=True)
    assert answer.outcome is MATCH
    assert [(body.plain, body.kind.value) for body in found(answer)] == [(name, kind)]


def test_an_account_may_be_one_word_or_two() -> None:
    assert [body.plain for body in found(match("stadthagen", register()))] == ["Stadthagen"]
    answer = match("stadthagen", register(), account=True)
    assert answer.outcome is SEVERAL
    assert {body.plain for body in found(answer)} == {"Stadthagen", "Hagen"}


def test_what_the_caller_knows_decides() -> None:
    def only(query: str, **known: object) -> list[str]:
        answer = match(query, register(), **known)  # type: ignore[arg-type]
        return [body.plain for body in found(answer)] if answer.outcome is MATCH else [answer.outcome.value]

    assert only("Neustadt", land="DE-SH") == ["Neustadt in Holstein"]
    assert only("Frankfurt", land="DE-BB") == ["Frankfurt (Oder)"]
    assert only("Hof", kinds=[BodyKind.COUNTY]) == ["Hof"]
    assert only("Rom", country="IT") == ["Roma"]
    assert only("Milano", country="DE") == ["unknown"]
    assert only("Ulm", land="DE-BY") == ["unknown"]


def test_a_former_name_answers_with_the_body_of_today() -> None:
    names = small(town("a", "Neustadt-Glewe", names=(BodyName("Glewe", BodyNameKind.FORMER, "1900-01-01"),)))
    answer = match("Stadt Glewe", names)
    assert answer.outcome is MATCH
    assert (answer.bodies[0].body_id, answer.bodies[0].why) == ("a", Why.FORMER_NAME)
    assert answer.bodies[0].score < 1


def test_a_dissolved_body_answers_with_its_successor_and_gives_way_to_a_living_one() -> None:
    gone = town("old", "Altdorf", successor_id="new", dissolved_on="2025-12-31")
    names = small(gone, town("new", "Großdorf"), town("other", "Neudorf", dissolved_on="2025-12-31"))
    answer = match("Altdorf", names)
    assert (answer.outcome, answer.bodies[0].body_id, answer.bodies[0].why) == (MATCH, "new", Why.SUCCESSOR)
    assert match("Neudorf", names).bodies[0].body_id == "other", "without a successor it answers for itself"
    living = small(gone, town("new", "Großdorf"), town("namesake", "Altdorf"))
    assert match("Altdorf", living).bodies[0].body_id == "namesake"


def test_two_that_became_one_are_one() -> None:
    names = small(
        town("east", "Dorf (Ost)", successor_id="new", dissolved_on="2025-12-31"),
        town("west", "Dorf (West)", successor_id="new", dissolved_on="2025-12-31"),
    )
    answer = match("Dorf", names)
    assert (answer.outcome, [one.body_id for one in answer.bodies]) == (MATCH, ["new"])


def test_the_size_of_a_town_decides_between_it_and_its_county() -> None:
    county = Body("county", "county", "Muster", BodyKind.COUNTY, "DE")
    assert match("Muster", small(county, town("big", "Muster", population=20_000))).outcome is MATCH
    assert match("Muster", small(county, town("small", "Muster", population=19_999))).outcome is SEVERAL
    assert match("Muster", small(county, town("unknown", "Muster"))).outcome is SEVERAL
    assert match("Muster", small(county)).bodies[0].body_id == "county"
    assert match("Stadt Muster", small(county, town("small", "Muster"))).bodies[0].body_id == "small"
    assert (
        match("Landkreis Muster", small(county, town("big", "Muster", population=20_000))).bodies[0].body_id == "county"
    )


def test_an_association_and_the_place_of_its_seat() -> None:
    union = Body("u", "u", "Muster", BodyKind.MUNICIPAL_ASSOCIATION, "DE", designation="Verbandsgemeinde")
    village = Body("v", "v", "Muster", BodyKind.MUNICIPALITY, "DE", population=900)
    assert match("Muster", small(union, village)).outcome is SEVERAL
    assert match("VG Muster", small(union, village)).bodies[0].body_id == "u"
    assert match("Samtgemeinde Muster", small(union, village)).outcome is NO_MATCH
    assert match("Ortsgemeinde Muster", small(union, village)).bodies[0].body_id == "v"
    assert match("Muster", small(union, town("t", "Muster", population=5_000))).bodies[0].body_id == "t"


def test_an_empty_register_knows_nothing() -> None:
    assert match("Stadt Ulm", MemoryNames([])) == NameMatch("Stadt Ulm", NO_MATCH)


_OF_KIND = {"Kreisfreie Stadt": "Stadt", "Stadtkreis": "Stadt"}
_TERRITORIAL = LOCAL_KINDS | {BodyKind.COUNTY, BodyKind.MUNICIPAL_ASSOCIATION}
_OFFICIAL = [
    body_id
    for body_id, row in bodies().items()
    if row.country == "DE" and row.kind in _TERRITORIAL and row.designation
    and not row.plain.startswith((f"{row.designation} ", "Stadt "))
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_OFFICIAL), st.sampled_from(["{kind} {name}", "{name}, {kind}", "{name} ({kind})"]))
def test_every_german_body_is_among_those_that_kind_and_name_mean(body_id: str, form: str) -> None:
    row = bodies()[body_id]
    kind = _OF_KIND.get(row.designation or "", row.designation)
    answer = match(form.format(kind=kind, name=row.plain), register())
    assert body_id in [one.body_id for one in answer.bodies]


def _spelt_out(name: str) -> str:
    return "".join({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}.get(letter, letter) for letter in name)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(bodies())), st.sampled_from(["", "Stadt ", "Landkreis ", "Gemeinde ", "Markt "]))
def test_case_umlauts_and_hyphens_make_no_difference(body_id: str, before: str) -> None:
    name = before + bodies()[body_id].plain
    expected = match(name, register())
    variants = [name.upper(), name.lower(), _spelt_out(name)]
    if "-" not in name and "," not in name:
        variants.append(name.replace(" ", "-"))
    for variant in variants:
        answer = match(variant, register())
        assert (answer.outcome, answer.bodies) == (expected.outcome, expected.bodies), variant


_PIECES = st.sampled_from(
    ["Stadt", "Ulm", "Köln", "Landkreis", "VG", "der", "am", "Main", "Frankfurt", "Amt", "für", "IT", ",", " - ", "(",
     ")", "/", "|", "Halle", "Neustadt", "e.V.", "Universität", "Bayern", "di", "Comune", "Milano", "Kreis", "\n", "🏛"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=9).map(" ".join)))
def test_nothing_is_found_that_shares_nothing_and_nothing_raises(query: str) -> None:
    answer = match(query, register())
    assert (answer.outcome is NO_MATCH) == (not answer.bodies)
    assert answer.outcome is not MATCH or len(answer.bodies) == 1
    letters = fold(query).replace("/", "")
    for body, one in zip(found(answer), answer.bodies, strict=True):
        keys = [row.key.partition("/")[0] for row in rows() if row.body_id == body.body_id]
        if one.why != Why.MISSPELT and answer.outcome is MATCH:
            assert any(key in letters or letters in key for key in keys)
