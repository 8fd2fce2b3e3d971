"""What is asked of the bank, from the database to the commands that plan it without the web."""

import json
from datetime import timedelta

import time_machine

from matcher.appointments.reading import read_agenda
from models.database import Database
from models.sealing import Keyring
from tests.models.interpreting import bank
from tests.models.office import AT
from tests.web.test_commands import DONE, KEY, environment, run

__all__ = ["environment"]


def test_the_agenda_of_the_bank_is_planned_and_verified_on_files_and_names_nobody(environment, tmp_path):
    assert run("migrate").exit_code == DONE
    database = Database(f"sqlite:///{environment / 'passerelle.sqlite'}", Keyring(KEY))
    with database.writing() as session:
        bank.interpreter(session)
        asked = bank.request(session, bank.newcomer(session), note="Apporter le bail.")
    database.dispose()
    agenda, plan = str(tmp_path / "agenda.json"), str(tmp_path / "plan.json")
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        assert run("agenda", "--out", agenda).exit_code == DONE
    text = (tmp_path / "agenda.json").read_text("utf-8")
    assert not [word for word in ("Ximena", "Amina", "Tremblante", "bail") if word in text]
    assert [one.id for one in read_agenda(text.encode()).appointments] == [asked.id]
    assert run("schedule", agenda, "--out", plan).exit_code == DONE
    assert run("verify", agenda, plan).exit_code == DONE
    assert json.loads((tmp_path / "plan.json").read_text("utf-8"))["totals"]["filled"] == 1
