from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.impacts import assess
from symbiosis.impacts.attribution import ATTRIBUTED, by_firm, by_territory
from symbiosis.impacts.relays import passed_on
from symbiosis.scenario import Scenario
from tests.factors.conftest import CONCRETE, factor
from tests.impacts.conftest import matched, shipment
from tests.worlds import firm, need, offer, world


@pytest.fixture(scope="module")
def triangle(paper):
    """Three firms of two towns; A sends to B and C, C sends to B."""
    flows = world(
        [firm("A", territory="Dune"), firm("B", territory="Dune"), firm("C", territory="Quay")],
        [offer("A", CONCRETE, 100), offer("A", CONCRETE, 200), offer("C", CONCRETE, 300)],
        [need("B", "aggregate_0_31", 50), need("C", "aggregate_0_31", 100),
         need("B", "aggregate_0_31", 150)],
    )  # fmt: skip
    ends = [("A", "B"), ("A", "C"), ("C", "B")]
    rows = [
        shipment(
            k + 1, "crush", 100 * (k + 1), 5 * k, offer_firm=one, need_firm=other,
            offer_firm_id=one.lower(), need_firm_id=other.lower(),
        )
        for k, (one, other) in enumerate(ends)
    ]  # fmt: skip
    return matched(paper, flows, *rows)


def test_a_sum_of_which_a_part_is_missing_is_missing(triangle):
    """As for whoever may not read a price: no sum of the others, and no zero."""
    shipments = assess(triangle, Scenario()).by_shipment.copy()
    shipments.loc[shipments["need_firm_id"] == "c", "net_gain_eur"] = np.nan  # what A sends to C
    firms = pd.DataFrame(triangle.graph.flows.firms)
    found = by_firm(shipments, firms, "half").set_index("firm_id")
    assert found["net_gain_eur"].isna().to_dict() == {"a": True, "b": False, "c": True}
    assert found["waste_diverted_t"].sum() == pytest.approx(600)
    places = by_territory(found.reset_index()).set_index("territory")
    assert places["net_gain_eur"].isna().all()


@pytest.mark.parametrize("rule", ["donor", "taker", "half"])
def test_sums_over_firms_shipments_and_territories_are_the_same(triangle, rule):
    impact = assess(triangle, Scenario(attribution=rule))
    shipments = impact.by_shipment[list(ATTRIBUTED)].sum()
    assert np.allclose(impact.by_firm[list(ATTRIBUTED)].sum(), shipments)
    assert np.allclose(impact.by_territory[list(ATTRIBUTED)].sum(), shipments)
    assert np.allclose(impact.by_material[list(ATTRIBUTED)].sum(), shipments)
    total = impact.totals.at["waste_diverted_t", "central"]
    assert impact.by_firm["waste_diverted_t"].sum() == pytest.approx(total) == pytest.approx(600)
    assert impact.by_firm["own_gain_eur"].sum() == pytest.approx(
        impact.totals.at["net_gain_eur", "central"]
    )


def test_who_is_credited(triangle):
    tonnes = {
        rule: assess(triangle, Scenario(attribution=rule)).by_firm.set_index("firm_id")[
            "waste_diverted_t"
        ]
        for rule in ("donor", "taker", "half")
    }
    assert tonnes["donor"].to_dict() == {"a": 300, "b": 0, "c": 300}
    assert tonnes["taker"].to_dict() == {"a": 0, "b": 400, "c": 200}
    assert tonnes["half"].to_dict() == {"a": 150, "b": 200, "c": 250}


@pytest.fixture(scope="module")
def triangle_table(triangle):
    return assess(triangle).by_shipment, triangle.graph.flows.firms


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.sampled_from(["donor", "half"]))
def test_no_rule_makes_or_loses_anything(triangle_table, amounts, rule):
    by_shipment, firms = triangle_table
    split = by_firm(by_shipment.assign(waste_diverted_t=amounts), firms, rule)
    assert split["waste_diverted_t"].sum() == pytest.approx(sum(amounts))
    assert by_territory(split)["waste_diverted_t"].sum() == pytest.approx(sum(amounts))


