import pytest

from fixtures.builders import free, free_by_week, need, offer, pool, speaks
from matcher import barriers
from matcher.pairs import block
from matcher.records import Household, Travel
from tests.matcher.judging import barriers_between, columns

BUS_10 = Travel(mode="bus", limit_km=10, remote_ok=False)
CAR_25 = Travel(mode="car", limit_km=25, remote_ok=False)
NO_LANGUAGE_IN_COMMON = {"languages": speaks("vie:native")}


def test_a_plain_pair_crosses_nothing():
    assert barriers_between(need(), offer()) == set()


@pytest.mark.parametrize("consent", [False, None])
def test_consent_is_asked_of_both_sides_and_unknown_is_no(consent):
    assert barriers_between(need(consent=consent), offer()) == {"blocked_consent"}
    assert barriers_between(need(), offer(consent=consent)) == {"blocked_consent"}


@pytest.mark.parametrize(
    ("field", "code"), [("vetting_done", "blocked_vetting"), ("training_done", "blocked_training")]
)
@pytest.mark.parametrize("done", [False, None])
def test_screening_and_training_are_asked_and_unknown_is_no(field, code, done):
    assert barriers_between(need(), offer(**{field: done})) == {code}


@pytest.mark.parametrize(("capacity", "active"), [(0, 0), (1, 1), (2, 3), (None, 0), (None, None)])
def test_an_offer_without_a_place_left_is_barred(capacity, active):
    assert barriers_between(need(), offer(capacity=capacity, active_pairings=active)) == {"blocked_capacity"}


def test_unknown_active_pairings_take_no_place():
    assert barriers_between(need(), offer(capacity=1, active_pairings=None)) == set()


def test_either_side_may_exclude_the_other():
    assert barriers_between(need(excludes=("o1",)), offer()) == {"blocked_exclusion"}
    assert barriers_between(need(), offer(excludes=("n1",))) == {"blocked_exclusion"}
    assert barriers_between(need(excludes=("o2",)), offer(excludes=("n2",))) == set()


def test_authority_over_the_person_bars():
    assert barriers_between(need(), offer(tied_to=("n1",))) == {"blocked_conflict"}
    assert barriers_between(need(), offer(tied_to=("n2",))) == set()


def test_a_coordinator_may_forbid_a_pair():
    assert barriers_between(need(), offer(), forbidden=(("n1", "o1"),)) == {"blocked_by_coordinator"}


@pytest.mark.parametrize("gender", ["m", "x", None])
def test_a_gender_asked_for_must_be_declared(gender):
    assert barriers_between(need(gender_request="f"), offer(gender=gender)) == {"blocked_gender"}
    assert barriers_between(need(gender=gender), offer(gender_request="f")) == {"blocked_gender"}


def test_a_gender_asked_for_and_declared_is_no_barrier():
    assert barriers_between(need(gender_request="m"), offer(gender="m")) == set()


# Language


@pytest.mark.parametrize(
    ("theirs", "barred"), [("fra:A1", True), ("fra:A2", False), ("fra:native", False), ("deu:native", True)]
)
def test_a_sponsor_needs_a_language_at_a2_on_both_sides(theirs, barred):
    found = barriers_between(need(languages=speaks("fra:B2")), offer(languages=speaks(theirs)))
    assert found == ({"blocked_language"} if barred else set())


def test_written_language_is_no_channel():
    asked = need(languages=speaks("fra:native:written"))
    assert barriers_between(asked, offer(languages=speaks("fra:native:written"))) == {"blocked_language"}
    assert barriers_between(asked, offer()) == {"blocked_language"}


def test_a_signed_language_is_a_channel():
    signs = speaks("fcs:B1:signed")
    assert barriers_between(need(languages=signs), offer(languages=signs)) == set()


def test_an_interpreter_opens_any_pair_of_languages():
    stranger = offer(**NO_LANGUAGE_IN_COMMON, accepts_interpreter=True)
    assert barriers_between(need(), stranger) == set()
    assert barriers_between(need(), offer(**NO_LANGUAGE_IN_COMMON)) == {"blocked_language"}


@pytest.mark.parametrize("languages", [None, ()])
def test_unknown_languages_are_no_barrier(languages):
    assert barriers_between(need(languages=languages), offer()) == set()
    assert barriers_between(need(), offer(languages=languages)) == set()


@pytest.mark.parametrize(("mine", "theirs"), [("prs:B1", "fas:A2"), ("fas:A2", "prs:native")])
def test_a_bridge_between_close_languages_is_a_channel(mine, theirs):
    assert barriers_between(need(languages=speaks(mine)), offer(languages=speaks(theirs))) == set()


