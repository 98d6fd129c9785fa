"""What has to be said beside the figures: exchanges that somebody will challenge, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from symbiosis.reports.figures import Speaker
from symbiosis.reports.results import Results
from symbiosis.reports.rows import records
from symbiosis.reports.wording import material, short

_EMISSIONS = "emissions_avoided_tco2e_central"
_LABEL = 74


def cautions(results: Results, speaker: Speaker, most: int) -> list[dict[str, Any]]:
    """Return the chapters of exchanges to be read with care, empty ones left out.

    Parameters
    ----------
    results
        The study.
    speaker
        The language.
    most
        How many lines of each at most; the others are counted.

    Returns
    -------
    list of dict
        ``title``, ``intro`` (may be empty), ``count`` and ``lines``.
    """
    tr = speaker.tr
    chapters = [
        (
            tr("Exchanges that emit more than they save"),
            tr("They pay, but freight or processing outweighs what they avoid:"),
            emitting(results, speaker),
        ),
        (
            tr("Exchanges that cost the firms more than they bring"),
            tr(
                "They are kept for what the objective values beyond euros: emissions avoided, waste"
                " or jobs. Somebody would have to carry the difference:"
            ),
            costing(results, speaker),
        ),
        (
            tr("Exchanges that go down the waste hierarchy"),
            tr(
                "The law ranks re-use first, then feed, recycling, other recovery, energy and"
                " disposal (directive 2008/98/EC, article 4). These go down, which has to be"
                " justified:"
            ),
            downgraded(results, speaker),
        ),
        (tr("What may not last"), "", warnings(results, speaker, lasting=False)),
        (tr("What looks implausible"), "", warnings(results, speaker)),
    ]
    return [
        {
            "title": title, "intro": intro, "count": speaker.number(len(told)),
            "lines": _first(told, most, speaker),
        }
        for title, intro, told in chapters
        if told
    ]  # fmt: skip


def emitting(results: Results, speaker: Speaker) -> list[str]:
    """Return in words the exchanges whose central figure adds to emissions, the worst first."""
    said = speaker.tr("{giver} → {taker}: {material}, {quantity} over {km} km, {emissions} tCO₂e")
    lines = results.lines()
    worse = lines[lines[_EMISSIONS] < 0].sort_values(_EMISSIONS)
    return _told(worse, said, results, speaker, lambda row: {
        "km": speaker.distance(row["distance_km"]), "emissions": speaker.number(row[_EMISSIONS]),
    })  # fmt: skip


def costing(results: Results, speaker: Speaker) -> list[str]:
    """Return in words the exchanges that lose money for the two firms together, worst first."""
    said = speaker.tr("{giver} → {taker}: {material}, {quantity}, {gain} a year")
    lines = results.lines()
    worse = lines[lines["net_gain_eur"] < 0].sort_values("net_gain_eur")
    return _told(
        worse, said, results, speaker, lambda row: {"gain": speaker.money(row["net_gain_eur"])}
    )


def downgraded(results: Results, speaker: Speaker) -> list[str]:
    """Return in words the exchanges that take a residue down the hierarchy, the largest first."""
    lines, tr = results.lines(), speaker.tr
    if "downgrade" not in lines:
        return []
    said = tr("{giver} → {taker}: {material}, {quantity}, from {before} to {after}")
    worse = lines[lines["downgrade"] == True].sort_values("quantity", ascending=False)  # noqa: E712
    return _told(worse, said, results, speaker, lambda row: {
        "before": tr(row["hierarchy_before"]), "after": tr(row["hierarchy_after"]),
    })  # fmt: skip


def warnings(results: Results, speaker: Speaker, *, lasting: bool = True) -> list[str]:
    """Return the other warnings in words, materials by their names.

    Parameters
    ----------
    results
        The study.
    speaker
        The language.
    lasting
        Without, those on takers of what policy wants to end; with, all others.
    """
    table = results.warnings
    if table.empty:
        return []
    elsewhere = {"emits_more", *(["downgrade"] if "downgrade" in results.by_shipment else [])}
    chosen = table[~table["check"].isin(elsewhere) & ((table["check"] != "dependence") == lasting)]
    known = results.shipments.set_index("shipment_id")["material"]
    column = "message_fr" if speaker.lang == "fr" else "message"
    told = []
    for row in records(chosen):
        text, code = str(row[column]).replace("CO2", "CO₂"), str(known.get(row["shipment_id"], ""))
        label = short(material(code, results.catalogue, speaker.lang), _LABEL)
        named = text.split(code, 1) if code else [text]
        told.append(label.join(named))
    return told


def _told(
    lines: pd.DataFrame,
    said: str,
    results: Results,
    speaker: Speaker,
    figures: Callable[[dict[Any, Any]], dict[str, str]],
) -> list[str]:
    return [
        said.format(
            giver=row["offer_firm"], taker=row["need_firm"],
            material=short(material(row["material"], results.catalogue, speaker.lang), _LABEL),
            quantity=speaker.quantity(row["quantity"], row["unit"]), **figures(row),
        )
        for row in records(lines)
    ]  # fmt: skip


def _first(told: list[str], most: int, speaker: Speaker) -> list[str]:
    """Return the first sentences, and how many more there are."""
    rest = speaker.number(len(told) - most)
    more = "… " + speaker.tr("and {count} more").format(count=rest)
    return told if len(told) <= most else [*told[:most], more]
