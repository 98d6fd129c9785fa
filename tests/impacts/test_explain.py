import re
from dataclasses import replace

import numpy as np
import pytest

from symbiosis.errors import DataError, SymbiosisError
from symbiosis.impacts import assess
from symbiosis.impacts.explain import LINE_COLUMNS, _plain, explain
from symbiosis.impacts.ledger import FIGURES
from symbiosis.language import translator
from tests.factors.conftest import paper

__all__ = ["paper"]


def test_lines_add_up_to_the_figures(crushing):
    impact = assess(crushing)
    lines = impact.lines
    assert tuple(lines.columns) == LINE_COLUMNS
    summed = lines.groupby("figure")["value"].sum()
    row = impact.by_shipment.iloc[0]
    assert summed["emissions_avoided_tco2e"] == pytest.approx(
        row["emissions_avoided_tco2e_central"]
    )
    assert summed["net_gain_eur"] == pytest.approx(row["net_gain_eur"])
    assert set(FIGURES) <= set(summed.index)


def test_each_line_is_the_product_that_it_says(crushing):
    impact = assess(crushing)
    central = impact.factors.set_index("name")["central"]
    central[""] = 1.0
    lines = impact.lines
    product = (
        lines["quantity"]
        * lines["km"].fillna(1.0)
        * lines["coefficient"]
        * lines["factor_1"].map(central)
        * lines["factor_2"].map(central)
    )
    assert np.allclose(product, lines["value"])


def test_the_words_can_be_checked_by_hand(crushing):
    text = str(assess(crushing).explain("s1"))
    assert "s1: A to B: 1,000 t of 17 01 01 a year by crush, over 10 road km" in text
    assert (
        "1,000 t x 0.5 [pathway:crush:yield] x 8 kgCO2e/t [primary_emissions:aggregate_0_31] "
        "/ 1,000 = +4"
    ) in text
    assert "-1,000 t x 10 km x 0.1 kgCO2e/t.km" in text
    assert "breaks even at 40 road km" in text
    assert "assumed, for the firms did not say: cost of today's route, price paid today" in text
    gap = "jobs, jobs displaced at today's route (no factor jobs:D1:concrete in the tables)"
    assert f"not counted: {gap}" in text
    assert "primary_emissions:aggregate_0_31 = 8 [6; 10] kgCO2e/t: paper, 2020" in text


def test_every_product_in_the_words_is_right(crushing):
    text = str(assess(crushing).explain("s1"))
    products = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(products) > 10
    for line in products:
        left, right = re.sub(r"\[[^\]]*\]|[A-Za-z]\S*/\S*|1000 t\b", "", line).rsplit("=", 1)
        numbers = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*\.?\d*", left)]
        scale = 1.0
        if "/" in left:
            scale = numbers.pop()
        assert np.prod(numbers) / scale == pytest.approx(abs(float(right.replace(",", "")))), line


def test_it_speaks_the_language_of_its_reader(crushing):
    text = assess(crushing).explain("s1").render(lambda words: words.replace("Sources", "SOURCES"))
    assert "SOURCES" in text


def test_an_unknown_shipment_is_refused_with_some_that_exist(crushing):
    with pytest.raises(DataError) as caught:
        assess(crushing).explain("s9")
    assert "s1" in caught.value.problems.table().loc[0, "cure"]


def test_it_can_be_read_back_from_tables(crushing):
    impact = assess(crushing)
    again = explain(
        "s1", impact.by_shipment.astype(str), impact.lines.astype(str), impact.factors,
        impact.not_counted,
    )  # fmt: skip
    assert "substitution: +3 tCO2e/yr" in str(impact.explain("s1"))
    assert again.shipment["shipment_id"] == "s1"


def test_an_impact_without_its_arithmetic_says_so(crushing):
    from dataclasses import replace

    with pytest.raises(SymbiosisError, match="read back"):
        replace(assess(crushing), ledger=None).explain("s1")


def test_it_speaks_french_with_french_numbers(crushing):
    text = assess(crushing).explain("s1").render(translator("fr"))
    assert "déchets détournés = 1\u202f000 t/an" in text
    assert "-1\u202f000 t x 10 km x 0,1 kgCO2e/t.km" in text
    assert "s'équilibre à 40 km de route" in text
    assert "(aucun facteur jobs:D1:concrete dans les tables)" in text


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (21_929.9, "saves emissions at any road distance"),
        (0.0, "saves no emissions at any road distance"),
        (66.74, "breaks even at 66.7 road km"),
        (1_234.5, "breaks even at 1,230 road km"),
    ],
)
def test_a_distance_that_no_lorry_goes_is_not_said(crushing, km, words):
    impact = assess(crushing)
    impact = replace(impact, by_shipment=impact.by_shipment.assign(breakeven_km=km))
    assert words in str(impact.explain("s1"))


def test_figures_are_rounded_to_what_they_are_worth():
    assert _plain(7.79306) == "7.7931"
    assert _plain(1_234_567.89) == "1,234,568"
    assert _plain(0.000123456) == "0.00012346"
