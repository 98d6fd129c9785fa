"""Extracts of a study as printed cells: totals, terms, groups, firms, reasons, parameters."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from babel.numbers import format_decimal

from symbiosis import bundled
from symbiosis.errors import N_
from symbiosis.impacts import EMISSION_TERMS, TOTALS
from symbiosis.reports.figures import (
    OTHER_TERMS,
    REASON_MEANINGS,
    REASON_NAMES,
    TERM_NAMES,
    TOTAL_NAMES,
    TOTAL_UNITS,
    Speaker,
)  # fmt: skip
from symbiosis.reports.kinds import group_of, groups
from symbiosis.reports.results import Results
from symbiosis.reports.rows import figure, records
from symbiosis.reports.wording import material, short, some

# Shown even when they are nothing; the others only where the study has some.
MAIN = (*TOTALS[:2], "jobs_fte", "net_gain_eur")
# The parameters that are words, as printed.
CHOICES = {
    "value": N_("worth for the territory"), "waste": N_("least waste"),
    "carbon": N_("least CO₂e"), "jobs": N_("most jobs"),
    "low": N_("low"), "central": N_("central"), "high": N_("high"),
    "half": N_("half to each side"), "donor": N_("all to the giver"),
    "taker": N_("all to the taker"), "range": N_("by operation"),
    "ademe-2013": N_("50 against 1 (ADEME 2013)"), "articulated_40t": N_("40 t articulated lorry"),
}  # fmt: skip
# Name and unit of what is counted beside the totals.
OTHERS = {
    "virgin_material_saved_t": (N_("Virgin material saved"), N_("t/yr")),
    "primary_energy_saved_mwh": (N_("Primary energy saved"), N_("MWh/yr")),
    "lorry_km_added": (N_("Lorry kilometres (below zero: fewer than today)"), N_("km/yr")),
    "donor_gain_eur": (N_("Gain of the firms that give, before any price"), N_("€/yr")),
    "taker_gain_eur": (N_("Gain of the firms that take, before any price"), N_("€/yr")),
}
_MOST_PAIRS = 6
_EMISSIONS = "emissions_avoided_tco2e"
_LEVELS = ("low", "central", "high")


def cards(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return the totals to show large: name, figure, unit, value (both), interval.

    Figure and interval are estimates, with three significant figures; `totals` has them whole.
    """
    order = [*MAIN, *(name for name in TOTALS if name not in MAIN)]
    table = results.totals
    shown = [name for name in order if name in MAIN or figure(table, name, "central") > 0]
    rows = []
    for name in shown:
        low, central, high = (figure(table, name, level) for level in _LEVELS)
        printed, unit = speaker.parts(name, central, rounded=True)
        rows.append(
            {
                "key": name,
                "name": speaker.tr(TOTAL_NAMES[name]),
                "figure": printed,
                "unit": unit,
                "value": speaker.total(name, central),
                "interval": speaker.interval(name, low, high, rounded=True),
            }
        )
    return rows


