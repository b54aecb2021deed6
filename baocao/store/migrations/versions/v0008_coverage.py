"""Coverage: which days the answers of a vintage's sources covered, and by which counts they were proved whole."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
DAY = sa.Date()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "coverage",
        sa.Column("vintage_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("source_code", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("unit_code", TEXT, nullable=False),
        sa.Column("window_start_on", DAY, nullable=True),
        sa.Column("window_end_on", DAY, nullable=True),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("proofs", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("vintage_id", "position", name="pk_coverage"),
        sa.ForeignKeyConstraint(["vintage_id"], ["vintage.vintage_id"], name="fk_coverage_vintage_id"),
    )


def downgrade() -> None:
    op.drop_table("coverage")
