"""An upload that came through the network: read by the reader of files, under a name of our own."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.errors import DataError, Message, Problems, say
from symbiosis.flows import Flows, read

# What a client may send, and how the file is then called. A name from outside is never a path.
KINDS: Mapping[str, str] = {
    "text/csv": "upload.csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "upload.xlsx",
}
JSON = "application/json"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Rows of one JSON upload, and values of one of its rows.
MOST_ROWS, MOST_VALUES = 200_000, 200


def receive(content: bytes, kind: str, max_mb: float, catalogue: Catalogue | None = None) -> Flows:
    """Return what was sent, read and checked as a file would be.

    Parameters
    ----------
    content
        The body.
    kind
        One of `KINDS`, or `JSON`: ``{"firms": [{…}], "flows": [{…}]}`` with the contract's fields.
    max_mb
        Largest body, in MB.
    catalogue
        Names the materials; the bundled one if None.

    Raises
    ------
    DataError
        With every problem found.
    """
    if kind == JSON:
        firms, flows = _tables(content)
        return Flows.from_tables(firms, flows, catalogue=catalogue)
    with tempfile.TemporaryDirectory(prefix="symbiosis-") as folder:
        path = Path(folder) / KINDS[kind]
        path.write_bytes(content)
        return read(path, max_mb=max_mb, extra=catalogue)


def _tables(content: bytes) -> tuple[pd.DataFrame, pd.DataFrame]:
    try:
        text = content.decode("utf-8")
        given: Any = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _problem(say("this is not JSON in UTF-8")) from None
    if not isinstance(given, dict) or set(given) != {"firms", "flows"}:
        raise _problem(say("this is not an object with firms and flows"))
    return _table(given["firms"]), _table(given["flows"])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise _problem(say("a key stands twice in one object"))
    return names


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _table(rows: Any) -> pd.DataFrame:
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise _problem(say("firms and flows are lists of 1 to 200,000 objects"))
    for row in rows:
        if not isinstance(row, dict) or not 0 < len(row) <= MOST_VALUES:
            raise _problem(say("a firm or a flow is an object of 1 to 200 values"))
        for name, value in row.items():
            if not isinstance(value, str | int | float | bool | None):
                raise _problem(say("a value is a text, a number, true, false or null"))
            if _LONE_SURROGATE.search(f"{name}{value}"):
                raise _problem(say("a text holds half a character"))
    return pd.DataFrame([{n: _cell(v) for n, v in row.items()} for row in rows], dtype=object)


def _cell(value: Any) -> str:
    """Return a value as a file would hold it: the reader's rules are then the same for all."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(what: Message) -> DataError:
    problems = Problems()
    cure = say('send {{"firms": [{{…}}], "flows": [{{…}}]}} with the fields of the template')
    problems.add(what, cure, file="body")
    return DataError(problems)
