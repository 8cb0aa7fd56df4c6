# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The readers over the developer corpus: what is in the wild. Skipped where the corpus is not at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from harvesters.publiccode.checking import check
from harvesters.readers import licence, publiccode
from harvesters.readers.texts import decode
from harvesters.readers.wanted import wanted
from registry.model import Field, Reading
from registry.vocabulary.rules import explain
from support.snapshots import rules, snapshot, value, values

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus here")
LICENCE_FLOOR = 0.97
"""Measured: 130 of 130."""


def read(path: Path) -> Reading:
    return publiccode.read(snapshot({"publiccode.yml": path.read_bytes()}))


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]


def test_every_publiccode_file_gives_name_and_licence_where_it_has_them() -> None:
    seen = 0
    for path in sorted((CORPUS / "publiccode").rglob("*.yml")):
        reading = read(path)
        for problem in reading.problems:
            assert "{" not in explain(problem.rule, problem.params, "de").message, path.name
        try:
            plain = yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # builds text only
        except (yaml.YAMLError, UnicodeDecodeError):
            assert reading.problems, path.name
            continue
        seen += 1
        if not isinstance(plain, dict):
            assert not reading.facts, path.name
            continue
        name, legal = plain.get("name"), plain.get("legal")
        assert values(reading, Field.NAME) == _texts(name), path.name
        licence_text = legal.get("license") if isinstance(legal, dict) else None
        assert values(reading, Field.DECLARED_LICENCE) == _texts(licence_text), path.name
    assert seen > 130


def _texts(plain: object) -> list[str]:
    tidy = " ".join(plain.split()) if isinstance(plain, str) else ""
    return [tidy] if tidy not in ("", "null", "~") else []


@pytest.mark.parametrize(
    ("file", "rule", "line"),
    [
        ("github.com__RegioneLombardia__LombardiaInforma.yml", "publiccode-tab-between", 25),
        ("github.com__RegioneUmbria__GIT.yml", "publiccode-tab-between", 91),
        ("github.com__reedu-reengineering-education__smart-city-dashboard.yml", "publiccode-tab", 67),
        ("history/github.com__ConductionNL__BRP--85b39e57de.yml", "publiccode-merge-markers", 9),
        ("history/github.com__Comune-Milano__gefo--1913ba81b0.yml", "publiccode-encoding", 29),
        ("history/github.com__technologiestiftung__amarex-masterportal--d42c30ba78.yml", "publiccode-syntax", 38),
    ],
)
def test_faults_are_told_with_their_lines_and_the_rest_is_read(file: str, rule: str, line: int) -> None:
    reading = read(CORPUS / "publiccode" / file)
    assert (rule, line) in {(problem.rule, problem.origin.line) for problem in reading.problems if problem.origin}
    assert value(reading, Field.NAME)


def test_every_finding_points_at_a_line_that_shows_it() -> None:
    seen = 0
    for path in sorted((CORPUS / "publiccode").rglob("*.yml")):
        lines = decode(path.read_bytes()).text.split("\n")
        for found in check(path.read_bytes()).findings:
            assert found.origin is not None
            line, column = found.origin.line or 0, found.origin.column or 0
            where = (path.name, found.rule, found.key, line, column)
            assert 1 <= line <= len(lines), where
            assert 1 <= column <= len(lines[line - 1]) + 1, where
            if found.key:
                seen += 1
                assert _shown(found.key, found.rule, lines, line), where
    assert seen > 800


MISSED = tuple(
    f"publiccode-{name}"
    for name in ("key-missing", "key-once-required", "required-if", "empty-list", "language-incomplete")
)


def _shown(key: str, rule: str, lines: list[str], line: int) -> bool:
    """Whether the line, or one above that opens a block around it, has the key, or what a missing one belongs in."""
    parts = re.sub(r"\[\d+\]", "", key).split(".")
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip(" \t-"))
    above = [text for text in lines[: line - 1] if len(text) - len(text.lstrip(" \t-")) <= indent]
    around = [lines[line - 1], *above]
    if rule in MISSED:
        return len(parts) == 1 or any(name in text for name in parts[-2:] for text in around)
    return any(parts[-1] in text for text in around)


def test_no_contact_of_a_person_becomes_a_fact() -> None:
    for path in sorted((CORPUS / "publiccode").rglob("*.yml")):
        for fact in read(path).facts:
            # One publisher names the person as user and copyright owner too: its own public statement.
            if fact.field not in (Field.USED_BY, Field.COPYRIGHT_OWNER):
                assert not re.search(r"Contact Person \d", json.dumps(fact.value)), path.name


def detected(row: Mapping[str, Any]) -> tuple[list[Any], list[str]]:
    folder = CORPUS / "licences" / (row["dir"] or "")
    files = {file["path"]: (folder / file["path"]).read_bytes() for file in row["files"]}
    fetched = {entry.path: files[entry.path] for entry in wanted(snapshot(files).entries)}
    reading = licence.read(snapshot(fetched))
    found: list[Any] = values(reading, Field.DETECTED_LICENCE)
    return [one["expression"] for one in found if not (one.get("piece") or one.get("aside"))], rules(reading)


def is_right(row: Mapping[str, Any], expressions: list[Any]) -> bool:
    claimed = {one for one in expressions if one}
    if row["expected"] == "NONE":
        return not expressions
    if row["expected"] == "UNCLEAR":
        return len(claimed) != 1
    if row["expected"].startswith("LicenseRef-"):
        return claimed <= {row["expected"]}
    # "EUPL-1.2-or-later" is no SPDX id; a notice beside a text may narrow the range that the text leaves open.
    families = {one.removesuffix("-or-later") for one in (row["expected"], *row["accept"])}
    right = families | {row["expected"], *row["accept"]} | {one.removesuffix("-only") for one in families}
    return bool(claimed) and claimed <= right


def test_licences_against_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    truth = rows("licences/truth.jsonl")
    wrong = []
    for row in truth:
        expressions, told = detected(row)
        if not is_right(row, expressions):
            wrong.append((row["repo"], row["expected"], expressions, told))
        if row["expected"] == "NONE":
            assert (expressions, told) == ([], ["licence-missing"]), row["repo"]
    with capsys.disabled():
        print(f"\nlicences: {len(truth) - len(wrong)} of {len(truth)} right; not: {wrong}")
    assert len(wrong) <= (1 - LICENCE_FLOOR) * len(truth)
    assert not [row for row in wrong if row[2] and any(row[2]) and not row[1].startswith(tuple(e for e in row[2] if e))]
