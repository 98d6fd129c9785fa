from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

import symbiosis as sy
from symbiosis.catalogue import load
from symbiosis.maps import lay_out
from tests.browser import driver


@pytest.fixture(scope="session")
def atlas():
    """The demonstration territory as the map lays it out."""
    return lay_out(sy.run(sy.read(driver.ROOT / "datasets" / "littoral")), load())


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("store") / "store.db"
    with driver.served(SYMBIOSIS_DATABASE_URL=f"sqlite:///{store}", SYMBIOSIS_PATH="") as found:
        yield found


@pytest.fixture
def own_address(tmp_path) -> Iterator[str]:
    """Serve a store that no other test has written in."""
    store = f"sqlite:///{tmp_path}/store.db"
    with driver.served(SYMBIOSIS_DATABASE_URL=store, SYMBIOSIS_PATH="") as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
