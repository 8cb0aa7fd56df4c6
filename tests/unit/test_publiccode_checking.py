# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The check of publiccode.yml in normal mode: every rule at its place, and everything else of the file still read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from harvesters.publiccode.checking import Checked, check
from harvesters.publiccode.files import NO_FILES, Files
from harvesters.readers import publiccode
from registry.model import EntryKind, Severity
from registry.vocabulary.rules import LANGUAGES, asked_by, conflict, demands, explain, rules
from support.pictures import png
from support.snapshots import entry, snapshot

Found = tuple[str, str | None, int, int]
FAMILY = "👨‍👩‍👧‍👦"
LONG = "Bürgerinnen und Bürger melden Schäden, die Verwaltung bearbeitet sie und antwortet. " * 2
GOOD = f"""\
publiccodeYmlVersion: "0"
name: Melder
url: https://forge.example/stadt/melder
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  de:
    shortDescription: Schäden melden
    longDescription: {LONG}
    features: [Melden]
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages: [de]
"""


class Folder:
    """Files by path; of folders in ``unknown`` nothing is known."""

    def __init__(self, contents: Mapping[str, bytes], unknown: str = "?") -> None:
        self.contents, self.unknown = contents, unknown

    def exists(self, path: str) -> bool | None:
        return None if path.startswith(self.unknown) else path in self.contents

    def read(self, path: str) -> bytes | None:
        return self.contents.get(path)


def found(checked: Checked) -> list[Found]:
    return [
        (one.rule.removeprefix("publiccode-"), one.key, one.origin.line or 0, one.origin.column or 0)
        for one in checked.findings
        if one.origin
    ]


def told(text: str | bytes, files: Files = NO_FILES) -> list[Found]:
    return found(check(text if isinstance(text, bytes) else text.encode(), files))


def of_rule(rule: str, text: str | bytes, files: Files = NO_FILES) -> list[tuple[str | None, int, int]]:
    return [(key, line, column) for name, key, line, column in told(text, files) if name == rule]


