"""Lines that only sum up the others, and firms that are called Total."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.flows.contract import MONTHS, fold
from symbiosis.flows.numbers import Marks, parse_numbers

_SAID = (
    "total|totaux|sous total|sous totaux|total general|totaux generaux|somme|sum|subtotal|sub total"
    "|grand total|overall total"
)
_WORDS = frozenset(_SAID.split("|"))
_SUMMED = ("quantity", *MONTHS, "employees")
_AFTER_FIGURE = r"\s*[^0-9\s.,'’]*$"


def total_lines(
    cells: pd.DataFrame, firsts: Sequence[str], marks: Marks
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which lines are totals, and which flows say so and are not.

    A line is a total when its first filled cell is that word and no other, it names no material (in
    a table of firms: no other firm), and its figures are the sum of lines above; or when nothing
    else stands on it.

    Parameters
    ----------
    cells
        Text by field, one row a line.
    firsts
        First filled cell of each line.
    marks
        How the file writes numbers.

    Returns
    -------
    ndarray
        Totals, shape n.
    ndarray
        Lines without a material that say total and do not add up, shape n.
    """
    flows = "material" in cells or "quantity" in cells
    named = cells.get("material" if flows else "name", pd.Series("", index=cells.index))
    said = np.array([word[:1].lower() in "tsgo" and fold(word) in _WORDS for word in firsts])
    said = said.astype(bool)
    for line in np.flatnonzero(said):
        said[line] = fold(named.iloc[line]) in _WORDS | {""}
    totals = np.zeros(len(said), dtype=bool)
    if not said.any():
        return totals, totals
    summed = [cells[name] for name in _SUMMED if name in cells]
    columns = [
        parse_numbers(text.str.replace(_AFTER_FIGURE, "", regex=True), marks).values
        for text in summed
    ]
    filled = cells.drop(columns=["unit", "year", "direction"], errors="ignore") != ""
    for line in np.flatnonzero(said):
        given = [values for values in columns if not np.isnan(values[line])]
        alone = not given and filled.iloc[line].sum() <= 1
        totals[line] = alone or (bool(given) and all(_adds_up(v, int(line), said) for v in given))
    return totals, said & ~totals & flows & (named == "").to_numpy(dtype=bool)


def _adds_up(values: NDArray[np.float64], line: int, said: NDArray[np.bool_]) -> bool:
    """Return whether a figure is the sum of all lines, of those above, or since the last total."""
    plain = np.where(said, 0.0, np.nan_to_num(values))
    earlier = np.flatnonzero(said[:line])
    since = int(earlier[-1]) + 1 if len(earlier) else 0
    sums = (plain.sum(), plain[:line].sum(), plain[since:line].sum())
    return any(abs(values[line] - total) <= 1e-3 * abs(total) + 0.5 for total in sums)
