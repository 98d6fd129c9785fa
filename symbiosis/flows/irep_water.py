"""Water drawn and released, and CO2 emitted, of the State register."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from symbiosis.errors import Problems, say
from symbiosis.flows.lines import ABSURD
from symbiosis.flows.numbers import REGISTER, parse_numbers
from symbiosis.flows.registers import find_file, list_each, read_register

DRAWN, RELEASED, EMITTED = "Prelevements.csv", "rejets.csv", "emissions.csv"
_NEEDS = {
    "prelevements_reseau_distribution": "drinking_water",
    "prelevements_eaux_souterraines": "industrial_water",
    "prelevements_eaux_surface": "industrial_water",
}
_CO2 = ("co2", "dioxyde de carbone", "carbon dioxide")
_NOTES = {
    "co2": "emitted with flue gas and not captured: an offer only once it is captured",
    "works": "treated before release, by a sewage works",
    "industry": "released to the environment after treatment; quality not in the register",
}


def source_of(year: pd.Series) -> pd.Series:
    """Return what the source of a flow says, for each year."""
    return "IREP " + year.astype(str) + " (Géorisques, Licence Ouverte)"


def water_and_co2(folder: Path, places: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the flows of water and CO2, from the files that are present.

    Parameters
    ----------
    folder
        A year of the register.
    places
        The sites by identifier, with ``longitude`` and ``naf``.
    problems
        Grows by what could not be used.

    Returns
    -------
    DataFrame
        Flows under the contract's names. Water from the mains is a need of drinking water, from
        ground and surface one of industrial water. Water released after treatment is an offer:
        ``declared`` by sewage works, ``estimated`` by others, whose quality is not known. CO2
        emitted is an ``estimated`` offer, since nothing says that it is captured.
    """
    tables = [
        _drawn(folder, places, problems),
        _released(folder, places, problems),
        _emitted(folder, places, problems),
    ]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _amounts(
    file: Path, cells: pd.Series, site: pd.Series, places: pd.DataFrame, problems: Problems
) -> pd.Series:
    """Return the usable figures of a column, 0 elsewhere; list the others with their reason."""
    values = pd.Series(parse_numbers(cells, REGISTER).values, index=cells.index)
    unusable = (cells != "") & (~(values >= 0) | (values > ABSURD["m3"]))
    list_each(
        problems,
        file.name,
        cells[unusable],
        say("there is no usable quantity"),
        say("the figure was left out"),
    )
    placed = site.isin(places.index[places["longitude"].notna()])
    lost = ~placed & (values > 0) & ~unusable
    list_each(
        problems,
        file.name,
        site[lost],
        say("this site is not in etablissements.csv, or has no usable place"),
        say("the figure was left out"),
    )
    return values.where(placed & ~unusable, 0.0).fillna(0.0)


def _drawn(folder: Path, places: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    file = find_file(folder, DRAWN)
    if file is None:
        return pd.DataFrame()
    raw = read_register(file, ("identifiant", "annee"))
    if "prelevements_mer" in raw:
        sea = raw["prelevements_mer"]
        list_each(
            problems,
            file.name,
            sea[(sea != "") & (sea != "0")],
            say("sea water is no need that another firm could cover"),
            say("the figure was left out"),
        )
    drawn = [
        _flows(raw["identifiant"], raw["annee"], material).assign(
            quantity=_amounts(file, raw[column], raw["identifiant"], places, problems)
        )
        for column, material in _NEEDS.items()
        if column in raw
    ]
    return _merged(pd.concat(drawn), "need", "declared")


def _released(folder: Path, places: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    file = find_file(folder, RELEASED)
    if file is None:
        return pd.DataFrame()
    raw = read_register(file, ("identifiant", "annee_rejet", "rejet_isole_m3_par_an"))
    if "rejet_raccorde_m3_par_an" in raw:
        sewer = raw["rejet_raccorde_m3_par_an"]
        list_each(
            problems,
            file.name,
            sewer[(sewer != "") & (sewer != "0")],
            say("water sent to a sewer is not treated yet: it is no offer"),
            say("the figure was left out"),
        )
    rows = _flows(raw["identifiant"], raw["annee_rejet"], "treated_wastewater").assign(
        quantity=_amounts(file, raw["rejet_isole_m3_par_an"], raw["identifiant"], places, problems)
    )
    works = places["naf"].reindex(rows["firm_id"]).eq("37.00Z").to_numpy()
    return pd.concat(
        [
            _merged(rows[works], "offer", "declared", _NOTES["works"]),
            _merged(rows[~works], "offer", "estimated", _NOTES["industry"]),
        ],
        ignore_index=True,
    )


def _emitted(folder: Path, places: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    file = find_file(folder, EMITTED)
    if file is None:
        return pd.DataFrame()
    raw = read_register(file, ("identifiant", "annee_emission", "milieu", "polluant", "quantite"))
    name = raw["polluant"].str.lower()
    co2 = name.str.contains("|".join(_CO2), regex=True) & (raw["milieu"].str.lower() == "air")
    raw, name = raw[co2], name[co2]
    kilograms = _amounts(file, raw["quantite"], raw["identifiant"], places, problems)
    rows = _flows(raw["identifiant"], raw["annee_emission"], "co2_captured")
    rows = rows.assign(quantity=kilograms / 1000)
    # a site declares its total and the parts of it: the largest line is the total
    total = rows.sort_values("quantity").drop_duplicates(["firm_id", "year"], keep="last")
    return _merged(total, "offer", "estimated", _NOTES["co2"], unit="t/an")


def _flows(site: pd.Series, year: pd.Series, material: str) -> pd.DataFrame:
    return pd.DataFrame({"firm_id": site, "year": year, "material": material})


def _merged(
    rows: pd.DataFrame, direction: str, status: str, note: str = "", *, unit: str = "m3/an"
) -> pd.DataFrame:
    """Add up what one site draws or gives of one material in the latest year."""
    latest = rows[rows["year"] == rows["year"].max()]
    sums = latest.groupby(["firm_id", "material", "year"])["quantity"].sum().reset_index()
    flows: pd.DataFrame = sums[sums["quantity"] > 0]
    return flows.assign(
        direction=direction,
        unit=unit,
        status=status,
        visibility="public",
        source=source_of(flows["year"]),
        note=note,
        quantity=np.round(flows["quantity"], 6),
    )
