# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The API of developers-italia-api (Italy, Switzerland and others): pages of software by cursor.

Source: its OpenAPI document, version 1: ``GET /v1/software``, ``page[size]`` up to 100, ``links.next`` is a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from harvesters.guard import redacted
from harvesters.peers.base import NO_CATALOGUE, Batch, Peer, Raw, read_document
from harvesters.peers.claims import Saying
from harvesters.peers.parsing import Yaml
from harvesters.urls import same_host
from registry.errors import Garbage, TooLarge
from registry.model import Json, PeerKind, Source

MOST_PAGES = 600
MOST_BYTES = 200 * 2**20
_PATH = "/v1/software"
_SIZE = 100


class OpenCatalogApi(Peer):
    kind = PeerKind.OPEN_CATALOG_API

    def batches(self, source: Source, yaml: Yaml) -> Iterator[Batch]:
        following: str | None = first_page(source.url)
        seen: set[str] = set()
        size = 0
        while following is not None:
            if following in seen:
                raise Garbage(redacted(source.url), "links.next", rule=NO_CATALOGUE)
            seen.add(following)
            answer = self._get(following, source)
            size += len(answer.body)
            if len(seen) > MOST_PAGES or size > MOST_BYTES:
                raise TooLarge(redacted(source.url), f"> {MOST_PAGES} pages, {MOST_BYTES} bytes")
            document = read_document(answer, source)
            items = document.get("data") if isinstance(document, dict) else None
            if not isinstance(items, list):
                raise Garbage(redacted(source.url), "data", rule=NO_CATALOGUE)
            following = _next(document, following, source)
            yield Batch(_entries(items, yaml), answer.not_modified)


def first_page(url: str) -> str:
    """Of an API's base address, or of its list of software."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path.endswith("/software"):
        path = f"{path}/software" if path.endswith("/v1") else f"{path}{_PATH}"
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(path=path, query=f"{query}page[size]={_SIZE}", fragment="").geturl()


def _next(document: Mapping[str, Json], here: str, source: Source) -> str | None:
    """The next page, on the same host only. It is given as a query, which may lack the size asked for."""
    links = document.get("links")
    said = links.get("next") if isinstance(links, dict) else None
    if said is None or said == "":
        return None
    if not isinstance(said, str):
        raise Garbage(redacted(source.url), "links.next", rule=NO_CATALOGUE)
    try:
        following = urljoin(here, said)
    except ValueError:
        following = ""
    if not following or not same_host(here, following) or urlsplit(following).scheme != urlsplit(here).scheme:
        raise Garbage(redacted(source.url), f"links.next -> {redacted(said)[:200]}", rule=NO_CATALOGUE)
    parts = urlsplit(following)
    if "page[size]" not in parts.query and "page%5Bsize%5D" not in parts.query:
        following = parts._replace(query=f"{parts.query}&page[size]={_SIZE}").geturl()
    return following


def _entries(items: list[Json], yaml: Yaml) -> list[Raw]:
    listed = [item for item in items if not (isinstance(item, dict) and item.get("active") is False)]
    files = {
        str(number): item["publiccodeYml"]
        for number, item in enumerate(listed)
        if isinstance(item, dict) and isinstance(item.get("publiccodeYml"), str)
    }
    read = yaml.publiccode(files)
    return [_raw(item, number, read.get(str(number), ())) for number, item in enumerate(listed)]


def _raw(item: Json, number: int, said: tuple[Saying, ...]) -> Raw:
    if not isinstance(item, dict):
        return Raw(f"data[{number}]", None, fault="peer-entry-unreadable")
    identity = item.get("id")
    return Raw(identity if isinstance(identity, str) else f"data[{number}]", item.get("url"), said)
