"""Signing up, keeping one's details true, asking and offering."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.vocabulary import WEEKS
from models import accounts, ledger, outbox, policy, sealed
from models.actor import Actor
from models.casework import consents, kin, marking, vetting
from models.casework.codes import KINDS_OF_INTEREST, check_profile, check_sheet
from models.casework.places import settle
from models.casework.rows import get, has_wish, lock_person, note
from models.casework.sheets import NeedSheet, OfferSheet, Profile, Registration, Travel
from models.errors import AlreadyRegistered, Forbidden, NotAllowedNow
from models.instants import city_date
from models.lifecycle import GONE
from models.sealing import keyring_of
from models.tables import Need, Offer, Person, new_id

Wish = TypeVar("Wish", Need, Offer)

SHARED = ("goals", "meetings_per_month", "months", "gender_request", "field")
GIVEN = ("accepts_interpreter", "will_drive", "meets_access", "accepts_children", "years_in_field_here")


def register(session: Session, sheet: Registration, *, by: Actor, at: datetime) -> str:
    """Enter a person with what she asks for, gives and agrees to; give her id.

    A partner's worker registers somebody who sits beside her: agreements are read aloud.

    Raises
    ------
    AlreadyRegistered
        The e-mail address belongs to a person or an account already.
    Forbidden
        A worker names another organisation than her own, or did not read aloud.
    """
    _check_referral(sheet, by)
    password_hash = sheet.password_hash or (
        accounts.hash_password(sheet.password) if sheet.password else None
    )
    person = _new_person(session, sheet, by=by, at=at)
    if password_hash and sheet.profile.email:
        accounts.open_account(
            session,
            email=sheet.profile.email,
            role="participant",
            language=sheet.profile.reader_language,
            at=at,
            password_hash=password_hash,
            person_id=person.id,
            name=sheet.profile.first_name,
        )
    for need in sheet.needs:
        _add_need(session, person, need, by=by, at=at)
    for offer in sheet.offers:
        _add_offer(session, person, offer, by=by, at=at)
    for purpose in sheet.consents:
        consents.grant(
            session,
            person,
            purpose,
            read_in=sheet.profile.reader_language,
            read_aloud=sheet.consents_read_aloud,
            by=by,
            at=at,
        )
    outbox.queue(session, [person.id], "registration_received", at=at)
    return person.id


def update_profile(session: Session, person_id: str, profile: Profile, *, by: Actor, at: datetime) -> Person:
    """Replace what is known of a person by ``profile``, whole; give her row."""
    policy.must(by, "change_profile", policy.to_herself(by, person_id))
    marking.lock_known_again(session, person_id, profile.email, profile.phone)
    person = get(session, Person, person_id)
    _refuse_gone(person)
    _fill(session, person, profile)
    note(session, person, "update_profile", by=by, at=at)
    _flush_unique(session)
    marking.recall_all(session, person_id, by=by, at=at)
    kin.look_again(session, person)
    return person


def publish_need(session: Session, person_id: str, sheet: NeedSheet, *, by: Actor, at: datetime) -> str:
    """Enter a need of a person who is registered; give its id.

    Raises
    ------
    AlreadyRegistered
        She asks in this program already, or another need came under the sheet's id.
    """
    policy.must(by, "publish_wish", policy.to_herself(by, person_id))
    person = lock_person(session, person_id)
    _refuse_gone(person)
    return _add_need(session, person, sheet, by=by, at=at).id


def publish_offer(session: Session, person_id: str, sheet: OfferSheet, *, by: Actor, at: datetime) -> str:
    """Enter an offer of a person who is registered; give its id.

    Raises
    ------
    AlreadyRegistered
        She gives in this program already, or another offer came under the sheet's id.
    """
    policy.must(by, "publish_wish", policy.to_herself(by, person_id))
    person = lock_person(session, person_id)
    _refuse_gone(person)
    return _add_offer(session, person, sheet, by=by, at=at).id


def update_need(session: Session, need_id: str, sheet: NeedSheet, *, by: Actor, at: datetime) -> Need:
    """Replace what a need says, its program and its place in the queue excepted; give its row."""
    need = get(session, Need, need_id)
    policy.must(by, "change_wish", policy.to_herself(by, need.person_id))
    lock_person(session, need.person_id)
    _copy(sheet, need, SHARED)
    note(session, need, "update_need", by=by, at=at)
    return need


def update_offer(session: Session, offer_id: str, sheet: OfferSheet, *, by: Actor, at: datetime) -> Offer:
    """Replace what an offer says, its program excepted; give its row.

    Raises
    ------
    NotAllowedNow
        More places are taken than the new capacity.
    """
    offer = get(session, Offer, offer_id)
    policy.must(by, "change_wish", policy.to_herself(by, offer.person_id))
    lock_person(session, offer.person_id)
    if sheet.capacity < offer.places_taken:
        raise NotAllowedNow(offer.state, "capacity")
    _copy(sheet, offer, (*SHARED, *GIVEN, "capacity"))
    note(session, offer, "update_offer", by=by, at=at, capacity=sheet.capacity)
    settle(session, offer, by=by, at=at)
    return offer


def imported(session: Session, program: str, side: str, ref: str) -> str | None:
    """Give the id of the need or offer (``side``) that was imported under ``ref``, or None."""
    table: type[Need | Offer] = Need if side == "need" else Offer
    wanted = select(table.id).where(
        table.program == program, table.import_index == _import_index(session, ref)
    )
    found: str | None = session.scalar(wanted)
    return found


def write_address(session: Session, person: Person, email: str, *, by: Actor, at: datetime) -> None:
    """Replace the e-mail address of a person who is locked with whoever has it too; another person's stays hers alone.

    Raises
    ------
    AlreadyRegistered
        The address belongs to another person.
    """
    sealed.put(session, person, person, "email", email)
    person.email_index = _free_email_index(session, person, email)
    person.version += 1
    marking.recall_all(session, person.id, by=by, at=at)


def _check_referral(sheet: Registration, by: Actor) -> None:
    policy.must(by, "register", policy.to_organisation(by, sheet.referred_by))
    if by.role == "agent" and not sheet.consents_read_aloud:
        raise Forbidden("unread")


def end_referral(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Let the organisation that registered a person see nothing more of her; no reason is asked."""
    policy.must(by, "end_referral", policy.to_herself(by, person_id))
    person = lock_person(session, person_id)
    if person.referred_by is not None:
        facts = {"organisation": person.referred_by}
        person.referred_by = None
        note(session, person, "end_referral", by=by, at=at, **facts)
    return person