def with_(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_good_file_has_no_findings() -> None:
    checked = check(GOOD.encode())
    assert (checked.findings, checked.version) == ((), "0")


END = GOOD.count("\n") + 1
CASES: list[tuple[str, str | bytes, str | None, int, int]] = [
    ("bom", b"\xef\xbb\xbf" + GOOD.encode(), None, 1, 1),
    ("crlf", GOOD.replace("\n", "\r\n"), None, 1, 26),
    ("encoding", with_("Melder", "Mängel").encode("latin-1"), None, 2, 8),
    ("syntax", with_("name: Melder", "name: a: b"), "name", 2, 8),
    ("section-skipped", with_("name: Melder", "name: a: b"), "name", 2, 1),
    ("tab", with_("  type", "\ttype"), None, 15, 1),
    ("tab-between", with_("name: Melder", "name:\tMelder"), None, 2, 6),
    ("merge-markers", with_("name: Melder\n", "<<<<<<< a\nname: Melder\n=======\nname: x\n>>>>>>> b\n"), None, 2, 1),
    ("too-complex", "a: " + "[" * 400, None, 1, 1),
    ("value-too-complex", GOOD + f"x-a: {'[' * 40 + ']' * 40}\n", "x-a", END, 35),
    ("several-documents", GOOD + "---\nname: b\n", None, END, 1),
    ("several-documents", "---\n" + GOOD + "---\nname: b\n", None, END + 1, 1),
    ("document-empty", "---\n---\n" + GOOD, None, 2, 1),
    ("more", "".join(f"key{number}: 1\n" for number in range(301)) + GOOD, None, 300, 1),
    ("empty", "# nothing\n", None, 1, 1),
    ("not-a-mapping", "\n  Melder\n", None, 2, 3),
    ("duplicate-key", GOOD + "name: b\n", "name", END, 1),
    ("key-type", GOOD + "[a]: b\n", None, END, 1),
    ("tag", with_("name: Melder", "name: !x Melder"), "name", 2, 7),
    ("anchor", with_("name: Melder", "name: &n Melder") + "applicationSuite: *n\n", "applicationSuite", END, 19),
    ("key-missing", with_("name: Melder\n", ""), "name", 1, 1),
    ("key-missing", with_("name: Melder", "name: ''"), "name", 2, 7),
    ("key-missing", with_("  license: EUPL-1.2", "  mainCopyrightOwner: a"), "legal.license", 13, 3),
    ("key-once-required", with_('"0"', "'0.2'"), "releaseDate", 1, 1),
    ("unknown-key", GOOD + "downloadUrls: a\n", "downloadUrls", END, 1),
    ("key-spelling", GOOD + "landingUrl: https://a.example\n", "landingUrl", END, 1),
    ("key-spelling", with_("  license", "  licence"), "legal.licence", 13, 3),
    ("key-once-required", with_('"0"', "'0.4'"), "categories", 1, 1),
    ("once-longer", with_('"0"', "'0.2'"), "description.de.longDescription", 10, 22),
    ("language-incomplete", with_("legal:", "  en: {shortDescription: a, features: [b]}\nlegal:"),
     "description.en.longDescription", 12, 7),
    ("scope-gone", with_('"0"', '"1.0"') + "intendedAudience: {scope: [government]}\n", "intendedAudience.scope[0]",
     END, 28),
    ("key-deprecated", GOOD + "monochromeLogo: a.svg\n", "monochromeLogo", END, 1),
    ("key-dropped", GOOD + "inputTypes: [text/csv]\n", "inputTypes", END, 1),
    ("key-removed", with_('"0"', '"1.0"') + "monochromeLogo: a.svg\n", "monochromeLogo", END, 1),
    ("key-gone", with_('"0"', '"1.0"') + "inputTypes: [text/csv]\n", "inputTypes", END, 1),
    ("key-removed", GOOD + "freeTags: [a]\n", "freeTags", END, 1),
    ("key-too-new", with_('"0"', '"0.4"') + "supports: [{id: alias:gdpr}]\n", "supports", END, 1),
    ("wrong-type", with_("name: Melder", "name: [a]"), "name", 2, 7),
    ("wrong-type", with_("legal:\n  license: EUPL-1.2", "legal: MIT"), "legal", 12, 8),
    ("not-a-list", with_("[web]", "web"), "platforms", 4, 12),
    ("empty-list", with_("[web]", "[]"), "platforms", 4, 12),
    ("empty-list", with_("features: [Melden]", "features: []"), "description.de.features", 11, 15),
    ("required-if", with_("type: none", "type: internal"), "maintenance.contacts", 15, 9),
    (
        "excluded-unless",
        with_("type: none", "type: none\n  contractors: [{name: A GmbH, until: 2030-01-01}]"),
        "maintenance.contractors", 16, 3,
    ),
    ("version", with_('"0"', "abc"), "publiccodeYmlVersion", 1, 23),
    ("version-old", with_('"0"', '"0.4"'), "publiccodeYmlVersion", 1, 23),
    ("version-unquoted", with_('"0"', "0.4"), "publiccodeYmlVersion", 1, 23),
    ("version-unknown", with_('"0"', '"0.9"'), "publiccodeYmlVersion", 1, 23),
    ("version-refused", with_('"0"', '"0.1"'), "publiccodeYmlVersion", 1, 23),
    ("url", with_("https://forge", "forge"), "url", 3, 6),
    ("url-scheme", with_("https://forge", "ssh://git@forge"), "url", 3, 6),
    ("url-scheme", with_("https://forge", "ftp://forge"), "url", 3, 6),
    ("url-scheme", GOOD + "isBasedOn: [git://a.example/b]\n", "isBasedOn[0]", END, 13),
    ("url", GOOD + "landingURL: ftp://a.example/b\n", "landingURL", END, 13),
    ("blanks", with_('"0"', '" 0"'), "publiccodeYmlVersion", 1, 23),
    ("blanks", with_("https://forge.example/stadt/melder", '" https://forge.example/a"'), "url", 3, 6),
    ("blanks", with_("https://forge.example/stadt/melder", "|\n  https://forge.example/a"), "url", 3, 6),
    ("blanks", with_("EUPL-1.2", '"EUPL-1.2 "'), "legal.license", 13, 12),
    ("blanks", with_("stable", '" stable "'), "developmentStatus", 5, 20),
    ("blanks", with_("[de]", '[" de"]'), "localisation.availableLanguages[0]", 18, 24),
    ("blanks", GOOD + "intendedAudience: {countries: ['DE ']}\n", "intendedAudience.countries[0]", END, 32),
    ("blanks", GOOD + "releaseDate: '2026-01-05 '\n", "releaseDate", END, 14),
    ("value-empty", GOOD + "releaseDate: ''\n", "releaseDate", END, 14),
    ("value-empty", GOOD + "categories: [' ']\n", "categories[0]", END, 14),
    ("empty-list", with_("[web]", '[""]'), "platforms", 4, 12),
    ("empty-list", with_("[de]", '[" ", ~]'), "localisation.availableLanguages", 18, 23),
    ("version-refused", with_('"0"', '"0.7.5"'), "publiccodeYmlVersion", 1, 23),
    ("key-twice", GOOD + "landingURL: https://a.example\nlandingUrl: https://b.example\n", "landingUrl", END + 1, 1),
    ("key-twice", GOOD + "Name: a\n", "Name", END, 1),
    ("key-twice", GOOD + "tags: [crm]\ncategories: [crm]\n", "tags", END, 1),
    ("key-twice", GOOD + "IT: {}\nit: {}\n", "it", END + 1, 1),
    ("key-twice", GOOD + "de: {}\nDE: {}\n", "de", END, 1),
    ("key-twice", GOOD + "de: {leika: ['99094003140000']}\nDE: {}\n", "DE", END + 1, 1),
    ("key-twice", with_("legal:", "  DE: {shortDescription: a}\nlegal:"), "description.DE", 12, 3),
    ("own-key", GOOD + "x-own: 1\n", "x-own", END, 1),
    ("own-key", with_("legal:", "  x-own: 1\nlegal:"), "description.x-own", 12, 3),
    ("short-description-long", with_("legal:", f"  en_XX: {{shortDescription: {'x' * 151}}}\nlegal:"),
     "description.en_XX.shortDescription", 12, 29),
    ("language-deprecated", with_("[de]", "[iw]"), "localisation.availableLanguages[0]", 18, 24),
    ("item-empty", with_("type: none", "type: community\n  contacts:\n    - name: A\n    -"),
     "maintenance.contacts[1]", 18, 6),
    ("leika-missing", GOOD + "DE: {leika: [{themenfeld: Bildung}]}\n", "DE.leika[0].leika-id", END, 14),
    ("leika-missing", GOOD + "DE: {leika: [~]}\n", "DE.leika[0]", END, 14),
    ("path-outside", GOOD + "logo: ../logo.svg\n", "logo", END, 7),
    ("path-unchecked", GOOD + "logo: ftp://a.example/logo.svg\n", "logo", END, 7),
    ("placeholder", with_("stadt/melder", "TUO_USERNAME/melder"), "url", 3, 6),
    ("country", GOOD + "intendedAudience: {countries: [UK]}\n", "intendedAudience.countries[0]", END, 32),
    ("encoding", GOOD.encode("utf-16-be"), None, 1, 1),
    ("encoding", GOOD.encode("utf-32"), None, 1, 1),
    ("date", GOOD + "releaseDate: 2026-02-30\n", "releaseDate", END, 14),
    ("value-unknown", with_("stable", "ready"), "developmentStatus", 5, 20),
    ("category-unknown", GOOD + "categories:\n  - nonsense\n", "categories[0]", END + 1, 5),
    ("scope-unknown", GOOD + "intendedAudience: {scope: [magic]}\n", "intendedAudience.scope[0]", END, 28),
    ("country", GOOD + "intendedAudience: {countries: [XX]}\n", "intendedAudience.countries[0]", END, 32),
    ("country-case", GOOD + "intendedAudience: {countries: [de]}\n", "intendedAudience.countries[0]", END, 32),
    ("country-case", GOOD + "it: {countryExtensionVersion: '1.0'}\n", "it", END, 1),
    ("language", with_("[de]", "[xxx]"), "localisation.availableLanguages[0]", 18, 24),
    ("language", with_("  de:", "  en_GB:"), "description.en_GB", 8, 3),
    ("language-case", with_("  de:", "  DE:"), "description.DE", 8, 3),
    ("licence-unknown", with_("EUPL-1.2", "EUPL"), "legal.license", 13, 12),
    ("licence-spelling", with_("EUPL-1.2", "EUPL v1.2"), "legal.license", 13, 12),
    ("description-language", with_("  de:\n    short", "  de: {}\n  shortDescription: a\n  en:\n    short"),
     "description.shortDescription", 9, 3),
    ("short-description-long", with_("Schäden melden", "x" * 151), "description.de.shortDescription", 9, 23),
    ("too-long", with_("    features", f"    genericName: {'x' * 36}\n    features"),
     "description.de.genericName", 11, 18),
    ("too-short", with_(LONG, "Kurz."), "description.de.longDescription", 10, 22),
    ("mime", GOOD + "inputTypes: [csv]\n", "inputTypes[0]", END, 14),
    ("uri", GOOD + "organisation: {uri: Stadt}\n", "organisation.uri", END, 21),
    ("body-unchecked", GOOD + "organisation: {uri: 'urn:x-italian-pa:c_a'}\n", "organisation.uri", END, 21),
    ("alias-unknown", GOOD + "supports: [{id: alias:x}]\n", "supports[0].id", END, 17),
    ("email", GOOD.replace("none", "community") + "x-a: 1\n", None, 0, 0),
    ("phone", GOOD.replace("none", "community") + "x-a: 1\n", None, 0, 0),
    ("boolean", with_("localisationReady: true", "localisationReady: yes"), "localisation.localisationReady", 17, 22),
    ("path-absolute", GOOD + "logo: /logo.svg\n", "logo", END, 7),
    ("path-file-url", GOOD + "logo: file:///logo.svg\n", "logo", END, 7),
    ("path-extension", GOOD + "logo: logo.gif\n", "logo", END, 7),
    ("path-absent", GOOD + "logo: img/logo.svg\n", "logo", END, 7),
    ("image-broken", GOOD + "logo: broken.png\n", "logo", END, 7),
    ("video-unchecked", with_("    features", "    videos: [https://v.example/1]\n    features"),
     "description.de.videos[0]", 11, 14),
    ("german-section", GOOD + "de: {countryExtensionVersion: '1.0'}\n", "de", END, 1),
    ("leika", GOOD + "DE: {leika: [{leika-id: '123'}]}\n", "DE.leika[0].leika-id", END, 25),
    ("placeholder", with_("Melder", "PROJEKT_NAME"), "name", 2, 7),
    ("address-with-login", with_("https://forge", "https://a:b@forge"), "url", 3, 6),
]  # fmt: skip
_PERSON = GOOD.replace("type: none", "type: community\n  contacts:\n    - name: A\n      {}")
CASES = [case for case in CASES if case[0] not in ("email", "phone")] + [
    ("email", _PERSON.format("email: a at b"), "maintenance.contacts[0].email", 18, 14),
    ("phone", _PERSON.format("phone: 0301234567"), "maintenance.contacts[0].phone", 18, 14),
    ("phone", _PERSON.format("phone: 030 1234567"), "maintenance.contacts[0].phone", 18, 14),
]
BESIDE = Folder({"broken.png": b"no picture", "logo.png": png()}, unknown="elsewhere/")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}")
def test_each_rule_is_told_at_its_place(case: tuple[str, str | bytes, str | None, int, int]) -> None:
    rule, text, key, line, column = case
    assert (rule, key, line, column) in told(text, BESIDE)


