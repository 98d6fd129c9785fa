"""The demonstration territory, read and run once for all its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

import symbiosis as sy
from symbiosis import bundled

LITTORAL = bundled.home() / "datasets" / "littoral"


@pytest.fixture(scope="session")
def folder() -> Path:
    return LITTORAL


@pytest.fixture(scope="session")
def flows(folder: Path) -> sy.Flows:
    return sy.read(folder)


@pytest.fixture(scope="session")
def matched(flows: sy.Flows) -> sy.Match:
    return sy.match(sy.connect(flows))
