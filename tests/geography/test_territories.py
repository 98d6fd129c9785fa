import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from symbiosis.errors import DataError
from symbiosis.geography import assign, read_territories


@pytest.fixture
def two_squares():
    return gpd.GeoDataFrame(
        {"code": ["W", "E"], "name": ["West", "East"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs=4326,
    )


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
def test_reads_every_common_format(tmp_path, two_squares, suffix):
    path = tmp_path / f"areas.{suffix}"
    two_squares.to_file(path)
    read = read_territories(path)
    assert read[["code", "name"]].to_numpy().tolist() == [["W", "West"], ["E", "East"]]
    assert read.crs.to_epsg() == 4326


def test_lambert_93_is_converted(tmp_path, two_squares):
    path = tmp_path / "areas.gpkg"
    two_squares.set_geometry([box(2, 50, 3, 51), box(3, 50, 4, 51)], crs=4326).to_crs(2154).to_file(
        path
    )
    assert read_territories(path).total_bounds[0] == pytest.approx(2, abs=1e-6)


def test_french_headers_are_recognised(tmp_path, two_squares):
    path = tmp_path / "epci.geojson"
    two_squares.rename(columns={"code": "siren", "name": "nom"}).to_file(path)
    assert read_territories(path)["name"].tolist() == ["West", "East"]


def test_points_find_their_territory_and_the_first_wins_on_a_border(two_squares):
    points = gpd.GeoSeries([Point(0.5, 0.5), Point(1, 0.5), Point(9, 9)], crs=4326)
    assert assign(points, two_squares).tolist() == ["W", "W", ""]


def test_a_file_that_is_not_a_map_is_a_problem(tmp_path):
    path = tmp_path / "areas.geojson"
    path.write_text("not json", encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_territories(path)
    assert error.value.problems.table().loc[0, "file"] == "areas.geojson"


def test_points_alone_are_a_problem(tmp_path):
    path = tmp_path / "points.geojson"
    gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=4326).to_file(path)
    with pytest.raises(DataError, match="no polygon"):
        read_territories(path)
