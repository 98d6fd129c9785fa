"""Which entry of the catalogue a text names: a code, an identifier, a label or a synonym."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from symbiosis.catalogue.codes import WrittenCode, resembles_code
from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.search import Suggestion, fold, suggest, written_codes

How = Literal["code", "id", "label", "synonym", "star", "codes", "none"]


@dataclass(frozen=True)
class Identified:
    """What a text names.

    Parameters
    ----------
    material
        LoW code or material id; ``""`` if the text names none, or several.
    how
        How it was found. A ``synonym`` is a guess that the user should be told of. ``star``: a code
        with a star that the list does not have; ``codes``: a code that is not in the list, what
        resembles one, or several. Neither is ever guessed.
    suggestions
        Where nothing was found, the nearest entries, best first; for a wrong star its hazardous
        twins and the code without a star.
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
    codes = written_codes(word, catalogue)
    if len(codes) == 1 and codes[0].alone:
        return _of_code(codes[0], catalogue)
    if word in catalogue.materials.index:
        return Identified(word, "id")
    labels, synonyms = _names(catalogue)
    key = fold(word)
    for names, how in ((labels, "label"), (synonyms, "synonym")):
        targets = names.get(key, ())
        if len(targets) == 1:
            return Identified(targets[0], how)  # type: ignore[arg-type]
    if len(codes) == 1 and not codes[0].excluded:
        return _of_code(codes[0], catalogue)
    if codes or (key and resembles_code(word)):
        return Identified("", "codes", suggest(word, catalogue) if codes else ())
    near = suggest(word, catalogue) if key and search else ()
    return Identified("", "none", near)


def _of_code(written: WrittenCode, catalogue: Catalogue) -> Identified:
    """Return what one written code names: itself, or nothing if the list has it otherwise."""
    if written.code not in catalogue.low.index:
        return Identified("", "codes")
    if written.starred and not catalogue.low.at[written.code, "hazardous"]:
        return Identified("", "star", suggest(f"{written.code}*", catalogue))
    return Identified(written.code, "code")


def low_code(text: str, catalogue: Catalogue) -> str:
    """Return the LoW code that a text holds as ``10 02 02``, in any spelling.

    ``""`` if it holds none or several, one that is not in the list, or one with a star that the
    list does not have.
    """
    codes = written_codes(text, catalogue)
    if len(codes) != 1 or codes[0].excluded:
        return ""
    return _of_code(codes[0], catalogue).material


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
