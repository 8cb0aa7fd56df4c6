# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers.reading import read_snapshot
from registry import licences
from registry.assess import assess
from registry.catalogue.presenting import solution_json
from registry.model import (
    Fact,
    FactSource,
    Field,
    LicenceVerdict,
    Member,
    Origin,
    Role,
    Severity,
    SolutionRecord,
    State,
)
from registry.resolve import PRECEDENCE, resolve, without_addresses
from registry.storage.codec import to_json
from registry.storage.indexing import index_document
from registry.vocabulary.names import is_template
from registry.vocabulary.rules import explain, problem, rules
from support.snapshots import snapshot
from support.solutions import COMMIT, NOW, URL, annotated, declared, fact, reading, rules_of, solution, text, value_of

S = FactSource


def named(name: str, source: FactSource) -> Fact:
    return fact(Field.NAME, name, source, path=source.value)


def test_every_field_has_its_precedence_and_a_person_is_heard_first_of_those_who_declare() -> None:
    assert set(PRECEDENCE) == set(Field)
    for order in PRECEDENCE.values():
        assert len(set(order)) == len(order)
        assert order.index(S.PERSON) < order.index(S.PUBLICCODE)


@pytest.mark.parametrize(
    ("sources", "chosen"),
    [
        ([S.MANIFEST, S.CITATION, S.CODEMETA, S.PUBLICCODE], S.PUBLICCODE),
        ([S.README, S.MANIFEST, S.CITATION, S.CODEMETA], S.CODEMETA),
        ([S.README, S.MANIFEST, S.CITATION], S.CITATION),
        ([S.REPOSITORY_NAME, S.FORGE, S.README, S.MANIFEST, S.PUBLICCODE], S.PUBLICCODE),
        ([S.REPOSITORY_NAME, S.FORGE, S.README, S.MANIFEST], S.MANIFEST),
        ([S.REPOSITORY_NAME, S.FORGE, S.README], S.README),
        ([S.REPOSITORY_NAME, S.FORGE], S.FORGE),
        ([S.REPOSITORY_NAME], S.REPOSITORY_NAME),
        ([S.PUBLICCODE, S.PERSON], S.PERSON),
    ],
)
def test_name_comes_from_the_best_source(sources: list[FactSource], chosen: FactSource) -> None:
    resolved = solution(*(named(f"von {source}", source) for source in sources))
    assert resolved.name == f"von {chosen}"
    order = [candidate.source for candidate in resolved.fields[Field.NAME][0].candidates]
    expected = [source for source in PRECEDENCE[Field.NAME] if source in {*sources, S.REPOSITORY_NAME}]
    assert list(dict.fromkeys(order)) == expected


@pytest.mark.parametrize(
    ("sources", "chosen"),
    [
        ([S.FORGE, S.MANIFEST, S.README, S.CODEMETA, S.PUBLICCODE], S.PUBLICCODE),
        ([S.FORGE, S.MANIFEST, S.README, S.CODEMETA], S.CODEMETA),
        ([S.FORGE, S.MANIFEST, S.README], S.README),
        ([S.FORGE, S.MANIFEST], S.MANIFEST),
    ],
)
@pytest.mark.parametrize("name", [Field.SHORT_DESCRIPTION, Field.LONG_DESCRIPTION])
def test_a_description_is_rather_written_for_readers_than_for_registries(
    name: Field, sources: list[FactSource], chosen: FactSource
) -> None:
    resolved = solution(*(fact(name, f"von {source}", source, lang="de") for source in sources))
    assert value_of(resolved, name) == [f"von {chosen}"]


@pytest.mark.parametrize("default", ["A new Flutter project.", "Add your description here", "Project  description"])
def test_a_template_is_no_description(default: str) -> None:
    generated = fact(Field.SHORT_DESCRIPTION, default, S.MANIFEST, lang="en", path="pubspec.yaml")
    forge = fact(Field.SHORT_DESCRIPTION, "Report potholes", S.FORGE, lang="en", path=None)
    assert value_of(solution(generated, forge), Field.SHORT_DESCRIPTION) == ["Report potholes"]
    assert Field.SHORT_DESCRIPTION not in solution(generated).fields


