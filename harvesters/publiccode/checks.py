# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The checks of single values that the rule tables name, each with its parameter from the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvesters.publiccode import values
from harvesters.publiccode.filechecks import check_file, check_picture
from harvesters.publiccode.files import Files
from harvesters.publiccode.findings import Findings
from harvesters.readers.tags import language_tag
from harvesters.readers.yamlsafe import Node
from registry.licences import is_valid, normalise
from registry.model import Severity
from registry.vocabulary.categories import categories, scopes
from registry.vocabulary.publiccode import order, vocabulary

_VOCABULARIES: Mapping[str, tuple[Callable[[], Collection[str]], str]] = {
    "categories": (categories, "publiccode-category-unknown"),
    "scopes": (scopes, "publiccode-scope-unknown"),
}
_ITALIAN_BODY = re.compile(r"urn:x-italian-pa:(.*)", re.IGNORECASE)
_BODY_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_OPERATORS = {"AND", "OR", "WITH", ""}
_SEPARATORS = re.compile(r"[\s()]+")
_LONGEST_SHOWN = 120


@dataclass(slots=True)
class Value:
    """One scalar with its place: ``text`` is its one line."""

    node: Node
    key: str
    text: str
    findings: Findings
    files: Files
    version: str
    """Whose rules the file is read by."""

    def tell(self, rule: str, severity: Severity | None = None, **params: str) -> None:
        self.findings.at_value(rule, self.node, self.key, severity, **params)


def _url(value: Value, schemes: str | bool) -> None:
    """``schemes`` "any": the pipelines take every absolute URL."""
    if values.web_address(value.text) is None:
        taken = schemes == "any" and values.is_address(value.text)
        rule = "publiccode-url-scheme" if taken else "publiccode-url"
        value.tell(rule, name=value.key, value=value.text if taken else values.without_secret(value.text))


def _uri(value: Value, _: Any) -> None:
    body = _ITALIAN_BODY.fullmatch(value.text)
    if not values.is_uri(value.text) or (body and not _BODY_CODE.fullmatch(body[1])):
        value.tell("publiccode-uri", name=value.key, value=values.without_secret(value.text))
    elif body:
        value.tell("publiccode-body-unchecked", value=body[1])


def _support(value: Value, aliases: Sequence[str]) -> None:
    found = values.support(value.text, aliases)
    if found is None and value.text.lower().startswith("alias:"):
        allowed = ", ".join(f"alias:{alias}" for alias in aliases)
        value.tell("publiccode-alias-unknown", value=value.text, allowed=allowed)
    elif found != value.text:
        value.tell("publiccode-uri", name=value.key, value=values.without_secret(value.text))


def _date(value: Value, _: Any) -> None:
    if values.day(value.text) != value.text:
        value.tell("publiccode-date", name=value.key, value=value.text)


def _email(value: Value, _: Any) -> None:
    if not values.is_mail(value.text):
        value.tell("publiccode-email", name=value.key)


def _phone(value: Value, form: str) -> None:
    if not isinstance(value.node.value, str) or not values.is_phone(value.text, form):
        value.tell("publiccode-phone", Severity.ERROR if form == "e164" else None, name=value.key)


def _mime(value: Value, _: Any) -> None:
    if not values.is_mime(value.text):
        value.tell("publiccode-mime", name=value.key, value=value.text)


def _most(value: Value, most: int) -> None:
    _tell_long(value, most, "publiccode-too-long")


def _summary(value: Value, most: int) -> None:
    _tell_long(value, most, "publiccode-short-description-long")


def _tell_long(value: Value, most: int, rule: str) -> None:
    written = value.node.text.strip()
    if len(written) > most and (length := values.graphemes(written)) > most:
        value.tell(rule, name=value.key, length=str(length), most=str(most))


def _least(value: Value, least: int) -> None:
    written = value.node.text.strip()
    length = values.graphemes(written[: 40 * least])
    if length < least:
        value.tell("publiccode-too-short", name=value.key, length=str(length), least=str(least))


def _least_once(value: Value, least: int) -> None:
    length = values.graphemes(value.node.text.strip()[: 40 * least])
    if length < least:
        value.tell(
            "publiccode-once-longer", name=value.key, length=str(length), least=str(least), version=value.version
        )


def _one_of(value: Value, allowed: Sequence[str]) -> None:
    legacy = vocabulary("legacy").get(value.key)
    if values.one_of(value.text, allowed, legacy) != value.text:
        value.tell("publiccode-value-unknown", name=value.key, value=value.text, allowed=", ".join(sorted(allowed)))


