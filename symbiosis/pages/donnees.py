"""Data and method: what was read and refused, what is assumed, the factors, the proof."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from symbiosis import bundled
from symbiosis.errors import SymbiosisError
from symbiosis.maps import charts, coverage, numbers, palette
from symbiosis.maps.charts import Bar
from symbiosis.matching import MatchCertificate
from symbiosis.pages import parts, session, vocabulary
from symbiosis.pages.words import _, language, n_
from symbiosis.reports import Results, Speaker
from symbiosis.reports.wording import method, proof
from symbiosis.study import Study


def render() -> None:
    """Draw the page."""
    parts.title(
        _("Data and method"),
        _("What was read and refused, what is assumed, and why the answer can be trusted."),
    )
    try:
        with st.spinner(_("Reading the territory, matching and measuring…")):
            study = session.study()
    except SymbiosisError as error:
        parts.refusal(error)
        return
    _read(study)
    left, right = st.columns(2, gap="large")
    with left:
        _coverage(study)
    with right:
        _reasons(study)
    _proof(study)
    _factors(study)
    _own_values()
    _assumptions(study)


def _read(study: Study) -> None:
    lang, flows = language(), study.flows
    trusted, names = coverage.trust(study), vocabulary.confidences()
    parts.cards(
        [
            parts.Card(_("Firms"), numbers.number(len(flows.firms), lang)),
            parts.Card(_("Offers"), numbers.number(len(flows.offers), lang)),
            parts.Card(_("Needs"), numbers.number(len(flows.needs), lang)),
            parts.Card(_("Lines refused"), numbers.number(len(flows.skipped), lang)),
        ]
    )
    parts.strong(_("How well the flows are known"))
    colours = {"measured": "organics", "declared": "metals", "estimated": "other"}
    st.html(
        charts.stack(
            [
                Bar(names[key], numbers.number(count, lang), float(count),
                    colour=palette.hex_of(colours[key], vocabulary.theme()))
                for key, count in ((str(k), int(v)) for k, v in trusted.items())
            ]
        )
    )  # fmt: skip
    for words, table in ((_("Refused"), flows.skipped), (_("Accepted with a guess"), flows.notes)):
        if len(table):
            with st.expander(f"{words} ({numbers.number(len(table), lang)})"):
                parts.problems_table(table)


def _coverage(study: Study) -> None:
    st.header(_("What finds a taker"), anchor=False)
    lang = language()
    parts.rows(
        (
            _("{exchanged} of {offered}").format(
                exchanged=numbers.amount(row["exchanged"], str(unit), lang),
                offered=numbers.amount(row["offered"], str(unit), lang),
            ),
            numbers.percent(row["share"], lang),
            {"t": _("residues and CO₂"), "MWh": _("heat, steam and energy"), "m3": _("water")}.get(
                str(unit), ""
            ),
        )
        for unit, row in coverage.coverage(study).sort_index(key=_order).iterrows()
    )


def _order(units: pd.Index) -> pd.Index:
    """Put the residues first: quantities of different units have no order."""
    return units.map({"t": 0, "MWh": 1, "m3": 2}).fillna(3)


def _reasons(study: Study) -> None:
    st.header(_("Why the rest does not"), anchor=False)
    lang, words = language(), vocabulary.reasons()
    table = coverage.unmatched(study)
    parts.rows(
        (
            words.get(str(reason), str(reason)),
            numbers.amount(row["tonnes"], "t", lang),
            n_("{count} offer", "{count} offers", int(row["offers"])).format(
                count=numbers.number(row["offers"], lang)
            ),
        )
        for reason, row in table.iterrows()
    )


def _proof(study: Study) -> None:
    st.header(_("Why nothing better exists"), anchor=False)
    results, speaker = Results.of(study), Speaker(language())
    st.success(proof(results, speaker))
    certificate, lang = study.match.certificate, language()
    parts.pairs(
        [
            (_("Worth of the exchanges"), numbers.euros(certificate.primal_eur, lang)),
            (_("Bound that the prices prove"), numbers.euros(certificate.dual_eur, lang)),
            *_searched(certificate, lang),
            (_("Possible pairs covered"), numbers.number(certificate.pairs_covered, lang)),
            (_("Largest breach found"), numbers.power(certificate.largest_violation, lang)),
        ]
    )
    with st.expander(_("The method in four paragraphs")):
        for paragraph in method(results, speaker):
            st.markdown(paragraph)


def _searched(certificate: MatchCertificate, lang: str) -> list[tuple[str, str]]:
    """Return the bound that a search of lots proves, where there was one."""
    if certificate.searched_eur is None:
        return []
    bound = numbers.euros(certificate.searched_eur, lang)
    return [(_("Bound that the search of the smallest lots proves"), bound)]


def _factors(study: Study) -> None:
    st.header(_("Factors and their sources"), anchor=False)
    table = study.impact.factors
    table = table[table["source"] != "constant"]  # the number 1, by which prices are multiplied
    words = st.text_input(_("Search"), key="factor", placeholder=_("electricity, slag, ADEME…"))
    if words:
        text = table.astype(str).apply(lambda c: c.str.contains(words, case=False, regex=False))
        table = table[text.any(axis=1)]
    named = {
        "name": _("Factor"), "low": _("Low"), "central": _("Central"), "high": _("High"),
        "unit": _("Unit"), "source": _("Source"), "year": _("Year"), "note": _("Note"),
    }  # fmt: skip
    lang = language()
    figures = {c: [numbers.plain(v, lang) for v in table[c]] for c in ("central", "low", "high")}
    table = table.assign(**figures, unit=[numbers.unit(text, lang) for text in table["unit"]])
    st.dataframe(
        table[list(named)].rename(columns=named), hide_index=True, width="stretch", height=320
    )
    parts.note(
        _("{count} factors in use; version {version} of the tables.").format(
            count=numbers.number(len(table), language()),
            version=study.impact.version or "–",
        )
    )


def _own_values() -> None:
    """Show what the territory put in place of the bundled catalogue, with who and when."""
    own = session.catalogue().own
    if not len(own):
        return
    st.header(_("The territory's own values"), anchor=False)
    named = {
        "table": _("Table"), "row": _("Row"), "column": _("Column"), "value": _("Value"),
        "before": _("Bundled value"), "source": _("Source"), "by": _("Who"), "at": _("When"),
    }  # fmt: skip
    day = pd.to_datetime(own["at"], utc=True).dt.strftime("%Y-%m-%d")
    table = own.assign(at=day)[list(named)].rename(columns=named)
    st.dataframe(table, hide_index=True, width="stretch")


def _assumptions(study: Study) -> None:
    st.header(_("Assumptions of the scenario"), anchor=False)
    lang = language()
    table = bundled.table("scenario")
    values = study.scenario.model_dump()
    shown = pd.DataFrame(
        {
            _("Parameter"): table["description_fr" if lang == "fr" else "description_en"],
            _("Value"): [_value(values.get(name), lang) for name in table["name"]],
            _("Unit"): [numbers.unit(text, lang) for text in table["unit"]],
            _("Source"): table["source"],
        }
    )
    st.dataframe(shown, hide_index=True, width="stretch", height=360)


def _value(value: object, lang: str) -> str:
    if value is None or value in ((), ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return numbers.plain(value, lang)
    return vocabulary.choices().get(str(value), str(value))


if __name__ == "__main__":
    render()
