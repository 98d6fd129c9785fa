"""Which decimal mark a file writes, for its columns that do not show it themselves."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from symbiosis.flows.cell_units import part_units
from symbiosis.flows.contract import fields
from symbiosis.flows.measures import PRICES
from symbiosis.flows.numbers import Marks, parse_numbers

_COORDINATES = frozenset({"longitude", "latitude", "x", "y"})
"""Copied from maps with a point, whatever the language of the file."""
_LIKELY = {";": ","}
"""A spreadsheet parts cells by ``;`` where its numbers have a decimal comma; the comma proves
nothing, since Grist and Google Sheets use it in every language."""


def marks_of(
    cells: pd.DataFrame,
    separator: str,
    *,
    number_cells: bool = False,
    converted: Collection[str] = (),
) -> Marks:
    """Return how a table writes numbers.

    Parameters
    ----------
    cells
        Text by field, one row a line.
    separator
        What parts the cells of the file: ``;``, ``,`` or a tab; ``""`` for a workbook or a frame.
    number_cells
        See `numbers.Marks`.
    converted
        Fields whose header gives a unit: the limits of the field say nothing of their figures.
    """
    marks = Marks("", _LIKELY.get(separator, ""), number_cells)
    proofs: set[str] = set()
    for name, field in fields().items():
        if name not in cells or field.type != "number":
            continue
        if name in _COORDINATES and separator != ",":
            continue
        parted = part_units(name, cells[name])
        low, high = field.minimum, field.maximum
        if name in PRICES or name in converted or (parted.codes >= 0).any():
            low, high = -np.inf, np.inf
        proofs |= set(parse_numbers(parted.text, marks, low=low, high=high).proves)
    return Marks(proofs.pop(), "", number_cells) if len(proofs) == 1 else marks
