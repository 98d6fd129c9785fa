"""Where the store is: the address in the environment, else a file in the user's data folder."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from symbiosis.errors import StorageError, say

VARIABLE = "SYMBIOSIS_DATABASE_URL"


def data_folder(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the folder where this user's programs keep their data, as the system has it.

    Parameters
    ----------
    environ
        The environment; that of the process if None.
    platform
        As `sys.platform` spells it.
    """
    given = os.environ if environ is None else environ
    if platform == "win32":
        base = given.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif platform == "darwin":
        base = str(Path.home() / "Library" / "Application Support")
    else:
        base = given.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "symbiosis"


def address(url: str | None = None) -> URL:
    """Return the address of the store.

    Parameters
    ----------
    url
        An SQLAlchemy address; if None that of ``SYMBIOSIS_DATABASE_URL``, else ``symbiosis.db`` in
        the user's data folder. ``postgresql://`` means psycopg 3.

    Raises
    ------
    StorageError
        If it is neither SQLite nor PostgreSQL, or is no address.
    """
    text = url or os.environ.get(VARIABLE, "")
    if not text:
        return URL.create("sqlite+pysqlite", database=str(data_folder() / "symbiosis.db"))
    try:
        found = make_url(text)
    except ArgumentError:
        raise StorageError(
            say(
                "The address of the database cannot be read: write sqlite:///FILE or "
                "postgresql+psycopg://USER@HOST/NAME."
            )
        ) from None
    kinds = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    kind = kinds.get(found.get_backend_name())
    if kind is None:
        raise StorageError(
            say(
                "A store lives in SQLite or PostgreSQL, not in “{kind}”.",
                kind=found.get_backend_name(),
            )
        )
    return found.set(drivername=kind)


def shown(url: URL) -> str:
    """Return the address without its password, for people and logs."""
    return url.render_as_string(hide_password=True)


def is_missing(url: URL) -> bool:
    """Return whether the address is a file that is not there, which opening would create."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return False
    return not Path(str(url.database)).exists()


def prepare(url: URL) -> None:
    """Make the file of a new SQLite store, and its folder, so that only their owner reads them.

    Raises
    ------
    StorageError
        If they cannot be made.
    """
    if not is_missing(url):
        return
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as error:
        raise StorageError(
            say("The store cannot be made in {folder}: choose another place.", folder=path.parent)
        ) from error


def beside(url: URL, revision: str) -> Path | None:
    """Return where the backup goes that is made before a store leaves a version, None for nowhere.

    Parameters
    ----------
    url
        From `address`.
    revision
        The version.
    """
    if url.database in {None, "", ":memory:"}:
        return None
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        return file.with_name(f"{file.name}.{revision}.{moment}.symbiosis")
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{url.database}.{revision}.{moment}.symbiosis"


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears under its name once all of it is on the disk, for its owner alone.

    Where the system knows files without a name (Linux), a process that is killed leaves nothing
    behind; elsewhere it may leave a hidden ``.NAME.new``, which the next one replaces.

    Raises
    ------
    OSError
        If it cannot be written; an older file of this name is untouched.
    """
    hidden = path.with_name(f".{path.name}.new")
    nameless = _nameless(path.parent)
    hidden.unlink(missing_ok=True)
    descriptor = hidden_file(hidden) if nameless is None else nameless
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if nameless is not None:
                _name(descriptor, hidden)
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def _name(descriptor: int, path: Path) -> None:
    """Give a file without a name one."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Only with a folder's descriptor does Python follow the link to the file.
        os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def hidden_file(path: Path) -> int:
    """Return the descriptor of a new file that only its owner may read."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def _nameless(folder: Path) -> int | None:
    """Return the descriptor of a file without a name, None where the system has none."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_RDWR, 0o600)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
            return None
        raise


def protect(path: Path) -> None:
    """Let nobody but the owner read a file, where the system knows owners."""
    if os.name == "posix":
        path.chmod(0o600)
