# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which kind of forge an unknown host is: asked once, when a source is added."""

from __future__ import annotations

import json

from harvesters.base import canonical_url, start_page
from harvesters.http import HttpClient
from registry.errors import Garbage, Gone, NeedsPassword, TooLarge
from registry.model import ForgeKind, Json

_MOST_BYTES = 100_000
"""A version is short; GitHub's "meta" lists addresses."""


def probe(http: HttpClient, url: str) -> ForgeKind | None:
    """The kind of forge that the host of a URL says it is; None for one that says nothing we know.

    Up to three GETs, of the places where forges tell their version; no token is sent. Raises InvalidInput, Refused,
    Unreachable (TooSlow too) and RateLimited.
    """
    web = start_page(canonical_url(url))
    said, refused_all = _ask(http, f"{web}/api/v1/version")
    if (version := _text(said, "version")) is not None:
        return ForgeKind.FORGEJO if "+gitea-" in version else ForgeKind.GITEA
    said, refused = _ask(http, f"{web}/api/v4/version")
    # GitLab tells its version to none but its users. A host that refuses everything tells nothing by it.
    if _text(said, "version") is not None or (refused and not refused_all):
        return ForgeKind.GITLAB
    said, _ = _ask(http, f"{web}/api/v3/meta")
    return ForgeKind.GITHUB if isinstance(said, dict) and "verifiable_password_authentication" in said else None


def _ask(http: HttpClient, url: str) -> tuple[Json, bool]:
    """The JSON found there, and whether the host refused to tell."""
    try:
        answer = http.get(url, headers={"Accept": "application/json"}, max_bytes=_MOST_BYTES)
        return json.loads(answer.body), False
    except NeedsPassword:
        return None, True
    except (Gone, Garbage, TooLarge, ValueError, RecursionError):
        return None, False


def _text(said: Json, key: str) -> str | None:
    value = said.get(key) if isinstance(said, dict) else None
    return value if isinstance(value, str) else None
