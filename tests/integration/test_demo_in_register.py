# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The publishers of the demonstration are real bodies: the shipped register knows every one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harvesters.demo import publishers
from registry.catalogue.enrolling import Enrolling
from registry.model import Body, BodyOrigin, SizeClass
from registry.storage import migrate
from registry.storage.store import Store
from support.stored import NOW


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('register')}/catalogue.sqlite"
    migrate.upgrade(url)
    opened = Store.open(url)
    Enrolling(opened, lambda: NOW).import_core()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def saved(store: Store) -> dict[str, Body]:
    return {slug: store.save_publisher(publisher) for slug, publisher in publishers().items()}


def test_each_is_a_body_of_the_register(store: Store, saved: dict[str, Body]) -> None:
    assert BodyOrigin.DEMO not in {body.origin for body in saved.values()}
    assert len({body.id for body in saved.values()}) == len(saved)
    assert not [body.name for body in store.bodies.known() if body.origin is BodyOrigin.DEMO]


def test_land_and_kind_agree_with_the_register(saved: dict[str, Body]) -> None:
    for slug, publisher in publishers().items():
        assert (publisher.kind, publisher.land) == (saved[slug].kind, saved[slug].land), slug


def test_of_the_towns_the_register_knows_how_large_they_are(saved: dict[str, Body]) -> None:
    german = [body for slug, body in saved.items() if publishers()[slug].keys.ags]
    assert len(german) == 6
    assert {body.size_class for body in german} == {SizeClass.LARGE}
    assert saved["utrecht"].title == "Gemeente Utrecht"
    assert saved["karlsruhe"].title == "Stadt Karlsruhe"


def test_saving_them_again_changes_nothing(store: Store, saved: dict[str, Body]) -> None:
    again = {slug: store.save_publisher(publisher) for slug, publisher in publishers().items()}
    assert again == saved
