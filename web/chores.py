"""What must happen without anybody asking: proposals lapse, people are reminded, owed letters leave."""

from __future__ import annotations

import logging
import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from models import casework, figures, interpreting, limits, links, once, retention, sessions
from models.actor import SYSTEM
from models.casework import marking
from web.anchor_letter import send_head
from web.clock import CITY_ZONE, now
from web.mail import send_owed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

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
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """How much was done."""

    stopped: int
    """Proposals and pairings that rested on a clearance that ran out."""
    closed: int
    reminded: int
    sent: int


def do_chores(database: Database, settings: Settings) -> Done:
    """Stop what is no longer cleared, close what nobody answered in time, remind, forget what is over, send, publish."""
    at = now()
    stopped, closed, reminded = (_do(database, chore, at) for chore in CHORES)
    for chore in OF_THE_BANK:
        _do(database, chore, at)
    marking.mark_the_unmarked(database, by=SYSTEM, at=at)
    with database.writing() as session:
        for forget_old in (limits.forget_old, links.forget_old, sessions.forget_old, once.forget_old):
            forget_old(session, at)
    sent = send_owed(database, settings, at)
    send_head(database, settings, at)
    _do(database, figures.publish, at)
    return Done(stopped, closed, reminded, sent)


def _do(database: Database, chore: Callable[..., int], at: datetime) -> int:
    """Do one chore in a unit of its own, so that it never waits for people while it holds others."""
    with database.writing() as session:
        return chore(session, by=SYSTEM, at=at)


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
        try:
            do_chores(database, settings)
            keep_to_the_rules_at_night(database)
        except (OSError, SQLAlchemyError, sqlite3.Error):
            log.exception("chores failed and will be tried again")
