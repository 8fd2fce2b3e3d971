"""Two bookings at the same instant: one interpreter, one time, by the verbs and past them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from matcher.appointments import records
from models import interpreting
from models.errors import CaseworkError
from models.interpreting import asking
from models.interpreting.changing import arrangement_of
from models.invariants import check_invariants
from models.tables import Appointment, Booking
from tests.conftest import EMPTYING
from tests.models.interpreting import bank
from tests.models.office import AT, DO
from tests.models.racing import PATIENCE, patient
from tests.models.test_faults import everything, fails_at
from tests.snapshots import Snapshot
from tests.tries import FULL, tries

STRIDE = 1 if tries() >= FULL else 7


@pytest.fixture
def two(db_url):
    databases = [patient(db_url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:

        def together(*deeds):
            barrier = Barrier(2)
            started = [
                pool.submit(act, database, barrier, deed)
                for database, deed in zip(databases, deeds, strict=True)
            ]
            return sorted(one.result(PATIENCE) for one in started)

        yield together
    for database in databases:
        database.dispose()


def act(database, barrier, deed):
    barrier.wait(PATIENCE)
    try:
        with database.writing() as session:
            deed(session)
    except CaseworkError as error:
        return type(error).__name__
    return "done"


def offer(session, who, start):
    """Ask one interpreter for an appointment, whatever else she was asked for."""
    asked = bank.request(session, start=start)
    one = records.Assigned(
        appointment=asked.id, interpreter=who.person, mode="phone", via=None, minutes=60, worth=0
    )
    return asking.offer_to(session, session.get(Appointment, asked.id), one, **DO).id


def taking(booking, who):
    return lambda session: interpreting.take(session, booking, **who.does)


@pytest.mark.parametrize("apart", [0, 89])
def test_of_two_offers_of_one_time_an_interpreter_takes_one(db, two, apart, tmp_path):
    """An hour, then half an hour between: eighty-nine minutes after the first begins it is still too near."""
    starts = (bank.START, bank.START + timedelta(minutes=apart))
    with db.writing() as session:
        who = bank.interpreter(session)
        bookings = [offer(session, who, start) for start in starts]
    beginning = Snapshot(db, tmp_path)
    for _ in range(tries()):
        beginning.bring_back()
        came = two(*(taking(booking, who) for booking in bookings))
        assert came in (["NotAllowedNow", "done"], ["Barred", "done"])
        with db.reading() as session:
            states = sorted(session.get(Booking, booking).state for booking in bookings)
            assert states == ["cancelled", "confirmed"]
        assert_sound(db)


def test_taking_and_cancelling_at_once_leave_no_half(db, two, tmp_path):
    with db.writing() as session:
        who, person = bank.interpreter(session), bank.newcomer(session)
        booking = bank.asked(session, person)
        key, appointment = booking.id, booking.appointment_id

    def cancel(session):
        interpreting.cancel_appointment(session, appointment, **person.does)

    beginning = Snapshot(db, tmp_path)
    for _ in range(tries()):
        beginning.bring_back()
        assert two(taking(key, who), cancel) in (["done", "done"], ["NotAllowedNow", "done"])
        with db.reading() as session:
            assert session.get(Appointment, appointment).state == "cancelled"
            assert session.get(Booking, key).state == "cancelled"
        assert_sound(db)


def changing(appointment, person):
    def deed(session):
        stands = arrangement_of(session, session.get_one(Appointment, appointment))
        wanted = replace(stands, start=stands.start + timedelta(days=1))
        later = person.does | {"at": AT + timedelta(minutes=1)}
        interpreting.change_appointment(session, appointment, wanted, **later)

    return deed


def test_nobody_takes_an_hour_that_is_moved_at_that_instant(db, two, tmp_path):
    with db.writing() as session:
        who, person = bank.interpreter(session), bank.newcomer(session)
        booking = bank.asked(session, person)
        key, appointment = booking.id, booking.appointment_id
    beginning = Snapshot(db, tmp_path)
    for _ in range(tries()):
        beginning.bring_back()
        came = two(taking(key, who), changing(appointment, person))
        assert came in (["done", "done"], ["NotAllowedNow", "done"])
        with db.reading() as session:
            assert session.get(Booking, key).state == "cancelled"
            assert session.get(Appointment, appointment).state == "offered"
        assert_sound(db)


def assert_whole_or_nothing(db, unit):
    """A unit that fails at any statement leaves all as it was; else it changes something."""
    before, number = everything(db), 1
    while fails_at(db, number, unit):
        assert everything(db) == before
        number += STRIDE
    assert number > STRIDE
    assert everything(db) != before


def assert_sound(db):
    with db.reading() as session:
        assert check_invariants(session) == []


def test_postgresql_itself_refuses_two_bookings_of_one_time(two_kept):
    """Past every verb and every lock: a constraint on ranges alone."""
    with pytest.raises(IntegrityError, match="booking_no_two_at_once"):
        two_kept(0, 89)


def test_postgresql_lets_bookings_be_that_leave_the_pause(two_kept):
    two_kept(0, 90)
    two_kept(24 * 60, 24 * 60 + 90)


@pytest.fixture
def two_kept(postgresql_office):
    """Write two kept bookings of one interpreter, so many minutes after the usual hour, straight into the table."""
    with postgresql_office.engine.begin() as connection:
        for statement in EMPTYING:
            connection.execute(text(statement))
    with postgresql_office.writing() as session:
        who = bank.interpreter(session)

    def write(*minutes):
        with postgresql_office.writing() as session:
            for apart in minutes:
                booking = session.get(Booking, offer(session, who, bank.START + timedelta(minutes=apart)))
                booking.state = "taken"
            session.flush()

    return write


def test_the_stretches_of_two_interpreters_never_meet(db):
    with db.writing() as session:
        one, other = bank.interpreter(session), bank.interpreter(session, "Yolanda")
        for who in (one, other):
            interpreting.take(session, offer(session, who, bank.START), **who.does)
    with db.reading() as session:
        first, then = session.scalars(select(Booking).order_by(Booking.stretch_begin))
        assert first.stretch_end < then.stretch_begin
        assert (first.begins, first.ends) == (then.begins, then.ends)


def test_all_of_a_change_happens_or_nothing_of_it(db):
    with db.writing() as session:
        who, person = bank.interpreter(session), bank.newcomer(session)
        change = changing(bank.confirmed(session, who, person).appointment_id, person)

    def unit():
        with db.writing() as session:
            change(session)

    assert_whole_or_nothing(db, unit)
    assert_sound(db)


@pytest.mark.parametrize("verb", ["take", "decline", "sign"])
def test_all_of_a_verb_happens_or_nothing_of_it(db, verb):
    with db.writing() as session:
        who, person = bank.interpreter(session), bank.newcomer(session)
        bank.interpreter(session, "Yolanda")
        booking = bank.asked(session, person, only=(who.person,) if verb == "sign" else ())
        key, asked = booking.id, asking.person_of(session, booking.interpreter)
        if verb == "sign":
            interpreting.take(session, key, **who.does)
            interpreting.sign_service(session, key, 60, by=person.actor, at=bank.after(booking))
    end = bank.START + timedelta(hours=3)

    def unit():
        with db.writing() as session:
            doer = {"by": bank.actor_of(asked), "at": end if verb == "sign" else DO["at"]}
            if verb == "sign":
                interpreting.sign_service(session, key, 60, **doer)
            else:
                getattr(interpreting, verb)(session, key, **doer)

    assert_whole_or_nothing(db, unit)
