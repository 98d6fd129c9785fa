"""How commands come to a store: its address and whose name they act in."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from symbiosis.cli._show import tell
from symbiosis.errors import say
from symbiosis.storage.principals import Principal, operator

if TYPE_CHECKING:
    from symbiosis.storage import Store

TOKEN = "SYMBIOSIS_TOKEN"  # noqa: S105 - the name of a variable


def opened(*, create: bool = False, check: bool = True) -> Store:
    """Return the store that the environment names."""
    from symbiosis.storage import open_store  # the database's libraries take a second to load

    return open_store(create=create, check=check)


def tell_backup(name: str) -> None:
    """Say where the backup is that was made before a migration, if one was."""
    if name:
        tell(say("The store was saved before in {file}", file=name), stderr=True)


def person_of(store: Store) -> Principal:
    """Return whose token the environment holds, or the one person of a store without accounts."""
    token = os.environ.get(TOKEN, "")
    return store.bearer(token) if token else store.only_person()


def operator_of(store: Store) -> Principal:
    """Return whose token the environment holds, or whoever sits beside the database."""
    token = os.environ.get(TOKEN, "")
    return store.bearer(token) if token else operator(getpass.getuser())
