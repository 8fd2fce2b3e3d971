"""A person's own copy: everything that is hers, by the privacy assessment, and nothing of anybody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from models import casework, ledger, privacy, sealed, sessions
from models.actor import actor_of
from models.casework.erasure import whose
from models.queries.bundle import bundle
from models.tables import Account, Base, Exclusion, Pairing, Person
from tests.models import office
from tests.models.office import AT, DO
from web.data_copy import as_json

OF_ROSALIE = ("Rosalie", "rosalie@example.org", "418 555-0199", "Tremblante-Rivière")


@pytest.fixture
def couple(session):
    amina = office.newcomer(session, phone="418 555-0142", surname="Amiri")
    rosalie = office.sponsor(session, phone="418 555-0199", surname="Tremblante-Rivière")
    casework.write_note(session, amina.person, "Her neighbour Basile told me.", **DO)
    account = session.scalars(select(Account).where(Account.person_id == amina.person)).one()
    sessions.enter(session, account, AT, browser="Firefox", known_as=None)
    return amina, rosalie


def copy_of(session, someone):
    session.flush()
    ledger.write_pending(session)
    return bundle(session, someone.person, AT)


def test_every_value_of_hers_is_in_it(session, couple):
    amina, rosalie = couple
    office.active(session, amina, rosalie)
    held = copy_of(session, amina)
    seen = 0
    for table in Base.metadata.sorted_tables:
        if table.name != "person" and not privacy.links_of(table):
            continue
        rows = session.execute(
            select(table).where(whose(table, amina.person)).order_by(*table.primary_key)
        ).mappings()
        wanted = [
            one for one in privacy.columns_of(table) if one.copy == "yes" and one.about in {"", "need_id"}
        ]
        for row, shown in zip(
            rows, held["tables"].get(table.name, []) if wanted else [], strict=bool(wanted)
        ):
            for one in wanted:
                if one.name in {"offer_id", "contributions"}:
                    continue
                value = shown[one.name.removesuffix("_sealed")]
                if not one.name.endswith("_sealed"):
                    assert value == row[one.name], one
                seen += 1
    assert seen > 100
    person = session.get(Person, amina.person)
    [fiche] = held["tables"]["person"]
    for column in ("surname", "email", "phone"):
        assert fiche[column] == sealed.take(session, person, person, column)


@pytest.mark.parametrize("stage", ["proposal", "approved", "accepted", "active"])
def test_nothing_of_the_other_is_in_it(session, couple, stage):
    amina, rosalie = couple
    getattr(office, stage)(session, amina, rosalie)
    written = as_json(copy_of(session, amina)).decode()
    for word in (*OF_ROSALIE, rosalie.person, rosalie.wish, "snowshoeing, fishing", "Basile"):
        assert word not in written
    assert "amina@example.org" in written
    assert json.loads(written)["format"] == "passerelle-person/1"


def test_a_proposal_that_nobody_decided_on_is_not_told(session, couple):
    amina, rosalie = couple
    office.proposal(session, amina, rosalie)
    assert "pairing" not in copy_of(session, amina)["tables"]


@pytest.mark.parametrize("how", ["no", "lapse", "withdraw"])
def test_whatever_closed_a_proposal_it_reads_the_same(session, couple, how):
    amina, rosalie = couple
    pairing = office.approved(session, amina, rosalie)
    if how == "no":
        casework.answer(session, pairing.id, rosalie.person, "no", **rosalie.does)
    elif how == "withdraw":
        casework.withdraw_consent(session, rosalie.person, "program", **rosalie.does)
    else:
        pairing.answers_due = AT
        casework.lapse(session, **DO)
    held = copy_of(session, amina)
    [row] = held["tables"]["pairing"]
    assert (row["state"], "offer_answer" in row) == ("closed", False)
    told = {line["verb"] for line in held["ledger"] if line["entity"] == "pairing"}
    assert told == set()
    assert "decline" not in as_json(held).decode()


def test_exclusions_are_those_she_asked_for_and_no_other(session, couple):
    amina, rosalie = couple
    beatrice = office.sponsor(session, "Béatrice")
    account = session.scalars(select(Account).where(Account.person_id == amina.person)).one()
    casework.exclude(session, amina.person, beatrice.person, by=actor_of(account), at=AT)
    casework.exclude(session, rosalie.person, amina.person, **rosalie.does)
    session.flush()
    assert len(session.scalars(select(Exclusion)).all()) == 2
    held = copy_of(session, amina)
    written = as_json(held).decode()
    assert len(held["exclusions"]) == 1
    assert rosalie.person not in written


def test_no_key_hash_or_fingerprint_is_in_it(session, couple):
    amina, _ = couple
    written = as_json(copy_of(session, amina)).decode()
    account = session.scalars(select(Account).where(Account.person_id == amina.person)).one()
    person = session.get(Person, amina.person)
    for secret in (account.email_index, account.password_hash, person.email_index):
        assert secret not in written
    assert "person.note_sealed" in written


def test_points_are_told_and_what_the_other_is_like_is_not(session, couple):
    amina, rosalie = couple
    office.approved(session, amina, rosalie)
    [row] = copy_of(session, amina)["tables"]["pairing"]
    stored = session.scalars(select(Pairing)).one().contributions
    assert [part["points"] for part in row["contributions"]] == [part["points"] for part in stored]
    assert all("detail" not in part for part in row["contributions"])