@pytest.mark.parametrize("title", ["README", "My Project", "Medusa", "Create React App", "# Titel:"])
def test_a_template_is_no_name(title: str) -> None:
    assert is_template(title)
    resolved = solution(named(title, S.README), named("Mängelmelder", S.FORGE))
    assert resolved.name == "Mängelmelder"
    assert value_of(resolved, Field.NAME) == ["Mängelmelder"]
    assert title in [candidate.value for candidate in resolved.fields[Field.NAME][0].candidates]


@pytest.mark.parametrize("title", ["Medusa Online", "Mängelmelder", "Beteiligung", "README-Generator", "OpenProject"])
def test_a_name_is_no_template(title: str) -> None:
    assert not is_template(title)


def test_a_template_in_the_declaration_is_told() -> None:
    resolved = solution(named("Medusa", S.PUBLICCODE), named("Hundesteuer", S.README))
    assert resolved.name == "Hundesteuer"
    found = next(found for found in resolved.problems if found.rule == "name-is-template")
    assert (found.severity, found.params) == (Severity.HINT, {"name": "Medusa", "used": "Hundesteuer"})
    assert rules_of(solution(named("README", S.README))) == []


@pytest.mark.parametrize(
    ("own", "declared_url", "used"),
    [
        ("https://github.com/lab/amarex-masterportal", "https://bitbucket.org/hamburg/masterportal.git", "AMAREX"),
        ("https://github.com/lab/masterportal", "https://bitbucket.org/hamburg/masterportal", "Masterportal"),
        ("https://github.com/lab/amarex", "https://github.com/lab/masterportal", "Masterportal"),
        ("https://github.com/lab/amarex", "https://github.com/lab/amarex", "Masterportal"),
        ("https://github.com/lab/amarex", "https://masterportal.example/", "Masterportal"),
    ],
)
def test_the_name_of_a_declaration_that_came_along_with_a_fork_is_not_the_forks(
    own: str, declared_url: str, used: str
) -> None:
    name = fact(Field.NAME, "Masterportal", S.PUBLICCODE, url=own)
    url = fact(Field.UPSTREAM_URL, declared_url, S.PUBLICCODE, url=own)
    resolved = resolve([reading(name, url, fact(Field.NAME, "AMAREX", S.README, path="README.md", url=own), url=own)])
    assert resolved.name == used
    told = [found.params for found in resolved.problems if found.rule == "name-is-borrowed"]
    assert told == ([{"name": "Masterportal", "used": "AMAREX"}] if used == "AMAREX" else [])


@pytest.mark.parametrize(
    ("urls", "reason", "name"),
    [
        (["sol/Open-SmartCity-App-ads", "sol/Open-SmartCity-App-core"], "mirrors-of-one-group", "Open SmartCity App"),
        (["town/dogs/backend", "town/dogs/frontend"], "parts-of-one-group", "dogs"),
        (["town/dogs-api", "town/dogs-ui"], "part-name", "Modul ads"),
    ],
)
def test_a_product_of_equal_parts_is_not_named_after_one_of_them(urls: list[str], reason: str, name: str) -> None:
    first, second = (f"https://gitlab.com/{url}" for url in urls)
    members = {first: Member(first, Role.MAIN, "own"), second: Member(second, Role.MODULE, reason)}
    title = fact(Field.NAME, "Modul ads", S.README, path="README.md", url=first)
    read = [reading(title, url=first), reading(url=second)]
    assert resolve(read, members).name == name
    declared = fact(Field.NAME, "Declared", S.PUBLICCODE, url=first)
    assert resolve([reading(declared, title, url=first), read[1]], members).name == "Declared"


