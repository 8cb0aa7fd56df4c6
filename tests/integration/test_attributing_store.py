# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who publishes and who maintains, as it is stored: while harvesting, and again when the register knows more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from registry.bodies.evidence import Evidence
from registry.catalogue.attributing import reattribute
from registry.model import (
    Attribution,
    AttributionVia,
    BodyKind,
    Change,
    ChangeKind,
    Item,
    MatchOutcome,
    OutboxAction,
    RunState,
    SolutionRecord,
    Source,
    SourceKind,
)
from registry.model.sources import ForgeKind
from registry.storage import attributing
from registry.storage.database import open_engine
from registry.storage.saving import SavedChange
from registry.storage.store import Store
from support import registers
from support.registers import AMT, NEUSTADT_BW, NEUSTADT_SH, PROVIDER, ULM, VILLAGE
from support.stored import DAY, NOW, change, harvested, new, ref, url_of

pytest_plugins = ("support.databases",)

HERE = url_of("werkzeug")
Asked = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def register(migrated_url: str, store: Store) -> str:
    """The URL of the store's database, with a small register."""
    registers.put(migrated_url, (*registers.REGISTER,))
    del store
    return migrated_url


def saved(store: Store, url: str = HERE, name: str = "Werkzeug", **fields: Any) -> SolutionRecord:
    [one] = batch(store, [new(url, name, **fields)])
    assert one.slug is not None
    return store.solution(one.slug)


def batch(store: Store, changes: Sequence[tuple[Change, Item]]) -> list[SavedChange]:
    run = store.begin_run(NOW)
    done = store.save(run.id, changes, NOW)
    store.end_run(run.id, RunState.DONE, NOW)
    return done


def again(store: Store, url: str = HERE, name: str = "Werkzeug", **fields: Any) -> SolutionRecord:
    run = store.begin_run(NOW + DAY)
    fresh = harvested(url, name, at=NOW + DAY, commit="b" * 40, content_hash="other", **fields)
    [one] = store.save(run.id, [change(ChangeKind.CHANGED, url, fresh, at=NOW + DAY)], NOW + DAY)
    assert one.slug is not None
    store.end_run(run.id, RunState.DONE, NOW + DAY)
    return store.solution(one.slug)


def named(name: str | None, uri: str | None = None) -> dict[str, Any]:
    return {"organisation": {"uri": uri, "name": name}}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("url", "fields", "via", "body"),
    [
        (HERE, named("Stadt Ulm"), "organisation", ULM.id),
        (HERE, named("Universitätsstadt Ulm"), "organisation", ULM.id),
        (HERE, named("Ulm digital", "https://github.com/StadtUlm"), "uri", ULM.id),
        (HERE, {"copyright_owner": "Muster-IT"}, "copyright_owner", PROVIDER.id),
        (HERE, named("Neustadt") | {"copyright_owner": "Neustadt (Musterkreis)"}, "organisation", NEUSTADT_SH.id),
        ("https://github.com/stadtulm/werkzeug", named("Acme GmbH"), "account", ULM.id),
        ("https://git.ulm.de/irgendwer/werkzeug", {}, "domain", ULM.id),
        ("https://codeberg.org/stadt-ulm/werkzeug", {}, "forge_name", ULM.id),
        (HERE, named("Gemeinde Altdorf"), "organisation", VILLAGE.id),
    ],
)
def test_what_is_said_is_matched(store: Store, url: str, fields: dict[str, Any], via: str, body: str) -> None:
    found = saved(store, url, **fields)
    assert found.publisher is not None
    assert found.attribution is not None
    assert (found.publisher.id, found.attribution.via, found.attribution.body_id) == (body, via, body)


@pytest.mark.usefixtures("register")
def test_several_that_fit_are_kept_and_nobody_is_chosen(store: Store, query: Asked) -> None:
    found = saved(store, **named("Neustadt"))
    assert found.publisher is None
    assert found.attribution is not None
    assert found.attribution.outcome is MatchOutcome.AMBIGUOUS
    assert set(found.attribution.alternatives) == {NEUSTADT_SH.id, NEUSTADT_BW.id} == set(found.bodies)
    assert query("SELECT publisher_id FROM repository") == query("SELECT publisher_id FROM solution") == [(None,)]


