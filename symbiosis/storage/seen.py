"""A kept study as one principal may see it: the access rule laid over frozen tables."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from symbiosis.flows import Flows
from symbiosis.graph import Graph
from symbiosis.impacts.columns import TOTALS
from symbiosis.matching import Match
from symbiosis.matching.model import MatchCertificate
from symbiosis.scenario import Scenario
from symbiosis.storage import bulk, matches
from symbiosis.storage.access import Kind, require_any, scope, visible
from symbiosis.storage.declared import visibilities
from symbiosis.storage.disclosure import blank, is_open, money
from symbiosis.storage.principals import Principal
from symbiosis.storage.studies import with_flows
from symbiosis.storage.tables import AGREEMENTS, FIRMS, SYNERGIES
from symbiosis.storage.worklist import LINK, identify
from symbiosis.study import Study

# What the graph adds to the flows and the firms.
_NODES = ("firm", "firm_index")
# Reasons that say how full the taker is.
_FULL = ("taker_full", "blending_limit", "capacity", "season")
_OPENNESS = {"private": 0, "members": 1, "public": 2}


def study_seen(connection: Connection, who: Principal, study: Study) -> Study:
    """Return a study without what the principal may not see.

    Parameters
    ----------
    connection
        Inside `engine.reading`: a flow made private since then is private here too.
    who
        Who asks.
    study
        As it was kept.

    Returns
    -------
    Study
        Whole for whoever reaches every firm of it. Otherwise with the visible flows, the exchanges
        of `matches.seen`, and empty totals: those of a few exchanges are not those of the study.
        Pins and bars stay only between visible firms, for those who may read scenarios, and no
        reason names a taker with a need that is hidden.
    """
    reached = require_any(who, Kind.STUDY)
    firms = _firms_today(connection, study.flows)
    territories = firms.set_index("firm_id")["territory"]
    everything = bool(reached.mask(firms["firm_id"], firms["territory"]).all())
    priced = scope(who, Kind.PRICE)
    if everything and bool(priced.mask(firms["firm_id"], firms["territory"]).all()):
        return study
    study = with_flows(study, replace(study.flows, firms=firms))
    levels = _levels(connection, study.flows)
    flows = _flows_seen(who, study.flows, levels, territories)
    shipments = shipments_seen(connection, who, study, levels)
    scenario = _scenario_seen(who, study.scenario, set(flows.firms["firm_id"]))
    graph = _graph_seen(study.graph, flows, scenario)
    match = replace(
        study.match,
        shipments=shipments,
        prices=study.match.prices.iloc[:0],
        unmatched=_unmatched_seen(study.match, flows, shipments),
        blending=study.match.blending.iloc[:0],
        certificate=_certificate_seen(study.match.certificate),
        graph=graph,
    )  # fmt: skip
    warnings = study.impact.warnings
    impact = replace(
        study.impact, match=match, by_shipment=_impact_seen(study.impact.by_shipment, shipments),
        totals=_totals(study.impact.totals, everything),
        emissions_terms=study.impact.emissions_terms.iloc[: None if everything else 0],
        not_counted=study.impact.not_counted.iloc[: None if everything else 0],
        warnings=warnings[~warnings["message"].str.contains("EUR|€")] if everything
        and len(warnings) else warnings.iloc[:0],
    )  # fmt: skip
    return Study(flows, scenario, graph, match, impact)


def _firms_today(connection: Connection, flows: Flows) -> gpd.GeoDataFrame:
    """Return the firms of a study in the territories to which the store says that they belong."""
    stored = bulk.fetch_in(connection, FIRMS, FIRMS.c.firm_id, flows.firms["firm_id"])
    today = dict(zip(stored["firm_id"], stored["territory"], strict=True))
    pairs = zip(flows.firms["firm_id"], flows.firms["territory"], strict=True)
    return flows.firms.assign(territory=pd.array([today.get(f, t) for f, t in pairs], dtype="str"))


def _certificate_seen(certificate: MatchCertificate) -> MatchCertificate:
    """Return whether the optimum is proven, and no number that follows from prices."""
    proven = 0.0 if certificate.optimal else np.nan
    return replace(
        certificate, primal_eur=np.nan, dual_eur=np.nan, gap_eur=np.nan, relative_gap=proven,
        largest_violation=proven, searched_eur=None,
    )  # fmt: skip


def _totals(totals: pd.DataFrame, everything: bool) -> pd.DataFrame:
    if not everything:
        return totals.iloc[:0]
    shown = totals.astype(float)
    told = [name in TOTALS and not str(name).endswith("_eur") for name in shown.index]
    return shown.where(pd.Series(told, index=shown.index), np.nan, axis=0)


def _ids(flows: Flows) -> set[str]:
    return set(flows.offers["flow_id"]) | set(flows.needs["flow_id"])


def _scenario_seen(who: Principal, scenario: Scenario, firms: set[str]) -> Scenario:
    """Return a scenario without the pairs of firms that an officer keeps apart or together."""
    told = firms if not scope(who, Kind.SCENARIO).empty else set()
    pairs = {
        name: tuple(pair for pair in getattr(scenario, name) if told.issuperset(pair))
        for name in ("forbidden", "pinned")
    }
    return scenario.model_copy(update=pairs)


def _graph_seen(graph: Graph, flows: Flows, scenario: Scenario) -> Graph:
    """Return the visible nodes, and roads between visible firms; no lane and no pair is left."""
    ids = _ids(flows)
    stays = graph.flows.firms["firm_id"].isin(set(flows.firms["firm_id"])).to_numpy(bool)
    nobody = graph.forbidden[:0]
    return replace(
        graph, flows=flows, scenario=scenario,
        offers=_nodes(graph.offers, ids), needs=_nodes(graph.needs, ids), lanes=(),
        setbacks=graph.setbacks.iloc[:0], forbidden=nobody, pinned=nobody,
        roads=graph.roads.among(stays),
    )  # fmt: skip


def _unmatched_seen(match: Match, seen: Flows, shipments: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what stays with offers whose every exchange is shown, and why.

    What was declared, less what is shown, less what stays, is what goes to a hidden partner: the
    rest of an offer is told only where there is none. Likewise a taker that is full, or as full as
    its recipe allows, takes from hidden sources what it needs less what the shown ones give.
    """
    whole = match.shipments
    shown = set(shipments.loc[shipments["hidden"] == "", "shipment_id"])
    partly = whole[~whole["shipment_id"].isin(shown)]
    table = match.unmatched
    table = table[table["flow_id"].isin(_ids(seen)) & ~table["flow_id"].isin(partly["offer_flow"])]
    table = table[[name for name in table if is_open(str(name), "unmatched")]].copy()
    needs = match.graph.flows.needs
    hidden = needs.loc[~needs["flow_id"].isin(set(seen.needs["flow_id"])), "firm_id"]
    firms = match.graph.flows.firms
    takers = firms["firm_id"].isin({*hidden, *partly["need_firm_id"]})
    names = set(firms.loc[takers, "name"])
    told_of = table["detail"].isin(names)
    table.loc[told_of, "detail"] = ""
    table.loc[told_of & table["reason"].isin(list(_FULL)), "reason"] = ""
    return table


