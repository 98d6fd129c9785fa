"""k-anonymity of published sums, differences between publications included.

An *atom* is one firm's quantity of one material, over all publications. Atoms are published in
*groups* of k to 2k - 1 that never gain or lose a member, and no atom is ever in two groups. So
whatever someone adds and subtracts who kept every publication, each group stands for itself, and
what can be learnt of one is the row space of its own versions: `safe` says whether a non-zero
vector of it lives on fewer than k firms.

Quantities of one firm that differ by less than `LITTLE` are one unknown there: the difference of
two versions in which most firms hardly changed tells of the few that did.

A sum hides nobody who is nearly all of it either (the p % rule of statistical disclosure control:
Hundepool et al. 2012, *Statistical Disclosure Control*, section 4.2.2): what is left without the
two largest must be at least `PROTECTION` of the largest, so that not even the second largest, who
knows their own figure, comes closer to the largest than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

K = 3
# Sides of the cells in degrees, fine to coarse: about 7 x 11 km at 50° north, then 4 and 16 times
# that; beyond them a group covers the whole territory.
SIDES_DEG = (0.1, 0.4, 1.6)
WHOLE = "whole"
LITTLE = 0.1
PROTECTION = 0.1
# From shut to open; whoever reads an openness reads all those before it.
_OPENNESS = ("private", "members", "public")
# What each kind of onlooker reads: a visitor, a member.
_READ = (frozenset({"public"}), frozenset({"public", "members"}))
# Groups of an older version may be larger: above this many firms the search for a leak would be
# long, and nothing new is published, which is always safe.
_MOST_FIRMS = 80


class Atom(NamedTuple):
    """One firm's quantity of one material, as it stood in a publication.

    Parameters
    ----------
    firm_id
        The firm.
    visibility, opened
        Who may read it now, and the most open that it ever was: what was read once is known.
    quantity
        A year, in the unit of the group.
    """

    firm_id: str
    visibility: str
    opened: str
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


def inside(cell: str, area: str) -> bool:
    """Return whether a finest cell lies in an area.

    Examples
    --------
    >>> inside("0.1:23:510", "0.4:5:127"), inside("0.1:23:510", "0.1:24:510")
    (True, False)
    """
    return area == WHOLE or parent(cell, float(area.split(":", maxsplit=1)[0])) == area


def bounds(cell: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a cell in degrees."""
    side, column, row = cell.split(":")
    west, south = int(column) * float(side), int(row) * float(side)
    return west, south, west + float(side), south + float(side)


def most_open(one: str, other: str) -> str:
    """Return the more open of two visibilities; what is not known is private.

    Examples
    --------
    >>> most_open("members", "private"), most_open("", "public")
    ('members', 'public')
    """
    return max((one, other), key=lambda v: _OPENNESS.index(v) if v in _OPENNESS else 0)


def close(one: float, other: float) -> bool:
    """Return whether two quantities of one firm count as the same unknown.

    Examples
    --------
    >>> close(100.0, 91.0), close(100.0, 89.0), close(0.0, 0.0)
    (True, False, True)
    """
    return abs(one - other) <= LITTLE * max(abs(one), abs(other))


def hidden(quantities: Iterable[float]) -> bool:
    """Return whether no term of a sum is nearly all of it (the p % rule, see above).

    Examples
    --------
    >>> hidden([100.0, 50.0, 10.0]), hidden([100.0, 50.0, 9.0])
    (True, False)
    """
    sizes = sorted((abs(q) for q in quantities), reverse=True)
    return len(sizes) > 2 and sizes[0] > 0 and sum(sizes[2:]) >= PROTECTION * sizes[0]


def enough(atoms: Iterable[Atom], k: int = K) -> bool:
    """Return whether one sum alone may be published.

    At least k firms with a quantity, and for every kind of onlooker either none that they cannot
    read, or at least k that they never could, none of them nearly all of their sum.
    """
    atoms = [atom for atom in atoms if atom.quantity > 0]
    if len({atom.firm_id for atom in atoms}) < k:
        return False
    for read in _READ:
        if all(atom.visibility in read for atom in atoms):
            continue
        never = [atom for atom in atoms if atom.opened not in read]
        if len({atom.firm_id for atom in never}) < k or not hidden(a.quantity for a in never):
            return False
    return True


