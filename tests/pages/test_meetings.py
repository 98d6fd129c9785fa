"""Two firms agree to meet on the page; until both have, nothing of the hidden one is sent."""

import time

import pytest

from symbiosis.pages import provider, worklist
from symbiosis.storage import LOCAL, Grant, Role
from tests.pages.test_signing import AUTH, Person
from tests.storage.worlds import four_firms, three_exchanges

ACCOUNTS = {"ash": Grant(Role.FIRM, "ash"), "beech": Grant(Role.FIRM, "beech"),
            "cedar": Grant(Role.FIRM, "cedar"), "north": Grant(Role.OFFICER, "north"),
            "lab": Grant(Role.ANALYST)}  # fmt: skip
PROPOSE, ACCEPT = "Proposer une rencontre", "Accepter de se rencontrer"


def fill(store):
    """Four firms and three exchanges, in materials of the real catalogue."""
    declared, study = four_firms(), three_exchanges()
    needs = declared.needs.assign(material="cullet")
    store.save(LOCAL, type(declared)(declared.firms, declared.offers, needs, declared.territories))
    study.match.shipments["input"] = "cullet"
    store.follow(LOCAL, study)


@pytest.fixture
def as_(opened, monkeypatch):
    """Open the page of the synergies as someone, in a store of four firms and three exchanges."""
    store = worklist.store()
    fill(store)
    monkeypatch.setattr(provider, "section", lambda name="auth": AUTH if name == "auth" else {})
    for name, grant in ACCOUNTS.items():
        store.grant(LOCAL, f"{name}@x.example", [grant])

    def open_as(name):
        said = {"is_logged_in": True, "email": f"{name}@x.example", "email_verified": True,
                "iat": time.time()}  # fmt: skip
        monkeypatch.setattr(provider, "st", type("Seen", (), {"user": Person(said)}))
        return sound(opened("synergies"))

    return open_as


def sound(app):
    assert not app.exception, app.exception
    assert not [box.value for box in app.error], [box.value for box in app.error]
    return app


def sent(app):
    """Every byte of what is on the page, tables included."""
    return b"".join(
        node.proto.SerializeToString() for node in app._tree if getattr(node, "proto", None)
    ).lower()


def words(app):
    return " ".join(part.value for part in app.get("html")).replace("\u00a0", " ")


def press(app, label):
    """Press the only button of this name, or that of the row of the hidden partner."""
    found = [b for b in app.button if b.label == label]
    meetings = worklist.store().meetings(worklist.who())
    if len(found) > 1:
        (hidden,) = meetings.loc[meetings["hidden"], "meeting_id"]
        found = [b for b in found if b.key == f"meet_{hidden}"]
    (button,) = found
    button.click().run()
    return sound(app)


@pytest.mark.slow
def test_two_firms_propose_accept_and_see_each_other_and_a_third_does_not(as_):
    app = as_("ash")
    assert "Un preneur existe à moins de 200 km." in words(app)
    assert b"ash" in sent(app)
    assert b"cedar" not in sent(app)
    press(app, PROPOSE)
    assert "Proposée par Ash" in words(app)
    assert b"cedar" not in sent(app)

    app = as_("cedar")
    assert "L’autre côté propose une rencontre." in words(app)
    assert b"@phone" not in sent(app)
    press(app, ACCEPT)
    assert "Les deux côtés acceptent" in words(app)
    assert "ash@phone" in words(app)

    app = as_("ash")
    assert "cedar@phone" in words(app)
    assert "<dd>9,00 t/an</dd>" in words(app).replace("\u202f", " ")
    for name in ("beech", "lab"):
        assert b"cedar@phone" not in sent(as_(name))
    log = worklist.store().audit_log(LOCAL)
    assert log["action"].tolist()[:3] == ["reveal", "agree", "agree"]
    assert log["by"].tolist()[1:3] == ["cedar@x.example", "ash@x.example"]

    press(app := as_("cedar"), "Retirer l’accord")
    assert ACCEPT in [b.label for b in app.button]
    assert b"cedar" not in sent(as_("ash"))


def test_no_byte_of_the_giver_of_a_private_flow_goes_to_its_taker(as_):
    app = as_("beech")
    assert "Une source existe à moins de 10 km." in words(app)
    store = worklist.store()
    digests = store.worklist(LOCAL).loc[lambda t: t["offer_flow"] == "ash-1", "synergy_id"]
    assert not any(str(digest).encode() in sent(app) for digest in digests)
    assert b"ash-1" not in sent(app)


def test_an_officer_sees_what_is_begun_for_the_firms_of_the_territory(as_):
    app = as_("north")
    assert words(app).count("Personne n’a encore proposé") == 1  # Ash's hidden taker elsewhere
    (button,) = [b for b in app.button if b.label == PROPOSE]
    button.click().run()
    assert "Proposée par Ash" in words(sound(app))
    assert worklist.store().audit_log(LOCAL)["by"].iloc[0] == "north@x.example"


def test_an_agreement_to_what_is_gone_is_a_sentence(as_):
    as_("ash")
    assert "pas une des vôtres" in worklist.meet("0" * 32, agrees=True)


def test_alone_on_the_machine_there_is_nobody_to_meet(opened):
    fill(worklist.store())
    app = sound(opened("synergies", data="saved"))
    assert "Se rencontrer" not in [header.value for header in app.header]
