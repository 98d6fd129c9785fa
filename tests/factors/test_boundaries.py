"""What stands on each side of a difference: the same boundary, and no tonne or carbon twice."""

from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.catalogue import load
from symbiosis.factors import TERMS, terms_of
from symbiosis.factors.table import FactorTable
from symbiosis.scenario import Scenario
from tests.factors.conftest import CONCRETE, OIL, factor
from tests.factors.test_unit import crushed, unit

WOOD, STEEL, TYRES, RDF, FILM, MIXED = (
    "17 02 01", "17 04 05", "16 01 03", "19 12 10", "15 01 02", "20 03 07",
)  # fmt: skip


def net(row):
    return row["substitution_tco2e"] + row["avoided_disposal_tco2e"] + row["processing_tco2e"]


@pytest.fixture(scope="module")
def known():
    return load()


# -- 1: incineration without recovery, and energy recovered ------------------------------------


def test_a_furnace_without_recovery_is_charged_with_the_fossil_carbon_and_nothing_else(paper):
    burnt = unit(paper, "burn", OIL, "heavy_fuel_oil", "D10")
    assert burnt["avoided_disposal_tco2e"] == pytest.approx(2.9)
    # The oil is burnt either way: no carbon is saved by burning it elsewhere.
    assert burnt["avoided_disposal_tco2e"] + burnt["processing_tco2e"] == 0


@pytest.mark.parametrize(("material", "kg"), [(WOOD, 20), (STEEL, 0), ("20 01 01", 30)])
def test_no_row_of_a_furnace_without_recovery_holds_an_energy_credit(known, material, kg):
    one = unit(known, "site:R5", material, material, "D10")
    assert one["avoided_disposal_tco2e"] == pytest.approx(kg / 1000)
    rows = known.factors[known.factors["topic"].isin(["disposal_emissions", "route_credit"])]
    assert not rows["contains"].str.contains("energy_recovery").any()
    assert not rows["boundary"].str.contains("American").any()


def test_recycling_what_was_burnt_without_recovery_is_no_loss_by_the_boundary(known):
    steel = unit(known, "ferrous_to_scrap_170405", STEEL, "scrap_steel", "D10")
    assert net(steel) > 0


def test_wood_burnt_today_earns_what_it_earns_as_a_new_fuel(known):
    # 0.95 t of forest chips at 80 kg, less 20 kg of glues: what stays is the energy of chipping.
    new = unit(known, "sawmill_to_chips_030105", "03 01 05", "wood_chips_fuel", "D10")
    fuel = 0.95 * 80 - 20
    table = FactorTable.of(known.factors)
    assert table.find("route_credit", "R1:wood").central == pytest.approx(fuel)
    assert new["substitution_tco2e"] == pytest.approx(0.95 * 0.08)


@pytest.mark.parametrize(
    ("family", "by_hand"),
    [
        ("municipal", 0.29 * 51.9 + 0.58 * 243 - 400),
        ("tyres", 0.82 * 3400 - 1700),
        ("plastics", 0.8 * 1430 - 2600),
        ("textile", 1.1 * 1070 - 1100),
    ],
)
def test_the_french_energy_credit_by_hand(known, family, by_hand):
    found = FactorTable.of(known.factors).find("route_credit", f"R1:{family}")
    assert found.central == pytest.approx(by_hand, abs=1)
    assert found.low < found.central < found.high


# -- 2: the same recovery elsewhere --------------------------------------------------------------


@pytest.mark.parametrize(
    ("pathway", "material", "input_"),
    [
        ("copper_to_scrap_120103", "12 01 03", "scrap_copper"),
        ("copper_to_scrap_191203", "19 12 03", "scrap_copper"),
        ("cables_to_copper_170411", "17 04 11", "scrap_copper"),
        ("eaf_dust_to_zinc_100207", "10 02 07", "zinc_secondary"),
    ],
)
def test_a_metal_recycled_today_counts_only_the_road(known, pathway, material, input_):
    one = unit(known, pathway, material, input_, "R4")
    assert net(one) == one["jobs_fte"] == one["diverted_t"] == 0
    assert one["transport_tco2e_per_km"] > 0
    assert one["missing"] == ""


def test_compost_elsewhere_counts_only_the_road(known):
    one = unit(known, "green_to_peat_200201", "20 02 01", "growing_media_peat", "R3")
    assert net(one) == 0
    other = unit(known, "green_to_fuel_200201", "20 02 01", "wood_chips_fuel", "R3")
    assert net(other) != 0


