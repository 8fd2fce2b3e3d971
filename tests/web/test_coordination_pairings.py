"""Pairings: from the two yes to the end, one step at a time."""

from __future__ import annotations

import pytest

from models import casework
from models.queries.pairings import pairings
from tests.models import office
from tests.web import desk
from tests.web.pages import Page

HOME = "/coordination/jumelages"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


def state(database, pairing_id):
    return desk.pairing(database, pairing_id).state


@pytest.mark.parametrize(
    ("stage", "group"),
    [
        ("proposal", "to_review"),
        ("approved", "answering"),
        ("accepted", "starting"),
        ("in_trial", "trial"),
        ("active", "active"),
    ],
)
def test_each_pairing_stands_under_its_stage(helene, database, couple, stage, group):
    desk.stage(database, stage, *couple)
    with database.reading() as session:
        page = pairings(session, group)
    assert [line.need_name for line in page.lines] == ["Amina Tremblante"]
    assert {name: count for name, count in page.counts.items() if count} == {group: 1}
    assert "Amina Tremblante et Rosalie Tremblante" in helene.open(f"{HOME}?groupe={group}").text


def test_a_stage_that_does_not_exist_shows_the_first(helene):
    assert "Rien à cette étape" in helene.open(f"{HOME}?groupe=nothing").text


def test_an_undecided_pairing_leads_to_its_proposal(helene, database, couple):
    pairing = desk.stage(database, "proposal", *couple)
    with helene.client.get(f"{HOME}/{pairing}") as answer:
        assert answer.headers["Location"] == f"/coordination/propositions/{pairing}"


def test_the_story_goes_from_answers_to_an_active_pairing(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    path, (amina, rosalie) = f"{HOME}/{pairing}", (one.person for one in couple)
    for person in (amina, rosalie):
        helene.send(f"{path}/repondre", person=person, answer="yes")
    assert state(database, pairing) == "accepted"
    helene.send(f"{path}/rencontre", meeting_on="2026-03-09T18:30")
    assert "lundi 9 mars, 18 h 30" in helene.open(path).text
    helene.send(f"{path}/rencontre-manquee")
    helene.send(f"{path}/rencontre", meeting_on="2026-03-16T18:30")
    helene.send(f"{path}/rencontre-faite")
    assert state(database, pairing) == "trial"
    for person in (amina, rosalie):
        helene.send(f"{path}/confirmer", person=person)
    assert state(database, pairing) == "active"
    steps = [tag.text for tag in helene.open(path).all("li", **{"aria-current": "step"})]
    assert steps == ["Actif"]


def test_a_meeting_without_an_hour_comes_back(helene, database, couple):
    pairing = desk.stage(database, "accepted", *couple)
    for typed in ("", "0001-01-01T00:00", "2026-02-28T10:00", "2028-03-03T10:00", "9999-12-31T23:59"):
        helene.refused(f"{HOME}/{pairing}/rencontre", meeting_on=typed)
    assert state(database, pairing) == "accepted"


def test_a_pairing_is_suspended_resumed_and_renewed(helene, database, couple):
    pairing = desk.stage(database, "active", *couple)
    for act, expected in (("suspendre", "suspended"), ("reprendre", "active"), ("renouveler", "renewed")):
        helene.send(f"{HOME}/{pairing}/{act}")
        assert state(database, pairing) == expected


def test_an_end_needs_a_reason_and_frees_the_place(helene, database, couple):
    pairing = desk.stage(database, "active", *couple)
    helene.refused(f"{HOME}/{pairing}/terminer")
    helene.send(f"{HOME}/{pairing}/terminer", reason="planned_end")
    assert state(database, pairing) == "completed"
    assert "Motif : Fin prévue." in helene.open(f"{HOME}/{pairing}").text


def test_a_proposal_approved_in_error_is_taken_back_and_nobody_is_said_to_have_withdrawn(
    helene, database, couple
):
    pairing = desk.stage(database, "approved", *couple)
    path, error = f"{HOME}/{pairing}", "Approuvée par erreur."
    shown = helene.open(path)
    assert "Reprendre cette proposition" in shown.text
    assert "Terminer le jumelage" not in shown.text
    assert shown.value("reason") == "other_written"
    assert "Fin prévue" not in shown.text
    helene.refused(f"{path}/terminer", reason="other_written")
    helene.send(f"{path}/terminer", reason="other_written", note=error)
    assert state(database, pairing) == "withdrawn"
    for address in (path, f"{HOME}?groupe=ended", f"/coordination/personnes/{couple[0].person}"):
        text = helene.open(address).text
        assert "Retirée par la coordination" in text
        assert "Retiré (consentement retiré)" not in text
    page = helene.open(path)
    assert error in page.text
    assert page.all("span", **{"class": "timeline-what"})[-1].text == "Retirée par la coordination"


def test_a_consent_that_was_withdrawn_is_said_to_be(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    with database.writing() as session:
        casework.withdraw_consent(session, couple[0].person, "matching", **couple[0].does)
    assert state(database, pairing) == "withdrawn"
    assert "Retiré (consentement retiré)" in helene.open(f"{HOME}/{pairing}").text


def test_what_was_withdrawn_without_a_reason_names_nobody(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    with database.writing() as session:
        casework.raise_crisis_flag(session, couple[0].wish, **office.DO)
    text = helene.open(f"{HOME}/{pairing}").text
    assert "Retiré depuis le" in text
    assert "consentement" not in text


def test_once_both_have_said_yes_a_pairing_ends_for_a_reason_of_the_list(helene, database, couple):
    pairing = desk.stage(database, "accepted", *couple)
    assert "Terminer le jumelage" in helene.open(f"{HOME}/{pairing}").text
    helene.refused(f"{HOME}/{pairing}/terminer", reason="other_written", note="Approuvée par erreur.")
    assert state(database, pairing) == "accepted"


def test_an_end_that_comes_too_late_keeps_the_reason_chosen(helene, database, couple):
    pairing = desk.stage(database, "active", *couple)
    helene.send(f"{HOME}/{pairing}/terminer", reason="planned_end")
    answer = helene.send(f"{HOME}/{pairing}/terminer", status=409, reason="moved_away")
    assert "C’est déjà fait" in Page(answer).text


@pytest.mark.parametrize("act", ["rencontre-faite", "confirmer", "reprendre", "renouveler", "suspendre"])
def test_a_step_that_is_not_allowed_now_changes_nothing(helene, database, couple, act):
    pairing = desk.stage(database, "approved", *couple)
    helene.send(f"{HOME}/{pairing}/{act}", **({"person": couple[0].person} if act == "confirmer" else {}))
    assert state(database, pairing) == "awaiting_answers"
    assert "ce n’est plus possible" in helene.open(f"{HOME}/{pairing}").text


def test_a_timeline_tells_the_whole_story(helene, database, couple):
    pairing = desk.stage(database, "active", *couple)
    text = helene.open(f"{HOME}/{pairing}").text
    for told in ("Proposée par une ronde", "Étude commencée", "Approuvée", "Réponse reçue : oui", "Actif"):
        assert told in text


def test_a_no_is_shown_to_the_coordinator_without_blame(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    helene.send(f"{HOME}/{pairing}/repondre", person=couple[1].person, answer="no")
    assert state(database, pairing) == "declined_by_one"
    assert "Décliné" in helene.open(f"{HOME}/{pairing}").text