def _new_person(session: Session, sheet: Registration, *, by: Actor, at: datetime) -> Person:
    person_id = new_id()
    person = Person(
        id=person_id,
        state="submitted",
        state_since=at,
        version=1,
        registered_at=at,
        referred_by=sheet.referred_by,
        data_key=keyring_of(session).new_data_key(person_id),
    )
    _fill(session, person, sheet.profile)
    session.add(person)
    _flush_unique(session)
    through = {"organisation": sheet.referred_by} if sheet.referred_by else {}
    facts = {"from": None, "to": "submitted", **through}
    ledger.record(session, at, by, "register", "person", person_id, facts)
    kin.recall(session, person, by=by, at=at)
    kin.look_again(session, person)
    return person


def _fill(session: Session, person: Person, profile: Profile) -> None:
    check_profile(profile)
    for column in ("surname", "email", "phone"):
        sealed.put(session, person, person, column, getattr(profile, column))
    person.email_index = _free_email_index(session, person, profile.email)
    for column, value in _columns(profile).items():
        setattr(person, column, value)


def _free_email_index(session: Session, person: Person, email: str | None) -> str | None:
    if not email:
        return None
    index = keyring_of(session).email_index(email)
    with session.no_autoflush:
        if session.scalar(select(Person.id).where(Person.email_index == index, Person.id != person.id)):
            raise AlreadyRegistered
    return index


