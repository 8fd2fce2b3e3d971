"""Erasing, marks by which somebody is known again, texts of consents, changing an address, incidents.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEW_LETTERS = ("address_confirm", "address_changed")
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
)
OLD_LINKS = ("invitation", "password_reset")
NEW_LINKS = ("address_confirm",)


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(_flag("refused_for_safety"))
        person.add_column(_flag("resembles_refused"))
        person.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("consent") as consent:
        consent.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        consent.add_column(sa.Column("text_hash", sa.String(length=64), nullable=True))
        consent.add_column(sa.Column("helped_by", sa.String(length=26), nullable=True))
        consent.add_column(_flag("was_renewed"))
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("new_email_sealed", sa.LargeBinary(), nullable=True))
    _say("letter", "kind", OLD_LETTERS + NEW_LETTERS)
    _say("account_link", "purpose", OLD_LINKS + NEW_LINKS)
    op.create_table(
        "mark",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mark_person_id_person"),
        sa.PrimaryKeyConstraint("fingerprint", "person_id", name="pk_mark"),
    )
    op.create_index("ix_mark_person_id", "mark", ["person_id"])
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_from", sa.Date(), nullable=True),
        sa.Column("happened_until", sa.Date(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("people_in_quebec", sa.Integer(), nullable=True),
        sa.Column("is_serious", sa.Boolean(), nullable=True),
        sa.Column("commission_told_on", sa.Date(), nullable=True),
        sa.Column("people_told_on", sa.Date(), nullable=True),
        sa.Column("public_notice", sa.String(length=40), nullable=False),
        sa.Column("information_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("circumstances_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("weighing_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("measures_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "public_notice IN ('none', 'instead', 'beside')", name=op.f("ck_incident_public_notice")
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_incident_people")),
        sa.CheckConstraint(
            "people_in_quebec BETWEEN 0 AND people", name=op.f("ck_incident_people_in_quebec")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )


def downgrade() -> None:
    op.drop_table("incident")
    op.drop_table("mark")
    for table, column, new in (("letter", "kind", NEW_LETTERS), ("account_link", "purpose", NEW_LINKS)):
        rows = sa.table(table, sa.column(column))
        op.execute(rows.delete().where(rows.c[column].in_(new)))
    _say("account_link", "purpose", OLD_LINKS)
    _say("letter", "kind", OLD_LETTERS)
    with op.batch_alter_table("account") as account:
        account.drop_column("new_email_sealed")
    with op.batch_alter_table("consent") as consent:
        for column in ("was_renewed", "helped_by", "text_hash", "version"):
            consent.drop_column(column)
    with op.batch_alter_table("person") as person:
        for column in ("erased_at", "resembles_refused", "refused_for_safety"):
            person.drop_column(column)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _say(table: str, column: str, codes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table(table) as rows:
        rows.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        rows.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")
