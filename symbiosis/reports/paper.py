"""The report of a study as a PDF: what a mayor reads, with its method and its sources."""

from __future__ import annotations

from typing import Any

import pandas as pd

from symbiosis import __version__
from symbiosis.reports import contents, extracts, wording
from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.reports.kinds import group_of, groups
from symbiosis.reports.plot import map_svg
from symbiosis.reports.results import Results
from symbiosis.reports.rows import records
from symbiosis.reports.scene import scene
from symbiosis.reports.synergies import listing
from symbiosis.reports.typesetting import typeset

# On paper more lines than these are a hairball, and a longer table is not read.
MOST_LINES, MOST_BEST, MOST_FIRMS, MOST_LEFT, MOST_MAPS = 120, 30, 11, 8, 6
MOST_SOURCES, MOST_CAUTIONS = 12, 6
_LABEL = 74
NUMBERED = 10


def pdf(results: Results, lang: str) -> bytes:
    """Return the report of a study: 6 to 12 pages of A4, PDF/UA-1.

    Parameters
    ----------
    results
        The study.
    lang
        ``fr`` or ``en``.

    Raises
    ------
    DataError
        If the study is shown in part (`Results.require_whole`).
    """
    results.require_whole()
    speaker = Speaker(lang)
    drawing = scene(results, lang, MOST_LINES)
    best = listing(results, speaker, MOST_BEST)
    numbers = dict(zip(best["shipment_id"][:NUMBERED], best["rank"][:NUMBERED], strict=True))
    pictures = {"map.svg": map_svg(drawing, lang, numbers=numbers)}
    small = _small_maps(results, speaker)
    pictures |= {row["file"]: _small_map(results, row["ids"], lang) for row in small}
    found = contents.findings(results, speaker, MOST_LEFT)
    care = contents.care(results, speaker, MOST_CAUTIONS, MOST_SOURCES)
    content = {
        **contents.front(results, drawing, speaker),
        **found,
        **care,
        "unmatched": [_shortened(row, "material") for row in found["unmatched"]],
        "parameters": [row for row in care["parameters"] if row["value"] != "–"],
        "keywords": [speaker.tr("industrial symbiosis"), "symbiosis", __version__],
        "made": wording.made_on(speaker),
        "map_alt": wording.map_alt(results, speaker),
        "numbered": _numbered(numbers, speaker),
        "totals": extracts.totals(results, speaker),
        "others": extracts.others(results, speaker),
        "firms": extracts.busiest(results, speaker, MOST_FIRMS),
        "best": _best(best),
        "best_intro": _best_intro(results, speaker),
        "more_lines": wording.more(len(results.shipments), MOST_BEST, speaker, "shipments.csv"),
        "small_maps": [{k: v for k, v in row.items() if k != "ids"} for row in small],
    }
    return typeset("report.typ", content, pictures, speaker)


def _numbered(numbers: dict[str, int], speaker: Speaker) -> str:
    said = speaker.tr("The numbers are those of the table of the best synergies.")
    return said if numbers else ""


def _shortened(row: dict[str, str], name: str) -> dict[str, str]:
    return {**row, name: wording.short(row[name], _LABEL)}


def _best(best: pd.DataFrame) -> list[dict[str, Any]]:
    kept = best.drop(columns=[name for name in best if str(name).startswith("sort_")])
    kept["material"] = [wording.short(label, _LABEL) for label in kept["material"]]
    for name in ("giver", "taker"):
        kept[name] = [wording.short(label, 48) for label in kept[name]]
    kept["km"] = kept["distance"].astype(str).str.replace(f"{NO_BREAK}km", "", regex=False)
    return records(kept)


def _best_intro(results: Results, speaker: Speaker) -> str:
    if results.shipments.empty:
        return speaker.tr("No exchange pays under these parameters. The reasons stand below.")
    said = speaker.tr(
        "The {shown} exchanges that weigh most in the worth of the whole, of {count}. Names and"
        " quantities are as declared; a first telephone call is what they are for."
    )
    count = len(results.shipments)
    shown = speaker.number(min(count, MOST_BEST))
    return said.format(shown=shown, count=speaker.number(count))


def _small_maps(results: Results, speaker: Speaker) -> list[dict[str, Any]]:
    """Return the groups that have a map of their own, those with most exchanges first."""
    told = {row["label"]: row["cells"] for row in extracts.by_group(results, speaker)}
    lines = results.lines()
    lines["group"] = group_of(lines, results.catalogue)
    looks = groups(speaker.lang).reset_index()
    looks["count"] = looks["group"].map(lines["group"].value_counts()).fillna(0)
    chosen = looks[looks["count"] > 0].nlargest(MOST_MAPS, "count", keep="first")
    return [
        {
            "ids": set(lines.loc[lines["group"] == row["group"], "shipment_id"]),
            "label": row["label"], "colour": row["colour"], "file": f"map_{row['group']}.svg",
            "alt": f"{speaker.tr('Map of the exchanges')} – {row['label']}",
            "told": f"{told[row['label']][0]} {speaker.tr('exchanges')} · {told[row['label']][1]}",
        }
        for row in records(chosen)
    ]  # fmt: skip


def _small_map(results: Results, ids: set[str], lang: str) -> bytes:
    drawing = scene(results, lang, MOST_LINES // 2, focus=ids, whole=True)
    return map_svg(drawing, lang, width_mm=82, labels=False)
