"""The map: the territory at a glance, and what is clicked beside it."""

from __future__ import annotations

import math

import streamlit as st

from symbiosis.errors import SymbiosisError
from symbiosis.maps import (
    Atlas,
    Look,
    Picture,
    before_matching,
    choices,
    deck,
    legend,
    numbers,
    palette,
    select,
)
from symbiosis.maps.figures import of_totals
from symbiosis.maps.window import outside
from symbiosis.pages import address, fields, origins, panel, parts, session, signing, vocabulary
from symbiosis.pages.caching import fragment
from symbiosis.pages.drawn import left_out
from symbiosis.pages.fields import Field
from symbiosis.pages.words import _, distinct, language, n_
from symbiosis.study import Study

TOPS = (20, 40, 80, 200)
MAP_HEIGHT = 470
# Firms from which the map is painted before the matching is done.
CROWD = 1000


def render() -> None:
    """Draw the page."""
    try:
        if not session.ready():
            _wait()
        atlas = session.atlas()
    except SymbiosisError as error:
        parts.title(_("The territory cannot be shown"))
        parts.refusal(error)
        return
    firms, flows = len(atlas.firms), int((atlas.firms["offers"] + atlas.firms["needs"]).sum())
    parts.title(
        _("What our firms can exchange"),
        f"{_firms(firms)}, {_flows(flows)}, {_exchanges(len(atlas.shipments))}.",
    )
    _board()
    if session.source().demo:
        parts.note(
            _(
                "Demonstration: the firms are fictional, placed in real communes; perimeters are "
                "approximate. Land and borders: Natural Earth (public domain)."
            )
        )
    else:
        parts.note(_("Land and borders: Natural Earth (public domain)."))


def _firms(count: int) -> str:
    return _counted(n_("{count} firm", "{count} firms", count), count)


def _flows(count: int) -> str:
    return _counted(n_("{count} declared flow", "{count} declared flows", count), count)


def _exchanges(count: int) -> str:
    words = n_("{count} exchange worth making", "{count} exchanges worth making", count)
    return _counted(words, count)


def _counted(words: str, count: int) -> str:
    return words.format(count=numbers.number(count, language()))


def _wait() -> None:
    """Paint the firms at once, then run the study under them, saying how far it is."""
    with st.spinner(_("Reading the territory…")):
        flows = session.flows()
    with st.empty().container():
        parts.title(
            _("What our firms can exchange"),
            _firms(len(flows.firms)) + ". " + _("Looking for the best exchanges…"),
        )
        line = st.empty()
        line.markdown(_("Matching and measuring…"))
        if len(flows.firms) > CROWD:
            first = before_matching(flows)
            picture = select(first, address.view())
            made = deck(first, picture, vocabulary.look())
            st.pydeck_chart(
                made, height=MAP_HEIGHT,
                alt=_("Map of firms and of the exchanges worth making between them"),
            )  # fmt: skip
            left_out(made, picture)
        session.run_once(session.source().key, flows, session.scenario(), line)
    st.rerun()


@fragment
def _board() -> None:
    """Draw filters, figures, map and panel; a click or a filter runs this part alone."""
    if signing.outside():
        st.rerun()  # the session ended since the whole page was drawn
    atlas = session.atlas()
    above = st.container()
    _filters(atlas)
    held = address.kept()
    picture = select(atlas, address.view(), int(held["top"]), str(held["focus"]))
    with above:
        _unfinished(session.study())
        _figures(atlas, picture)
    left, right = st.columns([7, 3], gap="medium")
    with left:
        _map(atlas, picture)
    with right:
        panel.show(atlas, picture)
    address.publish()


def _unfinished(study: Study) -> None:
    """Say it where the matching was stopped before its proof was whole."""
    certificate = study.match.certificate
    gap = certificate.relative_gap
    if certificate.optimal or math.isinf(gap):
        return
    text = _(
        "The matching of so large a territory was stopped before its end. No other set of"
        " exchanges is worth {gap} more than this one; the command line goes on to the best."
    )
    st.info(text.format(gap=numbers.percent(gap, language(), 1)))


def _filters(atlas: Atlas) -> None:
    lang, found = language(), choices(atlas)
    areas = zip(atlas.territories["code"], atlas.territories["name"], strict=True)
    names = distinct({"": _("All territories")} | dict(areas))
    first, second, third = st.columns([3, 5, 2], vertical_alignment="bottom")
    codes = list(names)
    first.selectbox(
        _("Territory"), codes, key=address.offer("territory", codes),
        format_func=lambda code: names.get(code, code),
        on_change=address.changed, args=("territory",),
    )  # fmt: skip
    second.multiselect(
        _("Materials"), found["groups"], key=address.offer("groups", found["groups"]),
        format_func=lambda group: palette.label(group, lang),
        placeholder=_("All materials and energy"), on_change=address.changed, args=("groups",),
    )  # fmt: skip
    with third.popover(_("More filters"), width="stretch"):
        _more_filters(found)


