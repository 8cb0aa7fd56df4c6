# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from registry.errors import StorageError
from registry.model import (
    ChangeKind,
    ConditionalRequest,
    LicenceConclusion,
    LicenceVerdict,
    OutboxAction,
    State,
)
from registry.storage.database import open_engine
from registry.storage.indexing import index_document
from registry.storage.store import Store
from support.stored import DAY, NOW, activity, assessment, change, harvested, new, url_of

pytest_plugins = ("support.databases",)

A, B = url_of("a"), url_of("b")


@pytest.fixture
def run_id(store: Store) -> str:
    return store.begin_run(NOW).id


def test_a_document_holds_what_is_searched(store: Store, run_id: str) -> None:
    fields: dict[str, Any] = {
        "categories": ["civic-engagement", "civic-engagement"],
        "interface_languages": ["de", "en"],
        "topics": ["strasse"],
        "application_suite": "Stadtpaket",
        "organisation": {"uri": None, "name": "Stadt Köln"},
        "audience_countries": ["DE"],
        "features": ["Karte", "Foto"],
    }
    store.save(run_id, [new(A, short_description="Löcher melden", **fields)], NOW)
    [document] = store.all_documents()
    assert document.short == {"und": "Löcher melden"}
    assert document.long == {"und": "Karte\nFoto"}
    assert document.keywords == ("projekt-a", "strasse", "Stadtpaket", "Stadt Köln")
    assert document.category == ("civic-engagement",)
    assert document.language == ("de", "en")
    assert (document.licence, document.country, document.publisher) == (("EUPL-1.2",), "DE", None)
    assert (document.slug, document.state) == ("maengelmelder", State.ACTIVE)
    assert document.last_activity == activity().last_human_commit_at
    assert store.documents([document.id, "nobody"]) == [document]


def test_countries_and_licences_that_are_not_certain() -> None:
    solution = harvested(A, audience_countries=["DE", "AT"]).solution
    unclear = replace(solution, licence=LicenceConclusion(None, LicenceVerdict.UNCLEAR))
    document = index_document("id", "slug", unclear, State.UNKNOWN, None)
    assert (document.country, document.licence) == (None, ("unclear",))


@pytest.mark.parametrize(
    ("expression", "verdict", "expected"),
    [
        ("EUPL-1.2", LicenceVerdict.CLEAR, ("EUPL-1.2",)),
        ("AGPL-3.0 OR EUPL-1.2", LicenceVerdict.CLEAR, ("AGPL-3.0", "EUPL-1.2")),
        ("(MIT OR Apache-2.0) AND MIT", LicenceVerdict.CLEAR, ("MIT", "Apache-2.0")),
        ("GPL-2.0-only WITH Classpath-exception-2.0", LicenceVerdict.CLEAR, ("GPL-2.0-only",)),
        ("LicenseRef-Stadt", LicenceVerdict.NOT_OPEN, ("LicenseRef-Stadt",)),
        ("MIT", LicenceVerdict.CONFLICT, ("MIT",)),
        (None, LicenceVerdict.CONFLICT, ("conflict",)),
        (None, LicenceVerdict.NONE, ("none",)),
    ],
)
def test_a_licence_counts_by_every_id_of_its_expression(
    expression: str | None, verdict: LicenceVerdict, expected: tuple[str, ...]
) -> None:
    solution = replace(harvested(A).solution, licence=LicenceConclusion(expression, verdict))
    assert index_document("id", "slug", solution, State.UNKNOWN, None).licence == expected


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Y"), ("slug", "y"), ("state", State.QUIET), ("topics", ["y"]), ("licence", "MIT")]
)
def test_the_hash_is_over_everything(field: str, value: Any) -> None:
    def document(**given: Any) -> str:
        licence = LicenceConclusion(given.get("licence"), LicenceVerdict.CLEAR)
        solution = harvested(A, given.get("name", "X"), topics=given.get("topics", [])).solution
        state = given.get("state", State.ACTIVE)
        found = index_document("id", given.get("slug", "x"), replace(solution, licence=licence), state, None)
        return found.content_hash

    assert document() == document()
    assert document(**{field: value}) != document()


def test_all_documents_come_once_each_in_batches(store: Store, run_id: str) -> None:
    store.save(run_id, [new(url_of(number), f"Nr {number}") for number in range(7)], NOW)
    found = [document.id for document in store.all_documents(batch=3)]
    assert found == store.solution_ids()
    assert len(found) == len(set(found)) == 7


def test_the_outbox_gives_the_latest_of_each_solution(store: Store, run_id: str) -> None:
    assert (store.outbox_size(), store.outbox_position(), store.outbox_pending(9)) == (0, 0, [])
    store.save(run_id, [new(A, "Eins"), new(B, "Zwei")], NOW)
    store.save(run_id, [change(ChangeKind.WITHDRAWN, A)], NOW)
    one, two = store.stored_repositories([A])[A].solution_id, store.stored_repositories([B])[B].solution_id
    pending = store.outbox_pending(9)
    assert [(entry.solution_id, entry.action) for entry in pending] == [
        (two, OutboxAction.UPSERT),
        (one, OutboxAction.DELETE),
    ]
    assert store.outbox_size() == 2
    assert store.outbox_position() == pending[-1].seq == 3
    assert store.outbox_pending(1) == pending[:1]


