from dataclasses import replace
from datetime import date

import pytest

from models import interpreting
from models.errors import Barred, Forbidden, NotAllowedNow, WrongValue
from models.interpreting import TranslationSheet
from models.queries.interpreting import mine, written
from models.tables import Translation
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO

WRITES = (*bank.SPANISH, *(replace(one, mode="written") for one in bank.SPANISH))
SHEET = TranslationSheet(from_language="spa", pages=3, deadline=date(2026, 3, 20))


def translator(session, name="Ximena"):
    return bank.interpreter(session, name, languages=WRITES)


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