def test_a_repository_that_says_nothing_has_the_name_of_its_address_and_nothing_else() -> None:
    resolved = resolve([reading(url="https://forge.example/stadt/frontend.git")])
    assert resolved.name == "frontend"
    assert set(resolved.fields) == {Field.NAME}
    assert resolved.licence.verdict is LicenceVerdict.NONE


def test_languages_are_chosen_one_by_one() -> None:
    resolved = solution(
        fact(Field.SHORT_DESCRIPTION, "Aus der README", S.README, lang="de"),
        fact(Field.SHORT_DESCRIPTION, "From the README", S.README, lang="en"),
        fact(Field.SHORT_DESCRIPTION, "Aus der publiccode", S.PUBLICCODE, lang="de"),
        fact(Field.SHORT_DESCRIPTION, "one line", S.FORGE, lang="und"),
    )
    chosen = [(value.fact.lang, value.fact.value) for value in resolved.fields[Field.SHORT_DESCRIPTION]]
    assert chosen == [("de", "Aus der publiccode"), ("en", "From the README")]
    assert len(resolved.fields[Field.SHORT_DESCRIPTION][0].candidates) == 2


def test_a_text_in_an_unknown_language_is_better_than_none() -> None:
    resolved = solution(fact(Field.SHORT_DESCRIPTION, "one line", S.FORGE))
    assert [(value.fact.lang, value.fact.value) for value in resolved.fields[Field.SHORT_DESCRIPTION]] == [
        ("und", "one line")
    ]


@pytest.mark.parametrize("nothing", [None, "", "   ", [], {}])
def test_a_field_without_a_value_is_absent(nothing: Any) -> None:
    assert Field.LANDING_URL not in solution(fact(Field.LANDING_URL, nothing)).fields
    assert Field.CATEGORIES not in solution(fact(Field.CATEGORIES, nothing)).fields


def test_false_is_a_value_and_the_forge_knows_best_whether_it_archived() -> None:
    said = fact(Field.ARCHIVED, False, S.FORGE)
    assert value_of(solution(fact(Field.ARCHIVED, True, S.PUBLICCODE), said), Field.ARCHIVED) == [False]


def test_same_statement_twice_is_one_candidate() -> None:
    same = fact(Field.TOPICS, ["gis"], S.FORGE)
    assert len(solution(same, same).fields[Field.TOPICS][0].candidates) == 1


# --- licence ---------------------------------------------------------------------------------------------------------


def test_licence_is_concluded_from_text_before_declaration_before_forge() -> None:
    resolved = solution(declared("EUPL 1.2"), text("EUPL-1.2"), declared("MIT", "package.json"), licence="MIT")
    assert (resolved.licence.expression, resolved.licence.verdict) == ("EUPL-1.2", LicenceVerdict.CLEAR)
    assert [(item.kind, item.expression, item.origin.path) for item in resolved.licence.evidence] == [
        ("text", "EUPL-1.2", "LICENSE"),
        ("declaration", "EUPL-1.2", "publiccode.yml"),
        ("declaration", "MIT", "package.json"),
        ("forge", "MIT", None),
    ]
    assert rules_of(resolved) == ["licence-manifest-differs"]


def test_contradiction_between_text_and_declaration_is_told_where_it_is_declared() -> None:
    resolved = solution(declared("AGPL-3.0-or-later"), text("Apache-2.0"))
    assert resolved.licence.verdict is LicenceVerdict.CONFLICT
    (found,) = resolved.problems
    assert (found.rule, found.severity) == ("licence-conflict", Severity.ERROR)
    places = {"path": "publiccode.yml", "text": "LICENSE"}
    assert found.params == {"declared": "AGPL-3.0-or-later", "found": "Apache-2.0", **places}
    assert found.origin == Origin(URL, "publiccode.yml", 1, COMMIT)


MISSING = problem("licence-missing", Origin(URL, commit=COMMIT))


