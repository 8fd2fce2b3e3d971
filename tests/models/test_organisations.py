import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import accounts, cards, casework, organisations, team
from models.actor import Actor, actor_of
from models.casework import Registration
from models.errors import AlreadyRegistered, Forbidden, Stale, WrongValue
from models.invariants import check_invariants
from models.tables import LedgerLine, Person
from tests.models import office

KEEPER = Actor(account_id="keeper", role="administrator")
KEEP = {"by": KEEPER, "at": office.AT}


def opened(session, name="L’Escale du Fjord"):
    """A partner organisation and the actor who works there."""
    organisation = organisations.open_organisation(session, name, **KEEP)
    agent = accounts.open_account(
        session,
        email=f"{organisation.id}@example.org",
        role="agent",
        language="fr",
        organisation_id=organisation.id,
        at=office.AT,
        password_hash="set elsewhere",
    )
    return organisation, actor_of(agent)


def referred(session, agent, **parts):
    """Somebody without an address whom an agent registered beside her."""
    sheet = Registration(
        profile=office.PROFILE,
        needs=(office.NEED,),
        consents=("program",),
        consents_read_aloud=parts.pop("read_aloud", True),
        referred_by=parts.pop("through", agent.organisation_id),
    )
    return casework.register(session, sheet, by=agent, at=office.AT)


def test_an_organisation_has_one_name_whatever_its_capitals(db):
    with db.writing() as session:
        organisations.open_organisation(session, "L’Escale", **KEEP)
        with pytest.raises(AlreadyRegistered):
            organisations.open_organisation(session, "l’escale", **KEEP)
        with pytest.raises(WrongValue):
            organisations.open_organisation(session, "  ", **KEEP)
        with pytest.raises(Forbidden):
            organisations.open_organisation(session, "Autre", **office.DO)
        assert [one.name for one in organisations.organisations(session)] == ["L’Escale"]


@pytest.mark.parametrize(("role", "has_one"), [("agent", False), ("coordinator", True)])
def test_an_agent_has_an_organisation_and_nobody_else_has(db, role, has_one):
    with db.writing() as session:
        place = opened(session)[0].id
    with pytest.raises((IntegrityError, AlreadyRegistered)), db.writing() as session:
        accounts.open_account(
            session,
            email="x@example.org",
            role=role,
            language="fr",
            at=office.AT,
            organisation_id=place if has_one else None,
        )


def test_an_agent_is_invited_for_her_organisation_and_never_becomes_one_of_the_office(db):
    with db.writing() as session:
        place = opened(session)[0].id
        keeper = accounts.open_account(
            session, email="keeper@example.org", role="administrator", language="fr", at=office.AT
        )
        keep = {"by": Actor(account_id=keeper.id, role="administrator"), "at": office.AT}
        invitation = {"name": "Noémie", "language": "fr"}
        with pytest.raises(WrongValue):
            team.invite(session, "n@example.org", role="agent", **invitation, **keep)
        agent = team.invite(
            session, "n@example.org", role="agent", organisation_id=place, **invitation, **keep
        )
        assert (agent.role, agent.organisation_id) == ("agent", place)
        with pytest.raises(WrongValue):
            team.change_role(session, agent.id, "coordinator", **keep)
        again = team.invite(
            session, "n@example.org", role="coordinator", organisation_id=place, **invitation, **keep
        )
        assert (again.id, again.organisation_id) == (agent.id, None)
        team.close_account(session, again.id, **keep)
        with pytest.raises(Stale):
            team.close_account(session, again.id, **keep)


def test_an_agent_registers_somebody_beside_her_and_the_ledger_says_through_whom(db):
    with db.writing() as session:
        organisation, agent = opened(session)
        person = session.get_one(Person, referred(session, agent))
        assert person.referred_by == organisation.id
    with db.reading() as session:
        line = session.scalars(select(LedgerLine).where(LedgerLine.verb == "register")).one()
        assert (line.role, line.facts["organisation"]) == ("agent", organisation.id)
        assert check_invariants(session) == []


def test_an_agent_registers_nobody_unread_nor_for_another_organisation(db):
    with db.writing() as session:
        _, agent = opened(session)
        other, _ = opened(session, "Une autre")
        with pytest.raises(Forbidden):
            referred(session, agent, read_aloud=False)
        with pytest.raises(Forbidden):
            referred(session, agent, through=other.id)
        with pytest.raises(Forbidden):
            referred(session, office.newcomer(session).actor, through=other.id)


def test_an_agent_renews_the_card_of_those_who_let_her_and_of_nobody_else(db):
    with db.writing() as session:
        _, agent = opened(session)
        _, stranger = opened(session, "Une autre")
        hers, private = referred(session, agent), referred(session, agent, through=None)
        code = cards.give_card(session, hers, by=agent, at=office.AT)
        assert cards.account_of_card(session, code).person_id == hers
        for person, by in ((hers, stranger), (private, agent), (private, stranger)):
            with pytest.raises(Forbidden):
                cards.give_card(session, person, by=by, at=office.AT)
        cards.give_card(session, private, **office.DO)


@pytest.mark.parametrize("how", ["stop", "leave"])
def test_who_stops_sharing_or_leaves_is_seen_no_more(db, how):
    with db.writing() as session:
        _, agent = opened(session)
        person = referred(session, agent)
        herself = {"by": Actor(account_id="h", role="participant", person_id=person), "at": office.AT}
        if how == "stop":
            casework.end_referral(session, person, **herself)
            casework.end_referral(session, person, **herself)  # a second click changes nothing
        else:
            casework.withdraw_consent(session, person, "program", **herself)
            casework.give_consent(session, person, "program", **herself)
        assert session.get_one(Person, person).referred_by is None
        with pytest.raises(Forbidden):
            cards.give_card(session, person, by=agent, at=office.AT)
    with db.reading() as session:
        told = session.scalars(select(LedgerLine.verb).where(LedgerLine.verb == "end_referral")).all()
        assert len(told) == (how == "stop")
