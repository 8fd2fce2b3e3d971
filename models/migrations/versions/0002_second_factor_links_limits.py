"""Second factors, links by letter, printed cards, known browsers, and counts of tries.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_LETTERS = "kind IN ('registration_received', 'proposal_waiting', 'answer_waiting', 'both_accepted', 'proposal_closed')"
NEW_LETTERS = ("invitation", "password_reset", "password_changed", "factor_changed")
LETTERS = OLD_LETTERS.replace(")", "".join(f", '{kind}'" for kind in NEW_LETTERS) + ")")


def account_id() -> sa.Column[str]:
    return sa.Column("account_id", sa.String(length=26), nullable=False)


def of_an_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{table}_account_id_account")


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.alter_column("email_index", existing_type=sa.String(length=64), nullable=True)
        account.add_column(sa.Column("card_index", sa.String(length=64), nullable=True))
        account.add_column(sa.Column("card_made_at", sa.DateTime(timezone=True), nullable=True))
        account.create_unique_constraint("uq_account_card_index", ["card_index"])
    with op.batch_alter_table("sign_in") as sign_in:
        sign_in.add_column(sa.Column("stage", sa.String(length=40), server_default="whole", nullable=False))
        sign_in.add_column(sa.Column("browser", sa.String(length=40), nullable=True))
        sign_in.create_check_constraint(op.f("ck_sign_in_stage"), "stage IN ('half', 'whole')")
    _say_letters(LETTERS)

    op.create_table(
        "known_browser",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        account_id(),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        of_an_account("known_browser"),
        sa.PrimaryKeyConstraint("token_hash", "account_id", name="pk_known_browser"),
    )
    op.create_index("ix_known_browser_account_id", "known_browser", ["account_id"])
    op.create_table(
        "second_factor",
        sa.Column("id", sa.String(length=26), nullable=False),
        account_id(),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pending_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        of_an_account("second_factor"),
        sa.PrimaryKeyConstraint("id", name="pk_second_factor"),
        sa.UniqueConstraint("account_id", name="uq_second_factor_account_id"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_index", sa.String(length=64), nullable=False),
        account_id(),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        of_an_account("recovery_code"),
        sa.PrimaryKeyConstraint("code_index", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])
    op.create_table(
        "account_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        account_id(),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('invitation', 'password_reset')", name=op.f("ck_account_link_purpose")
        ),
        of_an_account("account_link"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_account_link"),
    )
    op.create_index("ix_account_link_account_id", "account_link", ["account_id"])
    op.create_table(
        "try_count",
        sa.Column("counted", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_try_count_tries")),
        sa.PrimaryKeyConstraint("counted", name="pk_try_count"),
    )
    op.create_index("ix_try_count_ends_at", "try_count", ["ends_at"])


def downgrade() -> None:
    for table in ("try_count", "account_link", "recovery_code", "second_factor", "known_browser"):
        op.drop_table(table)
    _forget_what_was_not_there()
    _say_letters(OLD_LETTERS)
    with op.batch_alter_table("sign_in") as sign_in:
        sign_in.drop_constraint(op.f("ck_sign_in_stage"), type_="check")
        sign_in.drop_column("browser")
        sign_in.drop_column("stage")
    with op.batch_alter_table("account") as account:
        account.drop_constraint("uq_account_card_index", type_="unique")
        account.drop_column("card_made_at")
        account.drop_column("card_index")
        account.alter_column("email_index", existing_type=sa.String(length=64), nullable=False)


def _say_letters(kinds: str) -> None:
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), kinds)


def _forget_what_was_not_there() -> None:
    """Half sessions, letters about accounts, and accounts without an address: 0001 has no room for them."""
    sign_in, letter, account = (
        sa.table(name, *map(sa.column, columns))
        for name, columns in (
            ("sign_in", ("stage", "account_id")),
            ("letter", ("kind", "account_id")),
            ("account", ("id", "email_index")),
        )
    )
    addressless = sa.select(account.c.id).where(account.c.email_index.is_(None))
    op.execute(sign_in.delete().where((sign_in.c.stage == "half") | sign_in.c.account_id.in_(addressless)))
    op.execute(letter.delete().where(letter.c.kind.in_(NEW_LETTERS) | letter.c.account_id.in_(addressless)))
    op.execute(account.delete().where(account.c.email_index.is_(None)))
