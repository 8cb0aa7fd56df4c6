# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a body of the register is told in words: what it is, where it lies, how large it is, where that is known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.model import Body, BodyKind, BodyOrigin, RegisterState, SizeClass
from registry.web import labels, words
from registry.web.filters import country_name
from registry.web.language import current, gettext

_KEYED = (BodyKind.MUNICIPALITY, BodyKind.TOWN, BodyKind.COUNTY, BodyKind.MUNICIPAL_ASSOCIATION)
"""German bodies of these kinds have an official key, also where it is not known yet."""
_SCHEMES: Mapping[str, str] = {
    "istat": "ISTAT",
    "bfs": "BFS",
    "cbs": "CBS",
    "insee": "INSEE",
    "ine": "INE",
    "gkz": "GKZ",
    "ipa": "IPA",
}
"""Names of foreign keys that are the same in every language."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text of which the language may be another than the page's."""

    text: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    value: str | None
    """None: not known."""


def kind(body: Body) -> tuple[Words, ...]:
    """What it is, first in the page's language; German terms of law have no translation and stay, marked as German."""
    general = Words(labels.label(labels.BODY_KINDS, body.kind))
    if body.designation is None:
        return (general,)
    if current() == "de":
        return (Words(body.designation),)
    return (general, Words(body.designation, "de" if body.country == "DE" else None))


def where(body: Body, parent: Body | None = None) -> str:
    """What tells it from others of its name: its county or association, its Land or region, its country if abroad."""
    parts = [parent.title] if parent is not None and parent.kind is not BodyKind.STATE else []
    if body.land:
        parts.append(words.land_name(body.land))
    elif body.region:
        parts.append(body.region)
    if body.country and (body.country != "DE" or not parts):
        parts.append(country_name(body.country))
    return ", ".join(parts)


def size(found: SizeClass) -> str:
    return f"{labels.label(labels.SIZE_CLASSES, found)} ({labels.label(labels.SIZE_RANGES, found)})"


def keys(body: Body) -> tuple[Key, ...]:
    """Those that a body of its kind has; None where one is not known. Other kinds have no key: nothing is shown."""
    if body.keys.foreign_key is not None:
        scheme = body.keys.foreign_scheme or ""
        told = f" ({_SCHEMES.get(scheme, scheme.upper())})" if scheme else ""
        return (Key(gettext("Official key") + told, body.keys.foreign_key),)
    ars = Key(gettext("Regional key (ARS)"), body.keys.ars)
    if body.country != "DE" or body.kind not in _KEYED:
        return (ars,) if body.keys.ars else ()
    local = body.kind in (BodyKind.MUNICIPALITY, BodyKind.TOWN)
    return (Key(gettext("Municipality key (AGS)"), body.keys.ags), ars) if local else (ars,)


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose facts the register has, and under which licence."""

    name: str
    text: str
    url: str | None = None


def credits_of(state: RegisterState, shown: Iterable[Body]) -> tuple[Credit, ...]:
    """Those of the shipped register once it is loaded; the official list where one of the ``shown`` comes from it."""
    found: list[Credit] = []
    if state.core_version is not None:
        found += _of_core()
    if any(body.origin is BodyOrigin.GV100AD for body in shown):
        listed = gettext("official list of municipalities (GV100AD), data changed; Datenlizenz Deutschland 2.0 (BY)")
        found.append(Credit(gettext("Federal Statistical Office (Destatis)"), listed, "https://www.destatis.de/"))
    outlines = gettext("outlines of the map, simplified; public domain")
    return (*found, Credit("Natural Earth", outlines, "https://www.naturalearthdata.com/"))


def _of_core() -> Iterator[Credit]:
    """As ``registry/vocabulary/bodies/README.md`` has them."""
    yield Credit(
        "© GeoBasis-DE / BKG 2016",
        gettext("keys, names and places as of 1 January 2016, data changed; GeoNutzV"),
        "https://www.bkg.bund.de/",
    )
    yield Credit(
        "Deutscher Wetterdienst",
        gettext("municipalities and their names as of 1 January 2021, data changed; CC BY 4.0"),
        "https://www.dwd.de/",
    )
    yield Credit(
        "GeoNames",
        gettext("places and numbers of inhabitants, data changed; CC BY 4.0"),
        "https://www.geonames.org/",
    )
    yield Credit("Allmende", gettext("what happened to municipalities since, kept by hand; CC0 1.0"))
