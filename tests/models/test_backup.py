"""R87, R96: a backup is made while others write, opens with the key alone, and is restored elsewhere, whole."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from models import backup_file, casework, disclosure
from models.actor import SYSTEM
from models.anchors import Anchors
from models.backup import back_up, restore
from models.database import Database
from models.errors import BackupUnreadable, NotEmpty
from models.invariants import check_invariants
from models.migrations import commands
from models.sealing import Keyring
from models.tables import Base, LedgerHead, LedgerLine, Person
from tests.conftest import KEYRING
from tests.models import office
from tests.models.office import AT, DO, TODAY
from tests.tries import tries

DOING = {"by": SYSTEM, "at": AT}
CANARIES = ("Amina", "Tremblante", "amina@example.org", "555-0142", "knows the landlord")
SMALL = 512


@pytest.fixture
def living(db):
    """An office at work: a pairing under way, notes, a round, letters owed."""
    with db.writing() as session:
        need = office.newcomer(session, "Amina", phone="418 555-0142")
        office.active(session, need, office.sponsor(session, "Rosalie"))
        casework.write_note(session, need.person, "knows the landlord", **DO)
        office.sign_up(session, "Colombe")
    return db


@pytest.fixture
def elsewhere(blank_url):
    database = Database(blank_url, KEYRING)
    yield database
    database.dispose()


@pytest.fixture
def file(living, tmp_path, monkeypatch):
    """A backup of the office, in many small chunks."""
    monkeypatch.setattr(backup_file, "CHUNK", SMALL)
    back_up(living, tmp_path / "office.backup", **DOING)
    return tmp_path / "office.backup"


@pytest.fixture
def of_sqlite(sqlite_template, tmp_path, monkeypatch):
    """A backup of a small office on SQLite, in many small chunks."""
    monkeypatch.setattr(backup_file, "CHUNK", SMALL)
    database = office.copy_of(sqlite_template, tmp_path / "office.sqlite", KEYRING)
    with database.writing() as session:
        for name in ("Amina", "Rosalie", "Colombe"):
            office.sign_up(session, name, needs=(office.NEED,))
    back_up(database, tmp_path / "office.backup", **DOING)
    database.dispose()
    return tmp_path / "office.backup"


def new_at(folder):
    """An empty database in a file."""
    return Database(f"sqlite:///{folder / 'new.sqlite'}", KEYRING)


def everything(database, *, but=()):
    """Every row of every table; lines of the ledger only up to the backup."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }


def is_untouched(database):
    database.dispose()
    if database.is_sqlite and not Path(database.url.database).exists():
        return True
    return inspect(database.engine).get_table_names() == []


def test_what_was_backed_up_stands_elsewhere_row_by_row_on_either_database(living, elsewhere, tmp_path):
    before = everything(living)
    made = back_up(living, tmp_path / "b", **DOING)
    done = restore(elsewhere, tmp_path / "b", **DOING)
    after = everything(elsewhere)
    assert done.counts == made.counts == {name: len(rows) for name, rows in before.items()}
    of_the_ledger = ("ledger_line", "ledger_head")
    assert {name: after[name] for name in after if name not in of_the_ledger} == {
        name: before[name] for name in before if name not in of_the_ledger
    }
    assert set(before["ledger_line"]) < set(after["ledger_line"])
    with elsewhere.reading() as session:
        assert check_invariants(session, TODAY) == []
        assert session.scalars(select(LedgerLine.verb).order_by(LedgerLine.seq.desc())).first() == "restore"


def test_what_was_sealed_opens_elsewhere_and_work_goes_on(file, tmp_path):
    elsewhere = new_at(tmp_path)
    restore(elsewhere, file, **DOING)
    with elsewhere.writing() as session:
        amina = session.scalars(select(Person).where(Person.first_name == "Amina")).one()
        assert disclosure.contacts_of(session, amina).phone == "418 555-0142"
        assert disclosure.note_of(session, amina) == "knows the landlord"
        office.sign_up(session, "Zoé")
    with elsewhere.reading() as session:
        assert check_invariants(session, TODAY) == []
    elsewhere.dispose()


def test_nothing_can_be_read_in_the_file(file):
    raw = file.read_bytes()
    assert not [canary for canary in CANARIES if canary.encode() in raw]
    assert b"person" not in raw, "not even which tables there are"
    assert file.stat().st_mode & 0o077 == 0


