# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Solution -> Assessment: six signals, each decided by the first row of its table whose condition holds.

The tables are data (``vocabulary/signals.toml``), their conditions are in ``registry.conditions``; here are the params
of their sentences and the origins of their evidence. Pure: ``now`` is an argument. "Unknown" is not "no", and never
counted as good:

- *quiet* (last human change 12 to 36 months ago) is unknown: old enough to ask, too little to conclude anything;
- a release that is only declared is unknown: no tag of that version can be fetched;
- two licence texts without a word on how they relate are unknown, even if both are open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from registry import licences
from registry.conditions import CONDITIONS, OWN_CODE, Case, add_months, threshold
from registry.model import (
    Assessment,
    Fact,
    Field,
    LicenceEvidence,
    Origin,
    Signal,
    SignalName,
    Solution,
    State,
)
from registry.vocabulary.signals import Row, signals, thresholds


def assess(solution: Solution, now: datetime) -> Assessment:
    """The six signals and the state of life at ``now`` (timezone-aware). Pure."""
    case = Case(solution, now)
    decided = {name: deciding_row(name, case) for name in SignalName}
    return Assessment(
        signals=tuple(_signal(name, row, case) for name, row in decided.items()),
        state=decided[SignalName.ALIVE].state or State.UNKNOWN,
        assessed_at=now,
        valid_until=_valid_until(case, decided[SignalName.ALIVE]),
    )


def deciding_row(name: SignalName, case: Case) -> Row:
    """The first row of the signal's table whose condition holds. Raises LookupError if the table has none."""
    for row in signals()[name].rows:
        if CONDITIONS[row.when](case):
            return row
    raise LookupError(f"no row of signal {name} holds")


# --- params and evidence ---------------------------------------------------------------------------------------------


def _signal(name: SignalName, row: Row, case: Case) -> Signal:
    known = _params(case)
    params = {key: known[key] for key in sorted(row.placeholders)}
    return Signal(name, row.verdict, row.reason, params, _origin(case, row.evidence))


def _params(case: Case) -> dict[str, str]:
    """What sentences may be filled with; only facts and thresholds, dates as ISO dates."""
    tag = case.version_tag or case.prerelease_tag or next(iter(case.tags), None)
    declared = case.declaration
    claims = (item.raw or item.expression for item in case.solution.licence.evidence if item.kind == "forge")
    fields = {name: case.stated(name) for name in (Field.SOFTWARE_VERSION, Field.RELEASE_DATE)}
    params = {
        "licence": case.solution.licence.expression or "",
        "path": ", ".join(text.origin.path or text.origin.repository for text in _shown_texts(case)),
        "texts": ", ".join(case.recognised_texts),
        "declared": (declared.raw or declared.expression if declared else None) or "",
        "claimed": next(filter(None, claims), ""),
        "last_date": _day(case.last_human_change),
        # A direction override in a tag's name would turn the sentence around.
        "tag": "".join(filter(str.isprintable, tag.name)) if tag else "",
        "tag_date": _day(tag.at if tag else None),
        "version": ", ".join(str(fact.value) for fact in fields.values() if fact),
        "container": ", ".join(case.words(Field.CONTAINER)),
        "packages": ", ".join(case.words(Field.PACKAGE_MANIFESTS)),
        "software_type": _text(case.best(Field.SOFTWARE_TYPE)),
        "documentation": ", ".join(case.words(Field.DOCUMENTATION)[:3]),
        "url": _text(case.best(Field.DOCUMENTATION_URL)),
        "words": str(case.readme_words or 0),
    }
    return params | {name: str(threshold.value) for name, threshold in thresholds().items()}


def _origin(case: Case, evidence: str) -> Origin:
    """Where the decisive evidence was seen; the main repository at its commit where the evidence is an absence."""
    main = case.solution.repositories[0]
    whole = Origin(main.url, commit=main.commit)
    return EVIDENCE[evidence](case) or whole


def _tag_origin(case: Case) -> Origin | None:
    tag = case.version_tag or case.prerelease_tag or next(iter(case.tags), None)
    for part in case.solution.repositories:
        if tag in part.activity.tags and tag is not None:
            return Origin(part.url, commit=tag.commit)
    return None


def _history_origin(case: Case) -> Origin | None:
    for part in case.solution.repositories:
        if part.role in OWN_CODE and part.activity.last_human_commit_at == case.last_human_change:
            return Origin(part.url, commit=part.commit)
    return None


def _of_field(*names: Field) -> Callable[[Case], Origin | None]:
    return lambda case: next((fact.origin for fact in map(case.best, names) if fact), None)


def _stated_release(case: Case) -> Origin | None:
    stated = case.stated(Field.SOFTWARE_VERSION) or case.stated(Field.RELEASE_DATE)
    return stated.origin if stated else None


EVIDENCE: Mapping[str, Callable[[Case], Origin | None]] = {
    "tree": lambda _: None,
    "history": _history_origin,
    "tag": _tag_origin,
    "text": lambda case: _first_origin(_shown_texts(case)),
    "declaration": lambda case: _first_origin([case.declaration] if case.declaration else []),
    "forge": lambda case: _first_origin(item for item in case.solution.licence.evidence if item.kind == "forge"),
    "archived": _of_field(Field.ARCHIVED),
    "development_status": _of_field(Field.DEVELOPMENT_STATUS),
    "release": _stated_release,
    "container": _of_field(Field.CONTAINER),
    "package": _of_field(Field.PACKAGE_MANIFESTS),
    "software_type": _of_field(Field.SOFTWARE_TYPE),
    "documentation": _of_field(Field.DOCUMENTATION),
    "documentation_url": _of_field(Field.DOCUMENTATION_URL),
    "installation": _of_field(Field.INSTALLATION),
    "readme": _of_field(Field.README),
}
"""Every piece of evidence that ``signals.toml`` may name."""


def _shown_texts(case: Case) -> Sequence[LicenceEvidence]:
    """The text that gave the conclusion, or those that did so together; else a changed one, a recognised one, any."""
    found = licences.families(case.solution.licence.expression or "")
    recognised = [item for item in case.texts if item.expression]
    whole = [item for item in recognised if licences.families(item.expression or "") == found]
    parts = [item for item in recognised if licences.families(item.expression or "") < found]
    changed = [item for item in case.texts if item.changed]
    return whole[:1] or parts or (changed or recognised or case.texts)[:1]


def _first_origin(evidence: Iterable[LicenceEvidence]) -> Origin | None:
    return next((item.origin for item in evidence), None)


def _day(moment: datetime | None) -> str:
    return moment.astimezone(UTC).date().isoformat() if moment else ""


def _text(fact: Fact | None) -> str:
    return str(fact.value) if fact else ""


def _valid_until(case: Case, decided: Row) -> datetime | None:
    """The next instant at which the state of life becomes another one by the passing of time alone."""
    last = case.last_human_change
    if last is None:
        return None
    instants = (
        last - timedelta(hours=threshold("clock_hours")),
        add_months(last, threshold("active_months")),
        add_months(last, threshold("quiet_months")),
    )
    for instant in sorted(instants):
        later = Case(case.solution, instant)
        if instant > case.now and deciding_row(SignalName.ALIVE, later).reason != decided.reason:
            return instant
    return None
