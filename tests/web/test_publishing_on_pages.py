# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes and who maintains, on the page of a solution: known with its evidence, several, nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template

from registry.assess import assess
from registry.model import (
    Attribution,
    AttributionVia,
    Body,
    BodyKind,
    Field,
    MatchOutcome,
    OperatorClaim,
    SolutionRecord,
)
from registry.web.solution_view import solution_view
from support.solutions import COMMIT, NOW, URL, fact, solution

Shown = Callable[..., str]
ULM = Body("u", "ulm", "Ulm", BodyKind.TOWN, "DE", designation="Stadt", land="DE-BW")
FITTING = tuple(
    Body(f"n{n}", f"neustadt-{n}", f"Neustadt {n}", BodyKind.TOWN, "DE", land="DE-BY", designation="Stadt")
    for n in range(8)
)
PROVIDER = Body("p", "muster-it", "Muster-IT", BodyKind.IT_PROVIDER, "DE", land="DE-SH")


@pytest.fixture
def shown(app: Flask) -> Shown:
    def render(language: str = "en", **given: Any) -> str:
        resolved = solution(fact(Field.ORGANISATION, {"uri": None, "name": "Stadt Ulm"}, line=12))
        record = replace(
            SolutionRecord("1", "melder", resolved, assess(resolved, NOW), None, "hash", NOW, NOW, NOW), **given
        )
        with app.test_request_context("/solutions/melder", environ_overrides={"allmende.language": language}):
            html = render_template("solution.html", record=record, view=solution_view(record), demo=False, peers={})
        return " ".join(html.split())

    return render


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace(" ,", ",").replace(" ;", ";")


def test_a_publisher_is_named_with_its_land_and_what_told_so(shown: Shown) -> None:
    told = Attribution(MatchOutcome.MATCH, AttributionVia.ORGANISATION, "Stadt Ulm", "u", ("p",))
    page = shown(publisher=ULM, attribution=told, bodies={"p": PROVIDER})
    assert page.count('<a class="link" href="/bodies/ulm">Stadt Ulm</a>, Baden-Württemberg') == 2
    plain = text(page)
    assert "Told by: organisation.name in publiccode.yml" in plain
    assert "Source: publiccode.yml, line 12" in plain
    assert "The declaration also names: Muster-IT, Schleswig-Holstein" in plain


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (Body("b", "bern", "Bern", BodyKind.TOWN, "CH"), ", Switzerland"),
        (Body("b", "bund", "Bund", BodyKind.NATIONAL, "DE"), ""),
        (Body("b", "hessen", "Land Hessen", BodyKind.STATE, "DE", land="DE-HE"), ""),
        (Body("b", "x", "Musterstadt", BodyKind.TOWN, "DE"), ""),
    ],
)
def test_the_place_is_said_where_it_says_more(shown: Shown, body: Body, place: str) -> None:
    page = shown(publisher=body)
    assert re.findall(rf">{body.title}</a>([^<]*)</p>", page)[0].strip() == place.strip()


def test_whom_nobody_knows_is_shown_as_said(shown: Shown) -> None:
    told = Attribution(MatchOutcome.UNKNOWN, AttributionVia.ORGANISATION, "Acme <b>GmbH")
    assert shown(attribution=told).count("Publisher as stated: Acme &lt;b&gt;GmbH (not matched)") == 2


def test_several_that_fit_are_linked_and_the_rest_counted(shown: Shown) -> None:
    ids = tuple(body.id for body in FITTING)
    told = Attribution(MatchOutcome.AMBIGUOUS, AttributionVia.ORGANISATION, "Neustadt", None, ids)
    page = shown(attribution=told, bodies={body.id: body for body in FITTING})
    assert "Publisher as stated: Neustadt; several fit: Stadt Neustadt 0, Bavaria; Stadt Neustadt 1" in text(page)
    assert 'href="/bodies/neustadt-4"' in page
    assert 'href="/bodies/neustadt-5"' not in page
    assert "and 3 more" in text(page)


def test_nothing_said_is_not_stated(shown: Shown) -> None:
    page = text(shown(attribution=Attribution(MatchOutcome.UNKNOWN)))
    assert "Publisher: not stated" in page
    assert "no known operator" not in page


def test_each_claim_has_its_origin_and_maintaining_is_not_operating(shown: Shown) -> None:
    origin = {"repository": URL, "path": "publiccode.yml", "line": 30, "commit": COMMIT}
    claims = (
        OperatorClaim("MIT", "p", MatchOutcome.MATCH, None, "2027-06-30", origin),
        OperatorClaim("Firma", None, MatchOutcome.UNKNOWN, "javascript:alert(1)", None, {**origin, "line": 40}),
        OperatorClaim("Haus", None, MatchOutcome.UNKNOWN, "https://haus.example", None, {"repository": 7}),
    )
    page = shown(operators=claims, bodies={"p": PROVIDER})
    plain = text(page)
    assert "Operation no known operator" in plain
    said = plain[plain.index("Maintenance, as the publisher says") :]
    assert 'href="/bodies/muster-it"' in page
    assert "line 30" in said
    assert "line 40" in said
    assert "javascript" not in page
    assert 'href="https://haus.example"' in page
