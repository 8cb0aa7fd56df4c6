# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs and alerts as the JSON of the contracts; see ``presenting`` for the conventions. Pure; keys are only added."""

from __future__ import annotations

from registry.catalogue.alerting import Alert, explained
from registry.catalogue.presenting import moment, problem_json
from registry.model import Json, Run
from registry.vocabulary.rules import LANGUAGES


def run_json(run: Run) -> dict[str, Json]:
    """One run; ``left`` is how much it left for the next one, null where it does not say."""
    return {
        "run": run.id,
        "state": run.state.value,
        "started_at": moment(run.started_at),
        "ended_at": moment(run.ended_at),
        "seconds": round((run.ended_at - run.started_at).total_seconds(), 3) if run.ended_at else None,
        "left": run.left,
        "demo": run.demo,
        "counts": dict(run.counts),
        "errors": [problem_json(error) for error in run.errors],
    }


def alert_json(alert: Alert) -> dict[str, Json]:
    told = {lang: explained(alert, lang) for lang in LANGUAGES}
    return {
        "rule": alert.rule,
        "severity": alert.severity.value,
        "params": dict(alert.params),
        "since": moment(alert.since),
        "message": {lang: text.message for lang, text in told.items()},
        "hint": {lang: text.hint for lang, text in told.items()},
    }
