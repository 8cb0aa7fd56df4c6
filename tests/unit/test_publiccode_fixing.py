# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The corrected publiccode.yml: certain faults mended, the others told beside them, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvesters.publiccode import fixing_turns
from harvesters.publiccode.checking import check
from harvesters.publiccode.fixing import fix
from harvesters.publiccode.fixing_tree import Edit, Tree
from registry.model import Severity
from support.nothing_lost import lost
from support.odd_publiccode import files

FOLDER = Path(__file__).parents[1] / "data" / "publiccode" / "fix"
BROUGHT_TO_LIGHT = {
    f"publiccode-{name}" for name in ("body-unchecked", "key-deprecated", "key-dropped", "video-unchecked")
}
GOOD = (FOLDER / "good.yml").read_text(encoding="utf-8")


def changed(old: str, new: str) -> bytes:
    """A good file with one thing wrong."""
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode()


@pytest.mark.parametrize("name", ["old", "undecided", "flow"])
def test_golden_files(name: str) -> None:
    fixed = fix((FOLDER / f"{name}.yml").read_bytes())
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert fixed.content.decode() == (FOLDER / f"{name}.fixed.yml").read_text(encoding="utf-8")
    told = {
        "mended": [[one.rule, one.key, one.origin and one.origin.line] for one in fixed.mended],
        "left": [[one.rule, one.key, one.origin and one.origin.line] for one in fixed.left],
    }
    assert told == expected


def test_what_does_not_parse_stays_and_says_why() -> None:
    content = (FOLDER / "broken.yml").read_bytes()
    fixed = fix(content)
    assert (fixed.content, fixed.mended) == (content, ())
    assert ("publiccode-syntax", 3) in {(one.rule, one.origin and one.origin.line) for one in fixed.left}


def test_a_good_file_stays_as_it_is() -> None:
    fixed = fix(GOOD.encode())
    assert (fixed.content.decode(), fixed.mended) == (GOOD, ())


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('publiccodeYmlVersion: "0.7"', 'publiccodeYmlVersion: "0.2"', "publiccode-version-old"),
        ('publiccodeYmlVersion: "0.7"', "publiccodeYmlVersion: 0.7", "publiccode-version-unquoted"),
        ('publiccodeYmlVersion: "0.7"', "publiccodeYmlVersion: 0.2.2", "publiccode-version-old"),
        ('publiccodeYmlVersion: "0.7"', 'publiccode-yaml-version: "0.7"', "publiccode-key-spelling"),
        ("landingURL:", "landingUrl:", "publiccode-key-spelling"),
        ("license: EUPL-1.2", "licence: EUPL-1.2", "publiccode-key-spelling"),
        ("license: EUPL-1.2", "license: eupl-1.2", "publiccode-licence-spelling"),
        ("countries: [DE, AT]", "countries: [de, AT]", "publiccode-country-case"),
        ("localisationReady: true", "localisationReady: yes", "publiccode-boolean"),
        ("localisationReady: true", 'localisationReady: "true"', "publiccode-boolean"),
        ("availableLanguages: [de, en-GB]", "availableLanguages: [deu, en_GB]", "publiccode-language"),
        ("  de:\n", "  ger:\n", "publiccode-language"),
        ('releaseDate: "2026-03-09"', 'releaseDate: "2026/3/9"', "publiccode-date"),
        ('releaseDate: "2026-03-09"', 'releaseDate: "9.3.2026"', "publiccode-date"),
        ("developmentStatus: stable", "developmentStatus: Stable", "publiccode-value-unknown"),
        ("- local-authorities", "- Local Authorities", "publiccode-scope-unknown"),
        ("- it-development", "- IT development", "publiccode-category-unknown"),
        ("platforms:\n  - web\n  - linux\n", "platforms: web, linux\n", "publiccode-not-a-list"),
        ("name: Stadtkarte", "name: Stadtkarte\nname: Stadtkarte", "publiccode-duplicate-key"),
        ("    contacts", "\tcontacts", "publiccode-tab"),
    ],
)  # fmt: skip
def test_certain_faults_are_mended_to_the_good_file(old: str, new: str, rule: str) -> None:
    source = (
        GOOD.replace("\n  contacts", "\n    contacts").replace("\n  type", "\n    type")
        if rule.endswith("tab")
        else GOOD
    )
    broken = source.replace(old, new, 1).encode()
    fixed = fix(broken)
    if not rule.endswith("tab"):
        assert fixed.content.decode() == GOOD
    assert rule in {found.rule for found in fixed.mended}
    assert yaml.safe_load(fixed.content) == yaml.safe_load(GOOD)


