"""How many cases the slow tests try: what .ci/run has the time for, or all that are promised."""

import os

VARIABLE = "SYMBIOSIS_TEST_CASES"


def cases(promised: int, brief: int) -> int:
    """Return the number promised where ``SYMBIOSIS_TEST_CASES=all`` asks for it, else fewer."""
    return promised if os.environ.get(VARIABLE) == "all" else brief
