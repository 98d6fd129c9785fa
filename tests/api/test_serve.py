"""``symbiosis serve`` as its user starts it: the app and the API on one port, logs, and the end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests import needs

pytestmark = needs.posix


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def command(*words):
    return [sys.executable, "-m", "symbiosis", "serve", *words]


def environment(folder):
    return {**os.environ, "XDG_DATA_HOME": str(folder), "SYMBIOSIS_DATABASE_URL": "", "LANG": "C"}


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.status, dict(answer.headers), answer.read()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of one person, its port and its log; stopped at the end."""
    folder = tmp_path_factory.mktemp("serve")
    port, log = free_port(), folder / "log"
    with log.open("wb") as file:
        child = subprocess.Popen(
            command("--port", str(port)), env=environment(folder), cwd=folder, stderr=file
        )
    end = time.monotonic() + 90
    while time.monotonic() < end and child.poll() is None:
        try:
            get(port, "/health")
            break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    yield port, log
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) in {0, -signal.SIGTERM}


def test_one_port_for_health_api_and_app(server):
    port, _ = server
    assert json.loads(get(port, "/health")[2]) == {"status": "ok"}
    assert "officer:*" in json.loads(get(port, "/api/v1/me")[2])["roles"]
    assert json.loads(get(port, "/api/openapi.json")[2])["info"]["title"] == "symbiosis"
    status, headers, page = get(port, "/")
    assert (status, headers["x-content-type-options"]) == (200, "nosniff")
    assert b'<div id="root">' in page
    assert get(port, "/_stcore/health")[0] == 200


def test_it_says_that_nobody_signs_in_and_logs_in_json(server):
    port, log = server
    get(port, "/api/v1/flows?secret=41")
    time.sleep(0.2)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert "single-user mode" in lines[0]
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"request"} <= {line["event"] for line in told}
    assert "/api/v1/flows" in {line.get("route") for line in told}
    assert "secret" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("--host", "0.0.0.0"),
        pytest.param(("--host", "192.0.2.1"), marks=pytest.mark.slow),
        pytest.param(("--proxy", "127.0.0.1"), marks=pytest.mark.slow),
    ],
    ids=["everywhere", "elsewhere", "behind a proxy"],
)
def test_without_sign_in_no_other_machine_is_served(tmp_path, words):
    done = subprocess.run(
        command(*words, "--port", str(free_port())), env=environment(tmp_path),
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "No sign-in is configured" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_app_sends_no_usage_statistics(tmp_path):
    """Its own settings hold wherever the server is started from."""
    code = (
        "from symbiosis.pages.served import signs_in; signs_in();"
        "from streamlit import config; import sys;"
        "sys.exit(config.get_option('browser.gatherUsageStats')"
        " or not config.get_option('server.enableStaticServing'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_nothing_of_the_app_is_served_under_a_foreign_name(server):
    port, _ = server
    for path in ("/", "/app/static/logo.svg", "/_stcore/health", "/_stcore/host-config"):
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Host": f"evil.example:{port}"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=30)
        assert refused.value.code == 421
        refused.value.close()
