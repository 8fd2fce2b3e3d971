"""« Pourquoi pas ces deux-là? »: two people picked by name, the barrier or the chain, and what it would cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import casework
from models.errors import Unknown
from models.queries.insight.why_not import why_not
from models.tables import Pairing
from tests.models import office
from tests.web import desk

HOME = "/coordination/comprendre/sponsorship/pourquoi-pas"
DULL = office.Interests(like=("home_cooking",))


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def waits(days):
    return {"waiting_since": office.TODAY - timedelta(days=days)}


def contested(session):
    """Two who wait, and one sponsor: Amina has waited longer."""
    amina = office.newcomer(session, "Amina", **waits(92))
    binta = office.newcomer(session, "Binta", **waits(3))
    return amina, binta, office.sponsor(session, "Rosalie")


def test_what_is_no_need_or_no_offer_of_the_program_is_unknown(database):
    with database.writing() as session:
        amina, _, rosalie = contested(session)
        for need, offer in [
            ("nothing", None),
            (None, "nothing"),
            (rosalie.wish, None),
            (None, amina.wish),
            (amina.wish, "nothing"),
            (rosalie.wish, amina.wish),
        ]:
            with pytest.raises(Unknown):
                why_not(session, "sponsorship", office.TODAY, need, offer)
        for need, offer in [(amina.wish, None), (amina.wish, rosalie.wish)]:
            with pytest.raises(Unknown):
                why_not(session, "support", office.TODAY, need, offer)


def test_the_two_are_picked_one_after_the_other(helene, database):
    with database.writing() as session:
        _, binta, rosalie = contested(session)
    first = helene.open(HOME)
    assert "Amina Tremblante attend depuis 92 jours" in first.text
    second = helene.open(f"{HOME}?need={binta.wish}")
    assert "Binta Tremblante et qui d’autre?" in second.text
    (link,) = [tag for tag in second.all("a") if f"offer={rosalie.wish}" in tag.attrs["href"]]
    assert "Ce que coûterait ce choix" in helene.open(link.attrs["href"]).text
    assert "Amina Tremblante" in helene.open(f"{HOME}?offer={rosalie.wish}").text


def test_a_search_keeps_the_one_already_picked(helene, database):
    with database.writing() as session:
        _, binta, rosalie = contested(session)
    page = helene.open(f"{HOME}?need={binta.wish}&nom=nobody")
    assert "0 personne" in page.text
    hidden = {
        tag.attrs["name"]: tag.attrs["value"] for tag in page.all("input") if tag.attrs["type"] == "hidden"
    }
    assert hidden["need"] == binta.wish
    assert "Personne de ce nom n’attend" in helene.open(f"{HOME}?nom=nobody").text
    assert rosalie.wish not in page.text


def test_the_cost_is_told_in_people_first(helene, database):
    with database.writing() as session:
        _, binta, rosalie = contested(session)
    text = helene.open(f"{HOME}?need={binta.wish}&offer={rosalie.wish}").text
    assert "Rien ne les sépare : la meilleure ronde les place autrement." in text
    assert "Amina Tremblante (attend depuis 92 jours) n’aurait plus personne." in text
    assert "Binta Tremblante (attend depuis 3 jours) aurait une place." in text
    assert "Priorité servie : 3 de moins." in text
    assert "Binta Tremblante, sans personne aujourd’hui, irait avec Rosalie Tremblante." in text
    assert "Amina Tremblante céderait sa place et n’aurait plus personne." in text
    assert text.index("n’aurait plus personne") < text.index("Priorité servie")


def test_the_chain_is_told_in_english_too(app, database):
    with database.writing() as session:
        _, binta, rosalie = contested(session)
    text = desk.coordinator(app, database, "en").open(f"{HOME}?need={binta.wish}&offer={rosalie.wish}").text
    assert "Amina Tremblante (waiting for 92 days) would no longer have anyone." in text
    assert "Binta Tremblante, with nobody today, would go with Rosalie Tremblante." in text


def test_the_same_chain_stands_where_one_composes_by_hand(helene, database):
    with database.writing() as session:
        _, binta, rosalie = contested(session)
    text = helene.open(f"/coordination/composer/{binta.wish}/{rosalie.wish}").text
    assert "Amina Tremblante (attend depuis 92 jours) n’aurait plus personne." in text
    assert "Qui bougerait, et où" in text


def test_whoever_changes_places_is_told_so(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        binta = office.newcomer(session, "Binta", interests=DULL)
        rosalie = office.sponsor(session, "Rosalie")
        office.sponsor(session, "Denise", interests=DULL)
    text = helene.open(f"{HOME}?need={binta.wish}&offer={rosalie.wish}").text
    assert (
        "Amina Tremblante céderait sa place et prendrait celle que Binta Tremblante laisse, avec Denise"
        in text
    )
    assert "Personne ne perdrait sa place." in text
    assert "1 autre personne changerait de partenaire." in text


def test_a_barrier_is_told_with_what_would_open_it(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, gender_request="m")
        rosalie = office.sponsor(session)
    page = helene.open(f"{HOME}?need={amina.wish}&offer={rosalie.wish}")
    assert "Un obstacle les sépare." in page.text
    assert "Seule la personne qui l’a demandé peut changer sa préférence." in page.text
    assert "Composer à la main" not in page.text


def test_a_barrier_that_may_be_crossed_has_its_cost(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", availability=(("mon_nt",),))
        office.newcomer(session, "Binta")
        rosalie = office.sponsor(session, "Rosalie")
    text = helene.open(f"{HOME}?need={amina.wish}&offer={rosalie.wish}").text
    assert "pas de temps libre commun" in text
    assert "Ce que coûterait de franchir cet obstacle" in text
    assert "Binta Tremblante (attend depuis aujourd’hui) n’aurait plus personne." in text
    assert "Il faut alors un motif écrit." in text


def test_a_place_that_a_lock_holds_is_told_so(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina", **waits(92))
        rosalie = office.sponsor(session, "Rosalie")
        casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
        casework.lock(session, session.query(Pairing).one().id, **office.DO)
        binta = office.newcomer(session, "Binta")
    page = helene.open(f"{HOME}?need={binta.wish}&offer={rosalie.wish}")
    assert "Les places de Rosalie sont verrouillées pour d’autres personnes" in page.text
    assert "Composer à la main" not in page.text


def test_an_open_proposal_of_the_two_is_a_press_away(helene, database):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")
    path = f"{HOME}?need={amina.wish}&offer={rosalie.wish}"
    assert "Une ronde lancée aujourd’hui les proposerait." in helene.open(path).text
    with database.writing() as session:
        casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
    assert "Ouvrir leur proposition" in helene.open(path).text


def test_somebody_outside_the_round_is_told_so(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", consents=("program",))
        office.newcomer(session, "Binta")
        rosalie = office.sponsor(session, "Rosalie")
    text = helene.open(f"{HOME}?need={amina.wish}&offer={rosalie.wish}").text
    assert "Amina n’est pas de la ronde d’aujourd’hui" in text
    assert "Rien n’est calculé" in text
    assert "Score" not in text
    assert "Ce que coûterait" not in text


def test_a_pool_too_large_to_wait_for_is_told_so(helene, database, monkeypatch):
    monkeypatch.setattr("models.queries.insight.chains.MOST_TO_REPLAY", 1)
    with database.writing() as session:
        _, binta, rosalie = contested(session)
    assert "passerelle explain" in helene.open(f"{HOME}?need={binta.wish}&offer={rosalie.wish}").text


def test_an_empty_program_says_so(helene):
    assert "Rien à comparer pour le moment" in helene.open(HOME).text


@pytest.mark.parametrize("path", ["?need=nothing", "?offer=nothing", "?need=nothing&offer=nothing"])
def test_who_does_not_exist_is_a_page_not_found(helene, path):
    helene.open(f"{HOME}{path}", status=404)


def test_a_program_that_does_not_exist_is_a_page_not_found(helene):
    helene.open(HOME.replace("sponsorship", "internship"), status=404)


@pytest.mark.parametrize("role", ["participant", "anonymous"])
def test_it_is_for_those_who_coordinate(signed_in_as, role):
    answer = signed_in_as(role).client.get(HOME)
    assert answer.status_code == {"participant": 403, "anonymous": 303}[role]


def test_the_latest_round_leads_here_from_whoever_is_left(helene, database):
    with database.writing() as session:
        _, binta, _ = contested(session)
        round_id = casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
    page = helene.open(f"/coordination/rondes/{round_id}")
    (link,) = [tag for tag in page.all("a") if "pourquoi-pas?need=" in tag.attrs["href"]]
    assert "Binta Tremblante et qui d’autre?" in helene.open(link.attrs["href"]).text
    assert binta.wish in link.attrs["href"]
