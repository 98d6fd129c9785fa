"""The benchmark table: cases, peers, medians, and what each case must reach."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
        *(Case(f"odd-{kind}", kind, 2_000, (US,), "", None) for kind in ODD),
        Case("odd-one_taker", "one_taker", 50_000, (US,), "", None),
        Case("sparse", "pairs", 20_000, (US, "OR-Tools"), "OR-Tools", 0.5),
    )
}
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
        measured = {peer: _median(case, peer, runs, told) for peer in case.peers}
        rows.extend(_row(case, peer, measured, runs) for peer in case.peers)
    return rows


def _median(
    case: Case, peer: str, runs: int, told: Callable[[str], None] | None
) -> dict[str, float]:
    found: list[dict[str, float]] = []
    for number in range(runs):
        found.append(_measure(case, peer))
        if told is not None:
            one = found[-1]
            spent = f"{one['seconds']:.3f} s ({one['cpu_seconds']:.3f} s of processor)"
            measured = f"{spent}, {one['memory_mb']:.0f} MB, {one['value']:,.0f} EUR"
            told(f"{case.name}: {peer}, run {number + 1} of {runs}: {measured}")
    return {key: statistics.median(one[key] for one in found) for key in found[0]}


def _measure(case: Case, peer: str) -> dict[str, float]:
    command = [sys.executable, "-m", "symbiosis.bench.child", case.kind, str(case.size), peer]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
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
    return Row(
        case.name, peer, mine["seconds"], mine["cpu_seconds"], mine["memory_mb"], mine["value"],
        mine["gap"], ratio, cpu_ratio, float(case.most or 0) if compared else float("nan"),
        mine["setup_seconds"], runs,
    )  # fmt: skip
