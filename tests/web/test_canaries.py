"""Which field is seen by whom, in which state: a word in every field, and no word where the table grants none."""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import update

from models import casework
from models.tables import Need, Offer, Pairing, Person
from tests.models.office import AT, DO
from tests.tries import FULL, tries
from tests.web import canaries
from tests.web.canaries import PAIR, PEOPLE, word, words

STATES = ("suggested", "under review", "awaiting answers", "both yes", "in trial", "suspended", "withdrawn")
"""Of the pair; at the end the newcomer takes her consent back."""
ALWAYS = STATES
HERE = STATES[:-1]
KNOWN = ("awaiting answers", "both yes", "in trial", "suspended")
OPEN = ("both yes", "in trial")
MOMENTS = {
    **dict.fromkeys(PAIR, ("under review", "awaiting answers", "both yes", "suspended", "withdrawn")),
    **dict.fromkeys(("stranger", "asked", "other agent", "anonymous"), ("both yes",)),
    **dict.fromkeys(("interpreter", "agent"), ("both yes", "withdrawn")),
    **dict.fromkeys(("coordinator", "administrator"), ("both yes", "withdrawn")),
}
"""Who looks when in ``make test``; in the long run everybody looks in every state."""

CONTACTS = ("surname", "email", "phone")
HERSELF = ("first name", *CONTACTS, "browser")


def fields(of, *names, states=ALWAYS):
    return {f"{of}: {name}": states for name in names}


def office(*also):
    """What the office reads: of everybody until she leaves; of what was noted of her, what the role asks."""
    names = ("first name", *CONTACTS, *also)
    return {
        **fields("newcomer", *names, "named", states=HERE),
        **{name: when for one in PEOPLE[1:] for name, when in fields(one, *names, "issuer").items()},
        **fields("appointment", "note", "place", states=HERE),
        **fields("asked appointment", "note", "place", states=HERE),
        **fields("translation", "note", states=HERE),
        **fields("incident", "circumstances"),
    }


TOLD = {
    "newcomer": {
        **fields("newcomer", *HERSELF, "named"),
        **fields("sponsor", "first name", states=KNOWN),
        **fields("sponsor", *CONTACTS, states=OPEN),
        **fields("interpreter", "first name", states=HERE),
        **fields("appointment", "place"),
        **fields("asked appointment", "place"),
        **fields("organisation", "name"),
    },
    "sponsor": {
        **fields("sponsor", *HERSELF),
        **fields("newcomer", "first name", states=KNOWN),
        **fields("newcomer", *CONTACTS, states=OPEN),
    },
    "stranger": fields("stranger", *HERSELF),
    "interpreter": {
        **fields("interpreter", *HERSELF),
        **fields("newcomer", "first name", states=HERE),
        **fields("appointment", "place", states=HERE),
    },
    "asked": fields("asked", *HERSELF),
    "agent": {
        **fields("newcomer", "first name", states=HERE),
        **fields("organisation", "name"),
    },
    "other agent": {},
    "anonymous": {},
    "coordinator": office("note") | fields("pairing", "hand reason", states=HERE),
    "administrator": office() | fields("organisation", "name"),
}
"""Reader → field → the states in which she reads it, and must: what is not listed, she never reads."""

EXCEPTIONS = {
    one: (
        fields(one, "issuer", "outcome"),
        "the pages say « cleared »; her own copy of everything says all that is held, as the law asks",
    )
    for one in PEOPLE[1:]
}
"""Where the house tells more than the field policy foresaw: what, and why."""


def granted(reader, field, state):
    more, _ = EXCEPTIONS.get(reader, ({}, ""))
    return state in (TOLD[reader] | more).get(field, ())


def open_it(session, world):
    casework.open_proposal(session, world.pairing_id, **DO)


def approve(session, world):
    version = session.get_one(Pairing, world.pairing_id).version
    casework.approve(session, world.pairing_id, version, **DO)


def say_yes(session, world):
    for one in PAIR:
        casework.answer(session, world.pairing_id, world.people[one].person, "yes", **world.by(one))


def meet(session, world):
    casework.plan_first_meeting(session, world.pairing_id, AT + timedelta(days=5), **DO)
    casework.record_first_meeting(session, world.pairing_id, **DO)


def suspend(session, world):
    casework.suspend(session, world.pairing_id, **world.by("newcomer"))


def take_back(session, world):
    newcomer = world.people["newcomer"].person
    casework.withdraw_consent(session, newcomer, "program", **world.by("newcomer"))


LEADS_TO = dict(zip(STATES[1:], (open_it, approve, say_yes, meet, suspend, take_back), strict=True))


@pytest.fixture
def world(app, database, monkeypatch):
    monkeypatch.setattr("web.service_sheet.draw", lambda sheet: repr(sheet).encode())  # its signs are glyphs
    return canaries.prepare(app, database)


def bring_to(world, wanted):
    """Take the pair from the suggestion to a state."""
    for state in STATES[1 : STATES.index(wanted) + 1]:
        step(world, state)


