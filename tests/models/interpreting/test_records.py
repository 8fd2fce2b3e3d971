"""What an interpreter gives, changed by herself or by the office for her: who is told, and what stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import interpreting
from models.interpreting import Language
from models.tables import Account, Booking, Call, Letter
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO

SATURDAYS = replace(bank.SHEET, availability=(("sat_am",),))
Q_EQCHI = replace(
    bank.SHEET, languages=(Language(code="kek", level="native"), Language(code="fra", level="B2"))
)


@pytest.mark.parametrize("by_herself", [True, False])
def test_what_the_office_changes_for_her_is_told_by_letter_and_never_by_a_call(session, by_herself):
    ximena, paula = bank.interpreter(session), bank.interpreter(session, "Paula", email=None)
    for who in (ximena, paula):
        by = who.actor if by_herself else COORDINATOR
        interpreting.update_interpreter(session, who.person, SATURDAYS, by=by, at=AT)
    session.flush()
    told = select(Account.person_id).join(Letter).where(Letter.kind == "offer_changed")
    assert list(session.scalars(told)) == ([] if by_herself else [ximena.person])
    assert session.scalar(select(Call.id)) is None


def test_what_she_took_stands_in_the_next_plan_and_what_is_new_goes_by_what_she_gives_now(session):
    who = bank.interpreter(session)
    held = bank.confirmed(session, who)
    interpreting.update_interpreter(session, who.person, Q_EQCHI, **DO)
    new = [
        bank.request(session, from_language=code, start=bank.START + timedelta(days=days)).id
        for days, code in enumerate(("spa", "kek"), 1)
    ]
    interpreting.plan_horizon(session, AT, AT + timedelta(days=14), **DO)
    asked = session.scalars(select(Booking.appointment_id).where(Booking.state == "asked")).all()
    assert (held.state, asked) == ("confirmed", new[1:])
