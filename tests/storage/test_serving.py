"""Two servers on one SQLite file are one too many; on one PostgreSQL they are not."""

import subprocess
import sys
from pathlib import Path

import pytest

from symbiosis.errors import StorageError
from symbiosis.storage import open_store
from symbiosis.storage.places import address
from symbiosis.storage.serving import only_server

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from symbiosis.storage.places import address
from symbiosis.storage.serving import only_server
with only_server(address(sys.argv[1])):
    print("serving", flush=True)
    sys.stdin.read()
"""


def holder(url):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout.readline() == "serving\n"
    return child


def test_a_second_server_on_one_file_is_refused_until_the_first_has_ended(new_url):
    url = new_url("sqlite")
    child = holder(url)
    with child:
        with (
            pytest.raises(StorageError, match="Another server already serves"),
            only_server(address(url)),
        ):
            pass
        with open_store(url) as store:  # commands are no servers
            assert not store.has_accounts()
        child.kill()
    with only_server(address(url)):
        pass


def test_two_servers_on_one_postgresql_may_be(postgres, new_url):
    url = new_url("postgresql")
    with only_server(address(url)), only_server(address(url)):
        pass


def test_a_store_in_memory_is_nobody_else_s():
    with only_server(address("sqlite://")), only_server(address("sqlite://")):
        pass
