"""Which entry of the catalogue a text names: a code, an identifier, a label or a synonym."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.search import Suggestion, fold, suggest

How = Literal["code", "id", "label", "synonym", "none"]
_CODE = re.compile(r"(\d{1,2})[ .\-/]?(\d\d)[ .\-/]?(\d\d) ?\*?")


@dataclass(frozen=True)
class Identified:
    """What a text names.

    Parameters
    ----------
    material
        LoW code or material id; ``""`` if the text names none, or several.
    how
        How it was found. A ``synonym`` is a guess that the user should be told of.
    suggestions
        Where nothing was found, the nearest entries, best first.
    """

    material: str
    how: How
    suggestions: tuple[Suggestion, ...] = ()


def identify(text: str, catalogue: Catalogue, *, search: bool = True) -> Identified:
    """Return the entry that a text names exactly, or the nearest ones.

    Parameters
    ----------
    text
        A LoW code in any usual spelling, an identifier, a label or a synonym in French or English.
    catalogue
        Where to look.
    search
        Whether to look for the nearest entries where none is named; it takes some milliseconds.

    Examples
    --------
    >>> from symbiosis.catalogue import load
    >>> identify("100202", load()).material, identify("cullet_flat", load()).how
    ('10 02 02', 'id')
    """
    word = text.strip()
    code = low_code(word, catalogue)
    if code:
        return Identified(code, "code")
    if word in catalogue.materials.index:
        return Identified(word, "id")
    labels, synonyms = _names(catalogue)
    key = fold(word)
    for names, how in ((labels, "label"), (synonyms, "synonym")):
        targets = names.get(key, ())
        if len(targets) == 1:
            return Identified(targets[0], how)  # type: ignore[arg-type]
    near = suggest(word, catalogue) if key and search else ()
    return Identified("", "none", near)


def low_code(text: str, catalogue: Catalogue) -> str:
    """Return a LoW code as ``10 02 02`` from any usual spelling, ``""`` if it is none."""
    found = _CODE.fullmatch(text.strip())
    if not found:
        return ""
    code = f"{int(found[1]):02d} {found[2]} {found[3]}"
    return code if code in catalogue.low.index else ""


def contaminant(text: str, catalogue: Catalogue) -> str:
    """Return the word that pathways use for something that disturbs, from French or English.

    A word that no table knows is returned in lower case.

    Examples
    --------
    >>> from symbiosis.catalogue import load
    >>> contaminant("Amiante", load()), contaminant("moondust", load())
    ('asbestos', 'moondust')
    """
    return _disturbances(catalogue).get(fold(text), text.strip().lower())


@lru_cache(maxsize=4)
def _disturbances(catalogue: Catalogue) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for ident, row in catalogue.contaminants.iterrows():
        for word in (str(ident), row["label_en"], row["label_fr"], *row["synonyms"].split("|")):
            words.setdefault(fold(word), str(ident))
    return words


@lru_cache(maxsize=4)
def _names(
    catalogue: Catalogue,
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Return folded labels and folded synonyms with every entry that carries them."""
    labels: dict[str, dict[str, None]] = {}
    for column in ("label_en", "label_fr"):
        for target, label in catalogue.entries[column].items():
            labels.setdefault(fold(label), {})[str(target)] = None
    synonyms: dict[str, dict[str, None]] = {}
    for term, target in zip(catalogue.synonyms["term"], catalogue.synonyms["target"], strict=True):
        synonyms.setdefault(fold(term), {})[target] = None
    return (
        {name: tuple(targets) for name, targets in labels.items()},
        {name: tuple(targets) for name, targets in synonyms.items()},
    )
