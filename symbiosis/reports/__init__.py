"""Print it: the results folder, the page, the PDF, the workbook and the layers for a GIS."""

from symbiosis.reports.figures import Speaker
from symbiosis.reports.listing import listing
from symbiosis.reports.record import read_record, read_scenario
from symbiosis.reports.results import Results
from symbiosis.reports.writing import write

__all__ = ["Results", "Speaker", "listing", "read_record", "read_scenario", "write"]
