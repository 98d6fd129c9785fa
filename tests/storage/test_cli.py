"""``symbiosis store …`` as its user types it."""

import os
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from symbiosis import bundled
from symbiosis.cli import build, main
from symbiosis.storage import LOCAL, Grant, Role, open_store
from tests.storage.worlds import firm, flow, flows_of

LITTORAL = str(bundled.home() / "datasets" / "littoral")


@pytest.fixture(autouse=True)
def _own_store(monkeypatch, tmp_path):
    monkeypatch.setenv("SYMBIOSIS_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.delenv("SYMBIOSIS_TOKEN", raising=False)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("COLUMNS", "200")


def run(*words):
    """Exit status and what was printed, errors as the command line prints them."""
    with pytest.raises(SystemExit) as left:
        main(["store", *words])
    return left.value.code or 0


@pytest.fixture
def glass(tmp_path):
    """A declaration of one exchange."""
    folder = tmp_path / "glass"
    folder.mkdir()
    firms = "firm_id,name,longitude,latitude,territory\na,A,2.3,51.0,north\nb,B,2.4,51.0,north\n"
    lines = "a,offer,15 01 07,100,t,D5\nb,need,cullet,100,t,\n"
    (folder / "firms.csv").write_text(firms, encoding="utf-8")
    (folder / "flows.csv").write_text(
        f"firm_id,direction,material,quantity,unit,route\n{lines}", encoding="utf-8"
    )
    return str(folder)


def test_from_nothing_to_a_backup_and_back(tmp_path, capsys, monkeypatch):
    assert run("status") == 2
    assert run("init") == 0
    assert run("import", LITTORAL) == 0
    assert "0 changed" in capsys.readouterr().out
    assert run("import", LITTORAL) == 0
    assert "0 added, 0 changed, 0 removed" in capsys.readouterr().out
    assert run("export", str(tmp_path / "out")) == 0
    with pytest.raises(SystemExit) as left:
        main(["check", str(tmp_path / "out")])
    assert not left.value.code
    assert run("publish") == 0
    assert run("backup", str(tmp_path / "b")) == 0
    monkeypatch.setenv("SYMBIOSIS_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert run("init") == 0
    assert run("restore", str(tmp_path / "b")) == 0
    assert run("status") == 0
    assert "The audit log is whole." in capsys.readouterr().out
    assert run("import", LITTORAL) == 0
    assert "0 added" in capsys.readouterr().out


def test_accounts_and_tokens(capsys, monkeypatch, glass):
    assert run("init") == 0
    assert run("user", "lea@x.example", "--role", "officer") == 0
    assert run("import", glass) == 2
    assert "SYMBIOSIS_TOKEN" in capsys.readouterr().err
    assert run("token", "lea@x.example", "--days", "1") == 0
    monkeypatch.setenv("SYMBIOSIS_TOKEN", capsys.readouterr().out.strip())
    assert run("import", glass) == 0
    assert run("user", "max@x.example", "--role", "administrator") == 2
    monkeypatch.setenv("SYMBIOSIS_TOKEN", "sy_wrong")
    assert run("import", glass) == 2
    assert "unknown, revoked or expired" in capsys.readouterr().err


def test_values_of_their_own_from_the_command_line(capsys, glass):
    assert run("init") == 0
    assert run("import", glass) == 0
    assert run("catalogue") == 0
    assert "The catalogue is the bundled one." in capsys.readouterr().out
    price = ("override", "materials", "cullet", "price_central_eur=70", "--source", "survey 2026")
    assert run(*price) == 0
    assert "own now: 1" in capsys.readouterr().out
    assert run(*price) == 0
    assert "Nothing changed." in capsys.readouterr().out
    assert run("override", "synonyms", "calcinou|fr|cullet", "--source", "us") == 0
    assert run("study", "then") == 0
    assert run("override", "materials", "cullet", "--drop") == 0
    capsys.readouterr()
    assert run("catalogue") == 0
    told = capsys.readouterr().out
    assert "calcinou|fr|cullet" in told
    assert "price_central_eur" not in told
    assert run("catalogue", "--history") == 0
    assert "removed" in capsys.readouterr().out
    assert run("again") == 0
    assert "Every total is the one that was kept." in capsys.readouterr().out
    assert run("studies") == 0
    assert "then" in capsys.readouterr().out


def test_a_word_of_their_own_is_read_in_the_next_import(glass, tmp_path, capsys):
    lines = Path(glass) / "flows.csv"
    lines.write_text(
        lines.read_text(encoding="utf-8").replace("cullet", "calcinou"), encoding="utf-8"
    )
    assert run("init") == 0
    assert run("import", glass) == 2
    assert "calcinou" in capsys.readouterr().err
    assert run("override", "synonyms", "calcinou|fr|cullet", "--source", "us") == 0
    assert run("import", glass) == 0


def test_a_folder_of_tables_becomes_the_stores(tmp_path, capsys):
    row = bundled.table("materials").query("id == 'cullet'").assign(price_central_eur="70")
    row.to_csv(tmp_path / "materials.csv", index=False)
    assert run("init") == 0
    assert run("catalogue", str(tmp_path)) == 0
    assert "cullet" in capsys.readouterr().out
    row.assign(price_central_eur="many").to_csv(tmp_path / "materials.csv", index=False)
    assert run("catalogue", str(tmp_path)) == 2
    assert "not a number" in capsys.readouterr().err


def test_going_down_and_up(capsys):
    assert run("init") == 0
    assert run("migrate", "--to", "0001") == 0
    assert run("export", "x") == 2
    assert "symbiosis store migrate" in capsys.readouterr().err
    assert run("status") == 2
    assert "symbiosis store migrate" in capsys.readouterr().err
    assert run("migrate") == 0
    assert run("migrate", "--to", "7777") == 2


@pytest.mark.parametrize(
    "words",
    [["override", "materials", "cullet"], ["override", "materials", "cullet", "x"],
     ["override", "materials", "cullet", "price_central_eur=71"], ["again"],
     ["override", "materials", "cullet", "price_central_eur=900", "--source", "us"],
     ["override", "materials", "cullet", "--drop", "price_central_eur=71"],
     ["catalogue", "none"], ["backup", "/nowhere/b"], ["restore", "none"], ["import", "none"],
     ["user", "x", "--role", "king"],
     ["token", "nobody@x"], ["revoke", "none"], ["user", "x@y", "--role", "firm"]],
)  # fmt: skip
def test_a_users_mistake_is_words_and_two(words, capsys):
    run("init")
    assert run(*words) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_every_command_has_an_example():
    group = next(g for g in build().registered_groups if g.name == "store")
    for command in group.typer_instance.registered_commands:
        assert "Example: symbiosis store" in command.callback.__doc__, command.name


def test_the_measure_has_its_place_beside_the_others(monkeypatch):
    monkeypatch.setattr("symbiosis.cli.store.bench", lambda: typer.echo("measured"))
    assert "measured" in CliRunner().invoke(build(), ["bench", "store"]).output


def test_the_measure_runs():
    told = CliRunner().invoke(build(), ["store", "bench", "--flows", "200", "--firms", "20"])
    assert told.exit_code == 0
    assert "save all flows" in told.output


def manual_lines():
    """The commands of the block about personal data, those of a firm first."""
    page = (Path(__file__).parents[2] / "docs" / "SECURITY.md").read_text(encoding="utf-8")
    block = re.search(r"## Personal data.*?```sh\n(.*?)```", page, re.S)
    return re.findall(r"^symbiosis store (.+?)\s*(?:#.*)?$", block[1], re.M)


def test_the_commands_about_personal_data_run_as_the_manual_shows_them(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with open_store(os.environ["SYMBIOSIS_DATABASE_URL"], create=True) as store:
        site = firm("F12", territory="north")
        noted = flow("F12-1", 4.0, note="ask lea@ville.example")
        other = flow("F13-1", 5.0, note="ask lea@ville.example")
        store.save(LOCAL, flows_of([site, firm("F13", territory="north")], [noted, other], []))
        store.grant(LOCAL, "lea@ville.example", [Grant(Role.OFFICER, "north")])
        store.grant(LOCAL, "f12@firm.example", [Grant(Role.FIRM, "F12")])
        token = store.issue_token(LOCAL, "f12@firm.example")
    lines = [shlex.split(line) for line in manual_lines()]
    assert [line[0] for line in lines] == ["take-out", "withdraw", "erase", "retain"]
    for words in lines:
        own = words[0] in {"take-out", "withdraw"}
        monkeypatch.setenv("SYMBIOSIS_TOKEN", token if own else "")
        assert run(*words) == 0
    said = capsys.readouterr().out
    assert (tmp_path / "our-data" / "history.jsonl").exists()
    assert "with 1 flows" in said
    assert "The person is forgotten." in said
    assert "Taken out of 1 notes" in said
    assert "0 tokens, 0 accounts" in said
    with open_store(os.environ["SYMBIOSIS_DATABASE_URL"]) as store:
        assert store.flows(LOCAL).offers["note"].tolist() == ["ask –"]
