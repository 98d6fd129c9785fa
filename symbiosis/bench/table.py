"""The benchmark table: cases, peers, medians, and what each case must reach."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from symbiosis.errors import NoSolution

RUNS = 3


@dataclass(frozen=True)
class Case:
    """One line of what must be reached.

    Parameters
    ----------
    name
        What the user asks for by.
    kind, size
        Instance: see `child.main`.
    peers
        Who is measured, ours first.
    against
        The peer to whom our time is compared.
    most
        The most that our time may be, as a multiple of that peer's; None where none is set.
    memory
        The most memory of ours: a number of MB, or, below 1, a share of that peer's.
    """

    name: str
    kind: str
    size: int
    peers: tuple[str, ...]
    against: str
    most: float | None
    memory: float | None = None


BALANCED = "symbiosis, balanced case"
US, NEAR, DENSE = "symbiosis", "OR-Tools, 20 nearest", "POT emd, dense"
ORDER = "OR-Tools, dense"
WARM, EARLY = "symbiosis, one firm leaves", "symbiosis to 0.1 %"
ODD = ("unbalanced", "one_place", "equal", "zeros", "line", "two_towns")

CASES = {
    case.name: case
    for case in (
        Case("2000", "places", 2_000, (US, DENSE, ORDER, NEAR), DENSE, 0.15),
        Case("10000", "places", 10_000, (US, DENSE, NEAR), DENSE, 0.08, 0.06),
        Case("20000", "places", 20_000, (US, NEAR), NEAR, 2.5, 500),
        Case("100000", "places", 100_000, (US, NEAR), NEAR, 12.0, 3000),
        Case("100000-early", "places", 100_000, (EARLY, NEAR), NEAR, 5.0, 3000),
        Case("warm", "places", 2_000, (WARM, US), US, 0.05),
        *(Case(f"odd-{kind}", kind, 2_000, (US, BALANCED), BALANCED, 3.0) for kind in ODD),
        Case("odd-one_taker", "one_taker", 50_000, (US,), "", None),
        Case("sparse", "pairs", 20_000, (US, "OR-Tools"), "OR-Tools", 0.5),
    )
}
GROWING = ("2000", "20000", "100000")
"""Cases between which growth is told."""
USUAL = ("2000", "10000", "20000", "warm", "sparse", *(name for name in CASES if "odd" in name))
"""Cases that take a few minutes; the others are asked for by name."""


@dataclass(frozen=True)
class Row:
    """Medians of one peer on one case.

    Parameters
    ----------
    case, peer
        What and who.
    seconds, memory_mb
        Medians: places in memory to plan in memory; peak of the process.
    cpu_seconds
        The processor's seconds of all threads in the same span.
    value, gap
        Worth of the plan, and the relative gap it proves (NaN for none).
    ratio, cpu_ratio, limit
        Our time over the compared peer's, by the wall and of the processor, and the most it may be;
        NaN where not compared.
    memory_limit_mb
        The most memory that ours may take; NaN where none is set.
    setup_seconds
        Imports and compilation, not in ``seconds``.
    runs
        How many runs the medians are of.
    """

    case: str
    peer: str
    seconds: float
    cpu_seconds: float
    memory_mb: float
    value: float
    gap: float
    ratio: float
    cpu_ratio: float
    limit: float
    memory_limit_mb: float
    setup_seconds: float
    runs: int


def run(
    names: Iterable[str] = USUAL, runs: int = RUNS, told: Callable[[str], None] | None = None
) -> list[Row]:
    """Measure some cases, each peer and run in a process of its own.

    Parameters
    ----------
    names
        Keys of `CASES`.
    runs
        Runs for each median.
    told
        Called with a line on every run, so that a long table cut short is not lost.
    """
    rows: list[Row] = []
    for name in names:
        case = CASES[name]
        measured = _medians(case, runs, told)
        rows.extend(_row(case, peer, measured, runs) for peer in case.peers)
    return rows


def _medians(
    case: Case, runs: int, told: Callable[[str], None] | None
) -> dict[str, dict[str, float]]:
    """Measure the peers by turns, so that a machine that slows down slows all of them."""
    found: dict[str, list[dict[str, float]]] = {peer: [] for peer in case.peers}
    for number in range(runs):
        for peer, done in found.items():
            done.append(_measure(case, peer))
            if told is not None:
                one = done[-1]
                spent = f"{one['seconds']:.3f} s ({one['cpu_seconds']:.3f} s of processor)"
                measured = f"{spent}, {one['memory_mb']:.0f} MB, {one['value']:,.0f} EUR"
                told(f"{case.name}: {peer}, run {number + 1} of {runs}: {measured}")
    return {
        peer: {key: statistics.median(one[key] for one in done) for key in done[0]}
        for peer, done in found.items()
    }


def _measure(case: Case, peer: str) -> dict[str, float]:
    command = [sys.executable, "-m", "symbiosis.bench.child", case.kind, str(case.size), peer]
    done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    if done.returncode:
        raise NoSolution((done.stderr.strip().splitlines() or ["the peer was killed"])[-1])
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _row(case: Case, peer: str, measured: dict[str, dict[str, float]], runs: int) -> Row:
    mine, other = measured[peer], measured.get(case.against)
    compared = peer == case.peers[0] and other is not None and case.most is not None
    ratio, cpu_ratio = (
        mine[key] / other[key] if compared and other else float("nan")
        for key in ("seconds", "cpu_seconds")
    )  # fmt: skip
    most_mb = float("nan")
    if compared and other and case.memory is not None:
        most_mb = case.memory * other["memory_mb"] if case.memory < 1 else case.memory
    return Row(
        case.name, peer, mine["seconds"], mine["cpu_seconds"], mine["memory_mb"], mine["value"],
        mine["gap"], ratio, cpu_ratio, float(case.most or 0) if compared else float("nan"),
        most_mb, mine["setup_seconds"], runs,
    )  # fmt: skip


class Growth(NamedTuple):
    """How our time grows from one size to the next: as a power of it, by wall and processor."""

    smaller: int
    larger: int
    exponent: float
    cpu_exponent: float


def growth(rows: Iterable[Row]) -> list[Growth]:
    """Return how our time grows between the sizes that were measured, each with its exponent.

    ``log(t2 / t1) / log(n2 / n1)`` of the cold solves over all pairs of places, from 2,000 to
    20,000 and from there to 100,000.
    """
    ours = {CASES[row.case].size: row for row in rows if row.case in GROWING and row.peer == US}
    return [
        Growth(
            small, large, *(
                math.log(after / before) / math.log(large / small)
                for before, after in (
                    (ours[small].seconds, ours[large].seconds),
                    (ours[small].cpu_seconds, ours[large].cpu_seconds),
                )
            ),
        )
        for small, large in pairwise(sorted(ours))
    ]  # fmt: skip
