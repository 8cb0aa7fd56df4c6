# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bodies and domains kept by hand: well-formed, without doubles, with codes that exist, and found by name."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pycountry
import pytest

import registry.vocabulary
from registry.bodies import curated
from registry.bodies.core import core
from registry.bodies.keys import LAENDER_BY_ISO
from registry.bodies.matching import MemoryNames, match, named
from registry.bodies.spelling import fold, spellings
from registry.model import BodyEntry, BodyKind, BodyNameKind, MatchOutcome

VOCABULARY = Path(registry.vocabulary.__file__).parent
SOURCES: list[dict[str, Any]] = tomllib.loads((VOCABULARY / "curated-sources.toml").read_text(encoding="utf-8"))[
    "publisher"
]
EVERY = (*curated.operators(), *curated.others())
KEY_FORMS = {
    "istat": (r"\d{6}", "IT"), "bfs": (r"[1-9]\d{0,3}", "CH"), "statistik-at": (r"[1-9]\d{4}", "AT"),
    "cbs": (r"GM\d{4}", "NL"), "insee": (r"\d{2}\d{3}", "FR"), "nis": (r"\d{5}", "BE"), "ine": (r"\d{5}", "ES"),
    "scb": (r"\d{4}", "SE"), "ssb": (r"\d{4}", "NO"), "dst": (r"\d{3}", "DK"), "stat-fi": (r"\d{3}", "FI"),
    "ibge": (r"\d{7}", "BR"),
}  # fmt: skip
TWO_LEVELS = re.compile(r"\.(?:gouv\.fr|gov\.(?:it|at)|gv\.at|kommune\.no|(?:[a-z]{2}|[a-z-]{4,}|vda|taa|fvg)\.it)$")
"""Below these of the domains used here a body registers its own name: rules of the registries of Italy and others."""


@pytest.fixture(scope="module")
def german() -> Mapping[str, BodyEntry]:
    """The core by AGS and by ARS."""
    return {key: entry for entry in core() for key in (entry.keys.ags, entry.keys.ars) if key}


@pytest.fixture(scope="module")
def bodies() -> Sequence[BodyEntry]:
    return [*core(), *EVERY]


@pytest.fixture(scope="module")
def names(bodies: Sequence[BodyEntry]) -> MemoryNames:
    return MemoryNames(row for number, entry in enumerate(bodies) for row in named(entry, str(number)))


def test_there_are_enough() -> None:
    providers = [entry for entry in curated.operators() if entry.kind is BodyKind.IT_PROVIDER]
    assert 40 <= len(providers) <= 60
    assert len(curated.others()) > 250
    assert {entry.land for entry in providers if entry.land} >= set(LAENDER_BY_ISO) - {"DE-HH", "DE-TH"}
    assert set(LAENDER_BY_ISO) - {"DE-HH"} <= {land for entry in curated.operators() for land in entry.serves}


def test_nobody_is_there_twice() -> None:
    assert not _twice((fold(entry.name), entry.country, entry.kind) for entry in EVERY)
    # These two cities and the associations around them have one website.
    assert _twice(domain for entry in EVERY for domain in entry.domains) == ["strasbourg.eu", "rennes.fr"]
    assert not _twice(entry.uri for entry in EVERY if entry.uri)
    assert not _twice((entry.keys.foreign_scheme, entry.keys.foreign_key) for entry in EVERY if entry.keys.foreign_key)


def test_a_name_in_full_belongs_to_one_body() -> None:
    """Only a town and the county or region around it may have the plain name in common."""
    of: dict[str, set[tuple[BodyKind, str]]] = {}
    for entry in EVERY:
        for name, key in spellings(entry):
            if not (name.name == entry.name and entry.own_title):
                of.setdefault(f"{entry.country} {key}", set()).add((entry.kind, entry.name))
    # "Kanton Zürich" and "Stadt Zürich" are stored as written: words of kind are no part of what they are compared by.
    shared = {key: sorted(name for _, name in who) for key, who in of.items() if len(who) > 1}
    assert not shared


def test_codes_exist() -> None:
    subdivisions = {one.code for one in pycountry.subdivisions}
    for entry in EVERY:
        assert entry.country is None or pycountry.countries.get(alpha_2=entry.country), entry.where
        assert (entry.country is None) <= (entry.kind is BodyKind.INTERNATIONAL), entry.where
        assert entry.land is None or (entry.land in subdivisions and entry.land in LAENDER_BY_ISO), entry.where
        scheme, key = entry.keys.foreign_scheme, entry.keys.foreign_key
        if scheme == "iso3166-2":
            assert key in subdivisions, entry.where
            assert (str(key).partition("-")[0], entry.kind) == (entry.country, BodyKind.STATE), entry.where
        elif scheme is not None:
            form, country = KEY_FORMS[scheme]
            assert re.fullmatch(form, key or ""), entry.where
            assert entry.country == country, entry.where


def test_what_is_served_exists(german: Mapping[str, BodyEntry]) -> None:
    for entry in curated.operators():
        for served in entry.serves:
            assert served in LAENDER_BY_ISO or served in german, f"{entry.where}: {served}"


def test_operators_are_german_and_say_what_they_are() -> None:
    for entry in curated.operators():
        assert entry.country == "DE", entry.where
        assert entry.legal_form in curated.LEGAL_FORMS | {None}, entry.where
        assert entry.kind in {BodyKind.IT_PROVIDER, BodyKind.STATE, BodyKind.NATIONAL, BodyKind.ASSOCIATION}
        assert entry.land or entry.kind is BodyKind.NATIONAL, entry.where


