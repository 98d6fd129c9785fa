"""What one run of a solver measures."""

from __future__ import annotations

import time
from typing import NamedTuple


class Result(NamedTuple):
    """Seconds by the wall and of the processor, worth of the plan, and its proven relative gap.

    The gap is NaN where a peer proves none. The processor's seconds, of all threads, say what a run
    costs on a machine that others use too.
    """

    seconds: float
    cpu_seconds: float
    value: float
    gap: float


class Clock:
    """Begins when it is made.

    Examples
    --------
    >>> wall, cpu = Clock().read()
    >>> wall >= 0 and cpu >= 0
    True
    """

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return the seconds since the beginning, by the wall and of the processor."""
        return time.perf_counter() - self.wall, time.process_time() - self.cpu