@pytest.mark.parametrize(
    ("facts", "rule", "named"),
    [
        ([], "licence-missing", None),
        ([declared("MIT")], "licence-text-missing", "MIT"),
        ([declared("Stadtlizenz")], "licence-text-missing", "Stadtlizenz"),
        ([declared("ISC", "package.json"), declared("EUPL-1.2")], "licence-text-missing", "EUPL-1.2"),
        ([declared("UNLICENSED", "package.json"), declared("MIT")], "licence-text-missing", "MIT"),
        ([fact(Field.DECLARED_LICENCE, "MIT", S.FORGE)], "licence-missing", None),
        ([annotated("EUPL-1.2", "publiccode.yml", "tag")], "licence-text-missing", "EUPL-1.2"),
        ([annotated("MIT", covers="part")], "licence-missing", None),
    ],
)
def test_a_declared_licence_lacks_its_text_only(facts: list[Fact], rule: str, named: str | None) -> None:
    resolved = solution(*facts, problems=[MISSING])
    (found,) = resolved.problems
    assert found.rule == rule
    assert found.params.get("declared") == named
    assert resolved.licence.expression is None
    if named:
        assert found.severity is Severity.WARNING
        assert found.origin is not None
        assert found.origin.path == "publiccode.yml"
        told = explain(found.rule, found.params, "de")
        assert told.message == f"Angegeben ist {named}; der Lizenztext dazu wurde nicht gefunden."


def test_a_default_of_npm_without_a_text_is_told_as_what_it_is() -> None:
    resolved = solution(declared("ISC", "package.json"), problems=[MISSING])
    assert (resolved.licence.expression, resolved.licence.verdict) == (None, LicenceVerdict.UNCLEAR)
    assert rules_of(resolved) == ["licence-generator-default"]
    (found,) = resolved.problems
    assert "package.json nennt ISC" in explain(found.rule, found.params, "de").message


@pytest.mark.parametrize("raw", ["UNLICENSED", "proprietary", "SEE LICENSE IN EULA.md"])
def test_a_declaration_that_refuses_or_points_elsewhere_is_no_missing_licence(raw: str) -> None:
    resolved = solution(declared(raw, "package.json"), problems=[MISSING])
    assert (resolved.licence.expression, resolved.licence.verdict) == (None, LicenceVerdict.UNCLEAR)
    beside = solution(declared(raw, "package.json"), text("EUPL-1.2"))
    assert (beside.licence.expression, beside.licence.verdict) == ("EUPL-1.2", LicenceVerdict.CLEAR)


@pytest.mark.parametrize("rule", sorted(licences.UNREAD))
def test_a_file_that_was_not_read_is_no_missing_licence(rule: str) -> None:
    unread = problem(rule, Origin(URL, "LICENSE"), subject="LICENSE", name="LICENSE", detail="x")
    assert solution(problems=[unread]).licence.verdict is LicenceVerdict.UNCLEAR
    assert solution(text("MIT"), problems=[unread]).licence.verdict is LicenceVerdict.CLEAR
    assert solution(problems=[MISSING]).licence.verdict is LicenceVerdict.NONE


def test_a_text_in_a_folder_of_something_is_told_where_it_lies() -> None:
    resolved = solution(text("MIT", "backend/LICENSE"))
    assert (resolved.licence.expression, resolved.licence.verdict) == (None, LicenceVerdict.UNCLEAR)
    assert rules_of(resolved) == ["licence-in-folder"]
    assert rules_of(solution(text("MIT", "backend/LICENSE"), declared("MIT"))) == []
    assert rules_of(solution(text("LicenseRef-Haus", "LICENSES/LicenseRef-Haus.txt"))) == []


def test_each_repository_is_told_of_its_own_licence() -> None:
    other = "https://forge.example/stadt/melder-api"
    missing = problem("licence-missing", Origin(other))
    resolved = resolve([reading(declared("MIT"), problems=[MISSING]), reading(url=other, problems=[missing])])
    assert rules_of(resolved) == ["licence-text-missing", "licence-missing"]


