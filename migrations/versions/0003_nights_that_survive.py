# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs whose work survives the process, states of repositories, peers' catalogues, hosts.

Why: each repository of a run is a job that another process can take over, so jobs belong to runs and a run has one job
a thing; a host that asked to be left alone must be known to all workers; what a peer's catalogue says is kept apart
from what a repository says itself; a blocked repository stays blocked whatever a harvest finds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.String(36)
WORD = sa.String(40)
SHA256 = sa.String(64)
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ADDED: dict[str, tuple[tuple[str, sa.types.TypeEngine[object]], ...]] = {
    "source": (
        ("peer", WORD),
        ("title", sa.Text()),
        ("options", JSON),
        ("expected", sa.Integer()),
        ("failing_since", INSTANT),
        ("last_success_at", INSTANT),
    ),
    "repository": (
        ("visited_at", INSTANT),
        ("state_since", INSTANT),
        ("settled_state", WORD),
        ("settled_since", INSTANT),
        ("successor_url", sa.Text()),
        ("blocked_at", INSTANT),
        ("blocked_by", sa.Text()),
        ("blocked_reason", sa.Text()),
        ("count_due_at", INSTANT),
    ),
    "run": (("plan", JSON), ("left", sa.Integer()), ("asked_to", WORD)),
    "job": (("host", sa.Text()),),
    "conditional_request": (("headers", JSON),),
}
"""Columns that start empty."""


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    op.add_column("source", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("repository", sa.Column("descent", WORD, nullable=False, server_default="original"))
    op.add_column("snapshot", sa.Column("good", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("job", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("run_id", KEY))
        job.create_foreign_key("fk_job_run_id_run", "run", ["run_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_repository_visited_at", "repository", ["visited_at"])
    op.create_index("ix_repository_state", "repository", ["state"])
    op.create_index("ix_job_run_id_state_priority_run_after", "job", ["run_id", "state", "priority", "run_after"])
    op.create_index("uq_job_run_id_kind_subject", "job", ["run_id", "kind", "subject"], unique=True)
    _create_claim()
    _create_host()
    op.execute(sa.text("UPDATE repository SET visited_at = checked_at, state_since = first_seen_at"))
    settled = "UPDATE repository SET settled_state = state, settled_since = first_seen_at"
    op.execute(sa.text(settled + " WHERE state IN ('new', 'active')"))
    # "gone" was said from the first time on; now only of what was withdrawn.
    waiting = "UPDATE repository SET state = 'unreachable' WHERE state = 'gone'"
    op.execute(sa.text(waiting + " AND (strikes < 2 OR detector IS NOT NULL)"))
    op.execute(sa.text("UPDATE source SET last_success_at = last_run_at WHERE last_error IS NULL"))
    _mark_bad_snapshots()


def _mark_bad_snapshots() -> None:
    """Where what was last good is shown, of the snapshots only that of this commit is good."""
    snapshot = sa.table("snapshot", sa.column("repository_id"), sa.column("commit", sa.String), sa.column("good"))
    problem = sa.table("problem", sa.column("repository_id"), sa.column("rule"), sa.column("params", JSON))
    last_good = problem.c.params["commit"].as_string()
    told = sa.select(sa.literal(1)).where(
        problem.c.repository_id == snapshot.c.repository_id,
        problem.c.rule == "last-good-shown",
        ~snapshot.c.commit.like(last_good + "%"),
    )
    op.execute(sa.update(snapshot).where(told.exists()).values(good=sa.false()))


def _create_claim() -> None:
    op.create_table(
        "claim",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("repository_url", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("digest", SHA256, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_claim_source_id_source", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
    )
    op.create_index("ix_claim_repository_url", "claim", ["repository_url"])
    op.create_index("uq_claim_source_id_repository_url", "claim", ["source_id", "repository_url"], unique=True)


def _create_host() -> None:
    op.create_table(
        "host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("not_modified", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("failures", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("seconds", sa.Float(), nullable=False, server_default="0"),
        sa.Column("paused_until", INSTANT),
        sa.Column("paused_for", sa.String(100)),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_host"),
    )


def downgrade() -> None:
    op.drop_table("host")
    op.drop_table("claim")
    op.drop_index("uq_job_run_id_kind_subject", table_name="job")
    op.drop_index("ix_job_run_id_state_priority_run_after", table_name="job")
    op.drop_index("ix_repository_state", table_name="repository")
    op.drop_index("ix_repository_visited_at", table_name="repository")
    with op.batch_alter_table("job") as job:
        job.drop_constraint("fk_job_run_id_run", type_="foreignkey")
        job.drop_column("run_id")
    op.drop_column("job", "crashes")
    op.drop_column("job", "priority")
    op.drop_column("snapshot", "good")
    op.drop_column("repository", "descent")
    op.drop_column("source", "failures")
    for table, columns in ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
