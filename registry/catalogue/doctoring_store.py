# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is stored: the database with its schema and integrity, the index, sources and tokens, runs and jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from harvesters.tokens import token_name
from registry.catalogue.alerting import alerts
from registry.catalogue.doctoring import Check, Patient, mebibytes
from registry.catalogue.presenting import moment
from registry.catalogue.rereading import needs_rereading
from registry.model import ForgeKind, RunState, Source
from registry.search.sync import drift
from registry.storage import migrate
from registry.storage.examining import Examination, examine, file_of, is_writable

_CHECK_SECONDS = 20.0
_WAL_LARGE = 256 * 2**20
_OLDEST_POSTGRES = 13
_STUCK = timedelta(minutes=10)
_AHEAD = timedelta(hours=1)
_RUNS = 50
_ELSEWHERE = ("alert-disk", "alert-index")
"""Alerts of what has a check of its own."""


def there(patient: Patient) -> bool:
    """Whether there is a database to look at. Raises StorageError, ConfigError."""
    return migrate.current(patient.config.database_url) is not None


def database(patient: Patient) -> Iterator[Check]:
    url = patient.config.database_url
    file = file_of(url)
    # Said before the first look, which SQLite may refuse for want of a file beside its own.
    if file is not None and file.exists() and not is_writable(file):
        yield Check("database", "doctor-database-readonly", {"path": str(file)})
    if not there(patient):
        yield Check("database", "doctor-database-new", {"path": str(file or "PostgreSQL")})
        return
    migrate.check(url)
    yield Check("schema", "doctor-schema-ok", {"revision": migrate.head()})
    found = examine(url, _CHECK_SECONDS)
    params = {"kind": found.kind, "version": found.version, "size": mebibytes(found.size)}
    yield Check("database", "doctor-database-ok", params)
    yield from _sqlite(found) if file is not None else _postgres(found)


def _sqlite(found: Examination) -> Iterator[Check]:
    if found.intact is None:
        yield Check("integrity", "doctor-integrity-unfinished", {"seconds": f"{_CHECK_SECONDS:.0f}"})
    else:
        yield Check(
            "integrity", "doctor-integrity-ok" if found.intact else "doctor-integrity-broken", {"detail": found.fault}
        )
    if found.journal != "wal":
        yield Check("journal", "doctor-journal-mode", {"mode": found.journal or ""})
    elif found.journal_size > _WAL_LARGE:
        yield Check("journal", "doctor-journal-large", {"size": mebibytes(found.journal_size)})


def _postgres(found: Examination) -> Iterator[Check]:
    major = found.version.partition(".")[0]
    if major.isdigit() and int(major) < _OLDEST_POSTGRES:
        yield Check("database", "doctor-postgres-old", {"version": found.version, "needed": str(_OLDEST_POSTGRES)})


def index(patient: Patient) -> Iterator[Check]:
    if not there(patient):
        return
    status, pending = patient.index.status(), patient.store.outbox_size()
    if not status.fits:
        stored = patient.store.count_solutions()
        yield Check("index", "doctor-index-unfit" if stored else "doctor-index-empty", {"count": str(stored)})
    elif pending:
        yield Check("index", "doctor-index-behind", {"count": str(pending)})
    elif patient.deep and (differing := drift(patient.store, patient.index)):
        counts = {name: str(len(getattr(differing, name))) for name in ("missing", "extra", "stale")}
        yield Check("index", "doctor-index-drift", counts)
    else:
        yield Check("index", "doctor-index-ok", {"count": str(status.documents)})


def sources(patient: Patient) -> Iterator[Check]:
    if not there(patient):
        return
    found = [source for source in patient.store.sources() if not source.paused]
    if not found:
        yield Check("sources", "doctor-sources-none")
    else:
        yield Check("sources", "doctor-sources-ok", {"count": str(len(found))})


def tokens(patient: Patient) -> Iterator[Check]:
    """Which hosts have a token, by name only, and whether anything is harvested there."""
    given = patient.config.egress.tokens
    found = [source for source in patient.store.sources() if not source.demo] if there(patient) else []
    hosts = {host_of(source) for source in found}
    spelt = {name for host in hosts for name in (token_name(host), token_name(host.replace("-", ".")))}
    for name in sorted(given.keys() - spelt - ({"API_GITHUB_COM"} if "GITHUB_COM" in spelt else set())):
        yield Check("tokens", "doctor-token-unused", {"variable": f"ALLMENDE_TOKEN_{name}"})
    if used := sorted(given.keys() & spelt):
        yield Check("tokens", "doctor-tokens-ok", {"hosts": ", ".join(used)})
    if (
        any(source.forge is ForgeKind.GITHUB for source in found)
        and not {"GITHUB_COM", "API_GITHUB_COM"} & given.keys()
    ):
        yield Check("tokens", "doctor-token-github", {"variable": "ALLMENDE_TOKEN_GITHUB_COM"})
    elif not given:
        yield Check("tokens", "doctor-tokens-none")


def runs(patient: Patient) -> Iterator[Check]:
    """The last run that came to its end, and the lease of one that counts as running."""
    if not there(patient):
        return
    latest, _ = patient.store.runs(1, _RUNS)
    done = next((run for run in latest if run.state is RunState.DONE), None)
    if latest and latest[0].started_at - patient.now > _AHEAD:
        yield Check("clock", "doctor-clock-back", {"moment": moment(latest[0].started_at) or ""})
    if done is not None:
        hours = max(0.0, (patient.now - (done.ended_at or done.started_at)).total_seconds() / 3600)
        yield Check("runs", "doctor-run-ok", {"hours": f"{hours:.0f}", "run": done.id})
    elif any(not source.paused for source in patient.store.sources()):
        yield Check("runs", "doctor-run-never")
    stuck = [
        worker
        for worker in patient.store.operations.workers()
        if worker.lease_until is not None and patient.now - worker.lease_until > _STUCK
    ]
    for worker in stuck:
        params = {"worker": worker.name, "count": str(worker.jobs), "moment": moment(worker.heartbeat_at) or ""}
        yield Check("jobs", "doctor-jobs-stuck", params)
    if not stuck:
        yield Check("jobs", "doctor-jobs-ok")


def readers(patient: Patient) -> Iterator[Check]:
    """After an update of this program: what it would rather read again from storage than fetch."""
    if there(patient) and (count := needs_rereading(patient.store)):
        yield Check("readers", "readers-newer", {"count": str(count)})


def warnings(patient: Patient) -> Iterator[Check]:
    """What the catalogue warns of by itself (``registry.catalogue.alerting``)."""
    if there(patient):
        for alert in alerts(patient.store, patient.index, patient.config, patient.now):
            if not alert.rule.startswith(_ELSEWHERE):
                yield Check("alert", alert.rule, alert.params)


def host_of(source: Source) -> str:
    """Host of a source, with its port where one stands there."""
    return source.url.partition("://")[2].partition("/")[0]