OF_THE_FIX = {"not-tried"}
OF_THE_READER = {"missing", "file-name", "several-files", "not-a-file", "features-cut"}


def test_every_rule_of_the_table_is_produced() -> None:
    path = Path(__file__).parents[2] / "registry" / "vocabulary" / "rules" / "publiccode.toml"
    ids = {name.removeprefix("publiccode-") for name in tomllib.loads(path.read_text(encoding="utf-8"))}
    tested = {case[0] for case in CASES}
    assert ids - tested == OF_THE_READER | OF_THE_FIX


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}")
def test_every_finding_has_its_texts_and_somebody_who_asks(case: tuple[str, str | bytes, str | None, int, int]) -> None:
    for one in check(case[1] if isinstance(case[1], bytes) else case[1].encode(), BESIDE).findings:
        for lang in LANGUAGES:
            explained = explain(one.rule, one.params, lang)
            assert not re.search(r"\{\w+\}", explained.message + explained.hint), (one.rule, lang)
        assert asked_by(one.rule, one.key) or one.rule == "address-with-login"


def test_the_rest_of_a_file_is_checked_after_several_structural_errors() -> None:
    text = """\
publiccodeYmlVersion: 0.4
name: [Melder
url: "https://forge.example/a
description:
  DE:
    shortDescription: a: b
    longDescription: zu kurz
    features:
      - eins
      - 'zwei
  en:
    shortDescription: fine
legal:
  license: EUPL
legal2: x: y
softwareType: wrong
---
name: second
"""
    seen = told(text)
    assert [line for rule, _, line, _ in seen if rule == "syntax"] == [2, 3, 6, 10, 15]
    assert [line for rule, _, line, _ in seen if rule == "section-skipped"] == [2, 3, 6, 10, 15]
    assert {
        ("version-unquoted", "publiccodeYmlVersion", 1, 23),
        ("language-case", "description.DE", 5, 3),
        ("too-short", "description.DE.longDescription", 7, 22),
        ("licence-unknown", "legal.license", 14, 12),
        ("value-unknown", "softwareType", 16, 15),
        ("several-documents", None, 17, 1),
    } <= set(seen)
    missing = {key for rule, key, *_ in seen if rule == "key-missing"}
    assert not missing & {"name", "url", "description.DE.shortDescription", "description.DE.features"}
    assert "platforms" in missing


