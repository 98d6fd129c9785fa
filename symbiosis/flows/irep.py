"""The State register of polluting emissions (IREP): producers become offers, treaters needs.

Files as published by Géorisques under the Licence Ouverte, one folder a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from symbiosis import bundled
from symbiosis.catalogue import load
from symbiosis.catalogue.names import low_code
from symbiosis.errors import Message, Problems, UnitError, say
from symbiosis.flows.checks import naf_code, operation_code, siret_valid
from symbiosis.flows.gazetteer import departement_of
from symbiosis.flows.irep_places import convert
from symbiosis.flows.irep_water import source_of, water_and_co2
from symbiosis.flows.lines import ABSURD
from symbiosis.flows.numbers import REGISTER, parse_numbers
from symbiosis.flows.registers import find_file, list_each, read_register, write_folder
from symbiosis.geography import great_circle_km
from symbiosis.units import parse

SITES = "etablissements.csv"
PRODUCED = ("Prod_dechets_non_dangereux.csv", "Prod_dechets_dangereux.csv")
TREATED = ("Trait_dechets_non_dangereux.csv", "Trait_dechets_dangereux.csv")
"""Files of waste; those of hazardous waste are read where they are present."""
_OPERATION = "code_operation_eliminatio_valorisation"
_SITE_COLUMNS = ("identifiant", "nom_etablissement", "coordonnees_x", "coordonnees_y")
_OTHER_COLUMNS = (
    "numero_siret", "code_postal", "commune", "departement", "code_epsg", "code_ape",
)  # fmt: skip
"""Columns that some years lack."""
_ROW_COLUMNS = ("identifiant", "annee", _OPERATION, "code_departement", "pays", "code_dechet")


@dataclass(frozen=True)
class Imported:
    """What an import gave.

    Parameters
    ----------
    firms, flows
        Tables under the contract's names, ready to be written and read back.
    problems
        What could not be used and why, and what was repaired.
    """

    firms: pd.DataFrame
    flows: pd.DataFrame
    problems: Problems


def import_irep(folder: Path | str, out: Path | str | None = None) -> Imported:
    """Turn a year of the register into a declaration.

    Parameters
    ----------
    folder
        Holds ``etablissements.csv``, ``Prod_dechets_non_dangereux.csv`` and
        ``Trait_dechets_non_dangereux.csv``; the files of hazardous waste, of water and of emissions
        are read where they are present.
    out
        Where to write ``firms.csv``, ``flows.csv`` and ``problems.csv``; nothing if None.

    Returns
    -------
    Imported

    Raises
    ------
    DataError
        If a file is missing or is not the register's.

    Notes
    -----
    Rows of one site, code and operation are merged. ``route_distance_km`` of an offer is the
    great-circle distance from the site to the mean place of the treating sites in the département
    to which most of it goes, when that is another than the site's own; else it stays empty.
    """
    start, problems = Path(folder), Problems()
    sites = _sites(start, problems)
    produced = _waste(start, PRODUCED, "quantite", sites, problems)
    treated = _waste(start, TREATED, "quantite_traitee", sites, problems)
    places = sites.set_index("identifiant")
    flows = pd.concat(
        [
            _offers(produced, treated, places),
            _needs(treated, problems),
            water_and_co2(start, places, problems),
        ],
        ignore_index=True,
    )
    used = sites[sites["identifiant"].isin(set(flows["firm_id"]))]
    imported = Imported(_firms(used), flows, problems)
    if out is not None:
        write_folder(Path(out), imported.firms, imported.flows, problems)
    return imported


def _sites(folder: Path, problems: Problems) -> pd.DataFrame:
    """Return the sites with their places, identifiers checked; say what was repaired or lost."""
    sites = read_register(find_file(folder, SITES) or folder / SITES, _SITE_COLUMNS)
    for name in _OTHER_COLUMNS:
        if name not in sites:
            sites[name] = ""
    repeated = sites["identifiant"].duplicated()
    list_each(
        problems,
        SITES,
        sites.loc[repeated, "identifiant"],
        say("this site is listed twice"),
        say("its first row was used"),
    )
    sites = sites[~repeated]
    sites = sites.join(convert(sites))
    lost = sites["longitude"].isna()
    list_each(
        problems,
        SITES,
        (sites["coordonnees_x"] + " " + sites["coordonnees_y"] + " " + sites["code_epsg"])[lost]
        .rename("coordonnees_x"),
        say("these coordinates fit no place in the site's département"),
        say("the site and its flows were left out"),
    )  # fmt: skip
    mended = sites["repair"] != ""
    list_each(
        problems,
        SITES,
        (sites["repair"] + ": " + sites["coordonnees_x"] + " " + sites["coordonnees_y"])[mended]
        .rename("coordonnees_x"),
        say("these coordinates do not fall in the site's département as declared"),
        say("they were repaired (swapped, another system, a sign), or those of its commune taken"),
    )  # fmt: skip
    return _identifiers(sites, problems)


def _identifiers(sites: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Blank the SIRET and activity codes that do not exist, and say so."""
    siret = sites["numero_siret"].str.replace(" ", "")
    wrong = (siret != "") & ~siret_valid(siret)
    list_each(
        problems,
        SITES,
        sites.loc[wrong, "numero_siret"],
        say("this is not a SIRET number: its digits do not fit their key"),
        say("the site was kept without it"),
    )
    known = set(bundled.table("naf")["code"])
    naf = sites["code_ape"].map({c: naf_code(c, known) for c in sites["code_ape"].unique()})
    list_each(
        problems,
        SITES,
        sites.loc[(naf == "") & (sites["code_ape"] != ""), "code_ape"],
        say("this is not a code of NAF rev. 2"),
        say("the site was kept without it"),
    )
    return sites.assign(siret=siret.where(~wrong, ""), naf=naf)


