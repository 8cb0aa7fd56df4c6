# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One slash too many, and what browsers and crawlers ask for unasked."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/solutions/", "/solutions"),
        ("/solutions/?q=a%20b&state=active", "/solutions?q=a+b&state=active"),
        ("/en/runs/", "/en/runs"),
        ("/solutions/zeitfenster/", "/solutions/zeitfenster"),
        ("/judging//", "/judging"),
        ("/api/v1/solutions/", "/api/v1/solutions"),
    ],
)
def test_a_slash_too_many_is_moved_for_good(client: FlaskClient, path: str, target: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 308
    assert answer.headers["Location"] == target


@pytest.mark.parametrize(
    "path", ["/static/site.css/", "/static/", "/nothing/", "/nothing/at/all/", "/favicon.ico/x/", "/a%0d%0ab/"]
)
def test_other_slashes_lead_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_icon_and_robots(client: FlaskClient) -> None:
    icon = client.get("/favicon.ico")
    assert icon.status_code == 302
    shown = client.get(icon.headers["Location"], buffered=True)
    assert (shown.status_code, shown.mimetype) == (200, "image/svg+xml")
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert robots.text.startswith("User-agent: *\n")
