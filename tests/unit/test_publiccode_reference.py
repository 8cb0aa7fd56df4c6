# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reference mode: the same keys, lines and columns as publiccode-parser-go. Each case names the function it follows."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest

from harvesters.publiccode.reference import check_reference
from registry.vocabulary.rules import explain, rules
from support.reference_files import LONG, MAXIMAL, MINIMAL

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "publiccode"
Found = tuple[str, str, int, int]


def found(text: str | bytes) -> list[Found]:
    """Severity, key, line and column of each finding."""
    content = text if isinstance(text, bytes) else text.encode()
    told = check_reference(content).findings
    assert all(one.origin and one.origin.line is not None and one.origin.column is not None for one in told)
    return [(one.severity.value, one.key or "", one.origin.line, one.origin.column) for one in told]  # type: ignore


def edited(*edits: tuple[str, str], base: str = MINIMAL) -> str:
    """The minimal file with each first text replaced by the second."""
    for old, new in edits:
        assert old in base, old
        base = base.replace(old, new, 1)
    return base


def error(key: str, line: int, column: int) -> Found:
    return "error", key, line, column


def warning(key: str, line: int, column: int) -> Found:
    return "warning", key, line, column


def hint(key: str, line: int, column: int) -> Found:
    return "hint", key, line, column


@pytest.mark.parametrize("text", [MINIMAL, MAXIMAL], ids=["minimal", "maximal"])
def test_a_valid_file_has_no_finding(text: str) -> None:
    assert found(text) == []


ALL_EMPTY = [
    *(error(key, 1, 1) for key in ("name", "url", "platforms", "developmentStatus", "softwareType", "description")),
    *(error(key, 0, 0) for key in ("legal.license", "maintenance.type")),
    *(error(f"localisation.{key}", 0, 0) for key in ("localisationReady", "availableLanguages")),
]

