"""How much of what a State register declares as recovered falls on codes that have a pathway.

Reads the two files of residues of the French register of polluting emissions (IREP), as published.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.names import low_code
from symbiosis.errors import DataError, Problems, say

FILES = {
    "Trait_dechets_non_dangereux.csv": "quantite_traitee",
    "Prod_dechets_non_dangereux.csv": "quantite",
}
"""Files of the register and their column of tonnes."""

_CODE, _OPERATION = "code_dechet", "code_operation_eliminatio_valorisation"


def declared(folder: Path | str) -> pd.DataFrame:
    """Return the tonnes that a register declares as recovered, by file, code and operation.

    Parameters
    ----------
    folder
        Holds the files of `FILES`.

    Returns
    -------
    DataFrame
        Columns ``file``, ``code`` (``10 02 02``), ``operation`` (``R1`` … ``R13``), ``tonnes``.
        Rows without a LoW code, an R operation or a number are left out.

    Raises
    ------
    DataError
        If a file is missing or lacks a column.
    """
    parts = []
    for name, quantity in FILES.items():
        table = _read(Path(folder) / name, (_CODE, _OPERATION, quantity))
        parts.append(
            pd.DataFrame(
                {
                    "file": name,
                    "code": table[_CODE],
                    "operation": table[_OPERATION].str.strip(),
                    "tonnes": pd.to_numeric(table[quantity], errors="coerce"),
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["operation"].str.fullmatch(r"R\d{1,2}") & (rows["tonnes"] > 0)]
    return rows.groupby(["file", "code", "operation"])["tonnes"].sum().reset_index()


def coverage(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the share of the tonnes whose code has a pathway.

    Parameters
    ----------
    rows
        From `declared`.
    catalogue
        Whose pathways count.

    Returns
    -------
    DataFrame
        One row a file: ``file``, ``tonnes`` (t/yr, codes of the List of Waste only), ``codes``
        (how many), ``covered`` (share of the tonnes with a pathway) and ``covered_by_operation``
        (share with a pathway of the very operation declared).
    """
    known = _with_pathways(rows, catalogue)
    known = known.assign(
        reached=known["tonnes"] * known["pathway"],
        same=known["tonnes"] * known["same_operation"],
    )
    sums = known.groupby("file", as_index=False).agg(
        tonnes=("tonnes", "sum"), codes=("code", "nunique"), reached=("reached", "sum"),
        same=("same", "sum"),
    )  # fmt: skip
    sums["covered"] = sums["reached"] / sums["tonnes"]
    sums["covered_by_operation"] = sums["same"] / sums["tonnes"]
    return sums.drop(columns=["reached", "same"])


def missing(rows: pd.DataFrame, catalogue: Catalogue, n: int = 20) -> pd.DataFrame:
    """Return the codes without a pathway that carry the most tonnes: ``code``, ``tonnes``."""
    known = _with_pathways(rows, catalogue)
    lost = known[~known["pathway"]].groupby("code")["tonnes"].sum()
    return lost.nlargest(n).reset_index()


def _with_pathways(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Keep the rows with a LoW code; say of each whether a pathway serves it."""
    codes = {text: low_code(text, catalogue) for text in rows["code"].unique()}
    known = rows.assign(code=rows["code"].map(codes))
    known = known[known["code"] != ""]
    paths = catalogue.pathways_of(known["code"])
    pairs = set(zip(paths["residue"], paths["operation_code"], strict=True))
    declared_pairs = zip(known["code"], known["operation"], strict=True)
    return known.assign(
        pathway=known["code"].isin(paths["residue"]),
        same_operation=[pair in pairs for pair in declared_pairs],
    )


def _read(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    problems = Problems()
    cure = say("give the folder of the register's own files, as published")
    if not file.is_file():
        problems.add(say("this file is missing"), cure, file=file.name)
        raise DataError(problems)
    table = pd.read_csv(file, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    for column in columns:
        if column not in table:
            problems.add(say("this column is missing"), cure, file=file.name, column=column)
    if len(problems):
        raise DataError(problems)
    return table
