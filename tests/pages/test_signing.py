"""Who is let in, and what the file of secrets must say; the browser's side is in tests/browser."""

import time

import pytest

from symbiosis import bundled
from symbiosis.errors import StorageError
from symbiosis.pages import provider, served, worklist
from symbiosis.storage import LOCAL, Grant, Role

AUTH = {
    "redirect_uri": "https://app.example/oauth2callback", "cookie_secret": "c" * 32,
    "client_id": "symbiosis", "client_secret": "s",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}  # fmt: skip
PUBLIC = "Ce que le territoire donne et prend"


@pytest.fixture
def asking(opened, monkeypatch):
    """Open the app of a server that asks who is there, as someone whom the provider knows."""

    def open_as(email="", **claims):
        said = {"is_logged_in": True, "email": email, "email_verified": True, "iat": time.time()}
        told = said | claims if email else {}
        monkeypatch.setattr(provider, "section", lambda name="auth": AUTH if name == "auth" else {})
        monkeypatch.setattr(provider, "st", type("Seen", (), {"user": Person(told)}))
        return opened()

    return open_as


class Person(dict):
    @property
    def is_logged_in(self):
        return bool(self)


def test_a_new_server_without_accounts_is_nobody_s(asking):
    app = asking()
    assert [title.value for title in app.title] == [PUBLIC]
    assert [b.label for b in app.button] == ["Se connecter"]
    with pytest.raises(Exception, match="account"):
        worklist.store().signed_in({"email": "a@b.example", "email_verified": True,
                                    "iat": time.time()})  # fmt: skip


def test_a_session_that_ends_between_two_clicks_shuts_the_pages(asking):
    worklist.store().grant(LOCAL, "lea@x.example", [Grant(Role.OFFICER)])
    app = asking("lea@x.example")
    assert app.title[0].value == "Ce que nos entreprises peuvent échanger"
    provider.st.user["iat"] -= 12 * 3600 + 1
    app.run()
    assert [title.value for title in app.title] == [PUBLIC]
    assert "session est terminée" in app.warning[0].value


@pytest.mark.parametrize(("scope", "offered"), [("*", True), ("north", False)])
def test_the_dataset_of_the_start_is_for_an_officer_of_all_territories(
    asking, monkeypatch, scope, offered
):
    monkeypatch.setenv("SYMBIOSIS_PATH", str(bundled.home() / "datasets" / "published"))
    worklist.store().grant(LOCAL, "lea@x.example", [Grant(Role.OFFICER, scope)])
    app = asking("lea@x.example")
    names = {name for box in app.selectbox for name in box.options}
    assert "Démonstration\N{NO-BREAK SPACE}: le littoral" in names
    assert ("published" in names) is offered


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({}, []),
        ({"client_id": ""}, ["auth.client_id"]),
        ({"cookie_secret": "short"}, ["auth.cookie_secret"]),
        ({"cookie_secret": ""}, ["auth.cookie_secret"]),
        ({"redirect_uri": "https://app.example/"}, ["auth.redirect_uri"]),
        ({"keycloak": {"client_id": "x"}}, ["auth.keycloak.client_secret",
                                            "auth.keycloak.server_metadata_url"]),
    ],
)  # fmt: skip
def test_what_a_sign_in_lacks_is_named_and_no_value_is_told(monkeypatch, change, lacking):
    monkeypatch.setattr(provider, "section", lambda name="auth": AUTH | change)
    assert provider.missing() == lacking
    monkeypatch.setattr(served, "application", lambda: None)
    monkeypatch.setattr(provider, "unreadable", lambda: "")
    monkeypatch.setattr(provider, "_HERE", {"required": False})
    if lacking:
        with pytest.raises(StorageError, match=r"not complete.*auth\.") as refused:
            served.signs_in()
        assert "short" not in str(refused.value)
    else:
        assert served.signs_in()
        monkeypatch.setattr(provider, "section", lambda name="auth": {})
        assert provider.configured()  # the file is gone since; the door stays shut


def test_a_broken_file_of_secrets_stops_the_server(monkeypatch):
    monkeypatch.setattr(served, "application", lambda: None)
    monkeypatch.setattr(provider, "unreadable", lambda: "/x/secrets.toml")
    with pytest.raises(StorageError, match="correct its TOML"):
        served.signs_in()
