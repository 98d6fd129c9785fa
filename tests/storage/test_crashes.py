"""SIGKILL at a hundred random instants: the store is before or after an upload, never between."""

import os
import random
import signal
import time
from multiprocessing import get_context

import pytest

from symbiosis.storage import LOCAL, open_store
from tests.storage.crashes import LINES, upload_for_ever

KILLS = 100

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX systems")


def look(store, last):
    """Check that the store is of one moment, and return the number of its last upload."""
    offers = store.flows(LOCAL).offers
    uploads = store.uploads(LOCAL)
    if offers.empty:
        assert uploads.empty
        return 0
    assert len(offers) == LINES
    assert offers["flow_id"].is_unique
    assert offers["quantity"].nunique() == 1, "half of an upload was kept"
    number = int(offers["quantity"].iloc[0])
    assert number >= last, "an upload that was kept is gone"
    assert uploads.iloc[0]["origin"] == str(number)
    status = store.status(LOCAL)
    assert status.broken_at is None
    assert status.rows["uploads"] == status.rows["audit"] == number
    assert status.rows["history"] == LINES * (number - 1)
    return number


def start(url, number):
    """Return a child that uploads without end, once it is about to begin, and its news."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.storage.crashes"])
    news, theirs = context.Pipe()
    child = context.Process(target=upload_for_ever, args=(url, number, theirs))
    child.start()
    theirs.close()
    assert news.poll(60)
    news.recv()
    return child, news


def kill(child, news):
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    news.close()


def one_upload_s(url):
    """How long the first uploads of a child take on this machine today."""
    child, news = start(url, 1)
    began = time.monotonic()
    for _ in range(2):
        assert news.poll(60)
        news.recv()
    kill(child, news)
    return (time.monotonic() - began) / 2


@pytest.mark.slow
def test_a_hundred_kills(url):
    chance = random.Random(6)
    with open_store(url) as store:
        longest = 2 * one_upload_s(url)
        last = first = look(store, 0)
        survived = 0
        for _ in range(KILLS):
            child, news = start(url, last + 1)
            child.join(chance.uniform(0, longest))
            kill(child, news)
            number = look(store, last)
            survived += number > last
            last = number
    # The kills fell on both sides of commits, or the test would have proved nothing.
    assert last > first
    assert 0 < survived < KILLS
