"""Keys of forms that were sent, so that none acts twice.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_sent_form"),
    )
    op.create_index("ix_sent_form_at", "sent_form", ["at"])


def downgrade() -> None:
    op.drop_table("sent_form")
