# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forge: pages in, repository references out, snapshots by way of git.

The base owns the loop over pages, the change detector, moves and the choice of the fetch URL. A kind of forge adds
where its listings are and how one item reads: see ``harvesters/forges``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from harvesters.guard import redacted
from harvesters.http import HttpAnswer, HttpClient, TokenHeader
from harvesters.marks import facts_mark
from harvesters.paging import NO_API, PAGE_SIZE, Listed, Walk, linked_page, read_json
from harvesters.refs import Advertisement, read_advertisement
from harvesters.urls import canonical_url, forge_for, same_host
from registry.errors import FetchError, Garbage, Gone, InvalidInput, MovedTo, NeedsPassword
from registry.model import ForgeFacts, ForgeKind, Json, KnownHistory, Moved, NotModified, Page, RepositoryRef, Snapshot

__all__ = ["NO_API", "PAGE_SIZE", "AsksHistory", "Forge", "TakesSnapshots", "canonical_url", "forge_for", "read_json"]

_PASSES = 2
"""Times a listing is read at most: once more when it shifted so that not all of it came by."""
_INFO_REFS = "/info/refs"
_LOGIN_PAGES = ("/sign_in", "/login", "/session", "/signin")
_TELLING: tuple[type[FetchError], ...] = (NeedsPassword, Garbage, Gone)


AsksHistory = Callable[[], KnownHistory | None]
"""Gives up to where the history was counted: asked only where the repository has changed."""


class TakesSnapshots(Protocol):
    """The git door (``harvesters.git.GitDoor``)."""

    def snapshot(
        self, ref: RepositoryRef, advertisement: Advertisement, now: datetime, history: KnownHistory | None = None
    ) -> Snapshot: ...


