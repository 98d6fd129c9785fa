"""Checks that do not depend on what a field means: required, allowed values, codes of registers."""

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
from symbiosis.flows.table import LinesByValue, Table

_WANTED = {
    "name": N_("give the name of the firm"),
    "direction": N_("write offer (offre) for what goes out, need (besoin) for what comes in"),
    "material": N_("write a LoW code such as 10 02 02, or the name of a material"),
    "": N_("fill it as the template explains"),
}
_ELSEWHERE = ("quantity", "unit")
_LA_POSTE = "356000000"
"""SIREN whose establishments have a key of their own: the digits add up to a multiple of 5."""


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
    """Return activity codes in the form ``23.13Z``; flag what is none.

    A code that NAF rev. 2 lacks may be one of NAF 2025, in force from January 2027: it is kept as
    text, with a note, since no table between the two is at hand.
    """
    known = set(bundled.table("naf")["code"])
    codes, words = pd.factorize(table.column("naf"))
    spelled = [naf_code(str(word), known) for word in words]
    newer = [
        _newer_naf(str(word), known) if not code else ""
        for word, code in zip(words, spelled, strict=True)
    ]
    table.remark(
        np.array([bool(code) for code in newer], dtype=bool)[codes],
        "naf",
        say("this is no code of NAF rev. 2; it is kept as it is, and nothing is estimated from it"),
        say("if it is of NAF 2025, give the code of NAF rev. 2 of the firm"),
    )
    both = [old or new for old, new in zip(spelled, newer, strict=True)]
    read = pd.Series(both, dtype="str")[codes].reset_index(drop=True)
    wrong = (read == "").to_numpy(dtype=bool) & (table.column("naf") != "").to_numpy(dtype=bool)
    table.flag(
        wrong,
        "naf",
        say("this is not a code of NAF rev. 2"),
        say("write it as 23.13Z, or leave it empty"),
    )
    return read


def _newer_naf(text: str, known: set[str]) -> str:
    """Return a text in the shape of an activity code as ``23.13Y``, ``""`` for any other.

    One in Z, as most of rev. 2, whose group rev. 2 does not know is a slip.
    """
    shaped = re.fullmatch(r"([0-9]{2})[ .]?([0-9]{2}) ?([A-Z])?", text.strip().upper())
    if not shaped or (shaped[3] == "Z" and f"{shaped[1]}.{shaped[2][0]}" not in known):
        return ""
    return f"{shaped[1]}.{shaped[2]}{shaped[3] or ''}"


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
    lines = LinesByValue(codes, len(words))
    lists = []
    for number, word in enumerate(words):
        parts = [part for part in re.split(r"[|,;\n&]|\bet\b|\band\b", str(word)) if part.strip()]
        read = [low_code(part, catalogue) for part in parts]
        lists.append("|".join(dict.fromkeys(read)) if all(read) else "")
        if not all(read):
            odd = parts[read.index("")].strip()[:40]
            table.flag(
                lines[number],
                name,
                say("“{odd}” is no LoW code, or has a star that the list does not have", odd=odd),
                say("write codes such as 10 02 02|10 02 07"),
            )
    return pd.Series(lists, dtype="str")[codes].reset_index(drop=True)


def nearest(word: str, choices: list[str]) -> str:
    """Return the choice most like a word, ``""`` when none is near."""
    best = process.extractOne(word, choices, score_cutoff=60) if word and choices else None
    return str(best[0]) if best else ""
