"""What every command that opens the database shares: whatever keeps it from it is said in one line."""

from __future__ import annotations

# ruff: noqa: PLC0415 - each command imports what it needs when it runs: pairing loads neither Flask nor SQLAlchemy
import functools
from typing import TYPE_CHECKING, Any

from matcher import cli

if TYPE_CHECKING:
    from collections.abc import Callable


def keeping(command: Callable[..., None]) -> Callable[..., None]:
    """Say in one line what keeps a command from the database: a setting, the server, the key."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        from models.errors import CaseworkError
        from web.settings import SettingError

        try:
            command(*args, **kwargs)
        except SettingError as error:
            cli.refuse([str(error)])
        except SQLAlchemyError as error:
            cli.refuse([f"DATABASE_URL: {str(error).splitlines()[0]}"])
        except CaseworkError as error:
            cli.refuse([f"{type(error).__name__}: {error}"])

    return cli.answering(run)
