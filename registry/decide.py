# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""(stored, fresh, now) -> Change: what a harvest of one repository means for the catalogue. Pure.

Nothing is lost over a soft fault: whatever fails, the last good content stays and the fault is dated. A repository is
withdrawn only after two harvests that found it gone, at least ``GRACE`` apart; a timeout in between proves nothing
and neither counts nor resets. A harvest that reads it, or finds it unmodified, clears everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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

GRACE = timedelta(days=7)
"""How long a repository must have been gone, from the first harvest that said so, before it is withdrawn."""
STRIKES = 2
"""Harvests that must have said "gone"."""
_OF_THE_DETECTOR = frozenset({"confidence", "start", "end"})


def decide(
    stored: StoredRepository | None, ref: RepositoryRef, fresh: Fresh, now: datetime, moved_from: str | None = None
) -> Change:
    """What to write for one repository.

    ``moved_from`` is the canonical URL that becomes an alias. NotModified about a repository without stored content is
    a fault of ours ("internal"): without a detector in the change, the next harvest reads it whole.
    """
    if isinstance(fresh, Harvested):
        change = _harvested(stored, ref, fresh)
    elif isinstance(fresh, NotModified):
        change = _not_modified(stored, ref, fresh, now)
    else:
        change = _faulty(stored, ref, fresh, now)
    return replace(change, moved_from=moved_from)


def _harvested(stored: StoredRepository | None, ref: RepositoryRef, fresh: Harvested) -> Change:
    if stored is None or not _has_content(stored):
        kind = ChangeKind.NEW
    elif stored.content_hash != fresh.content_hash or _withdrawn(stored):
        kind = ChangeKind.CHANGED
    else:
        kind = ChangeKind.UNCHANGED
    written = fresh if kind is not ChangeKind.UNCHANGED else None
    return Change(kind, ref, RepositoryState.ACTIVE, fresh.snapshot.detector, 0, None, harvested=written)


def _not_modified(stored: StoredRepository | None, ref: RepositoryRef, fresh: NotModified, now: datetime) -> Change:
    if stored is None or not _has_content(stored) or _withdrawn(stored):
        detail = {"subject": ref.url, "detail": "not modified, but nothing is stored"}
        change = _faulty(stored, ref, Fault(Outcome.FAILED, "internal", detail), now)
        return replace(change, detector=None)
    return Change(ChangeKind.UNCHANGED, ref, RepositoryState.ACTIVE, fresh.detector, 0, None)


def _faulty(stored: StoredRepository | None, ref: RepositoryRef, fault: Fault, now: datetime) -> Change:
    strikes = stored.strikes if stored else 0
    since = (stored.failing_since if stored else None) or now
    detector = stored.detector if stored else None
    if fault.outcome is not Outcome.GONE:
        state = RepositoryState.GONE if stored and _withdrawn(stored) else RepositoryState.UNREACHABLE
        return Change(ChangeKind.FAILED, ref, state, detector, strikes, since, fault=fault)
    if strikes == 0:
        since = now  # an earlier timeout is no evidence of being gone: the grace starts with the first "gone"
    strikes += 1
    if stored is None or not _has_content(stored):
        kind = ChangeKind.FAILED
    elif strikes >= STRIKES and now - since >= GRACE and not _withdrawn(stored):
        kind, detector = ChangeKind.WITHDRAWN, None
    else:
        kind = ChangeKind.GONE
    return Change(kind, ref, RepositoryState.GONE, detector, strikes, since, fault=fault)


def _has_content(stored: StoredRepository) -> bool:
    return stored.content_hash is not None and stored.solution_id is not None


def _withdrawn(stored: StoredRepository) -> bool:
    """A withdrawal takes the detector away, so that a repository that comes back is read whole and shown again."""
    return stored.state is RepositoryState.GONE and stored.strikes >= STRIKES and stored.detector is None


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