def test_the_readable_beginning_says_when_at_which_schema_and_how_far_the_ledger_was(living, file):
    with file.open("rb") as opened:
        header = backup_file.read_header(opened)
    with living.reading() as session:
        backed_up = session.scalars(select(LedgerLine).where(LedgerLine.verb == "back_up")).one()
    assert header.keys() == {"made_at", "schema", "ledger", "salt"}
    assert header["ledger"] == [backed_up.seq - 1, backed_up.previous_mac]


def test_a_backup_is_one_state_while_others_write(living, tmp_path):
    stop, wrote, elsewhere = threading.Event(), threading.Semaphore(0), new_at(tmp_path)
    other = Database(living.url.render_as_string(hide_password=False), KEYRING)

    def write():
        for number in count():
            with other.writing() as session:
                office.sign_up(session, f"N{number}", needs=(office.NEED,))
            wrote.release()
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:  # somebody signs up between each two tables
        made = back_up(living, tmp_path / "b", tell=lambda _: wrote.acquire(timeout=30), **DOING)
    finally:
        stop.set()
        writer.join()
        other.dispose()
    with living.reading() as session:
        assert len(session.scalars(select(Person.id)).all()) >= made.counts["person"] + len(made.counts) - 2
    assert restore(elsewhere, tmp_path / "b", **DOING).counts == made.counts
    with elsewhere.reading() as session:
        assert check_invariants(session, TODAY) == []
    elsewhere.dispose()


def test_a_backup_never_takes_the_place_of_another(living, file):
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        back_up(living, file, **DOING)
    assert file.read_bytes() == before


def test_a_backup_that_fails_leaves_no_file(living, tmp_path):
    def fail(name):
        if name == "person":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        back_up(living, tmp_path / "b", tell=fail, **DOING)
    assert list(tmp_path.iterdir()) == []
    back_up(living, tmp_path / "b", **DOING)


def test_nothing_is_restored_over_what_is_there(file, living):
    before = everything(living)
    with pytest.raises(NotEmpty):
        restore(living, file, **DOING)
    assert everything(living) == before


def test_another_key_opens_no_backup(of_sqlite, elsewhere):
    elsewhere.keyring = Keyring("the key of another house, long enough")
    with pytest.raises(BackupUnreadable, match="another key"):
        restore(elsewhere, of_sqlite, **DOING)
    assert is_untouched(elsewhere)


def test_a_key_that_was_changed_since_opens_no_older_backup_and_the_old_one_no_newer(db_url, tmp_path):
    new, of_old, of_new = Keyring("another key that only the tests know, long enough"), *map(str, "ab")
    database = Database(db_url, KEYRING)
    back_up(database, tmp_path / of_old, **DOING)
    database.change_key(new, **DOING)
    back_up(database, tmp_path / of_new, **DOING)
    database.change_key(KEYRING, **DOING)
    database.dispose()
    for name, keyring in ((of_old, new), (of_new, KEYRING)):
        with pytest.raises(BackupUnreadable):
            list(backup_file.read_lines(tmp_path / name, keyring))
    assert list(backup_file.read_lines(tmp_path / of_new, new))


def parts_of(raw):
    """Give the header and each chunk, with their lengths before them."""
    rest, found = raw[len(backup_file.MAGIC) :], []
    while rest:
        size = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:size])
        rest = rest[size:]
    return found


def joined(parts):
    return backup_file.MAGIC + b"".join(parts)


