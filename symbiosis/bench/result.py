"""What one run of a solver measures."""

from __future__ import annotations

from typing import NamedTuple


class Result(NamedTuple):
    """Seconds, worth of the plan, and its proven relative gap (NaN where a peer proves none)."""

    seconds: float
    value: float
    gap: float
