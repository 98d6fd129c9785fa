"""CSV and JSON that a spreadsheet opens safely and that come out the same to the byte."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.flows.formulas import inert, restore

# Decimals kept in files: a gram, a milli-cent; beyond them a figure is noise that would differ
# between two machines.
DECIMALS = 6
# Columns of the results that hold words, so that a firm called "2024" stays a name.
TEXTS = frozenset(
    {
        "shipment_id", "case", "offer_firm", "need_firm", "material", "input", "kind", "pathway",
        "unit", "offer_firm_id", "need_firm_id", "offer_flow", "need_flow", "assumed", "flow_id",
        "firm", "firm_id", "reason", "detail", "file", "column", "value", "problem", "cure",
    }
)  # fmt: skip


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose numbers have at most `DECIMALS` decimals and no negative zero."""
    numbers = table.select_dtypes("number").columns
    return table.assign(**{name: table[name].round(DECIMALS) + 0 for name in numbers})


def csv_text(table: pd.DataFrame, lang: str = "en") -> str:
    """Return CSV text: neutralised cells, one newline a row.

    Parameters
    ----------
    table
        What is written.
    lang
        ``en`` for commas and decimal points, as programs read them; ``fr`` for semicolons and
        decimal commas, as a French spreadsheet opens them.
    """
    safe = rounded(table)
    between, decimal = (";", ",") if lang == "fr" else (",", ".")
    return str(inert(safe).to_csv(index=False, lineterminator="\n", sep=between, decimal=decimal))


def read_csv(path: Path) -> pd.DataFrame:
    """Read back what `csv_text` wrote: flags, numbers, and words (`TEXTS` always are)."""
    table = pd.read_csv(path, dtype=str, encoding="utf-8", keep_default_na=False)
    return table.assign(**{str(name): _typed(table[name], str(name)) for name in table.columns})


def _typed(cells: pd.Series, name: str) -> pd.Series:
    if name in TEXTS:
        return cells.map(restore)
    if len(cells) and cells.isin(["True", "False"]).all():
        return cells == "True"
    numbers = pd.to_numeric(cells.where(cells != ""), errors="coerce")
    is_number = numbers.notna() | (cells == "")
    return numbers if is_number.all() else cells.map(restore)


def json_text(content: Any) -> str:
    """Return JSON text with rounded numbers and ``null`` where there is none."""
    return json.dumps(_tidy(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _tidy(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(item) for item in value]
    if isinstance(value, float):
        return round(value, DECIMALS) + 0 if math.isfinite(value) else None
    return value
