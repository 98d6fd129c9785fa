"""Units that a workbook shows by the format of a cell: 78 % of a stored 0.78, 12 kg of a 12."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from xml.parsers import expat

from symbiosis.flows.measures import is_unit
from symbiosis.flows.numbers import number_text
from symbiosis.flows.workbook_parts import Part
from symbiosis.zip_archive import Budget

Formats = Mapping[int, Mapping[int, str]]
"""The unit shown in a cell, by row and then by column, from 0."""
_PERCENT = ("9", "10")
"""Numbers of the formats ``0%`` and ``0.00%``, which every workbook has (ECMA-376, 18.8.30)."""
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]\-]*)[^\]]*\]|\[[^\]]*\]|General|([0#?.,/]+|E[+\-])|(.)',
    re.DOTALL | re.IGNORECASE,
)


def units_shown(styles: Part | None, sheet: Part) -> Formats:
    """Return the units that the formats of a sheet's cells show.

    Parameters
    ----------
    styles
        The formats of the workbook.
    sheet
        The sheet; it is read again only where a format shows a unit.
    """
    units = _units_of(styles) if styles is not None else {}
    if not units:
        return {}
    shown: dict[int, dict[int, str]] = {}
    row, behind, address = -1, 0, ""  # how many cells there are since the last one with an address
    kinds: dict[str, str] = {}

    def start(name: str, said: dict[str, str]) -> None:
        """Follow the cells; called for each element, so it is written for speed."""
        nonlocal row, behind, address
        kind = kinds.get(name)
        if kind is None:
            kind = kinds[name] = name.rpartition(":")[2]
        if kind == "c":
            if "r" in said:
                address, behind = said["r"], 0
            else:
                behind += 1
            if said.get("s", "") in units:
                column = _column(address.rstrip("0123456789")) - 1 + behind
                shown.setdefault(row, {})[column] = units[said["s"]]
        elif kind == "row":
            row, behind, address = int(said["r"]) - 1 if "r" in said else row + 1, 0, ""

    _follow(sheet, start)
    return shown


def with_unit(value: float, unit: str) -> str:
    """Return a number cell as it is shown.

    Examples
    --------
    >>> with_unit(0.78, "%"), with_unit(12.0, "kg")
    ('78 %', '12 kg')
    """
    plain = float(f"{value * 100:.12g}") if unit == "%" else value
    return f"{number_text(plain)} {unit}"


def unit_of_format(code: str) -> str:
    """Return the unit that a number format shows, ``""`` for none or a date.

    A percent sign multiplies what is shown by 100, unless it stands in quotes: then it is ``pct``.

    Examples
    --------
    >>> unit_of_format("0.0%"), unit_of_format('#,##0" kg"'), unit_of_format("[$£-809]#,##0.00")
    ('%', 'kg', '£')
    >>> unit_of_format("dd/mm/yyyy"), unit_of_format("0.00E+00")
    ('', '')
    """
    before, after, digits = "", "", False
    for quoted, escaped, currency, placeholder, sign in _TOKEN.findall(code):
        if placeholder:
            digits = True
            continue
        if sign == ";":
            break
        if sign.isalpha():
            return ""  # a date or a time
        literal = quoted or escaped
        text = "pct" if literal.strip() == "%" else literal or currency or sign
        if digits:
            after += text
        else:
            before += currency or (sign if sign in "€£$¥" else "")
    unit = after.strip() or before.strip()
    return unit if unit and is_unit(unit) else ""


def _units_of(styles: Part) -> dict[str, str]:
    """Return the unit that each cell style shows, by its number as cells write it."""
    codes: dict[str, str] = dict.fromkeys(_PERCENT, "0%")
    numbers: list[str] = []
    inside = [""]

    def start(name: str, said: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "numFmt":
            codes[said.get("numFmtId", "")] = said.get("formatCode", "")
        elif local in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            inside[0] = local
        elif local == "xf" and inside[0] == "cellXfs":
            numbers.append(said.get("numFmtId", "0"))

    _follow(styles, start)
    units = {number: unit_of_format(code) for number, code in codes.items()}
    return {str(at): units[n] for at, n in enumerate(numbers) if units.get(n)}


def _follow(part: Part, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call a function for each element of a part that was measured already."""
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    for piece in replace(part.member, budget=Budget(part.member.size)).pieces():
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _column(letters: str) -> int:
    """Return the number of a column, ``A`` being 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
