"""Numbers as people write them: decimal commas, narrow spaces, thousands marks, percent signs."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’\"]")
_MINUS = str.maketrans({"−": "-", "–": "-"})
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_THREES = re.compile(r"[+-]?[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_SIGNS = ("€", "%", "°c", "°")


def parse_number(text: str, *, comma_separated: bool = False) -> tuple[float, bool]:
    """Read one number.

    Parameters
    ----------
    text
        As written.
    comma_separated
        Whether it comes from a file that separates cells by commas: there ``1,234`` marks
        thousands, everywhere else it is a decimal comma.

    Returns
    -------
    float
        The number; NaN when it is none (infinity is none).
    bool
        Whether the reading was a choice that must be said.

    Examples
    --------
    >>> parse_number("1 234,5"), parse_number("1.234.567,8"), parse_number("douze")
    ((1234.5, False), (1234567.8, False), (nan, False))
    """
    clean = _SPACES.sub("", text).translate(_MINUS)
    for sign in _SIGNS:
        clean = clean[: -len(sign)] if clean.lower().endswith(sign) else clean
    guess = False
    if "," in clean:
        clean, guess = _without_commas(clean, comma_separated)
    elif clean.count(".") > 1 and _THREES.fullmatch(clean):
        clean = clean.replace(".", "")
    if not _PLAIN.fullmatch(clean) or len(clean) > 60:
        return float("nan"), False
    value = float(clean)
    return (value, guess) if np.isfinite(value) else (float("nan"), False)


def _without_commas(clean: str, comma_separated: bool) -> tuple[str, bool]:
    """Return a number with a decimal point, and whether that was a choice."""
    if "." in clean:
        if clean.rfind(",") > clean.rfind("."):
            return clean.replace(".", "").replace(",", "."), False
        return clean.replace(",", ""), False
    if clean.count(",") > 1:
        return (clean.replace(",", "") if _THREES.fullmatch(clean) else clean), False
    if comma_separated and _THREES.fullmatch(clean):
        return clean.replace(",", ""), True
    return clean.replace(",", "."), False


def parse_numbers(
    text: pd.Series, *, comma_separated: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Read a column of numbers.

    Parameters
    ----------
    text
        Stripped cells, shape n; ``""`` where empty.
    comma_separated
        See `parse_number`.

    Returns
    -------
    ndarray
        The numbers, NaN where empty or unread, shape n.
    ndarray
        Where a cell is filled and is no number, shape n.
    ndarray
        Where the reading was a choice, shape n.
    """
    filled = (text != "").to_numpy(dtype=bool)
    plain = text.str.fullmatch(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?").to_numpy(dtype=bool)
    values = np.full(len(text), np.nan)
    values[plain] = pd.to_numeric(text[plain]).to_numpy(dtype=float)
    guessed = np.zeros(len(text), dtype=bool)
    rest = np.flatnonzero(filled & ~plain)
    if len(rest):
        codes, words = pd.factorize(text.iloc[rest])
        read = [parse_number(str(word), comma_separated=comma_separated) for word in words]
        values[rest] = np.array([value for value, _ in read])[codes]
        guessed[rest] = np.array([guess for _, guess in read])[codes]
    return values, filled & np.isnan(values), guessed