def test_columns_of_lines_with_tabs_are_those_of_the_file() -> None:
    text = with_("  license: EUPL-1.2", "\tlicense: EUPL").replace("  type: none", "\ttype: odd")
    seen = told(text)
    assert ("licence-unknown", "legal.license", 13, 11) in seen
    assert ("value-unknown", "maintenance.type", 15, 8) in seen
    assert [place for place in seen if place[0] == "tab"] == [("tab", None, 13, 1), ("tab", None, 15, 1)]


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        (FAMILY * 150, False), (FAMILY * 151, True), ("e\u0301" * 150, False), ("ä" * 150, False), ("ä" * 151, True),
        ("🇩🇪" * 150, False), ("x" * 150, False), ("नि" * 150, False),
    ],
)  # fmt: skip
def test_lengths_count_what_a_reader_sees(text: str, is_long: bool) -> None:
    seen = of_rule("short-description-long", with_("Schäden melden", f"'{text}'"))
    assert bool(seen) is is_long


def test_a_long_description_of_150_clusters_is_long_enough() -> None:
    assert of_rule("too-short", with_(LONG, FAMILY * 149))
    assert not of_rule("too-short", with_(LONG, FAMILY * 150))


def test_duplicate_keys_at_every_level_are_told_and_the_last_counts() -> None:
    seen = told(GOOD.replace("  license: EUPL-1.2", "  license: EUPL\n  license: MIT") + "name: 1\nname: 2\n")
    assert [place[2:] for place in seen if place[0] == "duplicate-key"] == [(14, 3), (END + 1, 1), (END + 2, 1)]
    assert not [place for place in seen if place[0] == "licence-unknown"]


