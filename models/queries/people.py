"""People as a coordinator finds them: the list, and one file whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, load_only

from models import disclosure, sealed
from models.casework.notes import mark_of
from models.casework.vetting import Asked, asked_of, missing_of
from models.clearances import STEPS, Cleared, cleared
from models.errors import Unknown
from models.names import may_mean, plain
from models.queries.apart import Named, names_of
from models.queries.cards import (
    Card,
    NeedPerson,
    OfferPerson,
    Wish,
    card_of,
    couples,
    full_name,
    is_sealed,
    wish_of,
)
from models.queries.history import Event, events_of
from models.queries.rounds import Verdict, verdicts
from models.tables import Account, Clearance, Consent, Exclusion, Need, Offer, Pairing, Person

PAGE = 50
LISTED = (
    Person.id,
    Person.first_name,
    Person.surname_sealed,
    Person.data_key,
    Person.state,
    Person.registered_at,
    Person.sector,
    Person.erased_at,
)
"""What a line of the list needs: a file holds much more."""
NO_CONTACTS = disclosure.Contacts(surname=None, email=None, phone=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a coordinator is looking for; ``state`` is a state of a person, or of her wishes."""

    text: str = ""
    state: str = ""
    program: str = ""
    side: str = ""
    page: int = 1
    meant: str = ""
    """A name as somebody wrote it of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list."""

    id: str
    name: str
    state: str
    sector: str | None
    wishes: tuple[Wish, ...]
    days: int | None
    """Days that her oldest open need has waited."""
    is_matched: bool
    """Whether she turned matching on."""

    @property
    def person_id(self) -> str:
        """Whom it names."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A page of the list."""

    rows: tuple[Row, ...]
    found: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One use that a person agreed to, or no longer does."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None
    read_in: str
    was_read_aloud: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceRow:
    """What was verified, by whom and until when; ``recorded_by`` and ``confirmed_by`` are accounts."""

    id: str
    kind: str
    outcome: str | None
    issuer: str | None
    recorded_at: datetime
    recorded_by: str
    expires: date | None
    is_over: bool
    revoked_at: datetime | None
    confirmed_at: datetime | None
    confirmer: str | None
    """First name of the second person."""

    @property
    def is_in_force(self) -> bool:
        """Whether it counts today."""
        return not self.is_over and self.revoked_at is None

    @property
    def may_be_confirmed(self) -> bool:
        """Whether a second person may clear for households with children by it."""
        return self.is_in_force and self.outcome == "2" and self.confirmed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingRow:
    """A pairing of this person, with the other's name."""

    id: str
    other_id: str
    other: str
    program: str
    state: str
    since: datetime
    worth: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A person's whole file."""

    card: Card
    contacts: disclosure.Contacts
    note: str | None
    note_mark: str
    """What the form of the note recalls it by."""
    way_in: str | None
    """``email`` or ``card``; None for somebody without an account."""
    wishes: tuple[Wish, ...]
    consents: tuple[ConsentRow, ...]
    clearances: tuple[ClearanceRow, ...]
    asked: Asked
    has: Cleared
    missing: tuple[str, ...]
    """Steps that her offers still ask, in the order of the work."""
    pairings: tuple[PairingRow, ...]
    kept_apart: tuple[tuple[str, str], ...]
    """Id and name of those whom she is not to be paired with."""
    named: tuple[Named, ...]
    """Names that she wrote herself, and that led to nobody yet."""
    verdicts: Mapping[str, Verdict]
    """By need, what the latest round says of it where it was left unpaired."""
    events: tuple[Event, ...]
    resembles_refused: bool
    erased_at: datetime | None

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it names besides."""
        return tuple(person_id for person_id, _ in self.kept_apart)

    @property
    def purposes(self) -> frozenset[str]:
        """What she agrees to now."""
        return frozenset(consent.purpose for consent in self.consents if consent.withdrawn_at is None)


def people(session: Session, search: Search, today: date) -> People:
    """Give a page of the people who fit a search, those who have waited longest first.

    Who took her consent back is in no list and found by no search.
    """
    everyone = list(
        session.scalars(
            select(Person)
            .options(load_only(*LISTED))
            .where(Person.state != "withdrawn", Person.erased_at.is_(None))
        )
    )
    wishes = _wishes(session, today)
    matched = set(session.scalars(_in_force("matching")))
    found = [person for person in everyone if _fits(person, wishes[person.id], search)]
    if search.text:
        wanted = plain(search.text)
        found = [person for person in found if wanted in plain(full_name(session, person))]
    if search.meant:
        found = [person for person in found if may_mean(search.meant, full_name(session, person))]
    found.sort(key=lambda person: _order(person, wishes[person.id]))
    pages = max(-(-len(found) // PAGE), 1)
    page = min(max(search.page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    rows = tuple(_row(session, person, wishes[person.id], person.id in matched) for person in shown)
    return People(rows=rows, found=len(found), page=page, pages=pages)


def person_page(session: Session, person_id: str, today: date, *, reads_notes: bool = False) -> PersonPage:
    """Give one person's file; its sealed note only to who may read notes.

    Raises
    ------
    Unknown
        There is nobody with this id.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise Unknown("person", person_id)
    wishes = _wishes(session, today, person_id)[person_id]
    pairings = _pairings(session, person)
    note = disclosure.note_of(session, person) if reads_notes and not is_sealed(person) else None
    return PersonPage(
        card=card_of(session, person),
        contacts=NO_CONTACTS if is_sealed(person) else disclosure.contacts_of(session, person),
        note=note,
        note_mark=mark_of(note),
        way_in=_way_in(session, person_id),
        wishes=wishes,
        consents=_consents(session, person_id),
        clearances=_clearances(session, person, today),
        asked=asked_of(session, person),
        has=cleared(session, [person], today)[person_id],
        missing=missing_of(session, person, today),
        pairings=pairings,
        kept_apart=_kept_apart(session, person_id),
        named=() if is_sealed(person) else names_of(session, person),
        verdicts=verdicts(session),
        events=events_of(session, [person_id, *(wish.id for wish in wishes)]),
        resembles_refused=person.resembles_refused,
        erased_at=person.erased_at,
    )


