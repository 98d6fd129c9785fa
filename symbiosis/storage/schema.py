"""The state of a store's tables: made, brought up to date, brought back, or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, func, inspect, select

from symbiosis.errors import Message, StorageError, say
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.tables import METADATA

VERSION_TABLE = "alembic_version"


# What these hold goes back, on a way down, to where it stood before, or nobody declared it.
_PUT_BACK = frozenset({"people", "audit_head", "store_keys"})


class State(StrEnum):
    """What the tables are, compared with what this version of the package expects."""

    EMPTY = "empty"
    READY = "ready"
    OLDER = "older"
    NEWER = "newer"
    BROKEN = "broken"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Schema:
    """The state of the tables.

    Parameters
    ----------
    state
        In one word.
    revision, head
        The link of the chain that the database is at, and the last one that we know.
    missing
        Tables and columns that should be there and are not.
    backup
        The backup that was made before a migration, "" for none.
    """

    state: State
    revision: str
    head: str
    missing: tuple[str, ...] = ()
    backup: str = ""


REFUSALS: dict[State, Message] = {
    State.EMPTY: say("This store has not been made yet: run “symbiosis store init”."),
    State.OLDER: say(
        "This store is of an older version: make a backup, then run “symbiosis store migrate”."
    ),
    State.NEWER: say(
        "This store was written by a newer version of symbiosis: update symbiosis. "
        "Nothing was touched."
    ),
    State.BROKEN: say(
        "This store is half migrated. Nothing was touched: restore the last backup into a new "
        "store."
    ),
    State.FOREIGN: say(
        "This database belongs to another program. Nothing was touched: give symbiosis its own."
    ),
}


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def look(connection: Connection) -> Schema:
    """Return the state of the tables; only reads."""
    script = ScriptDirectory.from_config(_config())
    head = script.get_current_head() or ""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    ours = present & set(METADATA.tables)
    context = MigrationContext.configure(connection)
    revision = (context.get_current_revision() or "") if VERSION_TABLE in present else ""
    if not revision:
        state = State.EMPTY if not present - {VERSION_TABLE} else State.FOREIGN
        return Schema(State.BROKEN if ours else state, "", head)
    try:
        script.get_revision(revision)
    except CommandError:
        return Schema(State.NEWER, revision, head)
    if revision != head:
        return Schema(State.OLDER, revision, head)
    missing = _missing(connection)
    return Schema(State.BROKEN if missing else State.READY, revision, head, missing)


def _missing(connection: Connection) -> tuple[str, ...]:
    found = inspect(connection).get_multi_columns(filter_names=list(METADATA.tables))
    columns = {name: {str(c["name"]) for c in those} for (_, name), those in found.items()}
    missing = [name for name in METADATA.tables if name not in columns]
    for name, known in columns.items():
        expected = [column.name for column in METADATA.tables[name].columns]
        missing += [f"{name}.{column}" for column in expected if column not in known]
    return tuple(missing)


def require_ready(engine: Engine) -> Schema:
    """Go on if the tables are those of this version.

    Raises
    ------
    StorageError
        With what to do.
    """
    with reading(engine) as connection:
        found = look(connection)
    if found.state is not State.READY:
        raise StorageError(REFUSALS[found.state])
    return found


def migrate(
    engine: Engine,
    revision: str = "head",
    *,
    lose_rows: bool = False,
    before: Callable[[Connection, Schema, str], str] | None = None,
) -> Schema:
    """Bring the tables to any link of the chain, up or down; all of it or nothing.

    Parameters
    ----------
    engine
        Of the store.
    revision
        ``head``, the number of a link, or ``base`` for none of them: everything is removed.
    lose_rows
        Whether tables that the older version does not have are removed with the rows in them.
    before
        Called in the same transaction before anything is changed, with the state and the version
        to go to, unless the store is there already; it returns the name of the backup it made.

    Raises
    ------
    StorageError
        If there is no such link, the database is newer, half migrated or not ours, or rows would be
        lost that may not be.
    """
    script = ScriptDirectory.from_config(_config())
    try:
        script.get_revision(revision)
    except CommandError:
        links = ", ".join(sorted(link.revision for link in script.walk_revisions()))
        raise StorageError(
            say("There is no version {name} of the store; there are {links}.", name=revision,
                links=links)
        ) from None  # fmt: skip
    with writing(engine) as connection:
        found = look(connection)
        if found.state in {State.NEWER, State.BROKEN, State.FOREIGN}:
            raise StorageError(REFUSALS[found.state])
        chain = [link.revision for link in script.walk_revisions("base", "head")][::-1]
        wanted = found.head if revision == "head" else revision
        back = wanted == "base" or (
            found.revision != "" and chain.index(wanted) < chain.index(found.revision)
        )
        counts = {} if lose_rows or not back else row_counts(connection)
        changes = before is not None and wanted != (found.revision or "base")
        backup = before(connection, found, wanted) if before and changes else ""
        (command.downgrade if back else command.upgrade)(_config(connection), revision)
        _refuse_loss(connection, counts)
        return replace(look(connection), backup=backup)


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows stand in each table of ours that is there."""
    present = set(inspect(connection).get_table_names())
    tables = [table for table in METADATA.sorted_tables if table.name in present]
    counts = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]
    return {table.name: int(count) for table, count in zip(tables, counts, strict=True)}


def _refuse_loss(connection: Connection, before: dict[str, int]) -> None:
    """Go on if no table holds fewer rows than before; else the transaction puts them back."""
    after = row_counts(connection)
    lost = {
        name: rows - after.get(name, 0)
        for name, rows in before.items()
        if rows > after.get(name, 0) and name not in _PUT_BACK
    }
    if lost:
        raise StorageError(
            say(
                "Nothing was changed: this would remove {rows} rows ({tables}). Make a backup, "
                "then say --lose-rows.",
                rows=sum(lost.values()), tables=", ".join(sorted(lost)),
            )
        )  # fmt: skip
