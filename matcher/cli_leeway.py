"""The commands that say what could be otherwise in a pool: freedom, rules, relax."""

from __future__ import annotations

import sys

import click

from matcher.cli import NO, answering, from_pool, policy_of, pool_of


@click.command("freedom")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@click.option(
    "--margin",
    type=click.FloatRange(0, 100),
    default=1,
    show_default=True,
    help="How many points the whole round may lose.",
)
@answering
def freedom(files_: tuple[str, ...], margin: float, **given: str | None) -> None:
    """Say which pairings stand in every best round, and which pairs could stand for a small loss."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"])
    from matcher.engine import propose  # noqa: PLC0415
    from matcher.freedom import freedom_of  # noqa: PLC0415
    from matcher.freedom_telling import lines_of  # noqa: PLC0415
    from matcher.records import WORTH_OF_A_POINT  # noqa: PLC0415

    best = propose(pool, policy, alternates=0)
    for line in lines_of(freedom_of(pool, best, round(margin * WORTH_OF_A_POINT))):
        click.echo(line)


@click.command("rules")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@answering
def rules(files_: tuple[str, ...], **given: str | None) -> None:
    """Say what each rule costs: the round without one barrier, without the floor, without one weight."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"])
    from matcher.rules import rules_of  # noqa: PLC0415
    from matcher.rules_telling import lines_of  # noqa: PLC0415

    for line in lines_of(rules_of(pool, policy)):
        click.echo(line)


@click.command("relax")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@click.option(
    "--more", type=click.IntRange(1), default=1, show_default=True, help="How many needs more to serve."
)
@answering
def relax(files_: tuple[str, ...], more: int, **given: str | None) -> None:
    """Say the fewest things that people could change, by their own choice, to serve MORE needs more: 1 none do."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"])
    from matcher.relaxations import relaxations_of  # noqa: PLC0415
    from matcher.relaxations_telling import lines_of  # noqa: PLC0415

    found = relaxations_of(pool, more, policy)
    for line in lines_of(found):
        click.echo(line)
    sys.exit(NO if found.acts is None else 0)
