"""Where a firm stands: degrees, projected coordinates, or its commune; each with its precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import CRSError, ProjError

from symbiosis.errors import say
from symbiosis.flows.contract import fold
from symbiosis.flows.online import Ask, place_online
from symbiosis.flows.sheets import Sheet, refuse
from symbiosis.flows.table import Table

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

EUROPE = (-12.0, 34.0, 42.0, 72.0)
"""West, south, east, north of the box in which a place is taken as it is, degrees."""
_OVERSEAS = (
    (-62.0, 14.0, -60.5, 18.3),  # Guadeloupe, Martinique, Saint-Martin
    (-54.7, 2.0, -51.5, 6.0),  # Guyane
    (55.0, -21.6, 56.0, -20.7),  # La Réunion
    (44.9, -13.1, 45.4, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
    (163.0, -23.0, 168.2, -19.5),  # Nouvelle-Calédonie
    (-152.5, -18.0, -149.0, -16.0),  # Polynésie
)
LAMBERT_93 = 2154
_SYSTEMS = 50
"""Reference systems read in one table; what is in more of them has no place."""
_COMMUNE_PRECISION_M = 3000.0
"""Half-width of a commune of the mean French area (15 km2) is 2 km; towns are wider."""


def inside(longitude: Floats, latitude: Floats, box: tuple[float, float, float, float]) -> Mask:
    """Return which places a box (west, south, east, north) holds."""
    west, south, east, north = box
    held: Mask = (
        (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
    )
    return held


def expected(longitude: Floats, latitude: Floats) -> Mask:
    """Return which places are in Europe or in a French territory overseas."""
    found = inside(longitude, latitude, EUROPE)
    for box in _OVERSEAS:
        found |= inside(longitude, latitude, box)
    return found


@dataclass(frozen=True)
class Communes:
    """A commune table: one row a commune, or several where it has several postcodes.

    Columns ``insee``, ``name`` (folded), ``postcode``, ``departement``, ``longitude`` and
    ``latitude``.
    """

    table: pd.DataFrame

    def by_insee(self) -> pd.DataFrame:
        """Return places by INSEE code."""
        return self.table.drop_duplicates("insee").set_index("insee")

    def by_name(self, key: str) -> pd.DataFrame:
        """Return places by ``name|key`` (département or postcode), ambiguous ones left out."""
        keyed = self.table.assign(key=self.table["name"] + "|" + self.table[key])
        keyed = keyed.drop_duplicates(["key", "insee"])
        return keyed[~keyed["key"].duplicated(keep=False)].set_index("key")


_COMMUNE_HEADERS = {
    "insee": ("insee", "code insee", "code_insee", "codgeo", "code commune", "code"),
    "name": ("commune", "nom", "libelle", "libgeo", "nom commune", "name", "nom standard"),
    "postcode": ("postcode", "code postal", "codes postaux", "cp"),
    "longitude": ("longitude", "lon", "longitude centre", "longitude mairie", "x"),
    "latitude": ("latitude", "lat", "latitude centre", "latitude mairie", "y"),
}


def to_communes(sheet: Sheet, file: Path) -> Communes:
    """Read a commune table out of a sheet.

    Raises
    ------
    DataError
        If a column is missing.
    """
    head = [fold(cell) for cell in sheet.grid[0]] if sheet.grid else []
    found = {
        name: next((head.index(fold(word)) for word in words if fold(word) in head), -1)
        for name, words in _COMMUNE_HEADERS.items()
    }
    missing = [name for name, at in found.items() if at < 0 and name != "postcode"]
    if missing:
        refuse(
            file,
            say("this commune table lacks {columns}", columns=", ".join(missing)),
            say("give columns insee, commune, longitude, latitude, and postcode if there is one"),
            row=1,
        )
    width = max(found.values()) + 1
    body = [row for row in sheet.grid[1:] if len(row) >= width]
    table = pd.DataFrame(
        {name: [row[at] if at >= 0 else "" for row in body] for name, at in found.items()},
        dtype="str",
    )
    table["insee"] = table["insee"].str.zfill(5)
    table["name"] = commune_names(table["name"])
    table["departement"] = departement_of(table["insee"])
    table["longitude"] = pd.to_numeric(table["longitude"], errors="coerce")
    table["latitude"] = pd.to_numeric(table["latitude"], errors="coerce")
    return Communes(table.dropna(subset=["longitude", "latitude"]).reset_index(drop=True))


def commune_names(text: pd.Series) -> pd.Series:
    """Return folded commune names: ``St-Omer`` is ``saint omer``, ``Lille Cedex`` ``lille``."""
    codes, words = pd.factorize(text)
    folded = pd.Series([fold(str(word)) for word in words], dtype="str")
    folded = folded.str.replace(r"\bcedex\b.*$", "", regex=True)
    folded = folded.str.replace(r"\bst\b", "saint", regex=True)
    folded = folded.str.replace(r"\bste\b", "sainte", regex=True).str.strip()
    return pd.Series(folded.to_numpy()[codes], index=text.index, dtype="str")


def departement_of(insee_or_postcode: pd.Series) -> pd.Series:
    """Return the département: two figures, three overseas (``971``), ``2A`` from INSEE codes."""
    overseas = insee_or_postcode.str.startswith(("97", "98"))
    return insee_or_postcode.str.slice(0, 3).where(overseas, insee_or_postcode.str.slice(0, 2))


def place(
    firms: Table, numbers: dict[str, Floats], communes: Communes | Ask | None
) -> pd.DataFrame:
    """Find the place of every firm and flag those that have none.

    Parameters
    ----------
    firms
        Table with any of the place fields.
    numbers
        Its numbers already read, by field; NaN where empty.
    communes
        The commune table of the user, or the address service, if any.

    Returns
    -------
    DataFrame
        ``longitude``, ``latitude`` (EPSG:4326) and ``precision_m``, one row a line; NaN where
        a problem was flagged.
    """
    n = len(firms.rows)
    empty = np.full(n, np.nan)
    longitude = numbers.get("longitude", empty).copy()
    latitude = numbers.get("latitude", empty).copy()
    found = pd.DataFrame({"longitude": longitude, "latitude": latitude})
    found["precision_m"] = _decimals_m(firms)
    half = np.isnan(longitude) != np.isnan(latitude)
    firms.flag(
        half & ~firms.bad,
        "longitude",
        say("only one of longitude and latitude is given"),
        say("give both"),
    )
    _check_degrees(firms, longitude, latitude)
    _project(firms, numbers, found)
    if callable(communes):
        place_online(firms, found, communes)
    elif communes is not None:
        _look_up(firms, found, communes)
    given = numbers.get("place_precision_m", empty)
    found["precision_m"] = np.where(np.isnan(given), found["precision_m"], given)
    lost = found["longitude"].isna().to_numpy() & ~firms.bad
    _flag_lost(firms, lost, communes)
    return found


def _decimals_m(firms: Table) -> Floats:
    """Return the precision that the written decimals of the longitude allow, in metres."""
    metres = np.full(len(firms.rows), 0.0)
    for name in ("longitude", "latitude"):
        decimals = firms.column(name).str.extract(r"[.,](\d+)$", expand=False).str.len().fillna(0)
        rough = 111_000 * 0.5 * 10.0 ** -decimals.to_numpy(dtype=float)
        metres = np.maximum(metres, np.round(rough, 1))
    precision: Floats = np.maximum(metres, 10.0)
    return precision


def _check_degrees(firms: Table, longitude: Floats, latitude: Floats) -> None:
    given = ~np.isnan(longitude) & ~np.isnan(latitude) & ~firms.bad
    world = inside(longitude, latitude, (-180, -90, 180, 90))
    known = expected(longitude, latitude)
    swapped = given & ~known & expected(latitude, longitude)
    firms.flag(
        swapped,
        "longitude",
        say("longitude and latitude are swapped: as given this is far from Europe"),
        say("exchange the two columns"),
    )
    firms.flag(
        given & ~world & ~swapped,
        "longitude",
        say("this place is outside the world"),
        say("give longitude (-180 to 180) and latitude (-90 to 90) in degrees, or x, y and epsg"),
    )
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


def _project(firms: Table, numbers: dict[str, Floats], found: pd.DataFrame) -> None:
    """Convert x, y in their EPSG system, Lambert 93 when none is given (and say so)."""
    empty = np.full(len(firms.rows), np.nan)
    x, y = numbers.get("x", empty), numbers.get("y", empty)
    epsg = numbers.get("epsg", empty)
    todo = found["longitude"].isna().to_numpy() & ~np.isnan(x) & ~np.isnan(y) & ~firms.bad
    assumed = todo & np.isnan(epsg)
    firms.remark(
        assumed,
        "x",
        say("no EPSG code is given: read as Lambert 93 (EPSG:2154)"),
        say("add a column epsg if it is another system"),
    )
    codes = np.where(np.isnan(epsg), LAMBERT_93, epsg)
    for code in np.unique(codes[todo])[:_SYSTEMS]:
        rows = todo & (codes == code)
        lon, lat = to_degrees(x[rows], y[rows], int(code))
        good = np.isfinite(lon) & np.isfinite(lat) & expected(lon, lat)
        bad = rows.copy()
        bad[rows] = ~good
        firms.flag(
            bad,
            "x",
            say("x and y give no place in Europe under EPSG:{code}", code=int(code)),
            say("check the columns x, y and epsg; x is the easting"),
        )
        at = np.flatnonzero(rows)[good]
        found.loc[at, "longitude"], found.loc[at, "latitude"] = lon[good], lat[good]
        found.loc[at, "precision_m"] = 10.0


def to_degrees(x: Floats, y: Floats, epsg: int) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of projected coordinates; NaN where there is none.

    Parameters
    ----------
    x, y
        Easting and northing (longitude and latitude for a geographic system), shape n.
    epsg
        EPSG code; an unknown one gives NaN.
    """
    try:
        transformer = _transformer(epsg)
        lon, lat = transformer.transform(x, y)
    except (CRSError, ProjError):
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    fine = np.isfinite(lon) & np.isfinite(lat)
    return np.where(fine, lon, np.nan), np.where(fine, lat, np.nan)


