import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.reports.tables import csv_text, json_text, neutralise, read_csv, restore


@pytest.mark.parametrize("cell", ["=1+1", "+33 3 28", "-cmd|x", "@SUM(A1)", "\tx", "\rx"])
def test_what_looks_like_a_formula_is_written_as_text(cell):
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["L'Oréal", "'= already", "10 02 02", "", "Ça va"])
def test_other_text_is_left_alone(cell):
    assert neutralise(cell) == cell


@given(st.text())
def test_neutralised_text_comes_back(text):
    again = restore(neutralise(text))
    # A name that itself begins with an apostrophe and a formula is the one case that cannot.
    assert again == text or text.startswith("'")


@given(st.text())
def test_no_cell_starts_a_formula(text):
    written = csv_text(pd.DataFrame({"firm": [text]}))
    cell = written.split("\n", 1)[1].lstrip('"')
    assert not cell.startswith(("=", "+", "-", "@", "\t"))


def test_negative_numbers_stay_numbers():
    assert (
        csv_text(pd.DataFrame({"net_gain_eur": [-12.5, 0.1 + 0.2]})) == "net_gain_eur\n-12.5\n0.3\n"
    )


def test_no_negative_zero():
    assert csv_text(pd.DataFrame({"x_km": [-1e-9]})) == "x_km\n0.0\n"


def test_a_firm_called_by_a_number_stays_a_name(tmp_path):
    path = tmp_path / "t.csv"
    table = pd.DataFrame({"offer_firm": ["2024", "=x"], "quantity": [1.0, float("nan")]})
    path.write_text(csv_text(table), encoding="utf-8")
    pd.testing.assert_frame_equal(read_csv(path), table, check_dtype=False)


def test_json_has_null_for_what_is_not_a_number():
    text = json_text({"a": float("nan"), "b": [1.23456789, -0.0]})
    assert json.loads(text) == {"a": None, "b": [1.234568, 0.0]}
    assert "-0" not in text
