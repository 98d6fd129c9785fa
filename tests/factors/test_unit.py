from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.catalogue import load
from symbiosis.errors import ScenarioError
from symbiosis.factors import UNIT_COLUMNS, unit_terms
from symbiosis.scenario import Scenario
from tests.factors.conftest import CONCRETE, OIL, SLUDGE


def unit(catalogue, pathway, material, input_, route="D1", **scenario):
    pairs = pd.DataFrame(
        [(pathway, material, input_, route)],
        columns=["pathway", "material", "input", "route"],
        index=[7],
    )
    found = unit_terms(pairs, Scenario(**scenario), catalogue)
    assert found.index.tolist() == [7]
    assert tuple(found.columns) == UNIT_COLUMNS
    return found.loc[7]


def crushed(paper, route="D1", **scenario):
    return unit(paper, "crush", CONCRETE, "aggregate_0_31", route, **scenario)


def test_each_term_by_hand(paper):
    one = crushed(paper)
    assert one["gain"] == 0.5
    assert one["substitution_tco2e"] == pytest.approx(0.5 * (8 - 2) / 1000)
    assert one["avoided_disposal_tco2e"] == pytest.approx(1 / 1000)
    assert one["transport_tco2e_per_km"] == pytest.approx(0.1 / 1000)
    assert one["disposal_eur"] == 50 + 65
    assert one["treatment_eur"] == 2
    assert one["diverted_t"] == 1


def test_what_a_burden_contains_is_not_subtracted_twice(paper):
    # The secondary burden of recycled aggregate holds its crushing: the 10 kWh are not added.
    assert crushed(paper)["processing_tco2e"] == 0
    composted = unit(paper, "compost", SLUDGE, "compost")
    assert composted["processing_tco2e"] == pytest.approx(-10 * 0.05 / 1000)


def test_a_residue_already_recovered_counts_only_the_difference(paper):
    one = crushed(paper, "R5")
    assert one["substitution_tco2e"] == pytest.approx((0.5 * (8 - 2) - 3) / 1000)
    assert one["avoided_disposal_tco2e"] == 0
    assert one["diverted_t"] == 0
    assert one["disposal_eur"] == 8


def test_the_same_recovery_elsewhere_changes_nothing_but_the_road(paper):
    known = replace(paper, pathways=paper.pathways.assign(input="concrete_again"))
    materials = paper.materials.rename(index={"aggregate_0_31": "concrete_again"})
    known = replace(known, materials=materials.assign(family="concrete"))
    one = unit(known, "crush", CONCRETE, "concrete_again", "R5")
    assert one["substitution_tco2e"] == one["processing_tco2e"] == one["jobs_fte"] == 0
    assert one["transport_tco2e_per_km"] > 0
    assert one["missing"] == ""


def test_a_new_use_that_no_factor_knows_does_not_make_a_recovery_a_loss(paper):
    one = unit(paper, "burn", CONCRETE, "heavy_fuel_oil", "R5")
    assert one["substitution_tco2e"] == one["processing_tco2e"] == 0
    assert "primary_emissions:heavy_fuel_oil" in one["missing"]


def test_a_recovery_that_no_factor_knows_is_not_taken_for_nothing(paper):
    one = crushed(paper, "R10")
    assert one["substitution_tco2e"] == 0
    assert "route_credit:R10:concrete" in one["missing"]


def test_an_unknown_route_is_landfill(paper):
    assert crushed(paper, "").drop("missing").equals(crushed(paper, "D1").drop("missing"))


def test_low_is_the_least_favourable_state_and_high_the_most(paper):
    low, high = crushed(paper, level="low"), crushed(paper, level="high")
    assert low["gain"] == 0.4
    assert low["substitution_tco2e"] == pytest.approx(0.4 * (6 - 3) / 1000)
    assert high["substitution_tco2e"] == pytest.approx(0.5 * (10 - 1) / 1000)
    assert low["treatment_eur"] == 4
    assert high["treatment_eur"] == 1
    assert low["transport_tco2e_per_km"] == pytest.approx(0.2 / 1000)


