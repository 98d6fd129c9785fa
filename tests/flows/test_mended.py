"""Faults that users met once: each stays mended."""

import openpyxl
import pandas as pd
import pytest

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.received import check_received, flows_of, open_received
from symbiosis.flows.registers import written
from symbiosis.flows.template import write_template
from symbiosis.language import translator
from tests.flows.conftest import GOOD, HEADER
from tests.reports.strings import of_room


def test_a_filled_workbook_is_not_replaced_without_force(tmp_path):
    path = write_template(tmp_path / "flux.xlsx")
    path.write_bytes(b"mine")
    with pytest.raises(DataError, match="exists already"):
        write_template(path)
    assert path.read_bytes() == b"mine"
    write_template(path, force=True)
    assert path.read_bytes() != b"mine"


def test_an_unknown_commune_is_told_in_the_column_that_names_it(flat):
    header = "Entreprise;Sens;Matière;Quantité;Unité;Code INSEE;Commune;Code postal"
    found = survey(
        flat(
            "A;sortie;10 11 12;1;t;99999;Nulle;",
            "B;sortie;10 11 12;1;t;;Nullepart;",
            "C;sortie;10 11 12;1;t;;;00000",
            "D;sortie;10 11 12;1;t;;;",
            header=header,
        )
    )
    told = [(p.column, p.value) for p in found.problems]
    assert told == [
        ("Code INSEE", "99999"), ("Commune", "Nullepart"), ("Code postal", "00000"),
        ("longitude", ""),
    ]  # fmt: skip


def test_a_hidden_sheet_is_said(tmp_path):
    book = openpyxl.Workbook()
    for line in (HEADER, GOOD.replace("1 200,5", "1200")):
        book.active.append(line.split(";"))
    book.create_sheet("Archives").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = survey(tmp_path / "a.xlsx")
    assert not len(found.problems)
    assert [p.value for p in found.notes if "hidden" in str(p.problem)] == ["Archives"]


def test_whole_numbers_are_written_whole():
    frame = pd.DataFrame({"quantity": [57600.0, 0.1, float("nan")], "name": ["=A", "b", "c"]})
    assert written(frame).to_dict("list") == {
        "quantity": ["57600", "0.1", ""], "name": ["'=A", "b", "c"],
    }  # fmt: skip


def test_a_crowd_of_odd_units_is_read_in_time(tmp_path):
    lines = "".join(f"V{i};sortie;10 11 12;1;foo{i};2,4;51\n" for i in range(20_000))
    (tmp_path / "flux.csv").write_text(f"{HEADER}\n{lines}", encoding="utf-8")
    assert len(survey(tmp_path / "flux.csv").problems) == 5_001


def test_what_check_counts_is_what_skip_bad_lists(flat):
    path = flat(
        "A;sortie;10 11 12;1;t;2,4;51;1",
        "A;sortie;10 11 12;-4;t;2,4;51;1",
        "A;sortie;10 11 12;5;t;2,4;51;1",
        GOOD + ";",
        header=HEADER + ";SIRET",
    )
    found = survey(path)
    skipped = sy.read(path, skip_bad=True).skipped
    assert len(skipped) == len(found.problems) + len(found.left_out)
    assert skipped["row"].tolist() == [2, 3, 4]
    assert skipped["value"].tolist() == ["1", "-4", ""]


def test_every_sentence_of_the_room_is_french_too():
    missing = {text for text in of_room("flows") if translator("fr")(text) == text}
    assert missing <= {'pip install "symbiosis[online]"'}


def test_the_app_reads_merged_cells_as_the_command_line_does(tmp_path):
    book = openpyxl.Workbook()
    for line in (HEADER, GOOD.replace("1 200,5", "5"), ";entrée;10 11 12;7;t;;"):
        book.active.append([cell or None for cell in line.split(";")])
    for column in "AFG":
        book.active.merge_cells(f"{column}2:{column}3")
    book.save(tmp_path / "a.xlsx")
    flows = sy.read(tmp_path / "a.xlsx")
    grids = open_received({"a.xlsx": (tmp_path / "a.xlsx").read_bytes()})
    app = flows_of(check_received(grids))
    assert len(flows.needs) == len(app.needs) == 1
    assert flows.firms["name"].tolist() == app.firms["name"].tolist() == ["Verrerie des Dunes"]


def test_an_everyday_name_is_told_in_its_own_column(flat):
    found = survey(
        flat(GOOD.replace("10 11 12", "qzzq"), header=HEADER.replace("Matière", "Désignation"))
    )
    assert [(p.column, p.value) for p in found.problems] == [("Désignation", "qzzq")]
