# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""publiccode.yml: what the golden pairs do not show, and bytes of every kind."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import publiccode
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import words
from registry.model import EntryKind, Field, Origin, Reading
from registry.vocabulary.categories import categories, scopes
from support.snapshots import COMMIT, entry, facts, rules, snapshot, value, values


def read(text: str) -> Reading:
    return publiccode.read(snapshot({"publiccode.yml": text.encode()}))


def test_origin_of_a_fact_names_file_line_column_and_commit() -> None:
    fact = facts(read("url: https://a.example/b\nlegal:\n  license: MIT\n"), Field.DECLARED_LICENCE)[0]
    assert fact.origin == Origin(
        "https://forge.example/stadt/maengelmelder", "publiccode.yml", line=3, commit=COMMIT, column=12
    )


def test_persons_are_never_read() -> None:
    reading = read(
        "name: a\nmaintenance:\n  type: internal\n  contacts:\n    - {name: Erika Musterfrau, email: e@example.org}\n"
        "  contractors: [{name: Max Mustermann, until: 2027-01-01}]\n"
    )
    told = json.dumps([fact.value for fact in reading.facts] + [dict(problem.params) for problem in reading.problems])
    assert "Muster" not in told
    assert "example.org" not in told


@pytest.mark.parametrize(
    ("contact", "kept"),
    [
        ("name: Erika Musterfrau, email: e.musterfrau@stadt.example", None),
        ("name: Erika Musterfrau, email: opensource@stadt.example, phone: '+49301234567'",
         {"name": None, "email": "opensource@stadt.example"}),
        ("name: Stadt Beispielhausen, email: erika@stadt.example", {"name": "Stadt Beispielhausen", "email": None}),
        ("name: Melder GmbH, email: info-melder@stadt.example",
         {"name": "Melder GmbH", "email": "info-melder@stadt.example"}),
        ("name: Team Melder", {"name": "Team Melder", "email": None}),
        ("email: it.mueller@stadt.example", None),
        ("email: it-support@stadt.example", {"name": None, "email": "it-support@stadt.example"}),
        ("email: info@@stadt.example", None),
        ("name: Agata Stadtmann", None),
        ("name: 'Erika Muster, Amt für Digitales', email: digital@stadt.example",
         {"name": "Amt für Digitales", "email": "digital@stadt.example"}),
        ("name: Dr. Agata Amt, email: open.source@stadt.example", None),
        ("name: Erika Land", None),
        ("name: Xaver Land", None),
        ("name: Land Berlin", {"name": "Land Berlin", "email": None}),
        ("name: Stadt Erika Mustermann", None),
        ("name: Erika Muster (Stadt Ulm)", {"name": "Stadt Ulm", "email": None}),
        ("name: Amt 12 (Stadt Ulm)", {"name": "Amt 12 (Stadt Ulm)", "email": None}),
        ("name: Comune di Ferrara (FE)", {"name": "Comune di Ferrara (FE)", "email": None}),
        ("name: Peter Schmidt GmbH", {"name": "Peter Schmidt GmbH", "email": None}),
        ("email: info.erika@stadt.example", None),
    ],
)  # fmt: skip
def test_of_contacts_only_offices_are_read(contact: str, kept: dict[str, str | None] | None) -> None:
    reading = read(f"maintenance:\n  type: internal\n  contacts:\n    - {{{contact}}}\n")
    assert values(reading, Field.CONTACTS) == ([[kept]] if kept else [])
    told = json.dumps([fact.value for fact in reading.facts] + [dict(problem.params) for problem in reading.problems])
    assert not any(private in told for private in ("Erika", "erika", "mueller", "301234567", "Agata"))


@pytest.mark.parametrize(
    ("contractor", "kept"),
    [
        ("name: Melder GmbH, until: 2027-01-01, website: 'https://melder.example'",
         {"name": "Melder GmbH", "website": "https://melder.example", "until": "2027-01-01"}),
        ("name: Melder S.p.A., until: bald", {"name": "Melder S.p.A.", "website": None, "until": None}),
        ("name: Meldio, until: 2027-01-01, website: 'https://meldio.example'",
         {"name": "Meldio", "website": "https://meldio.example", "until": "2027-01-01"}),
        ("name: Max Mustermann, until: 2027-01-01, website: 'https://mustermann.example'", None),
    ],
)  # fmt: skip
def test_of_contractors_only_companies_are_read(contractor: str, kept: dict[str, str | None] | None) -> None:
    reading = read(f"maintenance:\n  type: contract\n  contractors:\n    - {{{contractor}}}\n")
    assert values(reading, Field.CONTRACTORS) == ([[kept]] if kept else [])