def _columns(profile: Profile) -> dict[str, Any]:
    interests, travel, household = profile.interests, profile.travel or Travel(), profile.household
    plain = ("first_name", "reader_language", "sector", "age_band", "gender", "contact", "stay_until")
    return {name: getattr(profile, name) for name in plain} | {
        "languages": None
        if profile.languages is None
        else [{"code": one.code, "level": one.level, "mode": one.mode} for one in profile.languages],
        **{kind: _listed(getattr(interests, kind, None)) for kind in KINDS_OF_INTEREST},
        "availability": _four_weeks(profile.availability),
        "travel_mode": travel.mode,
        "travel_limit_km": travel.limit_km,
        "travel_remote_ok": travel.remote_ok,
        "household_form": household.form if household else None,
        "children_bands": _listed(household.children_bands if household else None),
        "access_needs": _listed(profile.access_needs),
    }


def _listed(codes: tuple[str, ...] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def _four_weeks(weeks: tuple[tuple[str, ...], ...] | None) -> list[list[str]] | None:
    """Fewer than four weeks repeat to four."""
    if not weeks:
        return None
    return [list(weeks[week % len(weeks)]) for week in range(WEEKS)]


def _add_need(session: Session, person: Person, sheet: NeedSheet, *, by: Actor, at: datetime) -> Need:
    need = Need(**_start(session, person, sheet, at), waiting_since=sheet.waiting_since or city_date(at))
    need.pressing = need.crisis_flag = False
    _copy(sheet, need, SHARED)
    return _publish(session, person, need, by=by, at=at)


def _add_offer(session: Session, person: Person, sheet: OfferSheet, *, by: Actor, at: datetime) -> Offer:
    offer = Offer(**_start(session, person, sheet, at), places_taken=0)
    _copy(sheet, offer, (*SHARED, *GIVEN, "capacity"))
    return _publish(session, person, offer, by=by, at=at)


def _start(session: Session, person: Person, sheet: NeedSheet | OfferSheet, at: datetime) -> dict[str, Any]:
    side = "need" if isinstance(sheet, NeedSheet) else "offer"
    if has_wish(session, person.id, side, sheet.program):
        raise AlreadyRegistered
    if sheet.import_ref is not None and imported(session, sheet.program, side, sheet.import_ref):
        raise AlreadyRegistered
    return {
        "id": new_id(),
        "person_id": person.id,
        "program": sheet.program,
        "state": "available",
        "state_since": at,
        "version": 1,
        "published_at": at,
        "import_index": None if sheet.import_ref is None else _import_index(session, sheet.import_ref),
    }


def _publish(session: Session, person: Person, wish: Wish, *, by: Actor, at: datetime) -> Wish:
    session.add(wish)
    _flush_unique(session)
    table, facts = wish.__tablename__, {"from": None, "to": "available", "program": wish.program}
    ledger.record(session, at, by, f"publish_{table}", table, wish.id, facts)
    vetting.advance(session, person, by=by, at=at)
    return wish


def _copy(sheet: NeedSheet | OfferSheet, wish: Need | Offer, names: tuple[str, ...]) -> None:
    check_sheet(sheet)
    for name in names:
        value = getattr(sheet, name)
        setattr(wish, name, list(value) if isinstance(value, tuple) else value)


def _import_index(session: Session, ref: str) -> str:
    return keyring_of(session).blind_index("import", ref)


def _refuse_gone(person: Person) -> None:
    if person.state in GONE:
        raise NotAllowedNow(person.state)


def _flush_unique(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "email_index" in str(error.orig) or "import_index" in str(error.orig):
            raise AlreadyRegistered from error
        raise
