"""When to stop, and what to say meanwhile."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from symbiosis.matching.progress import Progress, Step


@dataclass
class Watch:
    """The clock of one solve.

    Parameters
    ----------
    gap
        Relative gap that is good enough.
    deadline
        Time of `time.monotonic` at which to stop; inf for never.
    progress
        Whom to tell.
    part, parts
        Which part is being solved, and of how many.
    pairs
        Admissible pairs that a bound speaks for.
    unit
        Whole units in which the solve counts for one of the caller's: its worth is told in EUR.
    """

    gap: float = 0.0
    deadline: float = float("inf")
    progress: Progress | None = None
    part: int = 1
    parts: int = 1
    pairs: int = 0
    unit: float = 1.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def over(self) -> bool:
        """Return whether to stop at once."""
        return self.stopped.is_set() or time.monotonic() >= self.deadline

    def left(self) -> float:
        """Return the seconds until the deadline, inf for none."""
        return max(0.0, self.deadline - time.monotonic())

    def enough(self, rounds: int, value: float, bound: float) -> bool:
        """Tell of a round that is done; return whether it is the last."""
        gap = relative(value, bound)
        if self.progress is not None:
            worth = value / self.unit
            self.progress(Step(self.part, self.parts, rounds, worth, gap, self.pairs))
        return gap <= self.gap or self.over()


def relative(value: float, bound: float) -> float:
    """Return a gap relative to the value.

    Examples
    --------
    >>> relative(100.0, 101.0)
    0.01
    """
    loss = max(bound - value, 0.0)
    return loss / value if value > 0 else (float("inf") if loss > 0 else 0.0)


@contextmanager
def interruptible(stopped: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C ask for the best plan so far; the second one interrupts as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if stopped.is_set():
            signal.default_int_handler(number, frame)
        stopped.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
