"""The release log can only be added to: the database itself refuses to change or remove an entry."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
SAID = "release_log is append-only"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_release_log() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'insufficient_privilege'; END $$"
        )
        op.execute(
            "CREATE TRIGGER release_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON release_log "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_release_log()"
        )
        return
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER release_log_append_only_{event} BEFORE {event.upper()} ON release_log "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER release_log_append_only ON release_log")
        op.execute("DROP FUNCTION refuse_change_of_release_log()")
        return
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER release_log_append_only_{event}")
