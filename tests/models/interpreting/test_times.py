"""Instants and clocks: both changes of the hour, midnight, other zones, weeks and their exceptions."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import interpreting
from models.errors import NoSuchTime, WrongValue
from models.interpreting.mapping import read_standing
from models.interpreting.times import city_midnight, month_of, spans_of
from models.tables import Appointment
from tests.models.interpreting import bank
from tests.models.office import AT, DO

CITY = ZoneInfo("America/Toronto")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
QUARTERS = [timedelta(minutes=15 * at) for at in range(96)]


def walls(day):
    return [datetime.combine(day, datetime.min.time()) + apart for apart in QUARTERS]


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_every_quarter_of_both_days_on_which_the_hour_changes(day, hours):
    """Nobody knows beforehand: the clock is walked through in UTC and read, and that is the whole truth."""
    begin = city_midnight(day)
    shown = {}
    for apart in (timedelta(minutes=15 * at) for at in range(hours * 4)):
        instant = begin + apart
        shown.setdefault(instant.astimezone(CITY).replace(tzinfo=None), []).append(instant)
    for wall in walls(day):
        if len(shown.get(wall, ())) == 1:
            assert interpreting.instant_of(wall) == shown[wall][0]
        else:
            with pytest.raises(NoSuchTime) as refused:
                interpreting.instant_of(wall)
            assert list(refused.value.choices) == shown.get(wall, [])
            assert refused.value.what == ("twice" if wall in shown else "skipped")
    assert {wall.hour for wall in walls(day) if len(shown.get(wall, ())) != 1} == {2 if hours == 23 else 1}


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_an_appointment_of_every_hour_of_those_days_is_stored_as_its_instant(session, day, hours):
    for hour in range(hours):
        start = city_midnight(day) + timedelta(hours=hour)
        asked = bank.request(session, start=start)
        session.expire_all()
        assert session.get(Appointment, asked.id).start == start


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 3), (AUTUMN, 4), (SPRING - timedelta(days=7), 4)])
def test_a_slot_is_wall_time_and_lasts_what_clocks_make_of_it(day, hours):
    """Sunday's morning and the night before: midnight to eight is an hour less in spring, one more in autumn."""
    (night, morning) = spans_of([["sat_nt", "sun_am"]] * 4, CITY.key, [day - timedelta(days=1), day])
    assert morning[0].astimezone(CITY).hour == 8
    assert morning[0] - night[1] == timedelta(hours={3: 7, 4: 8}[hours] + (day == AUTUMN))


def test_a_week_is_expanded_day_by_day_and_exceptions_change_it():
    monday = date(2026, 3, 9)
    at = city_midnight(monday)
    free = spans_of(
        [["mon_am", "mon_pm"]],
        CITY.key,
        [monday],
        away=[(at + timedelta(hours=10), at + timedelta(hours=13))],
        also=[(at + timedelta(hours=18), at + timedelta(hours=19))],
    )
    assert [((one - at) / timedelta(hours=1), (other - at) / timedelta(hours=1)) for one, other in free] == [
        (8, 10),
        (13, 17),
        (18, 19),
    ]


def test_who_is_away_is_away_from_what_she_gave_as_well():
    at = city_midnight(date(2026, 3, 9))
    whole = (at, at + timedelta(days=1))
    assert spans_of([["mon_am"]], CITY.key, [date(2026, 3, 9)], away=[whole], also=[whole]) == ()


def test_an_interpreter_elsewhere_is_free_on_her_own_clocks(session):
    """Friday evening in Vancouver is Friday night in Saguenay, until midnight."""
    bank.interpreter(session, availability=(("fri_ev",),), zone="America/Vancouver")
    friday = datetime(2026, 3, 14, 1, tzinfo=UTC)  # 21:00 in the city, 18:00 there
    found = bank.asked(session, start=friday, modes=("video",))
    assert found.begins.astimezone(CITY).hour == 21
    early = bank.request(session, start=friday - timedelta(hours=2), modes=("video",))
    assert interpreting.ask_next(session, early.id, **DO) is None


def test_an_appointment_across_midnight_is_one_booking_of_the_day_on_which_it_begins(session):
    who = bank.interpreter(session, availability=(("fri_nt",),), max_hours_day=2)
    at = city_midnight(date(2026, 3, 14)) - timedelta(minutes=30)
    interpreting.add_exception(session, who.person, "free", at, at + timedelta(hours=3), **who.does)
    booking = bank.confirmed(session, who, start=at, minutes=90)
    assert (booking.begins.astimezone(CITY).day, booking.ends.astimezone(CITY).day) == (13, 14)


def test_nobody_is_asked_while_away(session):
    who = bank.interpreter(session)
    begins = bank.START - timedelta(hours=1)
    away = interpreting.add_exception(session, who.person, "away", begins, bank.START, **who.does)
    assert away == interpreting.add_exception(session, who.person, "away", begins, bank.START, **who.does)
    asked = bank.request(session)
    assert interpreting.ask_next(session, asked.id, **DO) is None
    interpreting.drop_exception(session, away, **who.does)
    assert interpreting.ask_next(session, asked.id, **DO).state == "asked"


def test_a_zone_that_is_none_is_refused():
    with pytest.raises(WrongValue, match="zone"):
        interpreting.instant_of(walls(SPRING)[48], "America/Saguenay")


def test_a_month_begins_at_midnight_of_the_city():
    first, last = month_of(datetime(2026, 4, 1, 3, 59, tzinfo=UTC))
    assert (first, last) == (datetime(2026, 3, 1, 5, tzinfo=UTC), datetime(2026, 4, 1, 4, tzinfo=UTC))


def test_the_core_is_given_instants_in_utc_alone(session):
    bank.interpreter(session)
    bank.request(session)
    agenda = read_standing(session, AT, AT + timedelta(days=14), AT).agenda
    (appointment,), (who,) = agenda.appointments, agenda.interpreters
    assert appointment.start.tzinfo is UTC
    assert {edge.tzinfo for span in who.free for edge in span} == {UTC}
