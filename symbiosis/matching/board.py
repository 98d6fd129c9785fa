"""How far the parts have come, in memory that processes of this machine share.

Each part has a row that one process writes and one reads: no lock, so that a process that is killed
holds none. A row that is read while it is written mixes two rounds, which the next look mends.
"""

from __future__ import annotations

from multiprocessing.context import SpawnContext
from typing import NamedTuple

import numpy as np

from symbiosis.matching.arrays import Floats
from symbiosis.matching.progress import Step


class _Row(NamedTuple):
    """What is told of a part, all as real numbers; the round is 0 until there is something."""

    round: float
    value: float
    gap: float
    pairs: float


class Board:
    """The last round of every part.

    Parameters
    ----------
    context
        How processes are started.
    parts
        How many parts there are.
    """

    def __init__(self, context: SpawnContext, parts: int) -> None:
        self._parts = parts
        self._shared = context.RawArray("d", parts * len(_Row._fields))
        self._told = np.zeros(parts)

    def _rows(self) -> Floats:
        return np.frombuffer(self._shared).reshape(self._parts, len(_Row._fields))

    def write(self, step: Step) -> None:
        """Put down a round; the number of the round last, for it is what a reader looks at."""
        row = _Row(step.round, step.value, step.relative_gap, step.pairs_covered)
        self._rows()[step.part - 1, 1:] = row[1:]
        self._rows()[step.part - 1, 0] = row.round

    def news(self) -> list[Step]:
        """Return the last round of the parts that have gone on since one last asked."""
        rows = self._rows().copy()
        fresh = np.flatnonzero(rows[:, 0] != self._told)
        self._told = rows[:, 0]
        return [self._step(int(k), _Row(*rows[k].tolist())) for k in fresh]

    def _step(self, k: int, row: _Row) -> Step:
        return Step(k + 1, self._parts, int(row.round), row.value, row.gap, int(row.pairs))
