"""The command ``passerelle``: pairing on files without the web, and the keeping of the application."""

from __future__ import annotations

# ruff: noqa: PLC0415 - each command imports what it needs when it runs: pairing loads neither Flask nor SQLAlchemy
import io
import json
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from matcher import cli, files
from matcher.appointments import cli as appointments
from matcher.insight import cli as insight
from matcher.vocabulary import PROGRAMS
from web import backup_cli, keys_cli, retention_cli, team_cli
from web.keeping import keeping

if TYPE_CHECKING:
    from fixtures.city import DemoAccount


@click.group(cls=cli.Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="passerelle", prog_name="passerelle")
def group() -> None:
    """Pair newcomers with the residents who will make the city their home."""


group.add_command(cli.pair)
group.add_command(cli.verify)
group.add_command(cli.explain)
group.add_command(insight.shortage)
group.add_command(insight.recruit)
group.add_command(insight.freedom)
group.add_command(insight.rules)
group.add_command(insight.relax)
group.add_command(insight.compare)
group.add_command(cli.columns)
group.add_command(appointments.schedule)
group.add_command(appointments.who)
group.add_command(appointments.bank)
group.add_command(retention_cli.retention)
group.add_command(team_cli.invite)
group.add_command(team_cli.forget_factor)
group.add_command(keys_cli.rotate_key)
group.add_command(backup_cli.backup)
group.add_command(backup_cli.restore)


@group.command("generate")
@click.option("--needs", type=click.IntRange(min=0), required=True, help="How many needs.")
@click.option("--offers", type=click.IntRange(min=0), required=True, help="How many offers.")
@click.option("--seed", type=int, required=True, help="The same seed invents the same people.")
@click.option("--out", required=True, metavar="POOL", help="Where to write the pool.")
@click.option("--program", type=click.Choice(list(PROGRAMS)), default="sponsorship", show_default=True)
@click.option("--today", default="2026-03-02", show_default=True, metavar="DATE")
@click.option(
    "--region", is_flag=True, help="A region of far villages, where few can meet, in place of the city."
)
@cli.answering
def generate(out: str, today: str, *, region: bool, **wanted: Any) -> None:
    """Invent a pool of any size from the figures of the demonstration city."""
    from fixtures.generate import generate_pool
    from fixtures.territories import CITY, REGION
    from matcher.formats import pool_to_json

    territory = REGION if region else CITY
    pool = generate_pool(**wanted, today=cli.day_of("--today", today), territory=territory)
    files.write(out, json.dumps(pool_to_json(pool), ensure_ascii=False).encode() + b"\n")


@group.command("generate-appointments")
@click.option("--appointments", "count", type=click.IntRange(min=0), default=160, show_default=True)
@click.option("--interpreters", type=click.IntRange(min=0), default=40, show_default=True)
@click.option(
    "--days", type=click.IntRange(min=1), default=28, show_default=True, help="How many, from --today."
)
@click.option("--seed", type=int, required=True, help="The same seed invents the same month.")
@click.option("--today", default="2026-03-02", show_default=True, metavar="DATE")
@click.option("--out", required=True, metavar="APPOINTMENTS", help="Where to write them.")
@cli.answering
def generate_appointments(count: int, today: str, out: str, **wanted: int) -> None:
    """Invent a month of appointments and the bank of interpreters that answers it."""
    from fixtures.appointments import generate_agenda
    from matcher.appointments.writing import agenda_to_json, as_text

    agenda = generate_agenda(appointments=count, first_day=cli.day_of("--today", today), **wanted)
    files.write(out, as_text(agenda_to_json(agenda)))


@group.command("serve")
@keeping
def serve() -> None:
    """Start the web application; a fresh machine gets the demonstration city, once."""
    from web.clock import today
    from web.serving import Server, greet, is_free, open_database, settings_to_try

    settings = settings_to_try()
    if not is_free(settings.port):
        cli.refuse([f"PORT: {settings.port} is taken on this machine; choose another, such as PORT=8001"])
    database = open_database(settings)
    accounts: tuple[DemoAccount, ...] = ()
    if settings.demonstration:
        from fixtures.city import fill

        cli.tell("Filling the demonstration city (once) …")
        accounts = fill(database, today=today()).accounts
    database.dispose()
    greet(settings, accounts)
    Server(settings).run()


