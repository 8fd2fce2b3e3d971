from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from models import casework, interpreting
from models.actor import SYSTEM
from models.errors import Barred, Forbidden, NotAllowedNow, WrongValue
from models.interpreting import TranslationSheet, soundness
from models.queries.interpreting import mine, written
from models.tables import Clearance, Letter, Reserve, Translation
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO

WRITES = (*bank.SPANISH, *(replace(one, mode="written") for one in bank.SPANISH))
SHEET = TranslationSheet(from_language="spa", pages=3, deadline=date(2026, 3, 20))


def translator(session, name="Ximena", **parts):
    return bank.interpreter(session, name, languages=WRITES, **parts)


def requested(session, **changes):
    reply = interpreting.request_translation(session, replace(SHEET, **changes), by=COORDINATOR, at=AT)
    return session.get(Translation, reply.id)


def test_a_translation_is_taken_delivered_and_done(session):
    who, row = translator(session), requested(session)
    interpreting.take_translation(session, row.id, who.person, **who.does)
    interpreting.deliver(session, row.id, 90, **who.does)
    assert (row.state, row.minutes) == ("done", 90)
    assert mine.interpreter_page(session, who.person, AT).hours.in_all == 90


def test_a_second_reader_is_somebody_else(session):
    who, other = translator(session), translator(session, "Yolanda")
    row = requested(session, second_reader=True)
    interpreting.take_translation(session, row.id, who.person, **who.does)
    interpreting.deliver(session, row.id, 90, **who.does)
    assert row.state == "second_reading"
    with pytest.raises(Barred, match="blocked_conflict"):
        interpreting.take_reading(session, row.id, who.person, **who.does)
    interpreting.take_reading(session, row.id, other.person, **other.does)
    interpreting.send_back(session, row.id, **other.does)
    assert (row.state, row.reader) == ("taken", None)
    interpreting.deliver(session, row.id, 95, **who.does)
    interpreting.take_reading(session, row.id, other.person, **other.does)
    with pytest.raises(Forbidden):
        interpreting.finish_reading(session, row.id, **who.does)
    interpreting.finish_reading(session, row.id, **other.does)
    assert row.state == "done"


def in_hand(session, who, person=None, **changes):
    """A translation that somebody took."""
    row = requested(session, person_id=person.person if person else None, **changes)
    return interpreting.take_translation(session, row.id, who.person, **who.does)


def in_second_reading(session, who, reader, person=None):
    row = in_hand(session, who, person, second_reader=True)
    interpreting.deliver(session, row.id, 90, **who.does)
    return interpreting.take_reading(session, row.id, reader.person, **reader.does)


def leaves(session, who):
    casework.withdraw_consent(session, who.person, "program", **who.does)


def takes_a_break(session, who):
    casework.pause(session, who.person, **who.does)


def is_cleared_no_more(session, who):
    for clearance in session.scalars(select(Clearance).filter_by(kind="screening", person_id=who.person)):
        clearance.expires = AT.date() - timedelta(days=1)
    session.flush()
    assert interpreting.stop_uncleared(session, by=SYSTEM, at=AT) == 1


@pytest.mark.parametrize("stops", [leaves, takes_a_break, is_cleared_no_more])
def test_what_somebody_translates_or_reads_who_stops_is_asked_anew(session, stops):
    who, other = translator(session), translator(session, "Yolanda")
    row = in_hand(session, who)
    read = in_second_reading(session, other, who)
    stops(session, who)
    assert (row.state, row.translator) == ("requested", None)
    assert (read.state, read.reader) == ("second_reading", None)
    page = written.translator_page(session, other.person)
    assert [one.id for one in page.to_take] == [row.id]


def test_a_translation_goes_with_whom_it_is_for_and_who_has_it_is_told(session):
    who, reader = translator(session, email="ximena@example.org"), translator(session, "Yolanda")
    person = bank.newcomer(session)
    row, read = in_hand(session, who, person), in_second_reading(session, who, reader, person)
    letters = told(session)
    leaves(session, person)
    assert (row.state, read.state) == ("cancelled", "cancelled")
    assert told(session) - letters == 3


