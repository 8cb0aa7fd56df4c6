# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses as manifests write them to web addresses: where the code lies, and which licence a link stands for."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from harvesters.readers.publiccode_values import has_plain_host
from harvesters.readers.texts import one_line
from registry.licences import normalise
from registry.vocabulary.logins import without_logins

LONGEST = 2_000
_I = re.IGNORECASE
_SHORT_HOSTS = {
    "github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com",
}  # fmt: skip
"""Source: npm's package.json documentation, "repository"."""
_FORGES = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitlab.opencode.de"})
"""Where an address of two parts is a repository."""
_SHORTHAND = re.compile(r"(?:(github|gitlab|bitbucket|gist):)?(\w[\w.-]{0,100}(?:/\w[\w.-]{0,100}){0,5})(?:#.*)?", _I)
_SCM = re.compile(r"scm[:|]git[:|]", _I)
_SCP = re.compile(r"(?:[\w.-]{1,60}@)?([\w-]{1,63}(?:\.[\w-]{1,63}){1,6}):(?!//)/?([\w.~/-]{1,500})")
_SSH = re.compile(r"ssh://(?:[\w.-]{1,60}@)?([\w.-]{1,253})(?::22(?=/))?(?:/|:(?!\d{1,5}/))([\w.~/-]{1,500})", _I)
_GIT = re.compile(r"git://([\w.-]{1,253})/([\w.~/-]{1,500})(?:#.*)?", _I)
_FOLDER = re.compile(r"/(?:-/)?(?:tree|blob|issues|wiki|releases|src/branch)(?:/.*)?$")
_PLACEHOLDER = re.compile(
    r"//(?:www\.)?example\.(?:com|org|net)\b|[<>{}$]|"
    r"//(?:www\.)?(?:maven\.apache\.org|cakephp\.org|laravel\.com|symfony\.com)/?$|"
    r"/(?:your[-_]?(?:user ?name|name|org(?:ani[sz]ation)?|account|repo)?|user-?name|owner|org(?:ani[sz]ation)?-?name)"
    r"/",
    _I,
)
_LICENCE_LINK = re.compile(
    r"(?:https?:)?//(?:www\.)?(?:"
    r"spdx\.org/licenses/(?P<spdx>[\w.+-]{1,80}?)(?:\.(?:html|json|txt|jsonld))?|"
    r"(?:opensource\.org/licenses?|choosealicense\.com/licenses)/(?P<osi>[\w.+-]{1,80}?)(?:\.(?:php|html))?|"
    r"gnu\.org/licenses/(?:old-licenses/)?(?P<gnu>(?:a|l|f)?(?:gpl|dl)-\d\.\d)(?:[.-](?:en\.|de\.|standalone\.)?(?:html|txt|md))?|"
    r"apache\.org/licenses/license-(?P<apache>\d\.\d)(?:\.(?:html|txt))?|"
    r"mozilla\.org/(?:[a-z]{2}-[a-z]{2}/)?MPL/(?P<mpl>\d\.\d)|"
    r"creativecommons\.org/licenses/(?P<cc>by(?:-nc)?(?:-sa|-nd)?/\d\.\d)(?:/[\w.-]{0,20}){0,2}|"
    r"creativecommons\.org/publicdomain/zero/(?P<cc0>1\.0)(?:/[\w.-]{0,20}){0,2}|"
    r"(?:joinup\.ec\.europa\.eu|interoperable-europe\.ec\.europa\.eu)/[\w/.%-]{0,150}\beupl-?v?(?P<eupl>1[.-]?[012])|"
    r"eupl\.eu/(?P<eupl_site>1\.[012])(?:/[a-z]{2})?"
    r")/?",
    _I,
)
_PREFIXES = {"apache": "Apache-", "mpl": "MPL-", "cc": "CC-", "cc0": "CC0-", "eupl": "EUPL-", "eupl_site": "EUPL-"}


def web(written: str) -> str | None:
    """An absolute web address that is nobody's placeholder; a login stays, for the collector to tell."""
    address = one_line(written[:LONGEST])
    usable = has_plain_host(without_logins(address)) and not _PLACEHOLDER.search(address)
    return address if usable else None


def repository(written: str) -> str | None:
    """Where the code lies, as a web address; None where the spelling leaves open which.

    "github:o/r", "o/r", "git+ssh://git@host/o/r.git", "git@host:o/r.git" and "scm:git:..." all name one place.
    """
    address = _SCM.sub("", one_line(written[:LONGEST]), count=1)
    address = re.sub(r"^git\+(?=\w+://)", "", address, flags=_I)
    if match := _SSH.fullmatch(address) or _GIT.fullmatch(address) or _SCP.fullmatch(address):
        return _root(f"https://{match[1].lower()}/{match[2]}")
    if match := _SHORTHAND.fullmatch(address):
        kind = (match[1] or "").lower()
        if not kind and match[2].partition("/")[0].lower() in _FORGES:
            return _root(f"https://{match[2]}")
        usable = kind == "gist" or "/" in match[2] if kind else match[2].count("/") == 1
        return _root(f"https://{_SHORT_HOSTS[kind or 'github']}/{match[2]}") if usable else None
    return _root(re.sub(r"(?<=://)git@", "", address))


def _root(address: str) -> str | None:
    """The repository's own address: without folder, ".git" and what follows "#" or "?"."""
    checked = web(address)
    if checked is None:
        return None
    parts = _split(checked)
    path = _FOLDER.sub("", parts.path).rstrip("/").removesuffix(".git")
    if path.count("/") < 1 or len(path) < 2:
        return None
    return urlunsplit((parts.scheme.lower(), parts.netloc, path, "", ""))


def is_repository(address: str) -> bool:
    """Whether a home page is just the repository's page on a forge we know."""
    parts = _split(address)
    depth = len([part for part in parts.path.split("/") if part])
    return (parts.hostname or "").removeprefix("www.") in _FORGES and depth == 2


def same_place(one: str, other: str) -> bool:
    """Whether two addresses lead to one page, whatever their scheme, case and endings."""
    return _place(one) == _place(other)


def _split(address: str) -> SplitResult:
    """The parts of an address, empty ones where a login hides that it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _place(address: str) -> str:
    parts = _split(address.lower())
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    return f"{host}{parts.path.rstrip('/').removesuffix('.git')}"


def licence_of_link(written: str) -> str | None:
    """The SPDX id of the licence that a link certainly leads to."""
    address = written.strip()[:LONGEST].partition("#")[0]
    match = _LICENCE_LINK.fullmatch(address)
    if match is None or match.lastgroup is None:
        return None
    found = match[match.lastgroup].replace("/", "-")
    if match.lastgroup == "eupl":
        found = f"1.{found[-1]}"
    return normalise(_PREFIXES.get(match.lastgroup, "") + found)
