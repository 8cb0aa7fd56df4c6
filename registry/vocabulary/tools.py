# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Services, build machines and dependency bots that a repository's files show: ids, labels and how to know them.

The table is data: ``tools.toml``; its head says what the keys mean.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_TABLE = Path(__file__).parent / "tools.toml"


@dataclass(frozen=True, slots=True)
class Tool:
    """``paths`` are of files that show it, ``images`` names of container images that are it."""

    id: str
    label: str
    paths: tuple[re.Pattern[str], ...] = ()
    images: frozenset[str] = frozenset()


@cache
def _tools(section: str) -> Mapping[str, Tool]:
    tables = tomllib.loads(_TABLE.read_text(encoding="utf-8"))[section]
    return MappingProxyType(
        {
            key: Tool(
                id=key,
                label=table["label"],
                paths=tuple(re.compile(path, re.IGNORECASE) for path in table.get("paths", ())),
                images=frozenset(table.get("images", ())),
            )
            for key, table in tables.items()
        }
    )


def services() -> Mapping[str, Tool]:
    """Databases and other services that software runs beside, known by their images."""
    return _tools("services")


def continuous_integration() -> Mapping[str, Tool]:
    """What builds and tests a repository after each change, known by its configuration."""
    return _tools("continuous_integration")


def dependency_bots() -> Mapping[str, Tool]:
    """What proposes newer versions of dependencies, known by its configuration."""
    return _tools("dependency_bots")


@cache
def service_of(image: str) -> str | None:
    """The id of the service that an image's bare name (without registry, owner and tag) is; None for any other."""
    return next((tool.id for tool in services().values() if image in tool.images), None)
