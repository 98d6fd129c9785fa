"""Assess a match: the verb of the fourth stage."""

from __future__ import annotations

from hashlib import sha256

import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.flows import Flows
from symbiosis.impacts.balances import (
    balance_warnings,
    claim_warnings,
    rebound_warnings,
    season_warnings,
)
from symbiosis.impacts.figures import emissions_terms, other_totals, shipment_table, totals
from symbiosis.impacts.gaps import not_counted
from symbiosis.impacts.ledger import Ledger, ledger_of
from symbiosis.impacts.model import Impact
from symbiosis.impacts.plausibility import (
    Notice,
    heat_ceiling,
    heat_warnings,
    stale_worklist,
    table_of,
    warnings_of,
)
from symbiosis.impacts.realisation import likelihood, realisation, stages, strangers
from symbiosis.matching import Match
from symbiosis.scenario import Scenario


def assess(
    match: Match,
    scenario: Scenario | None = None,
    *,
    worklist: pd.DataFrame | None = None,
    before: Flows | None = None,
) -> Impact:
    """Return what the exchanges of a match change.

    Parameters
    ----------
    match
        Shipments and the graph they come from.
    scenario
        Vehicle, freight, year, jobs option, attribution; that of the match if None.
    worklist
        Columns ``shipment_id`` and ``status``: what is *running* is realised.
    before
        What was declared before the exchanges ran, to look for a rebound.

    Returns
    -------
    Impact
        Waste (t/yr), emissions (tCO2e/yr), jobs (FTE), money (EUR/yr), each low, central and high.

    Raises
    ------
    ScenarioError
        If no factor is known for the scenario's vehicle.
    DataError
        If the table of factors or the worklist is wrong.
    """
    chosen = scenario or match.graph.scenario
    ledger = ledger_of(match, chosen)
    by_shipment = shipment_table(ledger, match.graph.flows.firms)
    stage = stages(by_shipment, worklist)
    by_shipment = by_shipment.assign(
        stage=stage.to_numpy(), likelihood=likelihood(ledger, stage, chosen.year)
    )
    notices = _notices(match, ledger, by_shipment, chosen, before)
    lost = strangers(by_shipment, worklist)
    if lost:
        notices.append(stale_worklist(lost))
    return Impact(
        match=match,
        by_shipment=by_shipment,
        totals=totals(ledger),
        emissions_terms=emissions_terms(ledger),
        not_counted=not_counted(ledger),
        warnings=table_of(notices),
        other_totals=other_totals(ledger),
        realisation=realisation(by_shipment, ledger),
        overrides=ledger.catalogue.replaced,
        version=version_of(ledger.catalogue),
        scenario=chosen,
        ledger=ledger,
        notices=tuple(notices),
    )


def _notices(
    match: Match,
    ledger: Ledger,
    by_shipment: pd.DataFrame,
    scenario: Scenario,
    before: Flows | None,
) -> list[Notice]:
    """Return every check that speaks."""
    flows, offer_flow = match.graph.flows, ledger.shipments["offer_flow"]
    found = warnings_of(ledger, by_shipment, scenario)
    found += heat_warnings(by_shipment, match.graph.offers, offer_flow)
    found += balance_warnings(flows)
    found += season_warnings(flows, ledger.shipments)
    found += claim_warnings(by_shipment, heat_ceiling(ledger.catalogue, scenario.year))
    if before is not None:
        found += rebound_warnings(flows, before, offer_flow, by_shipment["shipment_id"])
    return found


def version_of(catalogue: Catalogue) -> str:
    """Return a short hash of the factors, pathways and materials: their version.

    Two studies with the same version used the same numbers.
    """
    digest = sha256()
    for table in (catalogue.factors, catalogue.pathways, catalogue.materials):
        digest.update(table.to_csv().encode("utf-8"))
    return digest.hexdigest()[:12]
