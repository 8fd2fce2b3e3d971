"""Calls owed to people whom no letter reaches.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = ("offer", "news", "tomorrow", "soon", "sign")


def upgrade() -> None:
    kinds = ", ".join(f"'interpreting_{kind}'" for kind in KINDS)
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=26), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by", sa.String(length=26), nullable=True),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_call_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    for columns in (["person_id"], ["about"], ["called_at", "owed_at"]):
        op.create_index("_".join(["ix_call", *columns]), "call", columns)


def downgrade() -> None:
    op.drop_table("call")
