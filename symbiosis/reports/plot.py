"""The map of a document as an SVG for paper: legible in grey, true to scale."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

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
    only: str | None = None,
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
    only
        The one group of materials to draw; all of them if None.
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
        shown = scene.exchanges if only is None else _only(scene.exchanges, only)
        _links(axes, scene, shown, point * width_mm / 170)
        _firms(axes, scene, width_mm / 170, quiet=only is not None)
        if labels:
            _towns(axes, scene, point)
            _scale_bar(axes, scene, lang, point)
        _numbers(axes, shown, numbers or {})
        target = BytesIO()
        FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None, "Creator": None})
    return target.getvalue()


def _only(exchanges: pd.DataFrame, group: str) -> pd.DataFrame:
    return exchanges[exchanges["group"] == group]


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


def _links(axes: Axes, scene: Scene, shown: pd.DataFrame, point: float) -> None:
    looks = scene.legend.set_index("group")
    for link in rows(shown):
        width = (_THIN + (_LINE - _THIN) * link.width) * point
        pieces = ribbon(link, width, dashed=bool(looks.at[link.group, "dashed"]))
        axes.add_collection(
            PolyCollection(
                pieces, facecolor=looks.at[link.group, "colour"], edgecolor="white", lw=0.25,
                alpha=0.86, zorder=4,
            )
        )  # fmt: skip


def ribbon(link: object, width: float, *, dashed: bool) -> list[Floats]:
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
    ends = {name: float(getattr(link, name)) for name in ("x1", "y1", "cx", "cy", "x2", "y2")}
    start = np.array([ends["x1"], ends["y1"]])
    control = np.array([ends["cx"], ends["cy"]])
    end = np.array([ends["x2"], ends["y2"]])
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


def _firms(axes: Axes, scene: Scene, scale: float, *, quiet: bool) -> None:
    firms = scene.firms
    idle = firms[firms["role"] == "none"]
    axes.scatter(idle["x"], idle["y"], s=3 * scale, c="#7f8f92", lw=0, zorder=5)
    looks = {"offer": (INK, INK), "need": ("white", INK), "both": ("#9aa6a3", INK)}
    for role, (face, edge) in looks.items():
        part = firms[firms["role"] == role]
        diameter = (3.2 + (_DISC - 3.2) * part["size"]) * scale
        sizes = (diameter * (0.5 if quiet else 1.0)) ** 2
        drawn: PathCollection = axes.scatter(
            part["x"], part["y"], s=sizes, c=face, edgecolors=edge, lw=0.8 * scale, zorder=6
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


def _numbers(axes: Axes, shown: pd.DataFrame, numbers: Mapping[str, int]) -> None:
    """Write the number of the best exchanges at the middle of their curves."""
    chosen = shown[shown["shipment_id"].isin(list(numbers))]
    for link in rows(chosen):
        x = 0.25 * link.x1 + 0.5 * link.cx + 0.25 * link.x2
        y = 0.25 * link.y1 + 0.5 * link.cy + 0.25 * link.y2
        axes.text(
            x, y, str(numbers[link.shipment_id]), fontsize=6, weight="bold", color="white",
            ha="center", va="center", zorder=10,
            bbox={"boxstyle": "circle,pad=0.22", "fc": INK, "ec": "white", "lw": 0.6},
        )  # fmt: skip
