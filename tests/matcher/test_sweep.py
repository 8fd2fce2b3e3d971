"""What the loop looks up and adds up is what the barriers and criteria say, for every pair."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from random import Random
from unittest import mock

import numpy as np
import pytest

from fixtures.builders import need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher import methods
from matcher.assignment.rows import Edges, Rows
from matcher.checks import verify
from matcher.columns import PoolColumns
from matcher.compiled import Kernel
from matcher.engine import propose
from matcher.methods import Pricing
from matcher.policy import shipped_policy
from matcher.programs import PROGRAMS, Program, program_of
from matcher.records import Pool, Round
from matcher.search import bounds, search, sweep, tables
from matcher.search import pieces as looking
from matcher.search.alike import ByName, Judge
from matcher.search.candidates import ByDefinition, BySweep, Candidates
from matcher.search.tables import tables_of
from matcher.vocabulary import INTEREST_FAMILIES, INTERESTS
from tests.matcher.judging import columns
from tests.matcher.often import POOLS
from tests.oracle.pools import small_pool

PROGRAM_CODES = sorted(PROGRAMS)


def found_by(source: str, people: Pool, program: Program | None = None) -> list[tuple[int, int, int]]:
    """Give the candidates that the sweep or the definitions find."""
    laid_out = columns(people)
    return listed(searched(source, laid_out, program).all())


def searched(
    source: str, laid_out: PoolColumns, program: Program | None = None, **in_play: np.ndarray
) -> looking.Search:
    """Look through a pool by the sweep or by the definitions."""
    with mock.patch.object(Kernel, "repays", return_value=source == "sweep"):
        return search(laid_out, program or program_of(laid_out.policy), **in_play)


def listed(found: Candidates) -> list[tuple[int, int, int]]:
    return list(zip(found.need.tolist(), found.offer.tolist(), found.worth.tolist(), strict=True))


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_the_sweep_finds_what_the_definitions_allow_at_the_same_worth(program):
    for seed in range(POOLS // 10):
        people = small_pool(Random(seed), program=program)
        assert found_by("sweep", people) == found_by("definitions", people), f"pool {seed}"


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_the_sweep_agrees_in_a_city_where_rarity_is_measured(program):
    people = generate_pool(needs=150, offers=131, seed=7, program=program)
    found = found_by("sweep", people)
    assert found == found_by("definitions", people)
    assert len(found) > 1_000


def both_ways(people: Pool) -> list[Round]:
    """Give the round swept, and the round by the definitions, which takes saying: what is loaded is used again."""
    rounds = []
    for is_swept in (True, False):
        with mock.patch.object(Kernel, "repays", return_value=is_swept):
            rounds.append(propose(people))
    return rounds


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_a_whole_round_is_the_same_swept_and_by_definition(program):
    for seed in range(POOLS // 10):
        people = small_pool(Random(seed), needs=12, offers=5, program=program)
        swept, defined = both_ways(people)
        assert swept == defined, f"pool {seed}"


@pytest.mark.usefixtures("in_plain_python")
def test_the_loop_gives_the_same_where_it_is_not_compiled():
    people = generate_pool(needs=20, offers=37, seed=3)
    found = found_by("sweep", people)
    assert found == found_by("definitions", people)
    assert found


@pytest.mark.parametrize("code", sorted(PROGRAMS["sponsorship"].barriers))
def test_a_program_without_one_of_its_barriers_is_swept_without_it(code):
    program = PROGRAMS["sponsorship"]
    fewer = replace(program, barriers={name: bars for name, bars in program.barriers.items() if name != code})
    people = small_pool(Random(11), needs=25, offers=25)
    assert found_by("sweep", people, fewer) == found_by("definitions", people, fewer)


@pytest.mark.usefixtures("in_plain_python")
def test_where_a_float_cannot_tell_the_rounding_the_definition_decides():
    """With every pair taken for a doubtful one, and the loop's own rounding spoilt, nothing changes."""
    people = generate_pool(needs=30, offers=25, seed=5)
    with mock.patch.object(sweep, "interests_worth", return_value=sweep.UNSURE + 3) as spoilt:
        found = found_by("sweep", people)
    assert spoilt.called
    assert found == found_by("definitions", people)


