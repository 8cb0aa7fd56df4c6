# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which repositories are one product: one rule table, a reason for each merge, and people's decisions on top. Pure.

Never by name alone across publishers. A fork with a name or an address of its own is a variant, and stays apart
(source: publiccode.yml, "forks and variants"). ``cluster`` replays decisions, so that reading again gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from registry.kinship import RULES, part, prefix, weight
from registry.model import (
    Cluster,
    Decision,
    DecisionAction,
    Fact,
    FactSource,
    Field,
    Identity,
    Json,
    Member,
    RepositoryReading,
    Role,
)
from registry.naming import account, last_segment, place, stem, words

MOST_TAGS = 12
_MOST_SHARING = 500
"""A key shared by more repositories than this says nothing."""
_COPIES = frozenset({Role.MIRROR, Role.FORK})


def identity_of(reading: RepositoryReading, publisher: str | None, aliases: Sequence[str] = ()) -> Identity:
    """What ``cluster`` compares of one repository as it was read."""
    facts = [fact for part in reading.readings for fact in part.facts]
    said = reading.ref.facts
    mirror_of = [url for value in _all(facts, Field.MIRROR_OF) for url in _texts(value)]
    tags = list(dict.fromkeys(tag.commit for tag in reading.activity.tags))
    declared = [fact for fact in facts if fact.source is FactSource.PUBLICCODE]
    return Identity(
        url=reading.ref.url,
        aliases=tuple(aliases),
        publisher=publisher,
        name=_name(facts),
        declares=bool(declared),
        declared_url=_first(declared, Field.UPSTREAM_URL),
        code_url=_first(facts, Field.REPOSITORY_URL),
        suite=_first(declared, Field.APPLICATION_SUITE),
        software_type=_first(declared, Field.SOFTWARE_TYPE),
        based_on=tuple(url for value in _all(facts, Field.IS_BASED_ON) for url in _texts(value)),
        mirror_of=tuple(dict.fromkeys(mirror_of)),
        mirror=bool(said.mirror) or bool(_all(facts, Field.MIRROR_OF)),
        fork=bool(said.fork),
        parent_url=said.parent_url,
        archived=bool(said.archived),
        head=reading.commit or None,
        tag_commits=tuple([*tags[: MOST_TAGS - 1], *tags[-1:]] if len(tags) > MOST_TAGS else tags),
        commits=reading.activity.commits,
        first_commit_at=reading.activity.first_commit_at,
    )


def keys(identity: Identity) -> frozenset[str]:
    """What two repositories must have in common, at least one, to be able to belong together."""
    own = account(identity.url)
    pointed = [identity.declared_url, identity.parent_url, *identity.mirror_of, *identity.aliases, identity.url]
    if identity.mirror:
        pointed.append(identity.code_url)
    found = {f"place:{where}" for url in pointed if url and (where := place(url))}
    found |= {f"commit:{oid}" for oid in (identity.head, *identity.tag_commits) if oid}
    named = stem(last_segment(identity.url))
    if named.specific:
        found.add(f"stem:{own}|{named.text}")
    if identity.name and stem(identity.name).specific:
        found.add(f"name:{own}|{stem(identity.name).text}")
    if identity.suite:
        found |= {f"suite:{owner}|{''.join(words(identity.suite))}" for owner in (own, identity.publisher) if owner}
    if identity.mirror:
        found.add(f"mirrors:{own}|{' '.join(prefix(identity))}")
    return frozenset(found)


def cluster(identities: Sequence[Identity], decisions: Sequence[Decision] = ()) -> tuple[Cluster, ...]:
    """The products behind these repositories, each with its main one first, sorted by the main one's URL.

    The outcome does not depend on the order of ``identities``. Decisions about repositories that are not among them
    count for nothing.
    """
    known = sorted({one.url: one for one in identities}.values(), key=lambda one: one.url)
    decided = _decided(decisions, {one.url for one in known})
    groups = _Groups([one.url for one in known])
    for edge in sorted(_edges(known, decided), key=lambda edge: (edge.rank, edge.child.url, edge.parent.url)):
        groups.join(edge)
    by_url = {one.url: one for one in known}
    made = [_cluster([by_url[url] for url in urls], groups.edges, decided) for urls in groups.members()]
    return tuple(sorted(made, key=lambda one: one.members[0].url))


# --- groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edge:
    """``child`` belongs to ``parent``; ``role`` is the child's."""

    child: Identity
    parent: Identity
    reason: str
    role: Role
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _Decided:
    """What people decided, as far as it still stands: pairs that belong together, and repositories on their own."""

    together: tuple[tuple[str, str], ...]
    alone: frozenset[str]