def test_a_resin_recycled_today_counts_only_the_road(known):
    one = unit(known, "pet_bottles_150102", FILM, "pet_recycled", "R3")
    assert net(one) == 0


def test_what_is_left_of_an_unknown_metal_is_its_most_valuable_use(paper):
    rows = [
        factor("route_credit", "R4:concrete", 10),
        factor("route_credit", "R4:concrete:today", 500),
    ]
    table = replace(paper, factors=pd.concat([paper.factors, pd.DataFrame(rows)]))
    one = unit(table, "crush", CONCRETE, "aggregate_0_31", "R4")
    assert one["substitution_tco2e"] == pytest.approx((0.5 * (8 - 2) - 500) / 1000)
    site = unit(table, "site:R4", CONCRETE, CONCRETE)
    assert site["substitution_tco2e"] == pytest.approx(10 / 1000)


def test_cable_and_copper_agree(known):
    table = FactorTable.of(known.factors)
    copper = table.find("route_credit", "R4:copper").central
    assert table.find("route_credit", "R4:cable").central <= copper


# -- 3: own fossil carbon ------------------------------------------------------------------------


def test_own_carbon_is_set_against_a_displaced_fuel_outside_the_energy_rank(paper):
    rows = [factor("primary_emissions", "carbon_raiser", 3300, contains="combustion")]
    table = replace(
        paper,
        factors=pd.concat([paper.factors, pd.DataFrame(rows)]),
        pathways=paper.pathways.assign(hierarchy="recycling"),
    )
    one = unit(table, "burn", OIL, "carbon_raiser")
    assert one["substitution_tco2e"] == pytest.approx(0.5 * 3.3)
    assert one["processing_tco2e"] == pytest.approx(-2.9)


def test_a_displaced_fuel_is_not_credited_where_the_own_carbon_is_not_known(paper):
    rows = [factor("primary_emissions", "aggregate_0_31", 3300, contains="combustion",
                   factor_id="x", replaces="primary_emissions:aggregate_0_31")]  # fmt: skip
    table = replace(paper, factors=pd.concat([paper.factors, pd.DataFrame(rows)]))
    one = crushed(table)
    assert one["substitution_tco2e"] == 0
    assert "combustion_emissions:concrete" in one["missing"]


def test_graphite_and_tyres_as_carbon_release_their_own(known):
    graphite = unit(known, "electrode_graphite_161102", "16 11 02", "carbon_raiser")
    assert graphite["substitution_tco2e"] == pytest.approx(0.9 * 3.3)
    assert graphite["processing_tco2e"] <= -3.3
    tyres = unit(known, "tyres_to_steel_furnace", TYRES, "carbon_raiser")
    assert net(tyres) < 0


def test_shredded_tyres_are_charged_as_tyres(known):
    tyres = unit(known, "tyres_to_fuel_191210", RDF, "petcoke")
    assert tyres["processing_tco2e"] == pytest.approx(-1.7, abs=0.05)


# -- 5 and 6: rejects, yields and rests ----------------------------------------------------------


def test_a_site_that_takes_mixed_waste_throws_half_of_it_away(known):
    one = unit(known, "site:R3", MIXED, MIXED)
    assert one["diverted_t"] == pytest.approx(1 - 0.5)
    assert unit(known, "site:R3", MIXED, MIXED, level="low")["diverted_t"] == pytest.approx(0.08)


def test_a_site_that_burns_mixed_waste_takes_it_whole(known):
    one = unit(known, "site:R1", "20 03 01", "20 03 01", "D10")
    assert one["diverted_t"] == 1
    # The fossil carbon is released either way: what is left is the energy, 156 kg a tonne.
    assert net(one) == pytest.approx(0.156)


def test_a_site_earns_the_credit_at_the_yield_of_the_pathways_of_the_code(paper):
    rows = [factor("route_credit", "R5:concrete", 3, contains="per_product",
                   factor_id="x", replaces="route_credit:R5:concrete")]  # fmt: skip
    table = replace(paper, factors=pd.concat([paper.factors, pd.DataFrame(rows)]))
    one = unit(table, "site:R5", CONCRETE, CONCRETE)
    assert one["substitution_tco2e"] == pytest.approx(0.5 * 3 / 1000)
    low = unit(table, "site:R5", CONCRETE, CONCRETE, level="low")
    assert low["substitution_tco2e"] == pytest.approx(0.4 * 3 / 1000)