@pytest.mark.parametrize("rule", sorted(rules()))
def test_no_rule_judges_what_the_law_permits(rule: str) -> None:
    for lang in ("de", "en"):
        told = rules()[rule]
        if rule.startswith("licence"):
            assert not re.search(
                r"darf|dürfen|erlaubt|verboten|\bmay\b|permitted|illegal", told.message[lang] + told.hint[lang]
            )


def test_conflict_names_all_texts_where_there_are_several() -> None:
    resolved = solution(declared("EUPL-1.2"), text("MIT", "LICENSE-MIT"), text("0BSD", "LICENSE-0BSD"))
    assert resolved.problems[0].params["found"] == "MIT, 0BSD"


CHANGES = [{"added": "non commercial", "removed": "", "line": 7}]


def test_each_piece_of_evidence_has_its_kind_its_place_and_its_rank() -> None:
    resolved = solution(
        declared("MIT", "README.md"),
        declared("EUPL-1.2", "setup.cfg"),
        declared("MIT", "codemeta.json"),
        declared("EUPL 1.2"),
        annotated("CC0-1.0", covers="part"),
        annotated("EUPL-1.2", "app.py", "tag"),
        text("EUPL-1.2", kind="notice", start=3, end=90),
        text("MIT", start=100, end=900, aside=True),
        text(None, "LICENSE.md", changes=CHANGES, made_of="MIT"),
        licence="MIT",
    )
    shown = [
        (item.kind, item.expression, item.origin.path, item.start, item.end, item.aside, item.changed)
        for item in resolved.licence.evidence
    ]
    assert shown == [
        ("notice", "EUPL-1.2", "LICENSE", 3, 90, False, False),
        ("text", "MIT", "LICENSE", 100, 900, True, False),
        ("text", None, "LICENSE.md", None, None, False, True),
        ("reuse", "CC0-1.0", "REUSE.toml", None, None, True, False),
        ("reuse", "EUPL-1.2", "app.py", None, None, False, False),
        ("declaration", "EUPL-1.2", "publiccode.yml", None, None, False, False),
        ("declaration", "EUPL-1.2", "setup.cfg", None, None, False, False),
        ("declaration", "MIT", "codemeta.json", None, None, False, False),
        ("declaration", "MIT", "README.md", None, None, False, False),
        ("forge", "MIT", None, None, None, False, False),
    ]


@pytest.mark.parametrize(
    ("found", "expression", "verdict"),
    [
        (text(None, changes=CHANGES, made_of="MIT"), None, LicenceVerdict.UNCLEAR),
        (text("MIT", changes=CHANGES), None, LicenceVerdict.UNCLEAR),
        (text("LicenseRef-non-commercial", changes=CHANGES), "LicenseRef-non-commercial", LicenceVerdict.NOT_OPEN),
        (text("MIT", changes=[]), "MIT", LicenceVerdict.CLEAR),
        (text("MIT", kind="notice"), "MIT", LicenceVerdict.CLEAR),
        (text("MIT", aside=True), None, LicenceVerdict.UNCLEAR),
    ],
)
def test_a_changed_text_is_its_licence_no_more(found: Fact, expression: str | None, verdict: LicenceVerdict) -> None:
    resolved = solution(found)
    assert (resolved.licence.expression, resolved.licence.verdict) == (expression, verdict)


def test_differing_ranges_are_told_where_they_differ() -> None:
    resolved = solution(text("GPL-2.0-only", kind="notice"), declared("GPL-2.0-or-later"))
    assert (resolved.licence.expression, resolved.licence.verdict) == ("GPL-2.0-only", LicenceVerdict.CLEAR)
    (found,) = resolved.problems
    assert (found.rule, found.origin) == ("licence-range-differs", Origin(URL, "publiccode.yml", 1, COMMIT))
    told = explain(found.rule, found.params, "de").message
    assert told == (
        "Zu den späteren Fassungen der Lizenz steht Verschiedenes im Repository:"
        " publiccode.yml nennt GPL-2.0-or-later, LICENSE nennt GPL-2.0-only."
    )


