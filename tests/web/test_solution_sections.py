# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sections of a solution's page: who says what, services, repositories of the product, people, technical facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask, render_template

from registry.assess import assess
from registry.model import (
    Candidate,
    Fact,
    FactSource,
    Field,
    MatchOutcome,
    Member,
    OperatorClaim,
    RepositoryReading,
    Role,
    Solution,
    SolutionRecord,
)
from registry.resolve import resolve
from registry.web import texts
from registry.web.members import members as member_views
from registry.web.solution_view import solution_view
from support.solutions import NOW, URL, declared, fact, history, reading, solution, text
from support.solutions import URL as MAIN

S = FactSource
Render = Callable[..., str]


@pytest.fixture
def page(app: Flask) -> Render:
    def render(resolved: Solution, language: str = "de") -> str:
        record = recorded(resolved)
        with app.test_request_context("/solutions/melder", environ_overrides={"allmende.language": language}):
            return unescape(render_template("solution.html", record=record, view=solution_view(record), demo=False))

    return render


def recorded(resolved: Solution) -> SolutionRecord:
    """As it is stored beside a register that is empty."""
    said = [(item, value.fact) for value in resolved.fields.get(Field.CONTRACTORS, ()) for item in value.fact.value]
    claims = tuple(
        OperatorClaim(
            item["name"],
            None,
            MatchOutcome.UNKNOWN,
            item["website"],
            item["until"],
            {"repository": source.origin.repository, "path": source.origin.path, "line": source.origin.line},
        )
        for item, source in said
    )
    record = SolutionRecord("1", "melder", resolved, assess(resolved, NOW), None, "hash", NOW, NOW, NOW)
    return replace(record, operators=claims)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(html: str, identity: str) -> str:
    found = re.search(rf'<section aria-labelledby="{identity}">(.*?)</section>', html, re.DOTALL)
    return found[1] if found else ""


# --- who says what ---------------------------------------------------------------------------------------------------


def test_contradicting_sources_are_shown_side_by_side(page: Render) -> None:
    shown = page(
        solution(
            fact(Field.NAME, "Mängelmelder"),
            fact(Field.NAME, "schadensmelder", S.MANIFEST, path="package.json"),
            fact(Field.SOFTWARE_VERSION, "1.2.0"),
            fact(Field.SOFTWARE_VERSION, "1.1.0", S.CODEMETA, path="codemeta.json"),
            fact(Field.LANDING_URL, "https://melder.example"),
            fact(Field.LANDING_URL, "https://alt.example", S.MANIFEST, path="package.json"),
            activity=history(tags={"v1.4.0": 3}),
        )
    )
    assert "Name: andere Quellen sagen etwas anderes" in plain(shown)
    assert "publiccode.yml sagt Mängelmelder (hier verwendet) package.json sagt schadensmelder" in plain(shown)
    facts = plain(section(shown, "facts"))
    assert "publiccode.yml sagt 1.2.0 (hier verwendet) codemeta.json sagt 1.1.0" in facts
    assert "Der letzte Versions-Tag im Repository sagt 1.4.0" in facts
    assert "package.json sagt https://alt.example" in plain(section(shown, "repositories"))
    assert shown.count('<details class="said">') == 3
    assert "open" not in "".join(re.findall(r"<details[^>]*>", shown))


def test_agreement_is_not_worth_a_word(page: Render) -> None:
    shown = page(solution(fact(Field.NAME, "Melder"), fact(Field.NAME, "MELDER", S.README, path="README.md")))
    assert 'class="said"' not in shown


def test_a_readme_without_licence_is_quoted_in_what_it_says_too(page: Render) -> None:
    long = "Wort " * 100
    shown = page(
        solution(
            fact(Field.SHORT_DESCRIPTION, "Melden.", lang="de"),
            fact(Field.SHORT_DESCRIPTION, long, S.README, lang="de", path="README.md"),
        )
    )
    assert "README.md sagt" in plain(shown)
    assert long.strip() not in shown
    assert "Wort …" in shown


# --- services, standards, people -------------------------------------------------------------------------------------


