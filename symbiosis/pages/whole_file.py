"""Problems of a header or of a whole file, and what may be typed once for all its lines."""

from __future__ import annotations

import hashlib

import streamlit as st

from symbiosis.errors import Problem, Problems
from symbiosis.flows import Findings
from symbiosis.flows.received import Grid
from symbiosis.language import translator
from symbiosis.pages import drafts, parts
from symbiosis.pages.words import _, language
from symbiosis.text_cleaning import clean

ONCE = ("name", "commune", "direction", "material", "unit")
"""Fields that may be the same for every line of a file."""
MOST = 8
"""Problems that are shown one by one; more of them are a table."""


def show(grids: dict[int, Grid], found: Findings) -> None:
    """Show every problem that has no row of a table to stand beside, and the fields that cure some.

    Parameters
    ----------
    grids
        The tables that are shown, by their number.
    found
        From their check.
    """
    problems = off_the_rows(grids, found)
    for problem in problems[:MOST]:
        st.error(_sentence(problem))
    if len(problems) > MOST:
        parts.problems_table(Problems(problems[MOST:]).table(translator(language())))
    for position, grid in grids.items():
        names = [name for name in ONCE if name in grid.sheet.typed or lacks(name, grid, found)]
        if names:
            _fields(position, grid, names)


def off_the_rows(grids: dict[int, Grid], found: Findings) -> list[Problem]:
    """Return the problems that belong to no line of any table that is shown."""
    rows = {grid.label: frozenset(grid.cells.index) for grid in grids.values()}
    return [p for p in found.problems if p.row is None or p.row not in rows.get(p.file, ())]


def lacks(name: str, grid: Grid, found: Findings) -> bool:
    """Return whether a table has problems because a field has no column, or an empty one.

    Parameters
    ----------
    name
        One of `ONCE`.
    grid
        The table.
    found
        From the check.
    """
    mine = [p for p in found.problems if p.file == grid.label]
    above = [p for p in mine if p.row is not None and p.row not in grid.cells.index]
    missing = {"name", "firm_id"} if name == "name" else {name}
    # The one problem above the lines that names no column is that no column tells a place.
    if any(p.column in missing or (name == "commune" and not p.column) for p in above):
        return True
    of_table = found.mapping["file"] == grid.label
    headers = found.mapping.loc[of_table & (found.mapping["field"] == name), "header"]
    faulty = {p.column for p in mine}
    return any(
        header in faulty and header in grid.cells and (grid.cells[header] == "").all()
        for header in headers
    )


def _fields(position: int, grid: Grid, names: list[str]) -> None:
    """Let the reader type a value for all lines; it is checked at once."""
    parts.note(
        _("{file}: what is missing can be given here, once for all its lines.").format(
            file=grid.label
        )
    )
    upload = st.session_state.get(drafts.FILES, "")
    stamp = hashlib.sha256(f"{upload}|{grid.label}".encode()).hexdigest()[:8]
    labels = {"name": _("Firm"), "commune": _("Commune"), "direction": _("Direction"),
              "material": _("Material"), "unit": _("Unit")}  # fmt: skip
    hints = {"commune": "59140 Dunkerque", "unit": _("t/yr")}
    typed = {}
    for column, name in zip(st.columns(len(ONCE), gap="small"), names, strict=False):
        before, key = grid.sheet.typed.get(name, ""), f"once_{position}_{name}_{stamp}"
        if name == "direction":
            sides = {"": _("Choose"), "offer": _("goes out"), "need": _("comes in")}
            typed[name] = column.selectbox(
                labels[name], list(sides), index=list(sides).index(before),
                format_func=lambda side, sides=sides: sides[side], key=key,
            )  # fmt: skip
        else:
            text = column.text_input(
                labels[name], value=before, placeholder=hints.get(name, ""), key=key
            )
            typed[name] = clean(text).strip()
    if any(text != grid.sheet.typed.get(name, "") for name, text in typed.items()):
        drafts.put(position, grid.typed(typed))


def _sentence(problem: Problem) -> str:
    translate = translator(language())
    where = [problem.file] if problem.file else []
    if problem.row is not None:
        where.append(_("row {row}").format(row=problem.row))
    told, cure = problem.problem.render(translate), problem.cure.render(translate)
    value = f" ({problem.value})" if problem.value else ""
    return (
        f"**{parts.plain(', '.join(where))}**  \n{parts.plain(told + value)} → {parts.plain(cure)}"
    )
