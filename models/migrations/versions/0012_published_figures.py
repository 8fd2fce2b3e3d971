"""Figures that were published, once for each quarter.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_quarter",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_published_quarter")),
    )


def downgrade() -> None:
    op.drop_table("published_quarter")
