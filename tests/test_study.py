import dataclasses

import pytest

import symbiosis as sy
from tests.worlds import firm, need, north, offer, world


@pytest.fixture
def flows():
    return world(
        [firm("Steelworks"), firm("Cement", north(10)), firm("Far", north(900))],
        [offer("Steelworks", "10 02 02", 100, route_cost_eur_per_unit=60)],
        [need(name, "10 02 02", 60, operation="R5") for name in ("Cement", "Far")],
    )


def test_run_is_the_journey_in_one_call(flows):
    scenario = sy.Scenario(carbon_value_eur_per_tco2e=0)
    study = sy.run(flows, scenario)
    match = sy.match(sy.connect(flows, scenario))
    assert study.match.shipments.equals(match.shipments)
    assert study.impact.totals.equals(sy.assess(match, scenario).totals)
    assert study.scenario is scenario


def test_the_nearer_taker_is_filled_first(flows):
    shipments = sy.run(flows).match.shipments
    assert dict(zip(shipments["need_firm"], shipments["quantity"], strict=True))["Cement"] == 60


def test_progress_is_told(flows):
    steps = []
    sy.run(flows, progress=steps.append)
    assert steps
    assert steps[-1].part == steps[-1].parts


def test_a_study_is_frozen(flows):
    with pytest.raises(dataclasses.FrozenInstanceError):
        sy.run(flows).flows = flows  # type: ignore[misc]


def test_the_same_input_gives_the_same_study(flows):
    first, second = sy.run(flows), sy.run(flows)
    assert first.match.shipments.equals(second.match.shipments)
    assert first.impact.by_shipment.equals(second.impact.by_shipment)
