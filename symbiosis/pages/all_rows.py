"""Every line of a declaration in a table that can be changed: good ones and guesses too."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from symbiosis.flows import Findings
from symbiosis.flows.assemble import FAULTY, GOOD, LEFT_OUT
from symbiosis.flows.received import Grid
from symbiosis.language import translator
from symbiosis.pages import drafts, parts
from symbiosis.pages.words import _, language

PAGE = 200
"""Lines that are shown at once: a browser holds no table of 50,000 in a form."""


def show(grids: dict[int, Grid], found: Findings) -> None:
    """Draw every table whole, page by page; a change is checked at once.

    Parameters
    ----------
    grids
        The tables that are shown, by their number.
    found
        From their check.
    """
    only = st.checkbox(_("Only the lines accepted with a guess"), key="only_guesses")
    for position, grid in grids.items():
        lines = beside(grid, found)
        rows = lines.index[lines["guess"] != ""] if only else lines.index
        if len(rows):
            _page(position, grid, lines.loc[rows])


def beside(grid: Grid, found: Findings) -> pd.DataFrame:
    """Return what is said of each line of a table.

    Parameters
    ----------
    grid
        The table.
    found
        From its check.

    Returns
    -------
    DataFrame
        Index as in ``grid.cells``: ``read`` (whether nobody took the line out), ``state`` (`GOOD`,
        `FAULTY`, `LEFT_OUT`, or ``""`` where nothing is known of it) and ``guess``, in words.
    """
    own = found.lines[found.lines["file"] == grid.label].drop_duplicates("row").set_index("row")
    rows = grid.cells.index
    translate = translator(language())
    guesses: dict[int, list[str]] = {}
    for note in found.notes:
        if note.file == grid.label and note.row is not None and note.row in rows:
            column = f"{note.column} : " if note.column else ""
            said = f"{column}{note.problem.render(translate)}"
            guesses.setdefault(note.row, []).append(said)
    return pd.DataFrame(
        {
            "read": ~rows.isin(list(grid.sheet.removed)),
            "state": own["state"].reindex(rows).fillna(""),
            "guess": [" · ".join(guesses.get(row, ())) for row in rows],
        },
        index=rows,
    )


def changed(grid: Grid, cells: pd.DataFrame, read: pd.Series) -> Grid | None:
    """Return a table with some of its lines changed or taken out, None where nothing is new.

    Parameters
    ----------
    grid
        The table.
    cells
        Some of its lines as the reader left them.
    read
        Whether each of these lines is to be read; the same index.
    """
    rows = cells.index
    removed = grid.sheet.removed - set(rows) | set(rows[~read.to_numpy(dtype=bool)])
    same = cells.equals(grid.cells.loc[rows, cells.columns])
    if same and removed == grid.sheet.removed:
        return None
    return (grid if same else grid.corrected(cells)).without(removed)


def _page(position: int, grid: Grid, lines: pd.DataFrame) -> None:
    """Draw one page of a table, and take the changes that the reader makes to it."""
    last = math.ceil(len(lines) / PAGE)
    at = 1
    if last > 1:
        at = int(
            st.number_input(
                _("{file}: page (of {count})").format(file=parts.plain(grid.label), count=last),
                1,
                last,
                1,
                key=f"page_{position}_{last}",
            )
        )
    shown = lines.iloc[(at - 1) * PAGE : at * PAGE]
    parts.note(
        _("{file}: change any cell, or untick a line to leave it out; it is checked again at "
          "once.").format(file=grid.label)
    )  # fmt: skip
    words = {GOOD: _("good"), FAULTY: _("to correct"), LEFT_OUT: _("left out"), "": ""}
    read, state, guess = _("Is read"), _("State"), _("Guess")
    table = grid.cells.loc[shown.index]
    columns = list(table.columns)
    names = [name + " " if name in (read, state, guess) else name for name in columns]
    table = table.set_axis(names, axis=1)
    table.insert(0, read, shown["read"])
    table.insert(1, state, shown["state"].map(words))
    table.insert(2, guess, shown["guess"])
    edited = st.data_editor(
        table, key=f"all_{position}_{at}_{len(lines)}_{drafts.digest(grid)}",
        disabled=[state, guess], width="stretch",
        column_config={"_index": st.column_config.NumberColumn(_("Row"), format="%d")},
    )  # fmt: skip
    cells = edited[names].set_axis(columns, axis=1).fillna("").astype("str")
    made = changed(grid, cells, edited[read])
    if made is not None:
        drafts.put(position, made)
