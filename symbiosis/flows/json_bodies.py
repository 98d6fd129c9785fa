"""A declaration sent as JSON: firms and flows as lists of objects with the contract's fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from symbiosis.child_process import in_child
from symbiosis.errors import DataError, Message, Problem, say

MOST_ROWS, MOST_VALUES = 200_000, 200
"""Rows of one body; values of one of its rows, and names of values in all of them."""
_SMALL = 250_000
"""Bytes of a body that cannot fill the memory, whatever it holds: it is read right here."""
_AT_ONCE = 2_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = "symbiosis.flows.json_bodies:plain_tables"


def received_tables(content: bytes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the firms and the flows of a body; one that is not small is read in a child process.

    Parameters
    ----------
    content
        ``{"firms": [{…}], "flows": [{…}]}`` in UTF-8.

    Raises
    ------
    DataError
        If it is anything else, or takes too much memory or time.
    """
    small = len(content) <= _SMALL
    items = plain_tables(content) if small else in_child(_PLAIN, content, {}, file="body")
    rows: dict[str, list[dict[str, str]]] = {"firms": [], "flows": []}
    for name, part in items:
        rows[name] += part
    return (
        pd.DataFrame(rows["firms"], dtype=object),
        pd.DataFrame(rows["flows"], dtype=object),
    )


def plain_tables(content: bytes) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield some rows at a time, their values as text, each with the name of its table.

    Parameters
    ----------
    content
        The body.

    Raises
    ------
    DataError
        If it is not what `received_tables` takes.
    """
    try:
        given: Any = json.loads(
            content.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_once
        )
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _problem(say("this is not JSON in UTF-8")) from None
    if not isinstance(given, dict) or set(given) != {"firms", "flows"}:
        raise _problem(say("this is not an object with firms and flows"))
    for name in ("firms", "flows"):
        rows = given[name]
        _check(rows)
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            yield name, [{key: _cell(value) for key, value in row.items()} for row in part]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise _problem(say("a key stands twice in one object"))
    return names


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _check(rows: Any) -> None:
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise _problem(say("firms and flows are lists of 1 to 200,000 objects"))
    names: set[str] = set()
    for row in rows:
        if not isinstance(row, dict) or not 0 < len(row) <= MOST_VALUES:
            raise _problem(say("a firm or a flow is an object of 1 to 200 values"))
        names.update(row)
        if len(names) > MOST_VALUES:  # each would be a column, as long as the table
            raise _problem(say("the objects of a list have 200 different keys at most"))
        for name, value in row.items():
            if not isinstance(value, str | int | float | bool | None):
                raise _problem(say("a value is a text, a number, true, false or null"))
            if _LONE_SURROGATE.search(f"{name}{value}"):
                raise _problem(say("a text holds half a character"))


def _cell(value: Any) -> str:
    """Return a value as a file would hold it: the reader's rules are then the same for all."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(what: Message) -> DataError:
    cure = say('send {{"firms": [{{…}}], "flows": [{{…}}]}} with the fields of the template')
    return DataError([Problem(what, cure, file="body")])
