import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.impacts import assess
from symbiosis.impacts.attribution import ATTRIBUTED, by_firm, by_territory
from symbiosis.impacts.ledger import passed_on
from symbiosis.scenario import Scenario
from tests.factors.conftest import CONCRETE
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
    assert not passed_on(table, match.graph.flows.firms, paper).any()
