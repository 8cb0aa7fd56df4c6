# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the pages reach the catalogue: only through its use cases for reading."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from flask import current_app

from registry.errors import NotFound

if TYPE_CHECKING:
    from registry.bootstrap import Catalogue
    from registry.catalogue.finding import Finding
    from registry.catalogue.locating import Locating
    from registry.catalogue.overseeing import Overseeing

EXTENSION = "allmende"
_NAMES_KEPT_SECONDS = 60.0


def finding() -> Finding:
    return cast("Catalogue", current_app.extensions[EXTENSION]).finding


def locating() -> Locating:
    return cast("Catalogue", current_app.extensions[EXTENSION]).locating


def overseeing() -> Overseeing:
    return cast("Catalogue", current_app.extensions[EXTENSION]).overseeing


class PublisherNames:
    """Names of publishers by slug for facets and chips, remembered for a minute."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[float, str]] = {}

    def __getitem__(self, slug: str) -> str:
        """The name; the slug itself where there is no such publisher."""
        now = time.monotonic()
        kept = self._names.get(slug)
        if kept is not None and now - kept[0] < _NAMES_KEPT_SECONDS:
            return kept[1]
        try:
            name = finding().publisher(slug).title
        except NotFound:
            return slug
        self._names[slug] = (now, name)
        return name


class DemonstrationWatch:
    """Whether the demonstration is still being built; asked of the catalogue until its first harvest has ended."""

    def __init__(self, demo: bool) -> None:
        self._ended = not demo

    def building(self) -> bool:
        self._ended = self._ended or finding().readiness(demo=True).demo_harvested
        return not self._ended


def demonstration_is_being_built() -> bool:
    watch: DemonstrationWatch = current_app.extensions[f"{EXTENSION}-demonstration"]
    return watch.building()


def publisher_name(slug: str) -> str:
    names: PublisherNames = current_app.extensions[f"{EXTENSION}-publishers"]
    return names[slug]
