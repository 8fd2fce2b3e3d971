"""Retention: what is over goes, by the rules of the privacy assessment, in batches; stopped midway, it goes on later.

What was done is told to the ledger, once a night, in counts by rule and never in names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from models import ledger, policy, privacy
from models.actor import Actor
from models.casework.erasure import erase
from models.cleaning import clean_up
from models.instants import city_date
from models.lifecycle import IN_FORCE, OVER, TO_COME, UNDECIDED
from models.privacy import Rule
from models.tables import Appointment, Base, LedgerLine, Need, Offer, Pairing, Person, Translation

if TYPE_CHECKING:
    from models.database import Database

BATCH = 200
VERB = "retain"
GONE = ("declined", "withdrawn")
PAST = (*OVER, "redirected")


def due(session: Session, at: datetime) -> dict[str, int]:
    """Give how many rows or people each rule would take now; nothing is changed."""
    return {name: _count(session, rule, at) for name, rule in privacy.rules().items()}


def keep_to_the_rules(database: Database, *, by: Actor, at: datetime) -> dict[str, int]:
    """Do what is due, clean the files where a person was erased, and give how many by rule.

    Whoever cannot be erased holds up nobody else; the first such failure is raised once all is done.
    """
    policy.must(by, "do_chores")
    done, failures = dict[str, int](), list[Exception]()
    for name, rule in privacy.rules().items():
        if rule.act == "erase":
            done[name], failed = _erase(database, rule, by=by, at=at)
            failures += failed
        else:
            done[name] = _delete(database, rule, at=at)
    with database.writing() as session:
        ledger.record(session, at, by, VERB, VERB, city_date(at).isoformat(), _told(done))
    if any(done[name] for name in FILES):
        clean_up(database)
    if failures:
        raise failures[0]
    return done


def was_done(session: Session, at: datetime) -> bool:
    """Whether the rules were kept to already on this day of the city."""
    told = select(LedgerLine.seq).where(
        LedgerLine.entity == VERB, LedgerLine.entity_id == city_date(at).isoformat()
    )
    return session.scalars(told.limit(1)).first() is not None


def _told(done: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in done.items() if count}


def _count(session: Session, rule: Rule, at: datetime) -> int:
    rows = select(func.count()).select_from(Base.metadata.tables[rule.table]).where(_is_due(rule, at))
    return session.scalar(rows) or 0


def _delete(database: Database, rule: Rule, *, at: datetime) -> int:
    """Delete the rows whose time is over, a batch in each unit of work: the night's line tells of them."""
    table, total = Base.metadata.tables[rule.table], 0
    key = tuple_(*table.primary_key)
    while True:
        with database.writing() as session:
            chosen = session.execute(select(*table.primary_key).where(_is_due(rule, at)).limit(BATCH)).all()
            if not chosen:
                return total
            session.execute(delete(table).where(key.in_([tuple(row) for row in chosen])))
        total += len(chosen)


def _erase(database: Database, rule: Rule, *, by: Actor, at: datetime) -> tuple[int, list[Exception]]:
    """Erase the people whose files are over, and give how many, and what failed."""
    with database.reading() as session:
        people = list(session.scalars(select(Person.id).where(_is_due(rule, at)).order_by(Person.id)))
    erased, failures = database.one_by_one(people, partial(_erase_one, rule=rule, by=by, at=at))
    return sum(erased), failures


def _erase_one(session: Session, person_id: str, *, rule: Rule, by: Actor, at: datetime) -> bool:
    """Erase one person, unless she came back meanwhile, and tell whether she is."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    is_over = session.scalar(select(Person.id).where(Person.id == person_id, _is_due(rule, at))) is not None
    if is_over:
        erase(session, person_id, by=by, at=at)
    return is_over


def _is_due(rule: Rule, at: datetime) -> ColumnElement[bool]:
    """Say in SQL that a row's time is over."""
    column, end = Base.metadata.tables[rule.table].c[rule.since], at - timedelta(days=rule.days)
    until = column <= (end if hasattr(column.type, "process_bind_param") else city_date(end))
    return and_(until, FILES[rule.name](end)) if rule.name in FILES else until


def _is_gone(state: str) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda _end: and_(Person.state == state, Person.erased_at.is_(None))


def _has_ended(end: datetime) -> ColumnElement[bool]:
    """Nothing of hers waits or goes on, and nothing has for long."""
    needs, offers = (select(table.person_id) for table in (Need, Offer))
    alive = [
        needs.where(or_(Need.state.not_in(PAST), Need.state_since > end)),
        offers.where(or_(Offer.state.not_in(PAST), Offer.state_since > end)),
        needs.join(Pairing, Pairing.need_id == Need.id).where(_is_recent(end)),
        offers.join(Pairing, Pairing.offer_id == Offer.id).where(_is_recent(end)),
        *(
            select(asked.person_id).where(
                asked.person_id.is_not(None), or_(asked.state.in_(TO_COME), asked.state_since > end)
            )
            for asked in (Appointment, Translation)
        ),
    ]
    return and_(
        Person.state.not_in(GONE), Person.erased_at.is_(None), *(Person.id.not_in(one) for one in alive)
    )


def _is_recent(end: datetime) -> ColumnElement[bool]:
    return or_(Pairing.state.in_(UNDECIDED + IN_FORCE), Pairing.state_since > end)


FILES: Mapping[str, Callable[[datetime], ColumnElement[bool]]] = MappingProxyType(
    {"left": _is_gone("withdrawn"), "declined": _is_gone("declined"), "ended": _has_ended}
)
"""Rules about whole files: what must be true besides the time."""
