"""« Dans l'heure »: an interpreter who was only asked for another appointment is moved to a pressing one, in one act."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from models import interpreting
from models.actor import Actor
from models.errors import Forbidden, NotAllowedNow, Stale
from models.interpreting.rows import interpreter_of, person_of
from models.queries.interpreting import answer
from models.tables import Account, Appointment, Booking, Letter, Reserve
from tests.models.interpreting import bank
from tests.models.office import AT, DO
from tests.web import desk

KEKCHI = (interpreting.Language(code="kek", level="native"), *bank.SPANISH)
"""What Ximena alone speaks, beside the Spanish that others speak too."""


@pytest.fixture
def ximena(session):
    return bank.interpreter(session, languages=KEKCHI)


def asked_of(session, who, name="Amina", **changes):
    """An appointment in Spanish for which one interpreter is asked."""
    appointment = bank.request(session, bank.newcomer(session, name), **changes)
    return interpreting.ask(session, appointment.id, who.person, **DO)


def pressing(session, **changes):
    """An appointment that Ximena alone could take, and at the same hour."""
    usual = {"from_language": "kek", "start": bank.START + timedelta(minutes=15), "urgency": 12}
    return bank.request(session, **usual | changes).id


def told(session, appointment, who):
    """What the page shows of freeing somebody; None where she cannot be."""
    found = answer.urgent(session, appointment, AT).freed
    return next((one.as_told for one in found if one.free.person_id == who.person), None)


def who_is_asked(session, appointment):
    held = [one for one in bank.bookings_of(session, appointment) if one.state == "asked"]
    return [person_of(session, one.interpreter) for one in held]


def letters(session, who):
    chosen = select(Letter.kind).join(Account, Account.id == Letter.account_id)
    about = chosen.where(Account.person_id == who.person, Letter.kind.startswith("interpreting"))
    return sorted(session.scalars(about))


def test_one_act_asks_her_and_gives_what_she_was_asked_for_to_its_second_choice(session, ximena):
    first = asked_of(session, ximena)
    yolanda, wanted = bank.interpreter(session, "Yolanda"), pressing(session)
    moves = told(session, wanted, ximena)
    assert moves == {first.appointment_id: yolanda.person}
    booking = interpreting.make_room(session, wanted, ximena.person, moves, **DO)
    assert (first.state, first.cancelled_side, booking.state) == ("cancelled", "office", "asked")
    assert who_is_asked(session, wanted) == [ximena.person]
    assert who_is_asked(session, first.appointment_id) == [yolanda.person]
    states = [session.get(Appointment, one).state for one in (wanted, first.appointment_id)]
    assert states == ["offered", "offered"]
    assert letters(session, ximena) == ["interpreting_news", "interpreting_offer"]
    assert letters(session, yolanda) == ["interpreting_offer"]
    interpreting.take(session, booking.id, **ximena.does)


def test_where_nobody_else_is_free_what_gives_way_stays_without_and_says_why(session, ximena):
    first, wanted = asked_of(session, ximena), pressing(session)
    moves = told(session, wanted, ximena)
    assert moves == {first.appointment_id: None}
    interpreting.make_room(session, wanted, ximena.person, moves, **DO)
    left = session.get(Appointment, first.appointment_id)
    assert (left.state, who_is_asked(session, left.id)) == ("searching", [])
    assert left.shortfall["reason"]


@pytest.mark.parametrize("wish", ["gender_request", "level", "avoid"])
def test_the_second_choice_keeps_every_wish_of_whom_it_is_for(session, ximena, wish):
    """Yolanda would be free, but not for this person: she is no second choice."""
    plain = bank.interpreter(
        session,
        "Yolanda",
        gender="m",
        languages=(interpreting.Language(code="spa", level="B2"), bank.SPANISH[1]),
    )
    wishes = {"gender_request": "f", "level": "C2", "avoid": (plain.person,)}
    first = asked_of(session, ximena, **{wish: wishes[wish]})
    assert told(session, pressing(session), ximena) == {first.appointment_id: None}


def test_nobody_is_moved_to_a_person_whom_she_knows(session, ximena):
    first = asked_of(session, ximena)
    yolanda, wanted = bank.interpreter(session, "Yolanda"), pressing(session)
    number = interpreter_of(session, yolanda.person).number
    person = bank.appointment_of(session, first).person_id
    session.add(Reserve(person_id=person, interpreter=number, since=AT))
    session.flush()
    assert told(session, wanted, ximena) == {first.appointment_id: None}


def test_a_plan_that_changed_since_the_page_was_opened_is_not_decided_on(session, ximena):
    first = asked_of(session, ximena)
    yolanda, wanted = bank.interpreter(session, "Yolanda"), pressing(session)
    moves = told(session, wanted, ximena)
    busy = bank.request(session, bank.newcomer(session, "Clara"), start=bank.START)
    interpreting.take(session, interpreting.ask(session, busy.id, yolanda.person, **DO).id, **yolanda.does)
    with pytest.raises(Stale):
        interpreting.make_room(session, wanted, ximena.person, moves, **DO)
    assert (first.state, session.get(Appointment, wanted).state) == ("asked", "searching")


def test_what_was_taken_is_never_moved_nor_is_anybody_moved_twice(session, ximena):
    first, wanted = asked_of(session, ximena), pressing(session)
    moves = told(session, wanted, ximena)
    booking = interpreting.make_room(session, wanted, ximena.person, moves, **DO)
    with pytest.raises(NotAllowedNow):
        interpreting.make_room(session, wanted, ximena.person, moves, **DO)
    interpreting.take(session, booking.id, **ximena.does)
    other = pressing(session, start=bank.START + timedelta(minutes=30))
    assert told(session, other, ximena) is None
    with pytest.raises(Stale):
        interpreting.make_room(session, other, ximena.person, {first.appointment_id: None}, **DO)


def test_only_the_office_makes_room(session, ximena):
    wanted = pressing(session)
    for by in (ximena.actor, Actor(account_id="agent", role="agent", organisation_id="x" * 26)):
        with pytest.raises(Forbidden):
            interpreting.make_room(session, wanted, ximena.person, {}, by=by, at=AT)


def test_several_bookings_in_the_way_are_all_moved(session, ximena):
    names = {"Amina": bank.START, "Basile": bank.START + timedelta(minutes=105)}
    held = [asked_of(session, ximena, name, start=start, minutes=30) for name, start in names.items()]
    yolanda = bank.interpreter(session, "Yolanda")
    wanted = pressing(session, start=bank.START + timedelta(minutes=45), minutes=45)
    moves = told(session, wanted, ximena)
    assert moves == {one.appointment_id: yolanda.person for one in held}
    interpreting.make_room(session, wanted, ximena.person, moves, **DO)
    assert [one.state for one in held] == ["cancelled", "cancelled"]
    states = list(session.scalars(select(Booking.state).order_by(Booking.state)))
    assert states == ["asked"] * 3 + ["cancelled"] * 2


MOST_QUESTIONS = 20


def test_the_answer_asks_as_much_of_a_large_bank_as_of_a_small_one(session, ximena):
    asked_of(session, ximena)
    wanted = pressing(session)

    def questions():
        session.flush()
        session.expire_all()
        with desk.questions(SimpleNamespace(engine=session.get_bind())) as sent:
            answer.urgent(session, wanted, AT)
        return len(sent)

    few = questions()
    for name in ["Yolanda", "Zohra", "Wilma", "Vera", "Uma", "Thea"]:
        who = bank.interpreter(session, name)
        asked_of(session, who, f"Ami {name}", start=bank.START + timedelta(hours=len(name)))
    assert questions() == few <= MOST_QUESTIONS
