"""Coordinates of firms: degrees, or x and y in a reference system, each judged by its area of use.

Nothing is guessed: numbers that are no place of the stated system are a problem that names the
systems in which they would be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from symbiosis.errors import Message, say
from symbiosis.flows.contract import fold
from symbiosis.flows.gazetteer import french_communes
from symbiosis.flows.reference_systems import (
    DEGREES,
    LAMBERT_93,
    OBSOLETE,
    SYSTEMS,
    WORLD,
    Floats,
    Mask,
    expected,
    inside,
    is_known,
    label,
    within_area,
)
from symbiosis.flows.table import Lines, Table
from symbiosis.geography import EARTH_RADIUS_KM, great_circle_km

_SYSTEMS_READ = 50
"""Reference systems read in one table; what is in more of them has no place."""
_MARGIN_DEG = 0.5
"""How far outside its area of use a system is still believed; 55 km from north to south."""
_PROJECTED_M = 10.0
"""Precision taken for projected coordinates."""
_ASSUMED_KM = 25.0
"""How far from every commune of France a place may lie whose system nobody stated."""
_FAR_KM, _FAR_TIMES = 20.0, 3.0
"""A place further from its own commune, in km and in precisions of the commune, is not there."""
_JUDGED = 2000
"""Lines for which other systems are tried; a column of more is wrong in one way."""
_OFFERED = 3
_SAME_DEG = 0.01
"""Readings nearer than this are one place: systems of one projection on two datums."""


@cache
def _commune_points() -> cKDTree:
    points = {(c.longitude, c.latitude) for c in french_communes().communes}
    lon, lat = np.array([point for point in points if point[0] == point[0]]).T
    return cKDTree(_sphere(lon, lat))


def _sphere(longitude: Floats, latitude: Floats) -> Floats:
    lon, lat = np.radians(longitude), np.radians(latitude)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def km_from_france(longitude: Floats, latitude: Floats) -> Floats:
    """Return how far places are from the nearest commune of metropolitan France, km."""
    far = np.full(len(longitude), np.inf)
    known = np.isfinite(longitude) & np.isfinite(latitude)
    if known.any():
        chord = _commune_points().query(_sphere(longitude[known], latitude[known]))[0]
        far[known] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1))
    return far


@dataclass(frozen=True)
class Anchors:
    """Where the communes of the firms are, against which coordinates are judged.

    Parameters
    ----------
    longitude, latitude
        Degrees; NaN where a firm names no commune that is known, shape n.
    precision_m
        How far a site may be from there, m.
    """

    longitude: Floats
    latitude: Floats
    precision_m: Floats

    def excess_km(self, longitude: Floats, latitude: Floats) -> Floats:
        """Return how far places are from their communes, 0 where that is near or not known."""
        km = great_circle_km(longitude, latitude, self.longitude, self.latitude)
        reach = np.maximum(_FAR_KM, _FAR_TIMES * self.precision_m / 1000)
        with np.errstate(invalid="ignore"):
            return np.where(km > reach, km, 0.0)

    def of(self, lines: Lines) -> Anchors:
        """Return the anchors of some lines."""
        return Anchors(self.longitude[lines], self.latitude[lines], self.precision_m[lines])


def decimals_m(firms: Table) -> Floats:
    """Return the precision that the written decimals of degrees allow, in metres."""
    metres = np.full(len(firms.rows), 0.0)
    for name in ("longitude", "latitude"):
        decimals = firms.column(name).str.extract(r"[.,](\d+)$", expand=False).str.len().fillna(0)
        rough = 111_000 * 0.5 * 10.0 ** -decimals.to_numpy(dtype=float)
        metres = np.maximum(metres, np.round(rough, 1))
    precision: Floats = np.maximum(metres, 10.0)
    return precision


def check_degrees(firms: Table, longitude: Floats, latitude: Floats, anchors: Anchors) -> None:
    """Flag longitudes and latitudes that are half given, swapped, no degrees, or 0, 0."""
    firms.flag(
        (np.isnan(longitude) != np.isnan(latitude)) & ~firms.bad,
        "longitude",
        say("only one of longitude and latitude is given"),
        say("give both"),
    )
    given = ~np.isnan(longitude) & ~np.isnan(latitude) & ~firms.bad
    world = inside(longitude, latitude, WORLD)
    known = expected(longitude, latitude)
    swapped = given & ~known & expected(latitude, longitude)
    firms.flag(
        swapped,
        "longitude",
        say("longitude and latitude are swapped: as given this is far from Europe"),
        say("exchange the two columns"),
    )
    outside = given & ~world & ~swapped
    for lines, systems in _fitting(np.flatnonzero(outside), longitude, latitude, anchors):
        cure = say("give longitude (-180 to 180) and latitude (-90 to 90) in degrees, or x, y and"
                   " epsg")  # fmt: skip
        if systems is not None:
            cure = say("name these columns x and y, and write their system in a column epsg: they"
                       " would fit {systems}", systems=systems)  # fmt: skip
        firms.flag(lines, "longitude", say("this place is outside the world"), cure)
    zero = given & (longitude == 0) & (latitude == 0)
    firms.flag(
        zero,
        "longitude",
        say("0, 0 is in the Gulf of Guinea: the place is not filled in"),
        say("give the longitude and the latitude"),
    )
    firms.remark(
        given & world & ~known & ~swapped & ~zero,
        "longitude",
        say("this place is outside Europe"),
        say("check it if that is not meant"),
    )


@dataclass(frozen=True)
class Projected:
    """Projected coordinates as they are given.

    Parameters
    ----------
    x, y
        Easting and northing, NaN where empty, shape n.
    epsg
        Code of their reference system, NaN where none is given.
    anchors
        Where the communes of the firms are.
    """

    x: Floats
    y: Floats
    epsg: Floats
    anchors: Anchors


def project(firms: Table, numbers: Projected, places: pd.DataFrame) -> None:
    """Convert x and y in their EPSG system; Lambert 93 where none is given, and say so.

    Parameters
    ----------
    firms
        The lines; flagged where x and y are no place of their system.
    numbers
        The coordinates.
    places
        ``longitude``, ``latitude``, ``precision_m``; filled in place.
    """
    x, y = numbers.x, numbers.y
    todo = places["longitude"].isna().to_numpy() & ~np.isnan(x) & ~np.isnan(y) & ~firms.bad
    header = fold(firms.header("x"))
    assumed = np.isnan(numbers.epsg) & ("l93" not in header) & ("lambert" not in header)
    codes = np.where(np.isnan(numbers.epsg), LAMBERT_93, numbers.epsg)
    for code in np.unique(codes[todo])[:_SYSTEMS_READ].astype(int):
        lines = np.flatnonzero(todo & (codes == code))
        lon, lat = within_area(x[lines], y[lines], code, _MARGIN_DEG)
        good = np.isfinite(lon)
        _flag_outside(firms, lines[~good], numbers, code)
        guess = good & assumed[lines]
        good[guess] = ~_flag_elsewhere(firms, lines[guess], (lon[guess], lat[guess]), numbers)
        rows = lines[good]
        places.loc[rows, "longitude"], places.loc[rows, "latitude"] = lon[good], lat[good]
        places.loc[rows, "precision_m"] = _PROJECTED_M
        firms.remark(
            rows[assumed[rows]],
            "x",
            say("no EPSG code is given: read as Lambert 93 (EPSG:2154)"),
            say("add a column epsg if it is another system"),
        )


def _flag_outside(firms: Table, lines: Lines, numbers: Projected, code: int) -> None:
    """Flag lines whose x and y are outside the area of their system."""
    problem = say("x and y are outside the area of {system}", system=label(code))
    if not is_known(code):
        problem = say("no reference system has the EPSG code {code}", code=code)
    for rows, systems in _fitting(lines, numbers.x, numbers.y, numbers.anchors):
        cure = say("check the columns x, y and epsg; x is the easting")
        if systems is not None:
            cure = say("they would fit {systems}: write the code in a column epsg, and check the"
                       " order and the unit of x and y", systems=systems)  # fmt: skip
        firms.flag(rows, "x", problem, cure)


def _flag_elsewhere(
    firms: Table, lines: Lines, degrees: tuple[Floats, Floats], numbers: Projected
) -> Mask:
    """Flag places read as Lambert 93 unasked that are nowhere in France, or not in their commune.

    Returns
    -------
    ndarray
        Which of the lines were flagged.
    """
    if not len(lines):
        return np.zeros(0, dtype=bool)
    elsewhere = numbers.anchors.of(lines).excess_km(*degrees) > 0
    abroad = ~elsewhere & (km_from_france(*degrees) > _ASSUMED_KM)
    for where, problem in (
        (elsewhere, say("read as Lambert 93, since no EPSG code is given, x and y are not in the"
                        " firm's commune")),
        (abroad, say("read as Lambert 93, since no EPSG code is given, x and y are in the sea or"
                     " abroad")),
    ):  # fmt: skip
        for rows, systems in _fitting(lines[where], numbers.x, numbers.y, numbers.anchors):
            cure = say("write the code of their system in a column epsg (2154 for Lambert 93)")
            if systems is not None:
                cure = say("write the code of their system in a column epsg; they would fit"
                           " {systems}", systems=systems)  # fmt: skip
            firms.flag(rows, "x", problem, cure)
    flagged: Mask = elsewhere | abroad
    return flagged


def _trials() -> Iterator[tuple[Message, int, bool, float]]:
    """Yield how numbers might be read: in words, the system, whether swapped, and the factor."""
    yield say("degrees (longitude, latitude)"), DEGREES, False, 1.0
    yield say("degrees (latitude, longitude)"), DEGREES, True, 1.0
    for code in SYSTEMS:
        yield Message(label(code)), code, False, 1.0
    for code in SYSTEMS:
        yield say("{system} with x and y exchanged", system=label(code)), code, True, 1.0
    yield say("{system} in kilometres", system=label(LAMBERT_93)), LAMBERT_93, False, 1000.0


def _fitting(
    lines: Lines, x: Floats, y: Floats, anchors: Anchors
) -> list[tuple[Lines, Message | None]]:
    """Return lines grouped by the systems in which their numbers are a place, the likeliest first.

    A system fits where the place lies in its area of use, and in the firm's commune if that is
    known. Places in or near France come before those abroad, and x and y exchanged after both.
    """
    tried = lines[:_JUDGED]
    if not len(tried):
        return []
    near = anchors.of(tried)
    fits: list[list[_Fit]] = [[] for _ in tried]
    for words, code, swapped, factor in _trials():
        first, second = (y, x) if swapped else (x, y)
        lon, lat = within_area(first[tried] * factor, second[tried] * factor, code)
        abroad = km_from_france(lon, lat) > _ASSUMED_KM
        for row in np.flatnonzero(np.isfinite(lon) & (near.excess_km(lon, lat) == 0)):
            rank = 2 * swapped + int(abroad[row] or code in OBSOLETE)
            fit = _Fit(rank, words, float(lon[row]), float(lat[row]))
            if not any(fit.is_at(other) for other in fits[row]):
                fits[row].append(fit)
    groups: dict[str, tuple[list[int], Message | None]] = {}
    for line, those in enumerate(fits):
        offered = [fit.words for fit in sorted(those, key=lambda fit: fit.rank)[:_OFFERED]]
        message = _either(offered) if offered else None
        groups.setdefault(str(message), ([], message))[0].append(line)
    grouped = [(tried[np.array(rows)], message) for rows, message in groups.values()]
    rest = lines[_JUDGED:]
    return [*grouped, (rest, None)] if len(rest) else grouped


@dataclass(frozen=True)
class _Fit:
    """A reading of two numbers that gives a place: its rank, the system in words, degrees."""

    rank: int
    words: Message
    longitude: float
    latitude: float

    def is_at(self, other: _Fit) -> bool:
        """Return whether another reading gives the same place, to about 1 km."""
        return (
            abs(self.longitude - other.longitude) < _SAME_DEG
            and abs(self.latitude - other.latitude) < _SAME_DEG
        )


def _either(words: Sequence[Message]) -> Message:
    """Return a list in words, joined by "or"."""
    joined = words[-1]
    for each in reversed(words[:-1]):
        joined = say("{one} or {other}", one=each, other=joined)
    return joined
