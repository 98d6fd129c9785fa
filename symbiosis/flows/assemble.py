"""From tables of text to `Flows`: every check of every table, then one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import DataError, Problems, say
from symbiosis.flows.amounts import split_units
from symbiosis.flows.checks import nearest
from symbiosis.flows.cleaning import sentences, unseen_in
from symbiosis.flows.columns import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from symbiosis.flows.contract import MONTHS, fields, fold
from symbiosis.flows.firms import check_firms, firms_of_flat
from symbiosis.flows.headings import read_headings
from symbiosis.flows.lines import check_flows
from symbiosis.flows.marks import marks_of
from symbiosis.flows.numbers import Marks, number_text
from symbiosis.flows.online import Ask
from symbiosis.flows.places import Communes
from symbiosis.flows.table import LinesByValue, Table
from symbiosis.geography import TerritoryFile, assign, named_perimeters, outside
from symbiosis.text_cleaning import clean

MAPPING_COLUMNS = ["file", "header", "field", "how", "unit", "score"]

_LAST = 1 << 40
_COMPARED = 200
"""Unknown firms for which a like name is looked up; more than that is not a slip."""


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
    """

    problems: Problems
    notes: Problems
    tables: dict[str, Any] | None
    mapping: pd.DataFrame
    left_out: Problems = field(default_factory=Problems)


def check_frames(
    firms: pd.DataFrame, flows: pd.DataFrame, catalogue: Catalogue | None = None
) -> Findings:
    """Check two tables in memory; see `Flows.from_tables`."""
    return assemble(_table("firms", firms), [_table("flows", flows)], catalogue=catalogue)


def _table(name: str, frame: pd.DataFrame) -> Table:
    """Put a frame of the user's under field names, as text."""
    headings = read_headings([clean(str(column)) for column in frame.columns])
    columns = {h.field: _as_text(frame.iloc[:, h.column]) for h in headings if h.field}
    n = len(frame)
    cells = pd.DataFrame(columns, index=range(n), dtype="str")
    table = Table(
        name,
        cells,
        np.arange(2, n + 2, dtype=np.int64),
        headings,
        bad=np.zeros(n, dtype=bool),
        marks=marks_of(cells, ""),
    )
    for heading in headings:
        if heading.field:
            table.remark(unseen_in(frame.iloc[:, heading.column]), heading.field, *sentences())
    return table


def _as_text(column: pd.Series) -> pd.Series:
    """Return a column as stripped text, whole numbers without ``.0``, nothing as ``""``."""
    missing = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        number = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        text = [number_text(x) for x in np.where(missing, 0.0, number).tolist()]
        made = pd.Series(text, dtype="str")
    else:
        words = [number_text(x) if isinstance(x, float) else clean(str(x)) for x in column]
        made = pd.Series(words, dtype="str").str.strip()
        made = made.str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    return made.mask(missing, "")


def assemble(
    firms: Table | None,
    flows: Sequence[Table],
    *,
    communes: Communes | Ask | None = None,
    territories: TerritoryFile | None = None,
    catalogue: Catalogue | None = None,
    accept: bool = False,
) -> Findings:
    """Check everything and build `Flows` from the good lines.

    Parameters
    ----------
    firms
        Table of firms; None when each table of flows describes its own.
    flows
        Tables of flows.
    communes
        The user's commune table, or the address service.
    territories
        Perimeters of the user's, for firms that name none; without them a firm's home is the
        inter-municipal body of its commune, and the perimeters are the bundled ones.
    catalogue
        Materials; the bundled ones by default.
    accept
        Take the best suggestion for an unknown material, and say so.
    """
    table = _joined(flows)
    split_units(table)
    complete = _columns_there(table, flat=firms is None)
    if firms is None:
        firms, firm_of = firms_of_flat(table)
        checked = check_firms(firms, communes)
    else:
        checked = check_firms(firms, communes)
        firm_of = _link(table, checked)
    pyarrow.default_memory_pool().release_unused()
    lines = pd.DataFrame()
    if complete:
        lines = check_flows(table, firm_of, catalogue or load(), accept=accept)
    for each in (firms, table):
        each.tell_rest()
    if territories is not None:
        table.notes.extend(territories.notes)
        _check_territories(checked[~firms.bad], territories, table)
    problems, notes = _all(firms.problems, table.problems), _all(firms.notes, table.notes)
    mapping = _mapping((firms, table))
    keep = ~table.bad & (firm_of >= 0)
    keep[keep] &= ~firms.bad[firm_of[keep]]
    lost = _orphans(table, keep, problems) if complete else Problems()
    if not complete or not keep.any():
        return Findings(problems, notes, None, mapping, lost)
    skipped = Problems([*problems, *lost]).table()
    tables = _build(checked, firms, lines[keep], territories)
    tables |= {"skipped": skipped, "notes": notes.table(), "mapping": mapping}
    return Findings(problems, notes, tables, mapping, lost)


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


