import json

import geopandas as gpd
import pytest
import shapely

from symbiosis import bundled
from symbiosis.maps import outline

HOME = bundled.home() / "static"


@pytest.fixture
def two_countries():
    coast = shapely.box(0, 49, 1, 50)
    inland = shapely.box(1, 49, 2, 50)
    islet = shapely.box(0.2, 51, 0.21, 51.01)
    return gpd.GeoDataFrame(geometry=[shapely.union(coast, islet), inland], crs=4326)


def test_the_border_is_what_two_countries_share(two_countries):
    land, border = (f["geometry"] for f in outline.outline(two_countries)["features"])
    assert shapely.geometry.shape(land).area == pytest.approx(2, rel=0.01)
    assert shapely.geometry.shape(border).bounds == pytest.approx((1, 49, 1, 50), abs=0.01)


def test_islets_too_small_to_be_seen_are_left_out(two_countries):
    land = outline.outline(two_countries)["features"][0]["geometry"]
    assert shapely.geometry.shape(land).bounds[3] == pytest.approx(50, abs=0.01)


def test_the_script_writes_what_the_function_returns(two_countries, tmp_path):
    source, out = tmp_path / "countries.geojson", tmp_path / "out.geojson"
    source.write_text(two_countries.to_json(), encoding="utf-8")
    assert outline.main([str(source), str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["attribution"] == outline.ATTRIBUTION


def test_the_outline_in_use_is_small_and_says_where_it_comes_from():
    file = HOME / "outline.geojson"
    assert file.stat().st_size < outline.MAX_BYTES
    content = json.loads(file.read_text(encoding="utf-8"))
    assert "Natural Earth" in content["attribution"]
    land = shapely.geometry.shape(content["features"][0]["geometry"])
    dunkirk, channel = shapely.Point(2.38, 51.0), shapely.Point(1.4, 50.9)
    assert land.contains(dunkirk)
    assert not land.contains(channel)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_basemap_asks_nothing_of_the_internet(theme):
    style = (HOME / f"style_{theme}.json").read_text(encoding="utf-8")
    assert "http" not in style
    assert "glyphs" not in style
    assert json.loads(style)["sources"] == {}