def test_a_bridge_is_crossed_one_way_only():
    wolof, french = speaks("wol:native"), speaks("fra:native")
    assert barriers_between(need(languages=wolof), offer(languages=french)) == set()
    assert barriers_between(need(languages=french), offer(languages=wolof)) == set()
    assert barriers_between(need(languages=wolof), offer(languages=speaks("lin:native"))) == {
        "blocked_language"
    }


@pytest.mark.parametrize("level", ["wol:A1", "wol:A0"])
def test_a_bridge_asks_a2_on_both_sides(level):
    found = barriers_between(need(languages=speaks(level)), offer(languages=speaks("fra:native")))
    assert found == {"blocked_language"}


@pytest.mark.parametrize("listed", ["fra:A1", "fra:B2:written"])
def test_who_lists_the_other_language_crosses_no_bridge_to_it(listed):
    asked = need(languages=speaks("wol:native", listed))
    assert barriers_between(asked, offer(languages=speaks("fra:native"))) == {"blocked_language"}


# Time and place


def test_a_common_slot_in_two_weeks_of_four_is_enough():
    asked = need(availability=free_by_week(["sat_am"], [], ["sat_am"], []))
    assert barriers_between(asked, offer(availability=free("sat_am"))) == set()


def test_a_common_slot_in_one_week_is_not_enough():
    asked = need(availability=free_by_week(["sat_am"], [], [], []))
    assert barriers_between(asked, offer(availability=free("sat_am"))) == {"blocked_schedule"}


def test_weeks_are_compared_one_by_one():
    asked = need(availability=free_by_week(["sat_am"], ["sun_am"]))
    given = offer(availability=free_by_week(["sun_am"], ["sat_am"]))
    assert barriers_between(asked, given) == {"blocked_schedule"}


def test_unknown_availability_is_no_barrier():
    assert barriers_between(need(availability=None), offer(availability=free())) == set()
    assert barriers_between(need(availability=free()), offer(availability=None)) == set()


SHIPSHAW_TO_JONQUIERE_KM = 8.9


def far(mine: Travel | None, theirs: Travel | None, **more: object) -> set[str]:
    """Give what bars two people of Shipshaw and Jonquière, 8.9 km apart."""
    asked = need(sector="shipshaw", travel=mine)
    return barriers_between(asked, offer(sector="jonquiere_centre", travel=theirs, **more))


def test_the_side_that_drives_sets_the_distance():
    on_foot = Travel(mode="walk", limit_km=2)
    assert far(on_foot, Travel(mode="car", limit_km=9)) == set()
    assert far(Travel(mode="car", limit_km=9), on_foot) == set()
    assert far(on_foot, Travel(mode="car", limit_km=8)) == {"blocked_distance"}


def test_the_larger_limit_counts_where_both_drive():
    assert far(Travel(mode="car", limit_km=1), Travel(mode="car", limit_km=9)) == set()


def test_the_smaller_limit_counts_where_nobody_drives():
    assert far(Travel(mode="bus", limit_km=5), Travel(mode="bus", limit_km=20)) == {"blocked_distance"}
    assert far(Travel(mode="bus", limit_km=9), Travel(mode="bus", limit_km=20)) == set()


def test_a_sponsor_who_will_not_drive_counts_as_one_who_takes_the_bus():
    car = Travel(mode="car", limit_km=25)
    assert far(Travel(mode="bus", limit_km=5), car, will_drive=False) == {"blocked_distance"}
    assert far(Travel(mode="bus", limit_km=5), car, will_drive=None) == set()


def test_the_usual_limit_of_the_way_of_travel_stands_in_for_one_left_out():
    assert far(Travel(mode="bus"), Travel(mode="bus")) == set()
    assert far(Travel(mode="bus"), Travel(mode="walk")) == {"blocked_distance"}


def test_two_who_accept_to_meet_remotely_are_never_too_far():
    near, remote = Travel(mode="walk", limit_km=1), Travel(mode="walk", limit_km=1, remote_ok=True)
    assert far(remote, remote) == set()
    assert far(remote, near) == far(near, remote) == {"blocked_distance"}


@pytest.mark.parametrize("unknown", [None, Travel(remote_ok=False)])
def test_an_unknown_limit_is_no_barrier_even_beside_one_who_drives(unknown):
    short = Travel(mode="car", limit_km=1)
    assert far(unknown, short) == far(short, unknown) == set()


def test_an_unknown_sector_is_no_barrier():
    near = Travel(mode="walk", limit_km=0)
    assert barriers_between(need(sector=None, travel=near), offer(travel=near)) == set()
    assert barriers_between(need(travel=near), offer(sector=None, travel=near)) == set()


