"""Charts as plain HTML and SVG: no script, no font from elsewhere, light and dark alike.

Text takes the page's own colour (``currentColor``); names are escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

NEUTRAL = "#3f7d6e"


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label, text
        What it is, and its value in words.
    value, low, high
        Its length and its interval, NaN for none, in any one unit.
    colour
        ``#rrggbb``.
    """

    label: str
    text: str
    value: float
    low: float = float("nan")
    high: float = float("nan")
    colour: str = NEUTRAL


def bars(entries: Sequence[Bar]) -> str:
    """Return horizontal bars from a common zero, each with a whisker for its interval.

    Examples
    --------
    >>> "width:100.00%" in bars([Bar("a", "1 t", 1.0), Bar("b", "½ t", 0.5)])
    True
    """
    if not entries:
        return ""
    ends = np.array([[0.0, e.value, e.low, e.high] for e in entries], dtype=float)
    least, most = float(np.nanmin(ends)), float(np.nanmax(ends))
    span = (most - least) or 1.0

    def place(value: float) -> float:
        return 100 * (value - least) / span

    zero = place(0.0)
    rows = []
    for entry in entries:
        left, width = min(zero, place(entry.value)), abs(place(entry.value) - zero)
        whisker = ""
        if np.isfinite(entry.low) and np.isfinite(entry.high) and entry.low < entry.high:
            whisker = (
                f'<i class="sy-whisker" style="left:{place(entry.low):.2f}%;'
                f'width:{place(entry.high) - place(entry.low):.2f}%"></i>'
            )
        rows.append(
            f'<div class="sy-bar" role="row"><span role="rowheader">{escape(entry.label)}</span>'
            f'<div class="sy-track"><i class="sy-zero" style="left:{zero:.2f}%"></i>'
            f'<i class="sy-fill" style="left:{left:.2f}%;width:{width:.2f}%;'
            f'background:{entry.colour}"></i>{whisker}</div>'
            f'<b role="cell">{escape(entry.text)}</b></div>'
        )
    return f'<div class="sy-bars" role="table">{"".join(rows)}</div>'


def stack(parts: Sequence[Bar]) -> str:
    """Return one bar cut into shares, its parts written out below."""
    total = sum(part.value for part in parts) or 1.0
    cuts = "".join(
        f'<i style="width:{100 * part.value / total:.2f}%;background:{part.colour}" '
        f'title="{escape(part.label)}"></i>'
        for part in parts
        if part.value > 0
    )
    words = "".join(
        f'<li><span class="sy-dot" style="background:{part.colour}"></span>'
        f"{escape(part.label)} <b>{escape(part.text)}</b></li>"
        for part in parts
        if part.value > 0
    )
    return f'<div class="sy-stack">{cuts}</div><ul class="sy-legend">{words}</ul>'


@dataclass(frozen=True)
class Stream:
    """One node of a Sankey diagram: its column (0, 1 or 2), its words and its colour."""

    column: int
    label: str
    colour: str


def sankey(
    nodes: dict[str, Stream],
    links: pd.DataFrame,
    label: str,
    *,
    width: int = 960,
    height: int = 500,
) -> str:
    """Return a Sankey diagram of three columns as SVG.

    Parameters
    ----------
    nodes
        Key to node; nodes of one column are stacked in this order.
    links
        Columns ``source``, ``target`` (keys), ``value`` and ``text``; from a column to the next.
    label
        What the drawing shows, for those who do not see it.
    width, height
        Of the drawing's own coordinates; it stretches to the page.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    into = links.groupby("target")["value"].sum()
    out = links.groupby("source")["value"].sum()
    size = {key: max(float(into.get(key, 0)), float(out.get(key, 0))) for key in nodes}
    tops, scale = _stacked(nodes, size, height)
    x = {0: 210.0, 1: width / 2 - 7, 2: width - 224.0}
    used_out, used_in = dict(tops), dict(tops)
    ribbons, order = [], list(nodes)
    for row in sorted(
        links.to_dict("records"),
        key=lambda r: (order.index(r["source"]), order.index(r["target"])),
    ):
        thick = float(row["value"]) * scale
        middle = row["target"] if nodes[row["target"]].column == 1 else row["source"]
        start, end = used_out[row["source"]], used_in[row["target"]]
        used_out[row["source"]] += thick
        used_in[row["target"]] += thick
        left = x[nodes[row["source"]].column] + 14
        right = x[nodes[row["target"]].column]
        ribbons.append(
            _ribbon((left, start), (right, end), thick, nodes[middle].colour, str(row["text"]))
        )
    boxes = [
        _box(node, x[node.column], tops[key], size[key] * scale) for key, node in nodes.items()
    ]
    return (
        f'<svg viewBox="0 0 {width} {height}" class="sy-sankey" role="img" '
        f'aria-label="{escape(label)}">'
        f"{''.join(ribbons)}{''.join(boxes)}</svg>"
    )


def _stacked(
    nodes: dict[str, Stream], size: dict[str, float], height: int
) -> tuple[dict[str, float], float]:
    """Return the top of each node, and the height of one unit, so that the fullest column fits."""
    gap = 14.0
    columns = {c: [k for k, n in nodes.items() if n.column == c] for c in (0, 1, 2)}
    room = [
        (height - gap * (len(keys) + 1)) / total
        for keys in columns.values()
        if (total := sum(size[k] for k in keys)) > 0
    ]
    scale = min(room, default=0.0)
    tops: dict[str, float] = {}
    for keys in columns.values():
        taken = sum(size[k] for k in keys) * scale + gap * (len(keys) - 1)
        y = (height - taken) / 2
        for key in keys:
            tops[key] = y
            y += size[key] * scale + gap
    return tops, scale


def _ribbon(
    start: tuple[float, float], end: tuple[float, float], thick: float, colour: str, text: str
) -> str:
    (x0, y0), (x1, y1) = start, end
    half = thick / 2
    bend = (x1 - x0) / 2
    path = (
        f"M{x0:.1f},{y0 + half:.1f}C{x0 + bend:.1f},{y0 + half:.1f} "
        f"{x1 - bend:.1f},{y1 + half:.1f} {x1:.1f},{y1 + half:.1f}"
    )
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.42" '
        f'stroke-width="{max(thick, 0.6):.2f}"><title>{escape(text)}</title></path>'
    )


def _box(node: Stream, x: float, y: float, tall: float) -> str:
    anchor, at = {0: ("end", x - 8), 1: ("start", x + 20), 2: ("start", x + 22)}[node.column]
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="14" height="{max(tall, 1):.1f}" rx="2" '
        f'fill="{node.colour}"/><text x="{at:.1f}" y="{y + max(tall, 1) / 2:.1f}" '
        f'dominant-baseline="central" text-anchor="{anchor}">{escape(node.label)}</text>'
    )