def _waste(
    folder: Path, names: tuple[str, str], quantity: str, sites: pd.DataFrame, problems: Problems
) -> pd.DataFrame:
    """Return the usable rows of the file that must be there and of the one that may."""
    first = find_file(folder, names[0]) or folder / names[0]
    files = [first, find_file(folder, names[1])]
    rows = [_rows(file, quantity, sites, problems) for file in files if file is not None]
    return pd.concat(rows, ignore_index=True)


def _rows(file: Path, quantity: str, sites: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the usable rows of a waste file: site, code, operation, tonnes, destination."""
    raw = read_register(file, (*_ROW_COLUMNS, quantity, "unite"))
    known = set(bundled.table("operations")["code"])
    catalogue = load()
    codes = {text: low_code(text, catalogue) for text in raw["code_dechet"].unique()}
    done = {text: operation_code(text, known) for text in raw[_OPERATION].unique()}
    rows = pd.DataFrame({"identifiant": raw["identifiant"], "year": raw["annee"]})
    rows["material"] = raw["code_dechet"].map(codes)
    rows["operation"] = raw[_OPERATION].map(done)
    rows["file"], rows["row"] = file.name, raw.index
    rows["quantity"] = parse_numbers(raw[quantity], REGISTER).values * _tonnes(raw["unite"])
    rows["destination"] = _departement(raw["code_departement"].where(raw["pays"] == "", ""))
    good = pd.Series(True, index=raw.index)
    for mask, cells, problem in _faults(rows, raw, quantity, sites):
        list_each(problems, file.name, cells[mask & good], problem, say("the row was left out"))
        good &= ~mask
    return rows[good]


def _faults(
    rows: pd.DataFrame, raw: pd.DataFrame, quantity: str, sites: pd.DataFrame
) -> Iterator[tuple[pd.Series, pd.Series, Message]]:
    """Yield what makes a row unusable: which rows, the cells to show, in words."""
    site, amount = rows["identifiant"], rows["quantity"]
    placed = set(sites.loc[sites["longitude"].notna(), "identifiant"])
    yield (
        ~site.isin(set(sites["identifiant"])),
        raw["identifiant"],
        say("this site is not in {file}", file=SITES),
    )
    yield rows["year"] != rows["year"].max(), rows["year"], say("this is an older year")
    yield ~site.isin(placed), raw["identifiant"], say("this site has no usable place")
    yield (
        rows["material"] == "",
        raw["code_dechet"],
        say("this is not a code of the List of Waste (an older classification)"),
    )
    yield (
        ~(amount > 0) | (amount > ABSURD["t"]),
        raw[quantity],
        say("there is no usable quantity"),
    )


def _departement(code: pd.Series) -> pd.Series:
    """Return départements as two figures: some years write 1 for 01."""
    return code.str.upper().str.replace(r"^(\d)$", r"0\1", regex=True)


def _tonnes(unit: pd.Series) -> pd.Series:
    """Return tonnes a year in one unit of each row, NaN for what is no mass."""
    factor = {}
    for text in unit.unique():
        try:
            found = parse(text)
            factor[text] = found.factor if found.base == "t" and not found.hourly else np.nan
        except UnitError:
            factor[text] = np.nan
    return unit.map(factor).astype(float)


def _offers(produced: pd.DataFrame, treated: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Merge rows of one site, code and operation, and measure today's haul."""
    keys = ["identifiant", "material", "operation"]
    heaviest = produced.sort_values("quantity", ascending=False).drop_duplicates(keys)
    merged = produced.groupby(keys, as_index=False, sort=True).agg(
        quantity=("quantity", "sum"), year=("year", "first")
    )
    merged = merged.merge(heaviest[[*keys, "destination"]], on=keys, how="left")
    flows = _flows(merged, "offer")
    flows["route"] = merged["operation"].to_numpy()
    flows["route_distance_km"] = _hauls(merged, treated, places)
    return flows


def _hauls(merged: pd.DataFrame, treated: pd.DataFrame, places: pd.DataFrame) -> np.ndarray:
    """Return great-circle km to the mean place of the treating sites of another département."""
    takers = places.loc[sorted(set(treated["identifiant"]))]
    of_taker = takers["code_postal"].map(departement_of)
    centre = takers.groupby(of_taker)[["longitude", "latitude"]].mean()
    goal = merged["destination"].replace({"2A": "20", "2B": "20"})
    own = places.loc[merged["identifiant"], "code_postal"].map(departement_of).to_numpy()
    away = ((goal != "") & (goal != own)).to_numpy(dtype=bool)
    target = centre.reindex(goal)
    start = places.loc[merged["identifiant"]]
    km = great_circle_km(
        start["longitude"], start["latitude"], target["longitude"], target["latitude"]
    )
    return np.where(away, np.round(km, 1), np.nan)


def _needs(treated: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Merge rows of one site, code and R operation; say which rows are disposal."""
    recovers = treated["operation"].str.startswith("R")
    for name, rows in treated[~recovers].groupby("file"):
        cells = (rows["material"] + " " + rows["operation"]).rename(_OPERATION)
        list_each(
            problems,
            str(name),
            cells.set_axis(rows["row"]),
            say("this operation disposes: it is no need for the residue"),
            say("the row was left out"),
        )
    keys = ["identifiant", "material", "operation"]
    merged = treated[recovers].groupby(keys, as_index=False, sort=True).agg(
        quantity=("quantity", "sum"), year=("year", "first")
    )  # fmt: skip
    flows = _flows(merged, "need")
    flows["operation"] = merged["operation"].to_numpy()
    flows["authorised"] = merged["material"].to_numpy()
    return flows


def _flows(merged: pd.DataFrame, direction: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "firm_id": merged["identifiant"].to_numpy(),
            "direction": direction,
            "material": merged["material"].to_numpy(),
            "quantity": merged["quantity"].round(6).to_numpy(),
            "unit": "t/an",
            "status": "declared",
            "visibility": "public",
            "year": merged["year"].to_numpy(),
            "source": source_of(merged["year"]).to_numpy(),
        }
    )


def _firms(sites: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "firm_id": sites["identifiant"],
            "name": sites["nom_etablissement"].where(
                sites["nom_etablissement"] != "", sites["identifiant"]
            ),
            "siret": sites["siret"],
            "naf": sites["naf"],
            "commune": sites["commune"],
            "postcode": sites["code_postal"],
            "longitude": sites["longitude"].round(6),
            "latitude": sites["latitude"].round(6),
            "place_precision_m": sites["precision_m"],
            "source": "IREP (Géorisques, Licence Ouverte)",
        }
    )