LEIKA = "99094003140000"
URN = f"urn:de:fim:leika:leistung:{LEIKA}"


@pytest.mark.parametrize(
    ("text", "services", "supported"),
    [
        (f"DE: {{leika: [{{themenfeld: Bildung, lebenslage: Studium, ozg-id: '10110', leika-id: '{LEIKA}'}}]}}",
         [[{"leika": LEIKA, "ozg": "10110", "themenfeld": "Bildung", "lebenslage": "Studium"}]], [[URN]]),
        (f"de:\n  leika:\n    - leika-id: {LEIKA}\n",
         [[{"leika": LEIKA, "ozg": None, "themenfeld": None, "lebenslage": None}]], [[URN]]),
        (f"supports: [{{id: alias:eidas}}, {{id: '{URN}'}}]",
         [[{"leika": LEIKA, "ozg": None, "themenfeld": None, "lebenslage": None}]], [["alias:eidas"], [URN]]),
        (f"supports: [{{id: '{URN}'}}]\nDE: {{leika: [{{leika-id: '{LEIKA}'}}]}}",
         [[{"leika": LEIKA, "ozg": None, "themenfeld": None, "lebenslage": None}]], [[URN]]),
        ("DE: {leika: [{ozg-id: '10110', leika-id: nonsense}]}",
         [[{"leika": None, "ozg": "10110", "themenfeld": None, "lebenslage": None}]], []),
        ("supports: [{id: alias:nobody}, {id: nonsense}, {}]", [], []),
    ],
)  # fmt: skip
def test_the_german_section_and_supports_name_the_same_services(
    text: str, services: list[object], supported: list[object]
) -> None:
    reading = read(text)
    assert values(reading, Field.PUBLIC_SERVICES) == services
    assert sorted(values(reading, Field.SUPPORTS)) == sorted(supported)  # type: ignore[type-var]


def test_each_service_has_the_line_where_it_stands() -> None:
    reading = read(f"DE:\n  leika:\n    - leika-id: '{LEIKA}'\n    - ozg-id: '10110'\nsupports:\n  - id: alias:eidas\n")
    assert [fact.origin.line for fact in facts(reading, Field.PUBLIC_SERVICES)] == [3, 4]
    assert {fact.value[0]: fact.origin.line for fact in facts(reading, Field.SUPPORTS)} == {URN: 3, "alias:eidas": 6}


def test_what_a_page_shows_beside_the_texts() -> None:
    reading = read(
        "logo: /img/logo.svg\nfundedBy: [{name: Land, uri: 'https://land.example'}, Bund]\ndescription:\n"
        "  de: {localisedName: Melder, screenshots: [a.png, 'https://a.example/b.png', ../c.png], awards: [Preis]}\n"
        "  en: {localisedName: Reporter, screenshots: [a.png, d.jpeg], videos: ['https://v.example/1']}\n"
    )
    assert value(reading, Field.LOGO) == "img/logo.svg"
    assert value(reading, Field.FUNDED_BY) == [
        {"uri": "https://land.example", "name": "Land"}, {"uri": None, "name": "Bund"},
    ]  # fmt: skip
    assert (value(reading, Field.LOCALISED_NAME, "de"), value(reading, Field.LOCALISED_NAME, "en")) == (
        "Melder", "Reporter",
    )  # fmt: skip
    assert value(reading, Field.SCREENSHOTS) == ["a.png", "https://a.example/b.png", "d.jpeg"]
    assert value(reading, Field.VIDEOS) == ["https://v.example/1"]
    assert value(reading, Field.AWARDS) == ["Preis"]


