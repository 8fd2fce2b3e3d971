"""The commands that pair, verify and explain, and what every command shares: its input, its faults, its statuses."""

from __future__ import annotations

# ruff: noqa: PLC0415 - a refusal needs no numbers loaded
import functools
import json
import math
import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from matcher import files
from matcher.errors import FaultyInput, InvalidInput, MatcherError, NotProved
from matcher.faults import MOST_NOTED, Faults, Spot
from matcher.vocabulary import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from matcher.policy import Policy
    from matcher.records import Pool, Round

NO = 1
BAD_INPUT = 2
MOST_FAULTS_SHOWN = 100
DEFAULT_ALTERNATES = 3


class AppointmentsGiven(InvalidInput):
    """The file holds appointments, where a pool was asked for."""

    def __init__(self, path: str, data: bytes) -> None:
        super().__init__(f"{path}: it holds appointments; give a pool, or use schedule")
        self.data = data


class Commands(click.Group):
    """Commands that tell a wrong use of them in one line, as every other fault is."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read what is given before the name of a command."""
        with _one_line_usage(self.name):
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        with _one_line_usage(ctx.command_path):
            return super().invoke(ctx)


@contextmanager
def _one_line_usage(command: str | None) -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        name = error.ctx.command_path if error.ctx else command
        refuse([f"{name}: {error.format_message().rstrip('.')}; {name} --help says what it takes"])


class Finite(click.FloatRange):
    """A number between bounds; NaN, which no bound keeps out, and infinity are none."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Give the number, or fail as click does."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def answering(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what goes wrong in a command into lines on stderr and status 2, never a traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except FaultyInput as error:
            refuse(str(fault) for fault in error.faults)
        except MatcherError as error:
            refuse([str(error)])
        except BrokenPipeError:
            raise  # whoever reads the answer has left: click ends quietly
        except OSError as error:
            refuse([f"{error.filename or 'file'}: {error.strerror or error}"])
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("PASSERELLE_DEBUG"):
                raise
            refuse([f"this should not happen: {type(error).__name__}; PASSERELLE_DEBUG=1 shows where"])

    return run


def refuse(lines: Iterable[str]) -> NoReturn:
    """Print one line a fault, the first hundred and then their number, and leave with status 2."""
    shown = [one_line(line) for line in lines]
    for line in shown[:MOST_FAULTS_SHOWN]:
        click.echo(line, err=True)
    if len(shown) >= MOST_NOTED:
        click.echo(f"… {MOST_NOTED} faults or more", err=True)
    elif len(shown) > MOST_FAULTS_SHOWN:
        click.echo(f"… {len(shown)} faults in all", err=True)
    sys.exit(BAD_INPUT)


def one_line(text: str) -> str:
    """Give a text without what could leave its line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def tell(text: str) -> None:
    """Say how far a command is, where a person watches."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def from_pool(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that give a pool as two sheets."""
    for option in reversed(POOL_OPTIONS):
        command = option(command)
    return command


POOL_OPTIONS = (
    click.option("--needs", metavar="FILE", help="The needs, as CSV or XLSX, in place of POOL."),
    click.option("--offers", metavar="FILE", help="The offers, as CSV or XLSX."),
    click.option("--program", type=click.Choice(list(PROGRAMS)), help="The program of the two sheets."),
    click.option("--today", metavar="DATE", help="The day of the round, such as 2026-03-02."),
    click.option(
        "--policy", "policy_file", metavar="FILE", help="Weights and floors in place of the shipped ones."
    ),
)


