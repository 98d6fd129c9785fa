"""Whether the past is whole: the log, what it commits to, what it tells of, and its triggers.

What an owner of the database can still do is to rewrite all of it, log and head and tables, so that
everything fits again. Only a copy of the head that was kept on another machine shows that:
``symbiosis store status`` prints it and, given one of before, looks for its line (`head_line`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select, text

from symbiosis.errors import Message, say
from symbiosis.storage import keyed
from symbiosis.storage.chain import START, line_digest, row_digest, rows_digest, study_digest
from symbiosis.storage.migrations.guards import FUNCTIONS, table_of, triggers
from symbiosis.storage.tables import (
    AUDIT,
    AUDIT_HEAD,
    GRANTS,
    HISTORY,
    PUBLISHED_FIGURES,
    STUDIES,
    STUDY_TABLES,
    TOKENS,
    UPLOADS,
    USERS,
)


@dataclass
class Told:
    """What the lines of the log say, for the tables to be compared with.

    Parameters
    ----------
    uploads, studies
        By identifier: the counts of an upload, the digest of a study ("" where an older version
        kept none).
    since
        The identifiers that a way down to an older version cannot have removed.
    tokens, accounts
        The tokens that were issued; the roles last granted to each account.
    figures, figures_since
        How many figures were published, and since the last way down.
    erased
        How many rows of history were erased.
    """

    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    studies: dict[str, str] = field(default_factory=dict)
    since: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    accounts: dict[str, list[str]] = field(default_factory=dict)
    figures: int = 0
    figures_since: int = 0
    erased: int = 0

    def line(self, action: str, key: str, detail: dict[str, Any]) -> None:
        """Take one line of the log in."""
        self.erased += int(detail.get("erased", 0))
        if action == "migrate":
            self.since, self.figures_since = set(), 0
        elif action == "upload":
            self.uploads[key] = detail
            self.since.add(key)
        elif action == "keep" and "inputs" in detail:
            self.studies[key] = detail.get("digest", "")
            self.since.add(key)
        elif action == "issue":
            self.tokens.add(key)
        elif action == "grant":
            self.accounts[key] = detail["roles"]
        elif action == "publish":
            self.figures += detail["figures"]
            self.figures_since += detail["figures"]


def broken_at(connection: Connection) -> int | None:
    """Return the number of the first line that was altered or removed, or None when all is well."""
    before, number = START, 0
    lines = connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings()
    for number, row in enumerate(lines, start=1):
        whole = row["seq"] == number and row["before"] == before
        if not whole or row["digest"] != line_digest(row):
            return number
        before = row["digest"]
    head = connection.execute(select(AUDIT_HEAD)).first()
    if head is None:
        return 1 if number else None
    if head.seq > number:
        return number + 1
    return None if (head.seq, head.digest) == (number, before) else int(head.seq)


def head_line(connection: Connection) -> str:
    """Return the end of the log as ``LINE:DIGEST``, to be kept elsewhere; "" while it is empty."""
    head = connection.execute(select(AUDIT_HEAD)).first()
    return f"{head.seq}:{head.digest}" if head else ""


def holds(connection: Connection, head: str) -> bool:
    """Return whether a head of before (`head_line`) is still a line of the log."""
    number, _, digest = head.strip().partition(":")
    if not number.isdecimal() or len(number) > 18:
        return False
    line = select(AUDIT.c.digest).where(AUDIT.c.seq == int(number))
    return bool(digest) and connection.execute(line).scalar() == digest


def faults(connection: Connection) -> tuple[Message, ...]:
    """Return what does not fit, beside the chain itself (`broken_at`); nothing when all does."""
    told = Told()
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)):
        try:
            told.line(row.action, row.key, json.loads(row.detail))
        except (ValueError, KeyError, TypeError):
            continue  # an altered line, which `broken_at` names
    return (
        *_history(connection, told), *_uploads(connection, told), *_studies(connection, told),
        *_accounts(connection, told), *_figures(connection, told), *_triggers(connection),
    )  # fmt: skip


def _history(connection: Connection, told: Told) -> Iterator[Message]:
    """Yield the first row of history that was altered, removed or added."""
    ends = select(AUDIT.c.history_to, AUDIT.c.history).where(AUDIT.c.history != "")
    batches = iter(connection.execute(ends.order_by(AUDIT.c.seq)).all())
    batch, digests, erased, number = next(batches, None), [], 0, 0
    rows = connection.execute(select(HISTORY).order_by(HISTORY.c.seq)).mappings()
    for number, row in enumerate(rows, start=1):
        gone = row["salt"] == row["changes"] == ""
        erased += gone
        digests.append(row["digest"])
        wrong = row["seq"] != number or not (gone or row["digest"] == row_digest(row))
        if batch is not None and batch.history_to == number:
            wrong |= batch.history != rows_digest(digests)
            batch, digests = next(batches, None), []
        if wrong:
            yield say("Line {line} of the history was altered, removed or added.", line=number)
            return
    if batch is not None or digests:
        yield say("Line {line} of the history was altered, removed or added.", line=number + 1)
    if erased > told.erased:
        yield say(
            "{count} lines of the history were erased without a word in the audit log.",
            count=erased - told.erased,
        )


def _uploads(connection: Connection, told: Told) -> Iterator[Message]:
    rows = {row.upload_id: row for row in connection.execute(select(UPLOADS))}
    wrong = {key for key in told.uploads.keys() & told.since if key not in rows}
    for key, row in rows.items():
        counts = told.uploads.get(key)
        if counts is None or any(getattr(row, name) != n for name, n in counts.items()):
            wrong.add(key)
    if wrong:
        yield say("{count} uploads are not as the audit log tells.", count=len(wrong))


def _studies(connection: Connection, told: Told) -> Iterator[Message]:
    parts: dict[str, dict[str, str]] = {}
    altered = set()
    for part in connection.execute(select(STUDY_TABLES)):
        parts.setdefault(part.study_id, {})[part.name] = part.digest
        if hashlib.sha256(part.content).hexdigest() != part.digest:
            altered.add(part.study_id)
    rows = {row["study_id"]: row for row in connection.execute(select(STUDIES)).mappings()}
    altered |= parts.keys() - rows.keys()
    for key, row in rows.items():
        digest = study_digest(row, parts.get(key, {}))
        # Of a study that an older version kept, the log holds the digest itself.
        if told.studies.get(key) not in (digest, keyed.study_mark(connection, digest) or digest):
            altered.add(key)
    altered |= {key for key in told.studies.keys() & told.since if key not in rows}
    if altered:
        yield say("{count} studies are not as the audit log tells.", count=len(altered))


def _accounts(connection: Connection, told: Told) -> Iterator[Message]:
    roles: dict[str, set[str]] = {row.user_id: set() for row in connection.execute(select(USERS))}
    for row in connection.execute(select(GRANTS)):
        roles.setdefault(row.user_id, set()).add(f"{row.role}:{row.scope}")
    wrong = sum(granted != set(told.accounts.get(key, ())) for key, granted in roles.items())
    wrong += sum(key not in told.accounts for key, granted in roles.items() if not granted)
    if wrong:
        yield say("{count} accounts have other roles than the audit log tells.", count=wrong)
    tokens = set(connection.execute(select(TOKENS.c.token_id)).scalars())
    if tokens - told.tokens:
        count = len(tokens - told.tokens)
        yield say("{count} tokens were issued without a word in the audit log.", count=count)


def _figures(connection: Connection, told: Told) -> Iterator[Message]:
    count = connection.execute(select(func.count()).select_from(PUBLISHED_FIGURES)).scalar_one()
    if not told.figures_since <= count <= told.figures:
        yield say("The published figures are not as the audit log tells.")


def _triggers(connection: Connection) -> Iterator[Message]:
    """Yield the tables whose triggers are not those of the migrations."""
    dialect = connection.dialect.name
    wanted = triggers(dialect)
    whole = _on_postgresql(connection) if dialect == "postgresql" else _on_sqlite(connection)
    tables = sorted({table_of(name) for name in wanted if name not in whole})
    if tables:
        yield say(
            "The triggers that keep the past as it is are gone or changed: {tables}.",
            tables=", ".join(tables),
        )


def _on_sqlite(connection: Connection) -> set[str]:
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    wanted = triggers("sqlite")
    return {row.name for row in rows if wanted.get(row.name) == row.sql}


def _on_postgresql(connection: Connection) -> set[str]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, t.tgenabled, p.proname, p.prosrc, pg_get_triggerdef(t.oid) AS said "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
    )
    wanted = triggers("postgresql")
    return {
        row.tgname
        for row in rows
        if row.tgenabled in ("O", "A")
        and FUNCTIONS.get(row.proname) == row.prosrc
        and _same(row.said, wanted.get(row.tgname, ""))
    }


def _same(one: str, other: str) -> bool:
    """Return whether two statements make one trigger: PostgreSQL writes it in its own order."""
    words = [set(text_.replace("public.", "").replace("()", "").split()) for text_ in (one, other)]
    return words[0] == words[1]
