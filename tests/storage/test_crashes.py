"""SIGKILL at a hundred random instants: the store is before or after an upload, never between."""

import os
import random
import signal
import time

import pytest
from sqlalchemy import text

from symbiosis.storage import LOCAL, checking, open_store
from symbiosis.storage.engine import reading
from tests import needs
from tests.storage.crashes import LINES, forks, upload_for_ever

KILLS = 100

pytestmark = needs.posix


MOMENT = """
SELECT count(*), count(DISTINCT flow_id), min(quantity), max(quantity),
       (SELECT count(*) FROM firms), (SELECT count(*) FROM uploads),
       (SELECT count(*) FROM history), (SELECT count(*) FROM audit),
       (SELECT max(CAST(origin AS INTEGER)) FROM uploads)
FROM flows
"""


def look(store, last):
    """Check that the store is of one moment, and return the number of its last upload.

    In the database's own words: the code that reads could hide what the code that writes left.
    """
    with reading(store.engine) as connection:
        lines, names, least, most, firms, uploads, history, log, origin = connection.execute(
            text(MOMENT)
        ).one()
        broken = checking.broken_at(connection)
    if not lines:
        assert firms == uploads == history == log == 0
        return 0
    assert (lines, names, firms) == (LINES, LINES, LINES // 10)
    assert least == most, "half of an upload was kept"
    number = int(least)
    assert number >= last, "an upload that was kept is gone"
    assert origin == uploads == log == number
    assert history == LINES * (number - 1)
    assert broken is None
    return number


def look_as_a_reader(store, number):
    """Check the same through the store's own verbs."""
    offers = store.flows(LOCAL).offers
    assert len(offers) == LINES
    assert set(offers["quantity"]) == {float(number)}
    assert store.uploads(LOCAL).iloc[0]["origin"] == str(number)
    status = store.status(LOCAL)
    assert status.broken_at is None
    assert status.rows["uploads"] == status.rows["audit"] == number


def start(url, number):
    """Return a child that uploads without end, once it is about to begin, and its news."""
    context = forks()
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
        look_as_a_reader(store, last)
    # The kills fell on both sides of commits, or the test would have proved nothing.
    assert last > first
    assert 0 < survived < KILLS
