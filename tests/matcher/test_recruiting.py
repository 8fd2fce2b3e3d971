"""Whom to recruit: every figure is held against the round that the engine makes with these people in it."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.builders import free, need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.formats import pool_to_json
from matcher.insight.profiles import TIMES, circle_of, offer_of, profiles_for
from matcher.insight.recruiting import Recruit, recruit, recruits_of, who_could_take
from matcher.insight.recruiting_telling import lines_of
from matcher.insight.sieve import tries_of, where_they_help_least
from matcher.play import play_of
from matcher.policy import shipped_policy
from matcher.records import Household, Pool, Travel
from tests.matcher.often import often, pools
from tests.tries import tries
from web.cli import group

seldom = settings(often, max_examples=max(12, tries() // 4))
EVENINGS, SUNDAY, SATURDAY = (free(*TIMES[name]) for name in ("weekday_evenings", "sunday", "saturday"))
FRENCH, SPANISH = {"languages": speaks("fra:native")}, {"languages": speaks("spa:native")}


def totals(people: Pool) -> tuple[int, int, int]:
    found = propose(people, alternates=0).totals
    return found.paired, found.priority, found.worth


def gained(people: Pool, offers) -> tuple[int, int, int]:
    """Give what the round of a pool gains from more offers, by making it twice."""
    after = totals(replace(people, offers=(*people.offers, *offers)))
    return tuple(more - less for more, less in zip(after, totals(people), strict=True))


def served(people: Pool) -> set[str]:
    return {pairing.need for pairing in propose(people, alternates=0).pairings}


def everyone(found) -> list[Recruit]:
    return [*found.alone, *found.groups, *found.mixed]


@seldom
@given(pools)
def test_each_figure_is_that_of_the_round_with_these_people(people):
    for one in everyone(recruits_of(people, most=3)):
        more = replace(people, offers=(*people.offers, *one.people))
        assert one.gain == gained(people, one.people)
        assert set(one.served) == served(more) - served(people)
        assert set(one.left_out) == served(people) - served(more)
        assert sum(number for _, number in one.wanted) == one.count == len(one.people)


@seldom
@given(pools, st.integers(0, 2**32))
def test_nobody_of_another_profile_serves_more_than_the_first(people, seed):
    left = [one for one in people.needs if one.id not in served(people)]
    circle, found = circle_of(people), recruits_of(people).alone
    profiles = profiles_for(left, circle, shipped_policy(people.program))
    for profile in Random(seed).sample(profiles, min(3, len(profiles))):
        homes = (profile.sector,) if profile.sector else circle.homes
        least = min(gained(people, [offer_of(profile, circle, home, "another")]) for home in homes)
        assert least[:2] <= (found[0].gain[:2] if found else (0, 0))


@seldom
@given(pools, st.integers(0, 2**32))
def test_the_sieve_tells_one_person_exactly_where_no_score_moves(people, seed):
    left = [one for one in people.needs if one.id not in served(people)]
    circle, play = circle_of(people), play_of(people)
    profiles = profiles_for(left, circle, play.columns.policy)
    found = list(where_they_help_least(tries_of(people, play, profiles, circle), play, 1))
    assert [lead.profile for lead in found] == list(profiles)
    for lead in Random(seed).sample(found, min(4, len(found))):
        assert lead.gain == gained(people, [lead.person])


@seldom
@given(pools)
def test_what_is_asked_for_in_vain_is_not_asked(people):
    found = recruits_of(people)
    for one in found.alone:
        for other in found.alone:
            if other.wanted[0][0].is_broader_than(one.wanted[0][0]):
                assert other.gain[:2] < one.gain[:2]


@seldom
@given(pools)
def test_the_most_helpful_come_first_and_each_of_a_group_serves_one_more(people):
    found = recruits_of(people)
    for some in (found.alone, found.groups):
        assert [one.gain for one in some] == sorted((one.gain for one in some), reverse=True)
    assert all(2 <= one.count == one.more_served <= 4 for one in found.groups)
    assert all(len(one.wanted) > 1 for one in found.mixed)


@seldom
@given(pools, st.integers(0, 2**32))
def test_shuffled_rows_recruit_the_same_people(people, seed):
    draw = Random(seed)
    turned = {
        name: tuple(draw.sample(rows, len(rows)))
        for name in ("needs", "offers")
        for rows in [getattr(people, name)]
    }
    assert recruits_of(replace(people, **turned)) == recruits_of(people)


def test_in_a_city_where_interests_grow_rarer_the_figures_are_still_those_of_the_round():
    people = generate_pool(needs=45, offers=15, seed=5)
    for one in everyone(recruits_of(people, most=2)):
        assert one.gain == gained(people, one.people)


def spaniards() -> Pool:
    """Three who speak Spanish and are free on Sundays; nobody here speaks it."""
    return pool(
        [need(name, **SPANISH, availability=SUNDAY) for name in "abc"],
        [offer("one", **FRENCH), offer("two", **FRENCH)],
    )


def test_three_people_who_speak_spanish_on_sunday_make_three_more_pairings():
    (best,) = recruits_of(spaniards()).groups
    ((profile, number),) = best.wanted
    assert (profile.language, profile.usual) == (speaks("spa:B1")[0], speaks("fra:native")[0])
    assert (profile.times, number, best.more_served) == ("sunday", 3, 3)
    assert best.served == ("a", "b", "c")
    assert profile.asked == {("language", profile.language)}


def test_the_same_people_can_be_asked_for_by_their_profile():
    people = spaniards()
    (best,) = recruits_of(people).groups
    profile, _ = best.wanted[0]
    assert recruit(people, profile, 3).gain == best.gain
    assert [recruit(people, profile, number).more_served for number in (1, 2, 4, 6)] == [1, 2, 3, 3]


def test_a_language_is_not_asked_where_the_usual_one_serves_as_many():
    people = pool([need("a", languages=speaks("spa:native", "fra:B1")), need("b")], offer("one", **FRENCH))
    (best,) = recruits_of(people).alone
    assert best.wanted[0][0].asked == frozenset()
    assert {best.wanted[0][0].times, *best.also} == {"saturday", "sunday"}


def test_one_place_too_few_calls_for_one_person_and_no_group():
    found = recruits_of(pool([need("a"), need("b")], offer()))
    assert ([one.count for one in found.alone], found.groups, found.mixed) == ([1], (), ())


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"gender_request": "m"}, ("gender", "m")),
        ({"household": Household(form="family", children_bands=("3-5",))}, ("children", True)),
        ({"sector": "bagotville", "travel": Travel(mode="walk", limit_km=1)}, ("sector", "bagotville")),
    ],
    ids=["gender", "children", "sector"],
)
def test_a_trait_is_asked_where_it_matters(changes, asked):
    near = Travel(mode="car", limit_km=5, remote_ok=False)
    people = pool(
        [need("a", **changes)],
        [offer("one", **FRENCH, capacity=0, travel=near), offer("two", travel=near, capacity=0)],
    )
    assert [one.wanted[0][0].asked for one in recruits_of(people).alone] == [{asked}]


def test_who_may_live_anywhere_is_counted_where_she_helps_least():
    """From Jonquière nobody comes as far as Bagotville, where the one lives who has waited longest."""
    way = Travel(mode="car", limit_km=25, remote_ok=False)
    long = need().waiting_since.replace(year=2025)
    people = pool(
        [need("near", sector="arvida"), need("far", sector="bagotville", waiting_since=long)],
        offer("full", capacity=0, travel=way),
    )
    *there, anywhere = recruits_of(people).alone
    assert [(one.wanted[0][0].sector, one.more_priority) for one in there] == [
        ("bagotville", 13),
        ("chicoutimi_centre", 13),
    ]
    assert (anywhere.wanted[0][0].sector, anywhere.more_priority) == (None, 1)
    assert anywhere.people[0].sector == "arvida"


def test_who_has_waited_longest_is_served_first_so_her_language_leads():
    people = pool(
        [
            need("new", languages=speaks("ron:native")),
            need("old", **SPANISH, waiting_since=need().waiting_since.replace(year=2025)),
        ],
        offer("one", **FRENCH),
    )
    assert [one.wanted[0][0].language.code for one in recruits_of(people).alone] == ["spa", "ron"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"languages": speaks("ron:native")}, {"language"}),
        ({"languages": speaks("ron:native"), "gender_request": "f"}, {"language", "gender"}),
        ({}, set()),
    ],
)
def test_who_could_take_a_need_is_asked_no_more_than_it_takes(changes, said):
    people = pool([need("a", **changes), need("b", **SPANISH)], offer("one", **FRENCH, capacity=0))
    profile = who_could_take(people, ["a"])["a"]
    assert {name for name, _ in profile.asked} == said
    taken = offer_of(profile, circle_of(people), None, "new")
    alone = propose(replace(people, needs=people.needs[:1], offers=(taken,)))
    assert [one.need for one in alone.pairings] == ["a"]


def test_who_could_take_someone_far_off_is_asked_to_live_there():
    near = Travel(mode="walk", limit_km=1)
    people = pool(need("a", sector="bagotville"), offer("full", capacity=0, travel=near))
    assert who_could_take(people, ["a"])["a"].sector == "bagotville"


def test_nobody_could_take_whom_a_barrier_keeps_from_all():
    crisis = pool([need("a", crisis_flag=True), need("b")], offer(capacity=0), program="support")
    assert set(who_could_take(crisis, ["a", "b"])) == {"b"}
    assert who_could_take(pool(), []) == {}


def test_who_could_take_is_said_for_each_of_many_languages():
    codes = ("ron", "spa", "deu", "ita", "tgl", "kin", "fas", "yue", "por", "pol")
    people = pool([need(code, languages=speaks(f"{code}:native")) for code in codes], offer("one", **FRENCH))
    found = who_could_take(people, codes)
    assert {name: profile.language.code for name, profile in found.items()} == dict(
        zip(codes, codes, strict=True)
    )


def test_a_mixed_group_takes_one_of_each_language():
    people = pool([need("a", **SPANISH), need("b", languages=speaks("ron:native"))], offer("one", **FRENCH))
    (best,) = recruits_of(people).mixed
    assert sorted(profile.language.code for profile, _ in best.wanted) == ["ron", "spa"]
    assert best.more_served == 2


def test_a_mixed_group_asks_nothing_in_vain():
    people = pool(
        [need("a", languages=speaks("ron:native")), need("b", languages=speaks("spa:native", "fra:A2"))],
        offer("one", **FRENCH, capacity=0),
    )
    (best,) = recruits_of(people).mixed
    assert sorted(len(profile.asked) for profile, _ in best.wanted) == [0, 1]


def test_a_profile_asks_for_a_language_that_most_who_wait_speak_as_well_as_the_policy_says():
    waiting = [need("a", **SPANISH), need("b", **SPANISH), need("c", languages=speaks("ron:native"))]
    waiting.append(need("d", languages=speaks("deu:native:written", "ita:A2", "eng:A1")))
    circle, policy = circle_of(pool(waiting, offer("one", **FRENCH))), shipped_policy("sponsorship")

    def languages(**changes) -> list[str]:
        most = changes.pop("most_languages", 8)
        found = profiles_for(waiting, circle, replace(policy, **changes), most_languages=most)
        return sorted({f"{one.language.code}:{one.language.level}" for one in found})

    assert languages() == ["fra:native", "ita:B1", "ron:B1", "spa:B1"]
    assert languages(most_languages=1) == ["fra:native", "spa:B1"]
    assert languages(least_level="B2") == ["fra:native", "ron:B2", "spa:B2"]


def test_nobody_is_asked_on_a_poster_to_meet_a_need_of_access():
    people = pool(need(access_needs=("wheelchair",)), offer(capacity=0))
    assert everyone(recruits_of(people)) == []


def test_a_new_person_never_takes_the_id_of_another():
    people = pool([need("a"), need("b")], offer("recruit-1"))
    (best,) = recruits_of(people).alone
    assert [one.id for one in best.people] == ["recruit-2"]


def test_where_there_are_no_volunteers_the_languages_of_who_waits_are_asked():
    found = recruits_of(pool([need("a", languages=speaks("ron:native"), sector=None)]))
    (best,) = found.alone
    assert (best.wanted[0][0].language.code, best.wanted[0][0].usual) == ("ron", None)
    assert (found.waiting, found.served) == (1, 0)


@pytest.mark.parametrize(
    "people", [pool(), pool((), offer()), pool(need(), offer(capacity=1), locks=(("n1", "o1"),))]
)
def test_where_nobody_waits_nobody_is_asked_for(people):
    found = recruits_of(people)
    assert everyone(found) == []
    assert list(lines_of(found))[-1] == "nobody whom a poster could ask for would help"


def test_crises_are_for_professionals_and_recruit_nobody():
    people = pool(need(crisis_flag=True), offer(capacity=0), program="support")
    assert everyone(recruits_of(people)) == []


def test_a_policy_of_another_program_is_refused():
    with pytest.raises(InvalidInput, match="is 'support', and the pool is of"):
        recruits_of(pool(), shipped_policy("support"))


def test_the_command_says_whom_to_look_for(tmp_path):
    path = tmp_path / "pool.json"
    path.write_text(json.dumps(pool_to_json(spaniards())), encoding="utf-8")
    done = CliRunner().invoke(group, ["recruit", str(path), "--most", "1"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "3 needs wait; the round serves 0 of them"
    assert any(
        line.startswith("  3 people, with spa:B1, free on sunday: +3 served, +3 of priority, +")
        for line in lines
    )
