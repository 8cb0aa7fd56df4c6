# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the parts of a shortlist can be combined, by what somebody wants to do with the result. No legal advice.

Combining is a question of passing on: for own use nearly everything goes, for hosting it matters only where a licence
has duties towards users on the network, and for publishing the whole needs one licence into which all parts may go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product

from registry.licences.compatibility import matrix_date
from registry.licences.duties import closing
from registry.licences.expressions import canonical
from registry.licences.hints import Hint, Use, hint
from registry.licences.joining import Joint, join
from registry.licences.kinds import kind_of, strictness
from registry.licences.tables import table
from registry.licences.trees import Leaf, judged
from registry.model import LicenceKind, Verdict

FEWEST, MOST = 2, 5
_CHOICES = 16  # ways to choose among alternatives that are examined; more is no shortlist but an attack
_LEAVES = 7  # licences examined at once
_BEST_FIRST = (Verdict.YES, Verdict.UNKNOWN, Verdict.NO)

Choice = tuple[Leaf, ...]
"""The licences of one part that apply at once."""


@dataclass(frozen=True, slots=True)
class Pair:
    one: str
    other: str
    verdict: Verdict
    hints: tuple[Hint, ...]
    """Why, with the sources; empty where the use does not ask for it."""
    outgoing: tuple[str, ...] = ()
    """Licences under which a work made of both may be published."""


@dataclass(frozen=True, slots=True)
class Combination:
    """What combining the parts of a shortlist comes to for one use."""

    expressions: tuple[str, ...]
    use: Use
    verdict: Verdict
    pairs: tuple[Pair, ...]
    """Every part with every other, in their order."""
    hints: tuple[Hint, ...]
    """On the whole; names the matrix and its authors, whose licence (CC-BY-4.0) asks for that."""
    outgoing: tuple[str, ...]
    """Licences under which the whole may be published; empty unless the verdict rests on that and is yes."""
    chosen: tuple[str, ...]
    """What was chosen of each expression: the same where there is no choice."""
    closing: Hint
    """That this is no legal advice: to be shown below every answer."""


def combine(expressions: Sequence[str], use: Use) -> Combination:
    """Whether 2 to 5 parts under these licences can be combined for ``use``.

    Raises ValueError for fewer or more parts, and for what is no SPDX expression.
    """
    parts = _parts(expressions)
    choices = [_alternatives(part) for part in parts]
    ways = list(islice(product(*choices), _CHOICES + 1))
    chosen = min((_Way(way, _judge(way, use)) for way in ways[:_CHOICES]), key=_rank)
    joint = chosen.joint if len(ways) <= _CHOICES or chosen.joint.verdict is Verdict.YES else _too_many()
    named = tuple(" AND ".join(str(leaf) for leaf in choice) for choice in chosen.choices)
    open_choices = [name for name, alternatives in zip(named, choices, strict=True) if len(alternatives) > 1]
    picked = open_choices if joint.verdict is Verdict.YES else []
    return Combination(
        expressions=parts,
        use=use,
        verdict=joint.verdict,
        pairs=tuple(_pair(one, other, use) for one, other in combinations(zip(parts, chosen.choices, strict=True), 2)),
        hints=(*_framing(chosen.choices, use, joint), *_picked(picked), *_published(joint), *joint.hints),
        outgoing=joint.outgoing,
        chosen=named,
        closing=closing(),
    )


@dataclass(frozen=True, slots=True)
class _Way:
    choices: tuple[Choice, ...]
    joint: Joint


def _parts(expressions: Sequence[str]) -> tuple[str, ...]:
    if not FEWEST <= len(expressions) <= MOST:
        raise ValueError(f"{FEWEST} to {MOST} licences can be compared, not {len(expressions)}")
    known = [(canonical(expression), expression) for expression in expressions]
    for found, expression in known:
        if found is None:
            raise ValueError(f"not an SPDX licence expression: {expression[:80]!r}")
    return tuple(found for found, _ in known if found is not None)


def _alternatives(expression: str) -> tuple[Choice, ...]:
    """The ways to fulfil an expression, each a bundle of licences; cut off where there are absurdly many."""
    found = judged(expression, lambda leaf: ((leaf,),), _any_of, _all_of)
    return tuple(dict.fromkeys(found or ()))


def _any_of(parts: Sequence[tuple[Choice, ...]]) -> tuple[Choice, ...]:
    return tuple(choice for part in parts for choice in part)[: _CHOICES + 1]