SERVICE = {"leika": "99050012104000", "ozg": "10050", "themenfeld": "Familie & Kind", "lebenslage": "Geburt"}
FACTS = (
    fact(Field.LOCALISED_NAME, "melder", lang="de"),
    fact(Field.LOCALISED_NAME, "Citizen app", lang="en"),
    fact(Field.LOCALISED_NAME, "Sovelto", lang="xx"),
    fact(Field.PUBLIC_SERVICES, [SERVICE]),
    fact(Field.STANDARDS, ["oparl", "xplanung"], S.README, path="README.md"),
    fact(Field.SUPPORTS, ["alias:eidas"]),
    fact(Field.INSTALLATION, {"path": "README.md", "heading": "So geht's los"}, S.README, path="README.md"),
    fact(Field.CONTACTS, [{"name": "Geschäftsstelle", "email": "kontakt@stadt.example"}]),
    fact(Field.CONTRACTORS, [{"name": "Firma GmbH", "website": "https://firma.example", "until": "2027-06-30"}]),
    fact(Field.FUNDED_BY, [{"name": "Land Beispiel", "uri": "https://land.example"}, {"name": None, "uri": "urn:x:y"}]),
    fact(Field.SERVICES, ["postgresql", "eigenbau"], S.TREE, path="compose.yml"),
    fact(Field.TESTS, ["tests"], S.TREE, path="tests"),
    fact(Field.CONTINUOUS_INTEGRATION, ["gitlab"], S.TREE, path=".gitlab-ci.yml"),
    fact(Field.DEPENDENCY_BOTS, ["renovate"], S.TREE, path="renovate.json"),
    fact(Field.SBOM, ["sbom.json"], S.TREE, path="sbom.json"),
    fact(Field.RUNTIMES, ["python >=3.11"], S.MANIFEST, path="pyproject.toml"),
    fact(Field.RUNTIMES, ["node >=20"], S.MANIFEST, path="package.json"),
    fact(Field.IS_BASED_ON, ["https://forge.example/anderswo/werkzeug"]),
)


@pytest.mark.parametrize(
    ("language", "identity", "shown"),
    [
        ("de", "purposes", "Lebenslage: Geburt, Themenfeld: Familie & Kind, Leistungsschlüssel (LeiKa-ID) 99050"),
        ("de", "purposes", "OZG-Leistung 10050"),
        ("de", "purposes", "XPlanung"),
        ("en", "purposes", "XPlanung (land-use plans)"),
        ("de", "purposes", "Elektronische Identifizierung (eIDAS)"),
        ("de", "repositories", "Anleitung zur Einrichtung README.md, Abschnitt „So geht's los“"),
        ("de", "people", "Kontakt kontakt@stadt.example (Geschäftsstelle)"),
        ("de", "people", "Firma GmbH (bis 30.06.2027) Fundstelle"),
        ("en", "people", "Operation no known operator Maintenance, as the publisher says Firma GmbH (until"),
        ("de", "people", "Gefördert durch Land Beispiel urn:x:y Fundstelle"),
        ("de", "facts", "Name in anderen Sprachen Citizen app (Englisch), Sovelto (xx)"),
        ("de", "facts", "Baut auf forge.example/anderswo/werkzeug"),
        ("de", "technical", "Datenbanken und Dienste im Betrieb PostgreSQL, eigenbau"),
        ("de", "technical", "Automatische Tests tests"),
        ("de", "technical", "Automatisch geprüft mit GitLab CI"),
        ("de", "technical", "Abhängigkeiten werden aktualisiert durch Renovate"),
        ("de", "technical", "Liste der Bestandteile (SBOM) sbom.json"),
        ("de", "technical", "Läuft mit python >=3.11, node >=20 Fundstelle: pyproject.toml"),
        ("de", "technical", "Fundstelle: package.json"),
        ("en", "technical", "Automated tests tests"),
    ],
)  # fmt: skip
def test_what_is_known_stands_in_its_section(page: Render, language: str, identity: str, shown: str) -> None:
    assert shown in plain(section(page(solution(*FACTS), language), identity)).replace(" , ", ", ")


def test_an_origin_in_another_repository_of_the_product_says_so(page: Render) -> None:
    web = f"{URL}-web"
    shown = page(resolve([reading(), reading(fact(Field.PLATFORMS, ["web"], url=web), url=web)]))
    assert "Fundstelle: publiccode.yml, Zeile 1 (forge.example/stadt/melder-web)" in plain(section(shown, "facts"))
    assert "(forge.example" not in plain(page(solution(fact(Field.PLATFORMS, ["web"]))))


def test_links_lead_where_they_say(page: Render) -> None:
    shown = page(solution(*FACTS))
    assert 'href="mailto:kontakt@stadt.example"' in shown
    assert 'href="https://oparl.org" rel="nofollow ugc noopener noreferrer"' in shown
    assert 'href="https://firma.example"' in shown
    assert 'href="urn:' not in shown


@pytest.mark.parametrize(
    "hostile",
    [
        fact(Field.CONTRACTORS, [{"name": "X", "website": "javascript:alert(1)", "until": None}]),
        fact(Field.FUNDED_BY, [{"name": "X", "uri": "https://user:word@evil.example/"}, "X", None]),
        fact(Field.CONTACTS, [{"name": "<b>", "email": "a@b.example?bcc=x@evil.example"}]),
        fact(Field.PUBLIC_SERVICES, [{"leika": {"x": 1}, "ozg": "<script>"}, 7]),
        fact(Field.STANDARDS, ["<script>", 7, None]),
        fact(Field.SUPPORTS, ["javascript:alert(1)"]),
        fact(Field.INSTALLATION, {"path": 7, "heading": "x"}),
        fact(Field.INSTALLATION, "README.md"),
    ],
)
def test_odd_values_break_nothing_and_lead_nowhere(app: Flask, hostile: Fact) -> None:
    resolved = solution(hostile)
    record = recorded(resolved)
    with app.test_request_context("/solutions/melder", environ_overrides={"allmende.language": "de"}):
        shown = render_template("solution.html", record=record, view=solution_view(record), demo=False)
    assert "<script" not in shown
    assert not re.findall(r'href="(?:javascript|[^"]*@)', shown)


