"""Figures typed in at the desk, and what is asked and explained about cells; both can only be added to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DECIMAL = sa.Text().with_variant(sa.Numeric(), "postgresql")
TABLES = ("typed_entry", "remark")


def upgrade() -> None:
    op.create_table(
        "typed_entry",
        sa.Column("entry_id", NUMBER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("unit_code", "period_code", "indicator_code")),
        sa.Column("revision", NUMBER, nullable=True),
        sa.Column("based_on", NUMBER, nullable=False),
        sa.Column("value", DECIMAL, nullable=True),
        sa.Column("given_by", TEXT, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("evidence", "file_name", "file_sha256")),
        sa.Column("overrules", DECIMAL, nullable=True),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_typed_entry"),
        sa.UniqueConstraint("unit_code", "period_code", "indicator_code", "revision", name="uq_typed_entry_revision"),
    )
    op.create_table(
        "remark",
        sa.Column("remark_id", NUMBER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("unit_code", "form_code", "period_code", "cell")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("kind", "text", "owner", "check")),
        sa.Column("answers", NUMBER, nullable=True),
        sa.Column("account", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("remark_id", name="pk_remark"),
    )
    op.create_index("ix_remark_unit_code_form_code_period_code", "remark", ["unit_code", "form_code", "period_code"])
    for table in TABLES:
        guard(table)


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_entry()")


def guard(table: str) -> None:
    """The database itself refuses to change or remove a row."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change_of_entry() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; "
            "END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_entry()"
        )
        return
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{event} BEFORE {event.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
