"""What is installed elsewhere works there: app, datasets and tables travel in the wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The wheel, built and unpacked far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(elsewhere: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(elsewhere), "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'symbiosis'; "
         "from symbiosis.cli import main; main()", *words],
        cwd=elsewhere.parent, env=environment, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_demonstration_runs_from_the_wheel(elsewhere):
    done = run(elsewhere, "demo", "--no-app")
    assert done.returncode == 0, done.stderr
    assert "possible pairs" in done.stdout


def test_the_wheel_carries_app_outline_datasets_and_translations(elsewhere):
    for carried in (
        "symbiosis/_app/app.py",
        "symbiosis/_app/static",
        "symbiosis/_app/.streamlit/config.toml",
        "symbiosis/_app/datasets/littoral/flows.csv",
        "symbiosis/_app/datasets/published/flows.csv",
        "symbiosis/locale/fr/app.po",
        "symbiosis/data/pathways.csv",
        "symbiosis/py.typed",
    ):
        assert (elsewhere / carried).exists(), carried


def test_the_wheel_carries_nothing_of_the_tests(elsewhere):
    assert not list(elsewhere.rglob("test_*.py"))
    assert {path.name for path in elsewhere.iterdir()} == {
        "symbiosis",
        next(elsewhere.glob("symbiosis-*.dist-info")).name,
    }
