"""The figures as a table to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from tests.bench.figures import Row

HEAD = (
    f"{'':42}{'CPU s':>10}{'× ours':>9}{'wall s':>10}{'× ours':>9}{'load s':>8}{'MB':>8}{'added':>8}"
    f"{'served':>8}{'priority':>10}{'worth':>15}  best?"
)


def lines(results: dict[str, Any]) -> Iterator[str]:
    """Give the table, one block an instance, then how time grows."""
    machine, settings = results["machine"], results["settings"]
    yield (
        f"{results['date']} · {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"load average {machine['load_average']}"
    )
    yield f"bounds: {settings['seconds']} s of computing, {settings['gigabytes']:g} GB; {settings['rounds']} rounds"
    for instance in results["instances"]:
        here = instance["kind"], instance["needs"]
        yield ""
        yield _title(instance)
        yield HEAD
        yield from map(_line, (row for row in results["results"] if (row["kind"], row["needs"]) == here))
    yield ""
    yield from _growth(results["growth"])
    yield ""
    yield from _scale(results["scale"])
    yield ""
    yield from _cold(results["cold"])


def _title(instance: Row) -> str:
    return (
        f"{instance['kind']}, {instance['needs']:,} needs × {instance['offers']:,} offers with "
        f"{instance['places']:,} places, {instance['allowed']:,} pairs allowed ({instance['density']:.1%})"
    )


def _line(row: Row) -> str:
    if row["outcome"] != "done":
        return f"{row['contestant']:42}  {row['outcome']}"
    best = {True: "to the unit", False: "DIFFERS", None: ""}[row["agrees"]]
    return (
        f"{row['contestant']:42}{row['process_s']:10.4f}{_times(row['ratio_process_s'])}"
        f"{row['wall_s']:10.4f}{_times(row['ratio_wall_s'])}{row['load_s']:8.2f}{row['peak_mb']:8.0f}{row['added_mb']:8.1f}"
        f"{row['served']:8,}{row['priority']:10,}{row['worth']:15,}  {best}"
    )


def _times(ratio: float | None) -> str:
    return f"{'–' if ratio is None else f'{ratio:.2f}':>9}"


def _growth(rows: Iterable[Row]) -> Iterator[str]:
    yield "growth: time as needs to the power of"
    for kind, found in groupby(rows, key=lambda row: row["kind"]):
        for row in found:
            sizes = f"{row['sizes'][0]:,}–{row['sizes'][-1]:,}"
            yield f"{row['contestant']:42}{row['process']:10.2f} CPU{row['wall']:8.2f} wall  {kind}, {sizes}"


SCALE_HEAD = (
    f"{'ours, from columns to a certified round':42}{'allowed':>9}{'wall s':>9}{'CPU s':>9}{'MB':>7}{'served':>9}"
    f"{'pair s':>9}{'MB':>7}{'verify s':>10}{'MB':>7}  (from file to file)"
)


def _scale(rows: Iterable[Row]) -> Iterator[str]:
    yield SCALE_HEAD
    for row in rows:
        size = f"{row['kind']}, {row['needs']:,} × {row['offers']:,}"
        files = (
            f"{row['pair_s']:9.2f}{row['pair_mb']:7,}{row['verify_s']:10.2f}{row['verify_mb']:7,}"
            if "pair_s" in row
            else ""
        )
        yield (
            f"{size:42}{row['density']:9.1%}{row['wall_s']:9.3f}{row['process_s']:9.3f}{row['peak_mb']:7,}"
            f"{row['served']:9,}{files}"
        )


def _cold(row: Row) -> Iterator[str]:
    yield (
        f"cold start, {row['people']} people from file to file: {row['as_installed_s']:.2f} s as installed, "
        f"{row['nothing_compiled_s']:.2f} s with nothing compiled, {row['without_numba_s']:.2f} s without numba"
    )
