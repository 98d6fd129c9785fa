"""What if: other parameters, a firm that leaves, a taker that comes; two studies side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from symbiosis.errors import DataError, Problems, SymbiosisError, say
from symbiosis.flows import Flows
from symbiosis.flows.received import with_taker, without
from symbiosis.maps import Atlas, View, deck, numbers, select
from symbiosis.maps.compare import Difference, differences, shifts
from symbiosis.maps.figures import of_totals
from symbiosis.pages import fields, lists, parts, session, vocabulary
from symbiosis.pages.fields import Field
from symbiosis.pages.words import _, distinct, language, n_
from symbiosis.scenario import Scenario

OTHER = "other_study"
PRESETS = ("value", "waste", "carbon", "jobs")
OWN = "own"
WEIGHTS = ("weight_eur", "weight_tco2e", "weight_t_diverted", "weight_fte")
HEIGHT = 360
SMALL = (280, HEIGHT)
"""Of either map, pixels, less room for the names at its edges."""
MOST = 300
"""Lines shown of each list."""
MAIN = ("waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "net_gain_eur")
NUMBERS = (
    "carbon_value_eur_per_tco2e", "freight_eur_per_tkm", "max_distance_km", "minimum_lot_t",
    "taker_quantity", *WEIGHTS,
)  # fmt: skip


def render() -> None:
    """Draw the page."""
    parts.title(
        _("What if…?"),
        _("Change a price, a distance, an aim, a firm; see what the best exchanges become."),
    )
    try:
        with st.spinner(_("Reading the territory, matching and measuring…")):
            atlas = session.atlas()
    except SymbiosisError as error:
        parts.refusal(error)
        return
    left, right = st.columns([1, 2], gap="large")
    with left:
        asked = _form(atlas)
    with right:
        if asked is not None:
            _run(asked)
        _outcome(atlas)


def _form(atlas: Atlas) -> dict[str, Any] | None:
    """Ask for the other scenario; None until it is sent."""
    base = session.scenario()
    with st.form("what_if", border=True):
        asked = _aim(base) | _parameters(base) | _links(atlas) | _taker(atlas)
        sent = st.form_submit_button(_("Run and compare"), type="primary", width="stretch")
        wrong = sent and None in [asked[name] for name in NUMBERS]
        if wrong:
            parts.fault(_("Nothing was run: correct the number that is marked above."))
    return asked if sent and not wrong else None


def _aim(base: Scenario) -> dict[str, Any]:
    """Ask what counts: one of the presets, or weights of one's own."""
    names = {
        "value": _("Worth for the territory"), "waste": _("Least waste"),
        "carbon": _("Least CO₂e"), "jobs": _("Most jobs"), OWN: _("My own weights"),
    }  # fmt: skip
    asked: dict[str, Any] = {
        "preset": st.selectbox(
            _("Aim"), [*PRESETS, OWN], index=PRESETS.index(base.preset),
            format_func=lambda k: names[k],
        )
    }  # fmt: skip
    weights = base.weights
    rows = {
        "weight_eur": (_("One euro of net gain counts (€)"), weights.eur),
        "weight_tco2e": (_("One tonne of CO₂e avoided counts (€)"), weights.tco2e),
        "weight_t_diverted": (_("One tonne of waste diverted counts (€)"), weights.t_diverted),
        "weight_fte": (_("One full-time job counts (€)"), weights.fte),
    }
    with st.expander(_("My own weights")):
        parts.note(_("Used when the aim is “My own weights”."))
        for name, (words, value) in rows.items():
            asked[name] = fields.number(words, Field(name, value, 1e7, empty=0.0))
    return asked


