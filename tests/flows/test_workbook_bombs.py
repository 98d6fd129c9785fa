"""Each workbook that once ended the process or filled the memory gets a sentence."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from symbiosis.errors import DataError
from symbiosis.flows.child_reading import plain_sheets
from symbiosis.flows.declared_files import sheets_of
from symbiosis.flows.in_child import received_sheets
from tests.hostile import workbooks as made

LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def sentences(content):
    try:
        sheets_of(Path("a.xlsx"), content)
    except DataError as error:
        return "; ".join(str(problem.problem) for problem in error.problems)
    return ""


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if "million" in name else ())
        for name in made.CASES
    ],
)
def test_a_hostile_workbook_gets_its_sentence(name):
    build, words = made.CASES[name]
    said = sentences(build())
    assert words in said
    assert said if words else not said


def test_a_good_workbook_reads_wherever_its_parts_lie():
    for target, book in (
        ("worksheets/sheet1.xml", "xl/workbook.xml"),
        ("/data/one.bin", "xl/workbook.xml"),
        ("s.xml", "Office/Book.xml"),
    ):
        (sheet,) = sheets_of(Path("a.xlsm"), made.package(made.good(), target=target, book=book))
        assert list(sheet.grid) == [made.HEADERS, made.LINE]


def test_members_that_overlap_or_lie_are_refused():
    content = made.package(made.good())
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        offset = book.getinfo("_rels/.rels").header_offset
    first = content.index(CENTRAL)
    second = content.index(CENTRAL, first + 4)
    twice = bytearray(content)
    twice[second + 42 : second + 46] = struct.pack("<I", offset)
    assert "not an XLSX" in sentences(bytes(twice))
    for place in (16, 20, 24):  # checksum, packed size, size
        lying = bytearray(content)
        lying[first + place] ^= 1
        assert "not an XLSX" in sentences(bytes(lying))


def test_an_encrypted_member_is_refused():
    content = bytearray(made.package(made.good()))
    content[content.index(CENTRAL) + 8] |= 1
    assert "not an XLSX" in sentences(bytes(content))


def test_a_workbook_is_read_alike_in_a_child():
    content = made.package(
        made.sheet(made.row(1, made.HEADERS), made.row(2, ["﻿F1", *made.LINE[1:]]),
                   "<row r='3'><c r='A3'><f>1+1</f></c></row>",
                   after="<mergeCells><mergeCell ref='A2:B2'/></mergeCells>")
    )  # fmt: skip
    (here,), (there,) = sheets_of(Path("a.xlsx"), content), received_sheets("x/a.xlsx", content)
    assert (here.merged, here.unvalued, here.cleaned) == (((1, 0, 1, 1),), {(2, 0)}, ((1, 0),))
    assert list(here.grid) == list(there.grid)
    assert [getattr(here, name) for name in ("merged", "unvalued", "cleaned", "hidden")] == [
        getattr(there, name) for name in ("merged", "unvalued", "cleaned", "hidden")
    ]


def test_what_a_child_yields_is_plain():
    kinds = {
        type(item) for item in plain_sheets(made.package(made.good()), name="a.xlsx", max_mb=1)
    }
    assert kinds == {dict}


def test_a_refusal_comes_back_from_a_child_whole():
    content = made.package(made.cells())
    with pytest.raises(DataError) as here:
        sheets_of(Path("a.xlsx"), content)
    with pytest.raises(DataError) as there:
        received_sheets("a.xlsx", content)
    assert here.value.problems.table().equals(there.value.problems.table())
