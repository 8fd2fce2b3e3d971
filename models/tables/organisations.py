"""Partner organisations: their workers register newcomers and follow how far the request has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Id

LONGEST_NAME = 120


class Organisation(Base):
    """A partner of the city office."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    opened_at: Mapped[datetime]
