"""The declaration contract: one table that reader, checker, template, help and manual share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from symbiosis import bundled

_BLANKS = re.compile(r"[^0-9a-z€%°+]+")


@dataclass(frozen=True)
class Field:
    """One field of a declaration; a row of ``symbiosis/data/fields.csv``.

    Parameters
    ----------
    name
        Its name in every table and file that we write.
    table
        ``firms``, ``flows`` or ``both``.
    type
        ``text``, ``id``, ``number``, ``year``, ``unit``, ``siret``, ``naf``, ``insee``,
        ``postcode``, ``operation`` or ``low_list``.
    unit
        Unit of a number, for readers.
    required
        Whether a declaration is refused without it.
    allowed
        The only values, where there are such.
    synonyms
        Other headers under which it is recognised.
    value_synonyms
        Other spellings of the allowed values, folded.
    labels_of_values
        The French spelling of each allowed value (the first of its synonyms).
    minimum, maximum
        Range of a number; infinite where none is set.
    example, label_en, label_fr, description_en, description_fr
        For the template and the manual.
    """

    name: str
    table: str
    type: str
    unit: str
    required: bool
    allowed: tuple[str, ...]
    example: str
    label_en: str
    label_fr: str
    description_en: str
    description_fr: str
    synonyms: tuple[str, ...]
    minimum: float
    maximum: float
    value_synonyms: dict[str, str]
    labels_of_values: dict[str, str]

    @property
    def both_labels(self) -> str:
        """Return the English and the French label."""
        both = dict.fromkeys((self.label_en, self.label_fr))
        return " / ".join(both)

    def values(self, lang: str) -> tuple[str, ...]:
        """Return the allowed values as a French or an English reader writes them."""
        if lang != "fr":
            return self.allowed
        return tuple(self.labels_of_values.get(value, value) for value in self.allowed)


def fold(text: str) -> str:
    """Return text without case, accents or punctuation, for comparison.

    Examples
    --------
    >>> fold("  Quantité_annuelle ")
    'quantite annuelle'
    """
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _BLANKS.sub(" ", plain).strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split("|") if word)


@cache
def fields() -> dict[str, Field]:
    """Return the contract by field name, in its own order.

    Examples
    --------
    >>> fields()["direction"].allowed
    ('offer', 'need')
    """
    found = {}
    for row in bundled.table("fields").to_dict("records"):
        pairs = [pair.split("=") for pair in row["value_synonyms"].split(";") if pair]
        found[row["name"]] = Field(
            name=row["name"],
            table=row["table"],
            type=row["type"],
            unit=row["unit"],
            required=row["required"] == "yes",
            allowed=_words(row["allowed"]),
            example=row["example"],
            label_en=row["label_en"],
            label_fr=row["label_fr"],
            description_en=row["description_en"],
            description_fr=row["description_fr"],
            synonyms=_words(row["synonyms"]),
            minimum=float(row["minimum"] or "-inf"),
            maximum=float(row["maximum"] or "inf"),
            value_synonyms={fold(word): value for word, value in pairs},
            labels_of_values={value: word for word, value in reversed(pairs)},
        )
    return found


def fields_of(table: str) -> tuple[Field, ...]:
    """Return the fields of ``firms`` or ``flows``, shared ones included."""
    return tuple(field for field in fields().values() if field.table in (table, "both"))


MONTHS = tuple(f"quantity_{month:02d}" for month in range(1, 13))
"""Fields of the twelve monthly quantities."""
