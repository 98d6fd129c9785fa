import tracemalloc
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from symbiosis.errors import ScenarioError, SymbiosisError
from symbiosis.factors.pool import ONE, Entries, Factor, Pool
from symbiosis.impacts import assess
from symbiosis.impacts.uncertainty import deviation, draw, quantile, uncertainty
from tests.factors.conftest import CONCRETE
from tests.impacts.conftest import matched, shipment
from tests.worlds import firm, need, offer, world


def many(paper, count):
    """The same exchange many times."""
    flows = world(
        [firm("A"), firm("B")],
        [offer("A", CONCRETE, 10) for _ in range(count)],
        [need("B", "aggregate_0_31", 5) for _ in range(count)],
    )
    return assess(matched(paper, flows, *[shipment(k + 1, "crush", 10, k) for k in range(count)]))


@pytest.mark.parametrize(
    ("distribution", "mean", "deviated"),
    [
        ("triangular", (1 + 2 + 6) / 3, np.sqrt((1 + 4 + 36 - 2 - 6 - 12) / 18)),
        ("uniform", 3.5, 5 / np.sqrt(12)),
        ("normal", 2, 5 / 2 / 1.6448536),
        ("fixed", 2, 0),
    ],
)
def test_draws_have_the_moments_of_their_distribution(distribution, mean, deviated):
    factor = Factor("x", 2, 1, 6, distribution=distribution)
    pool = Pool()
    pool.add(factor)
    drawn = draw(pool, 200_000, seed=1)[1].astype(float)
    assert drawn.mean() == pytest.approx(mean, abs=0.01)
    assert drawn.std() == pytest.approx(deviated, abs=0.01)
    assert deviation(factor) == pytest.approx(deviated)


def test_a_lognormal_has_its_ends_as_percentiles():
    factor = Factor("x", 2, 1, 4, distribution="lognormal")
    assert quantile(factor, np.array([0.05, 0.5, 0.95])) == pytest.approx([1, 2, 4])
    drawn = quantile(factor, np.random.default_rng(0).random(400_000))
    assert deviation(factor) == pytest.approx(drawn.std(), rel=0.01)


def test_the_quantiles_of_a_triangle():
    factor = Factor("x", 2, 0, 4)
    assert quantile(factor, np.array([0.0, 0.125, 0.5, 0.875])) == pytest.approx([0, 1, 2, 3])


def test_errors_of_one_factor_do_not_average_out(paper):
    one, hundred = many(paper, 1), many(paper, 100)
    alone, all_ = (
        impact.uncertainty().set_index("figure").at["emissions_avoided_tco2e", "sd"]
        for impact in (one, hundred)
    )
    # Independent errors would grow by ten; errors of shared factors grow by a hundred and more.
    assert all_ > 90 * alone


def test_the_interval_holds_the_centre_of_a_symmetric_figure(paper):
    table = many(paper, 3).uncertainty("shipment_id", draws=2000)
    assert len(table) == 3 * 4
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()
    assert (table["low"] <= table["central"]).all()
    assert (table["central"] <= table["high"]).all()
    wide = many(paper, 3).uncertainty("shipment_id", draws=2000, coverage=0.99)
    assert (wide["high"] - wide["low"] >= table["high"] - table["low"]).all()


def test_a_choice_of_exchanges_is_drawn_with_the_same_factors(paper):
    """Equal exchanges share every factor: k of them vary k times as much as one."""
    impact = many(paper, 5)
    names = impact.by_shipment["shipment_id"].tolist()
    figure = "emissions_avoided_tco2e"
    whole, few, one = (
        impact.uncertainty(draws=500, shipments=chosen).set_index("figure").loc[figure]
        for chosen in (None, names[1:4], names[4:])
    )
    assert few["central"] == pytest.approx(impact.by_shipment[f"{figure}_central"].iloc[1:4].sum())
    assert few["sd"] == pytest.approx(3 * one["sd"], rel=0.05)
    assert whole["sd"] == pytest.approx(5 * one["sd"], rel=0.05)
    alone = impact.uncertainty("shipment_id", draws=500, shipments=names[4:])
    assert set(alone["group"]) == {names[4]}


