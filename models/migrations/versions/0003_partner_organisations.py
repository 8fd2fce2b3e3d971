"""Partner organisations, their workers, and who came through them.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD_ROLES = "role IN ('participant', 'coordinator', 'administrator')"
NEW_ROLES = "role IN ('participant', 'coordinator', 'agent', 'administrator')"
WORKERS = "(role = 'agent') = (organisation_id IS NOT NULL)"
OF_AGENTS = ("recovery_code", "second_factor", "account_link", "known_browser", "letter", "sign_in")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
    )
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("organisation_id", sa.String(length=26), nullable=True))
        account.create_foreign_key(
            "fk_account_organisation_id_organisation", "organisation", ["organisation_id"], ["id"]
        )
        account.drop_constraint(op.f("ck_account_role"), type_="check")
        account.create_check_constraint(op.f("ck_account_role"), NEW_ROLES)
        account.create_check_constraint(op.f("ck_account_agent_of_an_organisation"), WORKERS)
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("referred_by", sa.String(length=26), nullable=True))
        person.create_foreign_key(
            "fk_person_referred_by_organisation", "organisation", ["referred_by"], ["id"]
        )
        person.create_index("ix_person_referred_by", ["referred_by"])


def downgrade() -> None:
    _forget_agents()
    with op.batch_alter_table("person") as person:
        person.drop_index("ix_person_referred_by")
        person.drop_constraint("fk_person_referred_by_organisation", type_="foreignkey")
        person.drop_column("referred_by")
    with op.batch_alter_table("account") as account:
        account.drop_constraint(op.f("ck_account_agent_of_an_organisation"), type_="check")
        account.drop_constraint(op.f("ck_account_role"), type_="check")
        account.create_check_constraint(op.f("ck_account_role"), OLD_ROLES)
        account.drop_constraint("fk_account_organisation_id_organisation", type_="foreignkey")
        account.drop_column("organisation_id")
    op.drop_table("organisation")


def _forget_agents() -> None:
    """0002 has no room for agents, nor for what belongs to their accounts."""
    account = sa.table("account", sa.column("id"), sa.column("role"))
    agents = sa.select(account.c.id).where(account.c.role == "agent")
    for name in OF_AGENTS:
        owned = sa.table(name, sa.column("account_id"))
        op.execute(owned.delete().where(owned.c.account_id.in_(agents)))
    op.execute(account.delete().where(account.c.role == "agent"))
