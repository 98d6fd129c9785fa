"""The totals and the best synergies of a study, as tables in the terminal."""

from __future__ import annotations

import pandas as pd

from symbiosis.cli._show import console, language, show_table, tell
from symbiosis.reports import Results, Speaker, listing
from symbiosis.reports.extracts import cards
from symbiosis.reports.wording import proof, short, summary

# Below these widths a table of seven columns breaks words, then one of five.
_WIDE, _LIST = 118, 76


def show_totals(results: Results) -> None:
    """Print what was found: a sentence, the totals with their intervals, the proof."""
    speaker = Speaker(language())
    tell(summary(results, speaker), style="bold")
    rows = pd.DataFrame(cards(results, speaker))
    headings = {
        "name": speaker.tr("A year"),
        "value": speaker.tr("central"),
        "interval": speaker.tr("low to high"),
    }
    console().print()
    show_table(rows, headings, right=["value"])
    console().print()
    tell(proof(results, speaker))


def show_best(results: Results, count: int = 10) -> None:
    """Print the best synergies: a table where it fits, else a few lines each."""
    speaker = Speaker(language())
    rows = listing(results, speaker, count)
    rows["material"] = [short(label, 44) for label in rows["material"]]
    screen, tr = console(), speaker.tr
    screen.print()
    title = tr("The best synergies")
    if screen.width < _LIST:
        _show_list(rows, title)
        return
    headings = {
        "giver": tr("Gives"), "taker": tr("Takes"), "material": tr("Residue"),
        "quantity": tr("Quantity"), "distance": tr("Distance"), "emissions": "tCO₂e",
        "gain": tr("Net gain"),
    }  # fmt: skip
    if screen.width < _WIDE:
        rows["exchange"] = rows["giver"] + " → " + rows["taker"] + "\n" + rows["material"]
        headings = {"exchange": tr("Exchange"), **dict(list(headings.items())[3:])}
    right = ["quantity", "distance", "emissions", "gain"]
    show_table(rows, headings, title=title, right=right, out=screen)


def _show_list(rows: pd.DataFrame, title: str) -> None:
    tell(title, style="bold")
    for row in rows.to_dict("records"):
        tell(f"{row['rank']:>2}  {row['giver']} → {row['taker']}")
        tell(f"    {row['material']}, {row['quantity']}, {row['distance']}")
        tell(f"    {row['emissions']} tCO₂e, {row['gain']}")
