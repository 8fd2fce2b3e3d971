"""Looking changes nothing: every address that can be looked at, read from the application's own map, by everybody."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sqlalchemy import select

from models.tables import Base, LedgerHead, LedgerLine
from tests.web import canaries, desk

TOLD = {LedgerLine.__tablename__, LedgerHead.__tablename__}
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+(\w+)", re.IGNORECASE)
READERS = ("coordinator", "administrator", "agent", "newcomer", "interpreter", "anonymous")


@pytest.fixture
def world(app, database, monkeypatch):
    monkeypatch.setattr("web.service_sheet.draw", lambda sheet: repr(sheet).encode())
    return canaries.prepare(app, database)


def rows(database):
    """Everything that the database holds, but the ledger."""
    with database.reading() as session:
        return {
            table.name: Counter(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in TOLD
        }


def verbs(database, after):
    with database.reading() as session:
        return list(session.scalars(select(LedgerLine.verb).where(LedgerLine.seq > after)))


@pytest.mark.parametrize("reader", READERS)
def test_looking_writes_nothing_but_who_looked(world, reader):
    before, told = rows(world.database), len(verbs(world.database, 0))
    client, asked = world.reader(reader), 0
    with desk.questions(world.database) as statements:
        for path in world.paths(reader):
            with client.get(path) as answer:
                answer.get_data()
            asked += 1
            written = {found[1] for one in statements if (found := WRITES.match(one))}
            assert written <= TOLD, path
            statements.clear()
    assert asked > 100
    assert set(verbs(world.database, told)) <= {"read"}
    assert rows(world.database) == before
