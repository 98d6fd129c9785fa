"""The rows of a sheet, kept small: a file of a million lines must not fill the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_BETWEEN = "\x1f"
"""Stands between the cells of a packed row; the control character named for it."""
_AT_ONCE = 20_000
"""Rows unpacked at a time."""
Lines = NDArray[np.int64]


class Rows(Sequence[list[str]]):
    """Rows of text cells, each kept as one text: five times smaller than lists of cells.

    Examples
    --------
    >>> rows = Rows([["a", "b"], [], ["c"]])
    >>> rows[0], list(rows[1:]), len(rows)
    (['a', 'b'], [[], ['c']], 3)
    """

    def __init__(self, rows: Iterable[Sequence[str]] = ()) -> None:
        self._packed: list[str] = []
        for row in rows:
            self.append(row)

    def append(self, row: Sequence[str]) -> None:
        """Add one row."""
        self._packed.append(_pack(row))

    @property
    def packed(self) -> list[str]:
        """The rows, each as one text."""
        return self._packed

    def extend_packed(self, rows: list[str]) -> None:
        """Add rows that were packed."""
        self._packed += rows

    def copy(self) -> Rows:
        """Return rows of their own with the same cells."""
        return self[:]

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[list[str]]:
        return map(_unpack, self._packed)

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> Rows: ...
    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            part = Rows()
            part._packed = self._packed[at]
            return part
        return _unpack(self._packed[at])

    def __setitem__(self, at: int, row: Sequence[str]) -> None:
        self._packed[at] = _pack(row)


def _pack(row: Sequence[str]) -> str:
    text = _BETWEEN.join(row)
    if text.count(_BETWEEN) > len(row) - 1 and row:
        return _BETWEEN.join(cell.replace(_BETWEEN, " ") for cell in row)
    return text


def _unpack(text: str) -> list[str]:
    return text.split(_BETWEEN) if text else []


class LinesByValue(Sequence[Lines]):
    """The lines that hold each value of a column, from the codes of `pandas.factorize`.

    Parameters
    ----------
    codes
        Number of the value of each line, shape n.
    count
        How many values there are.
    """

    def __init__(self, codes: NDArray[np.int64], count: int) -> None:
        self._order = np.argsort(codes, kind="stable")
        self._ends = np.searchsorted(codes[self._order], np.arange(count + 1))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: Any) -> Any:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._order[self._ends[number] : self._ends[number + 1]]


def body(
    grid: Sequence[list[str]], top: int, columns: dict[str, int]
) -> tuple[pd.DataFrame, NDArray[np.int64], NDArray[np.bool_], list[str]]:
    """Put the filled rows below a header into columns.

    Parameters
    ----------
    grid
        The sheet.
    top
        Position of the header.
    columns
        Field to position in a row.

    Returns
    -------
    DataFrame
        Text by field, one row a filled line.
    ndarray
        Spreadsheet row of each, shape n.
    ndarray
        Which have more cells than the header, shape n.
    list of str
        The first filled cell of each, cut to 40 characters.
    """
    width = len(grid[top])
    nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    frames, rows, spills, firsts = [nothing], [], [], []
    below = iter(enumerate(islice(grid, top + 1, None), top + 2))
    while part := list(islice(below, _AT_ONCE)):
        filled = [(number, row) for number, row in part if any(row)]
        rows += [number for number, _ in filled]
        spills += [len(row) > width and any(row[width:]) for _, row in filled]
        firsts += [next(cell for cell in row if cell)[:40] for _, row in filled]
        cells = {
            name: [row[at] if at < len(row) else "" for _, row in filled]
            for name, at in columns.items()
        }
        frames.append(pd.DataFrame(cells, index=range(len(filled)), dtype="str"))
    table = pd.concat(frames, ignore_index=True)
    if not columns:
        table = pd.DataFrame(index=range(len(rows)))
    return table, np.array(rows, dtype=np.int64), np.array(spills, dtype=bool), firsts
