"""Figures that were published: once for each quarter, and never again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Document


class PublishedQuarter(Base):
    """What is shown of one quarter; what is not shown is not kept either."""

    __tablename__ = "published_quarter"

    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    """Such as ``2026-3``."""
    published_at: Mapped[datetime]
    figures: Mapped[Document]
    """By what was counted: ``total``, ``tables``, and ``hours`` where there are any."""
