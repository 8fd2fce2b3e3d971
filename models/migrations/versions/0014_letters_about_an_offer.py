"""A letter to the interpreter whose offer somebody else changed for her.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NEW = "offer_changed"
OLD_LETTERS = (
    "registration_received",
    "proposal_waiting",
    "answer_waiting",
    "both_accepted",
    "proposal_closed",
    "invitation",
    "password_reset",
    "password_changed",
    "factor_changed",
    "interpreting_offer",
    "interpreting_news",
    "interpreting_tomorrow",
    "interpreting_soon",
    "interpreting_sign",
    "address_confirm",
    "address_changed",
)


def upgrade() -> None:
    _say_letters((*OLD_LETTERS, NEW))


def downgrade() -> None:
    letter = sa.table("letter", sa.column("kind"))
    op.execute(letter.delete().where(letter.c.kind == NEW))
    _say_letters(OLD_LETTERS)


def _say_letters(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")
