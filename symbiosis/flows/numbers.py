"""Numbers as people write them: decimal commas, narrow spaces, thousands marks.

``1.250`` is one and a quarter in one file and one thousand two hundred and fifty in the next. A
cell that reads both ways is decided by the cells around it: first by those of its column, then by
those of its file. What nothing decides is told, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'", "ʼ": "'", "\u2060": "", "\u200b": ""})
_PLAIN = r"[+-]?(?:[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?|(?:0[0-9]*|[0-9]{4,15})\.[0-9]{3})"
"""What one reading alone is possible of; a fast path for most cells."""
_PLAIN_COMMA = r"[+-]?(?:[0-9]{1,15},(?:[0-9]{1,2}|[0-9]{4,15})|(?:0[0-9]*|[0-9]{4,15}),[0-9]{3})"
_WRITTEN = re.compile(
    r"(?P<sign>[+-]?) ?"
    r"(?:(?P<grouped>[1-9][0-9]{0,2}(?P<space>[ '])[0-9]{3}(?:(?P=space)[0-9]{3})*)"
    r"|(?P<digits>[0-9]*))"
    r"(?P<rest>(?:[.,][0-9]*)*)"
    r"(?P<power>[eE][+-]?[0-9]{1,3})?"
)
_EURO = re.compile(r"\s*€$")
_HEAD = re.compile("[1-9][0-9]{0,2}")
_OTHER = {",": ".", ".": ","}
_LONGEST = 60
_DOUBTFUL = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def number_text(value: float) -> str:
    """Return a number as text that nobody can take for thousands.

    Examples
    --------
    >>> number_text(1250.0), number_text(0.5), number_text(1.25), number_text(1.234)
    ('1250', '0.5', '1.25', '1.2340')
    """
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(value))
    return f"{text}0" if _DOUBTFUL.fullmatch(text) else text


@dataclass(frozen=True)
class Reading:
    """What one cell may mean.

    Parameters
    ----------
    value
        The number; NaN when it is none (infinity is none). Where ``mark`` may be either, the
        number if it parts decimals.
    thousands
        The number if ``mark`` parts thousands; NaN where one reading alone is possible.
    mark
        The comma or point that may part decimals or thousands, ``""`` when one reading is possible.
    proves
        The decimal mark that this cell proves for its neighbours, ``""`` for none.
    spaced
        Whether its thousands are parted by spaces or apostrophes.
    """

    value: float
    thousands: float = float("nan")
    mark: str = ""
    proves: str = ""
    spaced: bool = False


_NO_NUMBER = Reading(float("nan"))


@lru_cache(maxsize=65_536)
def read_number(text: str) -> Reading:
    """Read one number as far as it can be read alone.

    Examples
    --------
    >>> read_number("1 234,5").value, read_number("1.234.567,8").value, read_number("12 34").value
    (1234.5, 1234567.8, nan)
    >>> read_number("1.250").value, read_number("1.250").thousands, read_number("0.125").mark
    (1.25, 1250.0, '')
    """
    clean = _SPACES.sub(" ", text.translate(_SIGNS)).strip(' "').removeprefix("'")
    written = _WRITTEN.fullmatch(clean) if len(clean) <= _LONGEST else None
    if written is None:
        return _NO_NUMBER
    sign, power, grouped = written["sign"], written["power"] or "", bool(written["grouped"])
    digits = re.sub("[ ']", "", written["grouped"] or written["digits"])
    marks, parts = re.sub("[0-9]", "", written["rest"]), re.split("[.,]", written["rest"])[1:]
    if not marks:
        return _reading(sign + digits + power, spaced=grouped) if digits else _NO_NUMBER
    if len(marks) > 1:
        return _NO_NUMBER if grouped else _several_marks(sign + digits, parts, marks, power)
    if not digits and not parts[0]:
        return _NO_NUMBER
    proves = "" if power and marks == "." else marks  # 1.5e-05 may be a number cell
    reading = _reading(f"{sign}{digits}.{parts[0]}{power}", proves=proves, spaced=grouped)
    both = _HEAD.fullmatch(digits) and len(parts[0]) == 3 and not grouped and not power
    if both and np.isfinite(reading.value):
        return replace(reading, thousands=float(sign + digits + parts[0]), mark=marks, proves="")
    return reading


def _several_marks(head: str, parts: list[str], marks: str, power: str) -> Reading:
    """Read ``1.234.567`` and ``1.234.567,8``; nothing else with several marks is a number."""
    if not _HEAD.fullmatch(head.lstrip("+-")) or len(set(marks[:-1])) > 1:
        return _NO_NUMBER
    last, whole = parts[-1], head + "".join(parts[:-1])
    if any(len(part) != 3 for part in parts[:-1]):
        return _NO_NUMBER
    if marks[-1] != marks[0]:
        return _reading(f"{whole}.{last}{power}", proves=marks[-1])
    return (
        _NO_NUMBER if len(last) != 3 or power else _reading(whole + last, proves=_OTHER[marks[0]])
    )


def _reading(plain: str, *, proves: str = "", spaced: bool = False) -> Reading:
    value = float(plain)
    return Reading(value, proves=proves, spaced=spaced) if np.isfinite(value) else _NO_NUMBER


def parse_number(text: str, *, comma_separated: bool = False) -> tuple[float, bool]:
    """Read one number that stands alone, in a language that is known.

    Parameters
    ----------
    text
        As written, with a euro sign after it or not.
    comma_separated
        Whether ``1,234`` marks thousands, as in English; else it is a decimal comma.

    Returns
    -------
    float
        The number; NaN when it is none.
    bool
        Whether the comma was read as a mark of thousands.

    Examples
    --------
    >>> parse_number("1 234,5"), parse_number("1,234", comma_separated=True), parse_number("douze")
    ((1234.5, False), (1234.0, True), (nan, False))
    """
    reading = read_number(_EURO.sub("", text))
    if comma_separated and reading.mark == ",":
        return reading.thousands, True
    return reading.value, False


@dataclass(frozen=True)
class Numbers:
    """A column of numbers.

    Parameters
    ----------
    values
        The numbers, shape n; NaN where empty, unread or undecided.
    wrong
        Where a cell is filled and is no number, shape n.
    undecided
        Where the mark may part decimals or thousands and nothing in the column decides, shape n.
    as_thousands, as_decimal
        Where the mark was read as one of thousands since the column or the file proves it, and
        where as a decimal mark since the file proves it, shape n.
    proves
        The decimal marks that the column proves: ``""``, ``","``, ``"."`` or both.
    """

    values: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    undecided: NDArray[np.bool_]
    as_thousands: NDArray[np.bool_]
    as_decimal: NDArray[np.bool_]
    proves: str = ""


@dataclass(frozen=True)
class Marks:
    """How a file writes numbers, for the columns that do not show it themselves.

    Parameters
    ----------
    decimal
        The decimal mark that the file proves: ``","``, ``"."`` or ``""``.
    likely
        The decimal mark of files of this kind: a cell with this one mark has decimals, a cell with
        the other stays undecided.
    number_cells
        Whether the file has number cells, which all show a point: then ``12.5`` proves nothing for
        the texts beside it.
    """

    decimal: str = ""
    likely: str = ""
    number_cells: bool = False


REGISTER = Marks(likely=",.")
"""A register writes no thousands: a single mark parts decimals."""
_FREE = Marks()


def parse_numbers(
    text: pd.Series, marks: Marks = _FREE, *, low: float = -np.inf, high: float = np.inf
) -> Numbers:
    """Read a column of numbers, each cell in the light of the others.

    Parameters
    ----------
    text
        Stripped cells, shape n; ``""`` where empty.
    marks
        How the rest of the file writes numbers.
    low, high
        What the numbers can be: a reading out of this range is none.

    Examples
    --------
    >>> parse_numbers(pd.Series(["1.250,5", "2.500"])).values.tolist()
    [1250.5, 2500.0]
    >>> parse_numbers(pd.Series(["2.500"])).undecided.tolist()
    [True]
    """
    filled = (text != "").to_numpy(dtype=bool)
    plain = text.str.fullmatch(_PLAIN).to_numpy(dtype=bool)
    comma = text.str.fullmatch(_PLAIN_COMMA).to_numpy(dtype=bool)
    values = np.full(len(text), np.nan)
    values[plain] = pd.to_numeric(text[plain]).to_numpy(dtype=float)
    with_point = text[comma].str.replace(",", ".", regex=False)
    values[comma] = pd.to_numeric(with_point).to_numpy(dtype=float)
    nowhere = np.zeros(len(text), dtype=bool)
    shown = "," * bool(comma.any())
    if not marks.number_cells and text[plain].str.contains(".", regex=False).any():
        shown += "."
    rest = np.flatnonzero(filled & ~plain & ~comma)
    if not len(rest):
        return Numbers(values, nowhere, nowhere, nowhere, nowhere, shown)
    codes, words = pd.factorize(text.iloc[rest])
    readings = [_within(read_number(str(word)), low, high) for word in words]
    proves = "".join(sorted({reading.proves for reading in readings} | set(shown)))
    decimal, likely = proves or marks.decimal, "" if len(proves) == 2 else marks.likely
    if not decimal and any(reading.spaced for reading in readings):
        likely = ",."  # spaces part the thousands here, so a single mark parts decimals
    chosen = [_chosen(reading, decimal, likely) for reading in readings]
    values[rest] = np.array([_value(*pair) for pair in zip(readings, chosen, strict=True)])[codes]
    undecided, as_thousands, as_decimal = (nowhere.copy() for _ in range(3))
    undecided[rest] = np.array([choice == "undecided" for choice in chosen])[codes]
    as_thousands[rest] = np.array([choice == "thousands" for choice in chosen])[codes]
    by_file = np.array([choice == "decimal" for choice in chosen]) & (not proves)
    as_decimal[rest] = by_file[codes]
    wrong = filled & np.isnan(values) & ~undecided
    return Numbers(values, wrong, undecided, as_thousands, as_decimal, proves)


def _within(reading: Reading, low: float, high: float) -> Reading:
    """Return a reading of two values as one where only one of them can be."""
    if not reading.mark:
        return reading
    fits = [low <= value <= high for value in (reading.value, reading.thousands)]
    if fits == [True, False]:
        return Reading(reading.value, proves=reading.mark)
    if fits == [False, True]:
        return Reading(reading.thousands, proves=_OTHER[reading.mark])
    return reading


def _chosen(reading: Reading, decimal: str, likely: str) -> str:
    """Return which of two readings the rest decides, ``""`` where one alone is possible."""
    if not reading.mark:
        return ""
    if len(decimal) == 1:
        return "decimal" if reading.mark == decimal else "thousands"
    return "likely" if reading.mark in likely else "undecided"


def _value(reading: Reading, chosen: str) -> float:
    if chosen == "undecided":
        return float("nan")
    return reading.thousands if chosen == "thousands" else reading.value
