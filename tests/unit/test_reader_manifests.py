# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Readers of codemeta.json, CITATION.cff and manifests: golden pairs, odd spellings, hostile files, the wild."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from harvesters.readers import (
    citation,
    codemeta,
    jsonsafe,
    manifest_cargo,
    manifest_composer,
    manifest_go,
    manifest_maven,
    manifest_npm,
    manifest_pyproject,
    manifest_ruby,
    manifest_setupcfg,
    tomlsafe,
    xmlsafe,
)
from harvesters.readers import declared_urls as urls
from harvesters.readers import declared_values as values
from harvesters.readers.parsed import MOST_BYTES
from harvesters.readers.reading import READERS, Reader
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.model import FactSource, Field, Json, Reading
from registry.vocabulary.rules import explain
from support.golden import FOLDER, shape
from support.snapshots import facts, rules, snapshot, value
from support.snapshots import values as all_values

FILES: Mapping[str, Reader] = {
    "codemeta.json": codemeta.read,
    "CITATION.cff": citation.read,
    "package.json": manifest_npm.read,
    "pyproject.toml": manifest_pyproject.read,
    "setup.cfg": manifest_setupcfg.read,
    "composer.json": manifest_composer.read,
    "pom.xml": manifest_maven.read,
    "Cargo.toml": manifest_cargo.read,
    "go.mod": manifest_go.read,
    "Gemfile": manifest_ruby.read,
    "wahl.gemspec": manifest_ruby.read,
}
CASES = sorted(path for path in (FOLDER / "manifests").iterdir() if path.is_dir())
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "licences"


def read(name: str, content: str | bytes) -> Reading:
    return FILES[name](snapshot({name: content.encode() if isinstance(content, str) else content}))


def in_case(case: Path) -> Reading:
    (path,) = case.iterdir()
    return read(path.name, path.read_bytes())


def scalar(text: str) -> Node:
    return Node(text, 1, 1, text)


