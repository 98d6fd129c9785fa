"""Declarations: reading, checking, importing and estimating what firms give out and take in."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbiosis.flows.assemble import Findings
    from symbiosis.flows.mappings import load_mapping, save_mapping
    from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS, Flows
    from symbiosis.flows.reader import ReadingOptions, read, read_with, survey, survey_with

_HOMES = {
    "FIRM_COLUMNS": "model",
    "Findings": "assemble",
    "Flows": "model",
    "NEED_COLUMNS": "model",
    "OFFER_COLUMNS": "model",
    "ReadingOptions": "reader",
    "load_mapping": "mappings",
    "read": "reader",
    "read_with": "reader",
    "save_mapping": "mappings",
    "survey": "reader",
    "survey_with": "reader",
}

__all__ = [
    "FIRM_COLUMNS",
    "NEED_COLUMNS",
    "OFFER_COLUMNS",
    "Findings",
    "Flows",
    "ReadingOptions",
    "load_mapping",
    "read",
    "read_with",
    "save_mapping",
    "survey",
    "survey_with",
]


def __getattr__(name: str) -> Any:
    """Load a name at its first use: reading bytes alone, as a child does, takes no maps."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis.flows' has no attribute {name!r}")
    return getattr(import_module(f"symbiosis.flows.{_HOMES[name]}"), name)
