# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""All tables. A change here needs an Alembic revision: a test compares the two on both databases."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)

from registry.storage.columns import JsonColumn, PackedText, Sequence64, StorableText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

KEY = String(36)
SORTED = Text().with_variant(Text(collation="C"), "postgresql")
"""What is sorted by; letter by letter, whatever language the database has."""
"""A UUIDv7 as text: the same on both databases, readable in a query tool."""
WORD = String(40)
"""A member of one of the model's enums."""
SHA256 = String(64)
OID = String(64)
"""A git object name: 40 hexadecimal digits, or 64 in a repository that uses SHA-256."""

# The register: who publishes, who runs, who is like us. See ``registry.model.bodies``.
body = Table(
    "body",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("slug", String(130), nullable=False, unique=True),
    Column("name", StorableText, nullable=False),
    # What ``registry.bodies.spelling.sort_key`` makes of the name.
    Column("sort_name", SORTED, nullable=False, server_default=""),
    Column("own_title", StorableText),
    Column("kind", WORD, nullable=False),
    Column("designation", StorableText),
    Column("legal_form", StorableText),
    Column("country", String(2)),
    Column("land", String(6)),
    Column("region", StorableText),
    Column("ars", String(12), index=True),
    Column("ags", String(8), index=True),
    # ISO dates, of which some sources know only the year.
    Column("keys_as_of", String(10)),
    Column("foreign_scheme", WORD),
    Column("foreign_key", StorableText, index=True),
    Column("uri", StorableText, index=True),
    Column("parent_id", KEY, ForeignKey("body.id", ondelete="SET NULL"), index=True),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("population", Integer),
    Column("population_as_of", String(10)),
    Column("area", Integer),
    Column("programme_label", StorableText),
    Column("origin", WORD, nullable=False, server_default="curated"),
    Column("reconciled", Boolean, nullable=False, server_default=true()),
    Column("successor_id", KEY, ForeignKey("body.id", ondelete="SET NULL"), index=True),
    Column("dissolved_on", String(10)),
    Column("updated_at", UtcDateTime),
    Index("ix_body_country_land_kind", "country", "land", "kind"),
)

# Slugs of bodies that became a part of another.
body_slug = Table(
    "body_slug",
    metadata,
    Column("slug", String(130), primary_key=True),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), nullable=False, index=True),
)

body_name = Table(
    "body_name",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", StorableText, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("until", String(10)),
    # What ``registry.bodies.spelling`` makes of the name: names that mean the same have one key.
    Column("key", StorableText, nullable=False),
    # Looked up by its beginning too, for which PostgreSQL must compare bytes, whatever language the database has.
    Index("ix_body_name_key", "key", postgresql_ops={"key": "text_pattern_ops"}),
)

body_domain = Table(
    "body_domain",
    metadata,
    Column("domain", StorableText, primary_key=True),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), primary_key=True, index=True),
)

body_account = Table(
    "body_account",
    metadata,
    # Lower-case, since forges do not tell accounts apart by case; ``url`` is as the account is written.
    Column("key", StorableText, primary_key=True),
    Column("url", StorableText, nullable=False),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), nullable=False, index=True),
)

