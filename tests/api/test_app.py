"""The HTTP interface: the same access rule, words instead of traces, the shapes it promises."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request

from symbiosis.api import Guard, create_app
from symbiosis.api.app import _words
from symbiosis.errors import DataError
from symbiosis.storage import Unavailable, open_store
from tests.api.client import TestClient

CSV = """firm_id,name,longitude,latitude,territory,direction,material,quantity,unit
ash,Ash,2.30,51.00,north,offer,10 11 12,{quantity},t
"""
TEXT = {"Content-Type": "text/csv"}


def test_health(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_who_asks(client, as_):
    assert client.get("/api/v1/me").json() == {"name": "visitor", "roles": []}
    told = client.get("/api/v1/me", headers=as_("officer")).json()
    assert told == {"name": "officer@x.example", "roles": ["officer:north"]}


@pytest.mark.parametrize(
    "header", ["Bearer sy_none", "Bearer ", "Basic dTpw", "sy_x", "Bearer \x7f", "bearer é"]
)
def test_a_wrong_token_is_refused_before_anything(client, header):
    answer = client.get("/api/v1/flows", headers={"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert list(answer.json()) == ["error"]


SEEN = {
    None: {"dogwood-1"},
    "ash": {"ash-1", "ash-2", "beech-1", "dogwood-1"},
    "analyst": {"ash-1", "ash-2", "beech-1", "cedar-1", "dogwood-1"},
    "administrator": {"ash-2", "beech-1", "dogwood-1"},
}


@pytest.mark.parametrize("name", SEEN)
def test_flows_by_the_access_rule(client, as_, name):
    told = client.get("/api/v1/flows", headers=as_(name)).json()
    assert {row["flow_id"] for row in told["offers"] + told["needs"]} == SEEN[name]


STATUS = {
    "/api/v1/flows": {None: 200, "ash": 200, "officer": 200, "analyst": 200, "administrator": 200},
    "/api/v1/matches": {None: 403, "ash": 200, "officer": 200, "analyst": 200,
                        "administrator": 403},
    "/api/v1/studies": {None: 403, "ash": 200, "officer": 200, "analyst": 200,
                        "administrator": 403},
    "/api/v1/studies/{id}": {None: 403, "ash": 200, "officer": 200, "analyst": 200,
                             "administrator": 403},
    "/api/v1/studies/{id}/shipments.geojson": {None: 403, "ash": 200, "officer": 200,
                                               "analyst": 200, "administrator": 403},
    "/api/v1/meetings": {None: 403, "ash": 200, "officer": 200, "analyst": 403,
                         "administrator": 403},
    "/api/v1/map": {None: 200, "ash": 200, "officer": 200, "analyst": 200, "administrator": 200},
}  # fmt: skip


@pytest.mark.parametrize("path", STATUS)
@pytest.mark.parametrize("name", [None, "ash", "officer", "analyst", "administrator"])
def test_every_address_by_role(client, filled, as_, path, name):
    answer = client.get(path.format(id=filled[1]), headers=as_(name))
    assert answer.status_code == STATUS[path][name], answer.text
    if answer.status_code == 403:
        assert "may not" in answer.json()["error"]


def test_a_hidden_partner_stays_hidden(client, as_):
    (match,) = client.get("/api/v1/matches", headers=as_("beech")).json()["matches"]
    assert (match["hidden"], match["within_km"], match["quantity"]) == ("offer", 10.0, None)
    assert "ash" not in json.dumps(match).lower()


def test_a_study_as_geojson_is_a_map(client, filled, as_):
    path = f"/api/v1/studies/{filled[1]}/shipments.geojson"
    answer = client.get(path, headers=as_("everywhere"))
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    assert told["type"] == "FeatureCollection"
    assert [f["geometry"]["type"] for f in told["features"]] == ["LineString"] * 3
    hidden = client.get(path, headers=as_("beech")).json()["features"]
    assert [f["geometry"] for f in hidden] == [None]


def test_a_study_as_json_has_its_totals_for_those_who_see_it_whole(client, filled, as_):
    whole = client.get(f"/api/v1/studies/{filled[1]}", headers=as_("everywhere")).json()
    assert whole["totals"][0] == {"figure": "waste_diverted_t", "low": 0.0, "central": 0.0,
                                  "high": 0.0}  # fmt: skip
    part = client.get(f"/api/v1/studies/{filled[1]}", headers=as_("ash")).json()
    assert part["totals"] == []
    analyst = client.get(f"/api/v1/studies/{filled[1]}", headers=as_("analyst")).json()
    assert {row["value_eur"] for row in analyst["shipments"]} == {None}


def test_an_unknown_study_is_not_found(client, as_):
    answer = client.get(f"/api/v1/studies/{'0' * 32}", headers=as_("officer"))
    assert (answer.status_code, answer.json()) == (
        404, {"error": "There is no such study in the store."},
    )  # fmt: skip


@pytest.mark.parametrize("path", ["..%2f..%2fetc%2fpasswd", "' OR 1=1 --", "x" * 32, "%00", "é"])
def test_an_identifier_is_never_more_than_one(client, as_, path):
    answer = client.get(f"/api/v1/studies/{path}", headers=as_("officer"))
    assert answer.status_code in {404, 422}
    assert "error" in answer.json()


# -- uploads -----------------------------------------------------------------------------------


def test_an_upload_is_saved_and_the_same_again_changes_nothing(client, as_):
    def send():
        body = CSV.format(quantity=77)
        return client.post("/api/v1/flows", content=body, headers={**TEXT, **as_("ash")})

    first, again = send().json(), send().json()
    assert first["added"] + first["changed"] >= 1
    assert (again["added"], again["changed"], again["upload_id"]) == (0, 0, "")


def test_json_too(client, as_):
    firm = {"firm_id": "ash", "name": "Ash", "longitude": 2.3, "latitude": 51, "territory": "north"}
    flow = {"firm_id": "ash", "flow_id": "ash-9", "direction": "offer", "material": "17 02 02",
            "quantity": 3.5, "unit": "t"}  # fmt: skip
    answer = client.post(
        "/api/v1/flows", json={"firms": [firm], "flows": [flow]}, headers=as_("officer")
    )
    assert answer.status_code == 200, answer.text


def sent_as(kind, rows):
    """The same two tables as CSV or as JSON."""
    firm = {"firm_id": "ash", "name": "Ash", "longitude": 2.3, "latitude": 51, "territory": "north"}
    if kind == "json":
        return {"json": {"firms": [firm], "flows": rows}}
    lines = [firm | row for row in rows]
    text = "\n".join([",".join(lines[0]), *(",".join(map(str, line.values())) for line in lines)])
    return {"content": text, "headers": TEXT}


NEW = {"firm_id": "ash", "flow_id": "ash-9", "direction": "offer", "material": "17 02 02",
       "quantity": 3.5, "unit": "t"}  # fmt: skip


@pytest.mark.parametrize("kind", ["json", "csv"])
@pytest.mark.parametrize("said", [None, "", "members"])
def test_a_new_flow_is_private_unless_its_firm_says_otherwise(client, as_, kind, said):
    row = NEW if said is None else {**NEW, "visibility": said}
    body = sent_as(kind, [row])
    headers = {**body.pop("headers", {}), **as_("ash")}
    assert client.post("/api/v1/flows", headers=headers, **body).status_code == 200
    seen = {}
    for name in ("ash", "beech", None):
        offers = client.get("/api/v1/flows", headers=as_(name)).json()["offers"]
        seen[name] = [o["visibility"] for o in offers if o["material"] == "17 02 02"]
    assert seen["ash"] == [said or "private"]
    assert seen["beech"] == (["members"] if said else [])
    assert seen[None] == []


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_equal_slips_are_taken_where_the_upload_asks_for_it(client, as_, kind):
    slip = {key: value for key, value in NEW.items() if key != "flow_id"}
    for asked, status in (("", 422), ("?keep_repeated=true", 200)):
        body = sent_as(kind, [slip, slip])
        headers = {**body.pop("headers", {}), **as_("ash")}
        answer = client.post(f"/api/v1/flows{asked}", headers=headers, **body)
        assert answer.status_code == status, answer.text
    offers = client.get("/api/v1/flows", headers=as_("ash")).json()["offers"]
    assert [o["quantity"] for o in offers if o["material"] == "17 02 02"] == [3.5, 3.5]


@pytest.mark.parametrize(
    ("name", "status"),
    [(None, 403), ("beech", 403), ("analyst", 403), ("administrator", 403), ("ash", 200)],
)
def test_only_ones_own_firm_is_declared(client, as_, name, status):
    body = CSV.format(quantity=5)
    answer = client.post("/api/v1/flows", content=body, headers={**TEXT, **as_(name)})
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("name", [None, "analyst"])
def test_a_visitor_s_upload_is_refused_unread(client, as_, name, monkeypatch):
    read = []
    monkeypatch.setattr(Request, "body", read.append)
    headers = {**TEXT, **as_(name)}
    assert client.post("/api/v1/flows", content=b"x", headers=headers).status_code == 403
    assert not read


def test_every_problem_at_once_in_the_askers_language(client, as_):
    body = CSV.format(quantity="douze").replace("10 11 12", "")
    headers = {**TEXT, **as_("ash"), "Accept-Language": "fr-FR,fr;q=0.9"}
    answer = client.post("/api/v1/flows", content=body, headers=headers)
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert {"material", "quantity"} <= {problem["column"] for problem in problems}
    assert {problem["row"] for problem in problems} == {2}
    assert {problem["file"] for problem in problems} == {"upload.csv"}


@pytest.mark.parametrize("kind", ["image/png", "text/html", "", "application/x-python-pickle"])
def test_other_kinds_of_files_are_refused(client, as_, kind):
    answer = client.post(
        "/api/v1/flows", content=b"x", headers={"Content-Type": kind, **as_("ash")}
    )
    assert answer.status_code == 415


def test_a_body_without_a_length_is_refused_as_too_large_and_not_as_our_fault(client, as_):
    """The interface for programs reads it, so that its framework sees the refusal first."""
    pieces = (b"x" * 100_000 for _ in range(30))
    headers = {**as_("everywhere"), "content-type": "text/csv"}
    answer = client.post("/api/v1/flows", content=pieces, headers=headers)
    assert answer.status_code == 413
    assert "too large" in answer.json()["error"]
    assert answer.headers["connection"] == "close"  # what is left of it is not waited for


def test_what_is_too_large_is_refused(client, as_):
    answer = client.post("/api/v1/flows", content=b"x" * 1_100_000, headers={**TEXT, **as_("ash")})
    assert answer.status_code == 413


# -- faults, logs, what is told to whom --------------------------------------------------------


def test_a_fault_of_ours_tells_nothing_of_itself(filled, monkeypatch, caplog):
    store = filled[0]
    monkeypatch.setattr(type(store), "public_map", broken)
    app = Guard(create_app(store))
    with (
        caplog.at_level(logging.INFO, "symbiosis"),
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        answer = client.get("/api/v1/map")
    assert answer.status_code == 500
    assert "quote the number" in answer.json()["error"]
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] in answer.json()["error"]


def broken(*args):
    raise RuntimeError("secret price 41.0")


def test_a_database_that_is_away_is_told_as_such(filled, monkeypatch):
    store = filled[0]

    def away(*args):
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(type(store), "has_accounts", away)
    with TestClient(create_app(store), raise_server_exceptions=False) as client:
        answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"error": "The database does not answer."})


def test_answers_are_not_kept_and_run_nothing(client):
    headers = client.get("/api/v1/map").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/api/v2", "/x"])
def test_other_addresses_are_not_found_in_the_same_shape(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "There is nothing at this address."},
    )


def test_other_methods_are_refused(client):
    answer = client.delete("/api/v1/flows")
    assert (answer.status_code, list(answer.json())) == (405, ["error"])


def test_alone_on_the_machine(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 's.db'}", create=True) as store:
        app = create_app(store, single_user=True)
        with TestClient(app, base_url="http://localhost") as client:
            assert "administrator:*" in client.get("/api/v1/me").json()["roles"]
            # A page of another site, in the same person's browser, is nobody.
            elsewhere = client.get("/api/v1/me", headers={"Sec-Fetch-Site": "cross-site"})
            assert elsewhere.json()["roles"] == []
        # Nor is a site whose name points at this machine.
        with TestClient(app, base_url="http://rebound.example") as client:
            assert client.get("/api/v1/me").json()["roles"] == []
        with TestClient(create_app(store)) as client:
            assert client.get("/api/v1/me").json()["roles"] == []


def test_sentences_in_french_where_they_are_translated(client, as_):
    answer = client.get("/api/v1/studies", headers={"Accept-Language": "fr"})
    assert answer.json()["error"] != client.get("/api/v1/studies").json()["error"]
    assert callable(_words)


def test_health_answers_while_a_crowd_of_uploads_is_read(filled, monkeypatch):
    store, _, tokens = filled
    reading, over, started = threading.Semaphore(0), threading.Event(), []

    def slow(*body, **options):
        started.append((body, options))
        reading.release()
        over.wait(120)  # so that a fault here is told, and does not hang
        raise DataError([])

    monkeypatch.setattr("symbiosis.api.app.receive", slow)
    headers = {"Authorization": f"Bearer {tokens['officer']}", **TEXT}
    with TestClient(create_app(store)) as opened, ThreadPoolExecutor(60) as crowd:
        sent = [
            crowd.submit(opened.post, "/api/v1/flows", content=b"x", headers=headers)
            for _ in range(60)
        ]
        try:
            reading.acquire()
            assert [opened.get("/health").status_code for _ in range(3)] == [200] * 3
            assert len(started) < 40  # the threads that all requests share
        finally:
            over.set()
        assert {answer.result().status_code for answer in sent} == {422}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "french"),
    [
        ("GET", "/api/v1/nothing", {}, 404, "Il n’y a rien à cette adresse."),
        ("PUT", "/api/v1/flows", {}, 405, "Cette adresse ne répond pas à cette méthode."),
        ("GET", "/api/v1/me", {"Authorization": "Basic x"}, 401, "L’en-tête n’est pas"),
        ("GET", "/api/v1/me", {"Authorization": "Bearer x"}, 401, "Ce jeton"),
        ("GET", "/api/v1/studies/x", {}, 422, "La requête est mal formée."),
        ("GET", "/api/v1/studies", {}, 403, "Vous ne pouvez pas"),
        ("POST", "/api/v1/flows", {"Content-Length": "9999999"}, 413, "C’est trop volumineux"),
    ],
)
def test_what_the_server_refuses_it_says_in_the_asker_s_language(
    client, method, path, headers, status, french
):
    for accepted, is_french in (("fr-FR,en;q=0.8", True), ("en-GB,fr;q=0.8", False)):
        answer = client.request(method, path, headers={"Accept-Language": accepted, **headers})
        assert answer.status_code == status
        assert answer.json()["error"].startswith(french) is is_french


def test_a_wrong_file_is_refused_in_french(client, as_):
    headers = {"Accept-Language": "fr", "Content-Type": "text/csv", **as_("everywhere")}
    answer = client.post("/api/v1/flows", headers=headers, content=b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "problème(s) ; le premier :" in answer.json()["error"]
    assert "problem(s)" not in answer.text