def _all_of(parts: Sequence[tuple[Choice, ...]]) -> tuple[Choice, ...]:
    joined = (tuple(dict.fromkeys(leaf for choice in way for leaf in choice)) for way in product(*parts))
    return tuple(islice(joined, _CHOICES + 1))


def _rank(way: _Way) -> tuple[int, int]:
    """The best answer first, and of equal ones that with the fewest duties."""
    duties = sum(strictness(kind_of(leaf.licence)) for choice in way.choices for leaf in choice)
    return _BEST_FIRST.index(way.joint.verdict), duties


def _judge(choices: Sequence[Choice], use: Use) -> Joint:
    leaves = tuple(dict.fromkeys(leaf for choice in choices for leaf in choice))
    if len(leaves) > _LEAVES:
        return _too_many()
    if obstacle := _obstacle(leaves, use):
        return obstacle
    if use is Use.OWN or (use is Use.HOSTING and not _network(leaves)):
        return Joint(Verdict.YES)
    joint = join(leaves)
    if joint.verdict is Verdict.NO and any(len(choice) > 1 for choice in choices):
        joint = Joint(Verdict.UNKNOWN, (*joint.hints, _told("bundle")))
    if use is Use.PROVIDER and joint.verdict is Verdict.NO:
        joint = Joint(Verdict.UNKNOWN, joint.hints)
    return joint


def _obstacle(leaves: Sequence[Leaf], use: Use) -> Joint | None:
    """A part that is not open, or of which nobody knows what it asks for, decides before anything else."""
    kinds = {leaf: kind_of(leaf.licence) for leaf in leaves}
    closed = [leaf for leaf in leaves if kinds[leaf] is LicenceKind.NOT_OPEN]
    unknown = [leaf for leaf in leaves if kinds[leaf] is LicenceKind.UNSETTLED]
    published = use is Use.PUBLISHING
    row = "not_open" if published else "not_open_use"
    hints = (
        *(_told(row, leaf.licence, licence=str(leaf)) for leaf in closed),
        *(_told("unsettled", leaf.licence, licence=str(leaf)) for leaf in unknown),
    )
    if not hints:
        return None
    return Joint(Verdict.NO if closed and published else Verdict.UNKNOWN, hints)


def _network(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    return tuple(leaf for leaf in leaves if kind_of(leaf.licence) is LicenceKind.NETWORK_COPYLEFT)


def _pair(one: tuple[str, Choice], other: tuple[str, Choice], use: Use) -> Pair:
    joint = _judge((one[1], other[1]), use)
    return Pair(one[0], other[0], joint.verdict, joint.hints, joint.outgoing)


def _framing(choices: Sequence[Choice], use: Use, joint: Joint) -> Iterator[Hint]:
    rows = table("combining")
    leaves = tuple(dict.fromkeys(leaf for choice in choices for leaf in choice))
    network = _network(leaves)
    match use:
        case Use.OWN:
            yield hint(rows["uses"]["own"])
        case Use.PROVIDER:
            yield hint(rows["uses"]["provider_yes" if joint.verdict is Verdict.YES else "provider_unknown"])
        case Use.HOSTING if network:
            yield hint(rows["uses"]["hosting_network"], licences=", ".join(str(leaf) for leaf in network))
        case Use.HOSTING if joint.verdict is Verdict.YES:
            yield hint(rows["uses"]["hosting_free"])
        case Use.PUBLISHING:
            yield hint(rows["uses"]["publishing"])
    yield hint(rows["beside"])
    if use in (Use.PROVIDER, Use.PUBLISHING) or network:
        yield hint(rows["scope"], date=matrix_date().isoformat())


def _picked(names: Sequence[str]) -> Iterator[Hint]:
    if names:
        yield _told("choice", licences=", ".join(dict.fromkeys(names)))


def _published(joint: Joint) -> Iterator[Hint]:
    """Under what the whole may be published, on the authority of what follows."""
    if joint.outgoing and joint.hints:
        told = _told("outgoing", licences=", ".join(joint.outgoing))
        yield replace(told, source=joint.hints[0].source, url=joint.hints[0].url)


def _too_many() -> Joint:
    return Joint(Verdict.UNKNOWN, (_told("many"),))


def _told(row: str, about: str | None = None, **params: str) -> Hint:
    return hint(table("combining")["findings"][row], about, **params)
