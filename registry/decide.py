# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""(stored, fresh, now) -> Change: what a harvest of one repository means for the catalogue. Pure.

Nothing is lost over a soft fault: whatever fails, the last good content stays and the fault is dated. A repository is
withdrawn only after two visits that found it gone, at least ``GRACE`` apart; a timeout in between proves nothing and
neither counts nor resets. A visit that reads it, or finds it unmodified, clears everything. Which state follows is the
table in ``registry.lifecycle``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from registry.lifecycle import (
    ANSWERS,
    GRACE,
    MISSING,
    SETTLED,
    STRIKES,
    Event,
    count_due_at,
    descent_of,
    event_of,
    following,
)
from registry.model import (
    Activity,
    Change,
    ChangeKind,
    Fact,
    Fault,
    Field,
    Harvested,
    Json,
    LicenceConclusion,
    NotModified,
    Origin,
    Outcome,
    Problem,
    RepositoryRef,
    RepositoryState,
    Solution,
    StoredRepository,
)

Fresh = Harvested | NotModified | Fault

_OF_THE_DETECTOR = frozenset({"confidence", "start", "end"})


def decide(
    stored: StoredRepository | None, ref: RepositoryRef, fresh: Fresh, now: datetime, moved_from: str | None = None
) -> Change:
    """What to write for one repository.

    ``moved_from`` is the canonical URL that becomes an alias. NotModified about a repository without stored content is
    a fault of ours ("internal"): without a detector in the change, the next harvest reads it whole. Of one that is
    blocked nothing is taken over.
    """
    if stored is not None and stored.blocked:
        change = _blocked(stored, ref)
    elif isinstance(fresh, Harvested):
        change = _harvested(stored, ref, fresh, now)
    elif isinstance(fresh, NotModified):
        change = _not_modified(stored, ref, fresh, now)
    else:
        change = _faulty(stored, ref, fresh, now)
    return replace(change, moved_from=moved_from)


def _harvested(stored: StoredRepository | None, ref: RepositoryRef, fresh: Harvested, now: datetime) -> Change:
    state = following(_state(stored), event_of(fresh))
    facts = fresh.snapshot.ref.facts
    part = next((part for part in fresh.solution.repositories if part.url == fresh.snapshot.ref.url), None)
    descent = descent_of(facts, part.role if part is not None else None)
    if stored is None or not _has_content(stored):
        kind = ChangeKind.NEW
    elif stored.content_hash != fresh.content_hash or stored.detector is None:
        kind = ChangeKind.CHANGED
    elif _settled(stored) not in (state, None) or stored.descent is not descent:
        # What the forge says of it is shown too.
        kind = ChangeKind.CHANGED
    else:
        kind = ChangeKind.UNCHANGED
    written = fresh if kind is not ChangeKind.UNCHANGED else None
    return Change(
        kind,
        ref,
        state,
        fresh.snapshot.detector,
        0,
        None,
        harvested=written,
        state_since=_since(stored, state, now),
        descent=descent,
        successor_url=_successor(fresh.solution),
        count_due_at=count_due_at(fresh),
    )


def _not_modified(stored: StoredRepository | None, ref: RepositoryRef, fresh: NotModified, now: datetime) -> Change:
    if stored is None or not _has_content(stored) or stored.state is RepositoryState.GONE:
        detail = {"subject": ref.url, "detail": "not modified, but nothing is stored"}
        change = _faulty(stored, ref, Fault(Outcome.FAILED, "internal", detail), now)
        return replace(change, detector=None)
    state = following(stored.state, Event.UNMODIFIED, _settled(stored))
    # Git finds nothing new, but the forge says by now that it is archived, or no longer: the next night reads it.
    archived = fresh.ref.facts.archived
    outdated = archived is not None and archived is not (state is RepositoryState.ARCHIVED)
    detector = None if outdated and state is not RepositoryState.INVALID else fresh.detector
    return Change(
        ChangeKind.UNCHANGED,
        ref,
        state,
        detector,
        0,
        None,
        state_since=_since(stored, state, now),
        count_due_at=stored.count_due_at,
    )


