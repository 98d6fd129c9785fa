"""The best synergies can be read at any width."""

import pytest

from symbiosis.cli._totals import show_best, show_totals
from symbiosis.reports import Results
from tests.reports import world


@pytest.fixture
def results():
    return Results.of(world.study())


@pytest.mark.parametrize("width", [50, 80, 140])
def test_no_line_is_longer_than_the_screen_and_no_word_is_lost(results, width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    show_best(results)
    told = capsys.readouterr().out
    words = " ".join(told.split())
    for name in ("Aciérie", "Flandre", "Cimenterie", "Dunes", "80 000"):
        assert name in words
    if width > 60:
        assert max(map(len, told.splitlines())) <= width


def test_totals_come_with_their_intervals_and_the_proof(results, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    show_totals(results)
    told = capsys.readouterr().out
    assert "35,112" in told
    assert "20,000 to 50,000" in told
    assert "no other set of exchanges among the 12 possible pairs" in " ".join(told.split())
