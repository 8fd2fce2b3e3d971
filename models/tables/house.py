"""The secret of the house, from which every other key derives, wrapped by the one that is kept outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

HOUSE = 1


class HouseKey(Base):
    """One row: replacing it under another outside key is all that a rotation does."""

    __tablename__ = "house_key"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes]
    since: Mapped[datetime]
