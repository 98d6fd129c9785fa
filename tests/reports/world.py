"""A small world written by hand: four firms, three exchanges, two residues that stay."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point, box

from symbiosis.flows import Flows
from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from symbiosis.graph import Graph
from symbiosis.impacts import Impact
from symbiosis.matching import Match, MatchCertificate
from symbiosis.scenario import Scenario
from symbiosis.study import Study

EVIL = '<script>alert("x")</script> & fils'
FORMULA = "=HYPERLINK(1)"
PLACES = {
    "a": ("Aciérie de Flandre", "Dunkerque", 2.31, 51.02),
    "b": ("Cimenterie des Dunes", "Calais", 1.88, 50.94),
    "c": (EVIL, "Lille", 3.06, 50.63),
    "d": (FORMULA, "Boulogne-sur-Mer", 1.61, 50.72),
}
PULP = "paper_recovered_brown"
LINES = (
    # offer, need, material, input, kind, pathway, quantity, unit, km, value
    ("a", "b", "10 02 02", "cement_clinker", "material", "slag_to_cement", 80000.0, "t", 45.0, 2e6),
    ("a", "c", "heat_60_100c", "heat_60_100c", "heat", "heat_direct", 12000.0, "MWh", 3.0, 3e5),
    (
        "c",
        "d",
        "20 01 01",
        "paper_recovered_brown",
        "material",
        "paper_to_pulp",
        500.5,
        "t",
        140.0,
        -10.0,
    ),
)
TOTALS = {
    "waste_diverted_t": (80500.5, 80500.5, 80500.5),
    "emissions_avoided_tco2e": (20000.0, 35112.25, 50000.0),
    "jobs_fte": (3.0, 4.25, 9.0),
    "jobs_fte_per_1000_t": (0.04, 0.0528, 0.11),
    "net_gain_eur": (1.5e6, 2.3e6, 4e6),
    "heat_recovered_mwh": (11000.0, 12000.0, 12000.0),
    "water_saved_m3": (0.0, 0.0, 0.0),
    "co2_reused_t": (0.0, 0.0, 0.0),
}
TERMS = {
    "substitution": (21000.0, 34000.0, 48000.0),
    "avoided_disposal": (500.0, 1600.0, 2600.0),
    "processing": (-200.0, -150.0, -100.0),
    "transport": (-400.0, -337.75, -300.0),
}


def _levels(figures: dict) -> pd.DataFrame:
    return pd.DataFrame.from_dict(figures, orient="index", columns=["low", "central", "high"])


def _flows(columns: tuple[str, ...], rows: list[dict]) -> pd.DataFrame:
    table = pd.DataFrame(rows).reindex(columns=list(columns))
    numbers = [c for c in columns if c.endswith(("_pct", "_c", "_unit", "_km", "_lot"))]
    words = [c for c in columns if c not in [*numbers, "quantity", "year"]]
    return table.assign(
        **{c: table[c].astype(float) for c in numbers},
        **{c: table[c].astype(object).fillna("").astype(str) for c in words},
    )


def firms() -> gpd.GeoDataFrame:
    rows = [
        {"firm_id": key, "name": name, "commune": town, "longitude": x, "latitude": y}
        for key, (name, town, x, y) in PLACES.items()
    ]
    table = pd.DataFrame(rows).reindex(columns=[c for c in FIRM_COLUMNS if c != "geometry"])
    numbers = ["longitude", "latitude", "employees", "place_precision_m"]
    words = [c for c in table.columns if c not in numbers]
    table = table.assign(
        **{c: table[c].astype(object).fillna("").astype(str) for c in words},
        **{c: table[c].astype(float) for c in numbers},
    )
    points = [Point(x, y) for _, _, x, y in PLACES.values()]
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def flows() -> Flows:
    offers = [
        {"flow_id": f"o{i}", "firm_id": line[0], "material": line[2], "kind": line[4],
         "quantity": line[6], "unit": line[7], "visibility": "public", "status": "declared"}
        for i, line in enumerate(LINES)
    ]  # fmt: skip
    needs = [
        {"flow_id": f"n{i}", "firm_id": line[1], "material": line[3], "kind": line[4],
         "quantity": line[6], "unit": line[7], "visibility": "public", "status": "declared"}
        for i, line in enumerate(LINES)
    ]  # fmt: skip
    territory = gpd.GeoDataFrame(
        {"code": ["T1"], "name": ["Côte d'Opale"]}, geometry=[box(1.5, 50.5, 3.2, 51.1)],
        crs="EPSG:4326",
    )  # fmt: skip
    return Flows(firms(), _flows(OFFER_COLUMNS, offers), _flows(NEED_COLUMNS, needs), territory)


def shipments() -> gpd.GeoDataFrame:
    rows = [
        {
            "shipment_id": f"s{i}", "case": "", "offer_firm": PLACES[o][0],
            "need_firm": PLACES[n][0], "material": material, "input": into, "kind": kind,
            "pathway": pathway, "quantity": quantity, "unit": unit, "gain": 1.0,
            "distance_km": km, "value_eur": value, "offer_firm_id": o, "need_firm_id": n,
            "offer_flow": f"o{i}", "need_flow": f"n{i}",
        }
        for i, (o, n, material, into, kind, pathway, quantity, unit, km, value) in enumerate(LINES)
    ]  # fmt: skip
    ways = [LineString([PLACES[line[0]][2:], PLACES[line[1]][2:]]) for line in LINES]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=ways, crs="EPSG:4326")


def by_shipment() -> pd.DataFrame:
    kept = ["shipment_id", "case", "offer_firm", "need_firm", "material", "pathway", "quantity",
            "unit", "distance_km"]  # fmt: skip
    table = pd.DataFrame(shipments())[kept]
    return table.assign(
        waste_diverted_t=[80000.0, 0.0, 500.5],
        emissions_avoided_tco2e_low=[18000.0, 2000.0, -60.0],
        emissions_avoided_tco2e_central=[32000.0, 3162.25, -50.0],
        emissions_avoided_tco2e_high=[45000.0, 5000.0, 10.0],
        substitution_tco2e=[31000.0, 3000.0, 0.0],
        avoided_disposal_tco2e=[1500.0, 100.0, 0.0],
        processing_tco2e=[-100.0, -50.0, 0.0],
        transport_tco2e=[-400.0, 112.25, -50.0],
        jobs_fte_low=[1.0, 1.0, 1.0],
        jobs_fte_central=[2.0, 1.25, 1.0],
        jobs_fte_high=[4.0, 3.0, 2.0],
        net_gain_eur=[2.0e6, 3.0e5, -10.0],
        assumed=["price|disposal_cost", "", ""],
        offer_firm_id=["a", "a", "c"],
        need_firm_id=["b", "c", "d"],
        donor_gain_eur=[5e5, 1e5, 0.0],
        taker_gain_eur=[1.5e6, 2e5, -10.0],
        water_saved_m3=0.0,
        primary_energy_saved_mwh=[0.0, 12000.0, 0.0],
        virgin_material_saved_t=[80000.0, 0.0, 500.5],
        lorry_km_added=[1000.0, 0.0, 500.0],
    )


def nothing(whole: Study) -> Study:
    """Return the study of a territory where nothing pays and nothing stays."""
    match = replace(
        whole.match, shipments=whole.match.shipments.iloc[:0],
        unmatched=whole.match.unmatched.iloc[:0],
        certificate=MatchCertificate(0.0, 0.0, 0.0, 0.0, 0, 0.0),
    )  # fmt: skip
    impact = replace(
        whole.impact, match=match, by_shipment=whole.impact.by_shipment.iloc[:0],
        totals=whole.impact.totals * 0.0, emissions_terms=whole.impact.emissions_terms * 0.0,
        not_counted=whole.impact.not_counted.iloc[:0],
    )  # fmt: skip
    return replace(whole, match=match, impact=impact)


def study(scenario: Scenario | None = None) -> Study:
    """Return the whole study; nothing in it was computed."""
    declared, chosen = flows(), scenario or Scenario()
    empty = np.empty(0, dtype=np.int64)
    graph = Graph(declared, chosen, declared.offers, declared.needs, (), pd.DataFrame(empty))
    unmatched = pd.DataFrame(
        [
            ("o9", "", PLACES["a"][0], "a", "10 02 02", 1000.0, "t", "too_far", ""),
            ("o8", "", PLACES["c"][0], "c", "20 01 01", 7.0, "t", "no_pathway", "=cmd|x"),
        ],
        columns=["flow_id", "case", "firm", "firm_id", "material", "quantity", "unit", "reason",
                 "detail"],
    )  # fmt: skip
    prices = pd.DataFrame(
        columns=["flow_id", "firm", "direction", "material", "unit", "price_eur_per_unit"]
    )
    proof = MatchCertificate(2299990.0, 2299990.0, 0.0, 0.0, 12, 0.0)
    match = Match(graph, shipments(), prices, unmatched, proof)
    missing = pd.DataFrame(
        [("emissions", "20 01 01", "paper_to_pulp", 500.5, "t", "no factor")],
        columns=["figure", "material", "pathway", "quantity", "unit", "why"],
    )
    warnings = pd.DataFrame(columns=["check", "shipment_id", "message"])
    impact = Impact(match, by_shipment(), _levels(TOTALS), _levels(TERMS), missing, warnings)
    return Study(declared, chosen, graph, match, impact)
