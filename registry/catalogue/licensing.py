# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Say under which licence a file, a folder or a repository is: what the harvest would conclude, with its evidence.

Needs neither database nor index, and for one file no client and no other process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.catalogue import single
from registry.catalogue.beside import read_regular
from registry.errors import AllmendeError, FetchError, InvalidInput
from registry.licences.kinds import kind
from registry.model import (
    Fault,
    Json,
    LicenceConclusion,
    LicenceEvidence,
    LicenceVerdict,
    Limits,
    NotModified,
    Origin,
    Problem,
    Reading,
    RepositoryReading,
    Role,
    Severity,
    Snapshot,
)
from registry.resolve.licensing import as_it_stands, conclude, licence_contradictions
from registry.resolve.parts import Part
from registry.vocabulary.rules import explain
from registry.vocabulary.rules import problem as told

if TYPE_CHECKING:
    # It loads the clients of the outside, which a file does not need.
    from registry.catalogue.reading import Visit

STREAM = "-"
"""Names standard input."""
MOST_BYTES = Limits().file_bytes
"""Largest file that is read: as much as the harvest reads."""
_OURS = ("licence-", "reuse-", "parse-failed", "reader-failed", "file-too-large")
"""Rules of problems that have to do with the licence, by how their ids begin."""
_NOT_A_FILE, _GONE = "input-not-a-file", "input-gone"
_NO_EVIDENCE = LicenceConclusion(None, LicenceVerdict.UNCLEAR)
"""Of what could not be read nothing is known: "none" would claim that there is no licence."""

Read = Callable[[Snapshot], tuple[Reading, ...]]


class Subject(StrEnum):
    """What was asked about."""

    FILE = "file"
    FOLDER = "folder"
    REPOSITORY = "repository"


@dataclass(frozen=True, slots=True)
class Report:
    """``input`` as it was asked for; ``name`` and ``url`` of the repository where there is one."""

    input: str
    subject: Subject
    licence: LicenceConclusion
    problems: tuple[Problem, ...] = ()
    name: str = ""
    url: str = ""
    readable: bool = True
    """False where nothing could be read; ``problems`` then say why."""


@dataclass(frozen=True, slots=True)
class Licensing:
    """The doors of one command; none is used before an input needs it.

    ``fetch`` gives the bytes of the file behind a URL, ``visit`` the repository there; both raise FetchError or
    InvalidInput. ``stdin`` gives at most so many bytes. ``look`` takes the snapshot of a folder and raises OSError or
    ValueError. ``read_text`` and ``read_all`` read one file and whole snapshots.
    """

    fetch: Callable[[str], bytes]
    visit: Callable[[str], Visit]
    stdin: Callable[[int], bytes]
    look: Callable[[str], Snapshot]
    read_text: Read
    read_all: Read
    clock: Callable[[], datetime]

    def licence(self, name: str) -> Report:
        """The report on one path, URL or ``-``. What cannot be read is a problem, never an error raised."""
        try:
            return self._report(name)
        except (OSError, ValueError) as error:
            detail = getattr(error, "strerror", None) or type(error).__name__
            return unreadable(name, InvalidInput(name, detail, rule="licence-input-unreadable"))
        except (FetchError, InvalidInput) as error:
            return unreadable(name, error)

    def _report(self, name: str) -> Report:
        if name == STREAM:
            return self._of_file(name, self.stdin(MOST_BYTES + 1))
        if "://" in name:
            return self._of_url(name)
        if os.path.isdir(name):
            return self._of_folder(name)
        return self._of_file(name, read_regular(name, MOST_BYTES + 1))

    def _of_url(self, url: str) -> Report:
        try:
            content = self.fetch(url)
        except InvalidInput as error:
            if error.rule not in (_NOT_A_FILE, _GONE):
                raise
            report = _visited(url, self.visit(url))
            if error.rule == _GONE and not report.readable:
                raise InvalidInput(error.subject, error.detail, rule="licence-input-gone") from None
            return report
        return self._of_file(url, content)

    def _of_folder(self, name: str) -> Report:
        snapshot = self.look(name)
        if not snapshot.entries:
            raise InvalidInput(name, rule="licence-input-empty")
        licence, problems = self._concluded(snapshot, self.read_all)
        return Report(name, Subject.FOLDER, licence, problems, os.path.basename(os.path.realpath(name)))

    def _of_file(self, name: str, content: bytes) -> Report:
        if len(content) > MOST_BYTES:
            raise InvalidInput(name, f"> {MOST_BYTES // 1024} KiB", rule="licence-input-too-large")
        if not content.strip():
            raise InvalidInput(name, rule="licence-input-empty")
        path = single.declared_path(name)
        licence, problems = self._concluded(single.as_text(content, self.clock()), self.read_text)
        if path is not None and not _has_text(licence.evidence):
            licence, problems = self._concluded(single.as_file(path, content, self.clock()), self.read_all)
            # It is one file of a repository that is not known: nobody says that there is no other.
            problems = tuple(_alone(found) for found in problems if found.rule != "licence-missing")
        else:
            path = single.AS_TEXT
            if licence.expression is None and single.is_binary(content):
                raise InvalidInput(name, rule="licence-input-binary")
        return Report(name, Subject.FILE, *_renamed(licence, problems, path, name))

    @staticmethod
    def _concluded(snapshot: Snapshot, read: Read) -> tuple[LicenceConclusion, tuple[Problem, ...]]:
        """What the readers' facts amount to, by the rules of the harvest."""
        taken = RepositoryReading(snapshot.ref, snapshot.commit, snapshot.taken_at, read(snapshot), snapshot.activity)
        licence = conclude(Part(taken, Role.MAIN, "own"))
        told = [*as_it_stands((problem for reading in taken.readings for problem in reading.problems), taken)]
        return licence, _about_licences([*told, *licence_contradictions(licence)])


