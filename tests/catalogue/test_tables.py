"""The bundled tables keep every rule, each broken rule is seen, and every key leads somewhere."""

import pandas as pd
import pytest

from symbiosis.catalogue.check import check_tables
from symbiosis.catalogue.load import bundled_tables
from symbiosis.catalogue.rules import HIERARCHY


@pytest.fixture(scope="module")
def tables():
    return bundled_tables()


def test_bundled_tables_keep_every_rule(tables):
    problems = check_tables(tables).table()
    assert problems.empty, problems.to_string()


def test_every_foreign_key_by_hand(tables):
    """The same keys as `check_tables`, followed by code that shares nothing with it."""
    codes = set(tables["low"]["code"])
    materials = set(tables["materials"]["id"])
    begun = {code[:n] for code in codes for n in (2, 5)}
    assert set(tables["pathways"]["residue"]) <= codes | begun | materials
    assert set(tables["pathways"]["input"]) <= materials
    assert set(tables["pathways"]["operation_code"]) - {""} <= set(tables["operations"]["code"])
    assert set(tables["synonyms"]["target"]) <= codes | materials
    families = set(tables["families"]["id"])
    assert set(tables["low"]["family"]) | set(tables["materials"]["family"]) == families
    divisions = {nace for cell in tables["pathways"]["consumer_nace"] for nace in cell.split("|")}
    assert divisions - {""} <= set(tables["naf"]["code"])


def test_the_lists_are_whole(tables):
    assert len(tables["low"]) == 842
    assert (tables["low"]["hazardous"] == "1").sum() == 408
    assert list(tables["operations"]["code"]) == [f"R{n}" for n in range(1, 14)] + [
        f"D{n}" for n in range(1, 16)
    ]
    assert tables["naf"]["code"].str.fullmatch(r"\d\d\.\d\d[A-Z]").sum() == 732
    assert len(tables["materials"]) >= 150
    assert len(tables["pathways"]) >= 300


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("pathways", "residue", "10 99 99"),
        ("pathways", "input", "unobtainium"),
        ("pathways", "operation", "magic"),
        ("pathways", "operation_code", "R14"),
        ("pathways", "yield_central", "much"),
        ("pathways", "yield_low", "99"),
        ("pathways", "blending_limit", "1.5"),
        ("pathways", "consumer_nace", "23|00"),
        ("pathways", "excluded_contaminants", "asbestos|bad luck"),
        ("pathways", "id", "Grinding: fine"),
        ("activities", "division", "04"),
        ("activities", "residue", "10 02"),
        ("pathways", "legal_status", "legal"),
        ("pathways", "source", ""),
        ("pathways", "year", "soon"),
        ("materials", "price_low_eur", "-3"),
        ("materials", "unit", "kg"),
        ("materials", "family", "kryptonite"),
        ("low", "family", "kryptonite"),
        ("low", "hazardous", "yes"),
    ],
)
def test_a_broken_cell_is_seen_and_placed(tables, table, column, value):
    broken = dict(tables)
    rows = tables[table].copy()
    rows.loc[rows.index[4], column] = value
    broken[table] = rows
    seen = check_tables(broken).table()
    told = "yield_central" if column == "yield_low" else column  # the middle of a wrong range
    places = set(seen[["file", "row", "column"]].itertuples(index=False, name=None))
    assert places == {(f"{table}.csv", 6, told)}


def test_a_repeated_identifier_is_seen(tables):
    rows = pd.concat([tables["materials"], tables["materials"].iloc[[0]]], ignore_index=True)
    seen = check_tables({**tables, "materials": rows}).table()
    assert list(seen["problem"]) == ["this row stands twice"]


def test_every_code_and_material_has_an_everyday_name(tables):
    named = set(tables["synonyms"]["target"])
    assert named == set(tables["low"]["code"]) | set(tables["materials"]["id"])


def test_a_blending_limit_always_has_its_class(tables):
    paths = tables["pathways"]
    assert ((paths["blending_limit"] != "") == (paths["blend_class"] != "")).all()
    shared = paths[paths["blend_class"] != ""].groupby(["blend_class", "input"])["blending_limit"]
    assert (shared.nunique() == 1).all()


def test_food_ranks_as_french_law_ranks_it(tables):
    """Donation, then feed, then compost and digestion (Code de l'environnement, L541-15-4).

    The law gives the last two one rank; the catalogue puts digestion first.
    """
    paths = tables["pathways"]
    bread = paths[paths["residue"] == "02 06 01"]
    rank = {
        operation: min(HIERARCHY.index(step) for step in group["hierarchy"])
        for operation, group in bread.groupby("operation")
    }
    donation = HIERARCHY.index(bread[bread["input"] == "food_donation"]["hierarchy"].iloc[0])
    assert donation < rank["feed"] < rank["digestion"] < rank["composting"]


def test_every_operation_on_food_keeps_its_rank(tables):
    paths = tables["pathways"].groupby("operation")["hierarchy"].agg(set)
    assert paths["feed"] <= {"feed", "reuse"}
    assert paths["digestion"] == {"recycling"}
    assert paths["composting"] == {"recovery"}


@pytest.mark.parametrize(
    "residue",
    [
        "10 02 02", "10 01 02", "19 01 12", "10 09 08", "17 08 02", "15 01 07", "15 01 02",
        "15 01 01", "03 01 05", "20 01 38", "20 01 10", "16 01 03", "02 05 01", "02 07 04",
        "19 08 05", "14 06 03", "13 02 05", "06 01 01", "06 02 04", "17 01 01", "17 05 04",
        "20 01 36", "15 01 03", "co2_captured", "heat_below_60c", "heat_60_100c", "heat_100_200c",
        "heat_200_500c", "heat_above_500c", "steam_low_pressure", "cooling_0_15c", "biogas",
        "treated_wastewater", "rinse_water_clean", "hydrogen", "process_gas",
    ],
)  # fmt: skip
def test_every_theme_has_a_pathway_that_runs_today(tables, residue):
    paths = tables["pathways"]
    found = paths[paths["residue"] == residue]
    assert (found["maturity"] == "industrial").any()


@pytest.mark.parametrize("resin", ["pet", "hdpe", "ldpe", "pp", "ps", "pvc", "pu"])
def test_every_resin_has_its_own_input(tables, resin):
    inputs = set(tables["materials"].query("family == @resin")["id"])
    assert inputs & set(tables["pathways"]["input"])


def test_every_hazardous_code_is_marked_so_in_its_pathways(tables):
    hazardous = set(tables["low"].loc[tables["low"]["hazardous"] == "1", "code"])
    paths = tables["pathways"]
    marked = paths["legal_status"] == "hazardous"
    of_hazardous = paths["residue"].isin(hazardous)
    reuse = paths["legal_status"] == "none"
    assert (of_hazardous & ~marked & ~reuse).sum() == 0
    assert (marked & ~of_hazardous).sum() == 0
