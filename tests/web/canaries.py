"""A world in which every field of every person holds a word of its own, and everything that a reader is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, is_zipfile

from sqlalchemy import select, update

from models import accounts, casework, figures, incidents, interpreting, organisations, sealed, sessions
from models.actor import SYSTEM, actor_of
from models.interpreting import TranslationSheet
from models.queries.bundle import bundle
from models.tables import Account, Clearance, Pairing, Person, SignIn
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, DO, Someone
from tests.web.routes import ANY, path_of, routes
from web import mail
from web.data_copy import as_json
from web.forms.journey import ABOUT_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from models.database import Database

PAIR = ("newcomer", "sponsor")
PEOPLE = (*PAIR, "stranger", "interpreter", "asked")
OF_PEOPLE = ("first name", "surname", "email", "phone", "note", "issuer", "outcome", "browser")
OF_THE_PAIRING = ("hand reason", "note")
OF_THE_APPOINTMENT = ("note", "place")
WRITTEN = (
    *bank.SPANISH,
    interpreting.Language(code="spa", level="native", mode="written"),
    interpreting.Language(code="fra", level="C1", mode="written"),
)
FORGED = "\r\nERROR forged"
"""What a name holds that never came through the gate of texts."""
EVERY_NAME = {
    "name": ABOUT_PERSON,
    "purpose": ("program", "matching", "share_contact", "statistics"),
    "program": ("sponsorship", "support"),
    "side": ("need", "offer"),
}
"""What else an address may name: each of them is asked."""


def word(of: str, field: str) -> str:
    """The one word that a field holds and that stands nowhere else."""
    plain = f"zq{of}{field}".replace(" ", "")
    return f"{plain}@example.org" if field == "email" else plain


def words() -> dict[str, str]:
    """Every field of the world by its name, « sponsor: surname », and its word."""
    fields = [(one, field) for one in PEOPLE for field in OF_PEOPLE]
    fields += [("pairing", field) for field in OF_THE_PAIRING]
    fields += [(of, field) for of in ("appointment", "asked appointment") for field in OF_THE_APPOINTMENT]
    fields += [
        ("newcomer", "named"),
        ("translation", "note"),
        ("organisation", "name"),
        ("incident", "circumstances"),
    ]
    return {f"{of}: {field}": word(of, field) for of, field in fields}


@dataclass
class World:
    """An office with a pair, those around it, and what each of them is sent."""

    app: Flask
    database: Database
    people: dict[str, Someone]
    tokens: dict[str, str]
    feeds: dict[str, str]
    named: dict[str, tuple[str, ...]]

    @property
    def pairing_id(self) -> str:
        return self.named["pairing_id"][0]

    def by(self, one: str) -> dict[str, Any]:
        """Act as one of the people."""
        return self.people[one].does

    def sent_to(self, reader: str, *more: str) -> Iterator[tuple[str, bytes]]:
        """Open every address of the application as a reader, and more; give what was asked and every byte that came."""
        client = self.reader(reader)
        for path in (*self.paths(reader), *more):
            with client.get(path) as answer:
                yield path, f"{answer.headers}".encode() + unpacked(answer.get_data())
        if reader in self.people:
            with self.database.reading() as session:
                yield "the copy of everything", as_json(bundle(session, self.people[reader].person, AT))
        if reader in {"coordinator", "administrator"}:
            yield from self._lists(client)

    def reader(self, reader: str) -> FlaskClient:
        """A browser that is signed in as a reader, or as nobody."""
        client = self.app.test_client()
        if reader in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[reader]
        return client

    def paths(self, reader: str) -> Iterator[str]:
        """Every address that can be looked at, with everything in this world that it can name."""
        known = {name: (value,) for name, value in ANY.items()} | EVERY_NAME | self.named
        known["token"] = (self.feeds.get(reader, "x"),)
        for _, method, rule in routes(self.app):
            if method == "GET" and rule.endpoint != "static":
                names = sorted(rule.arguments)
                for chosen in product(*(known.get(name, ("x",)) for name in names)):
                    yield path_of(self.app, rule, dict(zip(names, chosen, strict=True)))

    def _lists(self, client: Any) -> Iterator[tuple[str, bytes]]:
        with client.get("/coordination/tableur") as page:
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))[1]
        for side in EVERY_NAME["side"]:
            fields = {"csrf_token": token, "side": side, "program": "sponsorship"}
            with client.post("/coordination/tableur/export", data=fields) as answer:
                assert answer.status_code == 200
                yield f"the list of {side}s", unpacked(answer.get_data())

    def letters(self) -> Iterator[tuple[str, str]]:
        """Send what is owed; give to whom each letter goes, and all of it but that."""
        settings = self.app.config["SETTINGS"]
        mail.send_owed(self.database, settings, AT + timedelta(minutes=1))
        for file in sorted((settings.instance / mail.LETTERBOX).iterdir()):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            to = letter["To"]
            del letter["To"]
            yield to, f"{list(letter.items())} {letter.get_content()}"
            file.unlink()


def unpacked(data: bytes) -> bytes:
    """Give what stands in a workbook; anything else as it is."""
    if not is_zipfile(BytesIO(data)):
        return data
    with ZipFile(BytesIO(data)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def prepare(app: Flask, database: Database) -> World:
    """Make the world: a pair that a round suggests, somebody who is kept apart, an interpreter, two partners."""
    with database.writing() as session:
        partners = [
            organisations.open_organisation(session, name, by=SYSTEM, at=AT)
            for name in (word("organisation", "name"), "The other partner")
        ]
        people = _people(session)
        casework.exclude(session, people["newcomer"].person, people["stranger"].person, **DO)
        session.get_one(Person, people["newcomer"].person).referred_by = partners[0].id
        named = _interpreting(session, people)
        pairing = _suggested(session, people)
        named["clearance_id"] = tuple(
            session.scalars(select(Clearance.id).where(Clearance.kind == "screening"))
        )
        named["apart_id"] = (_named(session, people["newcomer"]),)
        for name, one in people.items():
            _fill(session, name, session.get_one(Person, one.person))
        session.get_one(Person, people["stranger"].person).first_name += FORGED
        staff = _staff(session, partners)
        held = {name: _account_of(session, one) for name, one in people.items()} | staff
        tokens = {name: sessions.start_session(session, account, AT) for name, account in held.items()}
        for name in people:
            sealed.put(session, held[name], held[name], "email", word(name, "email"))
            session.execute(
                update(SignIn).where(SignIn.account_id == held[name].id).values(browser=word(name, "browser"))
            )
        feeds = {
            name: interpreting.make_feed(session, by=actor_of(account), at=AT)
            for name, account in held.items()
            if account.role != "agent"
        }
        sheet = incidents.IncidentSheet(
            information="Noms", circumstances=word("incident", "circumstances"), known_on=office.TODAY
        )
        incident = incidents.enter(session, sheet, **DO)
        figures.publish(session, by=SYSTEM, at=AT + timedelta(days=60))
    named |= {
        "pairing_id": (pairing.id,),
        "round_id": (pairing.round_id,),
        "need_id": (people["newcomer"].wish,),
        "offer_id": (people["sponsor"].wish,),
        "wish_id": tuple(people[one].wish for one in PAIR),
        "person_id": tuple(one.person for one in people.values()),
        "incident_id": (incident,),
    }
    return World(app, database, people, tokens, feeds, named)


def _people(session: Session) -> dict[str, Someone]:
    """The pair and those around it: ready people, named by what they are until their words are filled in."""
    return {
        "newcomer": office.newcomer(session, "newcomer"),
        "sponsor": office.sponsor(session, "sponsor"),
        "stranger": office.sponsor(session, "stranger"),
        "interpreter": bank.interpreter(session, "interpreter", languages=WRITTEN),
        "asked": bank.interpreter(session, "asked"),
    }


def _interpreting(session: Session, people: dict[str, Someone]) -> dict[str, tuple[str, ...]]:
    """Book one interpreter for the newcomer, ask another, and have something translated."""
    bookings = []
    for name, of, days in (("interpreter", "appointment", 0), ("asked", "asked appointment", 1)):
        texts = {field: word(of, field) for field in OF_THE_APPOINTMENT}
        start = bank.START + timedelta(days=days)
        only = (people[name].person,)
        bookings.append(bank.asked(session, people["newcomer"], start=start, only=only, **texts))
    interpreting.take(session, bookings[0].id, **people["interpreter"].does)
    sheet = TranslationSheet(
        from_language="spa",
        pages=2,
        deadline=office.TODAY + timedelta(days=20),
        person_id=people["newcomer"].person,
        note=word("translation", "note"),
    )
    asked = interpreting.request_translation(session, sheet, **DO)
    who = people["interpreter"]
    interpreting.take_translation(session, asked.id, who.person, **who.does)
    plan = interpreting.plan_horizon(session, AT, AT + timedelta(days=14), seconds=0.2, **DO)
    return {
        "booking_id": tuple(one.id for one in bookings),
        "appointment_id": tuple(one.appointment_id for one in bookings),
        "plan_id": (plan,),
    }


def _named(session: Session, one: Someone) -> str:
    """Let somebody name whom she does not want to be paired with; nobody here bears that name."""
    apart_id = casework.wish_apart(session, one.person, word("newcomer", "named"), **one.does)
    casework.settle_wish(session, apart_id, None, **DO)
    return apart_id


def _suggested(session: Session, people: dict[str, Someone]) -> Pairing:
    """Let a round suggest the pair; fill what a coordinator writes of a pairing."""
    casework.run_round(session, "sponsorship", today=office.TODAY, **DO)
    pairing = office.pairing_of(session, people["newcomer"], people["sponsor"])
    holder = session.get_one(Person, people["newcomer"].person)
    for field in OF_THE_PAIRING:
        sealed.put(session, holder, pairing, field.replace(" ", "_"), word("pairing", field))
    pairing.origin = "hand"
    return pairing


def _fill(session: Session, name: str, person: Person) -> None:
    """Put the words of a person into her fields."""
    person.first_name = word(name, "first name")
    for field in ("surname", "email", "phone", "note"):
        sealed.put(session, person, person, field, word(name, field))
    for row in session.scalars(select(Clearance).where(Clearance.person_id == person.id)):
        sealed.put(session, person, row, "issuer", word(name, "issuer"))
        if row.kind != "screening":
            sealed.put(session, person, row, "outcome", word(name, "outcome"))


def _account_of(session: Session, one: Someone) -> Account:
    return session.scalars(select(Account).where(Account.person_id == one.person)).one()


def _staff(session: Session, partners: list[Any]) -> dict[str, Account]:
    roles = {
        "coordinator": None,
        "administrator": None,
        "agent": partners[0].id,
        "other agent": partners[1].id,
    }
    return {
        name: accounts.open_account(
            session,
            email=f"{name.replace(' ', '.')}@example.org",
            role=name.removeprefix("other "),
            language="fr",
            at=AT,
            organisation_id=organisation,
            password_hash="set elsewhere",
        )
        for name, organisation in roles.items()
    }