def test_the_worth_of_interests_is_unsure_only_at_the_edge_of_a_rounding():
    saturation, weight = 1.8e16, 350_000
    some = Random(1)
    totals = [some.randrange(1, 10**17) for _ in range(20_000)]
    assert all(sweep.interests_worth(total, saturation, weight) < sweep.UNSURE for total in totals)
    assert (
        sweep.interests_worth(0, saturation, weight)
        == sweep.interests_worth(-(10**16), saturation, weight)
        == 0
    )


@pytest.fixture
def little_memory(monkeypatch):
    """Keep the best two candidates of each need, so that the rest is found again for each question."""
    monkeypatch.setattr(looking, "ALL_KEPT", 100)
    monkeypatch.setattr(looking, "KEPT", 2)


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("margin", [0, 8_000, 200_000])
def test_all_underpriced_pairs_are_told_at_any_prices_and_none_is_looked_at_anew_for_a_small_fall(
    margin: int, monkeypatch
):
    """Prices rise and fall; whatever is kept meanwhile, those underpriced are told, and no others."""
    monkeypatch.setattr(methods, "MARGIN", margin)
    count = 0
    for seed in range(POOLS // 20):
        laid_out, some = columns(generate_pool(needs=40, offers=25, seed=seed)), np.random.default_rng(seed)
        found = search(laid_out, program_of(laid_out.policy))
        everyone, lift = found.all(), some.integers(0, 2, 40) * 10**6
        value = lift[everyone.need] + everyone.worth
        pairs = Pricing.of(found, lift, laid_out.offers.places)
        needs, offers = some.integers(0, 10**6, 40), some.integers(0, 10**6, 25)
        for turn in range(6):
            of_all, of_kept = (
                couples(ask(needs, offers, 10**3)) for ask in (pairs.among_others, pairs.among_kept)
            )
            underpriced = value > needs[everyone.need] + offers[everyone.offer]
            assert set(of_all) <= set(of_kept) == set(couples(everyone.where(underpriced)))
            assert len(of_all) == len(set(of_all))
            assert len(of_kept) == len(set(of_kept))
            count += len(of_kept)
            with mock.patch.object(type(found), "rest", autospec=True, side_effect=type(found).rest) as again:
                fall = 0 if turn else margin  # later, some prices are near those at which they were looked at
                nearly = (np.maximum(price - fall, 0) for price in (needs, offers))
                assert not couples(pairs.among_others(*nearly, 10**3))
                assert not couples(pairs.among_others(needs + 1, offers + 1, 10**3))
                limits = [call.args[-1] for call in again.call_args_list]
            assert all((each.of_need < -(10**9)).all() or (each.of_offer > 10**9).all() for each in limits)
            needs, offers = (
                np.maximum(price + some.integers(-margin - 9, margin + 9, len(price)), 0)
                for price in (needs, offers)
            )
    assert count > POOLS


def couples(pairs: Edges | Candidates) -> list[tuple[int, int]]:
    """Give who is in them."""
    return list(zip(pairs.need.tolist(), pairs.offer.tolist(), strict=True))


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_a_round_is_the_same_where_few_candidates_fit_in_memory(program, monkeypatch):
    for seed in range(POOLS // 10):
        people = generate_pool(needs=40, offers=25 + seed % 10, seed=seed, program=program)
        few = propose(people)
        with monkeypatch.context() as plenty:
            plenty.setattr(looking, "ALL_KEPT", 10**9)
            assert propose(people).totals == few.totals, f"pool {seed}"
        verify(people, few)


def test_of_equals_the_first_in_order_are_told_though_others_were_kept(monkeypatch):
    """Many alike are worth as much as the last of the best: who was left out may come before who was kept."""
    monkeypatch.setattr(looking, "ALL_KEPT", 10)
    monkeypatch.setattr(looking, "KEPT", 5)
    liked = [need(f"n{at}") for at in range(60)]  # of every offer each has some among its best
    others = [need(f"m{at}", languages=speaks("fra:A2")) for at in range(6)]
    people = pool(liked + others, [offer(f"o{at}") for at in range(40)])
    verify(people, propose(people))


@pytest.mark.usefixtures("little_memory")
def test_the_best_of_each_need_are_kept_and_nobody_left_out_is_worth_more_than_is_said():
    laid_out = columns(generate_pool(needs=120, offers=90, seed=2))
    found = search(laid_out, program_of(laid_out.policy))
    assert len(found.all().need) > 2_000 > found.work
    for piece in found.pieces:
        everyone = piece.all()
        for row, beyond in enumerate(piece.beyond.tolist()):
            worths = sorted(everyone.worth[everyone.start[row] : everyone.start[row + 1]].tolist())
            kept = piece.rows.worth[piece.rows.start[row] : piece.rows.start[row + 1]].tolist()
            assert sorted(kept) == worths[-2:]
            assert beyond == (worths[-3] if len(worths) > 2 else -1)


def test_of_people_all_alike_each_is_kept_by_somebody(monkeypatch):
    """Where all needs kept the same few, the others would be asked for again with every step of the search."""
    monkeypatch.setattr(looking, "ALL_KEPT", 0)
    monkeypatch.setattr(looking, "KEPT", 3)
    laid_out = columns(pool([need(f"n{at}") for at in range(40)], [offer(f"o{at}") for at in range(31)]))
    for source in ("sweep", "definitions"):
        rows = [piece.rows for piece in searched(source, laid_out).pieces]
        assert {at for each in rows for at in each.offer.tolist()} == set(range(31))
        assert {count for each in rows for count in np.diff(each.start).tolist()} == {3}


def crowd(seed: int, program: str = "sponsorship") -> PoolColumns:
    """Give a pool with many ties: people of few kinds, some of whom are all alike, and no floor in every other."""
    some = Random(seed)
    people = small_pool(some, needs=12, offers=9, program=program)
    twins = pool(
        [replace(one, id=f"{one.id}-{at}") for one in people.needs for at in range(some.randrange(1, 6))],
        [replace(one, id=f"{one.id}-{at}") for one in people.offers for at in range(some.randrange(1, 9))],
        program=program,
    )
    policy = replace(shipped_policy(program), floor=0) if seed % 2 else None
    return columns(twins, policy)


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_the_sweep_keeps_of_each_need_whom_the_definitions_keep_ties_included(program, monkeypatch):
    monkeypatch.setattr(looking, "ALL_KEPT", 0)
    left_out = 0
    for seed in range(POOLS // 20):
        laid_out, some = crowd(seed, program), np.random.default_rng(seed)
        monkeypatch.setattr(looking, "KEPT", 1 + seed % 4)
        in_play = {
            "is_waiting": some.random(len(laid_out.needs)) < 0.7,
            "places": some.integers(0, 3, len(laid_out.offers)),
        }
        swept, defined = (searched(source, laid_out, **in_play) for source in ("sweep", "definitions"))
        for one, other in zip(swept.pieces, defined.pieces, strict=True):
            for column, same in zip((*one.rows, one.beyond), (*other.rows, other.beyond), strict=True):
                assert np.array_equal(column, same), f"pool {seed}"
            left_out += (one.beyond >= 0).sum()
        assert listed(swept.all()) == listed(defined.all())
        for found in (swept, defined):
            pairs = found.all().where(in_play["is_waiting"][found.all().need])
            pairs = pairs.where(in_play["places"][pairs.offer] > 0)
            assert np.flatnonzero(found.has_offer).tolist() == np.unique(pairs.need).tolist()
            assert np.flatnonzero(found.has_need).tolist() == np.unique(pairs.offer).tolist()
    assert left_out > POOLS // 20


def best_of_each(rows: Rows, most: int) -> list[list[int]]:
    return [sorted(mine.tolist())[-most:] for mine in np.split(rows.worth, rows.start[1:-1])]


@pytest.mark.usefixtures("in_plain_python")
def test_a_doubtful_pair_rules_out_nobody():
    """Every other worth taken for doubtful, as one whose rounding a float cannot tell."""
    laid_out, right = columns(generate_pool(needs=20, offers=60, seed=4)), sweep.interests_worth
    program, most = program_of(laid_out.policy), 3

    def doubtful(total: int, saturation: float, weight: int) -> int:
        return right(total, saturation, weight) + sweep.UNSURE * (total // 7 % 2)

    with mock.patch.object(sweep, "interests_worth", doubtful):
        swept = BySweep(laid_out, program, tables_of(laid_out, program)).rows(0, 20, most)
    everyone = ByDefinition(laid_out, program).rows(0, 20, most)

    assert best_of_each(swept, most) == best_of_each(everyone, most)
    assert len(swept.offer) < len(everyone.offer)


@pytest.mark.usefixtures("in_plain_python")
@pytest.mark.parametrize("wrong_by", [0, 60_000, 10**6])
def test_a_guess_that_is_too_high_leaves_nobody_out(wrong_by):
    """The guess, of a few of many, says who need not be weighed; one that too few live up to is taken back."""
    laid_out, guessed, right = columns(generate_pool(needs=12, offers=400, seed=5)), list[int](), sweep.guess
    program, most = program_of(laid_out.policy), 4

    def too_high(*asked) -> int:
        guessed.append(right(*asked))
        return guessed[-1] and guessed[-1] + wrong_by

    def counted(*asked) -> int:
        end = left(*asked)
        promising.append(end - asked[-2][0])
        return end

    def swept() -> tuple[Rows, int]:
        promising.clear()
        with mock.patch.object(sweep, "leave_hopeless_out", counted):
            rows = BySweep(laid_out, program, tables_of(laid_out, program)).rows(0, 12, most)
        return rows, sum(promising)

    promising, left = list[int](), sweep.leave_hopeless_out
    with mock.patch.object(sweep, "guess", return_value=0):
        without, all_promising = swept()
    with mock.patch.object(sweep, "guess", too_high):
        with_it, some_promising = swept()
    everyone = ByDefinition(laid_out, program).rows(0, 12, most)
    assert best_of_each(with_it, most) == best_of_each(everyone, most) == best_of_each(without, most)
    assert sum(1 for each in guessed if each) > 8
    assert wrong_by or some_promising < all_promising // 2


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_nobody_whom_a_bound_lets_through_is_left_out(program):
    found = 0
    for seed in range(POOLS // 20):
        laid_out, some = crowd(seed, program), np.random.default_rng(seed)
        prices = some.integers(0, 10**6, len(laid_out.offers)) * some.integers(0, 2, len(laid_out.offers))
        limits = bounds.Limits(prices, some.integers(-(10**6), 10**6, len(laid_out.needs)))
        everyone = searched("definitions", laid_out).all()
        matter = prices[everyone.offer] < limits.of_need[everyone.need] + everyone.worth
        swept = searched("sweep", laid_out)
        given = [
            piece.source.within(piece.source.bound(limits), *piece.rows.needs.indices(10**6)[:2])
            for piece in swept.pieces
        ]
        pairs = {
            (rows.first + row, int(rows.offer[at]), int(rows.worth[at]))
            for rows in given
            for row in range(len(rows.start) - 1)
            for at in range(rows.start[row], rows.start[row + 1])
        }
        assert set(listed(everyone.where(matter))) <= pairs <= set(listed(everyone)), f"pool {seed}"
        found += matter.sum()
    assert found > POOLS


def test_what_interests_are_worth_never_passes_what_is_looked_up_roughly():
    laid_out, some = columns(generate_pool(needs=40, offers=30, seed=1)), Random(1)
    tables = tables_of(laid_out, program_of(laid_out.policy))
    step, at_most, numbers = tables.numbers.step, tables.lookups.at_most, tables.numbers
    edges = [(at << step) + by for at in range(300) for by in (-1, 0, 1)]
    for total in (*edges, *(some.randrange(10**17) for _ in range(2_000)), 10**18):
        worth = sweep.interests_worth(total, numbers.saturation, numbers.interests_weight) % sweep.UNSURE
        assert worth <= at_most[min(max(total, 0) >> step, len(at_most) - 1)]
    assert at_most[0] < 4_000


def test_the_loop_has_room_for_the_whole_vocabulary():
    """Two words of weeks and of interests, and four tables, stand one by one in the loop: a third has no place."""
    assert (tables.WEEK_WORDS, tables.WELCOME_WORDS, tables.TOLD) == (2, 2, 4)
    assert tables.WELCOMES_A_WORD <= 62, "as many bits are counted"
    assert len(INTERESTS) < bounds.A_FAMILY
    assert 1 << len(INTEREST_FAMILIES) <= tables.KNOWS_INTERESTS


def test_bits_are_counted():
    some = Random(1)
    words = [0, 1, 2**56 - 1, 2**62 - 1, *(some.randrange(2**62) for _ in range(500))]
    assert [sweep.bits_in(word) for word in words] == [word.bit_count() for word in words]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_round_is_the_same_with_one_thread_and_with_two(workers):
    people = generate_pool(needs=120, offers=90, seed=2)
    with (
        ThreadPoolExecutor(workers) as crew,
        mock.patch.object(Kernel, "repays", return_value=True),
    ):
        assert propose(people, executor=crew) == propose(people)


@pytest.mark.usefixtures("little_memory")
def test_a_round_is_the_same_where_other_processes_look_through_the_pairs():
    people = generate_pool(needs=80, offers=60, seed=2)
    with ProcessPoolExecutor(2) as crew:
        assert propose(people, executor=crew) == propose(people)


def test_a_rule_is_asked_once_for_all_who_are_alike_in_what_it_reads():
    people = pool(
        [need(f"n{at}", gender_request="f" if at % 2 else None) for at in range(50)],
        [offer(f"o{at}", gender="f" if at % 5 else "m", vetting_done=at > 3) for at in range(40)],
    )
    rules, judge = PROGRAMS["sponsorship"].barriers, Judge(columns(people))
    shape = {code: judge.ask(rules[code]) for code in ("blocked_gender", "blocked_vetting")}
    assert [
        len(kinds.first) for kinds in (shape["blocked_gender"].needs, shape["blocked_gender"].offers)
    ] == [2, 2]
    assert [
        len(kinds.first) for kinds in (shape["blocked_vetting"].needs, shape["blocked_vetting"].offers)
    ] == [1, 2]


def test_a_rule_that_reads_a_list_of_pairs_says_which():
    judge = Judge(columns(small_pool(Random(1))))
    with pytest.raises(ByName) as told:
        judge.ask(PROGRAMS["sponsorship"].barriers["blocked_exclusion"])
    assert told.value.field == "excluded"


def test_memory_holds_no_table_of_all_pairs():
    """Rows of bits and tables of worth grow with the kinds of people, not with their number."""
    few, many = (generate_pool(needs=count, offers=count, seed=1) for count in (400, 1_600))
    sizes = [held_by(columns(people)) for people in (few, many)]
    assert sizes[1] < 9 * sizes[0]


def held_by(laid_out: PoolColumns) -> int:
    """Give the bytes of a pool's tables."""
    tables = tables_of(laid_out, program_of(laid_out.policy))
    return sum(column.nbytes for part in tables[:3] for column in part if isinstance(column, np.ndarray))


def test_a_small_pool_waits_for_no_compiler():
    script = """if True:
        import sys
        from fixtures.generate import generate_pool
        from matcher.engine import propose
        propose(generate_pool(needs=50, offers=50, seed=1))
        assert "numba" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", script], check=True)
