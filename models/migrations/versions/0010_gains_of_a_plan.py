"""What one more interpreter would fill, kept with its plan.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.add_column(sa.Column("gains", sa.JSON(none_as_null=True), nullable=True))
        plan.add_column(sa.Column("gains_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.drop_column("gains_at")
        plan.drop_column("gains")
