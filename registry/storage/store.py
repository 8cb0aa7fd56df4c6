# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The store: what the rest of the program may ask of the database.

One method is one transaction, reading or writing; no caller ever holds a session. The SQL is in the module of each
family of tables. Every method raises StorageError where the database fails, StorageFull where its disk is full, and
SchemaMismatch where a table is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, select

from registry.model import (
    Assessment,
    Body,
    Change,
    Fact,
    IndexDocument,
    Item,
    ItemStatus,
    Job,
    Json,
    KnownHistory,
    OutboxEntry,
    Plan,
    Problem,
    Regrouped,
    Regrouping,
    RepositoryRecord,
    Run,
    RunState,
    Snapshot,
    Solution,
    SolutionRecord,
    Source,
    StoredRepository,
)
from registry.storage import (
    booking,
    deciding,
    decisions,
    grouping,
    identities,
    leasing,
    outbox,
    publishers,
    readings,
    repositories,
    runs,
    saving,
    snapshots,
    solutions,
    sources,
    standing,
    writing,
)
from registry.storage.blocking import Blocking
from registry.storage.bodies import Bodies
from registry.storage.booking import Booked, Entry
from registry.storage.claims import Claims
from registry.storage.database import Database, open_engine
from registry.storage.deciding import Order
from registry.storage.enrolment import Enrolment
from registry.storage.hosts import Hosts
from registry.storage.ids import new_id
from registry.storage.jobs import Jobs
from registry.storage.leasing import Orders
from registry.storage.operations import Operations
from registry.storage.producing import Work
from registry.storage.prunes import Prunes
from registry.storage.reattributing import Attributing
from registry.storage.requests import StoredRequests
from registry.storage.rereads import Rereads
from registry.storage.saving import SavedChange
from registry.storage.sql import upsert
from registry.storage.tables import audit_log, setting
from registry.storage.watching import Watching

__all__ = ["SavedChange", "Store"]


