# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a repository says by the REUSE specification: SPDX tags in heads of files, REUSE.toml and .reuse/dep5.

Source: REUSE specification 3.3. Such statements speak of files, and most of them of files that are not the software
(pictures, settings, manuals). Those about everything, or about all of the source code, lead, then tags of files that
are about the software; the others are evidence beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvesters.licences.plain import plain
from harvesters.licences.tags import find_tags
from harvesters.readers import reuse_annotations, reuse_dep5, reuse_toml
from harvesters.readers.collect import Collector
from harvesters.readers.licence_names import is_licence, reuse_id
from harvesters.readers.parsed import Fault
from harvesters.readers.reuse_annotations import Annotation, Globs
from harvesters.readers.texts import decode
from registry.licences import families
from registry.model import FactSource, Field, Reading, Snapshot

NAME = "reuse"
MOST_FACTS = 30
_MOST_UNKNOWN = 10
_HEAD = 8 * 2**10
_HEAD_LINES = 25
"""Tags further down are quoted in a manual, or are those of other files."""
_SIDECAR = ".license"
_OF_DOCUMENTS = (
    "CC-", "CC0-", "GFDL-", "ODbL-", "ODC-", "PDDL-", "CDLA-", "OFL-", "FSFAP", "etalab-", "DL-DE-", "OGL-", "NLOD-",
    "C-UDA-", "0BSD", "Unlicense",
)  # fmt: skip
"""Licences that people give to manuals, data, pictures and settings beside software that has another one."""

_Parser = Callable[[bytes], tuple[list[Annotation], tuple[Fault, ...]]]
_TABLES: Mapping[str, tuple[_Parser, Globs]] = {
    "REUSE.toml": (reuse_toml.parse, reuse_annotations.TOML),
    ".reuse/dep5": (reuse_dep5.parse, reuse_annotations.DEP5),
}
"""Both formats, the newer one first; a repository has one of them."""


@dataclass(frozen=True, slots=True)
class _Statement:
    expression: str
    path: str
    line: int
    covers: str


def read(snapshot: Snapshot) -> Reading:
    """REUSE_LICENCE facts: ``covers`` is "all" for everything or all of the source code, "tag" for the head of a file
    that is about the software, "part" for what speaks of other files."""
    collector = Collector(snapshot, FactSource.REUSE)
    for statement in _statements(snapshot, collector):
        if len(collector.facts) < MOST_FACTS:
            collector.path = statement.path
            value = {"expression": statement.expression, "path": statement.path, "covers": statement.covers}
            collector.fact(Field.REUSE_LICENCE, value, statement.line)
    return collector.reading(NAME)


def leading(snapshot: Snapshot) -> frozenset[str]:
    """The licences, without ranges, that some statement gives to the software; empty where none does."""
    statements = list(_statements(snapshot, Collector(snapshot, FactSource.REUSE)))
    of_all = [one for one in statements if one.covers == "all"]
    told = of_all or [one for one in statements if one.covers == "tag"]
    return frozenset[str]().union(*(families(one.expression) for one in told))


def _statements(snapshot: Snapshot, collector: Collector) -> Iterator[_Statement]:
    overridden = False
    for path, (parse, globs) in _TABLES.items():
        if (content := snapshot.files.get(path)) is None:
            continue
        collector.path = path
        annotations, faults = parse(content)
        for fault in faults:
            rule = "reuse-version" if fault.kind == "version" else "reuse-unreadable"
            collector.problem(rule, fault.line, name=path, detail=fault.detail)
        unknown = [one for one in annotations if one.expression is None]
        for one in unknown[:_MOST_UNKNOWN]:
            collector.problem("reuse-licence-unknown", one.line, name=path, value=one.written)
        first = reuse_annotations.leading(annotations, globs)
        overridden |= any(one.overrides and globs.everything.intersection(one.paths) for one in first)
        yield from _of_table(path, first, annotations)
        break
    yield from _of_heads(snapshot, overridden)


def _of_table(path: str, first: Sequence[Annotation], annotations: Sequence[Annotation]) -> Iterator[_Statement]:
    leads = reuse_annotations.by_expression(first)
    for expression, one in leads.items():
        yield _Statement(expression, path, one.line, "all")
    for expression, one in reuse_annotations.by_expression(annotations).items():
        if expression not in leads:
            yield _Statement(expression, path, one.line, "part")


def _of_heads(snapshot: Snapshot, overridden: bool) -> Iterator[_Statement]:
    """Tags in the first lines of the files at hand, licence files left out: those are read as such."""
    for path, content in snapshot.files.items():
        if is_licence(path) or reuse_id(path) or path in _TABLES:
            continue
        text = decode(content[:_HEAD]).text
        if "SPDX" not in text:
            continue
        for tag in find_tags(plain(text)):
            line = text.count("\n", 0, tag.start) + 1
            quoted = text.count("```", 0, tag.start) % 2
            if line <= _HEAD_LINES and not quoted:
                about = _is_about_software(path, tag.expression) and not overridden
                yield _Statement(tag.expression, path, line, "tag" if about else "part")


def _is_about_software(path: str, expression: str) -> bool:
    """Whether a tag says more than what one manual or settings file may be used for."""
    in_root = "/" not in path.removesuffix(_SIDECAR)
    return in_root and not all(one.startswith(_OF_DOCUMENTS) for one in families(expression))
