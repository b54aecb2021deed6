"""Incidents: each root cause with its history, and the outbox of the letters about them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
OPEN = sa.text("recovered_at IS NULL")


def upgrade() -> None:
    create_incidents()
    create_outbox()


def downgrade() -> None:
    for table in ("outbox", "incident_head", "incident_event", "incident"):
        op.drop_table(table)


def create_incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("recovered_at", INSTANT, nullable=True),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_incident"),
    )
    op.create_index(
        "uq_incident_open", "incident", ["fingerprint"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "incident_event",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["incident.number"], name="fk_incident_event_number"),
        sa.PrimaryKeyConstraint("number", "position", name="pk_incident_event"),
    )
    op.create_table(
        "incident_head",
        sa.Column("head_name", TEXT, nullable=False),
        sa.Column("last_number", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("head_name", name="pk_incident_head"),
    )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        *(sa.Column(name, TEXT, nullable=False) for name in ("letter_key", "bundle", "body")),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("holder", TEXT, nullable=True),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("sent_by", TEXT, nullable=False),
        sa.Column("last_error", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("letter_key", name="pk_outbox"),
    )
    op.create_index("ix_outbox_bundle", "outbox", ["bundle"])
    op.create_index("ix_outbox_sent_at_not_before", "outbox", ["sent_at", "not_before"])
