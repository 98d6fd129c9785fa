import csv
import io
import json

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.flows.formulas import looks_like_formula
from symbiosis.reports.tables import csv_text, json_text, read_csv


@given(st.text())
def test_no_cell_starts_a_formula(text):
    written = csv_text(pd.DataFrame({"firm": [text]}))
    (cell,) = list(csv.reader(io.StringIO(written)))[1]
    assert not looks_like_formula(cell) or cell == f"'{text}"


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
