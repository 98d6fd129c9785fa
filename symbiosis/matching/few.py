"""The few links of each flow that promise most: what a linear programme should be given at once.

A flow stands in a dozen lanes or more, and asks in each. Given all answers, a programme of some
thousand flows holds twenty times as many columns as it needs, and its time goes with them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symbiosis.matching.arrays import Floats, Ints


def promising(ends: tuple[Ints, Ints], promise: Floats, count: int) -> NDArray[np.bool_]:
    """Return which links are among the first of their offer or of their need.

    Parameters
    ----------
    ends
        Offers and needs of the links.
    promise
        What a unit on each would bring.
    count
        How many for each flow; of equals, the first stated go first.

    Examples
    --------
    One offer and three needs: with one link for each flow, all stay, for each need has its own.

    >>> one, three = np.zeros(3, dtype=np.int64), np.arange(3)
    >>> promising((one, three), np.array([5.0, 9.0, 7.0]), 1).tolist()
    [True, True, True]
    >>> promising((one, one), np.array([5.0, 9.0, 7.0]), 1).tolist()
    [False, True, False]
    """
    first = [_first(side, promise, count) for side in ends]
    kept: NDArray[np.bool_] = first[0] | first[1]
    return kept


def _first(group: Ints, promise: Floats, count: int) -> NDArray[np.bool_]:
    """Return which are among the first of their group."""
    order = np.lexsort((-promise, group))
    own = group[order]
    begins = np.flatnonzero(np.append(True, own[1:] != own[:-1])[: len(own)])
    rank = np.arange(len(own)) - np.repeat(begins, np.diff(np.append(begins, len(own))))
    kept = np.zeros(len(own), dtype=bool)
    kept[order] = rank < count
    return kept
