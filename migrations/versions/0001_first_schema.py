# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first schema.

Why: it has a table for everything that later parts keep (jobs with leases, conditional requests, outbox, merges, audit
log), so that they add columns and do not redesign. Types are spelt out here: a revision does not change when the
program does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String(36)
WORD = sa.String(40)
RULE = sa.String(100)
SHA256 = sa.String(64)
OID = sa.String(64)
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "publisher",
    "publisher_forge_organisation",
    "source",
    "repository",
    "repository_alias",
    "snapshot",
    "file",
    "snapshot_file",
    "fact",
    "problem",
    "solution",
    "solution_repository",
    "solution_slug",
    "signal",
    "merge_log",
    "run",
    "item",
    "job",
    "conditional_request",
    "outbox",
    "audit_log",
    "setting",
)


def upgrade() -> None:
    _create_sources()
    _create_repositories()
    _create_readings()
    _create_solutions()
    _create_bookkeeping()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_sources() -> None:
    """Who publishes, and what is configured to be harvested."""
    op.create_table(
        "publisher",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=130), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("country", sa.String(length=2)),
        sa.Column("official_key", sa.Text()),
        sa.Column("uri", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_publisher"),
        sa.UniqueConstraint("slug", name="uq_publisher_slug"),
    )
    op.create_index("ix_publisher_official_key", "publisher", ["official_key"])
    op.create_index("ix_publisher_uri", "publisher", ["uri"])
    op.create_table(
        "publisher_forge_organisation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("publisher_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["publisher_id"],
            ["publisher.id"],
            name="fk_publisher_forge_organisation_publisher_id_publisher",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_publisher_forge_organisation"),
    )
    op.create_index("ix_publisher_forge_organisation_publisher_id", "publisher_forge_organisation", ["publisher_id"])
    op.create_table(
        "source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("forge", WORD, nullable=False),
        sa.Column("publisher_id", KEY),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_run_at", INSTANT),
        sa.Column("last_listed", sa.Integer()),
        sa.Column("last_error", RULE),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publisher.id"], name="fk_source_publisher_id_publisher", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("url", name="uq_source_url"),
    )
    op.create_index("ix_source_publisher_id", "source", ["publisher_id"])