def totals(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return every total: ``name``, ``low``, ``central``, ``high``, ``unit``."""
    names = {name: (label, TOTAL_UNITS[name]) for name, label in TOTAL_NAMES.items()}
    return _ranges(results.totals, names, speaker)


def others(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return what stands beside the totals and enters none of them, as `totals` does."""
    known = {name: told for name, told in OTHERS.items() if name in results.other_totals.index}
    return _ranges(results.other_totals, known, speaker)


def _ranges(
    table: pd.DataFrame, names: dict[str, tuple[str, str]], speaker: Speaker
) -> list[dict[str, str]]:
    rows = []
    for name, (label, unit) in names.items():
        write = speaker.money if unit == "€/yr" else speaker.number
        told = {level: write(figure(table, name, level)) for level in _LEVELS}
        rows.append({"name": speaker.tr(label), "unit": _per_year(unit, speaker), **told})
    return rows


def _per_year(unit: str, speaker: Speaker) -> str:
    """Return a unit as printed beside a figure; an amount of money holds its own already."""
    return speaker.tr("a year" if unit == "€/yr" else unit)


def terms(results: Results, speaker: Speaker) -> list[dict[str, Any]]:
    """Return the emission terms as bars.

    Returns
    -------
    list of dict
        ``name``, ``value``, ``interval``, ``minus``; ``left`` and ``width`` of the bar, ``low`` and
        ``high`` of its interval, in percent of the drawing.
    """
    table = results.emissions_terms.loc[list(EMISSION_TERMS), list(_LEVELS)].fillna(0.0)
    least, most = min(0.0, float(table.min().min())), max(0.0, float(table.max().max()))
    span = max(most - least, 1e-9)

    def share(value: float) -> float:
        return round((value - least) / span * 100, 2)

    rows = []
    for name in table.index:
        low, central, high = (figure(table, str(name), level) for level in _LEVELS)
        rows.append(
            {
                "name": speaker.tr(TERM_NAMES[str(name)]),
                "value": speaker.number(central),
                "interval": speaker.interval(_EMISSIONS, low, high),
                "minus": central < 0,
                "left": share(min(central, 0.0)),
                "width": round(abs(central) / span * 100, 2),
                "low": share(low),
                "high": share(high),
            }
        )
    return rows


def group_heads(speaker: Speaker) -> list[str]:
    """Return the headings of `by_group`."""
    tr = speaker.tr
    return [tr("Material"), tr("Exchanges"), tr("Quantity"), "tCO₂e", tr("FTE"), "€"]


def by_group(results: Results, speaker: Speaker) -> list[dict[str, Any]]:
    """Return one row a group of materials: ``label``, ``colour``, and ``cells`` (`group_heads`)."""
    lines = results.lines()
    lines["group"] = group_of(lines, results.catalogue)
    rows = []
    for name, look in groups(speaker.lang).iterrows():
        part = lines[lines["group"] == name]
        if part.empty:
            continue
        cells = [
            speaker.number(len(part)),
            amounts(part, speaker),
            speaker.number(part[f"{_EMISSIONS}_central"].sum()),
            speaker.number(part["jobs_fte_central"].sum()),
            speaker.money(part["net_gain_eur"].sum(skipna=False)),
        ]
        told = {"group": str(name), "label": look["label"], "colour": look["colour"]}
        rows.append({**told, "cells": cells})
    return rows


def amounts(part: pd.DataFrame, speaker: Speaker) -> str:
    """Return quantities summed by unit: ``1 200 t/an + 300 MWh/an``."""
    sums = part.groupby("unit")["quantity"].sum().sort_index(ascending=False)
    return " + ".join(speaker.quantity(value, str(unit)) for unit, value in sums.items())


def busiest(results: Results, speaker: Speaker, most: int) -> list[dict[str, str]]:
    """Return the firms through which most tonnes, MWh or m³ pass, relative to the largest of each.

    Returns
    -------
    list of dict
        ``name``, ``commune``, ``partners``, ``gives``, ``takes``.
    """
    lines = pd.DataFrame(results.shipments).drop(columns="geometry")
    lines["weight"] = lines["quantity"] / lines.groupby("unit")["quantity"].transform("sum")
    both = pd.concat(
        [
            lines.assign(firm=lines["offer_firm_id"], other=lines["need_firm_id"], gives=True),
            lines.assign(firm=lines["need_firm_id"], other=lines["offer_firm_id"], gives=False),
        ]
    )
    order = both.groupby("firm")["weight"].sum().sort_values(ascending=False, kind="stable")
    firms = results.firms.set_index("firm_id")
    rows = []
    for firm in order.index[:most]:
        part = both[both["firm"] == firm]
        rows.append(
            {
                "name": str(firms.at[firm, "name"]),
                "commune": str(firms.at[firm, "commune"]),
                "partners": speaker.number(part["other"].nunique()),
                "gives": amounts(part[part["gives"]], speaker) or "–",
                "takes": amounts(part[~part["gives"]], speaker) or "–",
            }
        )
    return rows


def realisation(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return what may be expected of the potential: ``name`` and the three columns, as printed."""
    names = {"exchanges": speaker.tr("Exchanges")}
    names |= {name: speaker.tr(text) for name, text in TOTAL_NAMES.items()}
    rows = []
    for name, row in results.realisation.iterrows():
        if str(name) in names:
            write = speaker.money if str(name).endswith("_eur") else speaker.number
            told = {str(column): write(float(value)) for column, value in row.items()}
            known = TOTAL_UNITS.get(str(name))
            unit = _per_year(known, speaker) if known else ""
            rows.append({"name": names[str(name)], "unit": unit, **told})
    return rows


def reasons(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return one row a reason for staying unmatched, with the quantities concerned."""
    rows = []
    for reason, name in REASON_NAMES.items():
        part = results.unmatched[results.unmatched["reason"] == reason]
        if part.empty:
            continue
        rows.append(
            {
                "name": speaker.tr(name),
                "meaning": speaker.tr(REASON_MEANINGS[reason]),
                "quantity": amounts(part, speaker),
                "count": speaker.number(len(part)),
            }
        )
    return rows


def unmatched(results: Results, speaker: Speaker, most: int) -> list[dict[str, str]]:
    """Return the offers that keep something, the largest share of their unit's total first."""
    table = results.unmatched
    weight = table["quantity"] / table.groupby("unit")["quantity"].transform("sum")
    chosen = table.loc[weight.sort_values(ascending=False, kind="stable").index].head(most)
    return [
        {
            "firm": str(row["firm"]),
            "firm_id": str(row["firm_id"]),
            "material": material(row["material"], results.catalogue, speaker.lang),
            "quantity": speaker.quantity(row["quantity"], row["unit"]),
            "reason": speaker.tr(REASON_NAMES.get(row["reason"], row["reason"])),
            "detail": str(row["detail"]),
        }
        for row in records(chosen)
    ]


def not_counted(results: Results, speaker: Speaker, most: int = 3) -> list[dict[str, str]]:
    """Return the terms that some exchanges lack for want of a factor, one row a term.

    Parameters
    ----------
    results
        The study.
    speaker
        The language.
    most
        How many factors and materials to name; the others are counted.

    Returns
    -------
    list of dict
        ``term``, ``missing`` (factors), ``materials``, ``quantity``.
    """
    table = results.not_counted
    if table.empty:
        return []
    terms = table["figure"].astype(str).str.rsplit(".", n=1).str[-1]
    names = {**OTHER_TERMS, **TERM_NAMES}
    rows = []
    for term, part in table.groupby(terms, sort=True):
        factors = part.groupby("why")["quantity"].sum().sort_values(ascending=False, kind="stable")
        codes = part.groupby("material")["quantity"].sum().sort_values(ascending=False)
        labels = [material(str(code), results.catalogue, speaker.lang) for code in codes.index]
        rows.append(
            {
                "term": speaker.tr(names[str(term)]) if term in names else str(term),
                "missing": some([_factor(str(why)) for why in factors.index], most, speaker),
                "materials": some([short(label, 48) for label in labels], most, speaker),
                "quantity": amounts(part, speaker),
            }
        )
    return rows


def _factor(why: str) -> str:
    return why.removeprefix("no factor ").removesuffix(" in the tables")


def skipped(results: Results, most: int) -> list[str]:
    """Return in words the rows that were left out."""
    return [
        ", ".join(str(row[name]) for name in ("file", "row", "column", "value", "problem"))
        for row in records(results.skipped.head(most))
    ]


def parameters(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return every parameter: ``name``, ``label``, ``value``, ``unit``, ``source``."""
    values = results.record["parameters"]
    return [
        {
            "name": row["name"],
            "label": _question(row[f"description_{speaker.lang}"], row["type"]),
            "value": _value(values.get(row["name"]), speaker),
            "unit": plain_unit(row["unit"], speaker),
            "source": "; ".join(speaker.tr(part) for part in row["source"].split("; ")),
        }
        for row in records(bundled.table("scenario"))
    ]


def _question(description: str, kind: str) -> str:
    """Return what a parameter settles, without the words that a file writes for its answers."""
    return re.split(r"\s*:", description)[0] if kind == "text" else description


def plain_unit(unit: str, speaker: Speaker) -> str:
    """Return a unit as printed: €, CO₂ and, in French, ETP."""
    if unit == "-":
        return ""
    told = unit.replace("EUR", "€").replace("CO2", "CO₂")
    return told.replace("FTE", speaker.tr("FTE"))


def _value(value: object, speaker: Speaker) -> str:
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, bool):
        return speaker.tr("yes") if value else speaker.tr("no")
    if isinstance(value, float):
        return str(format_decimal(value, format="#,##0.####", locale=speaker.lang))
    if isinstance(value, list | tuple):
        pairs = [" → ".join(str(end) for end in pair) for pair in value]
        return some(pairs, _MOST_PAIRS, speaker)
    return speaker.tr(CHOICES[str(value)]) if str(value) in CHOICES else str(value)
