import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models import casework, ledger
from models.actor import SYSTEM
from models.tables import LedgerHead, LedgerLine
from tests.models import office
from tests.models.office import AT, DO, TODAY


@pytest.fixture
def told(db):
    """A database with a short story in its ledger."""
    with db.writing() as session:
        office.active(session, office.newcomer(session), office.sponsor(session))
    return db


def lines(database):
    with database.reading() as session:
        return session.scalars(select(LedgerLine).order_by(LedgerLine.seq)).all()


def first_break(database):
    with database.reading() as session:
        return ledger.first_break(session)


def test_lines_are_numbered_without_a_gap_and_chained(told):
    found = lines(told)
    assert [line.seq for line in found] == list(range(1, len(found) + 1))
    assert [line.previous_mac for line in found[1:]] == [line.mac for line in found[:-1]]
    assert first_break(told) is None


def test_a_unit_that_fails_takes_no_number(told):
    before = len(lines(told))
    with told.writing() as session:
        office.sign_up(session, "Basile")
        session.rollback()
    with told.writing() as session:
        office.sign_up(session, "Colombe")
    assert [line.seq for line in lines(told)][before:] == list(range(before + 1, len(lines(told)) + 1))


@pytest.mark.parametrize("statement", ["UPDATE ledger_line SET verb = 'x'", "DELETE FROM ledger_line"])
def test_the_database_itself_refuses_to_change_a_line(told, statement):
    _is_refused(told, statement)


def test_truncate_does_not_pass_the_guards_of_postgresql(told):
    if not told.is_sqlite:  # SQLite has no such statement
        _is_refused(told, "TRUNCATE ledger_line")


def test_insert_or_replace_does_not_pass_the_guards_of_sqlite(told):
    if told.is_sqlite:  # PostgreSQL has no such statement
        _is_refused(told, "INSERT OR REPLACE INTO ledger_line SELECT * FROM ledger_line WHERE seq = 1")


def _is_refused(told, statement):
    before = lines(told)
    with pytest.raises(DBAPIError, match="only added to"):
        _execute(told, statement)
    assert [line.mac for line in lines(told)] == [line.mac for line in before]


def _execute(database, statement):
    with database.writing() as session:
        session.execute(text(statement))


def test_no_line_holds_personal_data(told):
    with told.writing() as session:
        amina = office.sign_up(
            session, "Zéphirine", profile=office.replace(office.PROFILE, phone="418 555-0142")
        )
        casework.write_note(session, amina, "canary note", **DO)
    stored = repr([vars(line) for line in lines(told)])
    assert not [
        word for word in ("Zéphirine", "Tremblante", "555-0142", "canary", "example.org") if word in stored
    ]


def test_each_verb_of_a_story_has_its_line(told):
    verbs = {line.verb for line in lines(told)}
    assert verbs >= {
        "register", "publish_need", "publish_offer", "give_consent", "book_interview", "record_interview",
        "record_identity", "record_references", "record_conduct", "record_screening", "confirm_screening",
        "record_training", "run_round", "suggest", "open_proposal", "approve", "ask_both",
        "answer", "accept", "plan_first_meeting", "record_first_meeting", "confirm_trial", "activate",
    }  # fmt: skip


def test_a_line_says_who_acted(told):
    by = {(line.verb, line.actor, line.role) for line in lines(told)}
    assert ("approve", "coordinator", "coordinator") in by
    assert {role for verb, _, role in by if verb == "answer"} == {"participant"}


def test_a_command_acts_under_its_own_name(db):
    with db.writing() as session:
        casework.run_round(session, "support", by=SYSTEM, at=AT, today=TODAY)
    assert [(line.actor, line.at) for line in lines(db)] == [("system", AT)]


def test_the_head_stands_at_the_last_line(told):
    with told.reading() as session:
        head = session.scalars(select(LedgerHead)).one()
    assert (head.seq, head.mac) == (len(lines(told)), lines(told)[-1].mac)