@pytest.mark.parametrize(
    ("text", "field", "read_as"),
    [
        ("releaseDate: 2026-3-1\n", Field.RELEASE_DATE, "2026-03-01"),
        ("platforms: Web, Linux\n", Field.PLATFORMS, ["web", "linux"]),
        ("developmentStatus: Stable\n", Field.DEVELOPMENT_STATUS, "stable"),
        ("softwareType: standalone\n", Field.SOFTWARE_TYPE, "standalone/other"),
        ("intendedAudience: {countries: [de, UK, xx]}\n", Field.AUDIENCE_COUNTRIES, ["DE", "GB"]),
        ("localisation: {availableLanguages: [deu, en_GB, EN, xxx]}\n", Field.INTERFACE_LANGUAGES,
         ["de", "en-GB", "en"]),
        ("LANDINGURL: https://a.example\n", Field.LANDING_URL, "https://a.example"),
        ("tags: [Accounting]\n", Field.CATEGORIES, ["accounting"]),
        ("dependsOn: {open: PostgreSQL}\n", Field.DEPENDS_ON,
         [{"kind": "open", "name": "PostgreSQL", "version": None}]),
        ("IT: {riuso: {codiceIPA: c_a}}\nlegal: {repoOwner: Comune di A}\n", Field.ORGANISATION,
         {"uri": "urn:x-italian-pa:c_a", "name": "Comune di A"}),
        ("legal: {repoOwner: Gemeente Aa}\n", Field.ORGANISATION, {"uri": None, "name": "Gemeente Aa"}),
        ("legal: {repoOwner: VNG}\n", Field.ORGANISATION, {"uri": None, "name": "VNG"}),
        ("legal: {repoOwner: Gemeente Aa}\norganisation: {name: Stadt Bb}\n", Field.ORGANISATION,
         {"uri": None, "name": "Stadt Bb"}),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_read_as_what_it_certainly_means(text: str, field: Field, read_as: object) -> None:
    reading = read(text)
    assert value(reading, field) == read_as
    assert {problem.rule for problem in reading.problems} - {"publiccode-key-missing"}


@pytest.mark.parametrize("owner", ["Erika Mustermann", "emustermann", "'@emustermann'"])
def test_a_person_who_owns_the_repository_is_no_organisation(owner: str) -> None:
    assert not [fact for fact in read(f"legal: {{repoOwner: {owner}}}\n").facts if fact.field is Field.ORGANISATION]


@pytest.mark.parametrize("version", ["0.2", "'0.2'", "0.3.0", "0", "0.7", "1", "1.0"])
def test_known_versions_quoted_or_not(version: str) -> None:
    assert "publiccode-version" not in rules(read(f"publiccodeYmlVersion: {version}\nname: a\n"))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("1.10", "1.10"), ("2024.01", "2024.01"), ("'v3'", "v3"), ("0x10", "0x10"), ("1e3", "1e3"), ("yes", "yes")],
)
def test_unquoted_text_stays_as_written(written: str, read_as: str) -> None:
    assert value(read(f"softwareVersion: {written}\n"), Field.SOFTWARE_VERSION) == read_as


@pytest.mark.parametrize(
    ("written", "tag", "right"),
    [
        ("de", "de", True), ("EN", "en", True), ("pt-br", "pt-BR", True), ("zh-hant-TW", "zh-Hant-TW", True),
        ("it_IT", "it-IT", False), ("deu", "de", False), ("ger", "de", False), ("Deutsch", "de", False),
        ("nds", "nds", True), ("no", "no", True), ("zh-cmn", "cmn", True), ("sl-rozaj-biske", "sl-rozaj-biske", True),
        ("i-klingon", "tlh", True), ("x-private", "x-private", True), ("qaa", "qaa", True),
        ("de-Qaaa", "de-Qaaa", True), ("iw", "he", True), ("mo", "ro", True), ("iw-IL", "he-IL", True),
        ("de-x-foo", "de-x-foo", True), ("ca-valencia", "ca-valencia", True),
    ],
)  # fmt: skip
def test_language_tags(written: str, tag: str, right: bool) -> None:
    assert language_tag(written) == (tag, right)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "xx",
        "gb",
        "ca@valencia",
        "klingonisch",
        "de-",
        "-de",
        "d e",
        "x-",
        "i-x",
        "qzz",
        "de-1996-1996",
        "en-US-US",
    ],
)
def test_what_is_no_language(written: str) -> None:
    assert language_tag(written) is None


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//evil.example/x", "www.example.org", "ftp://a.example/", "https://",
     "https://a.example:99999/", "data:text/html,x", "https://[::1", "git@forge.example:a/b", "/relative",
      "file:///etc/passwd",
     "HTTPS://\\evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["url", "landingURL", "roadmap", "isBasedOn"])
def test_only_plain_web_addresses_become_links(key: str, url: str) -> None:
    reading = read(f"{key}: {json.dumps(url)}\n")
    assert reading.facts == ()
    assert {"publiccode-url", "publiccode-url-scheme"} & set(rules(reading))


