import pytest

from tests.bench.plans import CONTESTANTS, installed, instance, line, trial

SMALL = instance(60, 30, 1)


def reached(name):
    table, problem = SMALL
    chosen, _ = CONTESTANTS[name](table, problem, 30)
    return problem.worth_of(chosen)


@pytest.mark.parametrize("name", installed())
def test_nobody_passes_ours_and_the_exact_ones_reach_it(name):
    if name == "by hand (greedy)":
        assert reached(name) <= reached("Passerelle")
    else:
        assert reached(name) == reached("Passerelle")


def test_a_trial_tells_what_was_reached_and_how_long_it_took():
    row = trial("Passerelle", 20, 10, 1, 5)
    assert (row["proved"], row["filled"] <= row["open"] <= 20) == (True, True)
    assert "proved" in line(row)
