"""What a long solve says of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One message of a running solve.

    Parameters
    ----------
    part, parts
        Which connected part is being solved, from 1, and how many there are.
    round
        Round of column generation within the part.
    value
        Value of the plan so far, in the objective's EUR.
    relative_gap
        Proven gap so far; inf while none is proven.
    pairs_covered
        Admissible pairs that the bound speaks for.
    """

    part: int
    parts: int
    round: int
    value: float
    relative_gap: float
    pairs_covered: int


Progress = Callable[[Step], None]
