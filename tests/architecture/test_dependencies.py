"""What is asked for is used, and what is used is asked for."""

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORT_NAMES = {
    "babel": "babel",
    "ortools": "ortools",
    "pot": "ot",
    "psycopg": "psycopg",
    "pyshp": "shapefile",
    "python-calamine": "python_calamine",
    "scikit-learn": "sklearn",
    "dask": "distributed",
}
RUN_BY_NAME = {"psycopg"}
"""SQLAlchemy loads it by the name in the database's address."""
COMES_WITH = {
    "altair", "click", "dask", "h11", "markupsafe", "pydantic_core", "pyogrio", "pyproj", "shapely",
    "starlette", "tornado",
}  # fmt: skip
"""Come with geopandas, jinja2, typer, fastapi, uvicorn, streamlit, pydantic and distributed."""


def asked(*extras: str) -> set[str]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    names = {re.split(r"[\[><=~! ]", line)[0].lower() for line in lines}
    return {IMPORT_NAMES.get(name, name) for name in names}


def imported() -> set[str]:
    found = set()
    for path in [ROOT / "app.py", *(ROOT / "symbiosis").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"symbiosis", "__future__"}


def test_every_dependency_is_used():
    extras = [name for name in PROJECT["optional-dependencies"] if name != "dev"]
    assert asked(*extras) - imported() - RUN_BY_NAME == set()


def test_everything_imported_is_asked_for():
    extras = [name for name in PROJECT["optional-dependencies"] if name != "dev"]
    assert imported() - asked(*extras) - COMES_WITH == set()


BOUNDED = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+),<(\w+)")
RELEASED = [
    line
    for extra in ("", "app", "db", "online", "scale")
    for line in (PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"])
]


def test_every_library_has_a_lowest_and_an_upper_version():
    assert [line for line in RELEASED if not BOUNDED.fullmatch(line)] == []


def test_the_lowest_versions_are_those_that_are_tried():
    lines = (ROOT / "tests" / "constraints-lowest.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    of_others = {"click"}
    lowest = {match[1]: match[2] for line in RELEASED if (match := BOUNDED.fullmatch(line))}
    assert {name: pinned[name] for name in pinned if name not in of_others} == lowest


def run_in(environment: str) -> list[str]:
    """Return the commands that ``.ci/run`` gives the Python of a virtual environment."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [" ".join(line.split()) for line in script.splitlines()]
    start = f"{environment}/bin/python -m "
    return [line.removeprefix(start) for line in lines if line.startswith(start)]


def test_both_the_newest_and_the_lowest_versions_are_tested_at_every_run():
    lowest = '-c tests/constraints-lowest.txt ".[app,db,online,scale]"'
    for environment, asked in ((".venv313", '".[dev]"'), (".lowest", lowest)):
        installed, tested = run_in(environment)
        assert installed.startswith("pip install")
        assert asked in installed
        assert tested.startswith("pytest ")
        assert tested.endswith('-m "not browser and not slow" --ignore tests/architecture')
