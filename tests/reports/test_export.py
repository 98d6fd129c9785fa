import csv
import json
import shutil
from dataclasses import replace

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest

from symbiosis.errors import DataError
from symbiosis.reports import ENDINGS, Results, export, firm_sheet, read_results, write
from tests.reports import pages, world


@pytest.fixture(scope="module")
def read_back(folder):
    return read_results(folder)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_document_is_written_from_a_folder(read_back, ending, tmp_path):
    out = export(read_back, tmp_path / f"a{ending}", "fr")
    assert out.stat().st_size > 500
    assert [path.name for path in tmp_path.iterdir()] == [f"a{ending}"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_document_is_written_where_nothing_pays(nothing, ending, tmp_path):
    assert export(nothing, tmp_path / f"a{ending}", "en").exists()


@pytest.fixture(scope="module")
def nothing_back(study, tmp_path_factory):
    """A folder without an exchange, whose columns have no kind, as the matching leaves them."""
    empty = world.nothing(study)
    kinds = {name: pd.Series(dtype=float) for name in world.shipments().columns[:-1]}
    bare = gpd.GeoDataFrame(kinds, geometry=gpd.GeoSeries([], crs="EPSG:4326"))
    match = replace(empty.match, shipments=bare)
    figures = empty.impact.by_shipment.astype(float)
    empty = replace(empty, match=match, impact=replace(empty.impact, by_shipment=figures))
    return read_results(write(empty, tmp_path_factory.mktemp("none") / "out", "fr"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_document_is_written_from_a_folder_where_nothing_pays(nothing_back, ending, tmp_path):
    """Tables without a row come back without the kinds of their columns."""
    assert export(nothing_back, tmp_path / f"a{ending}", "fr").exists()


def test_a_firm_that_exchanges_nothing_has_a_sheet_of_one_page(nothing_back):
    assert pages.count(firm_sheet(nothing_back, "a", "fr")) == 1


def test_what_is_read_back_is_what_was_written(read_back, study):
    fresh = Results.of(study)
    for name in ("totals", "emissions_terms", "by_shipment", "unmatched", "not_counted"):
        pd.testing.assert_frame_equal(
            getattr(read_back, name), getattr(fresh, name), check_dtype=False, check_names=False
        )
    assert read_back.certificate == fresh.certificate
    assert dict(read_back.record) == fresh.record
    assert set(read_back.firms["name"]) == set(fresh.firms["name"])
    assert read_back.offers["quantity"].tolist() == fresh.offers["quantity"].tolist()


def test_geojson_says_which_layer_each_feature_is_of(results, tmp_path):
    content = json.loads(export(results, tmp_path / "a.geojson").read_text("utf-8"))
    layers = [feature["properties"]["layer"] for feature in content["features"]]
    assert layers.count("firms") == 4
    assert layers.count("shipments") == 3
    assert layers.count("territories") == 1


def test_geoparquet_and_geopackage_are_read_by_geopandas(results, tmp_path):
    lines = gpd.read_parquet(export(results, tmp_path / "a.parquet"))
    assert lines.crs.to_epsg() == 4326
    assert lines["offer_firm"].iloc[0] == "Aciérie de Flandre"
    firms = gpd.read_file(export(results, tmp_path / "a.gpkg"), layer="firms")
    assert world.EVIL in set(firms["name"])


@pytest.mark.parametrize(
    ("lang", "between", "number"), [("fr", ";", "500,5"), ("en", ",", "500.5")]
)
def test_the_list_opens_in_a_spreadsheet_of_its_language(results, tmp_path, lang, between, number):
    content = export(results, tmp_path / "a.csv", lang).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=between)
    assert [len(line) for line in lines] == [len(head)] * 3
    last = dict(zip(head, lines[-1], strict=True))
    assert number in last.values()
    assert "'" + world.FORMULA in last.values()
    assert not any(cell.startswith(("=", "@", "+")) for line in lines for cell in line)


def test_control_characters_do_not_break_the_network(study, tmp_path):
    whole = Results.of(study)
    named = whole.firms.assign(name=["a\x00b", "c\x1bd", "é", "\ud7ff"])
    out = export(replace(whole, firms=named), tmp_path / "a.graphml")
    assert nx.read_graphml(out).nodes["a"]["name"] == "ab"


@pytest.mark.parametrize("name", ["a.doc", "a", "a.pdf.txt"])
def test_an_unknown_ending_is_a_problem_that_names_the_known(results, name, tmp_path):
    with pytest.raises(DataError) as caught:
        export(results, tmp_path / name)
    assert ".pdf" in str(next(iter(caught.value.problems)).cure)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_results_is_a_problem(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError):
            read_results(path)


@pytest.mark.parametrize("name", ["impact.json", "scenario.json", "study.gpkg", "unmatched.csv"])
def test_a_damaged_folder_is_a_problem(folder, tmp_path, name):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / name).write_bytes(b"\x00nonsense")
    with pytest.raises(DataError):
        read_results(copy)


@pytest.mark.parametrize("name", ["impact_by_shipment.csv", "unmatched.csv"])
def test_a_file_that_lost_its_last_row_is_a_problem(folder, tmp_path, name):
    """It can still be read, and every figure that came out of it would be too small."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    lines = (copy / name).read_text("utf-8").splitlines(keepends=True)
    (copy / name).write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_results(copy)
    assert name in str(next(iter(caught.value.problems)).problem)
