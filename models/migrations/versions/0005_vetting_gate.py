"""Identity, references and code of conduct beside screening and training; a second person, and revoking.

What was noted before proves nothing more than it said: nobody gets an identity or references from here. Whoever
gives stays where she is, is proposed to nobody until the rest is noted, and what goes on is suspended meanwhile.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_KINDS = "kind IN ('screening', 'training')"
KINDS = "kind IN ('identity', 'references', 'screening', 'conduct', 'training')"


def upgrade() -> None:
    with op.batch_alter_table("clearance") as clearance:
        clearance.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        clearance.add_column(sa.Column("confirmed_by", sa.String(length=26), nullable=True))
        clearance.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        clearance.add_column(sa.Column("revoked_by", sa.String(length=26), nullable=True))
        clearance.drop_constraint(op.f("ck_clearance_kind"), type_="check")
        clearance.create_check_constraint(op.f("ck_clearance_kind"), KINDS)
        clearance.create_check_constraint(op.f("ck_clearance_two_people"), "confirmed_by <> recorded_by")


def downgrade() -> None:
    """Go back; a clearance that was taken back would count again there, so it goes."""
    clearance = sa.table("clearance", sa.column("kind"), sa.column("revoked_at"))
    known_before = clearance.c.kind.in_(("screening", "training"))
    op.execute(clearance.delete().where(sa.or_(clearance.c.revoked_at.is_not(None), ~known_before)))
    with op.batch_alter_table("clearance") as table:
        table.drop_constraint(op.f("ck_clearance_two_people"), type_="check")
        table.drop_constraint(op.f("ck_clearance_kind"), type_="check")
        table.create_check_constraint(op.f("ck_clearance_kind"), OLD_KINDS)
        for column in ("revoked_by", "revoked_at", "confirmed_by", "confirmed_at"):
            table.drop_column(column)
