"""Turns: when a source may next be asked, and the places for asking it at once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("source_code", TEXT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source_code", name="pk_turn"),
    )
    op.create_table(
        "turn_place",
        sa.Column("source_code", TEXT, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("holder", TEXT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source_code", "place", name="pk_turn_place"),
    )


def downgrade() -> None:
    op.drop_table("turn_place")
    op.drop_table("turn")
