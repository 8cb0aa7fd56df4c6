# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Second and third tries at YAML files as they are in the wild: TAB characters, merge markers, broken sections.

Lines and columns stay those of the file: whatever is taken out leaves an empty line behind, and places in lines whose
TABs were replaced are counted back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import yaml

from harvesters.readers.yamlsafe import Node, Unreadable, YamlFault, parse
from harvesters.readers.yamlsalvage import salvage

_LEADING_TAB = re.compile(r"[ ]{0,80}\t[ \t]*")
_MERGE = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:[ \t].*)?$", re.MULTILINE)
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_CONFLICTS = (["<", "=", ">"], ["<", "|", "=", ">"])
"""The markers of a conflict in their order, without and with the common ancestor."""
_TAB_WIDTHS = (2, 4, 8)
_MOST_TABS = 20
_LONGEST_STRICT = 100_000

_Widths = Mapping[int, tuple[int, int]]
"""By line number: how many characters its indentation has now, and had in the file."""


@dataclass(slots=True)
class YamlFile:
    """What could be read: ``root`` is None where nothing could."""

    root: Node | None = None
    faults: list[YamlFault] = field(default_factory=list)


def load(text: str) -> YamlFile:
    """Read YAML, mending what is certain and saying so; never raises for bad content."""
    loaded = YamlFile()
    text = _REFUSED.sub(_tame, text)
    if _MERGE.search(text):
        text = _without_merge(text, loaded.faults)
    try:
        _parse_into(loaded, text)
        if (tab := strict_tab(text)) is not None:
            loaded.faults.append(tab)
    except Unreadable as error:
        if not (error.retry and (_with_spaces(loaded, text) or _in_parts(loaded, text))):
            loaded.faults.append(error.fault)
    return loaded


def _parse_into(loaded: YamlFile, text: str) -> None:
    root, faults = parse(text)
    loaded.root = root
    loaded.faults.extend(faults)


def _tame(match: re.Match[str]) -> str:
    """A character of the same length that libyaml neither refuses nor takes for a line end."""
    return "\u200b" if unicodedata.category(match[0])[0] == "C" else " "


def strict_tab(text: str) -> YamlFault | None:
    """The first TAB that libyaml lets pass and other parsers refuse, by the strict scanner.

    One that indents is forbidden (YAML 1.2.2, chapter 6.1), one between a key and its value is not (chapter 6.2).
    """
    if "\t" not in text or len(text) > _LONGEST_STRICT:
        return None
    try:
        for _ in yaml.scan(text, Loader=yaml.BaseLoader):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if mark and "\\t" in (error.problem or ""):
            before = text.split("\n")[mark.line][: mark.column]
            return YamlFault("tab-between" if before.strip(" \t-") else "tab", mark.line + 1, mark.column + 1)
    except yaml.YAMLError:
        return None
    return None


def _without_merge(text: str, faults: list[YamlFault]) -> str:
    """Our side of each unresolved merge: what stood in this branch before. A marker without its like is taken out."""
    lines = text.split("\n")
    markers = [(number, line[0]) for number, line in enumerate(lines) if _MERGE.fullmatch(line)]
    at = 0
    while at < len(markers):
        first, kind = markers[at]
        faults.append(YamlFault("merge-markers", first + 1))
        parts = [kind for _, kind in markers[at : at + 4]]
        if kind == "<" and (count := next((len(one) for one in _CONFLICTS if parts[: len(one)] == one), 0)):
            (theirs, _), (last, _) = markers[at + 1], markers[at + count - 1]
            lines[first] = ""
            lines[theirs : last + 1] = [""] * (last + 1 - theirs)
            at += count
        else:
            lines[first] = ""
            at += 1
    return "\n".join(lines)


def _with_spaces(loaded: YamlFile, text: str) -> bool:
    if "\t" not in text:
        return False
    for width in _TAB_WIDTHS if len(text) <= _LONGEST_STRICT else _TAB_WIDTHS[:1]:
        spaced, widths = _spaced(text, width)
        try:
            root, faults = parse(spaced)
        except Unreadable as error:
            if error.retry:
                continue
            loaded.faults.append(error.fault)
            return True
        loaded.root = _moved(root, widths)
        loaded.faults += [*_tabs(text, widths), *_moved_faults(faults, widths)]
        return True
    return False


def _in_parts(loaded: YamlFile, text: str) -> bool:
    spaced, widths = _spaced(text, _TAB_WIDTHS[0]) if "\t" in text else (text, {})
    found = salvage(spaced)
    if found is None:
        return False
    root, faults = found
    loaded.root = _moved(root, widths) if widths else root
    loaded.faults += [*(_tabs(text, widths) if widths else ()), *_moved_faults(faults, widths)]
    return True


def _spaced(text: str, width: int) -> tuple[str, _Widths]:
    """The text with its TABs as spaces: ``width`` for each that indents, one for any other."""
    lines = text.split("\n")
    widths: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(lines, 1):
        if match := _LEADING_TAB.match(line):
            indent = match[0].expandtabs(width)
            widths[number] = (len(indent), len(match[0]))
            line = indent + line[match.end() :]
        lines[number - 1] = line.replace("\t", " ")
    return "\n".join(lines), widths


def _tabs(text: str, widths: _Widths) -> list[YamlFault]:
    """The first line of each run of lines that TABs indent."""
    lines = text.split("\n")
    led = [number for number in sorted(widths) if lines[number - 1].strip()]
    starts = [number for number in led if number - 1 not in widths][:_MOST_TABS]
    if starts:
        return [YamlFault("tab", number, lines[number - 1].index("\t") + 1) for number in starts]
    place = text.index("\t")
    return [YamlFault("tab", text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))]


def _back(line: int, column: int, widths: _Widths) -> int:
    now, before = widths.get(line, (0, 0))
    return column - now + before if column > now else min(column, before + 1)


def _moved_faults(faults: list[YamlFault], widths: _Widths) -> list[YamlFault]:
    return [replace(fault, column=_back(fault.line, fault.column, widths)) for fault in faults] if widths else faults


def _moved(node: Node, widths: _Widths) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {name: _moved(part, widths) for name, part in value.items()}
    elif isinstance(value, list):
        value = [_moved(part, widths) for part in value]
    return replace(
        node,
        value=value,
        column=_back(node.line, node.column, widths),
        key_column=_back(node.key_line, node.key_column, widths) if node.key_line else 0,
        end_column=_back(node.end_line, node.end_column, widths),
    )
