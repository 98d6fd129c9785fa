"""The audit log: who did what to what, when; it can only grow, and a hole in it shows.

The database refuses to change or delete a line (`triggers`). Each line holds the digest of the line
before it and of the rows of history since (`chain`), and the table ``audit_head`` that of the last
one, so that whoever gets round the triggers still cannot alter the past unseen. Whoever owns the
database can rewrite all of it; a copy of the head elsewhere shows that too (`checking`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row, Table, func, select

from symbiosis.storage import people
from symbiosis.storage.bulk import fetch, insert, records
from symbiosis.storage.chain import START, line_digest, row_digest, rows_digest
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import canonical
from symbiosis.storage.tables import AUDIT, AUDIT_HEAD, HISTORY, now


def next_seq(connection: Connection, table: Table) -> int:
    """Return the next number of a table that only grows; call it as the only writer."""
    last = connection.execute(select(func.max(table.c.seq))).scalar()
    return int(last or 0) + 1


def moment(connection: Connection) -> datetime:
    """Return this moment, never before the last line of the log.

    So a clock that is set back wakes nothing that had ended by then.
    """
    last = _last(connection)
    return max(now(), last.at) if last else now()


def _last(connection: Connection) -> Row[tuple[object, ...]] | None:
    return connection.execute(select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(1)).first()


def write(
    connection: Connection,
    who: Principal,
    action: str,
    what: tuple[str, str],
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add a line, in the transaction of what it tells of and after its rows of history.

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
        Counts and names of fields; never a quantity, a price, a name or a contact.
    """
    last = _last(connection)
    before = last.history_to if last else 0
    fresh = select(HISTORY.c.seq, HISTORY.c.digest).where(HISTORY.c.seq > before)
    rows = connection.execute(fresh.order_by(HISTORY.c.seq)).all()
    line = {
        "seq": (last.seq if last else 0) + 1,
        "at": moment(connection),
        "by": people.reference(connection, who.name),
        "action": action,
        "kind": what[0],
        "key": what[1],
        "detail": canonical(dict(detail or {})),
        "before": last.digest if last else START,
        "history_to": rows[-1].seq if rows else before,
        "history": rows_digest(row.digest for row in rows),
    }
    digest = line_digest(line)
    connection.execute(AUDIT.insert(), {**line, "digest": digest})
    head = {"seq": line["seq"], "digest": digest}
    if not connection.execute(AUDIT_HEAD.update().values(**head)).rowcount:
        connection.execute(AUDIT_HEAD.insert(), {"id": 1, **head})


def read(connection: Connection, limit: int = 1000) -> pd.DataFrame:
    """Return the last lines, newest first, ``detail`` as a mapping, with the names of people."""
    columns = [column for column in AUDIT.c if column.name not in {"history_to", "history"}]
    table = fetch(connection, select(*columns).order_by(AUDIT.c.seq.desc()).limit(limit))
    table["detail"] = [json.loads(text) for text in table["detail"]]
    table["by"] = people.named(table["by"], people.names(connection))
    return table


def remember(connection: Connection, who: Principal, upload_id: str, rows: pd.DataFrame) -> None:
    """Add lines to the history of rows; `write` then puts them in the chain.

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
    told = people.put_away(connection, rows).assign(
        seq=numbered, at=moment(connection), by=people.reference(connection, who.name),
        upload_id=upload_id, salt=[secrets.token_hex(16) for _ in range(len(rows))],
    )  # fmt: skip
    told["digest"] = [row_digest(row) for row in records(told)]
    insert(connection, HISTORY, told)


def erase_history(connection: Connection, rows: list[int]) -> int:
    """Take out of rows of history what they say, and the salts; their digests stay.

    Parameters
    ----------
    connection
        Inside `engine.writing`; the line that tells of it must say how many (``erased``).
    rows
        Their numbers.

    Returns
    -------
    int
        How many were not empty yet.
    """
    count = 0
    for start in range(0, len(rows), 5_000):
        some = HISTORY.c.seq.in_(rows[start : start + 5_000]) & (HISTORY.c.salt != "")
        done = connection.execute(HISTORY.update().where(some).values(changes="", salt=""))
        count += done.rowcount
    return count
