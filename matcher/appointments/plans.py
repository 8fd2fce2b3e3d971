"""A plan read from JSON; whether it holds is for :mod:`matcher.appointments.checks`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matcher.appointments.records import Assigned, Bound, Plan, PlanTotals, Refused, Unfilled
from matcher.appointments.writing import PLAN_FORMAT
from matcher.faults import Faults, Spot, show
from matcher.formats import fields
from matcher.formats.rounds import by_id, count, entire, made_of, many, text, weighed
from matcher.formats.strict import parse_source


def read_plan(source: Path | str | bytes) -> Plan:
    """Give the plan of a JSON file, or of its bytes.

    Raises
    ------
    FaultyInput
        With every fault of its form.
    OSError
        Where the file can't be read.
    """
    faults = Faults()
    return plan_from_json(parse_source(source, faults), faults)


def plan_from_json(value: Any, faults: Faults | None = None) -> Plan:
    """Give the plan that a JSON value describes, or raise ``FaultyInput`` with the faults of its form.

    ``faults`` are those of the document that it was read from, told together with its own.
    """
    faults = faults or Faults()
    found = entire(value, PLAN, Spot(faults, "plan"))
    faults.stop_if_any()
    assert found is not None
    del found["format"]
    return Plan(**found)


def _format(value: Any, spot: Spot) -> None:
    if value != PLAN_FORMAT:
        spot.wrong("wrong_format", given=show(value), wanted=PLAN_FORMAT)


ASSIGNED: Mapping[str, fields.Reader] = {
    "appointment": text,
    "interpreter": text,
    "mode": text,
    "via": fields.or_null(text),
    "minutes": count,
    "score": weighed,
}
PLAN: Mapping[str, fields.Reader] = {
    "format": _format,
    "assigned": many(made_of(Assigned, ASSIGNED, score="worth")),
    "unfilled": many(made_of(Unfilled, {"appointment": text, "barriers": by_id(count)})),
    "refused": many(made_of(Refused, {"appointment": text, "reason": text})),
    "totals": made_of(PlanTotals, dict.fromkeys(("priority", "worth", "filled"), count)),
    "bound": made_of(Bound, dict.fromkeys(("priority", "worth"), count)),
    "proved": fields.flag,
}
