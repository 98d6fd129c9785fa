"""The store: what was declared, by whom, and what came of it; boring, durable and private.

The database's own libraries are optional: install ``symbiosis[db]``. Without them this room can be
imported, and `open_store` says what is missing.

Examples
--------
>>> from symbiosis.storage import LOCAL, open_store
>>> store = open_store("sqlite://", create=True)
>>> store.progress(LOCAL).index.tolist()
['potential', 'expected', 'realised']
>>> store.close()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symbiosis.errors import StorageError, say
from symbiosis.storage.principals import VISITOR, Grant, Principal, Role, local

if TYPE_CHECKING:
    from symbiosis.storage.failures import AccessDenied, Conflict, Unavailable
    from symbiosis.storage.opening import open_store
    from symbiosis.storage.store import Store
    from symbiosis.storage.uploads import Receipt

LOCAL = local()

_HOMES = {
    "AccessDenied": "failures",
    "Conflict": "failures",
    "Receipt": "uploads",
    "Store": "store",
    "Unavailable": "failures",
    "open_store": "opening",
}

__all__ = [
    "LOCAL",
    "VISITOR",
    "AccessDenied",
    "Conflict",
    "Grant",
    "Principal",
    "Receipt",
    "Role",
    "Store",
    "Unavailable",
    "local",
    "open_store",
]


def __getattr__(name: str) -> Any:
    """Load what needs the database's libraries at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis.storage' has no attribute {name!r}")
    try:
        return getattr(import_module(f"symbiosis.storage.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"sqlalchemy", "alembic", "psycopg"}:
            raise
        raise StorageError(
            say("The store needs more libraries: run “pip install 'symbiosis[db]'”.")
        ) from error
