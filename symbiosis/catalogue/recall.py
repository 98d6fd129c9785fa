"""How often the search finds the right entry, measured on trade terms and not on its synonyms.

The list ``trade_terms.csv`` has three parts. ``tuning`` and ``held_out`` were written and committed
before any synonym and split by a hash; misses of the first may be looked at, the second only gives
a number. Both come from the hand that wrote the synonyms, so they flatter; ``external`` holds words
taken from lists that others wrote, added once the synonyms stood, and is the figure to trust.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from symbiosis import bundled
from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.search import suggest

Only = Literal["all", "codes"]
HALVES = ("tuning", "held_out", "external")


def hits(catalogue: Catalogue, n: int = 5, only: Only = "all") -> pd.DataFrame:
    """Return each trade term with whether a right entry is among the first suggestions.

    Parameters
    ----------
    catalogue
        Where to look.
    n
        Length of the list of suggestions.
    only
        What is suggested, see `suggest`; with ``codes``, terms that stand for no code are left out.

    Returns
    -------
    DataFrame
        Columns ``term``, ``lang``, ``half``, ``found`` (bool), ``rank`` (1 for the first; NaN
        when missed).
    """
    terms = bundled.table("trade_terms")[["term", "lang", "half", "targets"]]
    if only == "codes":
        terms = terms[terms["targets"].str.contains(r"\d\d \d\d \d\d")].reset_index(drop=True)
    ranks = [
        _rank(term, set(targets.split("|")), catalogue, n, only)
        for term, targets in zip(terms["term"], terms["targets"], strict=True)
    ]
    table = terms.drop(columns="targets").assign(rank=pd.Series(ranks, dtype=float))
    return table.assign(found=table["rank"].notna())


def recall(catalogue: Catalogue, n: int = 5, only: Only = "all") -> pd.DataFrame:
    """Return recall among the first ``n`` by half, and for all terms.

    Returns
    -------
    DataFrame
        Indexed by half and ``all``: ``terms`` (count), ``recall`` (share found), ``first`` (share
        found at rank 1).
    """
    table = hits(catalogue, n, only)
    parts = {half: table[table["half"] == half] for half in HALVES} | {"all": table}
    rows = {
        name: (len(part), part["found"].mean(), (part["rank"] == 1).mean())
        for name, part in parts.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["terms", "recall", "first"])


def _rank(term: str, targets: set[str], catalogue: Catalogue, n: int, only: Only) -> int | None:
    found = [item.target for item in suggest(term, catalogue, n, only=only)]
    return next((place for place, name in enumerate(found, start=1) if name in targets), None)
