# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One file from a URL through the guarded client: what ``allmende validate URL`` reads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from harvesters.guard import Guard, redacted
from harvesters.http import HttpAnswer, HttpClient
from registry.errors import Gone, InvalidInput
from registry.model import EgressRules, Limits

_RAW = (
    (re.compile(r"/-/blob/"), "/-/raw/"),  # GitLab
    (re.compile(r"(?<=/)src/(?=(?:branch|commit|tag)/)"), "raw/"),  # Gitea, Forgejo
    (re.compile(r"^(/[^/]+/[^/]+)/blob/"), r"\1/raw/"),  # GitHub
)
"""A forge's page about a file -> the file itself; the first that fits."""
_FLAT_HOSTS = frozenset({"github.com", "www.github.com", "codeberg.org", "bitbucket.org"})
"""Forges whose repositories are OWNER/NAME and nothing deeper."""
_WEB_PAGE = re.compile(rb"\s{0,1000}<(?:!doctype html|html)\b", re.IGNORECASE)
_PAGE = "input-not-a-file"


def open_client(egress: EgressRules, limits: Limits) -> HttpClient:
    """The guarded client as the harvest has it, without its memory of earlier answers."""
    return HttpClient(Guard(egress), egress, limits)


def fetch_file(http: HttpClient, url: str, most_bytes: int) -> bytes:
    """The bytes of one file, at most ``most_bytes``; a forge's page about it is turned into its raw address.

    Raises FetchError as ``HttpClient.get`` does, InvalidInput for a repository, a web page and a file that is not
    there.
    """
    if _is_repository(url):
        raise InvalidInput(redacted(url), "git", rule=_PAGE)
    try:
        answer = http.get(raw_url(url), max_bytes=most_bytes)
    except Gone as error:
        raise InvalidInput(error.subject, error.detail, rule="input-gone") from None
    if _is_web_page(answer):
        raise InvalidInput(redacted(url), "HTML", rule=_PAGE)
    return answer.body


def raw_url(url: str) -> str:
    """The address of the file itself, where ``url`` is a GitHub, GitLab or Gitea page that shows it; else ``url``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    for pattern, replacement in _RAW:
        path, found = pattern.subn(replacement, parts.path, count=1)
        if found:
            return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return url


def _is_repository(url: str) -> bool:
    """Certain cases only; the others show when a web page is answered."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    path = parts.path.rstrip("/")
    return path.endswith(".git") or (host in _FLAT_HOSTS and path.count("/") <= 2)


def _is_web_page(answer: HttpAnswer) -> bool:
    named = answer.headers.get("content-type", "").lower()
    return named.startswith(("text/html", "application/xhtml")) or _WEB_PAGE.match(answer.body) is not None
