"""The tables of a file that somebody sent, read in a child process with limits.

Every door through which an account sends a table opens it here: the page *Déclarer*, and
``POST /api/v1/flows``. What comes back is text in rows, checked from there on as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symbiosis.child_process import in_child
from symbiosis.flows.rows import Rows
from symbiosis.flows.sheets import Sheet, refuse_size

_SHEETS = "symbiosis.flows.child_reading:plain_sheets"


def received_sheets(name: str, content: bytes, max_mb: float = 100.0) -> list[Sheet]:
    """Return what a file holds that somebody sent; it is read in a child process.

    Parameters
    ----------
    name
        The sender's name for it: its extension says what it is; nothing is opened.
    content
        What it holds.
    max_mb
        Limit of its size, MB.

    Raises
    ------
    DataError
        As `symbiosis.flows.declared_files.sheets_of`; and if it takes too much memory or time.
    """
    file = Path(Path(name.replace("\\", "/")).name[-120:] or "received")
    refuse_size(file, len(content), max_mb)
    options = {"name": file.name, "max_mb": max_mb}
    return _sheets(in_child(_SHEETS, content, options, file=file.name))


def _sheets(items: Iterator[Any]) -> list[Sheet]:
    """Put together what the child sent."""
    sheets: list[Sheet] = []
    for item in items:
        if "sheet" in item:
            told = item["sheet"]
            for field in ("merged", "cleaned"):
                told[field] = tuple(tuple(place) for place in told[field])
            told["unvalued"] = frozenset(tuple(place) for place in told["unvalued"])
            told["hidden"], told["removed"] = tuple(told["hidden"]), frozenset(told["removed"])
            sheets.append(Sheet(**(told | {"grid": Rows()})))
        else:
            grid = sheets[-1].grid
            assert isinstance(grid, Rows)  # noqa: S101 - as set above
            grid.extend_packed(item["rows"])
    return sheets
