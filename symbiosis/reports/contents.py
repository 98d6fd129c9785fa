"""What the page and the PDF say alike, in printed words and figures, chapter by chapter."""

from __future__ import annotations

from typing import Any

from symbiosis.reports import cautions, extracts, wording
from symbiosis.reports.figures import Speaker
from symbiosis.reports.results import Results
from symbiosis.reports.rows import figure, records
from symbiosis.reports.scene import Scene

_EMISSIONS = "emissions_avoided_tco2e"


def front(results: Results, drawing: Scene, speaker: Speaker) -> dict[str, Any]:
    """Return what stands at the head of a document: whose study it is, its figures, its map."""
    legend = drawing.legend.assign(count=drawing.legend["count"].map(speaker.number))
    return {
        "title": speaker.tr("Industrial-symbiosis opportunities"),
        "place": wording.place(results, speaker),
        "perimeter": wording.perimeter(results, speaker),
        "fictional": wording.fictional(results, speaker),
        "year": str(results.record["parameters"]["year"]),
        "summary": wording.summary(results, speaker),
        "proof": wording.proof(results, speaker),
        "costly": wording.costly(results, speaker),
        "cards": extracts.cards(results, speaker),
        "legend": records(legend),
        "widest": wording.widest(results, speaker),
        "drawn": wording.drawn(len(drawing.exchanges), drawing.total, speaker),
        "footer": wording.footer(results, speaker),
    }


def findings(results: Results, speaker: Speaker, most: int) -> dict[str, Any]:
    """Return what the study finds, ``most`` rows at most where a table may be long."""
    low, central, high = (
        figure(results.totals, _EMISSIONS, level) for level in ("low", "central", "high")
    )
    return {
        "realisation": extracts.realisation(results, speaker),
        "terms": extracts.terms(results, speaker),
        "term_total": speaker.number(central),
        "term_interval": speaker.interval(_EMISSIONS, low, high),
        "group_heads": extracts.group_heads(speaker),
        "by_group": extracts.by_group(results, speaker),
        "reasons": extracts.reasons(results, speaker),
        "unmatched": extracts.unmatched(results, speaker, most),
    }


def care(results: Results, speaker: Speaker, most: int, sources: int) -> dict[str, Any]:
    """Return how the figures are to be read, ``most`` rows and ``sources`` sources at most."""
    return {
        "method": wording.method(results, speaker),
        "cautions": cautions.cautions(results, speaker, most),
        "not_counted": extracts.not_counted(results, speaker),
        "parameters": extracts.parameters(results, speaker),
        "overrides": wording.overrides(results, speaker),
        "sources": wording.sources(results, speaker, sources),
    }
