# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of manifests as they are written to values as the model wants them.

Each function takes a node and gives the value, or None where there is nothing certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from harvesters.readers import declared_urls as urls
from harvesters.readers.texts import one_line, without_contacts
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.model import Json

LONGEST_TEXT = 4_000
MOST_ITEMS = 100
MOST_KEYWORDS = 30
LONGEST_KEYWORD = 80
_LONGEST_LICENCE = 120
_VERSION = re.compile(r"[vV]?[0-9][\w.+~:-]{0,60}")
_NO_VERSION = re.compile(r"[vV]?0+(?:\.0+)*(?:[-+.](?!\d).*)?|.*(?:\$|\{|@|\*|snapshot-placeholder).*", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].{0,40})?")
_SPEC = re.compile(r"[\w.*<>=~^!|, ()-]{1,80}")
_SIGN_SPACE = re.compile(r"((?<![<>=~^!])[<>=~^!]{1,3})\s+")
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s?)?(10\.[0-9]{4,9}/[^\s\"<>]{1,200})", re.IGNORECASE)
_SWHID = re.compile(r"swh:1:(?:cnt|dir|rel|rev|snp):[0-9a-f]{40}(?:;[^\s]{0,300})?")
_SEPARATOR = re.compile(r"[,;\n]")

Value = Callable[[Node], Json]


def text(node: Node) -> str | None:
    """One line of text; a number is text as written, "yes" and "no" as switches are none."""
    if node.value is None or isinstance(node.value, (list, dict, bool)):
        return None
    return one_line(node.text[:LONGEST_TEXT]) or None


def items(node: Node) -> Sequence[Node]:
    """The items of a list; a single value stands for a list of one."""
    if isinstance(node.value, list):
        return node.value[:MOST_ITEMS]
    return [node]


def lines(node: Node) -> Iterator[Node]:
    """The items of a list, or the lines of a text, each with its own place."""
    if isinstance(node.value, str):
        for number, line in enumerate(node.text.split("\n")[:MOST_ITEMS]):
            if line.strip():
                yield Node(line.strip(), node.line + number, 1 if number else node.column, line.strip())
    else:
        yield from items(node)


def version(node: Node) -> str | None:
    """A version that somebody chose: not 0.0.0, no placeholder, no word."""
    written = text(node)
    return written if written and _VERSION.fullmatch(written) and not _NO_VERSION.fullmatch(written) else None


def day(node: Node) -> str | None:
    """A real date, as YYYY-MM-DD."""
    match = _DATE.fullmatch(text(node) or "")
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else None
    except ValueError:
        return None


def keywords(node: Node) -> list[str] | None:
    """A list, or a text with commas; one with nothing but spaces is one keyword."""
    written = [found for item in items(node) if (found := _keyword_text(item))]
    parts = written if isinstance(node.value, list) else [part for one in written for part in _SEPARATOR.split(one)]
    kept: dict[str, str] = {}
    for part in parts:
        found = without_contacts(one_line(part)).strip(" \"'")
        if 0 < len(found) <= LONGEST_KEYWORD:
            kept.setdefault(found.casefold(), found)
    return list(kept.values())[:MOST_KEYWORDS] or None


def _keyword_text(node: Node) -> str | None:
    return node.text[:LONGEST_TEXT] if isinstance(node.value, str) else text(node)


def web(node: Node) -> str | None:
    written = text(node)
    return urls.web(written) if written else None


def repository(node: Node) -> str | None:
    written = text(node)
    return urls.repository(written) if written else None


def runtime(name: str) -> Value:
    """ "node >=18" of ">= 18"; the bare name where any version will do."""

    def read(node: Node) -> list[str] | None:
        written = text(node)
        found = f"{name} {specification(written)}" if written else ""
        return [found.strip()] if written and _SPEC.fullmatch(written) else None

    return read


def specification(written: str) -> str:
    """A range of versions without spaces behind its signs."""
    return "" if written in ("*", "x", "any", "latest") else _SIGN_SPACE.sub(r"\1", written)


def identifier(written: str) -> str | None:
    """A DOI as a link, or a Software Heritage id as a link to its archive."""
    if match := _DOI.fullmatch(written):
        return f"https://doi.org/{match[1].rstrip('.,;')}"
    swhid = written.removeprefix("https://archive.softwareheritage.org/").rstrip("/")
    return f"https://archive.softwareheritage.org/{swhid}" if _SWHID.fullmatch(swhid) else None


def doi(node: Node) -> list[str] | None:
    found = identifier(text(node) or "")
    return [found] if found else None


def licence(node: Node) -> str | None:
    """One licence as written; a link to a known text, and an object that names one, as its SPDX id.

    None too for "SEE LICENSE IN ..." and for a whole text, which is no name.
    """
    if isinstance(node.value, dict):
        parts = [node.value[key] for key in _LICENCE_KEYS if key in node.value]
        found = [one for part in parts if not isinstance(part.value, dict) and (one := licence(part))]
        known = [one for one in found if normalise(one)]
        return next(iter(known or found), None)
    written = text(node)
    if written is None or len(written) > _LONGEST_LICENCE or written.lower().startswith("see licen"):
        return None
    return urls.licence_of_link(written) or written


_LICENCE_KEYS = ("type", "identifier", "spdx", "name", "text", "url", "@id", "@value")
"""Where an object that stands for a licence names it, best first."""
