"""Places of the State register: seven reference systems, some wrong, some swapped, some absent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.flows.gazetteer import commune_names
from symbiosis.flows.numbers import REGISTER, parse_numbers
from symbiosis.flows.places import sites_at_communes
from symbiosis.flows.reference_systems import Floats, expected, inside, to_degrees
from symbiosis.geography import great_circle_km

FAR_KM = 130.0
"""No site is further than this from the middle of its département's sites (Gironde: about 100)."""
_FAR_IN_GUYANE_KM = 400.0
_FRANCE = (-5.3, 41.2, 9.7, 51.2)
_SYSTEMS = (2154, 27572, 4326, 2975, 3727, 4559, 5490, 2972, 2971)
"""Lambert 93, Lambert II étendu, degrees, and those of Réunion, Antilles and Guyane."""
DECLARED_M, REPAIRED_M, COMMUNE_M = 100.0, 500.0, 5000.0
"""Precision taken for a place as declared, repaired, or that of its commune's other sites, in m."""


def convert(sites: pd.DataFrame) -> pd.DataFrame:
    """Return the place of each site, repaired where its département shows that it must be.

    Parameters
    ----------
    sites
        Columns ``coordonnees_x``, ``coordonnees_y``, ``code_epsg``, ``departement``, ``commune``
        and ``code_postal`` as text.

    Returns
    -------
    DataFrame
        On the same index: ``longitude``, ``latitude`` (NaN where nothing fits), ``precision_m`` and
        ``repair``: ``""`` as declared; else ``swapped``, ``system``, ``swapped system``, ``sign``
        or ``commune``.

    Notes
    -----
    A site's coordinates are believed when they fall near the median place of its département's
    sites. If not, they are tried swapped, then in every system in use, then without their lost
    minus sign, then in kilometres; the first trial that falls near is kept. What is left takes the
    mean place of the other sites of its commune and postcode. What has no place yet, or one that is
    100 km from its commune, takes the point of the commune in the bundled table.
    """
    x = parse_numbers(sites["coordonnees_x"], REGISTER).values
    y = parse_numbers(sites["coordonnees_y"], REGISTER).values
    epsg = np.nan_to_num(parse_numbers(sites["code_epsg"], REGISTER).values).astype(int)
    longitude, latitude = _under_own(x, y, epsg)
    place = pd.DataFrame({"longitude": longitude, "latitude": latitude}, index=sites.index)
    place["repair"] = ""
    guyane = (sites["departement"].str.upper() == "GUYANE").to_numpy(dtype=bool)
    reach = np.where(guyane, _FAR_IN_GUYANE_KM, FAR_KM)
    centres = (*_centres(sites["departement"], longitude, latitude), reach)
    done = _near(longitude, latitude, centres)
    place.loc[~done, ["longitude", "latitude"]] = np.nan
    for name, trial in _trials(x, y, epsg):
        todo = np.flatnonzero(~done)
        if not len(todo):
            break
        lon, lat = trial(todo)
        good = _near(lon, lat, (centres[0][todo], centres[1][todo], reach[todo]))
        at = place.index[todo[good]]
        place.loc[at, "longitude"], place.loc[at, "latitude"] = lon[good], lat[good]
        place.loc[at, "repair"] = name
        done[todo[good]] = True
    _by_commune(sites, place)
    metres = {"": DECLARED_M, "commune": COMMUNE_M}
    place["precision_m"] = place["repair"].map(metres).fillna(REPAIRED_M)
    place, moved = sites_at_communes(place, sites["commune"], sites["code_postal"])
    place.loc[moved, "repair"] = "commune"
    return place


def _by_commune(sites: pd.DataFrame, place: pd.DataFrame) -> None:
    """Give the places still missing the mean place of their commune's sites."""
    key = commune_names(sites["commune"]) + "|" + sites["code_postal"]
    mean = place[["longitude", "latitude"]].groupby(key).transform("mean")
    lost = place["longitude"].isna() & mean["longitude"].notna()
    place.loc[lost, ["longitude", "latitude"]] = mean[lost]
    place.loc[lost, "repair"] = "commune"


def _under_own(x: Floats, y: Floats, epsg: np.ndarray) -> tuple[Floats, Floats]:
    longitude, latitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for code in np.unique(epsg[epsg > 0]):
        rows = epsg == code
        longitude[rows], latitude[rows] = _degrees(x[rows], y[rows], int(code))
    return longitude, latitude


def _degrees(x: Floats, y: Floats, epsg: int) -> tuple[Floats, Floats]:
    """Return degrees, NaN for what is neither in Europe nor in a French territory."""
    lon, lat = to_degrees(x, y, epsg)
    with np.errstate(invalid="ignore"):
        fine = expected(lon, lat)
    return np.where(fine, lon, np.nan), np.where(fine, lat, np.nan)


def _centres(departement: pd.Series, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return the median place of the sites of each site's département."""
    places = pd.DataFrame({"lon": lon, "lat": lat, "key": departement.to_numpy()})
    medians = places.groupby("key")[["lon", "lat"]].transform("median")
    return medians["lon"].to_numpy(dtype=float), medians["lat"].to_numpy(dtype=float)


def _near(lon: Floats, lat: Floats, around: tuple[Floats, Floats, Floats]) -> np.ndarray:
    """Return which places are within reach of their centre, or in France where there is none."""
    with np.errstate(invalid="ignore"):
        near = great_circle_km(lon, lat, around[0], around[1]) <= around[2]
        return np.asarray(np.where(np.isnan(around[0]), inside(lon, lat, _FRANCE), near))


def _trials(x: Floats, y: Floats, epsg: np.ndarray):  # type: ignore[no-untyped-def]
    """Yield (name, function of row positions giving degrees), the likeliest first."""

    def own_swapped(rows: np.ndarray) -> tuple[Floats, Floats]:
        return _under_own(y[rows], x[rows], epsg[rows])

    yield "swapped", own_swapped
    yield "sign", lambda rows: _degrees(-x[rows], y[rows], 4326)
    yield "sign", lambda rows: _degrees(-y[rows], x[rows], 4326)
    for scale in (1.0, 1000.0):
        for code in _SYSTEMS:
            yield (
                "system",
                lambda rows, c=code, s=scale: _degrees(x[rows] * s, y[rows] * s, c),
            )
            yield (
                "swapped system",
                lambda rows, c=code, s=scale: _degrees(y[rows] * s, x[rows] * s, c),
            )