def _vocabulary(value: Value, name: str) -> None:
    terms, rule = _VOCABULARIES[name]
    if values.term(value.text, terms()) != value.text:
        value.tell(rule, value=value.text)


def _gone(value: Value, gone: Sequence[str]) -> None:
    if value.text in gone:
        value.tell("publiccode-scope-gone", value=value.text)


def _country(value: Value, since: str) -> None:
    """``since``: before this version lower case was right, so it is only a hint."""
    found = values.country(value.text)
    if found is None or found != value.text.upper():
        value.tell("publiccode-country", value=value.text, right=found or "")
    elif found != value.text:
        severity = Severity.HINT if order(value.version) < order(since) else None
        value.tell("publiccode-country-case", severity, value=value.text, right=found)


def _language(value: Value, _: Any) -> None:
    check_tag(value.text, value.node.line, value.node.column, value.key, value.findings)


def check_tag(written: str, line: int, column: int, key: str, findings: Findings) -> str | None:
    """The BCP 47 tag that this means; what is not written as one is told."""
    read = language_tag(written)
    if read is None or not read[1]:
        findings.tell("publiccode-language", line, column, key, value=written)
    elif read[0].lower() != written.lower():
        findings.tell("publiccode-language-deprecated", line, column, key, value=written, right=read[0])
    elif read[0] != written:
        findings.tell("publiccode-language-case", line, column, key, value=written, right=read[0])
    return read[0] if read else None


def _licence(value: Value, _: Any) -> None:
    found = normalise(value.text)
    if found is None:
        value.tell("publiccode-licence-unknown", value=value.text)
    elif _SEPARATORS.sub("", found) != _SEPARATORS.sub("", value.text) and not _says_more(value.text, found):
        value.tell("publiccode-licence-spelling", value=value.text, right=found)


def _says_more(written: str, meant: str) -> bool:
    """Whether this is an expression as it is written, though it has an equal one: ``MIT OR MIT``, ``EUPL-1.2+``."""
    words = [word.rstrip("+") for word in _SEPARATORS.split(written) if word]
    return is_valid(written) and set(words) - _OPERATORS == set(_SEPARATORS.split(meant)) - _OPERATORS


def _placeholder(value: Value, name: str) -> None:
    table, folded = vocabulary("placeholders")[name], value.text.lower()
    if folded in table.get("exact", ()) or any(part in folded for part in table.get("parts", ())):
        short = value.text if len(value.text) <= _LONGEST_SHOWN else f"{value.text[: _LONGEST_SHOWN - 1].rstrip()}…"
        value.tell("publiccode-placeholder", name=value.key, value=short)


def _video(value: Value, _: Any) -> None:
    if values.web_address(value.text):
        value.tell("publiccode-video-unchecked", value=value.text)


def _digits(value: Value, counts: Sequence[int]) -> None:
    if not (value.text.isdecimal() and value.text.isascii() and min(counts) <= len(value.text) <= max(counts)):
        expected = "-".join(str(count) for count in counts)
        value.tell("publiccode-leika", name=value.key, value=value.text, expected=expected)


def _field(value: Value, allowed: Sequence[str]) -> None:
    if value.text not in allowed:
        value.tell("publiccode-leika", name=value.key, value=value.text, expected=", ".join(allowed))


def _picture(value: Value, extensions: Sequence[str]) -> None:
    check_picture(value.text, extensions, value.files, value.tell)


def _file(value: Value, _: Any) -> None:
    check_file(value.text, value.files, value.tell)


CHECKS: Mapping[str, Callable[[Value, Any], None]] = {
    "url": _url, "uri": _uri, "support": _support, "date": _date, "email": _email, "phone": _phone, "mime": _mime,
    "max": _most, "min": _least, "summary": _summary, "one_of": _one_of, "vocabulary": _vocabulary, "gone": _gone,
    "country": _country, "language": _language, "licence": _licence, "placeholder": _placeholder, "video": _video,
    "digits": _digits, "field": _field, "picture": _picture, "file": _file,
}  # fmt: skip
"""By the names that the rule tables use."""
EXACT = frozenset(
    {
        "url",
        "uri",
        "support",
        "date",
        "email",
        "mime",
        "one_of",
        "vocabulary",
        "country",
        "language",
        "licence",
        "picture",
    }
)
"""Checks that take a value as it is written, so that a blank around it makes it wrong."""
EASED: Mapping[str, Callable[[Value, Any], None]] = {"min": _least_once}
"""Checks that only the version declared and older ones make: a demand that the standard has given up."""
