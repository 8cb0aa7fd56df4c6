# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small real catalogue for tests of pages and API: SQLite, Whoosh, resolve and assess as in production.

The records are in our own words; facts are given instead of read, so that no git is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine, insert

from registry.assess import assess
from registry.catalogue.finding import Finding
from registry.catalogue.locating import Locating
from registry.catalogue.overseeing import Overseeing
from registry.config import Config
from registry.decide import content_hash, decide
from registry.model import (
    Activity,
    Body,
    BodyKeys,
    BodyKind,
    EgressRules,
    Fact,
    FactSource,
    Fault,
    Field,
    ForgeFacts,
    ForgeKind,
    Harvested,
    HostTraffic,
    Item,
    ItemStatus,
    Limits,
    Origin,
    Outcome,
    Place,
    Reading,
    RepositoryReading,
    RepositoryRef,
    RunState,
    Snapshot,
    Source,
    SourceKind,
    Tag,
)
from registry.resolve import resolve
from registry.search.index import Index, open_index
from registry.search.sync import sync
from registry.storage import migrate
from registry.storage.store import Store
from registry.storage.tables import solution_slug
from registry.vocabulary.rules import problem

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
COMMIT = "3f9c1e5a7b2d4f60819a2b3c4d5e6f708192a3b4"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'

PUBLISHERS = (
    Body(
        "",
        "",
        "Stadt Musterhausen",
        BodyKind.TOWN,
        "DE",
        land="DE-NW",
        population=12_400,
        keys=BodyKeys(ags="05999001"),
        uri="https://musterhausen.example",
        place=Place(51.50, 7.90),
    ),
    Body(
        "",
        "",
        "Landkreis Beispielland",
        BodyKind.COUNTY,
        "DE",
        land="DE-BW",
        population=180_000,
        place=Place(48.4, 9.1),
    ),
    Body("", "", "Zweckverband Kommunale Dienste Süd", BodyKind.IT_PROVIDER, "DE", place=Place(51.52, 7.95)),
    Body("", "", "Comune di Esempio", BodyKind.MUNICIPALITY, "IT"),
)


@dataclass(frozen=True)
class Spec:
    """One record: what its repository says, in short."""

    name: str
    url: str
    short: Mapping[str, str] = field(default_factory=dict)
    publisher: int | None = 0
    categories: tuple[str, ...] = ()
    licence: str | None = "EUPL-1.2"
    """The text in the LICENSE file."""
    declared: str | None = "EUPL-1.2"
    changed_days_ago: int | None = 20
    tags: tuple[str, ...] = ("v1.4.0",)
    description_from: FactSource = FactSource.PUBLICCODE
    languages: tuple[str, ...] = ("de",)
    extra: Mapping[Field, Any] = field(default_factory=dict)
    extra_texts: Mapping[Field, Mapping[str, Any]] = field(default_factory=dict)
    archived: bool = False


