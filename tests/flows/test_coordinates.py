"""Coordinates: a place of the system that is stated, or a problem that names those that fit."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.reference_systems import SYSTEMS, area_of_use, within_area

HEADER = "Entreprise;X;Y;EPSG;Commune;Code postal;Sens;Code déchet;Quantité;Unité"


def check(tmp_path, *places, header=HEADER):
    lines = [f"Firme {n};{place};sortie;10 11 12;5;t" for n, place in enumerate(places)]
    (tmp_path / "f.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    return survey(tmp_path / "f.csv")


def at(epsg, longitude=2.377, latitude=51.031):
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(longitude, latitude)
    return f"{x:.0f};{y:.0f}"


@pytest.mark.parametrize(
    ("numbers", "systems"),
    [
        ("450000;5650000", r"UTM 31N \(EPSG:32631\)"),
        ("600000;2650000", r"Lambert II étendu \(EPSG:27572\)"),
        ("1650000;9250000", r"CC50 \(EPSG:3950\)"),
        (at(3946, 4.85, 45.76), r"CC46 \(EPSG:3946\)"),
        (at(32630, -1.5, 47.2), r"UTM 30N \(EPSG:32630\)"),
        (at(27700, -1.5, 52.5), r"British National Grid \(EPSG:27700\)"),
        (at(31370, 4.35, 50.85), r"Lambert belge 72 \(EPSG:31370\)"),
        (at(3812, 4.35, 50.85), r"Lambert belge 2008 \(EPSG:3812\)"),
        (at(3035, 2.377, 51.031), r"ETRS89 LAEA \(EPSG:3035\)"),
        (at(2056, 6.63, 46.52), r"CH1903\+ LV95 \(EPSG:2056\)"),
        (at(2975, 55.45, -20.9), r"RGR92 UTM 40S \(EPSG:2975\)"),
        ("7104100;656200", r"Lambert 93 \(EPSG:2154\) with x and y exchanged"),
        ("656,2;7104,1", r"Lambert 93 \(EPSG:2154\) in kilometres"),
        ("2,3;50,9", r"degrees \(longitude, latitude\)"),
        ("50,9;2,3", r"degrees \(latitude, longitude\)"),
        ("264000;6620000", r"Web Mercator \(EPSG:3857\)"),
    ],
)
def test_numbers_of_another_system_are_refused_and_their_own_is_named(tmp_path, numbers, systems):
    (problem,) = check(tmp_path, f"{numbers};;;").problems
    assert problem.column == "X"
    assert re.search(systems, str(problem.cure))


def test_a_stated_system_is_held_to_its_own_area(tmp_path):
    places = (f"{at(3950)};3950;;", f"{at(3950)};3943;;", f"{at(2154)};27700;;", "1;1;1999;;")
    told = [(p.row, str(p.problem)) for p in check(tmp_path, *places).problems]
    assert told == [
        (3, "x and y are outside the area of CC43 (EPSG:3943)"),
        (4, "x and y are outside the area of British National Grid (EPSG:27700)"),
        (5, "no reference system has the EPSG code 1999"),
    ]
    cures = [str(p.cure) for p in check(tmp_path, *places).problems]
    assert "CC50 (EPSG:3950)" in cures[0]
    assert "Lambert 93 (EPSG:2154)" in cures[1]


def test_the_firms_commune_tells_systems_apart(tmp_path):
    """Web Mercator of Reims is a place in the Landes under Lambert 93."""
    reims = at(3857, 4.03, 49.25)
    taken = check(tmp_path, f"{reims};;;")
    assert not len(taken.problems)
    (problem,) = check(tmp_path, f"{reims};;Reims;51100").problems
    assert "not in the firm's commune" in str(problem.problem)
    assert "Web Mercator (EPSG:3857)" in str(problem.cure)
    firms = check(tmp_path, f"{at(2154, 4.03, 49.25)};;Reims;51100").tables["firms"]
    assert firms["longitude"].tolist() == pytest.approx([4.03], abs=1e-4)


def test_a_header_that_names_lambert_93_states_it(tmp_path):
    found = check(tmp_path, f"{at(2154)}", header="Entreprise;X L93;Y L93;Sens;Code déchet;"
                  "Quantité;Unité")  # fmt: skip
    assert len(found.tables["firms"]) == 1
    assert not found.notes.table()["problem"].str.contains("Lambert").any()


DEGREES = "Entreprise;Longitude;Latitude;Commune;Code postal;Sens;Code déchet;Quantité;Unité"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ("51,03;2,37", "swapped"),
        ("656200;7104100", r"name these columns x and y.*Lambert 93 \(EPSG:2154\)"),
        ("1650000;9250000", r"CC50 \(EPSG:3950\)"),
        ("0;0", "Gulf of Guinea"),
        ("2,37;", "only one"),
        ("999999999;1", "outside the world"),
    ],
)
def test_numbers_that_are_no_degrees_are_refused(tmp_path, numbers, words):
    (problem,) = check(tmp_path, f"{numbers};;", header=DEGREES).problems
    assert re.search(words, f"{problem.problem} {problem.cure}")


def test_coordinates_far_from_the_firms_commune_are_refused_and_near_ones_noted(tmp_path):
    places = ("-2,37;51,03;Dunkerque;59140", "2,37;51,03;Dunkerque;59140",
              "2,9;50,8;Dunkerque;59140", "2,37;51,03;Ailleurs;59140")  # fmt: skip
    found = check(tmp_path, *places, header=DEGREES)
    assert [(p.row, p.column) for p in found.problems] == [(2, "Longitude")]
    notes = found.notes.table()
    assert notes[notes["problem"].str.contains("outside the firm's commune")]["row"].tolist() == [4]
    assert len(found.tables["firms"]) == 3


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SYSTEMS)), st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_a_place_of_a_system_comes_back_to_itself(epsg, across, up):
    west, south, east, north = area_of_use(epsg)
    longitude = max(west, -11) + across * (min(east, 41) - max(west, -11))
    latitude = max(south, 35) + up * (min(north, 71) - max(south, 35))
    if south < 0 or west < -40:
        longitude, latitude = west + across * (east - west), south + up * (north - south)
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform([longitude], [latitude])
    lon, lat = within_area(x, y, epsg, 0.5)
    if lon[0] == lon[0]:
        assert (lon[0], lat[0]) == pytest.approx((longitude, latitude), abs=1e-4)


@pytest.mark.parametrize("epsg", [code for code in SYSTEMS if 3942 <= code <= 3950])
def test_no_conic_zone_is_ever_read_as_another(tmp_path, epsg):
    """Lyon, Lille, Brest and Nice in each zone: none is a place of Lambert 93."""
    for longitude, latitude in ((4.85, 45.76), (3.06, 50.63), (-4.49, 48.39), (7.26, 43.7)):
        numbers = at(epsg, longitude, latitude)
        (problem,) = check(tmp_path, f"{numbers};;;").problems
        if abs(latitude - (epsg - 3900)) < 1:
            assert f"EPSG:{epsg}" in str(problem.cure)


def test_every_other_system_of_a_column_is_told_in_one_reading(tmp_path):
    places = [f"{at(32631, 2 + n / 1000, 50)};;;" for n in range(50)]
    problems = check(tmp_path, *places).problems
    assert len(problems) == 50
    assert len({str(problem.cure) for problem in problems}) == 1
    with pytest.raises(DataError):
        sy.read(tmp_path / "f.csv")
