import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.database import PRAGMAS, Database, canonical_url
from models.errors import AlreadyRegistered
from models.tables import LedgerHead, Person
from tests.models import office


def test_what_is_written_together_is_kept_together(db):
    with db.writing() as session:
        person = office.sign_up(session)
    with db.reading() as session:
        assert session.get(Person, person).state == "submitted"


def _register_twice(db):
    with db.writing() as session:
        office.sign_up(session, "Amina")
        office.sign_up(session, "AMINA")


def test_a_unit_that_fails_leaves_nothing_behind(db):
    with pytest.raises(AlreadyRegistered):
        _register_twice(db)
    with db.reading() as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalars(select(LedgerHead.seq)).one() == 0


def test_a_unit_that_reads_cannot_write(db):
    with db.reading() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE ledger_head SET seq = 9"))


def test_a_unit_that_reads_sees_one_state_of_the_database(db):
    with db.reading() as reader:
        before = reader.scalars(select(Person.id)).all()
        with db.writing() as session:
            office.sign_up(session)
        assert reader.scalars(select(Person.id)).all() == before == []


def test_instants_come_back_aware_and_in_utc(db):
    with db.writing() as session:
        person = office.sign_up(session)
    with db.reading() as session:
        assert session.get(Person, person).registered_at == office.AT


def test_an_instant_without_a_zone_is_refused(db):
    with pytest.raises(Exception, match="needs its zone"), db.writing() as session:
        session.get(Person, office.sign_up(session)).state_since = office.AT.replace(tzinfo=None)


def test_every_connection_to_sqlite_is_set_to_be_safe(tmp_path, keyring):
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite'}", keyring)
    wanted = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    wanted |= {"recursive_triggers": 1, "trusted_schema": 0, "busy_timeout": 30_000}
    assert {pragma.partition("=")[0] for pragma in PRAGMAS} == wanted.keys()
    with database.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    database.dispose()
    assert found == wanted


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_leads_to_the_driver_that_we_ship(scheme):
    url = canonical_url(f"{scheme}://office@db/passerelle")
    assert (url.drivername, url.host) == ("postgresql+psycopg", "db")
