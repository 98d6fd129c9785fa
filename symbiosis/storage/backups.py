"""A backup: every row of one moment in one file, that either kind of database can take back.

The file is a ZIP of one Parquet table a table of the store, and ``manifest.json`` with the link of
the migration chain, the number of rows and the SHA-256 of each. A truncated or altered file is
refused before anything is written, and a restore is one transaction into an empty store.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import URL, Connection, DateTime, Engine, MetaData, Table, func, select

from symbiosis.errors import StorageError, say
from symbiosis.storage import schema
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.places import beside, whole_file
from symbiosis.storage.tables import METADATA, UtcTime, now

FORMAT = "symbiosis-backup-1"
_MANIFEST = "manifest.json"
# Tables of this version and of those before it.
_TABLES = frozenset(METADATA.tables) | {"published_places"}
# No table of an honest backup is larger than this once unpacked, in bytes.
_LARGEST = 8 * 2**30
_DAMAGED = say("This backup is truncated or damaged; nothing was restored. Take another one.")


def _arrow_type(python: type) -> Any:
    kinds = {
        str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(),
        bytes: pa.binary(), datetime: pa.timestamp("us", tz="UTC"),
    }  # fmt: skip
    return kinds[python]


def _schema(table: Table) -> Any:
    return pa.schema([(c.name, _arrow_type(c.type.python_type)) for c in table.columns])


def _pack(connection: Connection, table: Table) -> tuple[bytes, int]:
    rows = connection.execute(select(table).order_by(*table.primary_key)).all()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    packed = pa.table(
        [
            pa.array(column, field.type)
            for column, field in zip(columns, _schema(table), strict=True)
        ],
        schema=_schema(table),
    )
    buffer = io.BytesIO()
    pq.write_table(packed, buffer, compression="zstd")
    return buffer.getvalue(), len(rows)


def backup(engine: Engine, path: Path) -> dict[str, int]:
    """Write a backup; the file appears whole or not at all, and only its owner may read it.

    Parameters
    ----------
    engine
        Of the store.
    path
        Where; an older backup there is replaced once the new one is complete.

    Returns
    -------
    dict
        How many rows of each table.
    """
    with reading(engine) as connection:
        return write(connection, path)


def write(connection: Connection, path: Path) -> dict[str, int]:
    """Write a backup of what a connection sees (`backup`)."""
    counts: dict[str, int] = {}
    tables: dict[str, dict[str, object]] = {}
    revision, known = _known_tables(connection)
    try:
        with whole_file(path) as file, zipfile.ZipFile(file, "w") as archive:
            for table in known:
                content, counts[table.name] = _pack(connection, table)
                archive.writestr(f"{table.name}.parquet", content)
                tables[table.name] = {
                    "rows": counts[table.name],
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            manifest = {"format": FORMAT, "revision": revision, "at": now().isoformat(),
                        "tables": tables}  # fmt: skip
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    except OSError as error:
        raise StorageError(_unwritable(path, error)) from error
    return counts


def before_migration(connection: Connection, url: URL) -> str:
    """Write a backup before a store leaves its version, and return its name.

    Returns
    -------
    str
        "" where there is nothing to save, or nowhere to save it (a store in memory).

    Raises
    ------
    StorageError
        If it cannot be written; then nothing may be migrated.
    """
    if not any(schema.row_counts(connection).values()):
        return ""
    path = beside(url, schema.look(connection).revision)
    if path is None:
        return ""
    write(connection, path)
    return str(path)


def _unwritable(path: Path, error: OSError) -> Any:
    return say(
        "The backup {file} could not be written ({why}); any older one is untouched.",
        file=path.name,
        why=error.strerror or "disk error",
    )


def restore(engine: Engine, path: Path) -> dict[str, int]:
    """Put a backup into an empty store of either kind, in one transaction.

    Parameters
    ----------
    engine
        Of a store that was made (``symbiosis store init``) and holds nothing.
    path
        The backup.

    Returns
    -------
    dict
        How many rows of each table.

    Raises
    ------
    StorageError
        If the backup is damaged or of another version, or the store is not empty.
    """
    revision, contents = _read(path)
    with writing(engine) as connection:
        ours, tables = _known_tables(connection)
        if ours != revision:
            raise StorageError(
                say(
                    "This backup is of version {theirs} of the store and this one is of {ours}: "
                    "bring the store to {theirs} with “symbiosis store migrate --to {theirs}”.",
                    theirs=revision, ours=ours,
                )
            )  # fmt: skip
        if {table.name for table in tables} != set(contents):
            raise StorageError(_DAMAGED)
        for table in tables:
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise StorageError(
                    say("This store is not empty: restore into a new one. Nothing was changed.")
                )
        return {table.name: _unpack(connection, table, contents[table.name]) for table in tables}


def _known_tables(connection: Connection) -> tuple[str, list[Table]]:
    """Return the version of a store and the tables that it has, those that others point to first.

    Raises
    ------
    StorageError
        If it is not a whole store of this version or of an older one.
    """
    found = schema.look(connection)
    if found.state not in {schema.State.READY, schema.State.OLDER}:
        raise StorageError(schema.REFUSALS[found.state])
    if found.state is schema.State.READY:
        return found.revision, list(METADATA.sorted_tables)
    return found.revision, _reflected(connection)


def _reflected(connection: Connection) -> list[Table]:
    """Return the tables as an older version made them, with the columns that they had."""
    older = MetaData()
    older.reflect(connection)
    for table in older.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime):
                column.type = UtcTime()
    return [table for table in older.sorted_tables if table.name != schema.VERSION_TABLE]


def _read(path: Path) -> tuple[str, dict[str, bytes]]:
    """Return the version and the tables of a backup, every byte checked."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(entry.file_size > _LARGEST for entry in archive.infolist()):
                raise StorageError(_DAMAGED)
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest["format"] != FORMAT or not set(manifest["tables"]) <= _TABLES:
                raise StorageError(say("This is a backup of another version of symbiosis."))
            contents = {name: archive.read(f"{name}.parquet") for name in manifest["tables"]}
    except FileNotFoundError:
        raise StorageError(say("There is no file {file}.", file=path.name)) from None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise StorageError(_DAMAGED) from error
    for name, content in contents.items():
        if hashlib.sha256(content).hexdigest() != manifest["tables"][name]["sha256"]:
            raise StorageError(_DAMAGED)
    return str(manifest["revision"]), contents


def _unpack(connection: Connection, table: Table, content: bytes) -> int:
    rows = pq.read_table(io.BytesIO(content), schema=_schema(table)).to_pylist()
    if rows:
        connection.execute(table.insert(), rows)
    return len(rows)