def test_a_conflict_tells_both_sides_and_what_to_do() -> None:
    (found,) = solution(declared("MIT"), text("EUPL-1.2")).problems
    for lang in ("de", "en"):
        told = explain(found.rule, found.params, lang)
        for part in ("MIT", "EUPL-1.2", "publiccode.yml", "LICENSE"):
            assert part in told.message
            assert part in told.hint


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ([text("MIT", "LICENSE-MIT"), text("Apache-2.0", "LICENSE-APACHE")], ["licence-relation-open"]),
        ([text(None), text("MIT"), text("Apache-2.0")], ["licence-relation-open"]),
        ([text("EUPL-1.2"), declared("ISC", "package.json")], ["licence-manifest-differs"]),
        ([text("EUPL-1.2"), declared("MIT", "README.md")], ["licence-manifest-differs"]),
        (
            [text("EUPL-1.2"), declared("MIT"), declared("0BSD", "a.json")],
            ["licence-conflict", "licence-manifest-differs"],
        ),
        ([text("EUPL-1.2"), annotated("MIT")], ["licence-conflict"]),
        ([text("EUPL-1.2"), annotated("CC0-1.0", "Dockerfile", "tag")], []),
        ([text("EUPL-1.2"), annotated("MIT", covers="part")], []),
        ([text("LGPL-3.0", "COPYING.LESSER"), text("GPL-3.0", "COPYING")], []),
        ([text("EUPL-1.2"), declared("EUPL-1.2 AND CC0-1.0")], ["licence-text-missing"]),
        ([text("MIT"), declared("MIT OR Apache-2.0")], []),
    ],
)
def test_what_a_maintainer_is_told_of_the_licence(facts: list[Fact], told: list[str]) -> None:
    assert rules_of(solution(*facts)) == told


@pytest.mark.parametrize(
    "facts",
    [
        [text("GPL-3.0"), declared("GPL-3.0-or-later")],
        [text("EUPL-1.2"), declared("EUPL-1.2")],
        [text("MIT")],
        [declared("MIT")],
        [text("MIT"), declared("???")],
        [text(None), declared("MIT")],
    ],
)
def test_agreement_and_silence_are_no_problems(facts: list[Fact]) -> None:
    assert rules_of(solution(*facts)) == []


def test_the_licence_of_a_further_repository_is_not_that_of_the_solution() -> None:
    other = "https://forge.example/stadt/melder-docs"
    further = reading(replace(text("CC-BY-4.0"), origin=Origin(other, "LICENSE", 1, COMMIT)), url=other)
    resolved = resolve([reading(text("EUPL-1.2")), further])
    assert resolved.licence.expression == "EUPL-1.2"
    assert len(resolved.licence.evidence) == 1


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        (URL, False),
        (f"{URL}.git", False),
        (f"{URL}/", False),
        ("http://FORGE.example/Stadt/Melder", False),
        ("https://forge.example/anderswo/melder", True),
        ("https://forge.example/stadt/melder/tree/main", False),
        ("git@forge.example:stadt/melder.git", False),
    ],
)
def test_another_declared_address_is_a_hint(said: str, differs: bool) -> None:
    resolved = solution(fact(Field.UPSTREAM_URL, said, line=4))
    assert rules_of(resolved) == (["declared-url-differs"] if differs else [])
    for found in resolved.problems:
        assert (found.severity, found.key) == (Severity.HINT, "url")
        assert found.params == {"declared": said, "found": URL}


