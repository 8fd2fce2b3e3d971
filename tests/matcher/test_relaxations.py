"""The fewest acts for more to be served, against trying every set of acts that people could choose."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.builders import free, need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import InvalidInput, NotProved
from matcher.formats import pool_to_json
from matcher.insight import acts as all_acts
from matcher.insight import fewest, relaxations
from matcher.insight.acts import KINDS, Act, pool_after
from matcher.insight.relaxations import relaxations_of
from matcher.records import Household, Offer, Pool, Travel
from tests.matcher.often import often
from tests.matcher.trying_acts import FEW_SLOTS, MOST_TRIED, Trying, stuck_pools
from tests.tries import tries
from web.cli import group

MORNING, EVENING = free("tue_am"), free("tue_ev")
seldom = settings(often, max_examples=max(15, tries() // 2))
kinds = st.sampled_from([KINDS, tuple(kind for kind in KINDS if kind != "place")])


@pytest.fixture(autouse=True, scope="module")
def few_slots():
    """A week of three slots and a late one, so that every set of acts can be tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(all_acts, "SLOTS", FEW_SLOTS)
        yield


def served(people: Pool) -> int:
    return propose(people, alternates=0).totals.paired


@seldom
@given(stuck_pools, st.sampled_from([1, 1, 2]), kinds)
def test_no_fewer_acts_and_none_that_ask_less_serve_so_many_more(people, more, allowed):
    found, trying = relaxations_of(people, more, kinds=allowed), Trying(people, allowed)
    fewest_tried = trying.fewest(more)
    if fewest_tried is None:
        assert found.acts is None or len(found.acts) > MOST_TRIED
    else:
        rank, _ = trying.best({act.id: act for act in found.acts})
        assert (len(found.acts), sum(act.size for act in found.acts), -rank) == fewest_tried
    if found.acts is not None:
        assert served(pool_after(people, found.acts)) >= served(people) + more
        assert len({act.id for act in found.acts}) == len(found.acts)


@seldom
@given(stuck_pools)
def test_each_act_that_serves_one_more_alone_is_listed(people):
    trying = Trying(people)
    today = trying.served({})
    alone = [act for acts in trying.sets(1) for act in acts.values() if trying.served(acts) > today]
    sizes = {(act.id, act.kind): act.size for act in sorted(alone, key=lambda act: -act.size)}
    found = relaxations_of(people).alone
    assert {(act.id, act.kind): act.size for act in found} == sizes
    assert set(found) <= set(alone)


@seldom
@given(stuck_pools)
def test_the_most_that_acts_serve_is_reached_and_not_passed(people):
    most = relaxations_of(people).most
    assert relaxations_of(people, most + 1).acts is None
    assert most == 0 or relaxations_of(people, most).acts is not None


def test_whatever_the_city_the_acts_serve_so_many_more():
    people = generate_pool(needs=25, offers=60, seed=16)
    found = relaxations_of(people, 2)
    assert found.most >= 2
    assert served(pool_after(people, found.acts)) >= served(people) + 2
    assert len(found.gained) - len(found.left_out) >= 2


def test_an_evening_more_is_told_with_whom_it_serves():
    people = pool(need(availability=MORNING), offer(availability=EVENING))
    found = relaxations_of(people)
    assert (found.served, found.most) == (0, 1)
    assert [act.kind for act in found.acts] == ["slot"]
    assert found.gained == (("n1", "o1"),)


def test_an_evening_is_asked_before_a_working_hour():
    people = pool(need(availability=free("tue_nt")), offer(availability=free("tue_am", "tue_ev")))
    assert [act.slot for act in relaxations_of(people).acts] == ["tue_ev"]


def test_the_least_distance_that_suffices_is_asked():
    far = Travel(mode="car", limit_km=4, remote_ok=False)
    people = pool(
        need(sector="arvida", travel=Travel(mode="walk", limit_km=2)),
        offer(travel=Travel(mode="car", limit_km=9)),
    )
    (act,) = relaxations_of(people).acts
    assert (act.id, act.kind, act.km) == ("o1", "distance", 12)
    assert relaxations_of(pool(need(sector="arvida"), offer(travel=far))).acts is None


