# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check a publiccode.yml before anybody harvests it: a file, standard input or a URL in, a report out.

Needs neither database nor index nor, for files, any client: a pre-commit hook runs it on every commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from harvesters.publiccode.checked import Checked
from harvesters.publiccode.checking import check, declared_version
from harvesters.publiccode.files import NO_FILES, Files
from harvesters.publiccode.reference import check_reference
from registry.catalogue.beside import FolderFiles, read_regular
from registry.errors import AllmendeError, FetchError, InvalidInput
from registry.model import Json, Limits, Origin, Problem, Severity
from registry.vocabulary.rules import asked_by, conflict, explain, opposed_by, rules

STREAM = "-"
"""Names standard input; for what is written, standard output."""
MOST_BYTES = Limits().file_bytes
"""Largest publiccode.yml that is checked: as much as the harvest reads."""
_ERRORS = frozenset({Severity.BLOCKING, Severity.ERROR})
_STANDARD = "standard"


class Target(StrEnum):
    """Who shall take the file; their demands decide, those of others become hints."""

    EU = "eu"
    """The Italian, Swiss and EU pipelines: exactly the findings of their parser."""
    OPENCODE = "opencode"
    ALLMENDE = "allmende"


class Result(StrEnum):
    """What came of a check; hints alone are ``ok``."""

    OK = "ok"
    WARNINGS = "warnings"
    ERRORS = "errors"


@dataclass(frozen=True, slots=True)
class Report:
    """One checked file. ``file`` is the name it was asked for by, ``content`` what the findings' lines point into."""

    file: str
    version: str | None
    findings: tuple[Problem, ...]
    content: bytes = b""

    @property
    def result(self) -> Result:
        severities = {finding.severity for finding in self.findings}
        if severities & _ERRORS:
            return Result.ERRORS
        return Result.WARNINGS if Severity.WARNING in severities else Result.OK


def has_errors(findings: Iterable[Problem]) -> bool:
    """Whether one of them is of severity error or blocking."""
    return any(finding.severity in _ERRORS for finding in findings)


@dataclass(frozen=True, slots=True)
class Validating:
    """Checks for one ``target`` (None: all that anybody asks for, at its own severity).

    ``fetch`` gives the bytes behind a URL or raises FetchError or InvalidInput; ``stdin`` at most so many bytes.
    """

    fetch: Callable[[str], bytes]
    stdin: Callable[[int], bytes]
    target: Target | None = None

    def validate(self, name: str) -> Report:
        """The report on one file, ``-`` or URL. What cannot be read is a finding, never an error raised."""
        try:
            content, files = self._open(name)
        except (OSError, ValueError) as error:
            return _unreadable(name, getattr(error, "strerror", None) or type(error).__name__)
        except (FetchError, InvalidInput) as error:
            return _failed(name, error)
        if len(content) > MOST_BYTES:
            return _failed(name, InvalidInput(name, f"> {MOST_BYTES // 1024} KiB", rule="input-too-large"))
        return self.check(content, name, files)

    def check(self, content: bytes, name: str, files: Files = NO_FILES) -> Report:
        """The report on these bytes; ``files`` are what lies beside them."""
        checked = self._checked(content, files, name)
        return Report(name, checked.version, tuple(map(self._seen_by_target, checked.findings)), content)

    def _open(self, name: str) -> tuple[bytes, Files]:
        if name == STREAM:
            return self.stdin(MOST_BYTES + 1), FolderFiles(os.curdir)
        if is_url(name):
            return self.fetch(name), NO_FILES
        return read_regular(name, MOST_BYTES + 1), FolderFiles(os.path.dirname(name) or os.curdir)

    def _checked(self, content: bytes, files: Files, name: str) -> Checked:
        if self.target is not Target.EU:
            return check(content, files, name)
        return replace(check_reference(content, files, name), version=declared_version(content))

    def _seen_by_target(self, finding: Problem) -> Problem:
        """A demand that neither the target nor the standard makes, or whose opposite the target wants, is a hint."""
        if self.target in (None, Target.EU) or finding.severity is Severity.BLOCKING:
            return finding
        askers = asked_by(finding.rule, finding.key)
        wanted = not askers or _STANDARD in askers or self.target in askers
        if wanted and self.target not in opposed_by(finding.rule, finding.key):
            return finding
        return replace(finding, severity=Severity.HINT)


def is_url(name: str) -> bool:
    return "://" in name


def _unreadable(name: str, detail: str) -> Report:
    return _failed(name, InvalidInput(name, detail, rule="input-unreadable"))


def _failed(name: str, error: AllmendeError) -> Report:
    origin = Origin(repository="", path=name, line=1, column=1)
    return Report(name, None, (Problem(error.rule, Severity.BLOCKING, origin, "", error.params),))


def report_json(report: Report, lang: str) -> dict[str, Json]:
    """``allmende validate --json``; keys are only ever added. ``lang`` is the language of message and hint."""
    return {
        "file": report.file,
        "version": report.version,
        "outcome": report.result.value,
        "findings": [finding_json(finding, lang) for finding in report.findings],
    }


def finding_json(finding: Problem, lang: str) -> dict[str, Json]:
    """One finding. ``reference`` is the sentence of the Italian, Swiss and EU pipelines where they say one."""
    told = explain(finding.rule, finding.params, lang)
    opposite = conflict(finding.rule, finding.key)
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "key": finding.key or "",
        "line": finding.origin.line if finding.origin else None,
        "column": finding.origin.column if finding.origin else None,
        "message": told.message,
        "hint": told.hint,
        "asked_by": list(asked_by(finding.rule, finding.key)),
        "conflict": opposite[lang] if opposite else None,
        "reference": finding.params.get("reference"),
    }


def rules_table() -> str:
    """The Markdown table of every rule about publiccode.yml: ``docs/publiccode.md`` holds exactly this."""
    rows = [
        (f"`{rule.id}`", rule.severity.value, ", ".join(rule.asked_by), rule.message["de"], rule.message["en"])
        for rule in sorted(rules().values(), key=lambda rule: rule.id)
        if rule.id.startswith("publiccode-")
    ]
    head = ["| rule | severity | asked by | Deutsch | English |", "|---|---|---|---|---|"]
    return "\n".join(head + ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]) + "\n"


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
