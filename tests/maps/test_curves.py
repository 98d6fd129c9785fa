import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.maps.curves import BEND, curves, scaled, taper, zoom_to

degrees = st.tuples(st.floats(-10, 15), st.floats(41, 59))


@given(degrees, degrees)
def test_a_curve_joins_its_ends_and_stays_near_its_chord(start, end):
    a, b = np.array([start]), np.array([end])
    line = curves(a, b)[0]
    assert np.allclose(line[0], start)
    assert np.allclose(line[-1], end)
    shrink = np.cos(np.radians((start[1] + end[1]) / 2))
    chord = np.hypot((end[0] - start[0]) * shrink, end[1] - start[1])
    middle = (np.array(start) + np.array(end)) / 2
    off = (line - middle) * [shrink, 1]
    assert np.hypot(*off.T).max() <= chord * (0.5 + BEND) + 1e-9


def test_two_directions_bend_apart():
    a, b = np.array([[2.0, 50.0]]), np.array([[3.0, 50.0]])
    there, back = curves(a, b)[0], curves(b, a)[0]
    assert there[7, 1] < 50 < back[7, 1]


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20))
def test_sizes_stay_in_range_and_in_order(values):
    sizes = scaled(np.array(values), 2, 12)
    assert ((sizes >= 2) & (sizes <= 12 + 1e-9)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(sizes[order]) >= -1e-9).all()


def test_nothing_to_scale_is_small_not_an_error():
    assert scaled(np.array([0.0, np.nan]), 2, 12).tolist() == [2, 2]


def test_a_curve_is_widest_at_its_taker():
    widths = taper(8.0)
    assert widths == sorted(widths)
    assert widths[-1] == 8.0


def test_all_places_are_seen_at_the_first_zoom():
    places = np.array([[1.6, 50.7], [3.2, 50.4], [2.3, 51.05]])
    longitude, _, zoom = zoom_to(places, 700, 470)
    across = np.abs(places[:, 0] - longitude).max() / 360 * 512 * 2**zoom
    assert across <= 350


def test_no_place_at_all_shows_france():
    assert zoom_to(np.empty((0, 2)))[2] < 6