def test_one_act_of_an_offer_with_two_places_serves_two():
    people = pool(
        [need("a", availability=MORNING), need("b", availability=MORNING)],
        offer(capacity=2, availability=EVENING),
    )
    found = relaxations_of(people, 2)
    assert [(act.id, act.slot) for act in found.acts] == [("o1", "tue_am")]


def test_an_offer_does_one_act_though_it_has_two_places():
    family = Household(form="family", children_bands=("3-5",))
    people = pool(
        [need("early", availability=MORNING), need("parent", availability=EVENING, household=family)],
        offer(capacity=2, availability=EVENING, accepts_children=False),
    )
    found = relaxations_of(people, not_asked=[("early", "slot")])
    assert (found.most, [act.kind for act in found.acts]) == (1, ["slot"])


def test_nobody_is_asked_for_a_place_and_an_evening_at_once():
    people = pool(
        [need("a", availability=MORNING), need("b", availability=EVENING)], offer(availability=EVENING)
    )
    assert relaxations_of(people, not_asked=[("a", "slot")]).most == 0
    assert relaxations_of(people).most == 1


def test_both_go_farther_where_neither_drives():
    bus = Travel(mode="bus", limit_km=3.5, remote_ok=False)
    people = pool(need(sector="canton_tremblay", travel=bus), offer(travel=bus))
    assert [(act.id, act.km) for act in relaxations_of(people).acts] == [("n1", 6), ("o1", 6)]
    assert relaxations_of(people).alone == ()


def test_a_place_more_serves_whoever_waited_longest():
    long_ago = pool().today.replace(year=2025)
    people = pool(
        [need("a"), need("b", waiting_since=long_ago), need("c")], [offer("x"), offer("y", consent=False)]
    )
    found = relaxations_of(replace(people, locks=(("a", "x"),)))
    assert [(act.id, act.kind) for act in found.acts] == [("x", "place")]
    assert found.gained == (("b", "x"),)
    assert [act.kind for act in found.alone] == ["place"]
    assert relaxations_of(people, kinds=["slot", "distance"]).most == 0


def test_an_evening_is_asked_before_a_place_more():
    people = pool([need("a"), need("b")], [offer("x"), offer("y", availability=EVENING)])
    found = relaxations_of(people)
    assert {act.kind for act in found.alone} == {"slot", "place"}
    assert [act.kind for act in found.acts] == ["slot"]


@pytest.mark.parametrize("oldest", ["a", "b", "c"])
def test_of_equally_few_acts_those_for_who_waited_longest_are_asked(oldest):
    long_ago, today = pool().today.replace(year=2025), pool().today
    people = pool(
        [
            need(one, availability=MORNING, waiting_since=long_ago if one == oldest else today)
            for one in "abc"
        ],
        offer(availability=EVENING),
    )
    found = relaxations_of(people, not_asked=[("o1", "slot")])
    assert [act.id for act in found.acts] == [oldest]


def test_nobody_without_a_place_is_asked_for_one():
    people = pool(need(), offer(capacity=1, active_pairings=1))
    assert relaxations_of(people).most == 0


def test_children_and_an_interpreter_are_asked_of_offers():
    family = Household(form="family", children_bands=("3-5",))
    people = pool(need(household=family), offer(accepts_children=False))
    assert [act.kind for act in relaxations_of(people).acts] == ["children"]
    people = pool(need(languages=speaks("spa:native")), offer())
    assert [act.kind for act in relaxations_of(people).acts] == ["interpreter"]


def test_what_is_not_theirs_to_choose_is_not_asked():
    family = Household(form="family", children_bands=("3-5",))
    people = pool(need(household=family), offer(accepts_children=False))
    found = relaxations_of(people, not_asked=[("o1", "children")])
    assert (found.most, found.acts, found.alone) == (0, None, ())


