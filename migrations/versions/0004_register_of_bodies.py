# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A register of municipalities, public bodies and operators, of which publishers are a part.

Why: who publishes, who runs and who is like us must be one thing with one key, whether it came from a file of sources,
the official list of municipalities or a statement in a repository. The publishers known so far become bodies.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.String(36)
WORD = sa.String(40)
DATE = sa.String(10)
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PUBLISHED = ("source", "repository", "solution")
"""Tables with a publisher."""


def upgrade() -> None:
    _create_body()
    _create_details()
    op.execute(
        sa.text(
            "INSERT INTO body (id, slug, name, sort_name, kind, country, ars, ags, foreign_key, uri, origin)"
            " SELECT id, slug, name, replace(slug, '-', ' '), kind, country,"
            " CASE WHEN country = 'DE' AND length(official_key) IN (2, 5, 9, 12) THEN official_key END,"
            " CASE WHEN country = 'DE' AND length(official_key) = 8 THEN official_key"
            " WHEN country = 'DE' AND length(official_key) = 12"
            " THEN substr(official_key, 1, 5) || substr(official_key, 10, 3) END,"
            " CASE WHEN country IS NULL OR country <> 'DE' OR length(official_key) NOT IN (2, 5, 8, 9, 12)"
            " THEN official_key END, uri, 'curated' FROM publisher"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO body_account (key, url, body_id)"
            " SELECT key, url, publisher_id FROM publisher_forge_organisation"
        )
    )
    for table in PUBLISHED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_publisher_id_publisher", type_="foreignkey")
            batch.create_foreign_key(
                f"fk_{table}_publisher_id_body", "body", ["publisher_id"], ["id"], ondelete="SET NULL"
            )
    op.add_column("repository", sa.Column("attribution", JSON))
    op.add_column("solution", sa.Column("attribution", JSON))
    op.drop_table("publisher_forge_organisation")
    op.drop_table("publisher")


def _create_body() -> None:
    op.create_table(
        "body",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(130), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_name", SORTED, nullable=False, server_default=""),
        sa.Column("own_title", sa.Text()),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("designation", sa.Text()),
        sa.Column("legal_form", sa.Text()),
        sa.Column("country", sa.String(2)),
        sa.Column("land", sa.String(6)),
        sa.Column("region", sa.Text()),
        sa.Column("ars", sa.String(12)),
        sa.Column("ags", sa.String(8)),
        sa.Column("keys_as_of", DATE),
        sa.Column("foreign_scheme", WORD),
        sa.Column("foreign_key", sa.Text()),
        sa.Column("uri", sa.Text()),
        sa.Column("parent_id", KEY),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("population", sa.Integer()),
        sa.Column("population_as_of", DATE),
        sa.Column("area", sa.Integer()),
        sa.Column("programme_label", sa.Text()),
        sa.Column("origin", WORD, nullable=False, server_default="curated"),
        sa.Column("reconciled", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("successor_id", KEY),
        sa.Column("dissolved_on", DATE),
        sa.Column("updated_at", INSTANT),
        sa.ForeignKeyConstraint(["parent_id"], ["body.id"], name="fk_body_parent_id_body", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["successor_id"], ["body.id"], name="fk_body_successor_id_body", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_body"),
        sa.UniqueConstraint("slug", name="uq_body_slug"),
    )
    for column in ("ars", "ags", "foreign_key", "uri", "parent_id", "successor_id"):
        op.create_index(f"ix_body_{column}", "body", [column])
    op.create_index("ix_body_country_land_kind", "body", ["country", "land", "kind"])


def _of_body(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=f"fk_{table}_body_id_body", ondelete="CASCADE")


def _create_details() -> None:
    op.create_table(
        "body_slug",
        sa.Column("slug", sa.String(130), nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        _of_body("body_slug"),
        sa.PrimaryKeyConstraint("slug", name="pk_body_slug"),
    )
    op.create_table(
        "body_name",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("until", DATE),
        sa.Column("key", sa.Text(), nullable=False),
        _of_body("body_name"),
        sa.PrimaryKeyConstraint("id", name="pk_body_name"),
    )
    op.create_index("ix_body_name_key", "body_name", ["key"], postgresql_ops={"key": "text_pattern_ops"})
    op.create_table(
        "body_domain",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        _of_body("body_domain"),
        sa.PrimaryKeyConstraint("domain", "body_id", name="pk_body_domain"),
    )
    op.create_table(
        "body_account",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        _of_body("body_account"),
        sa.PrimaryKeyConstraint("key", name="pk_body_account"),
    )
    op.create_table(
        "body_relation",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("target_id", KEY),
        sa.Column("region", sa.String(6)),
        sa.Column("origin", WORD, nullable=False),
        sa.Column("source_url", sa.Text()),
        _of_body("body_relation"),
        sa.ForeignKeyConstraint(["target_id"], ["body.id"], name="fk_body_relation_target_id_body", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_body_relation"),
    )
    op.create_index("ix_body_relation_target_id", "body_relation", ["target_id"])
    op.create_index("ix_body_relation_region", "body_relation", ["region"])
    op.create_table(
        "body_event",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("body_id", KEY, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("as_of", DATE),
        sa.Column("detail", JSON, nullable=False),
        _of_body("body_event"),
        sa.PrimaryKeyConstraint("id", name="pk_body_event"),
    )
    op.create_table(
        "solution_operator",
        sa.Column("id", SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("solution_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body_id", KEY),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("website", sa.Text()),
        sa.Column("until", DATE),
        sa.Column("origin", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name="fk_solution_operator_solution_id_solution", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name="fk_solution_operator_body_id_body", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_solution_operator"),
    )
    op.create_index("ix_solution_operator_solution_id", "solution_operator", ["solution_id"])
    for table in (
        "body_slug", "body_name", "body_domain", "body_account", "body_relation", "body_event", "solution_operator"
    ):  # fmt: skip
        op.create_index(f"ix_{table}_body_id", table, ["body_id"])


def downgrade() -> None:
    op.create_table(
        "publisher",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(130), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("country", sa.String(2)),
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
    # The words that this revision brought are read by nobody before it.
    op.execute(
        sa.text(
            "INSERT INTO publisher (id, slug, name, kind, country, official_key, uri) SELECT id, slug,"
            " coalesce(own_title, name), CASE kind WHEN 'town' THEN 'municipality'"
            " WHEN 'joint_authority' THEN 'municipal_association' WHEN 'international' THEN 'other' ELSE kind END,"
            " country, coalesce(ags, ars, foreign_key), uri FROM body"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO publisher_forge_organisation (key, url, publisher_id)"
            " SELECT key, url, body_id FROM body_account"
        )
    )
    op.drop_column("repository", "attribution")
    op.drop_column("solution", "attribution")
    for table in PUBLISHED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_publisher_id_body", type_="foreignkey")
            batch.create_foreign_key(
                f"fk_{table}_publisher_id_publisher", "publisher", ["publisher_id"], ["id"], ondelete="SET NULL"
            )
    for table in (
        "solution_operator", "body_event", "body_relation", "body_account", "body_domain", "body_name", "body_slug",
        "body",
    ):  # fmt: skip
        op.drop_table(table)
