"""Signing in for real: a provider of our own, ``symbiosis serve``, and what crosses the wire.

The store holds one giver of glass in the north (one flow for the members, one private) and three
takers. Prices are odd numbers, so that they are known again wherever they would turn up.
"""

import os
import re
import struct
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from symbiosis.storage import LOCAL, Grant, Role, open_store
from tests.browser import oidc
from tests.browser.driver import PATIENCE_MS, free_port, settled
from tests.storage.worlds import PLACES, firm, flow, flows_of, three_exchanges

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROUTE, PRICES = 71.37, {"beech": 21.43, "cedar": 31.59, "dogwood": 41.61}
TAKEN = {"beech": 300.0, "cedar": 800.0, "dogwood": 3000.0}
ACCOUNTS = {"officer": Grant(Role.OFFICER), "beech": Grant(Role.FIRM, "beech"),
            "leaver": Grant(Role.OFFICER), "late": Grant(Role.OFFICER)}  # fmt: skip
HALF_DAY_AGO = -12 * 3600 - 60
PUBLIC, INSIDE = "Ce que le territoire donne et prend", "Ce que nos entreprises peuvent échanger"
BROKEN = "Quelque chose s’est mal passé"


def glass():
    sold = {"route": "D1", "route_cost_eur_per_unit": ROUTE}
    return flows_of(
        [firm(name) for name in PLACES],
        [flow("ash-1", 900.0, "private", "15 01 07", **sold),
         flow("ash-2", 5000.0, "members", "15 01 07", **sold)],
        [flow(f"{name}-1", tonnes, "members", "cullet", price_eur_per_unit=PRICES[name])
         for name, tonnes in TAKEN.items()],
    )  # fmt: skip


def exchanges():
    """What is followed: three exchanges of glass, of quantities that are known again."""
    study = three_exchanges()
    study.match.shipments["material"], study.match.shipments["input"] = "15 01 07", "cullet"
    study.match.shipments["quantity"] = 8.37
    return study


