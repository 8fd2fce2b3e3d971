"""The proposal: reasons, options, and the decision, one at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import casework, disclosure
from models.queries.by_hand import choices, preview
from models.queries.proposals import proposal
from models.tables import ForbiddenPair, Letter, Pairing
from tests.models import office
from tests.web import desk
from tests.web.pages import Page

HOME = "/coordination/propositions"
HAND = "/coordination/composer"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


@pytest.fixture
def reviewed(database, couple):
    """A proposal in review."""
    return desk.stage(database, "proposal", *couple)


@pytest.fixture
def far_apart(database):
    """A newcomer and a sponsor whom their schedules keep apart."""
    with database.writing() as session:
        sponsor = office.sponsor(session, "Rosalie", availability=(("mon_nt",),))
        return office.newcomer(session, "Amina"), sponsor


def suggested(database):
    with database.writing() as session:
        casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
        return session.query(Pairing).filter_by(state="suggested").one().id


def read(database, pairing_id):
    with database.reading() as session:
        return proposal(session, pairing_id, office.TODAY)


def test_the_page_gives_a_sentence_a_bar_and_points_for_each_criterion(helene, reviewed):
    page = helene.open(f"{HOME}/{reviewed}")
    rows = [tag for tag in page.all("li") if tag.attrs.get("class", "").startswith("why-row")]
    assert len(rows) == 8, "seven criteria and the total"
    assert "3 intérêts communs" in rows[0].text
    assert len([tag for tag in page.all("svg") if tag.attrs["class"].startswith("gauge")]) == 7


def test_points_shown_add_up_to_the_score(database, reviewed):
    page = read(database, reviewed)
    assert sum(part["worth"] for part in page.contributions) == page.worth


def test_the_two_stand_side_by_side_with_what_they_share(helene, reviewed):
    page = helene.open(f"{HOME}/{reviewed}")
    assert page.h1 == "Amina et Rosalie"
    cards = [tag.text for tag in page.all("article")]
    assert ["Amina Tremblante" in cards[0], "Rosalie Tremblante" in cards[1]] == [True, True]
    assert len(page.all("li", class_="chip chip-common")) >= 6


def test_the_week_counts_the_weeks_that_both_are_free(database, reviewed):
    cells = {cell.slot: cell for _, row in read(database, reviewed).grid for cell in row}
    assert (cells["sat_am"].both, cells["sat_am"].need, cells["mon_am"].both) == (4, 4, 0)


def test_waiting_is_shown_beside_the_score(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, waiting_since=office.TODAY - timedelta(days=92))
        pairing = office.proposal(session, amina, office.sponsor(session)).id
    assert "92 jours Amina : priorité 4" in helene.open(f"{HOME}/{pairing}").text


def test_what_is_unknown_is_named_and_counted_halfway(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, sector=None, age_band=None)
        pairing = office.proposal(session, amina, office.sponsor(session)).id
    text = helene.open(f"{HOME}/{pairing}").text
    assert "Ce qu’on ne sait pas : proximité et âge." in text


@pytest.mark.usefixtures("couple")
def test_a_suggestion_is_decided_only_once_its_page_was_opened(helene, database):
    pairing = suggested(database)
    page = helene.open(f"{HOME}/{pairing}")
    assert "Commencer l’étude" in page.text
    assert not page.all("input", name_="version")
    helene.send(f"{HOME}/{pairing}/approuver", version=1)
    assert desk.pairing(database, pairing).state == "suggested"
    assert helene.goes_to(f"{HOME}/{pairing}/etudier") == f"{HOME}/{pairing}"
    assert desk.pairing(database, pairing).state == "under_review"


def test_an_approval_holds_the_place_and_owes_both_a_letter(helene, database, reviewed):
    version = helene.open(f"{HOME}/{reviewed}").value("version")
    helene.send(f"{HOME}/{reviewed}/approuver", version=version)
    assert desk.pairing(database, reviewed).state == "awaiting_answers"
    with database.reading() as session:
        assert session.query(Letter).filter_by(kind="proposal_waiting").count() == 2


def test_a_decided_proposal_leads_to_its_pairing(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    with helene.client.get(f"{HOME}/{pairing}") as answer:
        assert answer.headers["Location"] == f"/coordination/jumelages/{pairing}"


def test_a_second_approval_says_that_it_was_dealt_with(helene, database, reviewed):
    version = helene.open(f"{HOME}/{reviewed}").value("version")
    for _ in range(2):
        helene.send(f"{HOME}/{reviewed}/approuver", version=version)
    assert "a déjà été traitée" in helene.open(f"/coordination/jumelages/{reviewed}").text
    with database.reading() as session:
        assert session.query(Letter).filter_by(kind="proposal_waiting").count() == 2


def test_the_last_place_taken_meanwhile_is_told_as_taken(helene, database, couple):
    """Two needs in review for the last place of one sponsor."""
    with database.writing() as session:
        binta = office.newcomer(session, "Binta")
        rosalie = couple[1]
        first = casework.pair_by_hand(session, couple[0].wish, rosalie.wish, "essai", **office.DO)
        casework.unlock(session, first, **office.DO)
        second = casework.pair_by_hand(session, binta.wish, rosalie.wish, "essai", **office.DO)
    versions = {one: helene.open(f"{HOME}/{one}").value("version") for one in (first, second)}
    for one, version in versions.items():
        helene.send(f"{HOME}/{one}/approuver", version=version)
    assert "Déjà pris" in helene.open(f"{HOME}/{second}").text
    assert desk.pairing(database, second).state == "under_review"


def test_a_page_that_grew_old_is_told_what_changed(helene, database, reviewed):
    version = helene.open(f"{HOME}/{reviewed}").value("version")
    with database.writing() as session:
        casework.lock(session, reviewed, **office.DO)
    helene.send(f"{HOME}/{reviewed}/approuver", version=version)
    assert "a changé depuis que vous l’avez ouverte" in helene.open(f"{HOME}/{reviewed}").text
    assert desk.pairing(database, reviewed).state == "under_review"


def test_a_barrier_that_appeared_is_shown_before_the_decision_and_stops_it(helene, database, couple):
    with database.writing() as session:
        pairing = office.proposal(session, *couple).id
        profile = office.replace(office.PROFILE, first_name="Rosalie", availability=(("mon_nt",),))
        casework.update_profile(session, couple[1].person, profile, **office.DO)
    page = helene.open(f"{HOME}/{pairing}")
    assert "Un obstacle est apparu depuis la proposition" in page.text
    helene.send(f"{HOME}/{pairing}/approuver", version=page.value("version"))
    assert "pas de temps libre commun" in helene.open(f"{HOME}/{pairing}").text
    assert desk.pairing(database, pairing).state == "under_review"


def test_a_rejection_needs_a_reason_and_other_needs_words(helene, database, reviewed):
    assert "Choisissez un motif." in helene.refused(f"{HOME}/{reviewed}/refuser").text
    page = helene.refused(f"{HOME}/{reviewed}/refuser", reason="other_written")
    assert page.all("p", id="note-fault")
    assert page.value("reason") == "other_written"
    helene.send(f"{HOME}/{reviewed}/refuser", reason="other_written", note="Elles se connaissent déjà.")
    row = desk.pairing(database, reviewed)
    assert (row.state, row.reason) == ("rejected", "other_written")
    with database.reading() as session:
        assert disclosure.pairing_note(session, session.get_one(Pairing, reviewed)).startswith("Elles se")


def test_a_rejection_that_comes_too_late_keeps_what_was_typed(helene, reviewed):
    version = helene.open(f"{HOME}/{reviewed}").value("version")
    helene.send(f"{HOME}/{reviewed}/approuver", version=version)
    answer = helene.send(f"{HOME}/{reviewed}/refuser", status=409, reason="timing", note="Plus tard.")
    page = Page(answer)
    assert "C’est déjà fait" in page.text
    assert "Plus tard." in page.html


def test_a_proposal_is_put_back_without_judging_the_pair(helene, database, reviewed):
    helene.send(f"{HOME}/{reviewed}/remettre")
    row = desk.pairing(database, reviewed)
    assert (row.state, row.reason) == ("put_back", None)


def test_after_a_decision_the_next_proposal_is_one_click_away(helene, database):
    with database.writing() as session:
        for name, days in (("Amina", 10), ("Binta", 90), ("Carmen", 40)):
            office.newcomer(session, name, waiting_since=office.TODAY - timedelta(days=days))
            office.sponsor(session, f"Rosalie {name}")
        casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
        first, second, third = session.query(Pairing).order_by(Pairing.priority.desc()).all()
    assert read(database, third.id).next.pairing_id == first.id
    page = read(database, first.id)
    assert (page.next.pairing_id, page.next.left) == (second.id, 2), "who waited longest comes first"
    helene.send(f"{HOME}/{first.id}/etudier")
    helene.send(f"{HOME}/{first.id}/remettre")
    shown = helene.open(f"/coordination/jumelages/{first.id}")
    assert shown.all("form", action=f"{HOME}/{second.id}/etudier")
    assert "encore 2 à étudier" in shown.text


def test_a_lock_and_its_end(helene, database, reviewed):
    for act, is_locked in (("verrouiller", True), ("deverrouiller", False)):
        helene.send(f"{HOME}/{reviewed}/{act}")
        assert desk.pairing(database, reviewed).locked is is_locked


def test_never_together_needs_its_box_and_is_kept(helene, database, reviewed):
    helene.refused(f"{HOME}/{reviewed}/jamais")
    helene.send(f"{HOME}/{reviewed}/jamais", never="yes")
    with database.reading() as session:
        assert session.query(ForbiddenPair).count() == 1


def test_other_options_show_score_loss_and_who_would_wait(helene, database, couple):
    with database.writing() as session:
        cooks = office.Interests(like=("home_cooking",))
        denise = office.sponsor(session, "Denise", interests=cooks)
        binta = office.newcomer(session, "Binta", interests=cooks)
        pairing = office.proposal(session, couple[0], couple[1])
        page = proposal(session, pairing.id, office.TODAY)
    option = next(one for one in page.need_options if one.wish_id == denise.wish)
    assert option.loss > 0
    assert (option.proposed_with.first_name, option.proposed_with.person_id) == ("Binta", binta.person)
    assert [one.wish_id for one in page.offer_options] == [binta.wish]
    text = helene.open(f"{HOME}/{pairing.id}").text
    assert "points de moins · promise à Binta, qui attendrait" in text


def test_choices_put_who_fits_first_and_name_each_barrier(helene, database, far_apart):
    with database.writing() as session:
        office.sponsor(session, "Denise")
    amina, rosalie = far_apart
    with database.reading() as session:
        rows = choices(session, amina.wish, "", office.TODAY).rows
    assert [(row.name.split()[0], row.barriers) for row in rows] == [
        ("Denise", ()),
        ("Rosalie", ("blocked_schedule",)),
    ]
    assert "pas de temps libre commun" in helene.open(f"{HAND}/{amina.wish}").text
    assert "Denise" not in helene.open(f"{HAND}/{amina.wish}?nom=rosalie").text
    assert "Amina Tremblante" in helene.open(f"{HAND}/{rosalie.wish}").text


def test_children_and_too_low_a_screening_are_a_barrier_in_the_list_as_on_the_page(database):
    family = office.Household(form="family", children_bands=("6-11",))
    with database.writing() as session:
        amina = office.newcomer(session, household=family)
        rosalie = office.sponsor(session, level=1)
    with database.reading() as session:
        listed = choices(session, amina.wish, "", office.TODAY).rows[0]
        shown = preview(session, amina.wish, rosalie.wish, office.TODAY)
    assert set(listed.barriers) == set(shown.barriers)
    assert "blocked_vetting" in listed.barriers


def test_the_list_scores_each_pair_as_its_own_page_does(database):
    """With fifty people and more, what is rare counts; who is not matched counts on her page alone."""
    with database.writing() as session:
        for number in range(48):
            tastes = office.Interests(like=("cinema", "fishing") if number % 2 else ("home_cooking",))
            office.newcomer(session, f"Nour{number}", interests=tastes)
        amina = office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
        office.sponsor(session, "Denise", interests=office.Interests(like=("snowshoeing",)))
        office.sponsor(session, "Louise", consents=("program",))
    with database.reading() as session:
        rows = choices(session, amina.wish, "", office.TODAY).rows
        alone = [preview(session, amina.wish, row.wish_id, office.TODAY).worth for row in rows]
    assert [row.worth for row in rows] == alone
    assert len(set(alone)) > 1


def test_an_offer_with_another_free_place_makes_nobody_wait(database):
    with database.writing() as session:
        rosalie = office.sponsor(session, "Rosalie", capacity=2)
        office.proposal(session, office.newcomer(session, "Amina"), rosalie)
        binta = office.newcomer(session, "Binta")
    with database.reading() as session:
        row = choices(session, binta.wish, "", office.TODAY).rows[0]
    assert (row.wish_id, row.proposed_with) == (rosalie.wish, None)


@pytest.mark.usefixtures("reviewed")
def test_a_choice_says_who_would_wait(database, couple):
    with database.writing() as session:
        binta = office.newcomer(session, "Binta")
    with database.reading() as session:
        row = choices(session, binta.wish, "", office.TODAY).rows[0]
    assert (row.wish_id, row.proposed_with.first_name) == (couple[1].wish, "Amina")


def test_a_pair_made_by_hand_crosses_a_barrier_with_a_written_reason(helene, far_apart):
    amina, rosalie = far_apart
    path = f"{HAND}/{amina.wish}/{rosalie.wish}"
    assert "Franchir et composer" in helene.open(path).text
    assert "Écrivez pourquoi" in helene.refused(path, reason=" ").text
    page = helene.open(helene.goes_to(path, reason="Elles se verront pendant le congé."))
    assert "Obstacle franchi à la main : pas de temps libre commun" in page.text
    assert "Elles se verront pendant le congé." in page.text
    assert [tag.text for tag in page.all("span", class_="tag")][:2] == ["verrouillée", "composée à la main"]


def test_who_has_not_turned_matching_on_is_paired_by_hand_all_the_same(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, consents=("program",))
        rosalie = office.sponsor(session)
    assert "aucun obstacle" in helene.open(f"{HAND}/{amina.wish}").text
    helene.goes_to(f"{HAND}/{amina.wish}/{rosalie.wish}", reason="Rencontrées ensemble.")


@pytest.mark.parametrize("side", ["need", "offer"])
def test_nothing_is_scored_of_who_has_not_turned_matching_on_by_hand_either(helene, database, side):
    with database.writing() as session:
        amina = office.newcomer(session, consents=("program",) if side == "need" else office.ALL_CONSENTS)
        rosalie = office.sponsor(session, consents=("program",) if side == "offer" else office.ALL_CONSENTS)
    path = f"{HAND}/{amina.wish}/{rosalie.wish}"
    assert "sans calcul" in helene.open(f"{HAND}/{amina.wish}").text
    assert "Rien n’est calculé" in helene.open(path).text
    place = helene.goes_to(path, reason="Rencontrées ensemble.")
    with database.reading() as session:
        (made,) = session.query(Pairing)
        assert (made.worth, made.contributions) == (0, [])
        assert preview(session, amina.wish, rosalie.wish, office.TODAY).worth is None
    for page in (place, "/coordination/jumelages", f"/coordination/personnes/{amina.person}"):
        text = helene.open(page).text
        assert "sans calcul" in text, page
        assert "/ 100" not in text, page


def test_who_is_not_scored_comes_after_those_who_are(database):
    with database.writing() as session:
        amina = office.newcomer(session)
        office.sponsor(session, "Rosalie", consents=("program",))
        office.sponsor(session, "Zoé")
        office.sponsor(session, "Lise", consents=("program",))
    with database.reading() as session:
        rows = choices(session, amina.wish, "", office.TODAY).rows
    assert [row.worth is None for row in rows] == [False, True, True]
    assert rows[0].name.startswith("Zoé")


def test_what_protects_somebody_has_no_form(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, gender_request="f")
        rosalie = office.sponsor(session, gender=None)
    page = helene.open(f"{HAND}/{amina.wish}/{rosalie.wish}")
    assert "la préférence demandée" in page.text
    assert "personne ne peut franchir cet obstacle" in page.text
    assert not page.all("textarea")


def test_a_firm_barrier_is_refused_even_where_the_form_is_forged(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, gender_request="m")
        rosalie = office.sponsor(session)
    answer = helene.send(f"{HAND}/{amina.wish}/{rosalie.wish}", status=409, reason="Quand même.")
    assert "Cette paire ne peut pas être faite" in Page(answer).text
    with database.reading() as session:
        assert session.query(Pairing).count() == 0


def test_the_preview_says_who_would_wait(database):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", waiting_since=office.TODAY - timedelta(days=90))
        binta = office.newcomer(session, "Binta")
        rosalie = office.sponsor(session, "Rosalie")
    with database.reading() as session:
        page = preview(session, binta.wish, rosalie.wish, office.TODAY)
    assert [who.name for who in page.chain.left_out] == ["Amina Tremblante"]
    assert amina.wish != binta.wish


def test_a_forbidden_pair_is_allowed_again_from_its_preview(helene, database, couple):
    amina, rosalie = couple
    with database.writing() as session:
        casework.forbid(session, amina.wish, rosalie.wish, **office.DO)
    path = f"{HAND}/{amina.wish}/{rosalie.wish}"
    assert "Permettre de nouveau cette paire" in helene.open(path).text
    helene.send(f"{path}/permettre")
    assert "Composer cette paire" in helene.open(path).text


@pytest.mark.parametrize("path", [f"{HOME}/nothing", f"{HAND}/nothing", f"{HAND}/nothing/at-all"])
def test_what_does_not_exist_is_a_page_not_found(helene, path):
    helene.open(path, status=404)