@pytest.mark.parametrize("key", ["url", "landingURL", "roadmap", "isBasedOn"])
def test_a_login_is_taken_out_of_an_address_and_told(key: str) -> None:
    reading = read(f"{key}: https://bot:s3cret@forge.example/stadt/melder\n")
    (kept,) = reading.facts
    assert kept.value in ("https://forge.example/stadt/melder", ["https://forge.example/stadt/melder"])
    assert "address-with-login" in rules(reading)
    assert "s3cret" not in repr(reading)


@pytest.mark.parametrize(
    "written",
    [
        "https://bot:s3cret@forge.example/", "ftp://bot:s3cret@forge.example/", "//s3cret@forge.example",
        "bot:s3cret@forge.example/x", "https:/bot:s3cret@forge.example", "https://bot:s3c/s3cret@forge.example/",
        "https://bot:s3cret@x@forge.example:99999/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["url", "landingURL", "isBasedOn"])
def test_no_login_is_quoted_from_an_odd_address(key: str, written: str) -> None:
    assert "s3cret" not in repr(read(f"{key}: {json.dumps(written)}\n"))


@pytest.mark.parametrize("key", ["x", "categories", "softwareType", "releaseDate", "publiccodeYmlVersion"])
def test_no_login_is_quoted_where_no_address_belongs(key: str) -> None:
    reading = read(f"{key}: https://bot:s3cret@forge.example/\n")
    assert reading.problems
    assert "s3cret" not in repr(reading)


def test_no_login_stays_in_a_text_or_behind_a_key() -> None:
    link = "https://bot:s3cret@forge.example/a.git"
    reading = read(
        f"name: Melder {link}\nlegal: {{license: '{link}'}}\n'{link}': 1\norganisation: {{uri: '{link}'}}\n"
        f"description:\n  de:\n    shortDescription: git clone {link}\n    longDescription: 'Siehe <{link}>'\n"
        f"    features: ['{link}']\n    documentation: '{link}'\n"
    )
    assert "s3cret" not in repr(reading)
    assert value(reading, Field.SHORT_DESCRIPTION) == "git clone https://forge.example/a.git"
    assert value(reading, Field.DOCUMENTATION_URL) == "https://forge.example/a.git"
    assert "address-with-login" in rules(reading)


def test_an_at_sign_that_is_no_login_stays() -> None:
    reading = read("landingURL: https://social.example/@stadt\nname: npm i //@angular/core@17\n")
    assert value(reading, Field.LANDING_URL) == "https://social.example/@stadt"
    assert "address-with-login" not in rules(reading)


@pytest.mark.parametrize("key", ["name", "applicationSuite", "organisation"])
def test_long_names_are_cut_and_told(key: str) -> None:
    for length, told in ((200, False), (201, True), (1_900, True)):
        name = ("Mängel " * 400)[: length - 1] + "x"
        reading = read(f"organisation: {{name: {name}}}\n" if key == "organisation" else f"{key}: {name}\n")
        (kept,) = (fact.value["name"] if key == "organisation" else fact.value for fact in reading.facts)
        assert (len(kept) <= 200, kept == name, "name-too-long" in rules(reading)) == (True, not told, told)


def test_features_are_few_and_short_and_what_was_cut_is_told() -> None:
    def features(items: list[str]) -> Reading:
        return read(f"description: {{de: {{features: {json.dumps(items)}}}}}\n")

    plain = features([f"Funktion {number}" for number in range(50)])
    assert len(values(plain, Field.FEATURES)[0]) == 50  # type: ignore[arg-type]
    assert "publiccode-features-cut" not in rules(plain)
    for items in ([f"Funktion {number}" for number in range(51)], ["Meldung " * 100], ["Gleiches"] * 300):
        reading = features(items)
        kept = value(reading, Field.FEATURES)
        assert isinstance(kept, list)
        assert len(kept) <= 50
        assert all(len(line) <= 500 for line in kept)
        told = next(problem for problem in reading.problems if problem.rule == "publiccode-features-cut")
        assert told.params == {"count": str(len(items)), "most": "50", "longest": "500"}


def test_controls_and_direction_overrides_are_stripped_and_text_is_composed() -> None:
    reading = read('name: "Ma\u0308ngel\\u202Emelder\\u0007\\x85 \\uFEFF zwei"\n')
    assert value(reading, Field.NAME) == "Mängelmelder zwei"


def test_key_named_like_a_boolean_is_a_language() -> None:
    reading = read("description:\n  no:\n    shortDescription: Kort beskrivelse av programvaren\n")
    assert value(reading, Field.SHORT_DESCRIPTION, "no") == "Kort beskrivelse av programvaren"


def test_italian_code_gives_way_to_the_organisation() -> None:
    reading = read("organisation: {uri: 'https://a.example'}\nIT: {riuso: {codiceIPA: c_a}}\n")
    assert value(reading, Field.ORGANISATION) == {"uri": "https://a.example", "name": None}


@pytest.mark.parametrize(
    ("names", "read_name", "told"),
    [
        (["publiccode.yml"], "publiccode.yml", []),
        (["publiccode.yaml"], "publiccode.yaml", ["publiccode-file-name"]),
        (["PublicCode.YML"], "PublicCode.YML", ["publiccode-file-name"]),
        (["publiccode.yaml", "publiccode.yml"], "publiccode.yml", ["publiccode-several-files"]),
    ],
)
def test_which_file_is_read(names: list[str], read_name: str, told: list[str]) -> None:
    reading = publiccode.read(snapshot({name: f"name: '{name}'\n".encode() for name in names}))
    assert value(reading, Field.NAME) == read_name
    assert [rule for rule in rules(reading) if rule != "publiccode-key-missing"] == told


def test_copies_in_folders_are_not_the_repositorys_own() -> None:
    reading = publiccode.read(snapshot({"docs/publiccode.yml": b"name: a\n"}))
    assert (reading.facts, rules(reading)) == ((), ["publiccode-missing"])


def test_a_link_is_told_and_a_file_that_was_not_fetched_is_not_missing() -> None:
    linked = publiccode.read(snapshot(entries=[entry("publiccode.yml", EntryKind.SYMLINK)]))
    assert rules(linked) == ["publiccode-not-a-file"]
    assert rules(publiccode.read(snapshot(entries=[entry("publiccode.yml")]))) == []


def test_amounts_are_capped() -> None:
    many = "".join(f"key{number}: 1\n" for number in range(500))
    features = ", ".join(f"f{number}" for number in range(5_000))
    reading = read(many + f"description: {{de: {{features: [{features}]}}}}\n")
    assert len(reading.problems) == 100
    assert len(values(reading, Field.FEATURES)[0]) == 50  # type: ignore[arg-type]


def test_every_category_and_scope_is_read_and_labelled() -> None:
    reading = read(
        f"categories: {list(categories())}\nintendedAudience: {{scope: {list(scopes())}}}\n".replace("'", "")
    )
    assert value(reading, Field.CATEGORIES) == list(categories())
    assert value(reading, Field.SCOPES) == list(scopes())
    assert (len(categories()), len(scopes())) == (106, 24)
    assert all(label.de.strip() and label.en.strip() for label in (*categories().values(), *scopes().values()))
    assert len({label.de for label in categories().values()}) == 106


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_reading(content: bytes) -> None:
    publiccode.read(snapshot({"publiccode.yml": content}))


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["de", "https://a.example"])
)
_ANY = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
_KEYS = st.sampled_from(
    words(
        "name url platforms categories description legal maintenance localisation organisation dependsOn IT "
        "intendedAudience "
        "de license type scope countries features longDescription riuso codiceIPA open name version"
    )
)


