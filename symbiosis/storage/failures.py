"""What can go wrong between us and the database, as sentences.

::

    StorageError
    ├── AccessDenied      the access rule says no
    ├── Conflict          someone else changed the row meanwhile; theirs travels with the error
    └── Unavailable       the database is away, busy, full or damaged; nothing was changed
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy import exc

from symbiosis.errors import Message, StorageError, say


class AccessDenied(StorageError):
    """The access rule says no."""


class Conflict(StorageError):
    """Someone else changed the row meanwhile.

    Parameters
    ----------
    message
        The sentence to show.
    current
        The row as it stands now, to lay beside what the user wanted.
    """

    def __init__(self, message: Message, current: Mapping[str, object]) -> None:
        self.current = MappingProxyType(dict(current))
        super().__init__(message)


class Unavailable(StorageError):
    """The database is away, busy, full or damaged; nothing was changed."""


# What each driver says, and what it means to the person in front of the screen. The first match
# wins; the words are those of SQLite's and libpq's own sources, lower case.
_MEANINGS: tuple[tuple[tuple[str, ...], Message], ...] = (
    (
        ("disk is full", "no space left", "disk full", "could not extend file"),
        say("The disk of the store is full. Nothing was saved; free some space and try again."),
    ),
    (
        ("malformed", "not a database", "disk i/o error", "file is encrypted"),
        say(
            "The store's file is damaged or is not a symbiosis store. It was left as it is: "
            "set it aside and restore the last backup into a new one."
        ),
    ),
    (
        ("readonly", "read-only", "permission denied"),
        say("The store cannot be written to: ask for the right to write to it."),
    ),
    (
        (
            "database is locked",
            "lock timeout",
            "deadlock",
            "could not serialize",
            "too many clients",
        ),
        say("The store is busy with other people's work. Nothing was saved; try again."),
    ),
    (
        ("unable to open database",),
        say("The store cannot be opened: check SYMBIOSIS_DATABASE_URL and the folder's rights."),
    ),
    (
        ("password authentication", "no password supplied", "role", "authentication failed"),
        say("The database refuses the name or the password in SYMBIOSIS_DATABASE_URL."),
    ),
    (
        ("does not exist",),
        say("There is no such database; create it, or check SYMBIOSIS_DATABASE_URL."),
    ),
)
_AWAY = say("The database does not answer. Nothing was saved; try again in a moment.")
_NO_TABLE = say("This store is empty or half made: run “symbiosis store init”.")


def meaning(error: BaseException) -> Message | None:
    """Return what a driver's error means to the user, or None when it is our own fault."""
    if isinstance(error, exc.TimeoutError):
        return _MEANINGS[3][1]
    if not isinstance(error, exc.DBAPIError):
        return None
    text = str(error.orig).lower()
    if "no such table" in text or ("relation" in text and "does not exist" in text):
        return _NO_TABLE
    for words, sentence in _MEANINGS:
        if any(word in text for word in words):
            return sentence
    lost = isinstance(error, exc.OperationalError | exc.InterfaceError | exc.DisconnectionError)
    return _AWAY if lost or error.connection_invalidated else None


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a driver raises inside into an `Unavailable`; faults of ours pass unchanged."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        sentence = meaning(error)
        if sentence is None:
            raise
        raise Unavailable(sentence) from error
