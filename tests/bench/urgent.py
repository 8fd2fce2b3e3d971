"""« Dans l’heure » as the page asks it: who is free and who could be freed, from the database, with names.

`python -m tests.bench.urgent INTERPRETERS APPOINTMENTS QUESTIONS SEED` measures one bank: a day before and a day after
the hour are full of appointments that were planned, three in four of which somebody took.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fixtures.appointments import generate_agenda
from fixtures.bank import offer_of, request_of
from matcher.appointments import records
from matcher.appointments.validity import is_for_professionals
from models import interpreting
from models.casework import Travel
from models.database import Database
from models.errors import CaseworkError
from models.queries.interpreting import answer
from models.sealing import Keyring
from models.tables import Booking
from tests.models import office

KEYRING = Keyring("a key that opens nothing but what a bench invents")
FIRST_DAY, DAYS = date(2026, 3, 9), 3
NOW = datetime(2026, 3, 10, 14, 15, tzinfo=UTC)
"""A Tuesday, a quarter past ten in the city."""
SOON = NOW + timedelta(minutes=45)
UNTAKEN = 4
"""Of so many who were asked one has not answered, so that she could still be freed."""
Row = dict[str, Any]


def measure(interpreters: int, appointments: int, questions: int, seed: int) -> Row:
    """Ask a bank on SQLite for somebody within the hour, again and again, each time anew."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bank.sqlite'}", KEYRING)
        database.upgrade()
        people = _filled(database, interpreters, appointments, seed)
        gc.collect()
        gc.freeze()  # what filling left behind is no part of an answer
        trials = [_asked(database, one) for one in _new(people, questions, seed)]
        gc.unfreeze()
        database.dispose()
    walls = [wall for wall, _, _ in trials]
    return {
        "interpreters": interpreters,
        "appointments": appointments,
        "questions": len(trials),
        "with_nobody_free": sum(not is_free for _, _, is_free in trials),
        "median_ms": round(1000 * median(walls), 1),
        "worst_ms": round(1000 * max(walls), 1),
        "worst_process_ms": round(1000 * max(process for _, process, _ in trials), 1),
    }


def _filled(database: Database, interpreters: int, appointments: int, seed: int) -> dict[str, str]:
    """Fill a bank, plan what is asked, and let most take it; give the people by id of the agenda."""
    month = generate_agenda(
        appointments=appointments, interpreters=interpreters, seed=seed, first_day=FIRST_DAY, days=DAYS
    )
    with database.writing() as session:
        people = {one.id: _joined(session, at, one) for at, one in enumerate(month.interpreters)}
    with database.writing() as session:
        for one in month.appointments:
            interpreting.request_appointment(session, request_of(one, people), **office.DO)
        interpreting.plan_horizon(session, office.AT, NOW + timedelta(days=DAYS), **office.DO)
    with database.writing() as session:
        asked = list(session.scalars(select(Booking).where(Booking.state == "asked").order_by(Booking.id)))
        for booking in (one for at, one in enumerate(asked) if at % UNTAKEN):
            try:
                interpreting.take(session, booking.id, **office.DO)
            except CaseworkError:
                interpreting.decline(session, booking.id, **office.DO)
    return people


def _joined(session: Session, number: int, one: records.Interpreter) -> str:
    profile = replace(
        office.PROFILE,
        sector=one.sector,
        gender=one.gender,
        travel=Travel(mode=one.travel.mode, limit_km=one.travel.limit_km) if one.travel else None,
    )
    person_id = office.sign_up(session, f"Interprète {number}", profile=profile, email=None)
    interpreting.join_bank(session, person_id, offer_of(one), **office.DO)
    office.make_ready(session, person_id)
    interpreting.sign_code(session, person_id, **office.DO)
    return person_id


def _new(people: dict[str, str], questions: int, seed: int) -> Iterator[interpreting.AppointmentSheet]:
    """Give requests of another month, all for the same hour."""
    month = generate_agenda(appointments=2 * questions, interpreters=0, seed=seed + 1_000)
    asked = [one for one in month.appointments if not is_for_professionals(one)]
    return (replace(request_of(one, people), start=SOON) for one in asked[:questions])


def _asked(database: Database, sheet: interpreting.AppointmentSheet) -> tuple[float, float, bool]:
    """Give how long an answer took, on the clock and of the processor, and whether somebody is free."""
    with database.writing() as session:
        asked = interpreting.request_appointment(session, sheet, by=office.COORDINATOR, at=NOW).id
    started = perf_counter(), process_time()
    with database.reading() as session:
        found = answer.urgent(session, asked, NOW)
    wall, process = perf_counter() - started[0], process_time() - started[1]
    with database.writing() as session:
        interpreting.cancel_appointment(session, asked, by=office.COORDINATOR, at=NOW)
    return wall, process, bool(found.free)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(*map(int, sys.argv[1:]))) + "\n")
