"""The shapes of the answers, as the OpenAPI description tells them."""

from __future__ import annotations

import math
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel, Field

Cell = str | float | int | bool | None
Row = dict[str, Cell]


class Failure(BaseModel):
    """What went wrong, in a sentence."""

    error: str


class Wrong(BaseModel):
    """One thing wrong in what was sent."""

    file: str
    row: int | None
    column: str
    value: str
    problem: str
    cure: str


class Refusal(Failure):
    """What went wrong, with every problem of what was sent."""

    problems: list[Wrong]


class Me(BaseModel):
    """Who asks, as the store knows them."""

    name: str
    roles: list[str] = Field(description="role:scope, the scope * being everywhere")


class Saved(BaseModel):
    """What an upload did; all of it, or nothing."""

    upload_id: str
    added: int
    changed: int
    removed: int
    unchanged: int
    kept: int


class Declared(BaseModel):
    """Firms, offers and needs, in the columns of the contract."""

    firms: list[Row]
    offers: list[Row]
    needs: list[Row]


class Head(BaseModel):
    """A kept study."""

    study_id: str
    name: str
    created_at: str
    created_by: str
    inputs_digest: str


class Kept(BaseModel):
    """A study as the asker may see it."""

    scenario: dict[str, Any]
    totals: list[Row] = Field(description="figure, low, central, high; none for a part of a study")
    shipments: list[Row]
    impact: list[Row]
    unmatched: list[Row]
    blending: list[Row] = Field(description="limits of recycled content; none without their prices")
    distances: dict[str, float] = Field(
        description="exchanges along measured roads, others, and the detour factor of these"
    )


class Matches(BaseModel):
    """Exchanges as the asker may see them."""

    matches: list[Row]


class Meeting(BaseModel):
    """A partner whom a firm of the asker's may agree to meet."""

    meeting_id: str = Field(description="what this asker calls it; another asker's is another")
    firm_id: str
    firm: str = Field(description="the firm that the asker speaks for")
    side: Literal["offer", "need"] = Field(description="whether that firm gives or takes")
    material: str = Field(description="what that firm itself gives or takes")
    kind: str
    stage: str
    state: Literal["asked", "agreed", "waiting", "none"] = Field(
        description="the other proposes, both agree, this firm proposed, nobody did"
    )
    hidden: bool = Field(description="whether the partner is hidden until both agree")
    within_km: float | None = Field(description="of a hidden partner, the distance rounded up")
    partner: str
    contact: str = Field(description="of the partner, once both agreed")
    quantity: float | None = Field(description="in units a year")
    unit: str
    distance_km: float | None


class Meetings(BaseModel):
    """Whom the asker's firms may agree to meet."""

    meetings: list[Meeting]


class Health(BaseModel):
    """Whether the server and its store answer."""

    status: str


def cell(value: Any) -> Cell:
    """Return a cell as JSON knows it; a number that is none is null."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)


def rows(table: pd.DataFrame) -> list[Row]:
    """Return a table as a list of objects, its geometry left out."""
    plain = pd.DataFrame(table).drop(columns=["geometry"], errors="ignore")
    return [{str(n): cell(v) for n, v in row.items()} for row in plain.to_dict("records")]


def meetings(table: pd.DataFrame) -> list[Meeting]:
    """Return the table of meetings as the list that is promised."""
    return [Meeting.model_validate(row) for row in rows(table)]


def collection(table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return a table as a GeoJSON FeatureCollection (RFC 7946); a hidden place is null."""
    features = []
    for properties, shape in zip(rows(table), table.geometry, strict=True):
        known = shape is not None and not shape.is_empty
        features.append(
            {
                "type": "Feature",
                "geometry": shape.__geo_interface__ if known else None,
                "properties": properties,
            }
        )
    return {"type": "FeatureCollection", "features": features}
