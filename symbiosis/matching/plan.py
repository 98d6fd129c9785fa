"""What `transport` takes and gives: places, plans and their certificates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from numpy.typing import ArrayLike
from scipy.sparse import sparray, spmatrix

from symbiosis.matching import proof
from symbiosis.matching.arrays import Floats, Ints

if TYPE_CHECKING:
    from symbiosis.matching.simplex import Arcs
    from symbiosis.matching.space import Boxes


ROUNDING = 1e-9
"""Gap of a plan worth nothing that is only the rounding of its prices, as a share of what all the
quantities would be worth at the largest value."""


@dataclass(frozen=True)
class Places:
    """All pairs of offers and needs, with ``value = offer_value + need_value - rate * distance``.

    Parameters
    ----------
    offers_xy, needs_xy
        Shapes n x 2 and m x 2: coordinates, or longitude and latitude in degrees on the globe.
    offer_value, need_value
        Worth per unit on either side, shapes n and m, or one number for all.
    rate
        Worth lost per unit of distance; not negative.
    metric
        ``"euclidean"`` in the unit of the coordinates, or ``"haversine"`` in km.
    max_distance
        Longest admissible distance, None for any.
    """

    offers_xy: ArrayLike
    needs_xy: ArrayLike
    offer_value: ArrayLike
    need_value: ArrayLike
    rate: float
    metric: Literal["euclidean", "haversine"] = "euclidean"
    max_distance: float | None = None


Value: TypeAlias = ArrayLike | sparray | spmatrix | Places


@dataclass(frozen=True)
class Certificate:
    """The proof that comes with a plan.

    Parameters
    ----------
    primal, dual
        Worth of the plan, and the most that any plan can be worth by its prices.
    gap, relative_gap
        Their difference, and the same over the primal value.
    pairs_covered
        Admissible pairs for which the prices speak.
    largest_violation
        Worst relative breach of a supply, a demand, a sign or an admissible pair.
    """

    primal: float
    dual: float
    gap: float
    relative_gap: float
    pairs_covered: int
    largest_violation: float
    statement: proof.Statement = field(repr=False, compare=False)

    @property
    def optimal(self) -> bool:
        """Whether nothing feasible is worth more, to a millionth."""
        return self.relative_gap <= 1e-6 and self.largest_violation <= 1e-6

    def verify(self) -> Certificate:
        """Return the certificate recomputed from the plan alone, over every pair.

        The code shares nothing with the solver: every admissible pair is looked at, one by one.
        """
        return certify(self.statement)


def certify(statement: proof.Statement) -> Certificate:
    """Return the certificate of a plan, recomputed over every pair."""
    found = proof.examine(statement)
    return certificate(found.primal, found.dual, found.pairs, found.violation, statement)


def certificate(
    primal: float, dual: float, pairs: int, violation: float, statement: proof.Statement
) -> Certificate:
    """Return a certificate with its gaps filled in.

    Where nothing is shipped, what the prices prove is no more than their rounding if it vanishes
    beside all that the quantities could be worth, which is a bound too.
    """
    if primal > 0:
        gap = max(dual - primal, 0.0)
        relative = gap / primal
    else:
        most = proof.most(statement)
        dual = min(dual, most)
        gap = max(dual - primal, 0.0)
        relative = float("inf") if gap > ROUNDING * most else 0.0
    return Certificate(primal, dual, gap, relative, pairs, violation, statement)


@dataclass(frozen=True)
class State:
    """What a plan remembers for the next solve.

    Parameters
    ----------
    basis, links
        Keys (``offer * m + need``, by rank) of the links of the last tree, and of all in play.
    arcs
        Those in play with their whole values.
    free
        Nodes by rank, offers first, that hung from the root.
    offers, needs
        The caller's number at each rank.
    scale
        Whole values in one unit of worth.
    prices
        Prices by rank that no pair exceeds.
    boxes
        Where either side was, to be used again if nobody has moved.
    """

    basis: Ints
    links: Ints
    arcs: Arcs
    free: Ints
    offers: Ints
    needs: Ints
    scale: float
    prices: tuple[Floats, Floats]
    boxes: tuple[Boxes | None, Boxes | None] = (None, None)


@dataclass(frozen=True)
class Plan:
    """Who sends how much to whom, at what prices, with the proof.

    Parameters
    ----------
    offer, need
        Ends of each shipment, positions in the caller's arrays, by offer and then need.
    amount
        Its quantity, in the caller's units.
    offer_price, need_price
        What one more unit of each offer and need would be worth.
    value
        Worth of the plan, from the caller's own numbers.
    certificate
        The proof.
    rounds, pivots
        Rounds of column generation and pivots of the simplex.
    state
        What ``start=`` needs.
    """

    offer: Ints
    need: Ints
    amount: Floats
    offer_price: Floats
    need_price: Floats
    value: float
    certificate: Certificate
    rounds: int
    pivots: int
    state: State = field(repr=False)
