"""People: accounts, sessions, attempts to sign in, and a journal that can only be added to."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
TRUTH = sa.Boolean()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
SAID = "journal is append-only"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("person_code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("grants", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("password_hash", TEXT, nullable=True),
        sa.Column("must_change_password", TRUTH, nullable=False),
        sa.Column("totp_secret", TEXT, nullable=True),
        sa.Column("totp_step", NUMBER, nullable=False),
        sa.Column("subject", TEXT, nullable=True),
        sa.Column("locked_at", INSTANT, nullable=True),
        sa.Column("is_demo", TRUTH, nullable=False),
        sa.PrimaryKeyConstraint("person_code", name="pk_person"),
        sa.UniqueConstraint("subject", name="uq_person_subject"),
    )
    op.create_table(
        "person_session",
        sa.Column("token_sha256", TEXT, nullable=False),
        sa.Column("person_code", TEXT, nullable=False),
        sa.Column("door", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("has_second_factor", TRUTH, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_person_session"),
    )
    op.create_index("ix_person_session_person_code", "person_session", ["person_code"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("attempt_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_code", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("has_succeeded", TRUTH, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_person_code_at", "sign_in_attempt", ["person_code", "at"])
    op.create_index("ix_sign_in_attempt_origin_at", "sign_in_attempt", ["origin", "at"])
    op.create_table(
        "journal",
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_code", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("deed", TEXT, nullable=False),
        sa.Column("unit_code", TEXT, nullable=True),
        sa.Column("content", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_journal"),
    )
    op.create_index("ix_journal_unit_code", "journal", ["unit_code"])
    op.create_index("ix_journal_person_code", "journal", ["person_code"])
    _guard_journal()


def _guard_journal() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_journal() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'insufficient_privilege'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_journal()"
        )
        return
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER journal_append_only_{event} BEFORE {event.upper()} ON journal "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )


def downgrade() -> None:
    for table in ("journal", "sign_in_attempt", "person_session", "person"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_journal()")