def test_bytes_are_mended_also_where_nothing_else_can_be() -> None:
    fixed = fix("\ufeffname: 'Ä\r\nurl: x\r\n".encode())
    assert fixed.content.decode() == "name: 'Ä\nurl: x\n"
    assert [found.rule for found in fixed.mended] == ["publiccode-bom", "publiccode-crlf"]
    assert "publiccode-syntax" in {found.rule for found in fixed.left}


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16"])
def test_other_encodings_become_utf_8(encoding: str) -> None:
    fixed = fix(changed("Stadtkarte", "Straßenkärtchen").decode().encode(encoding))
    assert "name: Straßenkärtchen\n" in fixed.content.decode()
    assert "publiccode-encoding" in {found.rule for found in fixed.mended}


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00\xff", b"- a\n- b\n", b"text", b"\x00" * 64, b"a: &a [*a]"]
)
def test_what_is_no_publiccode_comes_back(content: bytes) -> None:
    fixed = fix(content)
    assert fixed.content.replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n") or fixed.left
    assert fix(fixed.content).content == fixed.content


def test_a_licence_in_other_words_is_kept_in_a_comment() -> None:
    text = fix(changed("license: EUPL-1.2", "license: EUPL-1.2-or-later")).content.decode()
    assert "  # Allmende: Hier stand: EUPL-1.2-or-later\n  license: EUPL-1.2\n" in text


def test_a_time_of_day_is_kept_in_a_comment() -> None:
    text = fix(changed('"2026-03-09"', '"2026-03-09T10:15:00Z"')).content.decode()
    assert '# Allmende: Hier stand: 2026-03-09T10:15:00Z\nreleaseDate: "2026-03-09"\n' in text


def test_an_italian_body_and_its_name_become_the_organisation() -> None:
    given = GOOD.replace("organisation:\n  uri: https://stadt.example\n  name: Stadt Musterstadt\n\n", "").replace(
        "  license: EUPL-1.2\n", "  license: EUPL-1.2\n  repoOwner: 'Comune di Prova'\n"
    ) + ('IT:\n  countryExtensionVersion: "1.0"\n  riuso:\n    codiceIPA: c_h501\n')
    text = fix(given.encode()).content.decode()
    assert yaml.safe_load(text)["organisation"] == {"uri": "urn:x-italian-pa:c_h501", "name": "Comune di Prova"}
    assert "repoOwner" not in text
    assert "riuso" not in text


def test_what_may_mean_two_things_is_left_with_a_comment() -> None:
    both = changed("  de:\n", "  de-at:\n    shortDescription: Servus\n  de-AT:\n")
    fixed = fix(both)
    assert {"de-at", "de-AT"} <= yaml.safe_load(fixed.content)["description"].keys()


def test_a_mend_that_would_bring_a_new_fault_is_not_made() -> None:
    """An owner without a URI would be an organisation without its required key."""
    given = GOOD.replace("organisation:\n  uri: https://stadt.example\n  name: Stadt Musterstadt\n\n", "").replace(
        "  license: EUPL-1.2\n", "  license: EUPL-1.2\n  repoOwner: Stadt\n"
    )
    fixed = fix(given.encode())
    assert "  repoOwner: Stadt\n" in fixed.content.decode()
    assert "organisation:" not in fixed.content.decode()
    assert "publiccode-key-deprecated" in {found.rule for found in fixed.left}


def test_comments_come_once_follow_the_language_and_go_with_the_fault() -> None:
    german = fix(changed("developmentStatus: stable", "developmentStatus: production"))
    assert german.content.decode().count("# Allmende: ") == 1
    english = fix(german.content, "en")
    assert english.content != german.content
    assert english.content.decode().count("# Allmende: ") == 1
    assert fix(english.content, "en").content == english.content
    mended = english.content.decode().replace("production", "stable").encode()
    assert fix(mended).content.decode() == GOOD


