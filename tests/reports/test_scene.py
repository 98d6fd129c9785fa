"""The map of a document: true to scale, readable, the same for screen and paper."""

import math

import pytest

from symbiosis.geography import great_circle_km
from symbiosis.reports.plot import map_svg, ribbon
from symbiosis.reports.scene import scene
from tests.reports import world


@pytest.fixture(scope="module")
def drawing(results):
    return scene(results, "fr", 100)


def test_distances_on_paper_are_distances_on_earth(drawing):
    places = drawing.firms.set_index("firm_id")
    for one, other in (("a", "b"), ("a", "c"), ("b", "d")):
        on_paper = math.dist(places.loc[one, ["x", "y"]], places.loc[other, ["x", "y"]])
        (x1, y1), (x2, y2) = world.PLACES[one][2:], world.PLACES[other][2:]
        assert on_paper == pytest.approx(float(great_circle_km(x1, y1, x2, y2)), rel=0.01)


def test_north_is_up_and_east_is_right(drawing):
    places = drawing.firms.set_index("firm_id")
    assert places.at["a", "y"] < places.at["d", "y"]
    assert places.at["d", "x"] < places.at["c", "x"]


def test_every_firm_is_on_the_paper_with_its_role(drawing):
    roles = dict(zip(drawing.firms["firm_id"], drawing.firms["role"], strict=True))
    assert roles == {"a": "offer", "b": "need", "c": "both", "d": "need"}
    assert drawing.firms["x"].between(0, drawing.width).all()


def test_the_largest_exchange_of_each_unit_is_the_widest(drawing):
    widths = drawing.exchanges.set_index("shipment_id")["width"]
    assert widths["s0"] == widths["s1"] == 1
    assert widths["s2"] < 0.1


def test_the_scale_bar_is_a_round_length_that_fits(drawing):
    assert drawing.scale_km in {1, 2, 5, 10, 20, 50}
    assert drawing.scale_km < drawing.width / 4


def test_the_legend_counts_what_is_drawn(drawing):
    assert drawing.legend["count"].sum() == 3
    assert drawing.legend["label"].tolist()[-1] == "Chaleur, vapeur, énergie"
    assert drawing.legend["dashed"].tolist() == [False, False, True]


def test_a_cut_keeps_the_largest(results):
    assert set(scene(results, "fr", 2).exchanges["shipment_id"]) == {"s0", "s1"}


def test_a_focus_zooms_in_unless_the_whole_is_asked_for(results, drawing):
    near = scene(results, "fr", 10, focus={"s0"})
    assert near.width < drawing.width
    assert scene(results, "fr", 10, focus={"s0"}, whole=True).width == drawing.width


def test_there_and_back_are_two_curves(drawing):
    line = drawing.exchanges.iloc[0]
    straight = ((line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2)
    assert math.dist(straight, (line.cx, line.cy)) > 0


def test_a_ribbon_is_thin_at_the_giver_and_full_at_the_taker(drawing):
    (outline,) = ribbon(drawing.exchanges.iloc[-1], 4.0, dashed=False)
    half = len(outline) // 2
    first, last = outline[0] - outline[-1], outline[half - 1] - outline[half]
    assert math.hypot(*first) == pytest.approx(4.0 * 0.22)
    assert math.hypot(*last) == pytest.approx(4.0)


def test_a_firm_alone_has_a_map(nothing):
    drawing = scene(nothing, "fr", 10)
    assert drawing.legend.empty
    assert len(map_svg(drawing, "fr")) > 1000


def test_the_picture_is_the_same_twice(drawing):
    assert map_svg(drawing, "fr") == map_svg(drawing, "fr")
