"""The table of measured roads: read whole, or refused with every fault said."""

import numpy as np
import pandas as pd
import pytest

from symbiosis.errors import DataError
from symbiosis.geography import Roads, great_circle_km, roads_between

KM = 1 / 111.195


@pytest.fixture
def firms():
    """Three firms on a meridian, at 0, 5 and 20 km."""
    latitude = 50 + KM * np.array([0, 5, 20])
    return pd.DataFrame({"firm_id": ["a", "b", "c"], "longitude": 2.0, "latitude": latitude})


def table(*rows):
    return pd.DataFrame(rows, columns=["from_firm", "to_firm", "distance_km"])


def faults(error):
    return error.value.problems.table()[["row", "column", "value"]].to_numpy().tolist()


def test_a_named_pair_is_as_long_as_said_both_ways_and_the_others_by_the_detour_factor(firms):
    roads = roads_between(table(("a", "b", 60), ("c", "a", 25), ("a", "c", 21)), firms)
    sender, receiver = np.array([0, 1, 0, 2, 1, 0]), np.array([1, 0, 2, 0, 2, 0])
    place = firms["latitude"].to_numpy()
    circle = great_circle_km(2.0, place[sender], 2.0, place[receiver])
    km = roads.distance_km((sender, receiver), circle, 1.5)
    assert km == pytest.approx([60, 60, 21, 25, 1.5 * 15, 0], rel=1e-4)
    grid = roads.distance_km((np.arange(3)[:, None], np.arange(3)), np.zeros((3, 3)), 1.0)
    assert grid.tolist() == [[0, 60, 21], [60, 0, 0], [25, 0, 0]]


@pytest.mark.parametrize(
    "text",
    [
        "from_firm,to_firm,distance_km\na,b,60.5\n",
        "\ufefffrom_firm;to_firm;distance_km\r\na;b;60,5\r\n",
        "From_Firm\tdistance_km\tto_firm\tnote\n\na\t60.5\tb\tferry\n",
    ],
)
def test_a_file_is_read_however_a_spreadsheet_writes_it(tmp_path, firms, text):
    (tmp_path / "r.csv").write_text(text, encoding="utf-8", newline="")
    roads = roads_between(tmp_path / "r.csv", firms)
    assert roads.km.tolist() == [60.5, 60.5]


def test_every_fault_is_said_at_once_with_its_row(tmp_path, firms):
    lines = [
        "from_firm,to_firm,distance_km", "a,b,60", "x,b,9", "a,y,9", "b,c,-3", "b,a,12 ou 13",
        "c,b,1/2", "", "a,c,3", "a,b,61", "c,a,douze",
    ]  # fmt: skip
    (tmp_path / "r.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as error:
        roads_between(tmp_path / "r.csv", firms)
    assert faults(error) == [
        [3, "from_firm", "x"], [4, "to_firm", "y"], [5, "distance_km", "-3"],
        [6, "distance_km", "12 ou 13"], [7, "distance_km", "1/2"], [9, "distance_km", "3"],
        [10, "to_firm", "b"], [11, "distance_km", "douze"],
    ]  # fmt: skip
    assert set(error.value.problems.table()["file"]) == {"r.csv"}


def test_a_distance_rounded_to_a_tenth_is_not_shorter_than_the_great_circle(firms):
    circle = float(great_circle_km(2.0, 50.0, 2.0, 50 + 5 * KM))
    assert len(roads_between(table(("a", "b", circle - 0.04)), firms)) == 2
    with pytest.raises(DataError, match="shorter"):
        roads_between(table(("a", "b", circle - 0.06)), firms)


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'from_firm,to_firm\n"a,b\n']
)
def test_what_is_no_table_of_roads_is_refused(tmp_path, firms, content):
    if content is not None:
        (tmp_path / "r.csv").write_bytes(content)
    with pytest.raises(DataError):
        roads_between(tmp_path / "r.csv", firms)


def test_roads_of_other_firms_are_refused(firms):
    with pytest.raises(DataError):
        roads_between(Roads(9, np.array([1]), np.array([2.0])), firms)


def test_when_a_firm_leaves_the_others_keep_their_roads(firms):
    roads = roads_between(table(("a", "b", 60), ("b", "c", 70), ("a", "c", 80)), firms)
    left = roads.without(1)
    assert left.firms == 2
    assert left.named(np.array([0, 1]), np.array([1, 0])).tolist() == [80, 80]


def test_the_roads_of_some_senders(firms):
    roads = roads_between(table(("a", "b", 60), ("b", "c", 70)), firms)
    assert roads.of_senders(np.array([1])).km.tolist() == [60, 70]


@pytest.mark.parametrize(
    "cell", ["", "null", "None", "NaN", "inf", "-", "no road", "pas de route", " aucune "]
)
def test_a_pair_without_a_road_can_be_said_and_is_closed_both_ways(tmp_path, firms, cell):
    (tmp_path / "r.csv").write_text(f"from_firm,to_firm,distance_km\na,b,{cell}\na,c,25\n")
    roads = roads_between(tmp_path / "r.csv", firms)
    assert roads.closed.tolist() == [[0, 1], [1, 0]]
    assert roads.named(np.array([0, 1, 2]), np.array([1, 0, 0])).tolist() == [np.inf, np.inf, 25]


@pytest.mark.parametrize("missing", [None, np.nan, float("inf")])
def test_a_frame_says_no_road_by_what_is_missing(firms, missing):
    assert roads_between(table(("a", "b", missing), ("a", "c", 25)), firms).closed.tolist() == [
        [0, 1], [1, 0],
    ]  # fmt: skip


@pytest.mark.parametrize("km", [2147483.647, 2147483647, 4294967.295, 20_001, 400, 5_001])
def test_a_road_beyond_belief_is_refused(firms, km):
    """5 km of great circle: 280 km may be the way round an estuary, 400 km is not."""
    with pytest.raises(DataError) as error:
        roads_between(table(("a", "b", km), ("a", "c", 25)), firms)
    assert [fault[:2] for fault in faults(error)] == [[2, "distance_km"]]
    assert len(roads_between(table(("a", "b", 275)), firms)) == 2


@pytest.mark.parametrize(("factor", "unit"), [(1000.0, "metres"), (1 / 1.609344, "miles")])
def test_another_unit_is_known_by_the_whole_column(firms, factor, unit):
    rows = [("a", "b", 6.1 * factor), ("b", "c", 18.2 * factor), ("a", "c", 24.0 * factor)]
    with pytest.raises(DataError) as error:
        roads_between(table(*rows), firms)
    cures = error.value.problems.table()["cure"]
    assert cures.str.contains(unit).all()
    assert len(cures) == 3


def test_metres_of_neighbours_are_refused_too():
    """Two firms 30 m apart; 45 m of road, read as 45 km."""
    near = pd.DataFrame({"firm_id": ["a", "b"], "longitude": 2.0, "latitude": [50, 50 + 0.03 * KM]})
    with pytest.raises(DataError, match="beyond belief"):
        roads_between(table(("a", "b", 45)), near)
