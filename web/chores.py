"""What must happen without anybody asking: proposals lapse, people are reminded, owed letters leave."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import wraps
from traceback import format_tb
from typing import TYPE_CHECKING, Any

from models import casework, figures, interpreting, limits, links, once, retention, sessions
from models.actor import SYSTEM
from models.casework import marking
from web.anchor_letter import send_head
from web.clock import CITY_ZONE, now
from web.mail import send_owed

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.database import Database
    from web.settings import Settings

SECONDS_BETWEEN = 600
NIGHT = range(2, 6)
CHORES = (casework.lapse_clearances, casework.lapse, casework.remind)
OF_THE_BANK = (
    interpreting.stop_uncleared,
    interpreting.lapse_bookings,
    interpreting.close_past,
    interpreting.close_overdue,
    interpreting.remind_bookings,
)
TO_FORGET = (limits.forget_old, links.forget_old, sessions.forget_old, once.forget_old)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """How much was done."""

    stopped: int
    """Proposals and pairings that rested on a clearance that ran out."""
    closed: int
    reminded: int
    sent: int
    failed: tuple[str, ...]
    """Names of the chores that failed; they are tried again the next time."""


class _Turn:
    """One time that chores are done: whatever one of them raises is logged, and the others are done all the same."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def do(self, chore: Callable[..., int | None], *about: Any, **does: Any) -> int:
        """Do one chore and give how much was done; the log names it and the lines that it failed at, and no value."""
        try:
            return chore(*about, **does) or 0
        except Exception as error:  # noqa: BLE001 - whatever it is: it must hold up nothing else
            name, lines = f"{chore.__module__}.{chore.__name__}", "".join(format_tb(error.__traceback__))
            log.error("%s failed and will be tried again: %s\n%s", name, type(error).__name__, lines)  # noqa: TRY400 - an exception's own words may hold a person's
            self.failed.append(name)
            return 0


def do_chores(database: Database, settings: Settings) -> Done:
    """Stop what is no longer cleared, close what nobody answered in time, remind, forget what is over, send, publish."""
    turn, at = _Turn(), now()
    does = {"by": SYSTEM, "at": at}
    stopped, closed, reminded = (turn.do(_alone(database, chore), **does) for chore in CHORES)
    for chore in OF_THE_BANK:
        turn.do(_alone(database, chore), **does)
    turn.do(marking.mark_the_unmarked, database, **does)
    for forget_old in TO_FORGET:
        turn.do(_alone(database, forget_old), at=at)
    sent = turn.do(send_owed, database, settings, at)
    turn.do(send_head, database, settings, at)
    turn.do(_alone(database, figures.publish), **does)
    return Done(stopped, closed, reminded, sent, tuple(turn.failed))


def _alone(database: Database, chore: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a chore a unit of its own, so that it never waits for people while it holds others."""

    @wraps(chore)
    def run(**does: Any) -> int | None:
        with database.writing() as session:
            return chore(session, **does)

    return run


def keep_to_the_rules_at_night(database: Database) -> None:
    """Erase and delete what is over, once a night."""
    at = now()
    if at.astimezone(CITY_ZONE).hour not in NIGHT:
        return
    with database.reading() as session:
        is_done = retention.was_done(session, at)
    if not is_done:
        retention.keep_to_the_rules(database, by=SYSTEM, at=at)


def keep_doing_chores(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Do the chores from time to time until told to stop; a failure waits for the next time."""
    while not stop.wait(SECONDS_BETWEEN):
        do_chores(database, settings)
        _Turn().do(keep_to_the_rules_at_night, database)
