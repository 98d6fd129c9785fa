"""One-page sheets: what a firm could do, and what a synergy needs for the first telephone call."""

from __future__ import annotations

from typing import Any

import pandas as pd

from symbiosis.errors import N_, DataError, Problems, say
from symbiosis.impacts import EMISSION_TERMS
from symbiosis.reports import extracts, wording
from symbiosis.reports.figures import NO_BREAK, TERM_NAMES, Speaker
from symbiosis.reports.plot import map_svg
from symbiosis.reports.results import Results
from symbiosis.reports.rows import records
from symbiosis.reports.scene import scene
from symbiosis.reports.synergies import listing
from symbiosis.reports.typesetting import typeset

# One page holds no more; what is left out is in the workbook.
_MOST_ROWS, _MOST_LEFT, _LABEL = 5, 3, 58
_MOST_LINES = 40
_MAP_MM = 96.0
_FAR_KM = 1000.0
_GAIN_ENDS = ("net_gain_eur_low", "net_gain_eur_high")
LEGAL_NAMES = {
    "waste": N_("Waste: permits, tracking and a licensed taker are needed."),
    "by_product": N_("By-product: certain further use, without further treatment, and lawful."),
    "end_of_waste": N_("End of waste: the criteria of the text below have to be met."),
    "hazardous": N_("Hazardous waste: tracking slips, licensed carrier and licensed taker."),
    "none": N_("No waste status: heat, water or a product."),
}
QUESTIONS = (
    N_("Is the quantity steady through the year, and for how long?"),
    N_("Is there a recent analysis (moisture, purity, contaminants)?"),
    N_("How is it stored, packed and loaded today?"),
    N_("What does today's outlet cost, and when does its contract end?"),
    N_("Which quality does the taker refuse, and who would test it?"),
    N_("Which permit or status has to be settled, and with whom?"),
)


def firm_sheet(results: Results, firm_id: str, lang: str) -> bytes:
    """Return one page on a firm: what it could give and take, and what finds no taker.

    Parameters
    ----------
    results
        The study.
    firm_id
        Identifier of the firm, or its name where one firm alone bears it.
    lang
        ``fr`` or ``en``.

    Raises
    ------
    DataError
        If the study has no such firm, or is shown in part (`Results.require_whole`).
    """
    results.require_whole()
    speaker = Speaker(lang)
    named = results.firms.loc[results.firms["name"] == firm_id, "firm_id"]
    known = firm_id in set(results.firms["firm_id"])
    firm_id = str(named.iloc[0]) if len(named) == 1 and not known else firm_id
    firm = _one(results.firms, "firm_id", firm_id)
    rows = listing(results, speaker)
    mine = rows[(rows["giver_id"] == firm_id) | (rows["taker_id"] == firm_id)]
    gives, takes = (_short(mine[mine[end] == firm_id]) for end in ("giver_id", "taker_id"))
    drawing = scene(results, lang, _MOST_LINES, focus=set(mine["shipment_id"]))
    left = [r for r in extracts.unmatched(results, speaker, 10**9) if r["firm_id"] == firm_id]
    content = {
        **_head(results, speaker, speaker.tr("Firm sheet"), str(firm["name"])),
        "facts": _facts(firm, speaker),
        "gives": gives,
        "takes": takes,
        "left": [{**row, "material": wording.short(row["material"], 90)} for row in left][
            :_MOST_LEFT
        ],
        "more": wording.more(len(mine), len(gives) + len(takes), speaker, "shipments.csv"),
        "legend": _legend(drawing.legend, speaker),
        "count": len(mine),
        "totals": _share(results, firm_id, speaker),
        "map_alt": speaker.tr("Map of the exchanges"),
    }
    return typeset(
        "firm.typ", content, {"map.svg": map_svg(drawing, lang, width_mm=_MAP_MM)}, speaker
    )


