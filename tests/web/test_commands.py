"""The commands that keep the application: its schema, its demonstration, its doctor, its letters."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import text

from models import outbox
from models.database import Database
from models.sealing import Keyring
from models.tables import Letter, Offer, Person
from tests.models import office
from web.chores import CHORES, keep_doing_chores
from web.cli import group
from web.database import database_of
from web.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "a key that only the tests know, long enough"
DONE, NO, BAD_INPUT = 0, 1, 2
SECONDS_TO_START = 60


@pytest.fixture
def environment(tmp_path, monkeypatch) -> Path:
    """An office of its own in an empty folder."""
    for name in ("DATABASE_URL", "MAIL_URL", "PUBLIC_URL", "PORT", "DEMONSTRATION", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PASSERELLE_KEY", KEY)
    return tmp_path / "instance"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(group, arguments)
    assert "Traceback" not in result.output
    assert "should not happen" not in result.output
    return result


def opened(instance: Path) -> Database:
    return Database(f"sqlite:///{instance / 'passerelle.sqlite'}", Keyring(KEY))


def test_a_new_database_is_sound(environment):
    assert run("migrate").exit_code == DONE
    assert run("doctor").stdout == "sound\n"
    assert (environment / "passerelle.sqlite").is_file()


def test_a_database_is_migrated_once_and_kept(environment):
    run("migrate")
    database = opened(environment)
    with database.writing() as session:
        office.sign_up(session)
    database.dispose()
    assert run("migrate").exit_code == DONE
    database = opened(environment)
    with database.reading() as session:
        assert session.query(Person).count() == 1
    database.dispose()


def test_the_doctor_prints_every_violation(environment):
    run("migrate")
    database = opened(environment)
    with database.writing() as session:
        office.sponsor(session)
        session.query(Offer).update({"places_taken": 1})
    database.dispose()
    result = run("doctor")
    assert result.exit_code == NO
    assert re.search(r"^\S+ offer \S+", result.stdout)
    assert result.stdout.endswith("violations\n")


def test_the_doctor_tells_of_letters_that_were_given_up_and_calls_that_no_fault(environment):
    run("migrate")
    database = opened(environment)
    with database.writing() as session:
        for name in ("Amina", "Basile"):
            office.sign_up(session, name)
        session.query(Letter).update({"attempts": outbox.MOST_ATTEMPTS})
    database.dispose()
    result = run("doctor")
    assert result.exit_code == DONE
    first, last = result.stdout.splitlines()
    assert (first.startswith("2 letters given up"), first.endswith(": 2 registration_received"), last) == (
        True,
        True,
        "sound",
    )


@pytest.mark.usefixtures("environment")
def test_the_doctor_names_the_row_at_which_the_ledger_was_cut(monkeypatch, tmp_path):
    monkeypatch.setenv("ANCHORS", str(tmp_path / "another disk" / "anchors.txt"))
    run("migrate")
    database = database_of(read_settings())
    with database.writing() as session:
        office.sign_up(session)
    with database.writing() as session:
        session.execute(text("DROP TRIGGER ledger_line_delete"))
        session.execute(text("DELETE FROM ledger_line WHERE seq > 2"))
        session.execute(
            text("UPDATE ledger_head SET seq = 2, mac = (SELECT mac FROM ledger_line WHERE seq = 2)")
        )
    database.dispose()
    assert "ledger_cut ledger_line 3\n" in run("doctor").stdout


def test_a_small_city_is_filled_and_sound_and_stands_elsewhere_from_its_backup(
    environment, monkeypatch, tmp_path
):
    assert run("seed", "--people", "20").stdout.startswith("filled\n60 people")
    assert run("doctor").stdout == "sound\n"
    made = run("backup", str(tmp_path / "b"))
    assert re.fullmatch(r"\d+ rows, the ledger up to line \d+\n", made.stdout)
    assert run("restore", str(tmp_path / "b")).stderr.startswith("NotEmpty")
    monkeypatch.setenv("INSTANCE", str(tmp_path / "elsewhere"))
    done = run("restore", str(tmp_path / "b"))
    assert (done.exit_code, done.stdout) == (DONE, made.stdout + "sound\n")
    assert run("doctor").stdout == "sound\n"
    assert environment.is_dir()


def test_what_is_no_backup_is_said_in_one_line_and_makes_no_database(environment, tmp_path):
    (tmp_path / "b").write_text("hello")
    for file in (tmp_path / "b", tmp_path / "nothing here"):
        result = run("restore", str(file))
        assert (result.exit_code, len(result.stderr.splitlines())) == (BAD_INPUT, 1)
    assert not (environment / "passerelle.sqlite").exists()


NEW_KEY = "the key that comes after the first one, long enough"


@pytest.mark.usefixtures("environment")
def test_the_sealing_key_is_changed_for_another(monkeypatch):
    run("migrate")
    assert "PASSERELLE_NEW_KEY" in run("rotate-key").stderr
    monkeypatch.setenv("PASSERELLE_NEW_KEY", NEW_KEY)
    assert run("rotate-key").stdout == "the new key is in force\n"
    assert run("rotate-key").stdout == "the new key was in force already\n"
    assert run("doctor").exit_code == BAD_INPUT
    monkeypatch.setenv("PASSERELLE_KEY", NEW_KEY)
    assert run("doctor").stdout == "sound\n"


def test_a_key_that_this_machine_made_is_changed_for_another_it_makes(environment, monkeypatch):
    monkeypatch.delenv("PASSERELLE_KEY")
    run("migrate")
    first = (environment / "passerelle.key").read_text()
    assert run("rotate-key").stdout == "the new key is in force\n"
    assert (environment / "passerelle.key").read_text() != first
    assert run("doctor").stdout == "sound\n"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("weak", ["short", "a" * 64])
def test_a_weak_new_key_is_refused(monkeypatch, weak):
    run("migrate")
    monkeypatch.setenv("PASSERELLE_NEW_KEY", weak)
    assert run("rotate-key").exit_code == BAD_INPUT
    monkeypatch.delenv("PASSERELLE_NEW_KEY")
    assert run("doctor").stdout == "sound\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_URL", "carrier pigeon"),
        ("PORT", "eighty"),
        ("PUBLIC_URL", "http://example.org"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/nothing"),
    ],
)
@pytest.mark.usefixtures("environment")
def test_a_wrong_setting_is_said_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    result = run("doctor")
    assert result.exit_code == BAD_INPUT
    assert len(result.stderr.splitlines()) == 1


def test_looking_for_a_database_makes_none(environment):
    for command in ("doctor", "send-mail"):
        result = run(command)
        assert (result.exit_code, "passerelle migrate" in result.stderr) == (BAD_INPUT, True)
    assert not (environment / "passerelle.sqlite").exists()


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("command", ["send-mail", "doctor", "migrate", "serve"])
def test_a_key_that_does_not_fit_is_said_in_one_line_and_does_nothing(monkeypatch, command):
    run("migrate")
    monkeypatch.setenv("PASSERELLE_KEY", "another key altogether, as long as the first")
    result = run(command)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr == "WrongKey: PASSERELLE_KEY, or the key file, does not open this database\n"


def test_letters_that_are_owed_are_sent_once(environment):
    run("migrate")
    database = opened(environment)
    with database.writing() as session:
        office.sign_up(session)
    database.dispose()
    assert run("send-mail").stdout.startswith("1 sent")
    assert run("send-mail").stdout.startswith("0 sent")
    assert len(list((environment / "outbox").iterdir())) == 1


@pytest.mark.parametrize("chore", ["mark_the_unmarked", "send_owed", "lapse", "keep_to_the_rules_at_night"])
def test_a_chore_that_fails_holds_up_no_other_and_is_tried_again(environment, monkeypatch, caplog, chore):
    run("migrate")
    database, stop = opened(environment), Event()
    tried, published, somebody = [], [], "Amina"

    def fail(*_, **__):
        tried.append(1)
        raise ValueError(somebody)

    def publish(_session, **_does):
        published.append(1)
        if len(published) == 2:
            stop.set()

    fail.__name__ = chore
    _put(monkeypatch, chore, fail)
    monkeypatch.setattr("web.chores.figures.publish", publish)
    monkeypatch.setattr("web.chores.SECONDS_BETWEEN", 0)
    keep_doing_chores(database, read_settings(), stop)
    database.dispose()
    assert len(tried) == len(published) == 2
    assert f"{chore} failed" in caplog.text
    assert "ValueError" in caplog.text
    assert somebody not in caplog.text


def _put(monkeypatch, chore, another):
    if chore == "mark_the_unmarked":
        monkeypatch.setattr(f"web.chores.marking.{chore}", another)
    elif chore == "lapse":
        monkeypatch.setattr("web.chores.CHORES", tuple(another for _ in CHORES[:1]) + CHORES[1:])
    else:
        monkeypatch.setattr(f"web.chores.{chore}", another)


@pytest.mark.usefixtures("environment")
def test_the_command_says_which_chores_failed(monkeypatch):
    def publish(*_, **__):
        raise ValueError

    run("migrate")
    monkeypatch.setattr("web.chores.figures.publish", publish)
    result = run("send-mail")
    assert (result.exit_code, result.stdout[:6]) == (NO, "0 sent")
    assert "publish" in result.stderr


def test_a_proposal_lapses_without_anybody_asking(environment):
    run("migrate")
    database = opened(environment)
    with database.writing() as session:
        office.approved(session, office.newcomer(session), office.sponsor(session))
    with time_machine.travel(office.AT + timedelta(days=11), tick=False):
        assert "1 proposals closed" in run("send-mail").stdout
        assert "0 proposals closed" in run("send-mail").stdout
    database.dispose()


def test_a_database_in_use_is_not_filled(environment):
    run("migrate")
    database = opened(environment)
    with database.writing() as session:
        office.sign_up(session)
    database.dispose()
    assert run("seed").stdout.startswith("left as it was")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def served(environment) -> Iterator[tuple[str, subprocess.Popen]]:
    """The application as ``make run`` starts it, without the demonstration."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve"],
        env=os.environ | {"PORT": str(port), "DEMONSTRATION": "0", "INSTANCE": str(environment)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield f"http://127.0.0.1:{port}/", process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS_TO_START)


def answered(address: str) -> bytes:
    for _ in range(SECONDS_TO_START * 5):
        try:
            with urlopen(address) as page:
                return page.read()
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(address)


def test_the_application_answers_where_it_says(served):
    address, process = served
    assert b"Passerelle" in answered(address)
    assert process.poll() is None


def test_a_port_that_is_taken_is_said_in_one_line(environment, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        result = run("serve")
    assert result.exit_code == BAD_INPUT
    assert "is taken" in result.stderr
    assert not (environment / "passerelle.sqlite").exists()
