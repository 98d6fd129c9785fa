"""Roads that were measured: a table of distances between firms, beside the detour factor.

A detour factor is an average; it knows no river, no estuary and no mountain. Where a table of road
distances is given (from a routing engine, or from hauliers), each pair of firms that it names lies
as far apart as it says, and every other pair keeps great circle times detour factor. A pair between
which the table says that there is no road exchanges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import DataError, Message, Problems, say
from symbiosis.geography.distances import great_circle_km, road_km

ROAD_COLUMNS = ("from_firm", "to_firm", "distance_km")
ROUNDING_KM = 0.05
"""How much shorter than the great circle a road may look where its table is rounded to 0.1 km."""
LONGEST_KM = 20_000.0
"""No road joins two places further apart than this: it is half the circumference of the Earth."""
MOST_DETOUR, LEAST_DETOUR_KM = 50.0, 30.0
"""A road is wrong above 30 km plus 50 times the great circle; round an estuary it is 35 times."""
NO_ROAD = frozenset(
    {"", "none", "null", "nan", "na", "n/a", "-", "–", "inf", "infinity", "no road", "no route",
     "aucune", "aucune route", "pas de route"}
)  # fmt: skip
"""What a cell says where no road joins two firms, in any case; routing engines write ``null``."""
_NO_ROUTE = (2147483.647, 2147483.648, 2147483647.0, 4294967.295, 4294967295.0)
"""What routing engines write for "no route": the largest whole numbers of 32 bits, and in km."""
_METRES = (200.0, 5000.0)
"""Between these many times the great circle, in the median, distances are metres."""
_MILES = (0.55, 0.97)
"""Between these, where some roads are shorter than the great circle, they are miles."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Roads:
    """Road distances of some pairs of firms, as sorted arrays: no matrix unless the table is one.

    Parameters
    ----------
    firms
        How many firms there are; they are numbered by their row in ``Flows.firms``.
    key
        ``sender * firms + receiver`` of each pair that is named, ascending, shape k.
    km
        Road distances, km, shape k; inf where no road joins the pair.
    """

    firms: int = 0
    key: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    km: Floats = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.key)

    @cached_property
    def start(self) -> Ints:
        """Return where the pairs of each sender begin, and the end of the last (firms + 1)."""
        bounds: Ints = np.searchsorted(self.key, np.arange(self.firms + 1) * self.firms)
        return bounds.astype(np.int64)

    @cached_property
    def taker(self) -> Ints:
        """Return the receiver of each pair."""
        return self.key % max(self.firms, 1)

    @cached_property
    def closed(self) -> Ints:
        """Return the pairs of firms that no road joins, sender and receiver (k x 2)."""
        key = self.key[np.isinf(self.km)]
        return np.column_stack(np.divmod(key, max(self.firms, 1))).astype(np.int64)

    def named(self, sender: Ints, receiver: Ints) -> Floats:
        """Return the distance that the table names for pairs of firms, NaN where it names none.

        It is inf where the table says that no road joins them.

        Parameters
        ----------
        sender, receiver
            Firm numbers; any shapes that broadcast together.
        """
        key = sender * self.firms + receiver
        found = np.full(np.shape(key), np.nan)
        if not len(self):
            return found
        place = np.minimum(np.searchsorted(self.key, key), len(self) - 1)
        return np.where(self.key[place] == key, self.km[place], found)

    def distance_km(
        self, pairs: tuple[Ints, Ints], great_circle: Floats, detour_factor: float
    ) -> Floats:
        """Return road distances: the table's where it names the pair, else by the detour factor.

        Parameters
        ----------
        pairs
            Firm numbers of senders and receivers, of shapes that broadcast to the distances'.
        great_circle
            Great-circle distances, km.
        detour_factor
            Road distance over great-circle distance.
        """
        distance = road_km(great_circle, detour_factor)
        if not len(self):
            return distance
        named = self.named(*pairs)
        return np.where(np.isnan(named), distance, named)

    def of_senders(self, senders: Ints) -> Roads:
        """Return the roads of some senders only, given ascending; firms keep their numbers."""
        if not len(self):
            return self
        first = np.searchsorted(self.key, senders * self.firms)
        count = np.searchsorted(self.key, (senders + 1) * self.firms) - first
        before = np.cumsum(count) - count
        rows = np.repeat(first - before, count) + np.arange(int(count.sum()))
        return Roads(self.firms, self.key[rows], self.km[rows])

    def without(self, firm: int) -> Roads:
        """Return the roads when one firm has left and those after it have moved up by one."""
        return self.among(np.arange(self.firms) != firm)

    def among(self, stays: NDArray[np.bool_]) -> Roads:
        """Return the roads between some of the firms, numbered anew in the same order.

        Parameters
        ----------
        stays
            Whether each firm stays, shape ``firms``.
        """
        if not len(self):
            return self
        sender, receiver = np.divmod(self.key, self.firms)
        kept = np.flatnonzero(stays[sender] & stays[receiver])
        number = np.cumsum(stays, dtype=np.int64) - 1
        count = int(stays.sum())
        key = number[sender[kept]] * count + number[receiver[kept]]
        return Roads(count, key, self.km[kept])


