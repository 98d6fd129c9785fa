"""Parts on a Dask cluster: the same tasks, sent to its workers.

A part is a function of its task alone, so that the scheduler may run it again elsewhere when a
worker dies. Workers need this package in the same version.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from symbiosis.errors import NoSolution, SymbiosisError
from symbiosis.matching.parts import Answer, Task, answer

RETRIES = 3
"""How often a part may fail on the cluster before the whole solve does."""
PATIENCE = "10s"
"""How long to wait for a scheduler to answer, and for its first worker."""
TICK = 0.05
"""Seconds between two looks at whether a part is done, or the user asks for the best so far."""


def solve_all(tasks: list[Task], address: str, stopped: threading.Event) -> Iterator[Answer]:
    """Yield the answers to some parts, in their order, found by the workers of a scheduler.

    When ``stopped`` is set, what the cluster has not answered is left to it no longer: those parts
    are solved here, as far as one comes at once.

    Raises
    ------
    NoSolution
        If Dask is not installed, no scheduler answers at the address, it has no worker, or a part
        fails there again and again.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise NoSolution("a cluster needs the extra: pip install symbiosis[scale]") from missing
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as silent:
        raise NoSolution(f"no Dask scheduler answers at {address}") from silent
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as idle:
            raise NoSolution(f"the Dask scheduler at {address} has no worker") from idle
        futures = [client.submit(answer, task, retries=RETRIES, pure=False) for task in tasks]
        for task, future in zip(tasks, futures, strict=True):
            while not future.done() and not stopped.is_set():
                time.sleep(TICK)
            yield _result(future, address) if future.done() else answer(task, None, stopped)


def _result(future: Any, address: str) -> Answer:
    """Return the answer of a future that is done, or say what went wrong on the cluster."""
    try:
        found: Answer = future.result()
    except SymbiosisError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise NoSolution(f"the cluster at {address} failed: {said}") from error
    return found
