from dataclasses import replace

import numpy as np
import pytest

from fixtures.builders import TODAY, free, free_by_week, likes, need, offer, pool, speaks
from matcher.criteria import ONE, _mean, share
from matcher.pairs import block
from matcher.pairs import one as pair_at
from matcher.policy import shipped_policy
from matcher.programs import program_of
from matcher.records import Contribution, Household, Travel
from tests.matcher.judging import both, columns, compared, contributions

NEUTRAL = 0.5


@pytest.mark.parametrize("program", ["sponsorship", "support"])
def test_the_contributions_are_those_of_the_policy_in_its_order(program):
    found = contributions(need(), offer(), program)
    assert {name: one.weight for name, one in found.items()} == dict(shipped_policy(program).weights)
    assert all(0 <= one.worth <= one.weight * 10_000 for one in found.values())


def test_points_are_rounded_half_up_to_a_ten_thousandth():
    found = both("proximity", "sector", "shipshaw", "jonquiere_centre")
    assert found.points == 4.4939  # 7 × (1 − 8.950234 / 25) = 4.493935
    assert found.value == 0.641991


def exactly(criterion: str, mine: dict, theirs: dict, **policy: object) -> int:
    """Give the value of a criterion in whole 10⁻¹², under the shipped policy so changed."""
    people = pool(need(**mine), offer(**theirs))
    laid_out = columns(people, replace(shipped_policy("sponsorship"), **policy))
    found = program_of(laid_out.policy).criteria[criterion].values(pair_at(laid_out, 0, 0))
    assert found.known.all()
    return int(found.value.item())


def test_what_fits_in_nothing_is_worth_nothing_to_the_last_digit():
    alone, family = (Household(form=form, children_bands=()) for form in ("single", "family"))
    far, walks = {"sector": "shipshaw"}, {"sector": "arvida", "travel": Travel(mode="walk", limit_km=1)}
    assert exactly("life_stage", {"household": alone}, {"household": family}) == 0
    assert exactly("life_stage", {"household": alone}, {"household": alone}) == ONE
    assert exactly("proximity", {**walks, **far}, walks) == 0
    assert exactly("age_gap", {"age_band": "18-24"}, {"age_band": "65+"}, age_bands_apart=2) == 0


def test_a_share_is_rounded_half_up_and_at_most_one():
    part, whole = np.array([1, 2, 5, 0, 3]), np.array([3, 3, 4, 0, 0])
    assert share(part, whole).tolist() == [333_333_333_333, 666_666_666_667, ONE, 0, 0]


def test_a_mean_is_a_whole_number_rounded_half_up():
    assert _mean(np.array([1, 2, 4]), np.array([2, 2, 7])).tolist() == [2, 2, 6]
    assert _mean(np.array([1]), np.array([1]), np.array([2])).tolist() == [1]


@pytest.mark.parametrize(
    ("criterion", "program", "fields"),
    [
        ("interests", "sponsorship", ["interests"]),
        ("language_comfort", "sponsorship", ["languages"]),
        ("availability", "sponsorship", ["availability"]),
        ("expectations", "sponsorship", ["goals", "meetings_per_month"]),
        ("life_stage", "sponsorship", ["household"]),
        ("proximity", "sponsorship", ["sector", "travel"]),
        ("age_gap", "sponsorship", ["age_band"]),
        ("language_comfort", "support", ["languages"]),
        ("need_fit", "support", ["goals"]),
        ("stability", "support", ["months"]),
    ],
)
def test_what_either_side_leaves_out_counts_at_the_neutral_value(criterion, program, fields):
    for field in fields:
        for mine, theirs in (({field: None}, {}), ({}, {field: None})):
            found = compared(criterion, mine, theirs, program)
            assert (found.known, found.value, found.points) == (False, NEUTRAL, found.weight * NEUTRAL)


@pytest.mark.parametrize("household", [Household(form="single"), Household(children_bands=())])
def test_life_stage_asks_for_form_and_children_on_both_sides(household):
    assert not compared("life_stage", {"household": household}, {}).known
    assert not compared("life_stage", {}, {"household": household}).known


def test_empty_goals_or_languages_say_nothing_and_empty_interests_do():
    assert not both("expectations", "goals", (), ("friendship",)).known
    assert not both("expectations", "goals", ("friendship",), ()).known
    assert not compared("language_comfort", {"languages": ()}, {}).known
    assert both("interests", "interests", likes(), likes("fishing")).known


