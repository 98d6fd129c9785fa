import pandas as pd
import pytest

from symbiosis.maps.window import first_view, in_view, outside


def firms(*rows):
    return pd.DataFrame(rows, columns=["longitude", "latitude", "declared_t"])


MAINLAND = [(-1.5, 47.2, 5e4), (2.3, 48.9, 9e4), (4.8, 45.7, 8e4), (5.4, 43.3, 7e4)]
OVERSEAS = [(55.5, -21.1, 2e5), (-61.5, 16.2, 1e5), (-52.3, 4.9, 1e4)]


def test_a_national_dataset_opens_on_its_mainland():
    longitude, latitude, zoom = first_view(firms(*MAINLAND * 5, *OVERSEAS), 700, 470)
    assert (longitude, latitude) == pytest.approx((1.95, 46.1))
    assert zoom > 5


def test_an_island_across_a_strait_stays_in_view():
    corsica = (9.4, 42.6, 100.0)
    assert in_view(firms(*MAINLAND * 5, corsica))[:, 0].max() == 9.4


def test_one_firm_astray_does_not_push_the_others_into_a_corner():
    crowd = [(2.0 + i / 1000, 51.0, 100.0) for i in range(100)]
    seen = in_view(firms(*crowd, (4.4, 51.0, 1.0)))
    assert seen[:, 0].max() < 2.2


def test_a_small_territory_is_shown_whole():
    rows = [(1.6, 50.7, 1.0), (3.2, 50.4, 1e6), (2.3, 51.05, 5.0)]
    assert in_view(firms(*rows)).tolist() == [[x, y] for x, y, _ in rows]


@pytest.mark.parametrize("rows", [[], [(2.0, 48.0, 0.0)], [(2.0, 48.0, 0.0)] * 3])
def test_no_firm_one_firm_or_one_place_is_no_error(rows):
    assert first_view(firms(*rows).astype(float), 700, 470)[2] > 4


def test_firms_on_other_lands_are_counted():
    assert outside(firms(*MAINLAND * 5, *OVERSEAS)) == 3
    assert outside(firms(*MAINLAND)) == 0
