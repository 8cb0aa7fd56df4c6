# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nodes of a publiccode.yml to values as the model wants them, None where there is nothing certain.

What is written wrongly is told by the check; here it is read as what it certainly means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from posixpath import normpath

from harvesters.publiccode import values
from harvesters.publiccode.values import has_plain_host as has_plain_host
from harvesters.readers.tags import language_tag
from harvesters.readers.texts import clean, cut, is_mail_like, one_line
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.vocabulary.logins import without_logins

MOST_ITEMS = 200
_PICTURES = frozenset({"svg", "svgz", "png", "jpg", "jpeg", "gif", "webp"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:")

Value = Callable[[Node], object]


def items(node: Node | None) -> list[Node]:
    """The items of a list; a single value stands for a list of one."""
    if node is None or node.value is None or isinstance(node.value, dict):
        return []
    return node.value[:MOST_ITEMS] if isinstance(node.value, list) else [node]


def mappings(node: Node | None) -> list[Node]:
    """The items of a list of sections; a single section stands for a list of one."""
    return [node] if node is not None and isinstance(node.value, dict) else items(node)


def _single(node: Node | None) -> Node | None:
    """The value itself, or the only item of a list."""
    return node.value[0] if node is not None and isinstance(node.value, list) and len(node.value) == 1 else node


def text(node: Node | None) -> str | None:
    """One line of text without logins; a number is text as written, a list of one text is that text."""
    line = values.line_of(_single(node))
    return without_logins(line) if line else None


def block(node: Node, longest: int) -> str | None:
    """Text of several lines."""
    if node.value is None or isinstance(node.value, (list, dict)):
        return None
    return without_logins(cut(clean(node.text[: longest + 1]).strip(), longest)) or None


def texts(node: Node) -> list[str] | None:
    return _each(node, without_logins)


def names(node: Node) -> list[str] | None:
    """A list of short names in lower case; also "web, linux" in one text, or one a line."""
    if isinstance(node.value, str) and node.style in ("|", ">"):
        lines = [one_line(line) for line in node.text[: 2 * values.LONGEST_LINE].split("\n")]
    else:
        lines = texts(node) or []
    parts = [without_logins(part).strip(" -").lower() for line in lines for part in line.split(",")][:MOST_ITEMS]
    return list(dict.fromkeys(part for part in parts if part)) or None


def url(node: Node) -> str | None:
    return _meant(node, _page)


def urls(node: Node) -> list[str] | None:
    return _each(node, _page)


def day(node: Node) -> str | None:
    return _meant(node, values.day)


def one_of(allowed: Collection[str], legacy: Mapping[str, str]) -> Value:
    """One word of a fixed list."""
    return lambda node: _meant(node, lambda line: values.one_of(line, allowed, legacy))


def terms(allowed: Callable[[], Collection[str]]) -> Value:
    """Several words of a vocabulary."""
    return lambda node: _each(node, lambda line: values.term(line, allowed()))


def countries(node: Node) -> list[str] | None:
    return _each(node, values.country)


def languages(node: Node) -> list[str] | None:
    return _each(node, tag)


def tag(written: str) -> str | None:
    """The BCP 47 tag that this certainly means."""
    found = language_tag(written)
    return found[0] if found else None


def picture(node: Node) -> str | None:
    """The path of a file in the repository, from its root, or a web address."""
    return _meant(node, _path_or_address)


def pictures(node: Node) -> list[str] | None:
    return _each(node, _path_or_address)


def _path_or_address(line: str) -> str | None:
    if _SCHEME.match(line):
        return _page(line)
    path = normpath(line.lstrip("/"))
    shown = path.rpartition(".")[2].lower() in _PICTURES
    return None if path.startswith("..") or not shown else path


def _page(line: str) -> str | None:
    return None if is_mail_like(line) else values.web_address(line)


def licence(node: Node) -> str | None:
    """An expression as written; of a list nobody says what it means, so that each licence is taken to be binding."""
    if not isinstance(node.value, list) or len(node.value) == 1:
        return text(node)
    found = texts(node) or []
    return " AND ".join(f"({one})" if " " in one else one for one in found) or None


def displaced_licence(node: Node) -> str | None:
    """A licence where no licence belongs: only what certainly is one."""
    found = licence(node)
    return found if found and normalise(found) else None


def _meant(node: Node, read: Callable[[str], str | None]) -> str | None:
    line = values.line_of(_single(node))
    return read(line) if line else None


def _each(node: Node, read: Callable[[str], str | None]) -> list[str] | None:
    found = (_meant(item, read) for item in items(node))
    return list(dict.fromkeys(one for one in found if one)) or None
