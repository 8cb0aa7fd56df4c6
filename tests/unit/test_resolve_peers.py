# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other catalogues claim: last in every field, never a proof, never a reason to join repositories."""

from __future__ import annotations

from typing import Any

import pytest

from registry.assess import assess
from registry.identity import identity_of, keys
from registry.model import PER_LANGUAGE, Fact, FactSource, Field, LicenceVerdict, Origin
from registry.resolve import PRECEDENCE, differing, resolve, united
from registry.resolve.precedence import rank
from support.solutions import NOW, fact, reading, solution

S = FactSource
PEER = "https://katalog.nachbar.example"


def claimed(field: Field, value: Any, lang: str | None = None, url: str = PEER) -> Fact:
    return Fact(field, value, Origin(url, "eintrag-7"), S.PEER, lang)


@pytest.mark.parametrize("field", list(Field))
def test_a_peer_comes_after_every_kind_of_evidence_of_the_repository(field: Field) -> None:
    others = [source for source in S if source is not S.PEER]
    assert rank(field, S.PEER) > max(rank(field, source) for source in others)
    assert S.PEER not in PRECEDENCE[field]


@pytest.mark.parametrize("source", [S.PUBLICCODE, S.MANIFEST, S.README, S.FORGE, S.REPOSITORY_NAME])
def test_whatever_the_repository_says_of_its_name_wins(source: FactSource) -> None:
    made = solution(claimed(Field.NAME, "Besserer Name"), fact(Field.NAME, "karte", source))
    [value] = made.fields[Field.NAME]
    assert value.fact.source is source
    assert made.name == "karte"
    assert claimed(Field.NAME, "Besserer Name") in value.candidates


def test_a_peer_does_not_name_what_has_but_a_template_name() -> None:
    made = solution(claimed(Field.NAME, "Besserer Name"), fact(Field.NAME, "Projektname", S.README))
    assert made.fields[Field.NAME][0].fact.source is not S.PEER


def test_the_publishers_words_in_another_language_come_before_a_strangers_in_ours() -> None:
    own = fact(Field.SHORT_DESCRIPTION, "Kaart van de stad met alle bomen", S.PUBLICCODE, lang="nl")
    made = solution(own, claimed(Field.SHORT_DESCRIPTION, "Baumkarte der Stadt", "de"))
    [value] = made.fields[Field.SHORT_DESCRIPTION]
    assert value.fact.value == own.value
    assert [one.source for one in value.candidates] == [S.PUBLICCODE, S.PEER]
    assert differing(value) == (), "another language is no contradiction"


def test_even_the_forges_line_of_unknown_language_is_the_repositorys_own() -> None:
    own = fact(Field.SHORT_DESCRIPTION, "Baum-Karte", S.FORGE, lang="und")
    made = solution(own, claimed(Field.SHORT_DESCRIPTION, "Carta degli alberi", "it"))
    assert [value.fact.source for value in made.fields[Field.SHORT_DESCRIPTION]] == [S.FORGE]


def test_a_claim_fills_what_nobody_says_in_all_its_languages() -> None:
    made = solution(
        claimed(Field.SHORT_DESCRIPTION, "Baumkarte", "de"), claimed(Field.SHORT_DESCRIPTION, "Tree map", "en")
    )
    assert {value.fact.lang: value.fact.value for value in made.fields[Field.SHORT_DESCRIPTION]} == {
        "de": "Baumkarte",
        "en": "Tree map",
    }


def test_another_saying_in_the_same_language_is_told_as_such() -> None:
    own = fact(Field.DEVELOPMENT_STATUS, "stable", S.PUBLICCODE)
    [value] = solution(own, claimed(Field.DEVELOPMENT_STATUS, "obsolete")).fields[Field.DEVELOPMENT_STATUS]
    assert [one.value for one in differing(value)] == ["obsolete"]


def test_lists_that_count_together_have_claims_only_where_there_is_nothing_else() -> None:
    own, other = fact(Field.KEYWORDS, ["baum"], S.MANIFEST), claimed(Field.KEYWORDS, ["karte", "geo"])
    assert [item for item, _ in united(solution(own, other).fields[Field.KEYWORDS])] == ["baum"]
    assert [item for item, _ in united(solution(other).fields[Field.KEYWORDS])] == ["karte", "geo"]


def test_a_claimed_licence_is_shown_and_proves_nothing() -> None:
    made = solution(claimed(Field.DECLARED_LICENCE, "EUPL-1.2"))
    assert made.fields[Field.DECLARED_LICENCE][0].fact.value == "EUPL-1.2"
    assert (made.licence.verdict, made.licence.expression) == (LicenceVerdict.NONE, None)
    assert made.licence.evidence == ()
    assert assess(made, NOW).signals == assess(solution(), NOW).signals


@pytest.mark.parametrize(
    "claim",
    [
        claimed(Field.DEVELOPMENT_STATUS, "obsolete"),
        claimed(Field.DOCUMENTATION_URL, "https://docs.example"),
        claimed(Field.SOFTWARE_TYPE, "library"),
        claimed(Field.PACKAGE_MANIFESTS, ["npm"]),
    ],
    ids=lambda claim: claim.field.value,
)
def test_signals_judge_what_the_repository_shows(claim: Fact) -> None:
    assert assess(solution(claim), NOW).signals == assess(solution(), NOW).signals


def test_claims_join_no_products() -> None:
    claims = [
        claimed(Field.UPSTREAM_URL, "https://git.example/andere/karte"),
        claimed(Field.REPOSITORY_URL, "https://git.example/andere/karte"),
        claimed(Field.MIRROR_OF, ["https://git.example/andere/karte"]),
        claimed(Field.IS_BASED_ON, ["https://git.example/andere/karte"]),
        claimed(Field.APPLICATION_SUITE, "Stadtwerk"),
        claimed(Field.NAME, "Andere Karte"),
    ]
    bare, told = identity_of(reading(), "p"), identity_of(reading(*claims), "p")
    assert told == bare
    assert keys(told) == keys(bare)


def test_texts_by_language_are_the_only_ones_with_a_language() -> None:
    made = resolve([reading(claimed(Field.USED_BY, ["A"], "de"))])
    assert Field.USED_BY not in PER_LANGUAGE
    assert made.fields[Field.USED_BY][0].fact.lang is None
