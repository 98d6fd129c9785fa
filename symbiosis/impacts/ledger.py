"""Every figure of every shipment as entries ``coefficient * factor * factor``.

The terms of one unit (`symbiosis.factors.terms_of`) are spread over the shipments: those per unit
times the quantity, those per kilometre times the quantity and the kilometres that the exchange
adds to today's haul. A price or a disposal cost that a firm declared takes the place of the
assumed one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.catalogue import Catalogue, load
from symbiosis.factors import PER_KM, TERMS, Terms, terms_of
from symbiosis.factors.pool import ONE, Entries, Floats, Ints, Pool, interval
from symbiosis.geography import road_km
from symbiosis.impacts.relays import BURNING, USE_TERMS, WASTE_TERMS, Passed, passed_on
from symbiosis.matching import Match
from symbiosis.scenario import Scenario

PAIR = ["pathway", "material", "input", "route"]
LEDGER_TERMS = (*TERMS, "declared_disposal", "declared_purchase")

FIGURES = {
    "waste_diverted_t": ("diverted",),
    "emissions_avoided_tco2e": ("substitution", "avoided_disposal", "processing", "transport"),
    "jobs_fte": ("jobs_operation", "jobs_displaced", "jobs_primary", "jobs_transport"),
    "net_gain_eur": (
        "gate_fee", "landfill_tax", "declared_disposal", "purchase", "declared_purchase",
        "treatment", "freight_fixed", "freight",
    ),
    "input_replaced": ("gain",),
}  # fmt: skip
"""The terms that add up to each figure."""

FIGURE_OF = {term: figure for figure, terms in FIGURES.items() for term in terms}


@dataclass(frozen=True)
class Ledger:
    """All entries of all shipments.

    Parameters
    ----------
    shipments
        Columns of the match's shipments with ``route``, ``route_cost``, ``price``, ``net_km`` and
        ``firm_index`` facts joined; rows numbered from 0.
    pool
        The factors.
    shipment, term, coefficient, first, second
        One entry each, shape (n,); ``term`` is a position in `LEDGER_TERMS`.
    missing
        Columns ``shipment``, ``term``, ``factor``: what no factor covers.
    catalogue
        What the pathways were looked up in.
    per_km
        The coefficients for one kilometre, shape (n,); they mean something for `PER_KM` only.
    firms
        Who exchanges: columns ``firm_id``, ``kind``, ``territory``.
    """

    shipments: pd.DataFrame
    pool: Pool
    shipment: Ints
    term: Ints
    coefficient: Floats
    first: Ints
    second: Ints
    missing: pd.DataFrame
    catalogue: Catalogue
    per_km: Floats
    firms: pd.DataFrame

    def __len__(self) -> int:
        return len(self.shipments)

    def entries(self, *terms: str, per_km: bool = False) -> Entries:
        """Return the entries of some terms, grouped by shipment.

        Parameters
        ----------
        *terms
            Some of `LEDGER_TERMS`.
        per_km
            Whether to give the coefficients for one kilometre (terms of `PER_KM` only).
        """
        chosen = np.isin(self.term, [LEDGER_TERMS.index(term) for term in terms])
        return Entries(
            self.shipment[chosen],
            (self.per_km if per_km else self.coefficient)[chosen],
            self.first[chosen],
            self.second[chosen],
        )

    def only(self, chosen: NDArray[np.bool_]) -> Ledger:
        """Return the ledger of some shipments.

        Parameters
        ----------
        chosen
            Which are kept, shape (shipments,).
        """
        number = np.cumsum(chosen) - 1
        keep = chosen[self.shipment]
        gaps = self.missing[chosen[self.missing["shipment"].to_numpy(dtype=np.int64)]]
        numbered = number[gaps["shipment"].to_numpy(dtype=np.int64)]
        return replace(
            self,
            shipments=self.shipments[chosen].reset_index(drop=True),
            shipment=number[self.shipment[keep]].astype(np.int64),
            term=self.term[keep],
            coefficient=self.coefficient[keep],
            first=self.first[keep],
            second=self.second[keep],
            per_km=self.per_km[keep],
            missing=gaps.assign(shipment=numbered).reset_index(drop=True),
        )

    def intervals(self, term: str) -> tuple[Floats, Floats, Floats]:
        """Return low, central and high of one term, each of shape (shipments,)."""
        return interval(self.entries(term), self.pool, len(self))

    def rate(self, term: str) -> Floats:
        """Return the central value of a term for each kilometre, of shape (shipments,)."""
        entries = self.entries(term, per_km=True)
        central = self.pool.values()[0]
        return np.bincount(entries.group, weights=entries.at(central), minlength=len(self)).astype(
            float
        )

    def figure(self, name: str) -> tuple[Floats, Floats, Floats]:
        """Return low, central and high of a figure: the sums of its terms' own."""
        parts = [self.intervals(term) for term in FIGURES[name]]
        low, central, high = (np.sum([part[end] for part in parts], axis=0) for end in range(3))
        return low, central, high


