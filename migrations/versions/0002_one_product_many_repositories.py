# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One product, many repositories: what tells them, what people decided, and which problems only resolving showed.

Why: repositories are compared by keys they share, within the database; a decision names two repositories by URL; a
product is resolved again from what is stored of its repositories, without the problems of an earlier resolving.
Catalogues of before are not filled here: the end of the next harvest does it piece by piece, so that the migration of
a large one takes no longer than that of a small one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.String(36)
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
RESOLVED = (
    "licence-text-missing", "licence-conflict", "licence-manifest-differs", "declared-url-differs", "name-is-template",
)  # fmt: skip
"""The rules that resolving told at this revision."""


def upgrade() -> None:
    op.create_table(
        "repository_identity",
        sa.Column("repository_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("identity", JSON, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name="fk_repository_identity_repository_id_repository",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("repository_id", name="pk_repository_identity"),
    )
    op.create_table(
        "repository_key",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("repository_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"],
            ["repository.id"],
            name="fk_repository_key_repository_id_repository",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "repository_id", name="pk_repository_key"),
    )
    op.create_index("ix_repository_key_repository_id", "repository_key", ["repository_id"])
    op.add_column("merge_log", sa.Column("other_url", sa.Text()))
    op.add_column("merge_log", sa.Column("decided", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_merge_log_repository_url", "merge_log", ["repository_url"])
    op.add_column("problem", sa.Column("resolved", sa.Boolean(), nullable=False, server_default=sa.false()))
    problem = sa.table("problem", sa.column("rule", sa.Text()), sa.column("resolved", sa.Boolean()))
    op.execute(problem.update().where(problem.c.rule.in_(RESOLVED)).values(resolved=True))


def downgrade() -> None:
    op.drop_column("problem", "resolved")
    op.drop_index("ix_merge_log_repository_url", table_name="merge_log")
    op.drop_column("merge_log", "decided")
    op.drop_column("merge_log", "other_url")
    op.drop_table("repository_key")
    op.drop_table("repository_identity")
