"""The nearest entries to an everyday word, by character n-grams and synonyms.

Every code and material is known by several texts: its label in either language, the subchapter a
code stands in, and its synonyms. A text is compared with the query on TF-IDF weights of character
n-grams within words (Salton and Buckley 1988; n from 2 to 5), by

    likeness = 0.6 cosine + 0.4 share of the query's weight that the text holds,

so that a long query still finds a short name; an entry scores its best text and 0.3 of its second
best. The two weights were chosen by leaving out one synonym at a time and asking for it by the
others (0.57 among the first five, against 0.53 by the cosine alone), not on the trade terms.
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

from symbiosis.catalogue.codes import WrittenCode, codes_in
from symbiosis.catalogue.model import Catalogue

SIZES = (2, 3, 4, 5)
LEAST = 0.15
"""A score below this is chance: two words that share an ending."""

HELD = 0.4
"""Weight of the share of the query that a text holds, against the cosine."""

SECOND = 0.3
"""Weight of an entry's second best text, against its best."""


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
        Between 0 and 1; 1 for an exact name.
    """

    target: str
    label: str
    score: float


@dataclass(frozen=True)
class _Index:
    """Every known text (rows, those of one entry together) by its n-grams (columns).

    ``weights`` are TF-IDF of length 1, ``presence`` holds ones; ``entry`` is the position in
    ``targets`` of each row and ``starts`` each entry's first row.
    """

    targets: tuple[str, ...]
    entry: NDArray[np.int64]
    starts: NDArray[np.int64]
    weights: csr_matrix
    presence: csr_matrix
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

    A text that holds a code is never likened to another: that code alone is returned.

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
    codes = written_codes(text, catalogue)
    if codes:
        return tuple(_of_codes(codes, catalogue, lang, only))[:n]
    index = _index(catalogue)
    scores = _scores(text, index)
    found: list[Suggestion] = []
    for place in np.argsort(-scores, kind="stable"):
        score = float(scores[place])
        if score < LEAST or len(found) == n:
            break
        target = index.targets[place]
        if only == "all" or (target in catalogue.low.index) == (only == "codes"):
            found.append(Suggestion(target, catalogue.describe(target, lang), round(score, 4)))
    return tuple(found)


def written_codes(text: str, catalogue: Catalogue) -> tuple[WrittenCode, ...]:
    """Return the complete codes in a text; six digits among words are one only if it is listed."""
    return tuple(
        written
        for written in codes_in(text[:400])
        if written.alone or written.spaced or written.code in catalogue.low.index
    )


def hazardous_twins(code: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the hazardous codes that the name of a harmless one refers to.

    Examples
    --------
    >>> from symbiosis.catalogue import load
    >>> hazardous_twins("17 05 04", load())
    ('17 05 03',)
    """
    named = dict.fromkeys(
        written.code
        for column in ("label_en", "label_fr")
        for written in codes_in(str(catalogue.low.at[code, column]))
    )
    low = catalogue.low
    return tuple(name for name in named if name in low.index and low.at[name, "hazardous"])


def _of_codes(
    codes: tuple[WrittenCode, ...], catalogue: Catalogue, lang: str, only: str
) -> Iterator[Suggestion]:
    """Yield the codes that a text holds, after the hazardous twins of one with a wrong star."""
    for written in codes if only != "materials" else ():
        if written.code not in catalogue.low.index or written.excluded:
            continue
        harmless = not catalogue.low.at[written.code, "hazardous"]
        twins = hazardous_twins(written.code, catalogue) if written.starred and harmless else ()
        for code in (*twins, written.code):
            yield Suggestion(code, catalogue.describe(code, lang), 1.0)


def _scores(text: str, index: _Index) -> NDArray[np.float64]:
    """Return the score of every entry, between 0 and 1."""
    folded = fold(text)
    likeness = _likeness(folded, index)
    order = np.lexsort((-likeness, index.entry))
    best = likeness[order][index.starts]
    follows = np.minimum(index.starts + 1, len(order) - 1)
    second = np.where(index.entry[follows] == np.arange(len(best)), likeness[order][follows], 0.0)
    second[follows == index.starts] = 0.0
    scores: NDArray[np.float64] = (best + SECOND * second) / (1 + SECOND)
    scores[index.entry[index.texts.get(folded, [])]] = 1.0
    return scores


def _likeness(folded: str, index: _Index) -> NDArray[np.float64]:
    """Return how like the query every known text is, between 0 and 1."""
    counts = Counter(gram for gram in _grams(folded) if gram in index.columns)
    if not counts:
        return np.zeros(len(index.entry))
    columns = np.array([index.columns[gram] for gram in counts])
    weights = (1 + np.log(np.array(list(counts.values())))) * index.rarity[columns]
    vector, share = np.zeros(len(index.rarity)), np.zeros(len(index.rarity))
    vector[columns] = weights / np.linalg.norm(weights)
    held = weights * index.rarity[columns]
    share[columns] = held / held.sum()
    likeness: NDArray[np.float64] = (1 - HELD) * (index.weights @ vector) + HELD * (
        index.presence @ share
    )
    return likeness


@lru_cache(maxsize=4)
def _index(catalogue: Catalogue) -> _Index:
    """Return the index of a catalogue, built once."""
    known: dict[str, dict[str, None]] = {}
    for target, text in _texts(catalogue):
        known.setdefault(target, {})[fold(text)] = None
    rows = [(place, text) for place, names in enumerate(known.values()) for text in names]
    texts: dict[str, list[int]] = {}
    for row, (_, text) in enumerate(rows):
        texts.setdefault(text, []).append(row)
    entry = np.array([place for place, _ in rows])
    starts = np.flatnonzero(np.r_[True, entry[1:] != entry[:-1]])
    weights, presence, columns, rarity = _weigh([Counter(_grams(text)) for _, text in rows])
    return _Index(tuple(known), entry, starts, weights, presence, columns, rarity, texts)


def _weigh(
    counted: list[Counter[str]],
) -> tuple[csr_matrix, csr_matrix, dict[str, int], NDArray[np.float64]]:
    """Return TF-IDF weights, presence, the column of each n-gram and its rarity."""
    columns = {gram: i for i, gram in enumerate(dict.fromkeys(g for c in counted for g in c))}
    rows = np.repeat(np.arange(len(counted)), [len(c) for c in counted])
    cells = np.array([columns[gram] for count in counted for gram in count])
    times = np.array([n for count in counted for n in count.values()], dtype=float)
    rarity = np.log((1 + len(counted)) / (1 + np.bincount(cells))) + 1
    values = (1 + np.log(times)) * rarity[cells]
    length = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(counted)))
    shape = (len(counted), len(columns))
    weights = csr_matrix((values / length[rows], (rows, cells)), shape)
    presence = csr_matrix((np.ones(len(cells)), (rows, cells)), shape)
    return weights, presence, columns, rarity


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
    lower = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", lower)
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())