def synergy_sheet(results: Results, shipment_id: str, lang: str) -> bytes:
    """Return one page on a synergy: who, what, what it is worth, and what to ask first.

    Parameters
    ----------
    results
        The study.
    shipment_id
        Identifier of the shipment.
    lang
        ``fr`` or ``en``.

    Raises
    ------
    DataError
        If the study has no such shipment, or is shown in part (`Results.require_whole`).
    """
    results.require_whole()
    speaker = Speaker(lang)
    line = _one(results.lines(), "shipment_id", shipment_id)
    rows = listing(results, speaker)
    told = records(rows[rows["shipment_id"] == shipment_id])[0]
    drawing = scene(results, lang, _MOST_LINES, focus={shipment_id})
    firms = results.firms.set_index("firm_id")
    content = {
        **_head(results, speaker, speaker.tr("Synergy sheet"), told["material"]),
        **{name: value for name, value in told.items() if not str(name).startswith("sort_")},
        "of": speaker.number(len(rows)),
        "giver_facts": _facts(firms.loc[line["offer_firm_id"]], speaker),
        "taker_facts": _facts(firms.loc[line["need_firm_id"]], speaker),
        "replaces": _replaces(line, results, lang),
        "terms": _terms(line, speaker),
        "breakeven": _breakeven(line, speaker),
        "gain_interval": _gain_interval(line.to_frame().T, speaker),
        "gains": _gains(line, speaker),
        "jobs_interval": speaker.interval(
            "jobs_fte", float(line["jobs_fte_low"]), float(line["jobs_fte_high"])
        ),
        "legal": _legal(line, results, speaker),
        "assumptions": _assumptions(line, speaker),
        "questions": [speaker.tr(text) for text in QUESTIONS],
        "legend": _legend(drawing.legend, speaker),
        "map_alt": f"{told['giver']} → {told['taker']}, {told['distance']}",
    }
    return typeset(
        "synergy.typ", content, {"map.svg": map_svg(drawing, lang, width_mm=_MAP_MM)}, speaker
    )


