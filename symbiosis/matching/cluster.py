"""Parts on a Dask cluster: the same tasks, sent to its workers.

A part is a function of its task alone, so that the scheduler may run it again elsewhere when a
worker dies. Workers need this package in the same version.
"""

from __future__ import annotations

from symbiosis.errors import NoSolution
from symbiosis.matching.linear import Solution
from symbiosis.matching.parts import Task, solve

RETRIES = 3
"""How often a part may fail on the cluster before the whole solve does."""
PATIENCE = "10s"
"""How long to wait for a scheduler to answer."""


def solve_all(tasks: list[Task], address: str) -> list[Solution]:
    """Return the solutions of some parts, in their order, found by the workers of a scheduler.

    Raises
    ------
    NoSolution
        If Dask is not installed, or no scheduler answers at the address.
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
        futures = [client.submit(solve, task, retries=RETRIES, pure=False) for task in tasks]
        found: list[Solution] = client.gather(futures)
    return found