def test_done_forgets_earlier_entries_but_not_later_ones(store: Store, run_id: str) -> None:
    store.save(run_id, [new(A)], NOW)
    store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A, "Anders"))], NOW)
    [seen] = store.outbox_pending(9)
    store.save(run_id, [change(ChangeKind.CHANGED, A, harvested(A, "Wieder anders"))], NOW)
    store.outbox_done([seen.seq])
    [later] = store.outbox_pending(9)
    assert later.seq > seen.seq
    store.outbox_done([later.seq])
    store.outbox_done([later.seq])
    store.outbox_done([])
    assert store.outbox_size() == 0
    assert store.outbox_position() == later.seq
    store.save(run_id, [new(B)], NOW)
    assert store.outbox_pending(9)[0].seq == store.outbox_position() == later.seq + 1


def test_time_alone_makes_an_assessment_due(
    store: Store, run_id: str, query: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    store.save(run_id, [new(A, "Eins", valid_until=NOW + DAY), new(B, "Zwei", valid_until=NOW + 9 * DAY)], NOW)
    store.outbox_done([entry.seq for entry in store.outbox_pending(9)])
    assert store.due_for_reassessment(NOW, 9) == []
    [(solution_id, solution)] = store.due_for_reassessment(NOW + DAY, 9)
    assert solution == store.solution("eins").solution
    assert len(store.due_for_reassessment(NOW + 9 * DAY, 1)) == 1
    store.save_assessments([(solution_id, assessment(NOW + DAY, State.ACTIVE, NOW + 2 * DAY))], NOW + DAY)
    assert store.due_for_reassessment(NOW + DAY, 9) == []
    assert store.outbox_size() == 0
    store.save_assessments([(solution_id, assessment(NOW + DAY, State.QUIET, None))], NOW + 2 * DAY)
    record = store.solution("eins")
    assert (record.assessment.state, record.updated_at) == (State.QUIET, NOW)
    assert store.outbox_size() == 1
    assert store.documents([solution_id])[0].state is State.QUIET
    assert query("SELECT DISTINCT name, verdict FROM signal") == [("alive", "yes")]


def test_solutions_by_id_come_in_the_order_asked_for(store: Store, run_id: str) -> None:
    store.save(run_id, [new(url_of(number), f"Nr {number}") for number in range(4)], NOW)
    ids = store.solution_ids()[::-1]
    assert list(store.solutions_by_id([*ids, "nobody", ids[0]])) == ids
    assert store.solutions_by_id([]) == {}


@pytest.mark.parametrize("column", ["document", "assessment", "fault"])
def test_a_row_that_does_not_fit_is_left_out_of_lists(
    store: Store, run_id: str, migrated_url: str, caplog: pytest.LogCaptureFixture, column: str
) -> None:
    store.save(run_id, [new(A, "Eins", valid_until=NOW), new(B, "Zwei", valid_until=NOW)], NOW)
    store.save(run_id, [change(ChangeKind.FAILED, A)], NOW)
    one, two = (store.stored_repositories([url])[url].solution_id for url in (A, B))
    assert one is not None
    assert two is not None
    table, place = ("repository", "") if column == "fault" else ("solution", f" WHERE id = '{one}'")
    place = place or f" WHERE url = '{A}'"
    engine = open_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text(f"""UPDATE {table} SET {column} = '{{"geheim": 1}}'{place}"""))
    engine.dispose()
    assert list(store.solutions_by_id([one, two])) == [two]
    assert one in caplog.text
    assert "geheim" not in caplog.text
    with pytest.raises(StorageError):
        store.solution("eins")
    assert store.solution("zwei").slug == "zwei"
    if column == "document":
        assert [document.id for document in store.documents([one, two])] == [two]
        assert [document.id for document in store.all_documents(batch=1)] == [two]
        assert [found for found, _ in store.due_for_reassessment(NOW, 9)] == [two]


def test_conditional_requests(store: Store) -> None:
    cache = store.request_cache()
    assert cache.get(A) is None
    request = ConditionalRequest(A, '"etag"', None, 200, "f" * 64, NOW, b"[1, 2]" * 1000)
    cache.put(request)
    assert cache.get(A) == request
    renewed = replace(request, etag=None, last_modified="Sun, 01 Mar 2026 00:00:00 GMT", body=None)
    cache.put(renewed)
    assert cache.get(A) == renewed


def test_settings_and_audit(store: Store, query: Callable[[str], list[tuple[Any, ...]]]) -> None:
    assert store.setting("demo") is None
    store.set_setting("demo", "yes")
    store.set_setting("demo", "no")
    assert store.setting("demo") == "no"
    store.audit("operator", "source.add", A, "", NOW)
    store.audit("operator", "source.pause", A, {"paused": True}, NOW)
    assert query("SELECT actor, action, subject FROM audit_log ORDER BY id") == [
        ("operator", "source.add", A),
        ("operator", "source.pause", A),
    ]
