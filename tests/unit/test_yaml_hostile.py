# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hostile YAML costs nothing but a problem: these files crash, hang or fill a naive parser."""

from __future__ import annotations

import pytest

from harvesters.readers import publiccode
from harvesters.readers.yamlmend import load
from harvesters.readers.yamlsafe import MOST_DEPTH, Node, Unreadable, parse
from registry.model import Field, Reading
from support.snapshots import rules, snapshot, value


def laughs(levels: int, width: int) -> str:
    lines = ["a0: &a0 [x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


HOSTILE = {
    "brackets": "[" * 30_000,
    "closed brackets": "[" * 3_000 + "]" * 3_000,
    "braces": "{a: " * 10_000,
    "dashes": "- " * 20_000 + "x",
    "question marks": "? " * 5_000,
    "billion laughs": laughs(9, 9),
    "few laughs": laughs(7, 8),
    "cycle": "a: &a [*a]",
    "huge scalar": "name: " + "x" * 500_000,
    "many keys": "\n".join(f"k{n}: 1" for n in range(60_000)),
    "many anchors": "\n".join(f"k{n}: &a{n} [*a{n - 1}]" if n else "k0: &a0 x" for n in range(100)),
    "deep in the parser": "a: " + "[" * 3_000 + "]" * 3_000,
    "unknown alias": "a: *nobody",
    "deep in a value": "name: x\ndescription: " + "{de: " * (MOST_DEPTH + 1),
    "lone surrogate": 'name: "\\ud800"',
    "open quote": 'name: "' + "a\n" * 50_000,
    "directives": "%YAML 9.9\n---\nname: a",
    "tag directive": "%TAG ! tag:evil.example,2026:\n---\n!x {name: a}",
}


def read(text: str) -> Reading:
    return publiccode.read(snapshot({"publiccode.yml": text.encode(errors="surrogatepass")}))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_give_problems(name: str) -> None:
    told = rules(read(HOSTILE[name]))
    assert any(rule.startswith("publiccode-") for rule in told)


@pytest.mark.parametrize(
    "name", ["brackets", "braces", "billion laughs", "many keys", "few laughs", "deep in the parser"]
)
def test_hostile_files_are_given_up_at_once(name: str) -> None:
    assert rules(read(HOSTILE[name])) == ["publiccode-too-complex"]


TOO_MUCH = {
    "scalar": "x" * 140_000,
    "brackets": "[" * 40 + "]" * 40,
    "braces": "{a: " * 40 + "}" * 40,
    "cycle": "&a [*a]",
    "cycle in a mapping": "&a {b: [*a]}",
    "chain of anchors": "{" + ", ".join(f"k{n}: &a{n} [*a{n - 1}]" if n else "k0: &a0 [x]" for n in range(100)) + "}",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_value_that_is_too_much_costs_that_value_only(name: str) -> None:
    reading = read(f"name: a\nx: {TOO_MUCH[name]}\nlegal: {{license: MIT}}\n")
    assert "publiccode-value-too-complex" in rules(reading)
    assert "publiccode-too-complex" not in rules(reading)
    assert (value(reading, Field.NAME), value(reading, Field.DECLARED_LICENCE)) == ("a", "MIT")


def test_what_aliases_nest_is_counted() -> None:
    def depth(value: object) -> int:
        inner = list(value.values()) if isinstance(value, dict) else value
        return 1 + max(map(depth, inner), default=0) if isinstance(inner, list) else 0

    root, _ = parse(f"x: {TOO_MUCH['chain of anchors']}\n")
    assert 10 < depth(plain(root)) <= MOST_DEPTH


def test_many_aliases_of_a_short_text_are_harmless() -> None:
    reading = read(f"name: &n Doppelt\nusedBy: [{', '.join(['*n'] * 61)}]\n")
    assert value(reading, Field.NAME) == "Doppelt"
    assert value(reading, Field.USED_BY) == ["Doppelt"]


def test_tags_make_no_objects(tmp_path: object) -> None:
    text = f"name: !!python/object/apply:os.mkdir ['{tmp_path}/made']\nurl: !!python/name:os.system ''\n"
    reading = read(text)
    assert rules(reading).count("publiccode-tag") == 2
    assert list(tmp_path.iterdir()) == []  # type: ignore[attr-defined]


def test_deepest_allowed_nesting_parses_and_one_more_does_not() -> None:
    parse("[" * MOST_DEPTH + "]" * MOST_DEPTH)
    with pytest.raises(Unreadable) as refused:
        parse("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1))
    assert refused.value.fault.kind == "too-complex"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True), ("False", False), ("yes", "yes"), ("no", "no"), ("on", "on"), ("~", None), ("", None),
        ("null", None), ("12", 12), ("-3", -3), ("0o17", "0o17"), ("1.5", 1.5), ("2026-03-01", "2026-03-01"),
        ("12:30:45", "12:30:45"), ("'true'", "true"), ('"12"', "12"), ("'~'", "~"), (".inf", ".inf"), ("1_000",
         "1_000"),
        ("9" * 400, "9" * 400), ("<<", "<<"),
    ],
)  # fmt: skip
def test_plain_scalars_after_yaml_1_2(written: str, meant: object) -> None:
    root, _ = parse(f"a: {written}\n")
    assert isinstance(root.value, dict)
    found = root.value["a"].value
    assert (found, type(found)) == (meant, type(meant))


