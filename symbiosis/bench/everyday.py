"""What a user waits for every day, each step in a process of its own: ``bench everyday``.

``python -m symbiosis.bench.everyday STEP`` prints one line of JSON: seconds by the wall, seconds of
the processor and the peak memory of the process in MB. What a step needs before it begins (imports,
tables, made-up files) is not in its time.
"""

from __future__ import annotations

import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from symbiosis.catalogue import load, suggest
from symbiosis.errors import NoSolution
from symbiosis.factors.pool import ONE, Entries, Factor, Pool
from symbiosis.flows import survey
from symbiosis.impacts.uncertainty import uncertainty

LINES = 50_000
"""Lines of the large declaration."""
ROWS = DRAWS = 10_000
"""Shipments, and draws of their factors."""
WORDS = ("boues", "chutes de bois", "old tyres", "huile de vidange")
Step = Callable[[], Callable[[], object]]


@dataclass(frozen=True)
class Waited:
    """Medians of one step.

    Parameters
    ----------
    step
        Its name.
    seconds, cpu_seconds
        By the wall, and of the processor.
    memory_mb
        Peak of the process.
    runs
        Runs of each median.
    """

    step: str
    seconds: float
    cpu_seconds: float
    memory_mb: float
    runs: int


def _import() -> Callable[[], object]:
    command = [sys.executable, "-c", "import symbiosis"]
    return lambda: subprocess.run(command, check=True)  # noqa: S603


def _catalogue() -> Callable[[], object]:
    return load


def _suggestions() -> Callable[[], object]:
    catalogue = load()
    suggest("laitier", catalogue)  # builds the index
    return lambda: [suggest(word, catalogue) for word in WORDS]


def _surveyed(suffix: str, content: bytes) -> Callable[[], object]:
    load()

    def check() -> object:
        with tempfile.NamedTemporaryFile(suffix=suffix) as made:
            made.write(content)
            made.flush()
            return survey(made.name)

    return check


def _declaration() -> Callable[[], object]:
    codes = np.random.default_rng(1).choice(load().low.index.to_numpy(), LINES)
    head = "Entreprise;Sens;Matière;Quantité;Unité;Longitude;Latitude\n"
    lines = (
        f"Site {number};{'sortie' if number % 2 else 'entrée'};{codes[number]};"
        f"{number % 900 + 1},5;t/an;{2 + number / 1e5:.5f};{48 + number / 1e5:.5f}\n"
        for number in range(LINES)
    )
    return _surveyed(".csv", (head + "".join(lines)).encode())


def _long_line() -> Callable[[], object]:
    return _surveyed(".csv", b"a" * 20_000_000)


def _zip_bomb() -> Callable[[], object]:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    return _surveyed(".xlsx", content.getvalue())


def _draws() -> Callable[[], object]:
    random = np.random.default_rng(0)
    pool = Pool()
    for number in range(300):
        pool.add(Factor(f"f{number}", 2, 1, 3))
    entries = Entries(
        np.repeat(np.arange(ROWS), 8), random.normal(size=8 * ROWS),
        random.integers(1, 301, 8 * ROWS), random.choice([ONE, 1, 2, 3], 8 * ROWS),
    )  # fmt: skip

    class Ledger(SimpleNamespace):
        def entries(self, *_figure: object) -> Entries:
            return entries

        def __len__(self) -> int:
            return ROWS

    ledger = Ledger(pool=pool)
    return lambda: uncertainty(ledger, draws=DRAWS)  # type: ignore[arg-type]


STEPS: dict[str, Step] = {
    "import symbiosis": _import,
    "load the catalogue": _catalogue,
    "four suggestions of a material": _suggestions,
    f"check {LINES:,} lines (CSV)": _declaration,
    "refuse a line of 20 MB": _long_line,
    "refuse a zip bomb of 80 MB": _zip_bomb,
    f"{DRAWS:,} draws of {ROWS:,} shipments": _draws,
}


def measure(step: str) -> dict[str, float]:
    """Run one step in this process and return what it took.

    Parameters
    ----------
    step
        A key of `STEPS`.
    """
    action = STEPS[step]()
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "memory_mb": memory}


def run(runs: int) -> Iterator[Waited]:
    """Measure every step and yield its medians.

    Parameters
    ----------
    runs
        Runs of each step, each in a process of its own.

    Raises
    ------
    NoSolution
        If a step ends with an error.
    """
    for step in STEPS:
        command = [sys.executable, "-m", "symbiosis.bench.everyday", step]
        measured = []
        for _ in range(runs):
            done = subprocess.run(  # noqa: S603
                command, check=False, capture_output=True, text=True, encoding="utf-8"
            )
            if done.returncode:
                raise NoSolution((done.stderr.strip().splitlines() or ["it was killed"])[-1])
            measured.append(json.loads(done.stdout.splitlines()[-1]))
        medians = {key: statistics.median(one[key] for one in measured) for key in measured[0]}
        yield Waited(step, medians["seconds"], medians["cpu_seconds"], medians["memory_mb"], runs)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1])) + "\n")
