"""``symbiosis report``: every document out of the results of the demonstration territory."""

import json

import openpyxl
import pandas as pd
import pytest

from symbiosis import cli
from tests.reports import pages


def call(*words):
    """Run the command line in this process and return its status."""
    with pytest.raises(SystemExit) as left:
        cli.main([str(word) for word in words])
    return left.value.code or 0


@pytest.mark.parametrize("lang", ["fr", pytest.param("en", marks=pytest.mark.slow)])
def test_the_report_of_the_demonstration_has_6_to_12_pages(results, tmp_path, lang, capsys):
    out = tmp_path / "rapport.pdf"
    assert call("report", results, "--lang", lang, "--out", out) == 0
    assert 6 <= pages.count(out.read_bytes()) <= 12
    assert "rapport.pdf" in capsys.readouterr().out


def test_the_sheet_of_the_busiest_firm_is_one_page(results, tmp_path):
    shipments = pd.read_csv(results / "shipments.csv")
    both = pd.concat([shipments["offer_firm_id"], shipments["need_firm_id"]])
    out = tmp_path / "fiche.pdf"
    assert call("report", results, "--firm", both.value_counts().index[0], "--out", out) == 0
    assert pages.count(out.read_bytes()) == 1


def test_the_sheets_of_the_wordiest_synergies_are_one_page(results, tmp_path):
    shipments = pd.read_csv(results / "shipments.csv")
    longest = shipments["pathway"].str.len().add(shipments["need_firm"].str.len()).idxmax()
    out = tmp_path / "fiche.pdf"
    name = shipments.at[longest, "shipment_id"]
    assert call("report", results, "--synergy", name, "--out", out) == 0
    assert pages.count(out.read_bytes()) == 1


def test_the_workbook_has_every_exchange_and_every_flow(results, tmp_path):
    out = tmp_path / "classeur.xlsx"
    assert call("report", results, "--out", out) == 0
    book = openpyxl.load_workbook(out, read_only=True)
    counts = json.loads((results / "scenario.json").read_text("utf-8"))["inputs"]
    rows = len(list(book["Flux"].iter_rows(values_only=True)))
    assert rows == 1 + counts["offers"] + counts["needs"]
    exchanges = len(list(book["Synergies"].iter_rows(values_only=True)))
    assert exchanges == 1 + len(pd.read_csv(results / "shipments.csv"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "a.doc"], ".pdf"),
        (["--out", "a.pdf", "--firm", "nobody"], "nobody"),
        (["--out", "a.xlsx", "--firm", "nobody"], ".pdf"),
        (["--out", "a.pdf", "--firm", "a", "--synergy", "b"], "one at a time"),
        (["--out", "a.pdf", "--lang", "de"], "fr or en"),
        (["--out", "nowhere\0/a.pdf"], "embedded null"),
    ],
)
def test_a_wrong_word_is_a_sentence_and_writes_nothing(
    results, tmp_path, words, said, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert call("report", results, *words) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_results_is_a_sentence(tmp_path, capsys):
    assert call("report", tmp_path, "--out", tmp_path / "a.pdf") == 2
    assert "symbiosis match" in capsys.readouterr().err