def test_aliases_within_reason_work() -> None:
    reading = read("name: &n Doppelt\napplicationSuite: *n\n")
    assert value(reading, Field.APPLICATION_SUITE) == "Doppelt"


def test_places_count_characters_from_one() -> None:
    root, _ = parse("über: {ä: x}\n")
    assert isinstance(root.value, dict)
    inner = root.value["über"]
    assert isinstance(inner.value, dict)
    leaf = inner.value["ä"]
    assert (leaf.key_line, leaf.key_column, leaf.line, leaf.column) == (1, 8, 1, 11)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a: 1\n\tb: 2\n", ["tab", "syntax"]),
        ("a:\n\tb: 1\n", ["tab"]),
        ("a: |\n  text\twith tab\n", []),
        ("a:\tb\n", ["tab-between"]),
        ("a:\n  -\tb\n", ["tab"]),
        ("a: 1\n<<<<<<< ours\nb: 2\n||||||| base\nb: 0\n=======\nb: 3\n>>>>>>> theirs\n", ["merge-markers"]),
        ("a: 1\n---\nb: 2\n", ["several-documents"]),
        ("---\n---\na: 1\n", ["document-empty"]),
        ("---\n# nothing\n---\na: 1\n---\nb: 2\n", ["document-empty", "several-documents"]),
        ("a: 1\n=======\nb: 2\n", ["merge-markers"]),
        ("a: 1\n>>>>>>> x\nb: 2\n<<<<<<< y\nc: 3\n", ["merge-markers"] * 2),
        ("a: 1\na: 2\n", ["duplicate-key"]),
        ("[a]: 1\nb: 1\n", ["key-type"]),
        ("a: 1\nb: [\nc: 3\nd: 4\n", ["syntax", "section-skipped"]),
        ("a: 1\nb: 'x\n  y: \"\nc: '3'\n", ["syntax", "section-skipped"]),
        ("a: 1\nb: [\nc: 3\nd: 'x\ne: 5\n", ["syntax", "section-skipped"] * 2),
        ("a: 1\nb: [\n---\nc: 3\n", ["several-documents", "syntax", "section-skipped"]),
        ("a: [x,\nb: 1\n]\nc: x: y\n", ["syntax", "section-skipped"]),
        ("oops\na: 1\nb: [\n", ["syntax"] * 2 + ["section-skipped"]),
        ("just text\nb: [", ["syntax"]),
    ],
)
def test_what_is_mended(text: str, kinds: list[str]) -> None:
    assert [fault.kind for fault in load(text).faults] == kinds


def test_our_side_of_a_merge_is_kept_on_its_lines() -> None:
    loaded = load("a: 1\n<<<<<<< ours\nb: 2\n=======\nb: 3\n>>>>>>> theirs\nc: 4\n")
    assert isinstance(loaded.root, Node)
    assert isinstance(loaded.root.value, dict)
    assert {key: (node.value, node.line) for key, node in loaded.root.value.items()} == {
        "a": (1, 1), "b": (2, 3), "c": (4, 7),
    }  # fmt: skip


