from dataclasses import replace

import pytest

from symbiosis.impacts import assess
from symbiosis.impacts.balances import balance_warnings, balances, claims, rebound_warnings
from symbiosis.language import translator
from tests.factors.conftest import CONCRETE
from tests.impacts.conftest import matched, shipment
from tests.worlds import firm, need, offer, world

WHOLE = "balance=whole"


def mill(in_t, out_t):
    return world(
        [firm("M")],
        [offer("M", CONCRETE, out_t / 2, note=WHOLE), offer("M", CONCRETE, out_t / 2, note=WHOLE),
         offer("M", CONCRETE, 1e9)],
        [need("M", "cereals", in_t, note="grain; " + WHOLE)],
    )  # fmt: skip


def test_only_the_marked_flows_are_the_balance():
    row = balances(mill(621, 561)).iloc[0]
    assert (row["in_t"], row["out_t"], row["open_t"]) == (621, 561, 60)
    assert row["closed"] == pytest.approx(0.9034, abs=1e-4)


@pytest.mark.parametrize(
    ("out_t", "words"),
    [(561, "open balance"), (99, "open balance"), (800, "broken balance"), (620, None)],
)
def test_a_balance_that_does_not_close_says_by_how_much(out_t, words):
    found = [str(notice.message) for notice in balance_warnings(mill(621, out_t))]
    assert len(found) == (words is not None)
    if words:
        assert words in found[0]


def test_nobody_is_checked_who_did_not_declare_a_whole_balance(crushing):
    assert balances(crushing.graph.flows).empty


def test_an_offer_that_grew_after_its_exchange(paper):
    def declared(tonnes):
        return world([firm("A"), firm("B")], [offer("A", CONCRETE, tonnes)],
                     [need("B", "aggregate_0_31", 500)])  # fmt: skip

    match = matched(paper, declared(150), shipment(1, "crush", 150, 1))
    impact = assess(match, before=declared(100))
    row = impact.warnings.set_index("check").loc["rebound"]
    assert row["shipment_id"] == "s1"
    assert "from 100 to 150" in row["message"]
    same = assess(match, before=declared(149))
    assert same.warnings.empty


def test_a_residue_that_was_not_there_before_is_no_rebound(paper, crushing):
    flows = crushing.graph.flows
    empty = replace(flows, offers=flows.offers.iloc[:0])
    shipments = crushing.shipments
    found = rebound_warnings(flows, empty, shipments["offer_flow"], shipments["shipment_id"])
    assert found == []


@pytest.mark.parametrize(
    ("tonnes", "verdict"), [(114_000, "agrees"), (50_000, "above"), (900_000, "below")]
)
def test_a_claim_stands_above_below_or_within_what_is_found(crushing, tonnes, verdict):
    table = assess(crushing).by_shipment.assign(case="ocap")
    for end in ("low", "central", "high"):
        table[f"emissions_avoided_tco2e_{end}"] = {"low": 0.9, "central": 1.0, "high": 2.0}[
            end
        ] * tonnes
    assert claims(table)["verdict"].tolist() == [verdict]


def test_no_case_no_claim(crushing):
    assert claims(assess(crushing).by_shipment).empty


def seasonal(study, months):
    flows = study.graph.flows
    return replace(study, graph=replace(study.graph, flows=replace(flows, **months(flows))))


def test_exchanges_of_seasonal_flows_are_told_to_be_matched_by_the_year(crushing):
    assert "season" not in set(assess(crushing).warnings["check"])
    winter = "0.5|0.5" + "|0" * 10
    study = seasonal(crushing, lambda flows: {"offers": flows.offers.assign(months=winter)})
    impact = assess(study)
    said = impact.warnings.set_index("check").at["season", "message"]
    count = len(crushing.shipments)
    assert said.startswith(
        f"exchanges of flows that are declared with months or a season: {count};"
    )
    assert (
        "l'année est appariée d'un bloc"
        in (impact.warnings_in(translator("fr")).set_index("check").at["season", "message"])
    )