def test_the_address_it_was_fetched_from_is_its_own_too() -> None:
    other = "https://git.example/stadt/melder"
    read = reading(fact(Field.UPSTREAM_URL, other))
    assert rules_of(resolve([read])) == ["declared-url-differs"]
    assert rules_of(resolve([replace(read, ref=replace(read.ref, fetch_url=other))])) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Fragen an erika.mustermann@stadt.example bitte", "Fragen an [e-mail] bitte"),
        ('<a href="mailto:max@stadt.example?subject=x">Max</a>', '<a href="#">Max</a>'),
        ("max (at) stadt.example", "[e-mail]"),
        ("max[at]stadt.example", "[e-mail]"),
        ("über jörg.müller@städte.example.", "über [e-mail]."),
        ("git clone git@forge.example:stadt/melder.git", "git clone git@forge.example:stadt/melder.git"),
        ("npm i @angular/core@17.1.0 left-pad@latest", "npm i @angular/core@17.1.0 left-pad@latest"),
        ("um 12 @ Rathaus", "um 12 @ Rathaus"),
        ("max&#64;stadt.example oder max&#x40;stadt.example", "[e-mail] oder [e-mail]"),
        ("max\\@stadt.example", "[e-mail]"),
        ("max (at) stadt (punkt) example", "[e-mail]"),
        ("max[at]stadt[dot]example", "[e-mail]"),
        ("git clone https://bot:pw@forge.example/a.git", "git clone https://forge.example/a.git"),
        ("https://social.example/@stadt", "https://social.example/@stadt"),
    ],
)
def test_addresses_of_persons_do_not_pass(written: str, kept: str) -> None:
    assert without_addresses(written) == kept


def test_addresses_are_taken_out_of_nested_values_and_mail_links_dropped() -> None:
    resolved = solution(
        fact(Field.FEATURES, ["Meldung an amt@stadt.example"], lang="de"),
        fact(Field.ORGANISATION, {"name": "Stadt (post@stadt.example)", "uri": None}),
        fact(Field.LANDING_URL, "mailto:amt@stadt.example"),
        fact(Field.DOCUMENTATION_URL, "https://wiki.example/@amt/seite"),
    )
    assert value_of(resolved, Field.FEATURES) == [["Meldung an [e-mail]"]]
    assert value_of(resolved, Field.ORGANISATION) == [{"name": "Stadt ([e-mail])", "uri": None}]
    assert Field.LANDING_URL not in resolved.fields
    assert value_of(resolved, Field.DOCUMENTATION_URL) == ["https://wiki.example/@amt/seite"]


def test_contacts_keep_name_and_address_of_a_function_and_nothing_else() -> None:
    said = [
        {"name": "Geschäftsstelle", "email": "kontakt@stadt.example", "phone": "+49 30 123456", "affiliation": "IT"},
        {"name": "Support (max@stadt.example)", "email": "support@stadt.example"},
        {"name": "Nur ein Name", "email": None},
        {"name": "Zwei", "email": "a@stadt.example, b@stadt.example"},
        "kontakt@stadt.example",
    ]
    assert value_of(solution(fact(Field.CONTACTS, said)), Field.CONTACTS) == [
        [
            {"name": "Geschäftsstelle", "email": "kontakt@stadt.example"},
            {"name": "Support ([e-mail])", "email": "support@stadt.example"},
        ]
    ]
    assert Field.CONTACTS not in solution(fact(Field.CONTACTS, ["kontakt@stadt.example"])).fields


