"""k-anonymity of published sums, differences between publications included.

A published figure is a sum over *atoms*: one firm's quantity of one material in one cell. Someone
who keeps every publication can add and subtract them at will; what they can learn is the row space
of the matrix publications x atoms. A set of publications is safe when no non-zero vector of that
space lives on fewer than k firms. Atoms that the onlooker may read anyway (public flows; for a
member, the members' flows too) are known to them and are struck out first.

Groups never share an atom, so that each group is judged alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

K = 3
# Sides of the cells in degrees, fine to coarse: about 7 x 11 km at 50° north, then 4 and 16 times
# that; beyond them a group covers the whole store.
SIDES_DEG = (0.1, 0.4, 1.6)
WHOLE = "whole"
# What each kind of onlooker cannot read.
_ONLOOKERS = (frozenset({"members", "private"}), frozenset({"private"}))
# Above this many firms in small classes the search for a leak would be long: then nothing new is
# published, which is always safe.
_MOST_FIRMS = 80


class Atom(NamedTuple):
    """One firm's quantity of one material in one cell, as it stood in a publication."""

    firm_id: str
    visibility: str
    quantity: float


def cell_of(longitude: float, latitude: float, side_deg: float = SIDES_DEG[0]) -> str:
    """Return the cell of a place.

    Examples
    --------
    >>> cell_of(2.37, 51.03), cell_of(-0.01, 51.03, 0.4)
    ('0.1:23:510', '0.4:-1:127')
    """
    # A thousandth of a cell keeps a place on a border on the same side on every machine.
    column, row = (int(np.floor(x / side_deg + 1e-9)) for x in (longitude, latitude))
    return f"{side_deg}:{column}:{row}"


@lru_cache(maxsize=100_000)
def parent(cell: str, side_deg: float) -> str:
    """Return the coarser cell in which a finest cell lies.

    Examples
    --------
    >>> parent("0.1:23:510", 0.4)
    '0.4:5:127'
    """
    side, column, row = cell.split(":")
    ratio = round(side_deg / float(side))
    return f"{side_deg}:{int(column) // ratio}:{int(row) // ratio}"


def bounds(cell: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a cell in degrees."""
    side, column, row = cell.split(":")
    west, south = int(column) * float(side), int(row) * float(side)
    return west, south, west + float(side), south + float(side)


def enough(atoms: Iterable[Atom], k: int = K) -> bool:
    """Return whether one sum alone may be published.

    At least k firms, and for every kind of onlooker either no firm that they cannot read, or at
    least k of them.
    """
    found = list(atoms)
    if len({atom.firm_id for atom in found}) < k:
        return False
    for unread in _ONLOOKERS:
        firms = {atom.firm_id for atom in found if atom.visibility in unread}
        if 0 < len(firms) < k:
            return False
    return True


def safe(publications: Sequence[Sequence[Atom]], k: int = K) -> bool:
    """Return whether no combination of publications tells anything of fewer than k firms.

    Parameters
    ----------
    publications
        The atoms of each publication of one group, past ones and the one to come.
    k
        The least number of firms.

    Examples
    --------
    >>> a, b, c, d = (Atom(x, "private", 1.0) for x in "abcd")
    >>> safe([[a, b, c]]), safe([[a, b, c], [a, b, c, d]])
    (True, False)
    """
    return all(_safe(publications, unread, k) for unread in _ONLOOKERS)


def _safe(publications: Sequence[Sequence[Atom]], unread: frozenset[str], k: int) -> bool:
    rows = [frozenset(atom for atom in row if atom.visibility in unread) for row in publications]
    rows = list(dict.fromkeys(row for row in rows if row))
    # Atoms that stand in the same publications (a bit each) can only be seen together.
    stands: dict[Atom, int] = {}
    for place, row in enumerate(rows):
        for atom in row:
            stands[atom] = stands.get(atom, 0) | 1 << place
    firms_of: dict[int, set[str]] = {}
    for atom, bits in stands.items():
        firms_of.setdefault(bits, set()).add(atom.firm_id)
    small = sorted(set().union(*(firms for firms in firms_of.values() if len(firms) < k)))
    if not small:
        return True
    if len(small) > _MOST_FIRMS:
        return False
    full = _rank(frozenset(firms_of), len(rows))
    for few in combinations(small, min(k - 1, len(small))):
        kept = frozenset(bits for bits, firms in firms_of.items() if not firms.issubset(few))
        if _rank(kept, len(rows)) < full:
            return False
    return True


@lru_cache(maxsize=10_000)
def _rank(columns: frozenset[int], rows: int) -> int:
    """Return the rank of a matrix of zeros and ones, its columns given as bits."""
    if not columns:
        return 0
    bits = np.array([[column >> row & 1 for column in columns] for row in range(rows)], dtype=float)
    return int(np.linalg.matrix_rank(bits))
