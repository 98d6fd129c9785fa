"""Flows as rows of the store, and back: nothing is lost, or it is refused."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import DataError, Problems, say
from symbiosis.flows import Flows
from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from symbiosis.geography import named_perimeters, own_perimeters
from symbiosis.storage.tables import FIRM_FIELDS, FLOW_FIELDS, NUMBERS

CRS = "EPSG:4326"
Floats = NDArray[np.float64]
PRICES = ("route_cost_eur_per_unit", "price_eur_per_unit")
_EDGE = ("direction", "position", "declared_id", "extra")
# What no database keeps as it is: NUL (PostgreSQL refuses it) and halves of surrogate pairs.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> bool:
    """Return whether both kinds of database keep a text as it is.

    Examples
    --------
    >>> keepable("l’été 🌱"), keepable("a" + chr(0))
    (True, False)
    """
    return not _UNKEEPABLE.search(text)


def kept(text: str) -> str:
    """Return a text with a dot for each character that no database keeps.

    Examples
    --------
    >>> kept("a" + chr(0) + chr(0xD800))
    'a··'
    """
    return _UNKEEPABLE.sub("·", text)


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


def _texts(column: pd.Series) -> list[str]:
    if isinstance(column.dtype, pd.StringDtype):
        texts: list[str] = column.fillna("").tolist()
        return texts
    missing = column.isna().to_numpy()
    return ["" if gone else str(c) for c, gone in zip(column.tolist(), missing, strict=True)]


def _shape(
    table: pd.DataFrame, fields: Iterable[str], own: Iterable[str]
) -> dict[str, list[str] | Floats]:
    """Return the columns ``fields``, and ``extra`` for those of no field."""
    count = len(table)
    made: dict[str, list[str] | Floats] = {}
    for name in fields:
        if name in NUMBERS:
            given = table[name].to_numpy(float) if name in table else np.full(count, np.nan)
            made[name] = given
        else:
            made[name] = _texts(table[name]) if name in table else [""] * count
    made["extra"] = _extra(table, set(own))
    return made


def _extra(table: pd.DataFrame, own: set[str]) -> list[str]:
    others = [name for name in table if name not in own and name != "geometry"]
    if not others:
        return ["{}"] * len(table)
    kept = (
        {n: cell for n, raw in zip(others, row, strict=True) if _said(cell := _plain(raw))}
        for row in table[others].itertuples(index=False)
    )
    return [canonical(row) for row in kept]


def _said(cell: object) -> bool:
    return cell is not None and cell != ""


def _wrong_cells(column: list[str] | Floats) -> list[int]:
    if isinstance(column, list):
        foul = {text for text in set(column) if _UNKEEPABLE.search(text)}
        return [i for i, text in enumerate(column) if text in foul] if foul else []
    return [int(i) for i in np.flatnonzero(np.isinf(column))]


def _kept(columns: dict[str, list[str] | Floats], what: str) -> pd.DataFrame:
    """Return the columns as a table, or refuse what cannot be kept exactly."""
    problems = Problems()
    for name, column in columns.items():
        for i in _wrong_cells(column):
            if isinstance(column, list):
                problem = say("this text holds a character that no database keeps")
                cure = say("remove the character; it cannot be seen and cannot be kept")
            else:
                problem, cure = say("this number has no end"), say("write a finite number")
            value = kept(str(column[i]))
            problems.add(problem, cure, file=what, row=i + 2, column=name, value=value)
    if len(problems):
        raise DataError(problems)
    table = pd.DataFrame(
        {n: pd.array(c, dtype="str") if isinstance(c, list) else c for n, c in columns.items()}
    )
    return table.assign(position=np.arange(len(table)))


def firm_rows(flows: Flows) -> pd.DataFrame:
    """Return the firms as rows of the table ``firms``.

    Raises
    ------
    DataError
        If a text or a number cannot be kept exactly.
    """
    return _kept(_shape(pd.DataFrame(flows.firms), FIRM_FIELDS, FIRM_COLUMNS), "firms.csv")


def flow_rows(flows: Flows) -> pd.DataFrame:
    """Return offers and needs as rows of the table ``flows``, in their order."""
    offers = _shape(flows.offers, FLOW_FIELDS, OFFER_COLUMNS)
    needs = _shape(flows.needs, FLOW_FIELDS, NEED_COLUMNS)
    columns = {
        name: [*offers[name], *needs[name]]
        if isinstance(offers[name], list)
        else np.concatenate([offers[name], needs[name]])
        for name in offers
    }
    columns["direction"] = ["offer"] * len(flows.offers) + ["need"] * len(flows.needs)
    columns["declared_id"] = columns["flow_id"]
    return _kept(columns, "flows.csv")


@dataclass(frozen=True)
class Declaration:
    """What was declared as rows of the store, ready before the store is asked for anything.

    Parameters
    ----------
    firms, lines, territories
        Rows of the tables ``firms``, ``flows`` and ``territories``.
    """

    firms: pd.DataFrame
    lines: pd.DataFrame
    territories: pd.DataFrame

    @classmethod
    def of(cls, flows: Flows) -> Self:
        """Return the rows of what was read.

        Raises
        ------
        DataError
            If something cannot be kept exactly.
        """
        return cls(firm_rows(flows), flow_rows(flows), territory_rows(flows))

    def digest(self) -> str:
        """Return the SHA-256 of what was declared, whatever file it came from."""
        whole = hashlib.sha256()
        for table in (self.firms, self.lines):
            whole.update("\x1f".join(table.columns).encode())
            for name in table:
                column = table[name]
                if column.dtype.kind in "if":
                    whole.update(column.to_numpy("<f8").tobytes())
                else:
                    whole.update("\x1f".join(column.tolist()).encode())
        for code, name, geometry in self.territories.itertuples(index=False, name=None):
            whole.update(f"{code}\x1f{name}\x1f".encode() + geometry)
        return whole.hexdigest()


def territory_rows(flows: Flows) -> pd.DataFrame:
    """Return the perimeters with their geometry as WKB; shape (0, 3) when there is none.

    The bundled ones are not kept: they come back with the firms that name them.
    """
    columns = ["code", "name", "geometry"]
    if flows.territories.empty:
        return pd.DataFrame(columns=columns)
    areas = own_perimeters(flows.territories)
    table = pd.DataFrame(areas)[columns].reset_index(drop=True)
    return table.assign(geometry=areas.geometry.to_wkb().to_numpy())


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
    unknown = wide["territory"].where(~wide["territory"].isin(perimeters["code"]), "")
    if len(bundled_areas := named_perimeters(unknown)):
        perimeters = pd.concat([perimeters, bundled_areas], ignore_index=True)
    return Flows(
        firms=gpd.GeoDataFrame(wide, geometry=points, crs=CRS),
        offers=_table(_widen(offers.copy()), OFFER_COLUMNS),
        needs=_table(_widen(needs.copy()), NEED_COLUMNS),
        territories=perimeters,
    )