def _faulty(stored: StoredRepository | None, ref: RepositoryRef, fault: Fault, now: datetime) -> Change:
    event = event_of(fault)
    before = stored.strikes if stored else 0
    since = (stored.failing_since if stored else None) or now
    detector = stored.detector if stored else None
    if event in MISSING:
        # An earlier timeout is no evidence of being gone: the grace starts with the first "gone".
        strikes, since = before + 1, since if before else now
    elif event in ANSWERS:
        strikes, since = 0, now if before else since
    else:
        strikes = before
    is_due = strikes >= STRIKES and now - since >= GRACE
    state = following(_state(stored), event, _settled(stored), is_due)
    kind = ChangeKind.FAILED
    if stored is not None and _has_content(stored) and event in MISSING:
        withdrawn = state is RepositoryState.GONE and stored.state is not RepositoryState.GONE
        kind = ChangeKind.WITHDRAWN if withdrawn else ChangeKind.GONE
    return Change(
        kind,
        ref,
        state,
        None if state is RepositoryState.GONE else detector,
        strikes,
        since,
        fault=fault,
        state_since=_since(stored, state, now),
        count_due_at=stored.count_due_at if stored else None,
    )


def _blocked(stored: StoredRepository, ref: RepositoryRef) -> Change:
    return Change(ChangeKind.UNCHANGED, ref, stored.state, None, stored.strikes, stored.failing_since)


def _state(stored: StoredRepository | None) -> RepositoryState:
    return stored.state if stored is not None else RepositoryState.NEW


def _settled(stored: StoredRepository | None) -> RepositoryState | None:
    """Where it rested before a fault."""
    if stored is None or stored.state in SETTLED:
        return _state(stored)
    return stored.settled


def _since(stored: StoredRepository | None, state: RepositoryState, now: datetime) -> datetime | None:
    """From when on it is in this state; None where that is stored.

    What could not be reached for a while was what it is all the time; what was gone begins anew.
    """
    if stored is None:
        return now
    if stored.state is state:
        return None
    was_so = stored.state is RepositoryState.UNREACHABLE and stored.settled is state
    return (stored.settled_since or now) if was_so else now


def _successor(solution: Solution) -> str:
    """Its canonical URL, "" where none is named any more."""
    named = (value.fact.value for value in solution.fields.get(Field.SUCCESSOR, ()))
    return next((url for url in named if isinstance(url, str)), "")


def _has_content(stored: StoredRepository) -> bool:
    return stored.content_hash is not None and stored.solution_id is not None


# --- content ---------------------------------------------------------------------------------------------------------


def content_hash(solution: Solution) -> str:
    """SHA-256 over all that a reader would see changed, in hexadecimal.

    Left out are commit ids, places within files, what our detector is sure of, and the times of looking: alone they
    change nothing a reader reads. Activity (dates, counts, tags), origins' paths, candidates, licence evidence and
    problems count as content.
    """
    seen = {
        "name": solution.name,
        "fields": {
            name.value: [[_fact(value.fact), [_fact(fact) for fact in value.candidates]] for value in values]
            for name, values in solution.fields.items()
        },
        "repositories": [
            [part.url, part.role, part.reason, part.licence, _activity(part.activity)] for part in solution.repositories
        ],
        "licence": _licence(solution.licence),
        "problems": sorted(json.dumps(_problem(found), sort_keys=True) for found in solution.problems),
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()


def _fact(fact: Fact) -> list[Json]:
    return [_value(fact), fact.lang, fact.source, _place(fact.origin)]


def _value(fact: Fact) -> Json:
    """Of a licence text what it says, not where in the file and how sure the detector was."""
    if fact.field is not Field.DETECTED_LICENCE or not isinstance(fact.value, dict):
        return fact.value
    return {key: value for key, value in fact.value.items() if key not in _OF_THE_DETECTOR}


def _place(origin: Origin | None) -> list[Json]:
    return [origin.repository, origin.path] if origin else []


def _activity(activity: Activity) -> Mapping[str, Json]:
    return {
        "commits": activity.commits,
        "first": _moment(activity.first_commit_at),
        "last": _moment(activity.last_commit_at),
        "last_human": _moment(activity.last_human_commit_at),
        "commits_12_months": activity.commits_12_months,
        "authors_12_months": activity.authors_12_months,
        "tags": [[tag.name, _moment(tag.at)] for tag in activity.tags],
        "tag_count": activity.tag_count,
        "complete": activity.complete,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _licence(licence: LicenceConclusion) -> list[Json]:
    evidence = [
        [item.kind, item.expression, item.raw, _place(item.origin), item.aside, item.changed]
        for item in licence.evidence
    ]
    return [licence.expression, licence.verdict, evidence]


def _problem(found: Problem) -> list[Json]:
    return [found.rule, found.severity, found.key, dict(found.params), _place(found.origin)]
