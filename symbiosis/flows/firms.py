"""The firms of a declaration: who they are and where they stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import say
from symbiosis.flows.checks import (
    check_allowed,
    check_naf,
    check_required,
    check_siret,
)
from symbiosis.flows.contract import fields_of, fold
from symbiosis.flows.number_columns import check_numbers
from symbiosis.flows.online import Ask
from symbiosis.flows.places import Communes, place
from symbiosis.flows.table import Table

PLACE_FIELDS = {"longitude", "latitude", "x", "y", "insee", "commune", "postcode", "address"}
"""Fields of which any says where a firm is."""
_IDENTITY = ("insee", "commune", "postcode", "longitude", "latitude", "x", "y", "address")


def check_firms(table: Table, communes: Communes | Ask | None) -> pd.DataFrame:
    """Check a table with one line a firm.

    Parameters
    ----------
    table
        The lines; marked where they have problems.
    communes
        The user's commune table, or the address service.

    Returns
    -------
    DataFrame
        Columns of `model.FIRM_COLUMNS` but the geometry, one row a line, in the same order; and
        ``home``, the code of the inter-municipal body of the firm's commune, where it is known.
    """
    firms = pd.DataFrame({"firm_id": table.column("firm_id"), "name": table.column("name")})
    firms["name"] = firms["name"].where(firms["name"] != "", firms["firm_id"])
    if "name" in table.cells and "firm_id" not in table.cells:
        check_required(table, "firms")
    else:
        empty = (firms["name"] == "").to_numpy(dtype=bool)
        table.flag(empty, "name", say("this firm has no name"), say("give its name"))
    firms["firm_id"] = _ids(table, firms)
    firms["siret"], firms["naf"] = check_siret(table), check_naf(table)
    numbers = check_numbers(table, "firms")
    words = check_allowed(table, "firms")
    blank = table.column("kind")
    firms["kind"] = words.get("kind", blank)
    firms["employees"] = numbers.get("employees", np.full(len(firms), np.nan))
    for name in ("territory", "contact", "source"):
        firms[name] = table.column(name)
    named = PLACE_FIELDS & set(table.cells.columns)
    where = place(table, numbers, communes) if named else _no_place(table)
    where = where.rename(columns={"precision_m": "place_precision_m"})
    firms[list(where.columns)] = where
    return firms


def _no_place(table: Table) -> pd.DataFrame:
    """Say once that the table has no column for places."""
    if len(table.rows):
        table.bad[:] = True
        table.problems.add(
            say("no column says where the firms are"),
            say("add longitude and latitude, or the INSEE code, or the commune with its postcode"),
            file=table.file,
            row=int(table.rows[0]) - 1,
        )
    number = dict.fromkeys(("longitude", "latitude", "precision_m"), np.nan)
    text = dict.fromkeys(("insee", "commune", "postcode", "home"), "")
    return pd.DataFrame({**number, **text}, index=range(len(table.rows)))


def _ids(table: Table, firms: pd.DataFrame) -> pd.Series:
    """Return given identifiers, and others made from the names; flag repeated ones."""
    given = firms["firm_id"]
    repeated = (given.duplicated() & (given != "")).to_numpy(dtype=bool)
    table.flag(
        repeated,
        "firm_id",
        say("this identifier is already that of another firm"),
        say("give each firm its own identifier, and one line"),
    )
    if (given != "").all():
        return given
    made = firms["name"].map(fold).str.replace(r"[^0-9a-z]+", "-", regex=True).str.strip("-")
    made = made.where(made != "", "firm")
    return distinct_ids(given.where(given != "", made), (given != "").to_numpy(dtype=bool))


def distinct_ids(ids: pd.Series, given: NDArray[np.bool_]) -> pd.Series:
    """Return identifiers of which no two are the same; only those that were made are changed.

    Parameters
    ----------
    ids
        Text, shape n.
    given
        Whether a firm gave its identifier itself, shape n.
    """
    if not ids.duplicated().any():
        return ids
    used = set(ids[given])
    counts: dict[str, int] = {}  # where counting goes on: a name may be that of every firm
    distinct = []
    for own, text in zip(given, ids, strict=True):
        name, count = text, counts.get(text, 1)
        while not own and name in used:
            count += 1
            name = f"{text}-{count}"
        counts[text] = count
        used.add(name)
        distinct.append(name)
    return pd.Series(distinct, index=ids.index, dtype="str")


def firms_of_flat(table: Table) -> tuple[Table, np.ndarray]:
    """Gather the firms repeated beside their flows in a flat file.

    Parameters
    ----------
    table
        One line a flow, with the fields of its firm.

    Returns
    -------
    Table
        One line a firm: its first line, blanks filled from its next ones.
    ndarray
        For each line of ``table`` the position of its firm, shape n.
    """
    codes, first = _firm_codes(table)
    columns = [field.name for field in fields_of("firms") if field.name in table.cells]
    cells = table.cells[columns].iloc[first].reset_index(drop=True)
    for name in columns:
        text = table.cells[name]
        filled = text != ""
        value = text[filled].groupby(codes[filled.to_numpy(dtype=bool)]).first()
        cells.loc[value.index, name] = value
        if name in ("source", "contact"):
            continue
        expected = pd.Series(cells[name].to_numpy()[codes], dtype="str")
        differs = (filled & (text != expected)).to_numpy(dtype=bool)
        table.flag(
            differs,
            name,
            say("this firm is described in another way on an earlier line"),
            say("describe a firm the same way on each line, or give two firms two identifiers"),
        )
    firms = Table(
        table.file,
        cells,
        table.rows[first],
        table.headings,
        table.comma_separated,
        np.zeros(len(first), dtype=bool),
        table.problems,
        table.notes,
        table.marks,
        table.told,
    )
    return firms, codes


def _firm_codes(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the firm number of each line, by identifier, else SIRET, else name and place."""
    given, siret = table.column("firm_id"), table.column("siret")
    named = _numbered([table.column("name").map(fold)])
    by_siret = _numbered([named, siret])
    by_place = _numbered([named, *(table.column(field) for field in _IDENTITY)])
    codes = np.where((siret != "").to_numpy(dtype=bool), -1 - by_siret, by_place)
    own = (given != "").to_numpy(dtype=bool)
    codes[own] = _numbered([given])[own] + len(codes)
    codes, _ = pd.factorize(codes)
    first = np.unique(codes, return_index=True)[1]
    return codes, first


def _numbered(columns: list[pd.Series | np.ndarray]) -> np.ndarray:
    """Return a number for each distinct line of some columns; joined texts fill the memory."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, words = pd.factorize(column)
        codes, _ = pd.factorize(codes * (len(words) + 1) + own)
    return codes
