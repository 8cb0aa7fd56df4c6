# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register of municipalities, public bodies and operators: who publishes, who runs, who is like us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BodyKind(StrEnum):
    """What a body is. Foreign ones have the kind that comes nearest; ``country`` says that they are foreign."""

    MUNICIPALITY = "municipality"
    """Gemeinde, Markt, Flecken: a municipality without the title of a town."""
    TOWN = "town"
    """Stadt, also one that is its own county (kreisfreie Stadt, Stadtkreis)."""
    COUNTY = "county"
    """Kreis, Landkreis, and what has another name for the same (Region Hannover)."""
    MUNICIPAL_ASSOCIATION = "municipal_association"
    """Gemeindeverband: Verbandsgemeinde, Amt, Samtgemeinde, Verwaltungsgemeinschaft, Verwaltungsverband."""
    JOINT_AUTHORITY = "joint_authority"
    """Zweckverband."""
    IT_PROVIDER = "it_provider"
    """A public IT provider of municipalities, whatever its legal form."""
    STATE = "state"
    """A Land, or an authority of one; a region or canton abroad."""
    NATIONAL = "national"
    INTERNATIONAL = "international"
    COMPANY = "company"
    ASSOCIATION = "association"
    RESEARCH = "research"
    OTHER = "other"


LOCAL_KINDS = frozenset({BodyKind.MUNICIPALITY, BodyKind.TOWN})
"""Kinds that have a size class."""


class SizeClass(StrEnum):
    """By population, after the types of the BBSR: below 5,000, 20,000, 100,000 and from there on."""

    RURAL = "rural"
    """Landgemeinde."""
    SMALL = "small"
    """Kleinstadt."""
    MEDIUM = "medium"
    """Mittelstadt."""
    LARGE = "large"
    """Großstadt."""


_SIZES = ((5_000, SizeClass.RURAL), (20_000, SizeClass.SMALL), (100_000, SizeClass.MEDIUM))


class BodyOrigin(StrEnum):
    """Where the catalogue has a body from; a later one with a higher rank may correct an earlier one."""

    CORE = "core"
    """Shipped with Allmende."""
    GV100AD = "gv100ad"
    """The official list of municipalities, imported by the operator."""
    TABLE = "table"
    """A table of the operator's own."""
    CURATED = "curated"
    """A file of sources and their publishers."""
    PERSON = "person"
    """Entered by somebody for their own body."""
    DEMO = "demo"


class BodyNameKind(StrEnum):
    OFFICIAL = "official"
    """As the official list spells it: "Ulm, Universitätsstadt"."""
    OWN = "own"
    """As the body calls itself: "Klingenstadt Solingen"."""
    SHORT = "short"
    """An abbreviation: "AKDB"."""
    OTHER = "other"
    """Another spelling, another language."""
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class BodyName:
    name: str
    kind: BodyNameKind
    until: str | None = None
    """ISO date up to which a former name held, where known."""


@dataclass(frozen=True, slots=True)
class Place:
    """WGS 84, degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class BodyKeys:
    """Official keys, text with leading zeros; None where not certain.

    ``ars``: Amtlicher Regionalschlüssel (Destatis, GV-ISys): 12 digits for a municipality, 9 for a Gemeindeverband, 5
    for a county, 2 for a Land. ``ags``: 8 digits, municipalities only; digits 1 to 5 and 10 to 12 of the ARS.
    """

    ars: str | None = None
    ags: str | None = None
    as_of: str | None = None
    """Gebietsstand: ISO date of the list of keys."""
    foreign_scheme: str | None = None
    """What ``foreign_key`` is a key of: "istat", "bfs", "cbs", "insee", ..."""
    foreign_key: str | None = None

    @classmethod
    def given(cls, country: str | None, key: str | None) -> BodyKeys:
        """A key of which only the country is known; nothing is checked."""
        if key is None:
            return NO_KEYS
        if country == "DE" and key.isascii() and key.isdigit() and len(key) in (2, 5, 8, 9, 12):
            return cls(ags=key) if len(key) == _AGS_DIGITS else cls(ars=key, ags=ags_of(key))
        return cls(foreign_key=key)

    @property
    def official(self) -> str | None:
        """The one to show."""
        return self.ars or self.ags or self.foreign_key


_AGS_DIGITS = 8
_ARS_DIGITS = 12


def ags_of(ars: str) -> str | None:
    """The AGS of a municipality's ARS: digits 1 to 5 and 10 to 12; None for any other length."""
    return ars[:5] + ars[9:] if len(ars) == _ARS_DIGITS else None


