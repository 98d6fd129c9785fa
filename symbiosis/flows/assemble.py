"""From tables of text to `Flows`: every check of every table, then one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import DataError, Problem, Problems, say
from symbiosis.flows.cell_units import split_units
from symbiosis.flows.columns import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from symbiosis.flows.contract import MONTHS, fields
from symbiosis.flows.declared_files import Opened
from symbiosis.flows.firm_list import FirmList, list_firms
from symbiosis.flows.lines import check_flows, repeated
from symbiosis.flows.online import Ask
from symbiosis.flows.places import Communes
from symbiosis.flows.sheet_tables import frame_table, tables_of
from symbiosis.flows.table import Table
from symbiosis.geography import TerritoryFile, assign, named_perimeters, outside

LINE_COLUMNS = ["file", "row", "state", "flow"]
MAPPING_COLUMNS = ["file", "header", "field", "how", "unit", "score"]
GOOD, FAULTY, LEFT_OUT = "good", "faulty", "left_out"
"""What becomes of a line: it is read, it has a problem, or it is left out for another reason."""
_LAST = 1 << 40
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Findings:
    """What a check found.

    Parameters
    ----------
    problems
        What is wrong, in the order of the files.
    notes
        What was accepted with a guess.
    tables
        The fields of `Flows` by name, from the good lines; None when there is none, or when the
        files could not be understood.
    mapping
        Which header was read as which field.
    left_out
        Good lines that are lost with their firm when it is left out.
    passed_over
        Lines that are no flow and no firm: totals, and the example of the template.
    lines
        Every filled line below a header: columns ``file``, ``row``, ``state`` (`GOOD`, `FAULTY` or
        `LEFT_OUT`) and ``flow`` (whether it is one of a table of flows).
    firms
        The good firms, also where there is no flow; columns `FIRM_COLUMNS` but the geometry.
    """

    problems: Problems
    notes: Problems
    tables: dict[str, Any] | None
    mapping: pd.DataFrame
    left_out: Problems = field(default_factory=Problems)
    passed_over: Problems = field(default_factory=Problems)
    lines: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LINE_COLUMNS))
    firms: pd.DataFrame = field(default_factory=pd.DataFrame)


def nothing_found(problems: Problems) -> Findings:
    """Return the findings of what could not be read at all."""
    return Findings(problems, Problems(), None, pd.DataFrame(columns=MAPPING_COLUMNS))


@dataclass(frozen=True)
class Beside:
    """What a declaration is checked against.

    Parameters
    ----------
    communes
        The user's commune table, or the address service.
    territories
        Perimeters of the user's, for firms that name none; without them a firm's home is the
        inter-municipal body of its commune, and the perimeters are the bundled ones.
    catalogue
        Materials; the bundled ones if None.
    accept
        Take the best suggestion for an unknown material, and say so.
    keep_repeated
        Take two equal lines that no number tells apart, such as two slips of one day, as two flows,
        and say so; else the second one is a problem.
    """

    communes: Communes | Ask | None = None
    territories: TerritoryFile | None = None
    catalogue: Catalogue | None = None
    accept: bool = False
    keep_repeated: bool = False


def check_frames(
    firms: pd.DataFrame,
    flows: pd.DataFrame,
    catalogue: Catalogue | None = None,
    *,
    keep_repeated: bool = False,
) -> Findings:
    """Check two tables in memory; see `Flows.from_tables`."""
    tables = [frame_table("firms", firms)], [frame_table("flows", flows)]
    return assemble(*tables, Beside(catalogue=catalogue, keep_repeated=keep_repeated))


def check_sheets(
    opened: Opened, beside: Beside | None = None, mapping: Mapping[str, str] | None = None
) -> Findings:
    """Check the sheets of any number of files; this is the one door of all declarations.

    Parameters
    ----------
    opened
        From files, a folder or an upload.
    beside
        What they are checked against; nothing but the bundled tables if None.
    mapping
        Header to field, where the user's own reading is known.
    """
    tables = tables_of(opened.sheets, mapping)
    unread = Problems([*opened.problems, *tables.problems])
    if not tables.flows:
        if not len(unread):
            file = tables.firms[0].file if tables.firms else ""
            unread.add(*NO_FLOW, file=file)
        firms = list_firms(tables.firms, (), beside.communes if beside else None)
        return _of_firms_alone(firms, tables.firms, unread)
    return assemble(tables.firms, tables.flows, beside, (unread, tables.notes))


NO_FLOW = (
    say("this file lists firms and no flow"),
    say("give a folder with firms.csv and flows.csv, or add the flows to each firm"),
)
"""Problem and cure of a declaration that lists firms alone."""


def _of_firms_alone(listed: FirmList, firms: Sequence[Table], unread: Problems) -> Findings:
    """Return what is known of a declaration without any flow."""
    for table in firms:
        table.tell_rest()
    return Findings(
        Problems([*unread, *(p for table in firms for p in table.problems)]),
        Problems(p for table in firms for p in table.notes),
        None,
        _mapping(firms),
        passed_over=Problems(p for table in firms for p in table.passed_over),
        lines=_lines(firms, [], []),
        firms=listed.checked[~listed.bad],
    )


def assemble(
    firms: Sequence[Table],
    flows: Sequence[Table],
    beside: Beside | None = None,
    told: tuple[Problems, Problems] | None = None,
) -> Findings:
    """Check everything and build `Flows` from the good lines.

    Parameters
    ----------
    firms
        Tables of firms.
    flows
        Tables of flows, each of which may describe its own firms.
    beside
        What they are checked against.
    told
        Problems and notes of the files, told already.
    """
    beside = beside or Beside()
    known = beside.catalogue or load()
    for table in flows:
        split_units(table)
    complete = [_columns_there(table, flat=not firms) for table in flows]
    listed = list_firms(firms, flows, beside.communes)
    pyarrow.default_memory_pool().release_unused()
    lines = [
        check_flows(table, of_line, known, accept=beside.accept, keep_repeated=beside.keep_repeated)
        for table, of_line, there in zip(flows, listed.of_lines, complete, strict=True)
        if there
    ]
    whole = [table for table, there in zip(flows, complete, strict=True) if there]
    joined = repeated(whole, lines, keep=beside.keep_repeated)
    for table, there in zip(flows, complete, strict=True):
        table.bad[:] |= not there
    for table in (*firms, *flows):
        table.tell_rest()
    unread, unsure = told or (Problems(), Problems())
    if beside.territories is not None:
        unsure.extend(beside.territories.notes)
        _check_territories(listed.checked[~listed.bad], beside.territories, unread)
    problems, notes = _told((unread, unsure), [*firms, *flows])
    keep = _kept(flows, listed, complete)
    lost = _orphans(flows, keep, complete, problems)
    about: dict[str, Any] = {
        "mapping": _mapping([*firms, *flows]), "left_out": lost,
        "passed_over": Problems(p for table in (*firms, *flows) for p in table.passed_over),
        "lines": _lines(firms, flows, keep), "firms": listed.checked[~listed.bad],
    }  # fmt: skip
    kept = [part for part, there in zip(keep, complete, strict=True) if there]
    if not any(part.any() for part in kept):
        return Findings(problems, notes, None, **about)
    skipped = Problems([*problems, *lost]).table()
    tables = _build(listed, joined[np.concatenate(kept)], beside.territories)
    tables |= {"skipped": skipped, "notes": notes.table(), "mapping": about["mapping"]}
    return Findings(problems, notes, tables, **about)


def _kept(flows: Sequence[Table], listed: FirmList, complete: Sequence[bool]) -> list[Mask]:
    """Return for each table which of its lines are good, and their firms too."""
    keep = []
    for table, of_line, bad, there in zip(
        flows, listed.of_lines, listed.bad_lines, complete, strict=True
    ):
        good = ~table.bad & (of_line >= 0) & ~bad & there
        good[good] &= ~listed.bad[of_line[good]]
        keep.append(good)
    return keep


def settle(found: Findings, *, skip_bad: bool) -> dict[str, Any]:
    """Return the fields of `Flows` that a check gives.

    Raises
    ------
    DataError
        With every problem; with ``skip_bad`` only when no line is left.
    """
    if found.tables is not None and (skip_bad or not len(found.problems)):
        return found.tables
    problems = Problems(found.problems)
    if skip_bad and len(found.mapping):  # the file was understood
        problems.add(
            say("no line is left once the faulty ones are skipped"), say("correct some of them")
        )
    raise DataError(problems)


def _told(told: tuple[Problems, Problems], tables: Sequence[Table]) -> tuple[Problems, Problems]:
    """Return problems and notes by file and row; tables may share one list."""
    lists: tuple[list[Problem], list[Problem]] = ([], [])
    for at, name in enumerate(("problems", "notes")):
        own = {id(getattr(table, name)): getattr(table, name) for table in tables}
        lists[at].extend(p for problems in (told[at], *own.values())
                         for p in problems)  # fmt: skip
    problems, notes = (sorted(part, key=lambda p: (p.file, p.row or _LAST)) for part in lists)
    return Problems(problems), Problems(notes)


def _lines(firms: Sequence[Table], flows: Sequence[Table], keep: Sequence[Mask]) -> pd.DataFrame:
    """Return what becomes of every line; see `Findings.lines`."""
    parts = []
    good = [*(~table.bad for table in firms), *keep]
    for at, (table, fine) in enumerate(zip((*firms, *flows), good, strict=True)):
        faulty = {p.row for p in table.problems if p.row is not None}
        bad = table.bad | (np.isin(table.rows, list(faulty)) & ~fine)
        state = np.where(fine, GOOD, np.where(bad, FAULTY, LEFT_OUT))
        rows = {"file": table.file, "row": table.rows, "state": state, "flow": at >= len(firms)}
        over = [p.row for p in table.passed_over]
        passed = {"file": table.file, "row": over, "state": LEFT_OUT, "flow": at >= len(firms)}
        parts += [pd.DataFrame(rows), pd.DataFrame(passed)] if over else [pd.DataFrame(rows)]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=LINE_COLUMNS)
    return joined.sort_values(["file", "row"], kind="stable", ignore_index=True)


def _columns_there(table: Table, *, flat: bool) -> bool:
    """Say once which required columns are missing, and whether the lines can be checked."""
    have = set(table.cells.columns)
    missing = [name for name in ("direction", "material") if name not in have]
    if not have & {"quantity", *MONTHS}:
        missing.append("quantity")
    header_units = (table.unit(name) for name in ("quantity", *MONTHS))
    if "unit" not in have and not any(unit and unit[:1] != "/" for unit in header_units):
        missing.append("unit")
    if not have & ({"name", "firm_id", "siret"} if flat else {"firm_id", "name"}):
        missing.append("name" if flat else "firm_id")
    for name in missing:
        near = [h.header for h in table.headings if h.nearest == name]
        label = fields()[name].both_labels
        cure = (
            say("rename the column “{header}”, or add one", header=near[0])
            if near
            else say("add a column “{label}”", label=label)
        )
        table.problems.add(
            say("there is no column for “{field}”", field=label),
            cure,
            file=table.file,
            row=int(table.rows[0]) - 1 if len(table.rows) else None,
            column=name,
        )
    if not missing and not len(table.rows):
        table.problems.add(
            say("there is a header and no line below it"),
            say("give at least one flow"),
            file=table.file,
        )
        return False
    return not missing


def _orphans(
    flows: Sequence[Table], keep: Sequence[Mask], complete: Sequence[bool], told: Problems
) -> Problems:
    """Return one problem for each good flow that its firm drags along, unless its row was told."""
    rows, known = Problems(), {(problem.file, problem.row) for problem in told}
    for table, good, there in zip(flows, keep, complete, strict=True):
        for line in np.flatnonzero(~good & ~table.bad) if there else ():
            if (table.file, int(table.rows[line])) not in known:
                rows.add(
                    say("its firm was left out"),
                    say("correct the firm's own line"),
                    file=table.file,
                    row=int(table.rows[line]),
                )
    return rows


def _check_territories(firms: pd.DataFrame, territories: TerritoryFile, problems: Problems) -> None:
    """Say when no perimeter holds any firm: the file lies elsewhere than its author thinks."""
    if (firms["territory"] != "").any():
        return  # the firms name their territories themselves
    points = gpd.GeoSeries(gpd.points_from_xy(firms["longitude"], firms["latitude"]), crs=4326)
    kind = outside(points, territories.areas)
    if kind == "swapped":
        problems.add(
            say("latitude and longitude have changed places in this file"),
            say("export it with longitude before latitude"),
            file=territories.name,
        )
    elif kind:
        problems.add(
            say("no firm lies in any of its perimeters"),
            say("check its coordinate system and the places of the firms, or leave the file out"),
            file=territories.name,
        )


def _build(
    listed: FirmList, lines: pd.DataFrame, territories: TerritoryFile | None
) -> dict[str, Any]:
    """Put the good lines into the tables of `Flows`."""
    checked = listed.checked
    good = checked[~listed.bad].reset_index(drop=True)
    geometry = gpd.points_from_xy(good["longitude"], good["latitude"])
    placed = gpd.GeoDataFrame(good, geometry=geometry, crs=4326)
    own = placed["territory"]
    if territories is None:
        placed["territory"] = own.where(own != "", placed["home"])
        areas = named_perimeters(placed["territory"])
    else:
        areas = territories.areas
        codes = assign(placed.geometry, areas).astype("str")
        placed["territory"] = own.where(own != "", codes)
    lines = lines.assign(firm_id=checked["firm_id"].to_numpy()[lines["firm"]])
    sides = [lines[lines["direction"] == side].reset_index(drop=True) for side in ("offer", "need")]
    operation = sides[1]["operation"]
    sides[1]["operation"] = operation.where(operation != "", sides[1]["route"])
    return {
        "firms": placed[list(FIRM_COLUMNS)],
        "offers": sides[0][list(OFFER_COLUMNS)],
        "needs": sides[1][list(NEED_COLUMNS)],
        "territories": areas,
    }


def _mapping(tables: Sequence[Table]) -> pd.DataFrame:
    rows = [
        (table.file, h.header, h.field, h.how, h.unit, h.score)
        for table in tables
        for h in table.headings
    ]
    return pd.DataFrame(rows, columns=MAPPING_COLUMNS).drop_duplicates().reset_index(drop=True)
