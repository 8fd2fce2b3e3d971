"""The cases of the bank: who comes first, who may never be proposed, and what the engine must do."""

from dataclasses import replace

import pytest

from matcher.appointments.bank import ask, bank_of
from matcher.appointments.barriers import BARRIERS
from matcher.appointments.policy import shipped_interpreting_policy
from matcher.appointments.scheduling import schedule
from matcher.vocabulary import LANGUAGES, SETTINGS
from tests.matcher.appointments.plain import case_agenda, case_json

both = pytest.mark.parametrize("name", ["C02", "C13"])


def crossed(name: str, candidate: str) -> set[str]:
    agenda = case_agenda(name)
    bank = bank_of(agenda, shipped_interpreting_policy())
    question = ask(bank, agenda.appointments[0])
    return {code for code, barrier in BARRIERS.items() if barrier(question)[bank.at[candidate]]}


@both
def test_the_first_is_assigned(name):
    plan = schedule(case_agenda(name))
    assert [one.interpreter for one in plan.assigned] == [case_json(name)["expect"]["first"]]
    assert plan.proved


@both
def test_without_the_first_nobody_is(name):
    agenda = case_agenda(name)
    others = tuple(one for one in agenda.interpreters if one.id != case_json(name)["expect"]["first"])
    assert not schedule(replace(agenda, interpreters=others)).assigned


@both
def test_those_who_may_never_take_it_are_barred_by_name(name):
    for barred in case_json(name)["expect"]["never"]:
        assert barred["reason_code"] in crossed(name, barred["candidate"])


def test_c02_is_a_relay_through_spanish_of_half_as_much_time_again():
    (assigned,) = schedule(case_agenda("C02")).assigned
    assert (assigned.via, assigned.minutes) == ("spa", 90)


def test_half_a_minute_of_a_relay_is_a_minute():
    agenda = case_agenda("C02")
    odd = tuple(replace(one, minutes=45) for one in agenda.appointments)
    assert schedule(replace(agenda, appointments=odd)).assigned[0].minutes == 68


def test_c02_without_her_word_spanish_is_not_assumed():
    agenda = case_agenda("C02")
    silent = tuple(replace(one, also_speaks=()) for one in agenda.appointments)
    assert not schedule(replace(agenda, appointments=silent)).assigned


def test_c02_one_mayan_language_never_serves_another():
    agenda = case_agenda("C02")
    evening = tuple(
        replace(one, start=one.start.replace(hour=23), also_speaks=()) for one in agenda.appointments
    )
    plan = schedule(replace(agenda, appointments=evening))
    assert plan.unfilled[0].barriers["blocked_language"] == 3


@pytest.mark.parametrize(
    "setting", [code for code, term in SETTINGS.items() if term.row["volunteer_may"] == "no"]
)
@pytest.mark.parametrize("language", ["kek", "spa"])
def test_c02_what_volunteers_may_not_take_is_refused_whatever_the_languages(setting, language):
    agenda = case_agenda("C02")
    willing = tuple(replace(one, settings=tuple(SETTINGS)) for one in agenda.interpreters)
    asked = tuple(replace(one, setting=setting, from_language=language) for one in agenda.appointments)
    plan = schedule(replace(agenda, appointments=asked, interpreters=willing))
    assert [(one.appointment, one.reason) for one in plan.refused] == [("r02", "refer_professional")]
    assert not plan.assigned
    assert not plan.unfilled


def test_what_is_refused_says_where_to_turn_instead():
    assert all(
        bool(term.row["refer_to"]) == (term.row["volunteer_may"] == "no") for term in SETTINGS.values()
    )


def test_c13_the_wish_leaves_no_trace_but_a_count():
    plan = schedule(replace(case_agenda("C13"), interpreters=case_agenda("C13").interpreters[:1]))
    assert plan.unfilled[0].barriers == {"blocked_exclusion": 1}


def test_no_close_language_stands_for_another():
    assert {"run", "kin"} <= set(LANGUAGES)
    agenda = case_agenda("C13")
    kin_only = tuple(
        replace(one, languages=tuple(it for it in one.languages if it.code != "run"))
        for one in agenda.interpreters
    )
    assert not schedule(replace(agenda, interpreters=kin_only)).assigned
