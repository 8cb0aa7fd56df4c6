# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The JSON contracts, key by key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from registry.catalogue.presenting import (
    candidate_json,
    harvest_test_json,
    licence_json,
    moment,
    origin_json,
    page_json,
    problem_json,
    search_json,
    signal_json,
    solution_json,
)
from registry.licences import conclude
from registry.model import (
    Attribution,
    AttributionVia,
    Body,
    BodyKeys,
    BodyKind,
    Candidate,
    FacetValue,
    Fact,
    FactSource,
    Fault,
    Field,
    FieldValue,
    Json,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    MatchOutcome,
    NotModified,
    OperatorClaim,
    Origin,
    Outcome,
    Problem,
    Query,
    Role,
    SearchPage,
    Severity,
    Signal,
    SignalName,
    Solution,
    SolutionRecord,
    Verdict,
)
from registry.storage.codec import dump, load
from support import stored
from support.stored import NOW

URL = "https://git.example/stadt/melder"
ORIGIN = {"repository": URL, "path": "publiccode.yml", "line": 3, "commit": "a" * 40}


def _text(text: str, lang: str | None, line: int) -> FieldValue:
    origin = Origin(URL, "publiccode.yml", line, "a" * 40)
    return FieldValue(Fact(Field.SHORT_DESCRIPTION, text, origin, FactSource.PUBLICCODE, lang))


@pytest.fixture
def record() -> SolutionRecord:
    fresh = stored.harvested(
        URL,
        "Mängelmelder",
        commit="a" * 40,
        categories=["blog"],
        interface_languages=["de", "en"],
        problems=(Problem("repository-empty", Severity.ERROR, Origin(URL, "x", 1), "name", {"subject": "S"}),),
    )
    texts = (_text("Melden.", "de", 5), _text("Report.", "en", 9), _text("?", None, 11))
    solution = replace(fresh.solution, fields={**fresh.solution.fields, Field.SHORT_DESCRIPTION: texts})
    return SolutionRecord(
        id="1",
        slug="maengelmelder",
        solution=solution,
        assessment=fresh.assessment,
        publisher=Body(
            "p",
            "musterhausen",
            "Stadt Musterhausen",
            BodyKind.TOWN,
            "DE",
            land="DE-BW",
            keys=BodyKeys("084250099099", "08425099"),
            population=7_000,
        ),
        content_hash="h",
        first_seen_at=NOW,
        updated_at=NOW,
        checked_at=NOW,
    )


@pytest.fixture
def page(record: SolutionRecord) -> SearchPage:
    facets = {"country": (FacetValue("DE", 2), FacetValue("IT", 1))}
    return SearchPage(Query(page=2, per_page=1), 3, (Candidate(record, 1.5, {}),), facets)


def test_search(page: SearchPage) -> None:
    assert search_json(page) == {
        "total": 3,
        "relaxed": False,
        "results": [{"slug": "maengelmelder", "name": "Mängelmelder", "repositories": [URL], "score": 1.5}],
    }


def test_page(page: SearchPage) -> None:
    shown = page_json(page, "/api/v1/solutions?page=3")
    assert {key: shown[key] for key in ("total", "page", "per_page", "next")} == {
        "total": 3,
        "page": 2,
        "per_page": 1,
        "next": "/api/v1/solutions?page=3",
    }
    assert shown["facets"] == {"country": [{"value": "DE", "count": 2}, {"value": "IT", "count": 1}]}
    assert shown["results"] == [candidate_json(page.candidates[0])]


def test_result_of_the_list(page: SearchPage) -> None:
    assert candidate_json(page.candidates[0]) == {
        "slug": "maengelmelder",
        "name": "Mängelmelder",
        "url": "/solutions/maengelmelder",
        "description": {"de": "Melden.", "en": "Report.", "und": "?"},
        "state": "active",
        "licence": "EUPL-1.2",
        "licence_verdict": "clear",
        "licence_kinds": ["network_copyleft"],
        "publisher": {
            "slug": "musterhausen",
            "name": "Stadt Musterhausen",
            "country": "DE",
            "kind": "town",
            "land": "Baden-Württemberg",
            "land_code": "DE-BW",
            "region": None,
            "ars": "084250099099",
            "size": "small",
        },
        "attribution": None,
        "categories": ["blog"],
        "languages": ["de", "en"],
        "repositories": [URL],
        "last_activity": "2026-02-27T02:00:00Z",
        "score": 1.5,
    }


