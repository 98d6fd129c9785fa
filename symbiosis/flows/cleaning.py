"""Cells without the characters that nobody sees, and where those stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import Message, Problem, say
from symbiosis.flows.sheets import Sheet
from symbiosis.text_cleaning import UNSEEN, clean

_MOST = 1_000
"""Cells that are remembered."""


class Cleaner:
    r"""Takes unseen characters off the rows of a sheet, one row after the other.

    Examples
    --------
    >>> cleaner = Cleaner()
    >>> cleaner.row(["Verrerie", "10 11 12"]), cleaner.row(["\ufeffCimenterie", ""])
    (['Verrerie', '10 11 12'], ['Cimenterie', ''])
    >>> cleaner.places
    [(1, 0)]
    """

    def __init__(self) -> None:
        self.places: list[tuple[int, int]] = []
        self._count = 0

    def row(self, cells: Sequence[str]) -> list[str]:
        """Return the cells of the next row."""
        number, self._count = self._count, self._count + 1
        if not UNSEEN.search("\n".join(cells)):
            return list(cells)
        plain = [clean(cell) for cell in cells]
        for column, (cell, kept) in enumerate(zip(cells, plain, strict=True)):
            if cell != kept and len(self.places) < _MOST:
                self.places.append((number, column))
        return plain


def sentences() -> tuple[Message, Message]:
    """Return what is said of a cell that was cleaned, and that it needs no cure."""
    return say("characters that cannot be seen were taken off"), say("nothing need be done")


def cleaned_cells(sheet: Sheet, top: int, file: str) -> Iterator[Problem]:
    """Yield a note for each cell of a sheet that was cleaned.

    Parameters
    ----------
    sheet
        Its ``cleaned`` cells are told of.
    top
        Position of the row of headers.
    file
        What the table is called.
    """
    heads = sheet.grid[top]
    for row, column in sheet.cleaned:
        header = heads[column] if column < len(heads) else ""
        # A cell of nothing else, at the end of a line or of the sheet, is in no grid any more.
        cells = sheet.grid[row] if row < len(sheet.grid) else []
        value = cells[column] if column < len(cells) else ""
        yield Problem(*sentences(), file, row + 1, header, value[:80])


def unseen_in(column: pd.Series) -> NDArray[np.bool_]:
    """Return in which cells of a column, of any type, there are characters that nobody sees."""
    return np.array(
        [isinstance(cell, str) and UNSEEN.search(cell) is not None for cell in column], dtype=bool
    )
