"""Flows as rows of the store, and back: nothing is lost, or it is refused."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from symbiosis.errors import DataError, Problems, say
from symbiosis.flows import Flows
from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from symbiosis.storage.tables import FIRM_FIELDS, FLOW_FIELDS, NUMBERS

CRS = "EPSG:4326"
PRICES = ("route_cost_eur_per_unit", "price_eur_per_unit")
_EDGE = ("direction", "position", "declared_id", "extra")
# What no database keeps as it is: NUL (PostgreSQL refuses it) and halves of surrogate pairs.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def canonical(value: object) -> str:
    """Return JSON that is the same for the same value: sorted keys, no blanks, no NaN."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def _plain(value: Any) -> Any:
    """Return one cell as JSON knows it: text, number, truth, or None where it is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)


def _text(column: pd.Series) -> pd.Series:
    filled = column.astype(object).where(column.notna(), "")
    # Plain Python text until it is known to be such: half a character has no place in Arrow.
    return pd.Series([str(cell) for cell in filled], index=column.index, dtype=object)


def _shape(table: pd.DataFrame, fields: Iterable[str], own: Iterable[str]) -> pd.DataFrame:
    """Return the table with exactly ``fields``, and ``extra`` for the columns of no field."""
    given = pd.DataFrame(table).reset_index(drop=True)
    made = {}
    for name in fields:
        missing = np.nan if name in NUMBERS else ""
        column = given[name] if name in given else pd.Series(missing, index=given.index)
        made[name] = column.astype(float) if name in NUMBERS else _text(column)
    others = [name for name in given if name not in set(own) and name != "geometry"]
    made["extra"] = pd.Series("{}", index=given.index)
    if others:
        kept = [
            {
                name: cell
                for name, raw in zip(others, row, strict=True)
                if _said(cell := _plain(raw))
            }
            for row in given[others].itertuples(index=False)
        ]
        made["extra"] = pd.Series([canonical(row) for row in kept], index=given.index)
    return pd.DataFrame(made, index=given.index)


def _said(cell: object) -> bool:
    return cell is not None and cell != ""


def _refuse(table: pd.DataFrame, what: str) -> None:
    problems = Problems()
    for name in table:
        column = table[name]
        if name in NUMBERS:
            bad = np.isinf(column)
            cure = say("write a finite number")
            problem = say("this number has no end")
        else:
            foul = {text for text in column.unique() if _UNKEEPABLE.search(text)}
            bad = column.isin(foul)
            cure = say("remove the character; it cannot be seen and cannot be kept")
            problem = say("this text holds a character that no database keeps")
        for index in table.index[bad.astype(bool)]:
            problems.add(
                problem, cure, file=what, row=int(index) + 2, column=str(name),
                value=_UNKEEPABLE.sub("·", str(column.at[index])),
            )  # fmt: skip
    if len(problems):
        raise DataError(problems)


def _kept(table: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return the table with its texts in their final type, or refuse what cannot be kept."""
    _refuse(table, what)
    return table.astype({name: "str" for name in table if name not in NUMBERS})


def firm_rows(flows: Flows) -> pd.DataFrame:
    """Return the firms as rows of the table ``firms``.

    Raises
    ------
    DataError
        If a text or a number cannot be kept exactly.
    """
    rows = _shape(pd.DataFrame(flows.firms), FIRM_FIELDS, FIRM_COLUMNS)
    return _kept(rows, "firms.csv").assign(position=np.arange(len(rows)))


def flow_rows(flows: Flows) -> pd.DataFrame:
    """Return offers and needs as rows of the table ``flows``, in their order."""
    parts = []
    for direction, table, own in (
        ("offer", flows.offers, OFFER_COLUMNS),
        ("need", flows.needs, NEED_COLUMNS),
    ):
        rows = _shape(table, FLOW_FIELDS, own)
        rows["direction"] = direction
        parts.append(rows)
    rows = pd.concat(parts, ignore_index=True)
    rows["declared_id"] = rows["flow_id"]
    return _kept(rows, "flows.csv").assign(position=np.arange(len(rows)))


def territory_rows(flows: Flows) -> pd.DataFrame:
    """Return the perimeters with their geometry as WKB; shape (0, 3) when there is none."""
    columns = ["code", "name", "geometry"]
    if flows.territories.empty:
        return pd.DataFrame(columns=columns)
    table = pd.DataFrame(flows.territories)[columns].reset_index(drop=True)
    return table.assign(geometry=flows.territories.geometry.to_wkb().to_numpy())


def digest(flows: Flows) -> str:
    """Return the SHA-256 of what was declared, whatever file it came from."""
    whole = hashlib.sha256()
    for table in (firm_rows(flows), flow_rows(flows)):
        whole.update(table.to_csv(index=False, lineterminator="\n").encode())
    for code, name, geometry in territory_rows(flows).itertuples(index=False, name=None):
        whole.update(f"{code}\n{name}\n".encode() + geometry)
    return whole.hexdigest()


def _widen(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the columns that ``extra`` holds, where there are any."""
    extra = rows.pop("extra")
    if (extra == "{}").all():
        return rows
    return rows.join(pd.DataFrame([json.loads(text) for text in extra], index=rows.index))


def _table(rows: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    kept = [name for name in columns if name in rows and name != "geometry"]
    others = [name for name in rows if name not in {*FIRM_FIELDS, *FLOW_FIELDS, *kept, *_EDGE}]
    table = rows[[*kept, *others]].reset_index(drop=True)
    return table


def to_flows(firms: pd.DataFrame, flows: pd.DataFrame, territories: pd.DataFrame) -> Flows:
    """Return rows of the store as `Flows`.

    Parameters
    ----------
    firms, flows, territories
        Rows with the columns of the tables of the same names.
    """
    listed = firms.sort_values(["position", "firm_id"], kind="stable")
    wide = _table(_widen(listed[[*FIRM_FIELDS, "extra"]].copy()), FIRM_COLUMNS)
    points = gpd.points_from_xy(wide["longitude"], wide["latitude"])
    ordered = flows.sort_values(["position", "flow_id"], kind="stable")
    offers = ordered.loc[ordered["direction"] == "offer", [*FLOW_FIELDS, "extra"]]
    needs = ordered.loc[ordered["direction"] == "need", [*FLOW_FIELDS, "extra"]]
    perimeters = gpd.GeoDataFrame(
        territories[["code", "name"]].reset_index(drop=True),
        geometry=gpd.GeoSeries.from_wkb(list(territories["geometry"])).to_numpy(),
        crs=CRS,
    )
    return Flows(
        firms=gpd.GeoDataFrame(wide, geometry=points, crs=CRS),
        offers=_table(_widen(offers.copy()), OFFER_COLUMNS),
        needs=_table(_widen(needs.copy()), NEED_COLUMNS),
        territories=perimeters,
    )
