from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.catalogue import load
from symbiosis.impacts import assess
from symbiosis.impacts.plausibility import power_ceiling_mwh
from symbiosis.language import translator
from tests.factors.conftest import CONCRETE, SLUDGE, factor
from tests.impacts.conftest import matched, shipment
from tests.worlds import firm, need, offer, world


def checks(impact):
    return impact.warnings.groupby("check")["message"].agg(list).to_dict()


def test_a_sober_exchange_says_nothing(crushing):
    assert assess(crushing).warnings.empty


def test_too_much_carbon_a_tonne_without_metals_plastics_or_heat(paper, crushing):
    rows = paper.factors[paper.factors["factor_id"] != "primary_emissions:aggregate_0_31"]
    wild = factor("primary_emissions", "aggregate_0_31", 9000)
    hot = replace(paper, factors=pd.concat([rows, pd.DataFrame([wild])], ignore_index=True))
    match = replace(crushing, graph=replace(crushing.graph, catalogue=hot))
    (message,) = checks(assess(match))["carbon_per_tonne"]
    assert "4.5 tCO2e a tonne" in message


def test_metals_may_save_that_much():
    flows = world(
        [firm("A"), firm("B")], [offer("A", "17 04 02", 10)], [need("B", "scrap_aluminium", 10)]
    )
    row = shipment(1, "aluminium_to_remelt_170402", 10, 1, material="17 04 02")
    match = matched(load(), flows, row | {"input": "scrap_aluminium"})
    impact = assess(match)
    assert impact.by_shipment.loc[0, "emissions_avoided_tco2e_central"] > 15
    assert "carbon_per_tonne" not in checks(impact)


@pytest.mark.parametrize(
    ("material", "flagged"),
    [("16 01 03", True), ("20 01 11", True), ("17 04 02", False), ("20 01 39", False)],
)
def test_only_metals_and_plastics_may_exceed_the_ceiling(paper, material, flagged):
    wild = factor("primary_emissions", "aggregate_0_31", 9000, factor_id="wild",
                  replaces="primary_emissions:aggregate_0_31")  # fmt: skip
    hot = replace(paper, factors=pd.concat([paper.factors, pd.DataFrame([wild])]))
    flows = world(
        [firm("A"), firm("B")], [offer("A", material, 10)], [need("B", "aggregate_0_31", 10)]
    )
    impact = assess(matched(hot, flows, shipment(1, "crush", 10, 1, material=material)))
    # 0.5 x (9,000 - 2) kg: 4.5 t a tonne.
    assert ("carbon_per_tonne" in checks(impact)) is flagged


def test_fifty_jobs_do_not_fit_composting(paper):
    flows = world([firm("A"), firm("B")], [offer("A", SLUDGE, 1000)], [need("B", "compost", 500)])
    row = shipment(1, "compost", 1000, 1, material=SLUDGE, input="compost")
    impact = assess(matched(paper, flows, row, jobs="ademe-2013"))
    (message,) = checks(impact)["jobs_ratio"]
    assert "does not fit composting (1,000 t): 0.4 to 0.4" in message
    assert impact.by_shipment.loc[0, "jobs_fte_central"] == pytest.approx(49, abs=0.01)


def test_a_yield_above_one_must_give_its_reason(paper, crushing):
    for note, speaks in (("", True), ("dry for wet", False)):
        rows = paper.pathways.assign(yield_central=1.2, yield_high=1.3, note=note)
        match = replace(
            crushing, graph=replace(crushing.graph, catalogue=replace(paper, pathways=rows))
        )
        assert ("yield" in checks(assess(match))) is speaks


def test_a_source_credited_with_more_heat_than_a_year_holds(paper):
    assert power_ceiling_mwh(1) == 8760
    for quantity, speaks in ((8760, False), (9000, True)):
        flows = world(
            [firm("A"), firm("B")],
            [
                offer(
                    "A", "heat_100_200c", quantity, unit="MWh", kind="heat", route="",
                    note="power_mw=1",
                )
            ],
            [need("B", "heat_60_100c", quantity, unit="MWh", kind="heat")],
        )  # fmt: skip
        warm = shipment(
            1, "warm", quantity, 1, material="heat_100_200c", input="heat_60_100c", kind="heat",
            unit="MWh",
        )  # fmt: skip
        said = checks(assess(matched(paper, flows, warm)))
        assert ("heat" in said) is speaks
        if speaks:
            assert "1 MW give at most 8,760 MWh" in said["heat"][0]


def test_a_taker_that_would_depend_on_a_waste_that_policy_wants_to_end(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", "10 01 02", 600), offer("A", CONCRETE, 400)],
        [need("B", "aggregate_0_31", 500), need("B", "aggregate_0_31", 500)],
    )
    rows = [
        shipment(1, "crush", 600, 1, material="10 01 02"),
        shipment(2, "crush", 400, 1),
    ]
    (message,) = checks(assess(matched(paper, flows, *rows)))["dependence"]
    assert "10 01 02 from coal power stations" in message
    less = [rows[0] | {"quantity": 300.0}, rows[1]]
    assert "dependence" not in checks(assess(matched(paper, flows, *less)))


def test_warnings_can_be_said_in_another_language(crushing):
    far = replace(crushing, shipments=crushing.shipments.assign(distance_km=100.0))
    impact = assess(far)
    turned = impact.warnings_in(lambda text: text.replace("emits", "émet"))
    assert "émet" in turned.loc[0, "message"]
    assert list(turned.columns) == list(impact.warnings.columns)


def test_the_words_inside_a_warning_are_translated_too(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", "10 01 02", 600_000)],
        [need("B", "aggregate_0_31", 600_000)],
    )
    impact = assess(matched(paper, flows, shipment(1, "crush", 600_000, 1, material="10 01 02")))
    (french,) = impact.warnings_in(translator("fr")).query("check == 'dependence'")["message"]
    assert "issu de centrales à charbon" in french