def ledger_of(match: Match, scenario: Scenario) -> Ledger:
    """Return the ledger of a match.

    Parameters
    ----------
    match
        Shipments and the graph they come from.
    scenario
        Vehicle, freight, year, jobs option.

    Raises
    ------
    ScenarioError
        If no factor is known for the scenario's vehicle.
    DataError
        If the table of factors is wrong.
    """
    catalogue = match.graph.catalogue or load()
    shipments = _with_flows(match, scenario)
    pairs = shipments[PAIR].drop_duplicates().reset_index(drop=True)
    terms = terms_of(pairs, scenario, catalogue)
    numbered = pairs.assign(pair=np.arange(len(pairs), dtype=np.int64))
    of_pair = shipments[PAIR].merge(numbered, on=PAIR, how="left")["pair"].to_numpy(dtype=np.int64)
    shipment, entry = _spread(of_pair, terms)
    basis = _basis(shipments, terms.term[entry], shipment)
    spread = Ledger(
        shipments, terms.pool, shipment, terms.term[entry], terms.coefficient[entry] * basis,
        terms.first[entry], terms.second[entry], _missing(terms, of_pair), catalogue,
        terms.coefficient[entry] * shipments["quantity"].to_numpy(dtype=float)[shipment],
        match.graph.flows.firms,
    )  # fmt: skip
    return _credited_once(_declared(spread))


def _with_flows(match: Match, scenario: Scenario) -> pd.DataFrame:
    """Return the shipments with what the firms declared of today's route and price."""
    offers = match.graph.offers.set_index("flow_id")
    needs = match.graph.needs.set_index("flow_id")
    table = pd.DataFrame(match.shipments.drop(columns="geometry", errors="ignore"))
    table = table.reset_index(drop=True)
    sent, taken = table["offer_flow"], table["need_flow"]
    haul = sent.map(offers["route_distance_km"]).astype(float).fillna(0.0).to_numpy()
    return table.assign(
        route=sent.map(offers["route"]).fillna("").astype(str),
        route_cost=sent.map(offers["route_cost_eur_per_unit"]).astype(float),
        price=taken.map(needs["price_eur_per_unit"]).astype(float),
        net_km=table["distance_km"].astype(float) - road_km(haul, scenario.detour_factor),
    )


def _spread(of_pair: Ints, terms: Terms) -> tuple[Ints, Ints]:
    """Return, for every entry of every shipment, the shipment and the position of the entry."""
    order = np.argsort(terms.pair, kind="stable")
    count = np.bincount(terms.pair, minlength=terms.pairs)
    start = np.concatenate([[0], np.cumsum(count)[:-1]]) if terms.pairs else np.zeros(0, int)
    sizes = count[of_pair]
    shipment = np.repeat(np.arange(of_pair.size), sizes)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    entry = order[np.repeat(start[of_pair], sizes) + within]
    return shipment.astype(np.int64), entry.astype(np.int64)


