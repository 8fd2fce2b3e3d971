"""The queue of translations, for the office and for who translates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.vocabulary import DANGER
from models.interpreting.requests import where_to_turn
from models.interpreting.translations import may_meet, may_translate
from models.queries.cards import first_name
from models.queries.interpreting.rows import people_of, text_of
from models.tables import Interpreter, Person, Translation

OPEN = ("requested", "taken", "second_reading")
SHOWN_UNFILLED = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationRow:
    """A translation as a page lists it."""

    id: str
    state: str
    from_language: str
    to_language: str
    setting: str
    pages: int
    deadline: date
    second_reader: bool
    requested_at: datetime
    person_id: str | None
    person_name: str | None
    translator_id: str | None
    translator_name: str | None
    reader_id: str | None
    reader_name: str | None
    minutes: int | None
    delivered_at: datetime | None
    done_at: datetime | None
    refer_to: str | None
    note: str | None
    """What there is to know beside the text: for the office alone, as the form says."""

    @property
    def is_of_danger(self) -> bool:
        """Whether it says that somebody may be in danger: she is shown whom to call, and no list of hers names it."""
        return self.setting in DANGER


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatorPage:
    """The written side of the bank, for one translator."""

    to_take: tuple[TranslationRow, ...]
    to_read: tuple[TranslationRow, ...]
    mine: tuple[TranslationRow, ...]
    """What she translates, or reads as the second."""


def queue(session: Session) -> tuple[TranslationRow, ...]:
    """Give what is still to be done in writing, the nearest deadline first: for the office."""
    chosen = select(Translation).where(Translation.state.in_(OPEN))
    found = session.scalars(chosen.order_by(Translation.deadline, Translation.id))
    return translation_rows(session, found, with_notes=True)


def unfilled(session: Session, today: date) -> tuple[TranslationRow, ...]:
    """Give what nobody took by its last day, the latest first: for the office, which says where to turn."""
    chosen = select(Translation).where(
        Translation.state == "unfilled", Translation.deadline >= today - SHOWN_UNFILLED
    )
    return translation_rows(
        session, session.scalars(chosen.order_by(Translation.deadline.desc(), Translation.id))
    )


def translator_page(session: Session, person_id: str) -> TranslatorPage:
    """Give what a translator may take, what she may read as the second, and what is hers."""
    row = session.scalars(select(Interpreter).where(Interpreter.person_id == person_id)).one_or_none()
    if row is None:
        return TranslatorPage(to_take=(), to_read=(), mine=())
    chosen = select(Translation).where(Translation.state.in_(OPEN))
    found = list(session.scalars(chosen.order_by(Translation.deadline, Translation.id)))
    hers = [it for it in found if row.number in {it.translator, it.reader}]
    others = [
        it
        for it in found
        if it not in hers and may_translate(row, it) and may_meet(session, row, it.person_id)
    ]
    return TranslatorPage(
        to_take=translation_rows(session, [it for it in others if it.state == "requested"]),
        to_read=translation_rows(
            session, [it for it in others if it.state == "second_reading" and it.reader is None]
        ),
        mine=translation_rows(session, hers),
    )


def translation_rows(
    session: Session, found: Iterable[Translation], *, with_notes: bool = False
) -> tuple[TranslationRow, ...]:
    """Give translations as a page lists them, in their order; their notes for the office alone."""
    listed = list(found)
    hands = people_of(session, {it for one in listed for it in (one.translator, one.reader) if it})
    people = {
        it.id: it
        for it in session.scalars(select(Person).where(Person.id.in_({one.person_id for one in listed})))
    }
    notes = {one.id: text_of(session, one, "note") for one in listed if with_notes}
    return tuple(_row(one, hands, people, notes.get(one.id)) for one in listed)


def _row(
    one: Translation, hands: dict[int, Person], people: dict[str, Person], note: str | None
) -> TranslationRow:
    translator, reader = hands.get(one.translator or 0), hands.get(one.reader or 0)
    person = people.get(one.person_id or "")
    return TranslationRow(
        id=one.id,
        state=one.state,
        from_language=one.from_language,
        to_language=one.to_language,
        setting=one.setting,
        pages=one.pages,
        deadline=one.deadline,
        second_reader=one.second_reader,
        requested_at=one.requested_at,
        person_id=one.person_id,
        person_name=first_name(person) if person else None,
        translator_id=translator.id if translator else None,
        translator_name=first_name(translator) if translator else None,
        reader_id=reader.id if reader else None,
        reader_name=first_name(reader) if reader else None,
        minutes=one.minutes,
        delivered_at=one.delivered_at,
        done_at=one.done_at,
        refer_to=where_to_turn(one.setting),
        note=note,
    )
