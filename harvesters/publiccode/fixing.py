# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The corrected publiccode.yml: the same file in the newest version, mended where that is certain.

Comments, order and quoting stay, and mending twice gives the same bytes as once. How it is done: ``fixing_turns``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harvesters.publiccode.checking import check
from harvesters.publiccode.files import NO_FILES, Files
from harvesters.publiccode.findings import MOST_FINDINGS
from harvesters.publiccode.fixing_bytes import Told, to_text, without_tabs
from harvesters.publiccode.fixing_tree import Traced
from harvesters.publiccode.fixing_turns import FILE, settled
from harvesters.publiccode.fixing_verdict import REVEALED, gravity
from registry.model import Origin, Problem
from registry.vocabulary.rules import problem

_NOT_TRIED: Final = "publiccode-not-tried"
_LONG: Final = 50_000
"""Bytes of a file that is not checked once more only for the columns of its TABs."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """The corrected file. ``mended`` names lines of the file as given, ``left`` lines of the corrected one.

    What only the newer version takes for a fault has in ``left`` the severity that it had before.
    """

    content: bytes
    mended: tuple[Problem, ...]
    left: tuple[Problem, ...]


def fix(content: bytes, lang: str = "de", files: Files = NO_FILES) -> Fixed:
    """The file in the newest version, with comments in ``lang`` ("de" or "en") on what a person must decide.

    ``files`` are what lies beside it; what is wrong with them is in ``left`` only, without a comment.

    What does not parse, or is too much to be mended within a second, is given back as it is but for encoding, line ends
    and tabs; ``left`` then says why. Never raises for bad content.
    """
    read = to_text(content)
    if read is None:
        return Fixed(content, (), check(content, files, FILE).findings)
    text, told = read
    spaced = without_tabs(text)
    if spaced is not None:
        text, tab = spaced
        told.append(tab)
    reached = settled(Traced.of(text), lang)
    mended = reached.traced.text.encode()
    known = files is NO_FILES and len(reached.left) <= MOST_FINDINGS
    left = _eased(reached.left if known else check(mended, files, FILE).findings, reached.given)
    if reached.not_tried:
        left = (*left, problem(_NOT_TRIED, Origin("", FILE, 1, column=1), None, reason=reached.not_tried))
    return Fixed(mended, (*_bytewise(content, told), *reached.mended), left)


def _eased(left: Iterable[Problem], given: Iterable[Problem]) -> tuple[Problem, ...]:
    """No finding is graver than before: that a newer version is named makes nothing a fault that was none."""
    before: dict[tuple[str, str], Problem] = {}
    for found in given:
        known = before.setdefault(_name(found), found)
        before[_name(found)] = max(known, found, key=gravity)

    def eased(found: Problem) -> Problem:
        milder = min(before.get(_name(found), found), found, key=gravity)
        return replace(found, severity=milder.severity) if found.rule in REVEALED else found

    return tuple(map(eased, left))


def _name(found: Problem) -> tuple[str, str]:
    return found.rule, (found.key or "").casefold()


def _bytewise(content: bytes, told: Sequence[Told]) -> tuple[Problem, ...]:
    """The findings that the mends of bytes answer, at the places where the check saw them; of a long file the lines."""
    if not told:
        return ()
    rules = {f"publiccode-{one.kind}": one for one in told}
    checked = check(content, path=FILE, most=None).findings if len(content) <= _LONG else ()
    seen = [found for found in checked if found.rule in rules]
    missed = [one for rule, one in rules.items() if rule not in {found.rule for found in seen}]
    return (*seen, *(_told(one) for one in missed))


def _told(one: Told) -> Problem:
    params = {**dict(one.params), "line_number": str(one.line)}
    return problem(f"publiccode-{one.kind}", Origin("", FILE, one.line, column=1), None, **params)
