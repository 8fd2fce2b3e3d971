"""An agenda and a plan as JSON."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from matcher.appointments.reading import FORMAT
from matcher.appointments.records import Agenda, Appointment, Interpreter, Plan
from matcher.appointments.times import wall_text
from matcher.records import Language

PLAN_FORMAT = "passerelle-plan/1"
PLAIN = (
    "zone",
    "sector",
    "gender",
    "max_hours_day",
    "hours_left",
    "hours_last_30d",
    "accepted",
    "done",
)


def agenda_to_json(agenda: Agenda) -> dict[str, Any]:
    """Give the JSON value of an agenda, its rows in their order; reading it gives the same agenda."""
    zone = ZoneInfo(agenda.zone)
    return {
        "format": FORMAT,
        "zone": agenda.zone,
        "appointments": [_appointment(one, zone) for one in agenda.appointments],
        "interpreters": [_interpreter(one, zone) for one in agenda.interpreters],
        "confirmed": [list(pair) for pair in agenda.confirmed],
    }


def _appointment(one: Appointment, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": one.id,
        "from": one.from_language,
        "to": one.to_language,
        "level": one.level,
        "setting": one.setting,
        "start": wall_text(one.start, zone),
        "minutes": one.minutes,
        "modes": list(one.modes),
        "sector": one.sector,
        "priority": one.priority,
        "also_speaks": [_language(spoken) for spoken in one.also_speaks],
        "gender_request": one.gender_request,
        "avoid": list(one.avoid),
        "only": list(one.only),
        "prefer": list(one.prefer),
    }


def _interpreter(one: Interpreter, zone: ZoneInfo) -> dict[str, Any]:
    here = ZoneInfo(one.zone) if one.zone else zone
    found: dict[str, Any] = {
        "id": one.id,
        "languages": [_language(spoken) for spoken in one.languages],
        "settings": list(one.settings),
        "modes": list(one.modes),
        "excludes": list(one.excludes),
    }
    if one.free is not None:
        found["free"] = [[wall_text(begin, here), wall_text(end, here)] for begin, end in one.free]
    if one.availability is not None:
        found["availability"] = [list(week) for week in one.availability]
    if one.hours_left_by_month:
        found["hours_left_by_month"] = dict(one.hours_left_by_month)
    if one.experience is not None:
        found["experience"] = list(one.experience)
    if one.travel is not None:
        travel = {"mode": one.travel.mode, "limit_km": one.travel.limit_km, "remote_ok": one.travel.remote_ok}
        found["travel"] = {name: value for name, value in travel.items() if value is not None}
    plain = {name: getattr(one, name) for name in PLAIN}
    return found | {name: value for name, value in plain.items() if value is not None}


def _language(spoken: Language) -> dict[str, str]:
    return {"code": spoken.code, "level": spoken.level, "mode": spoken.mode}


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Give the JSON value of a plan (contract, section 7)."""
    return {
        "format": PLAN_FORMAT,
        "assigned": [
            {
                "appointment": one.appointment,
                "interpreter": one.interpreter,
                "mode": one.mode,
                "via": one.via,
                "minutes": one.minutes,
                "score": one.score,
            }
            for one in plan.assigned
        ],
        "unfilled": [
            {"appointment": one.appointment, "barriers": dict(one.barriers)} for one in plan.unfilled
        ],
        "refused": [{"appointment": one.appointment, "reason": one.reason} for one in plan.refused],
        "totals": {
            "priority": plan.totals.priority,
            "worth": plan.totals.worth,
            "filled": plan.totals.filled,
        },
        "bound": {"priority": plan.bound.priority, "worth": plan.bound.worth},
        "proved": plan.proved,
    }


def as_text(value: dict[str, Any]) -> bytes:
    """Give a JSON value as a file holds it, the same bytes on every machine."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"
