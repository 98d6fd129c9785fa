"""Questions asked of the catalogue, on tables small enough to answer by hand."""

import dataclasses

import pandas as pd
import pytest

from symbiosis.catalogue import load
from symbiosis.errors import UnknownMaterial


@pytest.fixture(scope="module")
def catalogue():
    return load()


def test_one_material_and_a_column_of_them(catalogue):
    assert catalogue.kind_of("10 02 02") == "material"
    assert catalogue.unit_of("heat_60_100c") == "MWh"
    asked = pd.Series(["co2_gas", "10 02 02", "co2_gas"], index=[7, 8, 9])
    assert catalogue.unit_of(asked).to_dict() == {7: "t", 8: "t", 9: "t"}
    assert catalogue.kind_of(asked).tolist() == ["co2", "material", "co2"]
    assert catalogue.label("17 02 01", "fr") == "bois"
    assert catalogue.label("17 02 01", "en") == "Wood"


def test_hazard_is_a_matter_of_codes(catalogue):
    assert catalogue.is_hazardous("13 02 05") is True
    assert catalogue.is_hazardous("10 02 02") is False
    assert catalogue.is_hazardous("sulphuric_acid") is False
    assert catalogue.is_hazardous(pd.Series(["13 02 05", "cullet"])).tolist() == [True, False]


def test_an_unknown_material_is_refused_by_name(catalogue):
    with pytest.raises(UnknownMaterial, match="not known"):
        catalogue.unit_of("unobtainium")
    with pytest.raises(UnknownMaterial) as seen:
        catalogue.unit_of(pd.Series(["unobtainium", "cullet", "phlogiston"]))
    assert list(seen.value.problems.table()["value"]) == ["unobtainium", "phlogiston"]


def small(catalogue, rows):
    """Return the catalogue with a few pathways instead of its own."""
    columns = ["residue", "input", "operation", "legal_status"]
    paths = pd.DataFrame(rows, columns=["id", *columns]).set_index("id")
    return dataclasses.replace(catalogue, pathways=paths)


def test_a_subchapter_lends_its_pathway_to_its_codes(catalogue):
    world = small(
        catalogue,
        [
            ("of_code", "10 02 02", "cement_clinker", "mechanical", "waste"),
            ("of_subchapter", "10 02", "cement_clinker", "mechanical", "waste"),
            ("of_chapter", "10", "aggregate_0_31", "mechanical", "waste"),
            ("of_heat", "heat_60_100c", "heat_60_100c", "heat_exchange", "none"),
        ],
    )
    found = world.pathways_of(["10 02 02", "10 02 01", "heat_60_100c", "10 02 02", "nobody"])
    assert set(found[["residue", "pathway"]].itertuples(index=False, name=None)) == {
        ("10 02 02", "of_code"),  # the code's own row beats the subchapter's
        ("10 02 02", "of_chapter"),
        ("10 02 01", "of_subchapter"),
        ("10 02 01", "of_chapter"),
        ("heat_60_100c", "of_heat"),
    }


def test_a_subchapter_never_lends_to_a_hazardous_code(catalogue):
    world = small(
        catalogue,
        [
            ("for_waste", "10 02", "iron_ore", "direct", "waste"),
            ("for_hazardous", "10 02", "zinc_secondary", "thermal", "hazardous"),
            ("of_code", "10 02 07", "scrap_lead", "thermal", "waste"),
        ],
    )
    found = world.pathways_of(["10 02 07", "10 02 08"])
    assert set(found[["residue", "pathway"]].itertuples(index=False, name=None)) == {
        ("10 02 07", "for_hazardous"),
        ("10 02 07", "of_code"),
        ("10 02 08", "for_waste"),
        ("10 02 08", "for_hazardous"),
    }


def test_two_pathways_to_one_input_both_stay(catalogue):
    world = small(
        catalogue,
        [
            ("wet", "10 02 02", "cement_clinker", "mechanical", "waste"),
            ("dry", "10 02 02", "cement_clinker", "mechanical", "waste"),
        ],
    )
    assert sorted(world.pathways_of(["10 02 02"])["pathway"]) == ["dry", "wet"]


def test_nothing_asked_nothing_found(catalogue):
    assert catalogue.pathways_of([]).empty
    assert "input" in catalogue.pathways_of(pd.Series([], dtype=object)).columns


def test_the_catalogue_is_read_once(catalogue):
    assert load() is catalogue