def person(name, **more):
    return {"email": f"{name}@x.example", "email_verified": True, **more}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server that asks who is there: its address, its store, its provider and its log."""
    folder = tmp_path_factory.mktemp("site")
    port, url = free_port(), f"sqlite:///{folder}/store.db"
    address = f"http://127.0.0.1:{port}"
    people = {name: person(name) for name in ("officer", "beech", "leaver", "stranger")}
    people["late"] = person("late", iat=HALF_DAY_AGO)
    people["unverified"] = {**person("officer"), "email_verified": False}
    with (
        open_store(url, create=True) as store,
        oidc.running(f"{address}/oauth2callback", people) as provider,
    ):
        store.save(LOCAL, glass())
        assert store.publish(LOCAL) == 1
        store.follow(LOCAL, exchanges())  # before there are accounts, who follow what they keep
        for name, role in ACCOUNTS.items():
            store.grant(LOCAL, f"{name}@x.example", [role])
        (folder / ".streamlit").mkdir()
        (folder / ".streamlit" / "secrets.toml").write_text(
            provider.secrets_toml(), encoding="utf-8"
        )
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "symbiosis", "serve", "--port", str(port)],
                cwd=folder, stderr=log, stdout=log,
                env={**os.environ, "SYMBIOSIS_DATABASE_URL": url, "SYMBIOSIS_PATH": ""},
            )  # fmt: skip
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=1)
                break
            except OSError:
                time.sleep(0.25)
        yield address, store, provider, folder / "log"
        server.terminate()
        server.wait(30)


class Visit:
    """One browser of its own, and every byte that the server sent to it."""

    def __init__(self, browser, address):
        self.context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="fr-FR", accept_downloads=False
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page, self.address, self.received = self.context.new_page(), address, []
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._keep))

    def _keep(self, frame):
        self.received.append(frame if isinstance(frame, bytes) else str(frame).encode())

    def open(self, path=""):
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector("h1")
        settled(self.page)

    def sign_in(self, name):
        self.page.get_by_role("button", name="Se connecter").click()
        self.page.get_by_role("heading", name="Provider").wait_for()
        self.received.clear()
        self.page.get_by_role("link", name=name, exact=True).click()
        self.page.wait_for_selector('[data-testid="stMain"] h1')
        settled(self.page)

    def sign_out(self):
        self.page.get_by_role("button", name="Se déconnecter").click()
        expect(self.page.get_by_role("button", name="Se déconnecter")).to_have_count(0)
        settled(self.page)

    def got(self, value):
        """Whether a text or a number, as text or as the eight bytes of a table, was sent here."""
        bytes_of = [str(value).encode()]
        if isinstance(value, float):
            bytes_of += [str(value).replace(".", ",").encode(), struct.pack("<d", value)]
        everything = b"".join(self.received)
        return any(one in everything for one in bytes_of)

    def cookies(self):
        return {cookie["name"]: cookie for cookie in self.context.cookies()}


@pytest.fixture
def visit(browser, site):
    opened = Visit(browser, site[0])
    expect.set_options(timeout=PATIENCE_MS)
    yield opened
    expect.set_options(timeout=5_000)  # Playwright's own
    opened.context.close()


def menu(page):
    return page.get_by_test_id("stSidebarNavLink").all_inner_texts()


def read_price(visit):
    """Open the arithmetic of the best exchange, where prices stand when they are known."""
    visit.page.locator('[class*="st-key-go_"] button').first.click()
    visit.page.get_by_text("Le calcul, ligne à ligne").click()
    settled(visit.page)
    return visit.page.get_by_test_id("stCode").inner_text()


@pytest.mark.parametrize("path", ["", "synergies"])
def test_a_visitor_sees_the_public_map_and_nothing_else(visit, path):
    visit.open(path)
    expect(visit.page.get_by_role("heading", name=PUBLIC)).to_be_visible()
    expect(visit.page.get_by_test_id("stDeckGlJsonChart")).to_be_visible()
    assert not menu(visit.page)
    assert visit.page.get_by_text("Connectez-vous pour ouvrir cette page").count() == (path != "")
    assert visit.got("4\u202f100")  # the sum of three takers
    assert not any(visit.got(name.title()) or visit.got(f"{name}-1") for name in PLACES)
    assert not any(visit.got(figure) for figure in (ROUTE, *PRICES.values()))


def test_an_officer_signs_in_sees_the_prices_and_signs_out(visit, site):
    visit.open()
    visit.sign_in("officer")
    expect(visit.page.get_by_role("heading", name=INSIDE)).to_be_visible()
    expect(visit.page.get_by_text("4 entreprises, 5 flux déclarés")).to_be_visible()
    assert len(menu(visit.page)) == 7
    assert re.search(r"41[.,]61", read_price(visit))
    identity = visit.cookies()["_streamlit_user"]
    assert identity["httpOnly"]
    assert identity["sameSite"] == "Lax"
    assert {name for name, one in visit.cookies().items() if not one["httpOnly"]} <= {
        "_streamlit_xsrf"  # double submit: the page must read it, and it tells nothing
    }
    # A cookie opens the pages only: the interface for programs takes tokens.
    assert visit.context.request.get(f"{visit.address}/api/v1/flows").json()["firms"] == []
    visit.sign_out()
    expect(visit.page.get_by_role("heading", name=PUBLIC)).to_be_visible()
    assert not [name for name in visit.cookies() if name.startswith("_streamlit_user")]
    assert "/end_session" in site[2].seen
    log = site[3].read_text(encoding="utf-8")
    assert "/oauth2callback" in log
    assert not [word for word in (oidc.SECRET, "code=", "eyJ", "@x.example") if word in log]
    visit.open("donnees")
    expect(visit.page.get_by_role("heading", name=PUBLIC)).to_be_visible()


def test_a_firm_sees_what_is_for_the_members_and_nobody_s_price(visit):
    visit.open()
    visit.sign_in("beech")
    expect(visit.page.get_by_text("4 entreprises, 4 flux déclarés")).to_be_visible()
    text = read_price(visit)
    assert not re.search(r"71[.,]37|41[.,]61|31[.,]59", text)
    for name in ("Déclarer", "Synergies", "Scénarios", "Impact", "Données et méthode", "Carte pub"):
        visit.page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
        settled(visit.page)
        assert not visit.page.get_by_text(BROKEN).count(), name
        assert not visit.page.get_by_role("button", name="Suivre").count()
    others = [ROUTE, PRICES["cedar"], PRICES["dogwood"]]
    assert not [figure for figure in others if visit.got(figure)]
    assert not visit.got("ash-1")
    assert not visit.got("ash@phone")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stranger", "n’a pas de compte"),
        ("unverified", "ne se porte pas garant"),
        ("late", "Votre session est terminée"),
    ],
)
def test_whom_the_provider_knows_and_the_store_does_not_is_told_why(visit, name, words):
    visit.open()
    visit.sign_in(name)
    expect(visit.page.get_by_role("heading", name=PUBLIC)).to_be_visible()
    expect(visit.page.get_by_text(words)).to_be_visible()
    assert not menu(visit.page)
    assert not visit.got("Dogwood")
    expect(visit.page.get_by_role("button", name="Se connecter")).to_be_visible()
    visit.sign_out()
    assert not visit.page.get_by_text(words).count()


def test_an_account_that_is_shut_loses_the_page_at_the_next_click(visit, site):
    visit.open()
    visit.sign_in("leaver")
    expect(visit.page.get_by_text("5 flux déclarés")).to_be_visible()
    site[1].grant(LOCAL, "leaver@x.example", [])
    # One click inside the map's own part of the page, which is drawn again without the rest.
    visit.page.locator('[class*="st-key-go_"] button').first.click()
    expect(visit.page.get_by_role("heading", name=PUBLIC)).to_be_visible()
    expect(visit.page.get_by_text("n’a pas de compte")).to_be_visible()


def test_a_forged_cookie_is_nobody_s(visit):
    visit.open()
    visit.sign_in("officer")
    good = visit.cookies()["_streamlit_user"]
    turned = "A" if good["value"][10] != "A" else "B"
    value = good["value"][:10] + turned + good["value"][11:]
    visit.context.add_cookies([{**good, "value": value}])
    visit.received.clear()
    visit.open()
    expect(visit.page.get_by_role("heading", name=PUBLIC)).to_be_visible()
    assert not visit.got("Dogwood")


def test_two_firms_agree_to_meet_and_only_then_is_the_private_one_sent(visit, site):
    store = site[1]
    key = store.worklist(LOCAL).set_index("need_firm_id").loc["beech", "synergy_id"]
    visit.open()
    visit.sign_in("beech")
    visit.page.get_by_test_id("stSidebarNavLink").filter(has_text="Synergies").click()
    expect(visit.page.get_by_text("Une source existe à moins de 10 km.")).to_be_visible()
    visit.page.get_by_role("button", name="Proposer une rencontre").click()
    expect(visit.page.get_by_text("Proposée par Beech")).to_be_visible()
    settled(visit.page)
    assert not [one for one in ("ash-1", "ash@phone", 8.37, str(key)) if visit.got(one)]
    assert store.agree(LOCAL, key, "ash")
    visit.open("synergies")
    expect(visit.page.get_by_text("ash@phone")).to_be_visible()
    opened = visit.page.get_by_role("definition").filter(has_text=re.compile("^8,37.t/an$"))
    expect(opened).to_be_visible()
