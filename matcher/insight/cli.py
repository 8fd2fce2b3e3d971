"""The commands that say what a pool lacks, and what could be otherwise in its round."""

from __future__ import annotations

# ruff: noqa: PLC0415 - a refusal needs no numbers loaded
import sys

import click

from matcher.cli import NO, Finite, answering, from_pool, policy_of, pool_of


@click.command("shortage")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@answering
def shortage(files_: tuple[str, ...], **given: str | None) -> None:
    """Say who cannot be served together: needs that only these offers can serve, with too few places."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"], pool.program)
    from matcher.insight.shortage import shortages_of
    from matcher.insight.shortage_telling import lines_of

    for line in lines_of(shortages_of(pool, policy)):
        click.echo(line)


@click.command("recruit")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@click.option(
    "--most",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="How many people alone, and how many groups, to name.",
)
@answering
def recruit(files_: tuple[str, ...], most: int, **given: str | None) -> None:
    """Say whom to recruit: which volunteers more, alone or together, would serve how many more."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"], pool.program)
    from matcher.insight.recruiting import recruits_of
    from matcher.insight.recruiting_telling import lines_of

    for line in lines_of(recruits_of(pool, policy, most=most)):
        click.echo(line)


@click.command("compare")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@answering
def compare(files_: tuple[str, ...], **given: str | None) -> None:
    """Lay the best round beside a stable one and one by arrival: who is served, and what each gives up."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"], pool.program)
    from matcher.insight.comparing import compare_methods
    from matcher.insight.comparing_telling import lines_of

    for line in lines_of(compare_methods(pool, policy)):
        click.echo(line)


@click.command("freedom")
@click.argument("files_", nargs=-1, metavar="POOL")
@from_pool
@click.option(
    "--margin",
    type=Finite(0, 100),
    default=1,
    show_default=True,
    help="How many points the whole round may lose.",
)
@answering
def freedom(files_: tuple[str, ...], margin: float, **given: str | None) -> None:
    """Say which pairings stand in every best round, and which pairs could stand for a small loss."""
    pool, _ = pool_of(files_, 0, given)
    policy = policy_of(given["policy_file"], pool.program)
    from matcher.engine import propose
    from matcher.insight.freedom import freedom_of
    from matcher.insight.freedom_telling import lines_of
    from matcher.records import WORTH_OF_A_POINT

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
    policy = policy_of(given["policy_file"], pool.program)
    from matcher.insight.rules import rules_of
    from matcher.insight.rules_telling import lines_of

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
    policy = policy_of(given["policy_file"], pool.program)
    from matcher.insight.relaxations import relaxations_of
    from matcher.insight.relaxations_telling import lines_of

    found = relaxations_of(pool, more, policy)
    for line in lines_of(found):
        click.echo(line)
    sys.exit(NO if found.acts is None else 0)
