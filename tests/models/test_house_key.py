"""R98: the key outside the database is changed under those who work with it, and the old one is then useless."""

import contextlib
import random
from collections import Counter
from types import SimpleNamespace

import pytest
from sqlalchemy import MetaData, Table, select, text

from models import casework, disclosure
from models.actor import SYSTEM
from models.database import Database
from models.errors import WrongKey
from models.invariants import check_invariants
from models.migrations import commands
from models.sealing import KEY_FILE, Keyring, load_keyring, renew_key_file
from models.tables import HouseKey, LedgerLine, Person, new_id
from tests.conftest import KEYRING
from tests.models import office
from tests.models.killed import Victims
from tests.models.office import AT, DO, PROFILE, TODAY
from tests.tries import tries

NEW = Keyring("another key that only the tests know, long enough")
CHANGE = {"by": SYSTEM, "at": AT}
EMAIL = "amina@example.org"


@pytest.fixture
def kept(db_url):
    """A database with a person in it, to be opened with this key or that."""
    opened = []

    def with_key(keyring):
        opened.append(Database(db_url, keyring))
        return opened[-1]

    database = with_key(KEYRING)
    with database.writing() as session:
        office.sign_up(session, "Amina", email=EMAIL, needs=(office.NEED,))
    yield with_key
    database = Database(db_url, NEW)  # the file is the next test's too
    with contextlib.suppress(WrongKey):
        database.change_key(KEYRING, **CHANGE)
    for one in (*opened, database):
        one.dispose()


def surname(database):
    with database.reading() as session:
        return disclosure.contacts_of(session, session.scalars(select(Person)).one()).surname


def test_the_old_key_opens_nothing_once_another_is_in_force(kept):
    assert kept(KEYRING).change_key(NEW, **CHANGE)
    for use in (lambda session: session.scalars(select(Person)).all(), check_invariants):
        with pytest.raises(WrongKey), kept(KEYRING).reading() as session:
            use(session)
    with pytest.raises(WrongKey), kept(KEYRING).writing():
        pass
    assert surname(kept(NEW)) == PROFILE.surname


def test_every_sealed_value_every_fingerprint_and_the_ledger_hold_under_the_new_key(kept):
    before = kept(KEYRING)
    with before.reading() as session:
        index = session.scalars(select(Person.email_index)).one()
    before.change_key(NEW, **CHANGE)
    after = kept(NEW)
    assert after.house.email_index(EMAIL) == index
    with after.reading() as session:
        assert check_invariants(session, TODAY) == []


def test_who_is_at_work_meanwhile_goes_on(kept):
    at_work = kept(KEYRING)
    assert surname(at_work) == PROFILE.surname
    kept(KEYRING).change_key(NEW, **CHANGE)
    assert surname(at_work) == PROFILE.surname
    with at_work.writing() as session:
        person = session.scalars(select(Person)).one()
        casework.update_profile(session, person.id, office.replace(PROFILE, surname="Boréal"), **DO)
    assert surname(kept(NEW)) == "Boréal"


def test_changing_the_key_is_told_by_the_ledger(kept):
    kept(KEYRING).change_key(NEW, **CHANGE)
    with kept(NEW).reading() as session:
        assert "rotate_key" in session.scalars(select(LedgerLine.verb)).all()


def test_a_run_that_was_stopped_is_taken_up(kept):
    assert kept(KEYRING).change_key(NEW, **CHANGE) is True
    assert kept(KEYRING).change_key(NEW, **CHANGE) is False
    assert surname(kept(NEW)) == PROFILE.surname


def test_a_key_that_opens_nothing_changes_nothing(kept):
    with pytest.raises(WrongKey):
        kept(NEW).change_key(Keyring("a third key that opens nothing here at all"), **CHANGE)
    assert surname(kept(KEYRING)) == PROFILE.surname


def test_the_secret_of_the_house_is_not_in_the_database_in_clear(kept):
    database = kept(KEYRING)
    with database.reading() as session:
        wrapped = session.scalars(select(HouseKey.wrapped)).one()
    assert database.house.secret.encode() not in wrapped
    assert database.house.secret != KEYRING.secret


