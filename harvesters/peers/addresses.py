# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From what a peer's entry gives as its address to the repository it names, or the rule that says why it is none.

People fill such fields with home pages, accounts, search results and files. What certainly is no repository is told
without asking anybody; whether git answers at the rest is found out by the visit.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from harvesters.base import forge_for
from harvesters.urls import canonical_url, path_segments
from registry.errors import InvalidInput
from registry.model import ForgeKind, Json

_LONGEST = 2_000
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Characters nobody sees: an address that has such ones is not what it looks like."""
_RAW_HOSTS = frozenset({"raw.githubusercontent.com", "raw.github.com", "cdn.statically.io"})
_PUBLICCODE = re.compile(r"publiccode\.ya?ml", re.IGNORECASE)
_PAGES = re.compile(
    r".*\.(?:html?|xhtml|php\d?|aspx?|jsp|cgi|pdf|docx?|odt|zip|tgz|gz|jar|exe|png|jpe?g|svg)", re.IGNORECASE
)
_PAGE_HOSTS = frozenset({"gist.github.com", "docs.github.com", "sourceforge.net", "www.sourceforge.net"})
"""Hosts of forges at which nothing can be cloned under the address of a page."""
_NO_ACCOUNTS = frozenset(
    {
        "about", "apps", "collections", "explore", "features", "groups", "marketplace", "organizations", "orgs",
        "search", "settings", "site", "sponsors", "topics", "users",
    }
)  # fmt: skip
"""First parts of addresses that are pages of the forge itself."""
_ACCOUNT_AND_NAME = frozenset({ForgeKind.GITHUB, ForgeKind.BITBUCKET, ForgeKind.GITEA, ForgeKind.FORGEJO})
_ACCOUNT_PAGES = frozenset({"repositories", "projects", "workspace"})
_GIT_SCHEMES = ("git@", "git://", "ssh://", "git+")


class NoRepository(Exception):
    """``rule`` says why an address names none; ``said`` is the address as far as it may be shown."""

    def __init__(self, rule: str, said: str) -> None:
        super().__init__(rule, said)
        self.rule = rule
        self.said = said


def repository_of(address: Json) -> tuple[str, ForgeKind]:
    """Canonical URL of the repository that an entry names, and the kind of its forge. Raises NoRepository."""
    if not isinstance(address, str) or not address.strip():
        raise NoRepository("peer-entry-no-address", "")
    written = address.strip().strip("<>")[:_LONGEST]
    if any(unicodedata.category(one) in _HIDDEN for one in written):
        raise NoRepository("peer-entry-not-an-address", "")
    try:
        url = canonical_url(_without_raw_host(written))
    except InvalidInput as error:
        raise NoRepository("peer-entry-not-an-address", error.subject) from None
    forge = forge_for(url, None)
    rule = _fault(written, url, forge)
    if rule is not None:
        raise NoRepository(rule, url)
    return url, forge


def _without_raw_host(written: str) -> str:
    """Files of repositories are served from a host of their own: OWNER/NAME/BRANCH/PATH."""
    try:
        parts = urlsplit(written)
    except ValueError:
        return written
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.hostname == "cdn.statically.io" and segments[:1] == ["gh"]:
        segments = segments[1:]
    if parts.hostname in _RAW_HOSTS and len(segments) > 2:
        return f"https://github.com/{segments[0]}/{segments[1]}"
    return written


def _fault(written: str, url: str, forge: ForgeKind) -> str | None:
    """The rule of what is wrong with an address as that of a repository."""
    segments = path_segments(url)
    if not segments or (urlsplit(url).hostname or "") in _PAGE_HOSTS:
        return "peer-entry-web-page"
    if _PUBLICCODE.fullmatch(segments[-1]):
        return "peer-entry-file"
    if forge is ForgeKind.GIT:
        return _fault_anywhere(written, url)
    if segments[0].lower() in _NO_ACCOUNTS or _first_segment(written) in _NO_ACCOUNTS:
        return "peer-entry-account"
    if len(segments) < 2 or segments[1].lower() in _ACCOUNT_PAGES:
        return "peer-entry-account"
    if forge in _ACCOUNT_AND_NAME and len(segments) != 2:
        return "peer-entry-web-page"
    return None


def _first_segment(written: str) -> str:
    """Of the address as written: canonical ones have lost the forge's word for an account."""
    try:
        return next((unquote(one).lower() for one in urlsplit(written).path.split("/") if one), "")
    except ValueError:
        return ""


def _fault_anywhere(written: str, url: str) -> str | None:
    """Of an address on a host that is not known: it may be a git server, or any page."""
    if written.startswith(_GIT_SCHEMES) or urlsplit(written).path.rstrip("/").endswith(".git"):
        return None
    parts = urlsplit(written)
    is_page = bool(parts.query or parts.fragment) or _PAGES.fullmatch(parts.path.rstrip("/"))
    return "peer-entry-web-page" if is_page or (urlsplit(url).hostname or "").startswith("www.") else None
