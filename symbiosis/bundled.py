"""The tables that travel with the package, and nobody else's files.

Everything under ``symbiosis/data`` is reached here and only here, so that a wheel, a zip file and a
checkout behave alike. Files of the user's are opened in `flows`, `catalogue`, `geography`,
`storage` and `reports`.
"""

from __future__ import annotations

import lzma
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd


def path(*parts: str) -> Path:
    """Return the path of a bundled file or folder below ``symbiosis/data``.

    Raises
    ------
    FileNotFoundError
        If the package does not carry it.
    """
    with as_file(files("symbiosis").joinpath("data", *parts)) as found:
        if not found.exists():
            raise FileNotFoundError("/".join(parts))
        return found


@cache
def table(name: str) -> pd.DataFrame:
    """Return a bundled CSV as text columns, empty cells as ``""``; do not modify it in place.

    The large ones are compressed: ``territory/communes.csv.xz`` is the table
    ``territory/communes``.
    """
    try:
        file = path(f"{name}.csv")
    except FileNotFoundError:
        file = path(f"{name}.csv.xz")
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")


@cache
def text(name: str) -> str:
    """Return a bundled text file, unpacked where its name ends in ``.xz``."""
    file = path(name)
    content = file.read_bytes()
    return (lzma.decompress(content) if file.suffix == ".xz" else content).decode("utf-8")


def home() -> Path:
    """Return the folder that holds ``app.py``, ``datasets`` and ``static``.

    In a checkout they stand beside the package; in a wheel they travel inside it.

    Raises
    ------
    FileNotFoundError
        If neither is there.
    """
    package = Path(str(files("symbiosis")))
    for folder in (package / "_app", package.parent):
        if (folder / "datasets").is_dir() and (folder / "static").is_dir():
            return folder
    raise FileNotFoundError("app.py, datasets and static")
