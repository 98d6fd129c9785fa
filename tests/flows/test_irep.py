"""The State register: a small sample in the same form, every name of it invented."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.irep import import_irep
from symbiosis.geography import great_circle_km
from tests import needs

SAMPLE = Path(__file__).parent / "irep_sample"


@pytest.fixture(scope="module")
def imported():
    return import_irep(SAMPLE)


def flow(imported, firm, material):
    rows = imported.flows[
        (imported.flows["firm_id"] == firm) & (imported.flows["material"] == material)
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_rows_of_one_site_code_and_operation_are_merged(imported):
    glass = flow(imported, "0000000101", "10 11 12")
    assert glass["quantity"] == 1500.5
    assert glass[["direction", "route", "unit", "year"]].tolist() == ["offer", "R5", "t/an", "2011"]
    taken = flow(imported, "0000000201", "10 11 12")
    assert taken[["direction", "operation", "quantity", "authorised"]].tolist() == [
        "need", "R5", 1000, "10 11 12",
    ]  # fmt: skip


def test_the_quantity_of_a_need_is_what_was_treated_and_disposal_is_no_need(imported):
    needs = imported.flows[imported.flows["direction"] == "need"]
    assert dict(zip(needs["material"], needs["quantity"], strict=True)) == {
        "10 11 12": 1000, "10 09 08": 5000, "02 05 01": 250,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("firm", "place", "precision"),
    [
        ("0000000101", (-1.55, 47.22), 100),  # Lambert 93
        ("00       90000001", (-1.60, 47.20), 100),  # Lambert II étendu
        ("0000000103", (-2.21, 47.28), 100),  # degrees
        ("0000000104", (-2.20, 47.27), 500),  # degrees, swapped
        ("0000000105", (-2.19, 47.275), 500),  # degrees without their sign
        ("0000000106", (-2.18, 47.26), 500),  # Lambert II étendu said to be Lambert 93
        ("0000000107", (-1.575, 47.21), 5000),  # nothing: the mean of its commune's other sites
    ],
)
def test_places_in_any_system_are_converted_or_repaired(imported, firm, place, precision):
    row = imported.firms.set_index("firm_id").loc[firm]
    assert great_circle_km(row["longitude"], row["latitude"], *place) < 0.02
    assert row["place_precision_m"] == precision


def test_todays_haul_is_the_great_circle_to_the_treating_sites_of_another_departement(imported):
    rennes = (-1.67, 48.10)  # mean of the two treating sites with a usable row
    here = great_circle_km(-1.55, 47.22, *rennes)
    assert flow(imported, "0000000101", "10 11 12")["route_distance_km"] == pytest.approx(
        here, abs=0.2
    )
    for firm, code in (
        ("0000000105", "17 04 05"),  # its own département
        ("0000000103", "03 03 08"),  # abroad
    ):
        assert np.isnan(flow(imported, firm, code)["route_distance_km"])


def test_what_cannot_be_used_is_listed_with_its_row_and_reason(imported):
    table = imported.problems.table()
    left_out = table[table["cure"] == "the row was left out"]
    listed = {
        (file[:4], int(row), problem.split("(")[0].strip())
        for file, row, problem in zip(
            left_out["file"], left_out["row"], left_out["problem"], strict=True
        )
    }
    assert listed == {
        ("Prod", 11, "this site has no usable place"),
        ("Prod", 12, "this site is not in etablissements.csv"),
        ("Prod", 13, "this is not a code of the List of Waste"),
        ("Prod", 14, "there is no usable quantity"),
        ("Trai", 6, "this operation disposes: it is no need for the residue"),
        ("Trai", 7, "this is not a code of the List of Waste"),
    }
    sites = table[table["file"] == "etablissements.csv"]
    assert sites["row"].tolist() == [9, 5, 6, 7, 8, 12]
    assert sites["problem"].str.contains("SIRET").sum() == 1


def test_the_output_passes_check_with_no_problem_and_no_guess(tmp_path):
    import_irep(SAMPLE, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "firms.csv", "flows.csv", "problems.csv",
    ]  # fmt: skip
    found = survey(tmp_path / "out")
    assert not len(found.problems)
    assert not len(found.notes)
    assert found.tables["firms"]["firm_id"].str.contains("00       90000001", regex=False).any()


def test_a_missing_or_foreign_file_is_a_data_error(tmp_path):
    with pytest.raises(DataError) as caught:
        import_irep(tmp_path, tmp_path / "out")
    assert caught.value.problems.table()["file"].tolist() == ["etablissements.csv"]
    assert not (tmp_path / "out").exists()
    (tmp_path / "etablissements.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(DataError, match="lacks"):
        import_irep(tmp_path)


def test_an_imported_name_is_never_a_formula(tmp_path):
    for file in SAMPLE.iterdir():
        text = file.read_text(encoding="utf-8").replace("VERRERIE IMAGINAIRE", "=1+1")
        (tmp_path / file.name).write_text(text, encoding="utf-8", newline="")
    import_irep(tmp_path, tmp_path / "out")
    written = pd.read_csv(tmp_path / "out" / "firms.csv", dtype=str)
    assert "'=1+1" in written["name"].tolist()
    assert "=1+1" in sy.read(tmp_path / "out").firms["name"].tolist()


@needs.register
def test_the_whole_register(tmp_path):
    folder = Path(os.environ["SYMBIOSIS_REAL_DATA"]) / "irep_2011_outside_hauts_de_france"
    import_irep(folder, tmp_path)
    found = survey(tmp_path)
    assert not len(found.problems)
    assert len(found.tables["offers"]) > 6500
    assert len(found.tables["needs"]) > 1450
    reasons = pd.read_csv(tmp_path / "problems.csv")["problem"].value_counts()
    assert reasons.filter(like="usable place").sum() < 50
