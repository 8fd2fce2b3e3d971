"""Below the pages: every verb asks the policy, whoever calls it; and how somebody stands to what an address names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from inspect import Parameter, isfunction, signature
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    accounts,
    cards,
    casework,
    exports,
    imports,
    incidents,
    interpreting,
    organisations,
    policy,
    second_factor,
    team,
)
from models.actor import ROLES, SYSTEM, Actor
from models.errors import Forbidden, Unknown
from models.lifecycle import ANSWERING, GONE, TOGETHER
from models.tables import (
    Account,
    Appointment,
    Clearance,
    Interpreter,
    Need,
    Offer,
    Pairing,
    Person,
    Translation,
)
from tests.models import office
from tests.models.interpreting import bank
from tests.models.interpreting.test_translations import SHEET as PAPERS
from tests.models.interpreting.test_translations import translator
from tests.models.office import AT, DO, Someone

PLACES = (cards, casework, exports, imports, incidents, interpreting, organisations, second_factor, team)
ABOUT_WHOEVER_ACTS = {"drop_feed", "make_feed"}
NOBODY = Actor(account_id=None, role=policy.ANYONE)
STRANGER = Actor(account_id="stranger", role="participant", person_id="somebody else")
AGENT = Actor(account_id="agent", role="agent")
TO_A_STRANGER = {"register"}
"""What whoever is signed in may do towards nobody in particular."""
TO_AN_AGENT = {"request_appointment", "request_translation"}
"""What a partner's worker may do that names nobody: ask for an interpreter for her own partner."""
SAID: dict[str, Any] = {
    "kind": "identity",
    "level": 1,
    "purpose": "program",
    "program": "sponsorship",
    "reason": "other_written",
    "note": "…",
    "role": "coordinator",
    "absent": "interpreter",
    "minutes": 30,
    "said": "yes",
}
SAID_TO = {
    "end_pairing": {"reason": "no_affinity"},
    "register": {"sheet": casework.Registration(profile=office.PROFILE)},
    "request_appointment": {"sheet": bank.ASKED},
    "request_translation": {"sheet": PAPERS},
    "join_bank": {"sheet": bank.SHEET},
    "update_interpreter": {"sheet": bank.SHEET},
}


def verbs() -> Iterator[Callable[..., Any]]:
    """Every verb that is told who acts."""
    for place in PLACES:
        for name in getattr(place, "__all__", [one for one in vars(place) if not one.startswith("_")]):
            verb = getattr(place, name)
            is_ours = isfunction(verb) and verb.__module__.startswith(place.__name__)
            if is_ours and "by" in signature(verb).parameters and name not in ABOUT_WHOEVER_ACTS:
                yield verb


@dataclass(frozen=True)
class Office:
    """Two who were proposed, an interpreter who gives to one of them; ``named`` by what verbs call it."""

    newcomer: Someone
    sponsor: Someone
    writer: Someone
    named: dict[str, Any]


@pytest.fixture
def busy(session) -> Office:
    newcomer, sponsor = office.newcomer(session), office.sponsor(session)
    writer = translator(session)
    booking = bank.confirmed(session, writer, newcomer)
    papers = interpreting.request_translation(session, PAPERS, **DO)
    interpreting.take_translation(session, papers.id, writer.person, **writer.does)
    away = (AT + timedelta(days=30), AT + timedelta(days=31))
    named = {
        "person_id": newcomer.person,
        "other_id": sponsor.person,
        "holder_id": newcomer.person,
        "subject_id": sponsor.person,
        "need_id": newcomer.wish,
        "offer_id": sponsor.wish,
        "pairing_id": office.approved(session, newcomer, sponsor).id,
        "clearance_id": session.scalar(
            select(Clearance.id).where(Clearance.kind == "screening", Clearance.person_id == sponsor.person)
        ),
        "account_id": session.scalar(select(Account.id)),
        "appointment_id": booking.appointment_id,
        "booking_id": booking.id,
        "translation_id": papers.id,
        "exception_id": interpreting.add_exception(session, writer.person, "away", *away, **writer.does),
        "apart_id": casework.wish_apart(session, newcomer.person, "Bruno", **newcomer.does),
    }
    return Office(newcomer, sponsor, writer, named)


