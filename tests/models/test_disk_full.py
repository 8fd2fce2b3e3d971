"""R82: the disk is full: nothing is half-written, and work goes on once there is room, without a restart."""

import subprocess
import sys

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from models.database import Database
from models.invariants import check_invariants
from models.tables import Person
from tests.conftest import KEYRING
from tests.models import office


@pytest.fixture
def small(tmp_path, sqlite_template):
    """A database on a disk with next to no room; and what makes room."""
    database = office.copy_of(sqlite_template, tmp_path / "office.sqlite", KEYRING)
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() + 4
    database.dispose()
    limit = {"pages": pages}

    def press(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count={limit['pages']}")

    event.listen(database.engine, "checkout", press)
    yield database, lambda: limit.update(pages=1_000_000)
    database.dispose()


def fill(database):
    """Register people until there is no room, and give how many came in."""
    for number in range(10_000):
        try:
            with database.writing() as session:
                office.sign_up(session, f"A{number}", needs=(office.NEED,))
        except OperationalError as error:
            assert "full" in str(error.orig)  # noqa: PT017 - the number is wanted too
            return number
    raise AssertionError("there was room for everybody")


def register_two(database):
    with database.writing() as session:
        for name in ("Zoé", "Noor"):
            office.sign_up(session, name, needs=(office.NEED,))


def assert_whole(database, people):
    with database.reading() as session:
        assert check_invariants(session) == []
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert len(session.scalars(select(Person)).all()) == people


def test_a_full_disk_undoes_the_unit_whole_and_room_is_all_it_needs(small):
    database, make_room = small
    people = fill(database)
    assert_whole(database, people)
    with pytest.raises(OperationalError):
        register_two(database)
    assert_whole(database, people)
    make_room()
    with database.writing() as session:
        office.sign_up(session, "Zoé", needs=(office.NEED,))
    assert_whole(database, people + 1)


LIMITED = """
import resource, sys
from sqlalchemy.exc import OperationalError
from models.database import Database
from models.invariants import check_invariants
from tests.conftest import KEYRING
from tests.models import office
database = Database(f"sqlite:///{sys.argv[1]}", KEYRING)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
done, said = 0, ""
for number in range(1000):
    try:
        with database.writing() as session:
            office.sign_up(session, f"A{number}")
        done += 1
    except OperationalError as error:
        said = str(error.orig)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
with database.writing() as session:
    office.sign_up(session, "After")
with database.reading() as session:
    print(done, len(check_invariants(session)), said)
"""


def test_a_file_that_may_not_grow_undoes_the_unit_and_work_goes_on_when_it_may(tmp_path, sqlite_template):
    database = office.copy_of(sqlite_template, tmp_path / "office.sqlite", KEYRING)
    database.dispose()
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "office.sqlite")],
        capture_output=True,
        text=True,
        check=True,
    )
    done, violations, said = ran.stdout.strip().split(" ", 2)
    assert (int(done) > 0, violations) == (True, "0")
    assert said in {"disk I/O error", "database or disk is full"}
    database = Database(f"sqlite:///{tmp_path / 'office.sqlite'}", KEYRING)
    assert_whole(database, int(done) + 1)
    database.dispose()
