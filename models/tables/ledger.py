"""The ledger's lines and its head; the database refuses to change or remove a line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Code, Document, Fingerprint


class LedgerLine(Base):
    """One change: when, by whom, which verb, on what, with which facts."""

    __tablename__ = "ledger_line"
    __table_args__ = (Index("ix_ledger_line_entity_entity_id", "entity", "entity_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(26))
    role: Mapped[Code]
    verb: Mapped[Code]
    entity: Mapped[Code]
    entity_id: Mapped[str] = mapped_column(String(60))
    facts: Mapped[Document]
    previous_mac: Mapped[Fingerprint]
    mac: Mapped[Fingerprint]


class LedgerHead(Base):
    """The number and the fingerprint of the last line: one row, locked by whoever adds to the ledger."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    mac: Mapped[Fingerprint]
