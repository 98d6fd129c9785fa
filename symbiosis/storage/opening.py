"""Opening a store by its address: made, brought up to date or refused, as its caller asks."""

from __future__ import annotations

import weakref
from contextlib import ExitStack

from symbiosis.errors import StorageError
from symbiosis.storage import migrating, places, schema
from symbiosis.storage.engine import open_engine
from symbiosis.storage.principals import local
from symbiosis.storage.store import Store


def open_store(url: str | None = None, *, create: bool = False, check: bool = True) -> Store:
    """Open the store.

    Parameters
    ----------
    url
        Its address (`places.address`).
    create
        Whether to make it, or bring it up to date, when it is not ready.
    check
        Whether to refuse a store whose tables are not ready; without it only `Store.status` and
        `Store.migrate` are of use.

    Raises
    ------
    StorageError
        If it cannot be opened, in a sentence that says what to do.
    """
    where = places.address(url)
    if not create and places.is_missing(where):
        raise StorageError(schema.REFUSALS[schema.State.EMPTY])
    if create:
        places.prepare(where)
    engine, made = open_engine(where), None
    with ExitStack() as refused:
        refused.callback(engine.dispose)
        if create:
            made = migrating.migrate(engine, where, local())
        if check:
            schema.require_ready(engine)
        refused.pop_all()
    store = Store(where, engine, made.backup if made else "")
    # A store that a page's cache drops without a word gives its connections back all the same.
    weakref.finalize(store, engine.dispose)
    return store
