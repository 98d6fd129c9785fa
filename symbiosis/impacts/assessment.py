"""Assess a match: the verb of the fourth stage."""

from __future__ import annotations

from symbiosis.impacts.figures import emissions_terms, shipment_table, totals
from symbiosis.impacts.gaps import not_counted
from symbiosis.impacts.ledger import ledger_of
from symbiosis.impacts.model import Impact
from symbiosis.impacts.plausibility import warnings_of
from symbiosis.matching import Match
from symbiosis.scenario import Scenario


def assess(match: Match, scenario: Scenario | None = None) -> Impact:
    """Return what the exchanges of a match change.

    Parameters
    ----------
    match
        Shipments and the graph they come from.
    scenario
        Vehicle, freight, year, jobs option; that of the match if None.

    Returns
    -------
    Impact
        Waste (t/yr), emissions (tCO2e/yr), jobs (FTE), money (EUR/yr), each low, central and high.

    Raises
    ------
    ScenarioError
        If no factor is known for the scenario's vehicle.
    DataError
        If the table of factors is wrong.
    """
    chosen = scenario or match.graph.scenario
    ledger = ledger_of(match, chosen)
    by_shipment = shipment_table(ledger, match.graph.flows.firms)
    return Impact(
        match=match,
        by_shipment=by_shipment,
        totals=totals(ledger),
        emissions_terms=emissions_terms(ledger),
        not_counted=not_counted(ledger),
        warnings=warnings_of(by_shipment, chosen),
    )
