"""What some tests need of the machine; without it they are skipped and say what would run them."""

import os

import pytest

register = pytest.mark.skipif(
    not os.environ.get("SYMBIOSIS_REAL_DATA"),
    reason="the public registers: name their folder in SYMBIOSIS_REAL_DATA",
)
posix = pytest.mark.skipif(os.name != "posix", reason="a POSIX system: signals, forks and rights")
