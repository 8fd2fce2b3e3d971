"""A plain appointment and a plain interpreter who fit, what a test changes in them, and wall times."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from fixtures.builders import free, speaks
from matcher.appointments.reading import agenda_from_json
from matcher.appointments.records import Agenda, Appointment, Interpreter
from matcher.records import Travel

ZONE = ZoneInfo("America/Toronto")
MORNINGS = free("mon_am", "tue_am", "wed_am", "thu_am", "fri_am")
ALL_DAY = free(
    *(f"{day}_{block}" for day in ("mon", "tue", "wed", "thu", "fri") for block in ("am", "pm", "ev"))
)


def at(wall: str, zone: ZoneInfo = ZONE) -> datetime:
    """Give the instant of a wall time such as ``2026-03-09T13:00``."""
    return datetime.fromisoformat(wall).replace(tzinfo=zone).astimezone(UTC)


def appointment(name: str = "a1", /, **changes: Any) -> Appointment:
    """Give an hour at a school on a Monday, in Spanish, by phone; ``start`` may be wall time."""
    plain: dict[str, Any] = {
        "from_language": "spa",
        "to_language": "fra",
        "setting": "everyday",
        "start": "2026-03-09T10:00",
        "minutes": 60,
        "modes": ("phone",),
        "sector": "arvida",
    }
    found = plain | changes
    if isinstance(found["start"], str):
        found["start"] = at(found["start"])
    return Appointment(id=name, **found)


def interpreter(name: str = "i1", /, **changes: Any) -> Interpreter:
    """Give an interpreter of Spanish who is free on week days."""
    plain: dict[str, Any] = {
        "languages": speaks("spa:native", "fra:C1"),
        "settings": ("everyday", "school_meeting"),
        "modes": ("in_person", "phone", "video"),
        "availability": ALL_DAY,
        "sector": "arvida",
        "travel": Travel(mode="car", limit_km=40),
        "gender": "f",
    }
    return Interpreter(id=name, **(plain | changes))


def agenda(appointments: Any = (), interpreters: Any = (), **changes: Any) -> Agenda:
    """Give an agenda of Saguenay; one appointment or one interpreter may stand alone."""
    return Agenda(
        zone="America/Toronto",
        appointments=(appointments,) if isinstance(appointments, Appointment) else tuple(appointments),
        interpreters=(interpreters,) if isinstance(interpreters, Interpreter) else tuple(interpreters),
        **changes,
    )


def case_json(name: str) -> dict[str, Any]:
    """Give a case of the bank as its file holds it."""
    found: dict[str, Any] = json.loads((files("fixtures") / "data" / "cases" / f"{name}.json").read_bytes())
    return found


def case_agenda(name: str) -> Agenda:
    """Give the agenda of a case."""
    return agenda_from_json(case_json(name)["appointments"])


def shuffled(given: Agenda, seed: int) -> Agenda:
    """Give the same agenda with its rows in another order."""
    draw = Random(seed)
    return replace(
        given,
        appointments=tuple(draw.sample(given.appointments, len(given.appointments))),
        interpreters=tuple(draw.sample(given.interpreters, len(given.interpreters))),
        confirmed=tuple(draw.sample(given.confirmed, len(given.confirmed))),
    )
