"""The public map: what anybody may see, sums that reveal no firm."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import streamlit as st

from symbiosis.errors import StorageError
from symbiosis.maps import numbers
from symbiosis.maps.areas import area_deck
from symbiosis.maps.palette import group_of
from symbiosis.pages import parts, session, signing, vocabulary, worklist
from symbiosis.pages.words import _, language, n_
from symbiosis.storage import Role

HEIGHT = 430
PUBLISHED = "published_count"
Key = tuple[str, str]


def render() -> None:
    """Draw the page."""
    parts.title(
        _("What the territory gives and takes"),
        _("Sums over at least three firms, by area and material: no firm can be read in them."),
    )
    here = signing.visit()
    if here.outside and session.asked_page():
        st.info(_("Sign in to open this page; here is what everyone may see."))
    try:
        table = worklist.public_map()
    except (StorageError, ImportError) as error:
        st.warning(parts.plain(worklist.sentence(error)))
        return
    if here.is_a(Role.OFFICER, Role.ADMINISTRATOR):
        _renew()
    if not len(table):
        st.info(_("Nothing is published yet: an officer publishes, once three firms declare."))
        return
    _board(table)


def _renew() -> None:
    if st.button(_("Publish today's figures"), icon=":material/publish:"):
        st.session_state[PUBLISHED] = worklist.publish()
        st.rerun()
    told = st.session_state.pop(PUBLISHED, None)
    if isinstance(told, str):
        st.error(parts.plain(told))
    elif told is not None:
        words = n_("{count} figure is new.", "{count} figures are new.", told)
        st.success(words.format(count=numbers.number(told, language())))


def _board(table: gpd.GeoDataFrame) -> None:
    """Draw one material on the map, and all of them as a list."""
    names = _names(table)
    chosen = st.selectbox(
        _("Material"), list(names), format_func=lambda key: names[key], key="public_material"
    )
    areas = table[(table["direction"] == chosen[0]) & (table["material"] == chosen[1])]
    st.pydeck_chart(
        area_deck(areas, _group(chosen[1]), names[chosen], vocabulary.look((1100, HEIGHT))),
        height=HEIGHT, alt=_("Map of the areas that give or take this material"),
    )  # fmt: skip
    parts.note(_("Land and borders: Natural Earth (public domain)."))
    st.header(_("All that is published"), anchor=False)
    st.dataframe(_listed(table, names), hide_index=True, width="stretch")
    parts.note(
        _("An area of too few firms is widened until three declare the material, or left out. What "
          "a wide area counts does not count again in the smaller ones inside it.")
    )  # fmt: skip


def _names(table: gpd.GeoDataFrame) -> dict[Key, str]:
    """Return what each material of either direction is called, the best spread first."""
    catalogue, lang = session.catalogue(), language()
    counts = table.groupby(["direction", "material"])["firms"].sum().sort_values(ascending=False)
    sides = {"offer": _("goes out"), "need": _("comes in")}
    found: dict[Key, str] = {}
    for direction, material in counts.index:
        # A material of the territory's own has a name for those who sign in only.
        known = material in catalogue.entries.index
        label = str(catalogue.label(str(material), lang)) if known else str(material)
        words = f"{label[:1].upper()}{label[1:]} – {sides.get(str(direction), str(direction))}"
        found[str(direction), str(material)] = words
    return found


def _group(material: str) -> str:
    catalogue = session.catalogue()
    if material not in catalogue.entries.index:
        return "other"
    kinds = pd.Series([str(catalogue.kind_of(material))])
    return str(group_of(kinds, pd.Series([str(catalogue.family_of(material))])).iloc[0])


def _listed(table: gpd.GeoDataFrame, names: dict[Key, str]) -> pd.DataFrame:
    lang = language()
    keys = zip(table["direction"], table["material"], strict=True)
    return pd.DataFrame(
        {
            _("Material"): [names[key] for key in keys],
            _("Quantity a year"): [
                numbers.amount(q, str(u), lang)
                for q, u in zip(table["quantity"], table["unit"], strict=True)
            ],
            _("Firms"): [numbers.number(count, lang) for count in table["firms"]],
            _("Area"): [_place(shape) for shape in table.geometry],
        }
    )


def _place(shape: object) -> str:
    """Return where a square is: its middle and its side, in degrees."""
    bounds = getattr(shape, "bounds", None)
    if not bounds:
        return _("the rest of the territories")
    west, south, east, north = bounds
    lang = language()
    return _("{side}° around {latitude}° N, {longitude}° E").format(
        side=numbers.plain(round(east - west, 3), lang),
        latitude=numbers.plain((south + north) / 2, lang),
        longitude=numbers.plain((west + east) / 2, lang),
    )


if __name__ == "__main__":
    render()