def _all(firms: Problems, flows: Problems) -> Problems:
    """Return the problems of both tables by file and row; a flat file has one list for both."""
    both = firms if firms is flows else [*firms, *flows]
    return Problems(sorted(both, key=lambda p: (p.file, p.row or _LAST)))


def _joined(tables: Sequence[Table]) -> Table:
    """Return several tables of flows (sheets of one workbook) as one; one is returned as it is."""
    if len(tables) == 1:
        return tables[0]
    cells = pd.concat([table.cells for table in tables], ignore_index=True).fillna("")
    joined = Table(
        tables[0].file,
        cells.astype("str"),
        np.concatenate([table.rows for table in tables]),
        tuple(heading for table in tables for heading in table.headings),
        tables[0].comma_separated,
        np.concatenate([table.bad for table in tables]),
        files=np.concatenate([np.full(len(table.rows), table.file) for table in tables]),
        marks=tables[0].marks if len({table.marks for table in tables}) == 1 else Marks(),
    )
    for table in tables:
        joined.problems.extend(table.problems)
        joined.notes.extend(table.notes)
    return joined


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
        cure = (
            say("rename the column “{header}”, or add one", header=near[0])
            if near
            else say("add a column “{label}”", label=fields()[name].both_labels)
        )  # fmt: skip
        table.problems.add(
            say("there is no column for “{field}”", field=name),
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


def _link(flows: Table, firms: pd.DataFrame) -> NDArray[np.int64]:
    """Return the position of each flow's firm by identifier, else by name; -1 when unknown."""
    wanted = flows.column("firm_id")
    wanted = wanted.where(wanted != "", flows.column("name"))
    by_id = pd.Series(np.arange(len(firms)), index=firms["firm_id"])
    by_id = by_id[~by_id.index.duplicated()]
    names = pd.Series(np.arange(len(firms)), index=firms["name"].map(fold))
    names = names[~names.index.duplicated(keep=False)]
    codes, words = pd.factorize(wanted)
    place = np.array(
        [by_id.get(word, names.get(fold(str(word)), -1)) if word else -1 for word in words],
        dtype=np.int64,
    )
    if "firm_id" not in flows.cells and "name" not in flows.cells:
        return np.full(len(flows.rows), -1, dtype=np.int64)
    column = "firm_id" if "firm_id" in flows.cells else "name"
    known = list(by_id.index[:5000])
    lines = LinesByValue(codes, len(words))
    lost = [number for number in range(len(words)) if place[number] < 0]
    for number in lost[:_COMPARED]:
        word = words[number]
        like = nearest(str(word), known)
        flows.flag(
            lines[number],
            column,
            say("no firm has this identifier") if word else say("no firm is named"),
            say("write “{like}” if that is meant, or add the firm", like=like)
            if like
            else say("add the firm to the table of firms"),
        )
    flows.flag(
        np.isin(codes, lost[_COMPARED:]),
        column,
        say("no firm has this identifier"),
        say("add the firm to the table of firms"),
    )
    return place[codes]


def _orphans(table: Table, keep: NDArray[np.bool_], told: Problems) -> Problems:
    """Return one problem for each good flow that its firm drags along, unless its row was told."""
    rows, known = Problems(), {(problem.file, problem.row) for problem in told}
    for line in np.flatnonzero(~keep & ~table.bad):
        file = table.file if table.files is None else str(table.files[line])
        if (file, int(table.rows[line])) not in known:
            rows.add(
                say("its firm was left out"),
                say("correct the firm's own line"),
                file=file,
                row=int(table.rows[line]),
            )
    return rows


def _check_territories(firms: pd.DataFrame, territories: TerritoryFile, table: Table) -> None:
    """Say when no perimeter holds any firm: the file lies elsewhere than its author thinks."""
    if (firms["territory"] != "").any():
        return  # the firms name their territories themselves
    points = gpd.GeoSeries(gpd.points_from_xy(firms["longitude"], firms["latitude"]), crs=4326)
    kind = outside(points, territories.areas)
    if kind == "swapped":
        table.problems.add(
            say("latitude and longitude have changed places in this file"),
            say("export it with longitude before latitude"),
            file=territories.name,
        )
    elif kind:
        table.problems.add(
            say("no firm lies in any of its perimeters"),
            say("check its coordinate system and the places of the firms, or leave the file out"),
            file=territories.name,
        )


def _build(
    checked: pd.DataFrame,
    firms: Table,
    lines: pd.DataFrame,
    territories: TerritoryFile | None,
) -> dict[str, Any]:
    """Put the good lines into the tables of `Flows`."""
    good = checked[~firms.bad].reset_index(drop=True)
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


def _mapping(tables: tuple[Table, Table]) -> pd.DataFrame:
    rows = [
        (table.file, h.header, h.field, h.how, h.unit, h.score)
        for table in tables
        for h in table.headings
    ]
    return pd.DataFrame(rows, columns=MAPPING_COLUMNS).drop_duplicates().reset_index(drop=True)
