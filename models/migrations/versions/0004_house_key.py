"""The secret of the house, wrapped by the key that is kept outside.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("house_key"):
        return
    op.create_table(
        "house_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_house_key_single")),
        sa.PrimaryKeyConstraint("id", name="pk_house_key"),
    )


def downgrade() -> None:
    """Keep the key where anything was ever sealed: without it nothing opens again."""
    if not op.get_bind().scalar(sa.text("SELECT seq FROM ledger_head")):
        op.drop_table("house_key")
