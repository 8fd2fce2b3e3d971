"""The command ``passerelle``: pairing on files without the web, and the keeping of the application."""

from __future__ import annotations

# ruff: noqa: PLC0415 - each command imports what it needs when it runs: pairing loads neither Flask nor SQLAlchemy
import json

import click

from matcher import cli, files
from matcher.vocabulary import PROGRAMS


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="passerelle", prog_name="passerelle")
def group() -> None:
    """Pair newcomers with the residents who will make the city their home."""


group.add_command(cli.pair)
group.add_command(cli.verify)
group.add_command(cli.explain)


@group.command("generate")
@click.option("--needs", type=click.IntRange(min=0), required=True, help="How many needs.")
@click.option("--offers", type=click.IntRange(min=0), required=True, help="How many offers.")
@click.option("--seed", type=int, required=True, help="The same seed invents the same people.")
@click.option("--out", required=True, metavar="POOL", help="Where to write the pool.")
@click.option("--program", type=click.Choice(list(PROGRAMS)), default="sponsorship", show_default=True)
@click.option("--today", default="2026-03-02", show_default=True, metavar="DATE")
@cli.answering
def generate(needs: int, offers: int, seed: int, out: str, program: str, today: str) -> None:
    """Invent a pool of any size from the figures of the demonstration city."""
    from fixtures.generate import generate_pool
    from matcher.formats import pool_to_json

    day = cli.day_of("--today", today)
    pool = generate_pool(needs=needs, offers=offers, seed=seed, program=program, today=day)
    files.write(out, json.dumps(pool_to_json(pool), ensure_ascii=False).encode() + b"\n")


@group.command("schedule")
@click.argument("appointments")
@click.option("--out", metavar="PLAN", help="Where to write the plan.")
@click.option("--seconds", type=click.FloatRange(min=0), help="How long to search at most.")
@cli.answering
def schedule(appointments: str, out: str | None, seconds: float | None) -> None:  # noqa: ARG001 - promised
    """Assign interpreters to appointments (not done yet)."""
    cli.refuse(["schedule: assigning interpreters to appointments is not done yet"])


def main() -> None:
    """Run the command line."""
    group(prog_name="passerelle")


if __name__ == "__main__":
    main()
