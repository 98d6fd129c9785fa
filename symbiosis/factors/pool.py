"""The numbers that figures are made of, each once, with its range and its source.

Every figure of an impact is a sum of *entries* ``coefficient * factor_a * factor_b``. Because a
factor stands in the pool once, however many exchanges use it, the central figure, its range, its
explanation and its uncertainty all come from the same entries.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ONE = 0
"""Position of the constant 1 in every pool."""


@dataclass(frozen=True)
class Factor:
    """One number with its range and where it comes from.

    Parameters
    ----------
    name
        Unique; the ``factor_id`` of a row of ``factors.csv``, or where else it stands.
    central, low, high
        In ``unit``; low <= central <= high.
    unit
        As written in the table it comes from.
    source, year, note
        Who says so, when, and what could not be confirmed.
    distribution
        ``triangular``, ``uniform``, ``normal``, ``lognormal`` or ``fixed``.
    topic
        Of its row in the table of factors; ``""`` for what stands elsewhere.
    """

    name: str
    central: float
    low: float
    high: float
    unit: str = "-"
    source: str = ""
    year: str = ""
    note: str = ""
    distribution: str = "triangular"
    topic: str = ""

    @property
    def certain(self) -> bool:
        """Whether the range is a point."""
        return self.low == self.high or self.distribution == "fixed"


class Pool:
    """A growing list of factors, each kept once.

    Examples
    --------
    >>> pool = Pool()
    >>> pool.add(Factor("yield", 0.9, 0.8, 1.0))
    1
    >>> pool.add(Factor("yield", 0.9, 0.8, 1.0))
    1
    >>> pool.values()[0].tolist()
    [1.0, 0.9]
    """

    def __init__(self) -> None:
        self.factors: list[Factor] = [Factor("1", 1.0, 1.0, 1.0, source="constant")]
        self._positions: dict[Hashable, int] = {"1": ONE}

    def add(self, factor: Factor) -> int:
        """Return the position of a factor, added if its name is new."""
        found = self._positions.get(factor.name)
        if found is None:
            found = self._positions[factor.name] = len(self.factors)
            self.factors.append(factor)
        return found

    def __len__(self) -> int:
        return len(self.factors)

    def values(self) -> tuple[Floats, Floats, Floats]:
        """Return central, low and high, each of shape (factors,)."""
        table = np.array([(f.central, f.low, f.high) for f in self.factors], dtype=float)
        return table[:, 0], table[:, 1], table[:, 2]

    def table(self) -> pd.DataFrame:
        """Return the factors as a table, one row each, in order."""
        columns = ["name", "central", "low", "high", "unit", "source", "year", "note"]
        rows = [[getattr(factor, column) for column in columns] for factor in self.factors]
        return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Entries:
    """Products of a coefficient and two factors, summed by group.

    Parameters
    ----------
    group
        What each entry adds to, shape (n,).
    coefficient
        Shape (n,).
    first, second
        Positions in the pool, shape (n,); `ONE` where there is nothing to multiply by.
    """

    group: Ints
    coefficient: Floats
    first: Ints
    second: Ints

    def __len__(self) -> int:
        return int(self.group.size)

    def at(self, values: Floats) -> Floats:
        """Return the value of each entry when factors are worth ``values``."""
        return self.coefficient * values[self.first] * values[self.second]


def interval(entries: Entries, pool: Pool, groups: int) -> tuple[Floats, Floats, Floats]:
    """Return (low, central, high) of each group.

    At *low*, every factor of a group stands at the end of its range that makes the group smaller,
    which is known from the sign of the derivative at the centre; at *high*, at the other end. So a
    low figure is the least favourable state of its factors, and figures of several groups may
    be added.

    Parameters
    ----------
    entries
        What to add up.
    pool
        The factors.
    groups
        Number of groups, at least ``entries.group.max() + 1``.

    Returns
    -------
    tuple of ndarray
        Each of shape (groups,), low <= central <= high.
    """
    central, low, high = pool.values()
    middle = _sums(entries.at(central), entries, groups)
    if not len(entries):
        return middle, middle, middle
    slots, sign = _slopes(entries, central, len(pool))
    a, b = slots[: len(entries)], slots[len(entries) :]
    ends = []
    for down, up in ((low, high), (high, low)):
        end_a = np.where(sign[a] >= 0, down[entries.first], up[entries.first])
        end_b = np.where(sign[b] >= 0, down[entries.second], up[entries.second])
        ends.append(_sums(entries.coefficient * end_a * end_b, entries, groups))
    return np.minimum(ends[0], middle), middle, np.maximum(ends[1], middle)


def _sums(values: Floats, entries: Entries, groups: int) -> Floats:
    return np.bincount(entries.group, weights=values, minlength=groups).astype(float)


def _slopes(entries: Entries, central: Floats, size: int) -> tuple[Ints, Floats]:
    """Return, for both factors of every entry, the slot of (group, factor) and its derivative."""
    key = np.concatenate(
        [entries.group * size + entries.first, entries.group * size + entries.second]
    )
    slope = np.concatenate(
        [
            entries.coefficient * central[entries.second],
            entries.coefficient * central[entries.first],
        ]
    )
    _, slots = np.unique(key, return_inverse=True)
    return slots.astype(np.int64), np.bincount(slots, weights=slope).astype(float)
