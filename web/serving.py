"""The application on this machine: its database made ready, its server started."""

from __future__ import annotations

import gc
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication

from models.database import Database, canonical_url
from web.database import database_of
from web.settings import LOOPBACK, SettingError, Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fixtures.city import DemoAccount

THREADS = 8
SECONDS_TO_ANSWER = 60


def open_database(settings: Settings) -> Database:
    """Open the database of an office and bring it to the newest schema."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    database = database_of(settings)
    database.upgrade()
    return database


def find_database(settings: Settings) -> Database:
    """Open the database of an office that has one.

    Raises
    ------
    SettingError
        Where there is none: to look for faults or owed letters makes no database.
    """
    file = (
        canonical_url(settings.database_url).database if settings.database_url.startswith("sqlite") else None
    )
    if file and not Path(file).is_file():
        raise SettingError(f"DATABASE_URL: there is no database at {file}; make one with: passerelle migrate")
    return database_of(settings)


def settings_to_try() -> Settings:
    """Read the settings; a machine of one's own without a database shows the demonstration city."""
    if "DATABASE_URL" not in os.environ and read_settings().is_loopback:
        os.environ.setdefault("DEMONSTRATION", "1")
    return read_settings()


def is_free(port: int) -> bool:
    """Say whether a port of this machine can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def greet(settings: Settings, accounts: Iterable[DemoAccount]) -> None:
    """Print where the pages are, and the sign-ins of the demonstration."""
    click.echo(f"\n  Passerelle: {settings.public_url}\n")
    for account in accounts:
        click.echo(f"  {account.about:<45} {account.email:<32} {account.password}")
    click.echo("\n  Ctrl+C stops it; the data stay in the folder instance/.\n")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn with our settings, without a file of its own; each worker opens its own database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Say where to listen: this machine alone unless a proxy of the office stands in front."""
        chosen: dict[str, Any] = {
            "bind": f"{'127.0.0.1' if self.settings.host in LOOPBACK else '0.0.0.0'}:{self.settings.port}",  # noqa: S104
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "timeout": SECONDS_TO_ANSWER,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application in the worker, and somebody who does the chores beside it."""
        from web import create_app  # noqa: PLC0415 - after the fork
        from web.chores import keep_doing_chores  # noqa: PLC0415

        app = create_app(self.settings)
        gc.collect()
        gc.freeze()  # what was loaded stays: to look through it again costs a page up to a tenth of a second
        database = app.extensions["passerelle.database"]
        threading.Thread(
            target=keep_doing_chores,
            args=(database, self.settings, threading.Event()),
            name="chores",
            daemon=True,
        ).start()
        return app