@pytest.mark.parametrize(("actor", "granted"), [(NOBODY, set()), (STRANGER, TO_A_STRANGER)])
def test_every_verb_refuses_whoever_is_granted_nothing(session, busy, actor, granted):
    assert done_by(actor, session, busy) == granted


def test_a_partners_worker_does_nothing_for_whoever_came_another_way(session, busy):
    partner = organisations.open_organisation(session, "Ailleurs", by=SYSTEM, at=AT)
    worker = accounts.open_account(
        session, email="agente@example.org", role="agent", language="fr", at=AT, organisation_id=partner.id
    )
    session.flush()
    agent = Actor(account_id=worker.id, role="agent", organisation_id=partner.id)
    assert done_by(agent, session, busy) == TO_AN_AGENT


def test_nobody_but_a_partners_own_worker_says_that_it_referred_somebody(session):
    one, other = (organisations.open_organisation(session, name, by=SYSTEM, at=AT).id for name in "AB")
    sheet = casework.Registration(profile=office.PROFILE, referred_by=one, consents_read_aloud=True)
    for actor in (replace(AGENT, organisation_id=other), STRANGER, NOBODY):
        with pytest.raises(Forbidden, match="register: "):
            casework.register(session, sheet, by=actor, at=AT)
    assert casework.register(session, sheet, by=replace(AGENT, organisation_id=one), at=AT)


def done_by(actor: Actor, session: Session, busy: Office) -> set[str]:
    """Give the names of the verbs that are not refused."""
    acted = set[str]()
    for verb in verbs():
        known = SAID | busy.named | SAID_TO.get(verb.__name__, {})
        asked = {
            name: known.get(name)
            for name, one in signature(verb).parameters.items()
            if name not in ("session", "by", "at") and one.default is Parameter.empty
        }
        try:
            verb(session, **asked, by=actor, at=AT)
        except Forbidden:
            continue
        acted.add(verb.__name__)
    return acted


def standing(session, busy, actor):
    """Give what somebody stands in any relation to, of all that an address may name."""
    named = {kind: which for kind, which in busy.named.items() if kind in policy.RELATED}
    found = {kind: policy.relation_to(session, actor, kind, which) for kind, which in named.items()}
    return {kind: relation for kind, relation in found.items() if relation != "none"}


def test_each_stands_to_what_is_hers_and_to_nothing_else(session, busy):
    assert standing(session, busy, busy.newcomer.actor) == {
        **dict.fromkeys(("person_id", "need_id", "appointment_id", "booking_id", "apart_id"), "own"),
        "pairing_id": "proposed",
    }
    assert standing(session, busy, busy.sponsor.actor) == {
        "offer_id": "own",
        "clearance_id": "own",
        "pairing_id": "proposed",
    }
    gives = dict.fromkeys(("booking_id", "translation_id", "exception_id"), "own")
    assert standing(session, busy, busy.writer.actor) == gives
    for nobody in (STRANGER, NOBODY, office.COORDINATOR, AGENT):
        assert standing(session, busy, nobody) == {}


def test_a_translation_is_hers_who_reads_it_a_second_time_and_open_to_who_translates(session, busy):
    yara = translator(session, "Yara")
    assert standing(session, busy, yara.actor) == {"translation_id": "proposed"}
    number = session.scalar(select(Interpreter.number).where(Interpreter.person_id == yara.person))
    row = session.get_one(Translation, busy.named["translation_id"])
    row.reader = number
    assert standing(session, busy, yara.actor) == {"translation_id": "own"}
    row.reader = None
    hers = interpreting.request_translation(session, replace(PAPERS, person_id=yara.person), **DO).id
    assert policy.relation_to(session, yara.actor, "translation_id", hers) == "own"


