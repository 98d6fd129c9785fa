"""Without the extra ``db`` everything else works, and the store says what to install."""

import subprocess
import sys

import pytest

BLOCKER = """
import sys
GONE = {"sqlalchemy", "alembic", "psycopg", "fastapi", "uvicorn", "starlette"}
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in GONE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
"""


def run(code):
    return subprocess.run(
        [sys.executable, "-c", BLOCKER + code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    "code",
    ["import symbiosis.storage; symbiosis.storage.LOCAL", "import symbiosis.api",
     "from symbiosis.cli import build; build()"],
)  # fmt: skip
def test_the_rooms_can_be_imported(code):
    done = run(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "code",
    ["from symbiosis.storage import open_store", "from symbiosis.storage import Conflict",
     "from symbiosis.api import create_app"],
)  # fmt: skip
def test_what_needs_them_says_what_to_install(code):
    done = run(code)
    assert done.returncode == 1
    assert "pip install 'symbiosis[db]'" in done.stderr


@pytest.mark.parametrize("words", [["store", "init"], ["serve"]])
def test_the_command_line_says_it_in_one_line(words):
    done = run(f"from symbiosis.cli import main; main({words!r})")
    assert done.returncode == 2, done.stderr
    assert "pip install 'symbiosis[db]'" in done.stderr
    assert "Traceback" not in done.stderr