@pytest.mark.parametrize(
    "barred",
    [{"gender_request": "m"}, {"consent": False}, {"excludes": ("o1",)}, {"access_needs": ("wheelchair",)}],
)
def test_no_act_is_asked_against_a_wish_or_for_safety(barred):
    people = pool(need(availability=MORNING, **barred), offer(availability=EVENING, meets_access=()))
    assert relaxations_of(people).most == 0


def test_locks_stay():
    people = pool(
        [need("a"), need("b", availability=MORNING)],
        offer(capacity=2, availability=EVENING),
        locks=(("a", "o1"),),
    )
    found = relaxations_of(people)
    assert (found.waiting, found.served) == (1, 0)
    assert ("b", "o1") in found.gained


def test_whoever_waited_longer_may_take_the_place_of_another():
    long_ago = pool().today.replace(year=2025)
    old = [need(name, waiting_since=long_ago, availability=MORNING) for name in ("a", "b")]
    people = pool([need("new", availability=EVENING), *old], offer(capacity=2, availability=EVENING))
    found = relaxations_of(people, not_asked=[(one.id, "slot") for one in old])
    assert found.gained == (("a", "o1"), ("b", "o1"))
    assert found.left_out == ("new",)


def test_nobody_waiting_asks_nothing_of_anyone():
    found = relaxations_of(pool())
    assert (found.waiting, found.served, found.most, found.acts, found.alone) == (0, 0, 0, None, ())


def test_less_than_one_more_is_refused():
    with pytest.raises(InvalidInput, match="more is 0"):
        relaxations_of(pool(), 0)


def test_a_pool_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(relaxations, "MOST_PAIRS", 1)
    with pytest.raises(InvalidInput, match="at most 1 pairs"):
        relaxations_of(pool([need("a"), need("b")], offer()))


def test_a_search_without_a_proof_is_no_answer(monkeypatch):
    class Unfinished:
        status, message = 1, "node limit"

    monkeypatch.setattr(fewest, "milp", lambda *_, **__: Unfinished)
    with pytest.raises(NotProved, match="node limit"):
        relaxations_of(pool(need(availability=MORNING), offer(availability=EVENING)))


def test_a_late_evening_is_never_asked():
    slots = {act.slot for act in all_acts.acts_of(need(availability=free()), None)}
    assert slots == {"tue_am", "tue_ev", "sat_am"}


def test_an_act_is_done_by_the_one_who_may():
    people = pool(need("same"), Offer(id="same", accepts_children=False))
    after_it = pool_after(people, [Act(side="offer", id="same", kind="children", size=20)])
    assert after_it.offers[0].accepts_children is True
    assert after_it.needs == people.needs


def run(people: Pool, path, *options: object) -> tuple[int, list[str]]:
    path.write_text(json.dumps(pool_to_json(people)), encoding="utf-8")
    done = CliRunner().invoke(group, ["relax", str(path), *map(str, options)])
    return done.exit_code, done.stdout.splitlines()


def test_the_command_tells_the_act_and_whom_it_serves(tmp_path):
    people = pool(
        need(sector="arvida", travel=Travel(mode="walk", limit_km=2)),
        offer(travel=Travel(mode="car", limit_km=9)),
    )
    status, lines = run(people, tmp_path / "pool.json")
    assert status == 0
    assert lines[1:4] == [
        "1 act serves 1 more; no fewer do:",
        "  offer o1 goes up to 12 km (3 more)",
        "  served then: n1 with o1",
    ]


def test_the_command_says_no_where_no_acts_would_do(tmp_path):
    people = pool(need(availability=MORNING), offer(availability=EVENING))
    status, lines = run(people, tmp_path / "pool.json", "--more", 2)
    assert status == 1
    assert "no set of acts serves 2 more; at most 1" in lines


def test_the_command_refuses_less_than_one(tmp_path):
    assert run(pool(), tmp_path / "pool.json", "--more", 0)[0] == 2
