"""What a child process does with a file that somebody sent; see `symbiosis.flows.in_child`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from symbiosis.flows.declared_files import sheets_of
from symbiosis.flows.rows import Rows

_AT_ONCE = 2_000
"""Rows that cross to the caller at a time."""


def plain_sheets(content: bytes, *, name: str, max_mb: float) -> Iterator[Any]:
    """Yield the sheets of a file as JSON can carry them; what the child does.

    Parameters
    ----------
    content
        What the file holds.
    name
        What it is called.
    max_mb
        Limit of its size, MB.

    Raises
    ------
    DataError
        As `symbiosis.flows.declared_files.sheets_of`.
    """
    for sheet in sheets_of(Path(name), content, max_mb):
        bare = replace(sheet, grid=(), unvalued=frozenset(), removed=frozenset())
        sets = {"unvalued": sorted(sheet.unvalued), "removed": sorted(sheet.removed)}
        yield {"sheet": {**asdict(bare), **sets}}
        rows = sheet.grid if isinstance(sheet.grid, Rows) else Rows(sheet.grid)
        for start in range(0, len(rows), _AT_ONCE):
            yield {"rows": rows[start : start + _AT_ONCE].packed}
