"""A unit of work for each test, and the doctor after it; each verb holds its locks."""

import pytest

from models.invariants import check_invariants
from tests.models import locking, office
from tests.models.office import TODAY


@pytest.fixture
def db(db):
    """A database with the newest schema and no rows, on which verbs are seen to lock whom they are about."""
    with locking.watched(db):
        yield db


@pytest.fixture
def session(db):
    """A unit of work that is committed after the test; the doctor must then find nothing."""
    with db.writing() as session:
        yield session
    with db.reading() as session:
        assert [str(found) for found in check_invariants(session, TODAY)] == []


@pytest.fixture
def owed(db):
    """Two registrations, each with a letter."""
    with db.writing() as session:
        office.sign_up(session, "Amina")
        office.sign_up(session, "Basile")
    return db
