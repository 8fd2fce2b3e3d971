"""The head of the ledger goes to somebody outside once a day, and the doctor compares the ledger with such a letter."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, text

from models.anchors import ANCHOR, Anchors
from models.tables import LedgerHead, LedgerLine
from tests.models import office
from tests.models.office import AT
from tests.web.test_commands import BAD_INPUT, DONE, NO, environment, opened, run
from tests.web.test_mail import server, settings
from web.anchor_letter import lines_of, send_head
from web.chores import do_chores

__all__ = ["environment", "server"]
KEEPER = "keeper@elsewhere.example"
MAC = "0123456789abcdef" * 4


@pytest.fixture
def told(database):
    """An office whose ledger tells something."""
    with database.writing() as session:
        return office.sign_up(session, "Noor")


def head(database):
    with database.reading() as session:
        row = session.scalars(select(LedgerHead)).one()
        return row.seq, row.mac


def outside(tmp_path, server):
    return settings(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{server.port}", ANCHOR_MAIL=KEEPER)


@pytest.mark.usefixtures("told")
def test_the_head_is_sent_once_a_day_to_somebody_outside(tmp_path, database, server):
    post = outside(tmp_path, server)
    for day in range(2):
        seq, mac = head(database)
        sent = [send_head(database, post, AT + timedelta(days=day, hours=hour)) for hour in (0, 1, 2)]
        assert sent == [True, False, False]
        letter = server.handler.letters[-1]
        lines = lines_of(bytes(letter))
        assert [line for line in lines if ANCHOR.fullmatch(line)] == [
            f"{seq} {mac} {(AT + timedelta(days=day)).isoformat()}"
        ]
        assert (letter["To"], letter["Auto-Submitted"]) == (KEEPER, "auto-generated")
        assert "noor" not in f"{letter}".lower()
    assert len(server.handler.letters) == 2
    with database.reading() as session:
        verbs = session.scalars(select(LedgerLine.verb).where(LedgerLine.entity == "ledger")).all()
    assert verbs == ["send_anchor"] * 2


@pytest.mark.usefixtures("told")
def test_a_server_that_is_down_is_tried_again_the_same_day(tmp_path, database, server):
    down = settings(tmp_path, MAIL_URL="smtp://127.0.0.1:1", ANCHOR_MAIL=KEEPER)
    before = head(database)
    assert send_head(database, down, AT) is False
    assert head(database) == before
    assert send_head(database, outside(tmp_path, server), AT) is True


@pytest.mark.usefixtures("told")
def test_without_an_address_nothing_is_sent(tmp_path, database, server):
    assert send_head(database, settings(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{server.port}"), AT) is False
    assert server.handler.letters == []


@pytest.mark.usefixtures("told")
def test_the_chores_send_it(tmp_path, database, server):
    do_chores(database, outside(tmp_path, server))
    assert [letter["To"] for letter in server.handler.letters].count(KEEPER) == 1


def kept(instance, monkeypatch):
    """An office that runs, and the letter that its keeper saved; the file of anchors is lost."""
    monkeypatch.setenv("ANCHOR_MAIL", KEEPER)
    run("migrate")
    database = opened(instance)
    with database.writing() as session:
        office.sign_up(session, "Noor")
    database.dispose()
    run("send-mail")
    (letter,) = [one for one in (instance / "outbox").glob("*.eml") if KEEPER in one.read_text()]
    (instance / "ledger-anchors.txt").unlink()
    return letter


def test_the_doctor_finds_by_a_letter_a_ledger_that_was_cut(environment, monkeypatch):
    letter = kept(environment, monkeypatch)
    assert run("doctor", "--anchor", str(letter)).stdout == "sound\n"
    database = opened(environment)
    with database.writing() as session:
        session.execute(text("DROP TRIGGER ledger_line_delete"))
        session.execute(text("DELETE FROM ledger_line WHERE seq > 2"))
        session.execute(
            text("UPDATE ledger_head SET seq = 2, mac = (SELECT mac FROM ledger_line WHERE seq = 2)")
        )
    database.dispose()
    assert "ledger_cut" not in run("doctor").stdout
    found = run("doctor", "--anchor", str(letter))
    assert (found.exit_code, "ledger_cut ledger_line 3\n" in found.stdout) == (NO, True)


def test_a_line_that_was_copied_by_hand_is_as_good_as_the_letter(environment, monkeypatch, tmp_path):
    letter = message_from_bytes(kept(environment, monkeypatch).read_bytes(), policy=policy.default)
    copied = tmp_path / "copied.txt"
    copied.write_text("De : Passerelle\n> " + letter.get_content().splitlines()[-1])
    assert run("doctor", "--anchor", str(copied)).exit_code == DONE
    seq, mac, at = copied.read_text().rpartition("> ")[2].split()
    copied.write_text(f"{seq} {mac[::-1]} {at}")
    assert f"ledger_replaced ledger_line {seq}\n" in run("doctor", "--anchor", str(copied)).stdout


@pytest.mark.usefixtures("environment")
def test_a_letter_that_tells_nothing_is_refused_and_so_is_an_address_that_is_none(tmp_path, monkeypatch):
    run("migrate")
    (tmp_path / "other.eml").write_text("Subject: hello\n\nNothing here.")
    assert run("doctor", "--anchor", str(tmp_path / "other.eml")).exit_code == BAD_INPUT
    monkeypatch.setenv("ANCHOR_MAIL", "not an address")
    assert run("doctor").exit_code == BAD_INPUT


def test_a_letter_and_the_file_that_disagree_agree_with_no_line(tmp_path):
    file = tmp_path / "anchors.txt"
    file.write_text(f"4 {MAC} {AT.isoformat()}\n")
    assert Anchors(file, [f"4 {MAC} {AT.isoformat()}"]).read() == {4: MAC}
    assert Anchors(file, [f"4 {MAC[::-1]} {AT.isoformat()}"]).read()[4] not in {MAC, MAC[::-1]}


def test_a_letter_from_before_a_backup_was_restored_counts_up_to_where_it_was_cut(tmp_path):
    file = tmp_path / "anchors.txt"
    file.write_text(f"restored 4 {MAC} {AT.isoformat()}\n")
    before, after = (AT + timedelta(days=days) for days in (-1, 1))
    assert Anchors(file, [f"9 {MAC} {before.isoformat()}"]).read() == {4: MAC}
    assert Anchors(file, [f"9 {MAC} {after.isoformat()}"]).read() == {4: MAC, 9: MAC}
    assert Anchors(file, [f"3 {MAC} {before.isoformat()}"]).read() == {4: MAC, 3: MAC}
