"""The map of a document as an SVG for paper: legible in grey, true to scale."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Shape
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.reports.rows import rows
from symbiosis.reports.scene import Ring, Scene

MM_PER_INCH = 25.4
SEA, LAND, COAST, INK, ACCENT = "#e3ecee", "#fbfaf6", "#9fb3ba", "#16302c", "#0f6b5c"
_POINTS = 28
# Widest line and largest disc, in points of paper 170 mm wide.
_LINE, _DISC, _THIN = 8.0, 11.0, 0.9
Floats = NDArray[np.float64]


def map_svg(
    scene: Scene,
    lang: str,
    *,
    width_mm: float = 170.0,
    numbers: Mapping[str, int] | None = None,
    labels: bool = True,
) -> bytes:
    """Return a map as SVG.

    Parameters
    ----------
    scene
        What it shows.
    lang
        Language of the scale bar.
    width_mm
        Width on paper.
    numbers
        Shipments to number on the map: identifier → number.
    labels
        Whether communes are named and the scale drawn.
    """
    size = (width_mm / MM_PER_INCH, width_mm / MM_PER_INCH * scene.height / scene.width)
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "symbiosis", "path.simplify": False}):
        figure = Figure(figsize=size)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        axes.axis("off")
        point = scene.width / (width_mm / MM_PER_INCH * 72)
        _ground(axes, scene)
        _links(axes, scene, point * max(width_mm / 170, 0.6))
        _firms(axes, scene, width_mm / 170 * scene.crowd)
        if labels:
            _towns(axes, scene, point)
            _scale_bar(axes, scene, lang, point)
        _numbers(axes, scene.exchanges, numbers or {}, point)
        target = BytesIO()
        FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None, "Creator": None})
    return target.getvalue()


def _shape(rings: list[Ring]) -> Shape:
    return Shape.make_compound_path(*(Shape(ring, closed=True) for ring in rings if len(ring) > 2))


def _ground(axes: Axes, scene: Scene) -> None:
    frame = [(0, 0), (scene.width, 0), (scene.width, scene.height), (0, scene.height)]
    axes.add_collection(PolyCollection([frame], facecolor=SEA, zorder=0))
    if scene.land:
        axes.add_patch(PathPatch(_shape(scene.land), fc=LAND, ec=COAST, lw=0.7, zorder=1))
    for _, rings in scene.territories:
        if rings:
            shape = _shape(rings)
            axes.add_patch(PathPatch(shape, fc=ACCENT, ec="none", alpha=0.05, zorder=2))
            axes.add_patch(PathPatch(shape, fc="none", ec=ACCENT, lw=0.6, alpha=0.5, zorder=2))
    borders = LineCollection(scene.borders, colors="#9b9a92", lw=0.8, ls=(0, (4, 3)), zorder=3)
    axes.add_collection(borders)


def _links(axes: Axes, scene: Scene, point: float) -> None:
    looks = scene.legend.set_index("group")[["colour", "dashed"]].to_dict("index")
    pieces: list[Floats] = []
    colours: list[str] = []
    for link in rows(scene.exchanges):
        look = looks[link.group]
        width = (_THIN + (_LINE - _THIN) * link.width) * point
        made = ribbon(link, width, dashed=bool(look["dashed"]))
        pieces += made
        colours += [str(look["colour"])] * len(made)
    axes.add_collection(
        PolyCollection(pieces, facecolor=colours, edgecolor="white", lw=0.25, alpha=0.86, zorder=4),
        autolim=False,
    )


def ribbon(link: Any, width: float, *, dashed: bool) -> list[Floats]:
    """Return the outline of an exchange: thin at the giver, full at the taker, in pieces if dashed.

    Parameters
    ----------
    link
        A row with ``x1, y1, cx, cy, x2, y2``.
    width
        At the taker, in the unit of the places.
    dashed
        Whether every third piece is left out.
    """
    start, control, end = (np.array(place) for place in _ends(link))
    t = np.linspace(0, 1, _POINTS)[:, None]
    way = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    along = 2 * (1 - t) * (control - start) + 2 * t * (end - control)
    length = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    aside = np.column_stack([-along[:, 1], along[:, 0]]) / length
    half = width / 2 * (0.22 + 0.78 * t)
    left, right = way + aside * half, way - aside * half
    if not dashed:
        return [np.vstack([left, right[::-1]])]
    return [np.vstack([left[i : i + 3], right[i : i + 3][::-1]]) for i in range(0, _POINTS - 2, 3)]


def _firms(axes: Axes, scene: Scene, scale: float) -> None:
    firms = scene.firms
    idle = firms[firms["role"] == "none"]
    axes.scatter(idle["x"], idle["y"], s=3 * scale, c="#7f8f92", lw=0, zorder=5)
    looks = {"offer": (INK, INK), "need": ("white", INK), "both": ("#9aa6a3", INK)}
    for role, (face, edge) in looks.items():
        part = firms[firms["role"] == role]
        diameter = (3.2 + (_DISC - 3.2) * part["size"]) * scale
        drawn: PathCollection = axes.scatter(
            part["x"], part["y"], s=diameter**2, c=face, edgecolors=edge, lw=0.8 * scale, zorder=6
        )
        drawn.set_clip_on(True)


def _towns(axes: Axes, scene: Scene, point: float) -> None:
    for town in rows(scene.labels):
        near_edge = town.x < scene.width * 0.12
        axes.text(
            max(town.x, 3 * point) if near_edge else town.x, town.y - 8 * point, town.name,
            fontsize=7, weight="bold", color=INK, ha="left" if near_edge else "center",
            va="bottom", zorder=8, path_effects=[withStroke(linewidth=2.2, foreground="white")],
        )  # fmt: skip


def _scale_bar(axes: Axes, scene: Scene, lang: str, point: float) -> None:
    x, y, tick = 10 * point, scene.height - 9 * point, 3.5 * point
    end = x + scene.scale_km
    axes.plot([x, x, end, end], [y - tick, y, y, y - tick], color=INK, lw=1.1, zorder=9)
    text = f"{Speaker(lang).number(scene.scale_km)}{NO_BREAK}km"
    axes.text(
        (x + end) / 2, y - 2.2 * point, text, fontsize=6.5, color=INK, ha="center", zorder=9,
        path_effects=[withStroke(linewidth=2, foreground="white")],
    )  # fmt: skip


def _numbers(axes: Axes, shown: pd.DataFrame, numbers: Mapping[str, int], point: float) -> None:
    """Write the number of the best exchanges on their curves, none on top of another."""
    chosen = shown[shown["shipment_id"].isin(list(numbers))]
    taken: list[Floats] = []
    for link in sorted(rows(chosen), key=lambda each: numbers[each.shipment_id]):
        place = _free(link, taken, 9.5 * point)
        taken.append(place)
        axes.text(
            place[0], place[1], str(numbers[link.shipment_id]), fontsize=6, weight="bold",
            color="white", ha="center", va="center", zorder=10,
            bbox={"boxstyle": "circle,pad=0.22", "fc": INK, "ec": "white", "lw": 0.6},
        )  # fmt: skip


def _free(link: Any, taken: list[Floats], apart: float) -> Floats:
    """Return a place on a curve, or beside it, that no other number has."""
    start, control, end = (np.array(p) for p in _ends(link))
    normal = np.array([start[1] - end[1], end[0] - start[0]])
    normal = normal / max(float(np.linalg.norm(normal)), 1e-9)
    for step in range(12):
        for t in (0.5, 0.62, 0.38, 0.74, 0.26):
            way = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
            place: Floats = way + normal * apart * 0.8 * step
            if all(float(np.linalg.norm(place - other)) > apart for other in taken):
                return place
    return control


def _ends(link: Any) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    return (link.x1, link.y1), (link.cx, link.cy), (link.x2, link.y2)
