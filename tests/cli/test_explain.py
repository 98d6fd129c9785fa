"""``symbiosis explain``: from a results folder to the arithmetic of one exchange."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import symbiosis as sy
from symbiosis.cli import build
from symbiosis.errors import DataError
from symbiosis.reports import write

PUBLISHED = Path(__file__).parents[2] / "datasets" / "published"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    study = sy.run(sy.read(PUBLISHED))
    folder = tmp_path_factory.mktemp("results") / "out"
    write(study, folder)
    by_case = study.impact.by_shipment.set_index("case")["shipment_id"]
    return folder, by_case["aggregate_articulated"], study


def run(*args):
    return CliRunner().invoke(build(), ["explain", *map(str, args)])


def test_what_is_printed_from_the_folder_is_what_the_study_says(results):
    folder, shipment, study = results
    done = run(folder, shipment, "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.strip() == str(study.impact.explain(shipment)).strip()
    assert "0.0875 kgCO2e/t.km [transport_emissions.articulated_40t.fr.2024]" in done.stdout
    assert "breaks even at 66.7" in done.stdout


def test_it_speaks_french_by_default(results):
    folder, shipment, _ = results
    done = run(folder, shipment)
    assert "émissions évitées" in done.stdout
    assert "0,0875 kgCO2e/t.km" in done.stdout


def test_an_unknown_exchange_is_a_problem_with_its_cure(results):
    done = run(results[0], "nobody")
    assert isinstance(done.exception, DataError)
