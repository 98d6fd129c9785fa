from pathlib import Path

import pandas as pd
import pytest

from symbiosis.errors import DataError
from symbiosis.flows import read
from symbiosis.impacts import assess
from symbiosis.study import run
from tests.factors.conftest import CONCRETE
from tests.impacts.conftest import matched, shipment
from tests.worlds import firm, need, offer, world


@pytest.fixture
def three(paper):
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, q) for q in (100, 200, 400)],
        [need("B", "aggregate_0_31", 500) for _ in range(3)],
    )
    return matched(
        paper, flows, *[shipment(k + 1, "crush", q, 1) for k, q in enumerate((100, 200, 400))]
    )


def worklist(column="status", **stages):
    return pd.DataFrame({"shipment_id": list(stages), column: list(stages.values())})


def test_without_a_worklist_nothing_is_realised(three):
    table = assess(three).realisation
    assert table.loc["waste_diverted_t"].tolist() == pytest.approx([700, 0.23 * 700, 0])
    assert table.loc["exchanges"].tolist() == pytest.approx([3, 0.69, 0])


@pytest.mark.parametrize("column", ["status", "stage"])
def test_running_is_realised_and_dropped_is_not_even_potential(three, column):
    table = assess(three, worklist=worklist(column, s1="running", s3="dropped")).realisation
    assert table.loc["waste_diverted_t"].tolist() == pytest.approx([300, 100 + 0.23 * 200, 100])


def test_potential_expected_and_realised_are_never_mixed(three):
    table = assess(three, worklist=worklist(s1="running")).realisation
    assert (table["realised"] <= table["expected"]).loc["waste_diverted_t"]
    assert (table["expected"] <= table["potential"]).loc["waste_diverted_t"]


def test_an_exchange_that_the_match_no_longer_has_is_said(three):
    impact = assess(three, worklist=worklist(s1="running", gone="running"))
    said = impact.warnings.set_index("check").at["worklist", "message"]
    assert said.startswith("1 exchanges of the worklist")
    assert said.endswith(": gone")
    assert impact.realisation.at["exchanges", "realised"] == 1
    assert "worklist" not in set(assess(three, worklist=worklist(s1="running")).warnings["check"])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (worklist(s1="soon"), "soon is no status"),
        (pd.DataFrame({"shipment_id": ["s1"]}), "no column stage"),
        (
            pd.DataFrame({"shipment_id": ["s1", "s1"], "status": ["idea", "running"]}),
            "listed twice",
        ),
    ],
)
def test_a_worklist_that_is_wrong_says_where(three, table, words):
    with pytest.raises(DataError) as caught:
        assess(three, worklist=table)
    assert words in caught.value.problems.table().loc[0, "problem"]
    assert caught.value.problems.table().loc[0, "file"] == "worklist.csv"


def test_the_potential_is_the_total_for_every_figure_that_both_have():
    impact = run(read(Path(__file__).parents[2] / "datasets" / "littoral")).impact
    both = impact.realisation.index.intersection(impact.totals.index)
    assert "water_saved_m3" in both
    assert impact.totals.at["water_saved_m3", "central"] > 0
    for name in both:
        expected = impact.totals.at[name, "central"]
        assert impact.realisation.at[name, "potential"] == pytest.approx(expected)
