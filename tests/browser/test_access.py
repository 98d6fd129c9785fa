"""WCAG 2.1 AA by axe-core, on every page, light and dark."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.driver import PAGES, PATIENCE_MS, ROOT, settled

pytestmark = pytest.mark.browser
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"


def axe() -> Path | None:
    """Return axe-core where npm has put it: beside the project, or for everyone."""
    named = os.environ.get("SYMBIOSIS_NODE_MODULES", "")
    places = [Path(named)] if named else []
    places.append(ROOT / "node_modules")
    npm = shutil.which("npm")
    if npm:
        told = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False)
        places.append(Path(told.stdout.strip()))
    found = [place / "axe-core" / "axe.min.js" for place in places]
    return next((file for file in found if file.is_file()), None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_no_barrier_is_found(browser, address, path, scheme):
    script = axe()
    if script is None:
        pytest.skip("axe-core is not there: npm install --no-save axe-core")
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{address}/{path}")
    page.wait_for_selector("h1", timeout=PATIENCE_MS)
    settled(page)
    page.wait_for_timeout(1500)
    page.add_script_tag(path=script)
    found = page.evaluate(f"axe.run({RULES})")["violations"]
    context.close()
    told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    assert not told


@pytest.mark.parametrize("path", PAGES)
def test_a_telephone_never_scrolls_sideways(browser, address, path):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{path}")
    page.wait_for_selector("h1", timeout=PATIENCE_MS)
    settled(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    context.close()
    assert wide <= 390


def test_the_keyboard_alone_opens_an_exchange(page, address):
    page.goto(address)
    page.wait_for_selector(".sy-figure", timeout=PATIENCE_MS)
    settled(page)
    best = page.locator('[class*="st-key-go_"] button').first
    best.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Retour au territoire").wait_for()