@pytest.mark.parametrize("kind", policy.RELATED)
def test_to_what_is_not_there_nobody_stands(session, kind):
    with pytest.raises(Unknown):
        policy.relation_to(session, office.COORDINATOR, kind, "nowhere")


def test_a_pairing_is_to_its_two_what_it_has_come_to(session):
    one, other = office.newcomer(session), office.sponsor(session)
    pairing = office.proposal(session, one, other)
    assert policy.relation_to(session, one.actor, "pairing_id", pairing.id) == "none"
    need, offer = session.get_one(Need, one.wish), session.get_one(Offer, other.wish)
    for state, approved, relation in (
        *((state, AT, "proposed") for state in ANSWERING),
        *((state, AT, "paired") for state in TOGETHER),
        ("ended_early", AT, "past"),
        ("put_back", None, "none"),
    ):
        reached = Pairing(state=state, approved_at=approved)
        assert {policy.to_pairing(each.actor, reached, need, offer) for each in (one, other)} == {relation}
        assert policy.to_pairing(STRANGER, reached, need, offer) == "none"


def test_an_agent_stands_to_whom_her_partner_referred_until_they_leave():
    agent = Actor(account_id="agent", role="agent", organisation_id="hers")
    for referred_by, state, relation in (
        ("hers", "ready", "own_organisation"),
        ("another", "ready", "other_organisation"),
        (None, "ready", "none"),
        *(("hers", gone, "none") for gone in GONE),
    ):
        referred = Person(id="a", state=state, referred_by=referred_by)
        assert policy.to_person(agent, referred) == relation
        assert policy.to_person(office.COORDINATOR, referred) == "none"
        if state == "ready":
            assert policy.to_asking(agent, Appointment(organisation_id=referred_by)) == relation


def test_what_nobody_wrote_down_is_granted_to_nobody():
    with pytest.raises(LookupError, match="no such action"):
        policy.decide("administrator", "open_everything")
    assert policy.decide("coordinator", "keep_team") == policy.Decision(is_granted=False, reason="role")
    assert policy.decide("participant", "erase") == policy.Decision(is_granted=False, reason="relation")
    assert policy.decide("participant", "erase", "own").is_granted


def granted_to(role):
    """What a role may do, and in which relations."""
    return {
        (action, relation)
        for action in policy.GRANTS
        for relation in policy.RELATIONS
        if policy.decide(role, action, relation).is_granted
    }


def test_an_administrator_does_all_that_a_coordinator_does_but_reads_no_note_and_she_alone_keeps_the_team():
    apart = granted_to("coordinator") ^ granted_to("administrator")
    assert {action for action, _ in apart} == {"read_note", "write_note", "keep_team"}
    assert {action for action, _ in granted_to("coordinator") & apart} == {"read_note", "write_note"}


def test_commands_and_schedules_do_what_the_office_does_and_neither_read_nor_decide():
    apart = (granted_to("coordinator") | granted_to("administrator")) ^ granted_to("system")
    assert {action for action, _ in apart} == {
        *("keep_account", "keep_factor", "keep_feed"),
        *("read_cases", "read_file", "keep_file", "read_note", "read_figures"),
        *("decide", "keep_incidents", "bring_in", "take_out"),
    }
    assert apart.isdisjoint(granted_to("system"))


def test_what_is_granted_towards_some_is_granted_somehow_and_hangs_on_the_relation():
    assert policy.roles_for("keep_team") == {"administrator", "system"}
    said = {
        role: (policy.may_somehow(role, "erase"), policy.hangs_on_relation(role, "erase")) for role in ROLES
    }
    assert said == {
        "participant": (True, True),
        "coordinator": (True, False),
        "administrator": (True, False),
        "agent": (False, True),
    }
    assert [policy.may(STRANGER, "erase", relation) for relation in ("own", "none")] == [True, False]
