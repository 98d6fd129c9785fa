"""The totals and the best synergies of a study, as tables in the terminal."""

from __future__ import annotations

import pandas as pd

from symbiosis.cli._show import console, language, show_table, tell
from symbiosis.reports import Results, Speaker, listing
from symbiosis.reports.extracts import cards
from symbiosis.reports.wording import proof, short, summary


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
    """Print the best synergies as a table."""
    speaker = Speaker(language())
    rows = listing(results, speaker, count)
    rows["material"] = [short(label, 44) for label in rows["material"]]
    tr = speaker.tr
    headings = {
        "giver": tr("Gives"), "taker": tr("Takes"), "material": tr("Residue"),
        "quantity": tr("Quantity"), "distance": tr("Distance"), "emissions": "tCO₂e",
        "gain": tr("Net gain"),
    }  # fmt: skip
    console().print()
    title = tr("The best synergies")
    show_table(rows, headings, title=title, right=["quantity", "distance", "emissions", "gain"])
