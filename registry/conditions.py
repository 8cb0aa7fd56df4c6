# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The named conditions of the decision tables in ``vocabulary/signals.toml``: what a solution shows at one moment."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from functools import cached_property

from registry import licences
from registry.model import (
    Activity,
    Fact,
    FactSource,
    Field,
    LicenceEvidence,
    LicenceVerdict,
    Role,
    Severity,
    Solution,
    Tag,
)
from registry.vocabulary.signals import thresholds

# "v1.2", "1.2.3", "release-2024.1", "myapp-3.0.1": a number with at least one dot, or "v" and a number.
_VERSION = re.compile(r"(?:.*?[-_/ ])??(?:v?\.?\d+(?:\.\d+)+|v\.?\d+)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PRERELEASE = re.compile(
    r"^[-_.+ ]?(?:alpha|beta|rc|pre|preview|dev|snapshot|test|nightly|canary|next|[abc]\d)", re.IGNORECASE
)
_UNREAD = frozenset({"parse-failed", "reader-failed", "file-too-large"})
"""Problems after which "not found" may just mean "not read"."""
_UNSTATED = frozenset({FactSource.MANIFEST, FactSource.HISTORY})
_PART_OF_OTHER_SOFTWARE = frozenset({"library", "addon", "configurationfiles"})
OWN_CODE = (Role.MAIN, Role.FRONT_END, Role.BACK_END, Role.MODULE)
"""Repositories whose activity counts for the solution; mirrors, forks, documentation and deployment do not."""
_RELEASED = (Role.MAIN, Role.FRONT_END, Role.BACK_END)
"""Repositories whose tags name versions of the solution: those of a module count the module."""


@dataclass(frozen=True)
class Case:
    """A solution at one moment, with what the conditions ask for: what its repositories show, not what peers claim."""

    solution: Solution
    now: datetime

    def values(self, name: Field) -> Sequence[Fact]:
        """All statements about a field, best first."""
        said = (fact for value in self.solution.fields.get(name, ()) for fact in value.candidates or (value.fact,))
        return [fact for fact in said if fact.source is not FactSource.PEER]

    def best(self, name: Field) -> Fact | None:
        chosen = self.solution.fields.get(name, ())
        return chosen[0].fact if chosen and chosen[0].fact.source is not FactSource.PEER else None

    def stated(self, name: Field) -> Fact | None:
        """As ``best``, but None for what only a manifest or the history shows: they say it to programs."""
        chosen = self.best(name)
        return None if chosen is None or chosen.source in _UNSTATED else chosen

    def words(self, name: Field) -> list[str]:
        """The words of a list field over all statements, each once."""
        return list(dict.fromkeys(str(word) for fact in self.values(name) for word in fact.value))

    @cached_property
    def texts(self) -> Sequence[LicenceEvidence]:
        """Texts and notices of licence files, without those of something else in the same file."""
        return [item for item in self.solution.licence.evidence if item.kind in licences.TEXTS and not item.aside]

    @cached_property
    def recognised_texts(self) -> Sequence[str]:
        return list(dict.fromkeys(item.expression for item in self.texts if item.expression))

    @cached_property
    def declarations(self) -> Sequence[LicenceEvidence]:
        """What declarations and REUSE say, as written."""
        said = (item for item in self.solution.licence.evidence if item.kind in ("declaration", "reuse"))
        return [item for item in said if item.raw]

    @cached_property
    def declaration(self) -> LicenceEvidence | None:
        """The declaration that was compared with the text, or the first one where none could be."""
        leading = licences.leading_statement(self.solution.licence.evidence)
        return leading.item if leading else next(iter(self.declarations), None)

    @cached_property
    def activities(self) -> Sequence[Activity]:
        return [part.activity for part in self.solution.repositories if part.role in OWN_CODE]

    @cached_property
    def last_human_change(self) -> datetime | None:
        moments = [activity.last_human_commit_at for activity in self.activities]
        return max((moment for moment in moments if moment), default=None)

    @cached_property
    def tags(self) -> Sequence[Tag]:
        """Of the repositories that are the solution, newest first."""
        parts = (part for part in self.solution.repositories if part.role in _RELEASED)
        return sorted((tag for part in parts for tag in part.activity.tags), key=lambda tag: tag.at, reverse=True)

    @cached_property
    def version_tag(self) -> Tag | None:
        return next((tag for tag in self.tags if _is_version(tag.name, prerelease=False)), None)

    @cached_property
    def prerelease_tag(self) -> Tag | None:
        return next((tag for tag in self.tags if _is_version(tag.name, prerelease=True)), None)

    @cached_property
    def readme_words(self) -> int | None:
        readme = self.best(Field.README)
        return int(readme.value.get("words") or 0) if readme else None


