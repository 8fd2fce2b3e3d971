"""Commands for whoever runs the machine: the first account of an office, and a second factor that nobody can remove."""

from __future__ import annotations

# ruff: noqa: PLC0415 - each command imports what it needs when it runs: pairing loads neither Flask nor SQLAlchemy
import click

from matcher import cli
from web.keeping import keeping


@click.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="First name, shown on their own pages.")
@click.option(
    "--role",
    type=click.Choice(["coordinator", "administrator"]),
    default="administrator",
    show_default=True,
)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@keeping
def invite(email: str, name: str, role: str, language: str) -> None:
    """Open an account of the office and send its owner a link; the first one of a new office is made so."""
    from models import team
    from models.actor import SYSTEM
    from models.errors import AlreadyRegistered
    from web.clock import now
    from web.forms.wishes import is_address
    from web.mail import send_owed
    from web.serving import open_database
    from web.settings import read_settings

    if not is_address(email):
        cli.refuse([f"EMAIL is {email!r}: give an address such as name@example.ca"])
    settings, at = read_settings(), now()
    database = open_database(settings)
    try:
        with database.writing() as session:
            team.invite(session, email, role=role, name=name, language=language, by=SYSTEM, at=at)
    except AlreadyRegistered:
        cli.refuse(["EMAIL: this address has an account already"])
    sent = send_owed(database, settings, at)
    database.dispose()
    place = "by mail" if settings.mail_url else f"as a file in {settings.instance / 'outbox'}"
    click.echo(f"{sent} sent, {place}; the link serves once, for three days")


@click.command("forget-factor")
@click.argument("email")
@keeping
def forget_factor(email: str) -> None:
    """Take a lost second factor away, once you have checked whose it is; a new one is asked at the next sign-in."""
    from models import accounts, second_factor
    from models.actor import SYSTEM
    from web.clock import now
    from web.serving import find_database
    from web.settings import read_settings

    database = find_database(read_settings())
    with database.writing() as session:
        account = accounts.of_address(session, email)
        if account is None or not second_factor.has_one(session, account.id):
            cli.refuse(["EMAIL: no account with this address has a second factor"])
        second_factor.remove(session, account.id, by=SYSTEM, at=now())
    database.dispose()
    click.echo("forgotten; its sessions are closed")