def test_rejects_are_no_diverted_waste_and_avoid_no_disposal(paper):
    one = unit(paper, "compost", SLUDGE, "compost")
    assert one["diverted_t"] == pytest.approx(0.8)
    assert one["avoided_disposal_tco2e"] == pytest.approx(50 * 0.8 / 1000)


def test_jobs_are_net_of_the_disposal_displaced(paper):
    one = unit(paper, "compost", SLUDGE, "compost")
    assert one["jobs_fte"] == pytest.approx((0.4 - 1) / 1000)


def test_no_ratio_of_landfill_jobs_is_lent_to_bulk_minerals(paper):
    one = crushed(paper)
    assert one["jobs_fte"] == pytest.approx(0.04 / 1000)
    assert "jobs:D1:concrete" in one["missing"]


def test_fifty_against_one_only_where_it_fits(paper):
    sludge = unit(paper, "compost", SLUDGE, "compost", jobs="ademe-2013")
    assert sludge["jobs_fte"] == pytest.approx((50 - 1) / 1000)
    assert crushed(paper, jobs="ademe-2013")["jobs_fte"] == pytest.approx(0.04 / 1000)


def test_fossil_carbon_that_is_burnt_is_counted(paper):
    one = unit(paper, "burn", OIL, "heavy_fuel_oil")
    assert one["processing_tco2e"] == pytest.approx(-2.9)
    assert "primary_emissions:heavy_fuel_oil" in one["missing"]


def test_a_hazardous_waste_pays_the_gate_fee_of_one(paper):
    assert unit(paper, "burn", OIL, "heavy_fuel_oil")["disposal_eur"] == 200 + 65


def test_heat_is_no_waste_and_travels_by_pipe(paper):
    one = unit(paper, "warm", "heat_100_200c", "heat_60_100c", "")
    assert one["diverted_t"] == one["jobs_fte"] == one["disposal_eur"] == 0
    assert one["substitution_tco2e"] == pytest.approx(0.5 * 0.24)
    assert one["transport_tco2e_per_km"] == pytest.approx(0.01 / 1000)
    assert "transport_cost:pipe:heat" in one["missing"]
    assert "jobs:heat" in one["missing"]


def test_a_treating_site_earns_the_credit_of_its_operation(paper):
    one = unit(paper, "site:R5", CONCRETE, CONCRETE)
    assert one["gain"] == 1
    assert one["substitution_tco2e"] == pytest.approx(3 / 1000)
    assert one["treatment_eur"] == 8
    assert one["price_eur"] == 0
    same = unit(paper, "site:R5", CONCRETE, CONCRETE, "R5")
    assert same["substitution_tco2e"] == 0
    assert same["jobs_fte"] == 0


def test_a_vehicle_that_no_factor_knows_is_refused_with_those_that_are(paper):
    with pytest.raises(ScenarioError) as caught:
        crushed(paper, vehicle="zeppelin")
    assert "articulated_40t" in caught.value.problems.table().loc[0, "cure"]


def test_recycled_aggregate_saves_what_was_published():
    one = unit(load(), "recycled_aggregate_to_road", "19 12 09", "aggregate_0_31")
    saved = one["substitution_tco2e"] + one["avoided_disposal_tco2e"] + one["processing_tco2e"]
    assert saved * 1000 == pytest.approx(5.84, abs=0.01)


def test_every_bundled_pathway_has_its_numbers():
    known = load()
    rows = known.pathways.reset_index()
    rows = rows[rows["residue"].isin(known.entries.index)]
    pairs = rows.rename(columns={"id": "pathway", "residue": "material"}).assign(route="D1")
    terms = unit_terms(pairs, Scenario(), known)
    assert terms.drop(columns="missing").notna().all(axis=None)
    assert (terms[["gain", "treatment_eur", "transport_tco2e_per_km"]] >= 0).all(axis=None)
    uncounted = terms["missing"].str.contains("primary_emissions").mean()
    assert uncounted < 0.1
