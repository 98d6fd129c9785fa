import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from symbiosis.geography import EARTH_RADIUS_KM, great_circle_km, road_km

longitudes = st.floats(-180, 180)
latitudes = st.floats(-89, 89)


def test_a_quarter_of_a_meridian_is_a_quarter_of_the_circumference():
    assert great_circle_km(0, 0, 0, 90) == pytest.approx(np.pi / 2 * EARTH_RADIUS_KM)


@given(longitudes, latitudes, longitudes, latitudes)
def test_agrees_with_an_independent_sphere(lon1, lat1, lon2, lat2):
    _, _, metres = Geod(a=EARTH_RADIUS_KM * 1000, f=0).inv(lon1, lat1, lon2, lat2)
    assert great_circle_km(lon1, lat1, lon2, lat2) == pytest.approx(metres / 1000, abs=1e-3)


def test_arrays_broadcast():
    table = great_circle_km(np.zeros((3, 1)), np.zeros((3, 1)), np.arange(4), np.zeros(4))
    assert table.shape == (3, 4)
    assert table[1, 0] == 0


def test_road_distance_is_longer_by_the_detour():
    assert road_km([10.0], 1.46).tolist() == [pytest.approx(14.6)]
