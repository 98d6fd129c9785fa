"""One door: files, uploads, workbooks, frames, the API and the command line find the same."""

import io
import json
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.assemble import check_frames
from symbiosis.flows.declared_files import sheets_of
from symbiosis.flows.received import check_received, from_frame, open_received
from symbiosis.storage.inbox import KINDS, receive
from tests.cases import cases
from tests.flows.conftest import GOOD, HEADER

FAULTS = sorted(path for path in (Path(__file__).parent / "faults").glob("*.[cx]*"))
TYPES = {Path(name).suffix: kind for kind, name in KINDS.items()}


def plain(problems):
    """What is said, less the name of the file: each way in has its own."""
    return [
        (p.file.partition(" [")[2], p.row, p.column, p.value, str(p.problem), str(p.cure))
        for p in problems
    ]


def said(found):
    return plain(found.problems), plain(found.notes), plain(found.left_out), counted(found)


def counted(found):
    tables = found.tables or {}
    return {name: len(tables.get(name, ())) for name in ("firms", "offers", "needs")}


def uploaded(name, content):
    return check_received(open_received([(name, content)]))


def here(name, content, max_mb):
    """Read without the child process, which takes its time to start."""
    return sheets_of(Path(name), content, max_mb)


def refused_by_the_api(name, content):
    try:
        receive(content, TYPES[Path(name).suffix], 100)
    except DataError as error:
        return plain(error.problems)
    return []


def in_a_workbook(text, separator=";"):
    book = openpyxl.Workbook()
    for row, line in enumerate(text.splitlines(), 1):
        for column, text_of_cell in enumerate(line.split(separator), 1):
            if text_of_cell:
                cell = book.active.cell(row, column, text_of_cell)
                cell.data_type = "s"  # =1+1 is a text here, as it is in a CSV file
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# Every fourth in each run, all of them in `.ci/run`.
SOME = [
    pytest.param(p, id=p.name, marks=pytest.mark.slow if n % 4 else ())
    for n, p in enumerate(FAULTS)
]


@pytest.mark.parametrize("path", SOME)
def test_page_api_and_command_line_list_the_same_for_every_fault(path, capsys):
    found, content = survey(path), path.read_bytes()
    assert said(uploaded(path.name, content)) == said(found)
    assert refused_by_the_api(path.name, content) == plain(found.problems)

    from symbiosis.cli import main

    with pytest.raises(SystemExit) as ended:
        main(["check", str(path), "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert [p["problem"] for p in printed["problems"]] == [str(p.problem) for p in found.problems]
    assert ended.value.code == (2 if len(found.problems) or found.tables is None else 0)


CELLS = st.sampled_from(
    ["", "A", "Verrerie", "sortie", "entrée", "10 11 12", "calcin", "1 200,5", "1250", "-3", "x",
     "t", "t/an", "kg/mois", "kWh", "2,4", "51", "Total", "exemple à effacer", "=1+1", "'=A"]
)  # fmt: skip
COLUMNS = ["Entreprise", "Sens", "Matière", "Désignation", "Quantité (t/an)", "Unité", "Longitude",
           "Latitude", "Remarque", "Saison", "Truc"]  # fmt: skip


@st.composite
def tables(draw):
    columns = draw(st.lists(st.sampled_from(COLUMNS), min_size=2, max_size=9, unique=True))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)), max_size=5))
    return columns, rows


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_random_table_is_the_same_whichever_way_it_comes(table):
    check_every_way(*table)


