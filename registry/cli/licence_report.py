# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was concluded about a licence, for people: the verdict, the evidence, what to do, what may be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from registry.catalogue.licensing import Report, Subject
from registry.cli.licence_hints import Hints, wrapped
from registry.cli.licence_texts import TEXTS
from registry.cli.printable import printable
from registry.licences.letters import letter
from registry.model import LicenceEvidence, LicenceRange, LicenceVerdict, Problem
from registry.vocabulary import rules

_COLOURS = {
    LicenceVerdict.CLEAR: "green",
    LicenceVerdict.UNCLEAR: "yellow",
    LicenceVerdict.CONFLICT: "red",
    LicenceVerdict.NONE: "red",
    LicenceVerdict.NOT_OPEN: "red",
}
_SURE, _QUITE_SURE = 0.95, 0.7
_MOST_EVIDENCE = 20


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints in ``lang``; ``colour`` as click takes it: None decides by the terminal."""

    lang: str
    colour: bool | None = None

    def report(self, report: Report, in_full: bool) -> None:
        """Verdict, evidence and problems; ``in_full`` also what may be done and the letter to the maintainers."""
        told = [self._verdict(report)]
        if report.readable:
            told += self._licence(report)
            told += self._evidence(report)
            told += self._conflicts(report)
        told += [line for problem in report.problems for line in self._problem(problem, bare=not report.readable)]
        if report.readable and in_full:
            told += self._uses(report)
            told += self._letter(report)
        self.echo("\n".join(told))

    def echo(self, text: str) -> None:
        click.echo(text, color=self.colour)

    def _verdict(self, report: Report) -> str:
        verdict = report.licence.verdict
        name = click.style(f"{printable(report.input)}: ", bold=True)
        if not report.readable:
            return name + click.style(self._text("unreadable"), fg="red")
        key = "none file" if verdict is LicenceVerdict.NONE and report.subject is Subject.FILE else verdict.value
        told = self._text(key, expression=printable(report.licence.expression or ""))
        if verdict is LicenceVerdict.UNCLEAR:
            told += f" {self._seen(report.licence.evidence)}"
        return name + click.style(told, fg=_COLOURS[verdict])

    def _seen(self, evidence: tuple[LicenceEvidence, ...]) -> str:
        named = dict.fromkeys(item.expression for item in evidence if item.expression and not item.aside)
        if named:
            return self._text("named", expressions=printable(", ".join(filter(None, named))))
        return self._text("changed text" if any(item.changed for item in evidence) else "unknown")

    def _licence(self, report: Report) -> Iterator[str]:
        licence = report.licence
        if licence.expression:
            yield from self._hints().licence(licence.expression)
        if licence.range is LicenceRange.UNDETERMINED:
            yield f"  {self._text('undetermined')}"

    def _evidence(self, report: Report) -> Iterator[str]:
        shown = report.licence.evidence[:_MOST_EVIDENCE]
        if shown:
            yield click.style(self._text("evidence"), bold=True)
        for item in shown:
            yield "  " + self._item(item, report)
        more = len(report.licence.evidence) - len(shown)
        if more > 0:
            yield f"  {self._text('more', count=str(more))}"

    def _item(self, item: LicenceEvidence, report: Report) -> str:
        place = item.origin.path or report.url or item.origin.repository or report.input
        line = f":{item.origin.line}" if item.origin.path and item.origin.line else ""
        said = item.expression or (f'"{item.raw}"' if item.raw else self._text("unrecognised"))
        told = [TEXTS[self.lang].get(f"evidence {item.kind}", item.kind)]
        if item.changed:
            told.append(self._text("changed"))
        if item.aside:
            told.append(self._text("aside"))
        elif item.confidence is not None and item.expression:
            told.append(self._text(_confidence(item.confidence)))
        return f"{printable(place)}{line}: {printable(said)} ({', '.join(told)})"

    def _conflicts(self, report: Report) -> Iterator[str]:
        for conflict in report.licence.conflicts:
            place = printable(conflict.origin.path or report.url)
            yield self._text(
                "conflicts", path=place, declared=printable(conflict.declared), found=printable(conflict.found)
            )

    def _problem(self, problem: Problem, bare: bool) -> Iterator[str]:
        told = rules.explain(problem.rule, problem.params, self.lang)
        head = "" if bare else f"{self._text('do')}: "
        yield from wrapped(f"{head}{printable(told.message.strip())} {printable(told.hint.strip())}".strip(), "  ")

    def _uses(self, report: Report) -> Iterator[str]:
        settled = report.licence.verdict in (LicenceVerdict.CLEAR, LicenceVerdict.NOT_OPEN)
        if settled and report.licence.expression:
            yield click.style(self._text("uses"), bold=True)
            yield from self._hints().uses(report.licence.expression, brief=True)

    def _letter(self, report: Report) -> Iterator[str]:
        if report.subject is Subject.FILE or not report.name:
            return
        ready = letter(report.licence, printable(report.name), printable(report.url), self.lang)
        if ready is None:
            return
        yield click.style(self._text("letter"), bold=True)
        yield f"  {self._text('subject')}: {ready.subject}"
        for paragraph in ready.text.split("\n"):
            yield from wrapped(paragraph, "  ") if paragraph else [""]

    def _hints(self) -> Hints:
        return Hints(self.lang)

    def _text(self, name: str, **params: str) -> str:
        return TEXTS[self.lang][name].format(**params)


def _confidence(value: float) -> str:
    return "sure" if value >= _SURE else "quite sure" if value >= _QUITE_SURE else "not sure"
