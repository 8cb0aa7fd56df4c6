# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which language a page speaks and how one changes it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.web.app import create_app
from support.catalogue import SmallCatalogue, config


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (None, "de"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("fr", "de"),
        ("fr,en;q=0.5,de;q=0.4", "en"),
        ("de-CH", "de"),
        ("*", "de"),
        ("de-DE,en-US;q=0.7,en;q=0.3", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en-US,de;q=0.9", "en"),
        ("de;q=0.3,en-GB;q=0.7", "en"),
        ("DE_ch, en;q=0.9", "de"),
        ("fr, *;q=0.5, en;q=0.1", "de"),
        ("de;q=0, *", "en"),
        ("de;q=0", "de"),
        ("en;q=nonsense,,,;", "de"),
    ],
)
def test_without_prefix_the_browser_decides(client: FlaskClient, accepted: str | None, expected: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted} if accepted else {})
    assert f'<html lang="{expected}">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_prefix_wins_and_stays_in_every_link(client: FlaskClient) -> None:
    answer = client.get("/en/solutions?q=Termine", headers={"Accept-Language": "de"})
    assert '<html lang="en">' in answer.text
    assert "Accept-Language" not in answer.headers.get("Vary", "")
    assert 'href="/en/solutions/zeitfenster"' in answer.text
    assert 'href="/solutions/zeitfenster"' not in answer.text
    assert 'action="/en/solutions"' in answer.text


def test_the_switch_keeps_page_and_query(client: FlaskClient) -> None:
    page = client.get("/de/solutions?q=Termine+%26+mehr&category=a&category=b").text
    query = "?q=Termine+%26+mehr&amp;category=a&amp;category=b"
    assert f'href="/en/solutions{query}"' in page
    assert f'hreflang="en" href="http://127.0.0.1:8000/en/solutions{query}"' in page
    assert f'hreflang="de" href="http://127.0.0.1:8000/de/solutions{query}"' in page


def test_searchers_are_told_all_languages(client: FlaskClient) -> None:
    page = client.get("/en/solutions?q=a").text
    assert 'hreflang="x-default" href="http://127.0.0.1:8000/solutions?q=a"' in page


@pytest.mark.parametrize("path", ["/de", "/de/", "/en", "/en/"])
def test_the_bare_prefix_is_the_start_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/fr/", "/deutsch", "/den/solutions", "/de/de/"])
def test_other_words_are_no_prefix(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_files_are_the_same_in_every_language(client: FlaskClient) -> None:
    page = client.get("/en/").text
    assert 'href="/static/site.css?v=' in page
    assert "/en/static" not in page


def test_mounted_below_a_path(catalogue: SmallCatalogue) -> None:
    app: Flask = create_app(config(catalogue.config.data_dir, "https://example.org/katalog"), catalogue)  # type: ignore[arg-type]
    answer = app.test_client().get(
        "/en/solutions/zeitfenster", base_url="https://example.org", environ_overrides={"SCRIPT_NAME": "/katalog"}
    )
    assert 'href="/katalog/static/site.css?v=' in answer.text
    assert 'href="/katalog/de/solutions/zeitfenster"' in answer.text
    assert 'href="https://example.org/katalog/de/solutions/zeitfenster"' in answer.text
    assert 'href="/katalog/en/runs"' in answer.text
