"""What has been kept as long as it may be goes while a server runs, not only when it starts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from symbiosis.api.logs import LOGGER
from symbiosis.storage.principals import Principal, operator

DAY_S = 24 * 3600.0


class Retaining(Protocol):
    """A store, as far as this is concerned."""

    def retain(self, who: Principal) -> dict[str, int]:
        """Remove what is over."""
        ...


@contextmanager
def retained(store: Retaining, every_s: float = DAY_S) -> Iterator[None]:
    """Remove what is over now, then again and again until the end of the block.

    Parameters
    ----------
    store
        Where.
    every_s
        How long after the last time, in seconds. A time that fails is logged, and tried again then.
    """
    store.retain(operator("serve"))
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(every_s):
            try:
                store.retain(operator("serve"))
            except Exception:  # noqa: BLE001 - logged; the server goes on and tries again
                LOGGER.exception("retention failed")

    thread = threading.Thread(target=go_on, name="retention", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
