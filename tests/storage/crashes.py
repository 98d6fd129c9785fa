"""What children of the tests do; a small fork server imports it once, so that one costs a fork."""

from dataclasses import replace
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from symbiosis.storage import LOCAL, open_store
from tests.storage.worlds import many, three_exchanges

LINES = 60


def forks():
    """Return where children come from: forks of one parent that has imported everything."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.storage.crashes"])
    return context


def upload_for_ever(url, start, ready):
    """Give every line the quantity n, then n + 1, and so on, until killed."""
    declared = many(LINES)
    with open_store(url) as store:
        number = start
        ready.send(number)
        while True:
            offers = declared.offers.assign(quantity=float(number))
            store.save(LOCAL, replace(declared, offers=offers), origin=str(number))
            ready.send(number)
            number += 1


def upload_once(job):
    """Upload ``(url, number, lines)`` under names of its own and return how many rows are new."""
    url, number, lines = job
    with open_store(url) as store:
        declared = many(lines, float(number), prefix=f"u{number}x")
        return store.save(LOCAL, declared, origin=str(number)).added


def study_for_ever(url, start, ready):
    """Keep a study again and again, until killed."""
    study = three_exchanges()
    with open_store(url) as store:
        ready.send(start)
        while True:
            store.keep_study(LOCAL, study, "again")
            ready.send(start)


def publish_for_ever(url, start, ready):
    """Give every firm another quantity and publish, again and again, until killed."""
    declared = many(LINES)
    with open_store(url) as store:
        ready.send(start)
        for number in count(start):
            offers = declared.offers.assign(quantity=float(2**number % 1_000_003))
            store.save(LOCAL, replace(declared, offers=offers))
            store.publish(LOCAL)
            ready.send(number)


def back_up_for_ever(url, path, ready):
    """Write a backup to one file again and again, until killed."""
    with open_store(url) as store:
        ready.send(0)
        while True:
            store.backup(LOCAL, Path(path))
            ready.send(0)


def migrate_for_ever(url, start, ready):
    """Go down to an older version and up again, until killed."""
    with open_store(url, check=False) as store:
        ready.send(start)
        while True:
            store.migrate(LOCAL, "0004")
            store.migrate(LOCAL)
            ready.send(start)
