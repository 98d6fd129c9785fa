"""What the cells of a firm say of its commune: code, name, postcode and département."""

from __future__ import annotations

import re
from typing import NamedTuple

from symbiosis.flows.contract import fold
from symbiosis.flows.gazetteer import CORSICA, commune_key, departement_of, departements

_ENDING = re.compile(r"[.,]0+$")
_COUNTRY = re.compile(r"^(?:FR?\s*[-–]\s*)(?=\d)", re.IGNORECASE)
_DIGITS = r"\d{2}[\s.]?\d{3}|\d{4}"
_BEFORE = re.compile(rf"({_DIGITS})(?:[.,]0+)?\s*[-–,]?\s+(?=\D)(.+)")
_AFTER = re.compile(rf"(.*\D)[\s,(\[–-]+({_DIGITS})\s*[)\]]?")
_NUMBER = re.compile(r"(.+?)\s*(?:[(\[,/–]|\s-)\s*(\d{1,3}|2[AaBb])\s*[)\]]?")
_BRACKETS = re.compile(r"(.+?)\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]")
_COMMA = re.compile(r"(.+?)\s*,\s*([^,]+)")
_ARTICLES = ("le", "la", "les")


class Stated(NamedTuple):
    """What the cells say, in the State's spelling; ``""`` or empty where they say nothing."""

    insee: str
    key: str
    postcode: str
    departements: tuple[str, ...]
    column: str
    conflict: tuple[str, str] = ("", "")


def plain_code(text: str) -> str:
    """Return a code of five characters, as INSEE and La Poste write them; ``""`` if it is none.

    Spaces, a country before it and a spreadsheet's ``.0`` behind it are taken off; the zero that a
    spreadsheet dropped in front is put back.

    Examples
    --------
    >>> plain_code("2 300"), plain_code("1053.0"), plain_code("2a004"), plain_code("F-59140")
    ('02300', '01053', '2A004', '59140')
    >>> plain_code("590"), plain_code("59140A")
    ('', '')
    """
    code = _ENDING.sub("", _COUNTRY.sub("", text.strip()))
    code = re.sub(r"[\s.\u00a0\u202f]", "", code).upper()
    if re.fullmatch(r"[0-9]{4}", code):
        code = f"0{code}"
    return code if re.fullmatch(r"[0-9]{5}|2[AB][0-9]{3}", code) else ""


def split_commune(text: str) -> tuple[str, str, str]:
    """Return the name, the postcode and the département that one cell may hold together.

    Examples
    --------
    >>> split_commune("59140 Dunkerque"), split_commune("Dunkerque (59)")
    (('Dunkerque', '59140', ''), ('Dunkerque', '', '59'))
    >>> split_commune("Boisse (La)"), split_commune("Saint-Denis (Réunion)")
    (('La Boisse', '', ''), ('Saint-Denis', '', '974'))
    """
    cell = _COUNTRY.sub("", text.strip())
    if match := _BEFORE.fullmatch(cell):
        name, _, departement = split_commune(match[2])
        return name, plain_code(match[1]), departement
    if match := _AFTER.fullmatch(cell):
        return match[1].strip(" ,(-"), plain_code(match[2]), ""
    if match := _NUMBER.fullmatch(cell):
        number = departement_code(match[2])
        if number:
            return match[1], "", number
    match = _BRACKETS.fullmatch(cell) or _COMMA.fullmatch(cell)
    return _without_aside(match[1], match[2]) if match else (cell, "", "")


def _without_aside(name: str, aside: str) -> tuple[str, str, str]:
    """Return what a name and the words in brackets or behind a comma say together."""
    word = fold(aside)
    if word == "l":
        return f"L'{name}", "", ""
    if word in _ARTICLES:
        return f"{aside} {name}", "", ""
    if word == "france":
        return split_commune(name)
    departement = departement_code(aside)
    return (name, "", departement) if departement else (f"{name} ({aside})", "", "")


def departement_code(text: str) -> str:
    """Return the code of a département from its number or its name; ``""`` if it is none.

    Examples
    --------
    >>> [departement_code(text) for text in ("9", "2a", "Nord", "59 - Nord", "059", "Utopie")]
    ['09', '2A', '59', '59', '59', '']
    """
    codes = departements()
    plain = _ENDING.sub("", text.strip())
    number = re.match(r"0?(\d{3}|2[AaBb]|\d{1,2})(?![0-9A-Za-z])", plain)
    if number:
        code = number[1].upper().zfill(2)
        return codes.get(code, codes.get(code.lstrip("0").zfill(2), ""))
    inner = re.sub(r"[(\[].*$", "", plain)
    return codes.get(fold(inner), codes.get(f"la {fold(inner)}", ""))


def read_cells(insee: str, commune: str, postcode: str, departement: str) -> Stated:
    """Return what the cells of one firm say of its commune."""
    column = next(
        (name for name, cell in (("insee", insee), ("commune", commune), ("postcode", postcode))
         if cell), "departement",
    )  # fmt: skip
    name, inline, aside = split_commune(commune)
    beside, code, area = split_commune(postcode) if not plain_code(postcode) else ("", "", "")
    code = code or plain_code(postcode)
    area = area or (departement_code(postcode) if not code else "")
    if not name and code:
        name = beside
    conflict = (code, inline) if code and inline and code != inline else ("", "")
    code = code or inline
    areas = [departement_code(departement), aside, area]
    if not any(areas) and code:
        areas = list(CORSICA) if code.startswith("20") else [departement_of(code)]
    return Stated(plain_code(insee), commune_key(name), code,
                  tuple(dict.fromkeys(filter(None, areas))), column, conflict)  # fmt: skip