def test_a_text_that_looks_like_our_comment_stays() -> None:
    line = "      # Allmende: nicht doch [publiccode-url]\n"
    given = GOOD.replace("    features:", "    documentation: |\n      https://x.example\n" + line + "    features:", 1)
    assert line in fix(given.encode()).content.decode()


def test_lines_of_mended_findings_are_those_of_the_given_file() -> None:
    given = changed("license: EUPL-1.2", "license: Eupl-1.2").decode().replace("name:", "monochromeLogo: a.svg\nname:")
    lines = given.split("\n")
    for found in fix(given.encode()).mended:
        word = {"publiccode-licence-spelling": "Eupl", "publiccode-key-deprecated": "monochromeLogo"}[found.rule]
        assert found.origin
        assert found.origin.line
        assert word in lines[found.origin.line - 1]


def test_a_second_document_is_left_alone() -> None:
    second = "---\nlicence: eupl-1.2\nplatforms: web\n"
    assert fix((GOOD + second).encode()).content.decode().endswith(second)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A TAB that keeps the file from being read, and one that only strict parsers refuse.
        ("legal:\n  license: EUPL-1.2\n", "legal:\n  mainCopyrightOwner: \t\n\tlicense: EUPL-1.2\n"),
        # A second TAB cannot be mended until the section it is in was put aside.
        ("name: Stadtkarte", "inputTypes: [text/csv,\ttext/plain]\nname: \tStadtkarte"),
        # An alias of nothing, which the check reads around and the mender cannot.
        ("  license: EUPL-1.2", "  license: \t\n  mainCopyrightOwner: *nobody"),
        ("name: Stadtkarte", "name: \tStadtkarte\napplicationSuite: *nobody"),
    ],
)
def test_odd_tabs_are_mended_at_once_or_left(old: str, new: str) -> None:
    given = changed(old, new)
    fixed = fix(given)
    assert fix(fixed.content).content == fixed.content
    assert not lost(given, fixed)


def test_every_tab_that_a_strict_parser_refuses_goes() -> None:
    given = changed("legal:\n  license: EUPL-1.2\n", "legal:\n\tlicense: EUPL-1.2\napplicationSuite: \t\n")
    fixed = fix(given)
    assert b"\t" not in fixed.content
    assert [found.rule for found in fixed.mended] == ["publiccode-tab"]


def test_tabs_of_a_very_long_file_are_told_and_left() -> None:
    given = changed("legal:\n  license", "legal:\n\tlicense") + b"#" * 200_000
    fixed = fix(given)
    assert (fixed.content, fixed.mended) == (given, ())
    assert "publiccode-tab" in {found.rule for found in fixed.left}


def test_a_tab_is_mended_when_what_stood_in_the_way_is_gone() -> None:
    given = changed("name: Stadtkarte", "inputTypes: [text/csv,\ttext/plain]\nname: \tStadtkarte")
    fixed = fix(given)
    assert b"name:   Stadtkarte" in fixed.content
    assert [found.rule for found in fixed.mended] == ["publiccode-key-dropped", "publiccode-tab-between"]
    assert [found.origin and found.origin.line for found in fixed.mended] == [4, 5]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
def test_any_file_is_mended_once_and_nothing_is_lost(content: bytes) -> None:
    fixed = fix(content)
    assert fix(fixed.content).content == fixed.content
    assert not lost(content, fixed)
    before = {(found.rule, (found.key or "").casefold()) for found in check(content).findings}
    rules = {rule for rule, _ in before}
    new = {found.rule for found in fixed.left if (found.rule, (found.key or "").casefold()) not in before}
    assert new <= rules | BROUGHT_TO_LIGHT


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_taken(content: bytes) -> None:
    fixed = fix(content)
    assert fix(fixed.content).content == fixed.content


# --- what a breaker found ---

LOGIN = "https://nutzer:geheim@git.example/stadt/karte.git"
ITALIAN = (
    'IT:\n  countryExtensionVersion: "0.2"\n  piattaforme:\n    spid: true\n    cie: yes\n    anpr: false\n'
    "  conforme:\n    gdpr: true\n"
)


