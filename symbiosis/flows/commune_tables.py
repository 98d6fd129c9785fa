"""Reading a table of communes of the user's, the State's own files included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from symbiosis.errors import say
from symbiosis.flows.cell_units import part_units
from symbiosis.flows.commune_cells import departement_code, plain_code
from symbiosis.flows.contract import fold
from symbiosis.flows.gazetteer import TABLE_PRECISION_M, Communes, entries, french_communes
from symbiosis.flows.numbers import REGISTER, parse_numbers
from symbiosis.flows.reference_systems import expected
from symbiosis.flows.sheets import Sheet, refuse

_HEADERS = {
    "insee": (
        "insee", "code insee", "code commune insee", "insee com", "codgeo", "com", "depcom",
        "code commune", "code",
    ),
    "name": (
        "commune", "nom commune complet", "nom standard", "nom de la commune", "nom commune",
        "libelle", "libgeo", "nom", "name", "nom com",
    ),
    "article": ("article",),
    "departement": ("departement", "code departement", "dep code", "dep", "insee dep"),
    "postcode": (
        "postcode", "postcodes", "code postal", "codes postaux", "cp", "codepos",
    ),
    "longitude": (
        "longitude", "lon", "lng", "longitude centre", "longitude mairie", "x",
    ),
    "latitude": ("latitude", "lat", "latitude centre", "latitude mairie", "y"),
    "point": (
        "geopoint", "geo point", "coordonnees geographiques", "coordonnees gps", "geo point 2d",
    ),
    "epci": ("epci", "epci code", "code epci"),
}  # fmt: skip
"""Headers by which each column is known, folded, the surest first.

``code_commune`` of the State's table (data.gouv.fr, *communes, départements et régions*) is the
number inside the département, and stands beside ``code_commune_INSEE``; the postal base of La Poste
(*laposte_hexasmal*) gives latitude and longitude in one column.
"""
_NEEDED = ("insee", "name")
_TITLE = 20
"""Rows among which the headers are looked for."""
_PAIR = re.compile(r"(-?[0-9]+(?:\.[0-9]*)?)\s*[,; ]\s*(-?[0-9]+(?:\.[0-9]*)?)")
_COMMA_PAIR = re.compile(r"(-?[0-9]+,[0-9]+)(?:\s*;\s*|\s+|,\s*)(-?[0-9]+,[0-9]+)")
_NOTHING = frozenset({"", "na", "nan", "null", "none", "nd", "-"})


def to_communes(sheet: Sheet, file: Path) -> Communes:
    """Read a commune table out of a sheet.

    One row a commune, or several where it has several postcodes. Where the table has no places,
    those of the bundled table are taken by INSEE code.

    Raises
    ------
    DataError
        If a column is missing, or the places are no degrees.
    """
    cells = _cells(sheet, file)
    insee = _codes(cells)
    places = _places(cells, insee, file)
    names = _names(cells)
    french = french_communes().by_insee
    table = pd.DataFrame({"insee": insee, "name": names, **places})
    table["epci"] = cells.get("epci", pd.Series("", index=cells.index))
    home = table["insee"].map(lambda code: french[code].epci if code in french else "")
    table["epci"] = table["epci"].where(table["epci"].str.fullmatch(r"[0-9]{9}"), home)
    postcodes = cells.get("postcode", pd.Series("", index=cells.index))
    table["postcode"] = [_postcodes(cell) for cell in postcodes]
    table = table[(table["insee"] != "") & table["longitude"].notna()]
    merged = table.groupby(["insee", "name"], sort=False)
    first = merged.first().reset_index()
    lists = [tuple(dict.fromkeys(chain.from_iterable(each))) for _, each in merged["postcode"]]
    columns = (first[name] for name in ("insee", "name", "epci"))
    metres = [TABLE_PRECISION_M] * len(first)
    return Communes(entries(*columns, lists, first["longitude"], first["latitude"], metres))


def _cells(sheet: Sheet, file: Path) -> pd.DataFrame:
    """Return the columns that are known, as text; the index is the spreadsheet's row number."""
    top, column_of = _header(sheet)
    missing = [name for name in _NEEDED if column_of[name] < 0]
    if missing:
        refuse(
            file,
            say("this commune table lacks {columns}", columns=", ".join(missing)),
            say("give columns insee, commune, longitude, latitude, and postcode if there is one"),
            row=top + 1,
        )
    filled = [(at, row) for at, row in enumerate(sheet.grid[top + 1 :], top + 2) if any(row)]
    body = [row for _, row in filled]
    return pd.DataFrame(
        {
            name: [row[at].strip() if at < len(row) else "" for row in body]
            for name, at in column_of.items()
            if at >= 0
        },
        index=pd.Index([at for at, _ in filled], dtype="int64"),
        dtype="str",
    )


