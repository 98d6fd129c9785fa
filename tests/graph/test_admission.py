from dataclasses import replace

import numpy as np
import pytest

from symbiosis.graph.admission import admit
from symbiosis.graph.nodes import taking_part
from symbiosis.scenario import Scenario
from tests.graph.conftest import DUST, SLAG
from tests.worlds import firm, need, offer, world

GROUND = "blast_furnace_slag_ground"


def admitted(flows, catalogue):
    offers, needs = taking_part(flows, Scenario())
    return admit(offers, needs, catalogue)


def two_firms(offer_row, need_row):
    return world([firm("A"), firm("B")], [offer_row], [need_row])


def setback(offer_row, need_row, catalogue):
    row = admitted(two_firms(offer_row, need_row), catalogue).setbacks.iloc[0]
    return row["reason"], row["detail"]


def test_a_residue_with_a_pathway_and_a_taker_is_let_through(steelworks, catalogue):
    (gate,) = admitted(steelworks, catalogue).gates
    assert (gate.pathway, gate.input) == ("grind", GROUND)
    assert (gate.offers.tolist(), gate.needs.tolist()) == ([0], [0])


def test_a_material_that_no_pathway_knows_has_no_pathway(catalogue):
    flows = offer("A", "20 01 36", 1), need("B", GROUND, 1)
    assert setback(*flows, catalogue) == ("no_pathway", "")


def test_a_pathway_whose_input_nobody_asks_for_is_named(catalogue):
    flows = offer("A", SLAG, 1), need("B", "compost", 1)
    assert setback(*flows, catalogue) == ("no_pathway", GROUND)


@pytest.mark.parametrize(
    ("offered", "asked", "detail"),
    [
        ({"moisture_pct": 12}, {}, "moisture_pct 12 > 10"),
        ({"moisture_pct": 8}, {"moisture_pct": 5}, "moisture_pct 8 > 5"),
        ({"purity_pct": 80}, {"purity_pct": 90}, "purity_pct 80 < 90"),
        ({"temperature_c": 60}, {"temperature_c": 80}, "temperature_c 60 < 80"),
        ({"contaminants": "chlorides"}, {}, "contaminants chlorides"),
        ({"contaminants": "PCB|oil"}, {"contaminants": "pcb"}, "contaminants pcb"),
    ],
)
def test_a_quality_that_fails_is_named_with_its_limit(offered, asked, detail, catalogue):
    flows = offer("A", SLAG, 1, **offered), need("B", GROUND, 1, **asked)
    assert setback(*flows, catalogue) == ("quality", detail)


def test_a_quality_that_is_not_stated_is_let_through(catalogue):
    assert setback(offer("A", SLAG, 1), need("B", GROUND, 1, moisture_pct=5), catalogue)[0] == ""


def test_purity_must_be_stated_before_anyone_eats_or_wears_it(catalogue):
    fed = replace(
        catalogue, pathways=catalogue.pathways.assign(hierarchy="feed", min_purity_pct=95.0)
    )
    taker = need("B", GROUND, 1)
    assert setback(offer("A", SLAG, 1), taker, fed) == ("quality", "purity_pct ? < 95")
    assert setback(offer("A", SLAG, 1, purity_pct=96), taker, fed)[0] == ""
    ground = replace(catalogue, pathways=catalogue.pathways.assign(min_purity_pct=95.0))
    assert setback(offer("A", SLAG, 1), taker, ground)[0] == ""


def test_no_road_crosses_a_sea(catalogue):
    island = (55.45, -20.88)  # Saint-Denis de La Réunion
    flows = world(
        [firm("A"), firm("B", island), firm("C", island)],
        [offer("A", SLAG, 1), offer("B", SLAG, 1)],
        [need("C", GROUND, 1)],
    )
    admission = admitted(flows, catalogue)
    assert admission.setbacks[["reason", "detail"]].to_numpy().tolist() == [
        ["too_far", "sea"], ["", ""],
    ]  # fmt: skip
    assert [gate.offers.tolist() for gate in admission.gates] == [[1]]


@pytest.mark.parametrize(("authorised", "reason"), [("", "legal"), (f"13 02 05|{DUST}", "")])
def test_hazardous_residue_goes_only_to_a_site_authorised_for_its_code(
    authorised, reason, catalogue
):
    taker = need("B", DUST, 1, operation="R4", authorised=authorised)
    assert setback(offer("A", DUST, 1), taker, catalogue)[0] == reason


def test_an_authorisation_is_not_asked_for_what_is_not_hazardous(catalogue):
    assert setback(offer("A", SLAG, 1), need("B", SLAG, 1, operation="R5"), catalogue)[0] == ""


def test_a_site_is_reached_by_its_own_operation(catalogue):
    flows = two_firms(offer("A", SLAG, 1), need("B", SLAG, 1, operation="R5"))
    (gate,) = admitted(flows, catalogue).gates
    assert (gate.pathway, gate.input) == ("site:R5", SLAG)


def test_disposal_is_no_taker(catalogue):
    taker = need("B", SLAG, 1, operation="D1")
    assert setback(offer("A", SLAG, 1), taker, catalogue)[0] == "no_pathway"


def test_no_gate_joins_two_cases(catalogue):
    flows = offer("A", SLAG, 1, case="x"), need("B", GROUND, 1, case="y")
    assert setback(*flows, catalogue)[0] == "no_pathway"


def test_the_furthest_stage_counts_where_takers_differ(catalogue):
    flows = world(
        [firm("A"), firm("B"), firm("C")],
        [offer("A", SLAG, 1, moisture_pct=8)],
        [need("B", GROUND, 1, moisture_pct=5), need("C", GROUND, 1, moisture_pct=9)],
    )
    admission = admitted(flows, catalogue)
    assert admission.setbacks["reason"].tolist() == [""]
    assert [gate.needs.tolist() for gate in admission.gates] == [[1]]


def test_gates_are_as_the_pairs_tested_one_by_one(catalogue):
    """An independent oracle: the same rule, pair by pair."""
    rng = np.random.default_rng(1)
    firms = [firm(f"F{i}") for i in range(20)]
    levels = [3.0, 6.0, 9.0, 12.0, float("nan")]
    offers = [
        offer(f"F{rng.integers(20)}", SLAG, 1, moisture_pct=rng.choice(levels)) for _ in range(30)
    ]
    needs = [
        need(f"F{rng.integers(20)}", GROUND, 1, moisture_pct=rng.choice(levels)) for _ in range(30)
    ]
    flows = world(firms, offers, needs)
    through = {
        (i, j) for gate in admitted(flows, catalogue).gates for i in gate.offers for j in gate.needs
    }
    expected = {
        (i, j)
        for i, sent in enumerate(offers)
        for j, asked in enumerate(needs)
        if not sent["moisture_pct"] > np.nanmin([10.0, asked["moisture_pct"]])
    }
    assert through == expected


def test_a_world_with_no_need_has_no_gate(steelworks, catalogue):
    empty = replace(steelworks, needs=steelworks.needs.iloc[:0])
    admission = admitted(empty, catalogue)
    assert admission.gates == ()
    assert admission.setbacks["reason"].tolist() == ["no_pathway"]