def roads_between(given: Roads | pd.DataFrame | Path | str | None, firms: pd.DataFrame) -> Roads:
    """Return measured roads between firms, from a table or a CSV file of them.

    Parameters
    ----------
    given
        A table or the path of a CSV file (UTF-8; comma, semicolon or tab) with the columns
        ``from_firm``, ``to_firm`` (identifiers as in ``firms.csv``) and ``distance_km``; `Roads`
        as they are; None for none. A way back that is not named is as long as the way there, and
        a firm's distance to itself is left out. An empty cell, ``null`` or ``none`` says that no
        road joins the pair: it exchanges nothing.
    firms
        Columns ``firm_id``, ``longitude``, ``latitude``; one row a firm.

    Raises
    ------
    DataError
        Every fault of the table at once: columns missing, firms unknown, distances that are no
        numbers, negative, shorter than the great circle, beyond belief beside it, or in metres or
        miles, pairs named twice.

    Examples
    --------
    Two places on either side of a river; the table is the ferry's:

    >>> firms = pd.DataFrame(
    ...     {"firm_id": ["a", "b"], "longitude": [2.0, 2.0], "latitude": [50.0, 50.045]}
    ... )
    >>> table = pd.DataFrame({"from_firm": ["a"], "to_firm": ["b"], "distance_km": [60]})
    >>> roads_between(table, firms).named(np.array([0, 1]), np.array([1, 0])).tolist()
    [60.0, 60.0]
    """
    if given is None:
        return Roads()
    if isinstance(given, Roads):
        if len(given) and given.firms != len(firms):
            _refuse("", say("these roads are of other firms"), say("read their table again"))
        return given
    file = "" if isinstance(given, pd.DataFrame) else Path(given).name
    table = given.reset_index(drop=True) if isinstance(given, pd.DataFrame) else _read(Path(given))
    missing = [name for name in ROAD_COLUMNS if name not in table]
    if missing:
        problem = say("the table of roads has no column {names}", names=", ".join(missing))
        _refuse(file, problem, say("name its columns from_firm, to_firm, distance_km"))
    known = pd.Index(firms["firm_id"].astype(str))
    ends = [
        known.get_indexer(pd.Index(table[name].astype(str).str.strip()))
        for name in ROAD_COLUMNS[:2]
    ]
    km = _numbers(table["distance_km"])
    _check(table, file, (ends[0], ends[1], km), firms)
    return _sorted(len(known), ends[0], ends[1], km)


def _sorted(count: int, sender: Ints, receiver: Ints, km: Floats) -> Roads:
    """Return checked rows as roads, the ways back filled in."""
    apart = sender != receiver
    sender, receiver, km = sender[apart], receiver[apart], km[apart]
    key = np.concatenate((sender * count + receiver, receiver * count + sender)).astype(np.int64)
    # The first of equal keys wins: what the table names goes before the ways back.
    key, first = np.unique(key, return_index=True)
    return Roads(count, key, np.concatenate((km, km))[first])


