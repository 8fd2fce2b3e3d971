"""An office for tests: a coordinator, people who are ready, a proposal at any stage. Invented names."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import casework
from models.actor import Actor
from models.casework import (
    Household,
    Interests,
    Language,
    NeedSheet,
    OfferSheet,
    Profile,
    Registration,
    Travel,
)
from models.database import Database
from models.tables import Clearance, Pairing

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from models.sealing import Keyring

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
COORDINATOR = Actor(account_id="coordinator", role="coordinator")
OTHER_COORDINATOR = Actor(account_id="other coordinator", role="coordinator")
DO: dict[str, Any] = {"by": COORDINATOR, "at": AT}
ALL_CONSENTS = ("program", "matching", "share_contact")

PROFILE = Profile(
    first_name="Amina",
    surname="Tremblante",
    languages=(Language(code="fra", level="B1"), Language(code="spa", level="native")),
    interests=Interests(like=("home_cooking", "snowshoeing", "fishing")),
    availability=(("sat_am", "sat_pm", "sun_pm"),),
    sector="chicoutimi_centre",
    travel=Travel(mode="car", limit_km=25, remote_ok=False),
    household=Household(form="single", children_bands=()),
    age_band="35-44",
    gender="f",
    access_needs=(),
    contact="any",
)
WISHES: dict[str, Any] = {"goals": ("practise_french", "friendship"), "meetings_per_month": 2, "months": 12}
NEED = NeedSheet(program="sponsorship", **WISHES)
OFFER = OfferSheet(program="sponsorship", capacity=1, **WISHES)


@dataclass(frozen=True)
class Someone:
    """A person of the office, with her one need or offer."""

    person: str
    wish: str

    @property
    def actor(self) -> Actor:
        return Actor(account_id=f"a{self.person}"[:26], role="participant", person_id=self.person)

    @property
    def does(self) -> dict[str, Any]:
        return {"by": self.actor, "at": AT}


def newcomer(session: Session, name: str = "Amina", **changes: Any) -> Someone:
    """A newcomer who is ready and waits for a sponsor."""
    need = replace(NEED, **_taken(changes, NEED))
    return _someone(session, name, {"needs": (need,)}, changes)


def sponsor(session: Session, name: str = "Rosalie", **changes: Any) -> Someone:
    """A sponsor who is ready, screened at level 2 and trained, with one place."""
    offer = replace(OFFER, **_taken(changes, OFFER))
    return _someone(session, name, {"offers": (offer,)}, changes)


def sign_up(session: Session, name: str = "Amina", **parts: Any) -> str:
    """A registration just received, with an account."""
    profile = parts.pop("profile", PROFILE)
    email = parts.pop("email", f"{name.lower()}@example.org")
    sheet = Registration(
        profile=replace(profile, first_name=name, email=email),
        consents=parts.pop("consents", ALL_CONSENTS),
        password_hash="set elsewhere",
        **parts,
    )
    return casework.register(session, sheet, by=COORDINATOR, at=AT)


def make_ready(session: Session, person: str, level: int = 2) -> None:
    """Record all that a person's roles may ask."""
    casework.book_interview(session, person, AT + timedelta(days=1), **DO)
    if casework.record_interview(session, person, **DO).state == "ready":
        return
    for kind in ("identity", "references", "conduct"):
        casework.record_clearance(session, person, kind, **DO)
    casework.record_screening(session, person, level, issuer="Service de filtrage", **DO)
    if level > 1:
        confirm(session, person)
    casework.record_training(session, person, **DO)


def confirm(session: Session, person: str) -> None:
    """A second coordinator confirms the screening of a person, of several the one that is in force."""
    session.flush()
    chosen = (
        select(Clearance)
        .where(Clearance.person_id == person, Clearance.kind == "screening")
        .order_by(Clearance.revoked_at.is_not(None), Clearance.confirmed_at.is_not(None))
    )
    screening = session.scalars(chosen).first()
    casework.confirm_screening(session, screening.id, by=OTHER_COORDINATOR, at=AT)


def proposal(session: Session, need: Someone, offer: Someone) -> Pairing:
    """What a round suggests for these two, in review."""
    casework.run_round(session, "sponsorship", today=TODAY, **DO)
    return casework.open_proposal(session, pairing_of(session, need, offer).id, **DO)


def approved(session: Session, need: Someone, offer: Someone) -> Pairing:
    """A proposal that a coordinator approved; both answers are awaited."""
    pairing = proposal(session, need, offer)
    return casework.approve(session, pairing.id, pairing.version, **DO)


def accepted(session: Session, need: Someone, offer: Someone) -> Pairing:
    """A pairing to which both said yes."""
    pairing = approved(session, need, offer)
    casework.answer(session, pairing.id, need.person, "yes", **need.does)
    return casework.answer(session, pairing.id, offer.person, "yes", **offer.does)


def in_trial(session: Session, need: Someone, offer: Someone) -> Pairing:
    """A pairing whose two people have met."""
    pairing = accepted(session, need, offer)
    casework.plan_first_meeting(session, pairing.id, AT + timedelta(days=5), **DO)
    return casework.record_first_meeting(session, pairing.id, **DO)


def active(session: Session, need: Someone, offer: Someone) -> Pairing:
    """A pairing that both confirmed."""
    pairing = in_trial(session, need, offer)
    casework.confirm_trial(session, pairing.id, need.person, **need.does)
    return casework.confirm_trial(session, pairing.id, offer.person, **offer.does)


def pairing_of(session: Session, need: Someone, offer: Someone) -> Pairing:
    """The newest pairing of two people."""
    session.flush()
    chosen = select(Pairing).where(Pairing.need_id == need.wish, Pairing.offer_id == offer.wish)
    found = [*session.scalars(chosen)]
    return next((one for one in found if one.ended_at is None), found[-1])


def _taken(changes: dict[str, Any], sheet: Any) -> dict[str, Any]:
    return {name: changes.pop(name) for name in list(changes) if name in sheet.__slots__}


def _someone(session: Session, name: str, wishes: dict[str, Any], changes: dict[str, Any]) -> Someone:
    consents, level = changes.pop("consents", ALL_CONSENTS), changes.pop("level", 2)
    if "email" in changes:
        wishes = wishes | {"email": changes.pop("email")}
    profile = replace(PROFILE, **changes)
    person = sign_up(session, name, profile=profile, consents=consents, **wishes)
    make_ready(session, person, level)
    wish = casework.rows.wishes_of(session, person)[0]
    return Someone(person, wish.id)


def copy_of(template: Path, path: Path, keyring: Keyring) -> Database:
    """Open a fresh copy of an empty SQLite file."""
    shutil.copy(template, path)
    return Database(f"sqlite:///{path}", keyring)
