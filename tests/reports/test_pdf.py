import re

import pytest

from symbiosis.errors import DataError
from symbiosis.reports import firm_sheet, pdf, synergy_sheet
from tests.reports import pages, world


@pytest.fixture(scope="module", params=["fr", "en"])
def report(request, results):
    return request.param, pdf(results, request.param)


def test_it_is_accessible(report):
    lang, document = report
    whole = pages.unpacked(document)
    assert b"pdfuaid:part" in whole.replace(b" ", b"")
    assert re.search(rb"/Marked\s+true", whole)
    assert f"/Lang({lang})".encode() in whole.replace(b" ", b"")
    assert b"/Alt" in whole


def test_three_exchanges_fill_5_pages(report):
    """A whole territory has 6 to 12 (``tests/cli/test_report.py``); a small one wastes none."""
    assert pages.count(report[1]) == 5


def test_it_says_the_figures_with_their_intervals(report):
    lang, document = report
    told = pages.words(document)
    central, ends = {
        "fr": ("35 112", "20 000 à 50 000"),
        "en": ("35,112", "20,000 to 50,000"),
    }[lang]
    assert central in told
    assert ends in told
    assert {"fr": "Les meilleures synergies", "en": "The best synergies"}[lang] in told


def test_a_name_is_never_markup(report):
    told = " ".join(pages.words(report[1]).split())
    assert '<script>alert("x")</ script> & fils' in told or world.EVIL in told


def test_no_font_of_the_machine_is_used(report):
    fonts = set(
        re.findall(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([A-Za-z0-9]+)", pages.unpacked(report[1]))
    )
    assert fonts
    assert all(name.startswith((b"LibertinusSerif", b"DejaVuSans")) for name in fonts), fonts


def test_a_study_where_nothing_pays_has_a_report(nothing):
    document = pdf(nothing, "fr")
    assert pages.count(document) == 3
    told = " ".join(pages.words(document).split())
    assert "Aucun échange n’est rentable avec ces paramètres" in told
    assert "aucun couple n’est possible" in told


@pytest.mark.parametrize("firm", list(world.PLACES))
def test_the_sheet_of_a_firm_is_one_page(results, firm):
    assert pages.count(firm_sheet(results, firm, "fr")) == 1


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("shipment", ["s0", "s1", "s2"])
def test_the_sheet_of_a_synergy_is_one_page(results, shipment, lang):
    assert pages.count(synergy_sheet(results, shipment, lang)) == 1


def test_the_sheet_of_a_synergy_says_what_was_assumed(results):
    told = " ".join(pages.words(synergy_sheet(results, "s0", "en")).split())
    assert "the purchase price of the input, the cost of today's disposal" in told.replace("’", "'")


@pytest.mark.parametrize("sheet", [firm_sheet, synergy_sheet])
def test_an_unknown_name_is_a_problem_with_a_cure(results, sheet):
    with pytest.raises(DataError):
        sheet(results, "nobody", "fr")


def test_a_firm_may_be_asked_for_by_its_name(results):
    assert pages.count(firm_sheet(results, "Aciérie de Flandre", "fr")) == 1