@group.command("migrate")
@keeping
def migrate() -> None:
    """Bring the database to the newest schema."""
    from web.serving import open_database
    from web.settings import read_settings

    open_database(read_settings()).dispose()


@group.command("seed")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed invents the same city.")
@click.option("--people", type=click.IntRange(10, 20_000), default=300, show_default=True)
@keeping
def seed(seed: int, people: int) -> None:
    """Fill an empty database with the demonstration city; a database in use is left as it is."""
    from fixtures.city import fill
    from web.clock import today
    from web.serving import open_database
    from web.settings import read_settings

    database = open_database(read_settings())
    done = fill(database, today=today(), seed=seed, people=people)
    database.dispose()
    click.echo("filled" if done.was_filled else "left as it was: somebody uses this database")
    click.echo(f"{done.people} people, {done.needs} needs, {done.offers} offers, {done.pairings} pairings")


@group.command("agenda")
@click.option(
    "--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How many, from now."
)
@click.option("--out", metavar="APPOINTMENTS", help="Where to write it, as JSON.")
@keeping
def agenda(days: int, out: str | None) -> None:
    """Write what is asked of the bank of interpreters, for schedule, who and bank: ids and codes, no name."""
    from datetime import timedelta

    from matcher.appointments.writing import agenda_to_json, as_text
    from models.interpreting.mapping import read_standing
    from web.clock import now
    from web.serving import find_database
    from web.settings import read_settings

    database, at = find_database(read_settings()), now()
    with database.reading() as session:
        found = read_standing(session, at, at + timedelta(days=days), at).agenda
    database.dispose()
    files.write(out, as_text(agenda_to_json(found)))


@group.command("doctor")
@click.option(
    "--anchor",
    "letters",
    type=click.File("rb"),
    multiple=True,
    help="A letter that told where the ledger stood, as it was saved or copied; may be given again.",
)
@keeping
def doctor(letters: tuple[BinaryIO, ...]) -> None:
    """Check what must hold in the database and print every violation: 0 sound, 1 not; and letters that were given up."""
    from models import outbox
    from models.invariants import check_invariants
    from web.anchor_letter import beside_letters
    from web.clock import today
    from web.serving import find_database
    from web.settings import read_settings

    database = find_database(read_settings())
    database.anchors = beside_letters(database.anchors, [letter.read() for letter in letters])
    with database.reading() as session:
        found = check_invariants(session, today())
        given_up = outbox.given_up(session)
    database.dispose()
    if given_up:
        kinds = ", ".join(f"{count} {kind}" for kind, count in given_up.items())
        click.echo(f"{sum(given_up.values())} letters given up, refused wherever they went: {kinds}")
    for violation in found:
        click.echo(str(violation))
    click.echo(f"{len(found)} violations" if found else "sound")
    sys.exit(cli.NO if found else 0)


@group.command("warm")
@cli.answering
def warm() -> None:
    """Compile beforehand what large pools run, where numba is installed."""
    from matcher import compiled

    compiled.warm()


@group.command("send-mail")
@keeping
def send_mail() -> None:
    """Send the letters that are owed, close the proposals whose time is up, and remind those who wait."""
    from web.chores import do_chores
    from web.serving import find_database
    from web.settings import read_settings

    settings = read_settings()
    database = find_database(settings)
    _ = database.house  # what keeps every chore from the database is said once
    done = do_chores(database, settings)
    database.dispose()
    stopped = f"{done.stopped} stopped for want of a clearance"
    click.echo(
        f"{done.sent} sent, {done.closed} proposals closed, {done.reminded} people reminded, {stopped}"
    )
    if done.failed:
        click.echo(f"failed, to be tried again: {', '.join(done.failed)}", err=True)
        sys.exit(cli.NO)


def main() -> None:
    """Run the command line; a terminal without a character is told its number."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    group(prog_name="passerelle")


if __name__ == "__main__":
    main()
