# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Second and third tries at YAML files as they are in the wild: TAB characters, merge markers, one broken section.

Line numbers stay those of the file: whatever is taken out leaves an empty line behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from harvesters.readers.yamlsafe import Node, Unreadable, YamlFault, parse

_LEADING_TAB = re.compile(r"^[ ]{0,40}\t", re.MULTILINE)
_MERGE = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:[ \t].*)?$", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^[^\s#\-]", re.MULTILINE)
_TAB_WIDTHS = (2, 4, 8)
_MOST_SECTIONS = 3
_LONGEST_STRICT = 100_000


@dataclass(slots=True)
class YamlFile:
    """What could be read: ``root`` is None where nothing could."""

    root: Node | None = None
    faults: list[YamlFault] = field(default_factory=list)


def load(text: str) -> YamlFile:
    """Read YAML, mending what is certain and saying so; never raises for bad content."""
    loaded = YamlFile()
    if _MERGE.search(text):
        text = _without_merge(text, loaded.faults)
    try:
        _parse_into(loaded, text)
        _tell_tab(loaded, text)
    except Unreadable as error:
        if not (error.retry and (_with_spaces(loaded, text) or _without_sections(loaded, text, error.fault))):
            loaded.faults.append(error.fault)
    return loaded


def _parse_into(loaded: YamlFile, text: str) -> None:
    root, faults = parse(text)
    loaded.root = root
    loaded.faults.extend(faults)


def _tell_tab(loaded: YamlFile, text: str) -> None:
    """libyaml lets TAB indentation pass that other parsers refuse: the strict scanner says where it is."""
    if "\t" not in text or len(text) > _LONGEST_STRICT:
        return
    try:
        for _ in yaml.scan(text, Loader=yaml.BaseLoader):
            pass
    except yaml.MarkedYAMLError as error:
        if error.problem_mark and "\\t" in (error.problem or ""):
            loaded.faults.append(YamlFault("tab", error.problem_mark.line + 1))
    except yaml.YAMLError:
        return


def _without_merge(text: str, faults: list[YamlFault]) -> str:
    """Our side of an unresolved merge: what stood in this branch before."""
    kept: list[str] = []
    theirs = False
    for number, line in enumerate(text.split("\n"), 1):
        marker = line[:7] if _MERGE.fullmatch(line) else ""
        if marker == "<<<<<<<" or (marker and not faults):
            faults.append(YamlFault("merge-markers", number))
        if marker:
            theirs = marker[0] in "=|"
        kept.append("" if marker or theirs else line)
    return "\n".join(kept)


def _with_spaces(loaded: YamlFile, text: str) -> bool:
    if "\t" not in text:
        return False
    first = _LEADING_TAB.search(text)
    position = first.start() if first else text.index("\t")
    for width in _TAB_WIDTHS:
        try:
            _parse_into(loaded, text.expandtabs(width) if first else text.replace("\t", " " * width))
        except Unreadable:
            continue
        loaded.faults.insert(0, YamlFault("tab", text.count("\n", 0, position) + 1))
        return True
    return False


def _without_sections(loaded: YamlFile, text: str, fault: YamlFault) -> bool:
    """Leave out the top-level section the parser stumbles over, so that the others are not lost with it."""
    lines = text.expandtabs(2).split("\n")
    told, at = [fault], fault
    for _ in range(_MOST_SECTIONS):
        start, end = _section(lines, at.line)
        name = lines[start].partition(":")[0]
        told.append(YamlFault("section-skipped", start + 1, 1, {"section": name, "last": str(end)}))
        lines[start:end] = [""] * (end - start)
        try:
            root, faults = parse("\n".join(lines))
        except Unreadable as error:
            if not error.retry:
                return False
            at = error.fault
            continue
        if not isinstance(root.value, dict):
            return False
        loaded.root = root
        loaded.faults += [*told, *faults]
        return True
    return False


def _section(lines: list[str], line: int) -> tuple[int, int]:
    """First and one past the last index of the top-level section that has line number ``line``."""
    at = max(0, min(line, len(lines)) - 1)
    start = next((n for n in range(at, -1, -1) if _TOP_LEVEL.match(lines[n])), 0)
    end = next((n for n in range(at + 1, len(lines)) if _TOP_LEVEL.match(lines[n])), len(lines))
    return start, end