def step(world, state):
    if state in LEADS_TO:
        with world.database.writing() as session:
            LEADS_TO[state](session, world)


def held_in(text, fields):
    return {field for field, its_word in fields.items() if its_word in text}


def test_every_word_is_told_where_the_table_grants_it_and_nowhere_else(world, caplog):
    caplog.set_level(logging.DEBUG)
    every, asked, wrong, letters = words(), Counter(), [], 0
    for state in STATES:
        step(world, state)
        for reader in TOLD:
            if state not in MOMENTS[reader] and tries() < FULL:
                continue
            found = defaultdict(str)
            for path, data in world.sent_to(reader):
                asked["pages"] += 1
                found |= dict.fromkeys(held_in(data.decode(errors="replace").lower(), every), path)
            asked["cells"] += len(every)
            wrong += [
                f"{reader}, {state}: {field} {'at ' + found[field] if field in found else 'is not shown'}"
                for field in every
                if (field in found) != granted(reader, field, state)
            ]
        for to, text in world.letters():
            letters += 1
            wrong += [f"letter to {to}: {field}" for field in held_in(text.lower(), every)]
    assert not wrong, "\n".join(wrong)
    assert asked["cells"] > 1000, asked
    assert asked["pages"] > 2500
    assert letters > 8
    logging.getLogger("a test").debug(every["pairing: note"])
    assert [held_in(line_of(record), every) for record in caplog.records][-1] == {"pairing: note"}
    assert not [record for record in caplog.records[:-1] if held_in(line_of(record), every)]
    assert not [record for record in caplog.records if canaries.FORGED in line_of(record)]


def line_of(record):
    """All that a record can bring into a log."""
    return f"{record.getMessage()} {record.args!r} {record.exc_text} {record.exc_info}".lower()


HIDDEN_OF_HER = {
    "household_form": "student_residence",
    "children_bands": ["3-5"],
    "access_needs": ["wheelchair"],
    "gender": "x",
    "contact": "text_only",
    "stay_until": (AT + timedelta(days=900)).date(),
    "availability": [["sat_am", "mon_pm"]],
    "not_for_me": ["horse_riding"],
    "like": ["home_cooking", "snowshoeing", "fishing", "stargazing"],
    "languages": [{"code": code, "level": "B1", "mode": "spoken"} for code in ("fra", "spa", "swa")],
    "sector": "chicoutimi_ouest",
    "travel_mode": "walk",
    "travel_limit_km": 3,
    "travel_remote_ok": True,
    "refused_for_safety": True,
    "resembles_refused": True,
}
HIDDEN_OF_HER_WISH = {"meetings_per_month": 4, "months": 6, "gender_request": "f", "field": "engineering"}
KEYS = re.compile(r'type="hidden" name="[^"]+" value="[^"]*"|Set-Cookie: .*')


def read_by(world, reader):
    return {path: KEYS.sub("", data.decode(errors="replace")) for path, data in world.sent_to(reader)}


def change_what_is_hidden(world, one, state):
    """Change, of one of the pair, all that the other may not see: codes, and the answer that she gave."""
    side = {"newcomer": ("need", Need), "sponsor": ("offer", Offer)}[one]
    answer = {f"{side[0]}_answer": "talk"} if state == "awaiting answers" else {}
    someone = world.people[one]
    with world.database.writing() as session:
        session.execute(update(Person).where(Person.id == someone.person).values(**HIDDEN_OF_HER))
        session.execute(update(side[1]).where(side[1].id == someone.wish).values(**HIDDEN_OF_HER_WISH))
        if answer:
            session.execute(update(Pairing).where(Pairing.id == world.pairing_id).values(**answer))


@pytest.mark.parametrize("state", ["awaiting answers", "both yes"])
@pytest.mark.parametrize(("one", "readers"), [("newcomer", ("sponsor", "agent")), ("sponsor", ("newcomer",))])
def test_two_people_who_differ_only_in_what_may_not_be_seen_read_the_same(world, one, readers, state):
    bring_to(world, state)
    before = {reader: read_by(world, reader) for reader in readers}
    change_what_is_hidden(world, one, state)
    told = [
        f"{reader}: {path}"
        for reader, pages in before.items()
        for path, page in read_by(world, reader).items()
        if page != pages[path]
    ]
    assert not told, "\n".join(told)
    with world.database.reading() as session:
        assert session.get_one(Person, world.people[one].person).sector == HIDDEN_OF_HER["sector"]


def test_a_breakdown_is_logged_without_what_the_address_holds(app, visitor, monkeypatch, caplog):
    def break_down(**_named):
        raise RuntimeError

    break_down.declared = app.view_functions["password.choose"].declared
    monkeypatch.setitem(app.view_functions, "password.choose", break_down)
    with visitor.client.get(f"/mot-de-passe/{word('account', 'token')}%0D%0AERROR%20forged") as answer:
        assert answer.status_code == 500
    (record,) = caplog.records
    assert record.getMessage() == "a breakdown behind GET /mot-de-passe/<token>"
