"""What a study says in words and printed figures, the same in every document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from symbiosis import __version__, bundled
from symbiosis.catalogue import Catalogue
from symbiosis.errors import N_
from symbiosis.impacts import EMISSION_TERMS, TOTALS
from symbiosis.reports.figures import (
    REASON_MEANINGS,
    REASON_NAMES,
    TERM_NAMES,
    TOTAL_NAMES,
    Speaker,
)  # fmt: skip
from symbiosis.reports.kinds import group_of, groups
from symbiosis.reports.results import Results

# Shown even when they are nothing; the others only where the study has some.
MAIN = (*TOTALS[:2], "jobs_fte", "net_gain_eur")
_METHOD = (
    N_(
        "Every offer may go to every need that a pathway of the catalogue leads to, where law and"
        " quality allow it. An exchange is worth the disposal and the purchase that it avoids, less"
        " treatment and freight, plus the value of the emissions that it avoids. The set of"
        " exchanges printed here is the one of greatest worth for the territory as a whole."
    ),
    N_(
        "Emissions avoided are those of the primary production and of the disposal that no longer"
        " take place, less those of processing and transport. Low and high figures follow the"
        " uncertainty of the factors, each with its source; they may fall below zero."
    ),
    N_(
        "These are potentials: of the synergies found in the French pilot, 23 % were carried out."
        " What a firm did not declare (a price, a gate fee) was taken from the catalogue and is"
        " marked as assumed."
    ),
)


def place(results: Results, speaker: Speaker) -> str:
    """Return what the study covers: its territories by name, or its communes by number."""
    names = [str(name) for name in results.territories.get("name", pd.Series(dtype=str))]
    if 1 <= len(names) <= 3:
        return ", ".join(names)
    if names:
        return speaker.tr("{n} territories").format(n=len(names))
    count = results.firms.loc[results.firms["commune"] != "", "commune"].nunique()
    return speaker.tr("{n} communes").format(n=speaker.number(count))


def summary(results: Results, speaker: Speaker) -> str:
    """Return the study in two sentences: what was declared, what was found."""
    lines = results.shipments
    partners = pd.concat([lines["offer_firm_id"], lines["need_firm_id"]]).nunique()
    said = speaker.tr(
        "{firms} firms declared {offers} residues and {needs} needs. {exchanges} exchanges between"
        " {partners} of them would pay."
    )
    return said.format(
        firms=speaker.number(len(results.firms)), offers=speaker.number(len(results.offers)),
        needs=speaker.number(len(results.needs)), exchanges=speaker.number(len(lines)),
        partners=speaker.number(partners),
    )  # fmt: skip


def proof(results: Results, speaker: Speaker) -> str:
    """Return the certificate in plain words."""
    certificate = results.certificate
    pairs = speaker.number(certificate.pairs_covered)
    if certificate.optimal:
        said = speaker.tr(
            "Proof: no other set of exchanges among the {pairs} possible pairs is worth more. The"
            " prices found with the optimum show it for each pair."
        )
        return said.format(pairs=pairs)
    said = speaker.tr(
        "Proof: no set of exchanges among the {pairs} possible pairs is worth {gap} more than"
        " this one."
    )
    return said.format(pairs=pairs, gap=speaker.percent(certificate.relative_gap, 2))


def cards(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return the totals to show large: name, value, interval."""
    order = [*MAIN, *(name for name in TOTALS if name not in MAIN)]
    shown = [n for n in order if n in MAIN or float(results.totals.at[n, "central"] or 0) > 0]
    return [
        {
            "key": name,
            "name": speaker.tr(TOTAL_NAMES[name]),
            "value": speaker.total(name, float(row["central"])),
            "interval": speaker.interval(name, float(row["low"]), float(row["high"])),
        }
        for name in shown
        for row in [results.totals.loc[name]]
    ]


def terms(results: Results, speaker: Speaker) -> list[dict[str, Any]]:
    """Return the emission terms as bars: where each starts and how long it is, in percent."""
    table = results.emissions_terms.loc[list(EMISSION_TERMS)]
    low, high = min(0.0, table["central"].min()), max(0.0, table["central"].max())
    span = max(high - low, 1e-9)
    return [
        {
            "name": speaker.tr(TERM_NAMES[str(name)]),
            "value": speaker.number(row["central"]),
            "interval": speaker.interval("emissions_avoided_tco2e", row["low"], row["high"]),
            "minus": row["central"] < 0,
            "left": round((min(row["central"], 0.0) - low) / span * 100, 2),
            "width": round(abs(row["central"]) / span * 100, 2),
        }
        for name, row in table.iterrows()
    ]


