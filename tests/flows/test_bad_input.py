"""Bad input: each gives the table of problems, at once, and nothing else."""

import io
import tracemalloc
import zipfile
from contextlib import contextmanager

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows.contract import fields
from tests.flows.conftest import GOOD, HEADER


@contextmanager
def peak_memory():
    """Yield a function that tells the most memory that Python held meanwhile, in bytes."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def only_problem(path, **options):
    with pytest.raises(DataError) as caught:
        sy.read(path, **options)
    table = caught.value.problems.table()
    assert len(table) == 1, table
    assert table.loc[0, "cure"]
    return table.loc[0, "problem"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\x00\x01\x02\x03binary", "binary"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"Entreprise|Sens|Mati\xe8re\nA|sortie|10 11 12\n", "no header"),
        (b"<html><body>404</body></html>", "no header"),
        (b"\x81\x8d\x8f", "binary"),
    ],
)
def test_files_that_are_no_table(tmp_path, content, words):
    path = tmp_path / "flux.csv"
    path.write_bytes(content)
    assert words in only_problem(path)


def test_missing_folder_and_unknown_kinds(tmp_path):
    assert "no such file" in only_problem(tmp_path / "none.csv")
    assert "no such file" in only_problem(tmp_path / "none")
    (tmp_path / "a.docx").write_bytes(b"x")
    assert "not read" in only_problem(tmp_path / "a.docx")
    assert "no such file" in only_problem("a\x00b.csv")


def test_a_header_alone(flat):
    assert "no line" in only_problem(flat())


def test_a_large_file_is_refused_and_the_limit_can_be_raised(flat):
    path = flat(*[GOOD.replace("1 200,5", str(i + 1)) for i in range(300)])
    assert "above the limit" in only_problem(path, max_mb=0.01)
    assert len(sy.read(path, max_mb=1).offers) == 300


def test_a_quote_never_closed(flat):
    assert "never closed" in only_problem(flat(GOOD, '"Verrerie;sortie;10 11 12;1;t;2;51', GOOD))


def test_a_decimal_comma_in_a_comma_file(flat):
    lines = ["A,offer,10 11 12,12,5,t,2.4,51.0"]
    with pytest.raises(DataError) as caught:
        sy.read(flat(*lines, header=HEADER.replace(";", ",")))
    assert "more cells" in caught.value.problems.table()["problem"].str.cat()


def test_a_hundred_thousand_columns(flat):
    wide = ";".join(str(i) for i in range(100_000))
    assert "100000 columns" in only_problem(flat(wide))
    assert "100007 columns" in only_problem(flat(GOOD, header=HEADER + ";" + wide))


def test_one_line_of_many_megabytes(tmp_path):
    path = tmp_path / "flux.csv"
    path.write_bytes(b"a" * 20_000_000)
    with peak_memory() as peak:
        assert "characters" in only_problem(path)
    assert peak() < 300e6


def workbook(path, edit, header=HEADER, line=GOOD):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(header.split(";"))
    cells = (
        line.replace("1 200,5", "1200.5").replace("2,3768", "2.3768").replace("51,0344", "51.03")
    )
    sheet.append([float(c) if c[0].isdigit() and " " not in c else c for c in cells.split(";")])
    edit(sheet)
    book.save(path)
    return path


def test_a_workbook_reads(tmp_path):
    flows = sy.read(workbook(tmp_path / "a.xlsx", lambda sheet: None))
    assert flows.offers.loc[0, "quantity"] == 1200.5


def test_a_formula_without_its_value_and_an_error_cell(tmp_path):
    def edit(sheet):
        sheet["D2"] = "=1+1"

    assert "formula" in only_problem(workbook(tmp_path / "a.xlsx", edit))

    def error(sheet):
        sheet["D2"] = "#N/A"

    assert "formula" in only_problem(workbook(tmp_path / "a.xlsx", error))


def test_a_workbook_that_is_none(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"not a zip")
    assert "not an XLSX" in only_problem(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "password" in only_problem(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")
    assert "not an XLSX" in only_problem(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    with peak_memory() as peak:
        assert "unpacks" in only_problem(path)
    assert peak() < 40e6


def test_a_bomb_that_lies_about_its_size(tmp_path):
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    size = (80_000_000).to_bytes(4, "little")
    path = tmp_path / "a.xlsx"
    path.write_bytes(good.getvalue().replace(size, (1000).to_bytes(4, "little")))
    assert "unpacks" in only_problem(path)


def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path):
    def edit(sheet):
        sheet["XFD1048576"] = "x"

    assert "spreads" in only_problem(workbook(tmp_path / "a.xlsx", edit))


def test_formula_injection_stays_text(flat):
    line = GOOD.replace("Verrerie des Dunes", '=HYPERLINK("http://x")').replace('"', "")
    flows = sy.read(flat(line))
    assert flows.firms.loc[0, "name"] == "=HYPERLINK(http://x)"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xlsx", ".txt"]))
def test_random_bytes_give_data_errors_only(tmp_path, content, suffix):
    path = tmp_path / f"random{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError):
        sy.read(path)


def outcome(path, **options):
    """Return how many firms were read, or how many problems were told."""
    try:
        return len(sy.read(path, **options).firms)
    except DataError as error:
        return len(error.problems)


CELLS = st.one_of(
    st.sampled_from(["sortie", "besoin", "10 11 12", "heat_60_100c", "12,5", "1e9", "-3", "kW",
                     "t/an", "m3", "R5", "D99", "2,4", "51", "0", "nan",
                     "inf", "1" * 400, "59140", "été"]),
    st.text(max_size=12),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_random_tables_give_flows_or_data_errors(tmp_path, data):
    names = data.draw(st.lists(st.sampled_from(sorted(fields())), min_size=2, unique=True))
    rows = data.draw(
        st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=6)
    )
    path = tmp_path / "random.csv"
    pd.DataFrame(rows, columns=names).to_csv(path, index=False, sep=";", encoding="utf-8")
    for skip_bad in (False, True):
        assert outcome(path, skip_bad=skip_bad) > 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.integers(0, 6000), what=st.binary(min_size=1, max_size=30))
def test_a_damaged_workbook_gives_flows_or_data_errors(tmp_path, where, what):
    path = workbook(tmp_path / "a.xlsx", lambda sheet: None)
    content = bytearray(path.read_bytes())
    content[where : where + len(what)] = what
    path.write_bytes(content)
    assert outcome(path) > 0
