# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How single values become text on a page: dates, numbers, marked words, links to the outside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import nh3
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask
from markupsafe import Markup, escape

from registry.catalogue.quoting import shortened
from registry.web import language
from registry.web.security import is_loopback

_MARK_START, _MARK_END = "\ue000", "\ue001"
_TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("strong", "em", "b", "i", "code", "a", "del", "sub", "sup", "kbd", "table", "thead", "tbody", "tr", "th", "td"),
}
_REBUILT = re.compile(r"http://127\.0\.0\.1:[0-9]+/([^\s/]+/[^\s/]+)/?")
"""The address of a repository of the demonstration: its server listens on loopback at a port chosen at first start."""
_FOREIGN_LINK = "nofollow ugc noopener noreferrer"


@cache
def berlin() -> tzinfo:
    """Pages show German time; UTC where the machine has no time zone data."""
    try:
        return ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        return UTC


def day(at: datetime | None) -> Markup | str:
    """A date with its machine-readable form; "keine Angabe" for None."""
    if at is None:
        return language.gettext("not stated")
    local = at.astimezone(berlin())
    text = format_date(local.date(), "long", locale=language.locale())
    return Markup('<time datetime="{}">{}</time>').format(local.date().isoformat(), text)


def moment(at: datetime | None) -> Markup | str:
    """A date with the time of day."""
    if at is None:
        return language.gettext("not stated")
    local = at.astimezone(berlin())
    pattern = "dd.MM.yyyy, HH:mm" if language.current() == "de" else "d MMMM yyyy, HH:mm"
    text = format_datetime(local, pattern, locale=language.locale())
    return Markup('<time datetime="{}">{}</time>').format(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), text)


def lasted(span: timedelta) -> str:
    """How long something took, to two units: "2 hours and 5 minutes", "40 seconds"."""
    seconds = max(1, round(span.total_seconds()))
    units = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)]
    parts = []
    for unit, size in units:
        if seconds >= size:
            parts.append(format_unit(seconds // size, f"duration-{unit}", locale=language.locale()))
            seconds %= size
        elif parts:
            break
    return str(format_list(parts[:2], "unit", locale=language.locale()))


def size(count: int) -> str:
    """Bytes in the unit that people read: "3.4 MB"."""
    exponent = min(4, max(0, (len(str(count)) - 1) // 3))
    unit = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")[exponent]
    amount = round(count / 1000**exponent, 1 if exponent else 0)
    return str(format_unit(amount, f"digital-{unit}", "short", locale=language.locale()))


def number(value: float) -> str:
    return str(format_decimal(value, locale=language.locale()))


def marked(text: str) -> Markup:
    """A highlight of the index: escaped, the found words (between U+E000 and U+E001) in <mark>."""
    safe = str(escape(text)).replace(_MARK_START, "<mark>").replace(_MARK_END, "</mark>")
    if safe.count("<mark>") != safe.count("</mark>"):
        safe = safe.replace("<mark>", "").replace("</mark>", "")
    return Markup(safe)  # noqa: S704 - escaped above


def foreign_html(html: str) -> Markup:
    """Sanitised HTML of a repository once more through the sieve, its headings below those of the page.

    The reader sanitised it at harvest; this is the second lock, and it keeps out what pages never show (images).
    """
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=lambda _, name, value: safe_url(value) if name == "href" else value,
        url_schemes={"https", "http"},
        link_rel=_FOREIGN_LINK,
    )
    safe = re.sub(r"<a rel=\"[^\"]*\">", "<a>", safe)
    levels = [int(level) for level in re.findall(r"<h([1-6])", safe)]
    shift = max(0, 3 - min(levels)) if levels else 0
    safe = re.sub(r"<(/?)h([1-6])", lambda tag: f"<{tag[1]}h{min(6, int(tag[2]) + shift)}", safe)
    return Markup(safe)  # noqa: S704 - nh3 made it


def bare(url: str, demo: bool = False) -> str:
    """An address as people read it: without the usual scheme; of a rebuilt repository only owner and name."""
    rebuilt = _REBUILT.fullmatch(url) if demo else None
    return rebuilt[1] if rebuilt else url.removeprefix("https://").rstrip("/")


def bare_params(params: Mapping[str, str], demo: bool) -> Mapping[str, str]:
    """The params of a sentence; addresses of rebuilt repositories shrink to owner and name."""
    if not demo:
        return params
    return {name: _REBUILT.sub(lambda found: found[1], text) for name, text in params.items()}


def capital(text: str) -> str:
    """A word at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def safe_url(url: object) -> str | None:
    """The URL where it may stand in a link: http(s), no credentials, and a host name or a public IP address."""
    if not isinstance(url, str) or re.search(r"[\s\x00-\x1f\x7f\"<>\\]", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    allowed = parts.scheme in ("http", "https") and parts.username is None and _is_public(host)
    return url if allowed else None


def _is_public(host: str) -> bool:
    """Whether a link may lead to this host. Nothing is resolved: a name counts as public, unless it says otherwise.

    Browsers read a host as an IPv4 address when its last label is a number ("127.1", "0x7f.1"), after mapping
    full-width letters and decoding percent signs (WHATWG URL, host parsing).
    """
    name = unicodedata.normalize("NFKC", host).removesuffix(".").lower()
    try:
        address = ip_address(name)
    except ValueError:
        last = name.rpartition(".")[2]
        numeric = re.fullmatch(r"[0-9]*|0x[0-9a-f]*", last) is not None
        plain = re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name) is not None
        return plain and not numeric and not is_loopback(name)
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast


def source_url(repository: str, commit: str | None, path: str | None, line: int | None = None) -> str | None:
    """Where a forge shows this very line at this very commit; None where its address scheme is not known."""
    base = safe_url(repository)
    if base is None or commit is None or path is None:
        return base
    host = urlsplit(base).hostname or ""
    spot = f"{commit}/{quote(path)}{f'#L{line}' if line else ''}"
    if host == "github.com":
        return f"{base}/blob/{spot}"
    if "gitlab" in host or host.endswith("opencode.de"):
        return f"{base}/-/blob/{spot}"
    return base


def issues_url(repository: str) -> str | None:
    """Where a forge takes questions on a repository; None where its address scheme is not known."""
    base = safe_url(repository)
    host = (urlsplit(base).hostname or "") if base else ""
    if host == "github.com":
        return f"{base}/issues"
    return f"{base}/-/issues" if "gitlab" in host or host.endswith("opencode.de") else None


def language_name(tag: str) -> str:
    """ "Deutsch" for "de" in the page's language; the tag itself where it is not known."""
    try:
        return str(Locale.parse(tag.replace("_", "-"), sep="-").get_display_name(language.locale()) or tag)
    except (ValueError, TypeError, LookupError, UnknownLocaleError):
        return tag


def country_name(code: str) -> str:
    return str(Locale.parse(language.locale()).territories.get(code.upper(), code))


def digest(path: Path) -> str:
    """Of a file's present content. Raises OSError where there is none."""
    return _digest(path, path.stat().st_mtime_ns)


@cache
def _digest(path: Path, _changed_at: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:10]


_SHOWN = (
    *(day, moment, lasted, number, size, marked, shortened, foreign_html, bare, capital),
    *(language_name, country_name),
)


def install(app: Flask) -> None:
    static = Path(app.static_folder or "")

    def asset(name: str) -> str:
        """A file of ours, always below the root and with its digest, so that browsers may keep it for a year."""
        return f"{language.root()}/static/{name}?v={digest(static / name)}"

    for function in _SHOWN:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(asset=asset, safe_url=safe_url, source_url=source_url)
