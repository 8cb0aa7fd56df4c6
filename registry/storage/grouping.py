# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which solution each repository belongs to, kept right with every batch: compare, resolve anew, merge and part.

A repository belongs to one solution. What hangs together by shared keys is clustered by ``registry.identity``; where
the outcome differs from what is stored, or a part of it was read afresh, the product is resolved from all its parts.
The outcome does not depend on the order in which repositories are harvested: a product that a part or a copy gave its
slug is called after its main repository once that is there, and the first slug leads on to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from registry.identity import cluster
from registry.kinship import related
from registry.model import Decision, DecisionAction, Member, Role
from registry.storage import decisions, identities, merging, producing
from registry.storage.merging import Entry
from registry.storage.producing import Part, Work
from registry.storage.sql import chunks
from registry.storage.tables import repository, solution, solution_repository

NO_LONGER = "no-longer-related"
"""The reason of a parting that no person decided."""
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Link:
    """What is stored of a repository's part in a solution."""

    solution_id: str
    role: str
    reason: str
    first_seen_at: float
    demo: bool


_Links = Mapping[str, _Link]


def regroup(connection: Connection, seeds: Collection[str], work: Work) -> None:
    """Compare these repositories with all they share a key with, and write every product that comes out otherwise.

    What was read of them is stored already, with their identities where they were read in this batch. Withdrawn ones
    take no part, whatever joined them, until they are read again: decisions about them stand and wait.
    """
    if not seeds:
        return
    decided = decisions.standing(connection, work.decision)
    asked = set(seeds)
    there = set(identities.living(connection, [key for pair in decided.pairs for key in pair]))
    pairs = [pair for pair in decided.pairs if there.issuperset(pair)]
    partners = [key for pair in pairs for key in pair if not asked.isdisjoint(pair)]
    wanted = identities.living(connection, _with_companions(connection, [*seeds, *partners]))
    identities.complete(connection, [key for key in wanted if key not in work.fresh], work.now)
    for _ in range(_ROUNDS):
        several = identities.components(connection, wanted, pairs)
        reached = [key for ids in several for key in ids]
        widened = identities.living(connection, _with_companions(connection, reached))
        if len(widened) == len(reached):
            break
        wanted = widened
    links = _links(connection, reached)
    parts = _parts(connection, several, decided.decisions)
    for part, candidates in zip(parts, _targets(parts, links, work.anchors), strict=True):
        _settle(connection, part, candidates, links, work)


def _with_companions(connection: Connection, repository_ids: Iterable[str]) -> list[str]:
    """These and the other repositories of their solutions."""
    found = dict.fromkeys(repository_ids)
    for chunk in chunks(list(found)):
        theirs = select(solution_repository.c.solution_id).where(solution_repository.c.repository_id.in_(chunk))
        query = select(solution_repository.c.repository_id).where(solution_repository.c.solution_id.in_(theirs))
        found |= dict.fromkeys(connection.scalars(query))
    return list(found)


def _links(connection: Connection, ids: Iterable[str]) -> dict[str, _Link]:
    found: dict[str, _Link] = {}
    for chunk in chunks(ids):
        query = (
            select(solution_repository, solution.c.first_seen_at, solution.c.demo)
            .join(solution, solution.c.id == solution_repository.c.solution_id)
            .where(solution_repository.c.repository_id.in_(chunk))
        )
        for row in connection.execute(query):
            age = row.first_seen_at.timestamp()
            found[row.repository_id] = _Link(row.solution_id, row.role, row.reason, age, row.demo)
    return found


def _parts(
    connection: Connection, several: Sequence[Sequence[str]], decided: Sequence[Decision]
) -> list[dict[str, Member]]:
    """The products among these components, each as its repositories' parts, the main one first."""
    urls: dict[str, str] = {}
    for chunk in chunks(key for ids in several for key in ids):
        query = select(repository.c.id, repository.c.url).where(repository.c.id.in_(chunk))
        urls |= {row.id: row.url for row in connection.execute(query)}
    known = identities.load(connection, [key for ids in several if len(ids) > 1 for key in ids])
    found: list[dict[str, Member]] = []
    for ids in several:
        compared = [key for key in ids if key in known]
        by_url = {known[key].url: key for key in compared}
        made = cluster([known[key] for key in compared], decided) if compared else ()
        found += [{by_url[member.url]: member for member in one.members} for one in made]
        # Alone, or without an identity that can be read: a product of its own.
        found += [{key: Member(urls[key], Role.MAIN, "own")} for key in ids if key not in known and key in urls]
    return found


