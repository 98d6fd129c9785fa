"""What children of the tests do; a small fork server imports it once, so that one costs a fork."""

from dataclasses import replace
from multiprocessing import get_context

from symbiosis.storage import LOCAL, open_store
from tests.storage.worlds import many

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
