"""The results folder: its files, its columns, its bytes, and that it comes whole or not at all."""

import json
import math

import geopandas as gpd
import networkx as nx
import pandas as pd
import pyogrio
import pytest

from symbiosis.errors import DataError
from symbiosis.impacts.sheets import INDICATOR_COLUMNS
from symbiosis.reports import read_scenario, write
from symbiosis.reports import writing as module
from tests.reports import world

FILES = {
    "shipments.csv", "impact_by_shipment.csv", "unmatched.csv", "blending.csv",
    "indicators.csv", "exchanges_by_firm.csv", "impact.json", "study.gpkg",
    "network.graphml", "report.html", "scenario.json",
}  # fmt: skip
HEAD = "shipment_id,case,offer_firm,need_firm,material,pathway,quantity,unit,distance_km"


def test_the_files_are_those_of_the_contract(folder):
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_tables_for_consolidation_are_written(folder):
    written = pd.read_csv(folder / "exchanges_by_firm.csv")
    sides = written.groupby("direction")["quantity"].sum()
    assert sides["out"] == pytest.approx(sides["in"])
    told = pd.read_csv(folder / "indicators.csv")
    assert list(told.columns) == list(INDICATOR_COLUMNS)


@pytest.mark.parametrize("name", ["shipments.csv", "impact_by_shipment.csv"])
def test_the_first_columns_are_the_same_in_both_tables(folder, name):
    assert (folder / name).read_text("utf-8").startswith(HEAD + ",")


def test_the_impact_has_its_columns(folder):
    table = pd.read_csv(folder / "impact_by_shipment.csv")
    wanted = [f"emissions_avoided_tco2e_{level}" for level in ("low", "central", "high")]
    wanted += [f"jobs_fte_{level}" for level in ("low", "central", "high")]
    wanted += ["substitution_tco2e", "avoided_disposal_tco2e", "processing_tco2e",
               "transport_tco2e", "waste_diverted_t", "net_gain_eur"]  # fmt: skip
    assert set(wanted) <= set(table.columns)


def test_the_terms_add_up_to_the_total(folder):
    impact = json.loads((folder / "impact.json").read_text("utf-8"))
    total = sum(term["central"] for term in impact["emissions_terms"].values())
    assert math.isclose(total, impact["totals"]["emissions_avoided_tco2e"]["central"])
    assert set(impact["emissions_terms"]) == {
        "substitution", "avoided_disposal", "processing", "transport",
    }  # fmt: skip


def test_one_reason_for_each_unmatched_quantity(folder):
    assert list(pd.read_csv(folder / "unmatched.csv")["reason"]) == ["too_far", "no_pathway"]


def test_formulas_are_neutralised_in_csv_only(folder):
    shipments = (folder / "shipments.csv").read_text("utf-8")
    assert "'=HYPERLINK(1)" in shipments
    assert ",=HYPERLINK" not in shipments
    firms = gpd.read_file(folder / "study.gpkg", layer="firms")
    assert world.FORMULA in set(firms["name"])


def test_the_geopackage_has_its_layers(folder):
    layers = dict(pyogrio.list_layers(folder / "study.gpkg"))
    assert layers["firms"] == "Point"
    assert layers["shipments"] == "LineString"
    assert layers["territories"] == "MultiPolygon"
    shipments = gpd.read_file(folder / "study.gpkg", layer="shipments")
    assert len(shipments) == 3
    assert shipments.crs.to_epsg() == 4326
    assert "net_gain_eur" in shipments


def test_the_network_is_read_by_networkx(folder):
    graph = nx.read_graphml(folder / "network.graphml")
    assert set(graph.nodes) == set("abcd")
    assert graph.nodes["c"]["name"] == world.EVIL
    ((_, _, edge),) = graph.edges("c", data=True)
    assert edge["quantity"] == 500.5


def test_the_same_study_gives_the_same_bytes(folder, tmp_path):
    scenario = read_scenario(folder / "scenario.json")
    again = write(world.study(scenario), tmp_path / "again", "en")
    for name in FILES:
        if name.endswith((".csv", ".json")):
            assert (again / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_folder_of_somebody_elses_is_refused(study, tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(DataError):
        write(study, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_refused(study, tmp_path):
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(DataError):
        write(study, tmp_path / "out")


def test_earlier_results_are_replaced_and_other_files_kept(study, tmp_path):
    out = write(study, tmp_path / "out")
    (out / "worklist.csv").write_text("mine", encoding="utf-8")
    (out / "notes").mkdir()
    (out / "notes" / "a.txt").write_text("mine too", encoding="utf-8")
    (out / "shipments.csv").write_text("stale", encoding="utf-8")
    write(study, out)
    assert (out / "shipments.csv").read_text("utf-8").startswith(HEAD)
    assert (out / "worklist.csv").read_text("utf-8") == "mine"
    assert (out / "notes" / "a.txt").read_text("utf-8") == "mine too"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_midway_leaves_the_earlier_results(study, tmp_path, monkeypatch):
    out = write(study, tmp_path / "out")
    before = (out / "shipments.csv").read_bytes()
    (out / "impact.json").touch()

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(module.network, "graphml", fail)
    with pytest.raises(DataError, match="no space"):
        write(study, out)
    assert (out / "shipments.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_fault_of_ours_leaves_nothing_behind(study, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "html", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(study, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_skipped_rows_are_listed(tmp_path):
    from dataclasses import replace

    whole = world.study()
    rows = pd.DataFrame(
        [("flows.csv", 3, "unit", "tt", "unknown unit", "write t")],
        columns=["file", "row", "column", "value", "problem", "cure"],
    )
    out = write(replace(whole, flows=replace(whole.flows, skipped=rows)), tmp_path / "out")
    assert pd.read_csv(out / "skipped.csv").loc[0, "cure"] == "write t"
