"""Texts that a spreadsheet would run: made inert in every file that is written, and read back.

A cell of a firm's name is opened on a colleague's machine, where ``=cmd|…`` runs. An apostrophe
before it keeps the spreadsheet from reading it (OWASP, "CSV injection"); the reader takes it off.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TypeVar

import pandas as pd

T = TypeVar("T")

_SIGNS = "=+-@"
# The signs in every width: "＝" is "=" to a spreadsheet that converts what is typed or pasted.
_WIDE = "".join(
    chr(code)
    for code in (*range(0x2070, 0x20A0), *range(0xFB00, 0x10000))
    if len(form := unicodedata.normalize("NFKC", chr(code))) == 1 and form in _SIGNS
)
# What is not seen before the sign: spaces, controls, and characters of format or without width.
_UNSEEN = (
    r"\s\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_ANY = "".join(map(re.escape, _SIGNS + _WIDE))
# A number or a telephone number runs nothing: "-12.5", "+33 3 28 00 00 00".
_NUMBER = r"[+-][\d\s.,()]*(?:[eE][+-]?\d+)?%?"
_SIGN = rf"(?:[\t\r\n]|[{_UNSEEN}]*[{_ANY}])"
_GUARDED = re.compile(rf"'+{_SIGN}")
_FORMULA = re.compile(rf"(?!{_NUMBER}\Z){_SIGN}|'+{_SIGN}")


def looks_like_formula(text: str) -> bool:
    r"""Return whether a spreadsheet may run a text, now or once an apostrophe is taken off.

    Examples
    --------
    >>> [looks_like_formula(text) for text in ("=1+1", "＝1+1", " \u200b@SUM(A1)", "-2+3", "'=1")]
    [True, True, True, True, True]
    >>> [looks_like_formula(text) for text in ("+33 3 28 00 00 00", "-12.5", "a=b", "", "L'Oréal")]
    [False, False, False, False, False]
    """
    return _FORMULA.match(text) is not None


def neutralise(cell: T) -> T | str:
    """Return a cell that no spreadsheet runs: what looks like a formula gets a ``'`` before it.

    Examples
    --------
    >>> neutralise("=1+1"), neutralise("+33 3 28 00 00 00"), neutralise("Verrerie d'Arques")
    ("'=1+1", '+33 3 28 00 00 00', "Verrerie d'Arques")
    """
    return f"'{cell}" if isinstance(cell, str) and looks_like_formula(cell) else cell


def restore(cell: T) -> T | str:
    """Return the cell as it was before `neutralise`.

    Examples
    --------
    >>> restore("'=1+1"), restore("'+33 3 28"), restore("'t Zand")
    ('=1+1', '+33 3 28', "'t Zand")
    """
    return cell[1:] if isinstance(cell, str) and _GUARDED.match(cell) else cell


def inert(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of which no heading and no text is run by a spreadsheet."""
    safe = table.rename(columns=neutralise)
    words = [
        at
        for at, kind in enumerate(safe.dtypes)
        if not pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
    ]
    for at in words:
        safe.isetitem(at, safe.iloc[:, at].map(neutralise).array)
    return safe