def test_a_way_as_long_as_the_limit_is_not_too_far():
    nowhere = Travel(mode="walk", limit_km=0)
    assert barriers_between(need(travel=nowhere), offer(travel=nowhere)) == set()


# Home and access


@pytest.mark.parametrize(
    ("household", "barred"),
    [
        (Household(form="family", children_bands=("3-5",)), True),
        (Household(form="single", children_bands=("15-17",)), True),
        (Household(form="family"), True),
        (Household(form="family", children_bands=()), False),
        (Household(form="couple"), False),
        (None, False),
    ],
)
def test_children_are_barred_only_where_the_offer_says_so(household, barred):
    asked = need(household=household)
    refused = barriers_between(asked, offer(accepts_children=False))
    assert refused == ({"blocked_household"} if barred else set())
    assert barriers_between(asked, offer(accepts_children=None)) == set()
    assert barriers_between(asked, offer(accepts_children=True)) == set()


def test_children_of_the_offer_bar_nobody():
    given = offer(household=Household(form="family", children_bands=("3-5",)), accepts_children=False)
    assert barriers_between(need(), given) == set()


def test_an_access_need_bars_only_where_the_offer_says_what_it_meets():
    asked = need(access_needs=("wheelchair", "no_stairs"))
    assert barriers_between(asked, offer(meets_access=None)) == set()
    assert barriers_between(asked, offer(meets_access=("wheelchair",))) == {"blocked_access"}
    assert barriers_between(asked, offer(meets_access=("no_stairs", "wheelchair"))) == set()
    assert barriers_between(need(access_needs=None), offer(meets_access=())) == set()


def test_who_needs_a_signed_language_needs_one_in_common():
    asked = need(access_needs=("signed_language",), languages=speaks("fcs:native:signed", "fra:B2"))
    assert barriers_between(asked, offer()) == {"blocked_access"}
    assert barriers_between(asked, offer(meets_access=("signed_language",))) == {"blocked_access"}
    assert barriers_between(asked, offer(languages=speaks("fcs:A1:signed", "fra:B2"))) == {"blocked_access"}
    assert barriers_between(asked, offer(languages=speaks("ase:native:signed", "fra:B2"))) == {
        "blocked_access"
    }
    assert barriers_between(asked, offer(languages=speaks("fcs:A2:signed"), meets_access=())) == set()
    assert barriers_between(asked, offer(languages=None)) == set()
    begins = need(access_needs=("signed_language",), languages=speaks("fcs:A2:signed", "fra:B2"))
    assert barriers_between(begins, offer(languages=speaks("fcs:C1:signed"))) == set()


def test_who_needs_a_signed_language_is_seen_among_those_who_do_not():
    signs, hears = need("signs", access_needs=("signed_language",)), need("hears")
    every = block(columns(pool([signs, hears], offer())), 0, 2)
    assert barriers.access_not_met(every).tolist() == [[True], [False]]


# Support


def test_support_asks_a_common_language_at_b1_of_the_two_themselves():
    given = offer(languages=speaks("fra:native", "fas:native"), accepts_interpreter=True)
    for listed, barred in (("fra:B1", False), ("fra:A2", True), ("prs:native", True)):
        found = barriers_between(need(languages=speaks(listed)), given, "support")
        assert found == ({"blocked_language"} if barred else set())


def test_a_crisis_is_for_professionals_whoever_offers():
    assert barriers_between(need(crisis_flag=True), offer(), "support") == {"refer_professional"}


def test_support_bars_neither_for_hours_nor_for_distance_nor_for_children():
    asked = need(
        availability=free("mon_am"),
        travel=Travel(mode="walk", limit_km=0),
        sector="shipshaw",
        household=Household(form="family", children_bands=("0-2",)),
        access_needs=("wheelchair",),
    )
    given = offer(
        availability=free("sun_am"),
        travel=Travel(mode="walk", limit_km=0),
        accepts_children=False,
        meets_access=(),
    )
    assert barriers_between(asked, given, "support") == set()


def test_every_barrier_that_a_pair_crosses_is_named():
    asked = need(consent=False, gender_request="m", languages=speaks("vie:native"), excludes=("o1",))
    given = offer(vetting_done=False, training_done=None, capacity=0, tied_to=("n1",))
    assert barriers_between(asked, given, forbidden=(("n1", "o1"),)) == {
        "blocked_consent",
        "blocked_by_coordinator",
        "blocked_exclusion",
        "blocked_conflict",
        "blocked_vetting",
        "blocked_training",
        "blocked_capacity",
        "blocked_gender",
        "blocked_language",
    }
