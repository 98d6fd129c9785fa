"""The picture in the README holds: floors, guests, and who may open files."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "symbiosis"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS_THAT_OPEN_FILES = {"flows", "catalogue", "storage", "reports", "geography"}
OPENERS = re.compile(
    r"\b(pd|gpd)\.read_\w+\(|(?<![\w.])open\(|\.open\(|\.read_text\(|\.read_bytes\(|"
    r"\.write_text\(|\.write_bytes\(|\.to_csv\(\s*(path|file|out)"
)
OWN_FILES = {"bundled.py", "child_process.py", "language.py", "pages/door.py"}
"""They read what travels with the package (or with Streamlit), never a file of the user's."""
SCRIPTS = {"maps/outline.py"}
"""Run by hand to derive a bundled file; nothing in the product calls them."""
EIGHT = {("flows/reader.py", "read")}
"""`symbiosis.read`, whose eight names are public and were promised."""
OPTIONAL = {
    "alembic", "altair", "dask", "distributed", "fastapi", "geopy", "ortools", "ot", "psycopg",
    "sqlalchemy", "streamlit", "uvicorn",
}  # fmt: skip


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def test_floors_and_guests():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_files_are_opened_only_where_the_design_says(module):
    name = name_of(module)
    if name.split("/")[0] in ROOMS_THAT_OPEN_FILES or name in OWN_FILES | SCRIPTS:
        return
    found = OPENERS.findall(module.read_text(encoding="utf-8"))
    assert not found, f"{name} opens a file"


FOLLOWERS = re.compile(
    r"\b(read_file|list_layers|read_dataframe|read_excel|read_xml|read_html|iterparse|from_wkt|"
    r"load_workbook)\("
)
"""Readers that open whatever a file names, or that know no limit."""
MEASURED = {
    "flows/annotate.py": "load_workbook",  # after the same workbook was read and measured
    "geography/coordinate_systems.py": "from_wkt",  # compared with the known ones, never used
}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_library_that_follows_paths_opens_what_is_sent(module):
    name = name_of(module)
    found = set(FOLLOWERS.findall(module.read_text(encoding="utf-8"))) - {MEASURED.get(name)}
    assert not found or name in SCRIPTS


def imports_inside_functions(tree: ast.Module) -> list[str]:
    names = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    names += [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names.append(node.module or "")
    return names


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_optional_extras_are_imported_inside_functions(module):
    if name_of(module).startswith("cli/"):
        return  # a command loads its room when it is called, so that --help stays quick
    names = imports_inside_functions(ast.parse(module.read_text(encoding="utf-8")))
    late = [name for name in names if name.split(".")[0] not in OPTIONAL]
    late = [name for name in late if not name.startswith("symbiosis.storage")]
    assert not late, f"{name_of(module)}: {late}"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_modules_functions_and_parameters_stay_small(module):
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") < 400, "400 lines or more"
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
        length = (node.end_lineno or 0) - first.lineno + 1
        assert length <= 40, f"{node.name}: {length} lines"
        arguments = node.args
        count = len(arguments.args) + len(arguments.kwonlyargs) + len(arguments.posonlyargs)
        most = 8 if (name_of(module), node.name) in EIGHT else 7
        assert count <= most, f"{node.name}: {count} parameters"


def test_importing_the_package_loads_no_table_library():
    code = "import sys, symbiosis; sys.exit('pandas' in sys.modules or 'numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_top_level_is_as_fixed():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if tracked.returncode:
        pytest.skip("a git checkout, which tells the project's files from others")
    top = {line.split("/")[0] for line in tracked.stdout.splitlines()}
    visible = {name for name in top if not name.startswith(".")}
    assert visible <= {
        "pyproject.toml", "symbiosis", "app.py", "datasets", "tests", "README.md", "LICENSE",
        "docs", "static",
    }  # fmt: skip
