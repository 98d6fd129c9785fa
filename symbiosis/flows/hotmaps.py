"""Excess heat of industrial sites, from the Hotmaps database (CC BY 4.0)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from symbiosis.errors import Problems, say
from symbiosis.flows.irep import Imported
from symbiosis.flows.numbers import REGISTER, parse_numbers
from symbiosis.flows.places import sites_at_communes
from symbiosis.flows.reference_systems import expected
from symbiosis.flows.registers import list_each, read_register, write_folder
from symbiosis.flows.sheets import refuse

SOURCE = "Hotmaps industrial database (CC BY 4.0)"
YEAR = 2014
"""Year of the emissions from which the heat was estimated."""
BANDS = {
    "Excess_Heat_100-200C": ("heat_100_200c", 100),
    "Excess_Heat_200-500C": ("heat_200_500c", 200),
    "Excess_Heat_500C": ("heat_above_500c", 500),
}
"""Column of the database (GWh a year), material and lowest temperature of each band, in °C."""
_COLUMNS = ("SiteID", "CompanyName", "SiteName", "CityCode", "City", "Subsector")
_POINT = r"^(?:SRID=4326;)?\s*POINT\s*\(\s*(\S+)\s+(\S+)\s*\)$"
"""How the published file writes a place: extended well-known text, longitude first, WGS 84."""
_FILES = ("hotmaps", "industrial_database", "industrial database")
_DECIMALS = r"[.,](\d+)$"


def import_hotmaps(file: Path | str, out: Path | str | None = None) -> Imported:
    """Turn the database into offers of heat.

    Parameters
    ----------
    file
        The database as CSV, as published (``Industrial_Database.csv``, its places in a column
        ``geom``) or with columns ``lon`` and ``lat``; or the folder that holds it.
    out
        Where to write ``firms.csv``, ``flows.csv`` and ``problems.csv``; nothing if None.

    Returns
    -------
    Imported
        One offer a site and temperature band, ``estimated``: the figures are a model's. The
        temperature is the lowest of the band. 0 means *not estimated* and is listed as such.

    Raises
    ------
    DataError
        If the file is missing or is not the database.
    """
    path, problems = _database(Path(file)), Problems()
    raw = _with_places(read_register(path, (*_COLUMNS, *BANDS)), path)
    raw = raw[~raw["SiteID"].duplicated()]
    longitude, latitude = (parse_numbers(raw[name], REGISTER).values for name in ("lon", "lat"))
    raw, moved = _placed(raw, longitude, latitude)
    placed = raw["longitude"].notna()
    heat = {name: parse_numbers(raw[name], REGISTER).values for name in BANDS}
    any_heat = pd.Series(np.nansum(list(heat.values()), axis=0) > 0, index=raw.index)
    for mask, column, problem in (
        (~any_heat, "Excess_Heat_Total", say("the heat of this site was not estimated")),
        (any_heat & ~placed, "SiteName", say("this site has no usable place")),
    ):
        cells = raw[column] if column in raw else raw["SiteName"]
        list_each(problems, path.name, cells[mask], problem, say("the site was left out"))
    list_each(
        problems, path.name, raw["City"][any_heat & moved],
        say("this site had no place, or one far from its commune"),
        say("it was placed at its commune"),
    )  # fmt: skip
    good = (any_heat & placed).to_numpy()
    sites = raw[good]
    bands = {name: values[good] for name, values in heat.items()}
    imported = Imported(_firms(sites), _flows(sites, bands), problems)
    if out is not None:
        write_folder(Path(out), imported.firms, imported.flows, problems)
    return imported


def _database(path: Path) -> Path:
    """Return the file itself, or the CSV of a folder that is named for the database."""
    if not path.is_dir():
        return path
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    named = (file for name in _FILES for file in files if name in file.name.lower())
    return next(named, path / "Industrial_Database.csv")


def _with_places(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the database with columns ``lon`` and ``lat``, out of ``geom`` where it has none."""
    if {"lon", "lat"} <= set(raw):
        return raw
    if "geom" not in raw:
        refuse(
            path,
            say("this file lacks {columns}", columns="geom"),
            say("give the register's own file, as published"),
            row=1,
        )
    point = raw["geom"].str.extract(_POINT).fillna("")
    return raw.assign(lon=point[0], lat=point[1])


def _placed(
    raw: pd.DataFrame, longitude: np.ndarray, latitude: np.ndarray
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the sites with place, precision and postcode, and which ones stand at their commune.

    Only a French postcode has five digits, and only French communes are known.
    """
    decimals = raw["lon"].str.extract(_DECIMALS, expand=False).str.len().fillna(0)
    postcode = raw["CityCode"].str.replace(r"\.0$", "", regex=True)
    french = raw["Country"].str.lower().eq("france") if "Country" in raw else postcode != ""
    padded = postcode.where(~(french & postcode.str.fullmatch(r"[0-9]{4}")), "0" + postcode)
    with np.errstate(invalid="ignore"):
        known = expected(longitude, latitude)
    places = pd.DataFrame(
        {
            "longitude": np.where(known, longitude, np.nan),
            "latitude": np.where(known, latitude, np.nan),
            "precision_m": np.maximum(55_000 * 10.0**-decimals, 100.0).round(),
        },
        index=raw.index,
    )
    city = raw["City"].where(french, "")
    places, moved = sites_at_communes(places, city, padded.where(french, ""))
    return raw.assign(**places, postcode=padded), pd.Series(moved, index=raw.index)


def _ids(sites: pd.DataFrame) -> pd.Series:
    return "hotmaps-" + sites["SiteID"]


def _firms(sites: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "firm_id": _ids(sites),
            "name": sites["SiteName"].where(sites["SiteName"] != "", sites["CompanyName"]),
            "commune": sites["City"],
            "postcode": sites["postcode"],
            "longitude": sites["longitude"],
            "latitude": sites["latitude"],
            "place_precision_m": sites["precision_m"],
            "source": SOURCE,
        }
    )


def _flows(sites: pd.DataFrame, heat: dict[str, np.ndarray]) -> pd.DataFrame:
    tables = [
        pd.DataFrame(
            {
                "firm_id": _ids(sites),
                "direction": "offer",
                "material": material,
                "quantity": heat[column],
                "unit": "GWh/an",
                "temperature_c": lowest,
                "status": "estimated",
                "visibility": "public",
                "year": YEAR,
                "source": SOURCE,
                "note": sites["Subsector"],
            }
        )
        for column, (material, lowest) in BANDS.items()
    ]
    flows = pd.concat(tables, ignore_index=True)
    return flows[flows["quantity"] > 0].reset_index(drop=True)