@settings(deadline=None)
@given(st.recursive(_ANY, lambda inner: st.dictionaries(_KEYS, inner, max_size=4), max_leaves=20))
def test_any_structure_gives_json_values(structure: object) -> None:
    reading = read(json.dumps(structure))
    json.dumps([fact.value for fact in reading.facts], allow_nan=False)


LICENCE = "name: a\nlegal: {license: MIT}\n"


@pytest.mark.parametrize(
    ("text", "field", "kept"),
    [
        ("legal: {license: [EUPL-1.2]}\n", Field.DECLARED_LICENCE, "EUPL-1.2"),
        ("legal: {license: [EUPL-1.2, MIT OR Apache-2.0]}\n", Field.DECLARED_LICENCE,
         "EUPL-1.2 AND (MIT OR Apache-2.0)"),
        ("legal: EUPL-1.2\n", Field.DECLARED_LICENCE, "EUPL-1.2"),
        ("license: EUPL-1.2\n", Field.DECLARED_LICENCE, "EUPL-1.2"),
        ("Licence: [EUPL-1.2]\nlegal: {license: }\n", Field.DECLARED_LICENCE, "EUPL-1.2"),
        ("license: EUPL-1.2\nlegal: {license: MIT}\n", Field.DECLARED_LICENCE, "MIT"),
        (LICENCE + "legal: {}\n", Field.DECLARED_LICENCE, "MIT"),
        (LICENCE + "name:\n", Field.NAME, "a"),
        (LICENCE + "Name: ''\n", Field.NAME, "a"),
        ("name: ''\nName: b\n", Field.NAME, "b"),
        ("name: [Stadtkarte]\n", Field.NAME, "Stadtkarte"),
        ("url: [https://a.example]\n", Field.UPSTREAM_URL, "https://a.example"),
        ("url: ' https://a.example '\n", Field.UPSTREAM_URL, "https://a.example"),
        ("maintenance: community\n", Field.MAINTENANCE_TYPE, "community"),
        ("contacts: [{name: Stadt A}]\n", Field.CONTACTS, [{"name": "Stadt A", "email": None}]),
        ("contacts: {email: info@stadt.example}\n", Field.CONTACTS, [{"name": None, "email": "info@stadt.example"}]),
        ("supports: {id: alias:gdpr}\n", Field.SUPPORTS, ["alias:gdpr"]),
        (f"de: {{leika: {{leika-id: '{LEIKA}'}}}}\n", Field.SUPPORTS, [URN]),
        (f"de: {{leika: [{{leika-id: '{URN}'}}]}}\n", Field.SUPPORTS, [URN]),
        (f"de: {{leika: [{{leika-id: '{URN.upper()}'}}]}}\n", Field.SUPPORTS, [URN]),
        ("platforms: |\n  web\n  Linux\n", Field.PLATFORMS, ["web", "linux"]),
        ("platforms: |\n  - web\n  - Linux\n", Field.PLATFORMS, ["web", "linux"]),
        ("name: a\nurl https://a.example\n", Field.NAME, "a"),
        ("legal:\n  license: MIT\n  mainCopyrightOwner Stadt\n", Field.DECLARED_LICENCE, "MIT"),
        ("---\n---\nname: a\n", Field.NAME, "a"),
        ("platforms: [web]\n=======\nname: a\n", Field.NAME, "a"),
    ],
)  # fmt: skip
def test_what_a_file_says_in_another_place_or_form_is_not_lost(text: str, field: Field, kept: object) -> None:
    reading = read(text)
    assert value(reading, field) == kept
    assert {problem.severity for problem in reading.problems if problem.rule != "publiccode-key-missing"}


