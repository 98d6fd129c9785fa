"""The tests themselves: none asserts how long something takes, and each file reads as UTF-8."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MODULES = sorted(TESTS.rglob("*.py"))
CLOCKS = {"perf_counter", "process_time", "monotonic", "perf_counter_ns", "monotonic_ns"}


def reads_a_clock(node: ast.AST, timed: set[str]) -> bool:
    """Whether an expression calls a clock, or uses a name that holds what a clock said."""
    return any(
        (isinstance(part, ast.Attribute) and part.attr in CLOCKS)
        or (isinstance(part, ast.Name) and part.id in CLOCKS | timed)
        for part in ast.walk(node)
    )


def asserted_times(source: str) -> list[int]:
    """Return the lines of a module that assert what a clock said."""
    tree, timed = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and reads_a_clock(node.value, timed):
            timed |= {name.id for name in node.targets if isinstance(name, ast.Name)}
    asserts = (node for node in ast.walk(tree) if isinstance(node, ast.Assert))
    return [node.lineno for node in asserts if reads_a_clock(node.test, timed)]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_no_time_is_asserted(module):
    assert asserted_times(module.read_text(encoding="utf-8")) == []


def test_an_asserted_time_would_be_seen():
    source = (
        "import time\nstart = time.perf_counter()\nwork()\nspent = time.perf_counter() - start\n"
    )
    assert asserted_times(source + "assert spent < 5\n") == [5]
    assert asserted_times("assert time.monotonic() - begun < 2\n") == [1]
    assert asserted_times("assert answer == 5\n") == []
