# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A parsed publiccode.yml against a rule table: keys, types and presence, and the checks of single values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harvesters.publiccode.checks import CHECKS, EASED, EXACT, Value, check_tag
from harvesters.publiccode.files import Files
from harvesters.publiccode.findings import Findings
from harvesters.publiccode.forms import form
from harvesters.publiccode.keys import EXTENSION, entries, join, says_nothing, written_keys, written_tags
from harvesters.publiccode.values import boolean, line_of
from harvesters.readers.tags import language_tag
from harvesters.readers.yamlsafe import Node
from registry.model import Severity
from registry.vocabulary.logins import without_logins
from registry.vocabulary.publiccode import Condition, Key, order

_UPPER_CASE_SINCE = "0.5"
"""Sections of countries were named in lower case before. Source: CHANGELOG.rst of the standard."""


@dataclass(slots=True)
class _Languages:
    """What is required in one language at least: where it is missing, and which keys one of them has."""

    missing: list[tuple[Key, str, Node, Node | None]] = field(default_factory=list)
    had: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Walk:
    """One pass over a file by the rules of ``version``."""

    findings: Findings
    files: Files
    version: str
    _languages: _Languages = field(default_factory=_Languages)
    _wrong: set[tuple[int, str]] = field(default_factory=set)
    """Values told to be of a wrong type: those of ids and the keys they stand at."""

    def mapping(self, node: Node, rule: Key, path: str) -> None:
        """Check the keys of a mapping and everything below; ``path`` is that of the mapping."""
        found = written_keys(node, rule)
        for written, known, value in entries(node, rule):
            key = join(path, written)
            if known is None:
                own = written.lower().startswith(EXTENSION)
                self.findings.at_key(
                    "publiccode-own-key" if own else "publiccode-unknown-key", value, key, name=written
                )
            elif found[known.name] != written:
                self._twice(node, key, written, found[known.name])
                if known.name.isupper() and written != known.name:  # the pipelines tell both
                    self._spelling(value, known, key, written)
            else:
                self._key(value, known, key, written)
                self._value(value, known, key)
        nodes = {name: node.value[written] for name, written in found.items()} if isinstance(node.value, dict) else {}
        for child in rule.children.values():
            self._presence(child, nodes, node, join(path, child.name))

    def _twice(self, node: Node, key: str, written: str, counts: str) -> None:
        """Two spellings of one key, of which ``counts`` is read."""
        if isinstance(node.value, dict):
            other = node.value[counts]
            params = {"name": written, "counts": counts, "line_number": str(other.key_line or other.line)}
            self.findings.at_key("publiccode-key-twice", node.value[written], key, None, **params)

    def _key(self, node: Node, rule: Key, key: str, written: str) -> None:
        """What there is to say about a key itself."""
        if rule.told:
            self.findings.at_key(rule.told, node, key, name=written)
        elif rule.name != written:
            self._spelling(node, rule, key, written)
        self._given_up(node, rule, key, written)
        if rule.since and order(self.version) < order(rule.since):
            self.findings.at_key(
                "publiccode-key-too-new", node, key, name=written, since=rule.since, value=self.version
            )

    def _spelling(self, node: Node, rule: Key, key: str, written: str) -> None:
        if rule.name.isupper() and written == rule.name.lower():
            severity = Severity.HINT if order(self.version) < order(_UPPER_CASE_SINCE) else None
            self.findings.at_key("publiccode-country-case", node, key, severity, value=written, right=rule.name)
        else:
            self.findings.at_key("publiccode-key-spelling", node, key, name=written, right=rule.name)

    def _given_up(self, node: Node, rule: Key, key: str, written: str) -> None:
        params = {"name": written, **({"instead": rule.instead} if rule.instead else {})}
        if rule.removed and order(self.version) >= order(rule.removed):
            name = "publiccode-key-removed" if rule.instead else "publiccode-key-gone"
            self.findings.at_key(name, node, key, None, since=rule.removed, **params)
        elif rule.deprecated and node.value is not None:
            name = "publiccode-key-deprecated" if rule.instead else "publiccode-key-dropped"
            self.findings.at_key(name, node, key, None, since=rule.deprecated, **params)

    def _presence(self, rule: Key, found: Mapping[str, Node], parent: Node, path: str) -> None:
        value = found.get(rule.name)
        if not says_nothing(value):
            self._languages.had.add(rule.path)
            if rule.excluded_unless and value:
                self._excluded(rule.excluded_unless, found, value, path)
            return
        if value is not None and self._is_told(value, rule):
            return
        if rule.required and rule.each:
            severity = Severity(rule.missing) if rule.missing else None
            self._missing(rule, parent, value, path, severity)
        elif rule.required:
            self._languages.missing.append((rule, path, parent, value))
        elif ("required", True) in rule.eased and not rule.deprecated:
            self.findings.at_value(
                "publiccode-key-once-required", value or parent, path, name=path, version=self.version
            )
        if rule.required_if:
            self._required(rule.required_if, found, path)

    def _is_told(self, value: Node, rule: Key) -> bool:
        """Whether a value that says nothing was told already: as of a wrong type, or by what is missing in it."""
        if (id(value), rule.path) in self._wrong:
            return True
        if rule.type != "mapping" or not isinstance(value.value, dict):
            return False
        return any(child.required and child.each for child in rule.children.values())

    def _missing(self, rule: Key, parent: Node, value: Node | None, path: str, severity: Severity | None) -> None:
        if rule.absent:
            self.findings.at_value(rule.absent, value or parent, path, severity, name=path)
            return
        empty = rule.type == "list" and value is not None and isinstance(value.value, list)
        name = "publiccode-empty-list" if empty else "publiccode-key-missing"
        self.findings.at_value(name, value or parent, path, severity, name=path)

    def _required(self, condition: Condition, found: Mapping[str, Node], path: str) -> None:
        other, said = found.get(condition.key), line_of(found.get(condition.key))
        if other and said and said.lower() in condition.values:
            self.findings.at_value("publiccode-required-if", other, path, name=path, other=condition.key, value=said)

    def _excluded(self, condition: Condition, found: Mapping[str, Node], value: Node, path: str) -> None:
        said = line_of(found.get(condition.key))
        if said and said.lower() not in condition.values:
            allowed = ", ".join(sorted(condition.values))
            self.findings.at_key(
                "publiccode-excluded-unless", value, path, name=path, other=condition.key, value=allowed
            )

    def _value(self, node: Node, rule: Key, key: str) -> None:
        if node.value is None or rule.type == "any":
            return
        match rule.type:
            case "mapping" if isinstance(node.value, dict):
                self.mapping(node, rule, key)
            case "languages" if isinstance(node.value, dict):
                self._in_languages(node, rule, key)
            case "list" if not isinstance(node.value, dict):
                self._list(node, rule, key)
            case "text" if not isinstance(node.value, (list, dict)):
                self._text(node, rule, key)
            case "boolean" if not isinstance(node.value, (list, dict)):
                self._boolean(node, rule, key)
            case _:
                self._wrong_type(node, rule, key)

    def _wrong_type(self, node: Node, rule: Key, key: str) -> None:
        self._wrong.add((id(node), rule.path))
        right = form(key, rule.type, rule)
        severity = Severity(rule.missing) if rule.missing and says_nothing(node) else None
        self.findings.at_value("publiccode-wrong-type", node, key, severity, name=key, expected=rule.type, form=right)

    def _list(self, node: Node, rule: Key, key: str) -> None:
        if isinstance(node.value, list):
            for number, item in enumerate(node.value):
                if rule.item and not (rule.required and says_nothing(node)):
                    self._item(item, rule.item, f"{key}[{number}]")
            return
        if node.value == "":
            return
        if rule.single != "fine":
            severity = None if rule.single else Severity.ERROR
            right = form(key, "list", rule)
            self.findings.at_value("publiccode-not-a-list", node, key, severity, name=key, form=right)
        if rule.item and rule.item.type == "text":
            self._text(node, rule.item, key)

    def _item(self, node: Node, rule: Key, key: str) -> None:
        if node.value is None and rule.type == "mapping":
            self.findings.at_value(rule.absent or "publiccode-item-empty", node, key, name=key)
        self._value(node, rule, key)

    def _text(self, node: Node, rule: Key, key: str) -> None:
        if "@" in node.text and without_logins(node.text) != node.text:
            self.findings.at_value("address-with-login", node, key)
        text = line_of(node)
        exact = next((name for name, _ in rule.checks if name in EXACT), None)
        if text is None:
            if exact and not rule.required and not (exact == "picture" and not key.endswith("]")):
                self.findings.at_value("publiccode-value-empty", node, key, name=key)
            return
        value = Value(node, key, text, self.findings, self.files, self.version)
        told = len(self.findings.told)
        for name, parameter in rule.checks:
            CHECKS[name](value, parameter)
        if exact and len(self.findings.told) == told and node.style and node.text != node.text.strip():
            severity = Severity.HINT if exact == "licence" else None
            self.findings.at_value("publiccode-blanks", node, key, severity, name=key, value=text)
        if len(self.findings.told) == told:  # what newer versions ask for too is more to the point
            for name, parameter in rule.eased:
                if name in EASED:
                    EASED[name](value, parameter)

    def _boolean(self, node: Node, rule: Key, key: str) -> None:
        if isinstance(node.value, bool):
            return
        meant = boolean(node)
        if meant is None:
            self._wrong_type(node, rule, key)
        else:
            right = "true" if meant else "false"
            self.findings.at_value("publiccode-boolean", node, key, name=key, value=node.text, right=right)

    def _in_languages(self, node: Node, rule: Key, path: str) -> None:
        inner, items = rule.item, node.value
        if inner is None or not isinstance(items, dict):
            return
        texts = [name for name in items if name.lower() in inner.spellings and language_tag(name) is None]
        if texts:
            self.findings.at_key("publiccode-description-language", items[texts[0]], join(path, texts[0]))
        if texts and len(texts) == len(items):
            self.mapping(node, inner, path)
        tags = written_tags(items)
        for written, value in items.items():
            key = join(path, written)
            tag = language_tag(written)
            if written in texts:
                continue
            if written.lower().startswith(EXTENSION) and not isinstance(value.value, dict):
                self.findings.at_key("publiccode-own-key", value, key, name=written)
                continue
            if tag and tags[tag[0]] != written:
                self._twice(node, key, written, tags[tag[0]])
                continue
            check_tag(written, value.key_line, value.key_column, key, self.findings)
            if tag is None and not isinstance(value.value, dict):
                continue
            if value.value is None:
                self.findings.at_key("publiccode-key-missing", value, key, name=key)
            self._value(value, inner, key)
        for child, key, parent, said in self._languages.missing:
            if child.path in self._languages.had:
                self.findings.at_value("publiccode-language-incomplete", said or parent, key, name=key)
            else:
                self._missing(child, parent, said, key, None)
