"""What the matcher found, in words: French first, English beside it."""

from __future__ import annotations

import pytest

from fixtures.builders import free, likes, need, offer, pool, speaks
from matcher.explanation import judge
from matcher.formats.round_sheets import BARRIERS
from matcher.records import Household, Travel
from matcher.vocabulary import INTERESTS
from models.casework.rounds import as_rows
from web import sentences
from web.sentences import Names

NAMES = Names("Ravi", "Denis")


@pytest.fixture(autouse=True, params=["fr"])
def _speaking(app, request):
    with app.test_request_context("/", headers={"Accept-Language": request.param}):
        yield


in_english = pytest.mark.parametrize("_speaking", ["en"], indirect=True)


def said(code, asking=None, giving=None, program="sponsorship"):
    """Say what one criterion finds in a real pair."""
    judged = judge(pool(asking or need(), giving or offer(), program=program), "n1", "o1")
    rows = as_rows(judged.contributions)
    return sentences.reason(next(row for row in rows if row["criterion"] == code), NAMES).replace("\xa0", " ")


def test_shared_tastes_are_counted_and_named():
    asking = need(interests=likes("fishing", "snowshoeing", "home_cooking"))
    giving = offer(interests=likes("fishing", "snowshoeing", "home_cooking"))
    assert said("interests", asking, giving) == "3 intérêts communs : raquette, pêche et cuisiner ensemble"


def test_what_one_of_the_two_wants_to_discover_is_said():
    giving = offer(interests=likes("ice_fishing", "fishing"))
    assert (
        said("interests", giving=giving)
        == "2 intérêts communs : pêche blanche et pêche · à découvrir : pêche blanche"
    )


def test_what_is_all_to_discover_is_not_said_twice():
    giving = offer(interests=likes("ice_fishing"))
    assert said("interests", giving=giving) == "1 intérêt commun, à découvrir : pêche blanche"


def test_a_clash_of_tastes_is_not_hidden():
    giving = offer(interests=likes("snowshoeing", not_for_me=["fishing"]))
    assert "une personne aime, l’autre pas : pêche" in said("interests", giving=giving)


def test_a_language_is_said_with_its_level():
    asking = need(languages=speaks("spa:native"))
    assert said("language_comfort", asking, offer(languages=speaks("spa:B2"))) == "espagnol B2"


def test_a_mother_tongue_of_both_is_said_fluent():
    asking, giving = need(languages=speaks("fra:native")), offer(languages=speaks("fra:native"))
    assert said("language_comfort", asking, giving) == "français couramment"


def test_an_interpreter_is_said_for_the_first_meetings():
    asking = need(languages=speaks("acm:native"))
    assert (
        said("language_comfort", asking, offer(accepts_interpreter=True))
        == "avec un interprète pour les trois premières rencontres"
    )


def test_common_time_is_said_by_day_and_by_week():
    weeks = (("sun_pm",), ("sun_pm",), ("sun_pm",), ())
    assert (
        said("availability", need(availability=weeks))
        == "libres ensemble le dimanche après-midi, 3 semaines sur 4"
    )


def test_slots_of_one_day_are_said_together():
    asking = need(availability=free("sat_am", "sat_pm", "sun_pm"))
    assert (
        said("availability", asking)
        == "libres ensemble le samedi matin et après-midi et le dimanche après-midi, chaque semaine"
    )


def test_many_days_are_shortened():
    slots = ["mon_am", "tue_am", "wed_am", "thu_am", "fri_am"]
    assert sentences.slots_in_words(slots).endswith("le mercredi matin et 2 autres jours")


def test_a_distance_says_who_drives():
    asking = need(sector="laterriere")
    assert said("proximity", asking) == "18 km, Denis conduit"


def test_the_same_neighbourhood_needs_no_distance():
    assert said("proximity") == "même secteur"


def test_a_distance_over_the_limit_says_so():
    giving = offer(sector="la_baie_port_alfred", travel=Travel(mode="car", limit_km=5, remote_ok=False))
    assert "au-delà de la limite de 5 km" in said("proximity", giving=giving)


def test_children_of_the_same_age_are_said_by_their_ages():
    family = Household(form="family", children_bands=("6-11",))
    words = said("life_stage", need(household=family), offer(household=family))
    assert words == "même situation de ménage · des enfants du même âge : 6 à 11 ans"


def test_a_gap_of_pace_is_counted():
    assert said("expectations", giving=offer(meetings_per_month=4)).endswith("2 rencontres par mois d’écart")


def test_ages_are_compared_without_figures():
    assert said("age_gap") == "même tranche d’âge"
    assert said("age_gap", giving=offer(age_band="65+")) == "3 tranches d’âge d’écart"


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("interests", {"interests": None}),
        ("availability", {"availability": None}),
        ("proximity", {"sector": None}),
        ("age_gap", {"age_band": None}),
        ("life_stage", {"household": None}),
        ("expectations", {"goals": None, "meetings_per_month": None}),
    ],
)
def test_what_is_not_known_is_said_to_be_unknown(code, missing):
    assert said(code, giving=offer(**missing)).endswith("non précisé")


def test_support_says_which_needs_are_covered():
    asking, giving = need(goals=("listening",)), offer(goals=("listening",))
    assert said("need_fit", asking, giving, program="support") == "répond à : être écouté, écoutée"
    assert said("stability", asking, offer(months=6), program="support") == "6 mois en commun"


def test_nothing_in_common_is_said_plainly():
    assert said("interests", giving=offer(interests=likes("comics_manga"))) == "aucun intérêt commun"


@in_english
def test_the_same_pair_reads_in_english():
    asking = need(sector="laterriere")
    assert said("proximity", asking) == "18 km, Denis drives"
    assert (
        said("availability")
        == "free together on Saturday morning and afternoon and on Sunday afternoon, every week"
    )
    assert said("language_comfort") == "French B1"


def test_every_barrier_has_words():
    words = [sentences.barrier(code) for code in BARRIERS]
    assert len(set(words)) == len(BARRIERS)
    assert not [word for word in words if "_" in word]


def test_every_taste_can_stand_inside_a_sentence():
    inside = [sentences.in_sentence(term.labels["fr"]) for term in INTERESTS.values()]
    assert [word for word in inside if word[0].isupper()] == ["BD et mangas"]


def test_somebody_unpaired_is_told_first_that_places_went_to_others():
    words = sentences.left_unpaired({"blocked_distance": 2, "blocked_schedule": 7}, 1, 3, 40)
    assert words[0] == "3 offres convenaient, mais leurs places sont allées à d’autres personnes"
    assert [word.replace("\xa0", " ") for word in words[1:]] == [
        "7 offres : pas de temps libre commun",
        "2 offres : trop loin",
        "1 offre sous le seuil de 40 points",
    ]


def test_nobody_on_the_other_side_is_said_too():
    assert sentences.left_unpaired({}, 0, 0, 40) == ["aucune offre dans ce programme"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (92, "attend depuis 92 jours"),
        (1, "attend depuis 1 jour"),
        (0, "attend depuis aujourd’hui"),
        (None, "attente non précisée"),
    ],
)
def test_waiting_is_said_in_days(days, words):
    assert sentences.waiting(days) == words


def test_a_score_is_written_as_the_reader_writes_numbers():
    assert sentences.score(713_999) == "71,4"