# An operator serves a body or a whole Land; a body is a member of a joint authority.
body_relation = Table(
    "body_relation",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", WORD, nullable=False),
    Column("target_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), index=True),
    Column("region", String(6), index=True),
    Column("origin", WORD, nullable=False),
    Column("source_url", StorableText),
)

body_event = Table(
    "body_event",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", WORD, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("as_of", String(10)),
    Column("detail", JsonColumn, nullable=False),
)

# Who runs or maintains a solution for others, as somebody said it.
solution_operator = Table(
    "solution_operator",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("solution_id", KEY, ForeignKey("solution.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", StorableText, nullable=False),
    Column("body_id", KEY, ForeignKey("body.id", ondelete="SET NULL"), index=True),
    Column("outcome", WORD, nullable=False),
    Column("website", StorableText),
    Column("until", String(10)),
    Column("origin", JsonColumn, nullable=False),
)

source = Table(
    "source",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("url", StorableText, nullable=False, unique=True),
    Column("kind", WORD, nullable=False),
    Column("forge", WORD, nullable=False),
    Column("publisher_id", KEY, ForeignKey("body.id", ondelete="SET NULL"), index=True),
    Column("paused", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_run_at", UtcDateTime),
    Column("last_listed", Integer),
    Column("last_error", String(100)),
    # The adapter of a peer's catalogue; empty for what lies on a forge.
    Column("peer", WORD),
    Column("title", StorableText),
    Column("options", JsonColumn),
    # Repositories that the operator knows it has; else what it listed before is expected.
    Column("expected", Integer),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing_since", UtcDateTime),
    Column("last_success_at", UtcDateTime),
)

# What a peer's catalogue says of a repository.
claim = Table(
    "claim",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("source_id", KEY, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("repository_url", StorableText, nullable=False, index=True),
    # The entry's name or path in the peer's catalogue.
    Column("entry", StorableText, nullable=False),
    Column("facts", JsonColumn, nullable=False),
    Column("digest", SHA256, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("uq_claim_source_id_repository_url", "source_id", "repository_url", unique=True),
)

repository = Table(
    "repository",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("url", StorableText, nullable=False, unique=True),
    Column("forge", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("detector", StorableText),
    Column("content_hash", String(100)),
    Column("strikes", Integer, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("fault", JsonColumn),
    Column("facts", JsonColumn),
    Column("activity", JsonColumn),
    Column("branch", StorableText),
    Column("commit", OID),
    Column("publisher_id", KEY, ForeignKey("body.id", ondelete="SET NULL"), index=True),
    Column("attribution", JsonColumn),
    Column("source_id", KEY, ForeignKey("source.id", ondelete="SET NULL"), index=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime),
    Column("checked_at", UtcDateTime),
    # The last visit, whatever came of it; ``checked_at`` is the last that found it.
    Column("visited_at", UtcDateTime, index=True),
    Column("state_since", UtcDateTime),
    # To which state it returns once it can be reached again, and since when it was that.
    Column("settled_state", WORD),
    Column("settled_since", UtcDateTime),
    Column("successor_url", StorableText),
    # original | fork | mirror
    Column("descent", WORD, nullable=False, server_default="original"),
    Column("blocked_at", UtcDateTime),
    Column("blocked_by", StorableText),
    Column("blocked_reason", StorableText),
    # When the whole history has to be counted again; empty when the count is of the present commit.
    Column("count_due_at", UtcDateTime),
    Index("ix_repository_state", "state"),
)

repository_alias = Table(
    "repository_alias",
    metadata,
    Column("url", StorableText, primary_key=True),
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
)

repository_identity = Table(
    "repository_identity",
    metadata,
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="CASCADE"), primary_key=True),
    # Of the rules that made it: what older rules made is made anew.
    Column("version", Integer, nullable=False),
    Column("identity", JsonColumn, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# Digests: what repositories share comes from their files and may be longer than an index takes.
repository_key = Table(
    "repository_key",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="CASCADE"), primary_key=True, index=True),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="CASCADE"), nullable=False),
    Column("commit", OID, nullable=False),
    Column("branch", StorableText),
    Column("detector", StorableText, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    # Packed: it is large and no query looks into it. Rows of older versions hold the list itself.
    Column("entries", JsonColumn, nullable=False),
    Column("oversized", JsonColumn, nullable=False),
    # Whether its declaration could be read: the newest such snapshot is never pruned.
    Column("good", Boolean, nullable=False, server_default=true()),
    Index("ix_snapshot_repository_id_taken_at", "repository_id", "taken_at"),
)

file = Table(
    "file",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("compressed", LargeBinary, nullable=False),
)

snapshot_file = Table(
    "snapshot_file",
    metadata,
    Column("snapshot_id", KEY, ForeignKey("snapshot.id", ondelete="CASCADE"), primary_key=True),
    Column("path", StorableText, primary_key=True),
    Column("sha256", SHA256, ForeignKey("file.sha256"), nullable=False, index=True),
)

fact = Table(
    "fact",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("subject_kind", WORD, nullable=False),
    Column("subject_id", KEY, nullable=False),
    # Empty for what a person said, which no snapshot carries away.
    Column("snapshot_id", KEY, ForeignKey("snapshot.id", ondelete="CASCADE"), index=True),
    Column("field", WORD, nullable=False),
    Column("lang", StorableText),
    Column("value", JsonColumn),
    Column("source_kind", WORD, nullable=False),
    Column("path", StorableText),
    Column("line", Integer),
    Column("column", Integer),
    Column("commit", OID),
    Column("observed_at", UtcDateTime, nullable=False),
    # Among what this repository says: 0 is the preferred value, 1 and on what it was preferred to, empty no candidate.
    Column("rank", Integer),
    Index("ix_fact_subject_kind_subject_id_field", "subject_kind", "subject_id", "field"),
)

problem = Table(
    "problem",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule", String(100), nullable=False, index=True),
    Column("severity", WORD, nullable=False),
    Column("path", StorableText),
    Column("line", Integer),
    Column("column", Integer),
    Column("commit", OID),
    Column("key", StorableText),
    Column("params", JsonColumn, nullable=False),
    # Told by resolving, not by a reader: resolving the repository as part of a product may say otherwise.
    Column("resolved", Boolean, nullable=False, server_default=false()),
)

solution = Table(
    "solution",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("slug", String(130), nullable=False, unique=True),
    Column("name", StorableText, nullable=False),
    Column("document", PackedText, nullable=False),
    Column("assessment", PackedText, nullable=False),
    Column("content_hash", String(100), nullable=False),
    Column("index_hash", SHA256, nullable=False),
    Column("publisher_id", KEY, ForeignKey("body.id", ondelete="SET NULL"), index=True),
    # What told who publishes it, and what else it might have meant: ``model.Attribution``.
    Column("attribution", JsonColumn),
    Column("state", WORD, nullable=False),
    Column("licence", StorableText),
    Column("licence_verdict", WORD, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
    Column("checked_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("assessment_valid_until", UtcDateTime, index=True),
)

solution_repository = Table(
    "solution_repository",
    metadata,
    Column("solution_id", KEY, ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True),
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="CASCADE"), primary_key=True),
    Column("role", WORD, nullable=False),
    Column("reason", String(100), nullable=False),
    Index("ix_solution_repository_repository_id_role", "repository_id", "role"),
)

# Every slug ever given, the present ones too: one place decides whether a slug is free.
solution_slug = Table(
    "solution_slug",
    metadata,
    Column("slug", String(130), primary_key=True),
    Column("solution_id", KEY, ForeignKey("solution.id", ondelete="CASCADE"), nullable=False, index=True),
)

signal = Table(
    "signal",
    metadata,
    Column("solution_id", KEY, ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True),
    Column("name", WORD, primary_key=True),
    Column("verdict", WORD, nullable=False),
    Column("reason", String(100), nullable=False),
    Index("ix_signal_name_verdict", "name", "verdict"),
)

merge_log = Table(
    "merge_log",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("action", WORD, nullable=False),  # merge | split
    Column("from_solution_id", KEY, nullable=False, index=True),
    Column("to_solution_id", KEY, nullable=False, index=True),
    Column("repository_url", StorableText, index=True),
    Column("actor", StorableText, nullable=False),
    Column("reason", StorableText, nullable=False),
    # The repository it was joined to.
    Column("other_url", StorableText),
    # By a person: replayed whenever these repositories are compared. Else what the rules did, for reading only.
    Column("decided", Boolean, nullable=False, server_default=false()),
)

run = Table(
    "run",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("state", WORD, nullable=False, index=True),
    Column("demo", Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),
    Column("counts", JsonColumn, nullable=False),
    Column("errors", JsonColumn, nullable=False),
    # What was asked for, so that a run can be taken up again.
    Column("plan", JsonColumn),
    # Repositories left when it ended early.
    Column("left", Integer),
    # Somebody asked it to end: "stop" finishes what is in flight, "abort" also drops what is queued.
    Column("asked_to", WORD),
)

item = Table(
    "item",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("run_id", KEY, ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("repository_id", KEY, ForeignKey("repository.id", ondelete="SET NULL"), index=True),
    Column("repository_url", StorableText, nullable=False),
    Column("status", WORD, nullable=False),
    Column("rule", String(100)),
    Column("params", JsonColumn, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_item_run_id_status", "run_id", "status"),
)

job = Table(
    "job",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("kind", WORD, nullable=False),
    Column("subject", StorableText),
    Column("payload", JsonColumn, nullable=False),
    Column("state", WORD, nullable=False),  # queued | running | done | failed | lost
    Column("attempts", Integer, nullable=False),
    Column("worker", StorableText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("run_after", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("heartbeat_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("last_error", StorableText),
    Column("run_id", KEY, ForeignKey("run.id", ondelete="CASCADE")),
    Column("host", StorableText),
    # Lower ones first.
    Column("priority", Integer, nullable=False, server_default="0"),
    # Times that the process which did it died.
    Column("crashes", Integer, nullable=False, server_default="0"),
    Index("ix_job_kind_state_run_after", "kind", "state", "run_after"),
    Index("ix_job_run_id_state_priority_run_after", "run_id", "state", "priority", "run_after"),
    # A run has one job a thing; jobs of no run are not held to that.
    Index("uq_job_run_id_kind_subject", "run_id", "kind", "subject", unique=True),
)

# Each host that was asked something: what it cost, and whether it wants to be left alone.
host = Table(
    "host",
    metadata,
    Column("name", StorableText, primary_key=True),
    Column("requests", BigInteger, nullable=False, server_default="0"),
    Column("not_modified", BigInteger, nullable=False, server_default="0"),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    Column("failures", BigInteger, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("paused_until", UtcDateTime),
    Column("paused_for", String(100)),
    Column("updated_at", UtcDateTime, nullable=False),
)

conditional_request = Table(
    "conditional_request",
    metadata,
    Column("url", StorableText, primary_key=True),
    Column("etag", StorableText),
    Column("last_modified", StorableText),
    Column("status", Integer, nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False, index=True),
    Column("compressed", LargeBinary),
    # Those of the answer that a 304 may leave out: the way to the next page.
    Column("headers", JsonColumn),
)

# No foreign key: a DELETE outlives its solution.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("solution_id", KEY, nullable=False, index=True),
    Column("action", WORD, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Else SQLite gives a number again once the highest row is deleted.
    sqlite_autoincrement=True,
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", StorableText, nullable=False),
    Column("action", String(100), nullable=False),
    Column("subject", StorableText, nullable=False, index=True),
    Column("detail", JsonColumn),
)

setting = Table(
    "setting",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", StorableText, nullable=False),
)
