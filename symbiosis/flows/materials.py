"""Which material a declaration names: taken, taken with a note, or refused with suggestions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue, Identified, identify
from symbiosis.catalogue.codes import codes_in
from symbiosis.catalogue.search import hazardous_twins
from symbiosis.errors import Message, say
from symbiosis.flows.table import Lines, LinesByValue, Table

SUGGESTED = 3
"""Suggestions named in a cure."""
_SEARCHED = 300
"""Distinct unknown words for which suggestions are looked up; more than that is not a slip."""
_NOTHING = Identified("", "none")


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
        if accept and found.how == "none" and found.suggestions:
            material = found.suggestions[0].target
        materials.append(material)
        if text and (material or found.how != "none" or searched < _SEARCHED):
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
    if found.how == "star":
        flows.flag(lines, "material", *_wrong_star(text, catalogue))
    elif found.how == "codes":
        flows.flag(lines, "material", *_wrong_code(found))
    elif not material:
        flows.flag(
            lines, "material", say("this material is not known"), _cure(text, found, catalogue)
        )
    elif found.how in ("none", "synonym") or (found.how == "code" and _is_read_freely(text)):
        label = _label(material, catalogue)
        flows.remark(
            lines,
            "material",
            say("read as {material} ({label})", material=material, label=label),
            say("write {material} to confirm, or another code", material=material),
        )


def _is_read_freely(text: str) -> bool:
    """Return whether a code had lost its zero, or stands among other words."""
    written = codes_in(text)[0]
    return written.padded or not written.alone


def _wrong_star(text: str, catalogue: Catalogue) -> tuple[Message, Message]:
    """Return problem and cure for a star that the list does not have."""
    code = codes_in(text)[0].code
    twins = ", ".join(f"{twin}*" for twin in hazardous_twins(code, catalogue))
    problem = say("the List of Waste has {code} without a star: it is not hazardous there",
                  code=code)  # fmt: skip
    if twins:
        return problem, say("write {twins} if the waste is hazardous, {code} without a star if not",
                            twins=twins, code=code)  # fmt: skip
    return problem, say("write the code of the hazardous waste, or {code} without a star",
                        code=code)  # fmt: skip


def _wrong_code(found: Identified) -> tuple[Message, Message]:
    """Return problem and cure for a text with several codes, or one that is not in the list."""
    if len(found.suggestions) > 1:
        return (
            say("this cell holds several codes"),
            say("give each code a line, with its own quantity"),
        )
    return (
        say("no such code is in the List of Waste, or the text excludes it"),
        say("write one code of the list, such as 10 02 02"),
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
