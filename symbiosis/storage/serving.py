"""One server for one SQLite file: a second would keep its own memory of what it changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from symbiosis.errors import StorageError, say

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_server(url: URL) -> Iterator[None]:
    """Go on if no other server serves this file, and keep others out until the end.

    A server on PostgreSQL may have as many beside it as it likes. The lock is the system's: it ends
    with the process, however that ends.

    Parameters
    ----------
    url
        Of the store.

    Raises
    ------
    StorageError
        If another server has it.
    """
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        yield
        return
    path = Path(f"{url.database}.serving")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(descriptor):
            raise StorageError(
                say(
                    "Another server already serves {file}. Stop it first, or give both a "
                    "PostgreSQL database.",
                    file=Path(str(url.database)).name,
                )
            )
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Take the lock if nobody has it."""
    try:
        _lock(descriptor)
    except OSError:
        return False
    return True
