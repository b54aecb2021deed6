"""First schema: payloads, leases, vintages and what they hold."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()
NUMBER = sa.Integer()
BIG_NUMBER = sa.BigInteger()
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
EXACT_DECIMAL = sa.Text().with_variant(sa.Numeric(), "postgresql")


def upgrade() -> None:
    create_payload()
    create_lease()
    create_vintage()
    create_collection()
    create_observation()
    create_check_result()
    create_source_failure()
    create_filled_form()


def downgrade() -> None:
    for table in ("filled_form", "source_failure", "check_result", "observation"):
        op.drop_table(table)
    for table in ("collection_payload", "collection", "vintage", "lease", "payload"):
        op.drop_table(table)


def create_payload() -> None:
    op.create_table(
        "payload",
        *required(TEXT, "entry_sha256", "source_code", "unit_code"),
        *required(sa.Date(), "window_start_on", "window_end_on"),
        *required(TEXT, "request"),
        *required(INSTANT, "fetched_at"),
        *required(TEXT, "media_type", "sha256"),
        *required(BIG_NUMBER, "body_bytes"),
        *required(TEXT, "answer_sha256"),
        *required(BIG_NUMBER, "answer_bytes"),
        sa.PrimaryKeyConstraint("entry_sha256", name="pk_payload"),
    )
    create_index("payload", "sha256")
    create_index("payload", "source_code", "unit_code", "window_start_on")


def create_lease() -> None:
    op.create_table(
        "lease",
        *required(TEXT, "unit_code", "form_code", "period_code"),
        *required(BIG_NUMBER, "token"),
        optional(TEXT, "holder"),
        *required(INSTANT, "acquired_at", "renewed_at", "expires_at"),
        sa.PrimaryKeyConstraint("unit_code", "form_code", "period_code", name="pk_lease"),
    )


def create_vintage() -> None:
    op.create_table(
        "vintage",
        *required(NUMBER, "vintage_id"),
        *required(TEXT, "unit_code", "form_code", "period_code"),
        *required(NUMBER, "number"),
        *required(TEXT, "status"),
        *required(INSTANT, "opened_at"),
        optional(INSTANT, "known_at"),
        *required(TEXT, "code_version", "config_hash", "holder"),
        *required(BIG_NUMBER, "lease_token"),
        optional(NUMBER, "exit_code"),
        *required(TEXT, "reason"),
        sa.PrimaryKeyConstraint("vintage_id", name="pk_vintage"),
        unique("vintage_number", "unit_code", "form_code", "period_code", "number"),
    )


def create_collection() -> None:
    op.create_table(
        "collection",
        *required(NUMBER, "collection_id", "vintage_id"),
        *required(TEXT, "source_code", "unit_code", "period_code"),
        *required(NUMBER, "attempt"),
        *required(INSTANT, "started_at", "ended_at"),
        optional(TEXT, "failure"),
        sa.PrimaryKeyConstraint("collection_id", name="pk_collection"),
        refer("collection", "vintage_id", "vintage"),
        unique("collection_attempt", "vintage_id", "source_code", "unit_code", "period_code", "attempt"),
    )
    op.create_table(
        "collection_payload",
        *required(NUMBER, "collection_id", "position"),
        *required(TEXT, "entry_sha256"),
        sa.PrimaryKeyConstraint("collection_id", "position", name="pk_collection_payload"),
        refer("collection_payload", "collection_id", "collection"),
        refer("collection_payload", "entry_sha256", "payload"),
    )


def create_observation() -> None:
    op.create_table(
        "observation",
        *part_of_vintage("observation"),
        *required(TEXT, "indicator_code", "unit_code", "period_code"),
        optional(EXACT_DECIMAL, "value"),
        *required(TEXT, "status"),
        *required(INSTANT, "known_at"),
        *required(TEXT, "payload_hashes", "steps", "note"),
    )
    create_index("observation", "unit_code", "indicator_code", "period_code")


def create_check_result() -> None:
    op.create_table(
        "check_result",
        *part_of_vintage("check_result"),
        *required(TEXT, "check", "severity", "outcome", "unit_code", "cells"),
        *required(TEXT, "message_vi", "message_en", "mend_vi", "observed", "expected"),
        *required(TEXT, "owner", "reason", "evidence"),
    )


def create_source_failure() -> None:
    op.create_table(
        "source_failure",
        *part_of_vintage("source_failure"),
        *required(TEXT, "source_code", "system", "unit_code"),
        *required(NUMBER, "exit_code"),
        *required(TEXT, "kind", "reason"),
    )


def create_filled_form() -> None:
    op.create_table(
        "filled_form",
        *required(NUMBER, "vintage_id"),
        *required(TEXT, "body", "sha256"),
        sa.PrimaryKeyConstraint("vintage_id", name="pk_filled_form"),
        refer("filled_form", "vintage_id", "vintage"),
    )


def part_of_vintage(table: str) -> list[sa.schema.SchemaItem]:
    return [
        *required(NUMBER, "vintage_id", "position"),
        sa.PrimaryKeyConstraint("vintage_id", "position", name=f"pk_{table}"),
        refer(table, "vintage_id", "vintage"),
    ]


def required(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def optional(kind: sa.types.TypeEngine[Any], name: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def unique(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{name}")


def refer(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{column}"], name=f"fk_{table}_{column}")


def create_index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