def test_what_an_alias_or_a_merge_key_brings_is_checked_where_it_is_used() -> None:
    text = with_("legal:\n  license: EUPL-1.2", "x-l: &l {license: EUPL}\nlegal: {<<: *l}")
    assert of_rule("licence-unknown", text) == [("legal.license", 12, 19)]
    assert not of_rule("key-missing", text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (with_("name: Melder", "name: []"), [("publiccode-wrong-type", "name")]),
        (with_("legal:\n  license: EUPL-1.2", "legal: {}"), [("publiccode-key-missing", "legal.license")]),
    ],
)
def test_one_fault_is_told_once(text: str, told: list[tuple[str, str]]) -> None:
    assert [(one.rule, one.key) for one in check(text.encode()).findings] == told
    assert of_rule("value-unknown", with_("stable", "&s nonsense").replace("standalone/web", "*s")) == [
        ("developmentStatus", 5, 20), ("softwareType", 6, 15),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text", "severity"),
    [
        ("publiccode-key-missing", with_("url: https://forge.example/stadt/melder\n", ""), Severity.BLOCKING),
        ("publiccode-empty", "", Severity.BLOCKING),
        ("publiccode-key-missing", with_("name: Melder\n", ""), Severity.ERROR),
        ("publiccode-path-extension", GOOD.replace("    features", "    screenshots: [a.jpeg]\n    features"),
         Severity.HINT),
        ("publiccode-path-extension", GOOD + "logo: a.jpeg\n", Severity.ERROR),
        ("publiccode-not-a-list", with_("[web]", "web"), Severity.WARNING),
        ("publiccode-german-section", GOOD + "DE: {}\n", Severity.HINT),
        ("publiccode-language-incomplete", with_("    features: [Melden]\n", "").replace(
            "legal:", "  en:\n    shortDescription: a\n    features: [b]\nlegal:"), Severity.WARNING),
        ("publiccode-country-case", GOOD + "intendedAudience: {countries: [de]}\n", Severity.WARNING),
        ("publiccode-country-case", with_('"0"', '"0.4"') + "intendedAudience: {countries: [de]}\n", Severity.HINT),
        ("publiccode-country-case", with_('"0"', '"0.4"') + "it: {countryExtensionVersion: '1.0'}\n", Severity.HINT),
        ("publiccode-key-dropped", with_('"0"', '"0.2"') + "inputTypes: [text/csv]\n", Severity.HINT),
        ("publiccode-once-longer", with_('"0"', '"0.2"'), Severity.HINT),
    ],
)  # fmt: skip
def test_severities(rule: str, text: str, severity: Severity) -> None:
    assert severity in {one.severity for one in check(text.encode()).findings if one.rule == rule}


