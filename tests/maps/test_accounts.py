from dataclasses import replace

import pandas as pd
import pytest

import symbiosis as sy
from symbiosis.flows.received import without
from symbiosis.maps import accounts, charts, coverage, lay_out
from symbiosis.maps.charts import Bar, Stream
from symbiosis.maps.compare import differences, shifts
from symbiosis.maps.figures import of_totals
from symbiosis.maps.partners import partners


def test_the_cuts_add_up_to_the_totals(harbour, atlas):
    total = harbour.impact.totals.loc["emissions_avoided_tco2e", "central"]
    for table in (
        accounts.by_group(atlas), accounts.by_sector(harbour), accounts.by_territory(harbour),
    ):  # fmt: skip
        assert table["emissions_avoided_tco2e_central"].sum() == pytest.approx(total)


def test_the_ladder_moves_tonnes_up_and_loses_none(atlas):
    ladder = accounts.ladder(atlas)
    assert ladder["before"].sum() == ladder["after"].sum() == 60_000
    assert ladder.loc["disposal", "before"] == 60_000


def test_streams_are_tonnes_of_materials_only(atlas):
    row = accounts.streams(atlas).to_dict("records")
    assert row == [
        {"giver": "metals", "group": "minerals", "taker": "minerals", "quantity": 60_000}
    ]


def test_coverage_counts_each_unit_apart(harbour):
    table = coverage.coverage(harbour)
    assert table.loc["t", "share"] == pytest.approx(60_000 / 100_005)
    assert table.loc["MWh", "exchanged"] == pytest.approx(30_000 / 0.88)
    assert coverage.trust(harbour).to_dict() == {"measured": 1, "declared": 4, "estimated": 0}
    assert coverage.unmatched(harbour).loc["no_pathway", "tonnes"] == 5


def test_a_firm_that_leaves_takes_its_exchanges_with_it(harbour, atlas, catalogue):
    other = sy.run(without(harbour.flows, ["cement"]))
    found = differences(atlas, lay_out(other, catalogue))
    assert found.vanish["need_firm"].tolist() == ["Ciments du Banc"]
    assert len(found.appear) == 0
    assert found.same == 1
    moved = shifts(of_totals(harbour.impact.totals), of_totals(other.impact.totals))
    assert moved["waste_diverted_t"] == -60_000


def test_a_changed_quantity_is_told_with_its_former_value(atlas):
    half = atlas.shipments.assign(quantity=atlas.shipments["quantity"] / 2)
    found = differences(atlas, replace(atlas, shipments=half))
    assert found.same == 0
    assert set(found.change["before"] / found.change["quantity"]) == {2.0}


def test_partners_are_those_who_could_take_or_give(harbour, catalogue):
    found = partners(harbour, catalogue, {"slag", "mains"})
    assert found.set_index("flow")["partner"].to_dict() == {
        "slag": "Ciments du Banc", "mains": "Aciérie du Port",
    }  # fmt: skip
    assert found["chosen"].all()


def test_what_is_not_counted_is_told_by_figure(harbour):
    assert {"figure", "term", "lines", "examples"} <= set(accounts.gaps(harbour).columns)


def test_bars_left_of_zero_and_whiskers():
    drawn = charts.bars([Bar("gain <b>", "3", 3.0, 2.0, 4.0), Bar("loss", "−1", -1.0)])
    assert "gain &lt;b&gt;" in drawn
    assert drawn.count("sy-whisker") == 1
    assert "left:0.00%;width:20.00%" in drawn  # from −1 to 0 on a span from −1 to 4


def test_a_stack_of_nothing_is_no_division_by_zero():
    assert "sy-stack" in charts.stack([Bar("a", "0", 0.0)])


def test_a_sankey_fits_its_frame_and_escapes_names():
    nodes = {
        "a": Stream(0, "<script>", "#111111"), "b": Stream(1, "b", "#222222"),
        "c": Stream(2, "c", "#333333"),
    }  # fmt: skip
    links = pd.DataFrame(
        [("a", "b", 5.0, "a → b"), ("b", "c", 5.0, "b → c")],
        columns=["source", "target", "value", "text"],
    )
    drawn = charts.sankey(nodes, links, "who & what", height=300)
    assert "<script>" not in drawn
    assert 'aria-label="who &amp; what"' in drawn
    heights = [float(part.split('"')[0]) for part in drawn.split(' height="')[1:]]
    assert max(heights) <= 300
