"""Which material a declaration names: taken, taken with a note, or refused with suggestions."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue, Identified, identify
from symbiosis.errors import Message, say
from symbiosis.flows.table import Lines, LinesByValue, Table

SUGGESTED = 3
"""Suggestions named in a cure."""
_SEARCHED = 300
"""Distinct unknown words for which suggestions are looked up; more than that is not a slip."""
_NOTHING = Identified("", "none")
_LOST_ZERO = re.compile(r"\d{5}\*?")


def identify_all(flows: Table, catalogue: Catalogue, *, accept: bool = False) -> pd.Series:
    """Return the material of every line; flag what is unknown, remark on what was guessed.

    Parameters
    ----------
    flows
        Table with the column ``material``.
    catalogue
        Where to look.
    accept
        Take the best suggestion for a word that is not known, and say so.

    Returns
    -------
    Series
        LoW codes and material ids, ``""`` where a problem was flagged.
    """
    codes, words = pd.factorize(flows.column("material"))
    lines = LinesByValue(codes, len(words))
    materials: list[str] = []
    beyond: list[int] = []
    searched = 0
    for number, word in enumerate(words):
        text = str(word)[:200]
        found = identify(text, catalogue, search=searched < _SEARCHED)
        searched += found.how == "none"
        material = found.material
        if accept and not material and found.suggestions:
            material = found.suggestions[0].target
        materials.append(material)
        if text and (material or searched < _SEARCHED):
            _tell(flows, lines[number], (text, found), catalogue, material)
        elif text:
            beyond.append(number)
    rest = np.isin(codes, beyond)
    flows.flag(rest, "material", say("this material is not known"), _cure("", _NOTHING, catalogue))
    return pd.Series(materials, dtype="str")[codes].reset_index(drop=True)


def _tell(
    flows: Table,
    lines: Lines,
    read: tuple[str, Identified],
    catalogue: Catalogue,
    material: str,
) -> None:
    """Flag or remark on the lines of one word."""
    text, found = read
    if not material:
        flows.flag(
            lines, "material", say("this material is not known"), _cure(text, found, catalogue)
        )
    elif found.how in ("none", "synonym") or _LOST_ZERO.fullmatch(text):
        label = _label(material, catalogue)
        flows.remark(
            lines,
            "material",
            say("read as {material} ({label})", material=material, label=label),
            say("write {material} to confirm, or another code", material=material),
        )


def _label(material: str, catalogue: Catalogue) -> str:
    """Return both names of a material, cut short."""
    names = (catalogue.label(material, "fr"), catalogue.label(material, "en"))
    return " / ".join(name if len(name) <= 45 else f"{name[:44]}…" for name in names)


def _cure(text: str, found: Identified, catalogue: Catalogue) -> Message:
    if not text:
        return say("write a LoW code such as 10 02 02, or the name of a material")
    if not found.suggestions:
        return say("write a LoW code such as 10 02 02, or see: symbiosis suggest “{text}”",
                   text=text[:60])  # fmt: skip
    choices = "; ".join(
        f"{item.target} ({_label(item.target, catalogue)})"
        for item in found.suggestions[:SUGGESTED]
    )
    return say("write one of: {choices} (or --accept-suggestions for the first)", choices=choices)
