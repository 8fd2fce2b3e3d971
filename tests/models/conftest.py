"""A unit of work for each test, each verb in it under its locks, and the doctor after it."""

import pytest

from models.invariants import check_invariants
from tests.models import locking
from tests.models.office import TODAY


@pytest.fixture
def session(db):
    """A unit of work that is committed after the test; the doctor must then find nothing."""
    with db.writing() as session, locking.watched(session):
        yield session
    with db.reading() as session:
        assert [str(found) for found in check_invariants(session, TODAY)] == []
