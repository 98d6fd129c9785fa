"""The page in a real browser, offline: what is clicked answers, and nothing leaves the machine."""

import pytest

from tests.reports import world

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(folder, browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.faults, opened.asked = [], []
    opened.on("pageerror", lambda fault: opened.faults.append(str(fault)))
    opened.on("console", lambda line: opened.faults.append(line.text))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto((folder / "report.html").as_uri())
    yield opened
    context.close()


def test_a_click_on_a_firm_says_what_it_gives_takes_and_keeps(page):
    page.click('circle[data-id="fc"]')
    told = page.inner_text("#detail")
    assert world.EVIL in told
    assert "12\u202f000" in told
    assert "Sans preneur" in told
    assert page.locator("svg.plan .link.on").count() == 2


def test_the_legend_hides_a_group(page):
    paths = page.locator('path.link[data-group="energy"]')
    assert paths.first.is_visible()
    page.click('#legend [data-group="energy"]')
    assert not paths.first.is_visible()
    page.click('#legend [data-group="energy"]')


def test_the_search_ignores_accents_and_the_table_sorts(page):
    page.fill("#search", "acierie")
    assert page.locator("#lines tbody tr:visible").count() == 2
    page.fill("#search", "")
    page.click("#lines th:nth-child(5) button")
    first = page.locator("#lines tbody tr").first.inner_text()
    assert "80\u202f000" in first
    page.click("#lines th:nth-child(5) button")
    assert "80\u202f000" not in page.locator("#lines tbody tr").first.inner_text()


def test_the_map_can_be_brought_closer(page):
    before = page.get_attribute("svg.plan", "viewBox")
    page.click("[data-zoom='0.6']")
    assert page.get_attribute("svg.plan", "viewBox") != before
    page.click("[data-zoom='0']")
    assert page.get_attribute("svg.plan", "viewBox").split()[0] == "0"


def test_it_fits_a_telephone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})


def test_nothing_left_the_machine_and_nothing_failed(page):
    assert page.faults == []
    assert all(url.startswith("file:") for url in page.asked)
    assert len(page.asked) == 1
