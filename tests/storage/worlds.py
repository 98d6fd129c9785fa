"""Small worlds with answers by hand: four firms in two territories, and a study of three exchanges.

======  =========  ==============================  ===========================
firm    territory  flows (visibility)              prices
======  =========  ==============================  ===========================
ash     north      ash-1 (private), ash-2 (members)  ash-1 costs 11, ash-2 costs 12
beech   north      beech-1 (members)               beech-1 pays 21
cedar   south      cedar-1 (private)               cedar-1 pays 31
dogwood south      dogwood-1 (public)              dogwood-1 pays 41
======  =========  ==============================  ===========================

Exchanges: s1 ash-1 → beech-1, s2 ash-2 → cedar-1, s3 ash-2 → dogwood-1.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, box

from symbiosis.flows import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS, Flows
from symbiosis.graph import Graph
from symbiosis.impacts import Impact
from symbiosis.impacts.model import EMISSION_TERMS, TOTALS
from symbiosis.matching import Match
from symbiosis.matching.model import MatchCertificate
from symbiosis.scenario import Scenario
from symbiosis.storage import Grant, Principal, Role
from symbiosis.storage.tables import NUMBERS
from symbiosis.study import Study

PLACES = {"ash": (2.30, 51.00), "beech": (2.38, 51.03), "cedar": (3.05, 50.63),
          "dogwood": (3.10, 50.70)}  # fmt: skip
TERRITORY = {"ash": "north", "beech": "north", "cedar": "south", "dogwood": "south"}

FIRM_ASH = Principal("ash@firm.example", (Grant(Role.FIRM, "ash"),), "u-ash")
FIRM_BEECH = Principal("beech@firm.example", (Grant(Role.FIRM, "beech"),), "u-beech")
FIRM_CEDAR = Principal("cedar@firm.example", (Grant(Role.FIRM, "cedar"),), "u-cedar")
OFFICER_NORTH = Principal("lea@north.example", (Grant(Role.OFFICER, "north"),), "u-lea")
OFFICER_SOUTH = Principal("max@south.example", (Grant(Role.OFFICER, "south"),), "u-max")
ANALYST_NORTH = Principal("ana@north.example", (Grant(Role.ANALYST, "north"),), "u-ana")
ANALYST = Principal("all@lab.example", (Grant(Role.ANALYST),), "u-all")
ADMINISTRATOR = Principal("root@it.example", (Grant(Role.ADMINISTRATOR),), "u-root")


def rows(columns, *records):
    """A table of the contract: what a record leaves out is "" or NaN."""
    table = {}
    for name in columns:
        if name in NUMBERS:
            table[name] = np.array([record.get(name, np.nan) for record in records], dtype=float)
        elif name != "geometry":
            table[name] = pd.array([record.get(name, "") for record in records], dtype="str")
    return pd.DataFrame(table)


def firms_of(*records):
    table = rows(FIRM_COLUMNS, *records)
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def firm(firm_id, **more):
    x, y = PLACES.get(firm_id, (2.3, 51.0))
    return {"firm_id": firm_id, "name": firm_id.title(), "longitude": x, "latitude": y,
            "territory": TERRITORY.get(firm_id, ""), "contact": f"{firm_id}@phone",
            **more}  # fmt: skip


def flow(flow_id, quantity, visibility="members", material="10 11 12", **more):
    return {"flow_id": flow_id, "firm_id": flow_id.rsplit("-", 1)[0], "material": material,
            "kind": "material", "quantity": quantity, "unit": "t", "visibility": visibility,
            "status": "declared", **more}  # fmt: skip


def no_perimeters():
    return gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4326")


def flows_of(firms, offers, needs, territories=None):
    return Flows(
        firms=firms_of(*firms),
        offers=rows(OFFER_COLUMNS, *offers),
        needs=rows(NEED_COLUMNS, *needs),
        territories=no_perimeters() if territories is None else territories,
    )


def four_firms():
    perimeters = gpd.GeoDataFrame(
        {"code": ["north", "south"], "name": ["Nord", "Sud"]},
        geometry=[box(2, 50.9, 2.5, 51.1), box(2.9, 50.5, 3.2, 50.8)],
        crs="EPSG:4326",
    )
    return flows_of(
        [firm(name) for name in PLACES],
        [
            flow("ash-1", 10.0, "private", route_cost_eur_per_unit=11.0),
            flow("ash-2", 20.0, "members", route_cost_eur_per_unit=12.0),
        ],
        [
            flow("beech-1", 30.0, "members", "glass_cullet", price_eur_per_unit=21.0),
            flow("cedar-1", 40.0, "private", "glass_cullet", price_eur_per_unit=31.0),
            flow("dogwood-1", 50.0, "public", "glass_cullet", price_eur_per_unit=41.0),
        ],
        perimeters,
    )


def many(count, quantity=1.0, *, per_firm=10, prefix="f"):
    """``count`` offers of made-up firms, all of one quantity."""
    ids = [f"{prefix}{i}" for i in range(-(-count // per_firm))]
    return flows_of(
        [firm(name, territory="north") for name in ids],
        [flow(f"{ids[i // per_firm]}-{i}", quantity) for i in range(count)],
        [],
    )


_LINKS = (("s1", "ash-1", "beech-1", 8.0, 7.0), ("s2", "ash-2", "cedar-1", 9.0, 101.0),
          ("s3", "ash-2", "dogwood-1", 11.0, 99.0))  # fmt: skip


def three_exchanges():
    """A study of `four_firms` whose figures are its shipments' quantities times ten, and so on."""
    declared = four_firms()
    records = []
    for name, offer, need, quantity, km in _LINKS:
        giver, taker = offer.rsplit("-", 1)[0], need.rsplit("-", 1)[0]
        records.append(
            {
                "shipment_id": name, "case": "", "offer_firm": giver.title(),
                "need_firm": taker.title(), "material": "10 11 12", "input": "glass_cullet",
                "kind": "material", "pathway": "remelt", "quantity": quantity, "unit": "t",
                "gain": 1.0, "distance_km": km, "value_eur": 100.0 * quantity,
                "offer_firm_id": giver, "need_firm_id": taker, "offer_flow": offer,
                "need_flow": need, "geometry": LineString([PLACES[giver], PLACES[taker]]),
            }
        )  # fmt: skip
    shipments = gpd.GeoDataFrame(records, crs="EPSG:4326")
    impact = pd.DataFrame(shipments[["shipment_id", "case", "offer_firm", "need_firm", "material",
                                     "pathway", "quantity", "unit", "distance_km"]])  # fmt: skip
    for figure, factor in (("waste_diverted_t", 1.0), ("emissions_avoided_tco2e", 2.0),
                           ("jobs_fte", 0.01)):  # fmt: skip
        for level in ("", "_low", "_central", "_high"):
            impact[figure + level] = impact["quantity"] * factor
    impact["net_gain_eur"] = impact["quantity"] * 50.0
    totals = pd.DataFrame(
        {level: [float(i) for i in range(len(TOTALS))] for level in ("low", "central", "high")},
        index=list(TOTALS),
    )
    terms = pd.DataFrame(
        {level: [1.0] * 4 for level in ("low", "central", "high")}, index=list(EMISSION_TERMS)
    )
    unmatched = pd.DataFrame({"flow_id": ["ash-1"], "case": [""], "firm": ["Ash"],
                              "firm_id": ["ash"], "material": ["10 11 12"], "quantity": [2.0],
                              "unit": ["t"], "reason": ["taker_full"], "detail": [""]})  # fmt: skip
    prices = pd.DataFrame({"flow_id": ["ash-1"], "firm": ["Ash"], "direction": ["offer"],
                           "material": ["10 11 12"], "unit": ["t"],
                           "price_eur_per_unit": [5.0]})  # fmt: skip
    setbacks = pd.DataFrame({"offer": [0], "reason": [""], "detail": [""]})
    graph = Graph(declared, Scenario(), declared.offers, declared.needs, (), setbacks)
    certificate = MatchCertificate(2800.0, 2800.0, 0.0, 0.0, 6, 0.0)
    blending = pd.DataFrame({"flow_id": ["cedar-1"], "firm": ["Cedar"], "firm_id": ["cedar"],
                             "input": ["clay"], "blend_class": ["slag_in_bricks"],
                             "limit_share": [0.2], "limit": [8.0], "used": [8.0], "unit": ["t"],
                             "price_eur_per_unit": [3.0]})  # fmt: skip
    match = Match(graph, shipments, prices, unmatched, certificate, blending)
    return Study(declared, Scenario(), graph, match, Impact(match, impact, totals, terms))
