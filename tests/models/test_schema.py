from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, select

from models.database import Database
from models.invariants import check_invariants
from models.migrations import commands
from models.tables import Account, Base, LedgerHead, Person, SecondFactor, SignIn
from tests.models import office, test_organisations

REVISIONS = [step.revision for step in ScriptDirectory.from_config(commands.config()).walk_revisions()][::-1]


@pytest.fixture
def blank(blank_url, keyring):
    database = Database(blank_url, keyring)
    yield database
    database.dispose()


def test_the_newest_schema_is_what_the_models_say(db):
    with db.engine.begin() as connection:
        command.check(commands.config(connection))


def test_the_newest_schema_holds_every_check_of_the_models(db):
    for table in Base.metadata.tables.values():
        found = {
            check["name"]: check["sqltext"] for check in inspect(db.engine).get_check_constraints(table.name)
        }
        said = {check.name: str(check.sqltext) for check in table.constraints if hasattr(check, "sqltext")}
        assert found.keys() == said.keys()
        if db.is_sqlite:  # PostgreSQL rewrites what it was told
            assert found == said


def test_every_step_goes_up_and_down(blank):
    for revision in REVISIONS:
        blank.upgrade(revision)
        commands.downgrade(blank.engine, "-1")
        blank.upgrade(revision)
    commands.downgrade(blank.engine, "base")
    assert inspect(blank.engine).get_table_names() in ([], ["alembic_version"])


def test_every_step_goes_down_and_up_again_with_rows_in_it(blank):
    blank.upgrade()
    with blank.writing() as session:
        office.active(session, office.newcomer(session), office.sponsor(session))
    commands.downgrade(blank.engine, "base")
    blank.upgrade()
    with blank.writing() as session:
        office.active(session, office.newcomer(session), office.sponsor(session))
    with blank.reading() as session:
        assert check_invariants(session) == []


def test_processes_that_start_together_upgrade_once(blank_url, keyring):
    databases = [Database(blank_url, keyring) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        for upgrade in [pool.submit(database.upgrade) for database in databases]:
            upgrade.result()
    with databases[0].reading() as session:
        assert check_invariants(session) == []
    for database in databases:
        database.dispose()


def test_the_ledger_starts_empty(db):
    with db.reading() as session:
        head = session.scalars(select(LedgerHead)).one()
        assert (head.seq, head.mac) == (0, "0" * 64)


def test_what_came_with_second_factors_goes_down_and_up_with_rows_in_it(blank):
    blank.upgrade()
    with blank.writing() as session:
        kept, gone = (office.sign_up(session, name) for name in ("Amina", "Noor"))
        account = session.query(Account).filter_by(person_id=gone).one()
        account.email_index = account.email_sealed = None
        session.add(
            SignIn(
                token_hash="t", account_id=account.id, started_at=office.AT, seen_at=office.AT, stage="half"
            )
        )
        session.add(SecondFactor(id="f", account_id=account.id))
    commands.downgrade(blank.engine, "0001")
    blank.upgrade()
    with blank.reading() as session:
        assert session.scalars(select(Account.person_id)).all() == [kept]
        assert session.scalars(select(SignIn)).all() == []
        assert check_invariants(session) == []


def test_before_partners_there_are_no_agents_and_their_people_stay(blank):
    blank.upgrade()
    with blank.writing() as session:
        _, agent = test_organisations.opened(session)
        person = test_organisations.referred(session, agent)
    commands.downgrade(blank.engine, "0002")
    blank.upgrade()
    with blank.reading() as session:
        assert session.scalars(select(Account)).all() == []
        assert session.scalars(select(Person.id)).all() == [person]
        assert check_invariants(session) == []


def test_a_step_that_would_leave_a_row_pointing_to_nothing_is_undone(blank):
    if not blank.is_sqlite:
        return  # PostgreSQL holds its foreign keys by itself
    blank.upgrade()
    with blank.writing() as session:
        office.sign_up(session, "Amina")
    with pytest.raises(LookupError, match="letter"), commands.rebuilding(blank.engine) as connection:
        connection.execute(delete(Account))
    with blank.reading() as session:
        assert session.scalars(select(Account)).all()
