# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of publiccode.yml as they are written to values as the model wants them.

Each function takes a node, tells what is wrong with it, and gives the value or None where there is nothing certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from urllib.parse import urlsplit

from harvesters.readers.collect import Collector
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import clean, cut, one_line, without_logins
from harvesters.readers.yamlsafe import Node

LONGEST_LINE = 2_000
MOST_ITEMS = 200
MOST_FEATURES = 50
LONGEST_FEATURE = 500
_URL = re.compile(r"https?://[^\s<>\"\\^`{|}]{1,2000}", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].{0,40})?")
_COUNTRY = re.compile(r"[A-Za-z]{2}")

Value = Callable[[Node, str, Collector], object]


def text(node: Node, key: str, collector: Collector) -> str | None:
    """One line of text; a number is text as written."""
    if node.value is None:
        return None
    if isinstance(node.value, (list, dict)):
        _wrong_type(node, key, collector, "text")
        return None
    line = one_line(node.text[: 2 * LONGEST_LINE])
    return cut(line, LONGEST_LINE) or None


def block(node: Node, key: str, collector: Collector, longest: int) -> str | None:
    """Text of several lines."""
    if node.value is None:
        return None
    if isinstance(node.value, (list, dict)):
        _wrong_type(node, key, collector, "text")
        return None
    return cut(clean(node.text[: longest + 1]).strip(), longest) or None


def texts(node: Node, key: str, collector: Collector) -> list[str] | None:
    """A list of lines; a single text stands for a list of one."""
    found = [line for item, path in _items(node, key, collector) if (line := text(item, path, collector))]
    return list(dict.fromkeys(found)) or None


def name(node: Node, key: str, collector: Collector) -> str | None:
    """One line that names something."""
    written = text(node, key, collector)
    return collector.short_name(written, node.line, node.column, key) if written else None


def features(node: Node, key: str, collector: Collector) -> list[str] | None:
    """A short list of short lines."""
    found = texts(node, key, collector) or []
    kept = list(dict.fromkeys(cut(line, LONGEST_FEATURE) for line in found[:MOST_FEATURES]))
    count = len(node.value) if isinstance(node.value, list) else len(found)
    if kept != found or count > MOST_ITEMS:
        collector.problem(
            "publiccode-features-cut", node.line, node.column, key,
            count=str(count), most=str(MOST_FEATURES), longest=str(LONGEST_FEATURE),
        )  # fmt: skip
    return kept or None


def names(node: Node, key: str, collector: Collector) -> list[str] | None:
    """A list of short names in lower case; also "web, linux" in one text."""
    lines = texts(node, key, collector) or []
    parts = [part.strip().lower() for line in lines for part in line.split(",")]
    return list(dict.fromkeys(part for part in parts if part)) or None


def url(node: Node, key: str, collector: Collector) -> str | None:
    """An absolute http(s) URL, a login in it taken out; nothing else ever becomes a link."""
    written = text(node, key, collector)
    if written is None:
        return None
    address = without_logins(written)
    if address != written:
        collector.problem("address-with-login", node.line, node.column, key)
    if has_plain_host(address):
        return address
    collector.problem("publiccode-url", node.line, node.column, key, name=key, value=_without_secret(address))
    return None


def _without_secret(address: str) -> str:
    """An address so odd that nobody can tell its parts, without what may be a login."""
    before, at, after = address.rpartition("@")
    return f"…@{after}" if at and ":" in before else address


def has_plain_host(written: str) -> bool:
    """Whether this is an absolute http(s) URL with a host and without a login."""
    if not _URL.fullmatch(written):
        return False
    try:
        parts = urlsplit(written)
        return bool(parts.hostname) and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def urls(node: Node, key: str, collector: Collector) -> list[str] | None:
    found = [line for item, path in _items(node, key, collector) if (line := url(item, path, collector))]
    return list(dict.fromkeys(found)) or None


def day(node: Node, key: str, collector: Collector) -> str | None:
    """A real date as YYYY-MM-DD; a time after it and missing zeros are mended."""
    written = text(node, key, collector)
    if written is None:
        return None
    match = _DATE.fullmatch(written)
    try:
        found = date(*(int(part) for part in match.groups())).isoformat() if match else None
    except ValueError:
        found = None
    if found != written:
        collector.problem("publiccode-date", node.line, node.column, key, name=key, value=written)
    return found


def one_of(allowed: Collection[str], legacy: dict[str, str] | None = None) -> Value:
    """One word of a fixed list; other case and old spellings are mended."""

    def read(node: Node, key: str, collector: Collector) -> str | None:
        written = text(node, key, collector)
        if written is None:
            return None
        folded = {term.lower(): term for term in allowed}
        found = (legacy or {}).get(written.lower()) or folded.get(written.lower())
        if found != written:
            collector.problem(
                "publiccode-value-unknown", node.line, node.column, key,
                name=key, value=written, allowed=", ".join(sorted(allowed)),
            )  # fmt: skip
        return found

    return read


def terms(allowed: Callable[[], Collection[str]], rule: str) -> Value:
    """Several words of a vocabulary; those it does not know are problems, not values."""

    def read(node: Node, key: str, collector: Collector) -> list[str] | None:
        found: list[str] = []
        for item, path in _items(node, key, collector):
            written = text(item, path, collector)
            if written is None:
                continue
            term = "-".join(re.split(r"[\s_-]+", written.lower()))
            if term in allowed():
                found.append(term)
            if term not in allowed() or term != written:
                collector.problem(rule, item.line, item.column, path, value=written)
        return list(dict.fromkeys(found)) or None

    return read


def countries(node: Node, key: str, collector: Collector) -> list[str] | None:
    found: list[str] = []
    for item, path in _items(node, key, collector):
        written = text(item, path, collector)
        if written and _COUNTRY.fullmatch(written):
            found.append(written.upper())
        elif written:
            collector.problem("publiccode-country", item.line, item.column, path, value=written)
    return list(dict.fromkeys(found)) or None


def languages(node: Node, key: str, collector: Collector) -> list[str] | None:
    found: list[str] = []
    for item, path in _items(node, key, collector):
        written = text(item, path, collector)
        if written and (tag := tag_of(written, item, path, collector)):
            found.append(tag)
    return list(dict.fromkeys(found)) or None


def tag_of(written: str, node: Node, key: str, collector: Collector) -> str | None:
    """A BCP 47 tag; what is not written as one is told, and mended where it is certain."""
    read = language_tag(written)
    if read is None or not read[1]:
        collector.problem("publiccode-language", node.line, node.column, key, value=written)
    return read[0] if read else None


def _items(node: Node, key: str, collector: Collector) -> list[tuple[Node, str]]:
    if isinstance(node.value, list):
        return [(item, f"{key}[{number}]") for number, item in enumerate(node.value[:MOST_ITEMS])]
    if isinstance(node.value, dict):
        _wrong_type(node, key, collector, "- list")
    return [] if node.value is None or isinstance(node.value, dict) else [(node, key)]


def _wrong_type(node: Node, key: str, collector: Collector, expected: str) -> None:
    collector.problem("publiccode-wrong-type", node.line, node.column, key, name=key, expected=expected)
