"""How large, how often: counted before anything is read or asked of the store."""

import asyncio
import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.api.front import Front
from symbiosis.api.guard import _MOST_ADDRESSES, Buckets, Guard, Limits, who_calls
from symbiosis.api.logs import FIELDS, JsonLines
from tests.api.client import TestClient, WebSocketDisconnect


async def echo(scope, receive, send):
    """Read everything, answer its length."""
    if scope["type"] != "http":
        await send({"type": "websocket.accept"})
        return
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def client(app=echo, address="192.0.2.1", **limits):
    guard = Guard(app, Limits(**limits))
    return TestClient(guard, client=(address, 1), raise_server_exceptions=False)


def test_ten_thousand_requests_a_minute_from_one_address():
    now = [0.0]
    bucket = Buckets(300, clock=lambda: now[0])
    served = 0
    for _ in range(10_000):
        now[0] += 60 / 10_000
        served += bucket.take("192.0.2.1") == 0
    assert 300 <= served <= 600


def test_whoever_asks_too_often_is_told_how_long_to_wait():
    opened = client(api_per_minute=20)
    answers = [opened.get("/api/v1/map") for _ in range(60)]
    assert [a.status_code for a in answers[:20]] == [200] * 20
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "wait" in answers[-1].json()["error"]


def test_the_others_are_served_meanwhile():
    guard = Guard(echo, Limits(api_per_minute=2))
    one = TestClient(guard, client=("192.0.2.1", 1))
    other = TestClient(guard, client=("192.0.2.2", 1))
    assert [one.get("/api/x").status_code for _ in range(3)] == [200, 200, 429]
    assert other.get("/api/x").status_code == 200
    assert one.get("/page").status_code == 200


def test_a_bucket_fills_again():
    now = [0.0]
    bucket = Buckets(60, clock=lambda: now[0])
    assert [bucket.take("a") > 0 for _ in range(61)] == [False] * 60 + [True]
    now[0] = 1.0
    assert bucket.take("a") == 0
    assert 0.9 < bucket.take("a") <= 1.0


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 5)), max_size=80))
def test_never_more_than_the_bucket_and_its_inflow(steps):
    now, taken = [0.0], {"a": 0, "b": 0}
    bucket = Buckets(30, clock=lambda: now[0])
    for who, wait in steps:
        now[0] += wait
        taken[who] += bucket.take(who) == 0
    assert max(taken.values()) <= 30 + now[0] * 0.5 + 1e-6


def test_an_army_of_addresses_does_not_fill_the_memory():
    bucket = Buckets(1, clock=lambda: 0.0)
    for number in range(_MOST_ADDRESSES + 100):
        bucket.take(str(number))
    assert len(bucket._left) == _MOST_ADDRESSES


def test_an_ipv6_network_is_one_caller():
    addresses = [f"2001:db8:0:1::{i:x}" for i in range(1, 50)]
    assert len({who_calls({"client": (a, 1)}) for a in addresses}) == 1
    assert who_calls({"client": None}) == "unknown"


@pytest.mark.parametrize("announced", ["1000000000", "99999999999999999999", "-1", "many"])
def test_a_gigabyte_is_refused_unread(announced):
    read = []

    async def never(scope, receive, send):
        read.append(await receive())

    answer = client(never).post("/api/v1/flows", headers={"Content-Length": announced})
    assert answer.status_code == 413
    assert not read


def test_a_body_that_does_not_say_its_size_is_counted():
    sent = []

    async def run():
        async def receive():
            return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "path": "/api/v1/flows", "method": "POST", "headers": [],
                 "client": ("192.0.2.1", 1)}  # fmt: skip
        await Guard(echo, Limits(api_mb=25))(scope, receive, send)

    asyncio.run(run())
    assert sent[0]["status"] == 413
    assert b"too large" in sent[1]["body"]


def test_what_fits_goes_through():
    assert client().post("/api/x", content=b"x" * 1000).text == "1000"


def test_a_fault_ends_in_a_number_and_a_line_without_values(caplog):
    async def broken(scope, receive, send):
        raise RuntimeError("the price of ash is 8731.5")

    with caplog.at_level(logging.INFO, "symbiosis"):
        answer = client(broken).get("/api/x?secret=1")
    assert answer.status_code == 500
    assert "8731.5" not in answer.text
    lines = [JsonLines().format(record) for record in caplog.records]
    assert not [line for line in lines if "8731.5" in line or "secret" in line]
    told = [json.loads(line) for line in lines]
    assert [line["event"] for line in told] == ["fault", "request"]
    assert "test_guard.py" in told[0]["where"]
    assert told[1]["status"] == 500
    assert set(told[1]) <= {*FIELDS, "at", "level"}


def test_websockets_are_counted_too():
    opened = client(app_per_minute=1)
    with opened.websocket_connect("/_stcore/stream"):
        pass
    with pytest.raises(WebSocketDisconnect), opened.websocket_connect("/_stcore/stream"):
        pass


def test_one_port_for_both():
    def named(name):
        async def app(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": name})

        return app

    opened = TestClient(Front(named(b"api"), named(b"app")))
    told = {path: opened.get(path).text for path in ("/api/v1/me", "/health", "/", "/apis", "/x")}
    assert told == {"/api/v1/me": "api", "/health": "api", "/": "app", "/apis": "app", "/x": "app"}


async def baker(scope, receive, send):
    """Answer two cookies, one of them sealed already."""
    cookies = [(b"set-cookie", b"a=1; HttpOnly"), (b"Set-Cookie", b"b=2; Secure")]
    await send({"type": "http.response.start", "status": 200, "headers": cookies})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    ("scheme", "cookies"),
    [
        ("http", ["a=1; HttpOnly", "b=2; Secure"]),
        ("https", ["a=1; HttpOnly; Secure", "b=2; Secure"]),
    ],
)
def test_a_cookie_given_over_tls_never_travels_without_it(scheme, cookies):
    opened = TestClient(Guard(baker), base_url=f"{scheme}://app.example")
    assert opened.get("/").headers.get_list("set-cookie") == cookies
