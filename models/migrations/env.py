"""Run by Alembic for each command, on the connection that we hand it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context

from models.instants import Instant
from models.tables import Base

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def render(kind: str, column_type: object, _: AutogenContext) -> str | Literal[False]:
    """Write our own types as what they are in the database, so that old steps outlive our classes."""
    if kind == "type" and isinstance(column_type, Instant):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
