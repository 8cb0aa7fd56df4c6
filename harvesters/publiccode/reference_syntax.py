# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that do not parse: the line the reference parser's YAML library names, from what libyaml says about them.

The two libraries refuse nearly the same files but do not blame the same token: goccy/go-yaml blames where a text began
that turned out to be a key, where a quote was opened, the word that is no key. It also reads all tokens before it
looks at their order, so a token that cannot be comes first however far behind it stands.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

import yaml

from harvesters.publiccode.reference_leniency import last_word
from harvesters.publiccode.reference_tree import Broken, Kind, RNode, Tree, pairs_of

_MARKER = re.compile(r"^>[^\s+\-0-9|>#]|^>>", re.MULTILINE)
_NO_COLON = "could not find expected ':'"
_NO_QUOTE = "found unexpected end of stream"
_NO_BRACKET = ("did not find expected ',' or", "did not find expected node content")
_REST = re.compile(r"\s*(?:#[^\n]*\s*)*\Z")
_DOCUMENT_END = re.compile(r"^\.\.\.\s", re.MULTILINE)
_LAST_KEY = re.compile(r" *(?:-[ ]+)*")
_SECOND_DOCUMENT = "did not find expected <document start>"
_SEVERAL = "multiple YAML documents in one file are not supported"
_MAPPING_VALUE = "mapping values are not allowed"
_SAYS = {
    "found character that cannot start any token": "found character '\t' that cannot start any token",
    "could not find expected ':'": "non-map value is specified",
    "did not find expected <document start>": "value is not allowed in this context",
    "did not find expected key": "value is not allowed in this context",
    "did not find expected ',' or ']'": "',' or ']' must be specified",
    "did not find expected ',' or '}'": "',' or '}' must be specified",
    "found unexpected end of stream": "could not find end character of quoted text",
}


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A syntax error: ``says`` is the reference parser's sentence as near as it is known. ``repeated``: a key twice."""

    line: int
    says: str
    repeated: tuple[str, int] | None = None
    several: bool = False
    """More than one document."""


def fault_of(text: str, broken: Broken) -> SyntaxFault:
    """Where goccy would see the error that made libyaml give up."""
    error = broken.error
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "invalid YAML")
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else text.count("\n", 0, getattr(error, "position", 0) or 0) + 1
    if problem.startswith(_SECOND_DOCUMENT) and _DOCUMENT_END.search(text, 0, mark.index if mark else 0):
        return SyntaxFault(0, _SEVERAL, several=True)
    if context is not None and problem == _NO_COLON:
        line = _behind_list(text, context.line) or context.line + 1
    elif context is not None and problem == _NO_QUOTE:
        line = context.line + 1
    elif mark is not None and problem.startswith(_NO_BRACKET):
        line = _unclosed(text, mark.index) or line
    elif problem.startswith(_MAPPING_VALUE) and mark is not None:
        start = last_word(text, mark.index)
        line = line if start is None else text.count("\n", 0, start) + 1
        problem = "mapping value is not allowed in this context"
    marker = _MARKER.search(text)
    if marker is not None:
        line = text.count("\n", 0, marker.start()) + 1
    elif not _is_token_error(error):
        repeated = repeated_key(broken.tree)
        if repeated is not None:
            return repeated
    return SyntaxFault(line + broken.extra, _SAYS.get(problem, problem))


def _unclosed(text: str, index: int) -> int:
    """The line goccy blames for a bracket that is still open where libyaml gives up; 0 where both blame the same.

    A word in braces that has no colon is blamed itself. At the end of the file the bracket is, unless it is a brace
    behind which something is missing: then that is blamed.
    """
    brackets: list[yaml.Token] = []
    before, last = _last_tokens(text, index, brackets)
    if not brackets or last is None:
        return 0
    in_braces = isinstance(brackets[-1], yaml.FlowMappingStartToken)
    lone_word = isinstance(last, yaml.ScalarToken) and isinstance(
        before, yaml.FlowMappingStartToken | yaml.FlowEntryToken
    )
    if in_braces and lone_word:
        return _line(last)
    if not _REST.match(text, index):
        return 0
    return _line(last if in_braces and isinstance(last, yaml.FlowEntryToken | yaml.ValueToken) else brackets[-1])


def _last_tokens(text: str, index: int, brackets: list[yaml.Token]) -> tuple[yaml.Token | None, yaml.Token | None]:
    """The last two tokens in front of a place; ``brackets`` gets those that are open there."""
    before: yaml.Token | None = None
    last: yaml.Token | None = None
    with suppress(yaml.YAMLError):
        for token in yaml.scan(text, Loader=yaml.CBaseLoader):
            if token.start_mark.index >= index:
                break
            before, last = last, token
            if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
                brackets.append(token)
            elif isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken) and brackets:
                brackets.pop()
    return before, last


def _line(token: yaml.Token) -> int:
    line: int = token.start_mark.line
    return line + 1


def _behind_list(text: str, word: int) -> int:
    """A word without colon above an indented list is one folded text for goccy: the line it blames; 0 if it is not so.

    At the first column that is the line where the text ends, further in the last line of the text.
    """
    lines = text.split("\n")
    if word >= len(lines):  # libyaml also counts a CR without LF
        return 0
    width = _indent(lines[word])
    below = [place for place in range(word + 1, len(lines)) if lines[place].strip()]
    dash = _indent(lines[below[0]]) if below else 0
    if not below or not lines[below[0]].lstrip(" ").startswith("- ") or dash <= width:
        return 0
    before = next((line for line in reversed(lines[:word]) if line.strip() and line.lstrip()[0] != "#"), "")
    if dash <= _delimiter(before):
        return 0
    end = next((place for place in below if _indent(lines[place]) <= width), len(lines) - 1)
    return end + 1 if width == 0 else end


def _delimiter(line: str) -> int:
    """Column, counted from 0, of the last key or dash of a line: what is not further in ends a text."""
    found = _LAST_KEY.match(line)
    if found is None or ":" in line[found.end() :]:
        return found.end() if found else 0
    return max(line.rfind("- ", 0, found.end()), 0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_token_error(error: yaml.YAMLError) -> bool:
    """Whether the error is one of single tokens, which goccy sees before it looks at keys."""
    if isinstance(error, yaml.parser.ParserError):
        return False
    return not str(getattr(error, "problem", "")).startswith((_MAPPING_VALUE, "could not find expected ':'"))


def repeated_key(tree: Tree) -> SyntaxFault | None:
    """The first key that stands twice in one mapping, which goccy takes for a syntax error."""
    for document in tree.documents:
        found = _repeated(document)
        if found is not None:
            return found
    return None


def _repeated(node: RNode | None) -> SyntaxFault | None:
    if node is None:
        return None
    if node.kind in (Kind.ANCHOR, Kind.TAG):
        return _repeated(node.inner)
    for item in node.items:
        found = _repeated(item)
        if found is not None:
            return found
    seen: dict[str, RNode] = {}
    for name, key, value in pairs_of(node):
        first = seen.setdefault(name, key)
        if first is not key:
            says = f'mapping key "{name}" already defined at [{first.line}:{first.column}]'
            return SyntaxFault(key.line, says, (name, first.line))
        found = _repeated(value)
        if found is not None:
            return found
    return None
