"""Captures: the stocks of a source as they were at the cut-off, kept apart from any vintage."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "capture",
        sa.Column("capture_id", NUMBER, nullable=False),
        sa.Column("source_code", TEXT, nullable=False),
        sa.Column("unit_code", TEXT, nullable=False),
        sa.Column("period_code", TEXT, nullable=False),
        sa.Column("attempt", NUMBER, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("failure", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("capture_id", name="pk_capture"),
        sa.UniqueConstraint("unit_code", "period_code", "source_code", "attempt", name="uq_capture_attempt"),
    )
    op.create_table(
        "capture_payload",
        sa.Column("capture_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("entry_sha256", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("capture_id", "position", name="pk_capture_payload"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.capture_id"], name="fk_capture_payload_capture_id"),
        sa.ForeignKeyConstraint(["entry_sha256"], ["payload.entry_sha256"], name="fk_capture_payload_entry_sha256"),
    )


def downgrade() -> None:
    op.drop_table("capture_payload")
    op.drop_table("capture")
