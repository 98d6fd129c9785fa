"""How sure a figure is: Monte-Carlo draws of the factors, and the factors that drive the result.

A factor is drawn once and used by every exchange that rests on it, so errors of one factor do not
average out over exchanges. With the entries of a figure summed over equal products of factors,
the draws of n groups are one sparse matrix (groups x products) times one dense matrix
(products x draws).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtri

from symbiosis.factors.pool import ONE, Entries, Factor, Floats, Ints, Pool
from symbiosis.impacts.ledger import FIGURES, Ledger

FIGURES_DRAWN = ("emissions_avoided_tco2e", "jobs_fte", "net_gain_eur", "waste_diverted_t")
_NORMAL_90 = 1.6448536269514722
_CELLS = 5_000_000
"""Numbers held at once while draws are ranked."""


@dataclass(frozen=True)
class _Products:
    """The products of factors that a set of entries uses, each once."""

    first: Ints
    second: Ints
    of_entry: Ints

    def only(self, chosen: Ints) -> _Products:
        """Return some of the products."""
        return _Products(self.first[chosen], self.second[chosen], self.of_entry)

    @classmethod
    def of(cls, entries: Entries, size: int) -> _Products:
        """Return the distinct products of two factors among ``size``, and that of each entry."""
        low = np.minimum(entries.first, entries.second)
        high = np.maximum(entries.first, entries.second)
        keys, position = np.unique(low * size + high, return_inverse=True)
        return cls(
            (keys // size).astype(np.int64),
            (keys % size).astype(np.int64),
            position.astype(np.int64),
        )


def uncertainty(
    ledger: Ledger,
    group: pd.Series | None = None,
    *,
    draws: int = 10_000,
    seed: int = 0,
    coverage: float = 0.9,
) -> pd.DataFrame:
    """Return the interval of each figure for each group of shipments, by Monte-Carlo.

    Parameters
    ----------
    ledger
        Entries of every figure.
    group
        One label a shipment, in order; everything is one group if None.
    draws
        Number of draws, at least 2.
    seed
        The same seed gives the same figures.
    coverage
        Share of the draws between ``low`` and ``high``, in ]0, 1[.

    Returns
    -------
    DataFrame
        Columns ``group``, ``figure``, ``central``, ``mean``, ``sd``, ``low``, ``median``, ``high``.
        Where central factors stand at the end of their ranges, the interval is stretched to hold
        the central figure.

    Raises
    ------
    ValueError
        If there are fewer than 2 draws or ``coverage`` is not in ]0, 1[.
    """
    if draws < 2 or not 0 < coverage < 1:
        raise ValueError("at least 2 draws, and a coverage between 0 and 1")
    labels = pd.Series("total", index=range(len(ledger))) if group is None else group
    codes, names = pd.factorize(labels.reset_index(drop=True), sort=True)
    values = draw(ledger.pool, draws, seed)
    parts = []
    for figure in FIGURES_DRAWN:
        entries = ledger.entries(*FIGURES[figure])
        table = _quantiles(entries, ledger.pool, codes.astype(np.int64), values, coverage)
        parts.append(table.assign(figure=figure, group=list(names)))
    order = ["group", "figure", "central", "mean", "sd", "low", "median", "high"]
    table = pd.concat(parts, ignore_index=True)[order]
    table["low"] = table[["low", "central"]].min(axis=1)
    table["high"] = table[["high", "central"]].max(axis=1)
    return table


def draw(pool: Pool, draws: int, seed: int) -> NDArray[np.float32]:
    """Return draws of every factor, shape (factors, draws)."""
    random = np.random.default_rng(seed)
    values = np.empty((len(pool), draws), dtype=np.float32)
    for position, factor in enumerate(pool.factors):
        values[position] = (
            factor.central
            if factor.certain
            else quantile(factor, random.random(draws, dtype=np.float32))
        )
    return values


def quantile(factor: Factor, share: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the quantiles of a factor.

    Triangular and uniform run from ``low`` to ``high``; normal and lognormal have ``low`` and
    ``high`` as their 5th and 95th percentiles.

    Parameters
    ----------
    factor
        With its distribution.
    share
        Probabilities in [0, 1[, any shape.
    """
    low, mode, high = factor.low, factor.central, factor.high
    if factor.distribution == "uniform":
        return low + share * (high - low)
    if factor.distribution in ("normal", "lognormal"):
        return _normal(factor, share)
    span, rise, fall = high - low, mode - low, high - mode
    rising = share * span < rise
    step = np.sqrt(span * np.where(rising, share * rise, (1 - share) * fall))
    chosen: NDArray[np.floating] = np.where(rising, low + step, high - step)
    return chosen


def _normal(factor: Factor, share: NDArray[np.floating]) -> NDArray[np.floating]:
    steps = ndtri(np.clip(share, 1e-12, 1 - 1e-12)) / _NORMAL_90
    if factor.distribution == "normal" or factor.low <= 0:
        drawn: NDArray[np.floating] = factor.central + steps * (factor.high - factor.low) / 2
        return drawn
    drawn = factor.central * np.exp(steps * np.log(factor.high / factor.low) / 2)
    return drawn


def deviation(factor: Factor) -> float:
    """Return the standard deviation of a factor."""
    low, mode, high = factor.low, factor.central, factor.high
    if factor.certain:
        return 0.0
    if factor.distribution == "uniform":
        return float((high - low) / np.sqrt(12))
    if factor.distribution == "normal" or (factor.distribution == "lognormal" and low <= 0):
        return float((high - low) / 2 / _NORMAL_90)
    if factor.distribution == "lognormal":
        spread = np.log(high / low) / 2 / _NORMAL_90
        return float(mode * np.exp(spread**2 / 2) * np.sqrt(np.expm1(spread**2)))
    squares = low**2 + mode**2 + high**2 - low * mode - low * high - mode * high
    return float(np.sqrt(max(squares, 0.0) / 18))


def _quantiles(
    entries: Entries, pool: Pool, codes: Ints, values: NDArray[np.float32], coverage: float
) -> pd.DataFrame:
    """Return centre, mean, deviation and quantiles of each group."""
    groups = int(codes.max()) + 1 if codes.size else 0
    products = _Products.of(entries, len(pool))
    shape = (groups, products.first.size)
    matrix = sparse.csr_matrix(
        (entries.coefficient, (codes[entries.group], products.of_entry)), shape=shape
    )
    middle = pool.values()[0].astype(float)
    centre = matrix @ _multiplied(products, middle[:, None])[:, 0]
    unsure = ~np.array([factor.certain for factor in pool.factors])
    live = np.flatnonzero(unsure[products.first] | unsure[products.second])
    drawn = _multiplied(products.only(live), values)
    alive = matrix[:, live]
    still = centre - alive @ _multiplied(products.only(live), middle[:, None])[:, 0]
    table = np.column_stack([centre, centre, np.zeros(groups), *[centre] * 3])
    moving = np.flatnonzero(np.diff(alive.indptr))
    if moving.size:
        _rank(table, moving, alive, drawn, coverage)
        table[moving, 1] += still[moving]
        table[moving, 3:] += still[moving, None]
    return pd.DataFrame(table, columns=["central", "mean", "sd", "low", "median", "high"])


def _rank(
    table: Floats, moving: Ints, matrix: Any, drawn: NDArray[np.floating], coverage: float
) -> None:
    """Write mean, deviation and quantiles of the moving groups into the table, in blocks."""
    draws = drawn.shape[1]
    ranks = [int(q * (draws - 1)) for q in ((1 - coverage) / 2, 0.5, (1 + coverage) / 2)]
    mean_of_products = drawn.mean(axis=1, dtype=float)
    few = moving.size <= _CELLS // draws
    for part in np.array_split(moving, max(1, moving.size * draws // _CELLS)):
        block = matrix[part]
        sums = block @ drawn if few else block.astype(np.float32) @ drawn
        mean = block @ mean_of_products
        sums -= mean[:, None].astype(sums.dtype)
        spread = np.sqrt(np.einsum("ij,ij->i", sums, sums, dtype=sums.dtype) / draws)
        sums.partition(ranks, axis=1)
        table[part, 1:] = np.column_stack([mean, spread, sums[:, ranks] + mean[:, None]])


def _multiplied(products: _Products, values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the products of factors for every draw, shape (products, draws)."""
    alone = products.first == ONE
    result = values[products.second]
    result[~alone] *= values[products.first[~alone]]
    return result


def sensitivity(ledger: Ledger, figure: str, top: int = 5) -> pd.DataFrame:
    """Return the factors that drive a figure's total.

    The variance of a sum of products is shared out by first-order propagation,
    ``Var ≈ Σ (∂f/∂x_i)² σ_i²`` (JCGM 100:2008, § 5.1.2), the factors being independent.

    Parameters
    ----------
    ledger
        Entries of every figure.
    figure
        A key of `FIGURES`.
    top
        How many factors to return.

    Returns
    -------
    DataFrame
        Columns ``factor``, ``share`` (of the variance), ``low`` and ``high`` (change of the total
        when the factor stands at that end of its range), ``value``, ``unit``, ``source``.
    """
    entries = ledger.entries(*FIGURES[figure])
    central, low, high = ledger.pool.values()
    slope = np.bincount(
        np.concatenate([entries.first, entries.second]),
        weights=np.concatenate(
            [
                entries.coefficient * central[entries.second],
                entries.coefficient * central[entries.first],
            ]
        ),
        minlength=len(ledger.pool),
    )
    spread = np.array([deviation(factor) for factor in ledger.pool.factors])
    variance = (slope * spread) ** 2
    whole = variance.sum()
    best = np.argsort(-variance, kind="stable")[:top]
    best = best[variance[best] > 0]
    factors = [ledger.pool.factors[position] for position in best]
    return pd.DataFrame(
        {
            "factor": [factor.name for factor in factors],
            "share": variance[best] / whole if whole else 0.0,
            "low": slope[best] * (low - central)[best],
            "high": slope[best] * (high - central)[best],
            "value": [factor.central for factor in factors],
            "unit": [factor.unit for factor in factors],
            "source": [factor.source for factor in factors],
        }
    )
