"""Where free texts name a person: notes, reasons, remarks of a file, sources, labels.

The tables that say who did what hold references (`people`). What people write is theirs to word,
and may name anybody; at an erasure it is searched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Column, Connection, Table, or_, select
from sqlalchemy.sql.elements import ColumnElement

from symbiosis.storage import audit, people
from symbiosis.storage.studies import unpack
from symbiosis.storage.tables import (
    FIRMS,
    FLOWS,
    HISTORY,
    OVERRIDES,
    STUDIES,
    STUDY_TABLES,
    SYNERGIES,
    TOKENS,
    UPLOADS,
)

# Where people write as they like.
_FREE: Mapping[Table, tuple[str, ...]] = {
    SYNERGIES: ("note", "reason", "next_step", "owner"),
    FLOWS: ("note", "extra"),
    FIRMS: ("contact", "source", "extra"),
    OVERRIDES: ("source",),
    TOKENS: ("label",),
    UPLOADS: ("origin",),
}
# Which tables of a kept study hold what somebody wrote.
_OF_STUDIES = ("firms", "offers", "needs", "skipped", "notes")
# A shorter name is part of too many words.
_SHORTEST = 3


@dataclass(frozen=True)
class Mentions:
    """What was done about the texts that named a person.

    Parameters
    ----------
    texts
        How many of them have `people.NOBODY` in the place of the name now.
    erased
        How many rows of history no longer say what they said, for they said it.
    studies
        How many kept studies still name the person: they stay as they were.
    """

    texts: int = 0
    erased: int = 0
    studies: int = 0


def blot_out(connection: Connection, names: Iterable[str]) -> Mentions:
    """Take the names of a person out of every text that may be changed.

    Parameters
    ----------
    connection
        Inside `engine.writing`; the line of the log that tells of it says how many rows of history
        were erased (``erased``).
    names
        Addresses and names, of at least three letters; found as whole words. An address is the same
        in capitals, a name is not: "Claire" is somebody, "claire" is not.
    """
    wanted = sorted({name for name in names if len(name) >= _SHORTEST})
    if not wanted:
        return Mentions()
    pattern = _pattern(wanted)
    texts = sum(_blot_table(connection, *one, wanted, pattern) for one in _FREE.items())
    said = [_mentions(HISTORY.c.changes, name) for name in wanted]
    rows = connection.execute(select(HISTORY.c.seq, HISTORY.c.changes).where(or_(*said)))
    found = [row.seq for row in rows if pattern.search(row.changes)]
    erased = audit.erase_history(connection, found)
    return Mentions(texts, erased, _studies(connection, pattern))


def _pattern(names: list[str]) -> re.Pattern[str]:
    parts = []
    for name in names:
        # JSON writes some letters otherwise.
        for form in sorted({name, json.dumps(name, ensure_ascii=False)[1:-1]}):
            word = re.escape(form)
            parts.append(f"(?i:{word})" if "@" in name else word)
    return re.compile(rf"(?<![\w@.+-])(?:{'|'.join(parts)})(?![\w@-])")


def _mentions(column: Column[str], name: str) -> ColumnElement[bool]:
    forms = {name, json.dumps(name, ensure_ascii=False)[1:-1]}
    return or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))


def _blot_table(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    names: list[str],
    pattern: re.Pattern[str],
) -> int:
    keys = list(table.primary_key.columns)
    some = or_(*(_mentions(table.c[column], name) for column in columns for name in names))
    rows = connection.execute(select(*keys, *(table.c[name] for name in columns)).where(some))
    count = 0
    for row in rows.mappings().all():
        texts = {name: pattern.sub(people.NOBODY, row[name]) for name in columns}
        changed = {name: text for name, text in texts.items() if text != row[name]}
        if changed:
            here = [key == row[key.name] for key in keys]
            # A page that still shows the old note would write it back under the old version.
            newer = {"version": SYNERGIES.c.version + 1} if table is SYNERGIES else {}
            connection.execute(table.update().where(*here).values(**changed, **newer))
            count += len(changed)
    return count


def _studies(connection: Connection, pattern: re.Pattern[str]) -> int:
    rows = connection.execute(select(STUDIES.c.study_id, STUDIES.c.name))
    naming = {row.study_id for row in rows if pattern.search(row.name)}
    written = STUDY_TABLES.c.name.in_(_OF_STUDIES)
    query = select(STUDY_TABLES.c.study_id, STUDY_TABLES.c.content).where(written)
    for row in connection.execute(query):
        if row.study_id not in naming and _says(unpack(row.content), pattern):
            naming.add(row.study_id)
    return len(naming)


def _says(table: pd.DataFrame, pattern: re.Pattern[str]) -> bool:
    """Return whether a text of a table names the person."""
    columns = [table[name] for name in table if table[name].dtype.kind not in "ifbM"]
    texts = (text for column in columns for text in column.unique() if isinstance(text, str))
    return any(pattern.search(text) for text in texts)
