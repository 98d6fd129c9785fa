"""Pictures of every page, in both languages and sizes: ``python -m tests.browser.screenshots OUT``.

``OUT/map_fr.png`` and ``OUT/map_en.png`` are the ones that the README shows.
"""

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import driver

PAGES = {
    "map": "", "declare": "declarer", "synergies": "synergies", "scenarios": "scenarios",
    "impact": "impact", "data": "donnees",
}  # fmt: skip
SIZES = {"": (1440, 900), "_phone": (390, 844)}
THEMES = {"": "light", "_dark": "dark"}


def shoot(page: Page, address: str, out: Path) -> None:
    """Open an address, wait until it stands still, and keep its picture."""
    page.goto(address)
    page.wait_for_selector("h1", timeout=driver.PATIENCE_MS)
    driver.settled(page)
    page.wait_for_timeout(2000)  # a first run may start again once it has painted
    driver.settled(page)
    for waiting in page.get_by_test_id("stSkeleton").all():  # its program is still on the way
        waiting.wait_for(state="detached", timeout=driver.PATIENCE_MS)
    if page.get_by_test_id("stDeckGlJsonChart").count():
        page.wait_for_timeout(6000)
    page.wait_for_timeout(1200)
    page.screenshot(path=out)


def every_page(address: str, out: Path) -> None:
    """Keep pictures of every page; a browser of its own for each view, as readers have.

    In one headless browser the second map of a session may stay blank.
    """
    for size, theme, lang in product(SIZES, THEMES, ("fr", "en")):
        width, height = SIZES[size]
        with driver.chromium() as browser:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=THEMES[theme],
                user_agent=f"Mozilla/5.0 {'Mobile' if size else ''}",
            )
            page = context.new_page()
            for name, path in PAGES.items():
                shoot(
                    page, f"{address}/{path}?lang={lang}", out / f"{name}_{lang}{size}{theme}.png"
                )


def main(out: Path) -> None:
    """Write the pictures into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    store = f"sqlite:///{(out / 'store.db').resolve()}"
    with driver.served(SYMBIOSIS_DATABASE_URL=store) as address:
        every_page(address, out)
    for left in out.glob("store.db*"):
        left.unlink()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    asked.add_argument("out", metavar="OUT", type=Path, help="the folder for the pictures")
    main(asked.parse_args().out)
