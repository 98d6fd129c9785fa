"""The tables that travel with the package, and nobody else's files.

Everything under ``symbiosis/data`` is reached here and only here, so that a wheel, a zip file and a
checkout behave alike. Files of the user's are opened in `flows`, `catalogue`, `geography`,
`storage` and `reports`.
"""

from __future__ import annotations

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
    """Return a bundled CSV as text columns, empty cells as ``""``; do not modify it in place."""
    return pd.read_csv(path(f"{name}.csv"), dtype=str, keep_default_na=False, encoding="utf-8")


@cache
def text(name: str) -> str:
    """Return a bundled text file."""
    return path(name).read_text(encoding="utf-8")


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