def _basis(shipments: pd.DataFrame, term: Ints, shipment: Ints) -> Floats:
    """Return what a coefficient per unit is multiplied by: quantity, or quantity and added km."""
    per_km = np.isin(term, [TERMS.index(name) for name in PER_KM])
    quantity = shipments["quantity"].to_numpy(dtype=float)[shipment]
    basis: Floats = quantity * np.where(
        per_km, shipments["net_km"].to_numpy(dtype=float)[shipment], 1.0
    )
    return basis


def _missing(terms: Terms, of_pair: Ints) -> pd.DataFrame:
    """Return the gaps of every shipment."""
    shipments = pd.DataFrame({"pair": of_pair, "shipment": np.arange(of_pair.size)})
    return shipments.merge(terms.missing, on="pair")[["shipment", "term", "factor"]]


def _declared(ledger: Ledger) -> Ledger:
    """Return the ledger with declared costs and prices in the place of assumed ones."""
    table = ledger.shipments
    cost = table["route_cost"].to_numpy(dtype=float)
    price = table["price"].to_numpy(dtype=float)
    paid, bought = np.isfinite(cost), np.isfinite(price)
    drop = _is(ledger, "price")
    drop |= (_is(ledger, "gate_fee") | _is(ledger, "landfill_tax")) & paid[ledger.shipment]
    drop |= _is(ledger, "purchase") & bought[ledger.shipment]
    keep = ~drop
    gain = np.full(len(ledger), ONE, dtype=np.int64)
    gain[ledger.shipment[_is(ledger, "gain")]] = ledger.first[_is(ledger, "gain")]
    quantity = table["quantity"].to_numpy(dtype=float)
    rows = [
        (np.flatnonzero(paid), "declared_disposal", cost, np.full(len(ledger), ONE)),
        (np.flatnonzero(bought), "declared_purchase", price, gain),
    ]
    added = [
        (at, np.full(at.size, LEDGER_TERMS.index(term)), (quantity * unit)[at], first[at])
        for at, term, unit, first in rows
    ]
    ones = np.full(sum(row[0].size for row in added), ONE, dtype=np.int64)
    gone = ledger.missing["factor"].str.startswith("price:") & bought[ledger.missing["shipment"]]
    gone |= (
        ledger.missing["term"].isin(["gate_fee", "landfill_tax"]) & paid[ledger.missing["shipment"]]
    )
    return Ledger(
        table, ledger.pool,
        np.concatenate([ledger.shipment[keep], *(row[0] for row in added)]).astype(np.int64),
        np.concatenate([ledger.term[keep], *(row[1] for row in added)]).astype(np.int64),
        np.concatenate([ledger.coefficient[keep], *(row[2] for row in added)]),
        np.concatenate([ledger.first[keep], *(row[3] for row in added)]).astype(np.int64),
        np.concatenate([ledger.second[keep], ones]),
        ledger.missing[~gone].reset_index(drop=True), ledger.catalogue,
        np.concatenate([ledger.per_km[keep], np.zeros(ones.size)]), ledger.firms,
    )  # fmt: skip


def passed(ledger: Ledger) -> Passed:
    """Return the shares of each shipment that were credited when they came in."""
    gaps = ledger.missing.loc[ledger.missing["term"] == "substitution", "shipment"]
    unknown = np.isin(np.arange(len(ledger)), gaps)
    return passed_on(ledger.shipments, ledger.firms, ledger.catalogue, unknown)


def _credited_once(ledger: Ledger) -> Ledger:
    """Return the ledger without what would be credited a second time."""
    share = passed(ledger)
    if not share.waste.any():
        return ledger
    waste = np.isin(ledger.term, [LEDGER_TERMS.index(term) for term in WASTE_TERMS])
    use = np.isin(ledger.term, [LEDGER_TERMS.index(term) for term in USE_TERMS])
    burning = np.array([factor.topic == BURNING for factor in ledger.pool.factors])
    use |= _is(ledger, "processing") & burning[ledger.first]
    kept = np.where(waste, 1.0 - share.waste[ledger.shipment], 1.0)
    kept = np.where(use, 1.0 - share.use[ledger.shipment], kept)
    return replace(ledger, coefficient=ledger.coefficient * kept)


def _is(ledger: Ledger, term: str) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray(ledger.term == LEDGER_TERMS.index(term))
