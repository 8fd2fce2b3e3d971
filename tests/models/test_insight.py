"""What the proofs tell a coordinator of the people in the database: who is short, and of whom."""

from __future__ import annotations

from datetime import timedelta

from models.casework import Language
from models.queries.insight.shortages import shortages
from models.queries.insight.standing import standing
from models.tables import Need
from tests.models import office
from tests.models.office import TODAY

SPANISH = {"languages": (Language(code="spa", level="native"),)}
FRENCH = {"languages": (Language(code="fra", level="native"),)}


def short_of_one(session):
    """Three who speak Spanish and one who can welcome them; one who speaks Romanian, and nobody for her."""
    spanish = [office.newcomer(session, name, **SPANISH) for name in ("Amina", "Carmen", "Lucia")]
    only = office.sponsor(session, "Rosalie", **SPANISH)
    office.sponsor(session, "Denise", **FRENCH)
    alone = office.newcomer(session, "Ioana", languages=(Language(code="ron", level="native"),))
    return spanish, only, alone


def waits(session, someone, days):
    session.get(Need, someone.wish).waiting_since = TODAY - timedelta(days=days)


def test_people_are_named_with_who_alone_can_serve_them(session):
    spanish, only, _ = short_of_one(session)
    waits(session, spanish[1], 90)
    session.flush()
    page = shortages(session, "sponsorship", TODAY)
    (one,) = page.sets
    assert one.needs[0].name == "Carmen Tremblante"
    assert {who.person_id for who in one.needs} == {someone.person for someone in spanish}
    assert [who.person_id for who in one.offers] == [only.person]
    assert (one.places, one.deficiency, one.is_inside, one.open_offers) == (1, 2, False, 2)
    assert [(trait.kind, trait.code, trait.offers) for trait in one.narrow] == []
    assert (page.waiting, page.places, page.servable, page.left) == (4, 2, 1, 3)


def test_what_most_share_and_few_answer_is_told(session):
    short_of_one(session)
    for name in ("Odette", "Ginette"):
        office.sponsor(session, name, **FRENCH)
    (one,) = shortages(session, "sponsorship", TODAY).sets
    assert [(trait.kind, trait.code, trait.needs, trait.offers) for trait in one.narrow] == [
        ("language", "spa", 3, 1)
    ]


def test_those_whom_nobody_may_take_stand_alone_longest_waiting_first(session):
    short_of_one(session)
    other = office.newcomer(session, "Mihaela", languages=(Language(code="ron", level="native"),))
    waits(session, other, 40)
    session.flush()
    page = shortages(session, "sponsorship", TODAY)
    assert [one.needs[0].first_name for one in page.alone] == ["Mihaela", "Ioana"]
    assert [(trait.code, trait.needs) for trait in page.common] == [("ron", 2)]
    assert {taker.language.code for taker in page.takers.values()} == {"ron"}
    assert set(page.takers) == {one.needs[0].wish_id for one in page.alone}


def test_nobody_is_short_where_everybody_can_be_served(session):
    office.newcomer(session)
    office.sponsor(session)
    page = shortages(session, "sponsorship", TODAY)
    assert (page.sets, page.alone, page.left) == ((), (), 0)
    assert not page.standing.is_empty


def test_an_office_without_people_is_empty(session):
    assert standing(session, "support", TODAY).is_empty
    assert shortages(session, "support", TODAY).left == 0
