# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Explanations of licences as lines for people: what it is, and hints each with its source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import click

from registry.cli.licence_texts import TEXTS
from registry.cli.printable import printable
from registry.licences.duties import explain
from registry.licences.hints import Hint, Use
from registry.licences.kinds import kind_name

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Hints:
    """Lines in ``lang``, "de" or "en"."""

    lang: str

    def uses(self, expression: str, brief: bool = False) -> Iterator[str]:
        """What to keep in mind in each of the four uses, each hint with its source; ``brief`` leaves addresses out."""
        explained = explain(expression)
        for use in Use:
            yield click.style(f"  {self._text(use.value)}", bold=True)
            for hint in explained.uses[use]:
                yield from self._brief(hint) if brief else self.hint(hint)
        yield from self._brief(explained.closing) if brief else self.hint(explained.closing)

    def hint(self, hint: Hint) -> list[str]:
        """The hint and below it what it rests on."""
        source = f"{self._text('source')}: {hint.source[self.lang]}, {hint.url}"
        return [*wrapped(hint.text[self.lang], "    "), *wrapped(source, "      ")]

    def _brief(self, hint: Hint) -> list[str]:
        return wrapped(f"{hint.text[self.lang]} [{hint.source[self.lang]}]", "    ")

    def licence(self, expression: str) -> Iterator[str]:
        """Names, kind, approvals and marks of the licence."""
        explained = explain(expression)
        for told in explained.refusals:
            yield from wrapped(told[self.lang], "  ")
        for known, name in explained.names.items() if not explained.refusals else ():
            yield f"  {printable(name)}" + (f" ({printable(known)})" if known != expression else "")
        what = kind_name(explained.kind)[self.lang]
        yield f"  {what}; {self._approval('OSI', explained.osi)}, {self._approval('FSF', explained.fsf)}."
        for mark in explained.marks:
            yield f"  {mark.label[self.lang]} ({mark.url})"

    def _approval(self, who: str, approved: bool | None) -> str:
        return f"{who}: {self._text({True: 'approved', False: 'rejected', None: 'not assessed'}[approved])}"

    def _text(self, name: str) -> str:
        return TEXTS[self.lang][name]


def wrapped(text: str, indent: str) -> list[str]:
    """The lines of a paragraph; words and addresses stay whole."""
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
