"""Rebuild the communes and perimeters that travel with the package.

Run by hand: ``python -m symbiosis.flows.bundle_communes FOLDER``, where FOLDER holds
``communes_france.csv``, ``communes_anciennes.csv`` and ``epci_france.geojson``; their columns,
sources and licence are told in ``symbiosis/data/territory/README.md``.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from symbiosis import bundled
from symbiosis.geography import EARTH_RADIUS_KM

_COMMUNES = (
    "insee", "name", "postcodes", "epci", "population", "longitude", "latitude", "precision_m",
)  # fmt: skip
_NEIGHBOURS = 6


def precision_m(longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> pd.Series:
    """Return how far a site of each commune may be from the commune's point, in m.

    Parameters
    ----------
    longitude, latitude
        Degrees, NaN where a commune has no point, shape n.

    Returns
    -------
    Series
        The mean distance to the six nearest points of other communes, in full 100 m; NaN where
        there is no point. Arrondissements share the point of their city, and its precision.
    """
    places = pd.DataFrame({"longitude": longitude, "latitude": latitude})
    points = places.dropna().drop_duplicates()
    lon, lat = np.radians(points["longitude"]), np.radians(points["latitude"])
    sphere = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    chord = cKDTree(sphere).query(sphere, k=_NEIGHBOURS + 1)[0][:, 1:]
    metres = 2 * EARTH_RADIUS_KM * 1000 * np.arcsin(chord / 2).mean(axis=1)
    known = points.assign(precision_m=np.ceil(metres / 100) * 100)
    precision: pd.Series = places.merge(known, how="left")["precision_m"]
    return precision


def build(source: Path, target: Path) -> None:
    """Write the three compressed tables of a folder from the three source files of another."""
    communes = pd.read_csv(source / "communes_france.csv", dtype=str, keep_default_na=False)
    places = (pd.to_numeric(communes[name]).to_numpy() for name in ("longitude", "latitude"))
    communes["precision_m"] = precision_m(*places).astype("Int64").astype("str").replace("<NA>", "")
    old = pd.read_csv(source / "communes_anciennes.csv", dtype=str, keep_default_na=False)
    for name, content in (
        ("communes.csv", _csv(communes[list(_COMMUNES)])),
        ("old_communes.csv", _csv(old[["old_insee", "old_name", "insee"]])),
        ("perimeters.geojson", (source / "epci_france.geojson").read_bytes()),
    ):
        packed = lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)
        (target / f"{name}.xz").write_bytes(packed)


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


if __name__ == "__main__":
    build(Path(sys.argv[1]), bundled.path("territory"))
