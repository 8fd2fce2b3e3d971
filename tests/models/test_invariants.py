import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from models import casework
from models.invariants import check_invariants
from models.tables import (
    Clearance,
    Consent,
    Exclusion,
    LedgerHead,
    Letter,
    Need,
    Offer,
    Pairing,
    Person,
    Round,
)
from tests.models import office
from tests.models.office import AT, DO, TODAY


@pytest.fixture
def living(db):
    """An office with one active pairing, one awaited, and one proposed."""
    with db.writing() as session:
        office.active(session, office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie"))
        office.approved(session, office.newcomer(session, "Basile"), office.sponsor(session, "Sylvain"))
        office.newcomer(session, "Colombe"), office.sponsor(session, "Thérèse")
        casework.run_round(session, "sponsorship", today=TODAY, **DO)
    return db


def codes(database, today=None):
    with database.reading() as session:
        return {found.code for found in check_invariants(session, today)}


def break_in(database, *statements):
    """Change rows behind the verbs' back."""
    with database.writing() as session:
        for statement in statements:
            session.execute(statement)


def test_a_living_office_is_sound(living):
    assert codes(living, TODAY) == set()


def test_an_empty_database_is_sound(db):
    assert codes(db, TODAY) == set()


BREAKS = {
    "places": update(Offer).where(Offer.places_taken == 1).values(places_taken=0),
    "need_state": update(Need).where(Need.state == "paired").values(state="available"),
    "person_left": update(Person).values(state="withdrawn"),
    "no_consent": update(Consent).where(Consent.purpose == "program").values(withdrawn_at=AT),
    "no_matching_consent": update(Consent).where(Consent.purpose == "matching").values(withdrawn_at=AT),
    "untold": update(Pairing).where(Pairing.state == "active").values(state="renewed"),
    "ledger_added": update(LedgerHead).values(seq=1),
    "letter": update(Letter).where(Letter.kind == "proposal_waiting").values(kind="both_accepted"),
    "round_incomplete": update(Round).values(paired=Round.paired + 1),
}


@pytest.mark.parametrize("code", BREAKS)
def test_the_doctor_finds_what_was_broken(living, code):
    break_in(living, BREAKS[code])
    assert code in codes(living)


def test_the_doctor_finds_two_who_are_kept_apart_together(living):
    with living.writing() as session:
        need = session.scalars(select(Need.person_id).where(Need.state == "paired")).one()
        offer = session.scalars(select(Offer.person_id).where(Offer.state == "paired")).one()
        one, other = sorted((need, offer))
        session.add(Exclusion(one_id=one, other_id=other, since=AT))
    assert codes(living) == {"kept_apart"}


def test_the_doctor_finds_a_need_paired_twice_where_nothing_forbids_it(living):
    with living.engine.connect() as connection, connection.begin() as undone, Session(connection) as session:
        session.info["keyring"] = living.house
        session.execute(text("DROP INDEX uq_pairing_need_in_force"))
        active, awaited = (_in_state(session, state) for state in ("active", "awaiting_answers"))
        awaited.need_id = active.need_id
        session.flush()
        found = {violation.code for violation in check_invariants(session)}
        undone.rollback()
    assert "paired_twice" in found


def test_the_doctor_finds_who_asks_twice_in_one_program(living):
    paired = select(Need.person_id).where(Need.state == "paired").scalar_subquery()
    break_in(living, update(Need).where(Need.state == "proposed").values(person_id=paired))
    assert codes(living) == {"wished_twice"}


def _in_state(session, state):
    return session.scalars(select(Pairing).where(Pairing.state == state)).one()


def test_the_doctor_finds_a_step_that_the_table_does_not_know(living):
    with living.writing() as session:
        pairing = _in_state(session, "active")
        facts = {"from": "active", "to": "suggested"}
        casework.rows.ledger.record(session, AT, office.COORDINATOR, "undo", "pairing", pairing.id, facts)
        pairing.state = "suggested"
    assert "step" in codes(living)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # PostgreSQL cannot hold one
def test_the_doctor_finds_an_orphan(living):
    with living.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DELETE FROM person WHERE first_name = 'Colombe'")
    living.dispose()
    assert "orphan" in codes(living)


def test_the_doctor_finds_a_pairing_whose_screening_ran_out(living):
    expired = TODAY.replace(day=1)
    break_in(living, update(Clearance).values(expires=expired))
    assert codes(living) == set()
    assert codes(living, TODAY) == {"not_cleared"}


def test_a_violation_names_what_and_which_and_nobody(living):
    break_in(living, delete(Consent))
    with living.reading() as session:
        found = [str(violation) for violation in check_invariants(session)]
    assert all(line.startswith(("no_consent pairing", "no_matching_consent pairing")) for line in found)
    assert not [line for line in found if "Amina" in line or "Rosalie" in line]
