# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the evidence of a repository amounts to: text before REUSE before declarations before the forge's claim.

Nothing but a text (or a notice in a licence file) answers the question; statements tell which of several texts applies,
how they combine and which range they have, and they contradict. A forge's claim is made of the same files by a machine
and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.licences.evidence import TEXTS, Statement
from registry.licences.expressions import combines, families, range_of, same_terms
from registry.licences.openness import settled
from registry.licences.ranges import with_ranges
from registry.licences.weighing import Weighed
from registry.model import LicenceConclusion, LicenceConflict, LicenceEvidence, LicenceVerdict

_V = LicenceVerdict


def conclude(evidence: Sequence[LicenceEvidence]) -> LicenceConclusion:
    """What the evidence, given in order of precedence, amounts to.

    Without a text the answer is *unclear* or *none*, with no expression, whatever is declared. Two texts that nobody
    relates are *unclear*. A *conflict* keeps the text's expression. ``confidence`` is the least of the texts that gave
    the expression: what the detector was sure of, not how far the statements around it go.
    """
    weighed = Weighed(evidence)
    if not weighed.texts.files:
        seen = any(item.expression or item.raw or item.kind in TEXTS for item in evidence)
        return LicenceConclusion(None, _V.UNCLEAR if seen else _V.NONE, tuple(evidence))
    if weighed.leading is not None and weighed.contradicts(weighed.leading):
        return _concluded(weighed.found, _V.CONFLICT, weighed)
    chosen = _chosen(weighed)
    if chosen is None:
        return _concluded(None, _V.UNCLEAR, weighed)
    return _concluded(with_ranges(chosen, evidence), settled(chosen), weighed)


def leading_statement(evidence: Sequence[LicenceEvidence]) -> Statement | None:
    """The statement that is compared with the text, see ``Weighed.leading``."""
    return Weighed(evidence).leading


def deciding_licences(evidence: Sequence[LicenceEvidence]) -> tuple[str, ...]:
    """The expressions of the texts that decide, each once, however they relate."""
    return Weighed(evidence).listed


def missing_texts(evidence: Sequence[LicenceEvidence]) -> tuple[str, ...]:
    """Licences without a text that the leading statement says apply together with those that have one."""
    weighed = Weighed(evidence)
    leading = weighed.leading
    if (
        leading is None
        or not weighed.texts.files
        or weighed.contradicts(leading)
        or combines(leading.expression) == "OR"
    ):
        return ()
    return tuple(sorted(families(leading.expression) - weighed.available))


def declaration(evidence: Sequence[LicenceEvidence]) -> str | None:
    """The expression of the leading statement."""
    leading = leading_statement(evidence)
    return leading.expression if leading else None


def agrees(evidence: Sequence[LicenceEvidence]) -> bool | None:
    """Whether licence text and declaration name the same licence; None where one of both is missing or incomplete."""
    weighed = Weighed(evidence)
    if not weighed.texts.files or weighed.leading is None:
        return None
    if weighed.contradicts(weighed.leading):
        return False
    stated, found = families(weighed.leading.expression), weighed.found
    if not weighed.named <= stated:
        offered = found is not None and combines(found) == "OR" and bool(stated & weighed.named)
        return True if offered or weighed.picks(weighed.leading) else None
    return True if stated <= weighed.available or combines(weighed.leading.expression) == "OR" else None


def _concluded(expression: str | None, verdict: LicenceVerdict, weighed: Weighed) -> LicenceConclusion:
    return LicenceConclusion(
        expression,
        verdict,
        tuple(weighed.evidence),
        range_of(expression) if expression else None,
        _confidence(expression, weighed) if expression else None,
        tuple(_conflicts(weighed)),
    )


def _confidence(expression: str, weighed: Weighed) -> float | None:
    wanted = families(expression)
    given = [file.own.confidence for file in weighed.texts.files if file.named & wanted]
    return min((value for value in given if value is not None), default=None)


def _conflicts(weighed: Weighed) -> Iterator[LicenceConflict]:
    found = weighed.found or ", ".join(weighed.listed)
    for statement in weighed.statements:
        if not statement.for_one_file and weighed.contradicts(statement):
            item = statement.item
            yield LicenceConflict(item.raw or statement.expression, found, item.origin)


# --- text and statements ---------------------------------------------------------------------------------------------


def _chosen(weighed: Weighed) -> str | None:
    """The expression that applies, ranges aside; None where texts and statements leave that open."""
    found, leading = weighed.found, weighed.leading
    stated = [one for one in weighed.statements if not weighed.contradicts(one)]
    if found is None:
        return _relation_stated(stated, weighed)
    if not weighed.texts.stand_alone and not any(families(one.expression) & families(found) for one in stated):
        return None
    if leading is not None and combines(found) is None and not _fits(leading, found, weighed):
        return None
    return _with_more(found, stated, weighed) or _with_exception(found, stated)


def _fits(leading: Statement, found: str, weighed: Weighed) -> bool:
    """Whether a statement leaves the one text the answer: an alternative may be left out, a part of a bundle not."""
    stated = families(leading.expression)
    if not families(found) <= stated:
        return False
    return stated <= weighed.available or combines(leading.expression) == "OR"


def _with_more(found: str, stated: Sequence[Statement], weighed: Weighed) -> str | None:
    """The first statement that names further licences beside the text's, each with its own text in a folder."""
    own = families(found)
    whole = (one for one in stated if not one.for_one_file and own < families(one.expression) <= weighed.available)
    return next((one.expression for one in whole), None)


def _relation_stated(stated: Sequence[Statement], weighed: Weighed) -> str | None:
    """Of several texts: the first statement that names them all, or that picks one where many are expected."""
    for one in stated:
        if weighed.named <= families(one.expression) <= weighed.available:
            return one.expression
    tags = {families(one.expression) for one in stated if one.for_one_file}
    for one in stated:
        if weighed.picks(one) and not (one.for_one_file and len(tags) > 1):
            return one.expression
    return None


def _with_exception(found: str, stated: Sequence[Statement]) -> str:
    """The text, or a statement of the same licence that adds an exception: that is said in notices, not in texts."""
    adding = (one.expression for one in stated if " WITH " in one.expression and combines(one.expression) is None)
    if " WITH " in found or combines(found):
        return found
    return next((one for one in adding if same_terms(one, found)), found)