def test_unknown_is_null_or_absent(record: SolutionRecord) -> None:
    fields = {Field.NAME: record.solution.fields[Field.NAME]}
    licence = LicenceConclusion(None, LicenceVerdict.NONE)
    bare = replace(record.solution, fields=fields, licence=licence, repositories=())
    shown = candidate_json(Candidate(replace(record, solution=bare, publisher=None), 0.0, {}))
    assert (shown["description"], shown["categories"], shown["languages"]) == ({"de": None, "en": None}, [], [])
    assert (shown["publisher"], shown["licence"], shown["last_activity"]) == (None, None, None)


def test_solution_has_every_field_with_its_origin(record: SolutionRecord) -> None:
    shown = solution_json(record)
    fields = shown["fields"]
    assert fields.keys() == {field.value for field in record.solution.fields}
    name = fields["name"]
    assert (name["value"], name["origin"], name["source"]) == ("Mängelmelder", ORIGIN, "publiccode")
    assert [(other["source"], other["lang"]) for other in name["candidates"]] == [("repository_name", None)]
    assert name["candidates"][0].keys() == {"value", "lang", "source", "origin"}
    assert fields["categories"] == {"value": ["blog"], "origin": ORIGIN, "source": "publiccode", "candidates": []}
    assert fields["short_description"] == {
        "source": "publiccode",
        "candidates": [],
        "value": {"de": "Melden.", "en": "Report.", "und": "?"},
        "origin": {**ORIGIN, "line": 5},
        "origins": {"de": {**ORIGIN, "line": 5}, "en": {**ORIGIN, "line": 9}, "und": {**ORIGIN, "line": 11}},
    }
    assert json.loads(json.dumps(shown)) == shown


def _fact(field: Field, value: Json, source: FactSource, path: str, lang: str | None = None) -> Fact:
    return Fact(field, value, Origin(URL, path, 1, "a" * 40), source, lang)


def test_values_of_several_sources_stand_together_and_every_statement_beside_them(record: SolutionRecord) -> None:
    codemeta = _fact(Field.KEYWORDS, ["gis", "karte"], FactSource.CODEMETA, "codemeta.json")
    manifest = _fact(Field.KEYWORDS, ["karte", "stadt"], FactSource.MANIFEST, "package.json")
    fields = {**record.solution.fields, Field.KEYWORDS: (FieldValue(codemeta, (codemeta, manifest)),)}
    shown = solution_json(replace(record, solution=replace(record.solution, fields=fields)))["fields"]["keywords"]
    assert (shown["value"], shown["source"]) == (["gis", "karte", "stadt"], "codemeta")
    assert [(other["value"], other["origin"]["path"]) for other in shown["candidates"]] == [
        (["karte", "stadt"], "package.json")
    ]


def test_a_candidate_read_from_the_store_is_not_taken_for_another_statement(record: SolutionRecord) -> None:
    again = load(Solution, dump(record.solution))
    shown = solution_json(replace(record, solution=again))["fields"]
    assert shown == solution_json(record)["fields"]


def test_what_other_sources_say_is_quoted_where_nothing_allows_more(record: SolutionRecord) -> None:
    used = _fact(Field.SHORT_DESCRIPTION, "Melden.", FactSource.PUBLICCODE, "publiccode.yml", "de")
    readme = _fact(Field.SHORT_DESCRIPTION, "Wort " * 100, FactSource.README, "README.md", "de")
    fields = {**record.solution.fields, Field.SHORT_DESCRIPTION: (FieldValue(used, (used, readme)),)}
    licence = LicenceConclusion(None, LicenceVerdict.NONE)
    shown = solution_json(replace(record, solution=replace(record.solution, fields=fields, licence=licence)))
    (other,) = shown["fields"]["short_description"]["candidates"]
    assert (other["lang"], other["source"]) == ("de", "readme")
    assert len(other["value"]) <= 202


