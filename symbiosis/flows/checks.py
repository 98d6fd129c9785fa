"""Checks that do not depend on what a field means: required, numbers, ranges, allowed values."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import process

from symbiosis import bundled
from symbiosis.catalogue import Catalogue
from symbiosis.catalogue.names import low_code
from symbiosis.errors import N_, say
from symbiosis.flows.contract import Field, fields, fields_of, fold
from symbiosis.flows.numbers import parse_numbers
from symbiosis.flows.table import Table

Floats = NDArray[np.float64]
_WANTED = {
    "name": N_("give the name of the firm"),
    "direction": N_("write offer (offre) for what goes out, need (besoin) for what comes in"),
    "material": N_("write a LoW code such as 10 02 02, or the name of a material"),
    "": N_("fill it as the template explains"),
}
_ELSEWHERE = ("quantity", "unit")
_LA_POSTE = "356000000"
"""SIREN whose establishments have a key of their own: the digits add up to a multiple of 5."""


def check_numbers(table: Table, which: str) -> dict[str, Floats]:
    """Read every numeric column that the table has, and flag text and values out of range.

    Parameters
    ----------
    table
        The lines.
    which
        ``firms`` or ``flows``: whose fields to read.

    Returns
    -------
    dict
        Numbers by field, shape n, NaN where empty or flagged.
    """
    read = {}
    for field in fields_of(which):
        if field.type not in ("number", "year") or field.name not in table.cells:
            continue
        text = table.column(field.name)
        if field.type == "year":
            text = text.str.replace(r"^(\d{4})-\d\d-\d\d.*$", r"\1", regex=True)
        values, wrong, guessed = parse_numbers(text, comma_separated=table.comma_separated)
        table.flag(
            wrong,
            field.name,
            say("this is not a number"),
            say("write only a number, such as 12.5 or 12,5, and its unit in the column for units"),
        )
        table.remark(
            guessed,
            field.name,
            say("read as thousands, since the file separates its cells by commas"),
            say("write 1.234 for a little more than one, 1234 for more than a thousand"),
        )
        read[field.name] = _in_range(table, field, values * table.scale(field.name))
    return read


def _in_range(table: Table, field: Field, values: Floats) -> Floats:
    low, high = field.minimum, field.maximum
    outside = (values < low) | (values > high)
    if high == np.inf:
        cure = say("give at least {low:g}", low=low)
    else:
        cure = say("give a number from {low:g} to {high:g} ({unit})", low=low, high=high,
                   unit=field.unit or "-")  # fmt: skip
    if field.name in ("longitude", "latitude"):
        return values  # the places are judged together, to tell a swap from a slip
    negative = field.name.startswith("quantity") & (low == 0)
    problem = say("a quantity cannot be negative") if negative else say("this is out of range")
    table.flag(outside, field.name, problem, cure)
    return np.where(outside, np.nan, values)


def check_required(table: Table, which: str) -> None:
    """Flag empty cells of required fields; quantity and unit have other sources than their cell."""
    for field in fields_of(which):
        if field.required and field.name in table.cells and field.name not in _ELSEWHERE:
            empty = (table.column(field.name) == "").to_numpy(dtype=bool)
            table.flag(
                empty,
                field.name,
                say("this cell is empty and may not be"),
                say(_WANTED.get(field.name, _WANTED[""])),
            )


def check_allowed(table: Table, which: str) -> dict[str, pd.Series]:
    """Return the columns with a closed list of values, in the words of the contract."""
    read = {}
    for field in fields_of(which):
        if not field.allowed or field.name not in table.cells:
            continue
        codes, words = pd.factorize(table.column(field.name))
        meaning = [_allowed(field, str(word)) for word in words]
        values = pd.Series(meaning, dtype="str")[codes].reset_index(drop=True)
        wrong = (values == "").to_numpy(dtype=bool) & (table.column(field.name) != "").to_numpy()
        table.flag(
            wrong,
            field.name,
            say("this value is not one that is known here"),
            say("write one of {allowed}", allowed=_spelled(field)),
        )
        read[field.name] = values
    return read


def _spelled(field: Field) -> str:
    """Return the values of a field with their French spelling."""
    pairs = zip(field.allowed, field.values("fr"), strict=True)
    return ", ".join(f"{own} ({french})" if french != own else own for own, french in pairs)


def _allowed(field: Field, word: str) -> str:
    folded = fold(word)
    if folded in field.allowed:
        return folded
    return field.value_synonyms.get(folded, "")


def check_siret(table: Table) -> pd.Series:
    """Return the SIRET numbers as 14 digits; flag those whose key is wrong."""
    text = table.column("siret").str.replace(r"[\s.\u00a0]", "", regex=True)
    text = text.where(~text.str.fullmatch(r"[0-9]{11,13}"), text.str.zfill(14))
    wrong = (text != "").to_numpy(dtype=bool) & ~siret_valid(text)
    table.flag(
        wrong,
        "siret",
        say("this is not a SIRET number: its 14 digits do not fit their key"),
        say("copy it again from the official register, or leave it empty"),
    )
    return text


def siret_valid(text: pd.Series) -> NDArray[np.bool_]:
    """Return which texts are SIRET numbers (14 digits, Luhn key; La Poste has a key of its own).

    Examples
    --------
    >>> siret_valid(pd.Series(["73282932000074", "73282932000075", "35600000049837"])).tolist()
    [True, False, True]
    """
    shaped = text.str.fullmatch(r"[0-9]{14}").to_numpy(dtype=bool)
    good = shaped.copy()
    if shaped.any():
        joined = "".join(text[shaped]).encode()
        digits = np.frombuffer(joined, dtype=np.uint8).reshape(-1, 14).astype(int) - 48
        doubled = digits.copy()
        doubled[:, ::2] *= 2
        luhn = (doubled - 9 * (doubled > 9)).sum(axis=1) % 10 == 0
        poste = text[shaped].str.startswith(_LA_POSTE).to_numpy(dtype=bool)
        good[shaped] = luhn | (poste & (digits.sum(axis=1) % 5 == 0))
    return good


def check_naf(table: Table) -> pd.Series:
    """Return activity codes in the form ``23.13Z``; flag unknown ones."""
    known = set(bundled.table("naf")["code"])
    codes, words = pd.factorize(table.column("naf"))
    read = pd.Series([naf_code(str(word), known) for word in words], dtype="str")[codes]
    read = read.reset_index(drop=True)
    wrong = (read == "").to_numpy(dtype=bool) & (table.column("naf") != "").to_numpy(dtype=bool)
    table.flag(
        wrong,
        "naf",
        say("this is not a code of NAF rev. 2"),
        say("write it as 23.13Z, or leave it empty"),
    )
    return read


def naf_code(text: str, known: set[str]) -> str:
    """Return a NAF code (or NACE class, group, division) in its usual form; ``""`` if unknown."""
    plain = text.replace(".", "").replace(" ", "").upper()
    spelled = plain if len(plain) <= 2 else f"{plain[:2]}.{plain[2:]}"
    if spelled in known:
        return spelled
    padded = f"0{plain}"
    spelled = f"{padded[:2]}.{padded[2:]}"
    return spelled if len(plain) in (3, 4) and spelled in known else ""


def check_operation(table: Table, name: str) -> pd.Series:
    """Return R and D operations as ``R5``; flag unknown ones. Text after the code is dropped."""
    known = set(bundled.table("operations")["code"])
    codes, words = pd.factorize(table.column(name))
    named = fields()[name].value_synonyms
    codes_read = [operation_code(str(word), known) for word in words]
    by_name = [named.get(fold(str(word)), "") for word in words]
    for code in sorted(set(by_name) - {""}):
        table.remark(
            np.isin(codes, [i for i, other in enumerate(by_name) if other == code]),
            name,
            say("read as operation {code}", code=code),
            say("write the code if that is not meant"),
        )
    both = [code or name for code, name in zip(codes_read, by_name, strict=True)]
    read = pd.Series(both, dtype="str")[codes].reset_index(drop=True)
    wrong = (read == "").to_numpy(dtype=bool) & (table.column(name) != "").to_numpy(dtype=bool)
    table.flag(
        wrong,
        name,
        say("this is not an R or D operation"),
        say(
            "write R1 to R13 or D1 to D15 (recycling: R3 for paper, wood, plastics and food, R4"
            " for metals, R5 for minerals), or leave it empty"
        ),
    )
    return read


def operation_code(text: str, known: set[str]) -> str:
    """Return the operation that a text begins with, ``""`` if it is none.

    Examples
    --------
    >>> operation_code("r 05 - Recyclage", {"R5"})
    'R5'
    """
    found = re.match(r"([RD])\s*0?([0-9]{1,2})(?![0-9])", text.strip().upper())
    code = f"{found[1]}{int(found[2])}" if found else ""
    return code if code in known else ""


def check_low_list(table: Table, name: str, catalogue: Catalogue) -> pd.Series:
    """Return lists of LoW codes separated by ``|``; flag lists with an unknown code."""
    codes, words = pd.factorize(table.column(name))
    lists, wrong_words = [], []
    for word in words:
        parts = [part.strip() for part in re.split(r"[|,;\n]", str(word)) if part.strip()]
        read = [low_code(part, catalogue) for part in parts]
        lists.append("|".join(read) if all(read) else "")
        wrong_words.append(not all(read))
    wrong = np.array(wrong_words, dtype=bool)[codes] if len(words) else np.zeros(0, dtype=bool)
    table.flag(
        wrong,
        name,
        say("not all of these are LoW codes"),
        say("write codes such as 10 02 02|10 02 07"),
    )
    return pd.Series(lists, dtype="str")[codes].reset_index(drop=True)


def nearest(word: str, choices: list[str]) -> str:
    """Return the choice most like a word, ``""`` when none is near."""
    best = process.extractOne(word, choices, score_cutoff=60) if word and choices else None
    return str(best[0]) if best else ""
