# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sample index documents in our own words, and any number of made-up ones for size tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from registry.model import BodyKind, IndexDocument, SizeClass, State

_DAY = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)

REPORTS = IndexDocument(
    id="s-reports",
    slug="maengelmelder",
    name="Mängelmelder",
    content_hash="h1",
    short={
        "de": "Bürger melden Schlaglöcher und wilden Müll mit Foto und Ort.",
        "en": "Citizens report potholes and litter with a photo and a place.",
    },
    long={"de": "Die Meldungen landen beim zuständigen Amt. Das Amt für Straßen sieht alle Schäden auf einer Karte."},
    keywords=("civic-reports", "Stadt Musterhausen"),
    category=("customer-service-and-support",),
    licence=("EUPL-1.2",),
    licence_kind=("network_copyleft",),
    publisher="musterhausen",
    land="DE-BW",
    kind=BodyKind.TOWN,
    size=SizeClass.SMALL,
    country="DE",
    language=("de", "en"),
    state=State.ACTIVE,
    last_activity=_DAY,
)
BOOKING = IndexDocument(
    id="s-booking",
    slug="zeitfenster",
    name="Zeitfenster",
    content_hash="h2",
    short={"de": "Besuche im Rathaus online buchen.", "en": "Book visits to the town hall online."},
    keywords=("slot-booking",),
    category=("appointment-scheduling", "customer-service-and-support"),
    licence=("MIT",),
    licence_kind=("permissive",),
    publisher="beispielstadt",
    land="DE-NW",
    kind=BodyKind.TOWN,
    size=SizeClass.LARGE,
    country="DE",
    language=("de",),
    state=State.ACTIVE,
    last_activity=_DAY - timedelta(days=30),
)
DOGS = IndexDocument(
    id="s-dogs",
    slug="hundesteuer",
    name="Hundesteuer-Portal",
    content_hash="h3",
    short={"de": "Hunde an-, um- und abmelden, Gebühren bezahlen."},
    category=("billing-and-invoicing",),
    licence=("EUPL-1.2",),
    licence_kind=("network_copyleft",),
    publisher="beispielstadt",
    land="DE-NW",
    kind=BodyKind.TOWN,
    size=SizeClass.LARGE,
    country="DE",
    language=("de",),
    state=State.QUIET,
    last_activity=_DAY - timedelta(days=500),
)
PARKING = IndexDocument(
    id="s-parking",
    slug="parcheggi-liberi",
    name="Parcheggi liberi",
    content_hash="h4",
    short={"it": "Mostra i parcheggi liberi della città su una mappa."},
    category=("it-asset-management",),
    licence=("unclear",),
    licence_kind=("unsettled",),
    publisher="comune-esempio",
    kind=BodyKind.MUNICIPALITY,
    size=SizeClass.SMALL,
    country="IT",
    language=("it", "en"),
    state=State.ABANDONED,
)
MAP = IndexDocument(
    id="s-map",
    slug="aerztekarte",
    name="Ärztekarte",
    content_hash="h5",
    short={"und": "Open source map of medical practices"},
    long={"en": "Shows where doctors practise. Uses the map of the statistical office."},
    licence=("none",),
    licence_kind=("none",),
    language=(),
    state=State.UNKNOWN,
)

SAMPLES = (REPORTS, BOOKING, DOGS, PARKING, MAP)

_LAENDER = ("DE-BB", "DE-BE", "DE-BW", "DE-BY", "DE-HE", "DE-MV", "DE-NI", "DE-NW", "DE-SN", "DE-TH")
_KINDS = tuple(BodyKind)
_SIZES = tuple(SizeClass)
_NOUNS = [
    "Antrag",
    "Bürger",
    "Termin",
    "Straße",
    "Müll",
    "Schule",
    "Kita",
    "Bad",
    "Bücherei",
    "Wahl",
    "Haushalt",
    "Karte",
    "Sensor",
    "Wetter",
    "Verkehr",
    "Baum",
    "Friedhof",
    "Archiv",
    "Steuer",
    "Ausweis",
    "Verein",
    "Ehrenamt",
    "Beteiligung",
    "Formular",
    "Urkunde",
    "Gebühr",
    "Parkplatz",
    "Radweg",
    "Brücke",
    "Wasser",
    "Strom",
    "Licht",
]
_VERBS = [
    "verwaltet",
    "zeigt",
    "meldet",
    "bucht",
    "plant",
    "misst",
    "sammelt",
    "druckt",
    "prüft",
    "veröffentlicht",
    "zählt",
    "erinnert",
]


def made_up(count: int, seed: int = 1) -> Iterator[IndexDocument]:
    """Documents of the size of real ones: some 20 words short, some 150 long, two languages."""
    chance = random.Random(seed)
    for number in range(count):
        yield IndexDocument(
            id=f"made-{number:05}",
            slug=f"made-{number}",
            name=f"{chance.choice(_NOUNS)}{chance.choice(_NOUNS).lower()} {number}",
            content_hash=f"hash-{number}",
            short={"de": _sentence(chance, 20), "en": _sentence(chance, 20)},
            long={"de": _sentence(chance, 150), "en": _sentence(chance, 60)},
            keywords=(f"repository-{number}", chance.choice(_NOUNS)),
            category=tuple(
                chance.sample(("blog", "crm", "design", "backup", "cad", "budgeting"), chance.randint(0, 3))
            ),
            licence=(chance.choice(("EUPL-1.2", "MIT", "Apache-2.0", "none")),),
            publisher=f"town-{(town := chance.randint(0, 150))}",
            land=_LAENDER[town % len(_LAENDER)],
            kind=_KINDS[town % len(_KINDS)],
            size=_SIZES[town % len(_SIZES)] if town % 3 else None,
            country=chance.choice(("DE", "DE", "DE", "IT", "FR")),
            language=tuple(chance.sample(("de", "en", "it", "fr"), chance.randint(0, 2))),
            state=chance.choice(tuple(State)),
            last_activity=_DAY - timedelta(days=chance.randint(0, 2000)) if chance.random() > 0.1 else None,
        )


def _sentence(chance: random.Random, length: int) -> str:
    parts = (f"{chance.choice(_NOUNS)} {chance.choice(_VERBS)}" for _ in range(length // 2))
    return " und ".join(parts) + f" {chance.choice(_NOUNS)}{chance.choice(_NOUNS).lower()}."