SPECS = (
    Spec(
        "Mängelmelder",
        "https://github.com/stadt-musterhausen/maengelmelder",
        {
            "de": "Einwohner melden Schlaglöcher und wilden Müll mit Foto und Ort; das Amt antwortet öffentlich.",
            "en": "Residents report potholes and litter with a photo and a place; the office answers in public.",
        },
        categories=("customer-service-and-support", "geographic-information-systems"),
        languages=("de", "en", "tr"),
        extra={
            Field.SOFTWARE_VERSION: "1.4.0",
            Field.RELEASE_DATE: "2026-09-01",
            Field.DEVELOPMENT_STATUS: "stable",
            Field.MAINTENANCE_TYPE: "internal",
            Field.PLATFORMS: ["web"],
            Field.DOCUMENTATION_URL: "https://docs.musterhausen.example/maengelmelder",
            Field.LANDING_URL: "https://maengelmelder.musterhausen.example",
            Field.ISSUES_URL: "https://github.com/stadt-musterhausen/maengelmelder/issues",
            Field.DEPENDS_ON: [{"kind": "open", "name": "PostgreSQL", "version": "15"}],
            Field.USED_BY: ["Stadt Musterhausen", "Gemeinde Neudorf"],
            Field.AUDIENCE_COUNTRIES: ["DE", "AT"],
        },
        extra_texts={
            Field.LONG_DESCRIPTION_HTML: {
                "de": "<h2>Ablauf</h2><p>Die Meldung landet beim zuständigen Amt. "
                '<a href="https://docs.musterhausen.example">Anleitung</a>, <a href="//evil.example">weiter</a></p>'
                "<ul><li>Karte</li><li>Statistik</li></ul>"
            },
            Field.FEATURES: {"de": ["Meldung mit Foto und Ort", "Öffentliche Antwort", "Auswertung nach Ortsteil"]},
        },
    ),
    Spec(
        "Zeitfenster",
        "https://gitlab.opencode.de/beispielland/zeitfenster",
        {"de": "Termine im Rathaus online vereinbaren, verschieben und absagen."},
        publisher=1,
        categories=("appointment-scheduling",),
        licence="MIT",
        declared="MIT",
    ),
    Spec(
        "Hundesteuer-Portal",
        "https://gitlab.opencode.de/zv-sued/hundesteuer",
        {"de": "Hunde an-, um- und abmelden und die Steuer gleich bezahlen."},
        publisher=2,
        categories=("billing-and-invoicing",),
        changed_days_ago=600,
        tags=(),
    ),
    Spec(
        "Parcheggi liberi",
        "https://github.com/comune-esempio/parcheggi",
        {"it": "Mostra i parcheggi liberi della città su una mappa."},
        publisher=3,
        categories=("geographic-information-systems",),
        licence="AGPL-3.0-only",
        declared="GPL-3.0-only",
        languages=("it",),
    ),
    Spec(
        "Ratsinformation",
        "https://github.com/stadt-musterhausen/ratsinfo",
        {"de": "Sitzungen, Vorlagen und Beschlüsse des Rates zum Nachlesen und Durchsuchen."},
        categories=("document-management",),
        changed_days_ago=1500,
        tags=("v0.9",),
        extra={
            Field.STANDARDS: ["oparl"],
            Field.PUBLIC_SERVICES: [
                {"leika": "99050012104000", "ozg": "10050", "themenfeld": None, "lebenslage": None}
            ],
            Field.KEYWORDS: ["gremienarbeit"],
        },
    ),
    Spec(
        "Sensornetz",
        "https://github.com/stadt-musterhausen/sensornetz",
        {"en": "Collects readings of river levels and air quality from small sensors and draws them on a map. " * 4},
        licence=None,
        declared=None,
        description_from=FactSource.README,
        categories=("data-collection", "data-visualization"),
    ),
    Spec(
        "Energieblick",
        "https://gitlab.opencode.de/zv-sued/energieblick",
        {"de": "Verbrauch von Strom, Wärme und Wasser in kommunalen Gebäuden auf einen Blick."},
        publisher=2,
        categories=("data-analytics",),
        declared=None,
    ),
    Spec(
        "Bürgerbeteiligung",
        "https://gitlab.opencode.de/beispielland/beteiligung",
        {"de": "Vorschläge sammeln, darüber sprechen und abstimmen.", "en": "Collect proposals, discuss and vote."},
        publisher=1,
        categories=("civic-engagement", "collaboration"),
        languages=("de", "en"),
        archived=True,
    ),
    Spec(
        "Ohne Angaben",
        "https://git.beispiel.example/leer/ohne",
        publisher=None,
        licence=None,
        declared=None,
        tags=(),
        languages=(),
    ),
    Spec(
        f"Prüfstein {HOSTILE}",
        "https://github.com/boese/pruefstein",
        {"de": f"Ein böser Text {HOSTILE} mit Umbruch\u202eund\ue000Marken."},
        publisher=None,
        extra={
            Field.LANDING_URL: "javascript:alert(3)",
            Field.DOCUMENTATION_URL: "https://user:secret@evil.example/",
            Field.TOPICS: [HOSTILE],
        },
        extra_texts={Field.LONG_DESCRIPTION_HTML: {"de": f"<p>Hallo</p><script>alert(4)</script>{HOSTILE}"}},
        categories=(HOSTILE,),
    ),
    Spec(
        "Baustellenkalender",
        "https://github.com/stadt-musterhausen/baustellen",
        {"de": "Wo und wie lange gebaut wird, als Karte, Liste und Datensatz."},
        categories=("geographic-information-systems",),
        languages=("de", "en"),
    ),
    Spec(
        "Kitaplatz",
        "https://gitlab.opencode.de/zv-sued/kitaplatz",
        {"de": "Eltern finden Betreuungsplätze und melden ihr Kind bei mehreren Einrichtungen an."},
        publisher=2,
        categories=("appointment-scheduling",),
        licence="LicenseRef-Eigene",
        declared=None,
    ),
)
FAILING = SPECS[6].url
ALIAS = "alter-name-der-maengelmeldung"