def test_totals_of_a_choice_are_the_sums_of_its_rows(paper):
    impact = many(paper, 5)
    names = impact.by_shipment["shipment_id"].tolist()
    rows = impact.by_shipment.iloc[[0, 3]]
    found = impact.totals_of([names[0], names[3], "a stranger"])
    for end in ("low", "central", "high"):
        column = f"emissions_avoided_tco2e_{end}"
        assert found.at["emissions_avoided_tco2e", end] == pytest.approx(rows[column].sum())
    assert (impact.totals_of([])[["low", "central", "high"]] == 0).all(axis=None)
    pd.testing.assert_frame_equal(impact.totals_of(names), impact.totals)
    kept = impact.ledger.only(np.array([True, False, False, True, False]))
    assert len(kept) == 2
    assert kept.shipments["shipment_id"].tolist() == [names[0], names[3]]


def test_groups_add_up_in_the_mean(paper):
    impact = many(paper, 5)
    total = impact.uncertainty(draws=500).set_index("figure")["mean"]
    parts = impact.uncertainty("shipment_id", draws=500).groupby("figure")["mean"].sum()
    assert np.allclose(parts, total.reindex(parts.index), rtol=1e-5)


def test_the_seed_decides(paper):
    impact = many(paper, 2)
    pd.testing.assert_frame_equal(impact.uncertainty(draws=50), impact.uncertainty(draws=50))
    assert not impact.uncertainty(draws=50).equals(impact.uncertainty(draws=50, seed=1))


@pytest.mark.parametrize("bad", [{"draws": 1}, {"coverage": 1.0}])
def test_too_few_draws_or_an_impossible_coverage_are_refused(paper, bad):
    with pytest.raises(ValueError, match="at least 2 draws"):
        many(paper, 1).uncertainty(**bad)


def test_the_factors_that_drive_the_result(paper):
    impact = many(paper, 1)
    table = impact.sensitivity(top=10)
    assert table["share"].sum() == pytest.approx(1)
    assert table["share"].is_monotonic_decreasing
    # 10 t, yield 0.5 (0.4 to 0.5): the yield is worth 10 x (8 - 2) / 1000 a unit.
    row = table.set_index("factor").loc["pathway:crush:yield"]
    assert row["low"] == pytest.approx(-0.1 * 10 * 6 / 1000)
    assert row["high"] == 0
    spread = np.sqrt((0.16 + 0.25 + 0.25 - 0.2 - 0.2 - 0.25) / 18) * 0.06
    whole = (
        impact.uncertainty(draws=100_000).set_index("figure").at["emissions_avoided_tco2e", "sd"]
    )
    # First order at the centre, against draws around a mean that is a little off it.
    assert row["share"] == pytest.approx((spread / whole) ** 2, rel=0.1)


def test_an_unknown_figure_is_refused_with_those_that_exist(paper):
    with pytest.raises(ScenarioError) as caught:
        many(paper, 1).sensitivity("happiness")
    assert "jobs_fte" in caught.value.problems.table().loc[0, "cure"]


def test_draws_of_totals_never_hold_a_number_for_each_row_and_draw():
    random = np.random.default_rng(0)
    pool = Pool()
    for k in range(300):
        pool.add(Factor(f"f{k}", 2, 1, 3))
    count = draws = 3_000
    entries = Entries(
        np.repeat(np.arange(count), 8), random.normal(size=8 * count),
        random.integers(1, 301, 8 * count), random.choice([ONE, 1, 2, 3], 8 * count),
    )  # fmt: skip

    class Ledger(SimpleNamespace):
        def entries(self, *_):
            return entries

        def __len__(self):
            return count

    tracemalloc.start()
    table = uncertainty(Ledger(pool=pool), draws=draws)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(table) == 4
    assert peak_bytes < 8 * count * draws


def test_a_column_that_does_not_exist_is_named_with_those_that_do(crushing):
    with pytest.raises(SymbiosisError) as caught:
        assess(crushing).uncertainty("nope", draws=10)
    row = caught.value.problems.table().loc[0]
    assert "nope" in row["problem"]
    assert "material" in row["cure"]