def test_nothing_known_makes_no_empty_section(page: Render) -> None:
    shown = page(solution())
    for identity in ("purposes", "facts", "people", "technical"):
        assert f'id="{identity}"' not in shown


def test_technical_facts_are_folded_away_and_judging_ones_are_not(page: Render) -> None:
    shown = page(solution(*FACTS, text("EUPL-1.2"), declared("EUPL-1.2")))
    order = [shown.index(f'id="{name}"') for name in ("signals", "purposes", "facts", "repositories", "technical")]
    assert order == sorted(order)
    assert "<details" in section(shown, "technical")
    assert "<details" not in section(shown, "facts")


# --- repositories ----------------------------------------------------------------------------------------------------


def product(count: int, role: Role = Role.MODULE) -> Solution:
    """A main repository and parts of it."""
    urls = [f"https://forge.example/stadt/melder-teil-{number}" for number in range(count)]
    named = {MAIN: Member(MAIN, Role.MAIN, "own")} | {url: Member(url, role, "mirrors-of-one-group") for url in urls}
    readings: Sequence[RepositoryReading] = [reading(), *(reading(url=url) for url in urls)]
    members: Mapping[str, Member] = named
    return resolve(readings, members)


def test_parts_say_why_they_belong_here(page: Render) -> None:
    shown = plain(section(page(product(2)), "repositories"))
    assert "Haupt-Repository" in shown
    assert shown.count("Weiterer Teil Gehört dazu: Beide sind Spiegel im selben Konto") == 2
    assert "Das Haupt-Repository dieser Lösung" not in shown
    assert "part" in plain(section(page(product(2), "en"), "repositories"))


def test_many_repositories_are_shown_compactly_and_completely(page: Render) -> None:
    whole = section(page(product(47)), "repositories")
    table, _, folded = whole.partition('<details class="more">')
    assert table.count('scope="row"') == 3
    assert "45 weitere Repositorys dieser Lösung" in folded
    assert len(set(re.findall(r"melder-teil-[0-9]+(?=\")", whole))) == 47
    assert folded.count("Beide sind Spiegel im selben Konto") == 1


def test_one_repository_alone_is_not_explained(page: Render) -> None:
    shown = section(page(solution()), "repositories")
    assert "<details" not in shown
    assert "dieser Lösung" not in plain(shown)


def test_copies_come_last(app: Flask) -> None:
    copy, part = "https://forge.example/a/kopie", "https://forge.example/b/melder-web"
    named = {copy: Member(copy, Role.MIRROR, "mirror-of"), part: Member(part, Role.FRONT_END, "part-name")}
    resolved = resolve([reading(), reading(url=copy), reading(url=part)], named)
    with app.test_request_context("/", environ_overrides={"allmende.language": "de"}):
        shown = member_views(resolved).shown
    assert [member.role for member in shown] == ["Haupt-Repository", "Oberfläche", "Spiegel"]
    assert shown[0].reason is None


def test_the_licence_of_a_part_is_named_where_it_is_another_one(page: Render) -> None:
    url = f"{URL}-web"
    other = Fact(
        Field.DETECTED_LICENCE,
        {"expression": "MIT", "confidence": 1.0, "path": "LICENSE"},
        fact(Field.NAME, "x", url=url, path="LICENSE").origin,
        S.LICENCE_FILE,
    )
    shown = page(resolve([reading(text("EUPL-1.2")), reading(other, url=url)]))
    assert "Lizenz: MIT" in plain(section(shown, "repositories"))
    assert "steht unter MIT, das Haupt-Repository unter EUPL-1.2" in plain(section(shown, "problems"))


# --- why it was found ------------------------------------------------------------------------------------------------


def test_a_result_says_where_it_was_found_when_its_text_does_not(app: Flask) -> None:
    def told(**highlights: str) -> tuple[tuple[str, str], ...]:
        resolved = solution()
        record = recorded(resolved)
        with app.test_request_context("/", environ_overrides={"allmende.language": "de"}):
            return texts.found_in(Candidate(record, 1.0, highlights))

    assert told(services="OZG \ue00010050\ue001") == (("Verwaltungsleistungen", "OZG \ue00010050\ue001"),)
    assert told(keywords="\ue000gis\ue001") == (("Schlagwörter", "\ue000gis\ue001"),)
    assert told(keywords="\ue000gis\ue001", short="\ue000gis\ue001") == ()
    assert told(standards="\ue000OParl\ue001", short="x") == (("Standards", "\ue000OParl\ue001"),)
