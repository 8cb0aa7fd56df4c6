# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all manifests share: one parsed file, rows of a table taken from it as facts, and the problems told.

A manifest is a table of rows (field, how its value reads, key paths best first) and what is particular to its format.
Authors, maintainers and their addresses are in no table: they never become facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harvesters.readers import declared_urls as urls
from harvesters.readers import declared_values as values
from harvesters.readers.collect import Collector
from harvesters.readers.language import language_of
from harvesters.readers.parsed import MOST_BYTES, Fault, Parser
from harvesters.readers.sections import is_contact
from harvesters.readers.texts import cut, letters, one_line, without_contacts
from harvesters.readers.yamlsafe import Node
from registry.licences import normalise
from registry.model import FactSource, Field, Json, Reading, Snapshot
from registry.vocabulary.names import is_generator_description, is_generator_name

LONGEST_SHORT = 300
UNKNOWN_LANGUAGE = "und"
_NOT_LICENSED = frozenset(
    {"unlicensed", "proprietary", "private", "commercial", "none", "all rights reserved", "no license"}
)

_POINTS = re.compile(r"^see licen[cs]e in\b", re.IGNORECASE)
"""Source: npm's documentation of package.json, "license"."""

Row = tuple[Field, values.Value, str]
"""Field, how a node reads, and the key paths to look at, best first and separated by spaces."""


