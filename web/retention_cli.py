"""The command that keeps to the rules of retention."""

from __future__ import annotations

import click

from web.keeping import keeping


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@keeping
def retention(*, dry_run: bool) -> None:
    """Erase and delete what is over by the privacy assessment; print how much, by rule."""
    from models import retention as rules  # noqa: PLC0415 - pairing on files loads no SQLAlchemy
    from models.actor import SYSTEM  # noqa: PLC0415
    from web.clock import now  # noqa: PLC0415
    from web.serving import find_database  # noqa: PLC0415
    from web.settings import read_settings  # noqa: PLC0415

    database = find_database(read_settings())
    if dry_run:
        with database.reading() as session:
            counts = rules.due(session, now())
    else:
        counts = rules.keep_to_the_rules(database, by=SYSTEM, at=now())
    database.dispose()
    for rule, count in counts.items():
        click.echo(f"{rule:<12} {count}")
