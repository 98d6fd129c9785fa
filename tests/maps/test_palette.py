"""The colours are told apart by every kind of eye, and every family has one."""

from itertools import combinations

import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.maps import palette

TOLD_APART = 7.0
"""Three times the just-noticeable difference (CIE 1976)."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("vision", palette.visions())
def test_any_two_colours_differ_for_every_eye(theme, vision):
    colours = [palette.hex_of(group, theme) for group in palette.GROUPS]
    worst = min(palette.difference(a, b, vision) for a, b in combinations(colours, 2))
    assert worst >= TOLD_APART


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("group", palette.GROUPS)
def test_colours_stand_out_from_the_land(theme, group):
    colour = palette.hex_of(group, theme)
    assert palette.contrast(colour, palette.MAP_BACKGROUND[theme]) >= 3


def test_the_simulation_confuses_what_such_an_eye_confuses():
    red, green = "#d62728", "#2ca02c"
    assert palette.difference(red, green) > 2 * palette.difference(red, green, "deuteranopia")


def test_every_family_of_the_catalogue_has_a_group(catalogue):
    grouped = set(bundled.table("map_families")["family"])
    used = set(catalogue.low["family"]) | set(catalogue.materials["family"])
    assert used - grouped - set(palette.KIND_GROUPS) == set()


def test_groups_and_divisions_are_known_groups():
    for table in ("map_families", "map_divisions"):
        assert set(bundled.table(table)["group"]) <= set(palette.GROUPS)


def test_kind_goes_before_family():
    kinds, families = pd.Series(["co2", "material"]), pd.Series(["slag", "unheard of"])
    assert palette.group_of(kinds, families).tolist() == ["co2", "other"]