def rules_of(content: bytes) -> set[str]:
    return {found.rule for found in check(content).findings}


def test_a_finding_of_another_family_of_rules_stops_nothing() -> None:
    given = GOOD.replace('"0.7"', "0.4").replace("license: EUPL-1.2", "license: eupl-1.2")
    lines = [f'url: "{LOGIN}"' if line.startswith("url:") else line for line in given.split("\n")]
    fixed = fix("\n".join(lines).encode())
    assert {"publiccode-version-old", "publiccode-licence-spelling"} <= {found.rule for found in fixed.mended}
    assert fixed.content.count(b"[address-with-login]\n") == 1
    assert fix(fixed.content).content == fixed.content


def test_a_comment_of_ours_names_a_rule() -> None:
    line = "# Allmende: unser Server [nicht-weg]\n"
    assert line in fix(line.encode() + GOOD.encode()).content.decode()


@pytest.mark.parametrize("names", ["ABA", "AAB", "ABB", "ABAB", "AA", "ABBA"])
def test_of_several_entries_the_same_one_counts_after_as_before(names: str) -> None:
    entries = "\n".join(f"name: {name}" for name in names)
    fixed = fix(changed("name: Stadtkarte", entries))
    assert yaml.safe_load(fixed.content)["name"] == names[-1]
    written = [line for line in fixed.content.decode().split("\n") if line.startswith("name: ")]
    assert {line[-1] for line in written} == set(names)
    assert len(written) == {"ABA": 3, "AAB": 2, "ABB": 2, "ABAB": 2, "AA": 1, "ABBA": 3}[names]
    assert ("publiccode-duplicate-key" in rules_of(fixed.content)) == (len(written) > 1)


def test_a_file_with_very_many_faults_is_mended() -> None:
    many = "".join("    - de\n" for _ in range(400))
    fixed = fix(changed("  countries: [DE, AT]\n", f"  countries:\n{many}"))
    assert fixed.content.count(b"    - DE\n") == 400
    assert len(fixed.mended) == 400
    assert fixed.left == ()


def test_italian_platforms_become_what_is_supported() -> None:
    given = (GOOD.replace('"0.7"', '"0.2"') + ITALIAN).encode()
    fixed = fix(given)
    said = yaml.safe_load(fixed.content)
    assert said["supports"] == [{"id": "alias:spid"}, {"id": "alias:cie"}]
    assert "IT" not in said
    assert "#     anpr: false\n" in fixed.content.decode()
    assert check(fixed.content).findings == ()


@pytest.mark.parametrize("rest", ["  riuso:\n    codiceIPA: a b c\n", "  altro: x\n", "  piattaforme: molte\n"])
def test_an_italian_section_that_cannot_be_moved_stays_without_wrong_advice(rest: str) -> None:
    given = (GOOD.replace('"0.7"', '"0.2"') + 'IT:\n  countryExtensionVersion: "0.2"\n' + rest).encode()
    fixed = fix(given)
    assert yaml.safe_load(fixed.content)["IT"] == yaml.safe_load(given)["IT"]
    assert "supports" not in fixed.content.decode()


def test_no_finding_is_graver_after_than_before() -> None:
    """A key that only newer versions gave up is told as it was: the newer version is our doing."""
    given = GOOD.replace('"0.7"', '"0.4"').replace("  license: EUPL-1.2\n", "  license: EUPL-1.2\n  repoOwner: Stadt\n")
    given = given.replace("organisation:\n  uri: https://stadt.example\n  name: Stadt Musterstadt\n\n", "")
    before = {found.key: found.severity for found in check(given.encode()).findings}
    [left] = [found for found in fix(given.encode()).left if found.key == "legal.repoOwner"]
    assert left.severity is before["legal.repoOwner"] is Severity.HINT


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('publiccodeYmlVersion: "0.7"', "publiccodeYmlVersion: 1.0", 'publiccodeYmlVersion: "1.0"'),
        (
            'publiccodeYmlVersion: "0.7"',
            'publiccode-yaml-version: "http://w3id.org/publiccode/version/0.1"',
            'publiccodeYmlVersion: "0.7"',
        ),
        ('publiccodeYmlVersion: "0.7"', "publiccodeYmlVersion: !!str 0.4", 'publiccodeYmlVersion: "0.7"'),
        ('publiccodeYmlVersion: "0.7"', "publiccodeYmlVersion: &v 0.4", 'publiccodeYmlVersion: "0.7"'),
        ("localisationReady: true", "localisationReady: !!bool yes", "  localisationReady: true"),
        ("platforms:\n  - web\n  - linux\n", "platforms: |\n  web\n  linux\n", "  - linux"),
        ("countries: [DE, AT]", "countries: [uk, AT]", "  countries: [GB, AT]"),
        ("license: EUPL-1.2", 'license: " EUPL-1.2"', '  license: "EUPL-1.2"'),
        ("name: Stadtkarte", "name: Stadtkarte\nname:", "name: Stadtkarte"),
    ],
)
def test_more_certain_mends(old: str, new: str, line: str) -> None:
    fixed = fix(changed(old, new))
    assert line in fixed.content.decode().split("\n")
    assert not lost(changed(old, new), fixed)


