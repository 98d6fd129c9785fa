"""The map of a document as an SVG that opens offline, in kilometres."""

from __future__ import annotations

from html import escape

from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.reports.rows import rows
from symbiosis.reports.scene import Ring, Scene

# Width of the picture on a screen, in pixels: sizes given in pixels below are scaled by it.
_SCREEN = 900


def plan(scene: Scene, lang: str, title: str) -> str:
    """Return the map as SVG text; every name in it is escaped.

    Parameters
    ----------
    scene
        What it shows.
    lang
        Language of the numbers.
    title
        What a screen reader says of the whole.
    """
    pixel = scene.width / _SCREEN
    parts = [
        f'<svg class="plan" viewBox="0 0 {scene.width:.2f} {scene.height:.2f}" role="group" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">',
        *_ground(scene),
        *_links(scene),
        *_firms(scene, pixel),
        *_words(scene, pixel),
        _scale_bar(scene, lang, pixel),
        "</svg>",
    ]
    return "\n".join(parts)


def _ground(scene: Scene) -> list[str]:
    land = "".join(_path(ring, closed=True) for ring in scene.land)
    borders = "".join(_path(ring, closed=False) for ring in scene.borders)
    parts = [
        f'<path class="land" fill-rule="evenodd" d="{land}"/>',
        f'<path class="border" d="{borders}"/>',
    ]
    for name, rings in scene.territories:
        shape = "".join(_path(ring, closed=True) for ring in rings)
        parts.append(
            f'<path class="territory" fill-rule="evenodd" d="{shape}">'
            f"<title>{escape(name)}</title></path>"
        )
    return parts


def _path(ring: Ring, *, closed: bool) -> str:
    points = "L".join(f"{x:g} {y:g}" for x, y in ring)
    return f"M{points}{'Z' if closed else ''}"


def _links(scene: Scene) -> list[str]:
    dashes = scene.legend.set_index("group")["dashed"]
    defs, parts = [], []
    for i, link in enumerate(rows(scene.exchanges)):
        colour, dashed = f"var(--{link.group})", " dashed" if dashes[link.group] else ""
        defs.append(
            f'<linearGradient id="g{i}" gradientUnits="userSpaceOnUse" x1="{link.x1:.2f}" '
            f'y1="{link.y1:.2f}" x2="{link.x2:.2f}" y2="{link.y2:.2f}">'
            f'<stop style="stop-color:{colour}" stop-opacity=".22"/>'
            f'<stop offset="1" style="stop-color:{colour}" stop-opacity=".95"/></linearGradient>'
        )
        way = (
            f"M{link.x1:.2f} {link.y1:.2f}Q{link.cx:.2f} {link.cy:.2f} {link.x2:.2f} {link.y2:.2f}"
        )
        ids = f'data-id="s{escape(str(link.shipment_id))}" data-group="{link.group}"'
        width = 1.2 + 9 * link.width
        parts.append(
            f'<path class="link{dashed}" {ids} d="{way}" stroke="url(#g{i})" '
            f'stroke-width="{width:.1f}"/>'
        )
        parts.append(f'<path class="hit" {ids} d="{way}"/>')
    return [f"<defs>{''.join(defs)}</defs>", *parts]


def _firms(scene: Scene, pixel: float) -> list[str]:
    parts = []
    for firm in rows(scene.firms):
        busy = firm.role != "none"
        radius = (3.2 + 9 * firm.size if busy else 2.0) * pixel * max(scene.crowd, 0.6)
        reach = f' tabindex="0" role="button" aria-label="{escape(firm.name)}"' if busy else ""
        parts.append(
            f'<circle class="firm {firm.role}" data-id="f{escape(str(firm.firm_id))}" '
            f'cx="{firm.x:.2f}" cy="{firm.y:.2f}" style="--r:{radius:.3f}"{reach}/>'
        )
    return parts


def _words(scene: Scene, pixel: float) -> list[str]:
    return [
        f'<text class="place" text-anchor="middle" x="{town.x:.2f}" '
        f'y="{town.y - 15 * pixel:.2f}" style="--f:{13.5 * pixel:.3f}">{escape(town.name)}</text>'
        for town in rows(scene.labels)
    ]


def _scale_bar(scene: Scene, lang: str, pixel: float) -> str:
    x, y = 18 * pixel, scene.height - 18 * pixel
    text = f"{Speaker(lang).number(scene.scale_km)}{NO_BREAK}km"
    return (
        f'<g class="scale"><path d="M{x:.2f} {y - 5 * pixel:.2f}V{y:.2f}H{x + scene.scale_km:.2f}'
        f'V{y - 5 * pixel:.2f}" fill="none" stroke="currentColor" stroke-width="1.6" '
        f'vector-effect="non-scaling-stroke"/><text x="{x + 5 * pixel:.2f}" '
        f'y="{y - 7 * pixel:.2f}" font-size="{12 * pixel:.3f}" fill="currentColor">'
        f"{text}</text></g>"
    )
