"""Which header means which field: names, labels and synonyms of the contract, then likeness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from symbiosis.flows.contract import MONTHS, fields, fold
from symbiosis.flows.measures import QUANTITIES, Measure, is_unit, read_measure
from symbiosis.units import period_of

TAKEN, SUGGESTED = 88.0, 72.0
"""Likeness (0-100) from which a header is taken with a note, and from which it is suggested."""
_BRACKETS = re.compile(r"\s*[(\[{]((?:[^()\[\]{}]|\([^()]*\))*)[)\]}]")
_YEAR = re.compile(
    r"[\s_,]*(?:\b(?:en|ann[ée]e|exercice|year|in|de)\s+)*(?<![0-9])((?:19[89]|20[0-9])[0-9])(?![0-9])",
    re.IGNORECASE,
)
_APART = re.compile(r"^(.+?)(?:\s*[,;:]\s*|\s+[-–]\s+|\s+en\s+|\s+in\s+)(.+)$", re.IGNORECASE)
_STROKE = re.compile(r"^(.+?)\s*((?:/|\bpar\b|\bper\b|\bà la\b)\s*[^/]+)$", re.IGNORECASE)
_ALL_MONTHS = frozenset(f"m{month}" for month in range(1, 13))
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
        same field), ``beside`` (a second quantity, in another unit) or ``ignored``.
    unit
        Unit written in the header, ``""`` when none.
    score
        Likeness, 0 to 100.
    nearest
        The field that it resembles most, when it was not read.
    measure
        What the unit does to the figures; None when the header has none.
    year
        Year written in the header of a quantity, 0 when none.
    remark
        What stands in the brackets of the header of a measured field and is no unit.
    """

    header: str
    column: int
    field: str
    how: str
    unit: str = ""
    score: float = 100.0
    nearest: str = ""
    measure: Measure | None = None
    year: int = 0
    remark: str = ""


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


