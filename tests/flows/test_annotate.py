"""The user's own file back, marked."""

import openpyxl
import pytest

from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.annotate import WRONG, annotate
from tests.flows.conftest import GOOD


def test_a_text_file_comes_back_as_a_workbook_with_its_faults_marked(flat, tmp_path):
    path = flat(GOOD, GOOD.replace("1 200,5", "douze").replace("Verrerie", "=1+1"))
    found = survey(path)
    annotate(path, tmp_path / "marked.xlsx", found.problems, found.notes)
    book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    cell = book["flux"]["D3"]
    assert cell.value == "douze"
    assert cell.fill.start_color.rgb.endswith(WRONG)
    assert "not a number" in cell.comment.text
    assert book["flux"]["D2"].comment is None
    assert book["flux"]["A3"].data_type == "s"  # never a formula
    assert [row[1].value for row in book["Check"].iter_rows(min_row=2)] == [3]


def test_a_workbook_keeps_its_sheets_and_formats(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Entreprise", "Sens", "Matière", "Quantité", "Unité", "Longitude", "Latitude"])
    sheet.append(["A", "sortie", "10 11 12", -4, "t", 2.4, 51])
    sheet["A2"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("Autre")["A1"] = "gardé"
    book.save(tmp_path / "a.xlsx")
    found = survey(tmp_path / "a.xlsx")
    annotate(tmp_path / "a.xlsx", tmp_path / "b.xlsx", found.problems, found.notes)
    marked = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert marked.sheetnames == ["Sheet", "Autre", "Check"]
    assert marked["Sheet"]["A2"].font.bold
    assert "negative" in marked["Sheet"]["D2"].comment.text


def test_it_never_writes_over_the_file_it_checked(flat, tmp_path):
    path = flat(GOOD)
    found = survey(path)
    for out in (tmp_path / "a.csv", tmp_path / "none" / "a.xlsx"):
        with pytest.raises(DataError):
            annotate(path, out, found.problems, found.notes)