def relay(paper, sent, kind="treatment"):
    """100 t of concrete reach a site, which sends some on as crushed concrete."""
    flows = world(
        [firm("A"), firm("T", kind=kind), firm("B")],
        [offer("A", CONCRETE, 100), offer("T", "17 01 07", sent)],
        [need("T", "aggregate_0_31", 50), need("B", "aggregate_0_31", sent)],
    )
    rows = [
        shipment(1, "crush", 100, 0, need_firm="T", need_firm_id="t"),
        shipment(
            2, "crush", sent, 0, offer_firm="T", offer_firm_id="t", material="17 01 07"
        ),
    ]  # fmt: skip
    return matched(paper, flows, *rows)


def test_a_tonne_that_passes_through_a_site_is_credited_once(paper):
    impact = assess(relay(paper, 80))
    assert impact.by_shipment["waste_diverted_t"].tolist() == [100, 0]
    assert impact.by_shipment["substitution_tco2e"].tolist() == pytest.approx([0.3, 0])
    said = impact.warnings.set_index("check").at["credited_once", "message"]
    assert said.startswith("80 t")


def test_what_a_site_sends_beyond_what_it_took_is_its_own(paper):
    impact = assess(relay(paper, 150))
    assert impact.by_shipment["waste_diverted_t"].tolist() == pytest.approx([100, 50])


def test_a_works_that_takes_and_sends_is_no_relay(paper):
    match = relay(paper, 80, kind="firm")
    assert assess(match).by_shipment["waste_diverted_t"].tolist() == [100, 80]
    table = match.shipments.drop(columns="geometry")
    assert not passed_on(table, match.graph.flows.firms, paper).waste.any()


def prepared(paper, fuel, kind="treatment", took=("17 09 04", "20 03 07")):
    """100 t of each of two mixed wastes reach a site, which sends some on as 19 12 10."""
    flows = world(
        [firm("A"), firm("B", kind=kind), firm("C")],
        [*(offer("A", code, 100) for code in took), offer("B", "19 12 10", fuel)],
        [*(need("B", code, 100) for code in took), need("C", "refuse_derived_fuel", fuel)],
    )
    rows = [
        shipment(n, "site:R5", 100, 0, material=code, input=code)
        for n, code in enumerate(took, start=1)
    ]
    rows.append(
        shipment(3, "burn", fuel, 0, material="19 12 10", input="refuse_derived_fuel",
                 offer_firm="B", need_firm="C", offer_firm_id="b", need_firm_id="c")
    )  # fmt: skip
    table = [
        factor("route_credit", "R5:construction", 10),
        factor("route_credit", "R5:bulky", 10),
        factor("primary_emissions", "refuse_derived_fuel", 1000, contains="combustion"),
        factor("combustion_emissions", "rdf", 700),
    ]
    known = replace(paper, factors=pd.concat([paper.factors, pd.DataFrame(table)]))
    return matched(known, flows, *rows)


@pytest.mark.parametrize("kind", ["treatment", "social"])
def test_fuel_made_of_mixed_waste_is_credited_where_the_waste_came_in(paper, kind):
    table = assess(prepared(paper, 150, kind)).by_shipment
    assert table["waste_diverted_t"].tolist() == [100, 100, 0]
    assert table["substitution_tco2e"].tolist() == pytest.approx([1, 1, 0])
    # Its carbon is charged where its substitution is: neither is left to the second step.
    assert table["processing_tco2e"].iloc[2] == pytest.approx(0)


def test_fuel_beyond_the_mass_taken_in_is_the_sites_own(paper):
    table = assess(prepared(paper, 400)).by_shipment
    assert table["waste_diverted_t"].tolist() == pytest.approx([100, 100, 200])
    assert table["substitution_tco2e"].iloc[2] == pytest.approx(200 * 0.5 * 1000 / 1000)
    assert table["processing_tco2e"].iloc[2] == pytest.approx(-200 * 700 / 1000)


def test_what_came_in_without_a_known_use_leaves_its_substitution_to_the_next(paper):
    match = prepared(paper, 150)
    rows = match.graph.catalogue.factors
    poor = rows[~rows["subject"].isin(["R5:construction", "R5:bulky"])]
    graph = replace(match.graph, catalogue=replace(match.graph.catalogue, factors=poor))
    table = assess(replace(match, graph=graph)).by_shipment
    assert table["waste_diverted_t"].tolist() == [100, 100, 0]
    assert table["substitution_tco2e"].tolist() == pytest.approx([0, 0, 150 * 0.5])