# --- golden pairs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path) -> None:
    expected = json.loads(case.with_name(f"{case.name}.json").read_text(encoding="utf-8"))
    assert shape(in_case(case)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_problem_has_its_texts_filled(case: Path, lang: str) -> None:
    for problem in in_case(case).problems:
        told = explain(problem.rule, problem.params, lang)
        assert told.message != problem.rule
        assert "{" not in told.message + told.hint
        assert problem.origin is not None
        assert problem.origin.column is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_person_and_no_address_of_one_becomes_a_fact(case: Path) -> None:
    written = json.dumps([fact.value for fact in in_case(case).facts], ensure_ascii=False)
    assert not re.search(r"Erika|Max Mustermann|@musterstadt|hilfe@|geheim", written)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_fact_points_at_a_line_that_shows_it(case: Path) -> None:
    (path,) = case.iterdir()
    lines = path.read_text(encoding="latin-1" if b"8859" in path.read_bytes()[:60] else None, errors="replace").split(
        "\n"
    )
    for fact in in_case(case).facts:
        if fact.field in (Field.NAME, Field.SOFTWARE_VERSION, Field.RELEASE_DATE) and "${" not in "".join(lines):
            assert str(fact.value) in lines[(fact.origin.line or 0) - 1], fact


def test_all_formats_are_read_with_a_snapshot() -> None:
    assert set(FILES.values()) <= {reader for _, reader in READERS}
    assert len({name for name, _ in READERS}) == len(READERS)


@pytest.mark.parametrize("name", FILES)
def test_only_the_root_is_read(name: str) -> None:
    (case,) = [
        path for case in CASES if case.name.endswith("rich") for path in case.iterdir() if path.name == name
    ] or [FOLDER / "manifests" / "ruby-gemfile" / "Gemfile"]
    content = case.read_bytes()
    for folder in ("node_modules/a", "vendor/b", "docs"):
        assert FILES[name](snapshot({f"{folder}/{name}": content})).facts == ()
    assert read(name, content).facts


def test_sources() -> None:
    assert {fact.source for fact in read("codemeta.json", '{"name": "a"}').facts} == {FactSource.CODEMETA}
    assert {fact.source for fact in read("CITATION.cff", "title: a").facts} == {FactSource.CITATION}
    assert {fact.source for fact in read("go.mod", "module a").facts} == {FactSource.MANIFEST}


# --- tables of odd spellings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("github:o/r", "https://github.com/o/r"),
        ("o/r", "https://github.com/o/r"),
        ("o/r#main", "https://github.com/o/r"),
        ("gitlab:g/s/r", "https://gitlab.com/g/s/r"),
        ("bitbucket:o/r", "https://bitbucket.org/o/r"),
        ("gist:11081aaa281", "https://gist.github.com/11081aaa281"),
        ("git+https://forge.example/o/r.git", "https://forge.example/o/r"),
        ("git+ssh://git@forge.example/o/r.git", "https://forge.example/o/r"),
        ("ssh://git@forge.example:22/o/r.git", "https://forge.example/o/r"),
        ("ssh://git@forge.example:2222/o/r.git", None),
        ("ssh://git@forge.example:o/r.git", "https://forge.example/o/r"),
        ("git@forge.example:o/r.git", "https://forge.example/o/r"),
        ("git://forge.example/o/r", "https://forge.example/o/r"),
        ("scm:git:git@forge.example:o/r.git", "https://forge.example/o/r"),
        ("scm:git:https://forge.example/o/r.git", "https://forge.example/o/r"),
        ("scm:git|https://forge.example/o/r", "https://forge.example/o/r"),
        ("scm:svn:https://svn.example/o/r", None),
        ("github.com/o/r", "https://github.com/o/r"),
        ("https://github.com/o/r/tree/main/packages/x", "https://github.com/o/r"),
        ("https://gitlab.com/g/s/r/-/tree/main/x", "https://gitlab.com/g/s/r"),
        ("https://github.com/o/r#readme", "https://github.com/o/r"),
        ("https://git@github.com/o/r", "https://github.com/o/r"),
        ("https://github.com/your-username/repo", None),
        ("https://github.com/<owner>/repo", None),
        ("https://example.com/o/r", None),
        ("https://github.com", None),
        ("./local", None),
        ("../x/y", None),
        ("file:///srv/git/r", None),
        ("git+file:///srv/git/r", None),
        ("javascript:alert(1)", None),
        ("https://a@[::1/o/r", None),
        ("https://[]@forge.example/o/r", None),
        ("https://forge.example:99999/o/r", None),
        ("C:/x/y", None),
        ("", None),
    ],
)
def test_where_the_code_lies(written: str, found: str | None) -> None:
    assert urls.repository(written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://spdx.org/licenses/EUPL-1.2", "EUPL-1.2"),
        ("http://spdx.org/licenses/GPL-3.0-or-later.html", "GPL-3.0-or-later"),
        ("https://opensource.org/license/mit/", "MIT"),
        ("https://opensource.org/licenses/BSD-3-Clause", "BSD-3-Clause"),
        ("https://opensource.org/licenses/gpl-license", None),
        ("https://www.gnu.org/licenses/agpl-3.0.html", "AGPL-3.0"),
        ("https://www.gnu.org/licenses/old-licenses/gpl-2.0.html", "GPL-2.0"),
        ("https://www.gnu.org/licenses/", None),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12", "EUPL-1.2"),
        ("https://joinup.ec.europa.eu/page/eupl-text-11-12", None),
        ("https://forge.example/LICENSE", None),
    ],
)
def test_licence_of_a_link(written: str, found: str | None) -> None:
    assert urls.licence_of_link(written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("1.2.3", "1.2.3"),
        ("v4.57.0", "v4.57.0"),
        ("2026.09-rc1+build", "2026.09-rc1+build"),
        ("24.0.2-SNAPSHOT", "24.0.2-SNAPSHOT"),
        ("0.0.1", "0.0.1"),
        ("0.0.0", None),
        ("v0.0.0-development", None),
        ("0", None),
        ("${revision}", None),
        ("1.0.${build}", None),
        ("{{version}}", None),
        ("@VERSION@", None),
        ("dev-main", None),
        ("attr: x.__version__", None),
        ("*", None),
        ("1" * 500, None),
    ],
)
def test_version(written: str, found: str | None) -> None:
    assert values.version(scalar(written)) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"),
        ("doi:10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"),
        ("http://dx.doi.org/10.5281/zenodo.1.", "https://doi.org/10.5281/zenodo.1"),
        ("https://doi.org/10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"),
        ("swh:1:rev:" + "0a" * 20, "https://archive.softwareheritage.org/swh:1:rev:" + "0a" * 20),
        ("de.musterstadt.melder", None),
        ("10.1/x", None),
    ],
)
def test_identifier(written: str, found: str | None) -> None:
    assert values.identifier(written) == found


