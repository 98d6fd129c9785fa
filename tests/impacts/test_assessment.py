from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbiosis import bundled
from symbiosis.impacts import EMISSION_TERMS, IMPACT_COLUMNS, TOTALS, assess
from symbiosis.impacts.gaps import OTHER_YEAR, translated_gap
from symbiosis.scenario import Scenario
from tests.factors.conftest import CONCRETE, SLUDGE
from tests.impacts.conftest import matched, shipment
from tests.worlds import firm, need, offer, world


def test_every_figure_by_hand(crushing):
    row = assess(crushing).by_shipment.iloc[0]
    assert row["waste_diverted_t"] == 1000
    assert row["substitution_tco2e"] == pytest.approx(1000 * 0.5 * (8 - 2) / 1000)
    assert row["avoided_disposal_tco2e"] == pytest.approx(1000 * 1 / 1000)
    assert row["processing_tco2e"] == 0
    assert row["transport_tco2e"] == pytest.approx(-1000 * 10 * 0.1 / 1000)
    assert row["emissions_avoided_tco2e_central"] == pytest.approx(3 + 1 - 1)
    assert row["jobs_fte_central"] == pytest.approx(1000 * 0.04 / 1000 + 10_000 / 1e6)
    price = bundled.table("materials").set_index("id").loc["aggregate_0_31", "price_central_eur"]
    money = 50 + 65 + 0.5 * float(price) - 2 - 0.48 - 0.1104 * 10
    assert row["net_gain_eur"] == pytest.approx(1000 * money)
    assert row["assumed"] == "disposal_cost|price"


def test_low_and_high_by_hand(crushing):
    row = assess(crushing).by_shipment.iloc[0]
    low = 0.4 * (6 - 3) + 0.5 - 10 * 0.2
    high = 0.5 * (10 - 1) + 2 - 10 * 0.05
    assert row["emissions_avoided_tco2e_low"] == pytest.approx(low)
    assert row["emissions_avoided_tco2e_high"] == pytest.approx(high)


def test_the_terms_add_up_to_the_total_in_every_column(crushing):
    impact = assess(crushing)
    summed = impact.emissions_terms.sum()
    assert np.allclose(summed, impact.totals.loc["emissions_avoided_tco2e"])
    assert list(impact.totals.index) == list(TOTALS)
    assert list(impact.emissions_terms.index) == list(EMISSION_TERMS)
    assert (impact.totals["low"] <= impact.totals["central"]).all()
    assert (impact.totals["central"] <= impact.totals["high"]).all()


def test_a_declared_cost_and_price_take_the_place_of_the_assumed(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, 1000, route_cost_eur_per_unit=7.0)],
        [need("B", "aggregate_0_31", 500, price_eur_per_unit=20.0)],
    )
    row = assess(matched(paper, flows, shipment(1, "crush", 1000, 0))).by_shipment.iloc[0]
    assert row["assumed"] == ""
    assert row["donor_gain_eur"] == 7000
    assert row["taker_gain_eur"] == pytest.approx(1000 * (0.5 * 20 - 2 - 0.48))
    assert row["net_gain_eur"] == pytest.approx(row["donor_gain_eur"] + row["taker_gain_eur"])


def test_only_the_kilometres_beyond_todays_haul_count(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, 1000, route_distance_km=10.0)],
        [need("B", "aggregate_0_31", 500)],
    )
    match = matched(paper, flows, shipment(1, "crush", 1000, 20), detour_factor=1.5)
    row = assess(match).by_shipment.iloc[0]
    assert row["transport_tco2e"] == pytest.approx(-1000 * (20 - 15) * 0.1 / 1000)
    # It breaks even where the kilometres added use up the 4 kg a tonne: 15 + 4 / 0.1.
    assert row["breakeven_km"] == pytest.approx(55)


def test_an_exchange_that_emits_more_than_it_saves_says_so(paper, crushing):
    far = crushing.shipments.assign(distance_km=100.0)
    impact = assess(replace(crushing, shipments=far))
    assert impact.by_shipment.loc[0, "emits_more"]
    assert impact.totals.at["emissions_avoided_tco2e", "central"] == pytest.approx(4 - 10)
    said = impact.warnings[impact.warnings["check"] == "emits_more"]
    assert said["shipment_id"].tolist() == ["s1"]
    assert "40 km where it breaks even" in said["message"].iloc[0]


def test_what_is_already_recovered_is_not_diverted_again(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, 1000, route="R5")],
        [need("B", "aggregate_0_31", 500)],
    )
    impact = assess(matched(paper, flows, shipment(1, "crush", 1000, 0)))
    assert impact.totals.at["waste_diverted_t", "central"] == 0
    assert impact.totals.at["emissions_avoided_tco2e", "central"] == pytest.approx(3 - 3)


