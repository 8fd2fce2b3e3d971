"""Every route × role × relation, asked on a prepared world: what nobody granted is refused."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from models import accounts, casework, organisations, policy, sessions
from models.actor import SYSTEM
from models.casework import Registration
from models.interpreting import AppointmentSheet, request_appointment
from models.tables import Account, Clearance, Pairing
from tests.models import office
from tests.models.office import AT, DO
from tests.tries import FULL, tries
from tests.web import matrix
from tests.web.pages import Visitor
from tests.web.routes import path_of, routes

ABSENT = "a" * 26
IDS = re.compile(rb"[a-z2-7]{26}|name=.csrf_token. value=.[^ ]*")
"""What an address and a session put into a page."""


@dataclass
class World:
    """An office with somebody in every relation, and a way back to how it was."""

    app: Any
    file: Any
    tokens: dict[str, str]
    subjects: dict[str, dict[str, str]]

    def reader(self, role: str) -> Visitor:
        """Somebody of a role: Rosalie, an agent of the first partner, somebody of the office, a stranger."""
        client = self.app.test_client()
        if role in self.tokens:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[role]
        return Visitor(client)

    def sent(self, route, relation):
        """Give what a form must hold for its answer to be about the right to send it: whose pairing it is."""
        own, awa = (self.subjects["person_id"][who] for who in ("own", "none"))
        known = {"person": awa if relation == "of others" else own, "other": awa}
        return {name: known.get(name, value) for name, value in matrix.SENT.get(route, {}).items()}

    def cells(self, route, rule, role):
        """Give each relation in which something may stand to a reader, and the address that names it.

        Where the table makes no difference, one and what is not there are asked; all of them in the long run.
        """
        told = [name for name in sorted(rule.arguments) if name in self.subjects]
        if not told:
            yield None, path_of(self.app, rule)
            return
        others = {name: next(iter(self.subjects[name].values())) for name in told}
        known = self.subjects[told[-1]]
        is_nested = any(set(pair) <= rule.arguments for pair in policy.WITHIN)
        if is_nested or (route not in matrix.BY_RELATION.get(role, ()) and tries() < FULL):
            known = {relation: known[relation] for relation in (*tuple(known)[:1], "absent")}
        for relation, which in known.items():
            named = dict.fromkeys(told, which) if relation == "absent" else others | {told[-1]: which}
            yield relation, path_of(self.app, rule, named)

    def back(self):
        """Put the file back: what an answer changed is undone."""
        self.app.extensions["passerelle.database"].dispose()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(self.file.with_suffix(".kept"), self.file)


@pytest.fixture
def world(app, database, tmp_path, monkeypatch):
    monkeypatch.setattr("web.mail.apart", lambda _work: None)  # the letters are for other tests
    with database.writing() as session:
        partners = [organisations.open_organisation(session, name, by=SYSTEM, at=AT) for name in ("A", "B")]
        rosalie, subjects = people(session)
        subjects["person_id"] |= referred(session, partners)
        held = {
            role: opened(session, role, partners[0]) for role in ("coordinator", "agent", "administrator")
        }
        made = casework.run_round(session, "support", today=office.TODAY, **DO)
        screening = session.query(Clearance.id).filter_by(person_id=rosalie, kind="screening").scalar()
        subjects["clearance_id"] = (
            {"none": screening}
            | {
                relation: cleared(session, subjects["person_id"][relation])
                for relation in ("own_organisation", "other_organisation")
            }
            | {"absent": ABSENT}
        )
        subjects |= {
            name: {"absent": ABSENT} for name in ("booking_id", "translation_id", "exception_id", "plan_id")
        }
        subjects["apart_id"] = {
            relation: casework.wish_apart(session, subjects["person_id"][whose], "Quelqu’un", **DO)
            for relation, whose in (("own", "own"), ("of others", "none"))
        } | {"absent": ABSENT}
        subjects["appointment_id"] = {
            "own": asked(session, rosalie),
            "of others": asked(session, None),
            "absent": ABSENT,
        }
        subjects["round_id"] = {"one": made, "absent": ABSENT}
        subjects["account_id"] = {
            "another": opened(session, "coordinator", partners[0], "spare").id,
            "absent": ABSENT,
        }
        held["participant"] = session.query(Account).filter_by(person_id=rosalie).one()
        tokens = {role: sessions.start_session(session, account, AT) for role, account in held.items()}
    database.dispose()  # the last to leave brings the file up to date
    file = tmp_path / "office.sqlite"
    shutil.copy(file, file.with_suffix(".kept"))
    return World(app, file, tokens, subjects)


def cleared(session, person):
    """Note that the identity of a person was verified."""
    casework.record_clearance(session, person, "identity", **DO)
    session.flush()
    return session.query(Clearance.id).filter_by(person_id=person).scalar()


def opened(session, role, partner, name=None):
    return accounts.open_account(
        session,
        email=f"{name or role}@example.org",
        role=role,
        language="fr",
        at=AT,
        organisation_id=partner.id if role == "agent" else None,
        password_hash="set elsewhere",
    )


def people(session):
    """Rosalie with a newcomer at each stage, and two people who are nothing to her."""
    rosalie = office.sponsor(session, capacity=4)
    pairings = {
        stage: brought_to(session, stage, office.newcomer(session, f"Amina {stage}"), rosalie)
        for stage in ("none", "proposed", "paired", "past")
    }
    awa, odile = office.newcomer(session, "Awa"), office.sponsor(session, "Odile")
    pairings["of others"] = brought_to(session, "proposed", awa, odile)
    needs, offers = {"of others": awa.wish, "absent": ABSENT}, {"own": rosalie.wish, "of others": odile.wish}
    return rosalie.person, {
        "pairing_id": pairings | {"absent": ABSENT},
        "need_id": needs,
        "offer_id": offers | {"absent": ABSENT},
        "wish_id": needs | offers | {"absent": ABSENT},
        "person_id": {"own": rosalie.person, "none": awa.person, "absent": ABSENT},
    }


def brought_to(session, stage, need, offer):
    """Make a pairing by hand and bring it to a stage."""
    pairing_id = casework.pair_by_hand(session, need.wish, offer.wish, "par un test", **DO)
    if stage != "none":
        casework.approve(session, pairing_id, session.get_one(Pairing, pairing_id).version, **DO)
    if stage in {"paired", "past"}:
        for one in (need, offer):
            casework.answer(session, pairing_id, one.person, "yes", **one.does)
    if stage == "past":
        casework.end_pairing(session, pairing_id, "no_affinity", **DO)
    return pairing_id


def asked(session, person):
    """Ask for an interpreter, for a person or for somebody who is not registered."""
    sheet = AppointmentSheet(
        from_language="spa",
        to_language="fra",
        setting="everyday",
        start=AT + timedelta(days=3),
        minutes=60,
        modes=("phone",),
        person_id=person,
    )
    return request_appointment(session, sheet, **DO).id


def referred(session, partners):
    """Give somebody who came through each partner."""
    sheet = {"profile": office.PROFILE, "needs": (office.NEED,), "consents": ("program",)}
    return {
        relation: casework.register(session, Registration(referred_by=one.id, **sheet), by=SYSTEM, at=AT)
        for relation, one in zip(("own_organisation", "other_organisation"), partners, strict=True)
    }


def meaning(answer, route):
    """What an answer says of the right to ask; an open door may send on, or find that a link is over."""
    if route in matrix.OPEN_DOORS:
        return "refused" if answer.status_code == 403 else "open"
    if answer.status_code == 303 and answer.headers["Location"].startswith("/connexion"):
        return "sign in"
    return {403: "refused", 404: "absent"}.get(answer.status_code, "open")


def answers(world, role):
    """Ask every cell of one role; give (route, relation, what it means, the page without its ids)."""
    reader, token = None, None
    for route, method, rule in routes(world.app):
        for relation, path in world.cells(route, rule, role):
            if reader is None:
                reader = world.reader(role)
                token = reader.token()
            sent = world.sent(route, relation)
            where = {"data": sent | {"csrf_token": token}} if method == "POST" else {"query_string": sent}
            with reader.client.open(path, method=method, **where) as answer:
                found = meaning(answer, route)
                yield route, relation, found, IDS.sub(b"", answer.data)
                is_told = answer.status_code == 303  # her next page says so
            if method == "POST" and found == "open":
                world.back()
            if is_told:
                reader = None


def test_every_route_of_the_application_stands_in_the_table(app):
    assert {route for route, _, _ in routes(app)} == matrix.listed()


@pytest.mark.parametrize("role", matrix.READERS)
def test_each_role_gets_what_the_table_grants_and_nothing_else(world, role):
    cells = list(answers(world, role))
    wrong = [
        f"{route}, {relation}: {found}"
        for route, relation, found, _ in cells
        if found not in matrix.expected(role, route, relation).split(" or ")
    ]
    assert not wrong, "\n".join(wrong)
    assert len(cells) > 120
    absent = {(route, page) for route, _, found, page in cells if found == "absent"}
    assert len(absent) == len(dict(absent)), "what is not hers reads as what is not there"
