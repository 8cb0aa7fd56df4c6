# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
# REUSE-IgnoreStart
"""REUSE.toml, .reuse/dep5 and tags in heads: what leads, what is evidence only, what is hostile."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.readers import reuse
from registry.model import FactSource, Field, Reading
from registry.vocabulary.rules import explain
from support.snapshots import facts, rules, snapshot, values

IGNORED = "REUSE-" + "Ignore"
DEP5 = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: melder

Files: *
Copyright: 2024 Stadt
License: EUPL-1.2

# a comment
Files: docs/*
 *.svg
Copyright: 2024 Stadt
License: CC-BY-4.0
 The text of the licence.
 .
 goes on
"""


def annotated(*pairs: tuple[str, str], head: str = "version = 1\n") -> str:
    """REUSE.toml with one annotation for each pair of TOML values (path, licence)."""
    parts = [
        f'\n[[annotations]]\npath = {path}\nSPDX-FileCopyrightText = "Stadt"\nSPDX-License-Identifier = {licence}\n'
        for path, licence in pairs
    ]
    return head + "".join(parts)


def read(name: str, content: str | bytes) -> Reading:
    return reuse.read(snapshot({name: content.encode() if isinstance(content, str) else content}))


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(fact["expression"], fact["covers"]) for fact in values(reading, Field.REUSE_LICENCE)]  # type: ignore[index]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([('"**"', '"EUPL-1.2"')], [("EUPL-1.2", "all")]),
        ([('["**"]', '["EUPL-1.2"]')], [("EUPL-1.2", "all")]),
        ([('"**"', '["MIT", "Apache-2.0 OR CC0-1.0"]')], [("MIT AND (Apache-2.0 OR CC0-1.0)", "all")]),
        ([('"**"', '"EUPL-1.2"'), ('".gitignore"', '"CC0-1.0"')], [("EUPL-1.2", "all"), ("CC0-1.0", "part")]),
        # the last one about everything counts
        ([('"**"', '"MIT"'), ('"**"', '"EUPL-1.2"')], [("EUPL-1.2", "all"), ("MIT", "part")]),
        ([('"src/**"', '"EUPL-1.2"'), ('"docs/**"', '"CC-BY-4.0"')], [("EUPL-1.2", "all"), ("CC-BY-4.0", "part")]),
        ([('["*.md", "**/*.py"]', '"EUPL-1.2"')], [("EUPL-1.2", "all")]),
        ([('"**.ts"', '"EUPL-1.2"'), ('"**json"', '"MIT"')], [("EUPL-1.2", "all"), ("MIT", "part")]),
        # "*" stops at a slash in this format
        ([('"*"', '"EUPL-1.2"')], [("EUPL-1.2", "part")]),
        ([('".gitignore"', '"CC0-1.0"')], [("CC0-1.0", "part")]),
        ([('"src/vendor/jquery.js"', '"MIT"')], [("MIT", "part")]),
        ([('"**"', '"LicenseRef-Stadt"')], [("LicenseRef-Stadt", "all")]),
        ([], []),
    ],
)
def test_annotations_of_a_reuse_toml(pairs: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    reading = read("REUSE.toml", annotated(*pairs))
    assert said(reading) == expected
    assert rules(reading) == []


def test_places_and_sources() -> None:
    reading = read("REUSE.toml", annotated(('"**"', '"EUPL-1.2"'), ('"docs/**"', '"CC-BY-4.0"')))
    assert [fact.origin.line for fact in facts(reading, Field.REUSE_LICENCE)] == [3, 8]
    assert {fact.source for fact in reading.facts} == {FactSource.REUSE}
    assert {fact.origin.path for fact in reading.facts} == {"REUSE.toml"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (DEP5, [("EUPL-1.2", "all"), ("CC-BY-4.0", "part")]),
        (DEP5.replace("\n", "\r\n"), [("EUPL-1.2", "all"), ("CC-BY-4.0", "part")]),
        (DEP5.replace("Files: *\n", "Files: src/*\n"), [("EUPL-1.2", "all"), ("CC-BY-4.0", "part")]),
        (DEP5.replace("Files: *\n", "Files: .gitignore\n"), [("EUPL-1.2", "part"), ("CC-BY-4.0", "part")]),
        ("files: *\nlicense: GPL-3.0-or-later or MIT\n", [("GPL-3.0-or-later OR MIT", "all")]),
        ("License: EUPL-1.2\n\nFiles: *\n", []),
    ],
)
def test_dep5(content: str, expected: list[tuple[str, str]]) -> None:
    assert said(read(".reuse/dep5", content)) == expected