def _decided(decisions: Sequence[Decision], known: set[str]) -> _Decided:
    """What still stands: a split first takes back a merge of that repository, and a merge the split of these two."""
    together: list[tuple[str, str]] = []
    alone: dict[str, str | None] = {}
    for one in sorted(decisions, key=lambda decision: decision.at):
        if one.url not in known:
            continue
        if one.action is DecisionAction.SPLIT:
            kept = [pair for pair in together if one.url not in pair]
            if len(kept) == len(together):
                alone[one.url] = one.other
            together = kept
        elif one.other in known and one.other is not None:
            for split, origin in ((one.other, one.url), (one.url, one.other)):
                if alone.get(split) == origin:
                    del alone[split]
            together.append((one.url, one.other))
    return _Decided(tuple(together), frozenset(alone))


def _edges(known: Sequence[Identity], decided: _Decided) -> Iterator[_Edge]:
    by_url = {one.url: one for one in known}
    for kept, joined in decided.together:
        yield _Edge(by_url[joined], by_url[kept], "decided", part(by_url[joined]) or Role.MODULE, len(RULES))
    sharing: dict[str, list[Identity]] = {}
    for one in known:
        if one.url not in decided.alone:
            for key in keys(one):
                sharing.setdefault(key, []).append(one)
    pairs = {
        (one.url, other.url)
        for several in sharing.values()
        if len(several) <= _MOST_SHARING
        for one, other in combinations(several, 2)
    }
    for first, second in sorted(pairs):
        yield from _related(by_url[first], by_url[second])


def _related(one: Identity, other: Identity) -> Iterator[_Edge]:
    """The strongest relation of two repositories; the one that comes out as the child is the lesser part."""
    for rank, (reason, rule) in enumerate(RULES):
        found = [
            (child, parent, role) for child, parent in ((one, other), (other, one)) if (role := rule(child, parent))
        ]
        if found:
            child, parent, role = max(found, key=lambda edge: weight(edge[0], (one, other)))
            yield _Edge(child, parent, reason, role, rank)
            return


@dataclass(slots=True)
class _Groups:
    """Union-find over URLs that keeps the edge by which each repository was joined."""

    urls: Sequence[str]
    edges: dict[str, _Edge] = field(default_factory=dict)
    _root: dict[str, str] = field(default_factory=dict)

    def join(self, edge: _Edge) -> None:
        self.edges.setdefault(edge.child.url, edge)
        one, other = self._find(edge.child.url), self._find(edge.parent.url)
        if one != other:
            self._root[max(one, other)] = min(one, other)

    def members(self) -> list[list[str]]:
        found: dict[str, list[str]] = {}
        for url in self.urls:
            found.setdefault(self._find(url), []).append(url)
        return list(found.values())

    def _find(self, url: str) -> str:
        while url in self._root:
            url = self._root[url]
        return url


def _cluster(members: Sequence[Identity], edges: Mapping[str, _Edge], decided: _Decided) -> Cluster:
    kept = {first for first, _ in decided.together} - {second for _, second in decided.together}

    def order(one: Identity) -> tuple[object, ...]:
        edge = edges.get(one.url)
        return (one.url not in kept, edge is not None and edge.role in _COPIES, *weight(one, members))

    main, *others = sorted(members, key=order)
    parts = [Member(main.url, Role.MAIN, "own")]
    for one in sorted(others, key=lambda other: other.url):
        parts.append(_member(one, main, edges.get(one.url)))
    return Cluster(tuple(parts))


def _member(one: Identity, main: Identity, edge: _Edge | None) -> Member:
    if edge is not None:
        return Member(one.url, edge.role, edge.reason)
    # The parent of every edge it has: what it is to the main one, else its own name, tells its part.
    for reason, rule in RULES:
        role = rule(one, main) or rule(main, one)
        if role is not None:
            return Member(one.url, role if role in _COPIES else part(one) or Role.MODULE, reason)
    return Member(one.url, part(one) or Role.MODULE, "decided")


# --- facts -----------------------------------------------------------------------------------------------------------

_NAMING = (FactSource.PERSON, FactSource.PUBLICCODE, FactSource.CODEMETA, FactSource.CITATION, FactSource.MANIFEST)


def _name(facts: Sequence[Fact]) -> str | None:
    for source in _NAMING:
        for fact in facts:
            if fact.field is Field.NAME and fact.source is source and isinstance(fact.value, str):
                return fact.value
    return None


def _all(facts: Iterable[Fact], name: Field) -> list[Json]:
    return [fact.value for fact in facts if fact.field is name]


def _first(facts: Iterable[Fact], name: Field) -> str | None:
    return next((value for value in _all(facts, name) if isinstance(value, str)), None)


def _texts(value: Json) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
