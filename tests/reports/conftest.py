"""The hand-written study and its results folder."""

import pytest

from symbiosis.reports import Results, write
from tests.reports import world


@pytest.fixture(scope="session")
def study():
    return world.study()


@pytest.fixture(scope="session")
def results(study):
    return Results.of(study)


@pytest.fixture(scope="session")
def nothing(study):
    return Results.of(world.nothing(study))


@pytest.fixture(scope="session")
def folder(study, tmp_path_factory):
    return write(study, tmp_path_factory.mktemp("results") / "out", "fr")
