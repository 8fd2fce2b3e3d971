"""The bank of interpreters: offers, appointments, bookings, translations, plans.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW_LETTERS = (
    "interpreting_offer",
    "interpreting_news",
    "interpreting_tomorrow",
    "interpreting_soon",
    "interpreting_sign",
)
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
)
TABLES = (
    "calendar_feed",
    "booking",
    "translation",
    "time_exception",
    "reserve",
    "appointment",
    "interpreter",
    "plan",
)
NO_TWO_AT_ONCE = """
ALTER TABLE booking ADD CONSTRAINT booking_no_two_at_once
EXCLUDE USING gist (int8range(stretch_begin, stretch_end) WITH &&)
WHERE (state IN ('taken', 'confirmed', 'done'))
"""


def upgrade() -> None:
    _say_letters((*OLD_LETTERS, *NEW_LETTERS))
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_by", sa.String(length=26), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("unfilled", sa.Integer(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("begins < ends", name=op.f("ck_plan_forward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_ran_at", "plan", ["ran_at"], unique=False)
    op.create_table(
        "interpreter",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("languages", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("modes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("availability", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("trained_for", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("max_hours_day", sa.Integer(), nullable=True),
        sa.Column("max_hours_month", sa.Integer(), nullable=True),
        sa.Column("code_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_version", sa.String(length=40), nullable=True),
        sa.CheckConstraint("max_hours_day BETWEEN 1 AND 24", name=op.f("ck_interpreter_max_hours_day")),
        sa.CheckConstraint("max_hours_month BETWEEN 1 AND 200", name=op.f("ck_interpreter_max_hours_month")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_interpreter_offer_id_offer")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interpreter_person_id_person")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_interpreter")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_interpreter_offer_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_interpreter_person_id")),
    )
    op.create_table(
        "appointment",
        sa.Column("pairing_id", sa.String(length=26), nullable=True),
        sa.Column("dialect", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("modes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=True),
        sa.Column("place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("gender_request", sa.String(length=40), nullable=True),
        sa.Column("same_as_before", sa.Boolean(), nullable=False),
        sa.Column("also_speaks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("relay_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("avoid", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("only", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("prefer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shortfall", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cancelled_side", sa.String(length=40), nullable=True),
        sa.Column("notice_minutes", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=26), nullable=True),
        sa.Column("organisation_id", sa.String(length=26), nullable=True),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("from_language", sa.String(length=40), nullable=False),
        sa.Column("to_language", sa.String(length=40), nullable=False),
        sa.Column("setting", sa.String(length=40), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "cancelled_side IN ('interpreter', 'requester', 'office')",
            name=op.f("ck_appointment_cancelled_side"),
        ),
        sa.CheckConstraint("gender_request IN ('f', 'm', 'x')", name=op.f("ck_appointment_gender_request")),
        sa.CheckConstraint(
            "level IN ('A0', 'A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native')", name=op.f("ck_appointment_level")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'searching', 'offered', 'assigned', 'done', 'referred_professional', 'unfilled', 'no_show', 'cancelled')",
            name=op.f("ck_appointment_state"),
        ),
        sa.CheckConstraint("from_language <> to_language", name=op.f("ck_appointment_two_languages")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_appointment_minutes")),
        sa.CheckConstraint("urgency BETWEEN 1 AND 12", name=op.f("ck_appointment_urgency")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_appointment_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_appointment_pairing_id_pairing")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_asked_by"), "appointment", ["asked_by"], unique=False)
    op.create_index(op.f("ix_appointment_organisation_id"), "appointment", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_appointment_person_id"), "appointment", ["person_id"], unique=False)
    op.create_index(op.f("ix_appointment_start"), "appointment", ["start"], unique=False)
    op.create_index(op.f("ix_appointment_state"), "appointment", ["state"], unique=False)
    op.create_index(
        "uq_appointment_of_pairing",
        "appointment",
        ["pairing_id", "start"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'searching', 'offered', 'assigned')"),
        postgresql_where=sa.text("state IN ('requested', 'searching', 'offered', 'assigned')"),
    )
    op.create_table(
        "reserve",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("interpreter", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter"], ["interpreter.number"], name=op.f("fk_reserve_interpreter_interpreter")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reserve_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "interpreter", name=op.f("pk_reserve")),
    )
    op.create_index(op.f("ix_reserve_interpreter"), "reserve", ["interpreter"], unique=False)
    op.create_table(
        "time_exception",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("interpreter", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('away', 'free')", name=op.f("ck_time_exception_kind")),
        sa.CheckConstraint("begins < ends", name=op.f("ck_time_exception_forward")),
        sa.ForeignKeyConstraint(
            ["interpreter"], ["interpreter.number"], name=op.f("fk_time_exception_interpreter_interpreter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_exception")),
    )
    op.create_index(
        "ix_time_exception_interpreter_ends", "time_exception", ["interpreter", "ends"], unique=False
    )
    op.create_table(
        "translation",
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("second_reader", sa.Boolean(), nullable=False),
        sa.Column("translator", sa.Integer(), nullable=True),
        sa.Column("reader", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=26), nullable=True),
        sa.Column("organisation_id", sa.String(length=26), nullable=True),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("from_language", sa.String(length=40), nullable=False),
        sa.Column("to_language", sa.String(length=40), nullable=False),
        sa.Column("setting", sa.String(length=40), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'taken', 'second_reading', 'done', 'unfilled', 'referred_professional', 'cancelled')",
            name=op.f("ck_translation_state"),
        ),
        sa.CheckConstraint("from_language <> to_language", name=op.f("ck_translation_two_languages")),
        sa.CheckConstraint("pages BETWEEN 1 AND 500", name=op.f("ck_translation_pages")),
        sa.CheckConstraint("translator <> reader", name=op.f("ck_translation_two_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_translation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_translation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reader"], ["interpreter.number"], name=op.f("fk_translation_reader_interpreter")
        ),
        sa.ForeignKeyConstraint(
            ["translator"], ["interpreter.number"], name=op.f("fk_translation_translator_interpreter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation")),
    )
    op.create_index(op.f("ix_translation_asked_by"), "translation", ["asked_by"], unique=False)
    op.create_index(op.f("ix_translation_deadline"), "translation", ["deadline"], unique=False)
    op.create_index(op.f("ix_translation_organisation_id"), "translation", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_translation_person_id"), "translation", ["person_id"], unique=False)
    op.create_index(op.f("ix_translation_reader"), "translation", ["reader"], unique=False)
    op.create_index(op.f("ix_translation_state"), "translation", ["state"], unique=False)
    op.create_index(op.f("ix_translation_translator"), "translation", ["translator"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("appointment_id", sa.String(length=26), nullable=False),
        sa.Column("interpreter", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("via", sa.String(length=40), nullable=True),
        sa.Column("close_language", sa.String(length=40), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stretch_begin", sa.BigInteger(), nullable=False),
        sa.Column("stretch_end", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interpreter_minutes", sa.Integer(), nullable=True),
        sa.Column("interpreter_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requester_minutes", sa.Integer(), nullable=True),
        sa.Column("requester_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requester_signed_by", sa.String(length=26), nullable=True),
        sa.Column("cancelled_side", sa.String(length=40), nullable=True),
        sa.Column("notice_minutes", sa.Integer(), nullable=True),
        sa.Column("absent_side", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "absent_side IN ('interpreter', 'requester')", name=op.f("ck_booking_absent_side")
        ),
        sa.CheckConstraint(
            "cancelled_side IN ('interpreter', 'requester', 'office')", name=op.f("ck_booking_cancelled_side")
        ),
        sa.CheckConstraint("mode IN ('in_person', 'phone', 'video')", name=op.f("ck_booking_mode")),
        sa.CheckConstraint(
            "state <> 'done' OR (interpreter_signed_at IS NOT NULL AND requester_signed_at IS NOT NULL AND interpreter_minutes = requester_minutes)",
            name=op.f("ck_booking_signed_by_both"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'standby', 'taken', 'confirmed', 'declined', 'lapsed', 'cancelled', 'no_show', 'done')",
            name=op.f("ck_booking_state"),
        ),
        sa.CheckConstraint("begins < ends", name=op.f("ck_booking_forward")),
        sa.CheckConstraint(
            "interpreter_minutes BETWEEN 0 AND 2880", name=op.f("ck_booking_interpreter_minutes")
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 2880", name=op.f("ck_booking_minutes")),
        sa.CheckConstraint("requester_minutes BETWEEN 0 AND 2880", name=op.f("ck_booking_requester_minutes")),
        sa.CheckConstraint(
            "stretch_begin / 17179869184 = interpreter AND stretch_end / 17179869184 = interpreter",
            name=op.f("ck_booking_of_her_own"),
        ),
        sa.CheckConstraint("stretch_begin < stretch_end", name=op.f("ck_booking_stretch")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_booking_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["interpreter"], ["interpreter.number"], name=op.f("fk_booking_interpreter_interpreter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    op.create_index(op.f("ix_booking_answer_due"), "booking", ["answer_due"], unique=False)
    op.create_index(op.f("ix_booking_appointment_id"), "booking", ["appointment_id"], unique=False)
    op.create_index("ix_booking_interpreter_begins", "booking", ["interpreter", "begins"], unique=False)
    op.create_index(op.f("ix_booking_state"), "booking", ["state"], unique=False)
    op.create_index(
        "uq_booking_asked",
        "booking",
        ["appointment_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked')"),
        postgresql_where=sa.text("state IN ('asked')"),
    )
    op.create_index(
        "uq_booking_kept",
        "booking",
        ["appointment_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('taken', 'confirmed', 'done')"),
        postgresql_where=sa.text("state IN ('taken', 'confirmed', 'done')"),
    )
    op.create_index(
        "uq_booking_open_pair",
        "booking",
        ["appointment_id", "interpreter"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'standby', 'taken', 'confirmed')"),
        postgresql_where=sa.text("state IN ('asked', 'standby', 'taken', 'confirmed')"),
    )

    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_calendar_feed_account_id_account"),
        sa.PrimaryKeyConstraint("account_id", name="pk_calendar_feed"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NO_TWO_AT_ONCE)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    letter = sa.table("letter", sa.column("kind"))
    op.execute(letter.delete().where(letter.c.kind.in_(NEW_LETTERS)))
    _say_letters(OLD_LETTERS)


def _say_letters(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")
