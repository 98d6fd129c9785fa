"""Short words for the migrations. Frozen like them: a new need gets a new word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

_REFUSAL = "this table can only grow"


def text(name: str, default: str | None = "") -> sa.Column[Any]:
    """Return a text column that is never null."""
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def texts(*names: str) -> list[sa.Column[Any]]:
    """Return several text columns, empty by default."""
    return [text(name) for name in names]


def numbers(*names: str) -> list[sa.Column[Any]]:
    """Return several columns of decimal numbers, null where unknown."""
    return [sa.Column(name, sa.Double()) for name in names]


def freeze(tables: Sequence[str]) -> None:
    """Let the database itself refuse to change or delete rows of these tables."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION symbiosis_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION symbiosis_refuse()"
            )
        return
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_grows_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )


def thaw(tables: Sequence[str]) -> None:
    """Undo `freeze`, before the tables themselves go."""
    for table in tables:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_grows ON {table}")
        else:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_grows_{verb}")
