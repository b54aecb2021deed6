"""Forms handed in: each file a unit gave, what was answered, and whether the answer has gone out."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "hand_in",
        sa.Column("hand_in_id", NUMBER, nullable=False),
        sa.Column("unit_code", TEXT, nullable=False),
        sa.Column("period_code", TEXT, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("form_code", TEXT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("message_key", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("hand_in_id", name="pk_hand_in"),
        sa.UniqueConstraint("unit_code", "period_code", "number", name="uq_hand_in_number"),
        sa.UniqueConstraint("message_key", name="uq_hand_in_message"),
    )
    op.create_table(
        "hand_in_payload",
        sa.Column("hand_in_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("entry_sha256", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("hand_in_id", "position", name="pk_hand_in_payload"),
        sa.ForeignKeyConstraint(["hand_in_id"], ["hand_in.hand_in_id"], name="fk_hand_in_payload_hand_in_id"),
        sa.ForeignKeyConstraint(["entry_sha256"], ["payload.entry_sha256"], name="fk_hand_in_payload_entry_sha256"),
    )


def downgrade() -> None:
    op.drop_table("hand_in_payload")
    op.drop_table("hand_in")