@pytest.mark.usefixtures("register")
def test_whom_nobody_knows_is_kept_as_said(store: Store) -> None:
    found = saved(store, **named("Acme GmbH"))
    assert found.attribution == Attribution(MatchOutcome.UNKNOWN, AttributionVia.ORGANISATION, "Acme GmbH")
    assert store.solutions_by_id([found.id])[found.id].attribution == found.attribution


@pytest.mark.usefixtures("register")
def test_an_address_of_several_bodies_names_none_alone(store: Store) -> None:
    several = saved(store, "https://git.amt-mustersee.example/x/werkzeug")
    assert several.attribution is not None
    assert (several.publisher, set(several.attribution.alternatives)) == (None, {AMT.id, VILLAGE.id})


@pytest.mark.usefixtures("register")
def test_a_name_taken_back_ends_the_publisher_and_silence_does_not(store: Store) -> None:
    assert saved(store, **named("Stadt Ulm")).publisher is not None
    silent = again(store)
    assert silent.publisher is not None
    assert silent.attribution == Attribution(MatchOutcome.MATCH, AttributionVia.ORGANISATION, "Stadt Ulm", ULM.id)
    run = store.begin_run(NOW + 2 * DAY)
    fresh = harvested(HERE, "Werkzeug", at=NOW + 2 * DAY, commit="d" * 40, content_hash="third", **named("Acme GmbH"))
    store.save(run.id, [change(ChangeKind.CHANGED, HERE, fresh, at=NOW + 2 * DAY)], NOW + 2 * DAY)
    other = store.solution(silent.slug)
    assert (other.publisher, other.attribution and other.attribution.said) == (None, "Acme GmbH")


@pytest.mark.usefixtures("register")
def test_whom_the_operator_named_stays_whatever_is_declared(store: Store) -> None:
    organisation = "https://git.example/stadt"
    source = store.add_source(
        Source("", organisation, SourceKind.ORGANISATION, ForgeKind.GITLAB, NOW, publisher_id=PROVIDER.id)
    )
    run = store.begin_run(NOW)
    [one] = store.save(run.id, [new(HERE, "Werkzeug", **named("Stadt Ulm"))], NOW, source_id=source.id)
    assert one.slug is not None
    found = store.solution(one.slug)
    assert found.publisher is not None
    assert (found.publisher.id, found.attribution and found.attribution.via) == (PROVIDER.id, "configured")
    assert found.attribution is not None
    assert found.attribution.alternatives == (ULM.id,)
    # A single repository is visited without its source.
    later = again(store, **named("Stadt Ulm"))
    assert later.publisher is not None
    assert (later.publisher.id, later.attribution) == (PROVIDER.id, found.attribution)


@pytest.mark.usefixtures("register")
def test_what_a_fork_brought_along_is_not_its_own(store: Store) -> None:
    run = store.begin_run(NOW)
    decided, item = new(HERE, "Werkzeug", **named("Stadt Ulm"), upstream_url="https://github.com/stadtulm/werkzeug")
    forked = replace(decided, ref=ref(HERE, fork=True))
    [one] = store.save(run.id, [(forked, item)], NOW)
    assert one.slug is not None
    assert store.solution(one.slug).attribution == Attribution(MatchOutcome.UNKNOWN)


# --- when the register knows more ---


