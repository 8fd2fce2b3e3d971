"""What could be otherwise, of the people in the database: the cost of rules, what may be asked, what is sure."""

from __future__ import annotations

import pytest

from matcher.errors import NotProved
from models.casework import Household, Interests, Language
from models.queries.insight import freedom as freedom_pages
from models.queries.insight import rules as rules_pages
from models.queries.insight.freedom import freedom
from models.queries.insight.rules import Wanted, rules
from tests.models import office
from tests.models.office import TODAY

MORNING, EVENING = {"availability": (("tue_am",),)}, {"availability": (("tue_ev",),)}
FAMILY = {"household": Household(form="family", children_bands=("3-5",))}
PROGRAM = "sponsorship"


def apart(session):
    """One who is free in the morning, and a sponsor who is free in the evening."""
    return office.newcomer(session, "Amina", **MORNING), office.sponsor(session, "Rosalie", **EVENING)


def asked(session, more=1, **kinds):
    return rules(session, PROGRAM, TODAY, Wanted(more=more, **kinds))


def test_the_barrier_that_costs_most_comes_first_with_names(session):
    amina, _ = apart(session)
    page = rules(session, PROGRAM, TODAY)
    assert page.gain == 1
    assert (page.liftable[0].code, page.liftable[0].change.served) == ("blocked_schedule", (amina.wish,))
    assert page.people[amina.wish].first_name == "Amina"
    assert page.relaxations is None


def test_what_nobody_lifts_is_counted_without_names(session):
    office.newcomer(session, "Amina", gender_request="m")
    office.sponsor(session)
    page = rules(session, PROGRAM, TODAY)
    assert [(one.code, one.change.paired) for one in page.firm] == [("blocked_gender", 1)]
    assert page.gain == 0
    assert page.people == {}


def test_acts_are_told_with_the_names_of_all_whom_they_touch(session):
    amina, rosalie = apart(session)
    page = asked(session)
    (act,) = page.relaxations.acts
    assert act.kind == "slot"
    assert page.relaxations.gained == ((amina.wish, rosalie.wish),)
    assert {who.first_name for who in page.people.values()} == {"Amina", "Rosalie"}


def test_only_the_kinds_that_are_wanted_are_asked(session):
    apart(session)
    assert asked(session, kinds=("distance", "place")).relaxations.acts is None


@pytest.mark.parametrize(("level", "acts"), [(2, 1), (1, 0)])
def test_children_are_asked_only_of_those_screened_for_it(session, level, acts):
    office.newcomer(session, "Amina", **FAMILY)
    office.sponsor(session, "Rosalie", accepts_children=False, level=level)
    assert len(asked(session).relaxations.acts or ()) == acts


def test_a_large_pool_is_weighed_where_somebody_asks(session, monkeypatch):
    monkeypatch.setattr(rules_pages, "PAIRS_AT_ONCE", 0)
    apart(session)
    assert rules(session, PROGRAM, TODAY).rules is None
    assert rules(session, PROGRAM, TODAY, is_asked=True).rules is not None
    monkeypatch.setattr(rules_pages, "MOST_PAIRS", 0)
    page = rules(session, PROGRAM, TODAY, Wanted(more=1), is_asked=True)
    assert (page.rules, page.relaxations, page.is_too_large, page.can_relax) == (None, None, True, False)


def test_a_search_that_gives_up_says_so(session, monkeypatch):
    def give_up(*_, **__):
        raise NotProved("too long")

    monkeypatch.setattr(rules_pages, "relaxations_of", give_up)
    apart(session)
    page = asked(session)
    assert (page.is_unproved, page.relaxations) == (True, None)


def test_two_alike_are_free_and_told_what_could_be_instead(session):
    for name in ("Amina", "Binta"):
        office.newcomer(session, name)
    for name in ("Rosalie", "Denise"):
        office.sponsor(session, name)
    page = freedom(session, PROGRAM, TODAY, 1)
    assert (page.free, len(page.open), page.firm) == (2, 2, ())
    first = page.open[0]
    assert {other.loss for other in first.others} == {0}
    assert all(first.need in (one.need, one.need) or first.offer == one.offer for one in first.others)
    assert len(first.others) == 2


def test_a_pairing_that_nothing_replaces_stands_firm(session):
    office.newcomer(session, "Amina")
    office.sponsor(session, "Rosalie")
    page = freedom(session, PROGRAM, TODAY, 5)
    assert [(one.need.first_name, one.offer.first_name) for one in page.firm] == [("Amina", "Rosalie")]
    assert page.open == ()


def test_a_wider_margin_opens_more(session):
    fishing, cinema = Interests(like=("fishing",)), Interests(like=("cinema",))
    office.newcomer(session, "Amina", interests=fishing)
    for name, taste, spoken in (("Rosalie", fishing, "B1"), ("Denise", cinema, "native")):
        office.sponsor(session, name, interests=taste, languages=(Language(code="fra", level=spoken),))
    counts = [len(freedom(session, PROGRAM, TODAY, margin).open) for margin in (1, 40)]
    assert counts == [0, 1]


def test_a_large_pool_is_left_until_somebody_asks(session, monkeypatch):
    monkeypatch.setattr(freedom_pages, "PAIRS_AT_ONCE", 0)
    office.newcomer(session, "Amina")
    office.sponsor(session, "Rosalie")
    assert not freedom(session, PROGRAM, TODAY, 1).is_computed
    assert freedom(session, PROGRAM, TODAY, 1, is_asked=True).is_computed
