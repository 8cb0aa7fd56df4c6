# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Characters that libyaml refuses where goccy/go-yaml 1.19 takes them for plain text.

Source of the rules: ``scanFlowMapEnd``, ``scanMapKey``, ``scanDirective`` and ``scanRawFoldedChar`` of its scanner.
"""

from __future__ import annotations

import re

import yaml

FOLDED_DASH = re.compile(r"\n[ ]+- ")
"""A list's line inside of a plain scalar."""


def taken_as_text(text: str, error: yaml.YAMLError) -> int | None:
    """Where the character stands that makes libyaml give up but is text for goccy; None where both refuse."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or mark.index >= len(text):
        return None
    index: int = mark.index
    line = text[text.rfind("\n", 0, index) + 1 : index]
    sign = text[index]
    if sign == "}" and "{" not in line:
        return index
    if sign == "%" and line.startswith(" "):
        return index
    if sign == ":" and _in_folded_list(text, index):
        return index
    return _lone_question(text, index)


def _lone_question(text: str, index: int) -> int | None:
    """A question mark at the end of a line, which is a key's only for libyaml; it complains there or right behind."""
    start = text.rfind("\n", 0, index) + 1
    for place in (index, index - 1):
        if start <= place < len(text) and text[place] == "?" and text[place + 1 : place + 2] in ("", "\n", "\r"):
            return place
    return None


def _in_folded_list(text: str, index: int) -> bool:
    """Whether the colon is in a list written under a value on the key's line: goccy reads all of that as one text."""
    start = last_word(text, index)
    return start is not None and FOLDED_DASH.search(text, start, index) is not None


def last_word(text: str, before: int) -> int | None:
    """Where the last scalar in front of a place began; None if there is none."""
    start: int | None = None
    try:
        for token in yaml.scan(text, Loader=yaml.CBaseLoader):
            if token.start_mark.index >= before:
                break
            if isinstance(token, yaml.ScalarToken):
                start = token.start_mark.index
    except yaml.YAMLError:
        return start
    return start