@pytest.mark.parametrize(
    ("criterion", "program", "unknown", "told"),
    [
        ("expectations", "sponsorship", {"meetings_per_month": None}, {"frequency_gap": None}),
        ("expectations", "sponsorship", {"goals": None}, {"goals": []}),
        ("life_stage", "sponsorship", {"household": None}, {"household": None, "children_bands": []}),
        ("life_stage", "sponsorship", {"household": Household(children_bands=())}, {"household": None}),
        ("proximity", "sponsorship", {"sector": None}, {"distance_km": None, "limit_km": None}),
        ("age_gap", "sponsorship", {"age_band": None}, {"bands": None}),
        ("interests", "sponsorship", {"interests": None}, {"shared": [], "families": [], "clashes": []}),
        ("language_comfort", "sponsorship", {"languages": None}, {"language": None, "interpreter": False}),
        ("need_fit", "support", {"goals": None}, {"goals": []}),
        ("stability", "support", {"months": None}, {"months": None}),
    ],
)
def test_nothing_is_told_of_what_either_side_leaves_out(criterion, program, unknown, told):
    welcoming = {"accepts_interpreter": True}  # which tells nothing where a language is unknown
    for mine, theirs in ((unknown, welcoming), ({}, unknown | welcoming)):
        detail = compared(criterion, mine, theirs, program).detail
        assert {name: detail[name] for name in told} == told


# Language


@pytest.mark.parametrize(
    ("level", "value"),
    [("A2", 0.55), ("B1", 0.85), ("B2", 1), ("C1", 1), ("C2", 1), ("native", 1)],
)
def test_ease_is_that_of_the_lower_level_and_no_more_than_b2(level, value):
    for mine, theirs in ((f"fra:{level}", "fra:native"), ("fra:native", f"fra:{level}")):
        assert both("language_comfort", "languages", speaks(mine), speaks(theirs)).value == value


@pytest.mark.parametrize(("level", "value", "told"), [("A0", 0, None), ("A1", 0.25, "fra")])
def test_a_language_too_weak_to_meet_in_still_has_its_ease(level, value, told):
    for mine, theirs in ((level, "B2"), ("B2", level)):
        found = both("language_comfort", "languages", speaks(f"fra:{mine}"), speaks(f"fra:{theirs}"))
        assert (found.value, found.detail["language"]) == (value, told)


