"""R81: a process is killed in the middle of its work, a log is cut or garbled: what was said to be done is done."""

import random
import shutil
from collections import Counter

import pytest
from sqlalchemy import select, text

from models import disclosure
from models.database import Database
from models.invariants import check_invariants
from models.tables import Pairing, Person, Round
from tests.conftest import KEYRING
from tests.models import killed, office
from tests.snapshots import Snapshot
from tests.tries import FULL, tries

LONGEST = 0.06
"""Seconds from the last deed that was heard of to the kill: about as long as a deed takes."""
KILLS = tries() if tries() >= FULL else max(2, tries() // 2)
CHECKED = 5 if tries() < FULL else 10
"""How many are killed between two looks at everything, after which the office is empty again."""


@pytest.fixture
def victims(db_url):
    found = killed.Victims(db_url)
    yield found
    found.end()


def approved(session, done):
    return {row.id for row in session.scalars(select(Pairing)) if row.state == "awaiting_answers"} >= set(
        done
    )


def withdrawn(session, done):
    return {row.id for row in session.scalars(select(Person)) if row.state == "withdrawn"} >= set(done)


def brought(session, done):
    """Each family came whole or not at all."""
    people = session.scalars(select(Person).where(Person.first_name == "Noor"))
    families = Counter(disclosure.contacts_of(session, person).surname for person in people)
    assert set(families.values()) <= {killed.THREE}
    return families.keys() >= set(done)


def ran(session, done):
    return set(session.scalars(select(Round.id))) >= set(done)


def erased(session, done):
    """Who was erased has no key, no name and nothing sealed; who was not has all of it."""
    gone = {person.id for person in session.scalars(select(Person)) if person.erased_at is not None}
    for person in session.scalars(select(Person)):
        held = (person.data_key is not None, bool(person.first_name), person.surname_sealed is not None)
        assert len(set(held)) == 1
        assert held[0] == (person.id not in gone)
    return gone >= set(done)


HOLDS = {"approve": approved, "withdraw": withdrawn, "bring": brought, "run_round": ran, "erase": erased}


@pytest.mark.parametrize("deed", HOLDS)
def test_what_was_said_to_be_done_before_a_kill_is_done_and_nothing_is_by_half(db, victims, deed, tmp_path):
    chance, nobody, told = random.Random(deed), Snapshot(db, tmp_path), 0
    for number in range(0, KILLS, CHECKED):
        done = []
        for one in range(number, min(number + CHECKED, KILLS)):
            done += victims.kill_one(deed, chance.randrange(3), chance.random() * LONGEST)
            with db.writing() as session:
                office.sign_up(session, f"After{one}")  # a new write works
        with db.reading() as session:
            assert [str(found) for found in check_invariants(session)] == []
            assert HOLDS[deed](session, done)
        told += len(done)
        nobody.bring_back()
    assert told > KILLS // 2


@pytest.fixture
def logged(tmp_path, sqlite_template):
    """A file, and a log of what was committed and is not in the file yet."""
    database = office.copy_of(sqlite_template, tmp_path / "office.sqlite", KEYRING)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
    for name in ("Amina", "Basile", "Colombe"):
        with database.writing() as session:
            office.sign_up(session, name, needs=(office.NEED,))
    copy = tmp_path / "copy"
    copy.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(tmp_path / f"office.sqlite{ending}", copy / f"office.sqlite{ending}")
    database.dispose()
    return copy / "office.sqlite"


def assert_whole(file, log):
    """Whatever is left of the log, the file opens on a state that was committed, and can be written to."""
    work = file.with_name("work.sqlite")
    shutil.copy(file, work)
    work.with_name("work.sqlite-wal").write_bytes(log)
    work.with_name("work.sqlite-shm").unlink(missing_ok=True)
    database = Database(f"sqlite:///{work}", KEYRING)
    with database.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert check_invariants(session) == []
        people = len(session.scalars(select(Person)).all())
    with database.writing() as session:
        office.sign_up(session, "After")
    database.dispose()
    return people


def test_a_log_cut_anywhere_leaves_a_state_that_was_committed(logged):
    log, seen = logged.with_name("office.sqlite-wal").read_bytes(), set()
    assert len(log) > 40_000
    for step in range(tries() + 1):
        seen.add(assert_whole(logged, log[: len(log) * step // tries()]))
    assert seen == {0, 1, 2, 3}


def test_a_log_garbled_anywhere_leaves_a_state_that_was_committed(logged):
    log, chance = logged.with_name("office.sqlite-wal").read_bytes(), random.Random(3)
    for _ in range(max(3, tries() // 3)):
        at = chance.randrange(len(log))
        assert assert_whole(logged, log[:at] + chance.randbytes(64) + log[at + 64 :]) <= 3
