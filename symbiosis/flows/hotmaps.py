"""Excess heat of industrial sites, from the Hotmaps database (CC BY 4.0)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from symbiosis.errors import Problems, say
from symbiosis.flows.irep import Imported
from symbiosis.flows.numbers import REGISTER, parse_numbers
from symbiosis.flows.places import expected
from symbiosis.flows.registers import list_each, read_register, write_folder

SOURCE = "Hotmaps industrial database (CC BY 4.0)"
YEAR = 2014
"""Year of the emissions from which the heat was estimated."""
BANDS = {
    "Excess_Heat_100-200C": ("heat_100_200c", 100),
    "Excess_Heat_200-500C": ("heat_200_500c", 200),
    "Excess_Heat_500C": ("heat_above_500c", 500),
}
"""Column of the database (GWh a year), material and lowest temperature of each band, in °C."""
_COLUMNS = ("SiteID", "CompanyName", "SiteName", "CityCode", "City", "Subsector", "lon", "lat")


def import_hotmaps(file: Path | str, out: Path | str | None = None) -> Imported:
    """Turn the database into offers of heat.

    Parameters
    ----------
    file
        The database as CSV, as published, or the folder that holds it.
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
    raw = read_register(path, (*_COLUMNS, *BANDS))
    raw = raw[~raw["SiteID"].duplicated()]
    longitude, latitude = (
        parse_numbers(raw["lon"], REGISTER).values,
        parse_numbers(raw["lat"], REGISTER).values,
    )
    with np.errstate(invalid="ignore"):
        placed = pd.Series(expected(longitude, latitude), index=raw.index)
    heat = {name: parse_numbers(raw[name], REGISTER).values for name in BANDS}
    any_heat = pd.Series(np.nansum(list(heat.values()), axis=0) > 0, index=raw.index)
    for mask, column, problem in (
        (~any_heat, "Excess_Heat_Total", say("the heat of this site was not estimated")),
        (any_heat & ~placed, "SiteName", say("this site has no usable place")),
    ):
        cells = raw[column] if column in raw else raw["SiteName"]
        list_each(problems, path.name, cells[mask], problem, say("the site was left out"))
    good = (any_heat & placed).to_numpy()
    sites = raw[good].assign(longitude=longitude[good], latitude=latitude[good])
    bands = {name: values[good] for name, values in heat.items()}
    imported = Imported(_firms(sites), _flows(sites, bands), problems)
    if out is not None:
        write_folder(Path(out), imported.firms, imported.flows, problems)
    return imported


def _database(path: Path) -> Path:
    """Return the file itself, or the CSV of a folder that is named for the database."""
    if not path.is_dir():
        return path
    files = sorted(path.glob("*.csv"))
    return next((file for file in files if "hotmaps" in file.name.lower()), path / "hotmaps.csv")


def _ids(sites: pd.DataFrame) -> pd.Series:
    return "hotmaps-" + sites["SiteID"]


def _firms(sites: pd.DataFrame) -> pd.DataFrame:
    decimals = sites["lon"].str.extract(r"\.(\d+)$", expand=False).str.len().fillna(0)
    postcode = sites["CityCode"].str.replace(r"\.0$", "", regex=True)
    return pd.DataFrame(
        {
            "firm_id": _ids(sites),
            "name": sites["SiteName"].where(sites["SiteName"] != "", sites["CompanyName"]),
            "commune": sites["City"],
            "postcode": postcode.where(postcode == "", postcode.str.zfill(5)),
            "longitude": sites["longitude"],
            "latitude": sites["latitude"],
            "place_precision_m": np.maximum(55_000 * 10.0**-decimals, 100.0).round(),
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
