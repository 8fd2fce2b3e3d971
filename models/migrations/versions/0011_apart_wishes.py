"""« Ne pas me jumeler avec… » as people write it themselves; which exclusions end with their wish.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exclusion") as exclusion:
        exclusion.add_column(sa.Column("is_lasting", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "apart_wish",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pairing_id", sa.String(length=26), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("other_id", sa.String(length=26), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_apart_wish_person_id_person"),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name="fk_apart_wish_pairing_id_pairing"),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name="fk_apart_wish_other_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_apart_wish"),
    )
    for column in ("person_id", "pairing_id", "other_id"):
        op.create_index(f"ix_apart_wish_{column}", "apart_wish", [column])


def downgrade() -> None:
    op.drop_table("apart_wish")
    with op.batch_alter_table("exclusion") as exclusion:
        exclusion.drop_column("is_lasting")