@pytest.mark.parametrize(
    ("package", "licence", "told"),
    [
        ({"license": "MIT"}, "MIT", []),
        ({"license": "EUPL v1.2"}, "EUPL v1.2", []),
        ({"license": {"type": "MIT", "url": "https://x.example"}}, "MIT", []),
        ({"license": ["MIT", "Apache-2.0"]}, "MIT OR Apache-2.0", []),
        ({"license": ["MIT", "GPL-2.0-only OR BSD-3-Clause"]}, "MIT OR (GPL-2.0-only OR BSD-3-Clause)", []),
        ({"licenses": [{"type": "MIT"}, {"type": "MIT"}]}, "MIT", []),
        ({"license": "SEE LICENSE IN COPYING"}, "SEE LICENSE IN COPYING", []),
        ({"license": "SEE LICENSE IN ./package.json"}, None, []),  # a file at hand says it itself
        ({"license": "SEE LICENSE IN "}, None, []),
        ({"license": "SEE LICENSE IN X", "licenses": ["MIT"]}, "MIT", []),
        ({"license": "UNLICENSED"}, "UNLICENSED", ["manifest-licence-unlicensed"]),
        ({"license": ["UNLICENSED", "MIT"]}, "MIT", ["manifest-licence-unlicensed"]),
        ({"license": "Unlicense"}, "Unlicense", []),
        ({"license": "BSD"}, "BSD", ["manifest-licence-unknown"]),
        ({"license": "https://opensource.org/licenses/MIT"}, "MIT", []),
        ({"license": ""}, None, []),
        ({"license": None}, None, []),
        ({"license": True}, None, []),
        ({"license": {}}, None, []),
        ({"license": "Permission is hereby granted " * 20}, None, ["manifest-licence-unknown"]),
    ],
)
def test_licence_of_a_package(package: Json, licence: str | None, told: list[str]) -> None:
    reading = read("package.json", json.dumps(package))
    assert all_values(reading, Field.DECLARED_LICENCE) == ([licence] if licence else [])
    assert rules(reading) == told


@pytest.mark.parametrize(
    ("classifiers", "licence", "status"),
    [
        (["License :: OSI Approved :: MIT License"], "MIT License", None),
        (["License :: OSI Approved :: BSD License"], None, None),
        (
            ["License :: OSI Approved :: GNU Affero General Public License v3"],
            "GNU Affero General Public License v3",
            None,
        ),
        (["License :: OSI Approved :: MIT License", "License :: OSI Approved :: zlib License"], None, None),
        (["Development Status :: 2 - Pre-Alpha"], None, "development"),
        (["Development Status :: 6 - Mature"], None, "stable"),
        (["Development Status :: 7 - Inactive"], None, None),
        (["Development Status :: 4 - Beta", "Development Status :: 5 - Production/Stable"], None, None),
    ],
)
def test_classifiers_count_where_they_are_certain(
    classifiers: list[str], licence: str | None, status: str | None
) -> None:
    reading = read("pyproject.toml", f"[project]\nname = 'x'\nclassifiers = {json.dumps(classifiers)}\n")
    assert all_values(reading, Field.DECLARED_LICENCE) == ([licence] if licence else [])
    assert all_values(reading, Field.DEVELOPMENT_STATUS) == ([status] if status else [])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("@musterstadt/melder", "melder"),
        ("melder", "melder"),
        ("@melder", "@melder"),
        ("@a/", "@a/"),
        ("a" * 500, "a" * 199 + "…"),
        ("erika@musterstadt.example", None),
        ("   ", None),
        ("{{ name }}", None),
        ("...", None),
    ],
)
def test_name_of_a_package(name: str, found: str | None) -> None:
    assert all_values(read("package.json", json.dumps({"name": name})), Field.NAME) == ([found] if found else [])


@pytest.mark.parametrize("name", ["root", "monorepo", "@musterstadt/workspace", "Root"])
def test_the_private_root_of_a_monorepo_has_no_name(name: str) -> None:
    assert not facts(read("package.json", json.dumps({"name": name, "private": True})), Field.NAME)
    assert facts(read("package.json", json.dumps({"name": "melder", "private": True})), Field.NAME)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("https://www.repostatus.org/#wip", "development"),
        ("http://www.repostatus.org/#active", "stable"),
        ("https://www.repostatus.org/#abandoned/", "obsolete"),
        ("https://www.repostatus.org/#moved", None),
        ("https://elsewhere.example/#active", None),
        ("active", "stable"),
        ("beta", "beta"),
        ({"@id": "https://www.repostatus.org/#concept"}, "concept"),
        ("running somehow", None),
    ],
)
def test_status_of_codemeta(status: Json, found: str | None) -> None:
    reading = read("codemeta.json", json.dumps({"developmentStatus": status}))
    assert all_values(reading, Field.DEVELOPMENT_STATUS) == ([found] if found else [])


