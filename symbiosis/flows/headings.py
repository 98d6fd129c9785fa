"""Which header means which field: names, labels and synonyms of the contract, then likeness."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from symbiosis.errors import UnitError
from symbiosis.flows.contract import MONTHS, fields, fold
from symbiosis.units import parse

TAKEN, SUGGESTED = 88.0, 72.0
"""Likeness (0-100) from which a header is taken with a note, and from which it is suggested."""
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_IN_UNIT = re.compile(r"(?:\ben\b|\bin\b|,|:|-)\s*([^,:]+)$", re.IGNORECASE)
_MEASURED = frozenset({"quantity", "unit", "minimum_lot", *MONTHS})
_PRICED = frozenset({"route_cost_eur_per_unit", "price_eur_per_unit"})
_PRICE = re.compile(r"^(k?)\s*(?:€|eur|euro|euros)\s*(?:ht)?\s*/\s*(\S.*)$", re.IGNORECASE)
_SCALED = _PRICED | {"density_t_per_m3"}
_DENSITY = re.compile(r"^\s*(kg\s*/\s*m(3|³)|g\s*/\s*l)\s*$", re.IGNORECASE)
_LITTLE = frozenset(
    ["de", "du", "des", "d", "la", "le", "les", "l", "en", "par", "pour", "of", "the", "in", "per"]
)
_LONGEST = 120


@dataclass(frozen=True)
class Heading:
    """What a header was read as.

    Parameters
    ----------
    header
        As the user wrote it.
    column
        Position in the sheet, from 0.
    field
        Name of the field, ``""`` when it is not read.
    how
        ``exact``, ``synonym``, ``fuzzy``, ``saved``, ``twice`` (another header was taken for the
        same field) or ``ignored``.
    unit
        Unit written in the header, ``""`` when none; for prices what follows ``€/``.
    scale
        What the figures are multiplied by: 1000 for prices in k€, 0.001 for kg/m3.
    score
        Likeness, 0 to 100.
    nearest
        The field that it resembles most, when it was not read.
    """

    header: str
    column: int
    field: str
    how: str
    unit: str = ""
    score: float = 100.0
    nearest: str = ""
    scale: float = 1.0


@cache
def _index() -> tuple[dict[str, str], dict[str, str]]:
    """Return the folded names and labels, and the folded synonyms, each with its field."""
    exact: dict[str, str] = {}
    other: dict[str, str] = {}
    for field in fields().values():
        for word in (field.name, field.label_en, field.label_fr):
            exact.setdefault(fold(word), field.name)
        for word in field.synonyms:
            other.setdefault(fold(word), field.name)
    return exact, {word: name for word, name in other.items() if word not in exact}


def _bare(word: str) -> str:
    """Return a folded header without its little words, « cout du traitement » being two."""
    return " ".join(part for part in word.split() if part not in _LITTLE)


@cache
def _loose() -> dict[str, str]:
    """Return the known headers without their little words, unless two fields share one."""
    found: dict[str, set[str]] = {}
    for words in _index():
        for word, name in words.items():
            found.setdefault(_bare(word), set()).add(name)
    return {word: names.pop() for word, names in found.items() if word and len(names) == 1}


def _without_unit(header: str) -> tuple[str, str]:
    """Split « Quantité (t/an) » into its words and its unit, when that is a unit."""
    for pattern in (_BRACKETS, _IN_UNIT):
        for found in pattern.finditer(header):
            unit = found[1].strip()
            if _is_unit(unit):
                return header[: found.start()] + header[found.end() :], unit
    words = header.rsplit(None, 1)
    if len(words) == 2 and "/" in words[1] and (_is_unit(words[1]) or _PRICE.match(words[1])):
        return words[0], words[1]
    return header, ""


def price_unit(header: str) -> tuple[str, float]:
    """Return what a price in a header is for, and the scale of a price or a density.

    Examples
    --------
    >>> price_unit("Coût (k€/kt)"), price_unit("Prix"), price_unit("Prix (€/an)")
    (('kt', 1000.0), ('', 1.0), ('an', 1.0))
    """
    inside = _BRACKETS.search(header)
    text = inside[1] if inside else header.rsplit(None, 1)[-1] if header.strip() else ""
    if _DENSITY.search(text):
        return "", 0.001
    found = _PRICE.match(text.strip())
    return (found[2].strip(), 1000.0 if found[1] else 1.0) if found else ("", 1.0)


def _is_unit(text: str) -> bool:
    try:
        parse(text)
    except UnitError:
        return False
    return True


def _exactly(header: str) -> tuple[str, str, str]:
    """Return field, how and unit of a header that the contract knows, or empty texts."""
    exact, other = _index()
    if not header or len(header) > _LONGEST:
        return "", "", ""
    bare, unit = _without_unit(header)
    for text in (header, bare, _BRACKETS.sub(" ", header)):
        word = fold(text)
        name = exact.get(word) or other.get(word) or _loose().get(_bare(word), "")
        if name:
            how = "exact" if word in exact else "synonym"
            if name == "quantity" and not unit:
                unit = header if _is_unit(header) else "t" * ("tonnage" in word)
            return name, how, unit if name in _MEASURED else ""
    if unit == "" and fold(header) not in ("l", "m", "d", "j", "h", "y", "a", "q", "g") and (
        _is_unit(header)
    ):  # fmt: skip
        return "quantity", "synonym", header
    return "", "", ""


def known_headers(row: Sequence[str]) -> int:
    """Return how many cells of a row are headers that the contract knows.

    Examples
    --------
    >>> known_headers(["Entreprise", "Matière", "Quantité (t/an)", "Sens du vent"])
    3
    """
    return len({_exactly(cell.strip())[0] for cell in row[:500] if len(cell) <= _LONGEST} - {""})


def header_row(grid: Sequence[Sequence[str]], within: int = 60) -> int:
    """Return the position of the row with the most known headers, -1 when none has two."""
    scores = [known_headers(row) for row in grid[:within]]
    best = max(scores, default=0)
    return scores.index(best) if best > 1 else -1


def read_headings(
    headers: Sequence[str], saved: Mapping[str, str] | None = None
) -> tuple[Heading, ...]:
    """Say which field each header means.

    Parameters
    ----------
    headers
        The cells of the header row.
    saved
        A mapping kept from an earlier reading: header to field, ``""`` to leave it out.

    Returns
    -------
    tuple of Heading
        One for each filled header, in the order of the sheet; a field is read once at most.
    """
    wishes = {fold(header): field for header, field in (saved or {}).items()}
    read = [
        _heading(header, column, wishes) for column, header in enumerate(headers) if header.strip()
    ]
    rank = {"saved": 0, "exact": 1, "synonym": 2, "fuzzy": 3, "ignored": 4}
    taken: dict[str, Heading] = {}
    for heading in sorted(read, key=lambda h: (rank[h.how], -h.score, h.column)):
        if heading.field:
            taken.setdefault(heading.field, heading)
    return tuple(
        heading
        if not heading.field or taken[heading.field] is heading
        else Heading(heading.header, heading.column, "", "twice", nearest=heading.field)
        for heading in read
    )


def _heading(header: str, column: int, wishes: Mapping[str, str]) -> Heading:
    field, how, likeness, nearest = _meaning(header, wishes)
    unit, scale = "", 1.0
    if field in _SCALED:
        unit, scale = price_unit(header)
    elif field in _MEASURED:
        unit = _exactly(header)[2] or _without_unit(header)[1]
    return Heading(header, column, field, how, unit, likeness, nearest, scale)


def _meaning(header: str, wishes: Mapping[str, str]) -> tuple[str, str, float, str]:
    """Return field, how, likeness and nearest field of a header."""
    if fold(header) in wishes:
        field = wishes[fold(header)]
        return field, "saved" if field else "ignored", 100.0, ""
    field, how, _ = _exactly(header)
    if field:
        return field, how, 100.0, ""
    word = fold(_without_unit(header)[0])
    if len(word) < 4 or len(word) > _LONGEST:
        return "", "ignored", 0.0, ""
    choices = {**_index()[1], **_index()[0]}
    best = process.extractOne(word, list(choices), scorer=fuzz.token_sort_ratio)
    likeness = float(best[1]) if best else 0.0
    nearest = choices[best[0]] if best and likeness >= SUGGESTED else ""
    if likeness >= TAKEN:
        return nearest, "fuzzy", likeness, ""
    return "", "ignored", likeness, nearest