def _short(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the best rows with names that take two lines at most."""
    # Without what only sorts: a missing number is no JSON.
    kept = rows.head(_MOST_ROWS).drop(columns=[n for n in rows if str(n).startswith("sort_")])
    names = {name: kept[name].map(lambda text: wording.short(text, _LABEL)) for name in _NAMES}
    return records(kept.assign(**names))


_NAMES = ("material", "pathway", "giver", "taker")


def _one(table: pd.DataFrame, column: str, wanted: str) -> pd.Series:
    found = pd.DataFrame(table)[table[column] == wanted]
    if len(found) == 1:
        return found.iloc[0]
    problems = Problems()
    problems.add(
        say("the study has no {column} of this name", column=column),
        say("take one from shipments.csv or from the workbook"), value=wanted,
    )  # fmt: skip
    raise DataError(problems)


def _head(results: Results, speaker: Speaker, kind: str, name: str) -> dict[str, Any]:
    return {
        "title": kind,
        "name": name,
        "place": wording.place(results, speaker),
        "year": str(results.record["parameters"]["year"]),
        "keywords": [speaker.tr("industrial symbiosis"), "symbiosis"],
        "footer": wording.footer(results, speaker),
        "made": wording.made_on(speaker),
        "fictional": wording.fictional(results, speaker),
    }


def _legend(legend: pd.DataFrame, speaker: Speaker) -> list[dict[str, Any]]:
    counted = legend.assign(count=legend["count"].map(speaker.number))
    return records(counted[["label", "colour", "dashed", "count"]])


def _facts(firm: pd.Series, speaker: Speaker) -> list[str]:
    """Return what is known of a firm, one fact a line; nothing for what is not known."""
    staff = firm.get("employees")
    facts = [
        str(firm["name"]),
        str(firm["commune"]),
        f"NAF{NO_BREAK}{firm['naf']}" if firm["naf"] else "",
        f"SIRET{NO_BREAK}{firm['siret']}" if firm["siret"] else "",
        f"{speaker.number(staff)} {speaker.tr('employees')}" if pd.notna(staff) else "",
        str(firm["contact"]),
    ]
    return [fact for fact in facts if fact]


def _share(results: Results, firm_id: str, speaker: Speaker) -> list[dict[str, str]]:
    """Return the firm's exchanges in figures: what passes, what they change, in whole."""
    lines = results.lines()
    mine = lines[(lines["offer_firm_id"] == firm_id) | (lines["need_firm_id"] == firm_id)]
    levels = [
        mine[f"emissions_avoided_tco2e_{level}"].sum() for level in ("low", "central", "high")
    ]
    tr = speaker.tr
    return [
        {
            "name": tr("Residues and flows exchanged"),
            "figure": extracts.amounts(mine, speaker) or "–", "unit": "", "interval": "",
        },
        {
            "name": tr("Emissions avoided"), "figure": speaker.number(levels[1]),
            "unit": tr("tCO₂e/yr"),
            "interval": speaker.interval("emissions_avoided_tco2e", levels[0], levels[2]),
        },
        {
            "name": tr("Net gain of the firms together"),
            "figure": speaker.money(mine["net_gain_eur"].sum(skipna=False)), "unit": "/" + tr("yr"),
            "interval": _gain_interval(mine, speaker),
        },
    ]  # fmt: skip


def _gain_interval(lines: pd.DataFrame, speaker: Speaker) -> str:
    """Return the interval of a net gain, empty in results that do not hold it."""
    if not set(_GAIN_ENDS) <= set(lines):
        return ""
    low, high = (float(lines[name].astype(float).sum(skipna=False)) for name in _GAIN_ENDS)
    return speaker.interval("net_gain_eur", low, high)


def _terms(line: pd.Series, speaker: Speaker) -> list[dict[str, str]]:
    return [
        {
            "name": speaker.tr(TERM_NAMES[name]),
            "value": speaker.number(float(line[f"{name}_tco2e"])),
        }
        for name in EMISSION_TERMS
    ]


def _replaces(line: pd.Series, results: Results, lang: str) -> str:
    """Return the input that is no longer bought; nothing where a site takes the residue as such."""
    if line["input"] == line["material"] or str(line["pathway"]).startswith("site:"):
        return ""
    return wording.material(line["input"], results.catalogue, lang)


def _gains(line: pd.Series, speaker: Speaker) -> str:
    """Return what falls to each of the two firms before they agree on a price."""
    said = speaker.tr(
        "Before any price between them, {giver} a year for the firm that gives and {taker} for the"
        " firm that takes; investments are not counted."
    )
    return said.format(
        giver=speaker.money(float(line["donor_gain_eur"])),
        taker=speaker.money(float(line["taker_gain_eur"])),
    )


def _breakeven(line: pd.Series, speaker: Speaker) -> str:
    """Return from which distance on it would emit more than it saves, within the country."""
    km = float(line.get("breakeven_km", float("nan")))
    if not 0 < km < _FAR_KM:
        return ""
    said = speaker.tr("Beyond {km} km by road it would emit more than it saves.")
    return said.format(km=speaker.distance(km))


def _legal(line: pd.Series, results: Results, speaker: Speaker) -> list[str]:
    """Return the legal status of the pathway, its text, and its conditions."""
    pathways = results.catalogue.pathways
    if line["pathway"] not in pathways.index:
        return [speaker.tr(LEGAL_NAMES["waste"])]
    way = pathways.loc[line["pathway"]]
    told = [speaker.tr(LEGAL_NAMES.get(way["legal_status"], way["legal_status"]))]
    told.append(speaker.tr(way["legal_text"]) if way["legal_text"] else "")
    limits = (
        (way["max_moisture_pct"], speaker.tr("moisture at most {value} %")),
        (way["min_purity_pct"], speaker.tr("purity at least {value} %")),
        (way["min_temperature_c"], speaker.tr("temperature at least {value} °C")),
    )
    told += [text.format(value=speaker.number(v)) for v, text in limits if pd.notna(v)]
    return [text for text in told if text]


def _assumptions(line: pd.Series, speaker: Speaker) -> str:
    names = speaker.word(line["assumed"] or "")
    return f"{names}." if names else speaker.tr("Nothing: both firms gave every figure.")
