"""Keeping which header means which field, so that the next file of the same form reads alike."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from symbiosis.errors import say
from symbiosis.flows.contract import fields
from symbiosis.flows.sheets import file_bytes, refuse


def load_mapping(source: Mapping[str, str] | Path | str | None) -> dict[str, str]:
    """Return header to field from a mapping or from a file that `save_mapping` wrote.

    Parameters
    ----------
    source
        A mapping, a TOML file with a table ``headers``, or None; ``""`` as a field leaves a
        header out.

    Raises
    ------
    DataError
        If the file is no mapping, or names a field that does not exist.
    """
    if source is None:
        return {}
    file = Path("mapping") if isinstance(source, Mapping) else Path(source)
    headers = source if isinstance(source, Mapping) else _read(file)
    for header, field in headers.items():
        if field not in ("", *fields()):
            refuse(
                file,
                say("the header “{header}” is mapped to “{field}”, which is no field",
                    header=header[:60], field=str(field)[:60]),
                say("use one of {names}", names=", ".join(fields())),
            )  # fmt: skip
    return dict(headers)


def _read(file: Path) -> Mapping[str, str]:
    content = file_bytes(file, max_mb=1)
    try:
        read = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        read = {}
    headers = read.get("headers")
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        refuse(
            file,
            say("this is no mapping of headers"),
            say("give a file made by: symbiosis check PATH --save-mapping FILE"),
        )
    found: dict[str, str] = headers
    return found


def save_mapping(mapping: pd.DataFrame, out: Path | str) -> None:
    """Write a mapping as TOML.

    Parameters
    ----------
    mapping
        `Flows.mapping`, or the mapping of `survey`.
    out
        The file; replaced if it exists.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    file = Path(out)
    pairs = mapping.drop_duplicates("header")
    lines = ['# Which header means which field; "" leaves a header out.', "", "[headers]"]
    lines += [
        f"{_quoted(header)} = {_quoted(field)}"
        for header, field in zip(pairs["header"], pairs["field"], strict=True)
    ]
    try:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        refuse(
            file,
            say("this file cannot be written ({why})", why=type(error).__name__),
            say("choose another folder"),
        )


def _quoted(text: str) -> str:
    """Return a TOML basic string; JSON escapes are a subset of its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
