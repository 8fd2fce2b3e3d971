import pickle
import signal

import numpy as np
import pytest

from tests.bench.contest import Contest, Settings, outcome_of, trial
from tests.bench.contestants import CONTESTANTS, OURS, OURS_WITH_SCORING
from tests.bench.figures import exponent, growth_rows, instance_row, ratio, result_rows
from tests.bench.instances import KINDS
from tests.bench.table import lines

# The peers are installed by `make bench`, which begins with these tests; the product brings the others.
INSTALLED = [name for name, contestant in CONTESTANTS.items() if contestant.is_installed]
EXACT = [name for name in INSTALLED if CONTESTANTS[name].exact and not CONTESTANTS[name].scores]
OTHERS = [name for name in INSTALLED if not CONTESTANTS[name].exact]
INSTANCES = {kind: invent(24) for kind, invent in KINDS.items()}
MACHINE = {"processor": "an invented one", "cores": 1, "memory_gb": 1, "load_average": 0.5}


def totals(name, instance):
    return instance.totals(CONTESTANTS[name].load().solve(instance))


def done(seconds, **more):
    both = {"process_s": seconds, "wall_s": 2 * seconds, "load_s": 1, "peak_mb": 90, "added_mb": 1}
    return {"outcome": "done", "served": 3, "priority": 5, "worth": 7} | both | more


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXACT)
def test_the_exact_ones_agree_to_the_unit(name, kind):
    found, ours = totals(name, INSTANCES[kind]), totals(OURS, INSTANCES[kind])
    assert (found.priority, found.worth) == (ours.priority, ours.worth)


@pytest.mark.parametrize("name", OTHERS)
def test_the_others_serve_people_and_never_pass_the_best(name):
    found, best = totals(name, INSTANCES["city"]), totals(OURS, INSTANCES["city"])
    assert found.served > 0
    assert (found.priority, found.worth) <= (best.priority, best.worth)


def test_a_whole_round_is_as_good_as_its_table_of_worths():
    assert totals(OURS_WITH_SCORING, INSTANCES["city"]) == totals(OURS, INSTANCES["city"])


@pytest.mark.parametrize("broken", ["barred", "need twice", "place twice"])
def test_an_answer_that_breaks_a_rule_is_not_counted(broken):
    instance = INSTANCES["random"]
    need, offer = instance.need[0], instance.offer[0]
    barred = next(at for at in range(24) if at not in instance.offer[instance.need == need])
    crowd = [(it, offer) for it in instance.need[instance.offer == offer]]
    pairs = {
        "barred": [(need, barred)],
        "need twice": [(need, offer), (need, offer)],
        "place twice": crowd + crowd[:1],
    }[broken]
    with pytest.raises(ValueError, match="barred" if broken == "barred" else "twice"):
        instance.totals(np.array(pairs))


def test_a_trial_runs_alone_and_gives_times_memory_and_totals(tmp_path):
    path = tmp_path / "instance"
    path.write_bytes(pickle.dumps(INSTANCES["city"]))
    told = trial(OURS, path, Settings())
    assert told["outcome"] == "done"
    assert min(told["process_s"], told["wall_s"], told["peak_mb"]) > 0
    assert told["worth"] == totals(OURS, INSTANCES["city"]).worth


def test_what_cannot_finish_says_why():
    settings = Settings(seconds=20, gigabytes=4)
    assert outcome_of(-signal.SIGXCPU, "", settings) == "over 20 s"
    assert outcome_of(-signal.SIGABRT, "std::bad_alloc", settings) == "over 4 GB"
    assert outcome_of(1, "trace\nValueError: odd", settings) == "ended with 1: ValueError: odd"


def test_ratios_compare_within_a_round_before_the_median_is_taken():
    theirs, ours = [done(2), done(40), done(9)], [done(1), done(10), done(3)]
    assert ratio("process_s", theirs, ours) == 3
    assert ratio("process_s", theirs, [{"outcome": "over 20 s"}]) is None


def test_growth_is_the_power_of_the_size():
    assert exponent([(10, 1.0), (100, 100.0), (1000, 10_000.0)]) == 2


def test_the_table_tells_a_disagreement_and_an_unfinished_peer():
    flow, dense = "OR-tools min-cost flow", "scipy linear_sum_assignment"
    contest = Contest(
        INSTANCES["city"], {OURS: [done(1)], flow: [done(3, worth=6)], dense: [{"outcome": "over 20 s"}]}
    )
    rows = result_rows(contest)
    told = list(
        lines(
            {
                "date": "2026-03-02",
                "machine": MACHINE,
                "settings": {"seconds": 20, "gigabytes": 4, "rounds": 1},
            }
            | {"instances": [instance_row(contest)], "results": rows, "growth": growth_rows(rows)}
        )
    )
    assert [row["outcome"] == "done" and row["agrees"] for row in rows] == [True, False, False]
    assert any(line.startswith(flow) and "3.00" in line and "DIFFERS" in line for line in told)
    assert any(line.startswith(dense) and "over 20 s" in line for line in told)


def test_sizes_and_bounds_are_settings():
    settings = Settings.read({"SIZES": "2000, 100", "ROUNDS": "5", "LIMIT": "60", "MEMORY": "1.5"})
    assert settings == Settings(sizes=(100, 2000), rounds=5, seconds=60, gigabytes=1.5)
    assert Settings.read({"SIZES": ""}) == Settings()
