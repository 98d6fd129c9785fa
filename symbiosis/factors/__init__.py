"""What one unit of residue is worth and changes on a link, term by term, factor by factor."""

from symbiosis.factors.pool import Factor, Pool
from symbiosis.factors.table import FactorTable
from symbiosis.factors.terms import PER_KM, TERMS, Terms, terms_of
from symbiosis.factors.unit import UNIT_COLUMNS, unit_terms

__all__ = [
    "PER_KM",
    "TERMS",
    "UNIT_COLUMNS",
    "Factor",
    "FactorTable",
    "Pool",
    "Terms",
    "terms_of",
    "unit_terms",
]
