"""Releases: the hash-chained log and its head, the configurations runs were made with, what a vintage replays."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    create_release_log()
    op.create_table(
        "configuration",
        sa.Column("config_hash", TEXT, nullable=False),
        sa.Column("bundle_sha256", TEXT, nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("config_hash", name="pk_configuration"),
    )
    op.add_column("vintage", sa.Column("replayed_from", NUMBER, nullable=True))


def downgrade() -> None:
    op.drop_column("vintage", "replayed_from")
    for table in ("configuration", "release_head", "release_log"):
        op.drop_table(table)


def create_release_log() -> None:
    op.create_table(
        "release_log",
        sa.Column("position", NUMBER, nullable=False, autoincrement=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("unit_code", "form_code", "period_code", "kind")),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_release_log"),
    )
    op.create_index(
        "ix_release_log_unit_code_form_code_period_code", "release_log", ["unit_code", "form_code", "period_code"]
    )
    op.create_table(
        "release_head",
        sa.Column("log_name", TEXT, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("log_name", name="pk_release_head"),
    )
