"""Connections: one writer at a time, readers on a snapshot, on either kind of database.

A write holds the store alone from its first statement (``BEGIN IMMEDIATE`` on SQLite, a
transaction-long advisory lock on PostgreSQL): uploads take a second, so waiting is simpler than
merging, and counters and the chain of the audit log need no other lock. Readers never wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from symbiosis.storage.failures import translated

# How long a write waits for the others before it gives up, in seconds.
PATIENCE_S = 60
_WRITER = 0x73796D62  # "symb": the key of the advisory lock
_WRITES = "symbiosis_writes"


def open_engine(url: URL) -> Engine:
    """Return an engine; nothing is read or written yet.

    Parameters
    ----------
    url
        From `places.address`.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url, pool_size=5, max_overflow=15, pool_timeout=PATIENCE_S, pool_pre_ping=True,
        hide_parameters=True, connect_args={"connect_timeout": 10},
    )  # fmt: skip


def _sqlite(url: URL) -> Engine:
    pool: dict[str, Any] = {"pool_size": 5, "max_overflow": 60, "pool_timeout": PATIENCE_S}
    in_memory = url.database in {None, "", ":memory:"}
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": PATIENCE_S},
        **({} if in_memory else pool),
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    """Set up one SQLite connection; a power cut loses nothing either (``synchronous=FULL``)."""
    del record
    connection.isolation_level = None  # we say BEGIN ourselves, so that DDL is transactional too
    cursor = connection.cursor()
    for name, value in (
        ("journal_mode", "WAL"), ("synchronous", "FULL"), ("foreign_keys", "ON"),
        ("trusted_schema", "OFF"),
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a snapshot: everything read inside is of one moment."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        translated(),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that is alone in writing; all of it is kept, or nothing."""
    with (
        translated(),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER})
        yield connection