def add_months(moment: datetime, months: int) -> datetime:
    """The same day ``months`` calendar months later; the last day of the month where that day does not exist."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = min(moment.year + years, MAXYEAR), month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def threshold(name: str) -> int:
    """A figure of ``signals.toml`` in its own unit."""
    return thresholds()[name].value


def _is_version(name: str, *, prerelease: bool) -> bool:
    found = _VERSION.fullmatch(name)
    return found is not None and bool(_PRERELEASE.match(found["rest"])) is prerelease


Condition = Callable[[Case], bool]


def _verdict(case: Case, *wanted: LicenceVerdict) -> bool:
    return case.solution.licence.verdict in wanted


def _approved(case: Case) -> bool:
    return _verdict(case, LicenceVerdict.CLEAR) and licences.is_open(case.solution.licence.expression or "") is True


def _not_assessed(case: Case) -> bool:
    """Which terms apply is known, not that they are open."""
    known = _verdict(case, LicenceVerdict.CLEAR, LicenceVerdict.UNCLEAR)
    return known and case.solution.licence.expression is not None


def _text_of_a_part(case: Case) -> bool:
    """One licence, but its text does not stand where it would speak for the whole."""
    named = frozenset[str]().union(*map(licences.families, case.recognised_texts))
    return len(named) == 1 and not licences.deciding_texts(case.solution.licence.evidence).stand_alone


def _part_without_text(case: Case) -> bool:
    stated = case.declaration.expression if case.declaration else None
    if not stated or not case.recognised_texts:
        return False
    named = frozenset[str]().union(*map(licences.families, case.recognised_texts))
    return named < licences.families(stated)


def _declared_obsolete(case: Case) -> bool:
    status = case.best(Field.DEVELOPMENT_STATUS)
    return status is not None and status.value == "obsolete"


def _date_in_future(case: Case) -> bool:
    last = case.last_human_change
    return last is not None and last - timedelta(hours=threshold("clock_hours")) > case.now


def _changed_within(case: Case, months: int) -> bool:
    last = case.last_human_change
    return last is not None and case.now < add_months(last, months)


def _stable_and_released(case: Case) -> bool:
    """Declared stable, a version tag, and no alarm: nothing blocking found, maintenance not declared as ended."""
    status, maintenance = case.best(Field.DEVELOPMENT_STATUS), case.best(Field.MAINTENANCE_TYPE)
    alarm = any(found.severity is Severity.BLOCKING for found in case.solution.problems)
    ended = maintenance is not None and maintenance.value == "none"
    stable = status is not None and status.value == "stable"
    return stable and case.version_tag is not None and not alarm and not ended


def _release_declared(case: Case) -> bool:
    return bool(case.stated(Field.SOFTWARE_VERSION) or case.stated(Field.RELEASE_DATE))


def _is_part(case: Case) -> bool:
    kind = case.best(Field.SOFTWARE_TYPE)
    return kind is not None and str(kind.value).lower() in _PART_OF_OTHER_SOFTWARE


def _is_library(case: Case) -> bool:
    kind = case.best(Field.SOFTWARE_TYPE)
    return kind is not None and str(kind.value).lower() == "library"


def _archived(case: Case) -> bool:
    said = case.best(Field.ARCHIVED)
    return said is not None and said.value is True


CONDITIONS: Mapping[str, Condition] = {
    "otherwise": lambda _: True,
    "files_unread": lambda case: any(found.rule in _UNREAD for found in case.solution.problems),
    "licence_files_unread": lambda case: any(found.rule in licences.UNREAD for found in case.solution.problems),
    "licence_approved": _approved,
    "licence_not_open": lambda case: _verdict(case, LicenceVerdict.NOT_OPEN),
    "licence_conflict": lambda case: _verdict(case, LicenceVerdict.CONFLICT),
    "licence_not_assessed": _not_assessed,
    "licence_text_changed": lambda case: any(item.changed for item in case.texts),
    "licence_text_of_a_part": _text_of_a_part,
    "declared_part_without_text": _part_without_text,
    "licence_texts_undecided": lambda case: bool(case.recognised_texts),
    "licence_text_found": lambda case: bool(case.texts),
    "licence_text_unrecognised": lambda case: bool(case.texts) and not case.recognised_texts,
    "licence_declared_only": lambda case: bool(case.declarations) and not case.texts,
    "licence_claimed_by_forge_only": lambda case: any(item.kind == "forge" for item in case.solution.licence.evidence),
    "licences_agree": lambda case: licences.agrees(case.solution.licence.evidence) is True,
    "licences_differ": lambda case: licences.agrees(case.solution.licence.evidence) is False,
    "text_and_declaration": lambda case: bool(
        case.recognised_texts and licences.declaration(case.solution.licence.evidence)
    ),
    "declaration_unrecognised": lambda case: bool(case.texts and case.declarations),
    "archived_by_forge": _archived,
    "declared_obsolete": _declared_obsolete,
    "no_history": lambda case: not any(activity.commits for activity in case.activities),
    "no_human_change_seen": lambda case: case.last_human_change is None,
    "date_in_future": _date_in_future,
    "changed_lately": lambda case: _changed_within(case, threshold("active_months")),
    "stable_and_released": _stable_and_released,
    "changed_some_time_ago": lambda case: _changed_within(case, threshold("quiet_months")),
    "version_tagged": lambda case: case.version_tag is not None,
    "prerelease_tagged": lambda case: case.prerelease_tag is not None,
    "release_declared": _release_declared,
    "other_tags_only": lambda case: bool(case.tags),
    "history_incomplete": lambda case: not all(activity.complete for activity in case.activities),
    "has_container": lambda case: bool(case.words(Field.CONTAINER)),
    "has_package": lambda case: bool(case.words(Field.PACKAGE_MANIFESTS)),
    "library_with_package": lambda case: _is_library(case) and bool(case.words(Field.PACKAGE_MANIFESTS)),
    "is_part_of_other_software": _is_part,
    "has_documentation_files": lambda case: bool(case.words(Field.DOCUMENTATION)),
    "has_documentation_url": lambda case: case.best(Field.DOCUMENTATION_URL) is not None,
    "readme_is_long": lambda case: (case.readme_words or 0) >= threshold("readme_words"),
    "has_installation": lambda case: case.best(Field.INSTALLATION) is not None,
    "has_readme": lambda case: case.readme_words is not None,
}
"""Every condition that ``signals.toml`` may name."""
