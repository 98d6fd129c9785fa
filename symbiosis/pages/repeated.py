"""A text that is at fault and stands on several lines, written once for all of them."""

from __future__ import annotations

import hashlib

import streamlit as st

from symbiosis.flows import Findings
from symbiosis.flows.received import Grid
from symbiosis.maps import numbers
from symbiosis.pages import drafts, parts
from symbiosis.pages.words import _, language

MOST = 5
"""Texts that are offered at once; the next ones follow when these are corrected."""


def show(grids: dict[int, Grid], found: Findings, chosen: set[tuple[str, str]]) -> None:
    """Let the reader write once what stands wrong on several lines.

    Parameters
    ----------
    grids
        The tables that are shown, by their number.
    found
        From their check.
    chosen
        Columns and texts that are chosen from a list elsewhere.
    """
    for position, grid in grids.items():
        offered = {at: n for at, n in repeated(grid, found).items() if at not in chosen}
        for (column, text), count in list(offered.items())[:MOST]:
            mark = hashlib.sha256(f"{grid.label}|{column}|{text}".encode()).hexdigest()[:10]
            written = st.text_input(
                _("“{text}” stands on {count} lines of “{column}”. What should it be?").format(
                    text=parts.plain(text), column=parts.plain(column),
                    count=numbers.number(count, language()),
                ),
                key=f"repeated_{position}_{mark}", placeholder=_("Corrected on all these lines"),
            ).strip()  # fmt: skip
            if written and written != text:
                cells = grid.cells.copy()
                cells[column] = cells[column].where(cells[column] != text, written)
                drafts.put(position, grid.corrected(cells))


def repeated(grid: Grid, found: Findings) -> dict[tuple[str, str], int]:
    """Return the texts of a table that are at fault, as column and text, with how often they stand.

    Parameters
    ----------
    grid
        The table.
    found
        From its check. A firm's place is told once, on its first line; its other lines count too.
    """
    offered: dict[tuple[str, str], int] = {}
    for problem in found.problems:
        row, column = problem.row, problem.column
        if problem.file != grid.label or row not in grid.cells.index or column not in grid.cells:
            continue
        text = str(grid.cells.at[row, column])
        count = int((grid.cells[column] == text).sum())
        if text and count > 1:
            offered[column, text] = count
    return offered
