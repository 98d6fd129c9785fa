import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.errors import DataError
from symbiosis.factors.table import FACTOR_COLUMNS, UNITS, FactorTable
from tests.factors.conftest import factor


def table(*rows, year=2025):
    return FactorTable.of(pd.DataFrame(rows), year)


def problems_of(*rows):
    with pytest.raises(DataError) as caught:
        table(*rows)
    return caught.value.problems.table()


def test_the_first_subject_that_exists_answers():
    known = table(factor("gate_fee", "D1", 50, unit="EUR/t"))
    assert known.find("gate_fee", "D1:glass", "D1").central == 50
    assert known.find("gate_fee", "D10") is None


def test_french_before_european_before_british_before_american():
    rows = [
        factor("jobs", "D1", value, unit="FTE/1000 t", geography=where, factor_id=where)
        for value, where in ((4, "US"), (2, "EU"), (3, "GB"), (1, "FR"))
    ]
    assert table(*rows).find("jobs", "D1").central == 1
    assert table(*rows[:3]).find("jobs", "D1").central == 2


def test_the_landfill_tax_is_that_of_the_year_of_the_study():
    rows = [
        factor("landfill_tax", "D1", tax, unit="EUR/t", year=str(year), factor_id=str(year))
        for year, tax in ((2023, 52), (2024, 59), (2025, 65))
    ]
    assert table(*rows, year=2024).find("landfill_tax", "D1").central == 59
    assert table(*rows, year=2030).find("landfill_tax", "D1").central == 65
    assert table(*rows, year=2010).find("landfill_tax", "D1").central == 52


def test_a_row_may_replace_another_by_its_name():
    rows = [
        factor("jobs", "D1", 1, unit="FTE/1000 t", factor_id="ours"),
        factor(
            "jobs", "D1", 9, unit="FTE/1000 t", factor_id="mine", geography="US", replaces="ours"
        ),
    ]
    assert table(*rows).find("jobs", "D1").central == 9


def test_an_empty_range_is_a_point():
    found = table(factor("gate_fee", "D1", 50, unit="EUR/t")).find("gate_fee", "D1")
    assert (found.low, found.central, found.high) == (50, 50, 50)


def test_a_range_out_of_order_names_its_row():
    found = problems_of(factor("jobs", "D1", 5, 9, 7, unit="FTE/1000 t", factor_id="odd"))
    assert found.loc[0, "row"] == 2
    assert "odd" in found.loc[0, "problem"]


def test_a_unit_that_does_not_fit_names_the_units_that_do():
    found = problems_of(factor("gate_fee", "D1", 50, unit="EUR/MWh"))
    assert "EUR/t" in found.loc[0, "cure"]


def test_a_circle_of_replacements_is_refused_with_its_path():
    rows = [
        factor("jobs", "D1", 1, unit="FTE/1000 t", factor_id="a", replaces="b"),
        factor("jobs", "D1", 1, unit="FTE/1000 t", factor_id="b", replaces="c"),
        factor("jobs", "D1", 1, unit="FTE/1000 t", factor_id="c", replaces="a"),
    ]
    found = problems_of(*rows)
    assert found["row"].tolist() == [2, 3, 4]
    assert "a > b > c > a" in found.loc[0, "problem"]


def test_a_row_of_the_user_is_named_by_its_line_in_the_users_file():
    rows = bundled.table("factors")
    mine = pd.DataFrame([factor("gate_fee", "D1", 5, unit="EUR/t"), factor("jobs", "D1", 5, 9, 7)])
    with pytest.raises(DataError) as caught:
        FactorTable.of(pd.concat([rows.iloc[1:], mine], ignore_index=True))
    found = caught.value.problems.table()
    assert found["row"].tolist() == [3, 3]
    assert set(found["file"]) == {"factors.csv"}


def test_a_factor_without_a_value_and_an_unknown_distribution_are_refused():
    found = problems_of(
        factor("jobs", "D1", "", unit="FTE/1000 t"),
        factor("jobs", "D10", 1, unit="FTE/1000 t", distribution="guess"),
    )
    assert len(found) == 2


def test_the_bundled_table_is_right_and_every_row_says_where_it_comes_from():
    rows = bundled.table("factors")
    assert list(rows.columns) == list(FACTOR_COLUMNS)
    assert rows["factor_id"].is_unique
    known = FactorTable.of(rows)
    for column in ("source", "year", "unit", "boundary", "geography", "licence"):
        assert (known.rows[column] != "").all(), column
    assert set(UNITS) <= set(known.rows["topic"]) | {"jobs_primary"}


@pytest.mark.parametrize(
    ("topic", "subject", "value"),
    [
        ("landfill_tax", "D1", 65),
        ("transport_emissions", "articulated_40t", 0.0875),
        ("transport_emissions", "rigid", 0.1975),
        ("carbon_value", "FR", 250),
        ("realisation_rate", "all", 0.23),
    ],
)
def test_figures_that_others_quote(topic, subject, value):
    assert FactorTable.of(bundled.table("factors")).find(topic, subject).central == value
