"""People who came before marks were kept get theirs from the chores, once, and « no » outlasts another registration."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from models import casework
from models.actor import SYSTEM
from models.casework import kin
from models.casework.marking import mark_the_unmarked
from models.errors import Forbidden
from models.invariants import check_invariants
from models.tables import Exclusion, LedgerLine, Mark, Person
from tests.models import office
from tests.models.office import AT, DO, TODAY

PHONE = "418 555-0101"


@pytest.fixture
def before(db):
    """Two people who are kept apart, as a database from before marks holds them."""
    with db.writing() as session:
        amina, rosalie = office.newcomer(session), office.sponsor(session, phone=PHONE)
        casework.exclude(session, amina.person, rosalie.person, **DO)
        session.execute(delete(Mark))
    return amina, rosalie


def chore(db):
    return mark_the_unmarked(db, by=SYSTEM, at=AT)


def comes_again(db):
    with db.writing() as session:
        return office.sponsor(session, "Rosalia", phone="+1 (418) 555 0101", email="rosalia@example.org")


def is_kept_apart(db, one, other):
    with db.reading() as session:
        return session.get(Exclusion, tuple(sorted((one.person, other.person)))) is not None


def test_without_marks_she_would_not_be_known_again(db, before):
    assert not is_kept_apart(db, before[0], comes_again(db))


def test_the_chore_marks_everybody_once(db, before):
    assert chore(db) == len(before)
    with db.reading() as session:
        marks = {(one.person_id, one.fingerprint) for one in session.query(Mark)}
        lines = session.query(LedgerLine).count()
    assert {person for person, _ in marks} == {one.person for one in before}
    assert chore(db) == 0
    with db.reading() as session:
        assert {(one.person_id, one.fingerprint) for one in session.query(Mark)} == marks
        assert session.query(LedgerLine).count() == lines
    assert is_kept_apart(db, before[0], comes_again(db))


def test_whoever_cannot_be_marked_holds_up_nobody_after_her(db, before, monkeypatch):
    first = min(one.person for one in before)
    mark = kin.mark

    def fails_for_the_first(session, person):
        if person.id == first:
            raise ValueError("an address that cannot be read")
        mark(session, person)

    monkeypatch.setattr(kin, "mark", fails_for_the_first)
    with pytest.raises(ValueError, match="cannot be read"):
        chore(db)
    with db.reading() as session:
        assert set(session.scalars(select(Mark.person_id))) == {one.person for one in before} - {first}
    monkeypatch.undo()
    assert chore(db) == 1


def test_who_came_again_meanwhile_is_parted_by_the_chore(db, before):
    again = comes_again(db)
    with db.writing() as session:
        pairing = office.accepted(session, before[0], again).id
    chore(db)
    assert is_kept_apart(db, before[0], again)
    with db.reading() as session:
        assert casework.rows.open_pairings(session, again.person) == []
        found = check_invariants(session, TODAY)
    assert found == [], pairing


def test_a_refusal_for_safety_is_known_again_as_well(db):
    with db.writing() as session:
        refused = office.sign_up(session, "Bruno", offers=(office.OFFER,))
        casework.decline_person(session, refused, for_safety=True, **DO)
        session.execute(delete(Mark))
        again = office.sign_up(session, "Bruno", offers=(office.OFFER,), email="bruno+2@example.org")
        session.get_one(Person, refused).refused_for_safety = True
    with db.reading() as session:
        assert not session.get_one(Person, again).resembles_refused
    assert chore(db) == 1
    with db.reading() as session:
        assert session.get_one(Person, again).resembles_refused


def test_who_was_erased_and_who_left_no_contact_stay_as_they_are(db, before):
    with db.writing() as session:
        casework.erase(session, before[0].person, **DO)
        session.execute(delete(Mark))
        session.get_one(Person, before[1].person).email_sealed = None
        session.get_one(Person, before[1].person).phone_sealed = None
    assert chore(db) == 0


def test_nobody_but_the_house_starts_it(db, before):
    with pytest.raises(Forbidden):
        mark_the_unmarked(db, by=before[0].actor, at=AT)
