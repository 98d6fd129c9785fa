"""Two servers on one PostgreSQL, and a database that goes away: nothing lost, nothing doubled."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from symbiosis.storage import LOCAL, Grant, Role, open_store
from symbiosis.storage import engine as engines
from tests import needs

pytestmark = [needs.posix, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
LINES = 20
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
AWAY = "The database does not answer. Nothing was saved; try again in a moment."


@contextmanager
def serving(url, folder):
    """Start ``symbiosis serve`` on a store; yield its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    words = ("serve", "--api-only", "--port", str(port), "--api-per-minute", "1000000")
    with (folder / f"{port}.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "symbiosis", *words], cwd=ROOT, stderr=log,
            env={**os.environ, "SYMBIOSIS_DATABASE_URL": url, "XDG_DATA_HOME": str(folder)},
        )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end and child.poll() is None:
            try:
                urllib.request.urlopen(f"{base}/health", timeout=30).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.3)
        yield base
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) in {0, -signal.SIGTERM}


def upload(base, token, number):
    """Declare one firm with `LINES` flows; return status and what the server says."""
    firm = f"u{number}"
    body = {
        "firms": [{"firm_id": firm, "name": firm, "longitude": 2.3, "latitude": 51.0}],
        "flows": [
            {"flow_id": f"{firm}-{line}", "firm_id": firm, "direction": "offer", "unit": "t",
             "material": "15 01 07", "quantity": line + 1, "visibility": "members"}
            for line in range(LINES)
        ],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{base}/api/v1/flows", json.dumps(body).encode(), headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def world(postgres, new_url):
    """The address of a store on PostgreSQL and the token of an officer of everything."""
    url = new_url("postgresql")
    with open_store(url) as store:
        store.grant(LOCAL, "o@x.example", [Grant(Role.OFFICER)])
        return url, store.issue_token(LOCAL, "o@x.example")


def check(url, uploads):
    with open_store(url) as store:
        offers = store.flows(LOCAL).offers
        assert len(offers) == uploads * LINES
        assert offers["flow_id"].is_unique
        assert set(offers.groupby("firm_id").size()) == {LINES}
        assert len(store.uploads(LOCAL)) == uploads
        status = store.status(LOCAL)
        assert (status.broken_at, status.faults) == (None, ())


def test_a_hundred_uploads_at_once_to_two_servers(world, tmp_path):
    url, token = world
    with ExitStack() as stack, ThreadPoolExecutor(100) as pool:
        bases = [stack.enter_context(serving(url, tmp_path)) for _ in range(2)]
        told = list(pool.map(lambda n: upload(bases[n % 2], token, n), range(100)))
    assert {status for status, _ in told} == {200}
    assert {saved["added"] for _, saved in told} == {LINES + 1}
    check(url, 100)


def test_a_database_that_is_lost_is_said_and_what_was_acknowledged_is_there(world, tmp_path):
    """Connections are cut again and again while 60 upload; who got 503 sends the same anew."""
    url, token = world
    drop = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    refused, done = [], threading.Event()

    def until_saved(base, number):
        while True:
            status, said = upload(base, token, number)
            if status == 200:
                return said
            refused.append((status, said["error"]))

    def cut():
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            # First in the midst of a write, whatever the machine's speed.
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": engines._WRITER})
            while not connection.execute(WAITING).scalar():
                time.sleep(0.05)
            connection.execute(drop)
        engine.dispose()  # and lets the others write
        while not done.wait(0.2) and len(refused) < 40:
            with engine.connect() as connection:
                connection.execute(drop)
        engine.dispose()

    with serving(url, tmp_path) as base, ThreadPoolExecutor(12) as pool:
        cutter = threading.Thread(target=cut)
        cutter.start()
        list(pool.map(lambda n: until_saved(base, n), range(60)))
        done.set()
        cutter.join()
    assert refused
    assert set(refused) == {(503, AWAY)}
    check(url, 60)
