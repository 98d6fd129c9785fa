"""Parts side by side: here, in processes of this machine, or on a cluster.

Whatever the place, the parts are the same tasks and their answers come back in the same order.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from symbiosis.matching import cluster
from symbiosis.matching.board import Board
from symbiosis.matching.linear import Solution
from symbiosis.matching.parts import Answer, Task, answer, solve
from symbiosis.matching.progress import Progress

WORTH_A_PROCESS = 20_000
"""Flows that at least two parts must have before processes start of their own accord."""
TICK = 0.2
"""Seconds between two looks at how far other processes have come."""


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
        Told of every round of a part solved here, of the rounds that other processes of this
        machine are in, and of every part that a cluster has solved.
    stopped
        Set when the user asks for the best so far.
    """
    if dask is not None:
        found = cluster.solve_all(tasks, dask, stopped)
    elif _count(tasks, processes) > 1:
        found = _in_processes(tasks, _count(tasks, processes), progress, stopped)
    else:
        return [solve(task, progress, stopped) for task in tasks]
    solved: list[Solution] = []
    for solution, last in found:
        solved.append(solution)
        if progress is not None:
            progress(last)
    return solved


def _count(tasks: list[Task], processes: int | None) -> int:
    if processes is not None:
        return min(processes, len(tasks))
    sizes = [len(task.problem.supply) + len(task.problem.demand) for task in tasks]
    return 2 if sum(size >= WORTH_A_PROCESS for size in sizes) >= 2 else 1


_ASKED = threading.Event()
"""Set in a process of ours when Ctrl-C asks for the best so far."""
_BOARD: list[Board] = []
"""Where a process of ours says how far it has come."""


def _heed(board: Board | None = None) -> None:
    """Let Ctrl-C, which a terminal sends to every process, stop the parts and not the process."""
    signal.signal(signal.SIGINT, lambda *_: _ASKED.set())
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _BOARD[:] = [] if board is None else [board]


def _solve_there(task: Task) -> Answer:
    return answer(task, _BOARD[0].write if _BOARD else None, _ASKED)


def _in_processes(
    tasks: list[Task], count: int, progress: Progress | None, stopped: threading.Event
) -> Iterator[Answer]:
    """Yield answers from processes of this machine, the largest part first in line.

    Processes are started afresh and not forked, because threads of this one may hold locks. If one
    is killed, what it had not answered is solved here.
    """
    order = sorted(range(len(tasks)), key=lambda k: -len(tasks[k].problem.supply))
    context = get_context("spawn")
    board = Board(context, len(tasks))
    with ProcessPoolExecutor(count, context, _heed, (board,)) as pool:
        with _unheard():
            waiting: dict[int, Future[Answer]] = {
                k: pool.submit(_solve_there, tasks[k]) for k in order
            }
        for k, task in enumerate(tasks):
            while not wait([waiting[k]], TICK).done:
                _pass_on(board, progress, k)
            try:
                yield waiting[k].result()
            except BrokenProcessPool:
                yield answer(task, progress, stopped)


def _pass_on(board: Board, progress: Progress | None, answered: int) -> None:
    """Tell of the parts that other processes have come further with.

    The first few have their answer, which was the last word on them.
    """
    for step in board.news():
        if progress is not None and step.part > answered:
            progress(step)


@contextmanager
def _unheard() -> Iterator[None]:
    """Hold Ctrl-C back while processes start.

    They inherit that, and hear what was held back once they know what to do with it: else a Ctrl-C
    in their first second would end them with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
