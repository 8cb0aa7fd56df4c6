# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""publiccode.yml of a demonstration repository: written for one version of the standard, then broken where told to."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harvesters.demo.solutions import DemoSolution, Description, Quirk

_PLAIN = re.compile(r"[A-Za-zÄÖÜäöü][A-Za-zÄÖÜäöüß0-9 ./+()_-]*[A-Za-zÄÖÜäöüß0-9)]")
_RESERVED = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
_OLD = ("0.2", "0.2.2")
_WITH_ORGANISATION = ("0.5.0", "0.7")


@dataclass(frozen=True, slots=True)
class Release:
    """The newest release as publiccode.yml tells it."""

    version: str
    date: str
    """YYYY-MM-DD."""


def declaration(solution: DemoSolution, release: Release | None) -> bytes:
    """The bytes of publiccode.yml with the solution's quirks applied."""
    text = "\n".join(_lines(solution, release)) + "\n"
    for quirk, spoil in _SPOILERS.items():
        if quirk in solution.quirks:
            text = spoil(text)
    return text.encode("latin-1" if Quirk.LATIN_1 in solution.quirks else "utf-8")


def _lines(solution: DemoSolution, release: Release | None) -> Iterable[str]:
    yield f'publiccodeYmlVersion: "{solution.standard}"'
    yield ""
    yield f"name: {_scalar(solution.name)}"
    yield f'url: "{solution.url}"'
    if release:
        yield f'softwareVersion: "{release.version}"'
        yield f'releaseDate: "{release.date}"'
    if solution.based_on:
        yield f'isBasedOn: "{solution.based_on}"'
    yield from _list("platforms", solution.platforms)
    yield from _list("categories", solution.categories)
    yield from _list("usedBy", solution.used_by)
    yield from _organisation(solution)
    yield f"developmentStatus: {solution.status}"
    yield f"softwareType: {solution.software_type}"
    yield from _audience(solution)
    yield ""
    yield "description:"
    for lang, text in solution.texts.items():
        yield from _description(solution.standard, solution.name, lang, text)
    yield from _closing(solution)


def _organisation(solution: DemoSolution) -> Iterable[str]:
    if solution.standard in _WITH_ORGANISATION and solution.publisher.uri:
        yield "organisation:"
        yield f'  uri: "{solution.publisher.uri}"'
        yield f"  name: {_scalar(solution.publisher.title)}"


def _audience(solution: DemoSolution) -> Iterable[str]:
    yield "intendedAudience:"
    if solution.publisher.country:
        country = solution.publisher.country
        yield "  countries:"
        # Lower case was the usual spelling of the old versions and is deprecated today.
        yield f"    - {country.lower() if solution.standard in _OLD else country}"
    yield "  scope:"
    yield "    - local-authorities"


def _description(standard: str, name: str, lang: str, text: Description) -> Iterable[str]:
    yield f"  {lang}:"
    if standard in _OLD:
        yield f"    genericName: {_scalar(name[:35].strip())}"
    yield "    shortDescription: >-"
    yield from _folded(text.short)
    if standard in ("0.2", "0.3", "0.5.0"):
        yield "    longDescription: >"
        yield from _folded(text.long)
    else:
        yield "    longDescription: |"
        yield f"      {text.long}"
    yield "    features:"
    for feature in text.features:
        yield f"      - {_scalar(feature)}"


def _folded(text: str) -> list[str]:
    # A line broken at a hyphen would be read back with a space behind it.
    indent = " " * 6
    return textwrap.wrap(text, 72, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _closing(solution: DemoSolution) -> Iterable[str]:
    if Quirk.MISSING_LICENCE not in solution.quirks:
        yield ""
        yield "legal:"
        yield f"  license: {_scalar(solution.declared_licence)}"
        if solution.standard in _OLD:
            yield f"  repoOwner: {_scalar(solution.publisher.title)}"
    yield ""
    yield "maintenance:"
    yield f"  type: {solution.maintenance}"
    if solution.maintenance in ("internal", "community"):
        yield "  contacts:"
        yield "    - name: Demo-Kontaktstelle"
        yield "      email: demo@example.org"
    yield ""
    yield "localisation:"
    yield f"  localisationReady: {'true' if len(solution.interface_languages) > 1 else 'false'}"
    yield from _list("  availableLanguages", solution.interface_languages)


def _list(key: str, values: Iterable[str]) -> Iterable[str]:
    values = tuple(values)
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    if values:
        yield f"{key}:"
    for value in values:
        yield f"{indent}- {_scalar(value)}"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    # A JSON string is a double-quoted YAML scalar.
    return json.dumps(text, ensure_ascii=False)


def _tab(text: str) -> str:
    return text.replace("platforms:\n  - ", "platforms:\n\t- ", 1)


def _duplicate_key(text: str) -> str:
    return text.replace("developmentStatus:", "developmentStatus: beta\ndevelopmentStatus:", 1)


def _merge_marker(text: str) -> str:
    line = next(line for line in text.splitlines() if line.startswith("developmentStatus:"))
    both = f"<<<<<<< HEAD\n{line}\n=======\ndevelopmentStatus: development\n>>>>>>> origin/entwicklung"
    return text.replace(line, both, 1)


def _platforms_string(text: str) -> str:
    return re.sub(r"platforms:\n  - (\S+)\n", r"platforms: \1\n", text, count=1)


def _unquoted_version(text: str) -> str:
    return re.sub(r'publiccodeYmlVersion: "([^"]+)"', r"publiccodeYmlVersion: \1", text, count=1)


_SPOILERS: Mapping[Quirk, Callable[[str], str]] = {
    Quirk.TAB: _tab,
    Quirk.DUPLICATE_KEY: _duplicate_key,
    Quirk.MERGE_MARKER: _merge_marker,
    Quirk.PLATFORMS_STRING: _platforms_string,
    Quirk.UNQUOTED_VERSION: _unquoted_version,
}