def test_heat_has_a_total_of_its_own_and_no_tonnes(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", "heat_100_200c", 1000, unit="MWh", kind="heat", route="")],
        [need("B", "heat_60_100c", 500, unit="MWh", kind="heat")],
    )
    warm = shipment(
        1, "warm", 1000, 2, material="heat_100_200c", input="heat_60_100c", kind="heat", unit="MWh"
    )
    totals = assess(matched(paper, flows, warm)).totals["central"]
    assert totals["heat_recovered_mwh"] == 500
    assert totals["waste_diverted_t"] == totals["jobs_fte_per_1000_t"] == totals["jobs_fte"] == 0
    expected = (1000 * 0.5 * 240 - 1000 * 10 * 0.05 - 1000 * 2 * 0.01) / 1000
    assert totals["emissions_avoided_tco2e"] == pytest.approx(expected)


def test_what_no_factor_covers_is_listed_with_its_quantity(paper):
    flows = world([firm("A"), firm("B")], [offer("A", CONCRETE, 300)], [need("B", "ash", 300)])
    unknown = replace(paper, factors=paper.factors[paper.factors["topic"] != "primary_emissions"])
    impact = assess(matched(unknown, flows, shipment(1, "crush", 300, 10)))
    gap = impact.not_counted.set_index("figure").loc["emissions_avoided_tco2e.substitution"]
    assert (gap["quantity"], gap["unit"]) == (300, "t")
    assert "primary_emissions:aggregate_0_31" in gap["why"]
    assert impact.emissions_terms.at["substitution", "central"] == 0


def test_the_tax_of_another_year_is_listed_with_its_tonnes(paper, crushing):
    impact = assess(crushing, Scenario(year=2031))
    gap = impact.not_counted.set_index("figure").loc["net_gain_eur.landfill_tax"]
    assert gap["why"] == "landfill_tax:D1: the tax of 2020 is used for 2031"
    assert gap["quantity"] == 1000
    assert translated_gap(gap["why"], {OTHER_YEAR: "{year} : {found}"}.get) == "2031 : 2020"
    # A firm that says what it pays has paid its tax in it.
    paid = crushing.graph.offers.assign(route_cost_eur_per_unit=9.0)
    told = assess(
        replace(crushing, graph=replace(crushing.graph, offers=paid)), Scenario(year=2031)
    )
    assert "net_gain_eur.landfill_tax" not in set(told.not_counted["figure"])


def test_a_match_without_an_exchange_is_all_zero(paper, crushing):
    none = replace(crushing, shipments=crushing.shipments.iloc[:0])
    impact = assess(none)
    assert (impact.totals == 0).all(axis=None)
    assert impact.warnings.empty
    assert impact.not_counted.empty
    assert impact.by_firm.empty


def test_the_hierarchy_before_and_after_and_a_downgrade(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, 10), offer("A", SLUDGE, 10, route="R3")],
        [need("B", "aggregate_0_31", 5), need("B", "compost", 5)],
    )
    worse = replace(
        paper, pathways=paper.pathways.assign(hierarchy=["recycling", "energy", "energy", "energy"])
    )
    rows = [
        shipment(1, "crush", 10, 1),
        shipment(2, "compost", 10, 1, material=SLUDGE, input="compost"),
    ]
    impact = assess(matched(worse, flows, *rows))
    table = impact.by_shipment
    assert table["hierarchy_before"].tolist() == ["disposal", "recycling"]
    assert table["hierarchy_after"].tolist() == ["recycling", "energy"]
    assert table["hierarchy_steps"].tolist() == [3, -2]
    assert impact.warnings.set_index("check").at["downgrade", "shipment_id"] == "s2"


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ({}, 0),  # recycled by composting before and after
        ({"operation_code": "R10"}, -1),  # spread on land instead of composted: recovery
        ({"operation": "thermal", "input": "aggregate_0_31"}, -1),
    ],
)
def test_composting_is_recycling_wherever_the_catalogue_puts_it(paper, change, steps):
    rows = paper.pathways.assign(hierarchy="recovery", operation_code="R3")
    row = rows.loc["compost"].to_dict() | change
    rows.loc["compost"] = pd.Series(row)
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", SLUDGE, 10, route="R3")],
        [need("B", "compost", 5)],
    )
    known = replace(paper, pathways=rows)
    match = matched(known, flows, shipment(1, "compost", 10, 1, material=SLUDGE, input="compost"))
    impact = assess(match)
    assert impact.by_shipment["hierarchy_steps"].tolist() == [steps]
    assert ("downgrade" in set(impact.warnings["check"])) is (steps < 0)