WHOLE = {
    "parseStream: not UTF-8": (b"name: caf\xe9\n", [error("", 0, 0)]),
    "parseStream: empty": ("", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: comments only": ("# nothing\n", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: a tab": ("\t\n", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: only the end of a document": ("# nothing\n...\n", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: only the start of a document": ("---\n", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: two documents without content": ("---\n---\n", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: several documents": ("a: 1\n---\nb: 2\n", [error("", 0, 0)]),
    "parseStream: a directive counts as a document": ("%YAML 1.2\n---\na: 1\n", [error("", 0, 0)]),
    "FilterFile: a list": ("- a\n", [error("publiccodeYmlVersion", 0, 0)]),
    "FilterFile: a text": ("hello", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: no version": ("name: x\n", [error("publiccodeYmlVersion", 0, 0)]),
    "scanner: a byte order mark is part of the key": (
        "\ufeffpubliccodeYmlVersion: '0'\n",
        [error("publiccodeYmlVersion", 0, 0)],
    ),
    "parseStream: a float": ("name: x\npubliccodeYmlVersion: 0.4\n", [error("publiccodeYmlVersion", 2, 1)]),
    "parseStream: a number": ("publiccodeYmlVersion: 0\n", [error("publiccodeYmlVersion", 1, 1)]),
    "parseStream: null": ("publiccodeYmlVersion:\n", [error("publiccodeYmlVersion", 1, 1)]),
    "parseStream: a block scalar": ("publiccodeYmlVersion: |-\n  0.4\n", [error("publiccodeYmlVersion", 1, 1)]),
    "parseStream: 1 is not supported": ("publiccodeYmlVersion: '1'\n", [error("publiccodeYmlVersion", 0, 0)]),
    "parseStream: 0.1 is not supported": ("publiccodeYmlVersion: '0.1'\n", [error("publiccodeYmlVersion", 0, 0)]),
    "getPositionInFile: the first key stands for missing ones": ("publiccodeYmlVersion: '0'\n", ALL_EMPTY),
    "keyToNodeMap: a key that is a number hides all keys": (
        MINIMAL + "1: x\n",
        [
            *ALL_EMPTY[0:0],
            error("publiccodeYmlVersion", 1, 1),
            error("name", 2, 1),
            error("url", 3, 1),
            error("platforms", 4, 1),
            error("developmentStatus", 6, 1),
            error("softwareType", 7, 1),
            error("description", 8, 1),
            error("legal.license", 15, 3),
            error("maintenance.type", 17, 3),
            error("localisation.localisationReady", 19, 3),
            error("localisation.availableLanguages", 20, 3),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE.keys())
def test_the_file_as_a_whole(text: str | bytes, expected: list[Found]) -> None:
    assert found(text) == expected


SYNTAX = {
    "validateMapKey: a key twice": ("a: 1\nb: 2\na: 3\n", 3),
    "validateMapKey: a key twice further in": ("a:\n  b: 1\n  b: 2\n", 3),
    "scanTab": ("a:\n\tb: 1\n", 2),
    "scanSingleQuote": ("a: 1\nb: 'x\nc: 1\n", 2),
    "scanDoubleQuote": ('a: "x\nb: 1\n', 1),
    "parseMapValue: a mapping behind a key": ("a: 1\nb: c: d\n", 2),
    "parseMapValue: deeper than its text": ("a: 1\n b: 2\n", 1),
    "parseDocumentBody: indented less": ("a:\n  b: 1\n c: 2\n", 3),
    "parseFlowSequence": ("a: [1, 2\nb: 3\n", 2),
    "parseFlowMap": ("a: {b: 1\nc: 2\n", 2),
    "parseFlowMap: a word without colon": ("a: 1\nb: {c\nd: 2\n", 2),
    "parseFlowSequence: until the end of the file": ("a: 1\nb: [c,\n  d # e\n\n", 2),
    "parseFlowSequence: the inner bracket": ("a: 1\nb: [c,\n  [d\n\n", 3),
    "parseFlowMap: until the end of the file": ("a: 1\nb: {c: d\n\n", 2),
    "parseFlowMap: nothing behind the comma": ("a: 1\nb: {c: d,\n  e: f,\n\n", 3),
    "scanQuote: with an indented list behind": ("a: 1\nb: 'x\n  - c\nd: 1\n", 2),
    "scanReservedChar": ("a: @x\n", 1),
    "parseMap: a word without colon": ("a: 1\nfoo\nb: 2\n", 2),
    "scan: a list under a word without colon": ("a: 1\nb\n  - c\nd: 1\n", 4),
    "scanMultiLineHeader: a merge marker, as tokens come first": ("a: 1\nfoo\n>>>>>>> x\n", 3),
    "scanComment: CR and LF behind a comment are two lines": ("# c\r\na: 1\r\na: 2\r\n", 4),
}


@pytest.mark.parametrize(("text", "line"), SYNTAX.values(), ids=SYNTAX.keys())
def test_what_is_no_yaml(text: str, line: int) -> None:
    assert found(text) == [error("", line, 1)]


STRUCTURE = {
    "decodeStruct: an unknown key": (MINIMAL + "foo: 1\n", [error("foo", 22, 1)]),
    "decodeStruct: of several unknown keys one": (MINIMAL + "foo: 1\nbar: 1\n", [error("foo", 22, 1)]),
    "decodeStruct: a type error comes before an unknown key": (
        edited(("name: Beispiel", "name: [a]"), base=MINIMAL + "foo: 1\n"),
        [error("name", 2, 1), error("name", 2, 1)],
    ),
    "decodeStruct: an unknown key in a section empties it": (
        edited(("  license: EUPL-1.2\n", "  license: EUPL-1.2\n  foo: 1\n")),
        [error("legal.foo", 16, 1), error("legal.license", 15, 3)],
    ),
    "findKeyAtLine: the outermost key of a line": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal: {license: EUPL-1.2, foo: 1}\n")),
        [error("legal", 14, 1), error("legal.license", 14, 9)],
    ),
    "convertValue: numbers and flags are texts": (
        edited(("name: Beispiel", "name: 12"), ("shortDescription: Kurz", "shortDescription: true")),
        [],
    ),
    "convertValue: a mapping is no text, its token is on the line of its first key": (
        edited(("name: Beispiel", "name:\n  a: b")),
        [error("name.a", 3, 1), error("name", 2, 1)],
    ),
    "convertValue: a list is no text, its token is its first dash": (
        edited(("name: Beispiel", "name:\n  - b")),
        [error("name[0]", 3, 1), error("name", 2, 1)],
    ),
    "getArrayNode: a text is no list": (
        edited(("platforms:\n  - web", "platforms: web")),
        [error("platforms", 4, 1), error("platforms", 4, 1)],
    ),
    "scanRawFoldedChar: a text that takes in a list at the end of the file is at its last character": (
        edited(("availableLanguages:\n", "availableLanguages: de\n")),
        [
            error("", 21, 1),
            error("localisation.localisationReady", 19, 3),
            error("localisation.availableLanguages", 20, 3),
        ],
    ),
    "convertValue: yes is a text, so no flag": (
        edited(("Ready: true", "Ready: yes")),
        [
            error("localisation.localisationReady", 19, 1),
            error("localisation.localisationReady", 19, 3),
            error("localisation.availableLanguages", 20, 3),
        ],
    ),
    "findKeyPos: a section that is a text": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal: EUPL\n")),
        [error("legal", 14, 1), error("legal.license", 14, 8)],
    ),
    "findKeyPos: a section that is null": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal:\n")),
        [error("legal.license", 14, 7)],
    ),
    "decodeMap: an error in one language empties all": (
        edited(("    features:\n      - Eines\n", "    features: Eines\n")),
        [error("description.de.features", 12, 1), error("description", 8, 1)],
    ),
    "validateDuplicateKey: a merged key that is also written": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal:\n  <<: {license: MIT}\n  license: EUPL-1.2\n")),
        [error("legal.license", 16, 1), error("legal.license", 16, 3)],
    ),
    "decodeStruct: a merged section": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal:\n  <<: {license: MIT}\n")),
        [],
    ),
    "createDecodedNewValue: an alias": (edited(("name: Beispiel", "name: &n Beispiel\napplicationSuite: *n")), []),
    "findKeyPos: does not look behind an anchor": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal: &l\n  license: EUPL\n")),
        [error("legal.license", 14, 8)],
    ),
    "URL.UnmarshalYAML: an error without place": (
        edited(("url: https://example.org/beispiel.git", "url: https://exa mple.org")),
        [error("", 0, 0), error("url", 3, 1)],
    ),
    "scanNewLine: blanks behind a text move its column": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal: EUPL  \n")),
        [error("legal", 14, 1), error("legal.license", 14, 10)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), STRUCTURE.values(), ids=STRUCTURE.keys())