def _splits(header: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the ways to part a header into words and a unit, and whether brackets part them."""
    inside = [text.strip(" ,;") for text in _BRACKETS.findall(header)]
    units = [text for text in inside if text and is_unit(text)] or [text for text in inside if text]
    outside = " ".join(_BRACKETS.sub(" ", header).split())
    yield header, units[0] if units else "", True
    if inside:
        yield outside, units[0] if units else "", True
    for pattern in (_APART, _STROKE):
        parted = pattern.match(outside)
        if parted:
            yield parted[1], parted[2], False
    words = re.split(r"[\s_]+", outside)
    for count in (1, 2):
        if len(words) > count:
            yield " ".join(words[:-count]), " ".join(words[-count:]), False
    if len(words) > 2:
        yield " ".join(words[:-2]), "/".join(words[-2:]), False


def _named(text: str) -> tuple[str, str]:
    """Return the field that a header without its unit names, and how, or empty texts."""
    exact, other = _index()
    word = fold(text)
    name = exact.get(word) or other.get(word) or _loose().get(_bare(word), "")
    return name, ("exact" if word in exact else "synonym") if name else ""


@lru_cache(maxsize=65_536)
def _exactly(header: str) -> Heading:
    """Return what a header that the contract knows means; one without a field if it is unknown."""
    nothing = Heading(header, 0, "", "ignored")
    if not header or len(header) > _LONGEST:
        return nothing
    dated = _YEAR.search(header)
    forms = [(header, 0)]
    if dated:
        forms.append((_YEAR.sub("", header, count=1).strip(" ,;-"), int(dated[1])))
    for text, year in forms:
        for words, unit, bracketed in _splits(text):
            name, how = _named(words)
            measure = read_measure(name, unit) if name and unit else None
            if name and bracketed and not unit:
                measure = _later_unit(text, name)
            how = "synonym" if year and how else how  # « Code NAF » goes before « NAF 2025 »
            if name and (bracketed or measure is not None):
                odd = unit if measure is None and not _named(text)[0] else ""
                return _measured(replace(nothing, field=name, how=how), words, measure, odd, year)
        period = _period_in(text)
        if period:
            return _measured(
                replace(nothing, field="quantity", how="synonym"), text, period, "", year
            )
        if len(fold(text)) > 1 and text[:1] != "%" and _is_quantity_unit(text):
            return _measured(
                replace(nothing, field="quantity", how="synonym"), text, None, "", year
            )
    return nothing


def _later_unit(header: str, name: str) -> Measure | None:
    """Return the unit that a known header without brackets ends with (« Coût €/t »)."""
    for words, unit, bracketed in _splits(header):
        measure = read_measure(name, unit) if unit and not bracketed else None
        if measure is not None and _named(words)[0] == name:
            return measure
    return None


def _measured(
    heading: Heading, words: str, measure: Measure | None, odd: str, year: int
) -> Heading:
    """Add to a heading what its unit does, its year, and a bracket that is no unit."""
    numeric = fields()[heading.field].type == "number"
    if heading.field in QUANTITIES and (measure is None or not measure.unit):
        own = words if _is_quantity_unit(words) else "t" * ("tonnage" in fold(words))
        if own:
            plain = measure or Measure(own)
            measure = replace(plain, unit=own)
    unit = (measure.unit if heading.field in QUANTITIES else measure.text) if measure else ""
    return replace(
        heading,
        unit=unit,
        measure=measure,
        year=year if heading.field in ("quantity", *MONTHS) else 0,
        remark=odd if numeric else "",
    )


def _is_quantity_unit(text: str) -> bool:
    measure = read_measure("quantity", text)
    return measure is not None and bool(measure.unit) and measure.refusal is None


def _period_in(header: str) -> Measure | None:
    """Return the period of « Quantité mensuelle » or « Daily tonnage », None for a year or none."""
    words = fold(header).split()
    for position, word in enumerate(words):
        period = period_of(word) or period_of(word.rstrip("s"))
        rest = " ".join(words[:position] + words[position + 1 :])
        if period and period != "year" and len(word) > 3 and _named(rest)[0] == "quantity":
            own = "t" * ("tonnage" in rest or "tonnes" in rest)
            return Measure(word, unit=f"{own}/{period}")
    return None


def known_headers(row: Sequence[str]) -> int:
    """Return how many cells of a row are headers that the contract knows.

    Examples
    --------
    >>> known_headers(["Entreprise", "Matière", "Quantité (t/an)", "Sens du vent"])
    3
    """
    return len({_exactly(cell.strip()).field for cell in row[:500] if len(cell) <= _LONGEST} - {""})


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
        replace(_meaning(header, wishes), column=column)
        for column, header in enumerate(headers)
        if header.strip()
    ]
    if {heading.header.strip().lower() for heading in read} >= _ALL_MONTHS:
        read = [_month(heading) for heading in read]
    rank = {"saved": 0, "exact": 1, "synonym": 2, "fuzzy": 3, "ignored": 4}
    taken: dict[str, Heading] = {}
    for heading in sorted(read, key=lambda h: (-h.year, rank[h.how], -h.score, h.column)):
        if heading.field:
            taken.setdefault(heading.field, heading)
    return tuple(
        heading
        if not heading.field or taken[heading.field] is heading
        else replace(heading, field="", how=_second(heading, taken), nearest=heading.field)
        for heading in read
    )


def _second(heading: Heading, taken: Mapping[str, Heading]) -> str:
    """Return ``beside`` for a second quantity of the same year in another unit, else ``twice``."""
    first = taken[heading.field]
    beside = heading.field == "quantity" and heading.year == first.year
    return "beside" if beside and heading.unit and heading.unit != first.unit else "twice"


def _month(heading: Heading) -> Heading:
    """Return the month of M1 … M12, where all twelve stand."""
    word = heading.header.strip().lower()
    if word not in _ALL_MONTHS:
        return heading
    return Heading(heading.header, heading.column, MONTHS[int(word[1:]) - 1], "synonym")


def _meaning(header: str, wishes: Mapping[str, str]) -> Heading:
    """Return what a header means: as it was saved, as the contract has it, or by likeness."""
    nothing = Heading(header, 0, "", "ignored", score=0.0)
    if fold(header) in wishes:
        field = wishes[fold(header)]
        if not field:
            return replace(nothing, score=100.0)
        return _with_likely_unit(replace(nothing, field=field, how="saved", score=100.0), header)
    known = _exactly(header.strip())
    if known.field:
        return replace(known, header=header)
    text = _YEAR.sub("", header)
    word = next(
        (fold(words) for words, unit, bracketed in _splits(text) if unit and is_unit(unit)),
        fold(_BRACKETS.sub(" ", text)),
    )
    if len(word) < 4 or len(word) > _LONGEST:
        return nothing
    choices = {**_index()[1], **_index()[0]}
    best = process.extractOne(word, list(choices), scorer=fuzz.token_sort_ratio)
    likeness = float(best[1]) if best else 0.0
    nearest = choices[best[0]] if best and likeness >= SUGGESTED else ""
    if likeness >= TAKEN:
        return _with_likely_unit(
            replace(nothing, field=nearest, how="fuzzy", score=likeness), header
        )
    return replace(nothing, score=likeness, nearest=nearest)


def _with_likely_unit(heading: Heading, header: str) -> Heading:
    """Add the unit of a header whose field is known from elsewhere."""
    dated = _YEAR.search(header)
    year = int(dated[1]) if dated else 0
    known = _exactly(header.strip())
    if known.field == heading.field:
        return replace(known, header=header, how=heading.how, score=heading.score)
    for _, unit, _ in _splits(_YEAR.sub("", header, count=1)):
        measure = read_measure(heading.field, unit) if unit else None
        if measure is not None:
            return _measured(heading, "", measure, "", year)
    return _measured(heading, header, None, "", year)