@pytest.mark.slow
@settings(max_examples=cases(10_000, 500), deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_many_random_tables_are_the_same_whichever_way_they_come(table):
    check_every_way(*table)


@patch("symbiosis.flows.declared_files.received_sheets", here)
def check_every_way(columns, rows):
    text = "\n".join(";".join(row) for row in (columns, *rows)) + "\n"
    csv = uploaded("t.csv", text.encode())
    assert refused_by_the_api("t.csv", text.encode()) == plain(csv.problems)
    if len(csv.mapping):  # else the kind of file decides what is said of it
        assert said(uploaded("t.xlsx", in_a_workbook(text))) == said(csv)
        assert said(check_received(from_frame("t", pd.DataFrame(rows, columns=columns)))) == (
            said(csv)
        )


def test_a_frame_is_checked_as_a_folder_is(folder):
    firms = pd.DataFrame(
        [["F1", "A", "2.3", "51.0"], ["F1", "B", "3.0", "50.6"], ["", "", "x", ""]],
        columns=["firm_id", "name", "longitude", "latitude"],
    )
    flows = pd.DataFrame(
        [["F1", "sortie", "10 11 12", "5", "t", ""], ["F9", "entrée", "", "5", "t", ""],
         ["F1", "", "10 11 12", "douze", "t", "'=A"], ["Total", "", "", "10", "", ""]],
        columns=["firm_id", "Sens", "Matière", "Quantité", "Unité", "Remarque"],
    )  # fmt: skip
    path = folder(
        *([",".join(t.columns), *(",".join(row) for row in t.to_numpy())] for t in (firms, flows))
    )
    files, frames = survey(path), check_frames(firms, flows)
    assert said(files) == said(frames)
    assert len(files.problems)


def test_several_files_are_one_declaration_and_each_problem_keeps_its_own(tmp_path, flat):
    firms = "Entreprise;Commune;Longitude;Latitude\nA;Calais;1,86;50,95\nB;Dunkerque;2,38;51,03\n"
    out = "Entreprise;Matière;Quantité;Unité\nA;calcin;1 200;t/an\nB;bois;douze;t/an\n"
    in_ = "Entreprise;Matière;Quantité (kg/an)\nA;sable;5000\nC;sable;3\n"
    files = {"entreprises.csv": firms, "Sorties 2024.csv": out, "entrees.csv": in_}
    paths = []
    for name, text in files.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(text, encoding="utf-8")
    found = survey(paths)
    assert [(p.file, p.row, p.value) for p in found.problems] == [
        ("Sorties 2024.csv", 3, "douze"), ("entrees.csv", 3, "C"),
    ]  # fmt: skip
    tables = found.tables
    assert tables["offers"][["quantity", "firm_id"]].values.tolist() == [[1200, "a"]]
    assert tables["needs"][["quantity", "firm_id"]].values.tolist() == [[5, "a"]]
    assert found.lines["state"].value_counts().to_dict() == {"good": 4, "faulty": 2}
    received = open_received([(name, text.encode()) for name, text in files.items()])
    assert said(check_received(received)) == said(found)
    folder = survey(tmp_path)
    assert sorted(plain(folder.problems)) == sorted(plain(found.problems))


def test_files_with_units_in_their_headers_keep_each_its_own(tmp_path):
    for name, unit in (("a.csv", "t/an"), ("b.csv", "kg/an")):
        text = f"Entreprise;Sens;Matière;Quantité ({unit});Longitude;Latitude\n"
        text += f"{name[0].upper()};sortie;calcin;{'1' if unit[0] == 't' else '2000'};2,4;51\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    flows = sy.read([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert flows.offers["quantity"].tolist() == [1, 2]
    assert flows.offers["flow_id"].is_unique


def test_one_firm_of_two_files_is_one_and_told_otherwise_is_a_problem(tmp_path, flat):
    first = flat(GOOD + ";73282932000074", header=f"{HEADER};SIRET")
    same = flat(GOOD.replace("1 200,5", "7"), name="b.csv")
    flows = sy.read([first, same])
    assert len(flows.firms) == 1
    assert sorted(flows.offers["quantity"]) == [7, 1200.5]
    moved = GOOD.replace("51,0344", "48,9").replace("1 200,5", "8")
    other = flat(moved + ";73282932000074", header=f"{HEADER};SIRET", name="c.csv")
    found = survey([first, other])
    assert [(p.file, str(p.problem)) for p in found.problems] == [
        ("c.csv", "this firm is described in another way in flux.csv")
    ]


def test_a_line_of_one_file_is_not_counted_again_from_another(flat):
    found = survey([flat(GOOD), flat(GOOD, name="copie.csv")])
    assert [(p.file, p.row, str(p.problem)) for p in found.problems] == [
        ("copie.csv", 2, "this line repeats row 2 of flux.csv")
    ]
    assert len(found.tables["offers"]) == 1


def test_files_of_one_name_are_told_apart_and_a_bad_one_hides_no_other(flat):
    twice = [("f.csv", f"{HEADER}\n{GOOD}\n".encode()), ("f.csv", b""), ("photo.png", b"\x89PNG")]
    found = check_received(open_received(twice))
    assert [p.file for p in found.problems] == ["f.csv (2)", "photo.png"]
    assert len(found.tables["offers"]) == 1


def test_every_line_is_counted_once(flat):
    path = flat(
        GOOD,
        GOOD.replace("1 200,5", "douze"),
        "Total;;;1 200,5;;;",
        ";;;;;;",
        "Papeterie;sortie;papier;5;t;x;51",
        "Papeterie;sortie;carton;6;t;x;51",
    )
    found = survey(path)
    states = found.lines.set_index("row")["state"].to_dict()
    assert states == {2: "good", 3: "faulty", 4: "left_out", 6: "faulty", 7: "left_out"}
    assert {p.row for p in [*found.left_out, *found.passed_over]} == {4, 7}
