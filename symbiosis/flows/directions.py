"""Which way the flows go, by the name of their sheet or of their file."""

from __future__ import annotations

import re

from symbiosis.flows.contract import fields, fold

_NAMES_OF_OFFERS = frozenset(["sortie", "sorties", "sortants", "offres", "outputs", "offers"])
_NAMES_OF_NEEDS = frozenset(["entree", "entrees", "entrants", "besoins", "inputs", "needs"])


def direction_of_sheet(name: str) -> str:
    """Return the direction that a sheet is called by, as a cell would give it, else ``""``."""
    return fields()["direction"].value_synonyms.get(fold(name), "")


def direction_in_name(name: str) -> str:
    """Return the one direction that the name of a sheet or of a file holds, else ``""``.

    Examples
    --------
    >>> [direction_in_name(name) for name in ("Sorties 2024", "2_entrees", "Entrées et sorties")]
    ['offer', 'need', '']
    """
    words = set(re.split(r"[^a-z]+", fold(name)))
    gives, takes = words & _NAMES_OF_OFFERS, words & _NAMES_OF_NEEDS
    if gives and takes:
        return ""
    return "offer" if gives else "need" if takes else ""
