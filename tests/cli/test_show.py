import pytest

from symbiosis.cli._show import language, plain, show_problems
from symbiosis.errors import Problems, say


@pytest.fixture
def problems():
    found = Problems()
    found.add(
        say("the unit {unit} is not known", unit="tt"), say("write t, kg, MWh or m3"),
        file="flows.csv", row=12, column="quantité", value="[bold]12 tt\x1b[31m",
    )  # fmt: skip
    return found


def test_a_wide_screen_shows_a_table(problems, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "160")
    show_problems(problems)
    told = capsys.readouterr().err
    head = told.splitlines()[0].split()
    assert head == ["file", "row", "column", "value", "problem", "cure"]
    assert "write t, kg, MWh or m3" in told


def test_a_narrow_screen_shows_one_problem_after_the_other(problems, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "50")
    show_problems(problems)
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 50
    assert "→ write t, kg, MWh or m3" in lines[-1]


def test_a_pipe_breaks_no_line(problems, monkeypatch, capsys):
    monkeypatch.delenv("COLUMNS", raising=False)
    show_problems(problems)
    assert any(
        "flows.csv" in line and "write t, kg, MWh or m3" in line
        for line in capsys.readouterr().err.splitlines()
    )


def test_the_users_words_are_neither_markup_nor_commands_to_the_terminal(problems, capsys):
    show_problems(problems)
    told = capsys.readouterr().err
    assert "[bold]12 tt" in told
    assert "\x1b" not in told


def test_plain_keeps_what_languages_need():
    assert plain("83\u202f599 m³ – « é »\n") == "83\u202f599 m³ – « é »\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("fr_FR.UTF-8", "fr"), ("en_US.UTF-8", "en"), ("de_DE", "en"), ("C", "en")],
)
def test_language_follows_the_terminal(value, expected, monkeypatch):
    monkeypatch.setenv("LC_ALL", value)
    assert language() == expected
