"""The one journey in a real browser that every run of the tests makes; the others are slow."""

import re

import pytest

from tests.browser.driver import loneliest, open_firm, open_map, settled

pytestmark = pytest.mark.browser


def test_the_map_loads_answers_a_click_and_changes_language(page, address, atlas, tmp_path):
    canvas = open_map(page, address)
    firm = loneliest(atlas)
    open_firm(page, canvas, atlas, firm)
    page.wait_for_url(re.compile(f"f={firm['firm_id']}"))
    settled(page)
    page.get_by_text("Échanges (").wait_for()

    page.get_by_text("English", exact=True).click()
    page.get_by_role("heading", name="What our firms can exchange").wait_for()
    page.wait_for_url(re.compile("lang=en"))
    settled(page)
    page.get_by_role("heading", name=firm["name"]).wait_for()  # the view is not lost
    picture = tmp_path / "map.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
