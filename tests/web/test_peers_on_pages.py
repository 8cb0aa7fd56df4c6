# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Facts of other catalogues on the page and in the API: with whom to name, and nothing of theirs is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.assess import assess
from registry.decide import content_hash
from registry.model import (
    ChangeKind,
    Fact,
    FactSource,
    Field,
    ForgeKind,
    Harvested,
    Origin,
    PeerKind,
    Reading,
    RepositoryReading,
    Source,
    SourceKind,
)
from registry.resolve import resolve
from registry.web.app import create_app
from support.catalogue import HOSTILE, NOW, empty_catalogue
from support.stored import change, harvested

URL = "https://git.example/stadt/werk"
PEER = "https://api.nachbar.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    built = empty_catalogue(_folder(tmp_path_factory))
    built.store.add_source(
        Source("", PEER, SourceKind.PEER, ForgeKind.GIT, NOW, peer=PeerKind.OPEN_CATALOG_API, title=f"Nachbar{HOSTILE}",
               options={"licence": "CC-BY-4.0", "attribution": "Amt für Software"})
    )  # fmt: skip
    run = built.store.begin_run(NOW)
    built.store.save(run.id, [change(ChangeKind.NEW, URL, _claimed())], NOW)
    yield create_app(built.config, built).test_client()  # type: ignore[arg-type]
    built.store.close()


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("peers")


def _claimed() -> Harvested:
    before = harvested(URL)
    origin = Origin(PEER, f"id-7{HOSTILE}")

    def claim(field: Field, value: object, lang: str | None = None) -> Fact:
        return Fact(field, value, origin, FactSource.PEER, lang)

    claims = (
        claim(Field.NAME, f"Das Werk{HOSTILE}"),
        claim(Field.SHORT_DESCRIPTION, f"Ein Werk der Nachbarn{HOSTILE}", "de"),
        claim(Field.USED_BY, ["Nachbarstadt"]),
        claim(Field.LANDING_URL, "javascript:alert(1)"),
    )
    readings = (Reading("peers", claims),)
    commit = before.snapshot.commit
    solution = resolve([RepositoryReading(before.snapshot.ref, commit, NOW, readings, before.snapshot.activity)])
    return Harvested(before.snapshot, readings, solution, assess(solution, NOW), content_hash(solution))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Angabe eines anderen Katalogs:", "In anderen Katalogen verzeichnet", "Lizenz: CC-BY-4.0")),
        ("en", ("Stated by another catalogue:", "Listed in other catalogues", "Licence: CC-BY-4.0")),
    ],
)
def test_whom_to_name_stands_where_a_claim_is_shown(client: FlaskClient, language: str, words: tuple[str, ...]) -> None:
    page = client.get(f"/{language}/solutions/werk").get_data(as_text=True)
    for expected in (*words, "Amt für Software", f'href="{PEER}"', "Nachbarstadt", "Ein Werk der Nachbarn"):
        assert expected in page, expected
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


def test_the_api_says_where_each_claim_comes_from(client: FlaskClient) -> None:
    shown = client.get("/api/v1/solutions/werk").get_json()
    assert shown["name"] == "werk"
    used_by = shown["fields"]["used_by"]
    assert (used_by["source"], used_by["origin"]["repository"]) == ("peer", PEER)
    [peer] = shown["peers"]
    assert (peer["url"], peer["licence"], peer["attribution"]) == (PEER, "CC-BY-4.0", "Amt für Software")
