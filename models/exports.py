"""What a coordinator takes out as a workbook: needs, offers, a round, and an empty list to fill in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matcher.formats import round_from_json
from matcher.formats.columns import GIVING, WAITING, WISHES, Column
from matcher.formats.round_sheets import round_sheets
from matcher.formats.writing import Sheet, as_xlsx, table_of
from matcher.records import Language
from matcher.vocabulary import FARTHEST_KM, LIFECYCLE, MOST_MEETINGS, MOST_MONTHS, MOST_PLACES, WEEKS
from models import disclosure, ledger, policy, reads
from models.casework.rows import get
from models.people_sheets import COLUMNS, PURPOSES, SIDES, TITLES
from models.queries.cards import full_name
from models.tables import Consent, Need, Offer, Person, Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models.actor import Actor

GONE = ("withdrawn",)
STATES = {row["state"]: row["label_fr"] for row in LIFECYCLE if row["entity"] == "need_or_offer"}
AS_IN_THE_TABLE = (
    "sector",
    "travel_mode",
    "age_band",
    "gender",
    "access_needs",
    "contact",
    "stay_until",
    "reader_language",
    "first_name",
    "like",
    "want_to_try",
    "not_for_me",
    "children_bands",
)
"""Columns that a person's row holds under the same name."""


def people_workbook(session: Session, side: str, program: str, *, by: Actor, at: datetime) -> bytes:
    """Give the needs or the offers of a program with who stands behind them, ready to be brought back in.

    Taking personal data out leaves a line in the ledger, and one for each person.
    """
    policy.must(by, "take_out")
    table: type[Need | Offer] = Need if side == "need" else Offer
    wishes: Iterable[Any] = session.execute(
        select(table, Person)
        .join(Person, Person.id == table.person_id)
        .where(table.program == program, table.state.not_in(GONE), Person.state.not_in(GONE))
        .order_by(table.published_at, Person.first_name, table.id)
    )
    consents = _consents(session)
    held = list(wishes)
    rows = [_values(session, wish, person, consents.get(person.id, set())) for wish, person in held]
    reads.note(session, "list", (person.id for _, person in held), by=by, at=at)
    ledger.record(session, at, by, "export_people", side, program, {"count": len(rows)})
    return as_xlsx([table_of(TITLES[side][0], COLUMNS[side], rows)])


def round_workbook(session: Session, round_id: str, *, by: Actor, at: datetime) -> bytes:
    """Give a round with names in place of ids, which is what its page shows; a line for each person in it."""
    policy.must(by, "take_out")
    row = get(session, Round, round_id)
    reads.note(session, "round", _people(session, row), by=by, at=at)
    return as_xlsx(round_sheets(round_from_json(row.document), _names(session, row.program)))


def _people(session: Session, row: Round) -> Iterable[str]:
    """Give the people whom a round names, paired or not, or as who came near."""
    told = re.findall(r'"([a-z2-7]{26})"', json.dumps(row.document))
    for table in (Need, Offer):
        yield from session.scalars(select(table.person_id).where(table.id.in_(told)).order_by(table.id))


def template_workbook(side: str) -> bytes:
    """Give an empty list to fill in, with a sheet that says what each column takes."""
    if side not in SIDES:
        raise KeyError(side)
    shown = [column for column in COLUMNS[side] if column.name != "state"]
    empty = table_of(TITLES[side][0], shown, [])
    return as_xlsx([empty, Sheet("Mode d’emploi", ("Colonne", "Ce qu’on y écrit", "Choix"), _manual(shown))])


def _manual(shown: Iterable[Column]) -> list[tuple[str, str, str]]:
    return [
        (column.french, WRITTEN.get(column.name, "du texte"), " ; ".join(_choices(column)))
        for column in shown
        if column.name != "availability"
    ]


def _choices(column: Column) -> list[str]:
    return column.words.all_french() if column.words else []


WRITTEN: Mapping[str, str] = {
    "id": "le numéro de la personne dans votre liste; il évite les doublons",
    "email": "une adresse; elle évite aussi les doublons",
    "reader_language": "fr ou en",
    "languages": "langue:niveau ou langue:niveau:mode, séparés par ; (français:B1 ; espagnol:langue maternelle)",
    "limit_km": f"un nombre de 0 à {FARTHEST_KM}",
    "meetings_per_month": f"un nombre de 1 à {MOST_MEETINGS}",
    "months": f"un nombre de 1 à {MOST_MONTHS}",
    "capacity": f"un nombre de 0 à {MOST_PLACES}; vide : 1",
    "years_in_field_here": "un nombre",
    "stay_until": "une date : 2026-03-31",
    "waiting_since": "une date : 2026-03-02; vide : aujourd’hui",
    **dict.fromkeys(("like", "want_to_try", "not_for_me"), "au plus dix choix, séparés par ;"),
    **{
        f"availability_{week}": "des moments, séparés par ; (aucun : jamais libre)"
        for week in range(1, WEEKS + 1)
    },
    "children_bands": "des choix, séparés par ; (aucun : pas d’enfants)",
    **dict.fromkeys(("access_needs", "goals", "meets_access"), "des choix, séparés par ;"),
    **dict.fromkeys(
        (
            "sector",
            "travel_mode",
            "household",
            "age_band",
            "gender",
            "gender_request",
            "contact",
            "field",
        ),
        "un choix",
    ),
    **dict.fromkeys(
        (
            "remote_ok",
            "accepts_interpreter",
            "will_drive",
            "accepts_children",
            "consent",
            "consent_matching",
            "consent_contact",
        ),
        "oui ou non",
    ),
}
OF_A_WISH = tuple(column.name for column in (*WISHES, WAITING, *GIVING))


def _consents(session: Session) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    in_force = select(Consent.person_id, Consent.purpose).where(Consent.withdrawn_at.is_(None))
    for person_id, purpose in session.execute(in_force):
        found.setdefault(person_id, set()).add(purpose)
    return found


def _values(session: Session, wish: Need | Offer, person: Person, consents: set[str]) -> dict[str, Any]:
    """Give what is known of a need or an offer and its person by the names of the columns."""
    contacts = disclosure.contacts_of(session, person)
    weeks = zip(range(1, WEEKS + 1), person.availability or (), strict=False)
    return {
        **{name: getattr(person, name) for name in AS_IN_THE_TABLE},
        **{name: getattr(wish, name, None) for name in OF_A_WISH},
        **{column: purpose in consents for column, purpose in PURPOSES.items()},
        **{f"availability_{number}": week for number, week in weeks},
        "id": wish.id,
        "surname": contacts.surname,
        "email": contacts.email,
        "phone": contacts.phone,
        "languages": None if person.languages is None else tuple(Language(**one) for one in person.languages),
        "limit_km": person.travel_limit_km,
        "remote_ok": person.travel_remote_ok,
        "household": person.household_form,
        "state": STATES.get(wish.state, wish.state),
    }


def _names(session: Session, program: str) -> Mapping[str, str]:
    """Give the names behind the needs and offers of a program, by id."""
    names: dict[str, str] = {}
    for table in (Need, Offer):
        pairs = (
            select(table.id, Person)
            .join(Person, Person.id == table.person_id)
            .where(table.program == program)
        )
        names |= {wish_id: full_name(session, person) for wish_id, person in session.execute(pairs)}
    return names