@cache
def _transformer(epsg: int) -> Any:
    return Transformer.from_crs(epsg, 4326, always_xy=True)


def _look_up(firms: Table, found: pd.DataFrame, communes: Communes) -> None:
    """Place the rest by INSEE code, or by commune with postcode or département."""
    name = commune_names(firms.column("commune"))
    postcode = firms.column("postcode")
    departement = firms.column("departement").str.upper().str.replace(r"^(\d)$", r"0\1", regex=True)
    departement = departement.where(departement != "", departement_of(postcode))
    tries = (
        (firms.column("insee").str.zfill(5), communes.by_insee()),
        (name + "|" + postcode, communes.by_name("postcode")),
        (name + "|" + departement, communes.by_name("departement")),
    )
    for keys, places in tries:
        todo = found["longitude"].isna().to_numpy() & ~firms.bad
        hit = todo & keys.isin(places.index).to_numpy(dtype=bool)
        if hit.any():
            where = places.loc[list(keys[hit])]
            found.loc[hit, "longitude"] = where["longitude"].to_numpy()
            found.loc[hit, "latitude"] = where["latitude"].to_numpy()
            found.loc[hit, "precision_m"] = _COMMUNE_PRECISION_M
            firms.remark(
                hit,
                "insee" if places.index.name == "insee" else "commune",
                say("placed at its commune, to about {metres:.0f} m", metres=_COMMUNE_PRECISION_M),
                say("give longitude and latitude for more precision"),
            )


def _flag_lost(firms: Table, lost: Mask, communes: Communes | Ask | None) -> None:
    """Flag the firms without a place, each in the first column in which it names one."""
    cure = (
        say("point to a commune table (--communes FILE, or communes.csv beside the declaration)")
        if communes is None
        else say("give the INSEE code, or the commune with its département or postcode")
    )
    rest = lost.copy()
    for column in ("insee", "commune", "postcode"):
        here = rest & (firms.column(column) != "").to_numpy(dtype=bool)
        firms.flag(here, column, say("this commune cannot be placed on the map"), cure)
        rest &= ~here
    firms.flag(
        rest,
        "longitude",
        say("no place is given"),
        say("give longitude and latitude, or the INSEE code or commune with its postcode"),
    )