def changed(parts, chance):
    raw = bytearray(joined(parts))
    raw[chance.randrange(len(backup_file.MAGIC), len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def cut(parts, chance):
    return joined(parts)[: chance.randrange(1, len(joined(parts)))]


def without_its_end(parts, _):
    return joined(parts[:-1])


def without_a_chunk(parts, chance):
    gone = chance.randrange(1, len(parts) - 1)
    return joined(parts[:gone] + parts[gone + 1 :])


def in_another_order(parts, chance):
    at = chance.randrange(1, len(parts) - 2)
    return joined([*parts[:at], parts[at + 1], parts[at], *parts[at + 2 :]])


def with_more_at_the_end(parts, _):
    return joined([*parts, parts[-1]])


def with_another_beginning(parts, _):
    header = json.loads(parts[0][4:]) | {"ledger": [1, "0" * 64]}
    return joined([backup_file._part(json.dumps(header).encode()), *parts[1:]])


def of_nothing(_parts, _):
    return b""


DAMAGES = (
    changed,
    cut,
    without_its_end,
    without_a_chunk,
    in_another_order,
    with_more_at_the_end,
    with_another_beginning,
    of_nothing,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_no_damaged_file_is_read_to_its_end(of_sqlite, damage):
    parts, chance = parts_of(of_sqlite.read_bytes()), random.Random(1)
    assert len(parts) > 5
    for _ in range(tries()):
        of_sqlite.write_bytes(damage(parts, chance))
        with pytest.raises(BackupUnreadable):
            list(backup_file.read_lines(of_sqlite, KEYRING))


@pytest.mark.parametrize("damage", [without_its_end, with_more_at_the_end], ids=lambda one: one.__name__)
def test_of_a_damaged_file_nothing_is_restored(of_sqlite, elsewhere, damage):
    of_sqlite.write_bytes(damage(parts_of(of_sqlite.read_bytes()), None))
    with pytest.raises(BackupUnreadable):
        restore(elsewhere, of_sqlite, **DOING)
    assert is_untouched(elsewhere)


def test_a_backup_of_a_newer_program_is_refused(of_sqlite, elsewhere, monkeypatch):
    known = commands.revisions()
    monkeypatch.setattr(commands, "revisions", lambda: known - {max(known)})
    with pytest.raises(BackupUnreadable, match="newer than this program"):
        restore(elsewhere, of_sqlite, **DOING)
    assert is_untouched(elsewhere)


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(blank_url, tmp_path):
    older = Database(blank_url, KEYRING)
    older.upgrade()
    with older.writing() as session:
        office.active(session, office.newcomer(session), office.sponsor(session))
    commands.downgrade(older.engine, "0002")
    back_up(older, tmp_path / "b", **DOING)
    older.dispose()
    target = new_at(tmp_path)
    restore(target, tmp_path / "b", **DOING)
    with target.reading() as session:
        assert check_invariants(session) == []  # screenings of a newer schema are gone
        assert session.scalars(select(Person.first_name)).all()
    target.dispose()


def test_lines_that_came_after_the_backup_are_no_longer_asked_of_the_ledger(living, file, tmp_path):
    elsewhere = new_at(tmp_path)
    anchors = Anchors(tmp_path / "anchors.txt")
    living.anchors = anchors
    with living.writing() as session:
        office.sign_up(session, "Zoé")
    living.anchors, elsewhere.anchors = None, anchors
    done = restore(elsewhere, file, **DOING)
    with elsewhere.reading() as session:
        assert check_invariants(session, TODAY) == []
        assert session.scalars(select(LedgerHead.seq)).one() == done.seq + 1
    assert f"restored {done.seq} " in anchors.path.read_text()
    elsewhere.dispose()


def test_a_person_erased_since_does_not_come_back(sqlite_template, tmp_path):
    living = office.copy_of(sqlite_template, tmp_path / "office.sqlite", KEYRING)
    living.anchors = Anchors(tmp_path / "anchors.txt")
    with living.writing() as session:
        gone, stays = (office.sign_up(session, name, needs=(office.NEED,)) for name in ("Zéphirine", "Noor"))
    back_up(living, tmp_path / "b", **DOING)
    with living.writing() as session:
        casework.erase(session, gone, by=SYSTEM, at=AT)
    living.dispose()
    elsewhere = new_at(tmp_path)
    elsewhere.anchors = living.anchors
    restore(elsewhere, tmp_path / "b", **DOING)
    with elsewhere.reading() as session:
        assert session.get(Person, gone).erased_at == AT
        assert session.get(Person, stays).erased_at is None
        assert check_invariants(session, TODAY) == []
    elsewhere.dispose()
    assert "Zéphirine".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("new.sqlite*"))


def test_a_restore_killed_anywhere_leaves_nothing_or_everything(of_sqlite, tmp_path):
    chance = random.Random(2)
    target = tmp_path / "new.sqlite"
    for _ in range(max(1, tries() // 10)):
        command = [sys.executable, "-m", "tests.models.restoring", str(target), str(of_sqlite)]
        process = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE)
        process.stdout.readline()
        threading.Event().wait(chance.random() * 0.25)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        database = Database(f"sqlite:///{target}", KEYRING)
        if inspect(database.engine).get_table_names():
            with database.reading() as session:
                assert check_invariants(session, TODAY) == []
                assert len(session.scalars(select(Person)).all()) == 3
        else:
            restore(database, of_sqlite, **DOING)
        database.dispose()
        for path in tmp_path.glob("new.sqlite*"):
            path.unlink()
