"""Reading a pool strictly: each kind of bad input, where it stands, and what would be right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.builders import CASES, case, need, offer, pool
from matcher.errors import Fault, FaultyInput
from matcher.formats import pool_from_json, pool_to_json, read_pool, strict
from matcher.records import Household, Interests, Language, Travel

HEAD = {"format": "passerelle-pool/1", "program": "sponsorship", "today": "2026-03-02"}
NOISE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def read(**changes):
    """Read a pool of one need with some fields."""
    need = {"id": "n1", **changes}
    return pool_from_json({**HEAD, "needs": [need], "offers": []}).needs[0]


def faults_of(value) -> list[tuple[str, str, str]]:
    """Give where, field and code of each fault of a pool."""
    source = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(FaultyInput) as caught:
        read_pool(source)
    return [(fault.where, fault.field, fault.code) for fault in caught.value.faults]


def refusals(value) -> tuple[Fault, ...]:
    """Give the faults of a pool, none where it is read."""
    try:
        pool_from_json(value)
    except FaultyInput as error:
        return error.faults
    return ()


def need_faults(**changes) -> list[tuple[str, str]]:
    """Give field and code of each fault of one need."""
    value = {**HEAD, "needs": [{"id": "n1", **changes}], "offers": []}
    return [(field, code) for _, field, code in faults_of(value)]


def offer_faults(**changes) -> list[tuple[str, str]]:
    value = {**HEAD, "needs": [], "offers": [{"id": "o1", **changes}]}
    return [(field, code) for _, field, code in faults_of(value)]


def linked_faults(**fixed) -> list[tuple[str, str, str]]:
    needs = [{"id": "n1", "consent": True}, {"id": "n2", "consent": True}]
    cleared = {"consent": True, "vetting_done": True, "training_done": True}
    offers = [
        {"id": "o1", "capacity": 1, **cleared},
        {"id": "o2", "capacity": 2, "active_pairings": 2, **cleared},
    ]
    return faults_of({**HEAD, "needs": needs, "offers": offers, **fixed})


@pytest.mark.parametrize("name", CASES)
def test_a_pool_that_is_written_and_read_again_is_the_same(name):
    read_once = read_pool(case(name).pool_bytes)
    assert pool_from_json(pool_to_json(read_once)) == read_once


def test_what_is_left_out_is_unknown():
    need = read()
    assert need.languages is None
    assert need.consent is None
    assert need.travel is None


def test_null_is_unknown_only_for_gender_and_its_wish():
    assert read(gender=None, gender_request=None).gender is None
    assert need_faults(sector=None) == [("sector", "not_code")]


def test_a_first_name_is_allowed_and_ignored():
    assert read(first_name="Amina") == read()


@pytest.mark.parametrize(
    ("weeks", "stand_for"), [("A", "AAAA"), ("AB", "ABAB"), ("ABC", "ABCA"), ("ABCD", "ABCD")]
)
def test_fewer_weeks_repeat_to_four(weeks, stand_for):
    slots = dict(zip("ABCD", ("mon_am", "tue_am", "wed_am", "thu_am"), strict=True))
    need = read(availability=[[slots[week]] for week in weeks])
    assert need.availability == tuple((slots[week],) for week in stand_for)


def test_never_free_is_four_empty_weeks():
    assert read(availability=[[]]).availability == ((), (), (), ())


def test_the_order_of_sets_does_not_matter_and_repeats_say_nothing_more():
    one = read(interests={"like": ["fishing", "hiking", "hiking"]}, goals=["friendship", "children"])
    other = read(interests={"like": ["hiking", "fishing"]}, goals=["children", "friendship"])
    assert one == other


def test_an_interest_may_stand_in_two_kinds():
    found = read(interests={"like": ["hiking"], "not_for_me": ["hiking"]}).interests
    assert found == Interests(like=("hiking",), not_for_me=("hiking",))


def test_a_whole_number_is_whole_however_it_is_written():
    need = read(travel={"limit_km": 25.0}, months=3.0)
    assert (need.travel, need.months) == (Travel(limit_km=25), 3)
    assert isinstance(need.travel.limit_km, int)


def test_a_number_with_decimals_is_that_number():
    data = json.dumps({**HEAD, "needs": [{"id": "n1", "travel": {"limit_km": 2.5}}], "offers": []}).encode()
    assert read_pool(data).needs[0].travel == Travel(limit_km=2.5)


def test_a_sign_language_is_signed_unless_said_otherwise():
    found = read(languages=[{"code": "fcs", "level": "B2"}, {"code": "fra", "level": "A1"}]).languages
    assert found == (
        Language(code="fra", level="A1", mode="spoken"),
        Language(code="fcs", level="B2", mode="signed"),
    )


def test_empty_lists_that_say_nothing_are_unknown():
    need = read(languages=[], goals=[], access_needs=[], travel={}, household={}, interests={})
    assert need == read()


def test_no_children_is_not_the_same_as_unknown_children():
    assert read(household={"form": "couple", "children_bands": []}).household == Household(
        form="couple", children_bands=()
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": ""}, ("id", "bad_id")),
        ({"id": "x" * 65}, ("id", "bad_id")),
        ({"id": "a\nb"}, ("id", "bad_id")),
        ({"id": 3}, ("id", "bad_id")),
        ({"languages": [{"level": "B1"}]}, ("languages[0].code", "no_language")),
        ({"languages": [{"code": "fra"}]}, ("languages[0].level", "missing")),
        ({"languages": [{"code": "fra", "level": "D1"}]}, ("languages[0].level", "not_code")),
        ({"languages": [{"code": "xxx", "level": "B1"}]}, ("languages[0].code", "not_code")),
        ({"languages": "fra"}, ("languages", "not_list")),
        ({"languages": [3]}, ("languages[0]", "not_object")),
        (
            {"languages": [{"code": "fra", "level": "B1"}, {"code": "fra", "level": "B2"}]},
            ("languages[1]", "doubled_language"),
        ),
        ({"interests": {"like": ["nothing_known"]}}, ("interests.like[0]", "not_code")),
        ({"interests": {"loves": []}}, ("interests.loves", "unknown_field")),
        ({"interests": []}, ("interests", "not_object")),
        ({"availability": []}, ("availability", "bad_weeks")),
        ({"availability": [[], [], [], [], []]}, ("availability", "bad_weeks")),
        ({"availability": [["mon"]]}, ("availability[0][0]", "not_code")),
        ({"availability": ["mon_am"]}, ("availability[0]", "not_list")),
        ({"sector": "paris"}, ("sector", "not_code")),
        ({"sector": ["arvida"]}, ("sector", "not_code")),
        ({"travel": {"limit_km": -1}}, ("travel.limit_km", "out_of_range")),
        ({"travel": {"limit_km": 501}}, ("travel.limit_km", "out_of_range")),
        ({"travel": {"limit_km": True}}, ("travel.limit_km", "not_number")),
        ({"travel": {"mode": "horse"}}, ("travel.mode", "not_code")),
        ({"household": {"children_bands": ["0-99"]}}, ("household.children_bands[0]", "not_code")),
        ({"age_band": "12-17"}, ("age_band", "not_code")),
        ({"gender": "woman"}, ("gender", "not_code")),
        ({"meetings_per_month": 0}, ("meetings_per_month", "out_of_range")),
        ({"meetings_per_month": "3"}, ("meetings_per_month", "not_whole")),
        ({"meetings_per_month": True}, ("meetings_per_month", "not_whole")),
        ({"meetings_per_month": 2.5}, ("meetings_per_month", "not_whole")),
        ({"months": 25}, ("months", "out_of_range")),
        ({"stay_until": "2026-02-30"}, ("stay_until", "bad_day")),
        ({"stay_until": "20260302"}, ("stay_until", "bad_day")),
        ({"waiting_since": "yesterday"}, ("waiting_since", "bad_day")),
        ({"consent": 1}, ("consent", "not_flag")),
        ({"consent": "true"}, ("consent", "not_flag")),
        ({"excludes": ["o1", ""]}, ("excludes[1]", "bad_id")),
        ({"religion": "any"}, ("religion", "unknown_field")),
        ({"capacity": 1}, ("capacity", "unknown_field")),
        ({"first_name": 3}, ("first_name", "not_text")),
    ],
)
def test_each_bad_field_of_a_need_is_named(changes, fault):
    assert need_faults(**changes) == [fault]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"capacity": -1}, ("capacity", "out_of_range")),
        ({"capacity": 101}, ("capacity", "out_of_range")),
        ({"active_pairings": -1}, ("active_pairings", "out_of_range")),
        ({"pressing": True}, ("pressing", "unknown_field")),
        ({"meets_access": ["lift"]}, ("meets_access[0]", "not_code")),
        ({"hours_last_30d": 721}, ("hours_last_30d", "out_of_range")),
        ({"field": "piracy"}, ("field", "not_code")),
    ],
)
def test_each_bad_field_of_an_offer_is_named(changes, fault):
    assert offer_faults(**changes) == [fault]


def test_eleven_interests_of_a_kind_are_one_too_many():
    likes = [
        "hiking",
        "cycling",
        "camping",
        "fishing",
        "hunting",
        "soccer",
        "hockey",
        "tennis",
        "chess",
        "yoga",
    ]
    assert read(interests={"like": likes})
    assert need_faults(interests={"like": [*likes, "baking"]}) == [("interests.like", "too_many")]


def test_all_faults_come_together_with_the_row_of_each():
    value = {
        **HEAD,
        "today": "2026-13-01",
        "needs": [{"id": "n1", "months": 0}, {"sector": "paris"}],
        "offers": [{"id": "o1"}, {"id": "o1"}],
        "colour": "red",
    }
    assert faults_of(value) == [
        ("pool", "today", "bad_day"),
        ("needs row 1 (n1)", "months", "out_of_range"),
        ("needs row 2", "sector", "not_code"),
        ("needs row 2", "id", "missing"),
        ("offers row 2 (o1)", "id", "doubled_id"),
        ("pool", "colour", "unknown_field"),
    ]


def test_an_id_may_stand_on_both_sides():
    assert pool_from_json({**HEAD, "needs": [{"id": "a"}], "offers": [{"id": "a"}]})


@pytest.mark.parametrize("name", ["format", "program", "today", "needs", "offers"])
def test_a_pool_without_one_of_its_parts_is_refused(name):
    value = {**HEAD, "needs": [], "offers": []}
    del value[name]
    assert faults_of(value) == [("pool", name, "missing")]


@pytest.mark.parametrize(
    ("fixed", "fault"),
    [
        ({"locks": [["n9", "o1"]]}, ('locks, "n9" with "o1"', "need", "unknown_id")),
        ({"locks": [["n1", "o9"]]}, ('locks, "n1" with "o9"', "offer", "unknown_id")),
        ({"forbidden": [["n1", "o9"]]}, ('forbidden, "n1" with "o9"', "offer", "unknown_id")),
        ({"locks": [["n1", "o1"]], "forbidden": [["n1", "o1"]]}, ("locks", "", "lock_forbidden")),
        ({"locks": [["n1", "o1"], ["n2", "o1"]]}, ("locks", "", "lock_no_place")),
        ({"locks": [["n1", "o2"]]}, ("locks", "", "lock_no_place")),
        ({"locks": [["n1"]]}, ("pool", "locks[0]", "bad_pair")),
        ({"locks": {"n1": "o1"}}, ("pool", "locks", "not_list")),
    ],
)
def test_each_lock_that_cannot_stand_is_named(fixed, fault):
    assert linked_faults(**fixed) == [fault]


def test_a_need_locked_twice_is_a_fault():
    assert ("locks", "", "lock_doubled") in linked_faults(locks=[["n1", "o1"], ["n1", "o1"]])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"  \n", "empty_file"),
        (b"{", "not_json"),
        (b"{'a': 1}", "not_json"),
        ("é".encode("latin-1"), "wrong_encoding"),
        ("{}".encode("utf-16"), "wrong_encoding"),
        (b"[" * 100_000, "too_deep"),
        (b"[" * 21 + b"]" * 21, "too_deep"),
        (b'{"a":' * 20 + b"{}" + b"}" * 20, "too_deep"),
        (b"1" * 5_000, "not_json"),
        (b"[]", "not_object"),
        (b'"text"', "not_object"),
        (b'{"a": 1, "a": 2}', "doubled_key"),
        (b'{"a": "\\ud800"}', "not_unicode"),
        (b'{"a": "\\u0000"}', "not_unicode"),
        (b'{"\\udfff": 1}', "not_unicode"),
        (b'{"a": "\x00"}', "not_json"),
        (b'{"a": NaN}', "unknown_field"),
        (b"\x93\xe4\x00\xff" * 1_000_000, "wrong_encoding"),
    ],
)
def test_each_file_that_is_no_strict_json_is_refused(data, code):
    assert code in [fault[2] for fault in faults_of(data)]


def test_a_doubled_key_is_found_where_it_stands():
    text = '{"needs": [{"id": "n1"}, {"id": "n2", "months": 3, "months": 4}]}'
    assert faults_of(text.encode())[:1] == [("needs[1]", "months", "doubled_key")]


def test_each_doubled_key_is_found_where_it_stands_in_one_walk(monkeypatch):
    shown = []
    monkeypatch.setattr(strict, "_plain", lambda name: shown.append(name) or name)
    found = faults_of(b'[[{"a": {}, "a": [{"id": 1, "id": 2}]}]' + b', {"id": 1, "id": 2}' * 50 + b"]")
    places = ["[0][0].a[0]", "[0][0]", *(f"[{row}]" for row in range(1, 51))]
    assert [fault[0] for fault in found] == [*places, "pool"]
    assert len(shown) == 52 + 52, "a name for each fault, and one for each step of the walk"


def test_an_object_that_a_doubled_key_hides_has_no_place_of_its_own():
    found = faults_of(b'{"a": {"b": 1, "b": 2}, "a": 3}')
    assert found[:2] == [("the file", "b", "doubled_key"), ("the file", "a", "doubled_key")]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused_by_its_field(number):
    text = json.dumps({**HEAD, "needs": [{"id": "n1", "travel": {"limit_km": "?"}}], "offers": []})
    found = faults_of(text.replace('"?"', number).encode())
    assert found == [("needs row 1 (n1)", "travel.limit_km", "not_number")]


def test_what_is_too_deep_is_looked_at_no_further():
    data = b'{"a":' * 400 + b'{"b":1,"b":2}' + b"}" * 400
    assert [fault[2] for fault in faults_of(data)] == ["too_deep"]


def test_twenty_levels_are_not_too_deep():
    assert [fault[2] for fault in faults_of(b"[" * 20 + b"]" * 20)] == ["not_object"]


def test_a_mark_of_utf8_is_no_fault():
    data = json.dumps({**HEAD, "needs": [], "offers": []}).encode("utf-8-sig")
    assert read_pool(data).today == date(2026, 3, 2)


def test_a_fault_says_what_would_be_right():
    with pytest.raises(FaultyInput, match="perhaps hiking"):
        read(interests={"like": ["hikng"]})


@settings(deadline=None)
@given(NOISE)
def test_whatever_stands_in_a_field_is_read_or_refused_by_name(noise):
    for side in ("needs", "offers"):
        rows = {"needs": [], "offers": [], side: [{"id": "a", "travel": noise, "languages": noise}]}
        assert all(fault.wrong and fault.right for fault in refusals({**HEAD, **rows}))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_noise_is_refused_and_never_breaks(data):
    with pytest.raises(FaultyInput):
        read_pool(data)


def test_the_order_of_locks_does_not_matter():
    cleared = {"consent": True, "vetting_done": True, "training_done": True}
    needs = [{"id": "a", "consent": True}, {"id": "b", "consent": True}]
    fixed = {"needs": needs, "offers": [{"id": "o", "capacity": 2, **cleared}]}
    one = pool_from_json({**HEAD, **fixed, "locks": [["a", "o"], ["b", "o"]]})
    assert one == pool_from_json({**HEAD, **fixed, "locks": [["b", "o"], ["a", "o"]]})


@pytest.mark.parametrize("name", ["Amina", "", None])
def test_a_first_name_is_ignored_and_may_be_none(name):
    assert read(first_name=name) == read()


def test_locks_are_written_too():
    locked = replace(pool(need(), offer()), locks=(("n1", "o1"),))
    assert pool_from_json(pool_to_json(locked)).locks == locked.locks
