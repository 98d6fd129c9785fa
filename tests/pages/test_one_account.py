"""What one account typed is nobody else's: not from a cache, not from a draft, not from a visit."""

import json
import time
from types import SimpleNamespace

import pandas as pd
import pytest

from symbiosis.flows import Flows
from symbiosis.flows.received import open_received
from symbiosis.pages import declarer, drafts, provider, session, worklist
from symbiosis.storage import LOCAL, Grant, Principal, Role
from tests.pages.test_signing import AUTH, Person

CSV = (
    b"firm_id,name,longitude,latitude,direction,material,quantity,unit\n"
    b"P,Plant,2.31,51.0,offer,15 01 07,50,t\nQ,Quay,2.32,51.0,need,cullet,60,t\n"
)


def area(name, far=3):
    ring = [[2, 50], [far, 50], [far, 52], [2, 52], [2, 50]]
    feature = {"type": "Feature", "properties": {"code": name, "name": name},
               "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


@pytest.fixture
def signed(opened, monkeypatch):
    """Open the app as an account; ``Person`` may be changed between two clicks."""
    for login, scope in (("ann@x.example", "north"), ("bob@x.example", "south")):
        worklist.store().grant(LOCAL, login, [Grant(Role.OFFICER, scope)])
    monkeypatch.setattr(provider, "section", lambda name="auth": AUTH if name == "auth" else {})

    def person(login):
        said = {"is_logged_in": True, "email": login, "email_verified": True, "iat": time.time()}
        monkeypatch.setattr(provider, "st", type("Seen", (), {"user": Person(said)}))

    def open_as(login):
        person(login)
        return opened("declarer")

    open_as.person = person
    return open_as


def declare(app, perimeter=None):
    files = {"x.csv": CSV} | ({"a.geojson": perimeter} if perimeter else {})
    app.session_state[declarer.GRIDS] = open_received(files)
    app.run()
    assert not app.exception
    return app.session_state[session.DECLARED].key


@pytest.mark.slow
def test_the_same_table_of_two_accounts_is_two_studies(signed):
    assert declare(signed("ann@x.example")) != declare(signed("bob@x.example"))


@pytest.mark.slow
def test_the_same_table_in_another_perimeter_or_with_other_columns_is_another_study(signed):
    app = signed("ann@x.example")
    keys = [declare(app), declare(app, area("ANN")), declare(app, area("ANN", 4))]
    app.session_state[declarer.MAPPING] = {"name": ""}
    keys.append(declare(app))
    assert len(set(keys)) == 4
    assert declare(signed("ann@x.example"), area("ANN")) == keys[1]


def test_a_draft_comes_back_to_its_account_alone(monkeypatch):
    """The same browser, the same address: another account finds nothing."""
    context = SimpleNamespace(headers={"User-Agent": "x"}, ip_address="192.0.2.1")

    def visit(login, token=""):
        query = {drafts.DRAFT: token} if token else {}
        seen = SimpleNamespace(context=context, session_state={}, query_params=query)
        monkeypatch.setattr(drafts, "st", seen)
        monkeypatch.setattr(worklist, "who", lambda: Principal(login, (), f"u-{login}"))
        return seen.session_state

    held = visit("ann@x.example")
    held[drafts.GRIDS] = "a table"
    drafts.keep((drafts.GRIDS,))
    token = held[drafts.DRAFT]
    for login, comes_back in (("bob@x.example", False), ("ann@x.example", True)):
        held = visit(login, token)
        assert drafts.found() is comes_back
        assert held == ({drafts.GRIDS: "a table"} if comes_back else {})


def test_another_account_in_the_same_visit_finds_nothing_of_the_one_before(signed):
    app = signed("ann@x.example")
    declare(app, area("ANN"))
    signed.person("bob@x.example")
    app.run()
    for name in (declarer.GRIDS, session.DECLARED, session.DECLARED_FLOWS):
        assert name not in app.session_state


@pytest.mark.slow
def test_what_is_not_saved_cannot_be_followed(signed):
    """By way of a typed table that claims another territory's firms (#12)."""
    store = worklist.store()
    firms = [{"firm_id": f, "name": f, "territory": "south", "longitude": 3.05, "latitude": 50.6}
             for f in "PQ"]  # fmt: skip
    flows = [{"flow_id": "P1", "firm_id": "P", "direction": "offer", "material": "15 01 07",
              "quantity": 50, "unit": "t", "visibility": "private"},
             {"flow_id": "Q1", "firm_id": "Q", "direction": "need", "material": "cullet",
              "quantity": 60, "unit": "t", "visibility": "private"}]  # fmt: skip
    store.save(LOCAL, Flows.from_tables(pd.DataFrame(firms), pd.DataFrame(flows)))
    app = signed("ann@x.example")
    declare(app)
    next(b for b in app.button if b.label == "Voir sur la carte").click().run()
    app.switch_page("symbiosis/pages/synergies.py").run()
    (button,) = [b for b in app.button if b.icon == ":material/playlist_add:"]
    button.click().run()
    assert "Enregistrez-les" in app.error[0].value
    assert not len(store.worklist(LOCAL))
