"""Commands that keep an office through the loss of its machine: a backup, and its restoration elsewhere."""

from __future__ import annotations

# ruff: noqa: PLC0415 - each command imports what it needs when it runs: pairing loads neither Flask nor SQLAlchemy
import sys
from pathlib import Path

import click

from matcher import cli
from web.keeping import keeping

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("backup")
@FILE
@keeping
def backup(file: Path) -> None:
    """Write all that the database holds to FILE, sealed with PASSERELLE_KEY, while the application runs on."""
    from models.actor import SYSTEM
    from models.backup import back_up
    from web.clock import now
    from web.serving import find_database
    from web.settings import read_settings

    database = find_database(read_settings())
    done = back_up(database, file, by=SYSTEM, at=now(), tell=_tell)
    database.dispose()
    click.echo(f"{done.rows} rows, the ledger up to line {done.seq}")


@click.command("restore")
@FILE
@keeping
def restore(file: Path) -> None:
    """Fill an empty database from FILE, whole or not at all; people erased since are erased again. Then the doctor."""
    from models import backup
    from models.actor import SYSTEM
    from models.invariants import check_invariants
    from web.clock import now, today
    from web.database import database_of
    from web.settings import read_settings

    database = database_of(read_settings())
    done = backup.restore(database, file, by=SYSTEM, at=now(), tell=_tell)
    with database.reading() as session:
        found = check_invariants(session, today())
    database.dispose()
    click.echo(f"{done.rows} rows, the ledger up to line {done.seq}")
    for violation in found:
        click.echo(str(violation))
    click.echo(f"{len(found)} violations" if found else "sound")
    sys.exit(cli.NO if found else 0)


def _tell(table: str) -> None:
    cli.tell(f"{table} …")