@pytest.mark.parametrize(
    "addition",
    ["releaseDate: 2026-03-01\n", "isBasedOn: https://a.example/b\n", "usedBy:\n",
     "logo: logo.png\n", "logo: https://a.example/logo.svg?x=1\n", "logo: elsewhere/logo.png\n", "categories: []\n",
     "supports: [{id: 'urn:de:fim:leika:leistung:99094003140000'}]\n", "softwareVersion: 1.10\n",
     "organisation: {uri: 'urn:x-a:b'}\n", "logo: ./logo.png\n"],
)  # fmt: skip
def test_what_is_fine(addition: str) -> None:
    assert told(GOOD + addition, BESIDE) == []


@pytest.mark.parametrize(
    ("version", "text", "rule", "there"),
    [
        ("0.2", "intendedAudience: {scope: [government]}", "scope-unknown", False),
        ("1.0", "intendedAudience: {scope: [government]}", "scope-gone", True),
        ("0.2", "x-a: 1", "once-longer", True),
        ("0.3", "x-a: 1", "once-longer", False),
        ("0.2", "inputTypes: []", "key-dropped", True),
        ("0.4", "organisation: {uri: 'https://a.example'}", "key-too-new", True),
        ("0.5", "organisation: {uri: 'https://a.example'}", "key-too-new", False),
        ("1", "IT: {countryExtensionVersion: '1.0'}", "key-removed", True),
        ("0.7", "IT: {countryExtensionVersion: '1.0'}", "key-removed", False),
        ("0.7", "IT: {countryExtensionVersion: '1.0'}", "key-deprecated", True),
        ("0.3", "x-a: 1", "key-once-required", True),
        ("0.5", "x-a: 1", "key-once-required", False),
        ("0.9", "supports: [{id: alias:cra}]", "key-too-new", False),
    ],
)
def test_rules_depend_on_the_version(version: str, text: str, rule: str, there: bool) -> None:
    assert bool(of_rule(rule, with_('"0"', f'"{version}"') + text + "\n")) is there


def test_phone_numbers_must_be_e164_in_1_0_only() -> None:
    text = _PERSON.format("phone: '+49 30 1234567'")
    assert not of_rule("phone", text)
    assert of_rule("phone", text.replace('"0"', '"1.0"'))


@pytest.mark.parametrize("key", ["intendedAudience.countries[0]", "url"])
def test_a_conflict_between_askers_is_told_only_where_there_is_one(key: str) -> None:
    assert conflict("publiccode-version-old", key) is None
    sentence = conflict("publiccode-version-old", "publiccodeYmlVersion")
    assert sentence is not None
    assert "openCoDE" in sentence["de"]
    assert "openCoDE" in sentence["en"]
    assert conflict("publiccode-key-dropped", "description.de-DE.genericName") is not None
    assert conflict("publiccode-key-dropped", "description[de-DE].genericName") is not None


ALL_0 = ("standard", "pipelines")


@pytest.mark.parametrize(
    ("text", "rule", "askers"),
    [
        # What only the version declared asks for: the pipelines read every 0.x by the newest rules.
        (with_('"0"', '"0.2"'), "once-longer", {"longDescription": ("standard",)}),
        (with_('"0"', '"0.3"'), "key-once-required",
         {"releaseDate": ("standard", "opencode"), "categories": ("standard",)}),
        (with_('"0"', '"0.2"').replace(LONG, "Kurz."), "too-short", {"longDescription": ALL_0}),
        (with_('"0"', '"0.2"') + "supports: [{id: alias:gdpr}]\n", "key-too-new", {"supports": ("standard",)}),
        # What only the coming version asks for: the pipelines do not take it.
        (with_('"0"', '"1.0"') + "inputTypes: []\nfreeTags: a\n", "key-gone", {"inputTypes": ("standard",)}),
        (with_('"0"', '"1.0"') + "freeTags: a\nIT: {}\n", "key-removed", {"freeTags": ALL_0, "IT": ("standard",)}),
        (with_('"0"', '"1.0"') + "intendedAudience: {scope: [government]}\n", "scope-gone",
         {"scope[0]": ("standard",)}),
        # What the pipelines do not mind, and what the standard does not.
        (GOOD + "IT: {riuso: {codiceIPA: c_a}}\n", "key-deprecated", {"IT": ("standard",), "codiceIPA": ALL_0}),
        (with_("[web]", "web") + "usedBy: Stadt\n", "not-a-list", {"platforms": ("pipelines",), "usedBy": ALL_0}),
        (with_("legal:", "  en: {shortDescription: a}\nlegal:"), "language-incomplete",
         {"longDescription": ("pipelines",), "features": ("pipelines",)}),
        (with_('"0"', '"0.4"'), "version-old", {"publiccodeYmlVersion": ("pipelines",)}),
    ],
)  # fmt: skip
def test_who_asks(text: str, rule: str, askers: Mapping[str, tuple[str, ...]]) -> None:
    found = [one for one in check(text.encode()).findings if one.rule == f"publiccode-{rule}"]
    assert {(one.key or "").rpartition(".")[2]: asked_by(one.rule, one.key) for one in found} == askers


