"""Print it: the results folder, the page, the PDF, the workbook and the layers for a GIS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbiosis.reports.figures import Speaker
    from symbiosis.reports.formats import ENDINGS, export, save
    from symbiosis.reports.leaflets import firm_sheet, synergy_sheet
    from symbiosis.reports.page import html
    from symbiosis.reports.paper import pdf
    from symbiosis.reports.reading import read_results
    from symbiosis.reports.record import read_record, read_scenario
    from symbiosis.reports.results import Results
    from symbiosis.reports.synergies import listing
    from symbiosis.reports.workbook import xlsx
    from symbiosis.reports.writing import write

_HOMES = {
    "ENDINGS": "formats",
    "Results": "results",
    "Speaker": "figures",
    "export": "formats",
    "firm_sheet": "leaflets",
    "html": "page",
    "listing": "synergies",
    "pdf": "paper",
    "read_record": "record",
    "read_results": "reading",
    "read_scenario": "record",
    "save": "formats",
    "synergy_sheet": "leaflets",
    "write": "writing",
    "xlsx": "workbook",
}

__all__ = [
    "ENDINGS",
    "Results",
    "Speaker",
    "export",
    "firm_sheet",
    "html",
    "listing",
    "pdf",
    "read_record",
    "read_results",
    "read_scenario",
    "save",
    "synergy_sheet",
    "write",
    "xlsx",
]


def __getattr__(name: str) -> Any:
    """Load what makes a document at its first use: a folder waits for no drawing library."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis.reports' has no attribute {name!r}")
    return getattr(import_module(f"symbiosis.reports.{_HOMES[name]}"), name)
