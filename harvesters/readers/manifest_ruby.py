# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gemfile and *.gemspec to facts by text patterns: both are programs, and nothing of them is ever run.

Only plain texts count, not what a program puts together. Source: RubyGems' specification reference, Bundler's manual.
"""

from __future__ import annotations

import re

from harvesters.readers import declared_values as values
from harvesters.readers.declared import Declared, Row, read_file
from harvesters.readers.parsed import Parsed, as_text
from harvesters.readers.yamlsafe import Node
from registry.model import Field, Reading, Snapshot

NAME = "ruby"
GEMFILE = "Gemfile"
_SUFFIX = ".gemspec"
_MOST_LINES = 5_000
_LONGEST_LINE = 2_000
_KEY = re.compile(r"\s{0,40}\w{1,30}\.(\w{1,40})(?:\[['\"](\w{1,40})['\"]\])?\s{0,20}=\s{0,20}")
_GEMFILE_RUBY = re.compile(r"\s{0,40}ruby[\s(]{1,20}(?=['\"])")
_TEXT = re.compile(r"""'([^'\\]{0,1000})'|"([^"\\#]{0,1000})"|%q?[({\[|]([^)}\]|#]{0,1000})[)}\]|]""", re.IGNORECASE)
_WORDS = re.compile(r"%w[({\[]([\w\s.+-]{0,500})[)}\]]")


def read(snapshot: Snapshot) -> Reading:
    """Facts of the root's gemspec (of several the shortest name) and Gemfile."""
    specs = [path for path in snapshot.files if path.endswith(_SUFFIX) and "/" not in path]
    spec = read_file(snapshot, NAME, min(specs, key=lambda path: (len(path), path), default=""), parse, _take)
    gemfile = read_file(snapshot, NAME, GEMFILE, parse, _take_gemfile)
    return Reading(NAME, spec.facts + gemfile.facts, spec.problems + gemfile.problems)


def parse(content: bytes) -> Parsed:
    """Assignments of plain texts by their key, ``metadata.KEY`` for those of the table, ``ruby`` of a Gemfile."""
    text, faults = as_text(content)
    found: dict[str, Node] = {}
    for number, line in enumerate(text.split("\n")[:_MOST_LINES], 1):
        if len(line) > _LONGEST_LINE:
            continue
        match = _KEY.match(line) or _GEMFILE_RUBY.match(line)
        if match is None:
            continue
        key = f"{match[1]}.{match[2]}" if match.lastindex == 2 else match[1] if match.lastindex else "ruby"
        texts = _literals(line[match.end() :])
        if texts and key not in found:
            nodes = [Node(one, number, match.end() + 1, one) for one in texts]
            found[key] = nodes[0] if len(nodes) == 1 else Node(list(nodes), number, match.end() + 1)
    return Parsed(Node(dict(found), 1, 1), tuple(faults))


def _literals(written: str) -> list[str]:
    """One plain text, or those of a list; nothing where anything else stands beside them."""
    if words := _WORDS.match(written):
        return words[1].split()
    found = [next(filter(None, match.groups()), "") for match in _TEXT.finditer(written)]
    rest = _TEXT.sub("", written).partition("#")[0]
    return found if re.fullmatch(r"[\s\[\],()]*(?:\.freeze[\s\[\],()]*)*", rest) else []


def _take(file: Declared) -> None:
    file.name("name")
    file.description("summary description")
    file.licence("license") or file.licence("licenses")
    file.rows(_ROWS)
    file.addresses("metadata.source_code_uri", "homepage metadata.homepage_uri")
    file.runtimes((("ruby", "required_ruby_version"),))
    if node := file.find("name"):
        file.fact(Field.PROGRAMMING_LANGUAGES, ["Ruby"], node)


def _take_gemfile(file: Declared) -> None:
    file.runtimes((("ruby", "ruby"),))


_ROWS: tuple[Row, ...] = (
    (Field.SOFTWARE_VERSION, values.version, "version"),
    (Field.RELEASE_DATE, values.day, "date"),
    (Field.ISSUES_URL, values.web, "metadata.bug_tracker_uri"),
    (Field.DOCUMENTATION_URL, values.web, "metadata.documentation_uri metadata.wiki_uri"),
)