def test_standards_have_their_labels(record: SolutionRecord) -> None:
    fact = _fact(Field.STANDARDS, ["oparl", "no-such-standard"], FactSource.README, "README.md")
    fields = {**record.solution.fields, Field.STANDARDS: (FieldValue(fact, (fact,)),)}
    shown = solution_json(replace(record, solution=replace(record.solution, fields=fields)))
    assert shown["fields"]["standards"]["value"] == ["oparl", "no-such-standard"]
    assert shown["standards"] == [
        {"id": "oparl", "label": {"de": "OParl", "en": "OParl"}, "homepage": "https://oparl.org"}
    ]


def test_activity_of_copies_is_not_that_of_the_solution(record: SolutionRecord) -> None:
    part = record.solution.repositories[0]
    late = replace(part.activity, last_human_commit_at=datetime(2026, 11, 1, tzinfo=UTC))
    fork = replace(part, url=f"{URL}-fork", role=Role.FORK, reason="fork-unchanged", activity=late)
    both = replace(record, solution=replace(record.solution, repositories=(part, fork)))
    assert solution_json(both)["last_activity"] == "2026-02-27T02:00:00Z"
    assert "Fork" in solution_json(both)["repositories"][1]["reason_text"]["de"]


def test_solution_has_what_the_list_has(record: SolutionRecord) -> None:
    listed = candidate_json(Candidate(record, 1.0, {}))
    shown = solution_json(record)
    for key in listed.keys() - {"score", "licence", "repositories"}:
        assert shown[key] == listed[key]


def test_repositories_licence_and_books(record: SolutionRecord) -> None:
    shown = solution_json(record)
    (repository,) = shown["repositories"]
    assert (repository["url"], repository["role"], repository["reason"]) == (URL, "main", "own")
    assert repository["reason_text"]["de"] == "Das Haupt-Repository dieser Lösung."
    assert repository["reason_text"].keys() == {"de", "en"}
    assert repository["licence"] is None
    assert repository["commit"] == "a" * 40
    assert repository["activity"]["last_human_commit_at"] == "2026-02-27T02:00:00Z"
    assert shown["licence"] == {
        "expression": "EUPL-1.2",
        "range": None,
        "verdict": "clear",
        "confidence": None,
        "evidence": [
            {
                "kind": "text",
                "expression": "EUPL-1.2",
                "confidence": 0.99,
                "raw": None,
                "start": None,
                "end": None,
                "aside": False,
                "changed": False,
                "origin": {"repository": URL, "path": "LICENSE", "line": 1, "commit": "a" * 40},
            }
        ],
        "conflicts": [],
    }
    assert (shown["first_seen_at"], shown["failing_since"], shown["fault"]) == ("2026-03-01T02:00:00Z", None, None)


def test_a_fault_is_told_in_two_languages(record: SolutionRecord) -> None:
    fault = Fault(Outcome.GONE, "repository-gone", {"subject": URL})
    shown = solution_json(replace(record, fault=fault, failing_since=NOW))
    assert (shown["fault"]["outcome"], shown["fault"]["reason"]) == ("gone", "repository-gone")
    assert URL in shown["fault"]["message"]["de"]
    assert shown["failing_since"] == "2026-03-01T02:00:00Z"


