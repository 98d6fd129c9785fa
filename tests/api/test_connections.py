"""Who holds connections without asking for anything: ended, and in nobody's way."""

import asyncio
import contextlib
import socket

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.api.connections import Connections, protocol
from symbiosis.api.guard import Guard, Limits, Tally
from tests.api.client import TestClient, WebSocketDisconnect
from tests.api.test_guard import echo

HALF = b"GET /health HTTP/1.1\r\nHost: x\r\nX-"
WHOLE = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
LONG = 3600.0  # as good as never, in seconds
PATIENCE_S = 60  # of the tests themselves, on a busy machine


@contextlib.asynccontextmanager
async def serving(app=echo, proxy="", **limits):
    """Serve on a free port of this machine; yields the port."""
    held = Connections(Limits(**{"header_s": LONG, "reading_s": LONG, **limits}), proxy)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, http=protocol(held), lifespan="off", log_config=None,
                           timeout_graceful_shutdown=1)
        )  # fmt: skip
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        await task


async def connected(port, sent=b""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def first_line(reader):
    return await asyncio.wait_for(reader.readline(), PATIENCE_S)


def run(work):
    asyncio.run(asyncio.wait_for(work, PATIENCE_S))


SENT = [b"", b"GET", HALF, pytest.param(WHOLE + HALF, marks=pytest.mark.slow)]


@pytest.mark.parametrize("sent", SENT, ids=len)
def test_a_request_that_never_ends_is_ended(sent):
    async def work():
        async with serving(header_s=0.2) as port:
            reader, writer = await connected(port, sent)
            answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
            assert answer.count(b"200 OK") == sent.count(WHOLE)
            writer.close()

    run(work())


def test_a_byte_now_and_then_wins_no_time():
    async def work():
        async with serving(header_s=0.3) as port:
            reader, writer = await connected(port, HALF)
            ended = asyncio.create_task(reader.read())
            with contextlib.suppress(ConnectionError):
                while not ended.done():
                    writer.write(b"a")
                    await writer.drain()
                    await asyncio.sleep(0.02)
            with contextlib.suppress(ConnectionError):
                assert await ended == b""
            writer.close()

    run(work())


@pytest.mark.parametrize(
    "limits", [{"connections_of_one": 4}, {"connections": 4}], ids=["one", "all"]
)
def test_half_sent_requests_keep_nobody_out(limits):
    async def work():
        async with serving(**limits) as port:
            idle = [await connected(port, HALF) for _ in range(20)]
            reader, writer = await connected(port, WHOLE)
            assert b"200" in await first_line(reader)
            assert await asyncio.wait_for(idle[0][0].read(), PATIENCE_S) == b""  # the oldest
            for _, one in (*idle, (reader, writer)):
                one.close()

    run(work())


def test_who_is_being_answered_is_not_ended_for_a_newcomer():
    async def work():
        go, busy = asyncio.Event(), asyncio.Semaphore(0)

        async def slow(scope, receive, send):
            busy.release()
            await go.wait()
            await echo(scope, receive, send)

        async with serving(slow, connections_of_one=3) as port:
            asked = [await connected(port, WHOLE) for _ in range(3)]
            for _ in asked:
                await busy.acquire()
            newcomer = await connected(port, WHOLE)
            assert b"503" in await first_line(newcomer[0])
            go.set()
            assert [b"200" in await first_line(reader) for reader, _ in asked] == [True] * 3
            for _, writer in (*asked, newcomer):
                writer.close()

    run(work())


@pytest.mark.parametrize("proxy", ["127.0.0.1", "192.0.2.1, 127.0.0.0/8", "*"])
def test_the_proxy_holds_as_many_as_all_together(proxy):
    async def work():
        async with serving(proxy=proxy, connections_of_one=1) as port:
            idle = [await connected(port, HALF) for _ in range(5)]
            idle[0][1].write(b"y: z\r\n\r\n")
            assert b"200" in await first_line(idle[0][0])
            for _, writer in idle:
                writer.close()

    run(work())


def test_a_reader_that_takes_nothing_is_ended():
    async def work():
        ended = asyncio.Event()

        async def patient(scope, receive, send):
            await receive()
            gone = asyncio.create_task(receive())
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while not gone.done():
                body = {"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True}
                await send(body)
                await asyncio.sleep(0)
            ended.set()

        async with serving(patient, reading_s=0.2) as port:
            _, writer = await connected(port, WHOLE)
            writer.transport.pause_reading()
            await ended.wait()
            writer.transport.abort()

    run(work())


def exchanged(sent, app=echo, length=None, **limits):
    """Return the status of a request whose body comes as these pieces, then no more."""
    answers = []

    async def work():
        pieces = iter(sent)

        async def receive():
            for piece in pieces:
                return {"type": "http.request", "body": piece, "more_body": True}
            await asyncio.Event().wait()

        async def send(message):
            answers.append(message)

        scope = {"type": "http", "path": "/api/v1/flows", "method": "POST", "headers": [],
                 "client": ("192.0.2.1", 1)}  # fmt: skip
        await Guard(app, Limits(**limits))(scope, receive, send)

    run(work())
    return answers[0]["status"]


def test_a_body_that_stops_is_given_up():
    assert exchanged([b"x"], body_s=0.05) == 408


def test_what_one_address_has_in_hand_is_bounded():
    assert exchanged([b"x" * 600_000] * 3, arriving_mb=1.0) == 429


def test_open_pages_of_one_address_are_bounded_and_a_closed_one_makes_room():
    async def page(scope, receive, send):
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass

    opened = TestClient(Guard(page, Limits(sockets_of_one=2)), client=("192.0.2.1", 1))
    with contextlib.ExitStack() as pages:
        for _ in range(2):
            pages.enter_context(opened.websocket_connect("/_stcore/stream"))
        with pytest.raises(WebSocketDisconnect), opened.websocket_connect("/_stcore/stream"):
            pass
    with opened.websocket_connect("/_stcore/stream"):
        pass


def test_the_messages_of_an_open_page_are_counted():
    async def page(scope, receive, send):
        await send({"type": "websocket.accept"})
        heard = 0
        while (await receive())["type"] != "websocket.disconnect":
            heard += 1
        await send({"type": "websocket.send", "text": str(heard)})

    opened = TestClient(Guard(page, Limits(app_per_minute=6)), client=("192.0.2.1", 1))
    with opened.websocket_connect("/_stcore/stream") as socket_:
        for _ in range(20):
            socket_.send_text("again")
        assert 5 <= int(socket_.receive_text()) <= 7


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4)), max_size=40))
def test_a_tally_never_holds_more_than_its_limits(steps):
    tally, inside = Tally(5, 8), []
    for address, count in steps:
        if tally.add(address, count):
            inside.append((address, count))
        elif inside:
            tally.remove(*inside.pop(0))
        held = {a: sum(n for b, n in inside if b == a) for a in "ab"}
        assert dict(tally._open) == {a: n for a, n in held.items() if n}
        assert max(held.values()) <= 5
        assert sum(held.values()) <= 8
