"""Plans doctored in every way that a hand or a bug could, and what is said of their bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fixtures.appointments import generate_agenda
from fixtures.builders import free
from matcher.appointments import prices
from matcher.appointments.checks import verify
from matcher.appointments.prices import Proof
from matcher.appointments.records import Bound, Plan, Refused, Unfilled
from matcher.appointments.scheduling import schedule
from matcher.errors import NotProved
from matcher.records import Language
from tests.matcher.appointments.plain import agenda, appointment, interpreter

OFFICE = agenda(
    [
        appointment("first", prefer=("i1",)),
        appointment(
            "relay",
            from_language="kek",
            also_speaks=(Language(code="spa", level="B1"),),
            start="2026-03-09T15:00",
        ),
        appointment("near", modes=("in_person", "phone"), start="2026-03-10T09:00"),
        appointment("soon", modes=("in_person",), start="2026-03-10T10:40", sector="kenogami"),
        appointment("barred", from_language="vie"),
        appointment("court", setting="court"),
        appointment("held", start="2026-03-11T09:00"),
    ],
    [interpreter("i1", max_hours_day=4, hours_left=9), interpreter("i2", hours_last_30d=3, gender="m")],
    confirmed=(("held", "i2"),),
)
MADE = schedule(OFFICE)


def assigned(name: str, **changes: Any) -> Plan:
    found = tuple(replace(one, **changes) if one.appointment == name else one for one in MADE.assigned)
    return with_totals(replace(MADE, assigned=found))


def with_totals(plan: Plan) -> Plan:
    worth = sum(one.worth for one in plan.assigned)
    totals = replace(plan.totals, worth=worth, filled=len(plan.assigned), priority=len(plan.assigned))
    return replace(plan, totals=totals, bound=Bound(priority=totals.priority, worth=worth), proved=True)


def without(name: str) -> Plan:
    left = Unfilled(appointment=name, barriers={})
    kept = tuple(one for one in MADE.assigned if one.appointment != name)
    return with_totals(replace(MADE, assigned=kept, unfilled=(*MADE.unfilled, left)))


def bound(priority: int = 0, worth: int = 0, *, proved: bool = False) -> Plan:
    given = Bound(priority=MADE.bound.priority + priority, worth=MADE.bound.worth + worth)
    return replace(MADE, bound=given, proved=proved)


def test_the_plan_itself_holds_and_its_bound_is_proved_by_prices():
    assert len(MADE.assigned) == 5
    assert verify(OFFICE, MADE) is Proof.PRICES


DOCTORED: dict[str, Callable[[], Plan]] = {
    "another interpreter": lambda: assigned("first", interpreter="i2"),
    "an unknown interpreter": lambda: assigned("first", interpreter="i9"),
    "an unknown appointment": lambda: assigned("first", appointment="a9"),
    "a mode that was not asked": lambda: assigned("first", mode="video"),
    "a mode of its own": lambda: assigned("first", mode="letter"),
    "no language between": lambda: assigned("relay", via=None),
    "less time than a relay takes": lambda: assigned("relay", minutes=60),
    "a language between where none is needed": lambda: assigned("first", via="eng"),
    "a higher score": lambda: assigned("first", worth=990_000),
    "one who is barred": lambda: replace(
        MADE,
        assigned=(*MADE.assigned, replace(MADE.assigned[0], appointment="barred")),
        unfilled=(),
    ),
    "one that no volunteer may take": lambda: replace(
        MADE, assigned=(*MADE.assigned, replace(MADE.assigned[0], appointment="court")), refused=()
    ),
    "one that stands twice": lambda: replace(MADE, assigned=(*MADE.assigned, MADE.assigned[0])),
    "one that is missing": lambda: with_totals(replace(MADE, assigned=MADE.assigned[1:])),
    "one left out that could be filled": lambda: without("first"),
    "a confirmed booking lost": lambda: without("held"),
    "a confirmed booking by another mode": lambda: assigned("held", mode="in_person"),
    "one refused that a volunteer may take": lambda: replace(
        MADE, refused=(*MADE.refused, Refused(appointment="barred", reason="refer_professional")), unfilled=()
    ),
    "another reason to refuse": lambda: replace(
        MADE, refused=(Refused(appointment="court", reason="blocked_language"),)
    ),
    "other barriers": lambda: replace(
        MADE, unfilled=(Unfilled(appointment="barred", barriers={"blocked_language": 1}),)
    ),
    "more priority in all": lambda: replace(MADE, totals=replace(MADE.totals, priority=9)),
    "more worth in all": lambda: replace(MADE, totals=replace(MADE.totals, worth=MADE.totals.worth + 1)),
    "more filled": lambda: replace(MADE, totals=replace(MADE.totals, filled=6)),
    "a bound under the plan": lambda: bound(worth=-1),
    "a bound above, and said to be reached": lambda: bound(worth=1, proved=True),
    "a bound reached, and said not to be": lambda: replace(MADE, proved=False),
}


@pytest.mark.parametrize("how", DOCTORED)
def test_a_doctored_plan_is_refused(how):
    with pytest.raises(NotProved):
        verify(OFFICE, DOCTORED[how]())


def test_a_higher_bound_holds_where_nothing_is_said_to_be_proved():
    assert verify(OFFICE, bound(priority=1)) is Proof.PRICES
    assert verify(OFFICE, bound(worth=5)) is Proof.PRICES


@pytest.mark.parametrize(
    ("asked", "person", "code"),
    [
        ({}, {"availability": free("mon_ev")}, "blocked_schedule"),
        ({}, {"settings": ("work",)}, "blocked_setting"),
        ({}, {"excludes": ("a1",)}, "blocked_exclusion"),
        ({"gender_request": "m"}, {}, "blocked_gender"),
        ({}, {"max_hours_day": 0.5}, "blocked_capacity"),
        ({"level": "C2"}, {}, "blocked_language"),
    ],
)
def test_a_booking_across_a_barrier_is_refused_by_its_name(asked, person, code):
    plan = schedule(agenda(appointment(), interpreter()))
    with pytest.raises(NotProved, match=f"crosses {code}"):
        verify(agenda(appointment(**asked), interpreter(**person)), plan)


@pytest.mark.parametrize("limit", ["max_hours_day", "hours_left"])
def test_hours_are_counted(limit):
    three = [appointment(f"a{hour}", start=f"2026-03-09T{hour:02}:00") for hour in (9, 12, 15)]
    plan = schedule(agenda(three, interpreter()))
    assert plan.totals.filled == 3
    with pytest.raises(NotProved, match="180 minutes are more than 2 hours"):
        verify(agenda(three, interpreter(**{limit: 2}, hours_last_30d=None)), plan)


def test_hours_are_counted_in_each_month():
    four = [appointment(f"a{day}", start=f"2026-{day}T09:00") for day in ("03-30", "03-31", "04-01", "04-02")]
    plan = schedule(agenda(four, interpreter()))
    assert plan.totals.filled == 4
    enough = interpreter(hours_left_by_month=(("2026-03", 2), ("2026-04", 2)), hours_last_30d=None)
    verify(agenda(four, enough), plan)
    with pytest.raises(NotProved, match="i1 in 2026-04: 120 minutes are more than 1 hours"):
        verify(agenda(four, replace(enough, hours_left_by_month=(("2026-03", 2), ("2026-04", 1)))), plan)


@pytest.mark.parametrize("start", ["2026-03-09T11:20", "2026-03-09T10:30"])
def test_two_at_once_or_too_soon_are_refused(start):
    apart = agenda([appointment("a1"), appointment("a2", start="2026-03-09T14:00")], interpreter())
    plan = schedule(apart)
    moved = replace(apart, appointments=(apart.appointments[0], appointment("a2", start=start)))
    with pytest.raises(NotProved, match="too little time"):
        verify(moved, plan)


def test_a_worse_plan_that_calls_itself_best_is_refused_by_what_is_better():
    two = agenda(
        [appointment(), appointment("a2", start="2026-03-09T14:00")],
        [interpreter("i1"), interpreter("i2", hours_last_30d=12)],
    )
    worse = schedule(replace(two, interpreters=two.interpreters[1:]))
    with pytest.raises(NotProved, match="another plan reaches"):
        verify(two, worse)


def test_a_plan_of_more_worth_that_serves_less_is_refused():
    liked, pressing = appointment("liked", prefer=("i1",)), appointment("pressing", prefer=("i9",))
    plan = schedule(agenda([liked, pressing], interpreter()))
    assert plan.assigned[0].appointment == "liked"
    with pytest.raises(NotProved, match="another plan reaches priority 2"):
        verify(agenda([liked, replace(pressing, priority=2)], interpreter()), plan)


def test_beyond_its_size_the_check_says_that_the_bound_is_not_proved_again(monkeypatch):
    monkeypatch.setattr("matcher.appointments.checks.MOST_WAYS", 1)
    assert verify(OFFICE, MADE) is Proof.NONE


def test_where_prices_leave_a_gap_a_search_of_its_own_closes_it(monkeypatch):
    monkeypatch.setattr(prices, "_price", lambda gain, *_: int(gain.sum()))
    assert verify(OFFICE, MADE) is Proof.SEARCH


def test_a_plan_of_a_month_with_one_booking_less_is_refused():
    month = generate_agenda(appointments=80, interpreters=40, seed=4)
    plan = schedule(month)
    lost = plan.assigned[0]
    at = [one.id for one in month.appointments].index(lost.appointment)
    emptied = replace(
        plan,
        assigned=plan.assigned[1:],
        unfilled=(*plan.unfilled, Unfilled(appointment=lost.appointment, barriers={})),
    )
    priority = plan.totals.priority - month.appointments[at].priority
    totals = replace(
        plan.totals, priority=priority, worth=plan.totals.worth - lost.worth, filled=plan.totals.filled - 1
    )
    told = replace(emptied, totals=totals, bound=Bound(priority=priority, worth=totals.worth))
    with pytest.raises(NotProved):
        verify(month, told)
