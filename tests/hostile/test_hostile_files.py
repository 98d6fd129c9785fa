"""A crowd of hostile files: no traceback, no process above 1 GB, and the server answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from symbiosis.errors import DataError, Problem, say
from symbiosis.flows.received import open_received
from symbiosis.storage.inbox import JSON, KINDS, receive
from tests.cases import cases
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


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_seed_gives_the_same_file_for_ever():
    assert [hostile_file(seed) for seed in range(12)] == [hostile_file(seed) for seed in range(12)]


def test_a_few_hostile_files():
    check(sent(0, 8), 8)


def test_every_door_reads_in_a_child(monkeypatch):
    read = []

    def in_child(function, content, options, **more):
        read.append(function.partition(":")[2])
        raise DataError([Problem(say("a problem"), say("a cure"))])

    for module in ("flows.in_child", "flows.json_bodies", "geography.territories"):
        monkeypatch.setattr(f"symbiosis.{module}.in_child", in_child)
    for kind in (*KINDS, JSON):
        with pytest.raises(DataError, match="a problem"):
            receive(b"x" * 300_000, kind, 1)
    open_received({"a.csv": b"x", "b.xlsx": b"x", "c.geojson": b"{}"})
    assert sorted(read) == ["plain_perimeters", *["plain_sheets"] * 4, "plain_tables"]


@pytest.mark.slow
def test_many_hostile_files():
    count = cases(1000, 120)
    check(sent(8, count), count)
