"""What one unit of residue is worth on a link, cut into the parts that make lanes separable.

With weights w, road distance d and today's haul h (0 where unknown), for one unit of residue::

    v = w_eur (avoided disposal + gain * avoided purchase - treatment - freight (d - h))
      + w_tco2e (substitution + avoided disposal - processing - transport (d - h))
      + w_t diverted + w_fte jobs

Everything but ``gain * avoided purchase`` and the distance belongs to the offer's side.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.factors import unit_terms
from symbiosis.geography import road_km
from symbiosis.graph.admission import Gate
from symbiosis.graph.lane import Floats, Lane
from symbiosis.scenario import Scenario

PAIR = ["pathway", "material", "input", "route"]


def lanes_of(
    gates: tuple[Gate, ...],
    offers: pd.DataFrame,
    needs: pd.DataFrame,
    scenario: Scenario,
    catalogue: Catalogue,
) -> tuple[Lane, ...]:
    """Return the valued lanes of the gates.

    A gate becomes several lanes where its offers differ in yield or in the cost of distance.

    Parameters
    ----------
    gates
        Groups of admissible links.
    offers, needs
        Nodes of the graph.
    scenario
        Weights, level of factors, distances.
    catalogue
        Materials, pathways and factors.
    """
    if not gates:
        return ()
    entries = _entries(gates, offers)
    terms = entries.join(_terms(entries, scenario, catalogue), on=PAIR)
    terms["input_kind"] = catalogue.kind_of(terms["input"])
    terms["rate"] = _rate(terms, scenario)
    terms["offer_value"] = _offer_side(terms, offers, scenario)
    keys = ["gate", "gain", "rate", "kind"]
    lanes = (
        _lane(gates[int(group["gate"].iloc[0])], group, needs, scenario)
        for _, group in terms.groupby(keys, sort=True)
    )
    return tuple(_limited(lane, catalogue) for lane in lanes)


def _limited(lane: Lane, catalogue: Catalogue) -> Lane:
    """Return a lane with the largest share of a need that its pathway's class may serve."""
    if lane.pathway not in catalogue.pathways.index:
        return lane
    share = float(str(catalogue.pathways.at[lane.pathway, "blending_limit"]))
    if np.isnan(share) or share >= 1:
        return lane
    # A row of one's own that names no class shares its limit with nothing else.
    named = str(catalogue.pathways.at[lane.pathway, "blend_class"])
    return replace(lane, blend_class=named or lane.pathway, blend_limit=share)


def _lane(gate: Gate, group: pd.DataFrame, needs: pd.DataFrame, scenario: Scenario) -> Lane:
    """Return the lane of one gate's offers that share a yield and a cost of distance."""
    first = group.iloc[0]
    price = needs["price_eur_per_unit"].to_numpy(dtype=float)[gate.needs]
    paid = np.where(np.isnan(price), first["price_eur"], price)
    return Lane(
        pathway=gate.pathway,
        offers=group["offer"].to_numpy(dtype=np.int64),
        needs=gate.needs,
        offer_value=group["offer_value"].to_numpy(dtype=float),
        need_value=scenario.weights.eur * first["gain"] * paid,
        rate_per_km=float(first["rate"]),
        gain=float(first["gain"]),
        max_distance_km=_limit_km(str(first["kind"]), str(first["input_kind"]), scenario),
    )


def _limit_km(kind: str, input_kind: str, scenario: Scenario) -> float:
    """Return the longest road distance: what goes by pipe is bound at both ends of it."""
    own = scenario.max_distance_of(kind)
    return own if kind == "material" else min(own, scenario.max_distance_of(input_kind))


def _entries(gates: tuple[Gate, ...], offers: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each offer of each gate."""
    sizes = [gate.offers.size for gate in gates]
    offer = np.concatenate([gate.offers for gate in gates])
    entries = offers.iloc[offer][["material", "route", "kind"]].reset_index(drop=True)
    return entries.assign(
        gate=np.repeat(np.arange(len(gates)), sizes),
        offer=offer,
        pathway=np.repeat(np.array([gate.pathway for gate in gates], dtype=object), sizes),
        input=np.repeat(np.array([gate.input for gate in gates], dtype=object), sizes),
    )


def _terms(entries: pd.DataFrame, scenario: Scenario, catalogue: Catalogue) -> pd.DataFrame:
    """Return the terms of each distinct kind of link, indexed by `PAIR`."""
    pairs = entries[PAIR].drop_duplicates().reset_index(drop=True)
    terms = unit_terms(pairs, scenario, catalogue)
    return terms.set_index(pd.MultiIndex.from_frame(pairs))


def _rate(terms: pd.DataFrame, scenario: Scenario) -> pd.Series:
    """Return the objective lost per unit and road kilometre."""
    weights = scenario.weights
    return (
        weights.eur * terms["freight_eur_per_km"] + weights.tco2e * terms["transport_tco2e_per_km"]
    )


def _offer_side(terms: pd.DataFrame, offers: pd.DataFrame, scenario: Scenario) -> Floats:
    """Return the part of the value that does not depend on who takes it."""
    weights = scenario.weights
    declared = offers["route_cost_eur_per_unit"].to_numpy(dtype=float)[terms["offer"]]
    disposal = np.where(np.isnan(declared), terms["disposal_eur"], declared)
    haul = np.nan_to_num(offers["route_distance_km"].to_numpy(dtype=float)[terms["offer"]])
    haul_km = road_km(haul, scenario.detour_factor)
    money = disposal - terms["treatment_eur"] - terms["freight_fixed_eur"]
    carbon = (
        terms["substitution_tco2e"] + terms["avoided_disposal_tco2e"] + terms["processing_tco2e"]
    )
    value: pd.Series = (
        weights.eur * money
        + weights.tco2e * carbon
        + weights.t_diverted * terms["diverted_t"]
        + weights.fte * terms["jobs_fte"]
        + terms["rate"] * haul_km
    )
    return value.to_numpy(dtype=float)
