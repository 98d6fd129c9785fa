"""The nearest entries to an everyday word, by character n-grams and synonyms.

Every code and material is known by several texts: its label in either language, the subchapter a
code stands in, and its synonyms. An entry scores the best cosine of the query with any of them,
on TF-IDF weights of character n-grams within words (Salton and Buckley 1988; n from 2 to 5).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from symbiosis.catalogue.model import Catalogue

SIZES = (2, 3, 4, 5)
LEAST = 0.15
"""A score below this is chance: two words that share an ending."""


@dataclass(frozen=True)
class Suggestion:
    """An entry that may be what was meant.

    Parameters
    ----------
    target
        LoW code or material id.
    label
        Its name in the language asked for.
    score
        Cosine between 0 and 1; 1 for an exact name.
    """

    target: str
    label: str
    score: float


@dataclass(frozen=True)
class _Index:
    """Weights of the n-grams (columns) of every known text (rows)."""

    targets: NDArray[np.object_]
    weights: csr_matrix
    columns: dict[str, int]
    rarity: NDArray[np.float64]
    texts: dict[str, list[int]]


def suggest(
    text: str,
    catalogue: Catalogue,
    n: int = 5,
    lang: str = "en",
    only: Literal["all", "codes", "materials"] = "all",
) -> tuple[Suggestion, ...]:
    """Return the entries nearest to a text, best first.

    Parameters
    ----------
    text
        A word or a few, in French or English.
    catalogue
        Where to look.
    n
        Most entries returned.
    lang
        Language of the labels.
    only
        Keep LoW codes, or materials, only.

    Examples
    --------
    >>> from symbiosis.catalogue import load
    >>> suggest("laitier de haut fourneau moulu", load(), n=1)[0].target
    'blast_furnace_slag_ground'
    """
    index = _index(catalogue)
    scores = _scores(text, index)
    best: dict[str, float] = {}
    for row in np.argsort(-scores, kind="stable"):
        score = float(scores[row])
        if score < LEAST or len(best) == n:
            break
        target = str(index.targets[row])
        if only == "all" or (target in catalogue.low.index) == (only == "codes"):
            best.setdefault(target, score)
    return tuple(
        Suggestion(target, catalogue.describe(target, lang), round(score, 4))
        for target, score in best.items()
    )


def _scores(text: str, index: _Index) -> NDArray[np.float64]:
    """Return the score of every known text."""
    folded = fold(text)
    counts = Counter(gram for gram in _grams(folded) if gram in index.columns)
    if not counts:
        return np.zeros(len(index.targets))
    columns = np.array([index.columns[gram] for gram in counts])
    weights = (1 + np.log(np.array(list(counts.values())))) * index.rarity[columns]
    vector = np.zeros(len(index.rarity))
    vector[columns] = weights / np.linalg.norm(weights)
    scores: NDArray[np.float64] = index.weights @ vector
    scores[index.texts.get(folded, [])] = 1.0
    return scores


@lru_cache(maxsize=4)
def _index(catalogue: Catalogue) -> _Index:
    """Return the index of a catalogue, built once."""
    known = dict.fromkeys((target, fold(text)) for target, text in _texts(catalogue))
    texts: dict[str, list[int]] = {}
    for row, (_, text) in enumerate(known):
        texts.setdefault(text, []).append(row)
    counted = [Counter(_grams(text)) for _, text in known]
    columns = {gram: i for i, gram in enumerate(dict.fromkeys(g for c in counted for g in c))}
    rows = np.repeat(np.arange(len(counted)), [len(c) for c in counted])
    cells = np.array([columns[gram] for count in counted for gram in count])
    times = np.array([n for count in counted for n in count.values()], dtype=float)
    rarity = np.log((1 + len(counted)) / (1 + np.bincount(cells))) + 1
    values = (1 + np.log(times)) * rarity[cells]
    length = np.sqrt(np.bincount(rows, weights=values**2))
    weights = csr_matrix((values / length[rows], (rows, cells)), (len(counted), len(columns)))
    targets = np.array([target for target, _ in known], dtype=object)
    return _Index(targets, weights, columns, rarity, texts)


def _texts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield every entry with each text that it is known by."""
    for language in ("label_fr", "label_en"):
        for target, label in catalogue.entries[language].items():
            yield str(target), label
    context = catalogue.low["label_fr"] + " " + catalogue.low["context_fr"]
    yield from zip(context.index.astype(str), context, strict=True)
    for target, ident in zip(catalogue.materials.index, catalogue.materials.index, strict=True):
        yield target, ident.replace("_", " ")
    yield from zip(catalogue.synonyms["target"], catalogue.synonyms["term"], strict=True)


def _grams(folded: str) -> Iterable[str]:
    """Yield the n-grams of each word of a folded text, a space marking its ends."""
    for word in folded.split():
        padded = f" {word} "
        for size in SIZES:
            if size >= len(padded):
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def fold(text: str) -> str:
    """Return a text without case, accents, punctuation and repeated spaces.

    Examples
    --------
    >>> fold("  Laitier de haut-fourneau ")
    'laitier de haut fourneau'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())