def test_what_was_unknown_is_attributed_once_the_register_knows_it(
    migrated_url: str, store: Store, query: Asked
) -> None:
    records = [
        saved(store, url_of(1), "Eins", **named("Stadt Ulm")),
        saved(store, url_of(2), "Zwei", **named("Neustadt")),
        saved(store, url_of(3), "Drei", **named("Acme GmbH")),
        saved(store, url_of(4), "Vier", contractors=[{"name": "Muster-IT", "website": None, "until": None}]),
    ]
    assert all(record.publisher is None for record in records)
    assert reattribute(store, NOW) == 0
    store.outbox_done([entry.seq for entry in store.outbox_pending(10)])
    registers.put(migrated_url)
    assert reattribute(store, NOW + DAY) == 3
    one, two, three, four = (store.solution(record.slug) for record in records)
    assert one.publisher is not None
    assert (one.publisher.id, one.attribution and one.attribution.via) == (ULM.id, "organisation")
    assert two.attribution is not None
    assert set(two.attribution.alternatives) == {NEUSTADT_SH.id, NEUSTADT_BW.id}
    assert three.attribution == records[2].attribution
    assert [claim.body_id for claim in four.operators] == [PROVIDER.id]
    assert [(entry.solution_id, entry.action) for entry in store.outbox_pending(10)] == [(one.id, OutboxAction.UPSERT)]
    [(key, publisher, version)] = query(
        "SELECT r.url, r.publisher_id, i.version FROM repository r JOIN repository_identity i "
        "ON i.repository_id = r.id WHERE r.publisher_id IS NOT NULL"
    )
    # Who publishes is a part of what tells a product: the next harvest compares it again.
    assert (key, publisher, version) == (url_of(1), ULM.id, 0)
    assert reattribute(store, NOW + DAY) == 0


