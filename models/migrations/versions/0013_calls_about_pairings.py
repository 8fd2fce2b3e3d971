"""Calls about proposals, beside those about interpreting.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OF_INTERPRETING = tuple(f"interpreting_{kind}" for kind in ("offer", "news", "tomorrow", "soon", "sign"))
OF_PAIRINGS = ("proposal_waiting", "answer_waiting", "proposal_closed")


def upgrade() -> None:
    _allow(OF_PAIRINGS + OF_INTERPRETING)


def downgrade() -> None:
    call = sa.table("call", sa.column("kind"))
    op.execute(call.delete().where(call.c.kind.in_(OF_PAIRINGS)))
    _allow(OF_INTERPRETING)


def _allow(kinds: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("call") as call:
        call.drop_constraint(op.f("ck_call_kind"), type_="check")
        call.create_check_constraint(op.f("ck_call_kind"), f"kind IN ({allowed})")
