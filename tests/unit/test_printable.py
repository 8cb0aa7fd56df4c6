# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What strangers wrote, on a terminal: harmless, cut to its width, the caret under the right character."""

from __future__ import annotations

import json

import pytest

from registry.cli.printable import cells, compact_json, excerpt, printable

HOSTILE = {
    "colour": "\x1b[31mrot\x1b[0m",
    "title": "\x1b]0;böse\x07",
    "one byte CSI": "\x9b2J",
    "backspace": "a\x08b",
    "carriage return": "gut\rböse",
    "direction": "a\u202eb\u2066c",
    "lone surrogate": "a\udc80b",
    "line separators": "a\u2028b\u2029c",
    "tag characters": "a\U000e0041b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_terminal_obeys_gets_through(name: str) -> None:
    for shown in (printable(HOSTILE[name]), excerpt(HOSTILE[name], 2, 40)[0]):
        assert "\N{REPLACEMENT CHARACTER}" in shown
        assert all(char.isprintable() for char in shown)


@pytest.mark.parametrize("name", HOSTILE)
def test_json_hides_it_and_loses_nothing(name: str) -> None:
    text = compact_json({"file": HOSTILE[name]})
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0x200E <= ord(char) <= 0x202E for char in text)
    text.encode()
    assert json.loads(text) == {"file": HOSTILE[name]}


def test_words_stay_as_they_are() -> None:
    assert printable("Größe „Ä“ 日本 👩‍👧 नमस्ते") == "Größe „Ä“ 日本 👩‍👧 नमस्ते"
    assert compact_json({"a": "ß 日本"}) == '{"a": "ß 日本"}'


@pytest.mark.parametrize(
    ("line", "column", "room", "shown", "caret"),
    [
        ("name: x", 7, 40, "name: x", 6),
        ("\tname: x", 2, 40, "    name: x", 4),
        ("日本: x", 5, 40, "日本: x", 6),
        ("a\u0308b: x", 3, 40, "a\u0308b: x", 1),
        ("x", 9, 40, "x", 1),
        ("", 1, 40, "", 0),
        ("x", 0, 40, "x", 0),
        ("a" * 30 + "X" + "b" * 30, 31, 20, "…" + "a" * 13 + "X" + "bbbb…", 14),
        ("X" + "b" * 100, 1, 20, "X" + "b" * 18 + "…", 0),
        ("日" * 30 + "X", 31, 20, "…" + "日" * 6 + "X", 13),
    ],
)
def test_the_caret_stands_under_its_character(line: str, column: int, room: int, shown: str, caret: int) -> None:
    assert excerpt(line, column, room) == (shown, caret)


@pytest.mark.parametrize("column", [1, 2, 500, 99_999, 100_000, 100_001, 10**9])
@pytest.mark.parametrize("char", ["a", "日", "\t", "\u0308"])
def test_the_longest_line_fits(char: str, column: int) -> None:
    shown, caret = excerpt(char * 100_000, column, 60)
    assert cells(shown) <= 60
    assert caret <= 60
