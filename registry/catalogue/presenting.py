# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records as the JSON of the contracts, for command line and API alike. Pure; keys are only ever added.

Times are UTC, ISO 8601 with ``Z``; texts for people are ``{"de": ..., "en": ...}``; a text whose language is not known
is under ``"und"``. What is not known is null or left out of a map, never an empty text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from registry.bodies.keys import land_name
from registry.catalogue.citing import Cited, cited_json
from registry.catalogue.quoting import shown_text
from registry.licences.offers import offered_kinds
from registry.model import (
    PER_LANGUAGE,
    Activity,
    Body,
    Candidate,
    Fact,
    Fault,
    Field,
    FieldValue,
    Harvested,
    Json,
    LicenceConclusion,
    LicenceEvidence,
    NotModified,
    Origin,
    Outcome,
    Problem,
    RepositoryRef,
    Role,
    SearchPage,
    Signal,
    Solution,
    SolutionRecord,
    SolutionRepository,
    Standing,
)
from registry.resolve import UNITED, united
from registry.vocabulary.rules import LANGUAGES, asked_by, conflict, explain, rules
from registry.vocabulary.signals import explain_signal
from registry.vocabulary.standards import standards

UNKNOWN_LANGUAGE = "und"
_MOVED = "repository-moved"
_MAINTENANCE = "maintenance"
"""What publiccode.yml says of contractors; that they also run it is nowhere said."""


# --- the contracts ---


def search_json(page: SearchPage) -> dict[str, Json]:
    """``allmende search --json``."""
    results = [
        {
            "slug": candidate.record.slug,
            "name": candidate.record.solution.name,
            "repositories": _urls(candidate.record.solution),
            "score": candidate.score,
        }
        for candidate in page.candidates
    ]
    return {"total": page.total, "relaxed": page.relaxed, "results": results}


def page_json(page: SearchPage, next_url: str | None) -> dict[str, Json]:
    """``GET /api/v1/solutions``."""
    return {
        "total": page.total,
        "page": page.query.page,
        "per_page": page.query.per_page,
        "next": next_url,
        "relaxed": page.relaxed,
        "results": [candidate_json(candidate) for candidate in page.candidates],
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in values]
            for name, values in page.facets.items()
        },
    }


def candidate_json(candidate: Candidate) -> dict[str, Json]:
    """One result of the API's list. ``url`` is the page of the solution, relative to the catalogue's base URL."""
    return {**_summary(candidate.record), "score": candidate.score}


def solution_json(record: SolutionRecord, peers: Sequence[Cited] = ()) -> dict[str, Json]:
    """``allmende show --json`` and ``GET /api/v1/solutions/SLUG``: the list's keys and all fields.

    ``peers`` are the other catalogues that facts with the source "peer" come from: their origin has its ``url``.
    """
    solution = record.solution
    return {
        **_summary(record),
        "fields": fields_json(solution),
        "standards": standards_json(solution),
        "operators": operators_json(record),
        "repositories": [_repository_json(repository) for repository in solution.repositories],
        "licence": licence_json(solution.licence),
        "signals": [signal_json(signal) for signal in record.assessment.signals],
        "problems": [problem_json(problem) for problem in solution.problems],
        "assessed_at": moment(record.assessment.assessed_at),
        "first_seen_at": moment(record.first_seen_at),
        "updated_at": moment(record.updated_at),
        "checked_at": moment(record.checked_at),
        "failing_since": moment(record.failing_since),
        "fault": _fault_json(record.fault) if record.fault else None,
        "standing": standing_json(record.standing) if record.standing else None,
        "peers": [cited_json(one) for one in peers],
        "demo": record.demo,
    }


def harvest_test_json(
    url: str, ref: RepositoryRef, fresh: Harvested | NotModified | Fault, moved_from: str | None = None
) -> dict[str, Json]:
    """``allmende harvest test --json``: ``url`` as asked for, ``repository`` where it was found in the end.

    ``reason`` is a rule id, null where all is well; ``message`` and ``hint`` say it in words.
    """
    said: dict[str, Json] = {"url": url, "repository": ref.url, "outcome": Outcome.OK.value, "reason": None}
    if isinstance(fresh, Fault):
        said |= _fault_json(fresh)
    elif moved_from is not None:
        moved = Fault(Outcome.MOVED, _MOVED, {"subject": moved_from, "detail": ref.url})
        said |= _fault_json(moved)
    harvested = fresh if isinstance(fresh, Harvested) else None
    return {
        **said,
        "commit": harvested.snapshot.commit if harvested else None,
        "facts": fields_json(harvested.solution) if harvested else {},
        "licence": licence_json(harvested.solution.licence) if harvested else None,
        "signals": [signal_json(signal) for signal in harvested.assessment.signals] if harvested else [],
        "state": harvested.assessment.state.value if harvested else None,
        "problems": [problem_json(problem) for problem in harvested.solution.problems] if harvested else [],
    }


# --- their parts ---


