"""What the map of a document shows, in kilometres on paper: shared by the page and the PDF.

Places are projected on a local plane (equirectangular about the middle of the firms, true to under
1 % across 300 km), x to the east and y to the south, so that a scale bar is a length in the same
unit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from symbiosis import bundled
from symbiosis.geography import EARTH_RADIUS_KM
from symbiosis.reports.kinds import group_of, groups
from symbiosis.reports.layers import perimeters
from symbiosis.reports.results import Results

MOST_FIRMS = 4000
MOST_LABELS = 9
_ASPECT = 1.45
_SHARE_IN_VIEW = 0.99
# A smaller paper would show the corners of a coast drawn for a whole country.
_LEAST_KM = 12.0
Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Plane:
    """The local plane: degrees in, kilometres out, from the top left corner."""

    west: float
    north: float
    cosine: float
    width: float
    height: float

    def x(self, longitude: pd.Series) -> pd.Series:
        """Return kilometres to the east of the left edge."""
        return (longitude - self.west) * self.cosine * math.radians(1) * EARTH_RADIUS_KM

    def y(self, latitude: pd.Series) -> pd.Series:
        """Return kilometres to the south of the top edge."""
        return (self.north - latitude) * math.radians(1) * EARTH_RADIUS_KM


@dataclass(frozen=True)
class Scene:
    """Everything a map needs, drawn from the bottom up.

    Parameters
    ----------
    width, height
        Of the paper, km.
    land, borders, territories
        Rings and lines in km; ``territories`` by name.
    exchanges
        One row an exchange drawn, smallest first: ``shipment_id``, ends ``x1, y1, x2, y2``, bend
        ``cx, cy``, ``width`` (0 to 1, by quantity within its unit), ``group``.
    firms
        One row a firm: ``firm_id``, ``name``, ``x``, ``y``, ``size`` (0 to 1), ``role`` (``offer``,
        ``need``, ``both`` or ``none``).
    legend
        One row a group drawn: ``group``, ``label``, ``colour``, ``dashed``,
        ``count``.
    labels
        Communes to name: ``name``, ``x``, ``y``.
    scale_km
        A round length for the scale bar.
    crowd
        By how much to shrink the firms, 1 for a few hundred, less for more.
    total
        How many exchanges there are, drawn or not.
    """

    width: float
    height: float
    land: list[Ring]
    borders: list[Ring]
    territories: list[tuple[str, list[Ring]]]
    exchanges: pd.DataFrame
    firms: pd.DataFrame
    legend: pd.DataFrame
    labels: pd.DataFrame
    scale_km: float
    total: int
    crowd: float


def scene(
    results: Results,
    lang: str,
    most: int,
    *,
    focus: Collection[str] | None = None,
    whole: bool = False,
) -> Scene:
    """Return the map of a study.

    Parameters
    ----------
    results
        The study.
    lang
        Language of the legend.
    most
        How many exchanges at most, the largest of each unit first.
    focus
        Identifiers of the only shipments to show; all of them if None.
    whole
        Whether the paper stays that of the whole study whatever the focus.
    """
    lines = results.lines()
    view = _roles(results, lines) if whole else None
    if focus is not None:
        lines = lines[lines["shipment_id"].isin(list(focus))]
    lines = lines.assign(group=group_of(lines, results.catalogue))
    firms = _roles(results, lines)
    seen = firms if view is None else view
    plane = plane_of(seen if (seen["role"] == "none").all() else seen[seen["role"] != "none"])
    placed = _placed(firms, plane)
    drawn = _drawn(lines, placed, most)
    land, borders, territories = _ground(results, plane)
    return Scene(
        width=plane.width,
        height=plane.height,
        land=land,
        borders=borders,
        territories=territories,
        exchanges=drawn,
        firms=placed,
        legend=_legend(lines, drawn, lang),
        labels=_labels(placed, plane),
        scale_km=_round_length(plane.width / 5),
        total=len(lines),
        crowd=min(1.0, max(0.45, (350 / max(len(placed), 1)) ** 0.5)),
    )


def plane_of(places: pd.DataFrame) -> Plane:
    """Return a plane that holds the places with a margin, a few outliers aside."""
    if places.empty:
        return Plane(-5.0, 51.5, math.cos(math.radians(47)), 1100.0, 1100.0 / _ASPECT)
    edge = (1 - _SHARE_IN_VIEW) / 2 if len(places) > 500 else 0.0
    west, east = places["longitude"].quantile([edge, 1 - edge])
    south, north = places["latitude"].quantile([edge, 1 - edge])
    degree = math.radians(1) * EARTH_RADIUS_KM
    cosine = math.cos(math.radians((south + north) / 2))
    width = max((east - west) * cosine * degree, _LEAST_KM) * 1.16
    height = max((north - south) * degree, _LEAST_KM) * 1.16
    width, height = max(width, height * _ASPECT), max(height, width / _ASPECT)
    return Plane(
        west=(west + east) / 2 - width / 2 / degree / cosine,
        north=(south + north) / 2 + height / 2 / degree,
        cosine=cosine,
        width=width,
        height=height,
    )


def _roles(results: Results, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the firms with what they do in the exchanges and how much passes through them."""
    firms = pd.DataFrame(results.firms)[["firm_id", "name", "commune", "longitude", "latitude"]]
    # Tonnes, MWh and m³ do not add up: each counts by its share of all that passes in its unit.
    share = lines["quantity"] / lines.groupby("unit")["quantity"].transform("sum")
    gives = share.groupby(lines["offer_firm_id"]).sum()
    takes = share.groupby(lines["need_firm_id"]).sum()
    out = firms["firm_id"].map(gives).fillna(0.0)
    into = firms["firm_id"].map(takes).fillna(0.0)
    role = np.select(
        [(out > 0) & (into > 0), out > 0, into > 0], ["both", "offer", "need"], default="none"
    )
    return firms.assign(through=out + into, role=role)