NO_KEYS = BodyKeys()


@dataclass(frozen=True, slots=True)
class Body:
    """A municipality, public body or operator.

    ``name`` is plain ("Ulm", "Vorpommern-Greifswald"); ``title`` is what people read ("Stadt Ulm").
    """

    id: str
    slug: str
    name: str
    kind: BodyKind
    country: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    own_title: str | None = None
    """As it calls itself: "Klingenstadt Solingen"."""
    designation: str | None = None
    """What it officially is, in German: "Kreisfreie Stadt", "Landkreis", "Markt", "Verbandsgemeinde"."""
    legal_form: str | None = None
    """Of an operator: "Anstalt des öffentlichen Rechts"."""
    land: str | None = None
    """ISO 3166-2: "DE-BW"."""
    region: str | None = None
    """A foreign region, in its own language."""
    keys: BodyKeys = NO_KEYS
    uri: str | None = None
    parent_id: str | None = None
    """Id of the body it belongs to: a municipality's Gemeindeverband, else its county, else its Land."""
    place: Place | None = None
    population: int | None = None
    population_as_of: str | None = None
    """ISO date, or a year; None where the source gives none."""
    area: int | None = None
    """Hectares."""
    programme_label: str | None = None
    """The category a funding programme gave it: shown as such, never computed with."""
    origin: BodyOrigin = BodyOrigin.CURATED
    reconciled: bool = True
    """False: entered by somebody and not yet compared with an official list ("noch nicht abgeglichen")."""
    successor_id: str | None = None
    dissolved_on: str | None = None
    """ISO date; with a successor it became a part of that one."""
    forge_organisations: tuple[str, ...] = ()
    """Canonical URLs of accounts on forges ("https://github.com/it-at-m")."""
    domains: tuple[str, ...] = ()
    """Registrable web domains, lower case; one may serve several bodies."""
    names: tuple[BodyName, ...] = ()
    """Further names; loaded only where a single body is asked for."""

    @property
    def size_class(self) -> SizeClass | None:
        """None for what is no municipality, and where the population is not known."""
        if self.kind not in LOCAL_KINDS or not self.population:
            return None
        return size_class(self.population)

    @property
    def title(self) -> str:
        """How to name it to a reader: "Stadt Ulm", "Landkreis Harburg", "Verbandsgemeinde Montabaur"."""
        if self.own_title:
            return self.own_title
        word = _TITLES.get(self.designation or "")
        if word is None or self.country != "DE" or _names_itself(self.name, word):
            return self.name
        return f"{word} {self.name}"


_TITLES: Mapping[str, str] = {
    "Stadt": "Stadt",
    "Kreisfreie Stadt": "Stadt",
    "Stadtkreis": "Stadt",
    "Große Kreisstadt": "Stadt",
    "Gemeinde": "Gemeinde",
    "Markt": "Markt",
    "Flecken": "Flecken",
    "Kreis": "Kreis",
    "Landkreis": "Landkreis",
    "Regionalverband": "Regionalverband",
    "Amt": "Amt",
    "Samtgemeinde": "Samtgemeinde",
    "Verbandsgemeinde": "Verbandsgemeinde",
    "Verwaltungsgemeinschaft": "Verwaltungsgemeinschaft",
    "Verwaltungsverband": "Verwaltungsverband",
}
_OF_COUNTIES = ("kreis", "region", "verband")


def _names_itself(name: str, word: str) -> bool:
    """ "Ostalbkreis" and "Region Hannover" say what they are."""
    folded = name.casefold()
    if folded.startswith(word.casefold() + " "):
        return True
    if word in ("Kreis", "Landkreis", "Regionalverband"):
        return any(folded.endswith(part) or folded.startswith(part) for part in _OF_COUNTIES) or "region" in folded
    return folded.startswith(("amt ", "verwaltungsgemeinschaft ", "gemeindeverwaltungsverband "))


