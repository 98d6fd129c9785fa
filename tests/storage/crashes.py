"""A child that uploads without end, for a parent that kills it; imported by a small fork server."""

from symbiosis.storage import LOCAL, open_store
from tests.storage.worlds import many

LINES = 60


def upload_for_ever(url, start, ready):
    """Give every line the quantity n, then n + 1, and so on, until killed."""
    with open_store(url) as store:
        number = start
        ready.send(number)
        while True:
            store.save(LOCAL, many(LINES, float(number)), origin=str(number))
            ready.send(number)
            number += 1
