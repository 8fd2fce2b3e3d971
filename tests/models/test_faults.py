"""The nth statement fails, for every n: all of a verb happened, or nothing of it."""

import pytest
from sqlalchemy import event, select

from models import casework
from models.imports import bring_in
from models.invariants import check_invariants
from models.tables import Base
from tests.models import office
from tests.models.office import AT, DO, TODAY
from tests.tries import FULL, tries

STRIDE = 1 if tries() >= FULL else 5


class BrokenError(Exception):
    """What a test makes a statement raise."""


def approve(session, pairing, _):
    casework.approve(session, pairing.id, pairing.version, **DO)


def reject(session, pairing, _):
    casework.reject(session, pairing.id, "other_written", "a note", **DO)


def withdraw(session, _, need):
    casework.withdraw_consent(session, need.person, "program", **need.does)


def run_again(session, _, __):
    casework.run_round(session, "sponsorship", by=office.COORDINATOR, at=AT, today=TODAY)


def register(session, _, __):
    office.sign_up(session, "Colombe", needs=(office.NEED,), offers=(office.OFFER,))


def bring(session, _, __):
    rows = "".join(f"{number};Noor;oui\n" for number in range(3))
    data = f"Identifiant;Prénom;Consentement\n{rows}".encode()
    bring_in(session, data, "liste.csv", side="need", program="sponsorship", **DO)


def erase(session, _, need):
    casework.erase(session, need.person, **DO)


def everything(database):
    with database.reading() as session:
        assert [str(found) for found in check_invariants(session, TODAY)] == []
        return [session.execute(select(table)).all() for table in Base.metadata.sorted_tables]


def fails_at(database, number, unit):
    """Run a unit whose statement of this number fails; say whether the unit got that far."""
    done = 0

    def count(*_):
        nonlocal done
        done += 1
        if done == number:
            raise BrokenError

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        unit()
    except BrokenError:
        return True
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    return False


@pytest.mark.parametrize("verb", [approve, reject, withdraw, run_again, register, bring, erase])
def test_all_of_a_verb_happens_or_nothing_of_it(db, verb):
    with db.writing() as session:
        need, offer = office.newcomer(session), office.sponsor(session)
        office.proposal(session, need, offer)

    def unit():
        with db.writing() as session:
            verb(session, office.pairing_of(session, need, offer), need)

    before, number = everything(db), 1
    while fails_at(db, number, unit):
        assert everything(db) == before
        number += STRIDE
    assert number > STRIDE
    assert everything(db) != before, "tried again without a fault, it is done"


@pytest.mark.parametrize("verb", [approve, withdraw, bring, erase])
def test_a_commit_that_fails_leaves_nothing_and_the_next_one_works(db, verb):
    with db.writing() as session:
        need, offer = office.newcomer(session), office.sponsor(session)
        office.proposal(session, need, offer)

    def fail(_connection):
        raise BrokenError

    before = everything(db)
    event.listen(db.engine, "commit", fail)
    try:
        with pytest.raises(BrokenError):
            do(db, verb, need, offer)
    finally:
        event.remove(db.engine, "commit", fail)
    assert everything(db) == before
    do(db, verb, need, offer)
    assert everything(db) != before


def do(db, verb, need, offer):
    with db.writing() as session:
        verb(session, office.pairing_of(session, need, offer), need)
