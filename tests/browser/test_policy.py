"""The security policy of the pages, and names full of markup, in a real browser."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from symbiosis.storage import LOCAL, open_store
from tests.browser import driver
from tests.browser.driver import PAGES, PATIENCE_MS, open_map, settled
from tests.hostile_names import HOSTILE, declared

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
# A flow table whose firm, header, material, unit and file are all pictures.
TABLE = """firm_id,name,longitude,latitude,direction,material,quantity,unit,![x](http://evil.example/h)
f1,![x](http://evil.example/n.png),2.31,51.0,offer,cullet,5,t,
f2,x,2.31,51.0,offer,![x](http://evil.example/m.png),5,t,
f3,x,2.31,51.0,![x](http://evil.example/d.png),cullet,5,![x](http://evil.example/u.png),
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A server whose store holds firms with markup for names."""
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile')}/store.db"
    with open_store(url, create=True) as store:
        store.save(LOCAL, declared())
    with driver.served(SYMBIOSIS_DATABASE_URL=url, SYMBIOSIS_PATH="") as address:
        yield address


def drawn(page, address):
    page.goto(address)
    page.wait_for_selector("h1", timeout=PATIENCE_MS)
    settled(page)
    page.wait_for_timeout(1000)


def test_every_page_works_under_its_policy(page, address):
    page.add_init_script(LISTEN)
    seen = {}
    open_map(page, address)
    for path in PAGES:
        drawn(page, f"{address}/{path}")
        if path == "declarer":
            page.locator("input[type=file]").set_input_files(
                {"name": "f.csv", "mimeType": "text/csv", "buffer": b"nom;sens\nA;sortie\n"}
            )
            page.get_by_text("f.csv").first.wait_for()
            settled(page)
        if path == "impact":
            expect(page.locator("svg.sy-sankey")).to_be_visible()
        seen[path] = page.evaluate("window.violations")
    assert seen == {path: [] for path in PAGES}


def test_names_are_letters_and_no_request_leaves(page, hostile):
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    live = "[...document.querySelectorAll('img,a,iframe')].map(e => e.src || e.href || '')"
    found = []
    visits = [f"{path}?lang=en&data=saved" for path in PAGES if path != "declarer"]
    visits += [f"?lang=en&data=saved&f=f{number}" for number in range(len(HOSTILE))]
    for visit in visits:
        drawn(page, f"{hostile}/{visit}")
        found += page.evaluate(live)
    drawn(page, f"{hostile}/declarer?lang=en")
    name = "![x](http:⁄⁄evil.example⁄f.png).csv"
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_text("To correct").first.wait_for()
    settled(page)
    found += page.evaluate(live)
    assert not [url for url in found if "evil" in url]
    hosts = {urlsplit(url).hostname for url in asked if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


def test_a_foreign_name_for_this_machine_shows_nothing(browser, address):
    foreign = browser.browser_type.launch(
        executable_path=driver.chromium_path(),
        args=["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
    )
    try:
        page = foreign.new_page()
        answer = page.goto(address.replace("127.0.0.1", "evil.example"))
        assert answer is not None
        assert answer.status == 421
        assert page.locator("#root").count() == 0
        opened = page.evaluate(
            """address => new Promise(done => {
                const socket = new WebSocket(address + "/_stcore/stream", ["streamlit"]);
                socket.onopen = () => done("open"); socket.onerror = () => done("refused");
            })""",
            address.replace("http://127.0.0.1", "ws://evil.example"),
        )
        assert opened == "refused"
    finally:
        foreign.close()


def test_no_table_of_a_page_is_saved_past_the_rule(page, address):
    drawn(page, f"{address}/donnees?lang=en")
    # Tables of what is folded up are there and not seen.
    frame = page.locator(
        '[data-testid="stFullScreenFrame"]:has([data-testid="stDataFrame"]:visible)'
    )
    table = frame.first.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    table.hover()
    bar = frame.first.get_by_test_id("stElementToolbar")
    expect(bar.get_by_label("Search")).to_be_visible()
    expect(bar.get_by_label("Download as CSV")).to_be_hidden()
