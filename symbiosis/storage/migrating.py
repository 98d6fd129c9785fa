"""A migration with a backup before it and, on a way down, a word in the log."""

from __future__ import annotations

from sqlalchemy import URL, Connection, Engine

from symbiosis.storage import audit, backups, schema
from symbiosis.storage.principals import Principal


def migrate(
    engine: Engine, url: URL, who: Principal, revision: str = "head", *, lose_rows: bool = False
) -> schema.Schema:
    """Bring a store to a version (`schema.migrate`), saved before in a file of its own.

    Parameters
    ----------
    engine, url
        Of the store.
    who
        Who does it.
    revision, lose_rows
        As for `schema.migrate`.
    """

    def before(connection: Connection, state: schema.Schema, wanted: str) -> str:
        name = backups.before_migration(connection, url)
        held = any(schema.row_counts(connection).values())
        if held and state.state is schema.State.READY:
            # What the way down takes with it is not missed by the log afterwards.
            audit.write(connection, who, "migrate", ("store", wanted))
        return name

    return schema.migrate(engine, revision, lose_rows=lose_rows, before=before)