def told(session):
    session.flush()
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "interpreting_news"))


def are_kept_apart(session, who, person):
    casework.exclude(session, person.person, who.person, **person.does)


def share_a_household(session, who, person):
    casework.record_tie(session, who.person, person.person, **DO)


def know_each_other(session, who, person):
    interpreting.i_know_this_person(session, bank.asked(session, person).id, **who.does)


def refuses_her(session, who, person):
    booking = bank.confirmed(session, who, person)
    interpreting.refuse_interpreter(session, booking.id, **person.does)


@pytest.mark.parametrize("part", [are_kept_apart, share_a_household, know_each_other, refuses_her])
def test_nobody_goes_on_translating_for_somebody_she_is_kept_from(session, part):
    who, person = translator(session), bank.newcomer(session)
    row = in_hand(session, who, person)
    of_another = in_hand(session, who, bank.newcomer(session, "Basile"))
    part(session, who, person)
    assert (row.state, row.translator) == ("requested", None)
    assert of_another.state == "taken"


def test_what_is_sent_back_to_somebody_who_left_anybody_may_take(session):
    who, reader = translator(session), translator(session, "Yolanda")
    row = in_second_reading(session, who, reader)
    leaves(session, who)
    assert (row.state, row.translator is None) == ("second_reading", False)
    interpreting.send_back(session, row.id, **reader.does)
    assert (row.state, row.translator, row.reader) == ("requested", None, None)


def test_what_nobody_took_by_its_last_day_is_unfilled_and_who_asked_is_told(session):
    who, person = translator(session), office.newcomer(session, email="amina@example.org")
    row, taken = requested(session, person_id=person.person), in_hand(session, who)
    last, after = (datetime(2026, 3, day, 16, tzinfo=UTC) for day in (20, 21))
    assert interpreting.close_overdue(session, by=SYSTEM, at=last) == 0
    assert [fault[2] for fault in soundness.overdue(session, date(2026, 3, 22))] == [row.id]
    assert interpreting.close_overdue(session, by=SYSTEM, at=after) == 1
    assert (row.state, taken.state) == ("unfilled", "taken")
    assert told(session) == 1
    assert not list(soundness.overdue(session, date(2026, 3, 22)))


def test_the_doctor_sees_a_translation_in_the_wrong_hands(session):
    who, person = translator(session), bank.newcomer(session)
    row = in_hand(session, who, person)
    apart, number = Reserve(person_id=person.person, interpreter=row.translator, since=AT), row.translator
    session.add(apart)
    row.setting = "court"
    assert seen(session) == {"kept_apart", "for_professionals"}
    row.translator = None
    assert seen(session) == {"translation_state"}
    row.setting, row.translator = "everyday", number
    session.delete(apart)
    assert seen(session) == set()


def seen(session):
    session.flush()
    return {code for code, *_ in soundness.faults_of(session)}


def test_who_only_speaks_a_language_does_not_translate_it(session):
    who, row = bank.interpreter(session), requested(session)
    assert written.translator_page(session, who.person).to_take == ()
    with pytest.raises(Barred, match="blocked_language"):
        interpreting.take_translation(session, row.id, who.person, **who.does)


def test_a_translation_is_taken_by_one(session):
    who, other, row = translator(session), translator(session, "Yolanda"), requested(session)
    assert [one.id for one in written.translator_page(session, other.person).to_take] == [row.id]
    interpreting.take_translation(session, row.id, who.person, **who.does)
    with pytest.raises(NotAllowedNow):
        interpreting.take_translation(session, row.id, other.person, **other.does)
    interpreting.give_back(session, row.id, **who.does)
    assert [one.state for one in written.queue(session)] == ["requested"]


def test_papers_for_a_court_are_sent_elsewhere_at_once(session):
    reply = interpreting.request_translation(session, replace(SHEET, setting="court"), **DO)
    assert (reply.state, reply.refer_to) == ("referred_professional", "interprète judiciaire")


def test_a_sheet_of_two_equal_languages_is_refused(session):
    with pytest.raises(WrongValue, match="to_language"):
        requested(session, to_language="spa")