def test_a_quote_that_never_ends_costs_its_block_only() -> None:
    loaded = load('name: App\nlegal:\n  "x\nurl: here\n')
    assert isinstance(loaded.root, Node)
    assert list(loaded.root.value) == ["name", "url"]  # type: ignore[arg-type]
    assert [fault.kind for fault in loaded.faults] == ["syntax", "section-skipped"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a: 1\n=======\nb: 2\n", {"a": 1, "b": 2}),
        ("a: 1\n<<<<<<< x\nb: 2\n", {"a": 1, "b": 2}),
        ("a: 1\n<<<<<<< x\nb: 2\n=======\nc: 3\n", {"a": 1, "b": 2, "c": 3}),
        ("a: 1\n=======\nb: 2\n>>>>>>> x\nc: 3\n", {"a": 1, "b": 2, "c": 3}),
        ("<<<<<<< x\na: 1\n=======\na: 2\n>>>>>>> y\n=======\nb: 3\n", {"a": 1, "b": 3}),
        ("<<<<<<< x\na: 1\n||||||| w\na: 0\n=======\na: 2\n>>>>>>> y\nb: 3\n", {"a": 1, "b": 3}),
        # One line that is no entry costs that line.
        ("a: 1\nb 2\nc: 3\n", {"a": 1, "c": 3}),
        ("a: 1\nb 2\nd 4\nc: 3\n", {"a": 1, "c": 3}),
        ("a: 1\n   b: 2\nc: 3\n", {"a": 1, "c": 3}),
        ("a: 1\n b:\n   - >-\n     text\nc: 3\n", {"a": 1, "c": 3}),
        ("a: Text\n  mehr: davon\n  und noch mehr\nc: 3\n", {"c": 3}),
    ],
)
def test_what_is_left_of_a_file_with_odd_lines(text: str, kept: dict[str, int]) -> None:
    root = load(text).root
    assert isinstance(root, Node)
    assert isinstance(root.value, dict)
    assert {name: node.value for name, node in root.value.items()} == kept


def test_of_an_item_only_the_broken_line_is_left_out() -> None:
    assert plain(load("a:\n  - b: 1\n    c: **x\n    d: 2\n").root) == {"a": [{"b": 1, "d": 2}]}


def plain(node: Node | None) -> object:
    value = node.value if node else None
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("text", "place", "path"),
    [
        ("a: 1\nb 2\nc: 3\n", (2, 1), ""),
        ("a:\n  b: 1\n  c 2\nd: 3\n", (3, 3), "a"),
        ("a:\n  c 2\n  b: 1\nd: 3\n", (2, 3), "a"),
        ("a:\n  - b: 1\n    c: [\nd: 3\n", (3, 5), "a[0]"),
    ],
)
def test_a_broken_line_is_told_where_it_is(text: str, place: tuple[int, int], path: str) -> None:
    (fault,) = [fault for fault in load(text).faults if fault.kind == "syntax"]
    assert ((fault.line, fault.column), fault.path) == (place, path)


@pytest.mark.parametrize(
    ("text", "kind", "place", "path"),
    [
        ("a: 1\na: 2\n", "duplicate-key", (2, 1), "a"),
        ("a:\n  b:\n    - {c: 1, c: 2}\n", "duplicate-key", (3, 14), "a.b[0].c"),
        ("a:\n  - 1\n  - x: &n 1\n    y: *n\n", "anchor", (4, 8), "a[1].y"),
        ("a: [x, !odd y]\n", "tag", (1, 8), "a[1]"),
        ("a: {b: {[c]: 1}}\n", "key-type", (1, 9), "a.b"),
        ("a: [{b: *nobody}]\n", "syntax", (1, 9), "a[0].b"),
    ],
)
def test_faults_know_their_key_path(text: str, kind: str, place: tuple[int, int], path: str) -> None:
    (fault,) = load(text).faults
    assert (fault.kind, (fault.line, fault.column), fault.path) == (kind, place, path)


@pytest.mark.parametrize("empty", ["", " ~", " {}", " []", " ''"])
def test_an_empty_duplicate_does_not_win(empty: str) -> None:
    loaded = load(f"a: 1\na:{empty}\nb:{empty}\nb: 2\n")
    assert isinstance(loaded.root, Node)
    assert isinstance(loaded.root.value, dict)
    assert {name: node.value for name, node in loaded.root.value.items()} == {"a": 1, "b": 2}
    assert [fault.params["counts"] for fault in loaded.faults] == ["first", "last"]