def _read(path: Path) -> pd.DataFrame:
    """Return the file as text, its rows in place."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            head = lines.readline()
        mark = next((each for each in (";", "\t") if each in head), ",")
        table = pd.read_csv(
            path, sep=mark, dtype=str, encoding="utf-8-sig", keep_default_na=False,
            skip_blank_lines=False, skipinitialspace=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        _refuse(
            path.name,
            say("this cannot be read as a table of roads ({why})", why=type(error).__name__),
            say("give a CSV file in UTF-8 with from_firm, to_firm, distance_km"),
        )
    table.columns = table.columns.str.strip().str.lower()
    blank = (table.fillna("") == "").all(axis=1)
    return table[~blank]


def _numbers(column: pd.Series) -> Floats:
    """Return distances, inf where a cell says that there is no road, NaN where it is no number."""
    if pd.api.types.is_numeric_dtype(column):
        km = column.to_numpy(dtype=float)
        return np.where(np.isnan(km), np.inf, km)
    text = column.fillna("").astype(str).str.strip().str.lower()
    plain = text.str.replace(r"[\s\u00a0\u202f]", "", regex=True).str.replace(",", ".", regex=False)
    km = pd.to_numeric(plain.where(~text.isin(NO_ROAD)), errors="coerce").to_numpy(dtype=float)
    return np.where(text.isin(NO_ROAD), np.inf, np.where(np.isinf(km), np.nan, km))


def _check(
    table: pd.DataFrame, file: str, read: tuple[Ints, Ints, Floats], firms: pd.DataFrame
) -> None:
    """Refuse a table with any fault, all of them said."""
    sender, receiver, km = read
    both = (sender >= 0) & (receiver >= 0)
    lon, lat = (firms[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    circle = great_circle_km(lon[sender], lat[sender], lon[receiver], lat[receiver])
    pair = pd.Series(sender * len(firms) + receiver)
    unknown = say("no firm has this identifier"), say("give a firm_id of the declaration")
    absent = np.isin(km, _NO_ROUTE)
    judged = np.isfinite(km) & (km >= 0) & ~absent & both & (sender != receiver)
    unit = _unit_cure(km[judged], circle[judged])
    faults = [
        ("from_firm", sender < 0, *unknown),
        ("to_firm", receiver < 0, *unknown),
        ("distance_km", np.isnan(km), say("this is not a distance"),
         say("write 12.5, or none where there is no road")),
        ("distance_km", km < 0, say("this distance is negative"), say("give km from 0 up")),
        ("distance_km", absent, say("this is what a routing engine writes where it has no route"),
         say("write none where there is no road")),
        ("distance_km", judged & (km < circle - ROUNDING_KM),
         say("this road is shorter than the great circle between the two firms"), unit),
        ("distance_km", judged & _beyond(km, circle),
         say("this road is beyond belief: many times the great circle between the two firms"),
         unit),
        ("to_firm", both & pair.duplicated().to_numpy(),
         say("this pair of firms is named a second time"), say("keep one distance a pair")),
    ]  # fmt: skip
    problems, rows = Problems(), table.index.to_numpy()
    for column, where, problem, cure in faults:
        for place in np.flatnonzero(where):
            row, value = int(rows[place]) + 2, table[column].iloc[place]
            problems.add(problem, cure, file=file, row=row, column=column, value=value)
    if len(problems):
        raise DataError(sorted(problems, key=lambda each: each.row or 0))


def _beyond(km: Floats, circle: Floats) -> NDArray[np.bool_]:
    """Return which roads no detour explains."""
    longest = np.minimum(LONGEST_KM, LEAST_DETOUR_KM + MOST_DETOUR * circle)
    beyond: NDArray[np.bool_] = km > longest
    return beyond


def _unit_cure(km: Floats, circle: Floats) -> Message:
    """Return what would put roads of wrong length right, judged by all of them together."""
    apart = circle > 1.0
    times = float(np.median(km[apart] / circle[apart])) if apart.any() else 1.0
    if _METRES[0] < times < _METRES[1]:
        return say("these look like metres: give km (divide by 1000)")
    if _MILES[0] < times < _MILES[1]:
        return say("these look like miles: give km (multiply by 1.609344)")
    return say("check the distance, its unit (km) and where the firms are")


def _refuse(file: str, problem: Message, cure: Message) -> NoReturn:
    problems = Problems()
    problems.add(problem, cure, file=file)
    raise DataError(problems)