def test_an_at_sign_in_a_path_is_no_address() -> None:
    shots = ["img/shot@2x.png", "mailto:amt@stadt.example"]
    resolved = solution(fact(Field.SCREENSHOTS, shots), fact(Field.LOGO, "img/logo@2x.png"))
    assert value_of(resolved, Field.SCREENSHOTS) == [["img/shot@2x.png"]]
    assert value_of(resolved, Field.LOGO) == ["img/logo@2x.png"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b@", "@c.de", ".", " ", "(at)", "x.org", "@", "%", "mailto:"]), max_size=40))
def test_no_plain_address_survives_any_text(parts: list[str]) -> None:
    kept = without_addresses("".join(parts))
    assert without_addresses(kept) == kept
    assert not re.search(r"[a-z]@[a-z]+\.[a-z]{2}", kept)


def test_a_long_text_without_addresses_costs_little() -> None:
    # Quadratic search would take minutes; the suite's timeout would say so.
    for part in ("a", "a@", "a.", "a@b.", "(at)", "mailto:", "//", "//a", "a(dot)", "a@b(dot)", "a&#64;b.", "a\\@"):
        without_addresses(part * 60_000)


def test_no_login_passes_in_a_fact_a_problem_or_a_licence() -> None:
    link = "https://bot:s3cret@forge.example/a"
    resolved = solution(
        fact(Field.UPSTREAM_URL, link),
        fact(Field.FORK_OF, link, S.FORGE),
        fact(Field.IS_BASED_ON, [link]),
        declared(link),
        problems=[problem("publiccode-url", Origin(URL), key=link, name="url", value=link)],
        licence=link,
    )
    assert value_of(resolved, Field.UPSTREAM_URL) == ["https://forge.example/a"]
    assert value_of(resolved, Field.IS_BASED_ON) == [["https://forge.example/a"]]
    assert "declared-url-differs" in rules_of(resolved)
    parts = (resolved.fields, resolved.problems, resolved.licence)
    assert "s3cret" not in repr(parts)


def test_addresses_of_persons_do_not_pass_in_problems() -> None:
    (found,) = solution(problems=[problem("publiccode-country", Origin(URL), value="max@stadt.example")]).problems
    assert found.params == {"value": "[e-mail]"}


def test_persons_in_free_texts_of_publiccode_reach_neither_catalogue_nor_index() -> None:
    content = b"""
name: Melder
categories: [erika.muster@stadt.example]
url: mailto:erika.muster@stadt.example
description:
  de:
    shortDescription: Fragen an erika.muster@stadt.example
    longDescription: |
      Schreiben Sie an [Erika](mailto:erika.muster@stadt.example), <erika.muster@stadt.example>,
      erika.muster&#64;stadt.example oder erika.muster (at) stadt.example.
    features: ["Hilfe: erika.muster@stadt.example"]
"""
    taken = snapshot({"publiccode.yml": content}, url=URL)
    read = replace(reading(), readings=read_snapshot(taken))
    resolved = resolve([read])
    kept = json.dumps(to_json(resolved), ensure_ascii=False)
    assert value_of(resolved, Field.SHORT_DESCRIPTION) == ["Fragen an [e-mail]"]
    assert value_of(resolved, Field.FEATURES) == [["Hilfe: [e-mail]"]]
    assert Field.LONG_DESCRIPTION_HTML in resolved.fields
    assert "erika.muster" not in kept
    assert "erika.muster" not in repr(index_document("1", "melder", resolved, State.UNKNOWN, None))
    now = assess(resolved, NOW)
    record = SolutionRecord("1", "melder", resolved, now, None, "hash", NOW, NOW, NOW)
    assert "erika.muster" not in json.dumps(solution_json(record), ensure_ascii=False)


def test_a_solution_needs_a_repository() -> None:
    with pytest.raises(ValueError, match="at least one"):
        resolve([])


def test_problems_of_readers_are_kept_once() -> None:
    found = problem("parse-failed", Origin(URL, "LICENSE"), subject="LICENSE")
    assert solution(problems=[found, found]).problems == (found,)


def test_every_rule_raised_here_has_its_texts() -> None:
    for rule in (
        "licence-conflict", "licence-manifest-differs", "licence-range-differs", "licence-relation-open",
        "licence-text-missing", "declared-url-differs",
        "name-is-template", "part-licence-differs", "version-behind-release",
    ):  # fmt: skip
        assert rule in rules()
        for lang in ("de", "en"):
            assert explain(rule, {}, lang).hint
