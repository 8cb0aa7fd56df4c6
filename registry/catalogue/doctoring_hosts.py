# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forges that sources are on, asked once each: do they answer, is the token good, how many requests are left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from harvesters.forges import FORGES
from harvesters.http import HttpAnswer, HttpClient
from registry.catalogue.doctoring import Check, Patient
from registry.catalogue.doctoring_store import there
from registry.errors import FetchError, Gone, NeedsPassword
from registry.model import ForgeKind, Source, SourceKind

_LITTLE_LEFT = 30
_MOST_HOSTS = 50
_ANSWER_BYTES = 2**20
_PROBES: Mapping[ForgeKind, str] = {
    ForgeKind.GITHUB: "/api/v3/rate_limit",
    ForgeKind.GITLAB: "/api/v4/version",
    ForgeKind.GITEA: "/api/v1/version",
    ForgeKind.FORGEJO: "/api/v1/version",
}
"""What costs a forge least: these count against no limit, or hold a few bytes."""
_LEFT = ("x-ratelimit-remaining", "ratelimit-remaining")


def hosts(patient: Patient) -> Iterator[Check]:
    if not there(patient):
        return
    first: dict[str, Source] = {}
    for source in patient.store.sources():
        if not source.paused and not source.demo and source.kind is not SourceKind.PEER:
            first.setdefault(urlsplit(source.url).netloc, source)
    http = patient.open_http()
    try:
        for host, source in list(first.items())[:_MOST_HOSTS]:
            yield _asked(http, host, source)
    finally:
        http.close()


def _asked(http: HttpClient, host: str, source: Source) -> Check:
    forge = next((forge for forge in FORGES if forge.kind is source.forge), None)
    try:
        answer = http.get(
            probe(source), max_bytes=_ANSWER_BYTES, token_header=forge.token if forge is not None else None
        )
    except (NeedsPassword, Gone) as error:
        # Without a token many say so, and an answer it is. One that was sent was refused.
        refused = error.rule == "token-refused"
        return Check("host", "doctor-host-token" if refused else "doctor-host-ok", {"host": host})
    except FetchError as error:
        return Check("host", "doctor-host-broken", {"host": host, "detail": error.detail or error.rule})
    left = _left(answer)
    if left is None:
        return Check("host", "doctor-host-ok", {"host": host})
    rule = "doctor-host-limit" if left < _LITTLE_LEFT else "doctor-host-left"
    return Check("host", rule, {"host": host, "left": str(left)})


def probe(source: Source) -> str:
    """The address that is asked for a source's host."""
    parts = urlsplit(source.url)
    if parts.hostname == "github.com":
        return "https://api.github.com/rate_limit"
    if source.forge in _PROBES:
        return f"{parts.scheme}://{parts.netloc}{_PROBES[source.forge]}"
    return f"{source.url}/info/refs?service=git-upload-pack" if source.forge is ForgeKind.GIT else source.url


def _left(answer: HttpAnswer) -> int | None:
    said = next((text for name in _LEFT if (text := answer.headers.get(name))), None)
    return int(said) if said is not None and said.isdecimal() else None
