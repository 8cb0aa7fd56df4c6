# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of bodies asked of a database: the same as in memory."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from registry.bodies.matching import MemoryNames, NamedBody, named
from registry.bodies.misspelling import tolerance
from registry.model import BodyKind
from registry.storage.store import Store
from support import registers
from support.registers import REGISTER, put

pytest_plugins = ("support.databases",)

MANY = 24_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLACES = ("Bremen", "Frankfurt am Main", "Frankfurt (Oder)", "Kronach", "Roth", "Sankt Augustin", "Rothenburg/Tauber")


@pytest.fixture
def in_memory(store: Store, migrated_url: str) -> MemoryNames:
    more = [registers.german(f"ort-{number}", name) for number, name in enumerate(PLACES)]
    put(migrated_url, [*REGISTER, *more])
    by_id = {body.id: body for body in (*REGISTER, *more)}
    return MemoryNames(
        row
        for body in by_id.values()
        for row in named(body, body.id, by_id[body.parent_id].name if body.parent_id else None)
    )


def told(rows: object) -> list[NamedBody]:
    return sorted(rows, key=lambda row: (row.body_id, row.name))  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    "keys",
    [
        ["ulm"],
        ["neustadt", "altdorf", "nirgends"],
        ["frankfurt"],
        ["frankfurt/main"],
        ["frank"],
        ["rothenburg", "roth"],
        [""],
        ["%"],
        ["_lm"],
        [],
    ],
)
def test_exact_is_as_in_memory(store: Store, in_memory: MemoryNames, keys: list[str]) -> None:
    assert told(store.bodies.names().exact(keys)) == told(in_memory.exact(keys))


@pytest.mark.parametrize("number", [1, 5_000])
def test_any_number_of_keys_is_two_statements(store: Store, in_memory: MemoryNames, number: int) -> None:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    keys = [*(f"nirgends{at}" for at in range(number)), "frankfurt", "frankfurt/main", "ulm", "ulm"]
    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = store.bodies.names().exact(keys)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [row.key for row in found].count("frankfurt/main") == 1
    assert set(found) == set(in_memory.exact(keys))
    assert len([one for one in asked if "body_name" in one]) == 2
    assert max(map(len, asked)) < 2_000


def test_a_row_says_what_matching_needs(store: Store, in_memory: MemoryNames) -> None:
    [row] = store.bodies.names().exact(["altdorf"])
    assert (row.dissolved, row.successor_id, row.kind) == (True, "musterdorf", BodyKind.MUNICIPALITY)
    [row] = store.bodies.names().exact(["musterdorf"])
    assert (row.parent_name, row.land, row.ars, row.dissolved) == ("Amt Mustersee", "DE-SH", "019905001001", False)


def edits(key: str) -> Iterator[str]:
    """Every key that is one mistake away."""
    for at in range(len(key) + 1):
        yield from (key[:at] + letter + key[at:] for letter in LETTERS)
        if at < len(key):
            yield key[:at] + key[at + 1 :]
            yield from (key[:at] + letter + key[at + 1 :] for letter in LETTERS)
        if at + 1 < len(key):
            yield key[:at] + key[at + 1] + key[at] + key[at + 2 :]


@pytest.mark.parametrize("key", ["kronach", "bremen", "frankfurt/main", "neustadt"])
def test_one_mistake_is_near(store: Store, in_memory: MemoryNames, key: str) -> None:
    names = store.bodies.names()
    missed = [
        wrong
        for wrong in edits(key)
        if wrong != key
        and wrong[0] == key[0]
        and tolerance(wrong)
        and key not in {row.key for row in names.near(wrong)}
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("rothenbrugtauber", "rothenburg/tauber"),
        ("frankfrut/mian", "frankfurt/main"),
        ("sankt-agustin", "sanktaugustin"),
    ],
)
def test_two_mistakes_in_a_longer_name(store: Store, in_memory: MemoryNames, wrong: str, right: str) -> None:
    assert {row.key for row in store.bodies.names().near(wrong)} == {right}


def test_a_mistake_before_what_tells_it_from_others(store: Store, in_memory: MemoryNames) -> None:
    found = store.bodies.names().near("frankfrut")
    assert {row.key for row in found} == {"frankfurt/main", "frankfurt/oder"}
    assert told(found) == told(in_memory.near("frankfrut"))


@pytest.mark.parametrize("key", ["krohnahc", "rothenbrugtauba", "rot", "rohtt"])
def test_too_many_mistakes(store: Store, in_memory: MemoryNames, key: str) -> None:
    assert store.bodies.names().near(key) == []


@pytest.mark.parametrize("key", ["", "u", "ulm", "%%%%%", "____", "xyzxyzxyz"])
def test_what_nothing_is_near_to(store: Store, in_memory: MemoryNames, key: str) -> None:
    assert store.bodies.names().near(key) == []


def test_names_of_the_size_of_germany_are_found(store: Store, migrated_url: str) -> None:
    chance = random.Random(6)
    parts = (
        "alten",
        "berg",
        "kirch",
        "dorf",
        "heim",
        "rosen",
        "feld",
        "wald",
        "hausen",
        "stein",
        "ach",
        "ober",
        "bach",
    )
    called = ["".join(chance.choices(LETTERS, k=2) + chance.choices(parts, k=2)) for _ in range(MANY)]
    put(migrated_url, [registers.german(f"ort-{number}", name) for number, name in enumerate(called)], [])
    names = store.bodies.names()
    names.exact(["warm"])
    for name in called[::1_000]:
        assert names.exact([name, "nirgends"])
        assert name in {row.key for row in names.near(name[:3] + "x" + name[3:])}
