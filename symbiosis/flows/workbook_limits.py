"""Which parts of a workbook are its sheets, and whether they may be read at all."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

import numpy as np

from symbiosis.errors import say
from symbiosis.flows.sheets import MAX_COLUMNS, MAX_ROWS
from symbiosis.flows.workbook_parts import (
    MAX_FILLED,
    SPLIT,
    BadWorkbook,
    Part,
    Range,
    TooLarge,
    measure,
)
from symbiosis.zip_archive import Member

MAX_CELLS = 10_000_000
"""Largest rectangles of cells (rows x columns), all sheets together."""
MAX_TEXT = 50_000_000
"""Most characters of all cells, a shared text counted at each cell that names it."""


@dataclass(frozen=True)
class Workbook:
    """The parts of a workbook that are read, all within their limits.

    Parameters
    ----------
    shown
        Name and part of each visible worksheet, in their order.
    hidden
        Names of the others.
    texts, styles
        The shared texts and the formats, if there are any.
    starts_1904
        Whether its days are counted from 1904.
    """

    shown: list[tuple[str, Part]]
    hidden: tuple[str, ...]
    texts: Part | None
    styles: Part | None
    starts_1904: bool


def understand(members: list[Member]) -> Workbook:
    """Measure the parts of a workbook, and follow its own list of sheets.

    Raises
    ------
    BadWorkbook
        If it is no workbook, is damaged, or could be taken in two ways.
    TooLarge
        If it is above a limit.
    """
    parts: dict[str, Part] = {}
    elements = 0
    for member in members:
        part, elements = measure(member, elements)
        parts[_plain(member.name)] = part
    books = [path for path, part in parts.items() if part.root == "workbook"]
    if len(books) != 1:
        raise BadWorkbook("workbook")
    folder, name = posixpath.split(books[0])
    links = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if links is None or links.root != "Relationships":
        raise BadWorkbook("relationships")
    target = {
        key: (kind, parts.get(_plain(posixpath.join(folder, goal))))
        for key, (kind, goal) in links.links.items()
    }
    shown, hidden = [], []
    for title, state, key in parts[books[0]].sheets:
        sheet = target.get(key, ("", None))[1]
        if sheet is None or sheet.root != "worksheet":
            continue
        if state == "visible":
            shown.append((title, sheet))
        else:
            hidden.append(title)
    by_kind = {kind: part for kind, part in target.values() if part is not None}
    texts, styles = by_kind.get("sharedStrings"), by_kind.get("styles")
    _refuse_large([part for _, part in shown], texts)
    starts = parts[books[0]].starts_1904
    return Workbook(shown, tuple(hidden), texts, styles, starts)


def _plain(path: str) -> str:
    """Return a path as parts are compared: from the root, whatever slashes and case it has."""
    return posixpath.normpath("/" + path.replace("\\", "/").lstrip("/")).lower()


def _refuse_large(sheets: list[Part], texts: Part | None) -> None:
    """Refuse sheets that spread too far, hold too much text, or merge cells more than once."""
    stray = say("delete the stray cells far from the table and save again")
    cells = filled = characters = 0
    lengths = np.array(texts.lengths if texts else (), dtype=np.int64)
    for part in sheets:
        cells, filled = cells + part.rows * part.columns, filled + part.filled
        if part.columns > MAX_COLUMNS or part.rows > MAX_ROWS or cells > MAX_CELLS:
            raise TooLarge(
                say("a sheet spreads over {rows} rows and {columns} columns", rows=part.rows,
                    columns=part.columns),
                stray,
            )  # fmt: skip
        named = np.frombuffer(part.shared, dtype=np.int64) if part.shared else lengths[:0]
        if len(named) and named.max() >= len(lengths):
            raise BadWorkbook("shared text")
        characters += part.characters + int(lengths[named].sum())
        merged = [_clipped(place, part) for place in part.merged]
        area = sum((down - up + 1) * (right - left + 1) for up, left, down, right in merged)
        if area > max(part.rows * part.columns, 1):
            raise TooLarge(say("merged cells overlap"), say("unmerge them and save again"))
        part.merged = [place for place in merged if place[0] <= place[2] and place[1] <= place[3]]
    if filled > MAX_FILLED:
        raise TooLarge(say("the sheets have more than {limit} cells", limit=MAX_FILLED), SPLIT)
    if characters > MAX_TEXT:
        raise TooLarge(
            say("the cells hold more than {limit} characters in all", limit=MAX_TEXT), SPLIT
        )


def _clipped(merged: Range, part: Part) -> Range:
    """Return what of a merged range lies in the rectangle of filled cells; else an empty range."""
    top, left, bottom, right = merged
    if top >= part.rows or left >= part.columns:
        return 0, 0, -1, -1
    return top, left, min(bottom, part.rows - 1), min(right, part.columns - 1)