def test_jobs_in_social_enterprises_and_value_that_stays(crushing):
    row = assess(crushing).by_shipment.iloc[0]
    assert row["jobs_social_fte"] == row["jobs_local_fte"] == pytest.approx(0.04)
    assert row["value_local_eur"] == row["net_gain_eur"]


def test_columns_begin_with_the_contract_and_all_are_documented(crushing):
    impact = assess(crushing)
    assert tuple(impact.by_shipment.columns[: len(IMPACT_COLUMNS)]) == IMPACT_COLUMNS
    tables = {
        "by_shipment": impact.by_shipment, "totals": impact.totals,
        "emissions_terms": impact.emissions_terms, "other_totals": impact.other_totals,
        "not_counted": impact.not_counted, "warnings": impact.warnings,
        "realisation": impact.realisation, "by_firm": impact.by_firm,
        "by_territory": impact.by_territory, "by_material": impact.by_material,
        "claims": impact.claims, "balances": impact.balances, "indicators": impact.indicators,
        "exchanges_by_firm": impact.exchanges_by_firm, "lines": impact.lines,
        "factors_used": impact.factors, "uncertainty": impact.uncertainty(draws=10),
        "sensitivity": impact.sensitivity(),
    }  # fmt: skip
    written = bundled.table("columns/impacts").groupby("table")["column"].agg(list)
    assert set(written.index) == set(tables)
    for name, table in tables.items():
        assert list(table.columns) == written[name], name


def test_the_scenario_may_be_another_than_that_of_the_match(crushing):
    impact = assess(crushing, Scenario(jobs="ademe-2013", attribution="donor"))
    assert impact.scenario.attribution == "donor"
    said = impact.warnings.set_index("check").at["jobs_ratio", "message"]
    assert "refused" in said
    assert impact.by_shipment.loc[0, "jobs_fte_central"] == pytest.approx(0.05)


def test_overrides_are_named_and_change_the_version(paper, crushing):
    other = replace(paper, replaced=("factors:gate_fee:D1",))
    impact = assess(replace(crushing, graph=replace(crushing.graph, catalogue=other)))
    assert impact.overrides == ("factors:gate_fee:D1",)
    dearer = replace(paper, factors=paper.factors.assign(note="mine"))
    changed = assess(replace(crushing, graph=replace(crushing.graph, catalogue=dearer)))
    assert changed.version != impact.version
    assert len(impact.version) == 12


def test_a_user_folder_of_factors_overrides_ours(tmp_path):
    from symbiosis.catalogue import load
    from symbiosis.factors import FactorTable

    ours = bundled.table("factors").set_index("factor_id")
    name = "gate_fee.d1.fr.2005"
    mine = ours.loc[[name]].assign(value="77", low="70", high="80", source="our contract")
    mine.reset_index().to_csv(tmp_path / "factors.csv", index=False)
    known = load(tmp_path)
    assert known.replaced == (f"factors:{name}",)
    found = FactorTable.of(known.factors).find("gate_fee", "D1")
    assert (found.central, found.source) == (77, "our contract")


def test_the_same_match_gives_the_same_impact(crushing):
    one, two = assess(crushing), assess(crushing)
    pd.testing.assert_frame_equal(one.by_shipment, two.by_shipment)
    assert one.version == two.version


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    quantity=st.floats(0.01, 1e6),
    km=st.floats(0, 2000),
    haul=st.one_of(st.none(), st.floats(0, 500)),
    route=st.sampled_from(["", "D1", "D10", "D9", "R5", "R10", "R1"]),
    cost=st.one_of(st.none(), st.floats(-200, 500)),
)
def test_ranges_hold_and_terms_add_up_whatever_is_declared(paper, quantity, km, haul, route, cost):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, quantity, route=route, route_distance_km=haul,
               route_cost_eur_per_unit=cost)],
        [need("B", "aggregate_0_31", quantity)],
    )  # fmt: skip
    impact = assess(matched(paper, flows, shipment(1, "crush", quantity, km)))
    assert (impact.totals["low"] <= impact.totals["central"]).all()
    assert (impact.totals["central"] <= impact.totals["high"]).all()
    row = impact.by_shipment.iloc[0]
    terms = row[[f"{term}_tco2e" for term in EMISSION_TERMS]].sum()
    assert terms == pytest.approx(row["emissions_avoided_tco2e_central"])
    assert row["donor_gain_eur"] + row["taker_gain_eur"] == pytest.approx(row["net_gain_eur"])
    assert impact.lines["value"].notna().all()
