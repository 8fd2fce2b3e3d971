"""Everything that is held about a person, for herself: complete by the privacy assessment, and of nobody else.

Left out are keys, fingerprints and hashes (they tell nothing and open something), notes of the office (given on
request, since they may speak of others), and proposals that nobody has decided on yet: nobody is told of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, or_, select
from sqlalchemy.orm import Session

from models import privacy
from models.casework.erasure import key_of, whose
from models.casework.rows import get
from models.lifecycle import TOGETHER, UNDECIDED
from models.sealing import Holder, keyring_of
from models.tables import Account, Base, LedgerLine, Person

FORMAT = "passerelle-person/1"
SEALED = "_sealed"
CLOSED = "closed"
NOT_TOLD = frozenset({"recall_exclusion", "record_tie", "keep_apart", "settle_apart", "lift_exclusion"})
"""Lines that would tell what another person asked for, or whether somebody whom she named is here."""
NOT_TOLD_OF_OTHERS = NOT_TOLD | {"exclude"}

Rows = Mapping[str, list[dict[str, Any]]]


def bundle(session: Session, person_id: str, at: datetime) -> dict[str, Any]:
    """Give what is held about a person, table by table, with what her file went through."""
    person = get(session, Person, person_id)
    owned = _owned(session, person_id)
    tables = {
        table.name: _rows(session, table, person, owned)
        for table in Base.metadata.sorted_tables
        if _is_hers(table)
    }
    lines = list(_lines(session, owned))
    return {
        "format": FORMAT,
        "person": person_id,
        "made_at": at,
        "tables": {name: rows for name, rows in tables.items() if rows},
        "exclusions": [{"since": line["at"], **line["facts"]} for line in lines if line["verb"] == "exclude"],
        "ledger": lines,
        "on_request": sorted(
            f"{one.table}.{one.name}" for one in privacy.columns().values() if one.copy == "asked"
        ),
    }


def is_told(table: Table, row: RowMapping) -> bool:
    """Whether a person may know of a row of hers: a proposal only once somebody has decided on it."""
    return table.name != "pairing" or row["state"] not in UNDECIDED


def _is_hers(table: Table) -> bool:
    is_copied = any(one.copy == "yes" for one in privacy.columns_of(table))
    return is_copied and (table.name == "person" or bool(privacy.links_of(table)))


def _owned(session: Session, person_id: str) -> Mapping[str, set[str]]:
    """Give the keys of her rows, by table and column."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in Base.metadata.sorted_tables:
        if table.name == "person" or privacy.links_of(table):
            for column in table.primary_key:
                ids = session.scalars(select(column).where(whose(table, person_id)))
                found[f"{table.name}.{column.name}"] = set(ids)
    return found


def _rows(
    session: Session, table: Table, person: Person, owned: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    chosen = select(table).where(whose(table, person.id)).order_by(*table.primary_key)
    found = session.execute(chosen).mappings()
    return [_row(session, table, row, person, owned) for row in found if is_told(table, row)]


def _row(
    session: Session, table: Table, row: RowMapping, person: Person, owned: Mapping[str, set[str]]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for one in privacy.columns_of(table):
        value = row[one.name]
        if one.copy != "yes" or not _is_about_her(table, row, one.about or one.name, owned):
            continue
        if one.name.endswith(SEALED) and value is not None:
            place = f"{table.name}|{one.name.removesuffix(SEALED)}|{row['id']}"
            value = keyring_of(session).unseal(_holder(session, table, row, person), place, value)
        shown[one.name.removesuffix(SEALED)] = value
    return _as_she_may_see(shown) if table.name == "pairing" else shown


def _is_about_her(table: Table, row: RowMapping, name: str, owned: Mapping[str, set[str]]) -> bool:
    """Whether a column leads to her, or does not lead to anybody."""
    if name not in {one.name for one in privacy.links_of(table)}:
        return True
    column = table.c[name]
    return row[column.name] in owned[key_of(column).target_fullname]


def _holder(session: Session, table: Table, row: RowMapping, person: Person) -> Holder:
    return session.get_one(Account, row["id"]) if table.name == "account" else person


def _as_she_may_see(pairing: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a pairing why it was not made, which could tell the other's no, and what the other is like."""
    if pairing["state"] not in TOGETHER and pairing["ended_at"] and not pairing["first_meeting_at"]:
        pairing["state"] = CLOSED
    kept = ("criterion", "weight", "known", "points")
    pairing["contributions"] = [
        {key: part[key] for key in kept if key in part} for part in pairing["contributions"]
    ]
    return pairing


def _lines(session: Session, owned: Mapping[str, set[str]]) -> Iterator[dict[str, Any]]:
    """Give the lines of the ledger about her file, her wishes and her account, and those of her own acts."""
    ids = {one for table in ("person", "need", "offer", "account") for one in owned[f"{table}.id"]}
    mine = LedgerLine.actor.in_(owned["account.id"])
    chosen = select(LedgerLine).where(or_(LedgerLine.entity_id.in_(ids), mine)).order_by(LedgerLine.seq)
    for line in session.scalars(chosen):
        is_mine = line.actor in owned["account.id"]
        is_of_another = line.entity != "pairing" and line.entity_id not in ids and line.verb != "exclude"
        if not is_of_another and line.verb not in (NOT_TOLD if is_mine else NOT_TOLD_OF_OTHERS):
            facts = line.facts if is_mine else _without(line.facts, ("other", "reason"))
            yield {
                "at": line.at,
                "by": "me" if is_mine else "another",
                "verb": line.verb,
                "entity": line.entity,
                "entity_id": line.entity_id,
                "facts": facts,
            }


def _without(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}
