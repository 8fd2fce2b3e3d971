"""Whom no letter reaches is called: what is owed, what is ticked, and what is too late to be said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from models import calls, casework, interpreting
from models.actor import SYSTEM
from models.casework import erasure
from models.errors import Forbidden, Unknown
from models.queries.calls import calls_page, owed
from models.queries.tasks import tasks_of
from models.tables import Call, Letter, Offer
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO


@pytest.fixture
def ximena(session):
    return bank.interpreter(session)


@pytest.fixture
def amina(session):
    """Somebody who gave no address."""
    return office.newcomer(session, email=None)


def told(session, at=AT):
    return [
        (one.about.side, one.kind.removeprefix("interpreting_"), one.name.split()[0])
        for one in owed(session, at)
    ]


@pytest.mark.parametrize("email", [None, "amina@example.org"])
@pytest.mark.parametrize(
    ("setting", "is_called"),
    [
        ("domestic_violence", True),
        ("mental_health_crisis", True),
        ("court", False),
        ("school_meeting", False),
    ],
)
def test_whoever_may_be_in_danger_is_called_at_once_with_an_address_or_without(
    session, email, setting, is_called
):
    amina = office.newcomer(session, email=email)
    bank.request(session, amina, by=amina.actor, setting=setting)
    later = bank.START + timedelta(days=3)  # a call of this kind never comes too late
    assert [(one.due, one.is_of_danger) for one in owed(session, later)] == [(AT, True)] * is_called
    kinds = [task.kind for task in tasks_of(session, AT.date()) if task.person_id == amina.person]
    assert ("danger" in kinds) == is_called
    if is_called:
        calls.note(session, owed(session, AT)[0].id, **DO)
        assert owed(session, AT) == ()


@pytest.mark.parametrize(("setting", "is_called"), [("domestic_violence", True), ("court", False)])
def test_whoever_may_be_in_danger_is_called_for_a_text_too(session, amina, setting, is_called):
    sheet = interpreting.TranslationSheet(
        from_language="spa", pages=1, deadline=date(2026, 3, 20), setting=setting, person_id=amina.person
    )
    interpreting.request_translation(session, sheet, by=amina.actor, at=AT)
    assert [one.person_id for one in owed(session, AT) if one.is_of_danger] == [amina.person] * is_called


def test_whoever_may_be_in_danger_is_called_before_those_whose_time_is_over(session, ximena, amina):
    bank.confirmed(session, ximena, amina)
    noor = office.newcomer(session, "Noor")
    sheet = replace(bank.ASKED, person_id=noor.person, setting="domestic_violence")
    late = AT + timedelta(days=2)
    interpreting.request_appointment(session, sheet, by=noor.actor, at=late)
    assert [one.name.split()[0] for one in owed(session, late)] == ["Noor", "Amina"]


def test_the_office_that_asks_for_whoever_may_be_in_danger_owes_itself_no_call(session, amina):
    bank.request(session, amina, setting="domestic_violence")
    assert owed(session, AT) == ()


def test_who_has_an_address_is_written_to_and_who_has_none_is_called(session, ximena, amina):
    bank.confirmed(session, ximena, amina)
    assert told(session) == [("requester", "news", "Amina")]
    (call,) = owed(session, AT)
    assert (call.about.state, call.about.other, call.start) == ("assigned", "Ximena", bank.START)


def test_an_interpreter_without_address_is_asked_on_the_telephone_before_her_answer_is_due(session):
    paula = bank.interpreter(session, "Paula", email=None)
    booking = bank.asked(session, bank.newcomer(session))
    (call,) = owed(session, AT)
    assert (call.kind, call.person_id, call.due) == ("interpreting_offer", paula.person, booking.answer_due)
    interpreting.take(session, booking.id, **DO)
    assert told(session) == []  # she said so on the telephone


def test_each_is_called_the_day_before_and_two_hours_before_and_never_for_what_is_too_late(
    session, ximena, amina
):
    booking = bank.confirmed(session, ximena, amina)
    for call in owed(session, AT):
        calls.note(session, call.id, **DO)

    def after(hours):
        at = booking.begins - timedelta(hours=hours)
        interpreting.remind_bookings(session, by=SYSTEM, at=at)
        return [kind for _, kind, _ in told(session, at)]

    assert [after(hours) for hours in (25, 23, 22, 2, 1)] == [
        [],
        ["tomorrow"],
        ["tomorrow"],
        ["soon"],
        ["soon"],
    ]
    assert after(-2) == ["sign"]
    kinds = session.scalars(select(Call.kind).where(Call.called_at.is_(None)))
    assert list(kinds) == ["interpreting_sign"]


def test_what_is_cancelled_is_not_reminded_of_but_told(session, ximena, amina):
    booking = bank.confirmed(session, ximena, amina)
    interpreting.remind_bookings(session, by=SYSTEM, at=booking.begins - timedelta(hours=20))
    interpreting.cancel_booking(session, booking.id, **ximena.does)
    assert told(session) == [("requester", "news", "Amina")]
    assert owed(session, AT)[0].about.state == "searching"


def test_what_the_office_cancels_or_sends_elsewhere_is_told_even_where_nobody_was_booked(session, amina):
    for act in (interpreting.cancel_appointment, interpreting.refer):
        act(session, bank.request(session, amina).id, **DO)
    assert [one.about.state for one in owed(session, AT)] in (
        ["cancelled", "referred_professional"],
        ["referred_professional", "cancelled"],
    )


def test_who_signs_at_the_office_is_not_called_to_sign(session, ximena, amina):
    booking = bank.confirmed(session, ximena, amina)
    at = bank.after(booking)
    interpreting.remind_bookings(session, by=SYSTEM, at=at)
    assert ("requester", "sign", "Amina") in told(session, at)
    interpreting.sign_service(session, booking.id, 60, side="requester", by=COORDINATOR, at=at)
    assert ("requester", "sign", "Amina") not in told(session, at)


def test_a_tick_is_told_to_the_ledger_and_taken_back(session, ximena, amina):
    bank.confirmed(session, ximena, amina)
    (call,) = owed(session, AT)
    calls.note(session, call.id, **DO)
    page = calls_page(session, AT + timedelta(hours=1))
    assert (page.owed, [one.id for one in page.made]) == ((), [call.id])
    calls.take_back(session, call.id, **DO)
    page = calls_page(session, AT + timedelta(hours=1))
    assert ([one.id for one in page.owed], page.made) == ([call.id], ())


def test_the_same_is_owed_once(session, ximena, amina):
    bank.confirmed(session, ximena, amina)
    calls.owe(
        session, [amina.person], "interpreting_news", at=AT, about=owed(session, AT)[0].about.appointment_id
    )
    session.flush()
    assert len(owed(session, AT)) == 1


def test_nobody_calls_who_left_and_her_calls_go_when_she_is_erased(session, ximena, amina):
    bank.confirmed(session, ximena, amina)
    casework.withdraw_consent(session, amina.person, "program", **amina.does)
    assert told(session) == []
    erasure.erase(session, amina.person, **DO)
    assert list(session.scalars(select(Call.id))) == []


def test_only_the_office_ticks(session, ximena, amina):
    bank.confirmed(session, ximena, amina)
    (call,) = owed(session, AT)
    for verb in (calls.note, calls.take_back):
        with pytest.raises(Forbidden):
            verb(session, call.id, **ximena.does)
        with pytest.raises(Unknown):
            verb(session, "nobody", **DO)


def test_what_one_person_has_to_hear_stands_together_and_first_whom_it_presses_most(session, amina):
    basile = office.newcomer(session, "Basile", email=None)
    for hours, person in enumerate((amina, basile, amina)):
        about, at = bank.request(session, person).id, AT + timedelta(hours=hours)
        calls.owe(session, [person.person], "interpreting_news", at=at, about=about)
    session.flush()
    assert [name for _, _, name in told(session)] == ["Amina", "Amina", "Basile"]


@pytest.fixture
def proposed(session, amina):
    """Amina and Rosalie, to whom a letter goes, are asked whether they want to meet."""
    pairing = office.proposal(session, amina, office.sponsor(session, "Rosalie"))
    return casework.approve(session, pairing.id, pairing.version, **DO)


def heard(session, at=AT):
    return [(one.kind, one.name.split()[0], one.about.other.split()[0]) for one in owed(session, at)]


def test_a_proposal_is_told_on_the_telephone_to_whom_no_letter_reaches(session, amina, proposed):
    assert heard(session) == [("proposal_waiting", "Amina", "Rosalie")]
    (call,) = owed(session, AT)
    assert (call.due, call.about.pairing_id) == (AT + timedelta(days=1), proposed.id)
    assert {call.person_id, call.about.other_id} == set(calls_page(session, AT).people)
    casework.answer(session, proposed.id, amina.person, "talk", **DO)
    assert heard(session) == []


def test_who_was_not_reached_yet_is_not_reminded_and_who_was_is_reminded_once(session, proposed):
    late = proposed.answers_due - timedelta(days=1)
    casework.remind(session, by=SYSTEM, at=late)
    assert heard(session) == [("proposal_waiting", "Amina", "Rosalie")]
    for kind in ("proposal_waiting", "answer_waiting"):
        (call,) = owed(session, late)
        assert (call.kind, call.due <= proposed.answers_due) == (kind, True)
        calls.note(session, call.id, **DO)
        session.execute(delete(Letter))  # what Rosalie was written keeps nobody from being reminded
        casework.remind(session, by=SYSTEM, at=late)
    assert heard(session, late) == []


def test_of_what_is_over_hears_nobody_who_never_heard_of_it(session, proposed):
    casework.answer(session, proposed.id, giver_of(session, proposed), "no", **DO)
    assert heard(session) == []  # nobody had told her that anything had begun


def test_who_was_told_of_a_proposal_is_told_that_it_is_closed_while_it_is_news(session, proposed):
    calls.note(session, owed(session, AT)[0].id, **DO)
    casework.answer(session, proposed.id, giver_of(session, proposed), "no", **DO)
    assert heard(session) == [("proposal_closed", "Amina", "Rosalie")]
    assert heard(session, AT + timedelta(days=14)) == [("proposal_closed", "Amina", "Rosalie")]
    assert heard(session, AT + timedelta(days=16)) == []


def test_who_said_no_on_the_telephone_is_not_called_to_hear_it(session, amina, proposed):
    calls.note(session, owed(session, AT)[0].id, **DO)
    casework.answer(session, proposed.id, amina.person, "no", **DO)
    assert heard(session) == []


def test_what_lapsed_is_told_within_a_day_and_is_not_late_at_once(session, proposed):
    calls.note(session, owed(session, AT)[0].id, **DO)
    at = proposed.answers_due + timedelta(hours=1)
    casework.lapse(session, by=SYSTEM, at=at)
    assert [(one.kind, one.due) for one in owed(session, at)] == [("proposal_closed", at + timedelta(days=1))]


def giver_of(session, pairing):
    """Give the person who offers."""
    return session.get_one(Offer, pairing.offer_id).person_id