def _targets(parts: Sequence[Mapping[str, Member]], links: _Links, anchors: Mapping[str, str]) -> list[list[str]]:
    """For each product the solutions that become it, the one that stays first.

    A solution goes where its main repository goes, else where most of its repositories go. A product keeps the
    solution that its main repository had, else the oldest.
    """
    number_of = {key: number for number, members in enumerate(parts) for key in members}
    of_solution: dict[str, list[str]] = {}
    for key in sorted(number_of):
        if key in links:
            of_solution.setdefault(links[key].solution_id, []).append(key)
    taken: list[list[str]] = [[] for _ in parts]
    for solution_id, keys in of_solution.items():
        mains = [key for key in keys if links[key].role == Role.MAIN.value]
        leading = anchors.get(solution_id) or next(iter(mains), None)
        numbers = [number_of[key] for key in keys]
        chosen = number_of[leading] if leading in number_of else max(sorted(set(numbers)), key=numbers.count)
        taken[chosen].append(solution_id)
    age = {link.solution_id: link.first_seen_at for link in links.values()}
    for members, candidates in zip(parts, taken, strict=True):
        main = links.get(next(iter(members)))
        own = main.solution_id if main is not None else None
        order = {one: (one not in anchors, one != own, age[one], one) for one in candidates}
        candidates.sort(key=order.__getitem__)
    return taken


def _settle(
    connection: Connection, members: Mapping[str, Member], candidates: Sequence[str], links: _Links, work: Work
) -> None:
    """Write one product unless it is stored so already."""
    kept = candidates[0] if candidates else None
    touched = members.keys() & work.fresh.keys() or members.keys() & work.stale
    if len(candidates) == 1 and not touched and _is_stored(members, candidates[0], links):
        return
    main, told = next(iter(members.items()))
    if kept is None and main in links:
        kept = merging.former(connection, told.url)
        if kept is not None:
            merging.take_along(connection, kept, kept)
    before = links.get(main)
    part = Part(
        solution_id=kept,
        members=members,
        same_main=before is not None and before.solution_id == kept and before.role == Role.MAIN.value,
        new_main=before is None and bool(candidates),
        leaves=before.solution_id if before is not None and before.solution_id != kept else None,
        demo=work.demo or any(links[key].demo for key in members if key in links),
    )
    written = producing.write(connection, part, work)
    if written is None:
        return
    for key, member in members.items():
        if key in links and links[key].solution_id not in (written, *candidates):
            former = merging.former(connection, member.url)
            if former is not None:
                merging.take_along(connection, former, written)
    for gone in candidates[1:]:
        merging.absorb(connection, gone, written, work.now)
    kin = _kin(connection, members, written, links)
    merging.log(connection, _entries(members, written, candidates[1:], links, kin, work.decision), work.now)


def _is_stored(members: Mapping[str, Member], solution_id: str, links: _Links) -> bool:
    stored = {key: (one.role, one.reason) for key, one in links.items() if one.solution_id == solution_id}
    return stored == {key: (member.role.value, member.reason) for key, member in members.items()}


_Kin = Mapping[str, Sequence[str]]
"""For each repository that comes those of the product that its reason really relates it to, new company first."""


def _kin(connection: Connection, members: Mapping[str, Member], written: str, links: _Links) -> _Kin:
    coming = [key for key in list(members)[1:] if _solution_before(key, links) != written]
    known = identities.load(connection, members) if coming else {}
    found: dict[str, Sequence[str]] = {}
    for key in coming:
        others = [one for one in members if one != key and one in known] if key in known else []
        reason = members[key].reason
        kin = [one for one in others if related(known[key], known[one], reason)]
        together = [one for one in kin if _were_together(key, one, links)]
        found[key] = [*(one for one in kin if one not in together), *together]
    return found


def _solution_before(key: str, links: _Links) -> str | None:
    return links[key].solution_id if key in links else None


def _were_together(one: str, other: str, links: _Links) -> bool:
    before = _solution_before(one, links)
    return before is not None and before == _solution_before(other, links)


def _entries(
    members: Mapping[str, Member],
    written: str,
    absorbed: Sequence[str],
    links: _Links,
    kin: _Kin,
    decision: Decision | None,
) -> list[Entry]:
    """What the rules did; what a person decided is logged by who asked for it."""
    main = next(iter(members.values()))
    found: list[Entry] = []
    for key, member in members.items():
        before = _solution_before(key, links)
        if before == written:
            continue
        if member is not main or before in absorbed:
            by_hand = decision is not None and member.reason == "decided"
            if not by_hand and not _comes_along(key, member, links, kin, decision):
                known = next((members[one].url for one in kin.get(key, ())), None)
                other = main.url if member is not main and member.reason == "decided" else known
                former = before or written
                found.append(Entry(merging.MERGE, former, written, member.url, other, merging.HARVEST, member.reason))
        elif before is not None and _parts_off(decision) != member.url:
            found.append(Entry(merging.SPLIT, before, written, member.url, None, merging.HARVEST, NO_LONGER))
    return found


def _comes_along(key: str, member: Member, links: _Links, kin: _Kin, decision: Decision | None) -> bool:
    """Whether it is here because of one that it was together with before, and of no other: that is no news.

    The main repository of what is absorbed has a line all the same, a decision's or this: by that it finds its slug.
    """
    merged = decision is not None and decision.action is DecisionAction.MERGE and member.url == decision.other
    if key in links and links[key].role == Role.MAIN.value and not merged:
        return False
    # New company comes first.
    return any(_were_together(key, one, links) for one in kin.get(key, ())[:1])


def _parts_off(decision: Decision | None) -> str | None:
    return decision.url if decision is not None and decision.action is DecisionAction.SPLIT else None
