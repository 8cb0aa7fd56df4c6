# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The headings of a README: which there are, which tells how to install, and which words are a template's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from harvesters.readers.markup import Block
from harvesters.readers.texts import cut, without_contacts
from registry.vocabulary.phrases import Template, phrases

MOST_HEADINGS = 40
LONGEST_HEADING = 120
_MOST_BLOCKS = 500
_WORD = re.compile(r"[^\W\d_]{2,}")


def headings(found: Sequence[Block]) -> list[str]:
    """The first headings in order, without contacts; one that says nothing in letters is left out."""
    texts = (heading_text(block) for block in found if block.kind == "heading")
    return list(islice((text for text in texts if _WORD.search(text)), MOST_HEADINGS))


def heading_text(block: Block) -> str:
    return cut(without_contacts(block.text), LONGEST_HEADING)


def installation(found: Sequence[Block]) -> Block | None:
    """The heading of the section that tells how to install; a likely one where none is certain."""
    known = phrases()
    usual = [block for block in found[:_MOST_BLOCKS] if block.kind == "heading" and len(block.text) <= LONGEST_HEADING]
    for patterns in (known.certain_installation, known.likely_installation):
        for block in usual:
            if any(pattern.search(block.text) for pattern in patterns):
                return block
    return None


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
