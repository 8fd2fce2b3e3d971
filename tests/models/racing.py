"""Two who act at the same instant: two threads or two processes, started by one barrier.

What came of each act is ``done``, the name of the refusal, or ``info …`` where nobody knows (a time-out, a deadlock).
"""

from __future__ import annotations

import multiprocessing
import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from models import addresses, casework, team
from models.actor import SYSTEM, Actor
from models.database import Database
from models.errors import CaseworkError
from tests.conftest import KEYRING
from tests.models import office
from tests.models.office import AT, DO, TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PATIENCE = 600
"""Seconds; long enough for a machine that has much else to do, or is stopped for a while."""
TOMORROW: dict[str, Any] = {"by": SYSTEM, "at": AT + timedelta(days=1)}


def approve(session: Session, pairing_id: str, version: int) -> None:
    casework.approve(session, pairing_id, version, **DO)


def answer(session: Session, pairing_id: str, person_id: str, said: str) -> None:
    herself = Actor(account_id=None, role="participant", person_id=person_id)
    casework.answer(session, pairing_id, person_id, said, by=herself, at=AT)


def resume(session: Session, pairing_id: str) -> None:
    casework.resume(session, pairing_id, **DO)


def run_round(session: Session, program: str) -> None:
    casework.run_round(session, program, today=TODAY, **DO)


def register(session: Session, name: str) -> None:
    office.sign_up(session, name)


def withdraw(session: Session, person_id: str, purpose: str) -> None:
    casework.withdraw_consent(session, person_id, purpose, **DO)


def exclude(session: Session, person_id: str, other_id: str) -> None:
    casework.exclude(session, person_id, other_id, **DO)


def pause(session: Session, person_id: str) -> None:
    casework.pause(session, person_id, **DO)


def revoke(session: Session, clearance_id: str) -> None:
    casework.revoke_clearance(session, clearance_id, **DO)


def expire(session: Session) -> None:
    """The clock strikes midnight for the chore alone."""
    casework.lapse_clearances(session, **TOMORROW)


def erase(session: Session, person_id: str) -> None:
    casework.erase(session, person_id, **DO)


def raise_flag(session: Session, need_id: str) -> None:
    casework.raise_crisis_flag(session, need_id, **DO)


def demote(session: Session, account_id: str, by_id: str) -> None:
    team.change_role(session, account_id, "coordinator", by=_administrator(by_id), at=AT)


def let_go(session: Session, account_id: str, by_id: str) -> None:
    team.close_account(session, account_id, by=_administrator(by_id), at=AT)


def confirm_address(session: Session, token: str) -> None:
    addresses.confirm(session, token, at=AT)


def _administrator(account_id: str) -> Actor:
    return Actor(account_id=account_id, role="administrator")


VERBS = {
    verb.__name__: verb
    for verb in (
        approve, answer, resume, run_round, register, withdraw, exclude, pause, revoke, expire, raise_flag, erase,
        demote, let_go, confirm_address,
    )
}  # fmt: skip


def patient(url: str) -> Database:
    """Open a database that waits for a lock as long as we do: whoever holds it may have been stopped."""
    database = Database(url, KEYRING)
    event.listen(database.engine, "connect", _wait_longer)
    return database


def _wait_longer(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
    else:
        connection.execute(f"SET lock_timeout='{PATIENCE}s'")
        connection.commit()


def act(database: Database, barrier: Any, verb: str, *about: Any) -> str:
    """Wait for the other, act, and say what came of it."""
    barrier.wait(PATIENCE)
    try:
        with database.writing() as session:
            VERBS[verb](session, *about)
    except CaseworkError as error:
        return type(error).__name__
    except DBAPIError as error:
        return f"info {type(error.orig).__name__}"
    return "done"


_ours: dict[str, Any] = {}


def _join(url: str, barrier: Any) -> None:
    _ours["database"], _ours["barrier"] = patient(url), barrier


def _act_in_a_process(deed: tuple[Any, ...]) -> str:
    return act(_ours["database"], _ours["barrier"], *deed)


class Threads:
    """Two threads, each with connections of its own."""

    def __init__(self, url: str) -> None:
        self.databases = [patient(url) for _ in range(2)]
        self.pool = ThreadPoolExecutor(2)

    def together(self, *deeds: tuple[Any, ...]) -> list[str]:
        barrier = Barrier(2)
        started = [
            self.pool.submit(act, database, barrier, *deed)
            for database, deed in zip(self.databases, deeds, strict=True)
        ]
        return [one.result(PATIENCE) for one in started]

    def end(self) -> None:
        self.pool.shutdown()
        for database in self.databases:
            database.dispose()


class Processes:
    """Two processes, as two workers of a server are."""

    def __init__(self, url: str) -> None:
        method = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(2, method, _join, (url, method.Barrier(2)))

    def together(self, *deeds: tuple[Any, ...]) -> list[str]:
        started = [self.pool.submit(_act_in_a_process, deed) for deed in deeds]
        return [one.result(PATIENCE) for one in started]

    def end(self) -> None:
        self.pool.shutdown()