def test_structural_errors(text: str, expected: list[Found]) -> None:
    assert found(text) == expected


RULES = {
    "required: an empty text": (edited(("name: Beispiel", 'name: ""')), [error("name", 2, 1)]),
    "required: null": (edited(("name: Beispiel", "name:")), [error("name", 2, 1)]),
    "required: a key that is missing in a section": (
        edited(("  license: EUPL-1.2", "  mainCopyrightOwner: x")),
        [error("legal.license", 15, 3)],
    ),
    "required: a section in braces": (
        edited(("legal:\n  license: EUPL-1.2\n", "legal: {}\n")),
        [error("legal.license", 14, 8)],
    ),
    "required: a section that is missing": (
        edited(("legal:\n  license: EUPL-1.2\n", "")),
        [error("legal.license", 0, 0)],
    ),
    "url_url: any scheme": (edited(("https://example.org/beispiel.git", "ssh://git@example.org/x")), []),
    "url_url: an scp-like address": (
        edited(("https://example.org/beispiel.git", "git@example.org/x")),
        [error("url", 3, 1)],
    ),
    "url_http_url": (MINIMAL + "landingURL: ftp://example.org\n", [error("landingURL", 22, 1)]),
    "url_url: isBasedOn as one address": (MINIMAL + "isBasedOn: foo\n", [error("isBasedOn[0]", 22, 1)]),
    "url_url: isBasedOn as a list": (MINIMAL + "isBasedOn:\n  - a://b\n  - foo\n", [error("isBasedOn[1]", 24, 5)]),
    "datetime": (MINIMAL + "releaseDate: 2023-02-29\n", [error("releaseDate", 22, 1)]),
    "datetime: an empty text": (MINIMAL + "releaseDate: ''\n", [error("releaseDate", 22, 1)]),
    "omitnil: null": (MINIMAL + "releaseDate:\n", []),
    "gt: an empty list": (edited(("platforms:\n  - web", "platforms: []")), [error("platforms", 4, 1)]),
    "gt: features missing": (
        edited(("    features:\n      - Eines\n", "")),
        [error("description.de.features", 10, 5)],
    ),
    "is_category_v0: items": (
        MINIMAL + "categories:\n  - backup\n  - foo\n  - ''\n",
        [error("categories[1]", 24, 5), error("categories[2]", 25, 5)],
    ),
    "is_category_v0: items in brackets": (MINIMAL + "categories: [backup, foo]\n", [error("categories[1]", 22, 22)]),
    "oneof": (edited(("stable", "production")), [error("developmentStatus", 6, 1)]),
    "is_mime_type": (
        MINIMAL + "inputTypes: [text/plain, text]\n",
        [error("inputTypes[1]", 22, 26), warning("inputTypes", 22, 1)],
    ),
    "is_scope_v0 and countries": (
        MINIMAL + "intendedAudience:\n  scope: [foo]\n  countries:\n    - it\n    - De\n    - ZZ\n",
        [
            error("intendedAudience.scope[0]", 23, 11),
            error("intendedAudience.countries[1]", 26, 7),
            error("intendedAudience.countries[2]", 27, 7),
            warning("intendedAudience.countries[0]", 25, 7),
        ],
    ),
    "bcp47_keys: one bad key, no check of what is under it": (
        edited(("  de:\n", "  de_DE:\n"), ("shortDescription: Kurz", "shortDescription: ''")),
        [error("description", 8, 1)],
    ),
    "bcp47_keys: a key that is a flag or a number is a text": (
        edited(("  de:\n", "  true:\n")),
        [error("description", 8, 1)],
    ),
    "bcp47_keys: not a number is a language": (edited(("  de:\n", "  .nan:\n")), []),
    "reMapKey: a plain language": (
        edited(("shortDescription: Kurz", "shortDescription: ''")),
        [error("description.de.shortDescription", 10, 5)],
    ),
    "reMapKey: a language with a hyphen, struct rule and extra rule": (
        edited(("  de:\n", "  de-AT:\n"), ("shortDescription: Kurz", "genericName: x")),
        [error("description[de-AT].shortDescription", 10, 5), warning("description.de-AT.genericName", 10, 5)],
    ),
    "umax: grapheme clusters": (
        edited(("shortDescription: Kurz", "shortDescription: " + "👨‍👩‍👧" * 150)),
        [],
    ),
    "umax": (
        edited(("shortDescription: Kurz", "shortDescription: " + "é" * 151)),
        [error("description.de.shortDescription", 10, 5)],
    ),
    "umin": (edited((LONG, "x" * 149)), [error("description.de.longDescription", 11, 5)]),
    "is_spdx_expression": (edited(("EUPL-1.2", "EUPL")), [error("legal.license", 15, 3)]),
    "required_if": (edited(("type: none", "type: community")), [error("maintenance.contacts", 17, 3)]),
    "excluded_unless: even an empty list": (
        edited(("type: none", "type: none\n  contractors: []")),
        [error("maintenance.contractors", 18, 3)],
    ),
    "dive: contractors": (
        edited(("type: none", "type: contract\n  contractors:\n    - name: x\n      email: ''\n")),
        [error("maintenance.contractors[0].email", 20, 7), error("maintenance.contractors[0].until", 19, 7)],
    ),
    "bcp47_strict_language_tag": (
        edited(("    - de\n", "    - de\n    - eng\n    - en_GB\n")),
        [error("localisation.availableLanguages[1]", 22, 7), error("localisation.availableLanguages[2]", 23, 7)],
    ),
    "organisation_uri: missing": (MINIMAL + "organisation:\n  name: x\n", [error("organisation.uri", 23, 3)]),
    "organisation_uri": (MINIMAL + "organisation:\n  uri: example.org\n", [error("organisation.uri", 23, 3)]),
    "organisation_uri: a listed body is not looked up": (
        MINIMAL + "organisation:\n  uri: urn:x-italian-pa:c_h501\n",
        [hint("organisation.uri", 23, 3)],
    ),
    "organisation_uri: not written like a code": (
        MINIMAL + "organisation:\n  uri: 'urn:x-italian-pa:c h501'\n",
        [error("organisation.uri", 23, 3)],
    ),
    "is_italian_ipa_code: written like one, not looked up": (
        MINIMAL + "IT:\n  riuso:\n    codiceIPA: istsc_bsic85300t\n",
        [warning("IT.riuso.codiceIPA", 24, 5), hint("IT.riuso.codiceIPA", 24, 5)],
    ),
    "supports: alias, URL, URN, unknown alias": (
        MINIMAL + "supports:\n  - id: alias:gdpr\n  - id: urn:a:b\n  - id: alias:foo\n  - id: foo\n",
        [error("supports[2].id", 25, 5), error("supports[3].id", 26, 5)],
    ),
    "parseStream: an old version": (edited(('"0"', '"0.4"')), [warning("publiccodeYmlVersion", 1, 1)]),
    "isRelativePathOrURL": (
        MINIMAL + "logo: /logo.svg\nmonochromeLogo: file:///x.svg\n",
        [error("logo", 22, 1), warning("monochromeLogo", 23, 1), error("monochromeLogo", 23, 1)],
    ),
    "validLogo: extension": (MINIMAL + "logo: logo.jpg\n", [error("logo", 22, 1)]),
    "toAbsoluteURL: an address is not looked at": (MINIMAL + "logo: https://example.org/logo.jpg\n", []),
    "isImageFile: jpeg": (
        edited(("    features:", "    screenshots: [a.PNG, b.jpeg]\n    features:")),
        [error("description.de.screenshots[1]", 12, 26)],
    ),
    "checkOEmbedURL: known, without www, host with other shapes, other host, embed": (
        edited(
            (
                "    features:",
                "    videos:\n      - https://www.youtube.com/watch?v=1\n      - https://youtube.com/watch?v=1\n"
                "      - https://fast.wistia.com/x\n      - https://media.ccc.de/v/1\n"
                "      - https://www.youtube.com/embed/1\n    features:",
            )
        ),
        [
            error("description.de.videos[1]", 14, 9),
            hint("description.de.videos[2]", 15, 9),
            hint("description.de.videos[3]", 16, 9),
            error("description.de.videos[4]", 17, 9),
        ],
    ),
    "validateFieldsV0: deprecated keys of legal": (
        edited(("  license: EUPL-1.2\n", "  license: EUPL-1.2\n  repoOwner: x\n  authorsFile: AUTHORS\n")),
        [warning("legal.authorsFile", 17, 3), warning("legal.repoOwner", 16, 3)],
    ),
    "validateITSection: it, told as IT, which is not there": (
        MINIMAL + "it:\n  conforme:\n    gdpr: true\n  riuso:\n    codiceIPA: c_h501\n",
        [
            warning("it", 22, 1),
            warning("IT.conforme", 0, 0),
            warning("IT.riuso.codiceIPA", 0, 0),
            hint("it.riuso.codiceIPA", 26, 5),
        ],
    ),
    "validateFieldsV0: IT and it": (
        MINIMAL + "IT:\n  countryExtensionVersion: '3'\nit: {}\n",
        [error("IT.countryExtensionVersion", 23, 3), warning("it", 24, 1), error("it", 24, 1)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), RULES.values(), ids=RULES.keys())
def test_rules_of_values(text: str, expected: list[Found]) -> None:
    assert found(text) == expected


class Beside:
    """Files beside: those of the mapping are there."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def exists(self, path: str) -> bool | None:
        return path in self._files

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)


def png(width: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, 10, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("written", "content", "says"),
    [
        ("img/logo.svg", b"", None),
        ("./img/../img/logo.svg", b"", None),
        ("img/other.svg", b"", "no such file: img/other.svg"),
        ("img/logo.png", png(120), None),
        ("img/logo.png", png(119), "invalid image size of 119 (min 120px of width): img/logo.png"),
        ("img/logo.png", b"<svg/>", "image: unknown format"),
        ("img/logo.PNG", png(500)[:-1] + b"x", "png: invalid format: invalid checksum"),
    ],
)
def test_a_logo_beside(written: str, content: bytes, says: str | None) -> None:
    beside = Beside({"img/logo.svg": b"", "img/logo.png": content, "img/logo.PNG": content})
    findings = check_reference(f"{MINIMAL}logo: {written}\n".encode(), beside).findings
    assert [one.params["reference"] for one in findings] == ([says] if says else [])


def test_the_advice_on_a_narrow_logo_is_its_width() -> None:
    [found] = check_reference(f"{MINIMAL}logo: a.png\n".encode(), Beside({"a.png": png(10)})).findings
    assert found.rule == "publiccode-reference-narrow"
    for lang in ("de", "en"):
        assert "120" in explain(found.rule, found.params, lang).hint


def test_every_finding_has_texts_and_the_words_of_the_reference_parser() -> None:
    tables = (WHOLE, STRUCTURE, RULES)
    texts = [text for table in tables for text, _ in table.values()] + [text for text, _ in SYNTAX.values()]
    for text in texts:
        for one in check_reference(text if isinstance(text, bytes) else text.encode()).findings:
            assert one.rule in rules()
            assert one.params["reference"]
            for lang in ("de", "en"):
                said = explain(one.rule, one.params, lang)
                assert not re.search(r"\{(?!value)\w+\}", said.message + said.hint), (one.rule, said)


def test_words_of_the_reference_parser() -> None:
    text = edited(("stable", "done"), ("EUPL-1.2", "x"), ("type: none", "type: community"), ('"0"', '"0.3"'))
    assert [one.params["reference"] for one in check_reference(text.encode()).findings] == [
        "v0.3 is not the latest version, use '0'. Parsing this file as v0.7.",
        'developmentStatus must be one of the following: "concept", "development", "beta", "stable" or "obsolete"',
        "license must be a valid license (see https://spdx.org/licenses)",
        'contacts is a required field when "type" is "community"',
    ]


HOSTILE = {
    "deep brackets": "a: " + "[" * 30_000,
    "aliases without end": "a: &a [x]\n"
    + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}]\n" for n in range(80)),
    "many findings": MINIMAL + "categories:\n" + "  - x\n" * 20_000,
    "long text": MINIMAL + "applicationSuite: " + "x" * 300_000,
    "an alias of itself": "publiccodeYmlVersion: '0'\nplatforms: &a [*a]\n",
    "a word without colon behind many CR": "a: 1\r" * 9 + "foo\nb: 1\n",
    "odd characters": MINIMAL + "applicationSuite: a\x00\x85\u2028b\n",
    "many lone colons": MINIMAL + "usedBy: x\n  - a: b\n" * 300,
    "many dots in an address": edited(
        ("type: none", "type: none\n  contacts:\n    - {name: x, email: a@" + "a." * 5000 + "}")
    ),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_do_no_harm(text: str) -> None:
    assert len(check_reference(text.encode()).findings) <= 2_000


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here")
def test_the_corpus_is_read_the_same_twice_with_places_inside_the_file() -> None:
    files = sorted(CORPUS.rglob("*.yml"))
    assert len(files) > 100
    for path in files:
        content = path.read_bytes()
        checked = check_reference(content)
        assert checked == check_reference(content), path.name
        # Behind CR and LF in comments and quotes the reference parser counts a line twice
        lines = content.count(b"\n") + content.count(b"\r") + 2
        assert all(one.origin and 0 <= (one.origin.line or 0) <= lines for one in checked.findings), path.name


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here")
def test_more_than_half_of_the_real_files_are_taken() -> None:
    """A floor that a check which refuses everything, or nothing, does not keep."""
    files = sorted(CORPUS.glob("*.yml"))
    taken = sum(
        all(one.severity.value != "error" for one in check_reference(path.read_bytes()).findings) for path in files
    )
    assert 0.3 < taken / len(files) < 0.9