@pytest.mark.parametrize("value", ["&v 0.4\napplicationSuite: *v", "!eigen 0.4"])
def test_a_value_with_more_to_it_is_told_beside(value: str) -> None:
    given = changed('publiccodeYmlVersion: "0.7"', f"publiccodeYmlVersion: {value}")
    fixed = fix(given)
    assert f"publiccodeYmlVersion: {value}\n" in fixed.content.decode()
    assert "[publiccode-version-old]\n" in fixed.content.decode()


def test_a_comment_on_a_second_document_stands_above_it() -> None:
    second = "---\n# Allmende: eigenes [publiccode-url]\nname: x\n"
    text = fix((GOOD + second).encode()).content.decode()
    assert text.startswith(GOOD + "# Allmende: ")
    assert text.endswith("[publiccode-several-documents]\n" + second)


@pytest.mark.parametrize("values", [2_000, 13_000, 28_000])
def test_a_very_long_file_is_mended_or_the_reason_told(values: int) -> None:
    users = "".join(f'  - "Stadt {number}"\n' for number in range(values))
    given = (GOOD.replace("countries: [DE, AT]", "countries: [de, xx]") + "\nusedBy:\n" + users).encode()
    fixed = fix(given.replace(b"\n", b"\r\n"))
    assert b"\r" not in fixed.content
    not_tried = [found.params["reason"] for found in fixed.left if found.rule == "publiccode-not-tried"]
    assert (b"[DE, xx]" in fixed.content) == (values < 10_000)
    assert not_tried == ([] if values < 10_000 else ["large"])
    assert fix(fixed.content).content == fixed.content


def test_mending_that_never_ends_gives_the_file_back_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixing_turns, "put_in", lambda *_: [Edit(0, 0, "# noch eine Zeile\n")])
    given = changed("license: EUPL-1.2", "license: eupl-1.2")
    fixed = fix(given)
    assert (fixed.content, fixed.mended) == (given, ())
    assert [found.params["reason"] for found in fixed.left if found.rule == "publiccode-not-tried"] == ["unsettled"]


def test_turns_that_undo_each_other_end_at_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def blink(tree: Tree, *_: object) -> list[Edit]:
        return [Edit(0, 2, "")] if tree.text.startswith("#\n") else [Edit(0, 0, "#\n")]

    monkeypatch.setattr(fixing_turns, "put_in", blink)
    fixed = fix(changed("license: EUPL-1.2", "license: eupl-1.2"))
    assert b"license: EUPL-1.2\n" in fixed.content
    assert fix(fixed.content).content == fixed.content


@pytest.mark.parametrize(
    "text",
    [
        "publiccodeYmlVersion: '0.4'\nname: App\nx: &a [*a]\t# tab\nlegal:\t{license: MIT}\n",
        "publiccodeYmlVersion: '0.4'\nname: App\nx: &a\n  y: *a\ncategories:\n\t- web\n",
    ],
)
def test_an_alias_of_itself_stops_no_mend_of_tabs(text: str) -> None:
    mended = fix(text.encode())
    assert fix(mended.content).content == mended.content
    assert b'publiccodeYmlVersion: "0.7"' in mended.content