def _parameters(base: Scenario) -> dict[str, Any]:
    levels = {"low": _("Low"), "central": _("Central"), "high": _("High")}
    return {
        "carbon_value_eur_per_tco2e": fields.number(
            _("Carbon value (€/t CO₂e)"),
            Field("carbon", base.carbon_value_eur_per_tco2e, 2000.0,
                  _("250 in 2030 for the French State (Quinet commission, 2019).")),
        ),
        "freight_eur_per_tkm": fields.number(
            _("Freight (€ per tonne and kilometre)"), Field("freight", base.freight_eur_per_tkm, 5),
        ),
        "max_distance_km": fields.number(
            _("Longest road distance (km, 0 for none)"),
            Field("distance", base.max_distance_km or 0.0, 2000.0, empty=0.0),
        ),
        "minimum_lot_t": fields.number(
            _("Smallest exchange worth organising (t)"),
            Field("lot", base.minimum_lot_t, 1e6, empty=0.0),
        ),
        "level": st.selectbox(
            _("Level of the factors"), list(levels), index=list(levels).index(base.level),
            format_func=lambda k: levels[k],
        ),
        "use_estimated": st.checkbox(_("With the estimated flows"), base.use_estimated),
    }  # fmt: skip


def _links(atlas: Atlas) -> dict[str, Any]:
    firms = atlas.firms.sort_values("name")
    names = distinct(dict(zip(firms["firm_id"], firms["name"], strict=True)))
    table = atlas.shipments.sort_values("value_eur", ascending=False).drop_duplicates(
        ["offer_firm_id", "need_firm_id"]
    )
    pairs = {
        pair: " → ".join(names.get(end, end) for end in pair)
        for pair in zip(table["offer_firm_id"], table["need_firm_id"], strict=True)
    }
    return {
        "gone": st.multiselect(
            _("A firm leaves"), list(names), format_func=lambda k: names[k],
            placeholder=_("No firm"),
        ),
        "forbidden": st.multiselect(
            _("Forbid an exchange"), list(pairs), placeholder=_("No exchange"),
            format_func=lambda pair: pairs[pair],
        ),
        "pinned": st.multiselect(
            _("Impose an exchange"), list(pairs), placeholder=_("No exchange"),
            format_func=lambda pair: pairs[pair],
        ),
    }  # fmt: skip


def _taker(atlas: Atlas) -> dict[str, Any]:
    with st.expander(_("A taker arrives")):
        communes = sorted(set(atlas.firms["commune"]) - {""})
        return {
            "taker": st.text_input(_("Material it takes (code or name)"), placeholder="10 02 02"),
            "taker_quantity": fields.number(
                _("Quantity a year"), Field("taker_quantity", 10_000.0, 1e8)
            ),
            "taker_unit": st.selectbox(_("Unit"), ["t", "MWh", "m3"]),
            "taker_commune": st.selectbox(_("Commune"), communes),
        }


def _run(asked: dict[str, Any]) -> None:
    """Run the other study; pressing cancel stops it at its next message."""
    with st.status(_("Running the other scenario…"), expanded=True) as status:
        st.button(_("Cancel"), key="cancel")
        line = st.empty()
        try:
            chosen = _scenario(asked)
            changed = _changed(session.flows(), asked)
            key = f"{session.source().key}|{asked['gone']}|{asked['taker']}"
            key += f"|{asked['taker_quantity']}|{asked['taker_unit']}|{asked['taker_commune']}"
            other = session.run_once(key, changed, chosen, line)
        except SymbiosisError as error:
            status.update(label=_("This scenario cannot be run."), state="error")
            parts.refusal(error)
            return
        st.session_state[OTHER] = (session.source().key, key, other)
        status.update(label=_("Done."), state="complete", expanded=False)


def _scenario(asked: dict[str, Any]) -> Scenario:
    names = set(Scenario.model_fields)
    given = {name: value for name, value in asked.items() if name in names}
    given["max_distance_km"] = asked["max_distance_km"] or None
    if asked["preset"] == OWN:
        given["preset"] = session.scenario().preset
    else:
        given |= dict.fromkeys(WEIGHTS)
    for name in ("forbidden", "pinned"):
        given[name] = tuple((str(a), str(b)) for a, b in asked[name])
    return session.scenario().model_copy(update=given)


