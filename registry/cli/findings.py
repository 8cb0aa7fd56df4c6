# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Findings of a checked file for people, as compilers print theirs: place, message, the line with a caret."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import click

from harvesters.readers.texts import decode
from registry.catalogue.validating import Report, Result
from registry.cli.changes import Changes
from registry.cli.printable import excerpt, printable
from registry.model import Problem, Severity
from registry.vocabulary.rules import asked_by, conflict, explain

_LEAST_ROOM, _MOST_ROOM = 40, 120
_COLOURS = {
    Severity.BLOCKING: "red",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.HINT: "cyan",
}
_RESULT_COLOURS = {Result.OK: "green", Result.WARNINGS: "yellow", Result.ERRORS: "red"}
_SIGNS = {"-": "red", "+": "green"}
_STRUCTURAL = frozenset({"publiccode-wrong-type", "publiccode-unknown-key"})
_MISSED = frozenset({"publiccode-key-missing", "publiccode-empty-list"})

TEXTS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "blocking": "schwerer Fehler", "error": "Fehler", "warning": "Warnung", "hint": "Hinweis",
        "blocking+": "schwere Fehler", "error+": "Fehler", "warning+": "Warnungen", "hint+": "Hinweise",
        "do": "Abhilfe", "asked": "Wer es verlangt", "opposite": "Achtung", "reference": "Meldung dort",
        "otherwise": "Sonst melden sie",
        "follows": "Vermutlich eine Folge des Fehlers in Zeile {line}. Beheben Sie zuerst diesen und prüfen Sie dann "
        "noch einmal.",
        "standard": "der Standard", "standard once": "der Standard (Version {version})",
        "pipelines": "die Kataloge von Italien, der Schweiz und der EU", "opencode": "openCoDE",
        "allmende": "Allmende",
        "ok": "in Ordnung", "warnings": "brauchbar", "errors": "nicht in Ordnung",
        "version": "Version {version}", "no version": "ohne Version",
        "files": "{total} Dateien geprüft: {ok} in Ordnung, {warnings} mit Warnungen, {errors} mit Fehlern.",
        "accepted": "Die Kataloge von Italien, der Schweiz und der EU nehmen diese Datei an, sofern die Adressen "
        "darin antworten.",
        "rejected": "Die Kataloge von Italien, der Schweiz und der EU weisen diese Datei ab.",
    },
    "en": {
        "blocking": "blocking error", "error": "error", "warning": "warning", "hint": "hint",
        "blocking+": "blocking errors", "error+": "errors", "warning+": "warnings", "hint+": "hints",
        "do": "What to do", "asked": "Asked for by", "opposite": "But note", "reference": "Their message",
        "otherwise": "Or else they say",
        "follows": "Probably a consequence of the error in line {line}. Mend that first, then check again.",
        "standard": "the standard", "standard once": "the standard (version {version})",
        "pipelines": "the catalogues of Italy, Switzerland and the EU", "opencode": "openCoDE",
        "allmende": "Allmende",
        "ok": "fine", "warnings": "usable", "errors": "needs mending",
        "version": "version {version}", "no version": "no version",
        "files": "{total} files checked: {ok} fine, {warnings} with warnings, {errors} with errors.",
        "accepted": "The catalogues of Italy, Switzerland and the EU take this file, provided that the addresses in "
        "it answer.",
        "rejected": "The catalogues of Italy, Switzerland and the EU reject this file.",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints in ``lang``; ``colour`` as click takes it: None decides by the terminal."""

    lang: str
    colour: bool | None = None
    err: bool = False

    def report(self, report: Report, reference: bool = False) -> None:
        """All findings of one file, then what came of it; in reference mode whether the pipelines take it."""
        self.findings(report.file, report.content, report.findings)
        version = self._text("version", version=report.version) if report.version else self._text("no version")
        told = [self._text(report.result.value), *self._counts(report.findings)]
        line = click.style(f"{printable(report.file)}: ", bold=True)
        line += click.style(", ".join(told), fg=_RESULT_COLOURS[report.result])
        self.echo(f"{line} ({printable(version)})")
        if reference:
            self.echo(self._text("rejected" if report.result is Result.ERRORS else "accepted"))

    def total(self, results: Sequence[Result]) -> None:
        """The last line after several files."""
        counted = Counter(result.value for result in results)
        numbers = {result.value: str(counted[result.value]) for result in Result}
        self.echo(self._text("files", total=str(len(results)), **numbers))

    def findings(self, file: str, content: bytes, findings: Iterable[Problem]) -> None:
        """One after another, each with the line of ``content`` that it is about."""
        lines = source_lines(content)
        room = self._room()
        found, last = tuple(findings), (0, 0)
        structural = next((_place(one) for one in found if one.rule in _STRUCTURAL and _reference(one)), None)
        for finding in found:
            place = _place(finding)
            told = [self._head(printable(file), finding)]
            if place != last and 0 < place[0] <= len(lines):
                told += self._excerpt(finding, lines[place[0] - 1], room)
            follows = structural if structural and _follows(finding, lines) else None
            self.echo("\n".join([*told, *self._notes(finding, follows)]))
            last = place

    def mended(self, file: str, before: bytes, after: bytes, findings: Iterable[Problem]) -> None:
        """What was wrong and what became of its line, without a hint: nothing is left to do."""
        changes = Changes(source_lines(before), source_lines(after))
        for finding in findings:
            line, column = _place(finding)
            message = explain(finding.rule, finding.params, self.lang).message.strip()
            key = f" [{printable(finding.key)}]" if finding.key else ""
            told = [f"{printable(file)}:{line}:{column}: {finding.rule}{key} {printable(message)}"]
            told += [self._change(sign, text) for sign, text in changes.at(line)]
            opposite = conflict(finding.rule, finding.key)
            if opposite:
                told.append(f"         {self._text('opposite')}: {printable(opposite[self.lang].strip())}")
            self.echo("\n".join(told))

    def _change(self, sign: str, text: str) -> str:
        shown, _ = excerpt(text, 1, self._room())
        return f"       {click.style(sign, fg=_SIGNS[sign], bold=True)} {shown}"

    def _room(self) -> int:
        return min(max(shutil.get_terminal_size((100, 24)).columns - 10, _LEAST_ROOM), _MOST_ROOM)

    def echo(self, text: str) -> None:
        click.echo(text, err=self.err, color=self.colour)

    def _head(self, file: str, finding: Problem) -> str:
        line, column = _place(finding)
        message = explain(finding.rule, finding.params, self.lang).message.strip()
        severity = click.style(self._text(finding.severity.value), fg=_COLOURS[finding.severity], bold=True)
        key = f" [{printable(finding.key)}]" if finding.key else ""
        return f"{file}:{line}:{column}: {severity} {finding.rule}{key} {printable(message)}"

    def _excerpt(self, finding: Problem, source: str, room: int) -> list[str]:
        line, column = _place(finding)
        shown, caret = excerpt(source, column, room)
        sign = click.style("^", fg=_COLOURS[finding.severity], bold=True)
        return [f"{line:>6} | {shown}", f"       | {' ' * caret}{sign}"]

    def _notes(self, finding: Problem, follows: tuple[int, int] | None) -> Iterator[str]:
        opposite = conflict(finding.rule, finding.key)
        hint = explain(finding.rule, finding.params, self.lang).hint
        notes = {
            "do": self._text("follows", line=str(follows[0])) if follows else hint,
            "otherwise" if finding.rule.endswith("-unchecked") else "reference": _reference(finding),
            "asked": "; ".join(self._asker(asker, finding) for asker in asked_by(finding.rule, finding.key)),
            "opposite": opposite[self.lang] if opposite else "",
        }
        for name, note in notes.items():
            if note.strip():
                yield f"         {self._text(name)}: {printable(note.strip())}"

    def _asker(self, asker: str, finding: Problem) -> str:
        version = finding.params.get("version")
        return self._text("standard once", version=version) if asker == "standard" and version else self._text(asker)

    def _counts(self, findings: Iterable[Problem]) -> Iterator[str]:
        counted = Counter(finding.severity for finding in findings)
        for severity in Severity:
            if number := counted[severity]:
                yield f"{number} {self._text(severity.value if number == 1 else f'{severity.value}+')}"

    def _text(self, name: str, **params: str) -> str:
        return TEXTS[self.lang][name].format(**params)


def _place(finding: Problem) -> tuple[int, int]:
    """Line and column, 0 where there are none."""
    return (finding.origin.line or 0, finding.origin.column or 0) if finding.origin else (0, 0)


def _reference(finding: Problem) -> str:
    return finding.params.get("reference", "")


def _follows(finding: Problem, lines: Sequence[str]) -> bool:
    """Whether the pipelines miss what is there: an error of structure makes them throw a whole section away."""
    line, column = _place(finding)
    name = finding.params.get("name", "")
    if finding.rule not in _MISSED or not name or not 0 < line <= len(lines):
        return False
    return lines[line - 1][max(column, 1) - 1 :].lstrip("\"'").startswith(name)


def source_lines(content: bytes) -> list[str]:
    """The file's lines as findings count them."""
    return decode(content).text.split("\n") if content else []
