# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The canonical URL of a repository or organisation, whatever spelling a person, a file or a forge gave."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, quote, unquote, urlsplit

from harvesters.guard import PORTS, redacted
from registry.errors import InvalidInput
from registry.model import ForgeKind

_ADDRESS = "input-no-address"
_SCP_LIKE = re.compile(r"(?:[A-Za-z0-9._-]+@)(?P<host>[A-Za-z0-9.-]+):(?!//)(?P<path>[^\s]+)")
_BARE = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?/\S+")
_OTHER_SCHEMES = frozenset({"ssh", "git", "git+ssh"})
_SAME_HOST = {"www.github.com": "github.com", "www.gitlab.com": "gitlab.com"}
KNOWN_HOSTS: Mapping[str, ForgeKind] = {
    "github.com": ForgeKind.GITHUB,
    "gitlab.com": ForgeKind.GITLAB,
    "gitlab.opencode.de": ForgeKind.GITLAB,
    "code.europa.eu": ForgeKind.GITLAB,
    "framagit.org": ForgeKind.GITLAB,
    "salsa.debian.org": ForgeKind.GITLAB,
    "codeberg.org": ForgeKind.FORGEJO,
    "gitea.com": ForgeKind.GITEA,
    "bitbucket.org": ForgeKind.BITBUCKET,
}
_HOSTS_CALLED: Mapping[str, ForgeKind] = {
    "gitlab.": ForgeKind.GITLAB,
    "gitea.": ForgeKind.GITEA,
    "forgejo.": ForgeKind.FORGEJO,
}
_TWO_DEEP = frozenset({ForgeKind.GITHUB, ForgeKind.GITEA, ForgeKind.FORGEJO, ForgeKind.BITBUCKET})
"""Forges that know an owner and a name, nothing deeper: what follows is a page of the repository."""
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")
_GITEA_SOURCES = frozenset({"branch", "commit", "tag"})


def canonical_url(url: str) -> str:
    """One spelling for one repository (docs: decisions, Identity).

    https, lower-case host, no default port, no ``.git``, no trailing slash, no query, no page of the forge behind the
    repository; the case of the path stays as given. ``git@host:path`` and ``ssh://`` become https. Plain http stays
    for loopback and for an explicitly given port: the guard lets it pass only where an operator opened that port.
    Raises InvalidInput for anything that is no such URL.
    """
    parts = _parts(url.strip(), url)
    host = (parts.hostname or "").rstrip(".")
    host = _SAME_HOST.get(host, host)
    segments = _repository_path(host, _segments(parts, url))
    scheme, port = _scheme_and_port(parts, host, url)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != PORTS[scheme]:
        netloc += f":{port}"
    path = "/".join(quote(segment, safe="-._~!$&'()*+,;=:@") for segment in segments)
    return f"{scheme}://{netloc}/{path}" if path else f"{scheme}://{netloc}"


def forge_for(url: str, kind: ForgeKind | None) -> ForgeKind:
    """The kind of forge behind a canonical URL; ``kind`` wins where a person named it."""
    if kind is not None:
        return kind
    host = urlsplit(url).hostname or ""
    called = (known for start, known in _HOSTS_CALLED.items() if host.startswith(start))
    return KNOWN_HOSTS.get(host) or next(called, ForgeKind.GIT)


def path_segments(url: str) -> tuple[str, ...]:
    """The path of a canonical URL, decoded."""
    return tuple(unquote(segment) for segment in urlsplit(url).path.split("/") if segment)


def same_host(url: str, other: str) -> bool:
    """Whether two URLs are served by the same host and port, whatever the scheme."""
    try:
        one, two = urlsplit(url), urlsplit(other)
        return one.hostname == two.hostname and _port_of(one) == _port_of(two)
    except ValueError:
        return False


def _port_of(parts: SplitResult) -> int | None:
    return parts.port or PORTS.get(parts.scheme)


def _parts(text: str, url: str) -> SplitResult:
    scp = _SCP_LIKE.fullmatch(text)
    if scp:
        text = f"https://{scp['host']}/{scp['path'].lstrip('/')}"
    elif _BARE.fullmatch(text):
        text = f"https://{text}"
    text = text.removeprefix("git+") if text.startswith("git+http") else text
    if not text or _UNFIT.search(text):
        raise InvalidInput(redacted(url), "\N{REPLACEMENT CHARACTER}", rule=_ADDRESS)
    try:
        parts = urlsplit(text)
        host, user, password = parts.hostname, parts.username, parts.password
    except ValueError:
        raise InvalidInput(redacted(url), "URL", rule=_ADDRESS) from None
    if parts.scheme not in PORTS and parts.scheme not in _OTHER_SCHEMES:
        raise InvalidInput(redacted(url), parts.scheme or "://", rule=_ADDRESS)
    # In ssh://git@host the user is part of the protocol, not a secret.
    if password is not None or (user is not None and parts.scheme in PORTS):
        raise InvalidInput(redacted(url), "@", rule="input-login")
    if not host:
        raise InvalidInput(redacted(url), "https://", rule=_ADDRESS)
    return parts


def _scheme_and_port(parts: SplitResult, host: str, url: str) -> tuple[str, int | None]:
    try:
        port = parts.port
    except ValueError:
        raise InvalidInput(redacted(url), "1-65535", rule=_ADDRESS) from None
    if parts.scheme in _OTHER_SCHEMES:
        return "https", None
    if parts.scheme == "http" and not _is_loopback(host) and port in (None, 80):
        return "https", None
    return parts.scheme, port


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _segments(parts: SplitResult, url: str) -> list[str]:
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if any(segment in (".", "..") or "/" in segment or _UNFIT.search(segment) for segment in segments):
        raise InvalidInput(redacted(url), redacted(parts.path), rule=_ADDRESS)
    return segments


def _repository_path(host: str, segments: list[str]) -> list[str]:
    """The segments that name the repository or organisation, without the page of it that a person was looking at."""
    known = KNOWN_HOSTS.get(host)
    if known is ForgeKind.GITHUB and segments[:1] in (["orgs"], ["users"]) and len(segments) > 1:
        segments = segments[1:2]
    elif known is ForgeKind.BITBUCKET and segments[1:2] == ["workspace"]:
        segments = segments[:1]
    elif known in _TWO_DEEP:
        segments = segments[:2]
    elif segments[:1] == ["groups"] and len(segments) > 1 and known is ForgeKind.GITLAB:
        segments = segments[1:]
    cut = next((index for index in range(1, len(segments)) if _is_page(segments, index)), len(segments))
    segments = segments[:cut]
    if segments:
        segments[-1] = segments[-1].removesuffix(".git") or segments[-1]
    return segments


def _is_page(segments: list[str], index: int) -> bool:
    name, rest = segments[index], segments[index + 1 :]
    if name == "-":
        return True
    if name == "info" and rest == ["refs"]:
        return True
    if index < 2 or not rest:
        return False
    return name in ("tree", "blob", "raw", "commits") or (name == "src" and rest[0] in _GITEA_SOURCES)
