"""A crowd of hostile files: no traceback, no process above 1 GB, and the server answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.files import hostile_file

ROOT = Path(__file__).parents[2]
pytest.importorskip("resource", reason="this system tells no process's memory")


def sent(first, count):
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.run", str(first), str(count)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(found, count):
    assert sum(found["told"].values()) == count
    allowed = {"200", "413", "422", "perimeters True", "refused True"}
    assert set(found["told"]) <= allowed
    assert found["health"] == {"200": count}
    assert max(found["peak_mb"].values()) < 1000


def test_a_seed_gives_the_same_file_for_ever():
    assert [hostile_file(seed) for seed in range(12)] == [hostile_file(seed) for seed in range(12)]


def test_a_few_hostile_files():
    check(sent(0, 24), 24)


@pytest.mark.slow
def test_a_thousand_hostile_files():
    check(sent(24, 1000), 1000)
