"""The digests that hold the past together: of a line of the log, of a row of history, of a study.

The log is one chain: each line holds the digest of the line before it, of the rows of history that
were added since, and of the study that it tells of. What must be erasable stands outside of it. A
person is a reference into the table ``people``; what a row of history says goes into its digest
together with a random salt, so that once both are gone nobody can check a guess.

The forms are those of the sixth migration, which made them for what was there before: another form
gets another name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping

from symbiosis.storage.rows import canonical

START = "0" * 64
Row = Mapping[str, Any] | RowMapping
_ROW = ("seq", "kind", "key", "firm_id", "action", "version", "at", "by", "upload_id", "changes")
_STUDY = ("study_id", "name", "created_at", "created_by", "inputs_digest", "scenario",
          "certificate", "versions")  # fmt: skip


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def line_digest(line: Row) -> str:
    """Return the digest of a line of the audit log: of every column but its digest."""
    return _sha256(canonical({n: _said(v) for n, v in line.items() if n != "digest"}))


def row_digest(row: Row) -> str:
    """Return the digest of a row of history and its salt."""
    return _sha256(f"{row['salt']}\x1f{canonical([_said(row[name]) for name in _ROW])}")


def rows_digest(digests: Iterable[str]) -> str:
    """Return the digest of several rows of history, by theirs; "" for none."""
    joined = "".join(digests)
    return _sha256(joined) if joined else ""


def study_digest(study: Row, tables: Mapping[str, str]) -> str:
    """Return the digest of a kept study: of its row, and the digests of its tables."""
    return _sha256(canonical([*(_said(study[name]) for name in _STUDY), dict(tables)]))
