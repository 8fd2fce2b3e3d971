import pickle
import signal

import numpy as np
import pytest

from tests.bench.contest import ROOT, Contest, Settings, outcome_of, trial
from tests.bench.contestants import CONTESTANTS, OURS, OURS_WITH_SCORING
from tests.bench.figures import exponent, growth_rows, instance_row, ratio, result_rows
from tests.bench.instances import TERRITORIES, instance_of
from tests.bench.readme import BEGIN, END, markdown, results
from tests.bench.scale import scale_rows, timed
from tests.bench.table import lines

# The peers are installed by `make bench`, which begins with these tests; the product brings the others.
INSTALLED = [name for name, contestant in CONTESTANTS.items() if contestant.is_installed]
EXACT = [name for name in INSTALLED if CONTESTANTS[name].exact and not CONTESTANTS[name].scores]
OTHERS = [name for name in INSTALLED if not CONTESTANTS[name].exact]
INSTANCES = {kind: instance_of(kind, 40, 20) for kind in TERRITORIES}
MACHINE = {"processor": "an invented one", "cores": 1, "memory_gb": 1, "load_average": 0.5}


def totals(name, instance):
    return instance.totals(CONTESTANTS[name].load().solve(instance))


def done(seconds, **more):
    both = {"process_s": seconds, "wall_s": 2 * seconds, "load_s": 1, "peak_mb": 90, "added_mb": 1}
    return {"outcome": "done", "served": 3, "priority": 5, "worth": 7} | both | more


@pytest.mark.parametrize("kind", TERRITORIES)
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
    instance = INSTANCES["city"]
    need, offer = instance.need[0], instance.offer[0]
    barred = next(at for at in range(20) if at not in instance.offer[instance.need == need])
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


def measured(contest, **more):
    """Give results as they are written down."""
    rows = result_rows(contest)
    return {
        "date": "2026-03-02",
        "machine": MACHINE,
        "versions": {"python": "3.11"},
        "settings": {"seconds": 20, "gigabytes": 4, "rounds": 1},
        "instances": [instance_row(contest)],
        "results": rows,
        "growth": growth_rows(rows),
        "scale": [],
        "cold": {"people": 100, "as_installed_s": 1, "nothing_compiled_s": 2, "without_numba_s": 3},
        **more,
    }


FLOW, DENSE = "OR-tools min-cost flow", "scipy linear_sum_assignment"


@pytest.mark.parametrize("tables", [lines, lambda found: markdown(found).splitlines()])
def test_the_tables_tell_a_disagreement_and_an_unfinished_peer(tables):
    contest = Contest(
        INSTANCES["region"], {OURS: [done(1)], FLOW: [done(3, worth=6)], DENSE: [{"outcome": "over 20 s"}]}
    )
    told = list(tables(measured(contest)))
    assert [row["agrees"] for row in result_rows(contest)[:2]] == [True, False]
    assert any(FLOW in line and "differs" in line.lower() for line in told)
    assert any(DENSE in line and "over 20 s" in line for line in told)


def test_memory_of_a_command_is_its_own():
    """Not that of this process, which holds half a gigabyte meanwhile."""
    held = np.ones(60_000_000)
    assert 0 < timed("--help")[1] < held.nbytes >> 21


def test_ours_is_measured_at_its_sizes_from_columns_and_from_file_to_file():
    row, *others = scale_rows(100, 100, [("city", 40, 20), ("region", 90, 60)])
    assert not others
    assert row["served"] == totals(OURS, INSTANCES["city"]).served
    assert row["density"] == pytest.approx(INSTANCES["city"].density, abs=0.001)
    assert min(row[key] for key in ("wall_s", "peak_mb", "pair_s", "pair_mb", "verify_s", "verify_mb")) > 0
    contest = Contest(INSTANCES["region"], {OURS: [done(1)]})
    for tables in (lines, lambda found: markdown(found).splitlines()):
        assert any("40 × 20" in line for line in tables(measured(contest, scale=[row])))


def test_the_readme_shows_the_figures_that_were_written_down():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if BEGIN in readme:
        assert readme.partition(BEGIN)[2].partition(END)[0].strip() == markdown(results())


def test_sizes_and_bounds_are_settings():
    settings = Settings.read({"SIZES": "2000x1000, 100x50", "ROUNDS": "5", "LIMIT": "60", "MEMORY": "1.5"})
    assert settings == Settings(sizes=((100, 50), (2000, 1000)), rounds=5, seconds=60, gigabytes=1.5)
    assert Settings.read({"SIZES": ""}) == Settings()