@pytest.mark.parametrize("key", ["longDescription", "genericName"])
def test_nothing_is_said_twice_nor_against_the_newest_version(key: str) -> None:
    old = with_('"0"', '"0.2"').replace(LONG, "Kurz.")
    assert [rule for rule, name, *_ in told(old) if name == f"description.de.{key}"] in ([], ["too-short"])


def test_demands_name_rules_that_exist_or_may_come_and_a_source() -> None:
    for demand in demands():
        assert any(rule in rules() for rule in demand.rules)
        assert demand.source.startswith("https://")


def test_findings_of_a_harvest_know_what_lies_in_the_repository() -> None:
    text = (GOOD + "logo: img/logo.svg\n").encode()
    for entries, absent in (
        ([], True),
        ([entry("img", EntryKind.TREE)], False),
        ([entry("img", EntryKind.TREE), entry("img/other.svg")], True),
        ([entry("img", EntryKind.TREE), entry("img/logo.svg")], False),
    ):
        reading = publiccode.read(snapshot({"publiccode.yml": text}, entries=entries))
        assert ("publiccode-path-absent" in {one.rule for one in reading.problems}) is absent


def test_findings_are_in_the_order_of_the_file_and_capped_by_severity() -> None:
    text = "".join(f"key{number}: 1\n" for number in range(1_000)) + GOOD.replace("EUPL-1.2", "EUPL")
    checked = check(text.encode())
    lines = [one.origin.line or 0 for one in checked.findings if one.origin]
    assert lines == sorted(lines)
    assert len(lines) == 301
    assert (checked.findings[-1].rule, checked.findings[-1].params["count"]) == ("publiccode-more", "701")
    assert len(check(text.encode(), most=None).findings) == 1_001
    assert "publiccode-licence-unknown" in {one.rule for one in checked.findings}


@pytest.mark.parametrize("text", [GOOD, GOOD + "x: 1\n"])
def test_nothing_is_left_out_of_few_findings(text: str) -> None:
    assert check(text.encode()).findings == check(text.encode(), most=None).findings


PERSONAL = {
    "broken": '    - {name: Erika Muster, email: erika@x.example\n    - name: "Max Muster\n',
    "keys": "    - {Erika Muster: x, Max: erika@x.example}\n    - Erika Muster <erika@x.example>\n",
    "nested keys": "    - name: {Erika Muster: 1}\n      Erika: {Muster: 1}\n      Erika.Muster: 1\n",
    "twice": "    - {Erika Muster: 1, Erika Muster: 2}\n",
    "tag": "    - !Erika {name: A}\n    - {Erika: !Muster a, name: &Max b, email: *Max}\n",
    "a mapping": "      Erika Muster: x\n      Max Muster: *nobody\n",
    "no colon": "    - name: A\n      Erika Muster\n",
    "in the wrong place": "    - name: A\n  Erika Muster: 1\n",
}


@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize("above", ["maintenance:\n  type: community\n  contacts:\n", "contacts:\n"])
def test_nobody_is_named_by_a_finding(name: str, above: str) -> None:
    text = GOOD.replace("maintenance:\n  type: none\n", above + PERSONAL[name])
    findings = check(text.encode()).findings
    assert {one.origin.line for one in findings if one.origin} & set(range(14, 20))
    for word in ("Erika", "Muster", "Max", "erika"):
        assert word not in repr(findings), (word, findings)


def test_broken_contacts_are_told_by_their_key_path() -> None:
    text = _PERSON.format("email: [")
    assert [place for place in told(text) if place[0] in ("syntax", "section-skipped")] == [
        ("syntax", "maintenance.contacts[0]", 18, 7),
    ]
    assert not of_rule("required-if", text)


