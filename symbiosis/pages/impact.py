"""The accounts: what the exchanges change, by whom and of what, and what is not counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from symbiosis.errors import SymbiosisError
from symbiosis.maps import Atlas, accounts, charts, numbers, palette
from symbiosis.maps.charts import Bar, Stream
from symbiosis.maps.figures import of_totals
from symbiosis.pages import documents, origins, parts, progress, session, vocabulary
from symbiosis.pages.words import _, language
from symbiosis.study import Study

MOST = 12


def render() -> None:
    """Draw the page."""
    parts.title(
        _("What the exchanges change"),
        _("Each figure with its interval, its parts, and what is left out."),
    )
    try:
        with st.spinner(_("Reading the territory, matching and measuring…")):
            atlas, study = session.atlas(), session.study()
    except SymbiosisError as error:
        parts.refusal(error)
        return
    found = of_totals(study.impact.totals)
    origins.cards([found[key] for key in list(found)[:4]], "impact")
    parts.cards(vocabulary.card(found[key]) for key in list(found)[4:] if found[key].central)
    parts.note(
        _("The interval under a figure is its outer bound: all factors unfavourable together, then "
          "all favourable. “Where it comes from” gives the likely one. The documents carry every "
          "factor with its source.")
    )  # fmt: skip
    progress.stages(study)
    _who(atlas, study)
    left, right = st.columns(2, gap="large")
    with left:
        _terms(study)
    with right:
        _ladder(atlas)
    _streams(atlas)
    _doubts(study)
    documents.offer(study)


def _who(atlas: Atlas, study: Study) -> None:
    """Show one figure cut by materials, sectors or territories."""
    st.header(_("Who and what"), anchor=False)
    first, second = st.columns([1, 1])
    cuts = {"group": _("Materials"), "sector": _("Sectors"), "territory": _("Territories")}
    cut = first.segmented_control(
        _("Cut by"), list(cuts), default="group", required=True, key="cut",
        format_func=lambda key: cuts[key],
    )  # fmt: skip
    names = vocabulary.figures()
    figure = second.selectbox(
        _("Figure"), list(accounts.FIGURES), key="cut_figure",
        format_func=lambda key: names[key][0],
    )  # fmt: skip
    table, label, colour = _cut(str(cut), atlas, study)
    ordered = table.sort_values(f"{figure}_central", ascending=False).head(MOST)
    entries = [
        Bar(
            label(str(key)), vocabulary.said(str(figure), row[f"{figure}_central"]),
            row[f"{figure}_central"], row[f"{figure}_low"], row[f"{figure}_high"],
            colour(str(key)),
        )
        for key, row in zip(ordered.index, ordered.to_dict("records"), strict=True)
    ]  # fmt: skip
    if not entries:
        st.info(_("Nothing is exchanged yet: there is nothing to count."))
        return
    st.html(charts.bars(entries))
    if cut != "group":
        parts.note(_("An exchange is credited half to each side unless the scenario says other."))


def _cut(
    cut: str, atlas: Atlas, study: Study
) -> tuple[pd.DataFrame, Callable[[str], str], Callable[[str], str]]:
    lang, theme = language(), vocabulary.theme()
    if cut == "group":
        table = accounts.by_group(atlas)
        return table, lambda k: palette.label(k, lang), lambda k: palette.hex_of(k, theme)
    if cut == "sector":
        table = accounts.by_sector(study)
        return (
            table,
            lambda k: palette.label(k, lang, sector=True),
            lambda k: palette.hex_of(k, theme),
        )
    names = dict(zip(atlas.territories["code"], atlas.territories["name"], strict=True))
    neutral = palette.hex_of("metals", theme)
    return (
        accounts.by_territory(study),
        lambda k: str(names.get(k, k)) or _("Elsewhere"),
        lambda _key: neutral,
    )


def _named(codes: tuple[str, ...]) -> str:
    """Return the first materials by name."""
    catalogue, lang = session.catalogue(), language()
    return " · ".join(catalogue.label(code, lang) for code in codes)


def _terms(study: Study) -> None:
    st.header(_("Where the avoided emissions come from"), anchor=False)
    words = vocabulary.terms()
    theme = vocabulary.theme()
    table = study.impact.emissions_terms
    entries = [
        Bar(
            words[str(term)], vocabulary.said("emissions_avoided_tco2e", row["central"]),
            row["central"], row["low"], row["high"],
            palette.hex_of("organics" if row["central"] >= 0 else "energy", theme),
        )
        for term, row in zip(table.index, table.to_dict("records"), strict=True)
    ]  # fmt: skip
    st.html(charts.bars(entries))
    parts.note(_("A bar to the left adds emissions; the four add up to the total."))


def _ladder(atlas: Atlas) -> None:
    st.header(_("The waste hierarchy, before and after"), anchor=False)
    table = accounts.ladder(atlas)
    if not len(table):
        st.info(_("No residue material is exchanged."))
        return
    for side, words in (("before", _("Today")), ("after", _("With the exchanges"))):
        st.markdown(f"**{words}**")
        st.html(charts.stack(_ranks(table[side])))


RANK_COLOURS: Mapping[str, str] = {
    "reuse": "#0b4f6c", "feed": "#1f8a9c", "recycling": "#2e9e6b", "recovery": "#a3b83c",
    "energy": "#d98e2b", "disposal": "#a8442f",
}  # fmt: skip


def _ranks(side: pd.Series) -> list[Bar]:
    names, lang = vocabulary.ranks(), language()
    return [
        Bar(
            names[str(rank)],
            numbers.gap(lang).join(numbers.split_amount(value, "t", lang)),
            value,
            colour=RANK_COLOURS[str(rank)],
        )
        for rank, value in side.fillna(0.0).items()
    ]


def _streams(atlas: Atlas) -> None:
    st.header(_("From whom to whom"), anchor=False)
    table = accounts.streams(atlas)
    if not len(table):
        return
    lang, theme = language(), vocabulary.theme()
    nodes: dict[str, Stream] = {}
    for column, (name, sector) in enumerate((("giver", True), ("group", False), ("taker", True))):
        sizes = table.groupby(name)["quantity"].sum().sort_values(ascending=False)
        for key in sizes.index:
            words = palette.label(str(key), lang, sector=sector)
            nodes[f"{name}:{key}"] = Stream(column, words, palette.hex_of(str(key), theme))
    first = _links(table, "giver", "group", nodes)
    second = _links(table, "group", "taker", nodes)
    words = _("Tonnes of residue a year: who gives, what, who takes. Hover a band.")
    both = pd.concat([first, second], ignore_index=True)
    parts.drawing(charts.sankey(nodes, both, words))
    parts.note(words)


def _links(table: pd.DataFrame, source: str, target: str, nodes: dict[str, Stream]) -> pd.DataFrame:
    found = table.groupby([source, target])["quantity"].sum().reset_index(name="value")
    found["source"] = source + ":" + found[source].astype(str)
    found["target"] = target + ":" + found[target].astype(str)
    found["text"] = [
        f"{nodes[a].label} → {nodes[b].label} : {numbers.amount(value, 't', language())}"
        for a, b, value in zip(found["source"], found["target"], found["value"], strict=True)
    ]
    return found[["source", "target", "value", "text"]]


def _doubts(study: Study) -> None:
    """Say what is not counted and what looks implausible."""
    st.header(_("What is not counted, and what to check"), anchor=False)
    missing = accounts.gaps(study)
    warnings = study.impact.warnings_in(_)
    first, second = st.tabs(
        [
            _("Not counted ({count})").format(count=numbers.number(len(missing), language())),
            _("To check ({count})").format(count=numbers.number(len(warnings), language())),
        ]
    )
    with first:
        names, terms = vocabulary.figures(), vocabulary.terms()
        shown = pd.DataFrame(
            {
                _("Figure"): [names.get(f, (f, ""))[0] for f in missing["figure"]],
                _("Part"): [terms.get(t, t) for t in missing["term"]],
                _("Lines concerned"): missing["lines"],
                _("Materials"): [_named(codes) for codes in missing["examples"]],
            }
        )
        st.dataframe(shown, hide_index=True, width="stretch")
        parts.note(_("No factor with a source was found for these: they count for nothing."))
    with second:
        st.dataframe(
            warnings[["message"]].rename(columns={"message": _("What looks odd")}),
            hide_index=True, width="stretch",
        )  # fmt: skip


if __name__ == "__main__":
    render()
