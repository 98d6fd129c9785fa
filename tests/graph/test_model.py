import networkx as nx
import numpy as np
import pytest

from symbiosis import bundled
from symbiosis.errors import ScenarioError
from symbiosis.graph import connect
from symbiosis.graph.networks import KILO
from tests.graph.conftest import SLAG
from tests.worlds import firm, need, north, offer, world

GROUND = "blast_furnace_slag_ground"


def test_the_value_of_one_tonne_by_hand(steelworks, catalogue, plain):
    """Avoided disposal 10 + yield 0.5 x 40 - treatment 2 - 0.1 x 30 km = 25 EUR a tonne."""
    (link,) = connect(steelworks, plain, catalogue=catalogue).links().itertuples()
    assert link.value_eur_per_unit == pytest.approx(25, abs=1e-3)
    assert link.distance_km == pytest.approx(30, abs=1e-3)
    assert (link.offer_firm, link.need_firm, link.gain) == ("Steelworks", "Cement", 0.5)


def test_today_s_haul_is_credited(steelworks, catalogue, plain):
    steelworks.offers["route_distance_km"] = 20.0
    (link,) = connect(steelworks, plain, catalogue=catalogue).links().itertuples()
    assert link.value_eur_per_unit == pytest.approx(27, abs=1e-3)


def test_the_detour_lengthens_the_way(steelworks, catalogue, plain):
    longer = plain.model_copy(update={"detour_factor": 1.5})
    (link,) = connect(steelworks, longer, catalogue=catalogue).links().itertuples()
    assert link.distance_km == pytest.approx(45, abs=1e-3)
    assert link.value_eur_per_unit == pytest.approx(23.5, abs=1e-3)


def test_carbon_counts_by_its_value(steelworks, catalogue, plain):
    """What 100 EUR a tonne of CO2e adds is 100 x the net avoided emissions of the link."""
    without = connect(steelworks, plain, catalogue=catalogue).links()
    dear = plain.model_copy(update={"carbon_value_eur_per_tco2e": 100.0})
    dearer = plain.model_copy(update={"carbon_value_eur_per_tco2e": 200.0})
    values = [
        connect(steelworks, chosen, catalogue=catalogue).links()["value_eur_per_unit"].iloc[0]
        for chosen in (dear, dearer)
    ]
    base = without["value_eur_per_unit"].iloc[0]
    assert values[0] > base
    assert values[1] - base == pytest.approx(2 * (values[0] - base))


def test_every_column_of_the_links_is_documented(steelworks, catalogue, plain):
    links = connect(steelworks, plain, catalogue=catalogue).links()
    told = bundled.table("columns/graph")
    assert list(told["column"]) == list(links.columns)
    assert (told[["unit", "description_en", "description_fr"]] != "").all(axis=None)


def test_a_link_beyond_the_limit_is_not_there(steelworks, catalogue, plain):
    near = plain.model_copy(update={"max_distance_km": 29.0})
    assert len(connect(steelworks, near, catalogue=catalogue).links()) == 0


def test_a_firm_does_not_exchange_with_itself(catalogue, plain):
    flows = world([firm("A")], [offer("A", SLAG, 1)], [need("A", GROUND, 1)])
    graph = connect(flows, plain, catalogue=catalogue)
    assert len(graph.links()) == 0


def test_forbidden_pairs_are_left_out_one_way_only(steelworks, catalogue, plain):
    for pair, count in (("Steelworks", "Cement"), 0), (("Cement", "Steelworks"), 1):
        barred = plain.model_copy(update={"forbidden": (pair,)})
        assert len(connect(steelworks, barred, catalogue=catalogue).links()) == count


@pytest.mark.parametrize(
    "orders",
    [
        {"pinned": (("Cement", "Cement"),)},
        {"pinned": (("Steelworks", "Cement"),), "forbidden": (("Steelworks", "Cement"),)},
    ],
)
def test_an_order_that_another_rule_forbids_is_refused(steelworks, catalogue, plain, orders):
    with pytest.raises(ScenarioError) as error:
        connect(steelworks, plain.model_copy(update=orders), catalogue=catalogue)
    assert error.value.problems.table().loc[0, "column"] == "pinned"


