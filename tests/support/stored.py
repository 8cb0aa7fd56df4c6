# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decided changes to give to a store, with as little to say as a test needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from typing import Any

from registry.model import (
    Activity,
    Assessment,
    Change,
    ChangeKind,
    EntryKind,
    Fact,
    FactSource,
    Fault,
    Field,
    FieldValue,
    ForgeFacts,
    ForgeKind,
    Harvested,
    Item,
    ItemStatus,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    Origin,
    Outcome,
    Problem,
    Reading,
    RepositoryRef,
    RepositoryState,
    Role,
    Severity,
    Signal,
    SignalName,
    Snapshot,
    Solution,
    SolutionRepository,
    State,
    Tag,
    TreeEntry,
    Verdict,
)

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)

_STATUS = {
    ChangeKind.NEW: ItemStatus.NEW,
    ChangeKind.CHANGED: ItemStatus.CHANGED,
    ChangeKind.UNCHANGED: ItemStatus.UNCHANGED,
    ChangeKind.GONE: ItemStatus.GONE,
    ChangeKind.WITHDRAWN: ItemStatus.GONE,
    ChangeKind.FAILED: ItemStatus.FAILED,
}


def url_of(number: int | str) -> str:
    return f"https://git.example/stadt/projekt-{number}"


def ref(url: str, **facts: Any) -> RepositoryRef:
    return RepositoryRef(url=url, fetch_url=f"{url}.git", forge=ForgeKind.GITLAB, facts=ForgeFacts(**facts))


def commit_of(url: str, label: str = "") -> str:
    """An object name of this repository's own: the same in two would make them one product."""
    return sha1(f"{url} {label}".encode()).hexdigest()


def activity(at: datetime = NOW, tagged: str = "c" * 40) -> Activity:
    return Activity(
        observed_at=at,
        commits=12,
        first_commit_at=at - 400 * DAY,
        last_commit_at=at - DAY,
        last_human_commit_at=at - 2 * DAY,
        commits_12_months=7,
        authors_12_months=2,
        tags=(Tag("v1.0", tagged, at - 30 * DAY),),
        tag_count=1,
    )


def facts_of(url: str, name: str, commit: str, **fields: Any) -> list[Fact]:
    """One fact a field from publiccode.yml; keyword names are those of ``Field``."""
    origin = Origin(url, "publiccode.yml", 3, commit, 7)
    found = [Fact(Field.NAME, name, origin, FactSource.PUBLICCODE)]
    return found + [Fact(Field(key), value, origin, FactSource.PUBLICCODE) for key, value in fields.items()]


def assessment(at: datetime = NOW, state: State = State.ACTIVE, valid_until: datetime | None = None) -> Assessment:
    signal = Signal(SignalName.ALIVE, Verdict.YES, "human-commit", {"months": "12"}, Origin("https://git.example"))
    return Assessment(signals=(signal,), state=state, assessed_at=at, valid_until=valid_until)


def harvested(
    url: str,
    name: str = "Mängelmelder",
    *,
    at: datetime = NOW,
    commit: str | None = None,
    tagged: str | None = None,
    files: dict[str, bytes] | None = None,
    content_hash: str | None = None,
    state: State = State.ACTIVE,
    valid_until: datetime | None = None,
    others: tuple[tuple[str, Role], ...] = (),
    problems: tuple[Problem, ...] = (),
    **fields: Any,
) -> Harvested:
    commit = commit or commit_of(url)
    tagged = tagged or commit_of(url, "v1.0")
    facts = facts_of(url, name, commit, **fields)
    weaker = Fact(Field.NAME, "projekt", Origin(url), FactSource.REPOSITORY_NAME)
    contents = (
        {"README.md": b"# Titel\n", "publiccode.yml": f"name: {name}\n".encode(errors="replace")}
        if files is None
        else files
    )
    conclusion = LicenceConclusion(
        "EUPL-1.2",
        LicenceVerdict.CLEAR,
        (LicenceEvidence("text", "EUPL-1.2", Origin(url, "LICENSE", 1, commit), 0.99),),
    )
    parts = ((url, Role.MAIN), *others)
    return Harvested(
        snapshot=Snapshot(
            ref=ref(url),
            commit=commit,
            branch="main",
            taken_at=at,
            detector=f"detector-{commit}",
            entries=tuple(TreeEntry(path, EntryKind.FILE, "b" * 40, len(text)) for path, text in contents.items()),
            files=contents,
            activity=activity(at, tagged),
        ),
        readings=(Reading("publiccode", tuple(facts), problems), Reading("name", (weaker,))),
        solution=Solution(
            name=name,
            fields={
                Field.NAME: (FieldValue(facts[0], (facts[0], weaker)),),
                **{one.field: (FieldValue(one, (one,)),) for one in facts[1:]},
            },
            repositories=tuple(
                SolutionRepository(part, role, "own", commit, at, activity(at, tagged), ForgeFacts(stars=3))
                for part, role in parts
            ),
            licence=conclusion,
            problems=problems,
        ),
        assessment=assessment(at, state, valid_until),
        content_hash=content_hash or sha256(repr((name, sorted(fields.items()))).encode()).hexdigest(),
    )


def problem(rule: str = "name-missing", line: int = 1) -> Problem:
    return Problem(rule, Severity.ERROR, Origin("https://git.example", "publiccode.yml", line), "name", {"key": "name"})


def change(
    kind: ChangeKind, url: str, fresh: Harvested | None = None, *, moved_from: str | None = None, at: datetime = NOW
) -> tuple[Change, Item]:
    """A change as ``decide`` gives it, with the item that goes with it."""
    faulty = kind in {ChangeKind.GONE, ChangeKind.WITHDRAWN, ChangeKind.FAILED}
    gone = kind in {ChangeKind.GONE, ChangeKind.WITHDRAWN}
    state = RepositoryState.UNREACHABLE if faulty else RepositoryState.ACTIVE
    state = RepositoryState.GONE if kind is ChangeKind.WITHDRAWN else state
    detector = fresh.snapshot.detector if fresh is not None else None if kind is ChangeKind.WITHDRAWN else "unchanged"
    decided = Change(
        kind=kind,
        ref=ref(url),
        state=state,
        detector=detector,
        strikes=2 if kind is ChangeKind.WITHDRAWN else 1 if gone else 0,
        failing_since=at if faulty else None,
        harvested=fresh,
        fault=Fault(Outcome.GONE if gone else Outcome.FAILED, "repository-gone", {"subject": url}) if faulty else None,
        moved_from=moved_from,
    )
    return decided, Item(repository=url, status=_STATUS[kind], seconds=0.25, at=at)


def new(url: str, name: str = "Mängelmelder", **rest: Any) -> tuple[Change, Item]:
    return change(ChangeKind.NEW, url, harvested(url, name, **rest), at=rest.get("at", NOW))