@pytest.mark.parametrize(("begun", "value"), [("fra:A0", ONE // 10), ("wol:A0", ONE * 6 // 100)])
def test_who_only_begins_a_language_has_what_the_policy_gives_to_beginners(begun, value):
    comfort = {**shipped_policy("sponsorship").comfort, "A0": 10}
    begins, speaker = {"languages": speaks(begun)}, {"languages": speaks("fra:B2")}
    assert exactly("language_comfort", begins, speaker, comfort=comfort) == value
    assert exactly("language_comfort", speaker, begins, comfort=comfort) == value


def test_the_best_common_channel_counts_alone():
    mine = speaks("fra:A2", "eng:B1", "spa:native")
    found = both("language_comfort", "languages", mine, speaks("fra:native", "eng:C1", "spa:A1"))
    assert found.value == 0.85
    assert found.detail == {"language": "eng", "level": "B1", "via": None, "interpreter": False}


def test_ties_go_to_french_then_to_english():
    every = speaks("spa:B2", "eng:C1", "fra:native")
    assert both("language_comfort", "languages", every, every).detail["language"] == "fra"
    assert both("language_comfort", "languages", every[:2], every[:2]).detail["language"] == "eng"
    mine, theirs = speaks("ukr:native", "wol:native"), speaks("rus:native", "fra:native")
    assert both("language_comfort", "languages", mine, theirs).detail["via"] == "fra"


def test_a_bridge_keeps_its_factor_of_the_lower_level():
    found = both("language_comfort", "languages", speaks("prs:native"), speaks("fas:B1"))
    assert found.value == 0.68
    assert found.detail == {"language": "prs", "level": "B1", "via": "fas", "interpreter": False}


def test_a_bridge_serves_whichever_side_stands_at_its_start():
    crossed = {"language": "wol", "level": "B1", "via": "fra", "interpreter": False}
    for mine, theirs in (("fra:native", "wol:B1"), ("fra:B1", "wol:native"), ("wol:B1", "fra:native")):
        found = both("language_comfort", "languages", speaks(mine), speaks(theirs))
        assert (found.value, found.detail) == (0.51, crossed)


def test_two_needs_and_two_offers_talk_each_in_their_own_way():
    heard, spoken = ("fra:B1", "eng:C1", "wol:B1"), ("eng:A2", "fra:native", "spa:A1")
    needs = [need(f"n{at}", languages=speaks(tongue)) for at, tongue in enumerate(heard)]
    offers = [offer(f"o{at}", languages=speaks(tongue)) for at, tongue in enumerate(spoken)]
    laid_out = columns(pool(needs, offers))
    values = program_of(laid_out.policy).criteria["language_comfort"].values(block(laid_out, 0, 3)).value
    assert (values * 100 // ONE).tolist() == [[0, 85, 0], [55, 0, 0], [0, 51, 0]]


def test_who_lists_the_other_language_is_taken_at_that_word():
    mine = speaks("wol:native", "fra:A1")
    assert both("language_comfort", "languages", mine, speaks("fra:native")).value == 0.25


def test_written_language_brings_no_ease():
    written = speaks("fra:native:written")
    assert both("language_comfort", "languages", written, written).value == 0


def test_only_an_interpreter_is_worth_a_little_and_says_so():
    found = compared(
        "language_comfort", {"languages": speaks("vie:native", "fra:A1")}, {"accepts_interpreter": True}
    )
    assert (found.value, found.points) == (0.35, 7)
    assert found.detail == {"language": "fra", "level": "A1", "via": None, "interpreter": True}


def test_an_interpreter_changes_nothing_where_there_is_a_channel():
    found = compared("language_comfort", {"languages": speaks("fra:A2")}, {"accepts_interpreter": True})
    assert found.value == 0.55
    assert not found.detail["interpreter"]


# Time and place


def test_three_common_slots_a_week_are_enough():
    slots = ("mon_am", "tue_am", "wed_am", "thu_am", "fri_am", "sat_am")
    values = [both("availability", "availability", free(*slots[:n]), free(*slots)).value for n in range(6)]
    assert values == [0, 0.333333, 0.666667, 1, 1, 1]


def test_availability_is_a_mean_over_the_weeks_before_it_is_bounded():
    mine = free_by_week(["mon_am", "tue_am", "wed_am", "thu_am", "fri_am", "sat_am"], [])
    found = both("availability", "availability", mine, free(*mine[0]))
    assert found.value == 1
    assert found.detail == {"weeks": 2, "slots": list(mine[0])}


def test_only_the_same_week_counts():
    every = free_by_week(["mon_am"], ["tue_am"], ["wed_am"], ["thu_am"])
    found = both("availability", "availability", every, every)
    assert found.detail == {"weeks": 4, "slots": ["mon_am", "tue_am", "wed_am", "thu_am"]}
    mine, theirs = free_by_week(["sat_am"], ["sun_am"]), free_by_week(["sun_am"], ["sun_am"])
    found = both("availability", "availability", mine, theirs)
    assert (found.value, found.detail) == (0.166667, {"weeks": 2, "slots": ["sun_am"]})


def near(mine: Travel | None, theirs: Travel | None, **more: object) -> Contribution:
    return compared(
        "proximity",
        {"sector": "shipshaw", "travel": mine},
        {"sector": "jonquiere_centre", "travel": theirs, **more},
    )


def test_proximity_is_measured_by_the_limit_of_the_side_that_drives():
    found = near(Travel(mode="bus", limit_km=5), Travel(mode="car", limit_km=25))
    assert found.value == 0.641991
    assert found.detail == {"distance_km": 9.0, "limit_km": 25.0, "driver": "offer"}


def test_proximity_knows_who_drives():
    car, bus = Travel(mode="car", limit_km=10), Travel(mode="bus", limit_km=20)
    assert near(car, bus).detail["driver"] == "need"
    assert near(car, car).detail["driver"] == "both"
    assert near(bus, bus).detail["driver"] is None
    assert near(bus, car, will_drive=False).detail["driver"] is None


def test_proximity_takes_the_larger_limit_of_two_who_drive_and_the_smaller_of_two_who_do_not():
    assert near(Travel(mode="car", limit_km=12), Travel(mode="car", limit_km=40)).detail["limit_km"] == 40
    assert near(Travel(mode="bus", limit_km=12), Travel(mode="bus", limit_km=40)).detail["limit_km"] == 12


@pytest.mark.parametrize(("mode", "limit"), [("car", 25), ("bus", 10), ("walk", 2)])
def test_a_way_of_travel_has_its_usual_limit(mode, limit):
    travel = Travel(mode=mode)
    assert near(travel, travel).detail["limit_km"] == limit


def test_proximity_is_nothing_beyond_the_limit_or_where_the_limit_is_nothing():
    assert near(Travel(mode="car", limit_km=8), Travel(mode="walk", limit_km=1)).value == 0
    nowhere = Travel(mode="walk", limit_km=0)
    assert both("proximity", "travel", nowhere, nowhere).value == 0


def test_two_of_one_sector_are_as_near_as_can_be():
    assert compared("proximity", {}, {}).value == 1


# Life


@pytest.mark.parametrize(
    ("mine", "theirs", "value"),
    [
        ("single", "single", 1),
        ("shared_farm_housing", "shared_farm_housing", 1),
        ("single", "couple", 0.5),
        ("family", "couple", 0.5),
        ("shared", "single", 0.5),
        ("single", "family", 0),
        ("couple", "shared", 0),
        ("student_residence", "shared", 0),
    ],
)
def test_forms_of_household_are_the_same_near_or_other(mine, theirs, value):
    for one, other in ((mine, theirs), (theirs, mine)):
        households = Household(form=one, children_bands=()), Household(form=other, children_bands=())
        assert both("life_stage", "household", *households).value == value


@pytest.mark.parametrize(
    ("mine", "theirs", "value"),
    [((), (), 1), (("3-5",), (), 0.5), (("3-5",), ("3-5",), 1), (("3-5", "6-11"), ("6-11", "12-14"), 2 / 3)],
)
def test_children_of_like_ages_count_half_where_there_are_any(mine, theirs, value):
    households = (
        Household(form="family", children_bands=mine),
        Household(form="family", children_bands=theirs),
    )
    assert both("life_stage", "household", *households).value == round(value, 6)


def test_life_stage_tells_the_ages_in_common():
    mine = Household(form="family", children_bands=("3-5", "6-11"))
    theirs = Household(form="couple", children_bands=("6-11",))
    assert both("life_stage", "household", mine, theirs).detail == {
        "household": "near",
        "children_bands": ["6-11"],
    }


@pytest.mark.parametrize(
    ("theirs", "value", "bands"), [("18-24", 1, 0), ("25-34", 0.8, 1), ("45-54", 0.4, 3), ("65+", 0, 5)]
)
def test_each_band_of_age_apart_takes_a_fifth(theirs, value, bands):
    for found in (both("age_gap", "age_band", "18-24", theirs), both("age_gap", "age_band", theirs, "18-24")):
        assert (found.value, found.detail) == (value, {"bands": bands})


def test_ages_are_compared_with_each_other_and_not_with_the_youngest():
    assert both("age_gap", "age_band", "45-54", "35-44").detail == {"bands": 1}
    assert both("age_gap", "age_band", "45-54", "35-44").value == 0.8


# Wishes


def test_expectations_are_goals_and_rhythm_by_halves():
    found = compared(
        "expectations",
        {"goals": ("friendship", "children", "network"), "meetings_per_month": 2},
        {"goals": ("friendship", "practise_french"), "meetings_per_month": 5},
    )
    assert found.value == round((1 / 3 + 1 / 4) / 2, 6)
    assert found.detail == {"goals": ["friendship"], "frequency_gap": 3}


def test_a_rhythm_four_meetings_apart_is_worth_nothing_and_never_less():
    for theirs in (5, 8):
        found = both("expectations", "meetings_per_month", 1, theirs)
        assert (found.value, found.detail["frequency_gap"]) == (0.5, theirs - 1)


def test_need_fit_is_the_share_of_the_needs_goals():
    found = both("need_fit", "goals", ("listening", "everyday_life"), ("listening", "friendship"), "support")
    assert (found.value, found.detail) == (0.5, {"goals": ["listening"]})


@pytest.mark.parametrize(("asked", "offered", "value"), [(12, 4, 1 / 3), (4, 12, 1), (6, 6, 1)])
def test_stability_is_the_share_of_the_months_needed(asked, offered, value):
    found = both("stability", "months", asked, offered, "support")
    assert found.value == round(value, 6)
    assert found.detail == {"months": min(asked, offered)}


def test_a_date_of_leaving_changes_no_score():
    assert contributions(need(stay_until=TODAY), offer()) == contributions(need(), offer())