class Store:
    """Opened without connecting; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._database = Database(engine)

    @classmethod
    def open(cls, url: str) -> Store:
        """``sqlite:////absolute/path`` or ``postgresql://``. Raises ConfigError for anything else."""
        return cls(open_engine(url))

    def close(self) -> None:
        """Give the connections back; the store may be used again."""
        self._database.close()

    def verify(self) -> None:
        """Cheap. Raises StorageError when solutions cannot be read, or no longer from the file that was opened."""
        self._database.verify_file()
        with self._database.read() as connection:
            solutions.probe(connection)

    @staticmethod
    def new_id() -> str:
        return new_id()

    # --- publishers and sources ---

    def publishers(self) -> list[Body]:
        with self._database.read() as connection:
            return publishers.every(connection)

    def publisher(self, slug: str) -> Body:
        """Raises NotFound."""
        with self._database.read() as connection:
            return publishers.by_slug(connection, slug)

    def save_publisher(self, publisher: Body) -> Body:
        """Add or change a publisher (see ``publishers.save`` for how it is recognised); with id and slug.

        Its solutions are indexed anew where that changes what they are found by. Raises AlreadyExists where one of
        its accounts belongs to somebody else.
        """
        with self._database.write() as connection:
            saved, touched = publishers.save(connection, publisher)
            writing.reindex(connection, touched, datetime.now(UTC))
            return saved

    def add_source(self, source: Source) -> Source:
        """With an id where it had none. Raises AlreadyExists for a URL that is configured already."""
        with self._database.write() as connection:
            return sources.add(connection, source)

    def sources(self) -> list[Source]:
        """In the order in which they were added."""
        with self._database.read() as connection:
            return sources.every(connection)

    def source(self, source_id: str) -> Source:
        """Raises NotFound."""
        with self._database.read() as connection:
            return sources.one(connection, source_id)

    def pause_source(self, source_id: str, paused: bool) -> None:
        """Raises NotFound."""
        with self._database.write() as connection:
            sources.pause(connection, source_id, paused)

    def accept_count(self, source_id: str, count: int | None = None) -> None:
        """What the source lists next is right, however little; ``count`` is expected from then on, else what it lists.

        Raises NotFound.
        """
        with self._database.write() as connection:
            sources.accept_count(connection, source_id, count)

    def attach_publisher(self, source_id: str, publisher_id: str) -> None:
        """Raises NotFound."""
        with self._database.write() as connection:
            sources.attach_publisher(connection, source_id, publisher_id)

    def remove_source(self, source_id: str) -> None:
        """Its repositories and solutions stay, but nothing harvests them through it. Raises NotFound."""
        with self._database.write() as connection:
            sources.remove(connection, source_id)

    def source_listed(self, source_id: str, at: datetime, count: int | None, error_rule: str | None = None) -> None:
        """Note how listing went; after a failure the last good count stays."""
        with self._database.write() as connection:
            sources.listed(connection, source_id, at, count, error_rule)

    def repository_urls(self, source_id: str) -> list[str]:
        """Canonical URLs a source brought, without those that are gone and no longer shown."""
        with self._database.read() as connection:
            return sources.repository_urls(connection, source_id)

    # --- harvest ---

    def begin_run(
        self,
        now: datetime,
        demo: bool = False,
        lease_seconds: float = 60,
        plan: Plan | None = None,
        jobs: Sequence[Job] = (),
    ) -> Run:
        """Raises HarvestRunning while another process holds the lease; runs of dead processes become interrupted.

        With a plan that has no limit, what earlier runs left is taken over.
        """
        with self._database.write() as connection:
            return leasing.begin(connection, now, demo, lease_seconds, plan, jobs)

    def reopen_run(
        self, run_id: str | None, now: datetime, lease_seconds: float = 60, until: datetime | None = None
    ) -> Run:
        """Go on with this run, or with the latest of which something is left. Raises NotFound, HarvestRunning."""
        with self._database.write() as connection:
            return leasing.reopen(connection, run_id, now, lease_seconds, until)

    def ask_run(self, run_id: str, order: str, now: datetime | None = None) -> Run:
        """Ask a run to "stop" or "abort"; one that nobody leads any more is aborted at once. Raises NotFound."""
        with self._database.write() as connection:
            return leasing.ask(connection, run_id, order, now or datetime.now(UTC))

    def run_orders(self, run_id: str) -> Orders:
        """What whoever works for a run has to know of it. Cheap. Raises NotFound."""
        with self._database.read() as connection:
            return leasing.orders(connection, run_id)

    def run_in_progress(self) -> str | None:
        """The id of the run in progress."""
        with self._database.read() as connection:
            return leasing.in_progress(connection)

    def heartbeat(self, run_id: str, now: datetime) -> None:
        """Keep the lease (``save`` does so too). Raises NotFound, HarvestRunning when the lease was lost."""
        with self._database.write() as connection:
            runs.heartbeat(connection, run_id, now)

    def end_run(self, run_id: str, state: RunState, now: datetime, errors: Sequence[Problem] = ()) -> Run:
        """Raises NotFound. A run that lost its lease stays interrupted."""
        with self._database.write() as connection:
            return leasing.end(connection, run_id, state, now, errors)

    def stored_repositories(self, urls: Iterable[str]) -> dict[str, StoredRepository]:
        """URL as asked for -> repository, found by its canonical URL or an alias; unknown ones are absent."""
        with self._database.read() as connection:
            return repositories.stored(connection, urls)

    def save(
        self,
        run_id: str,
        results: Sequence[tuple[Change | None, Item]],
        now: datetime,
        source_id: str | None = None,
        publisher_id: str | None = None,
    ) -> list[SavedChange]:
        """Store a batch that one source brought; see ``save_all``. Its own publisher counts unless one is named."""
        urls = [change.ref.url for change, _ in results if change is not None]
        source_of = dict.fromkeys(urls, source_id) if source_id is not None else {}
        publisher_of = dict.fromkeys(urls, publisher_id) if publisher_id is not None else {}
        with self._database.write() as connection:
            return saving.save(connection, run_id, results, now, source_of, publisher_of)

    def save_all(
        self,
        run_id: str,
        results: Sequence[tuple[Change | None, Item]],
        now: datetime,
        source_of: Mapping[str, str],
        listed: Sequence[tuple[str, int | None, str | None]] = (),
    ) -> list[SavedChange]:
        """Store a batch in one transaction: rows, outbox, items and what sources listed, all or nothing.

        ``source_of`` maps a repository's URL to the source that brought it; ``listed`` has source, number of
        repositories and the rule of its fault. A result without a change leaves only its item. Raises NotFound,
        HarvestRunning when the run has lost its lease.
        """
        with self._database.write() as connection:
            saved = saving.save(connection, run_id, results, now, source_of, {}) if results else []
            for source_id, count, rule in listed:
                sources.listed(connection, source_id, now, count, rule)
            return saved

    def book(
        self, run_id: str, worker: str, entries: Sequence[Entry], now: datetime, limit: int | None = None
    ) -> Booked:
        """Store what a worker brings, and end its jobs, in one transaction; nothing of a job that is not its any more.

        Raises HarvestRunning when the run has ended.
        """
        with self._database.write() as connection:
            return booking.book(connection, run_id, worker, entries, now, limit)

    def leave_to_the_next(self, run_id: str, hosts: Sequence[str], now: datetime) -> int:
        """Items for the queued repositories of these hosts, whose jobs stay for the next run. How many."""
        with self._database.write() as connection:
            return booking.leave_to_the_next(connection, run_id, hosts, leasing.HOST_PAUSED, now)

    def due_for_reassessment(self, now: datetime, limit: int) -> list[tuple[str, Solution]]:
        """Solutions whose assessment time has overtaken, the longest overdue first."""
        with self._database.read() as connection:
            return solutions.due_for_reassessment(connection, now, limit)

    def save_assessments(self, assessments: Sequence[tuple[str, Assessment]], now: datetime) -> None:
        with self._database.write() as connection:
            writing.save_assessments(connection, assessments, now)

    def runs(self, page: int = 1, per_page: int = 20) -> tuple[list[Run], int]:
        """One page of runs, the newest first, and their total. Pages count from 1."""
        with self._database.read() as connection:
            return runs.page(connection, page, per_page)

    def run(self, run_id: str) -> Run:
        """Raises NotFound."""
        with self._database.read() as connection:
            return runs.one(connection, run_id)

    def items(
        self, run_id: str, page: int = 1, per_page: int = 100, status: ItemStatus | None = None
    ) -> tuple[list[Item], int]:
        """One page of a run's items, in the order stored, and their total. Raises NotFound."""
        with self._database.read() as connection:
            return runs.items(connection, run_id, page, per_page, status)

    def facts_of(self, url: str) -> tuple[Fact, ...]:
        """What was read of the repository with this URL (or alias) the last time; none where it is unknown."""
        with self._database.read() as connection:
            return readings.facts_of(connection, url)

    def read_at(self, url: str, commit: str) -> datetime | None:
        """When the repository with this URL (or alias) was read at this commit; None where that is not known."""
        with self._database.read() as connection:
            return readings.read_at(connection, url, commit)

    def history_of(self, url: str) -> KnownHistory | None:
        """Up to where the history of the repository with this URL (or alias) was counted; None where never."""
        with self._database.read() as connection:
            return readings.history_of(connection, url)

    def claims_of(self, *urls: str) -> tuple[tuple[Fact, ...], str]:
        """What peers' catalogues say of the repository with these URLs (or aliases), and a digest of that."""
        return self.claims.of(urls)

    def snapshot(self, url: str) -> Snapshot:
        """The newest stored snapshot of the repository with this canonical URL, to be read again. Raises NotFound."""
        with self._database.read() as connection:
            return snapshots.latest(connection, url)

    # --- solutions ---

    def solution(self, slug: str) -> SolutionRecord:
        """By the present or an old slug (compare ``record.slug``). Raises NotFound, also for what was withdrawn."""
        with self._database.read() as connection:
            found = solutions.by_slug(connection, slug)
            return replace(found, standing=standing.of_solution(connection, found.id))

    def solutions_by_id(self, ids: Iterable[str]) -> dict[str, SolutionRecord]:
        """In the order asked for; unknown and withdrawn ones are absent."""
        with self._database.read() as connection:
            return solutions.by_ids(connection, ids)

    def count_solutions(self) -> int:
        with self._database.read() as connection:
            return solutions.count(connection)

    def solution_ids(self) -> list[str]:
        with self._database.read() as connection:
            return solutions.ids(connection)

    # --- which repositories are one product ---

    def group_missing(self, now: datetime, after: str, limit: int) -> tuple[str | None, int]:
        """Compare repositories that were stored before the present rules of comparing, a few at a time.

        ``after`` is "" at first, then what the last call gave, until that is None; with it how many are left.
        """
        with self._database.write() as connection:
            some, total = identities.missing(connection, after, limit)
            identities.compute(connection, some, now)
            grouping.regroup(connection, some, Work(now))
            return some[-1] if total > len(some) else None, total - len(some)

    def split(self, slug: str, url: str, reason: str, actor: str, now: datetime) -> Regrouped:
        """Take a repository off a solution, for ever or until ``merge``. Raises NotFound, InvalidInput."""
        with self._database.write() as connection:
            return deciding.split(connection, slug, url, Order(reason, actor, now))

    def merge(self, slug: str, other_slug: str, reason: str, actor: str, now: datetime) -> Regrouped:
        """Make two solutions one, the first slug stays. Raises NotFound, InvalidInput."""
        with self._database.write() as connection:
            return deciding.merge(connection, slug, other_slug, Order(reason, actor, now))

    def regroupings(self, slug: str | None = None, limit: int = 200) -> list[Regrouping]:
        """The log of what came together and parted, the newest first. Raises NotFound for an unknown slug."""
        with self._database.read() as connection:
            of = deciding.solution_id(connection, slug) if slug is not None else None
            return decisions.entries(connection, of, limit)

    # --- outbox and search documents ---

    def outbox_pending(self, limit: int) -> list[OutboxEntry]:
        """The latest entry of each solution, at most ``limit``, the oldest first."""
        with self._database.read() as connection:
            return outbox.pending(connection, limit)

    def outbox_done(self, seqs: Sequence[int]) -> None:
        """Forget these entries, and earlier ones of the same solutions."""
        with self._database.write() as connection:
            outbox.done(connection, seqs)

    def outbox_size(self) -> int:
        """Solutions the index does not know the latest of."""
        with self._database.read() as connection:
            return outbox.size(connection)

    def outbox_position(self) -> int:
        """The highest entry number ever given; 0 before the first."""
        with self._database.read() as connection:
            return outbox.position(connection)

    def documents(self, ids: Iterable[str]) -> list[IndexDocument]:
        """Search documents; unknown and withdrawn solutions are absent."""
        with self._database.read() as connection:
            return solutions.documents(connection, ids)

    def all_documents(self, batch: int = 500) -> Iterator[IndexDocument]:
        """Every search document. Each batch is a transaction of its own: a slow consumer holds nothing open."""
        last = ""
        while True:
            with self._database.read() as connection:
                ids = solutions.ids_after(connection, last, batch)
                found = solutions.documents(connection, ids)
            if not ids:
                return
            yield from found
            last = ids[-1]

    # --- the rest ---

    @property
    def claims(self) -> Claims:
        """What peers' catalogues say of repositories."""
        return Claims(self._database)

    @property
    def attributing(self) -> Attributing:
        """Who publishes and who runs solutions, as far as the register knows them."""
        return Attributing(self._database)

    @property
    def enrolment(self) -> Enrolment:
        """Lists of bodies taken into the register."""
        return Enrolment(self._database)

    @property
    def bodies(self) -> Bodies:
        """The register of municipalities, public bodies and operators."""
        return Bodies(self._database)

    @property
    def blocking(self) -> Blocking:
        """Repositories that a moderator blocked."""
        return Blocking(self._database)

    def state_counts(self) -> Mapping[str, int]:
        """Repositories by how they stand, 0 included: the keys are ``standing.STANDINGS``. See ``standing.counts``."""
        with self._database.read() as connection:
            return standing.counts(connection)

    def repository(self, url: str) -> RepositoryRecord:
        """All that is stored of the repository with this URL (or alias) but its content. Raises NotFound."""
        with self._database.read() as connection:
            return standing.record(connection, url)

    def request_cache(self) -> StoredRequests:
        return StoredRequests(self._database)

    @property
    def jobs(self) -> Jobs:
        """The work of runs."""
        return Jobs(self._database)

    @property
    def hosts(self) -> Hosts:
        """What each host was asked, and which want to be left alone."""
        return Hosts(self._database)

    @property
    def operations(self) -> Operations:
        """Who works at what, and what became of one repository or source."""
        return Operations(self._database)

    @property
    def watching(self) -> Watching:
        """Figures for alerts, metrics and the pages of the runs."""
        return Watching(self._database)

    @property
    def prunes(self) -> Prunes:
        """What is no longer needed."""
        return Prunes(self._database)

    @property
    def rereads(self) -> Rereads:
        """Stored repositories to be read again."""
        return Rereads(self._database)

    def audit(self, actor: str, action: str, subject: str, detail: Json, now: datetime) -> None:
        """Write down who did what to which thing; ``detail`` holds no secrets and no personal data beyond that."""
        row = {"at": now, "actor": actor, "action": action, "subject": subject, "detail": detail}
        with self._database.write() as connection:
            connection.execute(insert(audit_log).values(row))

    def setting(self, key: str) -> str | None:
        with self._database.read() as connection:
            return connection.scalar(select(setting.c.value).where(setting.c.key == key))

    def set_setting(self, key: str, value: str) -> None:
        with self._database.write() as connection:
            upsert(connection, setting, {"key": key, "value": value})
