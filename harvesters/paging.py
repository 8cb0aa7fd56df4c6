# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of a forge's listing: where the next one is, when the last one was, and whether they shifted meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from requests.utils import parse_header_links

from harvesters.guard import redacted
from harvesters.http import HttpAnswer
from harvesters.urls import same_host
from registry.errors import Garbage, TooLarge
from registry.model import Json

PAGE_SIZE = 100
MAX_PAGES = 3_000
"""More pages than this are an error of the listing, not a large organisation: some servers give only ten a page."""
MAX_BARREN = 300
"""Pages that list nothing new."""

NO_API = "answer-no-api"
"""The rule for answers that are not those of the forge's API."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page as it came, with the items on it and how many different ones came so far; ``fresh`` of them with it."""

    url: str
    answer: HttpAnswer
    body: Json
    items: Sequence[Json]
    fresh: int
    so_far: int
    total: int | None
    """How many there are in all, where the server tells."""


class Walk:
    """What was seen of one listing. ``about`` is the URL that people know; errors name it."""

    def __init__(self, about: str) -> None:
        self._about = redacted(about)
        self._pages: set[str] = set()
        self._barren = 0
        self._seen: set[str] = set()
        self._repeated = False
        self._totals: set[int] = set()

    def enter(self, url: str) -> None:
        """Raises Garbage for a page that was there before, TooLarge when there were too many."""
        if url in self._pages:
            raise Garbage(self._about, "rel=next", rule=NO_API)
        for most, pages in ((MAX_PAGES, len(self._pages)), (MAX_BARREN, self._barren)):
            if pages >= most:
                raise TooLarge(self._about, f"page > {most}")
        self._pages.add(url)

    def read(self, url: str, answer: HttpAnswer, body: Json, items: Sequence[Json]) -> Listed:
        """The page, counted."""
        named = {_identity(item) for item in items}
        fresh = named - self._seen
        self._repeated |= len(fresh) < len(named)
        self._seen |= fresh
        self._barren += not fresh
        total = _total(answer, body)
        if answer.not_modified and self._totals:
            # A remembered total is that of another night.
            total = max(self._totals)
        elif total is not None and not answer.not_modified:
            self._totals.add(total)
        return Listed(url, answer, body, items, len(fresh), len(self._seen), total)

    def begin_again(self) -> bool:
        """Whether pages shifted while they were read and not all items came by: then every page may be entered anew."""
        shifted = self._repeated or len(self._totals) > 1
        self._pages.clear()
        self._barren = 0
        return shifted and bool(self._totals) and len(self._seen) < max(self._totals)


def read_json(answer: HttpAnswer, url: str) -> Json:
    """The JSON body of an API's answer. Raises Garbage."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Garbage(redacted(url), "JSON", rule=NO_API) from None


def linked_page(listed: Listed) -> str | None:
    """The next page by Link or X-Next-Page, on the same host only (RFC 8288). Raises Garbage."""
    links = _links(listed.answer)
    if "next" in links:
        return on_the_same_host(listed.url, links["next"])
    number = listed.answer.headers.get("x-next-page", "")
    return with_page(listed.url, int(number)) if number.isdecimal() and len(number) < 10 else None


def counted_page(listed: Listed) -> str | None:
    """The next page of servers that may say nothing of it: there is one as long as something is missing."""
    if _links(listed.answer):
        return linked_page(listed)
    # A page may be short: servers take out afterwards what the asker may not see.
    complete = listed.fresh == 0 if listed.total is None else listed.so_far >= listed.total or not listed.items
    if complete:
        return None
    current = dict(parse_qsl(urlsplit(listed.url).query)).get("page", "1")
    return with_page(listed.url, int(current) + 1) if current.isdecimal() else None


def on_the_same_host(url: str, following: str) -> str:
    """The absolute URL of a page that ``url`` leads to. Raises Garbage for one on another host."""
    try:
        absolute = urljoin(url, following)
    except ValueError:
        absolute = ""
    if not absolute or not same_host(url, absolute):
        raise Garbage(redacted(url), f"rel=next -> {redacted(following)}", rule=NO_API)
    return absolute


def with_page(url: str, number: int) -> str:
    """The URL of another page of the same listing."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
    return parts._replace(query=urlencode([*query, ("page", str(number))])).geturl()


def _total(answer: HttpAnswer, body: Json) -> int | None:
    said = answer.headers.get("x-total") or answer.headers.get("x-total-count") or ""
    if said.isdecimal() and len(said) < 10:
        return int(said)
    size = body.get("size") if isinstance(body, dict) else None
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def _links(answer: HttpAnswer) -> dict[str | None, str]:
    found: Iterable[dict[str, str]] = parse_header_links(answer.headers.get("link", ""))
    return {link.get("rel"): link["url"] for link in found if "url" in link}


def _identity(item: Json) -> str:
    """What tells one item from another: its number or id where it has one."""
    if isinstance(item, dict):
        for key in ("id", "uuid", "full_name"):
            if isinstance(item.get(key), int | str):
                return f"{key} {item[key]}"
    try:
        return json.dumps(item, sort_keys=True)
    except RecursionError:
        return "deep"
