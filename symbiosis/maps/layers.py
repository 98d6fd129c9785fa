"""Firms and exchanges as pydeck layers: slim, pickable, light and dark.

Columns sent to the browser hold plain numbers: arrays of NumPy numbers paint black.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from symbiosis.maps import numbers, palette
from symbiosis.maps.atlas import Atlas
from symbiosis.maps.curves import POINTS, curves, scaled, taper
from symbiosis.maps.palette import Theme
from symbiosis.maps.view import Picture, places
from symbiosis.maps.window import first_view

FIRMS, EXCHANGES, PIPES = "firms", "exchanges", "pipes"
"""Layer identifiers; a click comes back under one of them."""
CIRCLE_PX, CROWD_PX = (3.5, 22.0), (2.0, 15.0)
"""Least and greatest radius of a firm, and of one in a crowd (see `MOST_TIPS`)."""
LINE_PX = (1.6, 10.0)
MOST_FIRMS, MOST_TIPS = 6000, 1500
"""Circles drawn at most, and circles beyond which tips are short and circles small: what a browser
and an eye bear."""
NAMES, NAME_PX = 14, 44
"""Communes named on a map of full size, and how far apart two names stand, pixels."""
OUTLINE = "app/static/outline.geojson"
"""Address of land and borders (`symbiosis.maps.outline`), relative to the page."""
HTML_TIP = (
    '<div style="font-family:inherit;max-width:18rem"><b>{name}</b><br/>'
    '<span style="white-space:pre-line">{tip}</span></div>'
)
_TONES = MappingProxyType(
    {
        "light": {"halo": (247, 245, 240), "ink": (38, 54, 52), "perimeter": (120, 132, 128),
                  "ring": (255, 255, 255), "tip": "#16302c", "tip_ink": "#ffffff",
                  "coast": (169, 188, 194)},
        "dark": {"halo": (27, 40, 44), "ink": (214, 226, 222), "perimeter": (128, 146, 142),
                 "ring": (16, 25, 27), "tip": "#e6efec", "tip_ink": "#10191b",
                 "coast": (60, 80, 88)},
    }
)  # fmt: skip


class SlimDeck(pdk.Deck):  # type: ignore[misc]
    """A deck written without blanks: a third of the bytes, a quarter of the time."""

    def to_json(self) -> str:
        """Return the deck as compact JSON."""
        return json.dumps(self, default=default_serialize, separators=(",", ":"))


@dataclass(frozen=True)
class Look:
    """How a map is drawn: theme, language, words, and the address of the basemap's style.

    Parameters
    ----------
    theme, lang
        ``light`` or ``dark``; ``fr`` or ``en``.
    translate
        The gettext function of the language.
    style
        Address of a MapLibre style; relative to the page, so that nothing leaves the machine.
    size
        Width and height of the picture, pixels: what the first zoom fits.
    """

    theme: Theme = "light"
    lang: str = "fr"
    translate: Callable[[str], str] = str
    style: str = "app/static/style_light.json"
    size: tuple[int, int] = (700, 470)

    @property
    def offline(self) -> bool:
        """Whether the basemap comes from this very server."""
        return not self.style.startswith("http")

    @property
    def scale(self) -> float:
        """How large circles and lines are drawn: less on a small picture."""
        return min(1.0, max(0.55, self.size[0] / 700))


def deck(atlas: Atlas, picture: Picture, look: Look, focus: str = "", *, turn: int = 0) -> pdk.Deck:
    """Return the whole map.

    Parameters
    ----------
    atlas, picture
        What there is, and what is asked for.
    look
        Theme and language.
    focus
        Identifier of a firm or a shipment to bring forward; the rest fades.
    turn
        Goes into the names of the layers: a new one makes the browser forget what was selected.
    """
    view = first_view(picture.home, *look.size)
    clickable = [
        *exchange_layers(picture.drawn, look, focus),
        firm_layer(picture, look, focus),
    ]
    for layer in clickable:
        layer.id = f"{layer.id}-{turn}"
    above = [*perimeter_layers(atlas, look), *clickable, name_layer(picture.firms, look, view[2])]
    return framed(above, view, look)


def framed(layers: list[pdk.Layer], view: tuple[float, float, float], look: Look) -> pdk.Deck:
    """Return a map: these layers over the land, seen from a longitude, latitude and zoom."""
    longitude, latitude, zoom = view
    tone = _TONES[look.theme]
    return SlimDeck(
        layers=[*land_layers(look), *layers],
        initial_view_state=pdk.ViewState(
            longitude=round(longitude, 4), latitude=round(latitude, 4), zoom=round(zoom, 2),
            min_zoom=3, max_zoom=15,
        ),
        map_style=look.style,
        tooltip={
            "html": HTML_TIP,
            "style": {"backgroundColor": tone["tip"], "color": tone["tip_ink"],
                      "borderRadius": "8px", "fontSize": "0.85rem", "padding": "0.5rem 0.7rem"},
        },
    )  # fmt: skip


def _slim(records: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of plain Python values."""
    columns = [records[name].tolist() for name in records.columns]
    names = [str(name) for name in records.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _colours(groups: pd.Series, theme: Theme, alpha: pd.Series) -> dict[str, list[int]]:
    parts = [palette.rgb(palette.hex_of(group, theme)) for group in groups]
    channels = {name: [part[i] for part in parts] for i, name in enumerate("rgb")}
    return {**channels, "a": [int(value) for value in alpha]}


def firm_layer(picture: Picture, look: Look, focus: str = "") -> pdk.Layer:
    """Return the firms: area by tonnage declared, colour by sector, faded when not concerned.

    The largest lie under the others, and all of them under those that the focus concerns.
    """
    firms = _drawn_firms(picture, focus)
    concerned = _concerned(firms["firm_id"], picture.drawn, focus)
    above = np.argsort(concerned, kind="stable")
    firms, concerned, crowd = firms.iloc[above], concerned[above], len(firms) > MOST_TIPS
    limits = CROWD_PX if crowd else CIRCLE_PX
    radius = look.scale * scaled(firms["declared_t"].to_numpy(dtype=float), *limits)
    rows = pd.DataFrame(
        {
            "id": firms["firm_id"].astype(object),
            "name": firms["name"].astype(object),
            "tip": _firm_tips(firms, look),
            "x": firms["longitude"].round(4),
            "y": firms["latitude"].round(4),
            "px": np.round(radius, 1),
            **_colours(firms["sector"], look.theme, pd.Series(np.where(concerned, 235, 60))),
        }
    )
    ring = list(_TONES[look.theme]["ring"])
    return pdk.Layer(
        "ScatterplotLayer", id=FIRMS, data=_slim(rows), pickable=True, auto_highlight=True,
        get_position="[x, y]", get_radius="px", radius_units=pdk.types.String("pixels"),
        get_fill_color="[r, g, b, a]", get_line_color=[*ring, 230], stroked=True,
        line_width_units=pdk.types.String("pixels"), get_line_width=0.5 if crowd else 1.2,
        highlight_color=[255, 255, 255, 90],
    )  # fmt: skip


def _drawn_firms(picture: Picture, focus: str) -> pd.DataFrame:
    """Return the heaviest firms, and all partners of what is drawn, largest first."""
    firms = picture.firms.sort_values("declared_t", ascending=False)
    if len(firms) <= MOST_FIRMS:
        return firms
    ends = {*picture.drawn["offer_firm_id"], *picture.drawn["need_firm_id"], focus}
    return firms[(np.arange(len(firms)) < MOST_FIRMS) | firms["firm_id"].isin(ends).to_numpy()]


def _firm_tips(firms: pd.DataFrame, look: Look) -> list[str]:
    """Return what hovering says; in a crowd only the commune, the panel says the rest."""
    if len(firms) > MOST_TIPS:
        return [str(commune) for commune in firms["commune"]]
    return [_firm_tip(row, look) for row in firms.to_dict("records")]


def _concerned(ids: pd.Series, drawn: pd.DataFrame, focus: str) -> np.ndarray[Any, Any]:
    if not focus:
        return np.ones(len(ids), dtype=bool)
    near = drawn[
        (drawn["offer_firm_id"] == focus)
        | (drawn["need_firm_id"] == focus)
        | (drawn["shipment_id"] == focus)
    ]
    kept = {focus, *near["offer_firm_id"], *near["need_firm_id"]}
    return ids.isin(kept).to_numpy()


def _firm_tip(firm: dict[Any, Any], look: Look) -> str:
    sector = palette.label(firm["sector"], look.lang, sector=True)
    declared = numbers.amount(firm["declared_t"], "t", look.lang)
    place = f"{firm['commune']} · " if firm["commune"] else ""
    flows = look.translate("{tonnes} declared · exchanges: {count}").format(
        tonnes=declared, count=firm["exchanges"]
    )
    return f"{place}{sector}\n{flows}"


def exchange_layers(drawn: pd.DataFrame, look: Look, focus: str = "") -> list[pdk.Layer]:
    """Return the exchanges as curves that widen towards the taker, heat, water and CO₂ dashed.

    Each unit has a scale of widths of its own: tonnes and megawatt-hours are not compared.
    """
    if not len(drawn):
        return []
    rows = _exchange_rows(drawn, look, focus)
    halo = [*_TONES[look.theme]["halo"], 200]
    solid = [row for row in rows if not row["pipe"]]
    dashed = [row for row in rows if row["pipe"]]
    common: dict[str, Any] = {
        "get_path": "path", "width_units": pdk.types.String("pixels"),
        "joint_rounded": True,
    }  # fmt: skip
    shared = {**common, "get_color": "[r, g, b, a]", "pickable": True, "auto_highlight": True,
              "highlight_color": [255, 255, 255, 110]}  # fmt: skip
    under = [{"path": row["path"], "halo": row["halo"]} for row in rows if row["a"] > 100]
    return [
        pdk.Layer("PathLayer", id="halo", data=under, get_width="halo", get_color=halo, **common),
        pdk.Layer("PathLayer", id=EXCHANGES, data=solid, get_width="width", **shared),
        pdk.Layer(
            "PathLayer", id=PIPES, data=dashed, get_width="flat",
            extensions=[{"@@type": "PathStyleExtension", "dash": True, "highPrecisionDash": True}],
            get_dash_array=[2.6, 1.6],  dash_gap_pickable=True, **shared,
        ),
    ]  # fmt: skip


def _exchange_rows(drawn: pd.DataFrame, look: Look, focus: str) -> list[dict[str, Any]]:
    largest = drawn.groupby("unit")["quantity"].transform("max").to_numpy(dtype=float)
    share = drawn["quantity"].to_numpy(dtype=float) / np.where(largest > 0, largest, 1.0)
    width = look.scale * scaled(share, *LINE_PX, top=1.0)
    paths = curves(
        drawn[["longitude_from", "latitude_from"]].to_numpy(dtype=float),
        drawn[["longitude_to", "latitude_to"]].to_numpy(dtype=float),
    ).round(4)
    forward = _forward(drawn, focus)
    colours = _colours(drawn["group"], look.theme, pd.Series(np.where(forward, 205, 40)))
    return [
        {
            "id": row["shipment_id"], "name": _exchange_name(row), "tip": _exchange_tip(row, look),
            "path": paths[i].tolist(), "width": taper(float(width[i]), POINTS),
            "flat": round(float(width[i]), 2), "halo": taper(float(width[i]) + 2.4, POINTS),
            "pipe": row["unit"] != "t" or row["kind"] != "material",
            **{name: values[i] for name, values in colours.items()},
        }
        for i, row in reversed(list(enumerate(drawn.to_dict("records"))))
    ]  # fmt: skip


def _forward(drawn: pd.DataFrame, focus: str) -> np.ndarray[Any, Any]:
    if not focus:
        return np.ones(len(drawn), dtype=bool)
    keys = drawn[["offer_firm_id", "need_firm_id", "shipment_id"]]
    return (keys == focus).any(axis=1).to_numpy()


def _exchange_name(row: dict[Any, Any]) -> str:
    return f"{row['offer_firm']} → {row['need_firm']}"


def _exchange_tip(row: dict[Any, Any], look: Look) -> str:
    material = str(row["label_fr" if look.lang == "fr" else "label_en"])
    material = material[:1].upper() + material[1:]
    quantity = numbers.amount(row["quantity"], row["unit"], look.lang)
    return f"{material}\n{quantity} · {numbers.kilometres(row['distance_km'], look.lang)}"


def land_layers(look: Look) -> list[pdk.Layer]:
    """Return land, coast and borders; none over a basemap that draws its own.

    The browser fetches the outline once, from the server that serves the page. Drawn here and not
    by the basemap's style, it appears together with the firms: the style's own reader starts a
    second program in the browser, which takes seconds on a slow machine.
    """
    if not look.offline:
        return []
    tone = _TONES[look.theme]
    return [
        pdk.Layer(
            "GeoJsonLayer", id="land", data=OUTLINE, filled=True, stroked=True,
            get_fill_color=[*tone["halo"], 255], get_line_color=[*tone["coast"], 255],
            line_width_units=pdk.types.String("pixels"), get_line_width=1.1,
        )
    ]  # fmt: skip


def perimeter_layers(atlas: Atlas, look: Look) -> list[pdk.Layer]:
    """Return the territories as thin outlines; none when there are none."""
    if not len(atlas.territories):
        return []
    grey = list(_TONES[look.theme]["perimeter"])
    geojson = atlas.territories.to_geo_dict(drop_id=True)
    return [
        pdk.Layer(
            "GeoJsonLayer", id="territories", data=geojson, stroked=True, filled=False,
            get_line_color=[*grey, 120], line_width_units=pdk.types.String("pixels"),
            get_line_width=1.2,
        )
    ]  # fmt: skip


def name_layer(firms: pd.DataFrame, look: Look, zoom: float = 8.0) -> pdk.Layer:
    """Return the names of the heaviest communes, each with a halo, apart at a first zoom."""
    apart = NAME_PX * 360 / (512 * 2**zoom)
    named = places(firms, NAMES if look.scale == 1 else NAMES // 2, apart)
    rows = pd.DataFrame(
        {
            "text": [name.title() if name.isupper() else name for name in named["commune"]],
            "x": named["longitude"].round(4),
            "y": named["latitude"].round(4),
        }
    )
    tone = _TONES[look.theme]
    return pdk.Layer(
        "TextLayer", id="names", data=_slim(rows), get_position="[x, y]", get_text="text",
        get_size=13, get_color=[*tone["ink"], 235], character_set=pdk.types.String("auto"),
        font_family=pdk.types.String("Helvetica, Arial, sans-serif"), font_weight=600,
        font_settings={"sdf": True, "fontSize": 64, "buffer": 16, "radius": 20}, outline_width=8,
        outline_color=[*tone["halo"], 255], get_pixel_offset=[0, -16],
    )  # fmt: skip


def legend(picture: Picture, look: Look) -> list[dict[str, str]]:
    """Return what the colours mean in this picture, most drawn first.

    Returns
    -------
    list of dict
        ``group``, ``colour``, ``material`` and ``sector`` (their labels, the latter may be empty),
        ``count`` (exchanges that pass the filters) and ``firms``.
    """
    drawn = picture.shipments["group"].value_counts()
    sectors = picture.firms["sector"].value_counts()
    present = [g for g in palette.GROUPS if g in drawn.index or g in sectors.index]
    return [
        {
            "group": group,
            "colour": palette.hex_of(group, look.theme),
            "material": palette.label(group, look.lang) if group in drawn.index else "",
            "sector": palette.label(group, look.lang, sector=True)
            if group in sectors.index
            else "",
            "count": str(int(drawn.get(group, 0))),
            "firms": str(int(sectors.get(group, 0))),
        }
        for group in present
    ]
