"""The thin front: parse, call one verb, show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from web.settings import Settings


def create_app(config: Settings | Mapping[str, str] | None = None) -> Flask:
    """Make the application; without ``config`` it reads the environment."""
    from web.app import build  # noqa: PLC0415 -- the command line starts without loading Flask

    return build(config)
