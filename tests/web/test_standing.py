# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a solution's page and the API tell of how its repository stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.model import ChangeKind, RepositoryState, RunState
from registry.storage.store import Store
from registry.web.app import create_app
from support.catalogue import empty_catalogue
from support.stored import DAY, NOW, change, new, url_of

OLD, NEXT, ELSEWHERE = url_of("alt"), url_of("neu"), "https://github.com/andere/sache"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Store, FlaskClient]]:
    built = empty_catalogue(tmp_path)
    yield built.store, create_app(built.config, built).test_client()  # type: ignore[arg-type]
    built.store.close()


def read(store: Store, url: str, name: str, state: RepositoryState = RepositoryState.ACTIVE, **more: Any) -> None:
    run = store.begin_run(NOW)
    decided, item = new(url, name)
    store.save(run.id, [(replace(decided, state=state, state_since=NOW, **more), item)], NOW)
    store.end_run(run.id, RunState.DONE, NOW)


def page(client: FlaskClient, language: str = "de") -> str:
    answer = client.get(f"/{language}/solutions/altes-werkzeug")
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def test_an_active_one_has_nothing_to_tell(place: tuple[Store, FlaskClient]) -> None:
    store, client = place
    read(store, OLD, "Altes Werkzeug")
    text = page(client)
    for words in ("archiviert, wie", "lässt sich seit", "geht es unter", "umgezogen", "nicht erreichbar"):
        assert words not in text


def test_archived_with_its_date_and_a_successor_in_the_catalogue(place: tuple[Store, FlaskClient]) -> None:
    store, client = place
    read(store, NEXT, "Neues Werkzeug")
    read(store, OLD, "Altes Werkzeug", RepositoryState.ARCHIVED, successor_url=NEXT)
    german, english = page(client), page(client, "en")
    assert "Das Repository ist archiviert, wie am 01.03.2026 festgestellt" in german
    assert "The repository is archived, as was seen on 1 March 2026" in english
    assert f"Nach eigener Angabe geht es unter {NEXT} weiter." in german
    assert 'href="/de/solutions/neues-werkzeug"' in german
    shown = client.get("/api/v1/solutions/altes-werkzeug").get_json()["standing"]
    assert (shown["state"], shown["archived_since"]) == ("archived", "2026-03-01T02:00:00Z")
    assert (shown["successor"], shown["successor_solution"]) == (NEXT, "neues-werkzeug")


def test_a_successor_that_is_not_in_the_catalogue_is_a_foreign_link(place: tuple[Store, FlaskClient]) -> None:
    store, client = place
    read(store, OLD, "Altes Werkzeug", successor_url=ELSEWHERE)
    assert f'href="{ELSEWHERE}" rel="nofollow ugc noopener noreferrer"' in page(client)


def test_invalid_leads_to_the_findings(place: tuple[Store, FlaskClient]) -> None:
    store, client = place
    read(store, OLD, "Altes Werkzeug", RepositoryState.INVALID)
    german = page(client)
    assert "Die publiccode.yml lässt sich seit 01.03.2026 nicht (ganz) lesen." in german
    assert 'href="#problems"' in german
    assert "Since 1 March 2026 the publiccode.yml cannot be read" in page(client, "en")


def test_unreachable_and_moved(place: tuple[Store, FlaskClient]) -> None:
    store, client = place
    read(store, url_of("ganz-alt"), "Altes Werkzeug", RepositoryState.ARCHIVED)
    run = store.begin_run(NOW)
    store.save(run.id, [change(ChangeKind.UNCHANGED, OLD, moved_from=url_of("ganz-alt"))], NOW)
    decided, item = change(ChangeKind.FAILED, OLD, at=NOW + 3 * DAY)
    store.save(run.id, [(replace(decided, state_since=NOW + 3 * DAY), item)], NOW + 3 * DAY)
    german = page(client)
    assert "4. März 2026" in german
    assert f"früher lag es unter {url_of('ganz-alt')}" in german
    shown = client.get("/api/v1/solutions/altes-werkzeug").get_json()["standing"]
    assert (shown["state"], shown["former_urls"]) == ("unreachable", [url_of("ganz-alt")])


def test_a_hostile_successor_is_no_link(place: tuple[Store, FlaskClient]) -> None:
    store, client = place
    read(store, OLD, "Altes Werkzeug", successor_url="javascript:alert(1)")
    assert 'href="javascript' not in page(client)
