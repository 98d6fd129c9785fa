"""A command line run as its user runs it: in a process, with its own words and width."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def run():
    def run(*words, cwd=ROOT, columns=None, lang="en_GB.UTF-8"):
        environment = {**os.environ, "LC_ALL": lang, "PYTHONWARNINGS": "ignore"}
        environment.pop("COLUMNS", None)
        if columns:
            environment["COLUMNS"] = str(columns)
        return subprocess.run(
            [sys.executable, "-m", "symbiosis", *map(str, words)], cwd=cwd, env=environment,
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def results(run, tmp_path_factory):
    """Return the results of the demonstration territory, written once by the command."""
    out = tmp_path_factory.mktemp("cli") / "results"
    done = run("match", ROOT / "datasets" / "littoral", "--out", out)
    assert done.returncode == 0, done.stderr
    return out
