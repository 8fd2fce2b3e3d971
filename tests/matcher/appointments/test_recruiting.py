"""What one more interpreter would fill, against planning the whole again; and who can take one appointment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.appointments import generate_agenda
from fixtures.builders import speaks
from matcher.appointments.judging import relay_text, who_can
from matcher.appointments.records import Agenda, Plan
from matcher.appointments.recruiting import Gain, gains, profile, profiles_of
from matcher.appointments.scheduling import schedule
from matcher.errors import InvalidInput
from tests.matcher.appointments.plain import agenda, appointment, case_agenda, interpreter


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_gain_is_what_planning_all_again_finds(seed):
    month = generate_agenda(appointments=70, interpreters=26, seed=seed)
    plan = schedule(month)
    asked = profiles_of(month, plan)[:: max(len(profiles_of(month, plan)) // 3, 1)]
    for gain in gains(month, plan, asked):
        newcomer = profile(gain.language, gain.slots)
        whole = schedule(replace(month, interpreters=(*month.interpreters, newcomer)))
        assert whole.totals.priority == plan.totals.priority + gain.priority
        assert whole.totals.filled == plan.totals.filled + gain.filled
        assert gain.proved


def one_more(asked: Agenda, plan: Plan, language: str, slots: tuple[str, ...] = ("mon_am",)) -> Gain:
    return next(gains(asked, plan, [(language, slots)]))


def test_one_more_counts_who_is_freed_for_others():
    person = interpreter("both", languages=speaks("spa:native", "por:native", "fra:native"))
    two = [appointment("spanish"), appointment("portuguese", from_language="por")]
    asked = agenda(two, person)
    plan = schedule(asked)
    assert plan.totals.filled == 1
    for language in ("spa", "por"):
        gain = one_more(asked, plan, language)
        assert (gain.filled, gain.priority) == (1, 1)
    assert one_more(asked, plan, "spa", ("mon_pm",)).filled == 0
    assert one_more(asked, plan, "vie").newly == ()


def test_the_pressing_may_take_the_place_of_several():
    asked = agenda([appointment("a1", from_language="vie", priority=5)], interpreter())
    gain = one_more(asked, schedule(asked), "vie")
    assert (gain.filled, gain.priority, gain.newly) == (1, 5, ("a1",))


def test_profiles_are_the_languages_and_slots_left_unfilled():
    asked = agenda([appointment("a1", from_language="vie"), appointment("a2")], interpreter())
    assert profiles_of(asked, schedule(asked)) == (("vie", ("mon_am",)),)


def test_confirmed_bookings_are_no_gain():
    asked = agenda([appointment("a1"), appointment("a2")], interpreter(), confirmed=(("a1", "i1"),))
    gain = one_more(asked, schedule(asked), "spa")
    assert (gain.filled, gain.newly) == (1, ("a2",))


def test_who_can_take_it_stands_with_what_makes_her_score():
    found = who_can(case_agenda("C02"), "r02")
    (carmen,) = found.candidates
    assert (carmen.interpreter, carmen.via, carmen.minutes) == ("i1", "spa", 90)
    assert carmen.worth == schedule(case_agenda("C02")).assigned[0].worth
    assert carmen.score == sum(one.points for one in carmen.contributions)
    assert {one.interpreter: one.barriers for one in found.barred}["i2"] == ("blocked_language",)
    assert relay_text(case_agenda("C02").appointments[0], "spa") == "kek → spa → fra"


def test_a_close_language_is_suggested_and_never_assigned():
    close = interpreter("persian", languages=speaks("fas:native", "fra:C1"))
    asked = agenda(appointment(from_language="prs"), close)
    found = who_can(asked, "a1")
    assert not found.candidates
    assert [(one.interpreter, one.close, one.ease) for one in found.suggestions] == [("persian", "fas", 80)]
    assert not schedule(asked).assigned


def test_nobody_is_suggested_who_is_barred_otherwise():
    close = interpreter("persian", languages=speaks("fas:native", "fra:C1"), settings=())
    assert not who_can(agenda(appointment(from_language="prs"), close), "a1").suggestions


def test_a_refused_setting_says_where_to_turn_and_names_nobody():
    found = who_can(agenda(appointment(setting="court"), interpreter(settings=("court",))), "a1")
    assert (found.refer_to, found.candidates, found.suggestions) == ("interprète judiciaire", (), ())


def test_an_unknown_appointment_is_invalid():
    with pytest.raises(InvalidInput, match="a9"):
        who_can(agenda(appointment(), interpreter()), "a9")