def test_of_both_formats_the_newer_one_counts() -> None:
    files = {"REUSE.toml": annotated(('"**"', '"MIT"')).encode(), ".reuse/dep5": DEP5.encode()}
    assert said(reuse.read(snapshot(files))) == [("MIT", "all")]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("README.md", "<!-- SPDX-License-Identifier: EUPL-1.2 -->\n# Melder", [("EUPL-1.2", "tag")]),
        ("pyproject.toml", "# SPDX-License-Identifier: AGPL-3.0-or-later\n[project]", [("AGPL-3.0-or-later", "tag")]),
        ("package.json.license", "SPDX-FileCopyrightText: Stadt\n\nSPDX-License-Identifier: MIT\n", [("MIT", "tag")]),
        ("README.md", "SPDX-License-Identifier: MIT OR EUPL-1.2\n", [("MIT OR EUPL-1.2", "tag")]),
        # manuals and settings under a licence for documents say nothing about the software
        ("README.md", "<!-- SPDX-License-Identifier: CC-BY-4.0 -->\n# Melder", [("CC-BY-4.0", "part")]),
        ("publiccode.yml", "# SPDX-License-Identifier: CC0-1.0\nname: x", [("CC0-1.0", "part")]),
        ("docs/install.md", "SPDX-License-Identifier: EUPL-1.2\n", [("EUPL-1.2", "part")]),
        # a manual that tells others to write tags
        ("README.md", "# Melder\n" + "\n" * 30 + "SPDX-License-Identifier: MIT\n", []),
        ("README.md", "# Melder\n```\nSPDX-License-Identifier: MIT\n```\n", []),
        ("README.md", f"{IGNORED}Start\nSPDX-License-Identifier: MIT\n{IGNORED}End\n", []),
        ("README.md", "SPDX-License-Identifier: Whatever\n", []),
        ("README.md", "# Melder", []),
        ("LICENSE", "SPDX-License-Identifier: MIT\n", []),
        ("LICENSES/MIT.txt", "SPDX-License-Identifier: MIT\n", []),
    ],
)
def test_tags_in_heads(name: str, content: str, expected: list[tuple[str, str]]) -> None:
    assert said(read(name, content)) == expected


def test_a_table_may_override_what_files_say_themselves() -> None:
    table = annotated(('"**"', '"EUPL-1.2"')).replace("path =", 'precedence = "override"\npath =')
    files = {"REUSE.toml": table.encode(), "README.md": b"SPDX-License-Identifier: MIT\n"}
    assert said(reuse.read(snapshot(files))) == [("EUPL-1.2", "all"), ("MIT", "part")]
    files["REUSE.toml"] = table.replace("override", "closest").encode()
    assert said(reuse.read(snapshot(files))) == [("EUPL-1.2", "all"), ("MIT", "tag")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"REUSE.toml": annotated(('"**"', '"MIT OR EUPL-1.2"'), ('"a"', '"CC0-1.0"'))}, {"MIT", "EUPL-1.2"}),
        ({"REUSE.toml": annotated(('"a"', '"CC0-1.0"'))}, set()),
        ({"README.md": "SPDX-License-Identifier: GPL-3.0-or-later"}, {"GPL-3.0"}),
        ({"REUSE.toml": annotated(('"**"', '"MIT"')), "README.md": "SPDX-License-Identifier: EUPL-1.2"}, {"MIT"}),
        ({}, set()),
    ],
)
def test_which_licences_lead(files: dict[str, str], expected: set[str]) -> None:
    assert reuse.leading(snapshot({name: text.encode() for name, text in files.items()})) == expected


@pytest.mark.parametrize(
    ("name", "content", "told", "line"),
    [
        ("REUSE.toml", annotated(('"**"', '"EUPL 9"')), "reuse-licence-unknown", 3),
        ("REUSE.toml", annotated(('"**"', '"MIT"'), head="version = 2\n"), "reuse-version", 1),
        ("REUSE.toml", annotated(('"**"', '"MIT"'), head=""), "reuse-version", 1),
        ("REUSE.toml", annotated(('"**"', '"MIT"')) + "\n[[annotations\n", "reuse-unreadable", 8),
        (".reuse/dep5", "This is no table.\n", "reuse-unreadable", 1),
        (".reuse/dep5", DEP5.replace("EUPL-1.2", "public domain"), "reuse-licence-unknown", 4),
    ],
)
def test_faults_are_told(name: str, content: str, told: str, line: int) -> None:
    reading = read(name, content)
    assert rules(reading) == [told]
    assert reading.problems[0].origin is not None
    assert reading.problems[0].origin.line == line
    for lang in ("de", "en"):
        explained = explain(told, reading.problems[0].params, lang)
        assert "{" not in explained.message + explained.hint


def test_amounts_are_capped() -> None:
    many = annotated(*[(f'"{number}/**"', f'"LicenseRef-{number}"') for number in range(3_000)])
    assert len(read("REUSE.toml", many).facts) == reuse.MOST_FACTS
    unknown = annotated(*[(f'"{number}/**"', f'"Nobody {number}"') for number in range(3_000)])
    assert len(rules(read("REUSE.toml", unknown))) == 10
    one = "\n[[annotations]]\npath = [" + '"**/**/**/*a",' * 20_000 + ']\nSPDX-License-Identifier = "MIT"\n'
    assert said(read("REUSE.toml", "version = 1" + one)) == [("MIT", "part")]
    lines = "Files: *\n" * 100_000 + "License: MIT\n" + "\n" * 100_000
    assert said(read(".reuse/dep5", lines)) == []


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=500) | st.text(max_size=500).map(str.encode))
@pytest.mark.parametrize("name", ["REUSE.toml", ".reuse/dep5", "README.md"])
def test_any_bytes_give_a_reading(name: str, content: bytes) -> None:
    read(name, b"[[annotations]]\nSPDX-License-Identifier: MIT\nFiles: *\nLicense: " + content)
    read(name, content)


# REUSE-IgnoreEnd