def _nodes(table: pd.DataFrame, ids: set[str]) -> pd.DataFrame:
    """Return the visible nodes without their prices: the money of a node follows from them."""
    names = [n for n in table if is_open(str(n), "offers", "needs", "firms") or n in _NODES]
    return table.loc[table["flow_id"].isin(ids), names]


def _levels(connection: Connection, flows: Flows) -> pd.Series:
    """Return the visibility of each flow: the most private of then and now."""
    lines = pd.concat(
        [t[["flow_id", "firm_id", "visibility"]] for t in (flows.offers, flows.needs)]
    )
    pairs = list(zip(lines["firm_id"], lines["flow_id"], strict=True))
    now = visibilities(connection, pairs)
    rows = zip(lines["firm_id"], lines["flow_id"], lines["visibility"], strict=True)
    levels = {
        flow: min((then, now.get((firm, flow), then)), key=lambda v: _OPENNESS.get(v, 0))
        for firm, flow, then in rows
    }
    return pd.Series(levels, dtype=object)


def _flows_seen(who: Principal, flows: Flows, levels: pd.Series, territories: pd.Series) -> Flows:
    tables = {}
    for name in ("offers", "needs"):
        table = getattr(flows, name)
        table = table.assign(
            visibility=table["flow_id"].map(levels), territory=table["firm_id"].map(territories)
        )
        table = table[visible(who, table)]
        priced = scope(who, Kind.PRICE).mask(table["firm_id"], table["territory"])
        table = table.drop(columns=["territory"])
        blank(table, ~priced, money(table, name))
        tables[name] = table
    firms = flows.firms
    whole = scope(who, Kind.PRIVATE_FLOW).mask(firms["firm_id"], firms["territory"])
    shown = pd.concat([table["firm_id"] for table in tables.values()])
    firms = firms[whole | firms["firm_id"].isin(shown)]
    reachable = scope(who, Kind.CONTACT).mask(firms["firm_id"], firms["territory"])
    firms = firms.copy()
    blank(firms, ~reachable, ["contact", *money(firms, "firms")])
    empty = pd.DataFrame()
    return replace(flows, firms=firms, skipped=empty, notes=empty, mapping=empty, **tables)


def shipments_seen(
    connection: Connection, who: Principal, study: Study, levels: pd.Series
) -> gpd.GeoDataFrame:
    """Return the shipments of a study by `matches.seen`, with both firms' agreements."""
    table = study.match.shipments
    firms = study.flows.firms.set_index("firm_id")
    ends = {}
    for end in matches.ENDS:
        ends[f"{end}_visibility"] = table[f"{end}_flow"].map(levels).fillna("private")
        ends[f"{end}_territory"] = table[f"{end}_firm_id"].map(firms["territory"]).fillna("")
        ends[f"{end}_contact"] = table[f"{end}_firm_id"].map(firms["contact"]).fillna("")
    keys = zip(*(table[name] for name in LINK), strict=True)
    both = _both_agreed(connection)
    agreed = pd.Series([identify(key) in both for key in keys], index=table.index, dtype=bool)
    return gpd.GeoDataFrame(matches.seen(who, table.assign(**ends), agreed))


def _both_agreed(connection: Connection) -> set[str]:
    given: dict[str, set[str]] = {}
    for row in connection.execute(select(AGREEMENTS)):
        given.setdefault(row.synergy_id, set()).add(row.firm_id)
    ends = select(SYNERGIES.c.synergy_id, SYNERGIES.c.offer_firm_id, SYNERGIES.c.need_firm_id)
    rows = connection.execute(ends.where(SYNERGIES.c.synergy_id.in_(sorted(given))))
    return {row[0] for row in rows if given[row[0]] >= {row[1], row[2]}}


def _impact_seen(impact: pd.DataFrame, shipments: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the impact of the exchanges shown whole; the money where the shipment's is shown."""
    whole = shipments[shipments["hidden"] == ""].set_index("shipment_id")
    place = pd.Series(np.arange(len(whole)), index=whole.index)
    table = impact[impact["shipment_id"].isin(whole.index)]
    # In the order of the shipments, which tells nothing.
    table = table.loc[table["shipment_id"].map(place).sort_values(kind="stable").index].copy()
    blank(table, table["shipment_id"].map(whole["value_eur"]).isna(), money(table, "by_shipment"))
    return table
