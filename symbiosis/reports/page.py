"""``report.html``: one file that opens offline, with a map that can be searched and clicked."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from symbiosis import __version__, bundled
from symbiosis.reports import contents, extracts, wording
from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.reports.results import Results
from symbiosis.reports.rows import records, rows
from symbiosis.reports.scene import Scene, scene
from symbiosis.reports.svg import plan
from symbiosis.reports.synergies import listing

# A page of more rows than this takes seconds to open; the CSV files have them all.
MOST_ROWS = 2000
MOST_LINES = 160
MOST_SOURCES = 200
_NUMBERS = {
    "quantity": "sort_quantity",
    "distance": "sort_distance_km",
    "emissions": "sort_emissions",
    "jobs": "sort_jobs",
    "gain": "sort_gain",
}


def html(results: Results, lang: str) -> str:
    """Return the report as one HTML page: no request leaves it, every name in it is escaped.

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
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["_"] = speaker.tr
    template = environment.from_string(bundled.text("reports/page.html"))
    return str(template.render(**_context(results, speaker)))


def _context(results: Results, speaker: Speaker) -> dict[str, Any]:
    tr, drawing = speaker.tr, scene(results, speaker.lang, MOST_LINES)
    counts = {"impact_by_shipment.csv": results.shipments, "unmatched.csv": results.unmatched}
    more = {
        file: wording.more(len(table), MOST_ROWS, speaker, file) for file, table in counts.items()
    }
    return {
        **contents.front(results, drawing, speaker),
        **contents.findings(results, speaker, MOST_ROWS),
        **contents.care(results, speaker, MOST_ROWS, MOST_SOURCES),
        "lang": speaker.lang,
        "version": __version__,
        "svg": Markup(plan(drawing, speaker.lang, tr("Map of the exchanges"))),  # noqa: S704
        "lines": _lines(results, speaker),
        "more_lines": more["impact_by_shipment.csv"],
        "line_heads": _line_heads(speaker),
        "unmatched_heads": [tr("Firm"), tr("Residue"), tr("Quantity"), tr("Reason")],
        "more_unmatched": more["unmatched.csv"],
        "skipped": extracts.skipped(results, MOST_ROWS),
        "colours": Markup(_colours()),  # noqa: S704
        "css": Markup(bundled.text("reports/page.css")),  # noqa: S704
        "js": Markup(bundled.text("reports/page.js")),  # noqa: S704
        "data": Markup(_script(_data(results, speaker, drawing))),  # noqa: S704
    }


def _colours() -> str:
    """Return the colours of the groups as CSS variables, for light and for dark screens."""
    table = bundled.table("map_groups")
    light, dark = (
        "".join(f"--{row['group']}:{row[shade]};" for row in records(table))
        for shade in ("light", "dark")
    )
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _line_heads(speaker: Speaker) -> list[dict[str, Any]]:
    tr = speaker.tr
    words = [
        ("#", "", True), (tr("Gives"), "", False), (tr("Takes"), "", False),
        (tr("Residue and pathway"), "", False), (tr("Quantity"), tr("a year"), True),
        (tr("Distance"), "km", True), (tr("Emissions avoided"), tr("tCO₂e/yr"), True),
        (tr("Jobs"), tr("FTE"), True), (tr("Net gain"), tr("€/yr"), True),
    ]  # fmt: skip
    return [{"label": label, "unit": unit, "number": number} for label, unit, number in words]


def _lines(results: Results, speaker: Speaker) -> list[dict[str, Any]]:
    """Return the exchanges as rows of printed cells, best first."""
    lines = records(listing(results, speaker, MOST_ROWS))
    for row in lines:
        row["numbers"] = [
            {
                "text": row[name],
                "small": row["emissions_interval"] if name == "emissions" else "",
                "sort": "" if pd.isna(row[sort]) else f"{row[sort]:.6g}",
            }
            for name, sort in _NUMBERS.items()
        ]
    return lines


def _data(results: Results, speaker: Speaker, drawing: Scene) -> dict[str, Any]:
    """Return what the script needs to say of a firm or a line that is pointed at."""
    lines = listing(results, speaker, MOST_ROWS)
    firms = results.firms[results.firms["firm_id"].isin(drawing.firms["firm_id"])]
    left: dict[str, list[list[str]]] = {}
    for row in extracts.unmatched(results, speaker, MOST_ROWS):
        told = [row["material"], row["quantity"], row["reason"]]
        left.setdefault(f"f{row['firm_id']}", []).append(told)
    return {
        "firms": {
            f"f{firm.firm_id}": [firm.name, str(firm.commune or "")]
            for firm in rows(pd.DataFrame(firms))
        },
        "lines": [_told(line, speaker) for line in records(lines)],
        "left": left,
        "words": {
            "gives": speaker.tr("Gives"),
            "takes": speaker.tr("Takes"),
            "left": speaker.tr("Finds no taker"),
        },
    }


def _told(line: dict[str, Any], speaker: Speaker) -> dict[str, str]:
    emissions = f"{line['emissions']}{NO_BREAK}{speaker.tr('tCO₂e/yr')}"
    return {
        "id": f"s{line['shipment_id']}",
        "g": f"f{line['giver_id']}",
        "t": f"f{line['taker_id']}",
        "m": line["material"],
        "q": line["quantity"],
        "d": line["distance"],
        "f": f"{emissions}, {line['gain']}",
    }


def _script(content: Any) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(content, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("&", "\\u0026").replace("\u2028", "\\u2028")
