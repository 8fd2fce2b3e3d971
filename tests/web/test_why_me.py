"""Why was I, or was I not, proposed: her own terms, and nothing of anybody else."""

from __future__ import annotations

import pytest

from models import casework
from models.queries.why import TOLD, why
from tests.models import office
from tests.models.office import DO, TODAY


def a_round(database):
    with database.writing() as session:
        casework.run_round(session, "sponsorship", today=TODAY, **DO)


def found(database, someone):
    with database.reading() as session:
        [one] = why(session, someone.person)
    return one


def test_who_was_left_out_reads_the_barriers_and_whom_to_ask(database, signed_in):
    with database.writing() as session:
        amina = office.newcomer(session, availability=(("mon_nt",),))
        office.sponsor(session)
    a_round(database)
    one = found(database, amina)
    assert (one.outcome, one.reasons) == ("looked_at", ("blocked_schedule",))
    page = signed_in(amina.person).open("/moi/pourquoi")
    assert "vos moments libres ne tombent pas ensemble" in page.text
    assert "Une personne de l’équipe vous répond" in page.text
    assert "Rosalie" not in page.html


def test_what_another_asked_for_is_never_told(database, signed_in):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session), office.sponsor(session)
        casework.exclude(session, rosalie.person, amina.person, **rosalie.does)
    a_round(database)
    assert found(database, amina).reasons == ()
    assert "demandé" not in signed_in(amina.person).open("/moi/pourquoi").text.split("Ce qui est comparé")[0]
    assert not {"blocked_exclusion", "blocked_conflict", "blocked_vetting", "blocked_consent"} & {*TOLD}


def test_a_proposal_is_told_once_it_is_approved_and_not_before(database, signed_in):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session), office.sponsor(session)
        left = office.newcomer(session, "Noor", availability=(("mon_nt",),))
        office.proposal(session, amina, rosalie)
    assert {found(database, one).outcome for one in (amina, rosalie, left)} == {"in_review"}
    with database.writing() as session:
        pairing = office.pairing_of(session, amina, rosalie)
        casework.approve(session, pairing.id, pairing.version, **DO)
    for one in (amina, rosalie):
        shown = found(database, one)
        assert shown.outcome == "proposed"
        assert sum(factor.points for factor in shown.factors) == pytest.approx(pairing.worth / 10_000)
    page = signed_in(amina.person).open("/moi/pourquoi")
    assert "Intérêts communs" in page.text
    assert "Rosalie" not in page.text
    assert found(database, left).outcome == "looked_at"


def test_who_was_not_looked_at_reads_what_she_can_change(database):
    with database.writing() as session:
        amina = office.newcomer(session, consents=("program",))
        noor = office.newcomer(session, "Noor")
        casework.pause(session, noor.person, **noor.does)
    a_round(database)
    assert found(database, amina).reasons == ("matching_off",)
    assert found(database, noor).reasons == ("paused",)


def test_before_the_first_round_it_says_so(database):
    with database.writing() as session:
        amina = office.newcomer(session)
    assert found(database, amina).outcome == "none_yet"


def test_what_she_corrects_counts_in_the_next_round(database):
    with database.writing() as session:
        amina = office.newcomer(session, availability=(("mon_nt",),))
        office.sponsor(session)
    a_round(database)
    assert found(database, amina).reasons == ("blocked_schedule",)
    with database.writing() as session:
        casework.update_profile(session, amina.person, office.PROFILE, **amina.does)
    a_round(database)
    assert found(database, amina).outcome == "in_review"