def moment(at: datetime | None) -> str | None:
    """A time in UTC to the second: "2026-11-22T08:50:00Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def standing_json(standing: Standing) -> dict[str, Json]:
    """How a repository stands; ``since`` is when it was first seen so."""
    return {
        "state": standing.state.value,
        "since": moment(standing.since),
        "descent": standing.descent.value,
        "archived_since": moment(standing.archived_since),
        "former_urls": list(standing.former_urls),
        "successor": standing.successor_url,
        "successor_solution": standing.successor_slug,
    }


def origin_json(origin: Origin | None) -> dict[str, Json] | None:
    if origin is None:
        return None
    return {"repository": origin.repository, "path": origin.path, "line": origin.line, "commit": origin.commit}


def fields_json(solution: Solution) -> dict[str, Json]:
    """Every field by name: ``{"value", "origin", "source", "candidates"}``.

    Where a field has texts a language, ``value`` and ``origins`` are maps by language and ``origin`` is the first one.
    ``value`` of a list that several sources add to (``resolve.UNITED``) has the values of all of them. ``candidates``
    are all other statements, best first: ``{"value", "lang", "source", "origin"}``.
    """
    return {
        field.value: _texts_json(solution, values) if field in PER_LANGUAGE else _value_json(solution, values)
        for field, values in solution.fields.items()
        if values
    }


def standards_json(solution: Solution) -> list[dict[str, Json]]:
    """The standards that a solution names, with their labels; those the vocabulary does not know are left out."""
    known = standards()
    named = (known.get(str(item)) for item, _ in united(solution.fields.get(Field.STANDARDS, ())))
    return [
        {"id": one.id, "label": {"de": one.de, "en": one.en}, "homepage": one.homepage}
        for one in named
        if one is not None
    ]


def licence_json(licence: LicenceConclusion) -> dict[str, Json]:
    return {
        "expression": licence.expression,
        "range": licence.range.value if licence.range else None,
        "verdict": licence.verdict.value,
        "confidence": licence.confidence,
        "evidence": [_evidence_json(evidence) for evidence in licence.evidence],
        "conflicts": [
            {"declared": found.declared, "found": found.found, "origin": origin_json(found.origin)}
            for found in licence.conflicts
        ],
    }


def _evidence_json(evidence: LicenceEvidence) -> dict[str, Json]:
    return {
        "kind": evidence.kind,
        "expression": evidence.expression,
        "confidence": evidence.confidence,
        "raw": evidence.raw,
        "start": evidence.start,
        "end": evidence.end,
        "aside": evidence.aside,
        "changed": evidence.changed,
        "origin": origin_json(evidence.origin),
    }


def signal_json(signal: Signal) -> dict[str, Json]:
    return {
        "name": signal.name.value,
        "verdict": signal.verdict.value,
        "reason": signal.reason,
        "text": {lang: explain_signal(signal, lang) for lang in LANGUAGES},
        "origin": origin_json(signal.origin),
    }


def problem_json(problem: Problem) -> dict[str, Json]:
    return {
        "rule": problem.rule,
        "severity": problem.severity.value,
        **_explained(problem.rule, problem.params),
        "key": problem.key,
        "origin": origin_json(problem.origin),
        "asked_by": list(asked_by(problem.rule, problem.key)),
        "conflict": dict(against) if (against := conflict(problem.rule, problem.key)) else None,
    }


def _summary(record: SolutionRecord) -> dict[str, Json]:
    solution = record.solution
    return {
        "slug": record.slug,
        "name": solution.name,
        "url": f"/solutions/{record.slug}",
        "description": _description(solution),
        "state": record.assessment.state.value,
        "licence": solution.licence.expression,
        "licence_verdict": solution.licence.verdict.value,
        "licence_kinds": [kind.value for kind in offered_kinds(solution.licence)],
        "publisher": _publisher_json(record.publisher) if record.publisher else None,
        "attribution": _attribution_json(record),
        "categories": _list(solution, Field.CATEGORIES),
        "languages": _list(solution, Field.INTERFACE_LANGUAGES),
        "repositories": _urls(solution),
        "last_activity": moment(_last_activity(solution.repositories)),
    }


def _description(solution: Solution) -> dict[str, Json]:
    """``de`` and ``en`` always, null where there is none; other languages beside them."""
    return dict.fromkeys(LANGUAGES) | _by_language(solution, solution.fields.get(Field.SHORT_DESCRIPTION, ()))


def _publisher_json(publisher: Body) -> dict[str, Json]:
    """As the API shows bodies elsewhere, in short; ``land`` is the German name of the Land."""
    return {
        "slug": publisher.slug,
        "name": publisher.title,
        "country": publisher.country,
        "kind": publisher.kind.value,
        "land": land_name(publisher.land),
        "land_code": publisher.land,
        "region": publisher.region,
        "ars": publisher.keys.ars,
        "size": publisher.size_class.value if publisher.size_class is not None else None,
    }


def _attribution_json(record: SolutionRecord) -> dict[str, Json] | None:
    """What told who publishes it. ``alternatives`` are bodies that fit too, or that the declaration names as well."""
    told = record.attribution
    if told is None:
        return None
    others = [record.bodies[key] for key in told.alternatives if key in record.bodies]
    return {
        "outcome": told.outcome.value,
        "via": told.via.value if told.via is not None else None,
        "said": told.said,
        "alternatives": [{"slug": body.slug, "name": body.title} for body in others],
    }


def operators_json(record: SolutionRecord) -> list[dict[str, Json]]:
    """Who maintains it, as somebody says; ``slug`` is null for whom the register does not know."""
    return [
        {
            "name": claim.name,
            "slug": body.slug if (body := record.bodies.get(claim.body_id or "")) is not None else None,
            "role": _MAINTENANCE,
            "until": claim.until,
            "website": claim.website,
            "origin": dict(claim.origin) or None,
        }
        for claim in record.operators
    ]


def _repository_json(repository: SolutionRepository) -> dict[str, Json]:
    return {
        "url": repository.url,
        "role": repository.role.value,
        "reason": repository.reason,
        "reason_text": reason_json(repository.reason),
        "licence": repository.licence,
        "commit": repository.commit,
        "taken_at": moment(repository.taken_at),
        "activity": _activity_json(repository.activity),
    }


def reason_json(reason: str) -> dict[str, Json] | None:
    """Why a repository belongs to its solution, in words; None for a reason without a text."""
    if reason not in rules():
        return None
    return {lang: explain(reason, {}, lang).message for lang in LANGUAGES}


def _activity_json(activity: Activity) -> dict[str, Json]:
    return {
        "observed_at": moment(activity.observed_at),
        "commits": activity.commits,
        "first_commit_at": moment(activity.first_commit_at),
        "last_commit_at": moment(activity.last_commit_at),
        "last_human_commit_at": moment(activity.last_human_commit_at),
        "commits_12_months": activity.commits_12_months,
        "authors_12_months": activity.authors_12_months,
        "tag_count": activity.tag_count,
        "tags": [{"name": tag.name, "commit": tag.commit, "at": moment(tag.at)} for tag in activity.tags],
        "complete": activity.complete,
    }


def _fault_json(fault: Fault) -> dict[str, Json]:
    return {"outcome": fault.outcome.value, "reason": fault.rule, **_explained(fault.rule, fault.params)}


def _explained(rule: str, params: Mapping[str, str]) -> dict[str, Json]:
    told = {lang: explain(rule, params, lang) for lang in LANGUAGES}
    return {
        "message": {lang: text.message for lang, text in told.items()},
        "hint": {lang: text.hint for lang, text in told.items()},
    }


def _value_json(solution: Solution, values: Sequence[FieldValue]) -> dict[str, Json]:
    fact = values[0].fact
    together = fact.field in UNITED
    return {
        "value": [item for item, _ in united(values)] if together else fact.value,
        "origin": origin_json(fact.origin),
        "source": fact.source.value,
        "candidates": _candidates_json(solution, values),
    }


def _candidates_json(solution: Solution, values: Sequence[FieldValue]) -> list[dict[str, Json]]:
    """HTML is left out: it is made of the text beside it."""
    return [
        {
            "value": _quotable(solution, other),
            "lang": other.lang,
            "source": other.source.value,
            "origin": origin_json(other.origin),
        }
        for value in values
        for other in value.candidates
        if other != value.fact and other.field is not Field.LONG_DESCRIPTION_HTML
    ]


def _texts_json(solution: Solution, values: Sequence[FieldValue]) -> dict[str, Json]:
    return {
        "value": _by_language(solution, values),
        "origin": origin_json(values[0].fact.origin),
        "origins": {value.fact.lang or UNKNOWN_LANGUAGE: origin_json(value.fact.origin) for value in values},
        "source": values[0].fact.source.value,
        "candidates": _candidates_json(solution, values),
    }


def _by_language(solution: Solution, values: Iterable[FieldValue]) -> dict[str, Json]:
    return {value.fact.lang or UNKNOWN_LANGUAGE: _quotable(solution, value.fact) for value in values}


def _quotable(solution: Solution, fact: Fact) -> Json:
    return shown_text(solution, fact)[0] if isinstance(fact.value, str) else fact.value


def _list(solution: Solution, field: Field) -> list[Json]:
    values = solution.fields.get(field, ())
    return list(values[0].fact.value) if values else []


def _urls(solution: Solution) -> list[str]:
    return [repository.url for repository in solution.repositories]


def _last_activity(repositories: Iterable[SolutionRepository]) -> datetime | None:
    """As the index has it: of people where that is known, else of anybody."""
    copies = (Role.MIRROR, Role.FORK)
    activities = [repository.activity for repository in repositories if repository.role not in copies]
    dates = [at for activity in activities if (at := activity.last_human_commit_at or activity.last_commit_at)]
    return max(dates, default=None)
