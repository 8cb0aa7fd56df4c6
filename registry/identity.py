# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which repositories are one product: one rule table, a reason for each merge, and people's decisions on top. Pure.

Never by name alone across publishers. A fork with a name or an address of its own is a variant, and stays apart
(source: publiccode.yml, "forks and variants"). ``cluster`` replays decisions, so that reading again gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby, pairwise

from registry.kinship import RULES, bare_part, claim, part, places, prefix, weight
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
from registry.naming import account, example_places, last_segment, place, stem, words
from registry.vocabulary.names import is_template

MOST_TAGS = 12
_ALL_PAIRS = 60
"""Of more repositories that share a key not every pair is compared."""
_SEVERAL = 2
_COPIES = frozenset({Role.MIRROR, Role.FORK})


def identity_of(reading: RepositoryReading, publisher: str | None, aliases: Sequence[str] = ()) -> Identity:
    """What ``cluster`` compares of one repository as it was read. What peers claim of it joins nothing."""
    facts = [fact for part in reading.readings for fact in part.facts if fact.source is not FactSource.PEER]
    said = reading.ref.facts
    mirror_of = [url for value in _all(facts, Field.MIRROR_OF) for url in _texts(value)]
    tags = list(dict.fromkeys(tag.commit for tag in reading.activity.tags))
    declared = [fact for fact in facts if fact.source is FactSource.PUBLICCODE]
    return Identity(
        url=reading.ref.url,
        aliases=tuple(aliases),
        publisher=publisher,
        name=_name(facts),
        title=_title(facts),
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
    declared = identity.declared_url
    if declared and place(declared) in example_places():
        declared = None
    pointed = [declared, identity.parent_url, *identity.mirror_of, *identity.aliases, identity.url]
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
    if identity.mirror and prefix(identity):
        found.add(f"mirrors:{own}|{' '.join(prefix(identity))}")
    if bare_part(identity):
        found.add(f"group:{own}")
    return frozenset(found)


def cluster(identities: Sequence[Identity], decisions: Sequence[Decision] = ()) -> tuple[Cluster, ...]:
    """The products behind these repositories, each with its main one first, sorted by the main one's URL.

    The outcome does not depend on the order of ``identities``. Decisions about repositories that are not among them
    count for nothing.
    """
    known = sorted({one.url: one for one in identities}.values(), key=lambda one: one.url)
    decided = _decided(decisions, {one.url for one in known})
    groups = _Groups([one.url for one in known], {one.url: product for one in known if (product := claim(one))})
    edges = sorted(_edges(known, decided), key=lambda edge: (edge.rank, edge.child.url, edge.parent.url))
    for rank, several in groupby(edges, key=lambda edge: edge.rank):
        groups.join(list(several), by_hand=rank == len(RULES))
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
    pairs = {pair for key, several in sharing.items() for pair in _pairs(key, several)}
    for first, second in sorted(pairs):
        yield from _related(by_url[first], by_url[second])


def _pairs(key: str, several: Sequence[Identity]) -> Iterator[tuple[str, str]]:
    """Which of those that share a key are compared: all, or of very many each with its neighbour and the likeliest."""
    if len(several) <= _ALL_PAIRS:
        compared: Iterable[tuple[Identity, Identity]] = combinations(several, 2)
    else:
        # All that point to one place are compared with what lies there.
        first = next((one for one in several if key in {f"place:{where}" for where in places(one)}), None)
        leader = first or min(several, key=lambda one: weight(one, ()))
        compared = [*pairwise(several), *((leader, one) for one in several if one is not leader)]
    for one, other in compared:
        yield min(one.url, other.url), max(one.url, other.url)


def _related(one: Identity, other: Identity) -> Iterator[_Edge]:
    """The strongest relation of two repositories; the one that comes out as the child is the lesser part."""
    for rank, (reason, rule) in enumerate(RULES):
        found = [
            (child, parent, role) for child, parent in ((one, other), (other, one)) if (role := rule(child, parent))
        ]
        if found:
            child, parent, role = max(found, key=lambda edge: weight(edge[0], places(one) | places(other)))
            yield _Edge(child, parent, reason, role, rank)
            return


@dataclass(slots=True)
class _Groups:
    """Union-find over URLs that keeps the accepted edges; groups that claim different products stay apart."""

    urls: Sequence[str]
    claims: dict[str, str]
    """Root of a group (at first: a repository) -> the product it claims to be."""
    edges: list[_Edge] = field(default_factory=list)
    _root: dict[str, str] = field(default_factory=dict)

    def join(self, edges: Sequence[_Edge], by_hand: bool) -> None:
        """Edges of one rule. A child that could be a part of several products is a part of none of them."""
        wanted: dict[str, set[str]] = {}
        for edge in edges:
            claimed = self._claim(edge.parent.url)
            if claimed is not None:
                wanted.setdefault(edge.child.url, set()).add(claimed)
        for edge in edges:
            if by_hand or (len(wanted.get(edge.child.url, ())) < _SEVERAL and self._compatible(edge)):
                self._unite(edge)

    def members(self) -> list[list[str]]:
        found: dict[str, list[str]] = {}
        for url in self.urls:
            found.setdefault(self._find(url), []).append(url)
        return list(found.values())

    def _compatible(self, edge: _Edge) -> bool:
        one, other = self._claim(edge.child.url), self._claim(edge.parent.url)
        return one is None or other is None or one == other

    def _unite(self, edge: _Edge) -> None:
        self.edges.append(edge)
        one, other = self._find(edge.child.url), self._find(edge.parent.url)
        if one == other:
            return
        claimed = self.claims.get(other) or self.claims.get(one)
        self._root[max(one, other)] = min(one, other)
        if claimed is not None:
            self.claims[min(one, other)] = claimed

    def _claim(self, url: str) -> str | None:
        return self.claims.get(self._find(url))

    def _find(self, url: str) -> str:
        while url in self._root:
            url = self._root[url]
        return url


def _cluster(members: Sequence[Identity], accepted: Sequence[_Edge], decided: _Decided) -> Cluster:
    kept = {first for first, _ in decided.together} - {second for _, second in decided.together}
    here = {one.url for one in members}
    edges = [edge for edge in accepted if edge.child.url in here]
    own: dict[str, _Edge] = {}
    for edge in edges:
        own.setdefault(edge.child.url, edge)

    there = frozenset(where for one in members for where in places(one))

    def order(one: Identity) -> tuple[object, ...]:
        edge = own.get(one.url)
        return (one.url not in kept, edge is not None and edge.role in _COPIES, *weight(one, there))

    main, *others = sorted(members, key=order)
    reached = _reached(main, edges)
    parts = [Member(main.url, Role.MAIN, "own")]
    parts += [_member(one, own.get(one.url), reached) for one in sorted(others, key=lambda other: other.url)]
    return Cluster(tuple(parts))


def _reached(main: Identity, edges: Sequence[_Edge]) -> Mapping[str, _Edge]:
    """By which edge each repository hangs on the main one, directly or through others; the strongest rules first."""
    beside: dict[str, list[_Edge]] = {}
    for edge in edges:
        beside.setdefault(edge.child.url, []).append(edge)
        beside.setdefault(edge.parent.url, []).append(edge)
    found: dict[str, _Edge] = {}
    seen, next_ones = {main.url}, [main.url]
    while next_ones:
        here = next_ones.pop(0)
        for edge in beside.get(here, ()):
            there = edge.parent.url if edge.child.url == here else edge.child.url
            if there not in seen:
                seen.add(there)
                found[there] = edge
                next_ones.append(there)
    return found


def _member(one: Identity, own: _Edge | None, reached: Mapping[str, _Edge]) -> Member:
    """What a repository says of itself tells its part; else what hangs it on the main one, seen from there."""
    if own is not None:
        return Member(one.url, own.role, own.reason)
    edge = reached[one.url]
    beyond = reached.get(edge.child.url)
    if edge.role in _COPIES and beyond is not None:
        # The original of a copy that belongs here is here for the copy's sake.
        return Member(one.url, part(one) or Role.MODULE, beyond.reason)
    return Member(one.url, edge.role if edge.role in _COPIES else part(one) or Role.MODULE, edge.reason)


# --- facts -----------------------------------------------------------------------------------------------------------

_NAMING = (FactSource.PERSON, FactSource.PUBLICCODE, FactSource.CODEMETA, FactSource.CITATION, FactSource.MANIFEST)


def _name(facts: Sequence[Fact]) -> str | None:
    for source in _NAMING:
        for fact in facts:
            if fact.field is Field.NAME and fact.source is source and isinstance(fact.value, str):
                return None if is_template(fact.value) else fact.value
    return None


def _title(facts: Sequence[Fact]) -> str | None:
    for fact in facts:
        if fact.field is Field.NAME and fact.source is FactSource.README and isinstance(fact.value, str):
            return None if is_template(fact.value) else fact.value
    return None


def _all(facts: Iterable[Fact], name: Field) -> list[Json]:
    return [fact.value for fact in facts if fact.field is name]


def _first(facts: Iterable[Fact], name: Field) -> str | None:
    return next((value for value in _all(facts, name) if isinstance(value, str)), None)


def _texts(value: Json) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
