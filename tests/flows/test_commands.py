"""The commands of this room, as typed: words, status, and nothing written on refusal."""

import json

import openpyxl
import pytest

from symbiosis.cli import main
from tests.flows.conftest import GOOD, HEADER
from tests.flows.test_irep import SAMPLE


@pytest.fixture(autouse=True)
def english(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C")


def run(capsys, *words):
    """Return exit status, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return left.value.code or 0, told.out, told.err


def test_check_says_what_it_found(flat, capsys):
    status, out, _ = run(capsys, "check", flat(GOOD, GOOD.replace("sortie", "entrée")))
    assert status == 0
    assert "1 firm, 1 offer, 1 need." in out


def test_check_lists_every_problem_and_leaves_with_2(flat, capsys):
    bad = GOOD.replace("1 200,5", "douze").replace("t/an", "foo")
    status, _, err = run(capsys, "check", flat(GOOD, bad))
    assert status == 2
    assert "douze" in err
    assert "foo" in err
    assert "2 problems" in err


def test_check_in_french(flat, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    status, _, err = run(capsys, "check", flat(GOOD.replace("1 200,5", "douze")))
    assert status == 2
    assert "ce n'est pas un nombre" in err
    assert "écrivez seulement un nombre" in err
    status, out, _ = run(capsys, "check", flat(GOOD))
    assert "1 entreprise, 1 offre, aucun besoin." in out


def test_check_as_json(flat, capsys):
    status, out, err = run(capsys, "check", flat(GOOD.replace("1 200,5", "x")), "--json")
    record = json.loads(out)
    assert (status, err) == (2, "")
    assert record["ok"] is False
    assert [problem["row"] for problem in record["problems"]] == [2]
    assert {"header": "Sens", "field": "direction"}.items() <= record["mapping"][1].items()
    status, out, _ = run(capsys, "check", flat(GOOD), "--json")
    assert (status, json.loads(out)["offers"]) == (0, 1)


def test_check_annotates_and_keeps_a_mapping(flat, capsys, tmp_path):
    path = flat(GOOD.replace("1 200,5", "x"), header=HEADER.replace("Quantité", "Quantitée"))
    status, out, _ = run(capsys, "check", path, "--annotate", tmp_path / "a.xlsx",
                         "--save-mapping", tmp_path / "m.toml")  # fmt: skip
    assert status == 2
    assert "by likeness" in out
    assert "not a number" in openpyxl.load_workbook(tmp_path / "a.xlsx")["flux"]["D2"].comment.text
    assert '"Quantitée" = "quantity"' in (tmp_path / "m.toml").read_text(encoding="utf-8")


def test_accepting_suggestions_is_said(flat, capsys):
    path = flat(GOOD.replace("10 11 12", "laitier de hauts fournaux broye"))
    assert run(capsys, "check", path)[0] == 2
    status, out, _ = run(capsys, "check", path, "--accept-suggestions")
    assert status == 0
    assert "read as" in out


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_template_passes_check(tmp_path, capsys, lang):
    assert run(capsys, "template", "--lang", lang, "--out", tmp_path / "t.xlsx")[0] == 0
    assert run(capsys, "check", tmp_path / "t.xlsx")[0] == 0
    assert run(capsys, "template", "--out", tmp_path / "t.csv")[0] == 2


def test_import_then_check(tmp_path, capsys):
    status, out, _ = run(capsys, "import", "irep", SAMPLE, "--out", tmp_path / "out")
    assert status == 0
    assert "offers" in out
    assert run(capsys, "check", tmp_path / "out")[0] == 0


@pytest.mark.parametrize("words", [("import", "irep"), ("import", "hotmaps"), ("estimate",)])
def test_a_missing_source_writes_nothing(tmp_path, capsys, words):
    status, _, err = run(capsys, *words, tmp_path / "none", "--out", tmp_path / "out")
    assert status == 2
    assert "no such file" in err
    assert not (tmp_path / "out").exists()


def test_estimate_then_check(tmp_path, capsys):
    firms = "name;naf;longitude;latitude\nLaiterie;1051A;2,4;51\n"
    (tmp_path / "firms.csv").write_text(firms, encoding="utf-8")
    assert run(capsys, "estimate", tmp_path / "firms.csv", "--out", tmp_path / "out")[0] == 0
    assert run(capsys, "check", tmp_path / "out")[0] == 0


@pytest.mark.parametrize("command", ["check", "template", "import", "estimate"])
def test_every_command_shows_an_example(capsys, command):
    words = [command, "irep"] if command == "import" else [command]
    status, out, _ = run(capsys, *words, "--help")
    assert status == 0
    assert "symbiosis " + " ".join(words) in out


def test_check_says_in_french_how_each_column_was_read(flat, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    header = f"{HEADER.replace('Entreprise', 'Raison sociale')};Couleur"
    _, out, _ = run(capsys, "check", flat(GOOD + ";vert", header=header))
    told = {line.split()[1]: line for line in out.splitlines() if line.startswith("flux.csv")}
    assert "un synonyme connu" in told["Raison"]
    assert "son nom exact" in told["Sens"]
    assert "non lue" in told["Couleur"]
    assert not {"exact", "synonym", "ignored"} & set(out.split("  "))
