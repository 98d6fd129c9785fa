"""Declarations: reading, checking, importing and estimating what firms give out and take in."""

from symbiosis.flows.assemble import Findings
from symbiosis.flows.mappings import load_mapping, save_mapping
from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS, Flows
from symbiosis.flows.reader import read, survey

__all__ = [
    "FIRM_COLUMNS",
    "NEED_COLUMNS",
    "OFFER_COLUMNS",
    "Findings",
    "Flows",
    "load_mapping",
    "read",
    "save_mapping",
    "survey",
]
