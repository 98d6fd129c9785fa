"""Lint, types and docstrings, by the tools that maintainers know."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from numpydoc.validate import validate

import symbiosis

ROOT = Path(__file__).parents[2]
CHECKS = {
    "GL03",  # blank lines
    "GL07",  # sections in the usual order
    "GL08",  # there is a docstring
    "SS03",  # the summary ends with a period
    "PR02",  # no unknown parameter
    "PR06",  # types have their usual names
}


def run(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_check():
    run("ruff", "check", "--no-cache", "symbiosis", "tests", "app.py")


def test_ruff_format():
    run("ruff", "format", "--no-cache", "--check", "symbiosis", "tests", "app.py")


@pytest.mark.slow
def test_mypy_strict():
    run("mypy", "--no-error-summary")


def public_names() -> list[str]:
    """Return the dotted names of everything public in the rooms, and of their public methods."""
    names = []
    for module in pkgutil.walk_packages(symbiosis.__path__, "symbiosis."):
        if any(part.startswith("_") for part in module.name.split(".")) or module.name.startswith(
            ("symbiosis.pages", "symbiosis.storage.migrations")
        ):
            continue
        for name, member in vars(importlib.import_module(module.name)).items():
            if name.startswith("_") or getattr(member, "__module__", None) != module.name:
                continue
            if inspect.isfunction(member) or inspect.isclass(member):
                names.append(f"{module.name}.{name}")
    return names


@pytest.mark.parametrize("name", public_names())
def test_docstring(name):
    found = [f"{code} {text}" for code, text in validate(name)["errors"] if code in CHECKS]
    assert not found, found
