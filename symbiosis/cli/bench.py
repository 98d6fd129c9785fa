"""``symbiosis bench``: the engine beside other exact solvers, on this machine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from symbiosis.cli._show import console
from symbiosis.errors import DataError, Problem, say

if TYPE_CHECKING:
    from symbiosis.bench import Row

COLUMNS = (
    "seconds", "CPU s", "MB", "value EUR", "gap", "ratio", "CPU ratio", "must be", "MB must be",
    "set-up s",
)  # fmt: skip


def bench(
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            help="Cases by name, or app, store or everyday; all but the largest if none is named.",
            show_default=False,
        ),
    ] = None,
    *,
    runs: Annotated[int, typer.Option("--runs", min=1, help="Runs for each median.")] = 3,
    cases_known: Annotated[bool, typer.Option("--list", help="List the cases and stop.")] = False,
) -> None:
    r"""Measure time, memory, value and proven gap beside POT and OR-Tools.

    Peers come with the extra: pip install symbiosis\[bench].

    “store” measures the database instead (see also: symbiosis store bench); “app” the server time
    and the bytes of the map on territories of 5,000 and 50,000 firms: first look, filter, click;
    “everyday” what one waits for each day: start, search, check of a large file, refusals, draws.

    Example: symbiosis bench 2000 20000 --runs 3, or symbiosis bench app
    """
    if cases == ["store"]:
        from symbiosis.cli.store import bench as measure_store

        measure_store()
        return
    if cases == ["app"]:
        from symbiosis.cli._bench_app import measure

        measure()
        return
    if cases == ["everyday"]:
        _everyday(runs)
        return
    from symbiosis.bench.table import CASES, USUAL, growth, run  # numba takes a second to load

    if cases_known:
        for name in CASES:
            console().print(name)
        return
    names = tuple(cases or USUAL)
    unknown = [name for name in names if name not in CASES]
    if unknown:
        cure = say("give one of: {known}", known=", ".join(CASES))
        wrong = say("there is no such case")
        raise DataError(Problem(wrong, cure, column="CASES", value=name) for name in unknown)
    rows = run(names, runs, console(stderr=True).print)
    console().print(_table(rows))
    for one in growth(rows):
        console().print(
            f"From {one.smaller:,} to {one.larger:,} our time grows as n^{one.exponent:.2f} "
            f"(of the processor: n^{one.cpu_exponent:.2f})."
        )


def _everyday(runs: int) -> None:
    """Print a line for each step as soon as it is measured."""
    from symbiosis.bench import everyday

    for step in everyday.run(runs):
        console().print(
            f"{step.step:<40}{step.seconds:>9.3f} s{step.cpu_seconds:>9.3f} s of processor"
            f"{step.memory_mb:>8.0f} MB  (median of {step.runs})"
        )


def _table(rows: list[Row]) -> Table:
    table = Table(title=f"Medians of {rows[0].runs} run(s), each peer in a process of its own")
    for name in ("case", "peer"):
        table.add_column(name, no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.case, row.peer, f"{row.seconds:.3f}", f"{row.cpu_seconds:.3f}",
            f"{row.memory_mb:.0f}", f"{row.value:,.0f}", _number(row.gap, "{:.1e}"),
            _number(row.ratio, "{:.3f}"), _number(row.cpu_ratio, "{:.3f}"),
            _number(row.limit, "≤ {:.2f}"), _number(row.memory_limit_mb, "≤ {:.0f}"),
            f"{row.setup_seconds:.1f}",
        )  # fmt: skip
    return table


def _number(value: float, form: str) -> str:
    return "" if math.isnan(value) else form.format(value)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(bench)
