"""Somebody with the database in hand, with or without the key, rewrites the ledger: the doctor names the row."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from models import ledger
from models.anchors import DISPUTED, Anchors
from models.database import Database
from models.invariants import check_invariants
from models.ledger import Break
from models.sealing import keyring_of
from models.tables import LedgerHead, LedgerLine
from tests.conftest import KEYRING
from tests.models import office

ROW = 5
COLUMNS = [column.name for column in LedgerLine.__table__.columns]


@pytest.fixture
def told(db_url, tmp_path):
    """A database with a short story in its ledger, anchored in a file elsewhere."""
    database = Database(db_url, KEYRING, Anchors(tmp_path / "elsewhere" / "anchors.txt"))
    with database.writing() as session:
        office.sign_up(session, "Amina", needs=(office.NEED,))
    with database.writing() as session:
        office.sign_up(session, "Basile", offers=(office.OFFER,))
    yield database
    database.dispose()


class Attacker:
    """Somebody who took the triggers away and writes what she likes."""

    def __init__(self, session):
        self.session = session
        if session.get_bind().dialect.name == "sqlite":
            for name in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER ledger_line_{name}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))

    @property
    def last(self):
        return self.session.scalars(select(LedgerLine.seq).order_by(LedgerLine.seq.desc())).first()

    def row(self, seq):
        found = self.session.execute(select(LedgerLine.__table__).where(LedgerLine.seq == seq)).one()
        return dict(zip(COLUMNS, found, strict=True))

    def edit(self, seq, /, **values):
        self.session.execute(update(LedgerLine).where(LedgerLine.seq == seq).values(**values))

    def remove(self, seq):
        self.session.execute(delete(LedgerLine).where(LedgerLine.seq == seq))

    def add(self, **values):
        self.session.execute(insert(LedgerLine).values(**values))

    def set_head(self):
        """Let the head stand at the last line that is left."""
        row = self.row(self.last)
        self.session.execute(update(LedgerHead).values(seq=row["seq"], mac=row["mac"]))

    def sign_again(self, first):
        """Chain every line anew from one on, as only the holder of the key can."""
        key = keyring_of(self.session).subkey("ledger")
        for seq in range(first, self.last + 1):
            row = self.row(seq)
            row["previous_mac"] = self.row(seq - 1)["mac"] if seq > 1 else ledger.ORIGIN
            row["mac"] = ledger.chain(key, LedgerLine(**row))
            self.edit(seq, previous_mac=row["previous_mac"], mac=row["mac"])
        self.set_head()


def edits_a_word(attacker):
    attacker.edit(ROW, verb="reject")


def edits_who(attacker):
    attacker.edit(ROW, actor="someone else")


def edits_when(attacker):
    attacker.edit(ROW, at=office.AT.replace(year=2025))


def edits_facts(attacker):
    attacker.edit(ROW, facts={})


def deletes(attacker):
    attacker.remove(ROW)


def deletes_and_numbers_anew(attacker):
    attacker.remove(ROW)
    for seq in range(ROW + 1, attacker.last + 1):
        attacker.edit(seq, seq=seq - 1)
    attacker.set_head()


def replaces(attacker):
    row = attacker.row(ROW)
    attacker.remove(ROW)
    attacker.add(**{**row, "entity_id": "x"})


def reorders(attacker):
    one, other = attacker.row(ROW), attacker.row(ROW + 1)
    for seq in (ROW, ROW + 1):
        attacker.remove(seq)
    attacker.add(**{**one, "seq": ROW + 1})
    attacker.add(**{**other, "seq": ROW})


def adds_at_the_end(attacker):
    row = attacker.row(attacker.last)
    attacker.add(**{**row, "seq": row["seq"] + 1, "previous_mac": row["mac"]})


def cuts(attacker):
    """Take off the tail, and let the head say that this was all."""
    attacker.remove(attacker.last)
    attacker.set_head()


def cuts_and_forgets_the_head(attacker):
    attacker.remove(attacker.last)


def moves_the_head_back(attacker):
    attacker.session.execute(update(LedgerHead).values(seq=LedgerHead.seq - 1))


def forges_the_head(attacker):
    attacker.session.execute(update(LedgerHead).values(mac="f" * 64))


def forks(attacker):
    """Write a second line after the same one, in place of what came after."""
    row = attacker.row(attacker.last)
    fork = attacker.row(ROW)
    attacker.add(**{**row, "seq": row["seq"] + 1, "previous_mac": fork["mac"]})
    attacker.set_head()


def empties(attacker):
    for seq in range(1, attacker.last + 1):
        attacker.remove(seq)
    attacker.session.execute(update(LedgerHead).values(seq=0, mac=ledger.ORIGIN))


LINES = 10
WITHOUT_THE_KEY = {
    edits_a_word: Break(ROW, "edited"),
    edits_who: Break(ROW, "edited"),
    edits_when: Break(ROW, "edited"),
    edits_facts: Break(ROW, "edited"),
    deletes: Break(ROW, "missing"),
    deletes_and_numbers_anew: Break(ROW, "misplaced"),
    replaces: Break(ROW, "edited"),
    reorders: Break(ROW, "misplaced"),
    adds_at_the_end: Break(LINES + 1, "added"),
    cuts: Break(LINES, "cut"),
    cuts_and_forgets_the_head: Break(LINES, "cut"),
    moves_the_head_back: Break(LINES, "added"),
    forges_the_head: Break(LINES, "head"),
    forks: Break(LINES + 1, "misplaced"),
    empties: Break(1, "cut"),
}
WITH_THE_KEY = {
    edits_a_word: Break(ROW, "replaced"),
    edits_who: Break(ROW, "replaced"),
    edits_when: Break(ROW, "replaced"),
    edits_facts: Break(ROW, "replaced"),
    deletes_and_numbers_anew: Break(ROW, "replaced"),
    replaces: Break(ROW, "replaced"),
    reorders: Break(ROW, "replaced"),
}


def first_break(database):
    with database.reading() as session:
        return ledger.first_break(session)


@pytest.mark.parametrize("attack", WITHOUT_THE_KEY, ids=lambda attack: attack.__name__)
def test_without_the_key_every_change_is_found_at_its_row(told, attack):
    assert first_break(told) is None
    with told.writing() as session:
        attacker = Attacker(session)
        assert attacker.last == LINES
        attack(attacker)
    assert first_break(told) == WITHOUT_THE_KEY[attack]


@pytest.mark.parametrize("attack", WITH_THE_KEY, ids=lambda attack: attack.__name__)
def test_with_the_key_what_was_anchored_outside_tells(told, attack):
    with told.writing() as session:
        attacker = Attacker(session)
        attack(attacker)
        attacker.sign_again(ROW)
    assert first_break(told) == WITH_THE_KEY[attack]
    assert told.anchors.read().keys() == set(range(1, LINES + 1))
    told.anchors = None
    assert first_break(told) is None, "only the anchors can tell"


def test_with_the_key_a_tail_that_was_put_in_place_of_another_is_found(told):
    with told.writing() as session:
        attacker = Attacker(session)
        attacker.remove(LINES)
        attacker.add(**{**attacker.row(LINES - 1), "seq": LINES, "verb": "approve"})
        attacker.sign_again(LINES)
    assert first_break(told) == Break(LINES, "replaced")


def test_the_doctor_says_which_row_and_what_was_done_to_it(told):
    with told.writing() as session:
        edits_a_word(Attacker(session))
    with told.reading() as session:
        assert f"ledger_edited ledger_line {ROW}" in map(str, check_invariants(session))


def test_a_file_of_anchors_holds_no_personal_data_and_only_its_owner_reads_it(told):
    path = told.anchors.path
    assert path.stat().st_mode & 0o077 == 0
    lines = path.read_text().splitlines()
    assert len(lines) == LINES
    assert not [word for word in ("Amina", "Basile", "example.org") if word in path.read_text()]


def test_a_unit_that_was_undone_is_not_anchored(told):
    with told.writing() as session:
        office.sign_up(session, "Colombe")
        session.rollback()
    assert len(told.anchors.read()) == LINES


def test_anchors_that_cannot_be_written_do_not_undo_the_deed(db_url, tmp_path, caplog):
    (tmp_path / "file").touch()
    database = Database(db_url, KEYRING, Anchors(tmp_path / "file" / "anchors.txt"))
    with database.writing() as session:
        office.sign_up(session, "Amina")
    assert "anchor could not be written" in caplog.text
    with database.reading() as session:
        assert session.scalars(select(LedgerHead.seq)).one() > 0
    database.dispose()


def test_a_line_that_a_crash_left_half_written_is_passed_over(told):
    with told.anchors.path.open("a") as file:
        file.write("11 abc")
    assert first_break(told) is None


def test_after_a_restored_backup_the_lines_that_were_lost_are_no_longer_asked_for(told):
    with told.writing() as session:
        cuts(Attacker(session))
    with told.reading() as session:
        head = session.scalars(select(LedgerHead)).one()
    told.anchors.mark_restored(head.seq, head.mac, office.AT)
    assert first_break(told) is None
    assert len(told.anchors.read()) == LINES - 1


def test_a_letter_that_disagrees_with_the_head_of_a_restored_backup_is_not_passed_over(told):
    with told.reading() as session:
        head = session.scalars(select(LedgerHead)).one()
    before = (office.AT - timedelta(days=1)).isoformat()
    told.anchors.mark_restored(head.seq, head.mac, office.AT)
    for mac, known in ((head.mac, head.mac), ("f" * 64, DISPUTED)):
        letters = told.anchors.beside([f"{head.seq} {mac} {before}"])
        assert letters.read()[head.seq] == known
