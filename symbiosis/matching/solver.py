"""HiGHS, quiet and stoppable: by the clock and by Ctrl-C in the midst of a run."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from symbiosis.errors import InternalError
from symbiosis.matching.watch import Watch

FEASIBLE = 1e-9
STOPPED = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt)


class _Quiet(highspy.Highs):  # type: ignore[misc]
    """HiGHS without a word: its banner is printed while it is made, before an option can be set."""

    def enableCallbacks(self) -> None:
        """Turn the output off before the first thing that HiGHS logs."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def quiet() -> highspy.Highs:
    """Return a solver that prints nothing and answers alike on every machine with one thread."""
    solver = _Quiet()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("primal_feasibility_tolerance", FEASIBLE)
    solver.setOptionValue("dual_feasibility_tolerance", FEASIBLE)
    return solver


def heed(solver: highspy.Highs, watch: Watch) -> None:
    """Let HiGHS ask again and again whether to stop; Python hears Ctrl-C when it is asked."""

    def ask(event: Any) -> None:
        if watch.over():
            event.interrupt()

    for moment in (solver.cbSimplexInterrupt, solver.cbIpmInterrupt, solver.cbMipInterrupt):
        moment.subscribe(ask)


def run(solver: highspy.Highs, watch: Watch) -> bool:
    """Run HiGHS on a programme without whole numbers; return whether it came to the end.

    Parameters
    ----------
    solver
        A solver that heeds the watch.
    watch
        When to stop.

    Raises
    ------
    InternalError
        If HiGHS gives up: what it is given here always has a solution.
    """
    if watch.over():
        return False
    if np.isfinite(watch.left()):
        solver.setOptionValue("time_limit", solver.getRunTime() + watch.left())
    solver.run()
    status = solver.getModelStatus()
    if status in STOPPED:
        return False
    if status != highspy.HighsModelStatus.kOptimal:
        raise InternalError(f"HiGHS: {solver.modelStatusToString(status)}")
    return True