def test_problem() -> None:
    shown = problem_json(Problem("repository-empty", Severity.ERROR, None, "name", {"subject": "Repo", "detail": ""}))
    assert shown.keys() == {"rule", "severity", "message", "hint", "key", "origin", "asked_by", "conflict"}
    assert (shown["asked_by"], shown["conflict"]) == ([], None)
    params = {"value": "0.2", "newest": "0.7"}
    asked = problem_json(Problem("publiccode-version-old", Severity.HINT, None, "publiccodeYmlVersion", params))
    assert asked["asked_by"] == ["pipelines"]
    assert {lang: "openCoDE" in text for lang, text in asked["conflict"].items()} == {"de": True, "en": True}
    assert (shown["rule"], shown["severity"], shown["key"], shown["origin"]) == (
        "repository-empty",
        "error",
        "name",
        None,
    )
    assert shown["message"].keys() == shown["hint"].keys() == {"de", "en"}
    assert "Repo" in shown["message"]["de"]
    assert shown["message"]["de"] != shown["message"]["en"]


@pytest.mark.parametrize("name", list(SignalName))
def test_signal(name: SignalName) -> None:
    shown = signal_json(Signal(name, Verdict.UNKNOWN, "no-such-row", {}, Origin(URL)))
    assert (shown["name"], shown["verdict"], shown["reason"]) == (name.value, "unknown", "no-such-row")
    assert shown["text"] == {"de": "keine Angabe", "en": "not known"}
    assert shown["origin"] == {"repository": URL, "path": None, "line": None, "commit": None}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, None),
        (datetime(2026, 1, 2, 3, 4, 5, 678, UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-06-30T23:00:00Z"),
    ],
)
def test_moments(at: datetime | None, expected: str | None) -> None:
    assert moment(at) == expected


def test_no_origin() -> None:
    assert origin_json(None) is None
    assert licence_json(LicenceConclusion(None, LicenceVerdict.NONE)) == {
        "expression": None,
        "range": None,
        "verdict": "none",
        "confidence": None,
        "evidence": [],
        "conflicts": [],
    }


def test_a_licence_shows_its_range_its_conflicts_and_where_its_texts_stand() -> None:
    text = LicenceEvidence("text", "GPL-3.0", Origin(URL, "LICENSE", 1), 0.97, start=10, end=35_000)
    other = LicenceEvidence("text", "MIT", Origin(URL, "LICENSE", 700), 0.9, start=35_100, end=36_000, aside=True)
    declared = LicenceEvidence("declaration", "MIT", Origin(URL, "publiccode.yml", 4), raw="MIT")
    shown = licence_json(conclude([text, other, declared]))
    assert (shown["expression"], shown["range"], shown["verdict"]) == ("GPL-3.0", "undetermined", "conflict")
    assert shown["confidence"] == 0.97
    assert [(item["start"], item["end"], item["aside"]) for item in shown["evidence"]] == [
        (10, 35_000, False),
        (35_100, 36_000, True),
        (None, None, False),
    ]
    (conflict,) = shown["conflicts"]
    assert (conflict["declared"], conflict["found"], conflict["origin"]["line"]) == ("MIT", "GPL-3.0", 4)


# --- harvest test ---

_KEYS = {"url", "repository", "outcome", "reason", "commit", "facts", "licence", "signals", "state", "problems"}


def test_harvest_test_of_a_good_repository() -> None:
    shown = harvest_test_json(
        URL, stored.ref(URL), stored.harvested(URL, "Melder", commit="a" * 40, categories=["blog"])
    )
    assert shown.keys() == _KEYS
    assert (shown["url"], shown["outcome"], shown["reason"], shown["commit"]) == (URL, "ok", None, "a" * 40)
    assert shown["facts"]["name"]["value"] == "Melder"
    assert shown["facts"]["name"]["origin"] == ORIGIN
    assert shown["licence"]["expression"] == "EUPL-1.2"
    assert shown["signals"][0]["name"] == "alive"


@pytest.mark.parametrize("outcome", [Outcome.GONE, Outcome.REFUSED, Outcome.FAILED])
def test_harvest_test_of_a_bad_repository(outcome: Outcome) -> None:
    shown = harvest_test_json(URL, stored.ref(URL), Fault(outcome, "unreachable", {"subject": URL, "detail": "no"}))
    assert shown.keys() == _KEYS | {"message", "hint"}
    assert (shown["outcome"], shown["reason"], shown["commit"]) == (outcome.value, "unreachable", None)
    assert (shown["facts"], shown["licence"], shown["signals"], shown["problems"]) == ({}, None, [], [])
    assert URL in shown["message"]["en"]