class Declared:
    """One parsed manifest: what its key paths say is kept as facts with their places."""

    def __init__(self, root: Node, collector: Collector, file: str) -> None:
        self.root = root
        self.collector = collector
        self.file = file
        self._called: set[str] = set()

    def find(self, path: str) -> Node | None:
        """The node at a key path; a key that holds dots itself is found whole, too."""
        node, keys = self.root, path.split(".")
        while keys:
            if not isinstance(node.value, dict):
                return None
            taken = next((n for n in range(len(keys), 0, -1) if ".".join(keys[:n]) in node.value), 0)
            if not taken:
                return None
            node, keys = node.value[".".join(keys[:taken])], keys[taken:]
        return node

    def first(self, paths: str, read: values.Value) -> tuple[Node, Json] | None:
        """The first of some key paths that gives a value."""
        for path in paths.split():
            node = self.find(path)
            if node is not None and (value := read(node)) not in (None, "", []):
                return node, value
        return None

    def text(self, paths: str) -> str | None:
        found = self.first(paths, values.text)
        return str(found[1]) if found else None

    def fact(self, field: Field, value: Json, node: Node, lang: str | None = None) -> None:
        self.collector.fact(field, value, node.line or None, node.column or None, lang)

    def problem(self, rule: str, node: Node, key: str | None = None, **params: str) -> None:
        self.collector.problem(rule, node.line or None, node.column or None, key, name=self.file, **params)

    def add(self, key: str, nodes: Mapping[str, Node]) -> None:
        """Put what a format found in its own way under a key path, for rows to read."""
        known = self.root.value if isinstance(self.root.value, dict) else {}
        self.root = replace(self.root, value={**known, key: Node(dict(nodes), 1, 1)})

    def rows(self, rows: Sequence[Row]) -> None:
        for field, read, paths in rows:
            if found := self.first(paths, read):
                self.fact(field, found[1], found[0])

    def runtimes(self, rows: Sequence[tuple[str, str]]) -> None:
        """One fact of all (runtime, key paths), at the place of the first."""
        found = [one for name, paths in rows if (one := self.first(paths, values.runtime(name)))]
        if found:
            self.fact(Field.RUNTIMES, [line for _, several in found for line in several], found[0][0])

    def name(self, paths: str, reduce: Callable[[str], str] = str, read: values.Value = values.text) -> bool:
        """Whether the thing is called anything; ``reduce`` takes off what belongs to the registry (scope, vendor)."""
        found = self.first(paths, read)
        if found is None or any(sign in found[1] for sign in ("${", "{{", "<%", "@@")):
            return False
        node, written = found
        name = without_contacts(reduce(written))
        if is_generator_name(written) or is_generator_name(name):
            self.problem("manifest-template", node, value=written)
        if letters(name) == 0:
            return False
        self._called |= {_letters(written), _letters(name)}
        self.fact(Field.NAME, self.collector.short_name(name, node.line, node.column), node)
        return True

    def description(self, paths: str, read: values.Value = values.text) -> None:
        """The first of some texts as short description."""
        if found := self.first(paths, read):
            self.short(found[1], found[0])

    def short(self, written: str, node: Node, lang: str | None = None) -> None:
        """A text as short description, unless it only repeats the name or says whom to ask."""
        said = without_contacts(one_line(written))
        if is_contact(one_line(written)):
            return
        if is_generator_description(said):
            self.problem("manifest-template", node, value=said)
        elif letters(said) and _letters(said) not in self._called and "${" not in said:
            tag = lang or language_of(said) or UNKNOWN_LANGUAGE
            self.fact(Field.SHORT_DESCRIPTION, cut(said, LONGEST_SHORT), node, tag)

    def licence(self, path: str, joined_by: str = ", ", read: values.Value = values.licence) -> bool:
        """The licence declared at a key path; whether there was anything. Several are joined as the format says."""
        node = self.find(path)
        if node is None:
            return False
        found = list(dict.fromkeys(str(one) for item in values.items(node) if (one := read(item))))
        closed = [one for one in found if one.lower().strip(" .") in _NOT_LICENSED]
        open_ones = [one for one in found if one not in closed]
        if closed:
            self.problem("manifest-licence-unlicensed", node, path, value=closed[0])
            if not open_ones:
                self.fact(Field.DECLARED_LICENCE, closed[0], node)
        if open_ones:
            several = len(open_ones) > 1
            parts = [f"({one})" if several and " " in one and normalise(one) else one for one in open_ones]
            self.declared_licence(joined_by.join(parts), node, path)
        elif not found and len(written := values.text(node) or "") > LONGEST_SHORT:
            self.problem("manifest-licence-unknown", node, path, value=cut(written, 60))
        return bool(found)

    def licence_file(self, path: str) -> None:
        """The key path that names the file of the licence, where nothing names the licence.

        Terms in a file that is not at hand are unknown, but somebody did say that there are some.
        """
        node = self.find(path)
        written = (values.text(node) if node else None) or ""
        named = _POINTS.sub("", written).strip("\"'<> ").removeprefix("./")
        declared = any(fact.field is Field.DECLARED_LICENCE for fact in self.collector.facts)
        short = 0 < len(named) <= LONGEST_SHORT
        if node and short and not declared and named not in self.collector.snapshot.files:
            self.fact(Field.DECLARED_LICENCE, written, node)

    def declared_licence(self, written: str, node: Node, key: str | None = None) -> None:
        self.fact(Field.DECLARED_LICENCE, written, node)
        if normalise(written) is None:
            self.problem("manifest-licence-unknown", node, key, value=written)

    def addresses(
        self,
        code_paths: str,
        page_paths: str,
        repository: values.Value = values.repository,
        web: values.Value = values.web,
    ) -> None:
        """Where the code lies, and the home page unless that is the same place."""
        code = self.first(code_paths, repository)
        page = self.first(page_paths, web)
        if page and code is None and urls.is_repository(page[1]):
            code = page[0], urls.repository(page[1])
        if code and code[1]:
            self.fact(Field.REPOSITORY_URL, code[1], code[0])
        if page and not (code and code[1] and urls.same_place(page[1], code[1])):
            self.fact(Field.LANDING_URL, page[1], page[0])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def read_file(
    snapshot: Snapshot,
    reader: str,
    path: str,
    parse: Parser,
    take: Callable[[Declared], None],
    source: FactSource = FactSource.MANIFEST,
) -> Reading:
    """The reading of one root file, empty where the snapshot has none; a broken file costs itself only."""
    collector = Collector(snapshot, source, path)
    content = snapshot.files.get(path)
    if content is None:
        return collector.reading(reader)
    if len(content) > MOST_BYTES:
        _tell(collector, path, Fault("too-complex"))
        return collector.reading(reader)
    parsed = parse(content)
    for fault in parsed.faults:
        _tell(collector, path, fault)
    if parsed.root is not None and isinstance(parsed.root.value, dict):
        take(Declared(parsed.root, collector, path))
    elif not parsed.faults:
        _tell(collector, path, Fault("unreadable", parsed.root.line if parsed.root else 1, detail="{}?"))
    return collector.reading(reader)


def _tell(collector: Collector, path: str, fault: Fault) -> None:
    collector.problem(f"manifest-{fault.kind}", fault.line, fault.column, name=path, detail=fault.detail)
