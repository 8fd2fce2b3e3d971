"""Partner organisations: opened by an administrator, named where a worker is invited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ledger, policy
from models.actor import Actor
from models.errors import AlreadyRegistered, WrongValue
from models.tables import Organisation, new_id
from models.tables.organisations import LONGEST_NAME


def open_organisation(session: Session, name: str, *, by: Actor, at: datetime) -> Organisation:
    """Enter a partner organisation.

    Raises
    ------
    AlreadyRegistered
        One has this name, in whatever capitals.
    """
    policy.must(by, "keep_team")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise WrongValue("name", f"{len(name)} characters")
    if session.scalar(select(Organisation.id).where(func.lower(Organisation.name) == name.lower())):
        raise AlreadyRegistered
    organisation = Organisation(id=new_id(), name=name, opened_at=at)
    session.add(organisation)
    session.flush()
    ledger.record(session, at, by, "open_organisation", "organisation", organisation.id)
    return organisation


def organisations(session: Session) -> tuple[Organisation, ...]:
    """Give the partner organisations, by name."""
    return tuple(session.scalars(select(Organisation).order_by(Organisation.name)))


def name_of(session: Session, organisation_id: str) -> str:
    """Give the name of an organisation."""
    return session.get_one(Organisation, organisation_id).name
