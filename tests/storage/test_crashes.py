"""SIGKILL at two hundred random instants: the store is before or after an upload, never between."""

import os
import random
import signal
import time

import pytest
from sqlalchemy import text

from symbiosis.storage import LOCAL, checking, open_store
from symbiosis.storage.engine import reading
from tests import needs
from tests.cases import cases
from tests.storage.crashes import (
    LINES,
    back_up_for_ever,
    forks,
    migrate_for_ever,
    publish_for_ever,
    study_for_ever,
    upload_for_ever,
)
from tests.storage.worlds import many, three_exchanges

KILLS, FEW = cases(200, 60), cases(50, 8)

pytestmark = [needs.posix, pytest.mark.slow]


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


def start(url, number, work=upload_for_ever):
    """Return a child that works without end, once it is about to begin, and its news."""
    context = forks()
    news, theirs = context.Pipe()
    child = context.Process(target=work, args=(url, number, theirs))
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


def test_hundreds_of_kills(url):
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


def killed(url, argument, work, chance, longest):
    child, news = start(url, argument, work)
    child.join(chance.uniform(0, longest))
    kill(child, news)


def whole(store):
    status = store.status(LOCAL)
    return (status.broken_at, status.faults, status.schema.state.value) == (None, (), "ready")


def test_a_killed_study_or_publication_is_whole_or_not_there(url):
    chance = random.Random(FEW)
    with open_store(url) as store:
        store.save(LOCAL, three_exchanges().flows)
        for number in range(FEW):
            work = (study_for_ever, publish_for_ever)[number % 2]
            killed(url, 1 + number * 40, work, chance, 1.0)
            assert whole(store)
            for study_id in store.studies(LOCAL)["study_id"][:2]:
                assert len(store.study(LOCAL, study_id).match.shipments) == 3


def test_a_killed_backup_leaves_the_one_before_and_nothing_else(new_url, tmp_path):
    chance = random.Random(FEW)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with open_store(new_url("sqlite")) as store, open_store(new_url("sqlite")) as other:
        store.save(LOCAL, many(LINES))
        rows = store.backup(LOCAL, folder / "night")
        for _ in range(FEW):
            url = store.url.render_as_string(hide_password=False)
            killed(url, str(folder / "night"), back_up_for_ever, chance, 0.6)
            store.backup(LOCAL, folder / "night")
            assert [path.name for path in folder.iterdir()] == ["night"]
        assert other.restore(LOCAL, folder / "night") == rows


def test_a_killed_migration_is_done_or_not_begun(kind, new_url):
    chance, url = random.Random(FEW), new_url(kind)
    with open_store(url, check=False) as store:
        store.save(LOCAL, many(LINES))
        for _ in range(FEW):
            killed(url, 0, migrate_for_ever, chance, 1.5)
            store.migrate(LOCAL)
            assert whole(store)
            assert len(store.flows(LOCAL).offers) == LINES