def config(folder: Path, base_url: str = "http://127.0.0.1:8000", *, demo: bool = False) -> Config:
    return Config(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'catalogue.sqlite'}",
        search_url=f"whoosh://{folder / 'index'}",
        base_url=base_url,
        secret_key="for tests",
        egress=EgressRules(),
        limits=Limits(),
        workers=1,
        web_workers=1,
        web_threads=1,
        demo=demo,
    )


@dataclass(frozen=True)
class SmallCatalogue:
    """As much of ``registry.bootstrap.Catalogue`` as the web front end uses, and what tests look into."""

    config: Config
    finding: Finding
    store: Store
    index: Index
    overseeing: Overseeing
    locating: Locating
    harvesting: Any = None
    registering: Any = None


def empty_catalogue(folder: Path) -> SmallCatalogue:
    """Migrated, indexed, without any record."""
    settings = config(folder)
    migrate.upgrade(settings.database_url)
    store, index = Store.open(settings.database_url), open_index(settings.search_url)
    sync(store, index)
    return SmallCatalogue(
        settings,
        Finding(store, index),
        store,
        index,
        Overseeing(store, index, settings, lambda: NOW),
        Locating(store, index, lambda: NOW),
    )


def small_catalogue(folder: Path, copies: int = 1, *, demo: bool = False) -> SmallCatalogue:
    """The dozen records, ``copies`` times; one cannot be read at the moment, one has a former slug."""
    catalogue = empty_catalogue(folder)
    store = catalogue.store
    bodies = [store.save_publisher(body) for body in PUBLISHERS]
    first = store.begin_run(NOW, demo=demo)
    for copy in range(copies):
        for spec in SPECS:
            _save(store, first.id, spec, copy, bodies)
    _note(store, first.id)
    store.end_run(first.id, RunState.DONE, NOW + timedelta(minutes=2))
    _sources(store, bodies)
    second = store.begin_run(NOW + timedelta(days=1), demo=demo)
    _fail(store, second.id)
    faults = [problem("unreachable", subject="https://github.com/leer", detail="no answer")]
    store.end_run(second.id, RunState.FAILED, NOW + timedelta(days=1, minutes=1), faults)
    _alias(catalogue)
    sync(store, catalogue.index)
    return catalogue


def _sources(store: Store, bodies: list[Body]) -> None:
    """One that fares well and one that has not answered for days, and what their hosts cost."""
    for url, owner, failures in (
        ("https://gitlab.opencode.de/zv-sued", bodies[2].id, 0),
        ("https://github.com/leer", None, 4),
    ):
        source = Source("", url, SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW - timedelta(days=30), owner)
        added = store.add_source(source)
        store.source_listed(added.id, NOW - timedelta(days=5), 12)
        for night in range(failures):
            store.source_listed(added.id, NOW - timedelta(days=failures - night), None, "unreachable")
    until = NOW + timedelta(hours=6)
    store.hosts.add([HostTraffic("api.github.com", 4021, 3900, 81_000_000, 12, 310.5, until, "rate-limited")], NOW)


def _save(store: Store, run_id: str, spec: Spec, copy: int, bodies: list[Body]) -> None:
    harvested = _harvested(spec, copy)
    ref = harvested.snapshot.ref
    owner = None if spec.publisher is None else bodies[spec.publisher].id
    change = decide(None, ref, harvested, NOW)
    item = Item(ref.url, ItemStatus.NEW, problems=len(harvested.solution.problems), seconds=0.4, at=NOW)
    store.save(run_id, [(change, item)], NOW, publisher_id=owner)


def _note(store: Store, run_id: str) -> None:
    """Items of repositories that gave no solution."""
    params = {"subject": "https://github.com/stadt-musterhausen/leer", "detail": "no commit"}
    rows = [
        Item(params["subject"], ItemStatus.FAILED, "repository-empty", params, at=NOW),
        Item("https://github.com/stadt-musterhausen/geheim", ItemStatus.REFUSED, "needs-password", params, at=NOW),
    ]
    store.save(run_id, [(None, row) for row in rows], NOW)


def _fail(store: Store, run_id: str) -> None:
    later = NOW + timedelta(days=1)
    stored = store.stored_repositories([FAILING])[FAILING]
    fault = Fault(Outcome.FAILED, "unreachable", {"subject": FAILING, "detail": "connection refused"})
    ref = RepositoryRef(FAILING, FAILING, ForgeKind.GITLAB)
    item = Item(FAILING, ItemStatus.FAILED, fault.rule, fault.params, at=later)
    store.save(run_id, [(decide(stored, ref, fault, later), item)], later)


