"""HiGHS as it is used here: without a word, to the end or until it is stopped."""

from __future__ import annotations

import subprocess
import sys

PROGRAMME = """
from symbiosis.matching.solver import quiet

solver = quiet()
solver.addVar(0.0, 1.0)
solver.run()
"""


def test_highs_says_nothing_not_even_its_banner():
    """What a command writes on its output is read by programs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMME],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout + done.stderr == ""