def test_it_looks_at_no_more_than_it_may_and_goes_on(
    migrated_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        saved(store, url_of(number), f"Werkzeug {number}", **named("Stadt Ulm"))
    registers.put(migrated_url)
    monkeypatch.setattr("registry.catalogue.attributing._PAGE", 2)
    assert reattribute(store, NOW, limit=3) == 3
    assert reattribute(store, NOW) == 4


def test_it_comes_to_what_a_fresh_harvest_comes_to(migrated_url: str, store: Store) -> None:
    said: list[dict[str, Any]] = [
        named("Stadt Ulm"), named("Neustadt"), named("Acme GmbH"), {}, named(None, "https://github.com/stadtulm"),
        {"copyright_owner": "Musterkreis"}, named("Stadt Ulm") | {"copyright_owner": "Gemeinde Musterdorf"},
    ]  # fmt: skip
    slugs = [saved(store, url_of(n), f"Ding {n}", **one).slug for n, one in enumerate(said)]
    registers.put(migrated_url)
    reattribute(store, NOW)
    before = [store.solution(slug) for slug in slugs]
    after = [again(store, url_of(n), f"Ding {n}", **one) for n, one in enumerate(said)]
    assert [(one.publisher, one.attribution) for one in before] == [(one.publisher, one.attribution) for one in after]
    assert [one.publisher is not None for one in after] == [True, False, False, False, True, True, True]


def test_a_publisher_known_from_before_is_only_given_its_reason(store: Store, query: Asked, migrated_url: str) -> None:
    registers.put(migrated_url)
    found = saved(store, **named("Stadt Ulm"))
    engine_sql = "UPDATE {} SET attribution = NULL"
    for table in ("solution", "repository"):
        execute(migrated_url, engine_sql.format(table))
    execute(migrated_url, f"UPDATE solution SET publisher_id = '{PROVIDER.id}'")
    assert store.solution(found.slug).attribution is None
    assert reattribute(store, NOW) == 1
    kept = store.solution(found.slug)
    assert kept.publisher is not None
    assert (kept.publisher.id, kept.attribution) == (
        PROVIDER.id,
        Attribution(MatchOutcome.MATCH, body_id=PROVIDER.id),
    )
    assert query("SELECT count(*) FROM solution WHERE attribution IS NULL") == [(0,)]


def execute(url: str, statement: str) -> None:
    engine = open_engine(url, migrating=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


# --- who maintains it ---


@pytest.mark.usefixtures("register")
def test_contractors_are_claims_with_their_origin_and_end_with_the_statement(store: Store, query: Asked) -> None:
    said = [
        {"name": "MIT", "website": "https://muster-it.example", "until": "2027-06-30"},
        {"name": "Firma GmbH", "website": None, "until": None},
    ]
    found = saved(store, contractors=said)
    known, unknown = found.operators
    assert (known.name, known.body_id, known.outcome, known.until) == ("MIT", PROVIDER.id, "match", "2027-06-30")
    assert (unknown.name, unknown.body_id, unknown.outcome) == ("Firma GmbH", None, "unknown")
    assert known.origin["repository"] == HERE
    assert (known.origin["path"], known.origin["line"]) == ("publiccode.yml", 3)
    assert known.origin["commit"]
    assert found.bodies[PROVIDER.id].title == "Muster-IT Nord"
    [(record, claims)] = store.attributing.operated_by(PROVIDER.id)
    assert (record.id, claims) == (found.id, (known,))
    assert store.attributing.operated_by(ULM.id) == []
    ended = again(store)
    assert ended.operators == ()
    assert query("SELECT count(*) FROM solution_operator") == [(0,)]


@pytest.mark.usefixtures("register")
def test_a_moved_repository_takes_the_origin_of_its_claims_along(store: Store) -> None:
    saved(store, contractors=[{"name": "MIT", "website": None, "until": None}])
    run = store.begin_run(NOW + DAY)
    there = url_of("anderswo")
    moved = change(ChangeKind.UNCHANGED, there, moved_from=HERE, at=NOW + DAY)
    store.save(run.id, [moved], NOW + DAY)
    [(record, (claim,))] = store.attributing.operated_by(PROVIDER.id)
    assert record.solution.repositories[0].url == claim.origin["repository"] == there


# --- what it costs ---


@pytest.fixture
def statements(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)
    del store


@pytest.mark.usefixtures("register")
def test_a_batch_asks_the_register_a_few_times_whatever_its_size(store: Store, statements: list[str]) -> None:
    names = ("Stadt Ulm", "Neustadt", "Acme GmbH", "Landkreis Musterkreis", "Gemeinde Musterdorf")

    def asked(start: int, size: int) -> int:
        changes = [
            new(url_of(n), f"Sache {n}", **named(names[n % 5], f"https://x{n}.example"), copyright_owner=f"Wer {n}")
            for n in range(start, start + size)
        ]
        statements.clear()
        batch(store, changes)
        return sum(
            any(table in one for table in ("body_name", "body_domain", "body_account", "body.uri"))
            and "solution_operator" not in one
            for one in statements
        )

    small, large = asked(0, 5), asked(100, 100)
    assert large <= small + 4


@pytest.mark.parametrize("several", [20, 400])
def test_names_that_all_differ_are_asked_for_at_once(migrated_url: str, statements: list[str], several: int) -> None:
    """The worst batch: nobody of it says what another one says."""
    registers.put(migrated_url)
    said = {
        url_of(n): Evidence(organisation="Stadt Ulm", copyright_owner=f"Institut {n} der Firma Wort{n * 7} GmbH")
        for n in range(several)
    }
    engine = open_engine(migrated_url, migrating=True)
    with engine.connect() as connection:
        statements.clear()
        told = attributing.attributions(connection, said)
        asked = list(statements)
    engine.dispose()
    assert {one.body_id for one in told.values()} == {ULM.id}
    assert len([one for one in asked if "body_name" in one]) <= 6
    # One list of keys, not a condition for each.
    assert max(map(len, asked)) < 2_000


def test_an_account_that_becomes_known_is_told_as_the_reason(store: Store) -> None:
    found = saved(store)
    town = replace(ULM, id="", slug="", forge_organisations=("https://git.example/stadt",), domains=(), names=())
    owner = store.save_publisher(replace(town, parent_id=None, kind=BodyKind.TOWN))
    later = store.solution(found.slug)
    assert later.publisher is not None
    assert later.publisher.id == owner.id
    assert later.attribution == Attribution(MatchOutcome.MATCH, AttributionVia.ACCOUNT, body_id=owner.id)