def test_funders_are_organisations_only() -> None:
    funders: Json = [
        {"@type": "Person", "name": "Erika Mustermann", "url": "https://erika.example"},
        {"@type": "schema:GovernmentOrganization", "name": "Land Muster"},
        {"name": "Max Mustermann"},
        "Frau Mustermann",
        "https://ror.org/00x0x0x00",
    ]
    reading = read("codemeta.json", json.dumps({"funder": funders}))
    assert value(reading, Field.FUNDED_BY) == [
        {"uri": None, "name": "Land Muster"},
        {"uri": "https://ror.org/00x0x0x00", "name": None},
    ]


def test_positions_count_lines_and_characters() -> None:
    reading = read("package.json", '{\n\t"ü": 1, "license": "MIT",\r\n\t"name": "melder"}')
    licence, name = facts(reading, Field.DECLARED_LICENCE)[0], facts(reading, Field.NAME)[0]
    assert (licence.origin.line, licence.origin.column) == (2, 21)
    assert (name.origin.line, name.origin.column) == (3, 10)


def test_of_equal_keys_the_later_counts_as_in_javascript() -> None:
    assert value(read("package.json", '{"license": "MIT",\n "license": "ISC"}'), Field.DECLARED_LICENCE) == "ISC"


def test_places_in_toml() -> None:
    text = 'a = """\nname = "no"\n"""\n[ project ]\n"name" = "x"\n[project . urls]\n\'Issues\'="https://x.example/i"\n'
    reading = read("pyproject.toml", text)
    assert [fact.origin.line for fact in facts(reading, Field.NAME)] == [5]
    assert [fact.origin.line for fact in facts(reading, Field.ISSUES_URL)] == [7]


def test_own_manifests() -> None:
    root = Path(__file__).resolve().parents[2]
    reading = read("setup.cfg", (root / "setup.cfg").read_bytes())
    assert value(reading, Field.NAME) == "allmende"
    assert value(reading, Field.DECLARED_LICENCE) == "EUPL-1.2"
    assert value(reading, Field.RUNTIMES) == ["python >=3.11"]
    assert not reading.problems


# --- hostile files ----------------------------------------------------------------------------------------------------

