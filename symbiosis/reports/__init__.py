"""Print it: the results folder, the page, the PDF, the workbook and the layers for a GIS."""

from symbiosis.reports.export import ENDINGS, export, save
from symbiosis.reports.figures import Speaker
from symbiosis.reports.leaflets import firm_sheet, synergy_sheet
from symbiosis.reports.listing import listing
from symbiosis.reports.page import html
from symbiosis.reports.pdf import pdf
from symbiosis.reports.reading import read_results
from symbiosis.reports.record import read_record, read_scenario
from symbiosis.reports.results import Results
from symbiosis.reports.workbook import xlsx
from symbiosis.reports.writing import write

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