def _placed(firms: pd.DataFrame, plane: Plane) -> pd.DataFrame:
    """Return the firms on the paper, the busiest `MOST_FIRMS`, small ones last (on top)."""
    busiest = firms.nlargest(MOST_FIRMS, "through") if len(firms) > MOST_FIRMS else firms
    largest = max(float(firms["through"].max() or 0.0), 1e-9) if len(firms) else 1.0
    placed = busiest.assign(
        x=plane.x(busiest["longitude"]),
        y=plane.y(busiest["latitude"]),
        size=(busiest["through"] / largest) ** 0.4,
    )
    inside = placed["x"].between(0, plane.width) & placed["y"].between(0, plane.height)
    return placed[inside].sort_values(["size", "firm_id"], ascending=[False, True])


def _drawn(lines: pd.DataFrame, firms: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the exchanges to draw with their ends and their bend."""
    relative = lines["quantity"] / lines.groupby("unit")["quantity"].transform("max")
    kept = lines.assign(width=np.sqrt(relative)).nlargest(most, "width")
    places = firms.set_index("firm_id")[["x", "y"]]
    ends = kept.join(places.add_suffix("1"), on="offer_firm_id", how="inner")
    ends = ends.join(places.add_suffix("2"), on="need_firm_id", how="inner")
    # A bend to the right of the way: there and back are two curves.
    bend = 0.16
    ends["cx"] = (ends["x1"] + ends["x2"]) / 2 - bend * (ends["y2"] - ends["y1"])
    ends["cy"] = (ends["y1"] + ends["y2"]) / 2 + bend * (ends["x2"] - ends["x1"])
    columns = ["shipment_id", "group", "width", "x1", "y1", "x2", "y2", "cx", "cy"]
    return ends.sort_values(["width", "shipment_id"])[columns].reset_index(drop=True)


def _legend(lines: pd.DataFrame, drawn: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the groups drawn, in their usual order, each with its look."""
    looks = groups(lang)
    looks["count"] = lines["group"].value_counts().reindex(looks.index, fill_value=0)
    return looks[looks.index.isin(drawn["group"])].rename_axis("group").reset_index()


def _labels(placed: pd.DataFrame, plane: Plane) -> pd.DataFrame:
    """Return the communes that matter most, none on top of another."""
    named = placed[placed["commune"].astype(str) != ""]
    towns = named.groupby("commune").agg(
        x=("x", "median"), y=("y", "median"), weight=("size", "sum"), count=("size", "size")
    )
    towns = towns.assign(rank=towns["weight"] + towns["count"] * 0.2)
    chosen: list[tuple[str, float, float]] = []
    for name, town in towns.sort_values("rank", ascending=False).iterrows():
        apart = all(
            abs(town["x"] - x) > plane.width * 0.13 or abs(town["y"] - y) > plane.height * 0.06
            for _, x, y in chosen
        )
        inside = plane.width * 0.04 < town["x"] < plane.width * 0.9
        inside = inside and plane.height * 0.07 < town["y"] < plane.height * 0.97
        if apart and inside and len(chosen) < MOST_LABELS:
            chosen.append((str(name), float(town["x"]), float(town["y"])))
    return pd.DataFrame(chosen, columns=["name", "x", "y"])


def _ground(
    results: Results, plane: Plane
) -> tuple[list[Ring], list[Ring], list[tuple[str, list[Ring]]]]:
    """Return land, borders and territories cut to the paper."""
    degree = math.radians(1) * EARTH_RADIUS_KM
    east = plane.west + plane.width / degree / plane.cosine
    view = box(plane.west, plane.north - plane.height / degree, east, plane.north)
    wide = view.buffer((east - plane.west) * 0.05)
    parts: dict[str, list[Ring]] = {"land": [], "border": []}
    for kind, geometry in outline():
        parts[kind] += list(_rings(geometry.intersection(wide), plane))
    territories = [
        (str(row.name), list(_rings(row.geometry.simplify(0.0005).intersection(wide), plane)))
        for row in perimeters(results.territories).itertuples(index=False)
    ]
    return parts["land"], parts["border"], territories


def outline() -> list[tuple[str, BaseGeometry]]:
    """Return the land and the borders that travel with the app (Natural Earth, public domain)."""
    content = json.loads((bundled.home() / "static" / "outline.geojson").read_text("utf-8"))
    return [(f["properties"]["kind"], shape(f["geometry"])) for f in content["features"]]


def _rings(geometry: BaseGeometry, plane: Plane) -> Iterator[Ring]:
    """Yield every ring or line of a geometry on the paper, to a hundredth of a kilometre."""
    for part in getattr(geometry, "geoms", [geometry]):
        if part.is_empty:
            continue
        polygon = part.geom_type == "Polygon"
        for line in [part.exterior, *part.interiors] if polygon else [part]:
            if line.geom_type in {"LineString", "LinearRing"}:
                points = np.asarray(line.coords)[:, :2]
                xs = plane.x(pd.Series(points[:, 0])).round(2)
                ys = plane.y(pd.Series(points[:, 1])).round(2)
                yield list(zip(xs, ys, strict=True))


def _round_length(length: float) -> float:
    """Return the largest of 1, 2, 5 × a power of ten below a length."""
    power = 10.0 ** math.floor(math.log10(length))
    return max(step * power for step in (1, 2, 5) if step * power <= length)