def test_a_site_does_not_beat_the_pathways_of_plastics(known):
    rows = known.pathways[
        (known.pathways["residue"] == FILM)
        & (known.pathways["hierarchy"] == "recycling")
        & (known.pathways["operation_code"] == "R3")
    ]
    one = unit(known, "site:R3", FILM, FILM)
    expected = rows["yield_central"].median() * 1.59711
    assert one["substitution_tco2e"] == pytest.approx(expected, rel=1e-4)
    assert rows["yield_central"].median() < 0.7


def test_a_pathway_that_uses_a_small_part_diverts_that_part(paper):
    small = paper.pathways.assign(yield_low=0.05, yield_central=0.1, yield_high=0.2)
    rejects = pd.DataFrame([factor("reject_rate", "mechanical", 0.2, 0.1, 0.5, unit="t/t")])
    table = replace(paper, pathways=small, factors=pd.concat([paper.factors, rejects]))
    one = crushed(table)
    assert one["diverted_t"] == pytest.approx(0.1 * (1 - 0.2))
    assert one["avoided_disposal_tco2e"] == pytest.approx(0.08 * 1 / 1000)
    assert crushed(table, level="low")["diverted_t"] == pytest.approx(0.05 * 0.5)


def test_the_rest_saves_no_energy_either(paper):
    small = paper.pathways.assign(yield_low=0.1, yield_central=0.1, yield_high=0.1)
    energy = pd.DataFrame([factor("primary_energy", "aggregate_0_31", 5, unit="MWh/t")])
    table = replace(paper, pathways=small, factors=pd.concat([paper.factors, energy]))
    pairs = pd.DataFrame(
        [("crush", CONCRETE, "aggregate_0_31", "D1")],
        columns=["pathway", "material", "input", "route"],
    )
    terms = terms_of(pairs, Scenario(), table)
    central = terms.pool.values()[0]
    value = terms.coefficient * central[terms.first] * central[terms.second]
    # 0.1 of each tonne is used: 0.5 MWh, less 10 kWh of crushing where a factor turns it primary.
    assert value[terms.term == TERMS.index("primary_energy")].sum() == pytest.approx(0.5)


def test_a_rest_with_a_stated_outlet_is_diverted_with_the_whole(paper):
    small = paper.pathways.assign(yield_low=0.05, yield_central=0.1, yield_high=0.2)
    stated = pd.DataFrame([factor("used_fraction", "crush", 1, unit="t/t")])
    table = replace(paper, pathways=small, factors=pd.concat([paper.factors, stated]))
    assert crushed(table)["diverted_t"] == 1


def test_what_is_composted_or_burnt_whole_leaves_no_rest(paper):
    small = paper.pathways.assign(yield_low=0.05, yield_central=0.1, yield_high=0.2)
    table = replace(paper, pathways=small)
    assert unit(table, "compost", "19 08 05", "compost")["diverted_t"] == pytest.approx(0.8)
    assert unit(table, "burn", OIL, "heavy_fuel_oil")["diverted_t"] == 1


# -- 8 and 9: landfill ---------------------------------------------------------------------------


def test_shells_give_no_methane_of_food(known):
    one = unit(known, "shells_to_calcium_020203", "02 02 03", "shells_calcium")
    assert one["avoided_disposal_tco2e"] < 0.002


def test_the_same_gas_is_left_out_on_both_sides_of_a_digester(known):
    table = FactorTable.of(known.factors)
    today = table.find("route_credit", "R3:food").central
    assert today == table.find("primary_emissions", "biogas_feedstock").central


def test_the_tax_of_another_year_is_said(paper):
    pairs = pd.DataFrame(
        [("crush", CONCRETE, "aggregate_0_31", "D1")],
        columns=["pathway", "material", "input", "route"],
    )
    gaps = terms_of(pairs, Scenario(year=2031), paper).missing
    assert "landfill_tax:D1@2020>2031" in gaps["factor"].tolist()
    assert (
        "landfill_tax" not in terms_of(pairs, Scenario(year=2020), paper).missing["term"].tolist()
    )
    assert "@" not in crushed(paper, year=2031)["missing"]
