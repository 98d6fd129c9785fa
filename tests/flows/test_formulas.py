"""No spreadsheet runs what a firm wrote, and the reader gives back what was written."""

import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import symbiosis as sy
from symbiosis.flows.formulas import inert, looks_like_formula, neutralise, restore
from symbiosis.reports.listed import list_xlsx
from symbiosis.reports.tables import csv_text

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
BEFORE = ["", " ", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\ufeff", "\t", "\r", "\n",
          "\N{SOFT HYPHEN}", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{IDEOGRAPHIC SPACE}", " \u200b\t",
          "'"]  # fmt: skip
FORMULAS = [f"{before}{sign}SUM(A1)" for before in BEFORE for sign in SIGNS] + [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "\tx", "\rx", "+33(A1)", "-1-1",
]  # fmt: skip
PLAIN = ["+33 3 28 00 00 00", "+33 (0)3.28", "-12.5", "-1,5", "-1e-3", "+5%", "-", "L'Oréal", "'t",
         "a=b", "10 02 02", "", "Ça va", "(=1)", "−279", "’=1"]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_may_run_gets_an_apostrophe(text):
    assert neutralise(text) == f"'{text}"
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_are_left_alone(text):
    assert neutralise(text) == restore(text) == text


@given(st.text(alphabet=st.sampled_from("'=＝+-@ 1\ta")) | st.text())
@example("''=1")
@example("'+33")
def test_every_text_comes_back(text):
    assert restore(neutralise(text)) == text


def test_numbers_and_missing_values_stay_what_they_are():
    table = pd.DataFrame({"n": [-1.5, 2.0], "b": [True, False], "t": ["＝1+1", None]})
    safe = inert(table)
    assert safe["n"].tolist() == [-1.5, 2.0]
    assert safe["b"].tolist() == [True, False]
    assert (safe["t"].iloc[0], safe["t"].isna().tolist()) == ("'＝1+1", [False, True])


def test_headings_are_cells_too():
    assert list(inert(pd.DataFrame({"=1": ["a"], "b": ["＝2"]})).columns) == ["'=1", "b"]
    assert csv_text(pd.DataFrame({"＝1": ["a"]})).startswith("'＝1\n")


def test_the_worklist_s_workbook_holds_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(list_xlsx(pd.DataFrame({"＝A": FORMULAS}), "list")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if looks_like_formula(restore(cell.value))
                and not cell.value.startswith("'")]  # fmt: skip


def test_the_reader_takes_the_apostrophe_off(tmp_path):
    names = ["＝1+1", "=1+1", "@SUM(A1)", "Verrerie"]
    rows = [f"f{i},{neutralise(name)},2.3{i},51.0,offer,cullet,5,t" for i, name in enumerate(names)]
    head = "firm_id,name,longitude,latitude,direction,material,quantity,unit"
    file = tmp_path / "declared.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert sy.read(file).firms["name"].tolist() == names