def test_harvest_test_of_a_moved_repository() -> None:
    new = f"{URL}-neu"
    shown = harvest_test_json(URL, stored.ref(new), stored.harvested(new, "Melder"), moved_from=URL)
    assert (shown["url"], shown["repository"], shown["outcome"]) == (URL, new, "moved")
    assert shown["reason"] == "repository-moved"
    assert new in shown["message"]["de"]
    assert shown["facts"]["name"]["value"] == "Melder"


def test_harvest_test_of_an_unchanged_repository() -> None:
    ref = stored.ref(URL)
    assert harvest_test_json(URL, ref, NotModified(ref, "d"))["outcome"] == "ok"


def test_a_readme_without_a_licence_is_quoted_not_republished() -> None:
    def described(verdict: LicenceVerdict, source: FactSource) -> tuple[str, str]:
        fact = Fact(Field.SHORT_DESCRIPTION, ("Wort " * 60).strip(), Origin(URL, "README.md", 3), source, "de")
        solution = replace(
            stored.harvested(URL).solution,
            licence=LicenceConclusion(None, verdict),
            fields={Field.SHORT_DESCRIPTION: (FieldValue(fact),)},
        )
        record = SolutionRecord("id", "slug", solution, stored.assessment(), None, "hash", NOW, NOW, NOW)
        shown = solution_json(record)
        return shown["description"]["de"], shown["fields"]["short_description"]["value"]["de"]

    for verdict in (LicenceVerdict.NONE, LicenceVerdict.UNCLEAR, LicenceVerdict.NOT_OPEN):
        listed, field = described(verdict, FactSource.README)
        assert listed == field
        assert len(listed) <= 202
        assert listed.endswith("…")
    assert len(described(LicenceVerdict.CLEAR, FactSource.README)[0]) == 299
    assert len(described(LicenceVerdict.NONE, FactSource.PUBLICCODE)[0]) == 299


def test_who_publishes_and_who_maintains_is_told_with_its_origin(record: SolutionRecord) -> None:
    fitting = [Body(key, key, "Neustadt", BodyKind.TOWN, "DE") for key in ("neustadt-1", "neustadt-2")]
    operator = Body("o", "betrieb", "Betrieb eG", BodyKind.IT_PROVIDER, "DE")
    told = Attribution(
        MatchOutcome.AMBIGUOUS, AttributionVia.ORGANISATION, "Neustadt", None, ("neustadt-1", "neustadt-2")
    )
    origin = {"repository": URL, "path": "publiccode.yml", "line": 9, "commit": "a" * 40}
    claims = (
        OperatorClaim("Betrieb", "o", MatchOutcome.MATCH, "https://betrieb.example", "2027-01-01", origin),
        OperatorClaim("Firma GmbH", None, MatchOutcome.UNKNOWN),
    )
    bodies = {body.id: body for body in (*fitting, operator)}
    shown = solution_json(replace(record, publisher=None, attribution=told, operators=claims, bodies=bodies))
    assert shown["publisher"] is None
    assert shown["attribution"] == {
        "outcome": "ambiguous",
        "via": "organisation",
        "said": "Neustadt",
        "alternatives": [{"slug": "neustadt-1", "name": "Neustadt"}, {"slug": "neustadt-2", "name": "Neustadt"}],
    }
    known = {"role": "maintenance", "until": "2027-01-01", "website": "https://betrieb.example", "origin": origin}
    unknown = {"role": "maintenance", "until": None, "website": None, "origin": None}
    assert shown["operators"] == [
        {"name": "Betrieb", "slug": "betrieb", **known},
        {"name": "Firma GmbH", "slug": None, **unknown},
    ]
