"""The app's door: under which name, with what on its pages, and who may send a file."""

import asyncio
import re
from types import SimpleNamespace

import pytest

from symbiosis.pages import door, provider
from tests.api.client import TestClient, WebSocketDisconnect
from tests.api.test_guard import echo

HERE = "http://127.0.0.1:8501"
FOREIGN = ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example",
           "user@127.0.0.1", "127.0.0.1/x", "127.0.0.1:port", "[::1", ""]  # fmt: skip


def client(address="192.0.2.1", base=HERE, **options):
    sessions = options.pop("sessions", door.Sessions())
    return TestClient(door.Door(echo, sessions=sessions, **options), base, client=(address, 1))


@pytest.mark.parametrize("host", FOREIGN)
def test_under_a_foreign_name_nothing_is_served(host):
    opened = client()
    headers = {"Host": host, "Origin": f"http://{host}"}
    answer = opened.get("/", headers=headers)
    assert (answer.status_code, answer.text) == (421, "This server is not reached under this name.")
    with (
        pytest.raises(WebSocketDisconnect),
        opened.websocket_connect("/_stcore/stream", headers=headers),
    ):
        pass


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8501", "localhost", "LOCALHOST:9", "[::1]:8501", "192.0.2.7"]
)
def test_under_its_own_names_it_is(host):
    opened = client()
    assert opened.get("/", headers={"Host": host}).status_code == 200
    with opened.websocket_connect("/_stcore/stream", headers={"Host": host}):
        pass


def test_two_hosts_are_none():
    async def answered():
        sent = []
        scope = {"type": "http", "path": "/", "method": "GET", "client": None,
                 "headers": [(b"host", b"localhost"), (b"host", b"evil.example")]}  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        await door.Door(echo)(scope, receive, send)
        return sent[0]["status"]

    assert asyncio.run(answered()) == 421


def test_a_name_that_was_said_is_ones_own():
    opened = client(names=frozenset({"symbiosis.lan"}))
    assert opened.get("/", headers={"Host": "symbiosis.lan:8501"}).status_code == 200
    assert opened.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_where_people_sign_in_the_proxy_s_name_is_served(monkeypatch):
    monkeypatch.setattr(provider, "configured", lambda: True)
    assert client().get("/", headers={"Host": "symbiosis.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/run"])
def test_what_the_app_tells_of_itself_is_shut(path):
    assert client().get(path).status_code == 404


def rules():
    return dict(rule.split(" ", 1) for rule in door.policy().decode().split("; "))


def test_pages_run_their_own_scripts_only():
    assert rules()["default-src"] == rules()["object-src"] == rules()["base-uri"] == "'none'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(rules()["script-src"].split())
    assert len(re.findall("'sha256-", rules()["script-src"])) == 2
    assert rules()["frame-ancestors"] == "'self'"
    named = set(re.findall(r"https?://\S+", " ".join(rules().values())))
    assert named == {"https://tiles.openfreemap.org"}


def test_every_answer_carries_the_policy():
    opened = client()
    headers = opened.get("/").headers
    assert headers["content-security-policy"] == door.policy().decode()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "sandbox" in opened.get("/media/report.html").headers["content-security-policy"]


@pytest.fixture
def store(monkeypatch):
    """What Streamlit keeps of uploads: nothing yet."""
    files = {}
    manager = SimpleNamespace(file_storage=files)
    monkeypatch.setattr(door.Runtime, "exists", lambda: True)
    monkeypatch.setattr(
        door.Runtime, "instance", lambda: SimpleNamespace(uploaded_file_mgr=manager)
    )

    def keep(session, megabytes):
        kept = files.setdefault(session, {})
        kept[str(len(kept))] = SimpleNamespace(data=range(int(megabytes * 1e6)))

    return keep


def put(opened, session, content=b"a;b\n"):
    return opened.put(f"/_stcore/upload_file/{session}/1", content=content).status_code


def test_who_was_not_let_in_sends_nothing(store):
    sessions = door.Sessions()
    opened = client(sessions=sessions)
    sessions.admit("officer", allowed=True)
    assert (put(opened, "visitor"), put(opened, "officer")) == (403, 200)
    sessions.admit("officer", allowed=False)  # signed out, or shut
    assert put(opened, "officer") == 403


def test_a_file_says_how_long_it_is(store):
    sessions = door.Sessions()
    sessions.admit("one", allowed=True)
    assert put(client(sessions=sessions), "one", iter([b"a"])) == 411


def test_what_one_address_has_stored_is_bounded(store):
    sessions = door.Sessions()
    for name in ("one", "two", "other"):
        sessions.admit(name, allowed=True)
    opened = client(sessions=sessions)
    assert (put(opened, "one"), put(opened, "two")) == (200, 200)
    store("one", door.MOST_STORED_MB / 2)
    assert put(opened, "two") == 200
    store("two", door.MOST_STORED_MB / 2)
    assert (put(opened, "one"), put(opened, "two")) == (413, 413)
    assert put(client("192.0.2.2", sessions=sessions), "other") == 200


def test_what_all_have_stored_is_bounded(store):
    sessions = door.Sessions()
    sessions.admit("one", allowed=True)
    store("another", door.MOST_STORED_BY_ALL_MB)
    assert put(client(sessions=sessions), "one") == 503


def test_a_visit_that_ended_is_forgotten():
    sessions = door.Sessions()
    for name in ("gone", "here"):
        sessions.admit(name, allowed=True)
        sessions.sends_from(name, "192.0.2.1")
    sessions.forget(lambda name: name == "here")
    assert (sessions.may_send("gone"), sessions.may_send("here")) == (False, True)
    assert sessions.sends_from("here", "192.0.2.1") == ["here"]


@pytest.mark.slow
def test_a_page_lets_its_visit_send_files_and_the_public_one_does_not(opened, monkeypatch):
    told = []
    monkeypatch.setattr(door.SESSIONS, "admit", lambda session, allowed: told.append(allowed))
    opened("declarer")
    monkeypatch.setattr(provider, "configured", lambda: True)
    monkeypatch.setattr(provider, "section", lambda name="auth": {})
    opened()
    assert (told[0], told[-1]) == (True, False)


def test_what_it_refuses_it_says_in_french(monkeypatch):
    """Each status of the door; the length is that of the bytes, not of the letters."""
    sessions = door.Sessions()
    sessions.admit("s", allowed=True)
    opened = client(sessions=sessions)
    french = {"Accept-Language": "fr"}

    def said(method, path, **headers):
        answer = opened.request(method, path, headers={**french, **headers})
        assert len(answer.content) == int(answer.headers["content-length"])
        return answer.status_code, answer.text

    send = ("PUT", "/_stcore/upload_file/s/f")
    assert said("GET", "/", Host="evil.example")[1] == "Ce serveur ne répond pas sous ce nom."
    assert said("GET", "/_stcore/metrics") == (404, "Il n’y a rien à cette adresse.")
    refused = (403, "Connectez-vous avant d’envoyer un fichier.")
    assert said("PUT", "/_stcore/upload_file/other/f") == refused
    assert said(*send, **{"Content-Length": ""}) == (411, "Indiquez la taille du fichier.")
    monkeypatch.setattr(door, "stored", lambda sessions=None: 400e6 if sessions is not None else 0)
    assert said(*send, **{"Content-Length": "1"})[0] == 413
    monkeypatch.setattr(door, "stored", lambda sessions=None: 0 if sessions is not None else 2e9)
    status, words = said(*send, **{"Content-Length": "1"})
    assert (status, words[:29]) == (503, "Le serveur détient autant de ")
