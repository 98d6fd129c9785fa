"""What is known: materials, codes, and what can become what, each row with its source.

Examples
--------
>>> from symbiosis.catalogue import load
>>> catalogue = load()
>>> catalogue.unit_of("heat_60_100c"), catalogue.is_hazardous("13 02 05")
('MWh', True)
"""

from symbiosis.catalogue.load import load
from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.names import Identified, contaminant, identify
from symbiosis.catalogue.search import Suggestion, suggest

__all__ = ["Catalogue", "Identified", "Suggestion", "contaminant", "identify", "load", "suggest"]
