"""Parts side by side: here, in processes of this machine, or on a cluster.

Whatever the place, the parts are the same tasks and their answers come back in the same order.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from symbiosis.matching import cluster
from symbiosis.matching.linear import Solution
from symbiosis.matching.parts import Task, solve
from symbiosis.matching.progress import Progress, Step

WORTH_A_PROCESS = 20_000
"""Flows that at least two parts must have before processes start of their own accord."""


def solve_all(
    tasks: list[Task],
    processes: int | None,
    dask: str | None,
    progress: Progress | None,
    stopped: threading.Event,
) -> list[Solution]:
    """Return the solutions of some parts, in their order.

    Parameters
    ----------
    tasks
        The parts.
    processes
        How many processes; None for one, or two where several parts are large.
    dask
        Address of a Dask scheduler, or None.
    progress
        Told of every round of a part solved here, and of every part solved elsewhere.
    stopped
        Set when the user asks for the best so far.
    """
    found: Iterable[Solution]
    if dask is not None:
        found = cluster.solve_all(tasks, dask)
    elif _count(tasks, processes) > 1:
        found = _in_processes(tasks, _count(tasks, processes), stopped)
    else:
        return [solve(task, progress, stopped) for task in tasks]
    solved: list[Solution] = []
    for task, solution in zip(tasks, found, strict=True):
        solved.append(solution)
        if progress is not None:
            value = float(solution.links.value @ solution.amount)
            progress(Step(task.number, task.parts, 1, value, 0.0, 0))
    return solved


def _count(tasks: list[Task], processes: int | None) -> int:
    if processes is not None:
        return min(processes, len(tasks))
    sizes = [len(task.problem.supply) + len(task.problem.demand) for task in tasks]
    return 2 if sum(size >= WORTH_A_PROCESS for size in sizes) >= 2 else 1


_ASKED = threading.Event()
"""Set in a process of ours when Ctrl-C asks for the best so far."""


def _heed() -> None:
    """Let Ctrl-C, which a terminal sends to every process, stop the parts and not the process."""
    signal.signal(signal.SIGINT, lambda *_: _ASKED.set())


def _solve_there(task: Task) -> Solution:
    return solve(task, None, _ASKED)


def _in_processes(tasks: list[Task], count: int, stopped: threading.Event) -> Iterator[Solution]:
    """Yield solutions from processes of this machine, the largest part first in line.

    Processes are started afresh and not forked, because threads of this one may hold locks. If one
    is killed, what it had not answered is solved here.
    """
    order = sorted(range(len(tasks)), key=lambda k: -len(tasks[k].problem.supply))
    with ProcessPoolExecutor(count, get_context("spawn"), _heed) as pool:
        waiting: dict[int, Future[Solution]] = {
            k: pool.submit(_solve_there, tasks[k]) for k in order
        }
        for k, task in enumerate(tasks):
            try:
                yield waiting[k].result()
            except BrokenProcessPool:
                yield solve(task, None, stopped)