def _changed(flows: Flows, asked: dict[str, Any]) -> Flows:
    changed = without(flows, asked["gone"]) if asked["gone"] else flows
    if not str(asked["taker"]).strip():
        return changed
    here = flows.firms[flows.firms["commune"] == asked["taker_commune"]]
    if not len(here):
        problems = Problems()
        problems.add(say("no commune was chosen for the taker"), say("choose one in the list"))
        raise DataError(problems)
    place = (float(here["longitude"].median()), float(here["latitude"].median()))
    need = (str(asked["taker"]), float(asked["taker_quantity"]), str(asked["taker_unit"]))
    return with_taker(changed, _("New taker"), need, place, session.catalogue())


def _outcome(atlas: Atlas) -> None:
    """Show the two studies side by side."""
    held = st.session_state.get(OTHER)
    if held is None or held[0] != session.source().key:
        st.info(_("Set one thing on the left and run: the two studies will stand side by side."))
        _reference(atlas)
        return
    study = held[2]
    second = session.laid_out(held[1], study)
    one, two = of_totals(session.study().impact.totals), of_totals(study.impact.totals)
    moved = shifts(one, two)
    shown = [key for key in one if key in MAIN or vocabulary.moves(one[key], two[key])]
    with st.container(key="beside"):
        parts.cards(vocabulary.beside(one[key], two[key], moved[key]) for key in shown)
    left, right = st.columns(2)
    for column, words, here, key in (
        (left, _("Reference"), atlas, "map_one"), (right, _("Other scenario"), second, "map_two"),
    ):  # fmt: skip
        with column:
            st.markdown(f"**{words}** · {_exchanges(len(here.shipments))}")
            st.pydeck_chart(
                deck(here, select(here, View()), vocabulary.look(SMALL)), height=HEIGHT, key=key,
                alt=words,
            )  # fmt: skip
    _lists(differences(atlas, second))


def _reference(atlas: Atlas) -> None:
    """Show what the other study will be compared with."""
    found = of_totals(session.study().impact.totals)
    with st.container(key="beside"):
        parts.cards(vocabulary.card(found[key]) for key in MAIN)
    words = _("Reference")
    st.markdown(f"**{words}** · {_exchanges(len(atlas.shipments))}")
    st.pydeck_chart(
        deck(atlas, select(atlas, View()), vocabulary.look((650, HEIGHT))), height=HEIGHT,
        key="map_reference", alt=words,
    )  # fmt: skip


def _lists(found: Difference) -> None:
    lang = language()
    tabs = st.tabs(
        [
            _("Appear ({count})").format(count=numbers.number(len(found.appear), lang)),
            _("Vanish ({count})").format(count=numbers.number(len(found.vanish), lang)),
            _("Change ({count})").format(count=numbers.number(len(found.change), lang)),
        ]
    )
    for tab, table in zip(tabs, (found.appear, found.vanish, found.change), strict=True):
        with tab:
            lists.cut(len(table), MOST)
            st.dataframe(
                _table(table.head(MOST)), hide_index=True, width="stretch",
                column_config=_widths(),
            )  # fmt: skip
    parts.note(
        n_(
            "{count} exchange is the same in both.",
            "{count} exchanges are the same in both.",
            found.same,
        ).format(count=numbers.number(found.same, lang))
    )


def _exchanges(count: int) -> str:
    words = n_("{count} exchange", "{count} exchanges", count)
    return words.format(count=numbers.number(count, language()))


def _widths() -> dict[str, Any]:
    """Leave room for the quantities: names of materials are long."""
    return {
        words: st.column_config.TextColumn(width=width)
        for words, width in ((_("Material"), 190), (_("Gives"), 150), (_("Takes"), 150))
    }


def _table(table: pd.DataFrame) -> Styler:
    more = None
    if "before" in table:
        more = pd.Series(_amounts(table, "before"), table.index).to_frame(_("Before"))
    return lists.written(table, more)


def _amounts(table: pd.DataFrame, column: str) -> list[str]:
    return [
        numbers.amount(q, u, language()) for q, u in zip(table[column], table["unit"], strict=True)
    ]


if __name__ == "__main__":
    render()
