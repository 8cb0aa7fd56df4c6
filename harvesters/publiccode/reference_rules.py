# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The chains of rules of the reference parser's structs, run as go-playground/validator 10 runs them.

A chain ends at its first failed rule; ``each`` gives the rest of the chain to every item. An absent value fails any
rule that does not ask for presence itself; an optional text that is there counts as present even when it is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harvesters.publiccode import reference_licences, reference_urls, reference_values
from harvesters.publiccode.reference_findings import Told
from harvesters.publiccode.reference_places import spelt
from harvesters.publiccode.reference_tables import Rule, Shape, tables
from registry.vocabulary import categories

_PRESENCE = frozenset({"required", "required-if", "only-if", "if-set", "if-given"})
_ALIAS = "alias:"
_ITALIAN = "urn:x-italian-pa:"
_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "url": reference_urls.is_url,
    "http-url": reference_urls.is_http_url,
    "date": reference_values.is_date,
    "mime-type": reference_values.is_mime_type,
    "category": lambda text: text in categories.categories(),
    "scope": lambda text: text in categories.scopes(),
    "country": reference_values.is_country,
    "language": reference_values.is_language,
    "licence": reference_licences.is_valid,
    "identifier": lambda text: reference_urls.identifies(text) and _body(text),
    "body-code": reference_values.is_body_code,
    "support": lambda text: (
        text.removeprefix(_ALIAS) in tables().lists["aliases"]
        if text.startswith(_ALIAS)
        else reference_urls.identifies(text)
    ),
    "email": reference_values.is_email,
}


def _body(text: str) -> bool:
    """An Italian public body must have a well-formed code; that it is listed is not checked."""
    if not text.lower().startswith(_ITALIAN):
        return True
    return reference_values.is_body_code(text[len(_ITALIAN) :])


def run(values: Mapping[str, Any], told: Told) -> None:
    """Tell what the struct rules find in a decoded file."""
    _Run(told).struct("file", values, "")


class _Run:
    def __init__(self, told: Told) -> None:
        self._told = told

    def struct(self, name: str, values: Mapping[str, Any], path: str) -> None:
        for field in tables().structs[name]:
            key = f"{path}.{field.name}" if path else field.name
            self._value(field.shape, field.rules, values[field.name], key, values)

    def _value(
        self, shape: Shape, rules: Sequence[Rule], value: Any, key: str, beside: Mapping[str, Any] | None = None
    ) -> None:
        if value is None and rules and rules[0].name not in _PRESENCE and (shape.optional or shape.kind == "url"):
            self._fail(rules[0], value, key)
            return
        for place, rule in enumerate(rules):
            if rule.name == "each":
                self._each(shape, rules[place + 1 :], value, key)
                return
            if (rule.name == "if-set" and not _has_value(shape, value)) or (rule.name == "if-given" and value is None):
                return
            if not _holds(rule, shape, value, beside or {}):
                self._fail(rule, value, key)
                return
        if shape.kind == "struct" and value is not None:
            self.struct(shape.struct, value, key)

    def _each(self, shape: Shape, rules: Sequence[Rule], value: Any, key: str) -> None:
        if shape.kind == "urls":
            inner = Shape("url", optional=True)
        elif shape.of is None:
            return
        else:
            inner = shape.of
        if isinstance(value, dict):
            for name, item in value.items():
                self._value(inner, rules, item, f"{key}[{name}]")
            return
        for place, item in enumerate(value or ()):
            self._value(inner, rules, item, f"{key}[{place}]")

    def _fail(self, rule: Rule, value: Any, key: str) -> None:
        key = spelt(key)
        field = key.rpartition(".")[2]
        name = _wording(rule, value)
        wording = tables().rules[name]
        other, _, wanted = rule.parameter.partition("=")
        allowed = tables().lists.get("aliases" if name == "alias" else rule.parameter, ())
        params = {"value": value if isinstance(value, str) else "", "other": other, "most": rule.parameter}
        params |= {"least": rule.parameter, "allowed": ", ".join(allowed), "length": _length(value)}
        if other and wanted:
            params["value"] = wanted
        choice = ", ".join(f'"{one}"' for one in allowed[:-1]) + f' or "{allowed[-1]}"' if allowed else ""
        filled = {"field": field, "choice": choice, "limit": rule.parameter, "other": other, "wanted": wanted}
        identity = "publiccode-key-missing" if rule.name == "filled" and value is None else wording.id
        self._told.error(identity, key, wording.says.format_map(filled), **params)


def _wording(rule: Rule, value: Any) -> str:
    if rule.name == "support" and isinstance(value, str) and value.startswith(_ALIAS):
        return "alias"
    if rule.name == "identifier" and isinstance(value, str) and value.startswith(_ITALIAN):
        return "italian-identifier"
    return rule.name


def _length(value: Any) -> str:
    return str(reference_values.length(value)) if isinstance(value, str) else ""


def _has_value(shape: Shape, value: Any) -> bool:
    if value is None:
        return False
    if shape.optional or shape.kind in ("list", "urls", "by-language"):
        return True
    return bool(value)


def _holds(rule: Rule, shape: Shape, value: Any, beside: Mapping[str, Any]) -> bool:
    name, parameter = rule.name, rule.parameter
    if name == "required":
        return _has_value(shape, value)
    if name in ("required-if", "only-if"):
        other, _, wanted = parameter.partition("=")
        applies = beside.get(other) == wanted
        return not applies or value is not None if name == "required-if" else applies or value is None
    if name in ("if-set", "if-given"):
        return True
    if name == "filled":
        return bool(value)
    if name == "language-keys":
        return all(reference_values.is_language(key) for key in value)
    if name == "one-of":
        return value in tables().lists[parameter]
    if name == "at-most":
        return reference_values.length(value) <= int(parameter)
    if name == "at-least":
        return reference_values.length(value) >= int(parameter)
    return _CHECKS[name](value)