class Forge(ABC):
    """A kind of host. Stateless but for the clients it is given: safe to share between threads."""

    kind: ClassVar[ForgeKind]
    token: ClassVar[TokenHeader | None] = None
    """How the forge wants a token, if the operator set one for the host."""
    accept: ClassVar[str] = "application/json"

    def __init__(self, http: HttpClient, git: TakesSnapshots) -> None:
        self._http = http
        self._git = git

    def list(self, url: str) -> Iterator[Page]:
        """All repositories of an organisation, group or user, page by page, each once.

        Raises InvalidInput when the URL names none, and FetchError; pages given before stay valid.
        """
        firsts = self.listings(url)
        memory = self._http.remembered
        absent = [first for first in firsts if memory is not None and memory.was_absent(first)]
        # What was not there the other night is asked for only when nothing else is there either.
        *alternatives, last = [first for first in firsts if first not in absent] + absent
        for first in alternatives:
            begun = False
            try:
                for page in self._pages(url, first):
                    begun = True
                    yield page
            except (Gone, Garbage) as error:
                if begun or not _is_another_way_worth(error):
                    raise
                continue
            return
        yield from self._pages(url, last)

    @abstractmethod
    def listings(self, url: str) -> tuple[str, ...]:
        """First pages to try in turn, the next one when the one before does not exist. Raises InvalidInput."""

    def items(self, body: Json) -> Sequence[Json] | None:
        """What is listed on a page; None for an answer that is no page of a listing."""
        return body if isinstance(body, list) else None

    def following(self, listed: Listed) -> str | None:
        """The next page; None after the last. Raises Garbage."""
        return linked_page(listed)

    @abstractmethod
    def repository(self, url: str) -> RepositoryRef:
        """One repository as the forge knows it now.

        ``ref.url`` differs from ``url`` when the forge knows it under another name: then the old one is an alias.
        Raises InvalidInput when the URL names no repository, and FetchError.
        """

    def reference(self, item: Json, web: str, answer: HttpAnswer) -> RepositoryRef | None:
        """One item of a listing; None for one that cannot be a repository. ``web`` is the forge's start page.

        A forge that has no listings needs none.
        """
        del item, web, answer
        return None

    def snapshot(
        self,
        ref: RepositoryRef,
        known_detector: str | None,
        now: datetime,
        history: AsksHistory | None = None,
    ) -> Snapshot | NotModified | Moved:
        """The repository's files and figures, unless nothing has changed since ``known_detector``.

        One GET of ``info/refs``, none when the forge's own detector already says so; git only after a change. With
        ``history`` the commits need not be counted again if that was done lately.
        Raises FetchError.
        """
        if ref.detector is not None and ref.detector == known_detector:
            return NotModified(ref, ref.detector)
        answer, fetch_url, advertisement = self._info_refs(ref)
        moved = _without_page(answer.moved_permanently_to or "")
        if moved is not None and (to := self._moved(ref, moved)) is not None:
            return to
        ref = replace(ref, fetch_url=fetch_url)
        # With a detector of the forge's own, equal refs do not mean equal facts; those are in the mark.
        marked = _with_mark(advertisement.detector, ref.facts)
        if known_detector == marked and (ref.detector is None or marked != advertisement.detector):
            return NotModified(ref, ref.detector or marked)
        try:
            snapshot = self._git.snapshot(ref, advertisement, now, None if history is None else history())
        except MovedTo as error:
            to = self._moved(ref, _without_page(error.to) or error.to)
            if to is None:
                raise Garbage(redacted(ref.url), redacted(error.to), rule="answer-redirects") from None
            return to
        return replace(snapshot, detector=ref.detector or marked)

    def _moved(self, ref: RepositoryRef, fetch_url: str) -> Moved | None:
        """The repository at its new place; None when that is only another spelling of the old one."""
        try:
            to = canonical_url(fetch_url)
            if to == ref.url:
                return None
            # Another host may be of another kind, and this forge's API is not there.
            if not same_host(to, ref.url):
                return Moved(ref, RepositoryRef(to, fetch_url, forge_for(to, None)))
            return Moved(ref, self.repository(to))
        except InvalidInput:
            raise Garbage(redacted(ref.url), redacted(fetch_url), rule="answer-redirects") from None

    def fetch_urls(self, ref: RepositoryRef) -> tuple[str, ...]:
        """Where git may find the repository, most likely first; the next is tried when the one before is not there."""
        return (ref.fetch_url,)

    def _info_refs(self, ref: RepositoryRef) -> tuple[HttpAnswer, str, Advertisement]:
        """The answer, the URL that git shall fetch from (it follows no redirects itself), and what it advertises."""
        failures: list[FetchError] = []
        for fetch_url in self.fetch_urls(ref):
            try:
                with _about(ref.url):
                    return self._get_info_refs(ref, fetch_url)
            except _TELLING as error:
                failures.append(error)
        # Of several spellings the one that met something tells more than the one that met nothing.
        raise min(failures, key=lambda error: _TELLING.index(type(error)))

    def _get_info_refs(self, ref: RepositoryRef, fetch_url: str) -> tuple[HttpAnswer, str, Advertisement]:
        url = f"{fetch_url}{_INFO_REFS}?service=git-upload-pack"
        answer = self._http.get(url, max_bytes=self._http.limits.refs_bytes)
        final = _without_page(answer.url)
        if final is None:
            if urlsplit(answer.url).path.rstrip("/").endswith(_LOGIN_PAGES):
                raise NeedsPassword(ref.url, f"-> {urlsplit(redacted(answer.url)).path}")
            raise Garbage(ref.url, f"-> {redacted(answer.url)}", rule="answer-web-page")
        return answer, final, read_advertisement(answer.body, ref.url)

    def _pages(self, url: str, first: str) -> Iterator[Page]:
        walk, web = Walk(url), start_page(url)
        seen: set[str] = set()
        for _ in range(_PASSES):
            next_url: str | None = first
            while next_url is not None:
                walk.enter(next_url)
                answer = self._api(next_url, about=url, listing=next_url == first)
                body = read_json(answer, url)
                items = self.items(body)
                if items is None:
                    raise Garbage(redacted(url), "JSON", rule=NO_API)
                listed = walk.read(next_url, answer, body, items)
                with _about(url):
                    next_url = self.following(listed)
                refs = [self.reference(item, web, answer) for item in items]
                fresh = {ref.url: ref for ref in refs if ref is not None and ref.url not in seen}
                seen |= fresh.keys()
                yield Page(tuple(fresh.values()), next_url, listed.total)
            if not walk.begin_again():
                return

    def _api(self, url: str, about: str, listing: bool = False) -> HttpAnswer:
        """The API's answer. ``about`` is the repository or source that people know; errors name it, not ``url``.

        That there is no such listing is remembered.
        """
        with _about(about):
            return self._http.get(
                url,
                headers={"Accept": self.accept},
                conditional=True,
                token_header=self.token,
                remember_absence=listing,
                stay=True,
            )


@contextmanager
def _about(url: str) -> Iterator[None]:
    """Errors raised within name the URL that people know, whichever of ours was asked for."""
    try:
        yield
    except FetchError as error:
        error.subject = redacted(url)
        raise


def start_page(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _without_page(url: str) -> str | None:
    """The fetch URL in front of ``/info/refs``; None for a URL that is not of that kind."""
    base, found, _ = url.partition("?")[0].rpartition(_INFO_REFS)
    return base if found else None


def _with_mark(detector: str, facts: ForgeFacts) -> str:
    """What git advertised, and what the forge said where it said anything."""
    return detector if facts == ForgeFacts() else f"{detector} {facts_mark(facts)}"


def _is_another_way_worth(error: FetchError) -> bool:
    """Whether the listing is not there, or not in this way (keyset pages of an older GitLab: 405)."""
    return isinstance(error, Gone) or error.detail in ("HTTP 400", "HTTP 405")


def organisation_path(url: str, example: str, most: int | None = None) -> tuple[str, ...]:
    """Path segments of an organisation's URL. Raises InvalidInput when there are none, or more than ``most``."""
    segments = tuple(segment for segment in urlsplit(url).path.split("/") if segment)
    if not segments or (most is not None and len(segments) > most):
        raise InvalidInput(redacted(url), example, rule="input-no-organisation")
    return segments