def unreadable(name: str, error: AllmendeError) -> Report:
    """The report on what could not be read."""
    origin = Origin(repository="", path=error.subject or name)  # without a login, should the address have one
    problem = Problem(error.rule, Severity.BLOCKING, origin, "", error.params)
    return Report(name, Subject.FILE, _NO_EVIDENCE, (problem,), readable=False)


def _visited(asked: str, visit: Visit) -> Report:
    if isinstance(visit.fresh, Fault):
        problem = Problem(visit.fresh.rule, Severity.BLOCKING, Origin(visit.ref.url), "", visit.fresh.params)
        return Report(asked, Subject.REPOSITORY, _NO_EVIDENCE, (problem,), url=visit.ref.url, readable=False)
    if isinstance(visit.fresh, NotModified):
        raise TypeError("a visit without memory found nothing new")
    solution = visit.fresh.solution
    problems = _about_licences(solution.problems)
    return Report(asked, Subject.REPOSITORY, solution.licence, problems, solution.name, visit.ref.url)


def _about_licences(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.rule.startswith(_OURS))


def _alone(found: Problem) -> Problem:
    """That a text is missing nobody knows who saw one file."""
    if found.rule != "licence-text-missing" or found.origin is None:
        return found
    return told("licence-input-alone", found.origin, declared=found.params.get("declared", ""))


def _has_text(evidence: Iterable[LicenceEvidence]) -> bool:
    """Whether there is a whole licence text; a README that names a licence, or refuses in a sentence, declares."""
    whole = (item.expression for item in evidence if item.kind == "text" and item.expression and not item.aside)
    return any("LicenseRef-" not in expression for expression in whole)


def _renamed(
    licence: LicenceConclusion, problems: Iterable[Problem], path: str, name: str
) -> tuple[LicenceConclusion, tuple[Problem, ...]]:
    """With ``name`` wherever the path stands under which a single file was read."""
    told = replace(
        licence,
        evidence=tuple(replace(item, origin=replace(item.origin, path=name)) for item in licence.evidence),
        conflicts=tuple(replace(item, origin=replace(item.origin, path=name)) for item in licence.conflicts),
    )
    return told, tuple(_renamed_problem(problem, path, name) for problem in problems)


def _renamed_problem(problem: Problem, path: str, name: str) -> Problem:
    params = {key: name if value == path else value for key, value in problem.params.items()}
    origin = replace(problem.origin, path=name) if problem.origin else None
    return replace(problem, params=params, origin=origin)


def report_json(report: Report, lang: str) -> dict[str, Json]:
    """``allmende licence --json``; keys are only ever added. ``lang`` is the language of message and hint."""
    licence = report.licence
    return {
        "expression": licence.expression,
        "range": licence.range.value if licence.range else None,
        "verdict": licence.verdict.value,
        "confidence": licence.confidence,
        "evidence": [_evidence_json(item) for item in licence.evidence],
        "conflicts": [
            {
                "path": item.origin.path,
                "declared": item.declared,
                "found": item.found,
                "line": item.origin.line,
                "commit": item.origin.commit or None,
            }
            for item in licence.conflicts
        ],
        "input": report.input,
        "subject": report.subject.value,
        "kind": kind(licence.expression, licence.verdict).value,
        "problems": [_problem_json(problem, lang) for problem in report.problems],
    }


def _evidence_json(item: LicenceEvidence) -> dict[str, Json]:
    return {
        "path": item.origin.path,
        "expression": item.expression,
        "kind": item.kind,
        "confidence": item.confidence,
        "start": item.start,
        "end": item.end,
        "line": item.origin.line,
        "commit": item.origin.commit or None,
        "raw": item.raw,
        "aside": item.aside,
        "changed": item.changed,
    }


def _problem_json(problem: Problem, lang: str) -> dict[str, Json]:
    told = explain(problem.rule, problem.params, lang)
    return {
        "rule": problem.rule,
        "severity": problem.severity.value,
        "key": problem.key or "",
        "path": problem.origin.path if problem.origin else None,
        "line": problem.origin.line if problem.origin else None,
        "column": problem.origin.column if problem.origin else None,
        "message": told.message,
        "hint": told.hint,
    }