def test_domains_are_bare_and_registrable() -> None:
    every = [domain for entry in EVERY for domain in entry.domains]
    every += [domain for found in curated.domains().values() for domain in found]
    assert len(every) > 900
    for domain in every:
        assert domain.isascii(), domain
        assert domain == domain.lower().removeprefix("www."), domain
        levels = domain.count(".") + 1
        assert levels == 2 or (levels == 3 and TWO_LEVELS.search(domain)), domain


def test_places_lie_in_europe_but_for_two() -> None:
    away = [
        entry.name
        for entry in EVERY
        if entry.place and not (35 < entry.place.latitude < 70 and -10 < entry.place.longitude < 30)
    ]
    assert away == ["Rio de Janeiro", "Chicago"]


def test_domains_are_those_of_bodies_of_the_core(german: Mapping[str, BodyEntry]) -> None:
    shipped = tomllib.loads((VOCABULARY / "bodies" / "domains.toml").read_text(encoding="utf-8"))
    assert len(shipped) == len(curated.domains()) > 600
    for key, table in shipped.items():
        assert key in german, (key, table["name"])
        assert german[key].name == table["name"], key
    counties = {entry.keys.ars for entry in german.values() if entry.kind is BodyKind.COUNTY}
    assert len(counties & set(shipped)) > 280
    assert curated.domains()["03241001"] == curated.domains()["03241"] == ("hannover.de",)


@pytest.mark.parametrize("source", SOURCES, ids=[source["name"] for source in SOURCES])
def test_the_publisher_of_a_curated_source_is_one_body(
    source: dict[str, Any], bodies: Sequence[BodyEntry], names: MemoryNames
) -> None:
    found = match(source["name"], names, country=source["country"])
    assert found.outcome is MatchOutcome.MATCH, [bodies[int(one.body_id)].name for one in found.bodies]
    body = bodies[int(found.bodies[0].body_id)]
    assert body.kind == source["kind"]
    if "official_key" in source:
        assert source["official_key"] in (body.keys.ags, body.keys.foreign_key)
    if body.uri and "uri" in source:
        assert body.uri == source["uri"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("AKDB", "AKDB"),
        ("Anstalt für Kommunale Datenverarbeitung in Bayern", "AKDB"),
        ("krz Lemgo", "Ostwestfalen-Lippe-IT"),
        ("Zweckverband KDO", "KDO"),
        ("Föderale IT-Kooperation (FITKO)", "FITKO"),
        ("Comune di Cagliari", "Cagliari"),
        ("Mailand", "Milano"),
        ("Roma Capitale", "Roma"),
        ("Gemeente Amsterdam", "Amsterdam"),
        ("ITZBund", "Informationstechnikzentrum Bund"),
    ],
)
def test_names_as_people_write_them(said: str, meant: str, bodies: Sequence[BodyEntry], names: MemoryNames) -> None:
    found = match(said, names)
    assert found.outcome is MatchOutcome.MATCH
    assert bodies[int(found.bodies[0].body_id)].name == meant


def test_former_names_are_marked() -> None:
    one = next(entry for entry in curated.operators() if entry.name == "Südwestfalen-IT")
    kinds = {name.name: name.kind for name in one.names}
    assert kinds["SIT"] is BodyNameKind.SHORT
    assert kinds["KDVZ Citkomm"] is BodyNameKind.FORMER


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('name = "X"\nserves = ["Bayern"]', "serves has Bayern"),
        ('name = "X"\ndomains = ["www.x"]\nfax = "1"', "unknown keys fax"),
        ('name = "X"\ndomains = ["https://x.de"]', "domains has https://x.de"),
        ('name = "X"\nlegal_form = "Verein"', "legal_form = 'Verein'"),
        ('name = "X"\nland = "AT-1"', "land = 'AT-1'"),
        ('name = "X"\nland = "DE-BY"\ncountry = "AT"', "land = 'DE-BY'"),
        ('name = "X"\ncountry = "Deutschland"', "country of two letters"),
        ('kind = "state"', "needs name and kind"),
        ('name = " X"', "no text in name"),
        ('name = "X"\nforeign_key = "1"', "go together"),
        ('name = "X"\nplace = [50.0]', "latitude and longitude"),
        ('name = "X"\nplace = [500.0, 8.0]', "not on Earth"),
        ('name = "X"\npopulation = true', "population = True"),
        ('name = "X"\nshort = "Y"', "short is a list of texts"),
        ('name = "X"\nkind = "shop"', "shop"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "operators.toml").write_text(f"[[operator]]\n{text}\n", encoding="utf-8")
    monkeypatch.setattr(curated, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=re.escape(says)):
        curated.operators.__wrapped__()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('"8421" = { name = "Ulm", domains = ["ulm.de"] }', "neither AGS"),
        ('"08421000" = { domains = ["ulm.de"] }', "needs name and domains"),
        ('"08421000" = { name = "Ulm", domains = ["Ulm.de"] }', "has Ulm.de"),
    ],
)
def test_what_is_wrong_with_a_domain_is_said(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "domains.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(curated, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=re.escape(says)):
        curated.domains.__wrapped__()


def _twice(values: Any) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]
