"""What to tell someone who has something: its codes, what it can become, who usually takes it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.names import Identified, identify
from symbiosis.catalogue.rules import HIERARCHY
from symbiosis.catalogue.search import Suggestion, suggest
from symbiosis.errors import DataError, Problems, say

_TOLD = [
    "residue", "pathway", "label", "input", "input_label", "operation_code", "yield_central",
    "unit", "input_unit", "legal_status", "legal_text", "hierarchy", "maturity", "consumer_nace",
    "takers",
]  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """What a word may mean and what that may become.

    Parameters
    ----------
    identified
        The one entry that the word names exactly, if it does.
    codes, materials
        LoW codes and materials that it may mean, best first.
    pathways
        What the first of them can become, the best rank of the waste hierarchy first; columns
        ``residue, pathway, label, input, input_label, operation_code, yield_central, unit,
        input_unit, legal_status, legal_text, hierarchy, maturity, consumer_nace, takers``.
    origins
        Where the best guess is a material: the residues that can become it; ``residue, label``.
    """

    identified: Identified
    codes: tuple[Suggestion, ...]
    materials: tuple[Suggestion, ...]
    pathways: pd.DataFrame
    origins: pd.DataFrame


def advise(text: str, catalogue: Catalogue, n: int = 5, lang: str = "en") -> Advice:
    """Return what a word may mean and what that may become.

    Parameters
    ----------
    text
        A word or a few in French or English, a LoW code or an identifier.
    catalogue
        Where to look.
    n
        Most codes returned.
    lang
        Language of the labels.

    Raises
    ------
    DataError
        If nothing resembles it.
    """
    identified = identify(text, catalogue)
    codes: tuple[Suggestion, ...] = ()
    materials: tuple[Suggestion, ...] = ()
    if identified.how in ("code", "id"):
        label = catalogue.describe(identified.material, lang)
        exact = (Suggestion(identified.material, label, 1.0),)
        codes, materials = (exact, ()) if identified.how == "code" else ((), exact)
    else:
        codes = suggest(text, catalogue, n, lang, only="codes")
        materials = suggest(text, catalogue, 3, lang, only="materials")
    if not codes and not materials:
        problems = Problems()
        problems.add(
            say("nothing in the catalogue resembles this"),
            say("try another word, in French or English, or a LoW code such as 10 02 02"),
            value=text,
        )
        raise DataError(problems)
    meant = _meant(codes, materials)
    return Advice(
        identified, codes, materials, pathways_of(meant, catalogue, lang),
        origins_of([name for name in meant if name in catalogue.materials.index], catalogue, lang),
    )  # fmt: skip


def origins_of(inputs: list[str], catalogue: Catalogue, lang: str = "en") -> pd.DataFrame:
    """Return the residues that can become some inputs: columns ``residue``, ``label``."""
    rows = catalogue.pathways[catalogue.pathways["input"].isin(inputs)]
    rows = rows[rows["residue"].isin(catalogue.entries.index) & (rows["residue"] != rows["input"])]
    rows = rows.drop_duplicates("residue")[["residue"]]
    return rows.assign(label=catalogue.label(rows["residue"], lang)).reset_index(drop=True)


def _meant(codes: tuple[Suggestion, ...], materials: tuple[Suggestion, ...]) -> list[str]:
    """Return the entries whose pathways are worth telling: all that score like the best."""
    best = max(item.score for item in (*codes, *materials))
    meant = [item.target for item in (*codes, *materials) if item.score >= 0.95 * best]
    return meant[:3]


def pathways_of(residues: list[str], catalogue: Catalogue, lang: str = "en") -> pd.DataFrame:
    """Return what residues can become, with words for people; see `Advice.pathways`."""
    found = catalogue.pathways_of(residues)
    names = catalogue.naf["label_fr" if lang == "fr" else "label_en"]
    divisions = found["consumer_nace"].str.split("|")
    told = found.assign(
        label=found["label_fr" if lang == "fr" else "label_en"],
        input_label=catalogue.label(found["input"], lang),
        unit=catalogue.unit_of(found["residue"]),
        input_unit=catalogue.unit_of(found["input"]),
        takers=[
            " · ".join(f"{code} {names[code]}" for code in codes if code in names.index)
            for codes in divisions
        ],
        rank=found["hierarchy"].map(HIERARCHY.index),
        order=found["residue"].map(residues.index),
    )
    told = told.sort_values(
        ["order", "rank", "yield_central"], ascending=[True, True, False], kind="stable"
    )
    return told[_TOLD].reset_index(drop=True)


def residues_of_firm(naf: str, catalogue: Catalogue, lang: str = "en") -> pd.DataFrame:
    """Return the residues that sites of an activity usually declare.

    Parameters
    ----------
    naf
        NAF or NACE code at any level (``24.10Z``, ``2410Z``, ``24.1``, ``24``).
    catalogue
        Where to look.
    lang
        Language of the labels.

    Returns
    -------
    DataFrame
        Columns ``residue``, ``label``, ``sites`` (of the division, in the register), most first.

    Raises
    ------
    DataError
        If no activity has this code.
    """
    division = division_of(naf, catalogue)
    rows = catalogue.activities[catalogue.activities["division"] == division]
    rows = rows.sort_values(["sites", "residue"], ascending=[False, True])
    told = rows.assign(label=catalogue.label(rows["residue"], lang))
    return told[["residue", "label", "sites"]].reset_index(drop=True)


def inputs_of_firm(naf: str, catalogue: Catalogue, lang: str = "en") -> pd.DataFrame:
    """Return the inputs that an activity could replace by residues.

    Returns
    -------
    DataFrame
        Columns ``input``, ``label``, ``residues`` (how many codes or materials lead to it).
    """
    division = division_of(naf, catalogue)
    takes = catalogue.pathways["consumer_nace"].str.split("|").map(lambda codes: division in codes)
    counts = catalogue.pathways[takes].groupby("input")["residue"].nunique()
    rows = counts.rename("residues").reset_index()
    rows = rows.sort_values(["residues", "input"], ascending=[False, True])
    told = rows.assign(label=catalogue.label(rows["input"], lang))
    return told[["input", "label", "residues"]].reset_index(drop=True)


def division_of(naf: str, catalogue: Catalogue) -> str:
    """Return the two figures of the NACE division of a NAF or NACE code."""
    text = naf.strip().upper()
    dotted = text if "." in text or len(text) <= 2 else f"{text[:2]}.{text[2:]}"
    if dotted not in catalogue.naf.index or not dotted[:2].isdigit():
        problems = Problems()
        problems.add(
            say("no activity has this code"), say("give a NAF code such as 24.10Z"), value=naf
        )
        raise DataError(problems)
    return dotted[:2]


def takers(needs: pd.DataFrame, advice: Advice, catalogue: Catalogue) -> pd.DataFrame:
    """Return the needs of a dataset that what was found could serve.

    Parameters
    ----------
    needs
        Needs of a declaration: ``firm_id``, ``material``, ``quantity``, ``unit``, ``operation``.
    advice
        From `advise`.
    catalogue
        Names the needs.

    Returns
    -------
    DataFrame
        Rows of ``needs`` with ``pathway`` (the first in the order of `Advice.pathways`, or
        ``site:R5`` for a site that takes the code itself).
    """
    first = advice.pathways.drop_duplicates("input").set_index("input")["pathway"]
    residues = set(advice.pathways["residue"]) | {item.target for item in advice.codes[:1]}
    direct = needs["material"].isin(residues & set(catalogue.low.index))
    pathway = needs["material"].map(first)
    own = "site:" + needs["operation"].where(needs["operation"] != "", "R")
    found = needs.assign(pathway=pathway.where(~direct, own))
    return found[found["pathway"].notna()]
