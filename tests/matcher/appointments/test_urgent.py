"""A new appointment before a plan that stands, against every exchange that a small agenda has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.appointments import generate_agenda
from fixtures.builders import speaks
from matcher.appointments import urgent
from matcher.appointments.bank import ask
from matcher.appointments.diary import Diary
from matcher.appointments.records import Agenda, Plan
from matcher.appointments.scheduling import schedule
from matcher.appointments.urgent import MOST_NAMED, Answer, Reception
from tests.matcher.appointments.plain import agenda, appointment, interpreter
from tests.matcher.often import often
from tests.oracle import appointments as oracle
from tests.oracle.appointments import Choice, choices, goes_with

NEW = "a0"
crowded = st.builds(
    lambda seed, size: oracle.small_agenda(Random(seed), appointments=size, interpreters=4),
    st.integers(0, 2**32),
    st.integers(3, 7),
)


def asked_anew(given_agenda: Agenda) -> tuple[Agenda, Plan, Answer]:
    """Plan without the first appointment, then ask for it."""
    new, *others = given_agenda.appointments
    rest = replace(given_agenda, appointments=tuple(others))
    plan = schedule(rest)
    return rest, plan, Reception(rest, plan).answer(new)


def standing(given_agenda: Agenda, plan: Plan) -> dict[str, Choice]:
    found = {}
    for one in plan.assigned:
        asked = next(it for it in given_agenda.appointments if it.id == one.appointment)
        found[one.appointment] = next(
            it
            for it in choices(given_agenda, asked)
            if (it.interpreter, it.mode) == (one.interpreter, one.mode)
        )
    return found


def exchanges(whole: Agenda, booked: dict[str, Choice], one: Choice) -> Iterator[tuple[int, int]]:
    """Give what every exchange for one way to fill the new appointment would lose."""
    asked = {it.id: it for it in whole.appointments}
    hers = [it for it in booked.values() if it.interpreter == one.interpreter]
    clashing = [it for it in hers if not goes_with(no_hours(whole), (it,), one)]
    leavings = [clashing]
    if not goes_with(whole, tuple(it for it in hers if it not in clashing), one):
        leavings = [[*clashing, more] for more in hers if more not in clashing]
    for leaving in leavings:
        kept = tuple(it for it in booked.values() if it not in leaving)
        if not goes_with(whole, kept, one):
            continue
        for after in product(*([*choices(whole, asked[it.appointment]), None] for it in leaving)):
            if stands(whole, (*kept, one), after):
                priority = sum(
                    asked[it.appointment].priority for it, to in zip(leaving, after, strict=True) if not to
                )
                worth = sum(it.worth - (to.worth if to else 0) for it, to in zip(leaving, after, strict=True))
                yield priority, worth - one.worth


def no_hours(whole: Agenda) -> Agenda:
    people = tuple(
        replace(it, max_hours_day=None, hours_left=None, hours_left_by_month=()) for it in whole.interpreters
    )
    return replace(whole, interpreters=people)


def stands(whole: Agenda, taken: tuple[Choice, ...], more: tuple[Choice | None, ...]) -> bool:
    for one in more:
        if one is not None:
            if not goes_with(whole, taken, one):
                return False
            taken = (*taken, one)
    return True


@often
@given(crowded)
def test_the_free_are_those_beside_whose_bookings_it_fits(given_agenda):
    rest, plan, answer = asked_anew(given_agenda)
    booked = tuple(standing(rest, plan).values())
    new = given_agenda.appointments[0]
    ways = [] if oracle.refused(new) else choices(given_agenda, new)
    fitting = {it.interpreter for it in ways if goes_with(given_agenda, booked, it)}
    assert {one.interpreter for one in answer.free} == fitting
    for one in answer.free:
        best = max(
            it.worth
            for it in ways
            if it.interpreter == one.interpreter and goes_with(given_agenda, booked, it)
        )
        assert one.worth == best


@often
@given(crowded)
def test_who_could_be_freed_costs_what_the_cheapest_exchange_costs(given_agenda):
    rest, plan, answer = asked_anew(given_agenda)
    booked, new = standing(rest, plan), given_agenda.appointments[0]
    ways = [] if oracle.refused(new) else choices(given_agenda, new)
    busy = {it.interpreter for it in ways} - {one.interpreter for one in answer.free}
    cheapest = {
        name: min(
            (cost for it in ways if it.interpreter == name for cost in exchanges(given_agenda, booked, it)),
            default=None,
        )
        for name in busy
    }
    found = {
        one.assigned.interpreter: (one.priority_lost, one.worth_lost - one.assigned.worth)
        for one in answer.freed
        if len(one.moves) <= 2
    }
    assert {name for name, cost in cheapest.items() if cost} == {
        one.assigned.interpreter for one in answer.freed
    }
    for name, cost in found.items():
        assert cost == cheapest[name]


def test_one_who_is_booked_is_freed_by_another_who_is_not():
    two = [
        interpreter("able", gender="f", hours_last_30d=0),
        interpreter("other", gender="m", hours_last_30d=9),
    ]
    rest = agenda(appointment("old"), two)
    plan = schedule(rest)
    assert plan.assigned[0].interpreter == "able"
    answer = Reception(rest, plan).answer(appointment("new", gender_request="f"))
    assert not answer.free
    (freed,) = answer.freed
    assert [(it.before.interpreter, it.after.interpreter) for it in freed.moves if it.after] == [
        ("able", "other")
    ]
    assert (freed.priority_lost, freed.worth_lost > 0) == (0, True)
    assert answer.barriers == {"blocked_gender": 1}


def two_in_the_way(others: int) -> tuple[Agenda, Plan]:
    """Give a plan where one woman holds an hour at ten and one at noon, which men could take, one each."""
    people = [
        interpreter("asked", gender="f", hours_last_30d=0),
        *(
            interpreter(f"i{at}", gender="m", hours_last_30d=8 + at / 10, max_hours_day=1)
            for at in range(others)
        ),
    ]
    hours = [appointment("b1", start="2026-03-09T10:00"), appointment("b2", start="2026-03-09T12:00")]
    rest = agenda(hours, people)
    return rest, schedule(rest)


@pytest.mark.parametrize("wished", ["b1", "b2"])
def test_two_that_give_way_to_one_place_share_out_who_is_free(wished):
    rest, plan = two_in_the_way(2)
    assert {one.interpreter for one in plan.assigned} == {"asked"}
    again = tuple(replace(it, prefer=("i0",)) if it.id == wished else it for it in rest.appointments)
    new = appointment("new", minutes=180, gender_request="f")
    (freed,) = Reception(replace(rest, appointments=again), plan).answer(new).freed
    after = {it.after.interpreter: it.after.appointment for it in freed.moves if it.after}
    assert (after["i0"], set(after)) == (wished, {"i0", "i1"})
    assert freed.priority_lost == 0


def at_the_same_hour(people: int) -> tuple[Agenda, Plan]:
    """Give a bank of which everybody is booked at ten."""
    rest = agenda(
        [appointment(f"b{at}") for at in range(people)], [interpreter(f"i{at}") for at in range(people)]
    )
    return rest, schedule(rest)


def test_each_appointment_is_put_to_the_bank_once_however_many_could_be_freed(monkeypatch):
    put: Counter[str] = Counter()

    def counted(bank, one):
        put[one.id] += 1
        return ask(bank, one)

    monkeypatch.setattr(urgent, "ask", counted)
    answer = Reception(*at_the_same_hour(12)).answer(
        appointment("new", modes=("phone", "video", "in_person"))
    )
    assert len(answer.freed) == MOST_NAMED
    assert put == {"new": 1, **{f"b{at}": 1 for at in range(12)}}


@pytest.mark.parametrize("others", [10, 40])
def test_two_that_want_the_same_are_shared_out_in_as_many_looks_as_there_are_others(monkeypatch, others):
    desk = Reception(*two_in_the_way(others))
    looks: list[object] = []
    fits = Diary.fits
    monkeypatch.setattr(Diary, "fits", lambda diary, one: looks.append(one) or fits(diary, one))
    (freed,) = desk.answer(appointment("new", minutes=180, gender_request="f")).freed
    assert {it.after.interpreter for it in freed.moves if it.after} == {"i0", "i1"}
    assert len(looks) <= 3 * others


def test_whom_a_close_language_would_let_be_asked_is_said_beside_the_plan():
    close = interpreter("close", languages=speaks("fas:native", "fra:C1"))
    rest = agenda(appointment("old"), [interpreter(), close])
    answer = Reception(rest, schedule(rest)).answer(appointment("new", from_language="prs"))
    assert [(one.interpreter, one.close) for one in answer.suggestions] == [("close", "fas")]


def test_a_confirmed_booking_is_never_moved():
    rest = agenda(appointment("old"), interpreter(), confirmed=(("old", "i1"),))
    answer = Reception(rest, schedule(rest)).answer(appointment("new"))
    assert (answer.free, answer.freed) == ((), ())


def test_what_no_volunteer_may_take_is_referred_at_once():
    answer = Reception(agenda((), interpreter()), schedule(agenda((), interpreter()))).answer(
        appointment("new", setting="police")
    )
    assert (answer.refer_to, answer.free) == ("interprète judiciaire", ())


def test_a_day_beyond_the_plan_is_answered_too():
    rest = agenda(appointment("old"), interpreter())
    answer = Reception(rest, schedule(rest)).answer(appointment("new", start="2026-06-01T10:00"))
    assert [one.interpreter for one in answer.free] == ["i1"]


@pytest.mark.parametrize("seed", [1, 2])
def test_taking_a_free_one_gives_a_plan_that_holds(seed):
    month = generate_agenda(appointments=60, interpreters=40, seed=seed)
    rest = replace(month, appointments=month.appointments[1:])
    plan = schedule(rest)
    answer = Reception(rest, plan).answer(month.appointments[0])
    confirmed = tuple((one.appointment, one.interpreter) for one in plan.assigned)
    for one in answer.free:
        kept = replace(month, confirmed=(*confirmed, (one.appointment, one.interpreter)))
        assert schedule(kept).totals.filled == plan.totals.filled + 1