def gather(atoms: Iterable[Atom], k: int = K) -> list[list[Atom]]:
    """Return as many groups of k to 2k - 1 atoms as may be published; what fits in none is left.

    Those of a like size go together, so that none is nearly all of its group.

    Examples
    --------
    >>> [[a.quantity for a in g] for g in gather(Atom(x, "private", "private", q)
    ...  for x, q in zip("abcdef", (9000.0, 1.0, 3.0, 2.0, 4.0, 0.0)))]
    [[4.0, 3.0, 2.0, 1.0]]
    """
    waiting = sorted(
        (atom for atom in atoms if atom.quantity > 0),
        key=lambda atom: (-atom.quantity, atom.firm_id),
    )
    groups: list[list[Atom]] = []
    while len(waiting) >= k:
        # Up to k - 1 more of the next in size may be what hides the largest.
        sizes = range(k, min(2 * k - 1, len(waiting)) + 1)
        size = next((n for n in sizes if enough(waiting[:n], k)), 0)
        if size:
            groups.append(waiting[:size])
        waiting = waiting[size or 1 :]
    for atom in waiting:
        for group in groups[-1:]:
            if len(group) < 2 * k - 1 and enough([*group, atom], k):
                group.append(atom)
    return groups


def safe(versions: Sequence[Mapping[str, float]], k: int = K) -> bool:
    """Return whether no combination of the versions of a group tells of fewer than k firms.

    Parameters
    ----------
    versions
        The quantity of each firm in each version, the one to come last. A version of nobody says
        that all have gone, and adds nothing.
    k
        The least number of firms.

    Examples
    --------
    >>> old = {"a": 10.0, "b": 20.0, "c": 30.0}
    >>> safe([old, {**old, "d": 9.0}]), safe([old, {"a": 20.0, "b": 40.0, "c": 60.0}])
    (False, True)
    >>> safe([old, {"a": 10.1, "b": 20.1, "c": 60.0}])
    False
    """
    rows = list(dict.fromkeys(tuple(sorted(v.items())) for v in versions if v))
    firms = {firm for row in rows for firm, _ in row}
    if len(rows) < 2:
        return not rows or len(firms) >= k
    if len(firms) > _MOST_FIRMS:
        return False
    return _alone(rows, k) and _apart(rows, k) and _spread(rows)


Row = tuple[tuple[str, float], ...]


def _alone(rows: Sequence[Row], k: int) -> bool:
    """Return whether who is in and who is out tells of k firms at least, whatever they declared."""
    members = list(dict.fromkeys(frozenset(firm for firm, _ in row) for row in rows))
    columns = {
        f: sum(1 << i for i, m in enumerate(members) if f in m) for f in set().union(*members)
    }
    full = _rank(frozenset(columns.values()), len(members))
    return all(
        _rank(frozenset(bits for f, bits in columns.items() if f not in few), len(members)) == full
        for few in combinations(sorted(columns), min(k - 1, len(columns)))
    )


def _apart(rows: Sequence[Row], k: int) -> bool:
    """Return whether every combination of versions differs in k firms by more than a little.

    So it does when the versions stay independent whichever k - 1 firms are left out: then no
    combination vanishes on all the others, and none that holds for quantities taken as equal gets
    fewer firms when some of them are told apart.
    """
    values: dict[str, list[tuple[float, int]]] = {}
    for place, row in enumerate(rows):
        for firm, quantity in row:
            values.setdefault(firm, []).append((quantity, place))
    columns = {firm: _unknowns(pairs) for firm, pairs in values.items()}
    for few in combinations(sorted(columns), min(k - 1, len(columns))):
        kept = frozenset().union(*(bits for firm, bits in columns.items() if firm not in few))
        if _rank(kept, len(rows)) < len(rows):
            return False
    return True


def _unknowns(pairs: list[tuple[float, int]]) -> frozenset[int]:
    """Return the unknowns of one firm: for each, the versions in which it stands, a bit each."""
    unknowns: list[int] = []
    before = None
    for quantity, place in sorted(pairs):
        if before is not None and close(before, quantity):
            unknowns[-1] |= 1 << place
        else:
            unknowns.append(1 << place)
        before = quantity
    return frozenset(unknowns)


def _spread(rows: Sequence[Row]) -> bool:
    """Return whether no firm is nearly all of what the last version changes."""
    last = dict(rows[-1])
    for row in rows[:-1]:
        old = dict(row)
        if not hidden(last.get(f, 0.0) - old.get(f, 0.0) for f in {*last, *old}):
            return False
    return True


@lru_cache(maxsize=10_000)
def _rank(columns: frozenset[int], rows: int) -> int:
    """Return the rank of a matrix of zeros and ones, its columns given as bits."""
    if not columns:
        return 0
    bits = np.array([[column >> row & 1 for column in columns] for row in range(rows)], dtype=float)
    return int(np.linalg.matrix_rank(bits))
