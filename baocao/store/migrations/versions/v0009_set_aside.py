"""Messages that cannot be sent are set aside, and who has got a message already is kept with it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Spelled out here, not taken from the code of today: a migration means the same for ever.
TEXT = sa.Text()


def upgrade() -> None:
    op.add_column("outbox", sa.Column("set_aside", TEXT, nullable=True))
    op.add_column("outbox", sa.Column("reached", TEXT, nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "reached")
    op.drop_column("outbox", "set_aside")
