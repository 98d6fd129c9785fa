"""Links given by numbers: a dense matrix of values, or a sparse one of the admissible pairs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.compiled import kernel
from symbiosis.matching.scaling import NOTHING

Asks = tuple[NDArray[np.bool_], NDArray[np.bool_]]
FIRST = 20
"""Best links of each row and column to begin with."""
ROWS = 256
"""Rows that one thread takes at a time."""


@dataclass(frozen=True)
class Dense:
    """Every pair of n offers and m needs, with its worth.

    Parameters
    ----------
    value, across
        The matrix (n x m) and its transpose, both laid out by rows.
    """

    value: Floats
    across: Floats

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return int(self.value.size)

    def ends(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the offers and needs of some links."""
        return np.divmod(keys, self.value.shape[1])

    def worth(self, keys: Ints) -> Floats:
        """Return the worth per unit of some links."""
        worth: Floats = self.value.ravel()[keys]
        if worth.min(initial=0.0) < 0:
            # A link of an earlier plan may lose any sum now; whole values go no further than these.
            worth = np.maximum(worth, -max(float(self.value.max()), NOTHING))
        return worth

    def first(self) -> Ints:
        """Return the best links of every offer and need that pay at all."""
        n, m = self.value.shape
        return self.ask(np.zeros(n), np.zeros(m), FIRST, 0.0)[0]

    def ask(
        self,
        offer_price: Floats,
        need_price: Floats,
        count: int,
        floor: float,
        asks: Asks | None = None,
    ) -> tuple[Ints, Floats, Floats]:
        """Return the links that would gain most at some prices, and the most for each side."""
        del asks
        m = self.value.shape[1]
        found, worth = _best_of_rows(self.value, offer_price, need_price, count, floor)
        row, column = np.nonzero(found >= 0)
        other, other_worth = _best_of_rows(self.across, need_price, offer_price, count, floor)
        need, place = np.nonzero(other >= 0)
        keys = np.concatenate((row * m + found[row, column], other[need, place] * m + need))
        gains = np.maximum(worth[:, 0], 0.0), np.maximum(other_worth[:, 0], 0.0)
        return np.unique(keys), *gains


@dataclass(frozen=True)
class Sparse:
    """Those of some admissible pairs that pay, all in play from the start.

    Parameters
    ----------
    keys, value
        ``offer * m + need`` of each pair, sorted, and its worth.
    needs
        How many needs there are.
    pairs
        How many pairs are admissible, those that do not pay included.
    """

    keys: Ints
    value: Floats
    needs: int
    pairs: int

    def ends(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the offers and needs of some links."""
        return np.divmod(keys, self.needs)

    def worth(self, keys: Ints) -> Floats:
        """Return the worth per unit of some links."""
        return self.value[np.searchsorted(self.keys, keys)]

    def ask(
        self,
        offer_price: Floats,
        need_price: Floats,
        count: int,
        floor: float,
        asks: Asks | None = None,
    ) -> tuple[Ints, Floats, Floats]:
        """Return the links that would gain at some prices, and the most for each side."""
        del count, asks
        offer, need = self.ends(self.keys)
        gain = self.value - offer_price[offer] - need_price[need]
        offer_gain, need_gain = np.zeros(len(offer_price)), np.zeros(len(need_price))
        np.maximum.at(offer_gain, offer, gain)
        np.maximum.at(need_gain, need, gain)
        return self.keys[gain > floor], offer_gain, need_gain


def dense(value: Floats) -> Dense:
    """Return a matrix as a source of links."""
    laid = np.ascontiguousarray(value, dtype=float)
    return Dense(laid, np.ascontiguousarray(laid.T))


def sparse(matrix: csr_array) -> Sparse:
    """Return the stored pairs of a matrix that pay as a source of links."""
    canonical = matrix.tocsr().astype(float)
    canonical.sum_duplicates()
    offer = np.repeat(np.arange(canonical.shape[0]), np.diff(canonical.indptr))
    keys = offer.astype(np.int64) * canonical.shape[1] + canonical.indices
    paying = canonical.data > 0
    return Sparse(keys[paying], canonical.data[paying], canonical.shape[1], int(canonical.nnz))


@kernel
def _run(first, stop, value, own, other, found, worth):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    last = found.shape[1] - 1
    for i in range(first, stop):
        for j in range(value.shape[1]):
            gain = value[i, j] - other[j] - own[i]
            if gain > worth[i, last]:
                k = last
                while k > 0 and worth[i, k - 1] < gain:
                    worth[i, k], found[i, k] = worth[i, k - 1], found[i, k - 1]
                    k -= 1
                worth[i, k], found[i, k] = gain, j


def _best_of_rows(
    value: Floats, own: Floats, other: Floats, count: int, floor: float
) -> tuple[Ints, Floats]:
    """Return the columns that gain most in each row, best first, and what they gain."""
    total = len(own)
    found = np.full((total, count), -1, dtype=np.int64)
    worth = np.full((total, count), floor)
    runs = [(k, min(k + ROWS, total)) for k in range(0, total, ROWS)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done in [pool.submit(_run, *run, value, own, other, found, worth) for run in runs]:
            done.result()
    return found, worth