def test_an_unknown_firm_in_the_scenario_is_said_with_its_cure(steelworks, catalogue, plain):
    wrong = plain.model_copy(update={"forbidden": (("Steelworks", "Nobody"),)})
    with pytest.raises(ScenarioError) as error:
        connect(steelworks, wrong, catalogue=catalogue)
    row = error.value.problems.table().iloc[0]
    assert (row["column"], row["value"]) == ("forbidden", "Nobody")


def test_an_unknown_territory_is_said(steelworks, catalogue, plain):
    with pytest.raises(ScenarioError):
        connect(steelworks, plain.model_copy(update={"territory": "Nowhere"}), catalogue=catalogue)


def test_a_territory_keeps_its_own_firms(steelworks, catalogue, plain):
    steelworks.firms["territory"] = ["West", "East"]
    west = connect(steelworks, plain.model_copy(update={"territory": "West"}), catalogue=catalogue)
    assert (len(west.offers), len(west.needs)) == (1, 0)


def test_estimated_flows_take_part_only_when_asked(steelworks, catalogue, plain):
    steelworks.offers["status"] = "estimated"
    assert len(connect(steelworks, plain, catalogue=catalogue).offers) == 0
    asked = plain.model_copy(update={"use_estimated": True})
    assert len(connect(steelworks, asked, catalogue=catalogue).offers) == 1


def test_without_a_firm_its_links_are_gone(steelworks, catalogue, plain):
    graph = connect(steelworks, plain, catalogue=catalogue)
    left = graph.without("Cement")
    assert (len(graph.links()), len(left.links())) == (1, 0)
    assert left.setbacks["reason"].tolist() == ["no_pathway"]
    assert left.catalogue is catalogue


@pytest.fixture
def crowd(catalogue, plain):
    rng = np.random.default_rng(3)
    firms = [firm(f"F{i}", north(rng.uniform(0, 200))) for i in range(12)]
    offers = [offer(f"F{i}", SLAG, 10.0 + i, route_cost_eur_per_unit=5) for i in range(6)]
    needs = [
        need(f"F{i}", SLAG, 15.0, operation="R5", price_eur_per_unit=rng.uniform(0, 30))
        for i in range(6, 12)
    ]
    return connect(world(firms, offers, needs), plain, catalogue=catalogue)


def test_links_are_best_first_and_cut_to_the_best(crowd):
    every, two = crowd.links(), crowd.links(per_offer=2)
    assert two.groupby("offer").size().max() == 2
    best = every.groupby("offer")["value_eur_per_unit"].max()
    assert two.groupby("offer")["value_eur_per_unit"].max().equals(best)
    assert every.crs.to_epsg() == 4326


def test_blocks_of_any_size_list_the_same_links(crowd, monkeypatch):
    whole = crowd.links()
    monkeypatch.setattr("symbiosis.graph.links.BLOCK_PAIRS", 7)
    assert crowd.links().equals(whole)


def test_networkx_finds_a_flow_and_the_optimum_of_the_links(crowd):
    network = crowd.to_networkx()
    flow = nx.min_cost_flow(network)
    shipped = sum(
        amount
        for tail, heads in flow.items()
        for head, amount in heads.items()
        if tail != "idle" and head != "idle"
    )
    assert 0 < shipped <= KILO * crowd.offers["quantity"].sum()
    assert nx.cost_of_flow(network, flow) < 0


def test_a_yield_that_is_not_one_is_carried_as_gain(steelworks, catalogue, plain):
    network = connect(steelworks, plain, catalogue=catalogue).to_networkx()
    (arc,) = [data for _, _, data in network.edges(data=True) if "pathway" in data]
    assert (arc["gain"], arc["capacity"], arc["pathway"]) == (0.5, 100 * KILO, "grind")


def test_a_world_without_flows_is_a_graph_without_links(steelworks, catalogue, plain):
    steelworks.offers["quantity"] = 0.0
    graph = connect(steelworks, plain, catalogue=catalogue)
    assert len(graph.links()) == 0
    assert nx.min_cost_flow(graph.to_networkx())