def needed(session: Session, need_id: str, today: date) -> tuple[Wish, PersonPage]:
    """Give a need and the file of the one who asked.

    Raises
    ------
    Unknown
        There is no need with this id.
    """
    need = session.get(Need, need_id)
    if need is None:
        raise Unknown("need", need_id)
    return wish_of(need, today), person_page(session, need.person_id, today)


def _way_in(session: Session, person_id: str) -> str | None:
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None or account.closed_at is not None:
        return None
    return "card" if account.email_index is None else "email"


def _in_force(purpose: str) -> Any:
    return select(Consent.person_id).where(Consent.purpose == purpose, Consent.withdrawn_at.is_(None))


def _wishes(session: Session, today: date, person_id: str | None = None) -> Mapping[str, tuple[Wish, ...]]:
    found: dict[str, tuple[Wish, ...]] = defaultdict(tuple)
    tables: tuple[type[Any], ...] = (Need, Offer)
    for table in tables:
        chosen = select(table).order_by(table.published_at, table.id)
        if person_id is not None:
            chosen = chosen.where(table.person_id == person_id)
        for wish in session.scalars(chosen):
            found[wish.person_id] += (wish_of(wish, today),)
    return found


def _fits(person: Person, wishes: Iterable[Wish], search: Search) -> bool:
    own = [wish for wish in wishes if search.program in ("", wish.program) and search.side in ("", wish.side)]
    if (search.program or search.side) and not own:
        return False
    return search.state in ("", person.state) or any(wish.state == search.state for wish in own)


def _order(person: Person, wishes: Iterable[Wish]) -> tuple[bool, date, datetime, str]:
    days = [wish.waiting_since for wish in wishes if wish.state == "available" and wish.waiting_since]
    is_over = person.state == "declined"
    first = min(days, default=date.max)
    return is_over, first, person.registered_at, person.id


def _row(session: Session, person: Person, wishes: tuple[Wish, ...], is_matched: bool) -> Row:  # noqa: FBT001 - a fact of the row
    waited = [
        wish.waiting_days for wish in wishes if wish.state == "available" and wish.waiting_days is not None
    ]
    return Row(
        id=person.id,
        name=full_name(session, person),
        state=person.state,
        sector=person.sector,
        wishes=wishes,
        days=max(waited, default=None) if person.state != "declined" else None,
        is_matched=is_matched,
    )


def _consents(session: Session, person_id: str) -> tuple[ConsentRow, ...]:
    chosen = select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at, Consent.id)
    return tuple(
        ConsentRow(
            purpose=row.purpose,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
            read_in=row.read_in,
            was_read_aloud=row.was_read_aloud,
        )
        for row in session.scalars(chosen)
    )


def _clearances(session: Session, person: Person, today: date) -> tuple[ClearanceRow, ...]:
    chosen = (
        select(Clearance, Account.name)
        .outerjoin(Account, Account.id == Clearance.confirmed_by)
        .where(Clearance.person_id == person.id)
        .order_by(Clearance.recorded_at, Clearance.id)
    )
    rows = [
        ClearanceRow(
            id=row.id,
            kind=row.kind,
            outcome=sealed.take(session, person, row, "outcome"),
            issuer=sealed.take(session, person, row, "issuer"),
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            expires=row.expires,
            is_over=row.expires is not None and row.expires < today,
            revoked_at=row.revoked_at,
            confirmed_at=row.confirmed_at,
            confirmer=name,
        )
        for row, name in session.execute(chosen)
    ]
    return tuple(sorted(rows, key=lambda row: STEPS.index(row.kind)))


def _pairings(session: Session, person: Person) -> tuple[PairingRow, ...]:
    chosen = couples().where(or_(NeedPerson.id == person.id, OfferPerson.id == person.id))
    found = []
    for pairing, newcomer, sponsor in session.execute(chosen.order_by(Pairing.state_since.desc())):
        other = sponsor if newcomer.id == person.id else newcomer
        found.append(
            PairingRow(
                id=pairing.id,
                other_id=other.id,
                other=full_name(session, other),
                program=pairing.program,
                state=pairing.state,
                since=pairing.state_since,
                worth=pairing.told_worth,
                reason=pairing.reason,
            )
        )
    return tuple(found)


def _kept_apart(session: Session, person_id: str) -> tuple[tuple[str, str], ...]:
    one = select(Exclusion.other_id).where(Exclusion.one_id == person_id)
    other = select(Exclusion.one_id).where(Exclusion.other_id == person_id)
    chosen = select(Person).where(or_(Person.id.in_(one), Person.id.in_(other)))
    return tuple((person.id, full_name(session, person)) for person in session.scalars(chosen))
