"""WCAG 2.1 AA by axe-core, on every page, light and dark."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.driver import PAGES, PATIENCE_MS, ROOT, settled
from tests.browser.test_journeys import MESSY, drop, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"


def axe() -> Path | None:
    """Return axe-core where npm has put it: beside the project, or for everyone."""
    named = os.environ.get("SYMBIOSIS_NODE_MODULES", "")
    places = [Path(named)] if named else []
    places.append(ROOT / "node_modules")
    npm = shutil.which("npm")
    if npm:
        told = subprocess.run(
            [npm, "root", "-g"], capture_output=True, text=True, encoding="utf-8", check=False
        )
        places.append(Path(told.stdout.strip()))
    found = [place / "axe-core" / "axe.min.js" for place in places]
    return next((file for file in found if file.is_file()), None)


SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture
def seen(browser):
    """Return a function that opens a page in a theme and a size."""
    contexts = []

    def open_page(scheme, size):
        if axe() is None:
            pytest.skip("axe-core: npm install --no-save axe-core")
        width, height = SIZES[size]
        contexts.append(browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True,
            locale="fr-FR",
        ))  # fmt: skip
        contexts[-1].set_default_timeout(PATIENCE_MS)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def barriers(page):
    """Return what axe-core finds on a page that stands still."""
    settled(page)
    page.wait_for_timeout(1500)
    page.add_script_tag(path=axe())
    found = page.evaluate(f"axe.run({RULES})")["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_no_barrier_is_found(seen, address, path, scheme):
    page = seen(scheme, "desk")
    visit(page, address, path)
    assert not barriers(page)


def declaring(page, address):
    visit(page, address, "declarer")
    drop(page, "flux.csv", MESSY.encode())
    page.get_by_role("heading", name="Vos meilleurs partenaires").wait_for()


def explained(page, address):
    visit(page, address, "")
    page.get_by_role("button", name="D’où vient ce chiffre").nth(1).click()
    page.get_by_text("Sources qui pèsent le plus").wait_for()


def beside_the_map(page, address):
    visit(page, address, "")
    page.locator('[class*="st-key-go_"] button').first.click()
    page.get_by_role("button", name="Retour au territoire").wait_for()
    settled(page)
    page.get_by_role("button", name="Plus de filtres").click()
    page.get_by_label("Quantité minimale").wait_for()


def one_synergy(page, address):
    visit(page, address, "synergies")
    follow = page.get_by_role("button", name="Suivre")
    sheet = page.get_by_role("button", name="Fiche à imprimer (PDF)")
    follow.or_(sheet).first.wait_for()  # another state of the same store may have followed them
    if follow.count():
        follow.click()
    sheet.wait_for()


def comparing(page, address):
    visit(page, address, "scenarios")
    page.get_by_label("Distance routière maximale").fill("loin")
    page.get_by_role("button", name="Lancer et comparer").click()
    page.get_by_text("n’est pas un nombre").wait_for()
    page.get_by_label("Distance routière maximale").fill("20,5")
    page.get_by_role("button", name="Lancer et comparer").click()
    page.get_by_role("tab", name="Disparaissent (").wait_for()


@pytest.mark.parametrize(("scheme", "size"), [("light", "desk"), ("dark", "phone")])
@pytest.mark.parametrize(
    "state", [declaring, explained, beside_the_map, one_synergy, comparing],
    ids=lambda state: state.__name__,
)  # fmt: skip
def test_no_barrier_is_found_in_the_middle_of_the_work(seen, address, state, scheme, size):
    page = seen(scheme, size)
    state(page, address)
    assert not barriers(page)


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