def _more_filters(found: dict[str, list[str]]) -> None:
    lang = language()
    ranks, trust = vocabulary.ranks(), vocabulary.confidences()
    _many("sectors", _("Sectors"), found, lambda s: palette.label(s, lang, sector=True))
    _many("communes", _("Communes"), found, str)
    _many("hierarchies", _("Rank in the waste hierarchy"), found, lambda h: ranks.get(h, h))
    _many("confidences", _("Confidence"), found, lambda c: trust.get(c, c))
    _number("max_km", _("Longest road distance (km, 0 for none)"), 20_000.0)
    _number("min_quantity", _("Smallest quantity (t, MWh or m³ a year)"), 1e9)
    st.segmented_control(
        _("Largest exchanges drawn"), TOPS, key=address.offer("top", TOPS), required=True,
        on_change=address.changed, args=("top",),
    )  # fmt: skip
    st.checkbox(
        _("With the estimated flows"), key="estimated", value=session.scenario().use_estimated,
        on_change=_estimated,
        help=_("Deduced from the firms' activity; kept apart, never counted unless you ask."),
    )  # fmt: skip
    st.checkbox(
        _("Online basemap"), key="online",
        help=_("Asks OpenFreeMap for roads and names; without it nothing leaves this machine."),
    )  # fmt: skip


def _estimated() -> None:
    """Run the study again with the estimated flows, or without them."""
    wanted = bool(st.session_state["estimated"])
    st.session_state["scenario"] = session.scenario().model_copy(update={"use_estimated": wanted})


def _many(name: str, words: str, found: dict[str, list[str]], show: object) -> None:
    st.multiselect(
        words, found[name], key=address.offer(name, found[name]), format_func=show,
        placeholder=_("All"), on_change=address.changed, args=(name,),
    )  # fmt: skip


def _number(name: str, words: str, most: float) -> None:
    """Ask for a number; until it is one, the filter stays as it was."""
    field = Field(f"view_{name}", float(address.kept()[name]), most, empty=0.0)
    fields.number(words, field, lambda value: address.keep(name, value))


def _figures(atlas: Atlas, picture: Picture) -> None:
    whole, impact = len(picture.shipments) == len(atlas.shipments), session.study().impact
    counted = None if whole else picture.shipments["shipment_id"].tolist()
    found = of_totals(impact.totals if counted is None else impact.totals_of(counted))
    shown = ("waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "net_gain_eur")
    origins.cards([found[key] for key in shown if key in found], "map", counted)


def _map(atlas: Atlas, picture: Picture) -> None:
    here, focus = vocabulary.look(), str(address.kept()["focus"])
    made = deck(atlas, picture, here, focus, turn=st.session_state.get("turn", 0))
    st.pydeck_chart(
        made, height=MAP_HEIGHT, key="map", on_select=_clicked, selection_mode="single-object",
        alt=_("Map of firms and of the exchanges worth making between them"),
    )  # fmt: skip
    _legend(picture, here)
    away = outside(picture.home)
    if away:
        parts.note(
            n_(
                "{count} firm stands far from here: zoom out to see it.",
                "{count} firms stand far from here: zoom out to see them.",
                away,
            ).format(count=numbers.number(away, language()))
        )
    left_out(made, picture)


def _legend(picture: Picture, here: Look) -> None:
    entries = [
        (entry["colour"], entry["material"] or entry["sector"]) for entry in legend(picture, here)
    ]
    parts.legend(entries)
    parts.note(
        _(
            "A circle is a firm, its area the tonnes it declares; a curve is an exchange, thin at "
            "the giver and wide at the taker, its width the quantity. Dashed: heat, water, CO₂."
        )
    )


def _clicked() -> None:
    """Bring forward what was clicked.

    The layers are renamed at every click (``turn``), which makes the browser let go of its own
    selection: it goes by row number, and rows change with the filters.
    """
    objects = st.session_state["map"]["selection"]["objects"]
    for found in objects.values():
        if found:
            address.keep("focus", str(found[0].get("id", "")))
            st.session_state["turn"] = st.session_state.get("turn", 0) + 1


if __name__ == "__main__":
    render()
