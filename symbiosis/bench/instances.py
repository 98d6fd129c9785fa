"""Instances by seed, the same on every machine.

The clustered case: ``max(5, n / 200)`` town centres at random on a square of 500 km; offers and
needs 8 km (one standard deviation) around a random centre each; quantities log-normal with
parameters 5 and 1.5, in tonnes to one decimal; offers worth 20 to 120 EUR/t and needs 10 to 80,
uniformly; freight of 0.156 EUR/t for each km in a straight line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXTENT_KM = 500.0
SPREAD_KM = 8.0
RATE = 0.156


class Where(NamedTuple):
    """Places and what a tonne is worth there, as `symbiosis.matching.Places` takes them."""

    offers_xy: Floats
    needs_xy: Floats
    offer_value: Floats
    need_value: Floats
    rate: float


class Instance(NamedTuple):
    """Quantities of either side, where they are and what a tonne is worth there."""

    supply: Floats
    demand: Floats
    places: Where


def clustered(n: int, seed: int = 0, *, needs: int | None = None) -> Instance:
    """Return the clustered case with n offers and as many needs, or another number of them."""
    random = np.random.default_rng(seed)
    m = n if needs is None else needs
    centres = random.uniform(0, EXTENT_KM, (max(5, max(n, m) // 200), 2))
    sides = [
        centres[random.integers(0, len(centres), count)] + random.normal(0, SPREAD_KM, (count, 2))
        for count in (n, m)
    ]
    return _around(random, sides[0], sides[1])


def _around(random: np.random.Generator, here: Floats, there: Floats) -> Instance:
    supply, demand = (_quantities(random, len(side)) for side in (here, there))
    offer_value, need_value = random.uniform(20, 120, len(here)), random.uniform(10, 80, len(there))
    return Instance(supply, demand, Where(here, there, offer_value, need_value, RATE))


def _quantities(random: np.random.Generator, count: int) -> Floats:
    drawn: Floats = np.exp(random.normal(5, 1.5, count))
    return np.round(drawn, 1)


def odd(kind: str, n: int, seed: int = 0) -> Instance:
    """Return an awkward case of n offers.

    Parameters
    ----------
    kind
        ``one_place`` (all in one point), ``equal`` (equal values), ``zeros`` (half the supplies are
        0), ``line`` (one-dimensional), ``two_towns`` (two clusters 1,000 km apart), ``unbalanced``
        (five needs for each offer), ``one_taker`` (1 offer, n needs).
    n
        Offers.
    seed
        Seed.
    """
    if kind == "unbalanced":
        return clustered(n // 3, seed, needs=5 * (n // 3))
    if kind == "one_taker":
        return clustered(1, seed, needs=n)
    supply, demand, places = clustered(n, seed)
    here, there = places.offers_xy, places.needs_xy
    if kind == "one_place":
        places = Where(0 * here, 0 * there, places.offer_value, places.need_value, RATE)
    elif kind == "equal":
        places = Where(here, there, np.full(n, 60.0), np.full(n, 40.0), RATE)
    elif kind == "zeros":
        supply = np.where(np.arange(n) % 2 == 0, 0.0, supply)
    elif kind == "line":
        flat = np.array([1.0, 0.0])
        places = Where(here * flat, there * flat, places.offer_value, places.need_value, RATE)
    elif kind == "two_towns":
        random = np.random.default_rng(seed)
        towns = np.array([[0.0, 0.0], [1000.0, 0.0]])
        here, there = (
            towns[random.integers(0, 2, n)] + random.normal(0, SPREAD_KM, (n, 2)) for _ in range(2)
        )
        places = Where(here, there, places.offer_value, places.need_value, RATE)
    return Instance(supply, demand, places)


def worth(places: Where, offer: Ints, need: Ints) -> Floats:
    """Return the worth of a tonne on some pairs."""
    here, there = places.offers_xy[offer], places.needs_xy[need]
    own = places.offer_value[offer] + places.need_value[need]
    return np.asarray(own - places.rate * np.hypot(*(here - there).T))


def nearest(places: Where, count: int = 20) -> tuple[Ints, Ints]:
    """Return the union of every offer's nearest needs and every need's nearest offers."""
    here, there = places.offers_xy, places.needs_xy
    n, m = len(here), len(there)
    down = cKDTree(there).query(here, k=min(count, m))[1].reshape(n, -1)
    up = cKDTree(here).query(there, k=min(count, n))[1].reshape(m, -1)
    one = np.repeat(np.arange(n), down.shape[1]) * m + down.ravel()
    two = up.ravel() * m + np.repeat(np.arange(m), up.shape[1])
    return np.divmod(np.unique(np.concatenate((one, two))), m)


def scattered(n: int, pairs: int = 20, seed: int = 0) -> tuple[Floats, Floats, csr_array]:
    """Return quantities of n offers and needs and random admissible pairs, some for each offer."""
    random = np.random.default_rng(seed)
    supply, demand = (_quantities(random, n) for _ in range(2))
    offer, need = np.repeat(np.arange(n), pairs), random.integers(0, n, n * pairs)
    offer, need = np.divmod(np.unique(offer * n + need), n)
    value = random.uniform(10, 100, len(offer))
    return supply, demand, csr_array((value, (offer, need)), shape=(n, n))