def _header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """Return the row of headers, below a title or not, and the position of each column in it."""
    read = [_columns(row) for row in sheet.grid[:_TITLE]] or [_columns([])]
    found = [top for top, columns in enumerate(read) if all(columns[n] >= 0 for n in _NEEDED)]
    top = found[0] if found else 0
    return top, read[top]


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Return the position of each column in a row of headers, -1 where it has none."""
    head = [fold(cell) for cell in row]
    plain = [fold(re.sub(r"\s*[(\[].*?[)\]]", "", cell)) for cell in row]
    return {
        name: next((h.index(word) for word in words for h in (head, plain) if word in h), -1)
        for name, words in _HEADERS.items()
    }


def _codes(cells: pd.DataFrame) -> pd.Series:
    """Return INSEE codes of five characters, put together from their two parts if need be."""
    codes = cells["insee"]
    short = codes.str.fullmatch(r"[0-9]{1,3}(\.0)?")
    if "departement" in cells and len(codes) and bool(short.all()):
        departement = cells["departement"].map(departement_code)
        inner = codes.str.replace(r"\.0$", "", regex=True)
        width = 5 - departement.str.len()
        joined = [
            code + number.zfill(n)
            for code, number, n in zip(departement, inner, width, strict=True)
        ]
        return pd.Series(joined, index=codes.index, dtype="str")
    return codes.map(plain_code)


def _names(cells: pd.DataFrame) -> pd.Series:
    """Return names with their article, where that stands in a column of its own."""
    names = cells["name"]
    if "article" not in cells:
        return names
    article = cells["article"]
    begins = np.array(
        [fold(name).startswith(fold(word)) for name, word in zip(names, article, strict=True)],
        dtype=bool,
    )
    gap = article.map(lambda word: "" if word[-1:] in ("'", "’") else " ")
    whole = article + gap + names
    return names.where(begins, whole)


def _postcodes(cell: str) -> tuple[str, ...]:
    codes = (plain_code(part) for part in re.split(r"[|,;/]|\s+(?=\d{4,5}\b)", cell))
    return tuple(code for code in codes if code)


def _places(cells: pd.DataFrame, insee: pd.Series, file: Path) -> dict[str, np.ndarray]:
    """Return longitudes and latitudes: the table's own, or the bundled ones by INSEE code."""
    if "point" in cells and not {"longitude", "latitude"} <= set(cells):
        pairs = [
            _COMMA_PAIR.fullmatch(cell.strip()) or _PAIR.fullmatch(cell.strip(" ()[]"))
            for cell in cells["point"]
        ]
        latitude, longitude = (
            _degrees(
                cells["point"],
                pd.Series([pair[side] if pair else "" for pair in pairs], dtype="str"),
                file,
            )
            for side in (1, 2)
        )
    elif {"longitude", "latitude"} <= set(cells):
        longitude, latitude = (
            _degrees(cells[name], part_units(name, cells[name]).text, file)
            for name in ("longitude", "latitude")
        )
    else:
        french = french_communes().by_insee
        known = [french.get(code) for code in insee]
        longitude, latitude = np.array(
            [(each.longitude, each.latitude) if each else (np.nan, np.nan) for each in known]
        ).reshape(-1, 2).T  # fmt: skip
    with np.errstate(invalid="ignore"):
        outside = np.isfinite(longitude) & ~expected(longitude, latitude)
    if outside.any() and outside.sum() > 0.01 * len(outside):
        row = int(np.flatnonzero(outside)[0])
        refuse(
            file,
            say("the places of this commune table are not in Europe"),
            say("give longitude and latitude in degrees (WGS 84), each in its own column"),
            row=int(cells.index[row]),
        )
    return {
        "longitude": np.where(outside, np.nan, longitude),
        "latitude": np.where(outside, np.nan, latitude),
    }


def _degrees(cells: pd.Series, text: pd.Series, file: Path) -> np.ndarray:
    """Return a column of degrees, NaN where it gives none; refuse what is filled and no number.

    Parameters
    ----------
    cells, text
        As written, and without what is no digit, shape n.
    file
        Whose table it is.
    """
    values = parse_numbers(text.where(~cells.str.lower().isin(_NOTHING).to_numpy(), ""), REGISTER)
    lost = np.isnan(values.values) & ~cells.str.lower().isin(_NOTHING).to_numpy(dtype=bool)
    if lost.any():
        row = int(np.flatnonzero(lost)[0])
        refuse(
            file,
            say("“{value}” is no place in degrees", value=cells.iloc[row][:40]),
            say("give longitude and latitude in degrees (WGS 84), each in its own column"),
            row=int(cells.index[row]),
        )
    return values.values
