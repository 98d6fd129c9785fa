from io import BytesIO

import openpyxl
import pytest

from symbiosis import bundled
from symbiosis.reports import xlsx

TITLES = {
    "fr": ["Synthèse", "Synergies", "Flux", "Sans preneur", "Impact par entreprise", "Indicateurs",
           "Entrées et sorties", "Paramètres", "Facteurs"],
    "en": ["Summary", "Synergies", "Flows", "Without a taker", "Impact by firm", "Indicators",
           "In and out by firm", "Parameters", "Factors"],
}  # fmt: skip


@pytest.fixture(scope="module", params=["fr", "en"])
def book(request, results):
    return request.param, openpyxl.load_workbook(BytesIO(xlsx(results, request.param)))


def test_the_sheets(book):
    lang, workbook = book
    assert workbook.sheetnames == TITLES[lang]


def test_what_goes_out_is_what_comes_in(book):
    lang, workbook = book
    rows = list(workbook[TITLES[lang][6]].iter_rows(min_row=2, values_only=True))
    out = {"fr": "sortie", "en": "out"}[lang]
    sides = [sum(row[4] for row in rows if (row[1] == out) is given) for given in (True, False)]
    assert sides[0] == pytest.approx(sides[1])
    assert sides[0] > 0


def test_headings_are_frozen_and_explained(book):
    for sheet in book[1].worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref
        assert all(cell.comment and cell.comment.text for cell in sheet[1])


def test_headings_are_those_of_the_table_of_columns(book):
    lang, workbook = book
    known = bundled.table("columns/reports")
    wanted = known.loc[known["table"] == "synergies", f"heading_{lang}"].tolist()
    assert [cell.value for cell in workbook["Synergies"][1]] == wanted


def test_no_cell_is_a_formula(book):
    for sheet in book[1].worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value.startswith(("=", "@", "+")))


def test_numbers_are_numbers_with_a_format(book):
    sheet = book[1]["Synergies"]
    heads = [cell.value for cell in sheet[1]]
    quantity = sheet.cell(2, heads.index({"fr": "Quantité", "en": "Quantity"}[book[0]]) + 1)
    assert quantity.value == 80000
    assert quantity.number_format == "#,##0_)"
    gain = sheet.cell(2, heads.index({"fr": "Gain net (€)", "en": "Net gain (€)"}[book[0]]) + 1)
    assert gain.value == 2_000_000
    assert "€" in gain.number_format


def test_the_summary_has_the_totals(book):
    sheet = book[1].worksheets[0]
    rows = {row[0]: row[1:4] for row in sheet.iter_rows(min_row=6, values_only=True)}
    name = {"fr": "Émissions évitées", "en": "Emissions avoided"}[book[0]]
    assert rows[name] == (20000, 35112.25, 50000)


def test_half_of_each_exchange_goes_to_each_firm(book):
    sheet = book[1].worksheets[4]
    heads = [cell.value for cell in sheet[1]]
    column = heads.index({"fr": "tCO₂e, central", "en": "tCO₂e, central"}[book[0]])
    shares = {row[0]: row[column] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert shares["Aciérie de Flandre"] == (32000 + 3162.25) / 2
    assert shares["Cimenterie des Dunes"] == 16000


def test_a_study_where_nothing_pays_has_a_workbook(nothing):
    book = openpyxl.load_workbook(BytesIO(xlsx(nothing, "fr")))
    assert book["Synergies"].max_row == 1


def test_words_are_in_the_language_of_the_workbook(book):
    lang, workbook = book
    told = {cell.value for row in workbook["Synergies"].iter_rows() for cell in row}
    assumed = {
        "fr": "le prix d’achat de l’intrant, le coût de l’élimination actuelle",
        "en": "the purchase price of the input, the cost of today's disposal",
    }
    assert assumed[lang] in told
    flows = {row[2].value for row in workbook.worksheets[2].iter_rows(min_row=2)}
    assert flows == {"fr": {"offre", "besoin"}, "en": {"offer", "need"}}[lang]
