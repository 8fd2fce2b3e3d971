"""The command that changes the key kept outside the database."""

from __future__ import annotations

# ruff: noqa: PLC0415 - each command imports what it needs when it runs: pairing loads neither Flask nor SQLAlchemy
import click

from matcher import cli
from web.keeping import keeping

OLDER = "this database is older than schema 0004: keep its first key secret for good, since copies of then open with it"


@click.command("rotate-key")
@keeping
def rotate_key() -> None:
    """Put another sealing key in force: PASSERELLE_NEW_KEY in place of PASSERELLE_KEY, or a fresh key file.

    What runs goes on running. Once done, start everything with the new key: the old one opens nothing any more.
    """
    from models.actor import SYSTEM
    from models.sealing import Keyring, renew_key_file
    from web.clock import now
    from web.serving import find_database
    from web.settings import read_settings

    settings = read_settings()
    if settings.sealing_key and not settings.new_sealing_key:
        cli.refuse(["PASSERELLE_NEW_KEY: give the key that takes the place of PASSERELLE_KEY"])
    database = find_database(settings)
    first = database.keyring

    def put_in_force(new: Keyring) -> None:
        done = database.change_key(new, by=SYSTEM, at=now())
        click.echo("the new key is in force" if done else "the new key was in force already")

    if settings.new_sealing_key:
        put_in_force(Keyring(settings.new_sealing_key))
    else:
        renew_key_file(database.folder, put_in_force)
    if database.house.secret == first.secret:
        click.echo(OLDER, err=True)
    database.dispose()