_N = MOST_BYTES - 100
_BOMB = b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
HOSTILE: Mapping[str, bytes] = {
    "nothing": b"",
    "garbage of 1 MB": bytes(range(256)) * 4096,
    "garbage": bytes(range(256)) * 2000,
    "not UTF-8": b'{"name": "M\xe4ngel"}',
    "NUL": b"\0" * _N,
    "lines": b"\n" * _N,
    "brackets": b"[" * _N,
    "objects": b'{"a":' * (_N // 5),
    "quotes": b'"' * _N,
    "escapes": b'"' + b"\\u0041" * (_N // 6),
    "comments": b"/*" * (_N // 2),
    "numbers": b'{"version": ' + b"9" * (_N - 20) + b"}",
    "many numbers": b"[" + b"1," * (_N // 2),
    "NaN": b'{"name": "melder", "version": NaN, "x": -Infinity}',
    "surrogates": b'{"name": "\\ud800\\udfff\\ud800"}',
    "elements": b"<project>" * (_N // 9),
    "many elements": b"<project>" + b"<a/>" * (_N // 4 - 10) + b"</project>",
    "attributes": b"<project " + b" ".join(b'a%d="1"' % n for n in range(40_000)) + b"/>",
    "laughs": _BOMB + b"]><project><name>&j;</name></project>",
    "file by entity": b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><project><name>&x;</name></project>',
    "encoding by name": b'<?xml version="1.0" encoding="hex"?><project/>',
    "properties": b"<project><name>${a}</name><properties>"
    + b"".join(b"<p%d>${p%d}${p%d}</p%d>" % (n, n + 1, n + 1, n) for n in range(40))
    + b"<a>${p0}${a}</a></properties></project>",
    "dotted keys": b"a." * (_N // 2) + b"a = 1",
    "spaced keys": b"a . " * (_N // 4) + b"a = 1",
    "long keys": (b"a" * 210 + b".") * (_N // 211) + b"a = 1",
    "keys": b"".join(b"k%d=1\n" % n for n in range(45_000)),
    "tables": b"".join(b"[t%d]\n" % n for n in range(45_000)),
    "lists of tables": b"[[a]]\n" * (_N // 6),
    "inline tables": b"a = " + b"{a=" * (_N // 3 - 2),
    "hexadecimal": b"[package]\nversion = 0x" + b"f" * (_N - 30),
    "anchors": b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (n, n) for n in range(9_000)),
    "indented": b" ".join(b"- " * n for n in range(900)),
    "continued": b"[metadata]\nname = a\n" + b"  b\n" * (_N // 5),
    "equal signs": b"=" * _N,
    "one line": b"spec.name = " + b"'a', " * (_N // 6),
    "words": b"spec.licenses = %w[" + b"a " * (_N // 2 - 20),
    "module": b"module " + b"a/" * (_N // 3),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_files_cost_themselves_only(name: str, hostile: str) -> None:
    # What takes more than linear time runs into pytest's own limit: these are as large as files may be.
    reading = read(name, HOSTILE[hostile])
    assert len(reading.problems) <= 100
    assert len(json.dumps([fact.value for fact in reading.facts])) < 40_000


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("package.json", b"[" * 100, "manifest-too-complex"),
        ("package.json", b"{" + b" " * MOST_BYTES + b"}", "manifest-too-complex"),
        ("package.json", b'{"name": "x", "a": NaN}', "manifest-unreadable"),
        ("package.json", b'{"name": "M\xe4"}', "manifest-encoding"),
        ("package.json", b'"text"', "manifest-unreadable"),
        ("pom.xml", HOSTILE["laughs"], "manifest-unreadable"),
        ("pom.xml", b"<a>" * 100, "manifest-too-complex"),
        ("Cargo.toml", HOSTILE["dotted keys"], "manifest-too-complex"),
        ("pyproject.toml", HOSTILE["inline tables"], "manifest-too-complex"),
        ("CITATION.cff", b"a: " + b"[" * 100, "manifest-too-complex"),
    ],
)
def test_what_is_not_read_is_told(name: str, content: bytes, rule: str) -> None:
    assert rule in rules(read(name, content))


def test_entities_are_never_expanded_nor_fetched() -> None:
    assert read("pom.xml", HOSTILE["laughs"]).facts == ()
    assert read("pom.xml", HOSTILE["file by entity"]).facts == ()


def test_what_stands_before_a_fault_is_kept() -> None:
    assert value(read("package.json", HOSTILE["NaN"]), Field.NAME) == "melder"
    assert jsonsafe.parse(b'{"a": "x\n"}').root is not None
    assert tomlsafe.parse(b"a = 1\nb = ").root is not None
    assert xmlsafe.parse(b"<a><b>x</b>").root is not None


@pytest.mark.parametrize(
    "fault",
    [
        'x = [\n  "a"\n  "b"\n]\n', "x = 1.2.3\n", 'x = "open\n', 'x = """open\ny = 1\nz = 2\n', "x == 1\n",
        "name = 'again'\n", "[tool.x\n",
    ],
)  # fmt: skip
def test_of_a_broken_pyproject_what_stands_before_the_fault_is_kept(fault: str) -> None:
    text = (
        f'[project]\nname = "melder"\nversion = "1.2"\ndescription = "Ein Werkzeug für alle"\n{fault}license = "MIT"\n'
    )
    reading = read("pyproject.toml", text)
    kept = [value(reading, Field.NAME), value(reading, Field.SOFTWARE_VERSION)]
    assert kept == ["melder", "1.2"]
    assert all_values(reading, Field.SHORT_DESCRIPTION) == ["Ein Werkzeug für alle"]
    assert rules(reading) == ["manifest-unreadable"]


@pytest.mark.parametrize(
    ("name", "content", "de", "en"),
    [
        ("package.json", "[]", "Schlüsseln und Werten", "keys and values"),
        ("package.json", '{"name": }', "fehlt ein Wert", "value is missing"),
        ("package.json", '{"name": "x",}', "Komma zu viel", "comma too many"),
        ("package.json", '{"name": "x" // a\n}', "Kommentare", "Comments"),
        ("pyproject.toml", "a = b", "falsch geschrieben", "written wrongly"),
        ("pyproject.toml", "a = 1\na = 2", "steht doppelt", "written twice"),
        ("pyproject.toml", "a = 'x", "nicht geschlossen", "not closed"),
        ("pom.xml", "<a><b></a>", "anders geschlossen", "another name"),
        ("CITATION.cff", "a: [", "fehlt ein Wert", "value is missing"),
        ("go.mod", "go 1.2", "„module", "module"),
        ("setup.cfg", "[metadata]\nname", "Schlüssel = Wert", "key = value"),
    ],
)
def test_faults_are_told_in_plain_words(name: str, content: str, de: str, en: str) -> None:
    (found, *_) = read(name, content).problems
    assert found.rule == "manifest-unreadable"
    assert de in explain(found.rule, found.params, "de").message
    assert en in explain(found.rule, found.params, "en").message


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Von Erika Muster, erika@stadt.example, 0221 123456", []),
        ("by Erika Muster <erika@stadt.example>", []),
        ("Termine im Rathaus, erika@stadt.example, Tel. 0221 123456", ["Termine im Rathaus"]),
        ("By-laws of cities for everybody", ["By-laws of cities for everybody"]),
    ],
)
def test_a_description_says_what_it_does_not_whom_to_ask(written: str, kept: list[str]) -> None:
    text = json.dumps({"name": "melder", "description": written})
    assert all_values(read("package.json", text), Field.SHORT_DESCRIPTION) == kept


def test_equal_keys_are_a_hint() -> None:
    reading = read("package.json", '{"name": "a",\n"version": "1.0",\n"name": "b"}')
    assert value(reading, Field.NAME) == "b"
    (found,) = reading.problems
    assert (found.rule, found.severity, found.params["detail"]) == ("manifest-duplicate-key", "hint", "name")
    assert found.origin is not None
    assert found.origin.line == 3


def test_a_login_is_told_and_not_kept() -> None:
    for name, text in (
        ("package.json", '{"homepage": "https://erika:geheim@x.example/a"}'),
        ("pyproject.toml", '[project]\nurls.Source = "https://erika:geheim@x.example/a/b.git"'),
        ("pom.xml", "<project><scm><url>https://erika:geheim@x.example/a/b</url></scm></project>"),
    ):
        reading = read(name, text)
        assert "address-with-login" in rules(reading), name
        assert "geheim" not in repr(reading), name


# --- the wild ---------------------------------------------------------------------------------------------------------

_LINE = {
    "package.json": re.compile(r'^\s{1,4}"license"\s*:\s*"([^"]+)"', re.MULTILINE),
    "composer.json": re.compile(r'^\s{1,4}"license"\s*:\s*"([^"]+)"', re.MULTILINE),
    "Cargo.toml": re.compile(r'^license = "([^"]+)"', re.MULTILINE),
    "pyproject.toml": re.compile(r'^license = (?:\{ ?text = )?"([^"]+)"', re.MULTILINE),
    "CITATION.cff": re.compile(r"^license: (\S+)$", re.MULTILINE),
    "setup.cfg": re.compile(r"^license ?= ?(.+)$", re.MULTILINE),
    "pom.xml": re.compile(r"<license>\s*<name>([^<]+)</name>"),
}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here")
def test_manifests_of_the_corpus() -> None:
    seen = licensed = 0
    for path in sorted(path for path in CORPUS.glob("*/*") if path.name in FILES):
        reading, text = read(path.name, path.read_bytes()), path.read_text(encoding="utf-8-sig")
        seen += 1
        for problem in reading.problems:
            assert problem.rule in ("manifest-template", "manifest-licence-unlicensed"), (path, problem)
        for fact in reading.facts:
            assert 0 < (fact.origin.line or 0) <= text.count("\n") + 1, path
            assert "contact-" not in json.dumps(fact.value), path
        written = _LINE[path.name].search(text) if path.name in _LINE else None
        found = all_values(reading, Field.DECLARED_LICENCE)
        closed = "manifest-licence-unlicensed" in rules(reading)
        if written and not closed:
            licensed += 1
            link = "https://www.gnu.org/licenses/agpl-3.0.html"  # the one file whose name of the licence has no version
            assert found == [written[1]] or (found == ["AGPL-3.0"] and link in text), path
            assert normalise(str(found[0])), path
        elif closed:
            assert [normalise(str(one)) for one in found] == [None], path
        else:
            assert found == [], path
    assert seen >= 70
    assert licensed >= 30
