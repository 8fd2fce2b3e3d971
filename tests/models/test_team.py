"""The office invites its people by letter, gives them a role, and lets them go; an administrator alone does it."""

import pytest
from sqlalchemy import select

from models import accounts, links, organisations, outbox, passwords, sealed, sessions, team
from models.actor import SYSTEM, Actor
from models.errors import AlreadyRegistered, Forbidden, Stale, WrongValue
from models.queries.team import colleagues
from models.sealing import keyring_of
from models.tables import Account, LedgerLine, Letter, SignIn
from tests.models import office
from tests.models.office import AT

SYLVIE = {"by": Actor(account_id="sylvie", role="administrator"), "at": AT}


@pytest.fixture(autouse=True)
def sylvie(db):
    """An administrator, who acts."""
    with db.writing() as session:
        key = keyring_of(session).new_data_key("sylvie")
        sylvie = Account(id="sylvie", role="administrator", language="fr", opened_at=AT, data_key=key)
        sealed.put(session, sylvie, sylvie, "email", "sylvie@example.org")
        session.add(sylvie)


NOE = {"role": "coordinator", "name": "Noé", "language": "fr"}


def invited(session, email="noe@example.org", **changes):
    return team.invite(session, email, **(NOE | changes), **SYLVIE)


def joined(session, **changes):
    account = invited(session, **changes)
    token = links.make_link(session, account, "invitation", AT)
    return passwords.choose_by_link(session, token, "a hash", at=AT)


def test_an_invitation_opens_an_account_that_nothing_but_its_letter_opens(db):
    letters = []
    with db.writing() as session:
        invited(session)
        assert accounts.sign_in(session, "noe@example.org", "", AT) is None
    outbox.deliver(db, letters.append, AT)
    with db.writing() as session:
        account = passwords.choose_by_link(session, letters[0].token, "a hash", at=AT)
        assert (account.role, account.name, letters[0].kind) == ("coordinator", "Noé", "invitation")


def test_who_has_not_answered_is_invited_again_and_who_has_is_not(session):
    first = invited(session)
    assert invited(session, role="administrator") is first
    assert first.role == "administrator"
    assert session.scalars(select(Letter.kind)).all() == ["invitation"] * 2
    passwords.change(session, first.id, "a hash", at=AT)
    with pytest.raises(AlreadyRegistered):
        invited(session)


def test_a_participant_s_address_is_not_made_a_colleague_s(session):
    office.sign_up(session, "Noe")
    for password in (None, "a hash"):
        accounts.of_address(session, "noe@example.org").password_hash = password
        with pytest.raises(AlreadyRegistered):
            invited(session)


def test_a_partner_s_worker_belongs_to_a_partner_that_is_there(session):
    for organisation_id in (None, "nowhere"):
        with pytest.raises(WrongValue):
            invited(session, role="agent", organisation_id=organisation_id)


@pytest.mark.parametrize("role", ["participant", "coordinator"])
def test_nobody_but_an_administrator_keeps_the_house(session, role):
    account, by = joined(session), Actor(account_id="other", role=role)
    for act in (
        lambda: team.invite(session, "x@example.org", **NOE, by=by, at=AT),
        lambda: team.change_role(session, account.id, "administrator", by=by, at=AT),
        lambda: team.close_account(session, account.id, by=by, at=AT),
    ):
        with pytest.raises(Forbidden):
            act()


def test_nobody_changes_her_own_role_or_closes_her_own_account(session):
    account = joined(session, role="administrator")
    own = {"by": Actor(account_id=account.id, role="administrator"), "at": AT}
    with pytest.raises(Forbidden):
        team.change_role(session, account.id, "coordinator", **own)
    with pytest.raises(Forbidden):
        team.close_account(session, account.id, **own)


@pytest.mark.parametrize("was", ["demoted", "closed", "never here"])
def test_who_is_no_administrator_any_more_changes_nobody(session, was):
    account, sylvie = joined(session), session.get_one(Account, "sylvie")
    if was == "demoted":
        sylvie.role = "coordinator"
    elif was == "closed":
        sylvie.closed_at = AT
    else:
        session.delete(sylvie)
    session.flush()
    for act in (team.change_role, team.close_account):
        with pytest.raises(Forbidden):
            act(session, account.id, *(["administrator"] if act is team.change_role else []), **SYLVIE)


def test_the_house_itself_may_close_an_account(session):
    account = joined(session)
    team.close_account(session, account.id, by=SYSTEM, at=AT)
    assert account.closed_at == AT


def test_a_role_outside_the_office_is_refused(session):
    with pytest.raises(WrongValue):
        invited(session, role="participant")
    with pytest.raises(WrongValue):
        team.change_role(session, joined(session).id, "participant", **SYLVIE)


def test_a_partner_s_worker_becomes_none_of_the_office(session):
    partner = organisations.open_organisation(session, "L’Escale", by=SYSTEM, at=AT)
    agent = joined(session, role="agent", organisation_id=partner.id)
    with pytest.raises(WrongValue):
        team.change_role(session, agent.id, "coordinator", **SYLVIE)
    assert agent.role == "agent"


def test_a_changed_role_and_a_closed_account_end_every_session(session):
    account = joined(session)
    token = sessions.start_session(session, account, AT)
    team.change_role(session, account.id, "administrator", **SYLVIE)
    assert sessions.account_of(session, token, AT) is None
    token = sessions.start_session(session, account, AT)
    link, hers = (
        links.make_link(session, one, "password_reset", AT)
        for one in (account, session.get_one(Account, "sylvie"))
    )
    team.close_account(session, account.id, **SYLVIE)
    assert links.open_link(session, hers, AT)
    assert sessions.account_of(session, token, AT) is None
    assert session.scalars(select(SignIn)).all() == []
    assert links.open_link(session, link, AT) is None
    with pytest.raises(Stale):
        team.close_account(session, account.id, **SYLVIE)


def test_a_closed_account_s_address_may_be_invited_anew(session):
    account = joined(session)
    team.close_account(session, account.id, **SYLVIE)
    assert invited(session).id != account.id
    assert "noe@example.org" in [one.email for one in colleagues(session)]


def test_a_participant_s_account_is_not_the_office_s_to_close(session):
    person = office.sign_up(session, "Noor")
    account = session.query(Account).filter_by(person_id=person).one()
    with pytest.raises(Stale):
        team.close_account(session, account.id, **SYLVIE)


def test_each_act_leaves_a_line_without_an_address(db):
    with db.writing() as session:
        account = team.invite(session, "noe@example.org", **NOE, by=SYSTEM, at=AT)
        team.change_role(session, account.id, "administrator", **SYLVIE)
        team.close_account(session, account.id, **SYLVIE)
    with db.reading() as session:
        lines = session.scalars(select(LedgerLine).order_by(LedgerLine.seq)).all()
    assert [line.verb for line in lines] == ["invite", "change_role", "close_account"]
    assert "noe" not in str([line.facts for line in lines]).lower()
