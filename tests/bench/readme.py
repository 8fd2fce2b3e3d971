"""The tables of results.json and plans.json as the README shows them: `python -m tests.bench.readme`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.contestants import CONTESTANTS
from tests.bench.figures import Row
from tests.bench.plans import RESULTS as PLANS
from tests.bench.plans import WITHIN_THE_HOUR, gap_of

RESULTS = Path(__file__).with_name("results.json")
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
BEGIN_PLANS, END_PLANS = "<!-- plans -->", "<!-- /plans -->"


def markdown(results: dict[str, Any]) -> str:
    """Give both tables, and when and on what they were measured."""
    told = f"{_measured(results)} Seconds are wall time, memory is that of the whole process."
    cold = results["cold"]
    start = (
        f"A pool of {cold['people']} people, from file to file in a new process: "
        f"{cold['as_installed_s']:.1f} s; {cold['nothing_compiled_s']:.1f} s with nothing compiled yet, "
        f"{cold['without_numba_s']:.1f} s without numba."
    )
    return "\n\n".join([told, *map("\n".join, (_scale(results["scale"]), _peers(results))), start])


def _measured(results: dict[str, Any]) -> str:
    machine = results["machine"]
    return (
        f"Measured on {results['date']}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, Python {results['versions']['python']}; "
        f"load average {machine['load_average']}."
    )


def plans_markdown(plans: dict[str, Any]) -> str:
    """Give the tables of plans and of what is asked within the hour, and when and on what they were measured."""
    told = f"{_measured(plans)} One core; seconds are wall time, laying the options out told apart."
    parts = [told, "\n".join(_plans(plans["plans"]))]
    if WITHIN_THE_HOUR in plans:
        row = plans[WITHIN_THE_HOUR]
        parts += [f"{_measured(row)} « Dans l’heure », from the database to names.", "\n".join(_urgent(row))]
    return "\n\n".join(parts)


def _urgent(row: Row) -> Iterator[str]:
    yield _line(
        (
            "appointments around the hour × interpreters",
            "questions",
            "nobody free",
            "median",
            "worst",
            "of the processor, worst",
        )
    )
    yield _line(["---"] * 6)
    size = f"{row['appointments']:,} × {row['interpreters']:,}"
    times = (f"{row[name]:.0f} ms" for name in ("median_ms", "worst_ms", "worst_process_ms"))
    yield _line((size, f"{row['questions']:,}", f"{row['with_nobody_free']:,}", *times))


def _plans(rows: list[Row]) -> Iterator[str]:
    yield _line(
        ("appointments × interpreters", "options", "laid out", "", "seconds", "filled", "worth", "the best?")
    )
    yield _line(["---"] * 8)
    for row in rows:
        size = f"{row['appointments']:,} × {row['interpreters']:,}"
        cells = (size, f"{row['options']:,}", f"{row['laid_out_s']:.1f} s", row["contestant"])
        reached = (f"{row['wall_s']:.2f} s", f"{row['filled']:,} of {row['open']:,}", f"{row['worth']:,}")
        yield _line((*cells, *reached, gap_of(row)))


def _scale(rows: list[Row]) -> Iterator[str]:
    yield "| needs × offers | pairs allowed | columns to certified round | memory | `pair`, file to file | `verify` |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        files = (f"{row['pair_s']:.1f} s", f"{row['verify_s']:.1f} s") if "pair_s" in row else ("", "")
        size = f"{row['needs']:,} × {row['offers']:,} ({row['kind']})"
        cells = (size, f"{row['density']:.1%}", f"{row['wall_s']:.2f} s", f"{row['peak_mb']:,} MB", *files)
        yield _line(cells)


def _peers(results: dict[str, Any]) -> Iterator[str]:
    """Give a column an instance, largest last; a peer that does not agree where it must says so."""
    shown = [it for it in results["instances"] if it["kind"] == "region" or it["needs"] >= 1_000]
    titles = [f"{it['needs']:,} × {it['offers']:,} ({it['kind']}, {it['density']:.1%})" for it in shown]
    yield _line(("", *titles, "time grows as needs to the"))
    yield _line(["---"] * (len(shown) + 2))
    rows = {(row["contestant"], row["kind"], row["needs"]): row for row in results["results"]}
    growth = {(row["contestant"], row["kind"]): row["wall"] for row in results["growth"]}
    for name in CONTESTANTS:
        found = [rows.get((name, it["kind"], it["needs"])) for it in shown]
        grows = growth.get((name, "region"))
        yield _line((name, *map(_cell, found), "" if grows is None else f"{grows:.1f}"))


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row["outcome"] != "done":
        return row["outcome"].replace("not tried: ", "")
    differs = " **differs**" if row["agrees"] is False else ""
    return f"{row['wall_s']:.3g} s, {row['peak_mb']:,.0f} MB, {row['served']:,} served{differs}"


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def results(path: Path = RESULTS) -> dict[str, Any]:
    """Give what was measured last."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    sys.stdout.write(f"{BEGIN}\n{markdown(results())}\n{END}\n")
    if PLANS.exists():
        sys.stdout.write(f"{BEGIN_PLANS}\n{plans_markdown(results(PLANS))}\n{END_PLANS}\n")
