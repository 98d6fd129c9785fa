"""What the exchanges change: waste, emissions, jobs, money, each line traceable to a factor."""

from symbiosis.impacts.assessment import assess
from symbiosis.impacts.model import EMISSION_TERMS, IMPACT_COLUMNS, TOTALS, Impact

__all__ = ["EMISSION_TERMS", "IMPACT_COLUMNS", "TOTALS", "Impact", "assess"]
