import pytest

from tests.bench.plans import (
    CONTESTANTS,
    RESULTS,
    ROOT,
    gap_of,
    installed,
    instance,
    line,
    measured,
    trial,
    urgent_line,
)
from tests.bench.readme import BEGIN_PLANS, END_PLANS, plans_markdown, results
from tests.bench.urgent import measure

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


def test_a_plan_without_proof_tells_its_gap_and_never_calls_itself_the_best():
    row = {"proved": False, "bound": None, "priority": 40, "worth": 1000, "filled": 30}
    assert gap_of(row) == "no bound"
    assert gap_of(row | {"filled": 0}) == "nothing found in time"
    assert gap_of(row | {"bound": [43, 9000]}) == "at most 3 of priority short"
    assert gap_of(row | {"bound": [40, 1015]}) == "at most 1.50% of worth short"


def test_no_plan_passes_its_own_bound():
    for name in installed():
        row = trial(name, 60, 30, 2, 5)
        assert row["bound"] is None or tuple(row["bound"]) >= (row["priority"], row["worth"]), name


def test_answers_within_the_hour_are_measured_told_and_shown_beside_the_plans():
    row = measured() | measure(12, 8, 3, 1)
    assert (row["interpreters"], row["appointments"], row["questions"]) == (12, 8, 3)
    assert 0 < row["median_ms"] <= row["worst_ms"]
    assert "3 questions" in urgent_line(row)
    plans = {name: told for name, told in results(RESULTS).items() if name != "urgent"}
    shown = plans_markdown(plans | {"urgent": row})
    assert f"| 8 × 12 | 3 | {row['with_nobody_free']} | {row['median_ms']:.0f} ms |" in shown
    assert shown.startswith(plans_markdown(plans))


def test_the_readme_shows_the_plans_that_were_written_down():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if BEGIN_PLANS in readme:
        shown = readme.partition(BEGIN_PLANS)[2].partition(END_PLANS)[0].strip()
        assert shown == plans_markdown(results(RESULTS))
