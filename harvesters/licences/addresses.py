# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Web addresses that stand for one licence: those of its steward, of OSI, SPDX and Creative Commons, and badges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import cast
from urllib.parse import unquote

from harvesters.licences.phrasing import table
from registry.licences import is_valid, normalise

_MOST = 1_000
_ADDRESS = re.compile(r"(?:https?://(?:www\.)?|www\.)([^\s<>\"'()\[\]{}|\\`,;]{6,200})")
_ENDING = re.compile(r"(?:\.(?:html?|txt|php|md|json|pdf|svg))?[/.:]*$")
_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<elements>by(?:-nc)?(?:-nd|-sa)?)/(?P<version>\d\.\d)"
    r"(?:/(?P<port>[a-z]{2,4})(?![a-z]))?|publicdomain/zero/(?P<zero>1\.0))"
)
_BADGE = re.compile(
    r"img\.shields\.io/badge/(?:licen[sc]e|lizenz|licenza)[-_:]+(?P<name>[^?]{2,60})-[a-z0-9]{3,20}(?:\.svg)?(?:\?.*)?$"
)
_LANGUAGE = re.compile(r"deed|legal|[a-z]{2}\Z(?<!de|at|nl|us|uk|au|fr)")


@dataclass(frozen=True, slots=True)
class Address:
    start: int
    end: int
    expression: str | None
    """None for an address that stands for no certain licence."""


def addresses(text: str) -> Iterator[Address]:
    """All web addresses of a lower-case text, in order."""
    for match in islice(_ADDRESS.finditer(text), _MOST):
        written = match[1].rstrip(".:")
        yield Address(match.start(), match.start(1) + len(written), _licence(written))


def _licence(address: str) -> str | None:
    if creative := _CREATIVE_COMMONS.match(address):
        return _creative(creative)
    if badge := _BADGE.match(address):
        name = unquote(badge["name"]).replace("--", "\0").replace("-", " ").replace("\0", "-").replace("_", " ")
        return normalise(name)
    place = _ENDING.sub("", address.partition("#")[0].partition("?")[0])
    known = _table().get(place)
    if known is None and place.startswith("spdx.org/licenses/"):
        listed = normalise(place.rpartition("/")[2])
        return listed if listed and is_valid(listed) else None
    return known


def _creative(match: re.Match[str]) -> str | None:
    if match["zero"]:
        return "CC0-1.0"
    named = f"CC-{match['elements'].upper()}-{match['version']}"
    if match["port"] and not _LANGUAGE.match(match["port"]):
        named = f"{named}-{match['port'].upper()}"
    return named if is_valid(named) else None


@cache
def _table() -> dict[str, str]:
    """Address without scheme, "www." and ending -> id."""
    found: dict[str, str] = {}
    for expression, places in cast(dict[str, list[str]], table()["addresses"]).items():
        found.update(dict.fromkeys(places, expression))
    return found
