"""People, needs and offers, pairings and rounds, accounts, and the ledger.

Revision: 0001, the first
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IN_FORCE = (
    "state IN ('approved', 'awaiting_answers', 'accepted', 'first_meeting_planned', 'no_show', 'trial', "
    "'active', 'renewed', 'suspended')"
)
OPEN = IN_FORCE.replace("(", "('suggested', 'under_review', ", 1)
REFUSAL = "the ledger is only added to"


def shared_by_wishes(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_index", sa.String(length=64), nullable=True),
        sa.Column("goals", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("meetings_per_month", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("gender_request", sa.String(length=40), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.CheckConstraint("gender_request IN ('f', 'm', 'x')", name=op.f(f"ck_{table}_gender_request")),
        sa.CheckConstraint(
            "program IN ('sponsorship', 'interpreting', 'support', 'volunteering', 'professional', 'internship')",
            name=op.f(f"ck_{table}_program"),
        ),
        sa.CheckConstraint(
            "state IN ('available', 'proposed', 'paired', 'paused', 'redirected', 'finished', 'withdrawn')",
            name=op.f(f"ck_{table}_state"),
        ),
        sa.CheckConstraint("meetings_per_month BETWEEN 1 AND 8", name=op.f(f"ck_{table}_meetings_per_month")),
        sa.CheckConstraint("months BETWEEN 1 AND 24", name=op.f(f"ck_{table}_months")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id_person"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("program", "import_index", name=f"uq_{table}_program_import_index"),
    )


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_draft"),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_single")),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_head"),
    )
    op.create_table(
        "ledger_line",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous_mac", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_line"),
    )
    op.create_index("ix_ledger_line_entity_entity_id", "ledger_line", ["entity", "entity_id"])

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reader_language", sa.String(length=2), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("surname_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("languages", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("interests_like", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("interests_want_to_try", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("interests_not_for_me", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("availability", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sector", sa.String(length=40), nullable=True),
        sa.Column("travel_mode", sa.String(length=40), nullable=True),
        sa.Column("travel_limit_km", sa.Double(), nullable=True),
        sa.Column("travel_remote_ok", sa.Boolean(), nullable=True),
        sa.Column("household_form", sa.String(length=40), nullable=True),
        sa.Column("children_bands", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("age_band", sa.String(length=40), nullable=True),
        sa.Column("gender", sa.String(length=40), nullable=True),
        sa.Column("access_needs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("contact", sa.String(length=40), nullable=True),
        sa.Column("stay_until", sa.Date(), nullable=True),
        sa.Column("interview_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "age_band IN ('18-24', '25-34', '35-44', '45-54', '55-64', '65+')",
            name=op.f("ck_person_age_band"),
        ),
        sa.CheckConstraint("contact IN ('any', 'text_only')", name=op.f("ck_person_contact")),
        sa.CheckConstraint("gender IN ('f', 'm', 'x')", name=op.f("ck_person_gender")),
        sa.CheckConstraint("reader_language IN ('fr', 'en')", name=op.f("ck_person_reader_language")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'interview_booked', 'interviewed', 'vetting', 'training', 'ready', 'declined', 'withdrawn')",
            name=op.f("ck_person_state"),
        ),
        sa.CheckConstraint("travel_mode IN ('car', 'bus', 'walk')", name=op.f("ck_person_travel_mode")),
        sa.CheckConstraint("travel_limit_km BETWEEN 0 AND 500", name=op.f("ck_person_travel_limit_km")),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email_index", name="uq_person_email_index"),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_by", sa.String(length=26), nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("pool_digest", sa.String(length=71), nullable=False),
        sa.Column("engine", sa.String(length=80), nullable=False),
        sa.Column("paired", sa.Integer(), nullable=False),
        sa.Column("unpaired", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "program IN ('sponsorship', 'interpreting', 'support', 'volunteering', 'professional', 'internship')",
            name=op.f("ck_round_program"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
    )
    op.create_index("ix_round_program_ran_at", "round", ["program", "ran_at"])

    op.create_table(
        "account",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_account_language")),
        sa.CheckConstraint(
            "role IN ('participant', 'coordinator', 'administrator')", name=op.f("ck_account_role")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email_index", name="uq_account_email_index"),
        sa.UniqueConstraint("person_id", name="uq_account_person_id"),
    )
    op.create_table(
        "authority_tie",
        sa.Column("holder_id", sa.String(length=26), nullable=False),
        sa.Column("subject_id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("holder_id <> subject_id", name=op.f("ck_authority_tie_two_people")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name="fk_authority_tie_holder_id_person"),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name="fk_authority_tie_subject_id_person"),
        sa.PrimaryKeyConstraint("holder_id", "subject_id", name="pk_authority_tie"),
    )
    op.create_index("ix_authority_tie_subject_id", "authority_tie", ["subject_id"])

    op.create_table(
        "clearance",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("issuer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=26), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('screening', 'training')", name=op.f("ck_clearance_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_clearance_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_clearance"),
    )
    op.create_index("ix_clearance_person_id", "clearance", ["person_id"])

    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("read_in", sa.String(length=2), nullable=False),
        sa.Column("was_read_aloud", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('program', 'matching', 'share_contact', 'statistics')",
            name=op.f("ck_consent_purpose"),
        ),
        sa.CheckConstraint("read_in IN ('fr', 'en')", name=op.f("ck_consent_read_in")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_consent_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])
    op.create_index(
        "uq_consent_in_force",
        "consent",
        ["person_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )

    op.create_table(
        "exclusion",
        sa.Column("one_id", sa.String(length=26), nullable=False),
        sa.Column("other_id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_exclusion_ordered")),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name="fk_exclusion_one_id_person"),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name="fk_exclusion_other_id_person"),
        sa.PrimaryKeyConstraint("one_id", "other_id", name="pk_exclusion"),
    )
    op.create_index("ix_exclusion_other_id", "exclusion", ["other_id"])

    op.create_table(
        "need",
        sa.Column("waiting_since", sa.Date(), nullable=False),
        sa.Column("pressing", sa.Boolean(), nullable=False),
        sa.Column("crisis_flag", sa.Boolean(), nullable=False),
        *shared_by_wishes("need"),
    )
    op.create_index("ix_need_person_id", "need", ["person_id"])

    op.create_table(
        "offer",
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("accepts_interpreter", sa.Boolean(), nullable=True),
        sa.Column("will_drive", sa.Boolean(), nullable=True),
        sa.Column("meets_access", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("accepts_children", sa.Boolean(), nullable=True),
        sa.Column("years_in_field_here", sa.Double(), nullable=True),
        sa.CheckConstraint("capacity BETWEEN 0 AND 100", name=op.f("ck_offer_capacity")),
        sa.CheckConstraint("places_taken BETWEEN 0 AND capacity", name=op.f("ck_offer_places_taken")),
        *shared_by_wishes("offer"),
    )
    op.create_index("ix_offer_person_id", "offer", ["person_id"])

    op.create_table(
        "forbidden_pair",
        sa.Column("need_id", sa.String(length=26), nullable=False),
        sa.Column("offer_id", sa.String(length=26), nullable=False),
        sa.Column("forbidden_by", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "forbidden_by IN ('coordinator', 'answer')", name=op.f("ck_forbidden_pair_forbidden_by")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_forbidden_pair_need_id_need"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_forbidden_pair_offer_id_offer"),
        sa.PrimaryKeyConstraint("need_id", "offer_id", name="pk_forbidden_pair"),
    )
    op.create_index("ix_forbidden_pair_offer_id", "forbidden_pair", ["offer_id"])

    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("about", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('registration_received', 'proposal_waiting', 'answer_waiting', 'both_accepted', 'proposal_closed')",
            name=op.f("ck_letter_kind"),
        ),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_letter_language")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_letter_attempts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_letter_account_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
    )
    op.create_index("ix_letter_about", "letter", ["about"])
    op.create_index("ix_letter_account_id", "letter", ["account_id"])

    op.create_table(
        "pairing",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("need_id", sa.String(length=26), nullable=False),
        sa.Column("offer_id", sa.String(length=26), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("round_id", sa.String(length=26), nullable=True),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("contributions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("crossed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hand_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=26), nullable=True),
        sa.Column("answers_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_answer", sa.String(length=40), nullable=True),
        sa.Column("offer_answer", sa.String(length=40), nullable=True),
        sa.Column("need_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_meeting_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_meeting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("need_answer IN ('yes', 'no', 'talk')", name=op.f("ck_pairing_need_answer")),
        sa.CheckConstraint("offer_answer IN ('yes', 'no', 'talk')", name=op.f("ck_pairing_offer_answer")),
        sa.CheckConstraint("origin IN ('engine', 'hand')", name=op.f("ck_pairing_origin")),
        sa.CheckConstraint(
            "state IN ('suggested', 'under_review', 'approved', 'awaiting_answers', 'accepted', 'first_meeting_planned', 'trial', 'active', 'suspended', 'renewed', 'completed', 'ended_early', 'rejected', 'declined_by_one', 'put_back', 'no_show', 'expired', 'withdrawn')",
            name=op.f("ck_pairing_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'awaiting_answers', 'accepted', 'first_meeting_planned', 'no_show', 'trial', 'active', 'renewed', 'suspended') OR approved_at IS NOT NULL",
            name=op.f("ck_pairing_approved_by_someone"),
        ),
        sa.CheckConstraint("worth BETWEEN 0 AND 1000000", name=op.f("ck_pairing_worth")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_pairing_need_id_need"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_pairing_offer_id_offer"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_pairing_round_id_round"),
        sa.PrimaryKeyConstraint("id", name="pk_pairing"),
    )
    op.create_index("ix_pairing_need_id", "pairing", ["need_id"])
    op.create_index("ix_pairing_offer_id", "pairing", ["offer_id"])
    op.create_index("ix_pairing_round_id", "pairing", ["round_id"])
    op.create_index("ix_pairing_state", "pairing", ["state"])
    op.create_index(
        "uq_pairing_need_in_force",
        "pairing",
        ["need_id"],
        unique=True,
        sqlite_where=sa.text(IN_FORCE),
        postgresql_where=sa.text(IN_FORCE),
    )
    op.create_index(
        "uq_pairing_open_pair",
        "pairing",
        ["need_id", "offer_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_account_id_account"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in"),
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])
    op.bulk_insert(
        sa.table("ledger_head", sa.column("id"), sa.column("seq"), sa.column("mac")),
        [{"id": 1, "seq": 0, "mac": "0" * 64}],
    )
    if op.get_bind().dialect.name == "postgresql":
        guard_ledger_on_postgresql()
    else:
        guard_ledger_on_sqlite()


def guard_ledger_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for when in ("UPDATE OR DELETE", "TRUNCATE"):
        op.execute(
            f"CREATE TRIGGER ledger_line_{when.split()[0].lower()} BEFORE {when} ON ledger_line "
            f"FOR EACH {'STATEMENT' if when == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION refuse_change()"
        )


def guard_ledger_on_sqlite() -> None:
    for when in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ledger_line_{when.lower()} BEFORE {when} ON ledger_line "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    newest_first = (
        "sign_in pairing letter forbidden_pair offer need exclusion consent clearance authority_tie account round "
        "person ledger_line ledger_head draft"
    )
    for table in newest_first.split():
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
