"""Who takes an address that somebody was known by is kept apart from the same people as that file, and that file as she."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from models import addresses, casework, links
from models.tables import Account, Exclusion, LedgerLine
from tests.models import office
from tests.models.office import AT, DO

NEW = "rosalie.nouvelle@example.org"
SAME = "rosalie.nouvelle+1@example.org"
"""The same box, and so the same person, under another spelling."""


def by_letter(session, person):
    account = session.scalars(select(Account).where(Account.person_id == person)).one()
    addresses.ask(session, account.id, NEW, at=AT)
    addresses.confirm(session, links.make_link(session, account, addresses.PURPOSE, AT), at=AT)


def at_the_desk(session, person):
    casework.update_profile(session, person, replace(office.PROFILE, first_name="Rosalie", email=NEW), **DO)


@pytest.mark.parametrize("takes", [by_letter, at_the_desk])
@pytest.mark.parametrize("is_she_parted", [True, False], ids=["she is parted", "the other file is"])
def test_whoever_is_known_again_is_parted_from_the_same_people_and_what_is_open_ends(
    db, takes, is_she_parted
):
    with db.writing() as session:
        amina = office.newcomer(session)
        rosalie, rosa = office.sponsor(session), office.sponsor(session, "Rosa", email=SAME)
        parted, paired = (rosalie, rosa) if is_she_parted else (rosa, rosalie)
        casework.exclude(session, amina.person, parted.person, **DO)
        pairing = office.approved(session, amina, paired)
    with db.writing() as session:
        takes(session, rosalie.person)
    with db.reading() as session:
        assert session.get(Exclusion, tuple(sorted((amina.person, paired.person)))).is_lasting
        assert session.get(type(pairing), pairing.id).state == "withdrawn"
        told = select(LedgerLine.verb).where(LedgerLine.verb == "recall_exclusion")
        assert len(session.scalars(told).all()) == 1
