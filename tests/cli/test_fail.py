import pytest

from symbiosis import cli
from symbiosis.cli._fail import fail
from symbiosis.errors import DataError, InternalError, NoSolution, Problem, StorageError, say

DATA = DataError([Problem(say("not a number"), say("write 12.5"), file="f.csv", row=2)])


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (DATA, 2, "write 12.5"),
        (NoSolution("no taker stands in the territory"), 2, "no taker stands"),
        (StorageError("the database is away"), 2, "the database is away"),
        (InternalError("a check failed"), 1, "a check failed"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError"),
    ],
)
def test_status_and_words(error, status, said, capsys):
    assert fail(error) == status
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_the_traceback_is_shown_on_request(capsys):
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError("here")
    assert fail(caught.value, debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["match"], ["nonsense"], ["demo", "--nonsense"]])
def test_words_that_mean_nothing_leave_with_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["match", "-h"]])
def test_asking_for_help_leaves_with_0(words, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == 0
    assert capsys.readouterr().out


def test_debug_may_stand_after_the_command(monkeypatch, capsys):
    monkeypatch.setattr(cli, "app", lambda words, **_: 1 / (words.count("--debug")))
    for words in (["--debug", "demo"], ["demo", "--debug"]):
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 1
        assert "Traceback" in capsys.readouterr().err


def test_a_refusal_of_the_store_is_said_in_the_terminal_s_language(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert fail(StorageError(say("Everyone is a visitor; there is nothing to grant."))) == 2
    assert "Tout le monde est visiteur" in capsys.readouterr().err
