"""The audit log: who did what to what, when; it can only grow, and a hole in it shows.

The database refuses to change or delete a line (triggers of the first migration). Each line holds
the digest of the line before it, so that whoever gets round the triggers still cannot alter the
past unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, func, select

from symbiosis.storage.bulk import fetch, insert
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import canonical
from symbiosis.storage.tables import AUDIT, HISTORY, now

_START = "0" * 64


def next_seq(connection: Connection, table: Table) -> int:
    """Return the next number of a table that only grows; call it as the only writer."""
    last = connection.execute(select(func.max(table.c.seq))).scalar()
    return int(last or 0) + 1


def _digest(line: Mapping[str, Any]) -> str:
    said = {**line, "at": line["at"].isoformat(timespec="microseconds")}
    said.pop("digest", None)
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def write(
    connection: Connection,
    who: Principal,
    action: str,
    what: tuple[str, str],
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add a line, in the transaction of what it tells of.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who did it.
    action
        What was done.
    what
        To which kind of thing, and to which one.
    detail
        Counts and names of fields; never a quantity, a price or a contact.
    """
    last = connection.execute(
        select(AUDIT.c.seq, AUDIT.c.digest).order_by(AUDIT.c.seq.desc()).limit(1)
    ).first()
    line = {
        "seq": (last.seq if last else 0) + 1,
        "at": now(),
        "by": who.name,
        "action": action,
        "kind": what[0],
        "key": what[1],
        "detail": canonical(dict(detail or {})),
        "before": last.digest if last else _START,
    }
    connection.execute(AUDIT.insert(), {**line, "digest": _digest(line)})


def read(connection: Connection, limit: int = 1000) -> pd.DataFrame:
    """Return the last lines, newest first; columns of the table, ``detail`` as a mapping."""
    table = fetch(connection, select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(limit))
    table["detail"] = [json.loads(text) for text in table["detail"]]
    return table


def broken_at(connection: Connection) -> int | None:
    """Return the number of the first line that was altered or removed, or None when all is well."""
    before = _START
    lines = connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings()
    for seq, row in enumerate(lines, start=1):
        if row["seq"] != seq or row["before"] != before or row["digest"] != _digest(dict(row)):
            return seq
        before = row["digest"]
    return None


def remember(connection: Connection, who: Principal, upload_id: str, rows: pd.DataFrame) -> None:
    """Add lines to the history of rows.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who changed them.
    upload_id
        With which upload, or "".
    rows
        Columns ``kind``, ``key``, ``firm_id``, ``action``, ``version`` (the one that ends) and
        ``changes`` (field → [before, after], as canonical JSON).
    """
    if rows.empty:
        return
    first = next_seq(connection, HISTORY)
    numbered = np.arange(first, first + len(rows))
    told = rows.assign(seq=numbered, at=now(), by=who.name, upload_id=upload_id)
    insert(connection, HISTORY, told)