def _create_repositories() -> None:
    """What was seen of repositories."""
    op.create_table(
        "repository",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("forge", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("detector", sa.Text()),
        sa.Column("content_hash", RULE),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("failing_since", INSTANT),
        sa.Column("fault", JSON),
        sa.Column("facts", JSON),
        sa.Column("activity", JSON),
        sa.Column("branch", sa.Text()),
        sa.Column("commit", OID),
        sa.Column("publisher_id", KEY),
        sa.Column("source_id", KEY),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT),
        sa.Column("checked_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publisher.id"], name="fk_repository_publisher_id_publisher", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name="fk_repository_source_id_source", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_repository"),
        sa.UniqueConstraint("url", name="uq_repository_url"),
    )
    op.create_index("ix_repository_publisher_id", "repository", ["publisher_id"])
    op.create_index("ix_repository_source_id", "repository", ["source_id"])
    op.create_table(
        "repository_alias",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("repository_id", KEY, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name="fk_repository_alias_repository_id_repository",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("url", name="pk_repository_alias"),
    )
    op.create_index("ix_repository_alias_repository_id", "repository_alias", ["repository_id"])
    op.create_table(
        "snapshot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("repository_id", KEY, nullable=False),
        sa.Column("commit", OID, nullable=False),
        sa.Column("branch", sa.Text()),
        sa.Column("detector", sa.Text(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("entries", JSON, nullable=False),
        sa.Column("oversized", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name="fk_snapshot_repository_id_repository", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
    )
    op.create_index("ix_snapshot_repository_id_taken_at", "snapshot", ["repository_id", "taken_at"])
    op.create_table(
        "file",
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_file"),
    )
    op.create_table(
        "snapshot_file",
        sa.Column("snapshot_id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["file.sha256"], name="fk_snapshot_file_sha256_file"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_snapshot_file_snapshot_id_snapshot", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "path", name="pk_snapshot_file"),
    )
    op.create_index("ix_snapshot_file_sha256", "snapshot_file", ["sha256"])


def _create_readings() -> None:
    """What was read from them."""
    op.create_table(
        "fact",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("subject_kind", WORD, nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("snapshot_id", KEY),
        sa.Column("field", WORD, nullable=False),
        sa.Column("lang", sa.Text()),
        sa.Column("value", JSON),
        sa.Column("source_kind", WORD, nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("line", sa.Integer()),
        sa.Column("column", sa.Integer()),
        sa.Column("commit", OID),
        sa.Column("observed_at", INSTANT, nullable=False),
        sa.Column("rank", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_fact_snapshot_id_snapshot", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fact"),
    )
    op.create_index("ix_fact_snapshot_id", "fact", ["snapshot_id"])
    op.create_index("ix_fact_subject_kind_subject_id_field", "fact", ["subject_kind", "subject_id", "field"])
    op.create_table(
        "problem",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("repository_id", KEY, nullable=False),
        sa.Column("rule", RULE, nullable=False),
        sa.Column("severity", WORD, nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("line", sa.Integer()),
        sa.Column("column", sa.Integer()),
        sa.Column("commit", OID),
        sa.Column("key", sa.Text()),
        sa.Column("params", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name="fk_problem_repository_id_repository", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_problem"),
    )
    op.create_index("ix_problem_repository_id", "problem", ["repository_id"])
    op.create_index("ix_problem_rule", "problem", ["rule"])


def _create_solutions() -> None:
    """What it amounts to."""
    op.create_table(
        "solution",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=130), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("content_hash", RULE, nullable=False),
        sa.Column("index_hash", SHA256, nullable=False),
        sa.Column("publisher_id", KEY),
        sa.Column("state", WORD, nullable=False),
        sa.Column("licence", sa.Text()),
        sa.Column("licence_verdict", WORD, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("assessment_valid_until", INSTANT),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["publisher.id"], name="fk_solution_publisher_id_publisher", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_solution"),
        sa.UniqueConstraint("slug", name="uq_solution_slug"),
    )
    op.create_index("ix_solution_assessment_valid_until", "solution", ["assessment_valid_until"])
    op.create_index("ix_solution_publisher_id", "solution", ["publisher_id"])
    op.create_index("ix_solution_updated_at", "solution", ["updated_at"])
    op.create_table(
        "solution_repository",
        sa.Column("solution_id", KEY, nullable=False),
        sa.Column("repository_id", KEY, nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("reason", RULE, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name="fk_solution_repository_repository_id_repository",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name="fk_solution_repository_solution_id_solution", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("solution_id", "repository_id", name="pk_solution_repository"),
    )
    op.create_index("ix_solution_repository_repository_id_role", "solution_repository", ["repository_id", "role"])
    op.create_table(
        "solution_slug",
        sa.Column("slug", sa.String(length=130), nullable=False),
        sa.Column("solution_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name="fk_solution_slug_solution_id_solution", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_solution_slug"),
    )
    op.create_index("ix_solution_slug_solution_id", "solution_slug", ["solution_id"])
    op.create_table(
        "signal",
        sa.Column("solution_id", KEY, nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("reason", RULE, nullable=False),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name="fk_signal_solution_id_solution", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("solution_id", "name", name="pk_signal"),
    )
    op.create_index("ix_signal_name_verdict", "signal", ["name", "verdict"])
    op.create_table(
        "merge_log",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("from_solution_id", KEY, nullable=False),
        sa.Column("to_solution_id", KEY, nullable=False),
        sa.Column("repository_url", sa.Text()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_merge_log"),
    )
    op.create_index("ix_merge_log_from_solution_id", "merge_log", ["from_solution_id"])
    op.create_index("ix_merge_log_to_solution_id", "merge_log", ["to_solution_id"])


def _create_bookkeeping() -> None:
    """Runs, jobs and the rest."""
    op.create_table(
        "run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("errors", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_started_at", "run", ["started_at"])
    op.create_index("ix_run_state", "run", ["state"])
    op.create_table(
        "item",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("repository_id", KEY),
        sa.Column("repository_url", sa.Text(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("rule", RULE),
        sa.Column("params", JSON, nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repository.id"], name="fk_item_repository_id_repository", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_item_run_id_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
    )
    op.create_index("ix_item_repository_id", "item", ["repository_id"])
    op.create_index("ix_item_run_id_status", "item", ["run_id", "status"])
    op.create_table(
        "job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("run_after", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("heartbeat_at", INSTANT),
        sa.Column("lease_until", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_kind_state_run_after", "job", ["kind", "state", "run_after"])
    op.create_table(
        "conditional_request",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("compressed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("url", name="pk_conditional_request"),
    )
    op.create_index("ix_conditional_request_fetched_at", "conditional_request", ["fetched_at"])
    op.create_table(
        "outbox",
        sa.Column("seq", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("solution_id", KEY, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_solution_id", "outbox", ["solution_id"])
    op.create_table(
        "audit_log",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", RULE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
    op.create_index("ix_audit_log_subject", "audit_log", ["subject"])
    op.create_table(
        "setting",
        sa.Column("key", RULE, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )
