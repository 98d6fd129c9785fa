"""Persons, outside of the past that nobody may change: there they are references into this table.

A reference is random and tells nothing. Once a person's row is gone, the past still holds together
and no longer says who it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from uuid import uuid4

import pandas as pd
from sqlalchemy import Connection, select

from symbiosis.storage.rows import canonical
from symbiosis.storage.tables import PEOPLE

# Whoever was erased.
NOBODY = "–"
_MARK = "p:"
# Of which rows of history which fields name a person.
_NAMING = {"firms": ("contact",), "synergies": ("owner",)}


def references(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return the reference of each name, new ones for those that have none; "" stays "".

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    names
        Logins, contacts and whatever else names a person.
    """
    wanted = sorted({name for name in names if name})
    known = {"": ""}
    for start in range(0, len(wanted), 500):
        some = PEOPLE.c.name.in_(wanted[start : start + 500])
        rows = connection.execute(select(PEOPLE.c.name, PEOPLE.c.person_id).where(some))
        known.update({row.name: row.person_id for row in rows})
    fresh = {name: f"{_MARK}{uuid4().hex}" for name in wanted if name not in known}
    if fresh:
        rows_ = [{"person_id": ref, "name": name} for name, ref in fresh.items()]
        connection.execute(PEOPLE.insert(), rows_)
    return known | fresh


def reference(connection: Connection, name: str) -> str:
    """Return the reference of one name (`references`)."""
    return references(connection, [name])[name]


def names(connection: Connection) -> dict[str, str]:
    """Return the name behind each reference."""
    rows = connection.execute(select(PEOPLE.c.person_id, PEOPLE.c.name))
    return {row.person_id: row.name for row in rows}


def named(column: pd.Series, known: Mapping[str, str], erased: str = NOBODY) -> pd.Series:
    """Return a column of references as names; `NOBODY` for those who were erased."""
    texts = [known.get(t, erased if t.startswith(_MARK) else t) for t in column]
    return pd.Series(texts, index=column.index, dtype="str")


def put_away(connection: Connection, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of history with references in the place of persons."""
    changes = [
        (i, json.loads(text))
        for i, (kind, text) in enumerate(zip(rows["kind"], rows["changes"], strict=True))
        if any(f'"{field}":' in text for field in _NAMING.get(kind, ()))
    ]
    if not changes:
        return rows
    kinds, texts = rows["kind"].tolist(), rows["changes"].tolist()
    said = {
        value
        for i, change in changes
        for field in _NAMING[kinds[i]]
        for value in change.get(field, ())
        if value
    }
    known = references(connection, said)
    for i, change in changes:
        for field in _NAMING[kinds[i]]:
            if field in change:
                change[field] = [known[value] if value else value for value in change[field]]
        texts[i] = canonical(change)
    return rows.assign(changes=texts)


def brought_back(
    changes: dict[str, list[object]], known: Mapping[str, str]
) -> dict[str, list[object]]:
    """Return what a row of history says with the names of those who were not erased."""

    def name(value: object) -> object:
        if isinstance(value, str) and value.startswith(_MARK):
            return known.get(value, NOBODY)
        return value

    return {field: [name(value) for value in pair] for field, pair in changes.items()}