@pytest.mark.parametrize(
    ("written", "told_as"),
    [
        ("zh-cmn", "language-deprecated"), ("i-klingon", "language-deprecated"), ("mo", "language-deprecated"),
        ("sl-rozaj-biske", None), ("x-private", None), ("qaa", None), ("de-Qaaa", None), ("zh-Hant-TW", None),
        ("zh-hant", "language-case"), ("deu", "language"), ("en_GB", "language"), ("de-1996-1996", "language"),
        ("xxx", "language"),
    ],
)  # fmt: skip
def test_what_is_told_of_language_tags(written: str, told_as: str | None) -> None:
    seen = [rule for rule, *_ in told(with_("[de]", f"[{written}]"))]
    assert seen == ([told_as] if told_as else [])


@pytest.mark.parametrize("licence", ["EUPL-1.2+", "MIT OR MIT", "MIT AND (MIT OR Apache-2.0)", "LicenseRef-a"])
def test_expressions_that_say_the_same_in_more_words_are_right(licence: str) -> None:
    assert told(with_("EUPL-1.2", licence)) == []


@pytest.mark.parametrize(
    ("rule", "text", "askers"),
    [
        ("blanks", with_("stable", '" stable"'), ("standard", "pipelines")),
        ("blanks", with_("EUPL-1.2", '"EUPL-1.2 "'), ("standard",)),
        ("url-scheme", with_("https://forge", "ssh://git@forge"), ("allmende",)),
        ("own-key", GOOD + "x-a: 1\n", ("pipelines",)),
    ],
)
def test_who_asks_for_what_the_pipelines_see_otherwise(rule: str, text: str, askers: tuple[str, ...]) -> None:
    assert {asked_by(one.rule, one.key) for one in check(text.encode()).findings} == {askers}
    assert of_rule(rule, text)


@pytest.mark.parametrize(
    ("text", "is_secret"),
    [
        ("ssh://git@forge.example/a.git", False), ("ssh://bot:s3cret@forge.example/a.git", True),
        ("https://bot@forge.example/a", True), ("https://bot:s3cret@forge.example/a", True),
        ("ssh://git@bot:s3cret@forge.example/a", True), ("ssh://git:s3cret@forge.example/a", True),
    ],
)  # fmt: skip
def test_the_user_that_everybody_logs_in_as_is_no_login(text: str, is_secret: bool) -> None:
    assert bool(of_rule_in_full("address-with-login", with_("https://forge.example/stadt/melder", text))) is is_secret
    described = with_("Schäden melden", f"git clone {text}")
    assert bool(of_rule_in_full("address-with-login", described)) is is_secret


def of_rule_in_full(rule: str, text: str) -> list[str]:
    return [one.rule for one in check(text.encode()).findings if one.rule == rule]


def test_all_that_is_allowed_is_named() -> None:
    (one,) = check((GOOD + "DE: {leika: [{themenfeld: x, leika-id: '99094003140000'}]}\n").encode()).findings[1:]
    assert explain(one.rule, one.params, "de").message.endswith("Unternehmensführung & -entwicklung).")


@pytest.mark.parametrize(
    ("text", "rule", "german", "english"),
    [
        ("name Melder", "syntax", "Hier fehlt ein Schlüssel mit Doppelpunkt.", "A key with a colon is missing here."),
        ("name: '", "syntax", "Anführungszeichen", "quotation mark"),
        ("logo: broken.png", "image-broken", "Der Inhalt ist kein PNG", "not a PNG file"),
        ("DE: {leika: [{leika-id: a}]}", "leika", "14 Ziffern", "14 digits"),
        ("name: *nobody", "syntax", "Der Verweis (*) nennt", "The alias (*) names"),
        ("name:", "duplicate-key", "weil die spätere leer ist", "the later is empty"),
        ("intendedAudience: {countries: [UK]}", "country", "Schreiben Sie GB.", "Write GB."),
    ],
)  # fmt: skip
def test_details_are_in_the_readers_language(text: str, rule: str, german: str, english: str) -> None:
    found = check((GOOD + text + "\n").encode(), BESIDE).findings
    one = next(one for one in found if one.rule == f"publiccode-{rule}")
    for lang, expected in (("de", german), ("en", english)):
        said = explain(one.rule, one.params, lang)
        assert expected in said.message + said.hint


def test_an_alias_of_nothing_is_not_called_readable() -> None:
    assert of_rule("anchor", GOOD + "usedBy: [*nobody]\n") == []


@pytest.mark.parametrize("key", ["genericName: ~", "genericName:"])
def test_a_deprecated_key_that_says_nothing_is_not_told(key: str) -> None:
    assert told(with_("    features", f"    {key}\n    features")) == []