@pytest.mark.parametrize("text", ["legal: siehe LICENSE\n", "license: {a: b}\n", "license: [frei, MIT]\n"])
def test_of_what_stands_elsewhere_only_licences_are_taken(text: str) -> None:
    assert values(read(text), Field.DECLARED_LICENCE) == []


@pytest.mark.parametrize(
    ("description", "lang", "field", "kept"),
    [
        ("Eine Karte", "und", Field.SHORT_DESCRIPTION, "Eine Karte"),
        ("Eine Karte. " * 20, "und", Field.LONG_DESCRIPTION, ("Eine Karte. " * 20).strip()),
        ("{it: Una mappa}", "it", Field.SHORT_DESCRIPTION, "Una mappa"),
        ("{en_XX: {shortDescription: A map}}", "en", Field.SHORT_DESCRIPTION, "A map"),
        ("{en_XX: {shortDescription: A map}, en: {shortDescription: Map}}", "en", Field.SHORT_DESCRIPTION, "Map"),
        ("{xxx: {shortDescription: Karte}}", "und", Field.SHORT_DESCRIPTION, "Karte"),
        ("{shortDescription: Karte}", "und", Field.SHORT_DESCRIPTION, "Karte"),
        ("[{de: {shortDescription: Karte}}]", "de", Field.SHORT_DESCRIPTION, "Karte"),
        ("{DE: {shortDescription: a}, de: {shortDescription: b}}", "de", Field.SHORT_DESCRIPTION, "b"),
        ("{iw: {shortDescription: a}}", "he", Field.SHORT_DESCRIPTION, "a"),
    ],
)
def test_descriptions_are_read_whatever_the_language_is_called(
    description: str, lang: str, field: Field, kept: str
) -> None:
    found = facts(read(f"description: {description}\n"), field)
    assert [(fact.lang, fact.value) for fact in found] == [(lang, kept)]


def test_a_clone_address_of_git_is_no_secret_and_stays_whole() -> None:
    reading = read("description: {de: {shortDescription: git clone ssh://git@forge.example/a.git}}\n")
    assert value(reading, Field.SHORT_DESCRIPTION) == "git clone ssh://git@forge.example/a.git"
    assert "address-with-login" not in rules(reading)