def by_group(results: Results, speaker: Speaker) -> list[dict[str, Any]]:
    """Return one row a group of materials: how many exchanges, how much, what it changes."""
    lines = results.lines()
    lines["group"] = group_of(lines, results.catalogue)
    rows = []
    for name, look in groups(speaker.lang).iterrows():
        part = lines[lines["group"] == name]
        if part.empty:
            continue
        amounts = part.groupby("unit")["quantity"].sum()
        cells = [
            speaker.number(len(part)),
            " + ".join(speaker.quantity(value, str(unit)) for unit, value in amounts.items()),
            speaker.number(part["emissions_avoided_tco2e_central"].sum()),
            speaker.number(part["jobs_fte_central"].sum()),
            speaker.money(part["net_gain_eur"].sum()),
        ]
        rows.append({"label": look["label"], "colour": look["colour"], "cells": cells})
    return rows


def reasons(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return one row a reason for staying unmatched, with the quantities concerned."""
    rows = []
    for reason, name in REASON_NAMES.items():
        part = results.unmatched[results.unmatched["reason"] == reason]
        if part.empty:
            continue
        amounts = part.groupby("unit")["quantity"].sum().sort_index()
        quantity = " + ".join(speaker.quantity(v, str(unit)) for unit, v in amounts.items())
        rows.append(
            {
                "name": speaker.tr(name),
                "meaning": speaker.tr(REASON_MEANINGS[reason]),
                "quantity": quantity,
                "count": speaker.number(len(part)),
            }
        )
    return rows


def method(results: Results, speaker: Speaker) -> list[str]:
    """Return the method in paragraphs, the proof second."""
    paragraphs = [speaker.tr(text) for text in _METHOD]
    return [paragraphs[0], proof(results, speaker), *paragraphs[1:]]


def parameters(results: Results, speaker: Speaker) -> list[dict[str, str]]:
    """Return every parameter of the scenario with its value, unit and source."""
    values = results.record["parameters"]
    rows = []
    for row in bundled.table("scenario").to_dict("records"):
        value = values.get(row["name"])
        rows.append(
            {
                "name": row["name"],
                "label": row[f"description_{speaker.lang}"],
                "value": _value(value, speaker),
                "unit": row["unit"] if row["unit"] != "-" else "",
                "source": row["source"],
            }
        )
    return rows


def _value(value: object, speaker: Speaker) -> str:
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, bool):
        return speaker.tr("yes") if value else speaker.tr("no")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return speaker.number(value, None if abs(value) >= 1 or value == 0 else 4).rstrip()
    if isinstance(value, list | tuple):
        return "; ".join(" → ".join(str(end) for end in pair) for pair in value)
    return str(value)


def sources(results: Results) -> list[str]:
    """Return the sources of the pathways used and of the factors, each once."""
    catalogue = results.catalogue
    used = catalogue.pathways.reindex(results.shipments["pathway"].unique()).dropna(how="all")
    cited = [_cited(row) for row in used.to_dict("records")]
    cited += [_cited(row) for row in catalogue.factors.to_dict("records")]
    return sorted({text for text in cited if text}, key=str.casefold)


def _cited(row: Mapping[Any, Any]) -> str:
    source, year = str(row.get("source", "")).strip(), str(row.get("year", "")).split(".")[0]
    return f"{source} ({year})" if source and year.isdigit() and year not in source else source


def pathway(name: str, catalogue: Catalogue, speaker: Speaker) -> str:
    """Return a pathway in words; a treating site that takes a code as it is says so."""
    if name in catalogue.pathways.index:
        return str(catalogue.pathways.at[name, f"label_{speaker.lang}"])
    if name.startswith("site:"):
        said = speaker.tr("Taken by a treating site ({operation})")
        return said.format(operation=name.removeprefix("site:"))
    return name


def footer(results: Results, speaker: Speaker) -> str:
    """Return what identifies the study: version, engine, hash of the inputs."""
    said = speaker.tr(
        "Made by symbiosis {version} from inputs {hash}; scenario.json runs it again."
    )
    return said.format(version=__version__, hash=str(results.record["inputs"]["sha256"])[:12])
