"""A round: gather the pool, let the engine propose, write what it proposed; nobody is told yet."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import records
from matcher.engine import propose
from matcher.explanation import judge
from matcher.formats import round_to_json
from matcher.validity import places_of
from matcher.vocabulary import OVERRIDABLE_BARRIERS
from models import ledger, mapping, policy
from models.actor import Actor
from models.casework.closing import put_aside
from models.casework.rows import get, lock_people
from models.casework.safeguards import lapse_clearances
from models.lifecycle import UNDECIDED
from models.tables import Need, Offer, Pairing, Person, Round, new_id

Couple = tuple[str, str]


def run_round(session: Session, program: str, *, by: Actor, at: datetime, today: date) -> str:
    """Propose a whole round for a program and give its id.

    Locks are honoured; a lock that can no longer stand is put back. Proposals that nobody decided on
    give way to the new ones, which are the same wherever a round as good allows it.
    """
    policy.must(by, "run_round")
    lock_people(session, session.scalars(select(Person.id).where(Person.state == "ready")))
    lapse_clearances(session, by=by, at=at)
    _release_locks(session, program, by=by, at=at, today=today)
    pool = mapping.read_pool(session, program, today)
    standing = _undecided(session, program)
    return write_round(session, propose(pool, previous=standing), by=by, at=at, today=today)


def write_round(session: Session, made: records.Round, *, by: Actor, at: datetime, today: date) -> str:
    """Write a round and its pairings, all or nothing, in place of the undecided ones; give its id."""
    policy.must(by, "run_round")
    before = _undecided(session, made.program)
    gone = [pairing for pairing in before.values() if not pairing.locked]
    document = round_to_json(made)
    row = Round(
        id=new_id(),
        program=made.program,
        ran_at=at,
        ran_by=by.name,
        today=today,
        pool_digest=made.pool_digest,
        engine=made.engine,
        paired=len(made.pairings),
        unpaired=len(made.unpaired),
        document=document,
        changes=_changes(set(before), {(one.need, one.offer) for one in made.pairings}),
    )
    session.add(row)
    put_aside(session, gone, verb="supersede", by=by, at=at)
    session.flush()
    facts = {"program": made.program, "paired": row.paired, "unpaired": row.unpaired}
    ledger.record(session, at, by, "run_round", "round", row.id, {**facts, "pool_digest": row.pool_digest})
    for one in made.pairings:
        locked = before.get((one.need, one.offer)) if one.locked else None
        if locked is not None:
            _refresh(locked, one, row)
        else:
            _suggest(session, one, row, by=by, at=at)
    session.flush()
    return row.id


def as_rows(contributions: tuple[records.Contribution, ...]) -> list[dict[str, Any]]:
    """Give contributions as they are kept beside a pairing."""
    return [
        {
            "criterion": one.criterion,
            "weight": one.weight,
            "known": one.known,
            "value": one.value,
            "worth": one.worth,
            "points": one.points,
            "detail": {
                key: list(value) if isinstance(value, tuple) else value for key, value in one.detail.items()
            },
        }
        for one in contributions
    ]


def _suggest(session: Session, one: records.Pairing, row: Round, *, by: Actor, at: datetime) -> None:
    pairing = Pairing(
        id=new_id(),
        need_id=one.need,
        offer_id=one.offer,
        program=row.program,
        origin="engine",
        state="suggested",
        state_since=at,
        version=1,
        locked=False,
        crossed=[],
        suggested_at=at,
    )
    _refresh(pairing, one, row)
    session.add(pairing)
    ledger.record(session, at, by, "suggest", "pairing", pairing.id, {"from": None, "to": "suggested"})


def _refresh(pairing: Pairing, one: records.Pairing, row: Round) -> None:
    pairing.round_id = row.id
    pairing.worth, pairing.priority = one.worth, one.priority
    pairing.contributions = as_rows(one.contributions)


def _undecided(session: Session, program: str) -> dict[Couple, Pairing]:
    chosen = select(Pairing).where(Pairing.program == program, Pairing.state.in_(UNDECIDED))
    found = session.scalars(chosen.order_by(Pairing.id))
    return {(pairing.need_id, pairing.offer_id): pairing for pairing in found}


def _changes(before: set[Couple], after: set[Couple]) -> dict[str, Any]:
    """Tell what a coordinator finds changed on her list."""
    return {
        "kept": sorted(map(list, before & after)),
        "new": sorted(map(list, after - before)),
        "gone": sorted(map(list, before - after)),
    }


def _release_locks(session: Session, program: str, *, by: Actor, at: datetime, today: date) -> None:
    """Put back the locked proposals that no round could hold any more: the world moved on."""
    taken: Counter[str] = Counter()
    for pairing in mapping.locked_pairings(session, program):
        need, offer = get(session, Need, pairing.need_id), get(session, Offer, pairing.offer_id)
        pool = mapping.read_pair(session, need, offer, today, among_others=False)
        places = next(places_of(row) for row in pool.offers if row.id == offer.id)
        barriers = set(judge(pool, need.id, offer.id).barriers)
        if barriers - OVERRIDABLE_BARRIERS or taken[offer.id] >= places:
            put_aside(session, [pairing], verb="release_lock", by=by, at=at)
        taken[offer.id] += pairing.locked
    session.flush()