def size_class(population: int) -> SizeClass:
    """Source: city and municipality types of the BBSR, by population alone."""
    return next((name for limit, name in _SIZES if population < limit), SizeClass.LARGE)


class RelationKind(StrEnum):
    SERVES = "serves"
    """An operator and a body, or the whole of a Land, that it serves."""
    MEMBER = "member"
    """A body and the joint authority or provider that it is a member of."""


@dataclass(frozen=True, slots=True)
class BodyRelation:
    """``target_id`` or ``region`` (ISO 3166-2, "DE-BY") is what it is about."""

    body_id: str
    kind: RelationKind
    target_id: str | None = None
    region: str | None = None
    origin: BodyOrigin = BodyOrigin.CURATED
    source_url: str | None = None


class BodyEventKind(StrEnum):
    CREATED = "created"
    RENAMED = "renamed"
    CHANGED = "changed"
    REKEYED = "rekeyed"
    DISSOLVED = "dissolved"
    MERGED = "merged"
    """Became a part of its successor."""
    ABSORBED = "absorbed"
    """Another became a part of it."""


@dataclass(frozen=True, slots=True)
class BodyEvent:
    """What happened to a body, and what told so. ``detail``: "before" and "after" by attribute, "other" a slug."""

    body_id: str
    kind: BodyEventKind
    at: datetime
    as_of: str | None = None
    """ISO date of the list that told so."""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BodyEntry:
    """One body as a list has it: shipped, official or the operator's own; nothing of it is stored yet."""

    name: str
    kind: BodyKind
    country: str | None = "DE"
    own_title: str | None = None
    designation: str | None = None
    legal_form: str | None = None
    land: str | None = None
    region: str | None = None
    keys: BodyKeys = NO_KEYS
    parent_key: str | None = None
    """ARS, or the first digits of it, of the body it belongs to."""
    uri: str | None = None
    place: Place | None = None
    population: int | None = None
    population_as_of: str | None = None
    area: int | None = None
    programme_label: str | None = None
    domains: tuple[str, ...] = ()
    names: tuple[BodyName, ...] = ()
    serves: tuple[str, ...] = ()
    """Of an operator: ISO 3166-2 codes of Länder, or keys (ARS) of bodies."""
    predecessors: tuple[str, ...] = ()
    """Keys of bodies that became a part of it."""
    where: str = ""
    """Line of the list, to name in a message."""


class MatchOutcome(StrEnum):
    MATCH = "match"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ScoredBody:
    """``score`` 0 to 1: how well the name fits, not how likely it is meant. ``why`` names what fitted."""

    body_id: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a name as people write it means. One body where exactly one fits, else all that fit, the best first."""

    query: str
    outcome: MatchOutcome
    bodies: tuple[ScoredBody, ...] = ()


class AttributionVia(StrEnum):
    """What told who publishes a solution."""

    CONFIGURED = "configured"
    """The operator, for the source."""
    ACCOUNT = "account"
    """The owner of the account on the forge is known."""
    URI = "uri"
    """``organisation.uri`` of publiccode.yml."""
    ORGANISATION = "organisation"
    """``organisation.name`` of publiccode.yml."""
    COPYRIGHT_OWNER = "copyright_owner"
    """``legal.mainCopyrightOwner`` or ``legal.repoOwner``."""
    FORGE_NAME = "forge_name"
    """The name of the account on the forge."""
    DOMAIN = "domain"
    """The web domain of a landing page or of the forge itself."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who publishes a solution, as far as it can be told. ``said`` is the text that was matched."""

    outcome: MatchOutcome
    via: AttributionVia | None = None
    said: str | None = None
    body_id: str | None = None
    alternatives: tuple[str, ...] = ()
    """Ids of bodies, where several fit."""


@dataclass(frozen=True, slots=True)
class OperatorClaim:
    """That somebody runs or maintains a solution for others: who says so, and where."""

    name: str
    body_id: str | None
    outcome: MatchOutcome
    website: str | None = None
    until: str | None = None
    origin: Mapping[str, object] = field(default_factory=dict)
    """``repository``, ``path``, ``line``, ``commit`` of the statement."""
