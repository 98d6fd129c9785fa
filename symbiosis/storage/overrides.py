"""The territory's own values in place of the catalogue's: who said so, when, and from where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from sqlalchemy import ColumnElement, Connection, select

from symbiosis.catalogue import Catalogue, load
from symbiosis.catalogue.load import cells_in
from symbiosis.errors import StorageError, say
from symbiosis.factors.table import FactorTable
from symbiosis.storage import audit, bulk, people
from symbiosis.storage.access import Action, Kind, require, require_any
from symbiosis.storage.choices import label, meanwhile
from symbiosis.storage.failures import Conflict
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import canonical, keepable
from symbiosis.storage.tables import HISTORY, OVERRIDES, now
from symbiosis.text_cleaning import clean

_KEY = ("table_name", "row_id", "field")


class Cell(NamedTuple):
    """One cell of the catalogue as the territory wants it.

    Parameters
    ----------
    table_name, row_id, field
        Where it stands.
    value, source
        What it holds, and where that comes from.
    version
        The version that whoever writes had before their eyes; 0 for a cell of their own that is
        new.
    """

    table_name: str
    row_id: str
    field: str
    value: str
    source: str
    version: int = 0


def put(connection: Connection, who: Principal, cells: Iterable[Cell]) -> int:
    """Put values of the territory's own in place of the catalogue's, all of them or none.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An administrator, or an officer of every territory: the values are those of all.
    cells
        What to write. A value that stands there already, from the same source, is left alone.

    Returns
    -------
    int
        How many cells changed.

    Raises
    ------
    DataError
        If the catalogue would no longer pass the check that the bundled one passes.
    Conflict
        If someone else changed a cell meanwhile.
    StorageError
        If a cell has no source.
    """
    require(who, Kind.OVERRIDE, Action.WRITE)
    changed = [name for cell in cells if (name := _put(connection, who, _clean(cell)))]
    if changed:
        _check(connection)
        detail = {"cells": len(changed), "first": changed[0]}
        audit.write(connection, who, "override", ("catalogue", _row(changed)), detail)
    return len(changed)


def _row(names: list[str]) -> str:
    """Return the one row that cells stand in, or "" when they stand in several."""
    rows = {name.rsplit("/", 1)[0] for name in names}
    return rows.pop() if len(rows) == 1 else ""


def _clean(cell: Cell) -> Cell:
    table_name, row_id, field = (label(text) for text in cell[:3])
    for text in (cell.value, cell.source):
        if not keepable(text):
            raise StorageError(say("A value holds a character that no database keeps."))
    value, source = clean(cell.value).strip(), clean(cell.source).strip()
    if not source:
        raise StorageError(say("A value of the territory's own needs its source."))
    return Cell(table_name, row_id, field, value, source, cell.version)


def _where(table_name: str, row_id: str, field: str = "") -> ColumnElement[bool]:
    row = (OVERRIDES.c.table_name == table_name) & (OVERRIDES.c.row_id == row_id)
    return row & (OVERRIDES.c.field == field) if field else row


def _put(connection: Connection, who: Principal, cell: Cell) -> str:
    """Write one cell; return its name, or "" when it stands there already."""
    where = _where(*cell[:3])
    row = connection.execute(select(OVERRIDES).where(where)).mappings().first()
    current = dict(row) if row else {}
    if current and (current["value"], current["source"]) == (cell.value, cell.source):
        return ""
    meanwhile(current, cell.version)
    if cell.version and not current:
        raise Conflict(say("This value was taken back meanwhile; yours was not saved."), {})
    values = {"value": cell.value, "source": cell.source, "changed_at": now(),
              "changed_by": who.name}  # fmt: skip
    if current:
        connection.execute(
            OVERRIDES.update().where(where).values(version=cell.version + 1, **values)
        )
    else:
        place = dict(zip(_KEY, cell[:3], strict=True))
        connection.execute(OVERRIDES.insert(), {**place, "version": 1, **values})
    after = {"value": cell.value, "source": cell.source}
    _remember(connection, who, cell[:3], current, after)
    return "/".join(cell[:3])


def _remember(
    connection: Connection,
    who: Principal,
    place: tuple[str, ...],
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    changes = {name: [before.get(name), after.get(name)] for name in ("value", "source")}
    action = "changed" if before and after else "added" if after else "removed"
    line = {"kind": "overrides", "key": "/".join(place), "firm_id": "", "action": action,
            "version": before.get("version", 0), "changes": canonical(changes)}  # fmt: skip
    audit.remember(connection, who, "", pd.DataFrame([line]))


def drop(connection: Connection, who: Principal, table_name: str, row_id: str) -> int:
    """Go back to the bundled row, or to none where the row was the territory's own.

    Returns
    -------
    int
        How many cells were removed; the history keeps them.

    Raises
    ------
    DataError
        If another row of the territory's own rests on this one.
    """
    require(who, Kind.OVERRIDE, Action.WRITE)
    where = _where(table_name, row_id)
    gone = connection.execute(select(OVERRIDES).where(where)).mappings().all()
    for row in gone:
        _remember(connection, who, tuple(row[name] for name in _KEY), dict(row), {})
    if gone:
        connection.execute(OVERRIDES.delete().where(where))
        _check(connection)
        key = f"{table_name}/{row_id}"
        detail = {"cells": len(gone), "dropped": True}
        audit.write(connection, who, "override", ("catalogue", key), detail)
    return len(gone)


def _check(connection: Connection) -> None:
    """Go on if the catalogue with these values passes every check of the bundled one."""
    FactorTable.of(load(cells=_read(connection)).factors)


def _read(connection: Connection) -> pd.DataFrame:
    return bulk.fetch(connection, select(OVERRIDES).order_by(*(OVERRIDES.c[n] for n in _KEY)))


def listed(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the territory's own values: columns of the table ``overrides``."""
    require_any(who, Kind.OVERRIDE)
    return _read(connection)


def history(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return what happened to the territory's own values, newest first.

    Returns
    -------
    pandas.DataFrame
        Columns ``at``, ``by``, ``key`` (table/row/column), ``action``, ``before``, ``after`` and
        ``source``.
    """
    require_any(who, Kind.OVERRIDE)
    lines = select(HISTORY).where(HISTORY.c.kind == "overrides").order_by(HISTORY.c.seq.desc())
    table = bulk.fetch(connection, lines)
    table["by"] = people.named(table["by"], people.names(connection))
    nothing = {"value": ["", ""], "source": ["", ""]}
    changes = [json.loads(text) if text else nothing for text in table["changes"]]
    table["before"] = [change["value"][0] or "" for change in changes]
    table["after"] = [change["value"][1] or "" for change in changes]
    table["source"] = [change["source"][1] or "" for change in changes]
    return table[["at", "by", "key", "action", "before", "after", "source"]]


def catalogue(connection: Connection, who: Principal) -> Catalogue:
    """Return the catalogue with the territory's own values; the bundled one where there are none.

    Raises
    ------
    DataError
        If a value no longer fits, say after an update: it is named, and not left out in silence.
    """
    return load(cells=listed(connection, who))


def cells_from(folder: Path | str, known: pd.DataFrame) -> list[Cell]:
    """Return the cells in which a user's own tables differ from the bundled ones.

    Parameters
    ----------
    folder
        CSV tables named and columned like the bundled ones.
    known
        From `listed`: the versions.
    """
    found = cells_in(folder)
    versions = known.set_index(list(_KEY))["version"].to_dict()
    rows = found.itertuples(index=False, name=None)
    return [
        Cell(table, row, field, value, source, versions.get((table, row, field), 0))
        for table, row, field, value, source in rows
    ]
