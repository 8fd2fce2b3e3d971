"""The register of incidents of confidentiality: entered, completed and corrected, each change told to the ledger.

It holds the eight things that section 7 of the Regulation respecting confidentiality incidents asks
(chapter A-2.1, r. 3.1). Nothing in it names anybody; its free texts are sealed with a key of the incident's own.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.formats.writing import Sheet, as_csv
from models import ledger, policy, sealed
from models.actor import Actor
from models.casework.rows import get, lock_rows
from models.errors import Stale, WrongValue
from models.sealing import keyring_of
from models.tables import Incident, new_id
from models.tables.incidents import PUBLIC_NOTICES

TEXTS = ("information", "circumstances", "weighing", "measures")
HEADER = {
    "information": "renseignements visés",
    "circumstances": "circonstances",
    "happened_from": "survenu du",
    "happened_until": "survenu au",
    "known_on": "connu le",
    "people": "personnes concernées",
    "people_in_quebec": "dont résidant au Québec",
    "is_serious": "risque de préjudice sérieux",
    "weighing": "éléments qui mènent à le conclure",
    "commission_told_on": "avis à la Commission",
    "people_told_on": "avis aux personnes",
    "public_notice": "avis public",
    "measures": "mesures prises",
}
NOTICES = {"none": "non", "instead": "au lieu d’avis à chacun", "beside": "en plus des avis"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSheet:
    """What is known of an incident; what is not known yet is None."""

    information: str
    circumstances: str
    known_on: date
    happened_from: date | None = None
    happened_until: date | None = None
    people: int | None = None
    people_in_quebec: int | None = None
    is_serious: bool | None = None
    weighing: str | None = None
    commission_told_on: date | None = None
    people_told_on: date | None = None
    public_notice: str = "none"
    measures: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An incident as the register shows it."""

    id: str
    version: int
    entered_at: datetime
    sheet: IncidentSheet

    @property
    def missing(self) -> tuple[str, ...]:
        """What the regulation asks and is not there yet: names of columns."""
        sheet = self.sheet
        wanted = ["happened_from", "people", "people_in_quebec", "is_serious", "weighing", "measures"]
        if sheet.is_serious:
            wanted.append("commission_told_on")
            if sheet.public_notice != "instead":
                wanted.append("people_told_on")
        return tuple(name for name in wanted if getattr(sheet, name) is None)


def enter(session: Session, sheet: IncidentSheet, *, by: Actor, at: datetime) -> str:
    """Enter an incident and give its id."""
    policy.must(by, "keep_incidents")
    _check(sheet)
    incident_id = new_id()
    incident = Incident(
        id=incident_id, data_key=keyring_of(session).new_data_key(incident_id), version=1, entered_at=at
    )
    _fill(session, incident, sheet)
    session.add(incident)
    ledger.record(session, at, by, "enter_incident", "incident", incident_id)
    session.flush()
    return incident_id


def change(
    session: Session, incident_id: str, sheet: IncidentSheet, *, version: int, by: Actor, at: datetime
) -> None:
    """Complete or correct an incident; the ledger tells which of its parts changed.

    Raises
    ------
    Stale
        Somebody else changed it since ``version``.
    """
    policy.must(by, "keep_incidents")
    _check(sheet)
    lock_rows(session, Incident, [incident_id])
    incident = get(session, Incident, incident_id)
    if incident.version != version:
        raise Stale("incident")
    before, after = asdict(_entry(session, incident).sheet), asdict(sheet)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        _fill(session, incident, sheet)
        incident.version += 1
        ledger.record(session, at, by, "change_incident", "incident", incident.id, {"changed": changed})
        session.flush()


def register(session: Session) -> tuple[Entry, ...]:
    """Give every incident, the latest known first."""
    chosen = select(Incident).order_by(Incident.known_on.desc(), Incident.entered_at.desc(), Incident.id)
    return tuple(_entry(session, row) for row in session.scalars(chosen))


def entry(session: Session, incident_id: str) -> Entry:
    """Give one incident.

    Raises
    ------
    Unknown
        There is none with this id.
    """
    return _entry(session, get(session, Incident, incident_id))


def export(session: Session, *, by: Actor, at: datetime) -> bytes:
    """Give the register as CSV, with what each incident still lacks; the ledger tells that it was taken out."""
    policy.must(by, "keep_incidents")
    entries = register(session)
    rows = [[*(_cell(name, getattr(one.sheet, name)) for name in HEADER), _lacks(one)] for one in entries]
    ledger.record(session, at, by, "export_incidents", "incident", "register", {"rows": len(rows)})
    return as_csv(Sheet("incidents", [*HEADER.values(), "à compléter"], rows))


def _lacks(one: Entry) -> str:
    return ", ".join(HEADER[name] for name in one.missing)


def _cell(name: str, value: object) -> str | int:
    if name == "public_notice":
        return NOTICES[str(value)]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value or "")


def _check(sheet: IncidentSheet) -> None:
    if sheet.public_notice not in PUBLIC_NOTICES:
        raise WrongValue("public_notice", sheet.public_notice)
    if sheet.people_in_quebec is not None and (sheet.people is None or sheet.people_in_quebec > sheet.people):
        raise WrongValue("people_in_quebec", sheet.people_in_quebec)


def _fill(session: Session, incident: Incident, sheet: IncidentSheet) -> None:
    for part in fields(sheet):
        if part.name in TEXTS:
            sealed.put(session, incident, incident, part.name, getattr(sheet, part.name))
        else:
            setattr(incident, part.name, getattr(sheet, part.name))


def _entry(session: Session, row: Incident) -> Entry:
    parts: dict[str, Any] = {
        part.name: sealed.take(session, row, row, part.name)
        if part.name in TEXTS
        else getattr(row, part.name)
        for part in fields(IncidentSheet)
    }
    return Entry(id=row.id, version=row.version, entered_at=row.entered_at, sheet=IncidentSheet(**parts))
