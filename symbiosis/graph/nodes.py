"""The flows that take part in a scenario, as the nodes of the graph."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis import geography
from symbiosis.errors import Message, Problem, ScenarioError, say
from symbiosis.flows import Flows
from symbiosis.scenario import Scenario


def taking_part(flows: Flows, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the offers and needs of a scenario, each with its firm's place.

    Returns
    -------
    tuple of DataFrame
        Offers and needs, with ``firm``, ``firm_index``, ``longitude``, ``latitude`` joined, rows
        numbered from 0.

    Raises
    ------
    ScenarioError
        If the scenario names a territory that does not exist.
    """
    inside = _inside(flows, scenario)
    places = flows.firms[["firm_id", "name", "longitude", "latitude"]].rename(
        columns={"name": "firm"}
    )
    places = pd.DataFrame(places).assign(firm_index=np.arange(len(places)))[inside]
    return _nodes(flows.offers, places, scenario), _nodes(flows.needs, places, scenario)


def _nodes(flows: pd.DataFrame, places: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    chosen = flows if scenario.use_estimated else flows[flows["status"] != "estimated"]
    chosen = chosen[chosen["quantity"] > 0]
    return chosen.merge(places, on="firm_id", how="inner", validate="many_to_one")


def _inside(flows: Flows, scenario: Scenario) -> NDArray[np.bool_]:
    """Return for each firm whether the scenario's territory holds it."""
    firms: gpd.GeoDataFrame = flows.firms
    if not scenario.territory:
        return np.ones(len(firms), dtype=bool)
    areas = flows.territories
    known = set(areas["code"]) | set(areas["name"]) if len(areas) else set()
    known |= set(firms["territory"]) - {""}
    if scenario.territory not in known:
        raise _unknown(
            "territory",
            scenario.territory,
            say("give one of: {known}", known=", ".join(sorted(known)) or "-"),
        )
    inside = (firms["territory"] == scenario.territory).to_numpy(copy=True)
    if len(areas):
        mine = areas[(areas["code"] == scenario.territory) | (areas["name"] == scenario.territory)]
        inside |= (geography.assign(firms.geometry, mine) != "").to_numpy()
    return np.asarray(inside, dtype=bool)


def firm_pairs(flows: Flows, pairs: tuple[tuple[str, str], ...], field: str) -> NDArray[np.int64]:
    """Return the firm indices of pairs of firms given by identifier or name, shape k x 2.

    Raises
    ------
    ScenarioError
        If a pair names a firm that does not exist, or a name that several firms bear.
    """
    index: dict[str, list[int]] = {}
    firms = flows.firms
    for column in ("firm_id", "name"):
        for position, key in enumerate(firms[column]):
            found = index.setdefault(key, [])
            if position not in found:
                found.append(position)
    found_pairs = [[_only(index, name, field) for name in pair] for pair in pairs]
    return np.array(found_pairs, dtype=np.int64).reshape(-1, 2)


def check_pins(flows: Flows, pinned: NDArray[np.int64], forbidden: NDArray[np.int64]) -> None:
    """Refuse an order that another rule of the same scenario forbids.

    Raises
    ------
    ScenarioError
        If a firm is pinned to itself, or a pair is both pinned and forbidden.
    """
    barred = {(int(giver), int(taker)) for giver, taker in forbidden}
    names = flows.firms["name"].to_numpy(dtype=object)
    for giver, taker in pinned.tolist():
        if giver == taker or (giver, taker) in barred:
            problem = say("a pinned pair may not exchange: it is forbidden, or one firm twice")
            cure = say("take the pair out of pinned, or out of forbidden")
            value = f"{names[giver]} → {names[taker]}"
            raise ScenarioError([Problem(problem, cure, column="pinned", value=value)])


def _only(index: dict[str, list[int]], name: str, field: str) -> int:
    positions = index.get(name, [])
    if len(positions) != 1:
        cure = "give the firm's identifier" if positions else "give a firm of the declaration"
        raise _unknown(field, name, say(cure))
    return positions[0]


def _unknown(field: str, value: str, cure: Message) -> ScenarioError:
    problem = say("the scenario names something unknown or ambiguous")
    return ScenarioError([Problem(problem, cure, column=field, value=value)])


def without_firm(flows: Flows, position: int) -> Flows:
    """Return the flows without one firm, given by its row position."""
    leaving = flows.firms["firm_id"].iloc[position]
    return replace(
        flows,
        firms=flows.firms[flows.firms["firm_id"] != leaving].reset_index(drop=True),
        offers=flows.offers[flows.offers["firm_id"] != leaving].reset_index(drop=True),
        needs=flows.needs[flows.needs["firm_id"] != leaving].reset_index(drop=True),
    )
