"""One peer on one instance in a process of its own: ``symbiosis.bench.child KIND N PEER``.

Prints one line of JSON: seconds, value, gap, peak memory in MB, and the seconds spent on imports
and compilation, which are not in the first.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module

BEGUN = time.perf_counter()

from symbiosis.bench import instances  # noqa: E402  what follows is part of the set-up


def main(kind: str, size: int, peer: str) -> dict[str, float]:
    """Return what one run measures.

    Parameters
    ----------
    kind
        ``places``, ``pairs``, or a kind of `instances.odd`.
    size
        Offers.
    peer
        A name in `ours` or `peers`, of which only one can be loaded in a process.
    """
    mine = peer.startswith("symbiosis")
    solvers = import_module("symbiosis.bench." + ("ours" if mine else "peers"))
    if kind == "pairs":
        solvers.ON_PAIRS[peer](200)
        ready = time.perf_counter()
        result = solvers.ON_PAIRS[peer](size)
    else:
        instance = instances.clustered(size) if kind == "places" else instances.odd(kind, size)
        solvers.ON_PLACES[peer](instances.clustered(2000 if mine else 50))
        ready = time.perf_counter()
        result = solvers.ON_PLACES[peer](instance)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**result._asdict(), "memory_mb": memory, "setup_seconds": ready - BEGUN}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3])) + "\n")