@click.command("pair")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@click.option("--out", metavar="ROUND", help="Where to write: JSON, or CSV or XLSX by the ending.")
@click.option(
    "--alternates",
    type=click.IntRange(0, 100),
    default=DEFAULT_ALTERNATES,
    show_default=True,
    help="How many other pairs to name for each.",
)
@click.option(
    "--method", type=click.Choice(["optimal", "stable", "arrival"]), default="optimal", show_default=True
)
@click.option(
    "--previous",
    metavar="ROUND",
    help="A round before: of all best rounds, make the one that keeps most of it.",
)
@answering
def pair(
    files_: tuple[str, ...],
    out: str | None,
    alternates: int,
    method: str,
    previous: str | None,
    **given: str | None,
) -> None:
    """Propose a round for POOL: who is paired with whom, who is not, and why."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"], pool.program)
    before = None if previous is None else _couples(_previous(previous))
    tell(f"{len(pool.needs)} needs, {len(pool.offers)} offers")
    from matcher.engine import propose

    made = propose(pool, policy, method=method, alternates=alternates, previous=before)
    files.write(out, _written(made, out))
    tell(f"{made.totals.paired} paired, {len(made.unpaired)} unpaired{_kept(made, before)}")


@click.command("verify")
@click.argument("files_", nargs=-1, metavar="POOL ROUND")
@from_pool
@answering
def verify(files_: tuple[str, ...], **given: str | None) -> None:
    """Check ROUND against POOL, or a plan against its appointments, without the solver: 0 it holds, 1 not."""
    try:
        pool, (round_file,) = pool_of(files_, 1, given)
    except AppointmentsGiven as found:
        from matcher.appointments.cli import verify_plan

        verify_plan(found.data, *files_, policy=given["policy_file"])
        return
    policy = policy_of(given["policy_file"], pool.program)
    try:
        made = _round(round_file)
        from matcher import checks

        tell(f"{len(pool.needs)} needs, {len(pool.offers)} offers, {len(made.pairings)} pairings")
        checks.verify(pool, made, policy)
    except NotProved as error:
        click.echo(f"does not hold: {one_line(str(error))}")
        sys.exit(NO)
    click.echo(
        f"holds: {made.totals.paired} paired, priority {made.totals.priority}, worth {made.totals.worth}"
    )


@click.command("explain")
@click.argument("files_", nargs=-1, metavar="POOL NEED OFFER")
@from_pool
@answering
def explain(files_: tuple[str, ...], **given: str | None) -> None:
    """Say why NEED and OFFER may be paired (0), or why not (1), and what choosing the pair would cost."""
    pool, (need, offer) = pool_of(files_, 2, given)
    policy = policy_of(given["policy_file"], pool.program)
    unknown = [f"there is no need {need!r} in the pool"] * all(one.id != need for one in pool.needs)
    unknown += [f"there is no offer {offer!r} in the pool"] * all(one.id != offer for one in pool.offers)
    if unknown:
        refuse(unknown)
    from matcher import explanation
    from matcher.telling import lines_of

    found = explanation.explain(pool, need, offer, policy)
    for line in lines_of(found):
        click.echo(line)
    sys.exit(NO if found.barriers else 0)


@click.command("columns")
@click.argument("side", type=click.Choice(["needs", "offers"]))
def columns(side: str) -> None:
    """List the columns of a sheet of needs or offers: field name, French name, other names."""
    from matcher.formats import columns as known

    for column in {"needs": known.NEED, "offers": known.OFFER}[side]:
        french, *also = known.NAMES[column.name]
        click.echo(f"{column.name:<22} {french:<28} {', '.join(also)}".rstrip())


def pool_of(
    arguments: tuple[str, ...], others: int, given: dict[str, str | None]
) -> tuple[Pool, tuple[str, ...]]:
    """Give the pool, from its file or its two sheets, and the other arguments."""
    sheets = {name: given[name] for name in ("needs", "offers", "program", "today")}
    from_sheets = any(value is not None for value in sheets.values())
    if len(arguments) != others + (not from_sheets):
        wanted = "the arguments without POOL" if from_sheets else "POOL, or --needs with --offers"
        raise click.UsageError(f"{len(arguments)} arguments; give {wanted}")
    if not from_sheets:
        return _pool_of_json(arguments[0]), arguments[1:]
    missing = [f"--{name}" for name, value in sheets.items() if value is None]
    if missing:
        raise click.UsageError(f"two sheets ask for {', '.join(missing)} too")
    return _pool_of_sheets(**{name: value or "" for name, value in sheets.items()}), arguments


def _pool_of_json(path: str) -> Pool:
    from matcher.formats import pool_from_json
    from matcher.formats.strict import parse

    data, faults = files.read(path), Faults()
    with named(path):
        value = parse(data, faults)
        if isinstance(value, dict) and value.get("format") == "passerelle-appointments/1":
            raise AppointmentsGiven(path, data)
        return pool_from_json(value, faults)


def _pool_of_sheets(needs: str, offers: str, program: str, today: str) -> Pool:
    from matcher.formats.sheets import pool_of_sheets

    day = day_of("--today", today)
    return pool_of_sheets(
        (Path(needs).name, files.read(needs)),
        (Path(offers).name, files.read(offers)),
        program=program,
        today=day,
    )


def day_of(option: str, text: str) -> date:
    """Give the date that an option holds."""
    from matcher.formats.fields import day

    faults = Faults()
    found: date | None = day(text, Spot(faults, option))
    if found is None:
        raise click.UsageError(str(faults.found[0]))
    return found


def policy_of(path: str | None, program: str) -> Policy | None:
    """Give the policy of a file for the pools of a program, strictly; none where no file is named."""
    from matcher.formats.strict import parse
    from matcher.policy import policy_for, policy_from_json
    from matcher.programs import program_of

    if path is None:
        return None
    faults = Faults()
    with named(path):
        value = parse(files.read(path), faults)
        faults.stop_if_any()
        policy = policy_for(program, policy_from_json(value))
        program_of(policy)
        return policy


def _round(path: str) -> Round:
    """Read a round; any JSON that is none answers « no », what is no JSON is bad input."""
    from matcher.formats import read_round
    from matcher.formats.strict import is_json

    data = files.read(path)
    try:
        return read_round(data)
    except FaultyInput as error:
        if is_json(data):
            raise NotProved(str(error.faults[0])) from error
        with named(path):
            raise


def _previous(path: str) -> Round:
    """Read the round of which to keep as much as can be; whatever is none is bad input."""
    from matcher.formats import read_round

    with named(path):
        return read_round(files.read(path))


def _couples(made: Round) -> set[tuple[str, str]]:
    return {(one.need, one.offer) for one in made.pairings}


def _kept(made: Round, before: set[tuple[str, str]] | None) -> str:
    """Say how many of the pairings before are in a round, where there was one."""
    return "" if before is None else f", {len(_couples(made) & before)} of the {len(before)} before kept"


@contextmanager
def named(path: str) -> Iterator[None]:
    """Put the name of the file before each of its faults."""
    try:
        yield
    except FaultyInput as error:
        refuse(f"{path}, {fault}" for fault in error.faults)


def _written(made: Round, out: str | None) -> bytes:
    ending = Path(out or "").suffix.lower()
    if ending in {".csv", ".xlsx"}:
        from matcher.formats.round_sheets import round_sheet

        return round_sheet(made, ending)
    from matcher.formats import round_to_json

    text = json.dumps(round_to_json(made), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"
