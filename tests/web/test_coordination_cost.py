"""On both databases, a page asks the same number of questions for two couples as for ten."""

from __future__ import annotations

import pytest

from models import casework
from models.queries.by_hand import choices, preview
from models.queries.insight.freedom import freedom
from models.queries.insight.rules import Wanted, rules
from models.queries.pairings import pairings
from models.queries.people import Search, people, person_page
from models.queries.proposals import proposal
from models.queries.rounds import prospects, round_page, rounds
from models.queries.todo import todo
from models.tables import Pairing, Round
from tests.models import office
from tests.web import desk

MOST = 40


def pages(session):
    """Give each page's question, ready to be asked."""
    pairing = session.query(Pairing).filter_by(state="suggested").first()
    person = session.get_one(casework.rows.Need, pairing.need_id).person_id
    newest = session.query(Round).order_by(Round.ran_at.desc()).first().id
    return {
        "todo": lambda: todo(session, office.TODAY),
        "people": lambda: people(session, Search(text="r"), office.TODAY),
        "person": lambda: person_page(session, person, office.TODAY, reads_notes=True),
        "prospects": lambda: prospects(session),
        "rounds": lambda: rounds(session),
        "round": lambda: round_page(session, newest),
        "proposal": lambda: proposal(session, pairing.id, office.TODAY, reads_notes=True),
        "choices": lambda: choices(session, pairing.need_id, "", office.TODAY),
        "preview": lambda: preview(session, pairing.need_id, pairing.offer_id, office.TODAY),
        "pairings": lambda: pairings(session, "to_review"),
        "rules": lambda: rules(session, "sponsorship", office.TODAY, Wanted(more=1)),
        "freedom": lambda: freedom(session, "sponsorship", office.TODAY, 5),
    }


def cost(database):
    with database.reading() as session:
        names = list(pages(session))
    found = {}
    for name in names:
        with database.reading() as session:
            ask = pages(session)[name]
            session.expunge_all()
            with desk.questions(database) as asked:
                ask()
            found[name] = len(asked)
    return found


@pytest.fixture
def costs(db):
    """What each page costs with two couples, then with five times as many people."""
    found = []
    for count in (2, 8):
        with db.writing() as session:
            for number in range(count):
                name = f"{'Nour' if count == 2 else 'Amina'}{number}"
                office.newcomer(session, name)
                office.sponsor(session, f"R{name}")
            casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
        found.append(cost(db))
    return found


def test_no_page_costs_more_for_more_people(costs):
    few, many = costs
    assert many == few
    assert max(many.values()) <= MOST, many
