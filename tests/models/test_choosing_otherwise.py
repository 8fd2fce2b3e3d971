"""What the pages of « Comprendre » that look at one choice, or at other ways to choose, are made of."""

from __future__ import annotations

from datetime import timedelta

from models import casework
from models.queries.insight.methods import methods
from models.queries.insight.why_not import why_not
from models.tables import Pairing
from tests.models import office

DULL = office.Interests(like=("home_cooking",))


def waits(days):
    return {"waiting_since": office.TODAY - timedelta(days=days)}


def asked(session, need, offer):
    return why_not(session, "sponsorship", office.TODAY, need.wish, offer.wish).pair


def contested(session):
    """Two who wait, and one sponsor: Amina has waited longer."""
    amina = office.newcomer(session, "Amina", **waits(92))
    binta = office.newcomer(session, "Binta", **waits(3))
    return amina, binta, office.sponsor(session, "Rosalie")


def test_the_chain_names_who_is_left_out_and_who_is_served(session):
    amina, binta, rosalie = contested(session)
    chain = asked(session, binta, rosalie).chain
    assert [(move.who.first_name, move.kind) for move in chain.moves] == [
        ("Binta", "asked"),
        ("Amina", "waits"),
    ]
    assert [who.days for who in chain.left_out] == [92]
    assert [who.first_name for who in chain.served] == ["Binta"]
    assert chain.priority == 3
    assert asked(session, amina, rosalie).chain.moves == ()


def test_of_equal_rounds_the_chain_starts_from_the_one_that_is_proposed(session):
    """Ties fall anew each day; what is proposed stays."""
    for name in ("Amina", "Binta"):
        office.newcomer(session, name)
    for name in ("Rosalie", "Denise"):
        office.sponsor(session, name)
    casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
    proposed = [(pairing.need_id, pairing.offer_id) for pairing in session.query(Pairing)]
    for days in range(6):
        day = office.TODAY + timedelta(days=days)
        for need, offer in proposed:
            assert why_not(session, "sponsorship", day, need, offer).pair.chain.moves == ()


def test_a_name_finds_those_who_wait_longest_first(session):
    contested(session)
    office.newcomer(session, "Zoé", **waits(10))
    page = why_not(session, "sponsorship", office.TODAY, None, None)
    assert [who.first_name for who in page.needs] == ["Amina", "Zoé", "Binta"]
    found = why_not(session, "sponsorship", office.TODAY, None, None, "ZOE")
    assert [who.first_name for who in found.needs] == ["Zoé"]


def test_each_method_is_given_with_names(session):
    office.newcomer(session, "Amina", interests=DULL, **waits(92))
    office.newcomer(session, "Binta")
    office.sponsor(session, "Rosalie")
    page = methods(session, "sponsorship", office.TODAY)
    best, stable, arrival = page.methods
    assert [one.code for one in page.methods] == ["optimal", "stable", "arrival"]
    assert (page.longest_days, page.over, page.long_wait) == (92, 1, 60)
    assert [who.first_name for who in best.worst] == ["Amina", "Rosalie"]
    assert (best.blocking, stable.blocking, arrival.blocking) == (1, 0, 1)
    assert (stable.longest.first_name, stable.longest_days, stable.over) == ("Amina", 92, 1)
    assert (best.longest.first_name, best.longest_days, best.over) == ("Binta", 0, 0)
