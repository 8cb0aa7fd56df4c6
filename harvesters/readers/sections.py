# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The headings of a README: which there are, which tells how to install, and which words are a template's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from harvesters.readers.markup import Block
from harvesters.readers.texts import cut, without_contacts
from registry.vocabulary.phrases import Patterns, Template, phrases

MOST_HEADINGS = 40
LONGEST_HEADING = 120
_MOST_BLOCKS = 500
_LONGEST_START = 300
_FEW_WORDS = 7
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKS = re.compile(r"^[^\w(]{1,9}")


def headings(found: Sequence[Block]) -> list[str]:
    """The first headings in order, without contacts; one that says nothing in letters is left out."""
    texts = (heading_text(block) for block in found if block.kind == "heading")
    return list(islice((text for text in texts if _WORD.search(text)), MOST_HEADINGS))


def heading_text(block: Block) -> str:
    """The text as it may be shown: of a heading that names whom to ask, only the words before the name."""
    return cut(without_contacts(contact_heading(block.text) or block.text), LONGEST_HEADING)


def contact_heading(text: str) -> str | None:
    """ "Ansprechpartnerin" of "Ansprechpartnerin: Erika Muster"; None for a heading that names nobody."""
    found = first_match(phrases().contact.headings, text)
    return found[1] if found else None


def is_contact(text: str) -> bool:
    """Whether a paragraph only says whom to ask or who made it, and so does not say what the software does."""
    known = phrases().contact
    if first_match(known.starts, text):
        return True
    credited = first_match(known.credits, text)
    return credited is not None and (len(text.split()) <= _FEW_WORDS or without_contacts(text) != text)


def first_match(patterns: Patterns, text: str) -> re.Match[str] | None:
    """What the first of some patterns finds at the beginning of a text."""
    shown = _MARKS.sub("", text[:_LONGEST_START], count=1)
    return next((found for pattern in patterns if (found := pattern.match(shown))), None)


def installation(found: Sequence[Block], shown: str) -> Block | None:
    """The heading of the section that tells how to install; a likely one where none is certain.

    Not the title, and no heading that nothing stands below; ``shown`` is the source that the blocks are of.
    """
    known = phrases()
    listed = [index for index, block in enumerate(found[:_MOST_BLOCKS]) if block.kind == "heading"]
    lines = shown.split("\n")
    for patterns in (known.certain_installation, known.likely_installation):
        for index in listed[1:] if _begins_with_title(found, listed) else listed:
            block = found[index]
            named = len(block.text) <= LONGEST_HEADING and any(pattern.search(block.text) for pattern in patterns)
            if named and _has_content(found, index, lines):
                return block
    return None


def _begins_with_title(found: Sequence[Block], listed: Sequence[int]) -> bool:
    """Whether the first heading is the only one of the highest level, and so names the whole."""
    levels = [found[index].level for index in listed]
    return bool(levels) and levels[0] == 1 and levels.count(1) == 1


def _has_content(found: Sequence[Block], index: int, lines: Sequence[str]) -> bool:
    """Whether text or code stands below a heading before the next of its level or a higher one."""
    heading = found[index]
    inside = list(takewhile(lambda block: block.kind != "heading" or block.level > heading.level, found[index + 1 :]))
    if any(block.kind != "heading" for block in inside):
        return True
    after = found[index + 1 + len(inside)].line if index + 1 + len(inside) < len(found) else len(lines) + 1
    of_headings = {block.line for block in inside}
    between = (
        line
        for number, line in enumerate(lines[heading.line : after - 1], heading.line + 1)
        if number not in of_headings
    )
    return any(_WORD.search(line) for line in between)


def template(block: Block) -> Template | None:
    """The template whose text a block begins with."""
    starting = (one for one in phrases().templates if one.starts.match(block.text))
    return next(starting, None)


def remains(found: Sequence[Block]) -> tuple[Block, Template] | None:
    """The first paragraph that asks to be replaced, and the template it is of."""
    asking = [one for one in phrases().templates if one.replace]
    for block in found[:_MOST_BLOCKS]:
        one = next((one for one in asking if one.starts.match(block.text)), None)
        if one and block.kind == "paragraph":
            return block, one
    return None


def count_words(found: Sequence[Block], of: Template | None = None) -> int:
    """Words of headings and text; where a template stands at the beginning, of what does not belong to it."""
    total = 0
    skipped = of is not None
    begun = of is None
    for block in found:
        begun = begun or template(block) is of
        if of and begun and block.kind == "heading":
            skipped = block.text.casefold() in of.headings
        total += 0 if skipped else len(_WORD.findall(block.text))
    return total
