"""Letters, and calls, that tell when a first meeting is.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEW = ("meeting_planned", "meeting_moved")
OF_INTERPRETING = tuple(f"interpreting_{kind}" for kind in ("offer", "news", "tomorrow", "soon", "sign"))
BEFORE_THEM = {
    "letter": (
        "registration_received",
        "proposal_waiting",
        "answer_waiting",
        "both_accepted",
        "proposal_closed",
    ),
    "call": ("proposal_waiting", "answer_waiting", "proposal_closed"),
}
AFTER_THEM = {
    "letter": (
        "invitation",
        "password_reset",
        "password_changed",
        "factor_changed",
        *OF_INTERPRETING,
        "address_confirm",
        "address_changed",
        "offer_changed",
    ),
    "call": OF_INTERPRETING,
}


def upgrade() -> None:
    for name in ("letter", "call"):
        _allow(name, BEFORE_THEM[name] + NEW + AFTER_THEM[name])


def downgrade() -> None:
    for name in ("letter", "call"):
        table = sa.table(name, sa.column("kind"))
        op.execute(table.delete().where(table.c.kind.in_(NEW)))
        _allow(name, BEFORE_THEM[name] + AFTER_THEM[name])


def _allow(name: str, kinds: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table(name) as table:
        table.drop_constraint(op.f(f"ck_{name}_kind"), type_="check")
        table.create_check_constraint(op.f(f"ck_{name}_kind"), f"kind IN ({allowed})")