def _alias(catalogue: SmallCatalogue) -> None:
    record = catalogue.store.solution("maengelmelder")
    engine = create_engine(catalogue.config.database_url)
    with engine.begin() as connection:
        connection.execute(insert(solution_slug).values(slug=ALIAS, solution_id=record.id))
    engine.dispose()


def _commit(url: str) -> str:
    """Of its own for every repository: the same commit in two places would make them one product."""
    return COMMIT if url == SPECS[0].url else sha1(url.encode(), usedforsecurity=False).hexdigest()


def _harvested(spec: Spec, copy: int) -> Harvested:
    url = spec.url if copy == 0 else f"{spec.url}-{copy}"
    name = spec.name if copy == 0 else f"{spec.name} {copy}"
    ref = RepositoryRef(url, url, ForgeKind.GIT, ForgeFacts(archived=spec.archived))
    activity = _activity(spec, url)
    problems = (
        problem("unreachable", Origin(url, "publiccode.yml", 3, _commit(url)), subject="landingURL", detail="404"),
    )
    reading = Reading("spec", tuple(_facts(spec, url, name)), problems if copy == 0 and spec.publisher == 0 else ())
    solution = resolve([RepositoryReading(ref, _commit(url), NOW, (reading,), activity)])
    snapshot = Snapshot(ref, _commit(url), "main", NOW, f"detector-{url}", (), {}, activity)
    return Harvested(snapshot, (reading,), solution, assess(solution, NOW), content_hash(solution))


def _activity(spec: Spec, url: str) -> Activity:
    last = None if spec.changed_days_ago is None else NOW - timedelta(days=spec.changed_days_ago)
    lively = spec.changed_days_ago is not None and spec.changed_days_ago < 365
    return Activity(
        observed_at=NOW,
        commits=412,
        first_commit_at=NOW - timedelta(days=2000),
        last_commit_at=last,
        last_human_commit_at=last,
        commits_12_months=96 if lively else 0,
        authors_12_months=5 if lively else 0,
        tags=tuple(Tag(tag, _commit(url), NOW - timedelta(days=80)) for tag in spec.tags),
        tag_count=len(spec.tags),
    )


def _facts(spec: Spec, url: str, name: str) -> list[Fact]:
    declared_in = Origin(url, "publiccode.yml", 7, _commit(url))
    text_in = Origin(
        url, "README.md" if spec.description_from is FactSource.README else "publiccode.yml", 12, _commit(url)
    )

    def declared(field_: Field, value: Any) -> Fact:
        return Fact(field_, value, declared_in, FactSource.PUBLICCODE)

    facts = [declared(Field.NAME, name)]
    facts += [
        Fact(Field.SHORT_DESCRIPTION, text, text_in, spec.description_from, lang) for lang, text in spec.short.items()
    ]
    facts += [
        Fact(kind, value, text_in, spec.description_from, lang)
        for kind, texts in spec.extra_texts.items()
        for lang, value in texts.items()
    ]
    facts += [declared(kind, value) for kind, value in spec.extra.items()]
    if spec.categories:
        facts.append(declared(Field.CATEGORIES, list(spec.categories)))
    if spec.languages:
        facts.append(declared(Field.INTERFACE_LANGUAGES, list(spec.languages)))
    if spec.declared:
        facts.append(declared(Field.DECLARED_LICENCE, spec.declared))
    if spec.licence:
        expression = None if spec.licence.startswith("LicenseRef") else spec.licence
        detected = {"expression": expression, "confidence": 0.99 if expression else 0.2, "path": "LICENSE"}
        facts.append(
            Fact(Field.DETECTED_LICENCE, detected, Origin(url, "LICENSE", None, _commit(url)), FactSource.LICENCE_FILE)
        )
    if spec.archived:
        facts.append(Fact(Field.ARCHIVED, True, Origin(url), FactSource.FORGE))
    tree = Origin(url, "Dockerfile", None, _commit(url))
    if spec.publisher == 0:
        facts.append(Fact(Field.CONTAINER, ["dockerfile", "compose"], tree, FactSource.TREE))
    readme = {"path": "README.md", "title": name, "words": 640, "lang": "de"}
    facts.append(Fact(Field.README, readme, Origin(url, "README.md", 1, _commit(url)), FactSource.README))
    return facts


def unusable_catalogue(folder: Path) -> SimpleNamespace:
    """A database that was never migrated and no index."""
    settings = config(folder)
    store, index = Store.open(settings.database_url), open_index(settings.search_url)
    return SimpleNamespace(
        config=settings,
        finding=Finding(store, index),
        overseeing=Overseeing(store, index, settings, lambda: NOW),
        locating=Locating(store, index, lambda: NOW),
    )
