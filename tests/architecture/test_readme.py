"""The README is run, not believed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from symbiosis.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"```(\w+)\n(.*?)```", re.S)
BLOCKS = [(language, body) for language, body in FENCED.findall(README)]
COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("code", [body for language, body in BLOCKS if language == "python"])
def test_python_examples_run(code):
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


def typed_commands() -> list[str]:
    shell = "\n".join(body for language, body in BLOCKS if language == "bash")
    return re.findall(r"^symbiosis (.+?)\s*(?:#.*)?$", shell, re.M)


def test_shell_examples_name_real_commands():
    typed = typed_commands()
    assert typed
    tabled = re.findall(r"`symbiosis (\w+)", README)
    assert {line.split()[0] for line in typed} | set(tabled) <= COMMANDS


@pytest.mark.slow
def test_the_own_data_block_runs_from_first_to_last(tmp_path):
    """The template is its own smallest declaration: what it makes can be checked and matched."""
    ran = [line for line in typed_commands() if line.split()[0] in {"template", "check", "match"}]
    assert len(ran) >= 3
    for line in ran:
        done = subprocess.run(
            [sys.executable, "-m", "symbiosis", *line.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, line + done.stdout + done.stderr
    assert (tmp_path / "results" / "shipments.csv").exists()


@pytest.mark.slow
def test_every_file_the_readme_promises_is_written_by_match(tmp_path):
    promised = set(re.findall(r"`(\w+\.(?:csv|json|gpkg|graphml|html))`", README))
    subprocess.run(
        [sys.executable, "-m", "symbiosis", "match", ROOT / "datasets/littoral", "--out", "out"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert promised == {path.name for path in (tmp_path / "out").iterdir()} & promised


def test_pictures_exist():
    assert all((ROOT / picture).exists() for picture in re.findall(r"!\[.*?\]\((.+?)\)", README))


def test_the_floors_of_the_readme_are_the_layers_of_the_contract():
    table = README[README.index("| floor | room |") : README.index("**The mathematics.**")]
    rooms_told = [row.split("|")[2] for row in table.splitlines() if row.startswith("|")]
    told = set(re.findall(r"`(\w+)`", "".join(rooms_told)))
    rooms = {path.stem for path in (ROOT / "symbiosis").glob("*.py")} | {
        path.parent.name for path in (ROOT / "symbiosis").glob("*/__init__.py")
    }
    assert told - {"app"} == rooms - {"__init__", "__main__", "symbiosis"}
