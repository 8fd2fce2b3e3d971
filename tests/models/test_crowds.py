"""What a reader of every figure can work out of a group of fewer than ten: nothing."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.crowds import SMALLEST, Counts, crowds
from tests.tries import tries

WORLDS = 10 * tries()


def counts(*tables):
    """People in groups, told by the sizes of the groups alone."""
    named = {str(name): dict(enumerate(table)) for name, table in enumerate(tables)}
    return Counts(sum(tables[0]), named)


def read(shown):
    """What a reader reads."""
    return shown.total, tuple(tuple(table.items()) for table in shown.tables.values())


def splits(total, groups):
    """Every way in which so many people can stand in so many groups."""
    if groups == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in splits(total - first, groups - 1))


@st.composite
def worlds(draw):
    """People with as many traits as there are tables; small groups beside large ones."""
    shape = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    total = draw(st.integers(0, 130))
    tables = []
    for groups in shape:
        cuts = sorted(draw(st.lists(st.integers(0, total), min_size=groups - 1, max_size=groups - 1)))
        tables.append([b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)])
    return counts(*tables)


def small_groups(world):
    for name, table in world.tables.items():
        for group, size in table.items():
            if size < SMALLEST:
                yield name, group


def another_world(shown, name, group, size):
    """A world in which one group has this size, and of which the same is shown."""
    least = {one: dict(table) for one, table in shown.tables.items()}
    least[name][group] = size
    total = max(shown.total, *(sum(table.values()) for table in least.values()))
    for one, table in least.items():
        for other in table:
            if (one, other) != (name, group):
                table[other] += min(SMALLEST - 1, total - sum(table.values()))
    return Counts(total, least)


@settings(max_examples=WORLDS, deadline=None)
@given(world=worlds())
def test_a_group_of_fewer_than_ten_may_have_any_size_below_ten(world):
    shown = crowds(world)
    for name, group in small_groups(world):
        assert shown.tables[name][group] == 0
        for size in range(SMALLEST):
            other = another_world(shown, name, group, size)
            assert other.tables[name][group] == size
            assert read(crowds(other)) == read(shown)


@settings(max_examples=WORLDS, deadline=None)
@given(world=worlds())
def test_no_number_says_more_than_there_are(world):
    shown = crowds(world)
    assert shown.total <= world.total
    for name, table in shown.tables.items():
        assert sum(table.values()) <= shown.total
        assert all(table[group] <= size for group, size in world.tables[name].items())
        assert all(number % SMALLEST == 0 for number in table.values())


@pytest.mark.parametrize(("smallest", "most", "shape"), [(2, 9, (2, 3)), (3, 11, (2, 2)), (2, 7, (1, 2, 2))])
def test_whoever_tries_every_world_learns_nothing(smallest, most, shape):
    """Every world there is, by what is shown of it: what an attacker with all the time there is would do.

    Of a group below the smallest crowd any size below it is left. Of several groups taken together, of who is in none
    of those shown, and of what is missing from the total, as many sizes are left as a crowd has people.
    """
    alike = defaultdict(list)
    for total in range(most + smallest + 1):
        for tables in product(*(splits(total, groups) for groups in shape)):
            alike[read(crowds(counts(*tables), smallest))].append(tables)
    tried = 0
    for worlds_alike in alike.values():
        for number, groups in enumerate(shape):
            for taken in (
                some for size in range(1, groups + 1) for some in combinations(range(groups), size)
            ):
                sizes = [sum(tables[number][group] for group in taken) for tables in worlds_alike]
                is_small = any(
                    size < smallest and sum(tables[number]) <= most
                    for size, tables in zip(sizes, worlds_alike, strict=True)
                )
                tried += is_small
                left = set(sizes)
                assert not is_small or len(left) >= smallest
                assert not is_small or len(taken) > 1 or left >= set(range(smallest))
    assert tried > 20


def test_total_minus_parts_leaves_nothing_to_find():
    shown = crowds(counts((28, 3), (11, 10, 10)))
    assert shown.total == 20
    assert [sum(table.values()) for table in shown.tables.values()] == [20, 20]


def test_a_crowd_is_shown_and_what_it_is_made_of():
    assert crowds(counts((34, 16, 7), (57, 0))) == counts_shown(50, (30, 10, 0), (50, 0))


def counts_shown(total, *tables):
    return Counts(total, {str(name): dict(enumerate(table)) for name, table in enumerate(tables)})


def test_a_table_that_leaves_somebody_out_is_refused():
    with pytest.raises(ValueError, match="not everybody stands once in 1"):
        crowds(counts((4, 5), (4, 4)))
