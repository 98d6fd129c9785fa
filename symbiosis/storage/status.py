"""The state of a store: its tables, what they hold, and whether its past is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import URL, Connection, func, select

from symbiosis.errors import Message
from symbiosis.storage import checking, places, schema
from symbiosis.storage.tables import METADATA


@dataclass(frozen=True)
class Status:
    """The state of a store.

    Parameters
    ----------
    address
        Where it is, without its password.
    schema
        The state of the tables.
    rows
        How many rows of each table; empty when the tables are not ready.
    broken_at
        The first line of the audit log that was altered or removed, None when it is whole.
    head
        The end of the log, ``LINE:DIGEST``: kept elsewhere, it shows a log that was rewritten.
    faults
        What else of the past is not as the log tells, a sentence each.
    """

    address: str
    schema: schema.Schema
    rows: Mapping[str, int]
    broken_at: int | None
    head: str = ""
    faults: tuple[Message, ...] = ()


def status(connection: Connection, url: URL) -> Status:
    """Return the state of a store; only reads.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    url
        Where it is.
    """
    tables, address = schema.look(connection), places.shown(url)
    if tables.state is not schema.State.READY:
        return Status(address, tables, {}, None)
    counts = {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in METADATA.sorted_tables
    }
    return Status(
        address, tables, counts, checking.broken_at(connection), checking.head_line(connection),
        checking.faults(connection),
    )  # fmt: skip
