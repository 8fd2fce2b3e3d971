"""An agenda as JSON, read strictly: all its faults together, every time an instant in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from matcher.appointments import validity
from matcher.appointments.records import Agenda, Appointment, Interpreter
from matcher.appointments.times import instants_of, moment, zone_named
from matcher.faults import Faults, Spot, meant, show
from matcher.formats import fields
from matcher.formats.pools import pairs, rows_reader
from matcher.formats.strict import parse_source
from matcher.records import Language
from matcher.vocabulary import (
    GENDERS,
    LANGUAGES,
    LEVELS,
    LONGEST_MINUTES,
    MEETING_MODES,
    SECTORS,
    SETTINGS,
)

FORMAT = "passerelle-appointments/1"
MOST_PRIORITY = 1_000_000
MOST_TAKEN = 100_000
HOURS_IN_A_DAY = 24
MONTH = re.compile(r"(19[7-9]\d|2[01]\d\d)-(0[1-9]|1[0-2])", re.ASCII)
HOURS_IN_A_MONTH = 744


def read_agenda(source: Path | str | bytes) -> Agenda:
    """Give the agenda of a JSON file, or of its bytes.

    Raises
    ------
    FaultyInput
        With every fault of the file.
    OSError
        Where the file can't be read.
    """
    faults = Faults(validity.SENTENCES)
    return agenda_from_json(parse_source(source, faults), faults)


def agenda_from_json(value: Any, faults: Faults | None = None) -> Agenda:
    """Give the agenda that a JSON value describes, or raise ``FaultyInput`` with all its faults.

    ``faults`` are those of the document that it was read from, told together with its own.
    """
    faults = faults or Faults(validity.SENTENCES)
    spot = Spot(faults, "appointments")
    zone = _zone_of(value)
    found = fields.parts(value, _readers(zone), spot)
    if found is None:
        faults.stop_if_any()
    known = found or {}
    _require(known, REQUIRED, spot)
    agenda = Agenda(
        zone=known.get("zone") or zone.key,
        appointments=known.get("appointments") or (),
        interpreters=known.get("interpreters") or (),
        confirmed=known.get("confirmed") or (),
    )
    validity.look_at(agenda, faults)
    faults.stop_if_any()
    return agenda


def _zone_of(value: Any) -> ZoneInfo:
    """Give the zone that times without offset are read in, before anything else is read."""
    name = value.get("zone") if isinstance(value, dict) else None
    return (zone_named(name) if isinstance(name, str) else None) or ZoneInfo("UTC")


def _require(found: Mapping[str, Any], required: Mapping[str, str], spot: Spot) -> bool:
    for name, wanted in required.items():
        if name not in found:
            spot.of(name).wrong("missing", given=wanted)
    return all(found.get(name) is not None for name in required)


def _readers(zone: ZoneInfo) -> Mapping[str, fields.Reader]:
    return {
        "format": _format,
        "zone": _zone,
        "appointments": rows_reader(
            "appointments", APPOINTMENT, lambda found, spot: _appointment(found, spot, zone)
        ),
        "interpreters": rows_reader(
            "interpreters", INTERPRETER, lambda found, spot: _interpreter(found, spot, zone)
        ),
        "confirmed": pairs,
    }


def _appointment(found: dict[str, Any], spot: Spot, zone: ZoneInfo) -> Appointment | None:
    complete = _require(found, APPOINTMENT_REQUIRED, spot)
    start = _instant(found.get("start"), spot.of("start"), zone)
    if not complete or start is None:
        return None
    source, target = found.pop("from"), found.pop("to")
    if source == target:
        spot.of("to").wrong("same_language", given=source)
    known = {name: value for name, value in found.items() if value is not None or name in MAY_BE_NULL}
    return Appointment(**(known | {"from_language": source, "to_language": target, "start": start}))


def _interpreter(found: dict[str, Any], spot: Spot, zone: ZoneInfo) -> Interpreter:
    here = zone_named(found["zone"]) if found.get("zone") else None
    if found.get("free") is not None:
        found["free"] = tuple(
            span
            for position, given in enumerate(found["free"])
            if (span := _span(given, spot.of("free").at(position), here or zone))
        )
        if found.get("availability") is not None:
            spot.of("availability").wrong("two_times")
    return Interpreter(**{name: value for name, value in found.items() if value is not None})


def _instant(wall: datetime | None, spot: Spot, zone: ZoneInfo) -> datetime | None:
    if wall is None:
        return None
    found = instants_of(wall, zone)
    if len(found) != 1:
        given = wall.isoformat(timespec="minutes")
        spot.wrong("ambiguous_time" if found else "missing_time", given=given, zone=zone.key)
        return None
    return found[0]


def _span(
    given: tuple[datetime | None, datetime | None] | None, spot: Spot, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    if given is None:
        return None
    begin, end = (_instant(wall, spot.at(at), zone) for at, wall in enumerate(given))
    if begin is None or end is None:
        return None
    if end <= begin:
        spot.wrong("backward")
        return None
    return begin, end


# What each field may hold


def _format(value: Any, spot: Spot) -> str | None:
    if value != FORMAT:
        spot.wrong("wrong_format", given=show(value), wanted=FORMAT)
    return FORMAT


def _zone(value: Any, spot: Spot) -> str | None:
    if isinstance(value, str) and zone_named(value):
        return value
    spot.wrong("bad_zone", given=show(value))
    return None


def _moment(value: Any, spot: Spot) -> datetime | None:
    found = moment(value) if isinstance(value, str) else None
    if found is None:
        spot.wrong("bad_time", given=show(value))
    return found


def _free(value: Any, spot: Spot) -> list[tuple[datetime | None, datetime | None] | None] | None:
    if not isinstance(value, list):
        spot.wrong("not_list", given=show(value))
        return None
    return [_pair_of_moments(one, spot.at(position)) for position, one in enumerate(value)]


def _pair_of_moments(value: Any, spot: Spot) -> tuple[datetime | None, datetime | None] | None:
    if not isinstance(value, list) or len(value) != 2:
        spot.wrong("bad_span", given=show(value))
        return None
    return _moment(value[0], spot.at(0)), _moment(value[1], spot.at(1))


def _modes(value: Any, spot: Spot) -> tuple[str, ...] | None:
    """Read modes in the order given, which is the order of preference."""
    if not isinstance(value, list):
        spot.wrong("not_list", given=show(value))
        return None
    read = fields.code_of(MEETING_MODES)
    found = [read(mode, spot.at(position)) for position, mode in enumerate(value)]
    return tuple(dict.fromkeys(mode for mode in found if mode))


def _preferred_modes(value: Any, spot: Spot) -> tuple[str, ...] | None:
    found = _modes(value, spot)
    if value == []:
        spot.wrong("no_mode", given=", ".join(MEETING_MODES))
    return found


def _languages(value: Any, spot: Spot) -> tuple[Language, ...]:
    return fields.languages(value, spot) or ()


def _hours_by_month(value: Any, spot: Spot) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict):
        spot.wrong("not_object", given=show(value))
        return ()
    read, found = fields.number(0, HOURS_IN_A_MONTH), {}
    for name, hours in value.items():
        if MONTH.fullmatch(name):
            found[name] = read(hours, spot.of(name))
        else:
            spot.wrong("bad_month", given=show(name))
    return tuple(sorted((name, hours) for name, hours in found.items() if hours is not None))


REQUIRED = {
    "format": FORMAT,
    "zone": "a zone such as America/Toronto",
    "appointments": "a list of appointments",
    "interpreters": "a list of interpreters",
}
APPOINTMENT_REQUIRED = {
    "from": "the language that the person speaks",
    "to": "the language that the other side speaks",
    "setting": meant(None, SETTINGS)["meant"],
    "start": "a time such as 2026-03-09T13:00",
    "minutes": f"a whole number from 1 to {LONGEST_MINUTES}",
    "modes": meant(None, MEETING_MODES)["meant"],
}
MAY_BE_NULL = frozenset({"level", "sector", "gender_request"})
APPOINTMENT: Mapping[str, fields.Reader] = {
    "id": fields.identity,
    "first_name": fields.ignored,
    "from": fields.code_of(LANGUAGES),
    "to": fields.code_of(LANGUAGES),
    "level": fields.or_null(fields.code_of(LEVELS)),
    "setting": fields.code_of(SETTINGS),
    "start": _moment,
    "minutes": fields.whole(1, LONGEST_MINUTES),
    "modes": _preferred_modes,
    "sector": fields.or_null(fields.code_of(SECTORS)),
    "priority": fields.whole(0, MOST_PRIORITY),
    "also_speaks": _languages,
    "gender_request": fields.or_null(fields.code_of(GENDERS)),
    "avoid": fields.ids,
    "only": fields.ids,
    "prefer": fields.ids,
}
INTERPRETER: Mapping[str, fields.Reader] = {
    "id": fields.identity,
    "first_name": fields.ignored,
    "languages": _languages,
    "settings": fields.codes_of(SETTINGS),
    "modes": _modes,
    "free": _free,
    "availability": fields.availability,
    "zone": _zone,
    "sector": fields.or_null(fields.code_of(SECTORS)),
    "travel": fields.travel,
    "gender": fields.or_null(fields.code_of(GENDERS)),
    "max_hours_day": fields.number(0, HOURS_IN_A_DAY),
    "hours_left": fields.number(0, HOURS_IN_A_MONTH),
    "hours_left_by_month": _hours_by_month,
    "hours_last_30d": fields.number(0, fields.HOURS_IN_30_DAYS),
    "excludes": fields.ids,
    "experience": fields.codes_of(SETTINGS),
    "accepted": fields.whole(0, MOST_TAKEN),
    "done": fields.whole(0, MOST_TAKEN),
}
