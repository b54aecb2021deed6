"""The processes that wait for a place to ask a source, so that the one which has waited longest goes first."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()


def upgrade() -> None:
    op.add_column("turn", sa.Column("waiting", TEXT, nullable=True))


def downgrade() -> None:
    op.drop_column("turn", "waiting")
