"""A text that is at fault and stands on several lines, written once for all of them."""

from __future__ import annotations

import hashlib

import streamlit as st

from symbiosis.flows import Findings
from symbiosis.flows.lines import REPEATED_CURE
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
        offered = {at: n for at, n in texts_at_fault(grid, found).items() if at not in chosen}
        for (column, text), count in list(offered.items())[:MOST]:
            mark = hashlib.sha256(f"{grid.label}|{column}|{text}".encode()).hexdigest()[:10]
            written = st.text_input(
                _("“{text}” stands on {count} lines of “{column}”. What should it be?").format(
                    text=parts.plain(text), column=parts.plain(column),
                    count=numbers.number(count, language()),
                ),
                key=f"alike_{position}_{mark}", placeholder=_("Corrected on all these lines"),
            ).strip()  # fmt: skip
            if written and written != text:
                cells = grid.cells.copy()
                cells[column] = cells[column].where(cells[column] != text, written)
                drafts.put(position, grid.corrected(cells))


def texts_at_fault(grid: Grid, found: Findings) -> dict[tuple[str, str], int]:
    """Return the texts at fault that stand on several lines, as column and text, with how many.

    Parameters
    ----------
    grid
        The table.
    found
        From its check. A firm's place is told once, on its first line; its other lines count too.
    """
    places = {
        (p.row, p.column): None
        for p in found.problems
        if p.file == grid.label
        and p.row in grid.cells.index
        and p.column in grid.cells
        and p.cure != REPEATED_CURE  # nothing is wrong with the text of a line that stands twice
    }
    lines = {column: grid.cells[column].value_counts() for column in {c for _, c in places}}
    texts = {(column, str(grid.cells.at[row, column])): None for row, column in places}
    counts = {(column, text): int(lines[column][text]) for column, text in texts if text}
    return {at: count for at, count in counts.items() if count > 1}
