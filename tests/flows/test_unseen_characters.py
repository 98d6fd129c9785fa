"""Characters that nobody sees: taken off on reading, said, and harmless in every document."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symbiosis as sy
from symbiosis.flows import Flows
from symbiosis.flows.json_bodies import received_tables
from symbiosis.flows.received import open_received
from symbiosis.flows.registers import read_register
from symbiosis.reports import Results, pdf, xlsx
from symbiosis.text_cleaning import UNSEEN, clean, printable
from tests.hostile import workbooks

UNSEEN_ONES = [
    "\ufeff", "\ufffe", "\uffff", "\x7f", "\x0b", "\x1b", "\x85", "\u200b", "\u202e", "\xad",
    "\u2028", "\x01",
]  # fmt: skip
HEAD = "Entreprise;Longitude;Latitude;Sens;Code déchet;Quantité;Unité\n"
TOOK_OFF = "characters that cannot be seen were taken off"


def test_two_files_with_marks_put_one_after_the_other(tmp_path):
    path = tmp_path / "bom.csv"
    path.write_text(
        f"\ufeff{HEAD}Aciérie des Oyats;2.30;50.95;sortie;10 02 02;12000;t\n"
        "\ufeffCimenterie du Cap;2.35;50.90;entrée;10 02 02;9000;t\n",
        encoding="utf-8",
    )
    flows = sy.read(path)
    assert flows.firms["name"].tolist() == ["Aciérie des Oyats", "Cimenterie du Cap"]
    (note,) = flows.notes[flows.notes["problem"] == TOOK_OFF].to_dict("records")
    assert (note["row"], note["column"], note["value"]) == (3, "Entreprise", "Cimenterie du Cap")
    assert pdf(Results.of(sy.run(flows)), "fr").startswith(b"%PDF")


@pytest.mark.parametrize("unseen", UNSEEN_ONES)
def test_they_are_taken_off_at_every_door(tmp_path, unseen):
    name, code = f"Acié{unseen}rie", f"10 02 02{unseen}"
    text = f"{HEAD}{name};2.30;50.95;sortie;{code};12000;t\n"
    path = tmp_path / "flux.csv"
    path.write_text(text, encoding="utf-8", newline="")
    firm = {"firm_id": "F1", "name": name, "longitude": 2.3, "latitude": 50.95}
    flow = {"firm_id": "F1", "direction": "sortie", "material": code, "quantity": 1, "unit": "t"}
    tables = received_tables(json.dumps({"firms": [firm], "flows": [flow]}).encode())
    for flows in (sy.read(path), Flows.from_tables(*tables)):
        assert flows.firms["name"].item().replace(" ", "") == "Aciérie"
        assert flows.offers["material"].item() == "10 02 02"
        assert TOOK_OFF in flows.notes["problem"].tolist()


@pytest.mark.parametrize(
    "end", ["\ufeff", "\ufeff" * 3 + "\n\ufeff;;\ufeff", ";;\ufeff;;;;;;\ufeff"]
)
def test_cells_of_nothing_else_are_told_of_too(tmp_path, end):
    """A server answered 500 to such a line: the cell is told of, and is in no line any more."""
    path = tmp_path / "flux.csv"
    text = f"{HEAD}Aciérie;2.30;50.95;sortie;10 02 02;12000;t\n{end}\n"
    path.write_text(text, encoding="utf-8", newline="")
    flows = sy.read(path)
    assert flows.firms["name"].tolist() == ["Aciérie"]
    told = flows.notes[flows.notes["problem"] == TOOK_OFF]
    assert set(told["value"]) == {""}
    assert told["row"].min() == 3


def test_they_are_taken_off_in_a_workbook(tmp_path):
    line = ["F\ufeff1", "2.3", "51", "offer", "10 11 12_x0007_", "10", "t", "F1"]
    book = workbooks.package(
        workbooks.sheet(workbooks.row(1, workbooks.HEADERS), workbooks.row(2, line))
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(book)
    flows = sy.read(path)
    assert flows.firms["name"].tolist() == ["F1"]
    assert flows.notes["problem"].tolist().count(TOOK_OFF) >= 1


@pytest.mark.parametrize(
    "unseen",
    [UNSEEN_ONES[0], *(pytest.param(one, marks=pytest.mark.slow) for one in UNSEEN_ONES[1:])],
)
def test_they_are_taken_off_what_is_typed_and_corrected_on_the_page(unseen):
    text = f"{HEAD}Verrerie;2.30;50.95;sortie;10 02 02;12000;t\n"
    received = open_received([("flux.csv", text.encode())])
    (grid,) = received.grids.values()
    cells = grid.cells.copy()
    cells.iloc[0, 0] = f"Acié{unseen}rie"
    corrected = grid.corrected(cells).typed({"commune": f"Dunker{unseen}que"})
    assert corrected.cells.iloc[0, 0].replace(" ", "") == "Aciérie"
    assert corrected.sheet.grid[1][0].replace(" ", "") == "Aciérie"
    assert corrected.sheet.typed["commune"].replace(" ", "") == "Dunkerque"


@pytest.mark.parametrize("unseen", UNSEEN_ONES)
def test_they_are_taken_off_registers(tmp_path, unseen):
    path = tmp_path / "register.csv"
    path.write_text(f"identifiant,nom\n7,Acié{unseen}rie\n", encoding="utf-8", newline="")
    table = read_register(path, ("identifiant", "nom"))
    assert table["nom"].item().replace(" ", "") == "Aciérie"


LATER = [
    pytest.param(one, marks=pytest.mark.slow)
    for one in ("\ufffe", "\x7f", "\x00", "\ue000", "\U0001fffe")
]


@pytest.mark.parametrize("unseen", ["\ufeff", *LATER])
def test_a_study_of_before_that_holds_them_is_printed(unseen):
    firms = pd.DataFrame(
        {"firm_id": ["a", "b"], "name": ["A", "B"], "longitude": [2.3, 2.4], "latitude": 51.0}
    )
    lines = pd.DataFrame(
        {"firm_id": ["a", "b"], "direction": ["offer", "need"], "material": "10 02 02",
         "quantity": 9000, "unit": "t"}
    )  # fmt: skip
    flows = Flows.from_tables(firms, lines)
    names = pd.Series([f"A{unseen}x", "B"], dtype=object)
    results = Results.of(sy.run(replace(flows, firms=flows.firms.assign(name=names))))
    assert pdf(results, "en").startswith(b"%PDF")
    assert xlsx(results, "en").startswith(b"PK")


@given(st.text(st.characters(), max_size=40))
def test_nothing_unseen_is_left_and_nothing_else_is_touched(text):
    plain = clean(text)
    assert not UNSEEN.search(plain)
    assert not UNSEEN.search(printable(text))
    assert clean(plain) == plain
    if not UNSEEN.search(text):
        assert plain == text
