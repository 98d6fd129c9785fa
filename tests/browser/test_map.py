"""The map in a real browser: it paints, a click answers, a language changes, nothing leaks."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.browser.driver import PAGES, PATIENCE_MS, loneliest, open_firm, open_map, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_no_request_of_any_page_leaves_the_machine(browser, address):
    """Six pages in both themes, a click, a popover and an upload: every request and socket."""
    asked = []
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="fr-FR", color_scheme=scheme
        )
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: asked.append(socket.url))
        for path in PAGES:
            page.goto(f"{address}/{path}")
            page.wait_for_selector("h1", timeout=PATIENCE_MS)
            settled(page)
            page.wait_for_timeout(1500)
            if path in ("", "impact"):
                page.get_by_role("button", name="D’où vient ce chiffre").first.click()
                page.get_by_text("Sources qui pèsent le plus").wait_for()
            if path == "declarer":
                page.locator("input[type=file]").set_input_files(
                    {"name": "f.csv", "mimeType": "text/csv", "buffer": b"nom;sens\nA;sortie\n"}
                )
                settled(page)
        context.close()
    hosts = {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))}
    assert len(asked) > 12 * 10  # the recorder did hear the pages
    assert any(url.startswith("ws") for url in asked)
    assert hosts == {"127.0.0.1"}, hosts


def test_a_shared_address_shows_the_same_view(page, address, atlas):
    firm = atlas.firms.iloc[3]
    page.goto(f"{address}/?lang=en&m=metals&f={firm['firm_id']}")
    page.get_by_role("heading", name=firm["name"]).wait_for(timeout=60_000)
    settled(page)
    page.get_by_test_id("stMultiSelect").filter(has_text="Metals").first.wait_for()


def test_a_territory_that_is_chosen_fills_the_map_and_stays_in_the_address(page, address, atlas):
    """A firm is clicked where it stands once the map has come nearer."""
    busy = atlas.firms.groupby("territory")["exchanges"].sum().idxmax()
    home = atlas.firms[atlas.firms["territory"] == busy]
    name = atlas.territories.set_index("code").at[busy, "name"]
    canvas = open_map(page, address)
    page.get_by_role("combobox", name="Territoire").click()
    page.get_by_role("option", name=name).click()
    page.wait_for_url(re.compile(f"[?&]t={busy}"))
    settled(page)
    nearer = replace(atlas, firms=home)
    firm = loneliest(nearer)
    open_firm(page, canvas, nearer, firm)


@pytest.mark.parametrize("path", ["carte", "nulle-part"])
def test_no_address_opens_a_dialog_in_english(page, address, path):
    page.goto(f"{address}/{path}")
    words = "Ce que nos entreprises" if path == "carte" else "Cette adresse ne mène nulle part"
    page.get_by_role("heading", name=words).wait_for(timeout=60_000)
    settled(page)
    assert page.get_by_text("Page not found").count() == 0
