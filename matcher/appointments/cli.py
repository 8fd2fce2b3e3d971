"""The command that assigns interpreters to appointments, and what ``verify`` does with a plan."""

from __future__ import annotations

# ruff: noqa: PLC0415 - a refusal needs no numbers loaded
import sys
from typing import TYPE_CHECKING

import click

from matcher import files
from matcher.cli import NO, Finite, answering, named, one_line, refuse, tell
from matcher.errors import FaultyInput, NotProved

if TYPE_CHECKING:
    from matcher.appointments.records import Agenda, Appointment, Plan
    from matcher.appointments.urgent import Answer

DEFAULT_SECONDS = 60.0


@click.command("schedule")
@click.argument("appointments")
@click.option("--out", metavar="PLAN", help="Where to write the plan, as JSON.")
@click.option(
    "--seconds",
    type=Finite(min=0),
    default=DEFAULT_SECONDS,
    show_default=True,
    help="How long to search at most; then the best plan found, with its gap.",
)
@answering
def schedule(appointments: str, out: str | None, seconds: float) -> None:
    """Assign interpreters to APPOINTMENTS: who takes which, what stays without, and why."""
    agenda = agenda_of(appointments)
    tell(f"{len(agenda.appointments)} appointments, {len(agenda.interpreters)} interpreters")
    from matcher.appointments.scheduling import schedule as best_plan
    from matcher.appointments.telling import line_of
    from matcher.appointments.writing import as_text, plan_to_json

    plan = best_plan(agenda, seconds=seconds)
    files.write(out, as_text(plan_to_json(plan)))
    tell(line_of(plan))


@click.command("who")
@click.argument("appointments")
@click.argument("appointment", metavar="ID")
@click.option("--plan", "plan_file", metavar="PLAN", help="Answer beside the bookings of this plan.")
@answering
def who(appointments: str, appointment: str, plan_file: str | None) -> None:
    """Say who can take the appointment ID (0), or that nobody can (1), and why each other cannot."""
    agenda = agenda_of(appointments)
    from matcher.appointments.judging import who_can
    from matcher.appointments.telling import lines_of_answer, lines_of_who

    asked = next((one for one in agenda.appointments if one.id == appointment), None)
    if asked is None:
        refuse([f"{appointments}: there is no appointment {appointment!r}"])
    if plan_file is None:
        found = who_can(agenda, appointment)
        lines, some = lines_of_who(asked, found), bool(found.candidates)
    else:
        answer = _beside(agenda, asked, plan_file)
        lines, some = lines_of_answer(asked, answer), bool(answer.free or answer.freed)
    for line in lines:
        click.echo(line)
    sys.exit(0 if some else NO)


@click.command("bank")
@click.argument("appointments")
@click.option("--seconds", type=Finite(min=0), default=DEFAULT_SECONDS, show_default=True)
@answering
def bank(appointments: str, seconds: float) -> None:
    """Say what the bank of APPOINTMENTS lacks: what one more interpreter of a language, at a time, would fill."""
    agenda = agenda_of(appointments)
    from matcher.appointments.recruiting import gains, profiles_of
    from matcher.appointments.scheduling import schedule as best_plan
    from matcher.appointments.telling import line_of, lines_of_gains

    plan = best_plan(agenda, seconds=seconds)
    click.echo(line_of(plan))
    profiles = profiles_of(agenda, plan)
    tell(f"{len(profiles)} profiles, each planned again")
    for line in lines_of_gains(gains(agenda, plan, profiles, seconds=seconds)):
        click.echo(line)


def _beside(agenda: Agenda, asked: Appointment, plan_file: str) -> Answer:
    """Answer from a plan that holds for all but this appointment."""
    from matcher.appointments.checks import verify
    from matcher.appointments.urgent import Reception, without

    try:
        plan = _plan(plan_file)
        verify(agenda, plan, seconds=0)
    except NotProved as error:
        refuse([f"{plan_file}: the plan does not hold: {one_line(str(error))}"])
    return Reception(*without(agenda, plan, asked.id)).answer(asked)


def agenda_of(path: str) -> Agenda:
    """Read an agenda, or print its faults and leave with status 2."""
    from matcher.appointments.reading import read_agenda

    with named(path):
        return read_agenda(files.read(path))


def verify_plan(data: bytes, path: str, plan_file: str, *, policy: str | None = None) -> None:
    """Check a plan against the agenda of a JSON file: 0 it holds, 1 it does not."""
    if policy is not None:
        refuse(["--policy: a plan is scored by the shipped policy of the bank; leave it out"])
    from matcher.appointments.checks import verify
    from matcher.appointments.reading import read_agenda
    from matcher.appointments.telling import verdict_of

    with named(path):
        agenda = read_agenda(data)
    try:
        plan = _plan(plan_file)
        tell(f"{len(agenda.appointments)} appointments, {len(plan.assigned)} assigned")
        proof = verify(agenda, plan)
    except NotProved as error:
        click.echo(f"does not hold: {one_line(str(error))}")
        sys.exit(NO)
    click.echo(verdict_of(plan, proof))


def _plan(path: str) -> Plan:
    """Read a plan; any JSON that is none answers « no », what is no JSON is bad input."""
    from matcher.appointments.plans import read_plan
    from matcher.formats.strict import is_json

    data = files.read(path)
    try:
        return read_plan(data)
    except FaultyInput as error:
        if is_json(data):
            raise NotProved(str(error.faults[0])) from error
        with named(path):
            raise