def test_two_houses_never_share_a_secret(tmp_path):
    secrets = []
    for name in ("one", "other"):
        database = Database(f"sqlite:///{tmp_path / name}.sqlite", KEYRING)
        database.upgrade()
        secrets.append(database.house.secret)
        database.dispose()
    assert secrets[0] != secrets[1]


def test_a_database_older_than_the_secret_keeps_what_it_was_sealed_with(blank_url):
    database = Database(blank_url, KEYRING)
    database.upgrade("0003")
    assert database.house is KEYRING
    with database.engine.begin() as connection:
        enter_as_it_was(connection)
    database.upgrade()
    assert surname(database) == PROFILE.surname
    database.dispose()


def enter_as_it_was(connection):
    """Write a person under an older schema, which the classes of today no longer fit."""
    amina = SimpleNamespace(id=new_id())
    amina.data_key = KEYRING.new_data_key(amina.id)
    row = vars(amina) | {
        "first_name": "Amina",
        "surname_sealed": KEYRING.seal(amina, f"person|surname|{amina.id}", PROFILE.surname),
        "state": "submitted",
        "state_since": AT,
        "registered_at": AT,
        "version": 1,
        "reader_language": "fr",
    }
    connection.execute(Table("person", MetaData(), autoload_with=connection).insert().values(row))
    connection.execute(text("UPDATE ledger_head SET seq = 1"))


def test_going_back_a_schema_never_loses_the_secret_of_a_house_in_use(blank_url):
    database = Database(blank_url, KEYRING)
    database.upgrade()
    with database.writing() as session:
        office.sign_up(session, "Amina")
    secret = database.house.secret
    commands.downgrade(database.engine, "0003")
    database.upgrade()
    assert database.house.secret == secret
    assert surname(database) == PROFILE.surname
    database.dispose()


def renewed(folder, change):
    renew_key_file(folder, change)
    return load_keyring(folder, {}).secret


def test_a_key_file_is_replaced_once_its_key_is_in_force(tmp_path):
    first, seen = load_keyring(tmp_path, {}).secret, []
    now = renewed(tmp_path, lambda key: seen.append((key.secret, load_keyring(tmp_path, {}).secret)))
    assert seen == [(now, first)]
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_key_file_that_could_not_be_put_in_force_stays_and_the_new_one_waits(tmp_path):
    first, tried = load_keyring(tmp_path, {}).secret, []

    def fail(key):
        tried.append(key.secret)
        raise WrongKey

    with pytest.raises(WrongKey):
        renew_key_file(tmp_path, fail)
    assert load_keyring(tmp_path, {}).secret == first
    assert renewed(tmp_path, lambda key: tried.append(key.secret)) == tried[0] == tried[1]


KILLS = tries()


def test_a_rotation_killed_anywhere_is_finished_by_the_next_one(tmp_path, sqlite_template):
    first, url = load_keyring(tmp_path, {}), f"sqlite:///{tmp_path / 'passerelle.sqlite'}"
    database = office.copy_of(sqlite_template, tmp_path / "passerelle.sqlite", KEYRING)
    with database.writing() as session:
        office.sign_up(session, "Amina")
    database.change_key(first, **CHANGE)
    database.dispose()
    victims, chance, outcomes = Victims(url), random.Random(1), Counter()
    try:
        for _ in range(KILLS):
            victims.kill_one("change_key", 0, chance.random() * LONGEST)
            outcomes[finished(tmp_path, url)] += 1
    finally:
        victims.end()
    assert outcomes.total() == KILLS


LONGEST = 0.06
"""Seconds until the kill: about as long as a change of the key takes."""


def finished(folder, url):
    """Change the key once more, see that all of it holds, and tell whether the change was still to be done."""
    told, database = [], Database(url, load_keyring(folder, {}))
    renew_key_file(folder, lambda new: told.append(database.change_key(new, **CHANGE)))
    database.dispose()
    database = Database(url, load_keyring(folder, {}))
    assert surname(database) == PROFILE.surname
    with database.reading() as session:
        assert check_invariants(session) == []
    database.dispose()
    assert not (folder / KEY_FILE).with_suffix(".new").exists()
    return told[0]
