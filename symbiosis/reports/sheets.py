"""The tables of the workbook, column by column as ``data/columns/reports.csv`` names them."""

from __future__ import annotations

import pandas as pd

from symbiosis import bundled
from symbiosis.errors import N_
from symbiosis.impacts.attribution import by_firm
from symbiosis.impacts.sheets import exchanges_by_firm
from symbiosis.reports import extracts
from symbiosis.reports.figures import REASON_NAMES, TOTAL_NAMES, TOTAL_UNITS, Speaker
from symbiosis.reports.results import Results
from symbiosis.reports.tables import csv_text
from symbiosis.reports.wording import material, pathway

_UNITS = {"flows": "", "firms": "", "exchanges": "", "m3/yr": "m³/yr", "tCO2e/yr": "tCO₂e/yr"}
_UNITS_FR = {
    **_UNITS, "t/yr": "t/an", "tCO2e/yr": "tCO₂e/an", "MWh/yr": "MWh/an", "m3/yr": "m³/an",
    "km/yr": "km/an", "EUR/yr": "€/an", "FTE": "ETP",
}  # fmt: skip

_SIDES = {"out": N_("out"), "in": N_("in")}
_STAGES = {
    "idea": N_("idea"), "contact": N_("contact"), "study": N_("study"), "running": N_("running"),
    "dropped": N_("dropped"),
}  # fmt: skip


def totals(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return every total with its interval, as numbers."""
    table = results.totals.loc[list(TOTAL_NAMES), ["low", "central", "high"]].reset_index(drop=True)
    return table.assign(
        name=[speaker.tr(name) for name in TOTAL_NAMES.values()],
        unit=[speaker.tr(unit) for unit in TOTAL_UNITS.values()],
    )


def synergies(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return one row a shipment, best first, as numbers."""
    lines, catalogue = results.lines(), results.catalogue
    communes = results.firms.set_index("firm_id")["commune"]
    ways = {name: pathway(name, catalogue, speaker) for name in lines["pathway"].unique()}
    status = catalogue.pathways["legal_status"]
    return lines.assign(
        rank=range(1, len(lines) + 1),
        offer_commune=lines["offer_firm_id"].map(communes),
        need_commune=lines["need_firm_id"].map(communes),
        material_label=_labels(lines["material"], results, speaker),
        pathway_label=lines["pathway"].map(ways),
        legal_status=[speaker.word(s) for s in lines["pathway"].map(status).fillna("waste")],
        assumed=[speaker.word(names) for names in lines["assumed"].fillna("")],
        unit=[speaker.unit(unit) for unit in lines["unit"]],
    )


def synergies_csv(results: Results, lang: str) -> str:
    """Return the sheet of the synergies as CSV for a spreadsheet in that language.

    It begins with a byte order mark, without which a spreadsheet misreads the accents.
    """
    known = bundled.table("columns/reports")
    columns = known[known["table"] == "synergies"]
    headings = dict(zip(columns["column"], columns[f"heading_{lang}"], strict=True))
    table = synergies(results, Speaker(lang))[list(headings)]
    return "\ufeff" + csv_text(table.rename(columns=headings), lang)


def flows(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return every declared flow with the part of it that the exchanges use."""
    lines = results.shipments
    given = lines.groupby("offer_flow")["quantity"].sum()
    taken = (lines["quantity"] * lines["gain"]).groupby(lines["need_flow"]).sum()
    parts = [
        table.assign(
            direction=speaker.word(direction), matched=table["flow_id"].map(matched)
        )
        for direction, table, matched in (
            ("offer", results.offers, given), ("need", results.needs, taken)
        )
    ]  # fmt: skip
    both = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    firms = results.firms.set_index("firm_id")
    return both.assign(
        firm=both["firm_id"].map(firms["name"]),
        commune=both["firm_id"].map(firms["commune"]),
        material_label=_labels(both["material"], results, speaker),
        status=[speaker.word(word) for word in both["status"]],
        visibility=[speaker.word(word) for word in both["visibility"]],
        matched=both["matched"].astype(float).fillna(0.0),
        unit=[speaker.unit(unit) for unit in both["unit"]],
    )


def unmatched(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return what found no taker, with the reason in words."""
    table = results.unmatched
    return table.assign(
        material_label=_labels(table["material"], results, speaker),
        reason_label=[speaker.tr(REASON_NAMES.get(r, r)) for r in table["reason"]],
        unit=[speaker.unit(unit) for unit in table["unit"]],
    )


def _labels(materials: pd.Series, results: Results, speaker: Speaker) -> pd.Series:
    names = {m: material(m, results.catalogue, speaker.lang) for m in materials.unique()}
    return materials.map(names)


def firms(results: Results, speaker: Speaker) -> pd.DataFrame:  # noqa: ARG001
    """Return the impact by firm, by the attribution rule of the scenario."""
    rule = results.record["parameters"]["attribution"]
    return by_firm(results.by_shipment, results.firms, rule)


def indicators(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return the indicators of the French evaluation frame, with why some cannot be had."""
    table, lang = results.indicators, speaker.lang
    if table.empty:
        return pd.DataFrame(columns=["theme", "label", "potential", "realised", "unit", "reason"])
    known = bundled.table("reports/indicators").set_index("indicator")
    names = table["indicator"]
    return table.assign(
        theme=names.map(known[f"theme_{lang}"]).fillna(table["theme"]),
        label=names.map(known[f"label_{lang}"]).fillna(names),
        unit=[_UNITS.get(u, u) if lang == "en" else _UNITS_FR.get(u, u) for u in table["unit"]],
        reason=names.map(known["why_fr"]).fillna("") if lang == "fr" else table["why"],
    )


def exchanges(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return what goes in and out of each firm, for consolidation."""
    table = exchanges_by_firm(results.by_shipment)
    return table.assign(
        direction=[speaker.tr(_SIDES.get(word, word)) for word in table["direction"]],
        material_label=_labels(table["material"], results, speaker),
        stage=[speaker.tr(_STAGES.get(word, word)) for word in table["stage"]],
        unit=[speaker.unit(unit) for unit in table["unit"]],
    )


def parameters(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return the parameters of the scenario with their sources."""
    return pd.DataFrame(extracts.parameters(results, speaker))


def factors(results: Results, speaker: Speaker) -> pd.DataFrame:
    """Return the factors in use with their sources; the bare 1 of a yield is none."""
    columns = ["name", "low", "central", "high", "unit", "year", "source", "note"]
    table = results.factors.reindex(columns=columns)
    table = table[table["source"] != "constant"]
    return table.assign(unit=[extracts.plain_unit(str(unit), speaker) for unit in table["unit"]])
